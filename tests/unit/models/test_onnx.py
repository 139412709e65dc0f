"""Models exported to ONNX against the same models in torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ftq_spark.errors import ModelError
from ftq_spark.models import encoder, exported, torch_model
from ftq_spark.models.encoder import Encoder, EncoderSettings, check_backend
from ftq_spark.models.files import model_identity, resolve_model

pytest.importorskip("sentence_transformers", reason="needs the extra ftq-spark[embed]")
pytest.importorskip("onnxruntime", reason="needs the extra ftq-spark[onnx]")
pytest.importorskip("onnxscript", reason="needs the extra ftq-spark[onnx]")
pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parents[3]
ODD = [
    "",
    " ",
    "[SEP] what is [UNK]?",
    "Ünïcödé, 中文, العربية, 🙂\x00\u2028 and a zero-width\u200bspace",
    "ᚠᚢᚦᚨᚱᚲ ᚷᚹᚺᚾᛁᛃ",
    "word " * 254,
    "word " * 400,
    "x" * 5_000,
]
TINY = {"cls": [], "mean": ["Dense", "Normalize"], "lasttoken": ["Normalize"]}  # pooling, and what follows
# Says whether this process had to import torch, and what it found.
LOAD = """
import json, sys
from ftq_spark.models.encoder import Encoder, EncoderSettings
encoded = Encoder(EncoderSettings(model=sys.argv[1], threads=1, backend="onnx")).encode(["one text", "two of them"])
print(json.dumps(["torch" in sys.modules, encoded.vectors.tolist()]))
"""


def sample_prompts() -> list[str]:
    shards = sorted((ROOT / "tests" / "sample" / "shards").glob("medical*.jsonl"))
    lines = [line for shard in shards for line in shard.read_text("utf-8").splitlines() if '"messages"' in line]
    turns = [turn["content"] for line in lines for turn in json.loads(line)["messages"]]
    return sorted({text for text in turns if isinstance(text, str)})


def both(model: str) -> tuple[Encoder, Encoder]:
    settings = EncoderSettings(model=model, device="cpu", threads=1)
    return Encoder(settings._replace(backend="torch")), Encoder(settings._replace(backend="onnx"))


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The temporary folder of this module, in which exports are kept."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.delenv("FTQ_SPARK_CACHE", raising=False)
        yield folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Small models of random weights, one for each way of pooling."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = AutoTokenizer.from_pretrained(str(resolve_model("all-MiniLM-L6-v2")))
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    made = {}
    for mode, rest in TINY.items():
        tokenizer.padding_side = "left" if mode == "lasttoken" else "right"
        tokenizer.truncation_side = "left" if mode == "mean" else "right"
        BertModel(BertConfig(vocab_size=len(tokenizer), **sizes)).save_pretrained(folder / "bert")
        tokenizer.save_pretrained(folder / "bert")
        modules = [models.Transformer(str(folder / "bert"), max_seq_length=64), models.Pooling(32, mode)]
        modules += [models.Dense(32, 16)] if "Dense" in rest else []
        modules += [models.Normalize()] if "Normalize" in rest else []
        SentenceTransformer(modules=modules, device="cpu").save(str(folder / mode))
        made[mode] = str(folder / mode)
    return made


def test_vectors_are_torchs() -> None:
    torch, onnx = both("all-MiniLM-L6-v2")
    texts = [*ODD, *sample_prompts()[::3]]
    assert len(texts) > 100
    for budget in (300, 1_024):
        torch.token_budget = onnx.token_budget = budget
        theirs, mine = torch.encode(texts), onnx.encode(texts)
        assert mine.vectors.dtype == np.float32
        assert np.einsum("nd,nd->n", theirs.vectors, mine.vectors, dtype=np.float64).min() >= 1 - 1e-6
        for name in ("n_tokens", "truncated", "unreadable"):
            assert getattr(mine, name).tolist() == getattr(theirs, name).tolist()
    assert mine.truncated.any()
    assert mine.unreadable.any()
    assert onnx.encode([]).vectors.shape == (0, 384)
    assert onnx.identity == torch.identity
    assert onnx.device == "cpu"


@pytest.mark.parametrize("mode", TINY)
def test_whatever_pools_and_follows_is_exported(mode: str, tiny: dict[str, str]) -> None:
    torch, onnx = both(tiny[mode])
    texts = [f"{word} text of {n} words" * (1 + n % 20) for n, word in enumerate(["a", "the", "some", "no"] * 10)]
    theirs, mine = torch.encode(texts), onnx.encode(texts)
    assert np.einsum("nd,nd->n", theirs.vectors, mine.vectors, dtype=np.float64).min() >= 1 - 1e-6
    assert mine.truncated.any()
    assert mine.vectors.shape == (40, 16 if mode == "mean" else 32)


def test_a_model_is_exported_once(tiny: dict[str, str], place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both(tiny["cls"])
    before = sorted(place.rglob("*"))
    monkeypatch.setattr(exported, "_export", None)
    both(tiny["cls"])
    assert sorted(place.rglob("*")) == before
    monkeypatch.setattr(exported, "_VERSION", 0)  # of other files, or by other versions, it is exported anew
    with pytest.raises(TypeError):
        both(tiny["cls"])


def test_of_many_processes_one_exports(tiny: dict[str, str], tmp_path: Path) -> None:
    environment = {**os.environ, "FTQ_SPARK_CACHE": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LOAD, tiny["cls"]]
    started = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [json.loads(process.communicate()[0].splitlines()[-1]) for process in started]
    assert sorted(imported for imported, _ in said) == [False, False, True]
    assert all(vectors == said[0][1] for _, vectors in said)
    kept = [path for path in tmp_path.glob("ftq-onnx-*/*") if path.is_dir()]
    assert len(kept) == 1
    assert sorted(path.name for path in kept[0].iterdir()) == [
        "model.onnx",
        "model.onnx.data",
        "reading.json",
        "tokenizer.json",
    ]


def fail(*_: object) -> None:
    raise RuntimeError("no such operator\nand much more")


@pytest.mark.parametrize(
    ("what", "instead", "message"),
    [
        (
            "_write",
            fail,
            r"cannot be exported to ONNX \(RuntimeError: no such operator\): set dedup.semantic.backend",
        ),
        (
            "_difference",
            lambda *_: 0.25,
            "other vectors than in torch: expected .* at most 1e-05, got 0.25: set",
        ),
        ("_difference", lambda *_: float("nan"), "got nan: set dedup.semantic.backend=torch"),
    ],
)
def test_what_cannot_be_exported_is_refused_and_leaves_nothing(
    what: str, instead: object, message: str, tiny: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(exported, "_write", lambda *_: None)
    monkeypatch.setattr(exported, what, instead)
    with pytest.raises(ModelError, match=message):
        both(tiny["cls"])
    assert [path for path in tmp_path.glob("ftq-onnx-*/*") if path.is_dir()] == []


def test_a_wrong_export_is_seen(tiny: dict[str, str], tmp_path: Path) -> None:
    path = Path(tiny["cls"])
    folder = exported.exported(path, model_identity(path, "float32"))
    assert exported._difference(torch_model.load(path, "cpu"), folder) <= exported.MAX_DIFFERENCE
    weights = bytearray((folder / "model.onnx.data").read_bytes())
    weights[-4_000:] = bytes(4_000)
    (tmp_path / "model.onnx").write_bytes((folder / "model.onnx").read_bytes())
    (tmp_path / "model.onnx.data").write_bytes(weights)
    assert exported._difference(torch_model.load(path, "cpu"), tmp_path) > 10 * exported.MAX_DIFFERENCE


def test_a_tokenizer_in_python_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SimpleNamespace(tokenizer=SimpleNamespace(is_fast=False))
    monkeypatch.setattr(torch_model, "load", lambda *_: slow)
    with pytest.raises(
        ModelError, match=r"a tokenizer that `tokenizers` can read, .*: set dedup.semantic.backend=torch"
    ):
        exported._export(tmp_path, tmp_path)


@pytest.mark.parametrize("package", ["onnxruntime", "onnxscript"])
def test_a_missing_package_names_the_extra(
    package: str, tiny: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelError, match=rf"needs the package {package}, .*pip install 'ftq-spark\[onnx\]', or set"):
        both(tiny["cls"])


def chosen(**settings: Any) -> str:
    """What computes, of the settings: the name of its class."""
    return type(Encoder(EncoderSettings(threads=1, **settings))._model).__name__


def test_onnx_runtime_computes_where_it_can(
    tiny: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert chosen(model=tiny["cls"], exports=False) == "TorchModel"  # there is no export yet
    assert chosen(model=tiny["cls"]) == "OnnxModel"
    assert chosen(model=tiny["cls"], exports=False) == "OnnxModel"
    assert chosen(model=tiny["cls"], dtype="bfloat16") == "TorchModel"
    assert chosen(model=tiny["cls"], backend="torch") == "TorchModel"
    path = Path(tiny["cls"])
    on_gpu = encoder._export(path, model_identity(path, "float32"), EncoderSettings(), "cuda:0")
    assert on_gpu is None


@pytest.mark.parametrize("package", ["onnxruntime", "onnxscript"])
def test_torch_computes_where_something_is_not_installed(
    package: str, tiny: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(exported, "find_spec", lambda name: None if name == package else find_spec(name))
    assert chosen(model=tiny["cls"]) == "TorchModel"
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_was_refused_is_torchs_and_not_tried_again_on_that_day(
    tiny: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tried = []
    monkeypatch.setattr(exported, "_write", lambda *_: tried.append(1) or fail())
    for _ in range(2):
        assert chosen(model=tiny["cls"]) == "TorchModel"
    assert len(tried) == 1
    refusals = [*tmp_path.glob("ftq-onnx-*/*.refused")]
    assert "no such operator" in refusals[0].read_text()
    os.utime(refusals[0], (0, 0))
    assert chosen(model=tiny["cls"]) == "TorchModel"
    assert len(tried) == 2


def test_torch_computes_where_nothing_can_be_written(
    tiny: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    assert chosen(model=tiny["cls"]) == "TorchModel"


def test_the_driver_looks_for_what_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    for backend in ("auto", "torch"):
        check_backend(EncoderSettings(backend=backend))
    with pytest.raises(ModelError, match="needs the package onnxruntime"):
        check_backend(EncoderSettings(backend="onnx"))


def test_torch_never_imports_what_onnx_needs(tiny: dict[str, str]) -> None:
    program = (
        "import sys; import ftq_spark.pipeline; from ftq_spark.models.encoder import Encoder, EncoderSettings\n"
        "Encoder(EncoderSettings(model=sys.argv[1], threads=1, backend='torch')).encode(['text'])\n"
        "print(sorted({'onnx', 'onnxruntime', 'onnxscript'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tiny["cls"]],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["[]"]
