"""Which device is meant by what Spark, the cluster manager and CUDA say."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from ftq_spark.models import device
from ftq_spark.models.device import ordinal


@pytest.mark.parametrize(
    ("address", "visible", "n_gpus", "expected"),
    [
        ("3", None, 8, 3),
        ("3", "", 8, 3),
        ("3", "2,3", 2, 1),  # CUDA counts what it sees from 0
        ("1", "1,2", 2, 0),
        ("0", "5, 6", 2, 0),  # the script sees no more than CUDA, and counts as it does
        ("9", None, 8, 1),
        ("GPU-8932f937-d72c", "GPU-aa,GPU-8932f937", 2, 1),
        ("1", "GPU-aa,GPU-1b", 2, 1),
        ("MIG-5c", "MIG-5c", 1, 0),
    ],
)
def test_the_gpu_that_spark_gave_is_the_one_that_cuda_means(
    address: str, visible: str | None, n_gpus: int, expected: int
) -> None:
    assert ordinal(address, visible, n_gpus) == expected


def test_a_uuid_that_nothing_names_is_one_of_those_that_are_there() -> None:
    assert {ordinal(f"GPU-{number}", None, 2) for number in range(20)} == {0, 1}


def task(partition: int, **resources: list[str]) -> Any:
    given = {name: SimpleNamespace(addresses=addresses) for name, addresses in resources.items()}
    return SimpleNamespace(resources=lambda: given, partitionId=lambda: partition)


@pytest.mark.parametrize(
    ("running", "n_gpus", "expected"),
    [
        (task(3, gpu=["0"]), 2, "cuda:0"),
        (task(3, gpu=["1"]), 2, "cuda:1"),
        (task(3), 2, "cuda:1"),
        (None, 2, "cuda:0"),
        (task(3, gpu=["1"]), 0, "cpu"),
    ],
    ids=["first", "second", "none given", "no task", "none there"],
)
def test_a_task_computes_on_what_it_was_given(
    monkeypatch: pytest.MonkeyPatch, running: Any, n_gpus: int, expected: str
) -> None:
    cuda = SimpleNamespace(is_available=lambda: n_gpus > 0, device_count=lambda: n_gpus)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    monkeypatch.setattr(device, "_task_context", lambda: running)
    monkeypatch.setattr(device, "_may_have_gpus", lambda: True)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert device.task_device(None) == expected
    assert device.task_device("cuda:7") == "cuda:7"


def test_torch_is_not_asked_where_no_driver_shows_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(device, "_may_have_gpus", lambda: False)
    assert device.task_device(None) == "cpu"
    assert device.gpus_here() == 0
