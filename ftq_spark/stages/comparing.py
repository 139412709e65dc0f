"""The stages that look at examples side by side: search, block, match, conflict, group."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.duplicate.verdict import QUESTION_SIMILARITY
from ftq_spark.kernels.semantic.cells import cell_recall, choose_method, train_cells
from ftq_spark.kernels.semantic.matches import MatchRules
from ftq_spark.kernels.text.tokens import UNICODE_VERSION
from ftq_spark.models.files import model_identity
from ftq_spark.models.judge import Side, judge_pairs
from ftq_spark.models.nli import check_nli_model, nli_folder
from ftq_spark.runs import storage
from ftq_spark.runs.run import Run
from ftq_spark.settings import Judge
from ftq_spark.spark import frames
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.stages.embedding import embedded_views, embeddings, shared_ends
from ftq_spark.stages.preferring import KEEPING, preference, priorities
from ftq_spark.transforms import (
    block,
    conflict,
    duplicate,
    expand,
    former,
    hear,
    match,
    oppositions,
    pair_verdicts,
    semantic,
    stances,
    units,
    within,
)

# How many candidates for a conflict each question may have: its true paraphrase is among the 10 nearest in 98 of 100.
_NEAREST = 10
# Why candidates for a conflict are left out.
_CUT = ("other_context", "too_many_neighbours", "settled_by_signature")
# Of a clump of more prompts that all match, later ones are compared with so many earlier ones: n·4,096 pairs, not n².
_MAX_MATCHES = 4_096


def run_search(context: Context, directory: str) -> Written:
    """Similar units: every pair at the duplicate threshold, and each unit's nearest above the conflict threshold."""
    dedup, conflict_ = context.settings.dedup, context.settings.conflict
    views = embedded_views(context.settings)
    if not views:
        return Written({"neighbours": directory}, context.write_empty(schema.NEIGHBOURS, directory))
    ends = shared_ends(context)
    members = reduce(
        DataFrame.unionByName, [units.members(context.compared, view, dedup.semantic, ends) for view in views]
    )
    vectors = units.vectors(members, embeddings(context), dedup.semantic)
    if not context.against:
        vectors = vectors.drop("former")
    n_units = vectors.count()
    floor = min(conflict_.floor, dedup.semantic.threshold)
    rules = MatchRules(dedup.semantic.threshold, max_matches=_MAX_MATCHES)
    if conflict_.enabled:
        rules = rules._replace(floor=floor, k=_NEAREST)
    execution = semantic.Execution(context.n_partitions)
    method = choose_method(dedup.semantic.method, n_units)
    details: dict[str, Any] = {"n_units": n_units, "method": method}
    if method == "exact":
        found = semantic.exact_matches(vectors, rules, n_units, execution)
    else:
        sample = semantic.sample_matrix(semantic.centroid_sample(vectors, n_units).toLocalIterator())
        cells = train_cells(sample, n_units, dedup.semantic.n_probe, rules.floor or rules.threshold)
        n_sample_pairs, recall = cell_recall(sample, cells, dedup.semantic.threshold)
        details |= {"n_cells": len(cells.n_pieces), "n_probe": cells.n_probe}
        details |= {"sample_pairs": n_sample_pairs, "sample_recall": recall}
        found = semantic.cluster_matches(vectors, rules, cells, execution)
    return Written({"neighbours": directory}, context.write(found, directory), details)


def _searching(context: Context) -> Any:
    return [
        context.settings.dedup.semantic.model_dump(),
        context.settings.conflict.model_dump(include={"enabled", "prompt_threshold", "depth"}),
        context.former_marks,
    ]


SEARCH = Stage(
    "search",
    version=6,
    reads=("examples", "embeddings", "ends"),
    writes=("neighbours",),
    depends=_searching,
    build=run_search,
)


def _same_blocks(context: Context, run: Run) -> bool:
    """Whether the signatures of a former run are those that this one would compute."""
    theirs, mine = run.manifest["settings"]["dedup"], context.settings.dedup.model_dump()
    found: bool = (
        all(theirs.get(name) == mine[name] for name in ("near", "answers"))
        and run.manifest["versions"] == context.run.manifest["versions"]
    )
    return found


