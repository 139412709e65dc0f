"""The stage embed: a vector for every distinct text, in parts that outlive an attempt that was ended half way."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.models.encoder import EncoderSettings, check_backend
from ftq_spark.models.files import model_identity, resolve_model
from ftq_spark.settings import Settings
from ftq_spark.spark import gpus
from ftq_spark.spark.tables import table
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.transforms import embed, ends, units

if TYPE_CHECKING:
    from pyspark.resource import ResourceProfile

# Importing and loading the model takes a worker about as long as embedding so many short texts.
_TEXTS_WORTH_A_MODEL = 256
# To export it takes one core some ten seconds, once a machine.
_EXAMPLES_WORTH_AN_EXPORT = 2_048
# A part is some minutes of work for every slot, so that what a killed attempt loses is little beside what it keeps.
_TEXTS_A_TASK = 2_048
_LEAST_TEXTS_A_PART = 16_384


def embedded_views(settings: Settings) -> list[str]:
    """The text views whose embeddings the enabled stages compare."""
    wanted: list[str] = [settings.dedup.semantic.view] if settings.dedup.semantic.enabled else []
    return wanted + (["question"] if settings.conflict.enabled else [])


def embedding(context: Context) -> Any:
    """The settings that the vectors depend on."""
    semantic = context.settings.dedup.semantic
    common = (semantic.common_texts, semantic.common_chars) if semantic.cuts_ends else None
    views = embedded_views(context.settings)
    return [views, semantic.model, semantic.dtype, semantic.blank, common, context.former_marks]


def encoder_settings(settings: Settings) -> EncoderSettings:
    """The encoder that settings ask for."""
    wanted = settings.dedup.semantic
    return EncoderSettings(wanted.model, wanted.dtype, wanted.token_budget, backend=wanted.backend)


def run_embed(context: Context, directory: str) -> Written:
    """The vectors of every distinct text; those of earlier attempts with the same model are taken over."""
    views = embedded_views(context.settings)
    at = f"{directory}/ends"
    if not views:
        context.write_empty(ends.ENDS, at)
        place = f"{directory}/none"
        return Written({"embeddings": place, "ends": at}, context.write_empty(schema.EMBEDDINGS, place))
    wanted = context.settings.dedup.semantic
    n_cut = _write_ends(context, views, directory, at)
    settings = encoder_settings(context.settings)._replace(exports=context.n_compared >= _EXAMPLES_WORTH_AN_EXPORT)
    check_backend(settings)
    identity = model_identity(resolve_model(settings.model), settings.dtype)
    texts = units.distinct_texts(context.compared, views, wanted.blank, context.read(at) if n_cut else None)
    for theirs in _former_vectors(context, identity):  # read where they stand
        texts = texts.join(theirs.select("text_hash"), "text_hash", "left_anti")
    known = []
    if earlier := _earlier(context, identity):
        mine = reduce(DataFrame.unionByName, earlier)
        known = [mine.join(texts.select("text_hash"), "text_hash", "left_semi")]
        texts = texts.join(mine.select("text_hash"), "text_hash", "left_anti")
    found = gpus.for_embedding(context.spark, context.settings.execution, settings.backend)
    if found.said and context.say:
        context.say(found.said)
    work = _Work(settings, identity, found.n_tasks or context.n_partitions, found.profile)
    parts, new = _embed_in_parts(context, texts, work, directory)
    if not known and len(parts) == 1:
        place, counts = parts[0], new
    else:
        all_of_them = [frame.select(*schema.EMBEDDINGS.names) for frame in (*known, *map(context.read, parts))]
        place = f"{directory}/all"
        counts = _written(context, reduce(DataFrame.unionByName, all_of_them), place)
        for part in parts:
            context.run.discard(part)
    details = {"n_embedded": new["n"], "n_unreadable": counts["n_unreadable"], "n_cut": n_cut, "model": identity}
    details |= {"gpus": found.said} if found.said else {}
    return Written({"embeddings": place, "ends": at}, counts["n"], details)


def _write_ends(context: Context, views: list[str], directory: str, at: str) -> int:
    """Write the table `ends`; how many texts are cut."""
    semantic, n_likely = context.settings.dedup.semantic, 0
    if semantic.cuts_ends:
        texts = units.whole_texts(context.compared, views)
        n_likely = context.write(ends.likely(texts, semantic), f"{directory}/likely")
        context.run.discard(f"{directory}/likely")
    if n_likely:
        return context.write(ends.ends(context.read(f"{directory}/likely"), semantic), at)
    return context.write_empty(ends.ENDS, at)


def shared_ends(context: Context) -> DataFrame | None:
    """The table `ends`, None where nothing is cut: most datasets."""
    return context.table("ends") if context.run.manifest["stages"]["embed"].get("n_cut") else None


def _earlier(context: Context, identity: str) -> list[DataFrame]:
    """The vectors of one model that the run has: its table, and the parts of attempts that came to no end.

    No two hold the same text, since a part is made of those that all before it lack.
    """
    found = [context.earlier("embeddings"), *context.kept("embed")]
    whole = [frame for frame in found if frame is not None and set(schema.EMBEDDINGS.names) <= set(frame.columns)]
    return [frame.where(F.col("model") == identity).select(*schema.EMBEDDINGS.names) for frame in whole]


class _Work(NamedTuple):
    """How texts are embedded: by what, which model it must be, in how many tasks, and what these ask for."""

    settings: EncoderSettings
    identity: str
    n_tasks: int  # at most
    profile: ResourceProfile | None


def _vectors(texts: DataFrame, work: _Work, n_tasks: int) -> DataFrame:
    return embed.embed(texts, work.settings, work.identity, n_tasks, work.profile)


def _embed_in_parts(context: Context, texts: DataFrame, work: _Work, directory: str) -> tuple[list[str], Counter[str]]:
    """Embed `texts`, of which a large number is cut by hash into parts; their directories; n, n_unreadable."""
    n_examples = context.run.manifest["stages"]["ingest"]["n_rows"]
    at_once = context.settings.execution.texts_at_once
    at_once = at_once or max(_LEAST_TEXTS_A_PART, _TEXTS_A_TASK * context.n_partitions)
    n_tasks = min(work.n_tasks, 1 + n_examples // _TEXTS_WORTH_A_MODEL)
    if context.n_compared * len(set(embedded_views(context.settings))) <= at_once:  # surely one part
        place = f"{directory}/new"
        return [place], _written(context, _vectors(texts, work, n_tasks), place)
    n_texts = context.write(texts, f"{directory}/texts")  # once: each part reads it
    context.run.discard(f"{directory}/texts")
    if context.told is not None:
        context.told["embed"] = n_texts
    n_parts = max(1, -(-n_texts // at_once))
    parts, new = [], Counter[str]()
    for number in range(n_parts):
        mine = context.read(f"{directory}/texts").where(F.crc32("text_hash") % n_parts == number)
        place = f"{directory}/part-{number}"
        counts = _written(context, _vectors(mine, work, n_tasks), place)
        context.keep("embed", place, counts["n"])
        parts.append(place)
        new += counts
    return parts, new


def _written(context: Context, frame: DataFrame, place: str) -> Counter[str]:
    """Write vectors; n, and n_unreadable: texts of which the model could read nothing."""
    return Counter(context.write_counted(frame, place, {"n_unreadable": F.count_if("unreadable")}))


EMBED = Stage(
    "embed",
    version=3,
    reads=("examples",),
    writes=("embeddings", "ends"),
    depends=embedding,
    build=run_embed,
)


def _former_vectors(context: Context, identity: str) -> list[DataFrame]:
    """One model's vectors in former runs; left out are older ones, which do not say what it can read."""
    found = [table(context.spark, run, "embeddings") for run in context.against]
    return [frame.where(F.col("model") == identity) for frame in found if "unreadable" in frame.columns]


def embeddings(context: Context) -> DataFrame:
    """The vectors of this run and, of the same model, those of the runs it is compared against."""
    mine = context.table("embeddings")
    if not context.against:
        return mine
    identity = context.run.manifest["stages"]["embed"]["model"]
    theirs = [frame.select(*mine.columns) for frame in _former_vectors(context, identity)]
    return reduce(DataFrame.unionByName, [mine, *theirs])
