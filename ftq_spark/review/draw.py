"""Choosing examples for people to read: the error gate's draw, specialists', and borderline cases to calibrate on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from numpy.typing import NDArray

from ftq_spark.errors import InputError, SettingsError
from ftq_spark.kernels.review import sampling
from ftq_spark.review.borderline import borderline_order
from ftq_spark.review.routed import ROUTED, routed_conflicts
from ftq_spark.review.strata import coded, split
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import as_ids, check_columns, confined_to, dataset, topic_terms

DrawKind = Literal["gate", "specialist", "calibration"]
# Stratified by these unless told otherwise, where the run has them, and by whether the question is unclear.
DEFAULT_STRATA = ("dataset", "verdict", "topic")
# Examples under this quality quantile, in a conflict, or of an unclear question count as risky.
RISKY_QUANTILE = 0.2
# Of more strata than this, those with like former error rates are drawn and judged together.
MAX_RATE_GROUPS = 6
RECORD_VERSION = 1


@dataclass(frozen=True)
class DrawSettings:
    """What to draw.

    Attributes:
        kind: ``gate`` (a random draw that estimates the error rate), ``specialist`` (a random share of a domain, for
            experts, and the conflicts of that domain that the policy ``specialist`` routes to them) or ``calibration``
            (borderline cases to discuss; never the basis of a rate).
        n: examples; None is 150 for the gate, ``fraction`` of the domain for specialists, 30 for calibration.
        seed: chooses the draw; the same seed and run give the same examples.
        strata: columns to stratify by; None is dataset, verdict, topic and whether answers to the same question may
            disagree, as far as the run has them.
        verdicts: which examples are the population; the error gate asks about what will be trained on.
        where: column -> values that confine the population to a domain.
        fraction: share of the domain that specialists see.
        error_rates: stratum -> former error rate; given, the draw is Neyman's mixed half and half with proportional.
        oversample: how many times as often a risky example is drawn; 1 draws all alike. Estimates are reweighted.
        looks: sizes at which the gate may be judged, declared in advance.
        annotators: names; more than one shares the work and doubles labels.
        double_fraction: share of items with two labels.
        min_doubled: fewest items with two labels: kappa of the 15 items that 10 % of 150 are cannot be judged.
        min_quality: threshold that calibration items are near to.
        conflict_threshold: conflict score that calibration items are near to.
        disputed: examples to calibrate on because people gave them different labels.
        separate: keep clear of what other draws of this run have taken.
    """

    kind: DrawKind = "gate"
    n: int | None = None
    seed: int = 1
    strata: tuple[str, ...] | None = None
    verdicts: tuple[str, ...] = ("keep",)
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fraction: float = 0.10
    error_rates: Mapping[str, float] = field(default_factory=dict)
    oversample: float = 1.0
    looks: tuple[int, ...] = ()
    annotators: tuple[str, ...] = ()
    double_fraction: float = 0.10
    min_doubled: int = 100
    min_quality: float = 0.7
    conflict_threshold: float = 0.5
    disputed: tuple[str, ...] = ()
    separate: bool = True

    def __post_init__(self) -> None:
        if self.kind not in ("gate", "specialist", "calibration"):
            raise SettingsError(f"--kind {self.kind}: expected gate, specialist or calibration")
        if self.n is not None and self.n < 1:
            raise SettingsError(f"a draw needs at least one example: got n = {self.n}")
        if not 0 < self.fraction <= 1:
            raise SettingsError(f"fraction must lie in (0, 1]: got {self.fraction}")
        if not 0 <= self.double_fraction <= 1:
            raise SettingsError(f"double_fraction must lie in [0, 1]: got {self.double_fraction}")
        if self.oversample < 1:
            raise SettingsError(f"oversample must be 1 or more: got {self.oversample}")
        if len(set(self.annotators)) < len(self.annotators):
            raise SettingsError(f"annotators must have different names: got {', '.join(self.annotators)}")


@dataclass(frozen=True)
class _Population:
    """The examples that could be drawn, (n,) arrays, and the names of their strata."""

    ids: sampling.Ids
    strata: sampling.Indices
    labels: list[str]  # of each stratum
    groups: list[str]  # strata of one group are drawn at one rate
    weights: list[int]


def draw(run: Run, settings: DrawSettings, taken: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Choose examples; the record returned says which, from which strata, and who labels them.

    The same run, settings and ``taken`` give the same record, whatever the files' number or order; with a larger
    ``n`` the items begin with those of the smaller draw.

    Args:
        taken: ids that other draws have; they stay in the population's counts but are not drawn.

    Raises:
        SettingsError: a named column is unknown, or the settings contradict each other.
        InputError: nothing in the run fits.
    """
    if settings.kind == "calibration":
        population, chosen = _calibration(run, settings, taken)
    else:
        population = _population(run, settings)
        chosen = _random(population, settings, taken)
        if settings.kind == "specialist":
            population, chosen = _with_routed(run, settings, population, chosen)
    ids = [population.ids[index].decode() for index in chosen]
    codes = population.strata[chosen]
    annotators = settings.annotators or ("reviewer",)
    doubled = 0
    if len(annotators) > 1:
        doubled = sampling.n_doubled(len(ids), settings.double_fraction, settings.min_doubled)
        if settings.double_fraction == 0:
            doubled = 0
    assigned = sampling.assign_annotators(codes, len(annotators), doubled) if ids else np.empty((0, 2), np.int64)
    return _record(run, settings, population, list(zip(ids, codes.tolist(), assigned.tolist(), strict=True)))


