"""The stages that settle what was measured: judge, cluster, decide, report."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from ftq_spark import schema, signals
from ftq_spark.profiles import profile_name
from ftq_spark.report import page, payload, summary, write
from ftq_spark.report.tables import Tables
from ftq_spark.review.ledger import saved_result
from ftq_spark.review.sizing import sizing_table
from ftq_spark.runs import storage
from ftq_spark.runs.run import fingerprint
from ftq_spark.runs.tables import dataset, optional
from ftq_spark.settings import Settings
from ftq_spark.spark import frames
from ftq_spark.stages import aligning
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.stages.embedding import embedded_views, shared_ends
from ftq_spark.stages.preferring import preceded, preference
from ftq_spark.stages.questioning import rounds
from ftq_spark.stages.rating import measured, unrated
from ftq_spark.transforms import (
    cluster,
    consistency,
    contamination,
    cuts,
    decide,
    displaced,
    findings,
    judge,
    mask,
    prefixes,
    stances,
    units,
    within,
)
from ftq_spark.transforms.components import Parts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_SECTIONS = {
    "review": "score",
    "agreement": "agreement",
    "sizing": "sizing",
}  # of the summary, and what the ledger calls them


def run_judge(context: Context, directory: str) -> Written:
    """The verdicts of the rules, then reviewers', then of the policy for conflicts; and what that one drops.

    Beside them the usual formats, by which `decide` will judge.
    """
    settings, names = context.settings, ("judged", "settled", "exchanges", "turn_findings", "formats")
    tables = {name: f"{directory}/{name}" for name in names}
    features = consistency.features(context.table("examples"), context.table("signals"))
    context.write(consistency.usual_formats(features, settings.score.format.min_group), tables["formats"])
    judged = judge.judge(_own_faults(context), settings.score, settings.dedup.keep == "best")
    if context.findings:
        found = frames.of_rows(context.spark, context.findings, frames.texts("content_hash", "verdict", "reviewer"))
        pairs = context.table("pairs").where("not against and not doubted")
        judged = findings.apply(judged, context.table("examples"), pairs, found)
    judged = within.apply(judged, context.table("within"))
    if slipped := aligning.slipped(context.run.manifest["stages"]["ingest"]["displaced"]):
        judged = displaced.apply(judged, context.table("examples"), slipped, settings.score.displaced_verdict)
    of_turns, n_masked = _turn_findings(context, tables)
    judged = mask.apply(judged, of_turns, settings.turns)
    if settings.contamination.benchmarks:
        judged = contamination.apply(judged, context.table("contamination"), settings.contamination.action)
    ingested = context.run.manifest["stages"]["ingest"]
    if settings.dedup.answers == "same" and ingested.get("n_continued") != 0:  # else no dialogue begins another
        judged = prefixes.apply(judged, _prefixes(context, judged), settings.dedup.prefix_duplicate)
    if settings.conflict.policy in stances.REASONS:
        context.write(stances.settled(context.table("stances"), judged, settings.conflict), tables["settled"])
        judged = stances.apply(judged, context.read(tables["settled"]))
    else:  # nobody is settled
        context.write_empty(schema.SETTLED, tables["settled"])
    if context.findings:
        judged = findings.kept(judged)
    counts = context.write_counted(judged.select(*schema.JUDGED.names), tables["judged"], cuts.counts())
    return Written(tables, counts.pop("n"), {"n_masked": n_masked, **counts})


def _own_faults(context: Context) -> DataFrame:
    """The signals; a fault in an earlier call of a dialogue is its answer's, where it would decide."""
    strict = signals.of_each_call(rule.signal for rule in context.settings.score.rules if rule.verdict != "note")
    found = measured(context)
    return judge.without_earlier(found, strict) if strict else found


def _turn_findings(context: Context, tables: Mapping[str, str]) -> tuple[DataFrame, int]:
    """What the rules find in the answers of dialogues, with the masks that follow from it; and how many have one."""
    if not context.run.manifest["stages"]["score"]["n_turns"]:  # no dialogues
        context.write_empty(schema.EXCHANGES, tables["exchanges"])
        context.write_empty(schema.TURN_FINDINGS, tables["turn_findings"])
        return context.read(tables["turn_findings"]), 0
    context.write(judge.exchanges(context.table("signals"), context.settings.score.rules), tables["exchanges"])
    ingest = context.settings.ingest
    columns = {shard.dataset: ingest.columns_of(shard.dataset) for shard in context.shards} if ingest.columns else {}
    answers, examples = context.read(tables["exchanges"]), context.table("examples")
    found = mask.turn_findings(answers, examples, columns, context.settings.turns == "mask")
    counts = context.write_counted(found, tables["turn_findings"], {"n_masked": F.count("masked")})
    return context.read(tables["turn_findings"]), counts["n_masked"]


