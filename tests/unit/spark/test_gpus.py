"""What tasks that embed ask for, on a stand-in of a session: that a cluster grants it, test_standalone shows."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ftq_spark.settings import Execution
from ftq_spark.spark import gpus

DECLARED = {"spark.executor.resource.gpu.amount": "2"}
DYNAMIC = {"spark.dynamicAllocation.enabled": "true"}


def session(conf: dict[str, str], version: str = "4.1.4", *said: dict[str, Any]) -> Any:
    """One whose tasks say what is given; without that no job can run."""

    def mapped(function: Any, schema: str, profile: Any) -> Any:
        if not said:
            raise RuntimeError("TaskResourceProfiles are only supported for Standalone")
        return SimpleNamespace(collect=lambda: [{"said": json.dumps(line)} for line in said], profile=profile)

    frame = SimpleNamespace(mapInArrow=mapped)
    conf = {"spark.master": "spark://node0:7077", **conf}
    return SimpleNamespace(conf=SimpleNamespace(get=conf.get), version=version, range=lambda n: frame)


def gpu(address: str, cuda: str | None = "12.6") -> dict[str, Any]:
    return {"host": "node1", "address": address, "torch": "2.9.0", "cuda": cuda}


GIVEN = (gpu("0"), gpu("1"), gpu("0"))


def test_nothing_is_asked_or_said_where_no_gpu_is_declared() -> None:
    assert gpus.for_embedding(session({}), Execution(), "torch") == gpus.Gpus()
    assert gpus.for_embedding(session(DECLARED), Execution(tasks_per_gpu=0), "torch") == gpus.Gpus(2)


def test_where_gpus_are_declared_one_task_has_one() -> None:
    found = gpus.for_embedding(session(DECLARED, "4.1.4", *GIVEN), Execution(), "torch")
    assert found.said == "embedding asks for GPUs, 1 task each: node1 0, node1 1"
    assert (found.per_executor, found.n_tasks) == (2, 6)
    assert found.profile is not None
    assert {name: one.amount for name, one in found.profile.taskResources.items()} == {"gpu": 1.0}
    assert found.profile.executorResources == {}  # those that are there


def test_tasks_may_share_a_gpu() -> None:
    held = DECLARED | {"spark.task.resource.gpu.amount": "1"}
    found = gpus.for_embedding(session(held, "4.1.4", *GIVEN), Execution(tasks_per_gpu=3), "torch")
    assert found.profile is not None
    assert found.profile.taskResources["gpu"].amount == pytest.approx(1 / 3)
    assert found.n_tasks == 18
    assert found.said is not None and found.said.endswith(
        "; spark.task.resource.gpu.amount=1 holds the tasks of every other stage to GPUs too: leave it unset"
    )


def test_many_gpus_are_not_all_named() -> None:
    many = [gpu(str(number)) for number in range(12)]
    found = gpus.for_embedding(session(DECLARED, "4.1.4", *many), Execution(), "torch")
    assert found.said is not None and found.said.endswith(" and 4 more")
    assert len(found.seen) == 12


def test_with_dynamic_allocation_executors_are_started_for_it() -> None:
    conf = DYNAMIC | {
        "spark.executor.resource.gpu.amount": "0",
        "spark.executor.resource.gpu.discoveryScript": "/opt/gpus.sh",
        "spark.executor.resource.gpu.vendor": "nvidia.com",
    }
    found = gpus.for_embedding(session(conf, "4.1.4", *GIVEN), Execution(gpus_per_executor=2), "torch")
    assert found.profile is not None
    (asked,) = found.profile.executorResources.values()
    assert (asked.resourceName, asked.amount) == ("gpu", 2)
    assert (asked.discoveryScript, asked.vendor) == ("/opt/gpus.sh", "nvidia.com")
    assert (found.per_executor, found.n_tasks) == (2, None)  # more may come


@pytest.mark.parametrize(
    ("conf", "version", "execution", "backend", "why"),
    [
        (DECLARED, "3.5.9", Execution(), "torch", "it takes Spark 4.0, here is 3.5.9"),
        (DECLARED, "4.1.4", Execution(), "onnx", "dedup.semantic.backend=onnx computes on CPUs"),
        (DECLARED | DYNAMIC, "4.1.4", Execution(), "torch", "with dynamic allocation executors are started for it"),
        (
            DECLARED | DYNAMIC,
            "4.1.4",
            Execution(gpus_per_executor=1),
            "torch",
            "spark.executor.resource.gpu.amount at 0",
        ),
        ({}, "4.1.4", Execution(tasks_per_gpu=1), "torch", "executors declare none (spark.executor.resource.gpu"),
        (DECLARED, "4.1.4", Execution(), "torch", "TaskResourceProfiles are only supported for Standalone"),
    ],
    ids=["old", "onnx", "dynamic", "dynamic, held", "none", "refused"],
)
def test_why_nothing_is_asked_is_said_and_nothing_fails(
    conf: dict[str, str], version: str, execution: Execution, backend: str, why: str
) -> None:
    found = gpus.for_embedding(session(conf, version), execution, backend)
    assert found.profile is None
    assert found.said is not None and found.said.startswith("embedding asks for no GPU: ")
    assert why in found.said


def test_torch_that_cannot_use_a_gpu_is_given_none_unless_that_is_asked_for() -> None:
    said = (gpu("0", cuda=None),)
    found = gpus.for_embedding(session(DECLARED, "4.1.4", *said), Execution(), "torch")
    assert found.profile is None
    assert found.said is not None and "torch 2.9.0 on node1 is built without CUDA" in found.said
    assert gpus.for_embedding(session(DECLARED, "4.1.4", *said), Execution(tasks_per_gpu=1), "torch").profile


@pytest.mark.parametrize(
    ("n_gpus", "execution", "backend", "n_tasks"),
    [
        (2, Execution(), "torch", 2),
        (2, Execution(tasks_per_gpu=4), "torch", 8),
        (2, Execution(tasks_per_gpu=0), "torch", None),
        (2, Execution(), "onnx", None),
        (0, Execution(tasks_per_gpu=1), "torch", None),
    ],
)
def test_one_machine_has_as_many_tasks_as_its_gpus_shall_have(
    monkeypatch: pytest.MonkeyPatch, n_gpus: int, execution: Execution, backend: str, n_tasks: int | None
) -> None:
    monkeypatch.setattr(gpus, "gpus_here", lambda: n_gpus)
    found = gpus.for_embedding(session({"spark.master": "local[4]"}), execution, backend)
    assert (found.profile, found.n_tasks) == (None, n_tasks)
    assert (found.said is None) == (n_tasks is None)
