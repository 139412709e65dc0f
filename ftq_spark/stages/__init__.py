"""The stages, as one literal list.

A stage reads tables of the run, writes tables into a fresh directory, and is committed by the manifest. It is skipped
while its fingerprint (its version, what it depends on, and the fingerprints of what it reads) is unchanged.
"""

from __future__ import annotations

from typing import Any

from ftq_spark import signals
from ftq_spark.kernels.text.tokens import UNICODE_VERSION
from ftq_spark.stages.comparing import run_block, run_conflict, run_group, run_match, run_search
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.stages.decontaminating import benchmark_shards, check_benchmarks, run_decontaminate
from ftq_spark.stages.measuring import embedded_views, run_embed, run_ingest, run_score, run_topic
from ftq_spark.stages.preferring import KEEPING, preference
from ftq_spark.stages.settling import review_sections, run_cluster, run_decide, run_publish, run_report

__all__ = ["STAGES", "Context", "Stage", "Written", "check_benchmarks"]


def _scoring(context: Context) -> Any:
    score = context.settings.score
    versions = {entry.name: entry.version for entry in signals.catalogue()}
    return [score.min_length, score.max_length, score.sources(), versions]


def _screening(context: Context) -> Any:
    found = benchmark_shards(context.settings.contamination)
    contents = {name: [(shard.source, shard.checksum) for shard in shards] for name, shards in found.items()}
    return [context.settings.contamination.model_dump(exclude={"benchmarks", "action"}), contents, UNICODE_VERSION]


def _embedding(context: Context) -> Any:
    semantic = context.settings.dedup.semantic
    return [embedded_views(context.settings), semantic.model, semantic.dtype, semantic.blank, context.former_marks]


def _searching(context: Context) -> Any:
    return [
        context.settings.dedup.semantic.model_dump(),
        context.settings.conflict.model_dump(include={"enabled", "prompt_threshold", "depth"}),
        context.former_marks,
    ]


def _comparing(context: Context) -> Any:
    return [
        context.settings.dedup.semantic.model_dump(),
        context.settings.conflict.model_dump(
            include={"enabled", "prompt_threshold", "depth", "score_threshold", "nli_model"}
        ),
        context.former_marks,
    ]


def _grouping(context: Context) -> Any:
    judge = context.settings.conflict.judge
    judging = None if judge is None else judge.model_dump(exclude={"api_key_env", "timeout_seconds", "cache"})
    return [judging, context.settings.conflict.min_probability, context.pair_labels, context.calibration]


def _blocking(context: Context) -> Any:
    letters = UNICODE_VERSION  # which characters are letters
    return [context.settings.dedup.near.model_dump(), letters, preference(context), context.former_marks]


def _matching(context: Context) -> Any:
    veto = context.settings.conflict.model_dump(include={"enabled", "veto_threshold"})
    return [context.settings.dedup.model_dump(exclude=KEEPING), veto, context.former_marks]


def _settling(context: Context) -> Any:
    per_prompt = context.settings.dedup.semantic.keep_per_prompt
    policy = context.settings.conflict.model_dump(include={"policy", "trust"})
    rules = [context.settings.score.model_dump(), context.settings.contamination.action]
    return [rules, preference(context), per_prompt, policy, context.findings, context.former_marks]


def _reporting(context: Context) -> Any:
    return [context.settings.model_dump(), review_sections(context)]


_SHOWN = ("scored", "clean", "dropped", "review")

_JUDGED = ("examples", "signals", "contamination", "pairs", "conflicts", "stances", "within")

STAGES = (
    Stage("ingest", 1, (), lambda context: context.settings.ingest.model_dump(), run_ingest),
    Stage("score", 1, ("examples",), _scoring, run_score),
    Stage("decontaminate", 1, ("examples",), _screening, run_decontaminate),
    Stage("embed", 1, ("examples",), _embedding, run_embed),
    Stage("topic", 1, ("examples", "embeddings"), _embedding, run_topic),
    Stage("search", 2, ("examples", "embeddings"), _searching, run_search),
    Stage("block", 3, ("examples", "signals"), _blocking, run_block),
    Stage("match", 4, ("examples", "neighbours", "signatures", "blocks", "hubs"), _matching, run_match),
    Stage("conflict", 3, ("examples", "neighbours"), _comparing, run_conflict),
    Stage("group", 1, ("examples", "contradictions"), _grouping, run_group),
    Stage("cluster", 2, _JUDGED, _settling, run_cluster),
    Stage(
        "decide",
        2,
        (*_JUDGED, "clusters"),
        _settling,
        run_decide,
    ),
    Stage(
        "publish",
        1,
        ("examples", "signals", "verdicts", "topics"),
        lambda context: context.settings.output.model_dump(),
        run_publish,
        _SHOWN,
    ),
    Stage(
        "report",
        2,
        ("scored", "rejects", "clusters", "conflicts", "stances", "formats"),
        _reporting,
        run_report,
        copies=("summary.json", "report.html"),
    ),
)