def _signatures(context: Context, mine: DataFrame) -> DataFrame:
    """The signatures that this run computed, and those of former runs that it need not compute again."""
    reused = [run for run in context.against if _same_blocks(context, run)]
    return mine.unionByName(context.former("signatures", reused)) if reused else mine


def run_block(context: Context, directory: str) -> Written:
    """Shingle sets of every example, and the LSH blocks of those that may be near duplicates."""
    near = context.settings.dedup.near
    tables = {name: f"{directory}/{name}" for name in ("signatures", "blocks", "hubs")}
    wanted = [*map(F.col, ("example_id", "source", "row")), units.near_text(context.settings.dedup).alias("text")]
    if context.settings.dedup.answers == "same":  # texts of the same words may differ in a sign, a label, a picture
        wanted.append(F.col("content_hash").alias("unit"))
    examples = context.table("examples")
    if others := [run for run in context.against if not _same_blocks(context, run)]:
        examples = examples.unionByName(context.former("examples", others))
    texts = examples.select(*wanted).where(F.lit(near.enabled))
    n_rows = context.write(block.signatures(texts, near), tables["signatures"])
    signatures = _signatures(context, context.read(tables["signatures"]))
    context.write(block.members(signatures, near.max_block_units), tables["blocks"])
    blocks = context.read(tables["blocks"])
    sizes = block.block_sizes(blocks, near.max_block_units)
    sums = [F.coalesce(F.sum(F.col(name).cast("bigint")), F.lit(0)).alias(name) for name in ("n_pairs", "capped")]
    total = sizes.agg(F.count("*").alias("n"), *sums).collect()[0]
    largest = [row.asDict() for row in sizes.orderBy(F.desc("n_units"), "band", "key").limit(10).collect()]
    capped = blocks if total["capped"] else blocks.limit(0)
    context.write(block.hubs(capped, signatures, priorities(context), near.max_block_units), tables["hubs"])
    counts = {"n_blocks": total["n"], "n_candidate_pairs": total["n_pairs"], "n_capped_blocks": total["capped"]}
    return Written(tables, n_rows, {**counts, "largest_blocks": largest})


def _blocking(context: Context) -> Any:
    letters = UNICODE_VERSION  # which characters are letters
    dedup = context.settings.dedup
    return [dedup.near.model_dump(), dedup.answers, letters, preference(context), context.former_marks]


BLOCK = Stage(
    "block",
    version=4,
    reads=("examples", "signals"),
    writes=("signatures", "blocks", "hubs"),
    depends=_blocking,
    build=run_block,
)


def run_match(context: Context, directory: str) -> Written:
    """Table `pairs`: who repeats whom, by every channel that is enabled."""
    examples, dedup = context.compared, context.settings.dedup
    found = [context.empty(schema.PAIRS).select(*expand.PAIRS)]
    said_the_same = dedup.answers == "same"
    if dedup.exact:
        found.append(expand.exact_pairs(examples))
    if dedup.near.enabled:
        signatures = _signatures(context, context.table("signatures"))
        # Written first: the verification is a Python pass, and the expansion reads its result twice.
        members = context.table("blocks").unionByName(context.table("hubs"))
        context.write(match.matches(signatures, members, dedup.near.threshold), f"{directory}/near")
        found.append(match.near_pairs(signatures, context.read(f"{directory}/near")))
    if dedup.semantic.enabled:
        over = F.col("similarity") > dedup.semantic.threshold
        alike = over if dedup.semantic.strict else over | (F.col("similarity") == dedup.semantic.threshold)
        may_be_one = F.lit(said_the_same) & (F.col("similarity") >= QUESTION_SIMILARITY)
        matches = context.table("neighbours").where(alike | may_be_one)
        members = units.members(examples, dedup.semantic.view, dedup.semantic, shared_ends(context))
        if said_the_same:
            # Written first: what is compared is costly to cut out of the conversations, answers are read seven times.
            members = _written(context, duplicate.by_answer(members, examples), f"{directory}/members")
            answered = _written(context, duplicate.answers(members), f"{directory}/answers")
            matches = _written(context, duplicate.answer_matches(answered, matches), f"{directory}/matches")
        channel = F.when(alike | F.col("identical"), "semantic").otherwise("question")
        found.append(expand.expand(members, matches, "semantic").withColumn("channel", channel))
    frame = reduce(DataFrame.unionByName, found)
    if said_the_same:
        found_pairs = _written(context, frame, f"{directory}/found")  # it is read twice
        judged = duplicate.judged(found_pairs, examples, context.settings.conflict.veto_threshold)
        frame = judged.where("same_question or channel != 'question'")
    else:
        answers = F.lit(None).cast("string")
        frame = frame.withColumns({"doubted": F.lit(False), "same_question": F.lit(True), "answers": answers})
    stored = former.stored(frame).select(*schema.PAIRS.names)
    counts = context.write_counted(stored, f"{directory}/pairs", {"n_doubted": F.count_if("doubted")})
    return Written({"pairs": f"{directory}/pairs"}, counts["n"], {"n_doubted": counts["n_doubted"]})


