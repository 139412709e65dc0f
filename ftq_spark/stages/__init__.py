"""The stages, as one literal list.

A stage reads tables of the run, writes tables into a fresh directory, and is committed by the manifest. It is skipped
while its fingerprint (its version, what it depends on, and the fingerprints of what it reads) is unchanged.
"""

from __future__ import annotations

from typing import Any

from ftq_spark import signals
from ftq_spark.kernels.tokens import UNICODE_VERSION
from ftq_spark.stages.comparing import run_block, run_conflict, run_group, run_match, run_search
from ftq_spark.stages.decontaminating import benchmark_shards, check_benchmarks, run_decontaminate
from ftq_spark.stages.job import Job, Stage, Written
from ftq_spark.stages.measuring import embedded_views, run_embed, run_ingest, run_score, run_topic
from ftq_spark.stages.preferring import KEEPING, preference
from ftq_spark.stages.settling import review_sections, run_cluster, run_decide, run_publish, run_report

__all__ = ["STAGES", "Job", "Stage", "Written", "check_benchmarks"]


def _scoring(job: Job) -> Any:
    score = job.settings.score
    versions = {entry.name: entry.version for entry in signals.catalogue()}
    return [score.min_length, score.max_length, score.sources(), versions]


def _screening(job: Job) -> Any:
    found = benchmark_shards(job.settings.contamination)
    contents = {name: [(shard.source, shard.checksum) for shard in shards] for name, shards in found.items()}
    return [job.settings.contamination.model_dump(exclude={"benchmarks", "action"}), contents, UNICODE_VERSION]


def _embedding(job: Job) -> Any:
    semantic = job.settings.dedup.semantic
    return [embedded_views(job.settings), semantic.model, semantic.dtype, semantic.blank, job.former_marks]


def _searching(job: Job) -> Any:
    return [
        job.settings.dedup.semantic.model_dump(),
        job.settings.conflict.model_dump(include={"enabled", "prompt_threshold", "depth"}),
        job.former_marks,
    ]


def _comparing(job: Job) -> Any:
    return [
        job.settings.dedup.semantic.model_dump(),
        job.settings.conflict.model_dump(
            include={"enabled", "prompt_threshold", "depth", "score_threshold", "nli_model"}
        ),
        job.former_marks,
    ]


def _grouping(job: Job) -> Any:
    judge = job.settings.conflict.judge
    judging = None if judge is None else judge.model_dump(exclude={"api_key_env", "timeout_seconds", "cache"})
    return [judging, job.settings.conflict.min_probability, job.pair_labels, job.calibration]


def _blocking(job: Job) -> Any:
    letters = UNICODE_VERSION  # which characters are letters
    return [job.settings.dedup.near.model_dump(), letters, preference(job), job.former_marks]


def _matching(job: Job) -> Any:
    veto = job.settings.conflict.model_dump(include={"enabled", "veto_threshold"})
    return [job.settings.dedup.model_dump(exclude=KEEPING), veto, job.former_marks]


def _settling(job: Job) -> Any:
    per_prompt = job.settings.dedup.semantic.keep_per_prompt
    policy = job.settings.conflict.model_dump(include={"policy", "trust"})
    rules = [job.settings.score.model_dump(), job.settings.contamination.action]
    return [rules, preference(job), per_prompt, policy, job.findings, job.former_marks]


def _reporting(job: Job) -> Any:
    return [job.settings.model_dump(), review_sections(job)]


_SHOWN = ("scored", "clean", "dropped", "review")

_JUDGED = ("examples", "signals", "contamination", "pairs", "conflicts", "stances", "within")

STAGES = (
    Stage("ingest", 1, (), lambda job: job.settings.ingest.model_dump(), run_ingest),
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
        lambda job: job.settings.output.model_dump(),
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
