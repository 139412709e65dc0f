"""Settings: everything that can change a result, as pydantic models.

`conf/default.yaml` states every key with its meaning; a test keeps it equal to the defaults here. The models check the
shape of settings and read or run nothing, so that a run's stored settings are facts; what a new run needs besides is
checked by :mod:`ftq_spark.profiles`.
"""

from __future__ import annotations

import itertools
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from ftq_spark.errors import InputError, SettingsError, suggestion
from ftq_spark.formats.mapping import TAGS, TARGETS
from ftq_spark.formats.speakers import EVERYONE_ELSE
from ftq_spark.places.fetched import fetched
from ftq_spark.signals.quality import DEFAULT_RULES, MIN_QUALITY, QUALITY_CURVES, QUALITY_WEIGHTS

Fraction = Annotated[float, Field(ge=0, le=1)]
Strength = Literal["note", "review", "drop"]
Turns = Literal["mask", "review", "drop"]
Layout = Literal["prose", "bullets", "numbered", "headings", "table", "code", "json", "labels"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Ingest(_Model):
    """How shards are split and read, and which of their columns are what."""

    split_bytes: int = Field(64 << 20, ge=1 << 16)
    max_line_bytes: int = Field(32 << 20, ge=1 << 10)
    trees: Literal["best", "all"] = "best"
    columns: dict[str, str | dict[str, str]] = Field(default_factory=dict)

    def columns_of(self, dataset: str) -> dict[str, str]:
        """Where the fields of the schema stand in the rows of a dataset: its own mapping over the one for all."""
        shared = {field: column for field, column in self.columns.items() if isinstance(column, str)}
        own = self.columns.get(dataset)
        return shared | (own if isinstance(own, dict) else {})

    @model_validator(mode="after")
    def _known_fields(self) -> Ingest:
        own = [field for column in self.columns.values() if isinstance(column, dict) for field in column]
        for field in [*(name for name, column in self.columns.items() if isinstance(column, str)), *own]:
            if field not in TARGETS:
                hint = suggestion(field, TARGETS, "such as prompt, response, messages, role, content")
                raise ValueError(f"columns: no schema has the field {field!r}{hint}")
        for dataset in ("", *self.columns):
            others = [tag for tag in TAGS if self.columns_of(dataset).get(tag) == EVERYONE_ELSE]
            if len(others) > 1:
                raise ValueError(
                    f"columns: {EVERYONE_ELSE!r} is everyone else, in one tag alone; got {' and '.join(others)}"
                )
        return self


class Rule(_Model):
    """An example whose signal is at or over `at_least` (or at or under `at_most`) gets `reason` and `verdict`.

    A note decides nothing: its reason stands in the column `notes`. `earlier` is its strength for an answer before the
    last one of a dialogue; None: the same.
    """

    reason: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    signal: str
    at_least: float | None = None
    at_most: float | None = None
    verdict: Strength = "drop"
    earlier: Strength | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Rule:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a rule needs exactly one of at_least and at_most")
        return self


class Curve(_Model):
    """What the values of a signal count in quality: straight lines between points, and what absence counts."""

    points: tuple[tuple[float, Fraction], ...] = Field(min_length=2)
    absent: Fraction | None = None

    @model_validator(mode="after")
    def _by_value(self) -> Curve:
        if any(before[0] >= after[0] for before, after in itertools.pairwise(self.points)):
            raise ValueError("the points of a curve need ascending values")
        return self


class Rater(_Model):
    """A model that rates answers: a reward model, a classifier of which `label` names an output, a language model."""

    model: str
    label: str | None = None
    dtype: Literal["float32", "bfloat16"] = "float32"
    max_tokens: int = Field(2048, ge=16)


class Format(_Model):
    """The form that answers are asked to have."""

    layouts: tuple[Layout, ...] = ()
    min_words: int | None = Field(None, ge=0)
    max_words: int | None = Field(None, ge=1)
    usual_share: float = Field(0.8, gt=0.5, le=1)
    min_group: int = Field(20, ge=2)
    unusual_verdict: Literal["keep", "review"] = "keep"


class Score(_Model):
    """Signals, rules and the weights of quality."""

    signals: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    raters: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Rater] = Field(default_factory=dict)
    min_length: int = Field(50, ge=1)
    max_length: int = Field(800, ge=1)
    weights: dict[str, float] = Field(default_factory=lambda: dict(QUALITY_WEIGHTS))
    curves: dict[str, Curve] = Field(
        default_factory=lambda: {name: Curve(**curve._asdict()) for name, curve in QUALITY_CURVES.items()}
    )
    min_quality: Fraction = MIN_QUALITY
    low_quality_verdict: Strength = "note"
    displaced_verdict: Strength = "review"
    likely_truncated_verdict: Strength = "review"
    strengths: dict[str, Strength] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = Field(tuple(Rule(**rule._asdict()) for rule in DEFAULT_RULES), validate_default=True)
    format: Format = Format()

    @field_validator("rules")
    @classmethod
    def _as_strong_as_wished(cls, rules: tuple[Rule, ...], info: ValidationInfo) -> tuple[Rule, ...]:
        wished: dict[str, Strength] = info.data.get("strengths", {})
        return tuple(rule.model_copy(update={"verdict": wished.get(rule.reason, rule.verdict)}) for rule in rules)

    def sources(self) -> list[tuple[str, str]]:
        """The files of the user's own signals, as (text, path)."""
        found = []
        for path in self.signals:
            try:
                found.append((fetched(path).read_text(encoding="utf-8"), path))
            except (OSError, UnicodeDecodeError, InputError) as error:
                raise SettingsError(f"score.signals: {path} cannot be read: {error}") from error
        return found


