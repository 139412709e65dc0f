"""What driver and executors are and see, asked by one small Spark job before work that takes hours.

The question travels as code, not by name, and as plain Python: so it is answered by executors that lack this package,
and by those without Arrow.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pyspark import cloudpickle
from pyspark.sql import functions as F

from ftq_spark import __version__
from ftq_spark.errors import UserError
from ftq_spark.places.redaction import redacted
from ftq_spark.runs import storage
from ftq_spark.runs.shards import Shard
from ftq_spark.spark import probe

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ROWS = 1 << 14  # a task for each slot has some
_PAUSE_SECONDS = 0.3  # so that no slot answers for another
_N_SHARDS = 32  # that are looked for on every node

# Slots that agree in these are shown as one node.
_TOGETHER = ("host", "executable", "python", "package", "versions", "sees_out", "unseen", "model")

Node = dict[str, Any]


class Question(NamedTuple):
    """What every node is asked."""

    out: str | None = None  # a local path that it must share with the driver
    shards: Sequence[Shard] = ()
    model: str | None = None
    needed: Sequence[str] = ()  # of the optional packages
    pause: float = _PAUSE_SECONDS


class Answers(NamedTuple):
    """What the driver and every slot of the cluster say of themselves."""

    driver: Node
    slots: list[Node]  # one a task: as many as the cluster runs at once

    def nodes(self) -> list[Node]:
        """One for slots of one host that say the same, with their number."""
        found: dict[str, Node] = {}
        for slot in self.slots:  # two containers of one name may see other things
            said = json.dumps([slot[name] for name in _TOGETHER])
            found.setdefault(said, {**slot, "slots": 0})["slots"] += 1
        return [found[key] for key in sorted(found)]


def ask(spark: SparkSession, question: Question) -> Answers:
    """Ask the driver and every slot; files of the handshake are gone when it returns."""
    nonce = uuid.uuid1().hex
    folder = None
    if question.out is not None and _is_local(question.out):
        folder = Path(storage.locate(question.out)[1]) / f".handshake-{nonce}"
        folder.mkdir(parents=True)
        (folder / "driver").write_text(nonce, encoding="utf-8")
    looked_for = _sample(question.shards)
    asked = probe.Asked(
        nonce,
        shared=None if folder is None else str(folder),
        shards=tuple((storage.locate(s.uri)[1], s.n_bytes) for s in looked_for if _is_local(s.uri)),
        uris=tuple(s.uri for s in looked_for[:1] if not _is_local(s.uri)),
        model=question.model,
        pause=question.pause,
    )
    try:
        driver = probe.answer(asked, 0)
        slots = _ask_slots(spark, asked)
        seen = {path.name for path in folder.iterdir()} if folder else set()
    finally:
        if folder:
            _remove(folder)
    for slot in slots:
        slot["sees_out"] = bool(slot["sees_out"]) and slot["left"] in seen if folder else None
    return Answers(driver, slots)


def _ask_slots(spark: SparkSession, asked: probe.Asked) -> list[Node]:
    cloudpickle.register_pickle_by_value(probe)  # type: ignore[no-untyped-call]
    try:
        said = (
            spark.range(_ROWS).select(F.udf(probe.Probe(asked), "string", useArrow=False)("id").alias("said")).collect()
        )
    finally:
        cloudpickle.unregister_pickle_by_value(probe)  # type: ignore[no-untyped-call]
    return [json.loads(row["said"]) for row in said if row["said"]]


def check(answers: Answers, question: Question) -> None:
    """Raises UserError, with the host, for the first thing on a node that would stop the work or lose rows."""
    driver = answers.driver
    for node in answers.nodes():
        at = f"{node['host']} ({node['executable']})"
        if node["sees_out"] is False:
            raise UserError(
                f"--out {question.out} is not shared: {node['host']} sees another one than {driver['host']}; give a "
                "URI (s3://…, abfs://…, hdfs://…) or a path that every node mounts"
            )
        if node["python"].rsplit(".", 1)[0] != driver["python"].rsplit(".", 1)[0]:
            raise UserError(f"{at}: Python {node['python']}, the driver has {driver['python']}: use one version")
        if node["package"] != __version__:
            found = f"ftq_spark {node['package']}" if node["package"] else "no ftq_spark"
            raise UserError(f"{at}: {found}, expected {__version__}: ship it with --py-files dist/ftq_spark.zip")
        for name in ("pyarrow", "pandas", "numpy", "datasketch"):
            if node["versions"].get(name) is None:
                raise UserError(f"{at}: no {name}: ship an environment with --archives (scripts/package --env)")
        if node["unseen"]:
            raise UserError(
                redacted(f"{at} cannot read the input {node['unseen'][0]}: give a URI or a path that every node mounts")
            )
        if question.model and not node["model"]:
            raise UserError(f"{at}: no embedding model {question.model!r}: install it there, or give a path all mount")
        for name in question.needed:
            if node["versions"].get(name) is None:
                raise UserError(
                    f"{at}: no {name}: install 'ftq-spark[onnx]' there, or set dedup.semantic.backend=torch"
                )


def _is_local(path: str) -> bool:
    return not storage.is_uri(path) or path.startswith(("file:", "dbfs:"))


def _sample(shards: Sequence[Shard]) -> list[Shard]:
    step = max(1, len(shards) // _N_SHARDS)
    return list(shards[::step][:_N_SHARDS])


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
    folder.rmdir()


def java_versions(spark: SparkSession) -> list[str]:
    """The versions of Java on the executors, where the platform lets them be asked."""
    asked = F.expr("reflect('java.lang.System', 'getProperty', 'java.version')").alias("java")
    try:
        return sorted({row["java"] for row in spark.range(_ROWS).select(asked).distinct().collect()})
    except Exception:
        return []
