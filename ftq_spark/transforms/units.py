"""What is compared between examples: the texts, their hashes, and the units of the semantic channel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.transforms import former

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from ftq_spark.settings import Dedup, Semantic

# Numbers as they are written, so that "17 + 25" and "17 + 26" are different questions.
_NUMBERS = r"\\d+(?:[.,:/]\\d+)*"
_BUCKETS = 1 << 30  # of samples


def text_of(view: str) -> Column:
    """The text that stands for a view where texts are embedded: of a dialogue, the newest turn first."""
    return F.expr(schema.VIEWS["recent_prompt" if view == "prompt" else view])


def near_text(dedup: Dedup) -> Column:
    """The text whose words are compared; of a whole conversation without the system prompt, which many share.

    Whether that is the same is looked at apart, unless any answer will do.
    """
    alone = dedup.answers == "same" and dedup.near.view == "conversation"
    return F.expr(schema.VIEWS["turns" if alone else dedup.near.view])


def wording(question: str) -> Column:
    """A question as it is compared word for word: case, blanks and the marks behind it do not count."""
    spaced = F.lower(F.regexp_replace(F.trim(question), r"\s+", " "))
    return F.regexp_replace(spaced, r"[\s.?!]+$", "")


def sampled(name: str, salt: str, n: int, n_all: int) -> Column:
    """Whether a row is one of about `n` of `n_all`, chosen by the hash of its column `name`."""
    share = min(_BUCKETS, -(-n * _BUCKETS // max(1, n_all)))
    return F.pmod(F.xxhash64(name, F.lit(salt)), F.lit(_BUCKETS)) < share


def text_hash(text: Column) -> Column:
    """32 hex digits of the text."""
    return F.substring(F.sha2(text, 256), 1, 32)


def whole_texts(examples: DataFrame, views: Sequence[str]) -> DataFrame:
    """text_hash, text: each text of the views once, as it stands."""
    texts = reduce(
        lambda a, b: a.union(b), [examples.select(text_of(view).alias("text")) for view in dict.fromkeys(views)]
    )
    return texts.select(text_hash(F.col("text")).alias("text_hash"), "text").dropDuplicates(["text_hash"])


def own_texts(texts: DataFrame, ends: DataFrame | None) -> DataFrame:
    """`texts` (…, text) with `text_hash` and, of what `ends` (ENDS) cuts, the text's own part and what is `shared`.

    Without `ends` every text is its own, and there is no column `shared`.
    """
    hashed = texts.withColumn("text_hash", text_hash(F.col("text")))
    if ends is None:
        return hashed
    cut = hashed.join(ends, "text_hash", "left")
    own = F.when(F.col("begin").isNotNull(), F.expr("substring(text, begin + 1, n_chars)")).otherwise(F.col("text"))
    found = cut.withColumn("text", own).withColumn("text_hash", text_hash(F.col("text")))
    return found.withColumn("shared", F.coalesce("shared", F.lit(""))).drop("begin", "n_chars")


def distinct_texts(examples: DataFrame, views: Sequence[str], blank: bool, ends: DataFrame | None = None) -> DataFrame:
    """text_hash, text: each text of the views once, as it is embedded; blank ones only where `blank`."""
    found = whole_texts(examples, views)
    if ends is not None:
        found = own_texts(found.select("text"), ends).select("text_hash", "text").dropDuplicates(["text_hash"])
    return found if blank else found.where(F.trim("text") != "")


def members(examples: DataFrame, view: str, settings: Semantic, ends: DataFrame | None = None) -> DataFrame:
    """example_id, source, row, text_hash, context, unit: examples with equal units ask the same in the same context.

    `context` is the hash of what two texts must share to be compared at all: the system prompt, tools and media, what
    `ends` cuts off, and the numbers in the text, as far as the settings ask for it. Blank texts match nothing unless
    the settings say so.
    """
    parts = []
    if settings.same_context:
        parts.append(F.col("context_hash"))
    if settings.same_numbers:
        parts.append(F.array_join(F.array_sort(F.expr(f"regexp_extract_all(text, '{_NUMBERS}', 0)")), " "))
    if ends is not None:
        parts.append(F.col("shared"))
    texts = examples.select("example_id", "source", "row", "context_hash", text_of(view).alias("text"))
    views = own_texts(texts, ends)
    wanted = views if settings.blank else views.where(F.trim("text") != "")
    context = F.sha2(F.concat_ws("\u0000", *parts), 256) if parts else F.lit("")
    return wanted.select(
        "example_id",
        "source",
        "row",
        "text_hash",
        F.substring(context, 1, 16).alias("context"),
    ).withColumn("unit", F.concat_ws("-", "text_hash", "context"))


def unreadable(examples: DataFrame, view: str, embeddings: DataFrame, ends: DataFrame | None = None) -> DataFrame:
    """example_id, note: the examples whose text the embedding model cannot read, and so compared with no other."""
    texts = embeddings.where("unreadable").select("text_hash")
    hashed = own_texts(examples.select("example_id", text_of(view).alias("text")), ends)
    return hashed.join(F.broadcast(texts), "text_hash", "left_semi").select(
        "example_id", F.lit("unreadable").alias("note")
    )


def vectors(units: DataFrame, embeddings: DataFrame, settings: Semantic) -> DataFrame:
    """unit, context, priority, former, vector: each unit once.

    `priority` sorts units by their first example, and `former` says that only former examples have the text. Texts that
    the model cannot read are left out, and those that it read only in part, unless the settings want them.
    """
    readable = embeddings if settings.unreadable else embeddings.where("not unreadable")
    whole = readable if settings.truncated else readable.where("not truncated")
    place = F.concat("source", F.lit("\u0000"), F.lpad(F.col("row").cast("string"), 12, "0"))
    distinct = units.groupBy("unit", "context", "text_hash").agg(
        F.min(place).alias("priority"), F.bool_and(former.is_former(F.col("example_id"))).alias("former")
    )
    return distinct.join(whole.select("text_hash", "vector"), "text_hash").drop("text_hash")
