"""The stages, as one literal list.

A stage reads tables of the run, writes tables into a fresh directory, and is committed by the manifest. It is skipped
while its fingerprint (its version, what it depends on, and the fingerprints of what it reads) is unchanged. Each
stands beside the function that runs it.
"""

from __future__ import annotations

from ftq_spark.stages.asking import ASK
from ftq_spark.stages.comparing import BLOCK, CONFLICT, MATCH, SEARCH, VERIFY
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.stages.decontaminating import DECONTAMINATE, check_benchmarks
from ftq_spark.stages.embedding import EMBED
from ftq_spark.stages.grouping import GROUP
from ftq_spark.stages.measuring import INGEST, SCORE, TOPIC
from ftq_spark.stages.publishing import PUBLISH
from ftq_spark.stages.questioning import QUESTION
from ftq_spark.stages.rating import RATE
from ftq_spark.stages.settling import CLUSTER, DECIDE, JUDGE, REPORT

__all__ = ["STAGES", "Context", "Stage", "Written", "check_benchmarks"]

STAGES = (
    INGEST,
    SCORE,
    RATE,
    DECONTAMINATE,
    EMBED,
    TOPIC,
    SEARCH,
    BLOCK,
    VERIFY,
    ASK,
    MATCH,
    CONFLICT,
    GROUP,
    QUESTION,
    JUDGE,
    CLUSTER,
    DECIDE,
    PUBLISH,
    REPORT,
)
