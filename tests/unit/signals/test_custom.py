"""Users' own signals, failures of signals, and the registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ftq_spark.errors import SettingsError
from ftq_spark.profiles import load
from ftq_spark.signals import REGISTRY, load_entry_point, load_source, measure, signal
from ftq_spark.signals.custom import ENTRY_POINTS

SOURCE = """
import numpy as np
from ftq_spark.signals import signal

@signal("{name}", version=1, range=(0, np.inf), reads=("response",), summary="Exclamation marks.")
def n_exclamations(batch):
    return np.array([10 // (4 - len(text)) + text.count("!") for text in batch.strings("response")], dtype=float)
"""


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def test_a_file_of_signals_registers_once() -> None:
    source = SOURCE.format(name="own_marks")
    assert load_source(source, "own.py") == ["own_marks"]
    assert load_source(source, "own.py") == ["own_marks"]
    assert measure({"response": pa.array(["a!!"])}, ["own_marks"])["own_marks"].tolist() == [12]


def test_a_failure_costs_one_value_and_names_it() -> None:
    load_source(SOURCE.format(name="own_failing"), "own.py")
    heard: list[tuple[str, int, str]] = []
    values = measure(
        {"response": pa.array(["!", "four", "!!"])},
        ["own_failing", "n_words"],
        on_error=lambda name, position, error: heard.append((name, position, type(error).__name__)),
    )
    np.testing.assert_array_equal(values["own_failing"], [4, np.nan, 7])
    assert heard == [("own_failing", 1, "ZeroDivisionError")]
    assert values["n_words"].tolist() == [0, 1, 0]


def test_a_wrong_shape_is_a_failure() -> None:
    @signal("own_shape", version=1, range=(0, 1), reads=("response",), summary="Wrong.")
    def own_shape(batch: object) -> np.ndarray:
        return np.zeros(7)

    heard: list[Exception] = []
    values = measure({"response": pa.array(["a", "b"])}, ["own_shape"], on_error=lambda *found: heard.append(found[2]))
    assert np.isnan(values["own_shape"]).all() and "shape (7,)" in str(heard[0])


@pytest.mark.parametrize(
    ("source", "message"),
    [("1 / 0", "ZeroDivisionError"), ("def f(:", "SyntaxError"), ("x = 1", "registers no signal")],
)
def test_a_file_that_does_not_work(source: str, message: str) -> None:
    before = list(REGISTRY)
    with pytest.raises(SettingsError, match=message):
        load_source(source, "bad.py")
    assert list(REGISTRY) == before


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package that offers signals under three names: good, silent and broken."""
    modules = {"good": SOURCE.format(name="own_packaged"), "silent": "x = 1", "broken": "1 / 0"}
    for name, text in modules.items():
        (tmp_path / f"own_{name}.py").write_text(text)
    info = tmp_path / "own-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n")
    entries = "\n".join(f"{name} = own_{name}" for name in modules)
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\n{entries}\n")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("package")
def test_an_installed_package_offers_signals() -> None:
    settings = load(
        "default", ["score.plugins=[good]", "score.rules=[{reason: loud, signal: own_packaged, at_least: 3}]"]
    )
    assert settings.score.plugins == ("good",)
    assert load_entry_point("good") == ["own_packaged"]  # a second time too, as in a worker that lives on
    assert REGISTRY["own_packaged"].measure.__module__ == "own_good"


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("silent", r"own_silent\) registers no signal"),
        ("broken", "cannot be loaded: ZeroDivisionError"),
        ("absent", r"no installed package offers signals as 'absent'.*known here: broken, good, silent"),
    ],
)
def test_a_package_that_does_not_serve(name: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load("default", [f"score.plugins=[{name}]"])


def test_a_name_is_taken_once() -> None:
    with pytest.raises(SettingsError, match=r"n_words.*registered twice"):
        load_source(SOURCE.format(name="n_words"), "own.py")


def test_an_unknown_signal() -> None:
    with pytest.raises(KeyError, match="no_such"):
        measure({"response": pa.array(["a"])}, ["no_such"])