def _matching(context: Context) -> Any:
    veto = context.settings.conflict.veto_threshold
    return [context.settings.dedup.model_dump(exclude=KEEPING), veto, context.former_marks]


MATCH = Stage(
    "match",
    version=14,
    reads=("examples", "ends", "neighbours", "signatures", "blocks", "hubs"),
    writes=("pairs",),
    depends=_matching,
    build=run_match,
)


def _written(context: Context, frame: DataFrame, directory: str) -> DataFrame:
    context.write(frame, directory)
    return context.read(directory)


def run_conflict(context: Context, directory: str) -> Written:
    """Pairs of examples whose answers contradict each other, and conversations that contradict themselves."""
    settings = context.settings.conflict
    tables = {"contradictions": f"{directory}/pairs", "within": f"{directory}/within"}
    if not settings.enabled:
        context.write_empty(schema.WITHIN, tables["within"])
        return Written(tables, context.write_empty(schema.CONTRADICTIONS, tables["contradictions"]))
    n_within = context.write(within.within(context.table("examples"), settings.score_threshold), tables["within"])
    examples = context.compared
    asked = units.members(examples, "question", context.settings.dedup.semantic, shared_ends(context))
    limits = conflict.ConflictLimits(prompt_threshold=settings.floor, score_threshold=settings.score_threshold)
    # Written first: what is read several times, texts that are costly to cut out of the conversations among it.
    asked_and_answered = _written(context, conflict.question_units(conflict.learnt(examples)), f"{directory}/asked")
    found = expand.expand(asked, context.table("neighbours"), "question").where("not identical")
    similar = conflict.similar_pairs(asked_and_answered, found.select("left_id", "right_id", "similarity"), limits)
    cut = context.write_counted(similar, f"{directory}/similar", conflict.cut_similar())
    blocks = conflict.blocks(asked_and_answered, limits)
    cut |= context.write_counted(blocks, f"{directory}/blocks", conflict.cut_blocks())
    written = context.read(f"{directory}/similar"), context.read(f"{directory}/blocks")
    pairs = conflict.candidates(*written, asked_and_answered if cut["n_large"] else None)
    if settings.nli_model is None:
        frame, details = conflict.score(pairs, asked_and_answered, settings.score_threshold), {}
    else:
        check_nli_model(settings.nli_model)
        details = {"nli_model": model_identity(nli_folder(settings.nli_model), "float32")}
        scored = conflict.score(pairs, asked_and_answered, hear.FLOOR)
        heard = hear.hear(scored, asked_and_answered, settings.nli_model, context.n_partitions)
        frame = heard.where(F.col("score") >= settings.score_threshold)
    opposed = _written(context, oppositions.opposed(examples), f"{directory}/opposed")  # it is read twice
    measured = frame.join(opposed.select("left_id", "right_id"), ["left_id", "right_id"], "left_anti")
    contradictions = measured.select(*schema.CONTRADICTIONS.names).unionByName(opposed)
    n_rows = context.write(contradictions, tables["contradictions"])
    return Written(
        tables, n_rows, {**details, "n_within": n_within, "cut_pairs": {name: cut[name] for name in _CUT if cut[name]}}
    )


def _contradicting(context: Context) -> Any:
    return [
        context.settings.dedup.semantic.model_dump(),
        context.settings.conflict.model_dump(
            include={"enabled", "prompt_threshold", "depth", "score_threshold", "nli_model"}
        ),
        context.former_marks,
    ]


