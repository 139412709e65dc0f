"""Commands about where runs are made and kept: doctor, gc."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ftq_spark import __version__
from ftq_spark.cli.console import JsonOption, RunArgument, show
from ftq_spark.errors import UserError

MasterOption = Annotated[
    str | None,
    typer.Option(
        "--master", metavar="URL", help="Spark master of a session that is started here: local[2], spark://…."
    ),
]
RemoteOption = Annotated[
    str | None, typer.Option("--remote", metavar="sc://HOST", help="A Spark Connect server; else SPARK_REMOTE.")
]


def doctor(
    master: MasterOption = None,
    remote: RemoteOption = None,
    out_: Annotated[
        str | None, typer.Option("--out", metavar="RUN", help="Does every node see this one directory?")
    ] = None,
    settings: Annotated[
        str, typer.Option("--settings", metavar="FILE|PROFILE", help="Whose embedding model must be on every node.")
    ] = "default",
    as_json: JsonOption = False,
) -> None:
    """Check what driver and executors have: Python, packages, Java, disk, memory, the model, the run directory.

    Exit 2 where a run would fail.
    """
    from ftq_spark.spark import session

    session.check_installed()
    from ftq_spark.profiles import load
    from ftq_spark.runs.run import check_out
    from ftq_spark.spark import gpus, nodes
    from ftq_spark.stages.embedding import encoder_settings

    if out_:
        check_out(out_)
    opened = session.open_session(master, remote=remote)
    chosen = load(settings, ())
    wanted = encoder_settings(chosen)
    question = nodes.Question(out_, model=wanted.model, needed=wanted.packages)
    answers = nodes.ask(opened, question)
    described = session.described(opened)
    found = {
        "ftq_spark": __version__,
        "session": {key: described[key] for key in ("kind", "version", "master")},
        "java": nodes.java_versions(opened),
        "n_slots": len(answers.slots),
        "driver": answers.driver,
        "nodes": answers.nodes(),
    }
    fault = None
    try:
        nodes.check(answers, question)
    except UserError as error:
        fault = error
    else:
        for_embedding = gpus.for_embedding(opened, chosen.execution, wanted.backend)
        found["gpus"] = {name: getattr(for_embedding, name) for name in ("per_executor", "said", "seen")}
    show(found | {"fault": str(fault) if fault else None}, as_json, _table)
    if fault:
        raise fault


def _table(found: dict[str, Any]) -> str:
    session = found["session"]
    head = (
        f"ftq_spark {found['ftq_spark']}, Python {platform.python_version()}, Spark {session['version']} "
        f"({session['kind']}, {session['master'] or 'unknown master'}), Java {', '.join(found['java']) or '?'}, "
        f"{found['n_slots']} slots"
    )
    columns = (
        "role",
        "host",
        "slots",
        "python",
        "package",
        "pyarrow",
        "pandas",
        "memory",
        "disk",
        "model",
        "sees --out",
    )
    rows = [
        columns,
        _row("driver", found["driver"], ""),
        *(_row("executor", node, node["slots"]) for node in found["nodes"]),
    ]
    widths = [max(len(str(row[place])) for row in rows) for place in range(len(columns))]
    lines = [
        "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([head, *lines, *_gpu_lines(found.get("gpus") or {})])


def _gpu_lines(gpus: dict[str, Any]) -> list[str]:
    """What is said of GPUs, where executors or settings name some."""
    declared = f"each executor has {gpus['per_executor']}; " if gpus.get("per_executor") else ""
    return [f"GPUs: {declared}{gpus['said'] or 'no stage asks for one'}"] if declared or gpus.get("said") else []


def _row(role: str, node: dict[str, Any], slots: Any) -> Sequence[Any]:
    seen = {True: "yes", False: "no"}.get(node["sees_out"], "-") if role == "executor" else "-"
    memory = f"{node['memory'] / (1 << 30):.0f} GiB" if node["memory"] else "?"
    versions = node["versions"]
    return (
        *(role, node["host"], slots, node["python"], node["package"] or "missing"),
        *(versions["pyarrow"] or "missing", versions["pandas"] or "missing"),
        *(memory, f"{node['disk_free'] / (1 << 30):.0f} GiB", "yes" if node["model"] else "no", seen),
    )


def gc(
    run_: RunArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and delete nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete what no result of RUN needs: attempts of killed runs, and results that newer ones have replaced."""
    from ftq_spark.runs import attempts
    from ftq_spark.runs.run import Run

    show(attempts.collect(Run.open(run_), dry_run), as_json, attempts.render)
