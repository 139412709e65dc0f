"""GPUs for the tasks that embed, by Spark's stage-level scheduling, while the tasks of other stages run on every core.

Where all executors have GPUs (static allocation) the tasks that embed ask for a part of one. With dynamic allocation
Spark knows no such thing: there executors with GPUs are started for these tasks alone, where a setting names how many
each shall have. Whether a platform can do it is asked by doing it: one small job, and only where GPUs are declared.
One machine by itself (local mode) cannot: there embedding is cut into no more tasks than its GPUs shall have.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyspark
from pyspark import cloudpickle

from ftq_spark.models.device import gpus_here
from ftq_spark.settings import Execution
from ftq_spark.spark import causes, probe
from ftq_spark.spark.session import TASKS_PER_SLOT, is_spread

if TYPE_CHECKING:
    from pyspark.resource import ResourceProfile
    from pyspark.sql import SparkSession

_EXECUTORS = "spark.executor.resource.gpu."
_TASKS = "spark.task.resource.gpu.amount"
_DYNAMIC = "spark.dynamicAllocation.enabled"
_ROWS = 1 << 10  # a task for each slot has some
_SHOWN = 8  # GPUs that are named in a line


class Gpus(NamedTuple):
    """What the tasks that embed ask for."""

    per_executor: int = 0  # that executors have
    profile: ResourceProfile | None = None  # what such a task asks for; None: nothing
    said: str | None = None  # what is asked for, or why nothing is; None where there is nothing to say
    seen: tuple[str, ...] = ()  # GPUs that tasks were given: HOST ADDRESS
    n_tasks: int | None = None  # into so many embedding is cut; None: as any costly pass, since executors may come


def for_embedding(spark: SparkSession, wanted: Execution, backend: str) -> Gpus:
    """What tasks that embed shall ask for in this session; it never fails, but says why a GPU cannot be asked for.

    Args:
        backend: what computes (:class:`~ftq_spark.models.encoder.EncoderSettings`).
    """
    if not is_spread(spark):
        return _of_this_machine(wanted, backend)
    declared, tasks = _number(spark, f"{_EXECUTORS}amount"), wanted.tasks_per_gpu
    n_each = wanted.gpus_per_executor or declared
    if tasks == 0 or (tasks == "auto" and not n_each):
        return Gpus(declared)
    if why := _why_not(spark, wanted, declared, backend):
        return Gpus(declared, None, f"embedding asks for no GPU: {why}")
    n_sharing = 1 if tasks == "auto" else tasks
    try:
        profile = _profile(spark, n_sharing, wanted.gpus_per_executor)
        given = _given(spark, profile)
    except Exception as error:
        return Gpus(declared, None, f"embedding asks for no GPU: {causes.explained(error)}")
    if tasks == "auto" and (without := next((gpu for gpu in given if not gpu["cuda"]), None)):
        why = f"torch {without['torch'] or '(none)'} on {without['host']} is built without CUDA"
        fix = "install one that has it, or set execution.tasks_per_gpu=1"
        return Gpus(declared, None, f"embedding asks for no GPU: {why}; {fix}")
    seen = tuple(sorted({f"{gpu['host']} {gpu['address']}" for gpu in given}))
    n_tasks = TASKS_PER_SLOT * len(seen) * n_sharing if wanted.gpus_per_executor is None else None
    return Gpus(n_each, profile, _said(spark, n_sharing, seen), seen, n_tasks)


def _of_this_machine(wanted: Execution, backend: str) -> Gpus:
    """How embedding is cut where there is no cluster: a task by its number takes one of the GPUs."""
    n_gpus = 0 if wanted.tasks_per_gpu == 0 or backend == "onnx" else gpus_here()
    if not n_gpus:
        return Gpus()
    n_sharing = 1 if wanted.tasks_per_gpu == "auto" else wanted.tasks_per_gpu
    said = f"embedding uses the GPUs of this machine ({n_gpus}), {_counted(n_sharing)} each"
    return Gpus(n_gpus, None, said, (), n_gpus * n_sharing)


def _why_not(spark: SparkSession, wanted: Execution, declared: int, backend: str) -> str | None:
    """Why this session can give no GPU to single stages, as far as that is known before it is tried."""
    dynamic = _is_dynamic(spark)
    if backend == "onnx":
        return "dedup.semantic.backend=onnx computes on CPUs"
    if min(pyspark.__version__, spark.version) < "4":
        return f"it takes Spark 4.0, here is {spark.version}; all tasks of an executor share its GPUs"
    if dynamic and (declared or wanted.gpus_per_executor is None):  # executors that hold GPUs may go on holding them
        return (
            "with dynamic allocation executors are started for it: leave "
            f"{_EXECUTORS}amount at 0 and set execution.gpus_per_executor; or set {_DYNAMIC}=false"
        )
    if not dynamic and not declared:
        return f"executors declare none ({_EXECUTORS}amount)"
    return None


def _profile(spark: SparkSession, n_sharing: int, per_executor: int | None) -> ResourceProfile:
    """For each of `n_sharing` tasks its part of a GPU; and executors that have some, where they are started for it."""
    from pyspark.resource import (  # noqa: PLC0415  (Connect's and the driver's own are told apart when they are made)
        ExecutorResourceRequests,
        ResourceProfileBuilder,
        TaskResourceRequests,
    )

    builder = ResourceProfileBuilder().require(TaskResourceRequests().resource("gpu", 1 / n_sharing))
    if _is_dynamic(spark) and per_executor is not None:
        script, vendor = (_conf(spark, f"{_EXECUTORS}{name}") or "" for name in ("discoveryScript", "vendor"))
        builder = builder.require(ExecutorResourceRequests().resource("gpu", per_executor, script, vendor))
    return builder.build


def _given(spark: SparkSession, profile: ResourceProfile) -> list[dict[str, Any]]:
    """What tasks say that ask for `profile`: host, address of their GPU, torch and what it is built for."""
    cloudpickle.register_pickle_by_value(probe)  # type: ignore[no-untyped-call]
    try:
        said = spark.range(_ROWS).mapInArrow(probe.gpu, "said string", profile=profile).collect()
    finally:
        cloudpickle.unregister_pickle_by_value(probe)  # type: ignore[no-untyped-call]
    return [json.loads(row["said"]) for row in said]


def _counted(n_tasks: int) -> str:
    return f"{n_tasks} {'tasks' if n_tasks > 1 else 'task'}"


def _said(spark: SparkSession, n_sharing: int, seen: Sequence[str]) -> str:
    named = ", ".join(seen[:_SHOWN]) + (f" and {len(seen) - _SHOWN} more" if len(seen) > _SHOWN else "")
    held = _conf(spark, _TASKS)
    warned = f"; {_TASKS}={held} holds the tasks of every other stage to GPUs too: leave it unset" if held else ""
    return f"embedding asks for GPUs, {_counted(n_sharing)} each: {named}{warned}"


def _is_dynamic(spark: SparkSession) -> bool:
    return str(_conf(spark, _DYNAMIC)).lower() == "true"


def _number(spark: SparkSession, key: str) -> int:
    try:
        return int(_conf(spark, key) or 0)
    except ValueError:
        return 0


def _conf(spark: SparkSession, key: str) -> str | None:
    try:
        return spark.conf.get(key, None)
    except Exception:  # serverless compute tells nothing
        return None