def _prefixes(context: Context, judged: DataFrame) -> DataFrame:
    """Beginnings of longer dialogues; of those that would be dropped not what is sheltered, or in a conflict."""
    examples = context.table("examples")
    found = prefixes.prefixes(examples, judged)
    if context.settings.dedup.prefix_duplicate != "drop":
        return found
    sheltered = preceded(context, examples.select("example_id", "content_hash", "dataset")).where("sheltered")
    spared = sheltered.select("example_id").unionByName(context.table("stances").select("example_id"))
    return found.join(spared, "example_id", "left_anti")


def _judging(context: Context) -> Any:
    policy = context.settings.conflict.model_dump(include={"policy", "trust"})
    dedup = context.settings.dedup
    ties = [dedup.keep, dedup.answers, dedup.prefix_duplicate, dedup.remove_only_from, dedup.protected_names()]
    rules = [context.settings.score.model_dump(), context.settings.contamination.action, context.settings.turns]
    return [rules, ties, policy, context.findings, context.former_marks]


def _not_judged_by(context: Context) -> set[str]:
    """Tables that nothing asks for: by default rules alone judge, and need not wait for what is found of pairs."""
    settings = context.settings
    settles = settings.conflict.policy in stances.REASONS
    spares = settings.dedup.answers == "same" and settings.dedup.prefix_duplicate == "drop"
    asked = {
        "pairs": context.findings,
        "stances": settles or spares,
        "contamination": settings.contamination.benchmarks,
    }
    return {name for name, wanted in asked.items() if not wanted}.union(unrated(context))


JUDGE = Stage(
    "judge",
    version=14,
    reads=("examples", "signals", "ratings", "contamination", "pairs", "stances", "within"),
    writes=("judged", "settled", "exchanges", "turn_findings", "formats"),
    depends=_judging,
    build=run_judge,
    spared=_not_judged_by,
)


