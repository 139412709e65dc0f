"""Drawing from a run: sizes, strata, nesting, disjointness, assignment."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from review_run import conflict, example, example_id, write_run

from ftq_spark.errors import InputError, RunError, SettingsError
from ftq_spark.review.agreement_commands import disputed_items
from ftq_spark.review.commands import draw_command, score_command
from ftq_spark.review.draw import DrawSettings, draw
from ftq_spark.review.error_rates import read_error_rates
from ftq_spark.review.sizing import sizing_command
from ftq_spark.runs.run import Run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    examples = [example(i, verdict="keep" if i % 4 else "review") for i in range(800)]
    return write_run(tmp_path / "run", examples, [conflict(4, 8), conflict(12, 13, 0.55)])


def _ids(record: dict) -> list[str]:
    return [item["example_id"] for item in record["items"]]


def test_default_draw_is_150_kept_examples_proportional_within_one(run: Path) -> None:
    record = draw(Run.open(run), DrawSettings())
    assert record["n"] == len(set(_ids(record))) == 150
    assert record["population"] == 600
    for row in record["strata"]:
        assert abs(row["n"] - 150 * row["population"] / 600) < 1
    assert [row["stratum"] for row in record["strata"]] == [
        "dataset=alpha / verdict=keep",
        "dataset=beta / verdict=keep",
    ]
    kept = {example_id(i) for i in range(800) if i % 4}
    assert set(_ids(record)) <= kept


def test_draw_does_not_depend_on_files_or_order(tmp_path: Path) -> None:
    examples = [example(i) for i in range(300)]
    one = write_run(tmp_path / "one", examples)
    many = write_run(tmp_path / "many", examples[::-1], n_files=7)
    assert draw(Run.open(one), DrawSettings(n=50)) == draw(Run.open(many), DrawSettings(n=50))
    assert _ids(draw(Run.open(one), DrawSettings(n=50, seed=2))) != _ids(draw(Run.open(one), DrawSettings(n=50)))


FORMER_RATES = {"dataset=alpha / verdict=keep": 0.01, "dataset=beta / verdict=keep": 0.2}


@pytest.mark.parametrize("values", [{}, {"oversample": 3.0}, {"error_rates": FORMER_RATES}])
def test_a_larger_draw_contains_the_smaller(run: Path, values: dict) -> None:
    small = _ids(draw(Run.open(run), DrawSettings(n=60, **values)))
    large = _ids(draw(Run.open(run), DrawSettings(n=200, **values)))
    assert large[:60] == small


def test_oversampling_draws_risky_examples_more_often_and_keeps_weights(run: Path) -> None:
    record = draw(Run.open(run), DrawSettings(n=120, oversample=4.0))
    rates = {}
    for group in ("risky", "usual"):
        rows = [row for row in record["strata"] if row["group"] == group]
        rates[group] = sum(row["n"] for row in rows) / sum(row["population"] for row in rows)
        assert all(row["weight"] == pytest.approx(row["population"] / row["n"], abs=1e-6) for row in rows)
    assert rates["risky"] / rates["usual"] == pytest.approx(4, rel=0.1)
    assert record["allocation"] == "risk"


def test_former_error_rates_come_from_a_score_or_are_stated(tmp_path: Path) -> None:
    file = tmp_path / "rates.json"
    strata = {"a": {"n": 9, "errors": 3}, "b": {"n": 0, "errors": 0}, "c": {"n": 49, "errors": 0}}
    file.write_text(json.dumps({"error_rate": 0.05, "by_stratum": strata}))
    assert read_error_rates(file) == {"a": pytest.approx(0.305), "c": pytest.approx(0.001)}
    file.write_text(json.dumps({"a": 0.1}))
    assert read_error_rates(file) == {"a": 0.1}
    for bad in ("{", "[]", "{}", '{"a": 2}', '{"a": "x"}', '{"error_rate": null, "by_stratum": {}}'):
        file.write_text(bad)
        with pytest.raises(InputError, match="expected"):
            read_error_rates(file)


def test_many_strata_of_like_former_rates_are_judged_together(tmp_path: Path) -> None:
    examples = [example(i, dataset=f"d{i % 20:02d}") for i in range(2_000)]
    opened = Run.open(write_run(tmp_path / "run", examples))
    rates = {f"dataset=d{i:02d} / verdict=keep": 0.30 if i < 4 else 0.01 for i in range(20)}
    record = draw(opened, DrawSettings(n=150, error_rates=rates))
    drawn = {row["stratum"]: row for row in record["strata"]}
    assert record["n"] == 150 and len({row["group"] for row in record["strata"]}) == 2
    risky = sum(row["n"] for name, row in drawn.items() if rates[name] > 0.1)
    assert 52 <= risky <= 58  # half way between the 30 of their share and the 80 of Neyman's allocation
    assert draw(opened, DrawSettings(n=80, error_rates=rates))["items"][:5] == record["items"][:5]


def test_strata_of_topics_carry_their_words(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", [example(i, topic=str(1 + i % 2)) for i in range(100)])
    manifest = json.loads((path / "manifest.json").read_text())
    topics = [{"topic": 1, "terms": ["dose", "drug"]}, {"topic": 2, "terms": []}]
    stage = {"fingerprint": "f", "directory": "tables/topic", "tables": {}, "files": []}
    manifest["stages"] = {"topic": {**stage, "topics": topics}}
    (path / "manifest.json").write_text(json.dumps(manifest))
    names = [row["stratum"] for row in draw(Run.open(path), DrawSettings(n=20, strata=("topic",)))["strata"]]
    assert names == ["topic=1 dose, drug", "topic=2"]


def test_neyman_draws_where_errors_were(run: Path) -> None:
    former = {"dataset=alpha / verdict=keep": 0.01, "dataset=beta / verdict=keep": 0.30}
    record = draw(Run.open(run), DrawSettings(n=120, error_rates=former))
    beta = next(row for row in record["strata"] if "beta" in row["stratum"])
    assert beta["n"] > 120 * beta["population"] / 600 + 10
    with pytest.raises(SettingsError, match="no stratum of this draw"):
        draw(Run.open(run), DrawSettings(error_rates={"dataset=gamma": 0.1}))


def test_named_strata(run: Path) -> None:
    record = draw(Run.open(run), DrawSettings(n=40, strata=("quality",)))
    assert [row["stratum"] for row in record["strata"]] == [f"quality=quartile {i}" for i in (1, 2, 3, 4)]
    with pytest.raises(SettingsError, match="did you mean 'dataset'"):
        draw(Run.open(run), DrawSettings(strata=("datset",)))
    with pytest.raises(SettingsError, match="plain value"):
        draw(Run.open(run), DrawSettings(strata=("reasons",)))


@pytest.mark.parametrize("first", ["gate", "specialist"])
def test_specialist_draw_is_a_tenth_and_separate(run: Path, tmp_path: Path, first: str) -> None:
    kinds = [first, "specialist" if first == "gate" else "gate"]
    drawn = {}
    for kind in kinds:
        settings = DrawSettings(kind=kind, n=300 if kind == "gate" else None)  # type: ignore[arg-type]
        drawn[kind] = draw_command(run, tmp_path / kind, settings, formats=("csv",))
    assert drawn["specialist"]["n"] == 60
    assert not set(drawn["gate"]["example_ids"]) & set(drawn["specialist"]["example_ids"])
    overlapping = DrawSettings(kind="specialist", n=600, separate=False)
    assert draw_command(run, tmp_path / "all", overlapping, formats=())["n"] == 600


def test_specialists_by_domain(run: Path, tmp_path: Path) -> None:
    settings = DrawSettings(kind="specialist", where={"dataset": ("beta",)}, fraction=0.5)
    result = draw_command(run, tmp_path / "out", settings, formats=())
    assert {row["stratum"] for row in result["strata"]} == {"dataset=beta / verdict=keep"}
    assert result["n"] == round(result["population"] / 2)
    with pytest.raises(InputError, match="dataset in \\(gamma\\)"):
        draw(Run.open(run), DrawSettings(where={"dataset": ("gamma",)}))


def test_a_growing_gate_draw_keeps_its_items_beside_a_specialist_draw(run: Path, tmp_path: Path) -> None:
    small = draw_command(run, tmp_path / "a", DrawSettings(n=100), formats=())
    draw_command(run, tmp_path / "b", DrawSettings(kind="specialist"), formats=())
    large = draw_command(run, tmp_path / "c", DrawSettings(n=300), formats=())
    assert large["example_ids"][:100] == small["example_ids"]


def test_calibration_takes_conflicts_thresholds_and_reviews(run: Path, tmp_path: Path) -> None:
    gate = draw_command(run, tmp_path / "gate", DrawSettings(n=150), formats=())
    result = draw_command(run, tmp_path / "c", DrawSettings(kind="calibration", n=12), formats=("csv",))
    assert result["n"] == 12
    assert {row["stratum"] for row in result["strata"] if row["n"]} == {"conflict", "quality", "review"}
    assert example_id(12) in result["example_ids"] or example_id(13) in result["example_ids"]
    assert not set(result["example_ids"]) & set(gate["example_ids"])
    near = [row for row in json.loads(Path(result["files"][0]).read_text())["items"] if row["stratum"] == "quality"]
    assert near


def test_calibration_on_what_people_labelled_apart(run: Path, tmp_path: Path) -> None:
    gate = draw_command(run, tmp_path / "gate", DrawSettings(n=20), formats=())
    ids = gate["example_ids"]
    labels = tmp_path / "labels.csv"
    labels.write_text(
        f"item_id,annotator,verdict\n{ids[0]},Ana,error\n{ids[0]},Bo,correct\n{ids[1]},Ana,error\n{ids[1]},Bo,error\n"
    )
    disputed = disputed_items([labels])
    assert disputed == (ids[0],)
    settings = DrawSettings(kind="calibration", n=8, disputed=disputed)
    assert ids[0] in draw_command(run, tmp_path / "c", settings, formats=())["example_ids"]


def test_double_labels_are_exact_blind_and_balanced(run: Path, tmp_path: Path) -> None:
    names = ("Ana", "Bo", "Cy")
    result = draw_command(run, tmp_path / "out", DrawSettings(annotators=names), formats=("csv",))
    record = json.loads(Path(result["files"][0]).read_text())
    assert result["n_doubled"] == 100
    assert any("kappa" in note for note in result["notes"])
    pairs = Counter(tuple(item["annotators"]) for item in record["items"] if len(item["annotators"]) == 2)
    assert sorted(pairs.values()) == [33, 33, 34]
    exact = draw(Run.open(run), DrawSettings(annotators=names, double_fraction=0.10, min_doubled=0))
    assert exact["n_doubled"] == 15
    assert draw(Run.open(run), DrawSettings(annotators=names, double_fraction=0.0))["n_doubled"] == 0
    for path, name in zip(result["files"][1:], names, strict=True):
        text = Path(path).read_text(encoding="utf-8-sig")
        assert name in text and not any(other in text for other in names if other != name)


def test_small_population_is_drawn_whole(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [example(i) for i in range(20)])
    result = draw_command(run, tmp_path / "out", DrawSettings(n=150), formats=())
    assert result["n"] == 20
    assert any("20 are all that fit" in note for note in result["notes"])


def test_sheets_that_are_there_stay(run: Path, tmp_path: Path) -> None:
    first = draw_command(run, tmp_path / "out", formats=("csv",))
    sheet = Path(first["files"][1])
    sheet.write_text("filled by a reviewer")
    again = draw_command(run, tmp_path / "out", formats=("csv",))
    assert again["draw_id"] == first["draw_id"]
    assert sheet.read_text() == "filled by a reviewer"
    assert any("left as they are" in note for note in again["notes"])


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no manifest"):
        draw_command(tmp_path, tmp_path / "out")
    with pytest.raises(InputError, match="cannot be opened"):
        draw_command("nowhere://bucket/run", tmp_path / "out")
    (tmp_path / "manifest.json").write_text('{"manifest_version": 1, "stages": {}, "tables": {}}')
    with pytest.raises(RunError, match="no table 'scored'; this run was not finished: `ftq run` with the same inputs"):
        draw_command(tmp_path, tmp_path / "out")
    with pytest.raises(SettingsError, match="did you mean 'xlsx'"):
        draw_command(tmp_path, tmp_path / "out", formats=("xls",))


def test_a_run_on_another_file_system(run: Path, tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(str(run), "/people/run", recursive=True)
    local = draw_command(run, tmp_path / "local", DrawSettings(n=20), formats=("csv",))
    remote = draw_command("memory://people/run", tmp_path / "remote", DrawSettings(n=20), formats=("csv",))
    assert remote["example_ids"] == local["example_ids"]
    labels = tmp_path / "labels.csv"
    labels.write_text("item_id,verdict\n" + "".join(f"{key},correct\n" for key in remote["example_ids"]))
    assert score_command("memory://people/run", [labels])["n"] == 20
    assert sizing_command("memory://people/run", "style")["error_rate"] is not None
    assert memory.exists("/people/run/review_labels/looks.json")
    file_uri = draw_command(f"file://{run}", tmp_path / "file", DrawSettings(n=20), formats=("csv",))
    assert file_uri["example_ids"] == local["example_ids"]
    with pytest.raises(RunError, match="expected a local directory"):
        draw_command(run, "s3://bucket/sheets")


@pytest.mark.parametrize("values", [{"n": 0}, {"fraction": 0.0}, {"oversample": 0.5}, {"annotators": ("a", "a")}])
def test_bad_settings_are_refused(values: dict) -> None:
    with pytest.raises(SettingsError):
        DrawSettings(**values)


@pytest.mark.slow
def test_a_million_examples_are_drawn_in_seconds(tmp_path: Path) -> None:
    n = 1_000_000
    ids = pa.array(np.array([f"{i * 2654435761 % 2**32:032x}" for i in range(n)]))
    datasets = pa.DictionaryArray.from_arrays(pa.array(np.arange(n) % 7), [f"d{i}" for i in range(7)]).cast(pa.string())
    text = pa.array(["some text " * 10] * n)
    topics = pa.array(np.arange(n) % 40 + 1, pa.int32())
    table = pa.table({"example_id": ids, "dataset": datasets, "topic": topics, "prompt": text, "response": text})
    folder = tmp_path / "run" / "scored" / "verdict=keep"
    folder.mkdir(parents=True)
    pq.write_table(table, folder / "part.parquet")
    (tmp_path / "run" / "manifest.json").write_text(
        json.dumps({"manifest_version": 1, "run_id": "r", "stages": {}, "tables": {"scored": "scored"}})
    )
    started = time.process_time()
    result = draw_command(tmp_path / "run", tmp_path / "out", formats=("csv",))
    assert result["n"] == 150
    assert time.process_time() - started < 30


def _with_unclear(folder: Path) -> Run:
    """A run of 200 examples of which 20, two to a question, may disagree."""
    examples = [example(i, question_state="unclear" if i < 20 else None, quality=0.9) for i in range(200)]
    path = write_run(folder, examples)
    askings = [
        {"question_id": example_id(i - i % 2), "example_id": example_id(i), "answer": 1 + i % 2, "state": "unclear"}
        for i in range(20)
    ]
    (path / "tables" / "askings").mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(askings), path / "tables" / "askings" / "part-00000.parquet")
    manifest = json.loads((path / "manifest.json").read_text())
    manifest["tables"]["askings"] = "tables/askings"
    (path / "manifest.json").write_text(json.dumps(manifest))
    return Run.open(path)


def test_unclear_questions_are_a_stratum_and_count_as_risky(tmp_path: Path) -> None:
    opened = _with_unclear(tmp_path / "run")
    unclear = {example_id(i) for i in range(20)}
    record = draw(opened, DrawSettings(n=50))
    named = {row["stratum"]: row["n"] for row in record["strata"] if row["stratum"].endswith(" / unclear question")}
    assert record["n"] == 50 and sum(named.values()) == len(unclear & set(_ids(record))) == 5  # their share
    risky = draw(opened, DrawSettings(n=50, oversample=4.0))
    assert len(unclear & set(_ids(risky))) > 10


def test_unclear_questions_are_there_to_calibrate_on(tmp_path: Path) -> None:
    record = draw(_with_unclear(tmp_path / "run"), DrawSettings(kind="calibration", n=12))
    drawn = [item["example_id"] for item in record["items"] if item["stratum"] == "unclear"]
    assert len(drawn) >= 5 and set(drawn) <= {example_id(i) for i in range(20)}


def test_a_column_that_is_not_there_is_answered_without_a_hundred_signals(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [example(n, sig_looping=0.0, sig_refusal=0.0) for n in range(3)])
    with pytest.raises(SettingsError, match=r"known: conflicts_with, .*verdict, and sig_ with the name of a signal$"):
        draw(Run.open(run), DrawSettings(where={"colour": ("red",)}))
    with pytest.raises(SettingsError, match="did you mean 'sig_looping'"):
        draw(Run.open(run), DrawSettings(where={"sig_loopin": ("1",)}))
