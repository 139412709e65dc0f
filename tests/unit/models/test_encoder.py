"""The encoder against the library's own `encode`."""

from __future__ import annotations

import functools
import sys

import numpy as np
import pytest

from ftq_spark.errors import ModelError
from ftq_spark.models import encoder as module
from ftq_spark.models import torch_model
from ftq_spark.models.encoder import Encoder, EncoderSettings, at_work, encoder
from ftq_spark.models.torch_model import TorchModel, import_sentence_transformers

torch = pytest.importorskip("torch", reason="needs the extra ftq-spark[embed]")
pytestmark = pytest.mark.model

TEXTS = [
    "",
    " ",
    "What is warfarin's mechanism?",
    "Ünïcödé, 中文, العربية, 🙂\x00\u2028 and a zero-width\u200bspace",
    "word " * 400,
    "x" * 5_000,
    *(f"Write {n} lines about topic {n * n}." + " more" * (n % 60) for n in range(40)),
]


@pytest.fixture(scope="module")
def model() -> Encoder:
    return Encoder(EncoderSettings(device="cpu", threads=1, backend="torch"))


def test_vectors_are_the_librarys_own_in_the_order_of_the_texts(model):
    expected = model._model.model.encode(TEXTS, normalize_embeddings=True)
    for budget in (100, 4_096):
        model.token_budget = budget
        vectors = model.encode(TEXTS).vectors
        assert vectors.dtype == np.float32
        assert np.abs(vectors - expected).max() < 1e-5
        assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


def test_tokens_are_counted_before_the_cut(model):
    _, n_tokens, truncated, _ = model.encode(TEXTS)
    assert n_tokens.tolist() == [len(ids) for ids in model._model.model.tokenizer(TEXTS)["input_ids"]]
    assert n_tokens[0] == 2
    assert truncated.tolist() == [n > 256 for n in n_tokens]
    fits, too_long = "word " * 254, "word " * 255
    assert model.encode([fits, too_long]).truncated.tolist() == [False, True]


def test_a_huge_text_is_read_in_part(model, monkeypatch):
    monkeypatch.setattr(module, "MAX_CHARS", 50)
    encoded = model.encode(["word " * 9 + "tail and much more of it", "short"])
    assert encoded.truncated.tolist() == [True, False]
    assert encoded.n_tokens[0] < 15


def test_no_texts_give_no_vectors(model):
    encoded = model.encode([])
    assert encoded.vectors.shape == (0, 384)
    assert len(encoded.n_tokens) == len(encoded.truncated) == 0


def test_bfloat16_stays_close_to_float32(model):
    half = Encoder(EncoderSettings(dtype="bfloat16", device="cpu", threads=1))
    texts = TEXTS[:30]
    ours, exact = half.encode(texts).vectors, model.encode(texts).vectors
    assert ours.dtype == np.float32
    assert 1 - (ours * exact).sum(axis=1).min() < 5e-4
    assert not np.array_equal(ours, exact)
    assert half.identity == model.identity.replace("/float32/", "/bfloat16/")


def test_a_full_device_gets_smaller_batches(model, monkeypatch):
    expected = model.encode(TEXTS).vectors
    sizes, unit_vectors = [], torch_model.unit_vectors

    def limited(model, features: dict) -> torch.Tensor:
        sizes.append(features["input_ids"].numel())
        if sizes[-1] > 600:
            raise torch.OutOfMemoryError("full")
        return unit_vectors(model, features)

    monkeypatch.setattr(torch_model, "unit_vectors", limited)
    model.token_budget = 65_536
    assert np.abs(model.encode(TEXTS).vectors - expected).max() < 1e-5
    assert sum(size > 600 for size in sizes) <= 7  # halved, not crept down
    monkeypatch.setattr(TorchModel, "vectors", lambda *_: (_ for _ in ()).throw(MemoryError("full")))
    with pytest.raises(ModelError, match="embedding on cpu: one text of 256 tokens does not fit into memory"):
        model.encode(TEXTS)


def test_the_process_keeps_one_encoder_per_setting():
    settings = EncoderSettings(device="cpu", threads=1)
    assert encoder(settings) is encoder(EncoderSettings(device="cpu", threads=1))


def test_the_weights_lie_on_the_gpu_of_a_task_as_long_as_it_works(monkeypatch):
    moves, device = [], ["cuda:1"]
    monkeypatch.setattr(module, "task_device", lambda wanted: device[0])
    monkeypatch.setattr(module, "TorchModel", StandIn)
    monkeypatch.setattr(StandIn, "moves", moves, raising=False)
    monkeypatch.setattr(module, "encoder", functools.lru_cache(Encoder))
    settings = EncoderSettings(threads=2)
    with at_work(settings) as first:
        assert (first.device, moves) == ("cuda:1", [])  # it was loaded there
    assert moves == ["cpu"]
    device[0] = "cuda:0"  # which the next task was given
    with pytest.raises(ValueError, match="of a task"), at_work(settings) as second:
        assert second is first
        assert second.device == "cuda:0"
        raise ValueError("of a task")
    assert moves == ["cpu", "cuda:0", "cpu"]


class StandIn:
    """Of a loaded model: it says where it is moved."""

    moves: list[str]

    def __init__(self, path, device, dtype, threads):
        pass

    def move(self, device):
        self.moves.append(device)


def test_a_loaded_model_can_be_moved(model):
    model._model.move("cpu")
    assert np.isfinite(model.encode(["one text"]).vectors).all()


def test_a_missing_library_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match=r"pip install 'ftq-spark\[embed\]'"):
        import_sentence_transformers()