def run_cluster(context: Context, directory: str) -> Written:
    """Table `clusters`: duplicates, and the example that stands for them."""
    tables, matched = {"clusters": f"{directory}/clusters"}, context.run.manifest["stages"]["match"]
    n_pairs = matched["n_rows"]
    if not n_pairs:
        n_rows = context.write_empty(schema.CLUSTERS, tables["clusters"])
        return Written(tables, n_rows, {"n_pairs": 0, "in_parallel": False})
    judged, dedup = context.table("judged"), context.settings.dedup
    live = cluster.live(context.table("conflicts"), judged)
    decides = context.settings.score.low_quality_verdict != "note"
    nodes = cluster.nodes(preceded(context, context.table("examples")), judged, live, decides)
    if context.against:
        nodes = nodes.unionByName(cluster.former_nodes(context.former("examples")))
    parts = None
    n_counting = n_pairs if cluster.counts_prompts(dedup) else n_pairs - matched["n_doubted"]
    if n_counting > cluster.ONE_TASK_PAIRS:
        parts = Parts(max(context.n_partitions, n_counting // cluster.ONE_TASK_PAIRS), rounds(context, directory))
    frame = cluster.cluster(context.table("pairs"), nodes, dedup, parts)
    details = {"n_pairs": n_pairs, "in_parallel": parts is not None}
    return Written(tables, context.write(frame, tables["clusters"]), details)


def _clustering(context: Context) -> Any:
    dedup = context.settings.dedup
    quality = context.settings.score.low_quality_verdict
    return [preference(context), quality, dedup.answers, dedup.semantic.keep_per_prompt, context.former_marks]


CLUSTER = Stage(
    "cluster",
    version=7,
    reads=("examples", "judged", "pairs", "conflicts"),
    writes=("clusters",),
    depends=_clustering,
    build=run_cluster,
)


def run_decide(context: Context, directory: str) -> Written:
    """Table `verdicts`: keep, review or drop, with reasons and notes."""
    judged, score = context.table("judged"), context.settings.score
    signs = context.run.manifest["stages"]["judge"]
    if signs["n_cut"] >= cuts.MIN_CUT and signs["n_likely_cut"]:
        tables = context.table("examples"), context.table("signals")
        judged = cuts.apply(judged, *tables, score.rules, score.likely_truncated_verdict)
    members = cluster.conflict_members(cluster.live(context.table("conflicts"), judged))
    members = members.unionByName(context.table("settled").select("example_id", "conflicts_with"))
    features = consistency.features(context.table("examples"), context.table("signals"))
    deviations = consistency.deviations(features, context.table("formats"), score.format)
    noted, semantic = [], context.settings.dedup.semantic
    if not semantic.unreadable and context.run.manifest["stages"]["embed"].get("n_unreadable"):
        view = embedded_views(context.settings)[0]
        noted.append(
            units.unreadable(context.table("examples"), view, context.table("embeddings"), shared_ends(context))
        )
    found = decide.Found(context.table("clusters"), members, deviations, context.table("askings"))
    frame = decide.decide(judged, found, score, noted)
    if context.settings.conflict.policy == "specialist":
        frame = stances.routed(frame)
    return Written({"verdicts": directory}, context.write(frame, directory))


def _deciding(context: Context) -> Any:
    views = embedded_views(context.settings)
    looked_at = [views, context.settings.dedup.semantic.unreadable]
    return [context.settings.score.model_dump(), context.settings.conflict.policy, looked_at]


DECIDE = Stage(
    "decide",
    version=10,
    reads=(
        *("examples", "embeddings", "ends", "signals"),
        *("judged", "settled", "formats", "conflicts", "clusters", "askings"),
    ),
    writes=("verdicts",),
    depends=_deciding,
    build=run_decide,
)


def run_report(context: Context, directory: str) -> Written:
    """The summary, whose sums are checked, and the page made of it."""
    names = ("clusters", "conflicts", "stances", "formats", "questions", "askings")
    files = {name: optional(context.run, name) for name in names} | {"verdicts": dataset(context.run, "scored")}
    ingest = context.run.manifest["stages"]["ingest"]
    rejects = context.table("rejects") if ingest["n_rejects"] else None
    is_mixed = len({shard.dataset for shard in context.shards}) > 1 and context.run.has("clusters")
    clustered = context.table("clusters") if is_mixed else None
    tables = Tables(context.table("scored"), rejects, clustered, **files)
    n_read = ingest["n_read"]  # counted where the rows were read: the other side of the sum
    with ThreadPoolExecutor(1) as pool:  # while Spark counts
        pool.submit(page.template)
        is_small = context.run.manifest["stages"]["publish"]["n_rows"] <= payload.Budget().n_examples
        lines = pool.submit(payload.lines_of, context.run) if is_small else None
        found = summary.summarise(tables, _described(context), n_read, _bounds(context.settings))
    if found["conflicts"]:
        found["conflicts"]["calibration"] = context.run.manifest["stages"].get("group", {}).get("calibration")
    path = storage.join(context.run.path, directory)
    storage.write_text(storage.join(path, "summary.json"), write.to_json(found).decode())
    shown = payload.payload(context.run, found, lines=lines.result() if lines else None)
    storage.write_text(storage.join(path, "report.html"), page.render(found, shown))
    return Written({}, n_read)


def _reporting(context: Context) -> Any:
    return [context.settings.model_dump(), review_sections(context)]


REPORT = Stage(
    "report",
    version=8,
    reads=("scored", "rejects", "clusters", "conflicts", "stances", "formats", "questions", "askings"),
    writes=(),
    depends=_reporting,
    build=run_report,
    copies=("summary.json", "report.html"),
)


def _described(context: Context) -> dict[str, Any]:
    manifest = context.run.manifest
    others = {name: stage for name, stage in manifest["stages"].items() if name != "report"}
    stages = [
        {"name": name, "rows": stage["n_rows"], "seconds": stage["seconds"]}
        for name, stage in sorted(others.items(), key=lambda item: item[1]["began_at"])
    ]
    return {
        **{key: manifest[key] for key in ("run_id", "created_at", "versions")},
        "inputs": [
            {"path": s.source, "dataset": s.dataset, "bytes": s.n_bytes, "sha256": s.checksum} for s in context.shards
        ],
        "profile": profile_name(context.settings),
        "conflict_policy": context.settings.conflict.policy,
        "settings_digest": fingerprint(manifest["settings"]),
        "stages": stages,
        "sections": review_sections(context) | {"sizing": sizing_table(context.run)},
        "edits": manifest["stages"]["publish"]["n_edits"],
        "contamination": manifest["stages"].get("decontaminate", {}).get("benchmarks", {}),
        "displaced": manifest["stages"]["ingest"].get("displaced", []),
        "unread": manifest["stages"]["ingest"].get("unread", []),
        "listing": _listing(manifest["stages"]),
        "topics": manifest["stages"].get("topic", {}).get("topics", []),
        "signals": manifest["stages"]["score"]["signals"] | manifest["stages"]["rate"].get("signals", {}),
    }


def _listing(stages: Mapping[str, Any]) -> dict[str, Any]:
    """The datasets that give several right answers to a question, and the pairs that are no conflicts for it."""
    n_pairs = stages["conflict"].get("cut_pairs", {}).get("several_answers", 0)
    return {"datasets": stages["ask"]["listing"], "n_pairs": n_pairs}


def review_sections(context: Context) -> dict[str, Any]:
    """What reviewers of this run have left: the last results of `ftq review score`, `agreement` and `sizing`."""
    results = {section: saved_result(context.run, name) for section, name in _SECTIONS.items()}
    return {name: result for name, result in results.items() if result}


def _bounds(settings: Settings) -> dict[str, tuple[float | None, float | None]]:
    """What a value must lie in to pass."""
    rules = {rule.signal: (rule.at_most, rule.at_least) for rule in settings.score.rules}
    return {**rules, "quality": (settings.score.min_quality, None)}