View = Literal["prompt", "response", "prompt_and_response", "conversation", "question", "first_user"]


class Near(_Model):
    """Near-duplicates by words: MinHash signatures and their bands."""

    enabled: bool = True
    view: View = "conversation"
    threshold: float = Field(0.8, gt=0, le=1)
    num_perm: int = Field(128, ge=16, le=1024)
    ngram: int = Field(3, ge=1, le=20)
    max_block_units: int = Field(128, ge=2)


class Semantic(_Model):
    """Near-duplicates by meaning: the embedding model and its threshold."""

    enabled: bool = True
    view: View = "prompt"
    threshold: float = Field(0.95, gt=0, le=1)
    strict: bool = False
    model: str = "all-MiniLM-L6-v2"
    backend: Literal["auto", "torch", "onnx"] = "auto"
    dtype: Literal["float32", "bfloat16"] = "float32"
    token_budget: int | None = Field(None, ge=64)
    method: Literal["exact", "clusters", "auto"] = "auto"
    n_probe: int | None = Field(None, ge=1, le=64)
    keep_per_prompt: int | None = Field(None, ge=1)
    same_context: bool = True
    same_numbers: bool = True
    common_texts: int | None = Field(10, ge=3)
    common_chars: int = Field(200, ge=40)
    truncated: bool = False
    unreadable: bool = False
    blank: bool = False

    @model_validator(mode="after")
    def _computed_by_backend(self) -> Semantic:
        if self.backend == "onnx" and self.dtype != "float32":
            raise ValueError(
                f"backend onnx computes in float32, got dtype {self.dtype}: backend torch computes in both"
            )
        return self

    @property
    def cuts_ends(self) -> bool:
        """Whether what many texts share is compared as a context."""
        return self.common_texts is not None and self.same_context


class Dedup(_Model):
    """What counts as a duplicate, and which example stays."""

    answers: Literal["same", "any"] = "same"
    exact: bool = True
    prefix_duplicate: Literal["keep", "review", "drop"] = "keep"
    near: Near = Near()
    semantic: Semantic = Semantic()
    keep: Literal["best", "first"] = "best"
    priority: tuple[str, ...] = ()
    remove_only_from: tuple[str, ...] = ()
    protected: str | None = None

    def protected_names(self) -> list[str]:
        """The lines of the file `protected`: example_ids or content_hashes."""
        if self.protected is None:
            return []
        try:
            lines = fetched(self.protected).read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError, InputError) as error:
            raise SettingsError(f"dedup.protected: {self.protected} cannot be read: {error}") from error
        for number, line in enumerate(lines, 1):
            if not re.fullmatch(r"[0-9a-f]{32}", line):
                raise SettingsError(
                    f"dedup.protected: {self.protected}: entry {number}: expected an example_id or a content_hash "
                    f"of 32 hex digits, got {line[:40]!r}"
                )
        return sorted(set(lines))


