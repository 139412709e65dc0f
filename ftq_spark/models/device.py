"""What a model may compute on: the cores and the GPU of the running Spark task, or those of this machine."""

from __future__ import annotations

import os
import sys
import zlib
from pathlib import Path
from typing import Any


def _task_context() -> Any:
    """Spark's context of the running task; None outside a task."""
    pyspark = sys.modules.get("pyspark")
    return None if pyspark is None else pyspark.TaskContext.get()


def task_cpus() -> int | None:
    """The cores that Spark gave this task; None outside of one."""
    context = _task_context()
    return None if context is None else max(1, context.cpus())


def task_device(device: str | None) -> str:
    """The named device; else the GPU that Spark gave the task, a CUDA device by partition, or the CPU."""
    if device is not None:
        return device
    if not _may_have_gpus():
        return "cpu"
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # as nvidia-smi counts, and with it Spark
    import torch  # noqa: PLC0415

    n_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if n_gpus == 0:
        return "cpu"
    context = _task_context()
    if context is None:
        return "cuda:0"
    gpu = context.resources().get("gpu")
    if gpu is None:
        return f"cuda:{context.partitionId() % n_gpus}"
    return f"cuda:{ordinal(gpu.addresses[0], os.environ.get('CUDA_VISIBLE_DEVICES'), n_gpus)}"


def gpus_here() -> int:
    """The GPUs of this machine that torch can use; it is imported only where there are any."""
    if not _may_have_gpus():
        return 0
    try:
        import torch  # noqa: PLC0415
    except ImportError:
        return 0
    return int(torch.cuda.device_count()) if torch.cuda.is_available() else 0


def _may_have_gpus() -> bool:
    """Whether a driver of NVIDIA's, AMD's or Windows' shows a device: to import torch and ask takes seconds."""
    return any(any(Path("/dev").glob(name)) for name in ("nvidia[0-9]*", "kfd", "dxg")) or os.name == "nt"


def ordinal(address: str, visible: str | None, n_gpus: int) -> int:
    """What CUDA calls the GPU that Spark gave a task, in [0, n_gpus).

    Args:
        address: as the cluster's discovery script has it: what `nvidia-smi` calls a GPU, its number or its UUID.
        visible: CUDA_VISIBLE_DEVICES, whose GPUs CUDA counts anew from 0; None where it counts all of the machine.
        n_gpus: those that CUDA sees.
    """
    named = [name.strip() for name in (visible or "").split(",")]
    for place, name in enumerate(named[:n_gpus]):
        if name == address or (name and not name.isdigit() and address.startswith(name)):  # a UUID may be cut short
            return place
    # A GPU that is not named: the cluster manager has narrowed what is seen, and its script counts from 0 there too.
    return int(address) % n_gpus if address.isdigit() else zlib.crc32(address.encode()) % n_gpus
