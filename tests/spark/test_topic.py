"""Topics of examples: by the vector of their prompt, whatever the partitioning."""

from __future__ import annotations

import numpy as np
from chispa import assert_df_equality
from pyspark.sql import SparkSession

from ftq_spark import schema
from ftq_spark.kernels.semantic.topics import train_topics
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import topic, units

_MESSAGES = "example_id string, messages array<struct<role:string,content:string,tool_calls:string>>"


def test_topics_follow_the_vectors_of_the_prompts(spark: SparkSession) -> None:
    prompts = [f"dose {i}" for i in range(6)] + [f"tenant {i}" for i in range(4)] + [""]
    rows = [(f"e{i}", [("user", text, None), ("assistant", "A.", None)]) for i, text in enumerate([*prompts, "dose 0"])]
    examples = spark.createDataFrame(rows, _MESSAGES)
    texts = units.distinct_texts(examples, ["prompt"], blank=False)
    vectors = {text: ([1.0, 0.0] if "dose" in text else [0.0, 1.0]) for text in prompts}
    embedded = [(row["text_hash"], vectors[row["text"]]) for row in texts.collect()]
    embeddings = spark.createDataFrame(embedded, "text_hash string, vector array<float>")

    chosen = topic.sample(texts, embeddings, n_texts=10, n=10).collect()
    assert sorted(row["text"] for row in chosen) == sorted(filter(None, prompts))
    centroids = train_topics(np.array([row["vector"] for row in chosen], dtype=np.float32), 2)

    asked = units.own_texts(examples.select("example_id", units.text_of("prompt").alias("text")), None)
    found = topic.topics(asked, embeddings, centroids)
    expected = spark.createDataFrame(
        [(f"e{i}", None if not text else 1 if "dose" in text else 2) for i, text in enumerate([*prompts, "dose 0"])],
        spark_columns(schema.TOPICS),
    )
    assert_df_equality(found, expected, ignore_row_order=True, ignore_nullable=True)
    again = embeddings.union(embeddings.limit(3))  # as where two former runs hold the same text
    assert topic.sample(texts, again, n_texts=10, n=10).count() == len(chosen)
    cut = topic.topics(asked.repartition(5), again.repartition(3), centroids)
    assert_df_equality(cut, expected, ignore_row_order=True, ignore_nullable=True)