def _record(
    run: Run, settings: DrawSettings, population: _Population, items: list[tuple[str, int, list[int]]]
) -> dict[str, Any]:
    annotators = settings.annotators or ("reviewer",)
    sizes = np.bincount(population.strata, minlength=len(population.labels))
    drawn = np.bincount([code for _, code, _ in items], minlength=len(population.labels))
    record = {
        "record_version": RECORD_VERSION,
        "run_id": run.run_id,
        "kind": settings.kind,
        "seed": settings.seed,
        "n": len(items),
        "population": len(population.ids),
        "verdicts": list(settings.verdicts),
        "where": {name: list(values) for name, values in settings.where.items()},
        "allocation": _allocation(settings),
        "looks": list(settings.looks),
        "annotators": list(annotators),
        "n_doubled": sum(second >= 0 for _, _, (_, second) in items),
        "strata": [
            {
                "stratum": label,
                "group": group,
                "population": int(size),
                "n": int(count),
                "weight": round(float(size / count), 6) if count else None,
            }
            for label, group, size, count in zip(population.labels, population.groups, sizes, drawn, strict=True)
        ],
        "items": [
            {
                "example_id": example_id,
                "stratum": population.labels[code],
                "annotators": [annotators[index] for index in assigned if index >= 0],
            }
            for example_id, code, assigned in items
        ],
    }
    digest = hashlib.blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=6).hexdigest()
    return {"draw_id": f"{settings.kind}-{len(items)}-{digest}", **record}


def _allocation(settings: DrawSettings) -> str:
    if settings.kind == "calibration":
        return "targeted"
    if settings.error_rates:
        return "neyman"
    return "risk" if settings.oversample > 1 else "proportional"


def _population(run: Run, settings: DrawSettings) -> _Population:
    scored = dataset(run, "scored")
    columns = _strata_columns(scored, settings)
    risk = ("quality", "conflicts_with") if settings.oversample > 1 else ()
    known = [name for name in (*risk, "question_state") if name in scored.schema.names]
    wanted = ["example_id", *dict.fromkeys([*columns, *known])]
    table = scored.to_table(columns=wanted, filter=_filter(scored, settings))
    if table.num_rows == 0:
        raise InputError(f"no example to draw: none has {_described(settings)}")
    topics = {topic: " ".join([topic, ", ".join(terms)]).strip() for topic, terms in topic_terms(run).items()}
    codes, labels = coded([(name, table[name]) for name in columns], table.num_rows, topics)
    if settings.strata is None:
        codes, labels, _ = split(codes, labels, _unclear(table), ("", "unclear question"))
    groups = ["all"] * len(labels)
    sizes = np.bincount(codes, minlength=len(labels)).tolist()
    weights = sizes
    if settings.error_rates:
        rates = _former_rates(settings.error_rates, labels)
        groups = _rate_groups(rates, labels)
        weights = _group_weights(sizes, groups, rates)
    elif settings.oversample > 1:
        codes, labels, groups = _with_risk(table, codes, labels)
        sizes = np.bincount(codes, minlength=len(labels)).tolist()
        factors = {"risky": settings.oversample, "usual": 1.0}
        weights = [round(size * factors[group] * 1024) for size, group in zip(sizes, groups, strict=True)]
    return _Population(as_ids(table["example_id"]), codes, labels, groups, weights)


def _former_rates(known: Mapping[str, float], labels: Sequence[str]) -> list[float]:
    """The former error rate of each stratum; of those that nobody judged the mean of the known ones."""
    if not set(known) & set(labels):
        raise SettingsError(
            f"former error rates name no stratum of this draw: {min(known)!r}; it has {', '.join(labels[:5])}"
            f"{' …' if len(labels) > 5 else ''}"
        )
    usual = float(np.mean(list(known.values())))
    return [known.get(label, usual) for label in labels]


def _rate_groups(rates: Sequence[float], labels: Sequence[str]) -> list[str]:
    """The group of each stratum: its own, or, of many strata, those of like rates: each group can be judged so."""
    if len(labels) <= MAX_RATE_GROUPS:
        return list(labels)
    cuts = np.unique(np.quantile(rates, np.arange(1, MAX_RATE_GROUPS) / MAX_RATE_GROUPS))
    return [f"rate group {place + 1}" for place in np.searchsorted(cuts, rates, side="left")]