DEEP_FLOOR = 0.60  # nine of ten paraphrased questions reach it; at 0.80 six of ten do, for an eighth of the pairs


class Judge(_Model):
    """A chat model behind an OpenAI-compatible address."""

    base_url: str = Field(pattern=r"^https?://")
    model: str
    top_n: int = Field(100, ge=1, le=10_000)
    max_calls: int = Field(200, ge=1)
    api_key_env: str | None = None
    timeout_seconds: float = Field(60, gt=0)
    cache: bool = True


class Conflict(_Model):
    """When two answers to one question contradict each other, and what becomes of them."""

    enabled: bool = True
    prompt_threshold: float = Field(0.80, gt=0, le=1)
    depth: Literal["fast", "deep"] = "fast"
    score_threshold: float = Field(0.5, ge=0, le=1)
    veto_threshold: float = Field(0.25, ge=0, le=1)
    several_answers: Literal["unclear", "conflict"] = "unclear"
    min_probability: Fraction = 0.0
    policy: Literal["flag", "specialist", "drop_minority", "drop_all", "trust"] = "flag"
    trust: tuple[str, ...] = ()
    nli_model: str | None = None
    judge: Judge | None = None

    @model_validator(mode="after")
    def _trust_where_it_is_used(self) -> Conflict:
        if (self.policy == "trust") != bool(self.trust):
            raise ValueError("policy trust needs conflict.trust, a list of datasets, and no other policy reads it")
        return self

    @property
    def floor(self) -> float:
        """The lowest similarity of two questions that are compared."""
        return min(self.prompt_threshold, DEEP_FLOOR) if self.depth == "deep" else self.prompt_threshold


class Contamination(_Model):
    """Evaluation sets that no training example may hold."""

    benchmarks: dict[str, str] = Field(default_factory=dict)
    ngram: int = Field(8, ge=1, le=50)
    threshold: float = Field(0.5, ge=0, lt=1)
    max_frequency: int = Field(10, ge=1)
    action: Literal["drop", "review", "flag"] = "drop"


class Review(_Model):
    """The sample that people read, its error gate and double labelling."""

    n: int = Field(150, ge=1)
    max_error_rate: Fraction = 0.05
    mode: Literal["strict", "article"] = "strict"
    double_label_fraction: Fraction = 0.10
    min_double_labels: int = Field(100, ge=0)
    min_kappa: float = Field(0.6, ge=-1, le=1)
    specialist_fraction: Fraction = 0.10
    seed: int = 1


class Output(_Model):
    """How the published tables and shards are laid out."""

    partition_by: tuple[str, ...] = ("verdict",)
    compression: Literal["none", "gzip"] = "none"
    tables: Literal["as_found", "jsonl"] = "as_found"
    max_rows_per_file: int = Field(500_000, ge=1)


class Execution(_Model):
    """How much runs at once; never changes a result."""

    tasks: int | None = Field(None, ge=1)
    texts_at_once: int | None = Field(None, ge=1)
    tasks_per_gpu: Annotated[int, Field(ge=0, le=16)] | Literal["auto"] = "auto"
    gpus_per_executor: int | None = Field(None, ge=1)


class Settings(_Model):
    """Everything that can change a result."""

    ingest: Ingest = Ingest()
    score: Score = Score()
    turns: Turns = "mask"
    dedup: Dedup = Dedup()
    conflict: Conflict = Conflict()
    contamination: Contamination = Contamination()
    review: Review = Review()
    output: Output = Output()
    execution: Execution = Execution()