CONFLICT = Stage(
    "conflict",
    version=12,
    reads=("examples", "ends", "neighbours"),
    writes=("contradictions", "within"),
    depends=_contradicting,
    build=run_conflict,
)


def run_group(context: Context, directory: str) -> Written:
    """Contradicting pairs as groups of one question each, and where each member stands."""
    tables = {"conflicts": f"{directory}/conflicts", "stances": f"{directory}/stances"}
    settings, examples, measured = context.settings.conflict, context.compared, context.table("contradictions")
    labels = frames.of_rows(context.spark, context.pair_labels, frames.texts("first", "second", "verdict"))
    reviewed = pair_verdicts.of_reviewers(measured, examples, labels)
    calibration, learnt = context.calibration
    details: dict[str, Any] = {"calibration": learnt}
    if settings.judge is None and not context.run.manifest["stages"]["conflict"]["n_rows"]:
        context.write_empty(schema.STANCES, tables["stances"])
        return Written(tables, context.write_empty(schema.CONFLICTS, tables["conflicts"]), details)
    pairs = measured
    if settings.judge is not None:
        unread = measured.join(F.broadcast(reviewed), ["left_id", "right_id"], "left_anti")
        verdicts, details["judge"] = _judged(context, unread, settings.judge)
        pairs = pair_verdicts.apply(pairs, verdicts, "judge")
    pairs = pair_verdicts.apply(pairs, reviewed, "reviewer")
    if calibration.state == "prior":
        grouped = conflict.with_groups(pairs).withColumn("probability", F.lit(None).cast("double"))
    else:
        chances = pair_verdicts.probability(measured, calibration)
        unlikely = chances.where(F.col("probability") < settings.min_probability).join(
            F.broadcast(reviewed), ["left_id", "right_id"], "left_anti"
        )
        likely = pairs.join(unlikely, ["left_id", "right_id"], "left_anti")
        grouped = conflict.with_groups(likely).join(chances, ["left_id", "right_id"])
    frame = former.stored(grouped.withColumn("conflict_group", former.plain(F.col("conflict_group"))))
    n_rows = context.write(frame.select(*schema.CONFLICTS.names), tables["conflicts"])
    questions = conflict.question_units(examples).join(examples.select("example_id", "dataset"), "example_id")
    context.write(stances.stances(context.read(tables["conflicts"]), questions), tables["stances"])
    return Written(tables, n_rows, details)


def _grouping(context: Context) -> Any:
    judge = context.settings.conflict.judge
    judging = None if judge is None else judge.model_dump(exclude={"api_key_env", "timeout_seconds", "cache"})
    return [judging, context.settings.conflict.min_probability, context.pair_labels, context.calibration]


GROUP = Stage(
    "group",
    version=3,
    reads=("examples", "contradictions"),
    writes=("conflicts", "stances"),
    depends=_grouping,
    build=run_group,
)


def _judged(context: Context, pairs: DataFrame, settings: Judge) -> tuple[DataFrame, dict[str, int]]:
    """What the judge says of the surest pairs; replies of earlier attempts are taken over from the run."""
    texts = conflict.question_units(context.compared).select("example_id", "question", "response")
    top = pairs.orderBy(F.desc("score"), "left_id", "right_id").limit(settings.top_n)
    shown = (
        top.select("left_id", "right_id", "score")
        .join(texts.toDF("left_id", "left_question", "left_response"), "left_id")
        .join(texts.toDF("right_id", "right_question", "right_response"), "right_id")
        .orderBy(F.desc("score"), "left_id", "right_id")
        .collect()
    )
    file = storage.join(context.run.path, "judge_cache.json")
    cache = json.loads(storage.read_text(file)) if settings.cache and storage.exists(file) else {}
    sides = [(Side(row["left_question"], row["left_response"]), Side(row["right_question"], row["right_response"]))
             for row in shown]  # fmt: skip
    judgements, counts = judge_pairs(sides, settings, cache)
    if settings.cache:
        storage.write_text(file, json.dumps(cache))
    rows = [(row["left_id"], row["right_id"], *found) for row, found in zip(shown, judgements, strict=True)]
    return frames.of_rows(context.spark, rows, pair_verdicts.JUDGED), counts