def _group_weights(sizes: Sequence[int], groups: Sequence[str], rates: Sequence[float]) -> list[int]:
    """Neyman weights of the groups, each shared by its strata in proportion to their sizes."""
    names = sorted(set(groups))
    totals = [sum(size for size, group in zip(sizes, groups, strict=True) if group == name) for name in names]
    errors = [
        sum(size * rate for size, rate, group in zip(sizes, rates, groups, strict=True) if group == name)
        for name in names
    ]
    mean_rates = [error / total if total else 0.0 for error, total in zip(errors, totals, strict=True)]
    weights = dict(zip(names, sampling.neyman_weights(totals, mean_rates), strict=True))
    of_group = dict(zip(names, totals, strict=True))
    return [max(1, weights[group] * size // of_group[group]) for size, group in zip(sizes, groups, strict=True)]


def _strata_columns(scored: ds.Dataset, settings: DrawSettings) -> list[str]:
    check_columns(scored, settings.strata or ())
    return [name for name in (settings.strata or DEFAULT_STRATA) if name in scored.schema.names]


def _filter(scored: ds.Dataset, settings: DrawSettings) -> pc.Expression | None:
    confined: dict[str, Sequence[str]] = dict(settings.where)
    if settings.verdicts and "verdict" in scored.schema.names:
        confined.setdefault("verdict", settings.verdicts)
    return confined_to(scored, confined)


def _described(settings: DrawSettings) -> str:
    confined = {"verdict": settings.verdicts, **settings.where}
    return " and ".join(f"{name} in ({', '.join(values)})" for name, values in confined.items())


def _with_risk(
    table: pa.Table, codes: sampling.Indices, labels: list[str]
) -> tuple[sampling.Indices, list[str], list[str]]:
    risky = _unclear(table)
    if "quality" in table.column_names:
        quality = np.nan_to_num(table["quality"].to_numpy(), nan=0.0)
        risky |= quality < np.quantile(quality, RISKY_QUANTILE)
    if "conflicts_with" in table.column_names:
        risky |= pc.fill_null(pc.list_value_length(table["conflicts_with"]), 0).to_numpy() > 0
    codes, names, flags = split(codes, labels, risky, ("usual", "risky"))
    return codes, names, ["risky" if flag else "usual" for flag in flags]


def _unclear(table: pa.Table) -> NDArray[np.bool_]:
    """Whether other examples ask the same and it is unclear whether the answers agree."""
    if "question_state" not in table.column_names:
        return np.zeros(table.num_rows, dtype=bool)
    states = table["question_state"].cast(pa.string())
    found: NDArray[np.bool_] = pc.fill_null(pc.equal(states, "unclear"), False).to_numpy().copy()
    return found


def _random(population: _Population, settings: DrawSettings, taken: frozenset[str]) -> sampling.Indices:
    free = np.ones(len(population.ids), dtype=bool)
    if taken:
        free = ~np.isin(population.ids, np.array(sorted(taken), dtype=np.bytes_))
    wanted = settings.n
    if wanted is None:
        share = round(settings.fraction * len(population.ids))
        wanted = 150 if settings.kind == "gate" else max(1, share)
    rows = np.flatnonzero(free)
    keys = sampling.order_keys(population.ids[rows], settings.seed, settings.kind)
    # Shares are those of the whole population: what other draws have taken at random does not move them.
    chosen = sampling.stratified_draw(keys, population.ids[rows], population.strata[rows], wanted, population.weights)
    return rows[chosen]


def _with_routed(
    run: Run, settings: DrawSettings, population: _Population, chosen: sampling.Indices
) -> tuple[_Population, sampling.Indices]:
    """The draw, and behind it the routed conflicts: a stratum of its own that takes no part in any rate."""
    ids = routed_conflicts(run, _filter(dataset(run, "scored"), replace(settings, verdicts=("review",))))
    if not ids:
        return population, chosen
    n, label = len(population.ids), len(population.labels)
    both = _Population(
        np.concatenate([population.ids, np.array(ids, dtype=np.bytes_)]),
        np.concatenate([population.strata, np.full(len(ids), label)]),
        [*population.labels, "conflict"],
        [*population.groups, ROUTED],
        [],
    )
    return both, np.concatenate([chosen, np.arange(n, n + len(ids))])


def _calibration(run: Run, settings: DrawSettings, taken: frozenset[str]) -> tuple[_Population, sampling.Indices]:
    ids, sources = borderline_order(run, settings.min_quality, settings.conflict_threshold, settings.disputed)
    taken -= set(settings.disputed)  # what people have labelled apart is there to be discussed
    free = [index for index, example_id in enumerate(ids) if example_id not in taken]
    if not free:
        raise InputError("no borderline example to draw: the run has no conflict, review verdict or quality score")
    labels = sorted(set(sources))
    strata = np.array([labels.index(source) for source in sources])
    population = _Population(np.array(ids, dtype=np.bytes_), strata, labels, ["targeted"] * len(labels), [])
    return population, np.array(free[: settings.n or 30])
