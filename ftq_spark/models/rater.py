"""Models of the user's that rate answers: loaded once per process, from a folder, never downloaded.

Three kinds, told by config.json:

- a *reward model*: a sequence classifier with one output, which is the rating, whatever its scale;
- a *classifier* with several, of which `label` names one: the rating is its probability, in [0, 1];
- a *language model*: the rating is the instruction-following difficulty (IFD), the perplexity of the answer behind its
  question over that of the answer alone. At 1 the question tells the model nothing about its answer; near 0 the answer
  is what anyone would expect. Li et al., Superfiltering, arXiv 2402.00530, 2024.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.errors import ModelError
from ftq_spark.models.batching import TOKEN_BUDGETS, device_memory, run_by_length
from ftq_spark.models.device import task_cpus, task_device
from ftq_spark.models.files import model_identity, transformers_model
from ftq_spark.settings import Rater

Ids = list[int]
_NO_LIMIT = 1 << 20  # tokenizers without a window say a number beyond it
_SHARE_OF_ANSWER = 0.75  # of a window, which a long answer may take from its question
_LOGITS_SHARE = 8  # a language model gives a number for each token of its vocabulary: so much fewer tokens at once


class Asked(NamedTuple):
    """An answer and what was said before it."""

    turns: tuple[tuple[str, str], ...]  # role and text of each turn, the oldest first
    answer: str


class Loadable(NamedTuple):
    """A model that can be loaded, and of which kind it is."""

    folder: Path
    label: int | None  # which output of a classifier is asked for
    generates: bool  # a language model


def check_rater(name: str, rater: Rater) -> Loadable:
    """The model behind the signal `name`.

    Raises:
        ModelError: no folder, no safetensors, no readable config.json, another kind of model, or a label that it lacks.
    """
    asked = f"score.raters.{name}"
    folder, config = transformers_model(rater.model, asked)
    kinds = [str(kind) for kind in config.get("architectures") or ()]
    if any(kind.endswith(("ForCausalLM", "LMHeadModel")) for kind in kinds):
        if rater.label is not None:
            raise ModelError(f"{asked}: {rater.model} is a language model, which has no label {rater.label!r}")
        return Loadable(folder, None, True)
    if not any(kind.endswith("ForSequenceClassification") for kind in kinds):
        raise ModelError(
            f"{asked} {rater.model}: expected a sequence classifier or a language model in `architectures` of "
            f"config.json, got {', '.join(kinds) or 'none'}"
        )
    labels = {str(label): int(place) for place, label in (config.get("id2label") or {"0": "LABEL_0"}).items()}
    if rater.label is None and len(labels) == 1:
        return Loadable(folder, None, False)
    if rater.label not in labels:
        got = "none" if rater.label is None else repr(rater.label)
        raise ModelError(f"{asked} {rater.model}: expected `label`, one of {', '.join(labels)}, got {got}")
    return Loadable(folder, labels[rater.label], False)


def rater_identity(name: str, rater: Rater) -> str:
    """What two models have in common only where they rate alike, up to the rounding of the arithmetic."""
    folder = check_rater(name, rater).folder
    digest = hashlib.sha256()
    for file in ("tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"):
        path = folder / file
        digest.update(path.read_bytes() if path.is_file() else b"\0")
    return f"{model_identity(folder, rater.dtype)}/{rater.max_tokens}/{rater.label}/{digest.hexdigest()[:8]}"


class LoadedRater:
    """One loaded model on one device; use :func:`loaded_rater` to get the process's own."""

    def __init__(self, name: str, rater: Rater) -> None:
        found = check_rater(name, rater)
        try:
            import torch  # noqa: PLC0415  (an optional dependency)
            import transformers  # noqa: PLC0415
        except ImportError as error:
            raise ModelError(
                f"score.raters needs the package transformers ({error}): pip install 'ftq-spark[embed]'"
            ) from error
        self._where, self._label, self._generates = f"score.raters.{name}", found.label, found.generates
        self.device = task_device(None)
        self.token_budget = TOKEN_BUDGETS[self.device.split(":")[0]] // (_LOGITS_SHARE if found.generates else 1)
        if threads := task_cpus():
            torch.set_num_threads(threads)
        safe = {"local_files_only": True, "trust_remote_code": False}
        self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(found.folder, **safe)
        kind: Any = transformers.AutoModelForSequenceClassification
        if found.generates:
            kind = transformers.AutoModelForCausalLM
        arithmetic = {"dtype": getattr(torch, rater.dtype), "use_safetensors": True}
        model = kind.from_pretrained(found.folder, **arithmetic, **safe)
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        if model.config.pad_token_id is None:  # a decoder rates at the last token that is none
            model.config.pad_token_id = self._tokenizer.pad_token_id
        self._model: Any = model.to(self.device).eval()
        window = getattr(model.config, "max_position_embeddings", None) or _NO_LIMIT
        self._max_tokens = min(int(self._tokenizer.model_max_length), int(window), rater.max_tokens)

    def rate(self, asked: Sequence[Asked]) -> NDArray[np.float64]:
        """(n,) the ratings; NaN where there is no answer, or the model's chat template refuses the turns."""
        ratings = np.full(len(asked), np.nan)
        measure = self._ifd if self._generates else self._output
        read = [(self._written(item) if item.answer.strip() else None) for item in asked]
        told = [(place, text) for place, text in enumerate(read) if text is not None]
        if told:
            places = [place for place, _ in told]
            ratings[places] = measure([text for _, text in told], [asked[place].answer for place in places])
        return ratings

    def _written(self, item: Asked) -> str | None:
        """What the model's chat template makes of the turns: up to the answer, for a classifier with it.

        A model without one reads the texts of the turns alone. None where the template refuses them.
        """
        if not self._tokenizer.chat_template:
            return "\n\n".join(text for _, text in item.turns if text)
        from jinja2.exceptions import TemplateError  # noqa: PLC0415

        turns = [{"role": role, "content": text} for role, text in item.turns]
        turns += [] if self._generates else [{"role": "assistant", "content": item.answer}]
        ask = {"add_generation_prompt": self._generates}
        try:
            text: str = self._tokenizer.apply_chat_template(turns, tokenize=False, **ask)
        except TemplateError:
            return None
        return text

    def _output(self, written: list[str], answers: list[str]) -> NDArray[np.float64]:
        """(n,) what a classifier gives: its one output, or the probability of the label."""
        import torch  # noqa: PLC0415

        cut = {"truncation": True, "max_length": self._max_tokens}
        if self._tokenizer.chat_template:
            self._tokenizer.truncation_side = "left"  # the answer stands at the end
            rows = self._tokenizer(written, add_special_tokens=False, **cut)
        else:
            rows = self._tokenizer(written, answers, **cut | {"truncation": "longest_first"})
        found = np.empty(len(answers))

        def run(batch: NDArray[np.int64]) -> None:
            features = {key: [values[i] for i in batch] for key, values in rows.items()}
            padded = self._tokenizer.pad(features, return_tensors="pt").to(self.device)
            with device_memory(), torch.inference_mode():
                logits = self._model(**padded).logits.float()
                chosen = logits[:, 0] if self._label is None else logits.softmax(-1)[:, self._label]
                found[batch] = chosen.cpu().numpy()

        lengths = np.array([len(ids) for ids in rows["input_ids"]], dtype=np.int64)
        self.token_budget = run_by_length(lengths, self.token_budget, run, f"{self._where} on {self.device}")
        return found

    def _ifd(self, written: list[str], answers: list[str]) -> NDArray[np.float64]:
        """(n,) the perplexity of each answer behind its question, over that of the answer alone."""
        ids = self._tokenizer(written, add_special_tokens=False)["input_ids"]
        said = self._tokenizer(answers, add_special_tokens=False)["input_ids"]
        first = self._tokenizer.bos_token_id
        begin = [self._tokenizer.eos_token_id if first is None else first]
        rows: list[tuple[Ids, Ids]] = []
        for question, answer in zip(ids, said, strict=True):
            room = self._max_tokens - min(len(question) + 1, int(self._max_tokens * (1 - _SHARE_OF_ANSWER)))
            read = answer[:room]  # of a long one the beginning, and of its question the end
            before = question[max(0, len(question) + 1 + len(read) - self._max_tokens) :]
            rows += [(before if before[:1] == begin else begin + before, read), (begin, read)]
        losses = self._losses(rows)
        found: NDArray[np.float64] = np.exp(losses[::2] - losses[1::2])
        return found

    def _losses(self, rows: Sequence[tuple[Ids, Ids]]) -> NDArray[np.float64]:
        """(n,) the mean negative log-likelihood of a token of each answer behind what goes before it, in nats."""
        import torch  # noqa: PLC0415

        found = np.empty(len(rows))

        def run(batch: NDArray[np.int64]) -> None:
            width = max(len(before) + len(answer) for before, answer in (rows[i] for i in batch))
            ids = torch.full((len(batch), width), self._tokenizer.pad_token_id)
            mask, wanted = torch.zeros_like(ids), torch.full_like(ids, -100)
            for place, (before, answer) in enumerate(rows[i] for i in batch):
                end = len(before) + len(answer)
                ids[place, :end] = torch.tensor(before + answer)
                mask[place, :end] = 1
                wanted[place, len(before) : end] = torch.tensor(answer)
            with device_memory(), torch.inference_mode():
                logits = self._model(input_ids=ids.to(self.device), attention_mask=mask.to(self.device)).logits
                losses = torch.nn.functional.cross_entropy(
                    logits[:, :-1].transpose(1, 2).float(), wanted[:, 1:].to(self.device), reduction="none"
                )
                found[batch] = losses.sum(1).cpu().numpy()

        lengths = np.array([len(before) + len(answer) for before, answer in rows], dtype=np.int64)
        self.token_budget = run_by_length(lengths, self.token_budget, run, f"{self._where} on {self.device}")
        n_tokens = np.array([max(1, len(answer)) for _, answer in rows])
        mean: NDArray[np.float64] = found / n_tokens
        return mean


@functools.lru_cache(maxsize=4)
def loaded_rater(name: str, rater: Rater) -> LoadedRater:
    """The model of this process: loaded at the first call, then shared by every task of a worker."""
    return LoadedRater(name, rater)
