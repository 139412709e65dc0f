"""The stages that look at examples side by side: search, block, verify, match, conflict."""

from __future__ import annotations

from functools import reduce
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.duplicate.verdict import QUESTION_SIMILARITY
from ftq_spark.kernels.semantic.cells import EXACT_LIMIT, cell_recall, choose_method, train_cells
from ftq_spark.kernels.semantic.matches import MatchRules
from ftq_spark.kernels.text.tokens import UNICODE_VERSION
from ftq_spark.models.files import model_identity
from ftq_spark.models.nli import check_nli_model
from ftq_spark.runs.run import Run
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.stages.embedding import embedded_views, embeddings, shared_ends
from ftq_spark.stages.preferring import KEEPING, preference, priorities
from ftq_spark.stages.rating import unrated
from ftq_spark.transforms import (
    block,
    conflict,
    duplicate,
    earlier,
    expand,
    former,
    hear,
    match,
    semantic,
    several,
    units,
)

# How many candidates for a conflict each question may have: its true paraphrase is among the 10 nearest in 98 of 100.
_NEAREST = 10
# Why candidates for a conflict are left out.
_CUT = ("other_context", "too_many_neighbours", "settled_by_signature", "several_answers")
# Of a clump of more prompts that all match, later ones are compared with so many earlier ones: n·4,096 pairs, not n².
_MAX_MATCHES = 4_096
_MOST_TOLD = 1 << 20  # codes that every task is told
_LEAST_SHUFFLED = 100_000  # examples: fewer are shuffled in less time


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
    n_units = context.n_compared * len(views)  # at most, which tells enough where that is few
    if n_units > EXACT_LIMIT or dedup.semantic.method == "clusters":
        n_units = vectors.count()
    rules = MatchRules(dedup.semantic.threshold, max_matches=_MAX_MATCHES)
    if conflict_.enabled:
        rules = rules._replace(floor=min(conflict_.floor, dedup.semantic.threshold), k=_NEAREST)
    execution, tables = semantic.Execution(context.n_partitions), {"neighbours": directory}
    details: dict[str, Any] = {"method": choose_method(dedup.semantic.method, n_units)}
    if details["method"] == "exact":
        found = semantic.exact_matches(vectors, rules, n_units, execution)
        return Written(tables, context.write(found, directory), details)
    sample = semantic.sample_matrix(semantic.centroid_sample(vectors, n_units).toLocalIterator())
    cells = train_cells(sample, n_units, dedup.semantic.n_probe, rules.floor or rules.threshold)
    n_sample_pairs, recall = cell_recall(sample, cells, dedup.semantic.threshold)
    details |= {"n_units": n_units, "n_cells": len(cells.n_pieces), "n_probe": cells.n_probe}
    details |= {"sample_pairs": n_sample_pairs, "sample_recall": recall}
    return Written(
        tables, context.write(semantic.cluster_matches(vectors, rules, cells, execution), directory), details
    )


def _searching(context: Context) -> Any:
    return [
        context.settings.dedup.semantic.model_dump(),
        context.settings.conflict.model_dump(include={"enabled", "prompt_threshold", "depth"}),
        context.former_marks,
    ]


SEARCH = Stage(
    "search",
    version=7,
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
    tables = {name: f"{directory}/{name}" for name in ("signatures", "blocks")}
    wanted = [*map(F.col, ("example_id", "source", "row")), units.near_text(context.settings.dedup).alias("text")]
    if context.settings.dedup.answers == "same":  # texts of the same words may differ in a sign, a label, a picture
        wanted.append(F.col("content_hash").alias("unit"))
    examples = context.table("examples")
    if others := [run for run in context.against if not _same_blocks(context, run)]:
        examples = examples.unionByName(context.former("examples", others))
    texts = examples.select(*wanted).where(F.lit(near.enabled))
    wordless = {"n_wordless": F.count_if(F.col("unit").isNull())}
    written = context.write_counted(block.signatures(texts, near), tables["signatures"], wordless)
    signatures = _signatures(context, context.read(tables["signatures"]))
    context.write(block.members(signatures, near.max_block_units), tables["blocks"])
    counts, largest = _block_sizes(block.block_sizes(context.read(tables["blocks"]), near.max_block_units))
    counts["n_wordless"] = written["n_wordless"]
    return Written(tables, written["n"], {**counts, "largest_blocks": largest})


def _block_sizes(sizes: DataFrame) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Counts of all blocks, and the largest of them."""
    sums = {"n_candidate_pairs": "n_pairs", "n_capped_blocks": "capped"}
    wanted = [F.sum(F.col(column).cast("bigint")).alias(name) for name, column in sums.items()]
    total = sizes.agg(F.count(F.lit(1)).alias("n_blocks"), *wanted).collect()[0].asDict()
    counts = {name: value or 0 for name, value in total.items()}
    largest = sizes.orderBy(F.desc("n_units"), "band", "key").limit(10).collect() if counts["n_blocks"] else []
    return counts, [row.asDict() for row in largest]


def _blocking(context: Context) -> Any:
    letters = UNICODE_VERSION  # which characters are letters
    dedup = context.settings.dedup
    return [dedup.near.model_dump(), dedup.answers, letters, context.former_marks]


BLOCK = Stage(
    "block",
    version=9,
    reads=("examples",),
    writes=("signatures", "blocks"),
    depends=_blocking,
    build=run_block,
)


def run_verify(context: Context, directory: str) -> Written:
    """The near duplicates among the units of each block, by their exact similarity."""
    near, found = context.settings.dedup.near, context.run.manifest["stages"]["block"]
    tables = {name: f"{directory}/{name}" for name in ("hubs", "near")}
    signatures, members = _signatures(context, context.table("signatures")), context.table("blocks")
    if found["n_capped_blocks"]:
        large = block.in_large_blocks(members, signatures, near.max_block_units)
        named = _written(context, large, f"{directory}/large")  # few: quality is asked of no others
        context.run.discard(f"{directory}/large")
        order = priorities(context, named.select("example_id"))
        context.write(block.hubs(members, named, order, near.max_block_units), tables["hubs"])
        members = members.unionByName(context.read(tables["hubs"]))
    else:
        context.write_empty(block.MEMBERS, tables["hubs"])
    if not found["n_blocks"]:
        return Written(tables, context.write_empty(expand.MATCHES, tables["near"]))
    return Written(tables, context.write(match.matches(signatures, members, near.threshold), tables["near"]))


def _verifying(context: Context) -> Any:
    return [context.settings.dedup.near.threshold, preference(context), context.former_marks]


VERIFY = Stage(
    "verify",
    version=1,
    reads=("examples", "signals", "ratings", "signatures", "blocks"),
    writes=("hubs", "near"),
    depends=_verifying,
    build=run_verify,
    spared=unrated,
)


def run_match(context: Context, directory: str) -> Written:
    """Table `pairs`: who repeats whom, by every channel that is enabled."""
    examples, dedup = context.compared, context.settings.dedup
    channels: list[expand.Channel] = []
    said_the_same = dedup.answers == "same"
    by_content = said_the_same and dedup.near.enabled  # units of near are contents, but of examples without words
    if dedup.near.enabled:
        signatures = _signatures(context, context.table("signatures"))
        channels.append(match.near_channel(signatures, context.table("near")))
    if dedup.exact and not by_content:
        channels.append(expand.exact_channel(examples))
    elif dedup.exact and (context.against or context.run.manifest["stages"]["block"]["n_wordless"]):
        wordless = signatures.where("unit is null").select("example_id")
        channels.append(expand.exact_channel(examples.join(wordless, "example_id", "left_semi")))
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
            matches = duplicate.answer_matches(answered, matches)
        channels.append(expand.Channel("semantic", members, matches))
    tables = {"pairs": f"{directory}/pairs"}
    if not channels:
        return Written(tables, context.write_empty(schema.PAIRS, tables["pairs"]), {"n_doubted": 0})
    frame = expand.expand(channels)
    if dedup.exact and by_content:
        frame = expand.also_exact(frame)
    if dedup.semantic.enabled:
        asked_alike = (F.col("channel") == "semantic") & ~F.col("identical") & ~alike
        frame = frame.withColumn("channel", F.when(asked_alike, "question").otherwise(F.col("channel")))
    if said_the_same:
        if by_content and not dedup.semantic.enabled and _few_matches(context):
            examples = match.with_matches(examples, context.table("near"))  # of no others texts are read
        judged = duplicate.judged(frame, examples, context.settings.conflict.veto_threshold)
        frame = judged.where("same_question or channel != 'question'")
    else:
        answers = F.lit(None).cast("string")
        frame = frame.withColumns({"doubted": F.lit(False), "same_question": F.lit(True), "answers": answers})
    stored = former.stored(frame).select(*schema.PAIRS.names)
    counts = context.write_counted(stored, tables["pairs"], {"n_doubted": F.count_if("doubted")})
    return Written(tables, counts["n"], {"n_doubted": counts["n_doubted"]})


def _few_matches(context: Context) -> bool:
    """Whether units with matches fit into the memory of each task for sure, among rows that take longer to shuffle."""
    n_units = min(2 * context.run.manifest["stages"]["verify"]["n_rows"], context.n_compared)  # at most
    return n_units <= _MOST_TOLD and context.n_compared >= _LEAST_SHUFFLED


def _matching(context: Context) -> Any:
    veto = context.settings.conflict.veto_threshold
    return [context.settings.dedup.model_dump(exclude=KEEPING), veto, context.former_marks]


MATCH = Stage(
    "match",
    version=33,
    reads=("examples", "ends", "neighbours", "signatures", "near"),
    writes=("pairs",),
    depends=_matching,
    build=run_match,
)


def _written(context: Context, frame: DataFrame, directory: str) -> DataFrame:
    context.write(frame, directory)
    return context.read(directory)


def run_conflict(context: Context, directory: str) -> Written:
    """Pairs of examples whose answers contradict each other."""
    settings = context.settings.conflict
    tables = {"contradictions": f"{directory}/pairs"}
    if not settings.enabled:
        return Written(tables, context.write_empty(schema.CONTRADICTIONS, tables["contradictions"]))
    asked = units.members(context.compared, "question", context.settings.dedup.semantic, shared_ends(context))
    asked_and_answered = context.table("asked")
    found = expand.expand([expand.Channel("question", asked, context.table("neighbours"))]).where("not identical")
    matches = found.select("left_id", "right_id", "similarity")
    similar = conflict.similar_pairs(asked_and_answered, matches, settings.floor)
    cut = context.write_counted(similar, f"{directory}/similar", conflict.cut_similar())
    found_before = context.run.manifest["stages"]["ask"]
    cut["settled_by_signature"] = found_before["settled_by_signature"]
    members = asked_and_answered if found_before["n_large"] else None
    block_pairs, texts = conflict.pairs_of_blocks(context.table("repeated"), members), asked_and_answered
    if found_before["n_earlier"]:
        again = context.table("again")
        members = again if found_before["n_large_again"] else None
        block_pairs = block_pairs.unionByName(earlier.pairs(context.table("again_repeated"), members))
        texts = texts.unionByName(earlier.texts(again))
    pairs = conflict.candidates(context.read(f"{directory}/similar"), block_pairs)
    if settings.nli_model is None:
        frame, details = conflict.score(pairs, texts, settings.score_threshold), {}
    else:
        folder, _ = check_nli_model(settings.nli_model)
        details = {"nli_model": model_identity(folder, "float32")}
        scored = conflict.score(pairs, texts, hear.FLOOR)
        heard = hear.hear(scored, texts, settings.nli_model, context.n_partitions)
        frame = heard.where(F.col("score") >= settings.score_threshold)
    if found_before["n_earlier"]:
        frame = earlier.surest(frame)
    lists = found_before["listing"]
    if lists and settings.several_answers == "unclear":
        names, numbers = ([row["dataset"] for row in lists if row["counts"] == kind] for kind in (False, True))
        marked = several.of_lists(frame, asked_and_answered, names, numbers)
        cut |= context.write_counted(marked, f"{directory}/scored", {"several_answers": F.count_if("listed")})
        frame = context.read(f"{directory}/scored").where("not listed")
    opposed = context.table("opposed")
    measured = frame.join(opposed.select("left_id", "right_id"), ["left_id", "right_id"], "left_anti")
    contradictions = measured.select(*schema.CONTRADICTIONS.names).unionByName(opposed)
    n_rows = context.write(contradictions, tables["contradictions"])
    cut_pairs = {name: cut[name] for name in _CUT if cut.get(name)}
    return Written(tables, n_rows, {**details, "n_earlier": found_before["n_earlier"], "cut_pairs": cut_pairs})


def _contradicting(context: Context) -> Any:
    return [
        context.settings.dedup.semantic.model_dump(),
        context.settings.conflict.model_dump(
            include={"enabled", "prompt_threshold", "depth", "score_threshold", "several_answers", "nli_model"}
        ),
        context.former_marks,
    ]


CONFLICT = Stage(
    "conflict",
    version=36,
    reads=("examples", "ends", "neighbours", "asked", "repeated", "again", "again_repeated", "opposed"),
    writes=("contradictions",),
    depends=_contradicting,
    build=run_conflict,
)
