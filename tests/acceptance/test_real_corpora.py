"""One run over real corpora of many schemas: nothing is lost, and known duplicates across files are found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyspark.sql import SparkSession
from runs import read, run

FILES = (
    "instruct/alpaca_random_9k.json.gz",
    "instruct/alpaca_claude_t45.json.gz",
    "instruct/dolly_3k.json.gz",
    "instruct/new_codealpaca.json.gz",
    "instruct/gpteacher_codegen.json.gz",
    "medical/chatdoctor5k.json.gz",
    "llamafactory/alpaca_en_demo.json.gz",
    "llamafactory/alpaca_zh_demo.json.gz",
    "llamafactory/glaive_toolcall_en_demo.json.gz",
    "llamafactory/dpo_en_demo.json.gz",
    "llamafactory/kto_en_demo.json.gz",
    "llamafactory/identity.json",
    "llamafactory/v1_sft_demo.jsonl.gz",
    "llamafactory/v1_dpo_demo.jsonl",
    "sharegpt/fastchat_dummy_conversation.json.gz",
)
ROWS = (9229, 5305, 2996, 4535, 4535, 5452, 999, 1000, 300, 300, 300, 91, 500, 10, 500)


@pytest.fixture(scope="module")
def done(spark: SparkSession, real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    inputs = [real_data / name for name in FILES]
    # Embedding 30,000 prompts takes minutes: the semantic channel has tests of its own.
    return run(
        tmp_path_factory.mktemp("real") / "run", *inputs, dedup__semantic__enabled=False, conflict__enabled=False
    )


def test_every_row_is_an_example_or_a_reject(done) -> None:
    examples = Counter(read(done, "scored", "source")["source"].to_pylist())
    rejects = Counter(read(done, "rejects", "source")["source"].to_pylist())
    for name, n_rows in zip(FILES, ROWS, strict=True):
        source = Path(name).name
        assert examples[source] + rejects[source] == n_rows, source
    assert sum(rejects.values()) < 0.005 * sum(ROWS)


def in_both(done, left: str, right: str) -> tuple[int, int]:
    """Rows of `left` whose content is also in `right`, and rows of `left`."""
    table = read(done, "scored", "dataset", "content_hash")
    mine = table.filter(pc.equal(table["dataset"], left))["content_hash"]
    others = table.filter(pc.equal(table["dataset"], right))["content_hash"].combine_chunks()
    return pc.sum(pc.is_in(mine, value_set=others)).as_py(), len(mine)


def test_known_duplicates_across_files(done) -> None:
    assert in_both(done, "alpaca_claude_t45", "alpaca_random_9k")[0] == 935
    assert in_both(done, "new_codealpaca", "gpteacher_codegen") == (4535, 4535)


def test_no_duplicate_is_kept_twice_and_each_names_a_kept_one(done) -> None:
    table = read(
        done,
        "scored",
        "example_id",
        "content_hash",
        "verdict",
        "duplicate_of",
        "duplicate_kind",
        "duplicate_similarity",
    )
    standing = table.filter(pc.not_equal(table["verdict"], "drop"))
    assert pc.count_distinct(standing["content_hash"]).as_py() == standing.num_rows
    repeats = table.filter(pc.is_valid(table["duplicate_of"]))
    assert repeats.num_rows > 5000
    assert pc.all(pc.is_in(repeats["duplicate_of"], value_set=standing["example_id"].combine_chunks())).as_py()
    near = repeats.filter(pc.equal(repeats["duplicate_kind"], "near"))
    assert near.num_rows > 100
    assert pc.min(near["duplicate_similarity"]).as_py() >= 0.8


def test_clean_rows_are_the_originals(done, real_data: Path) -> None:
    import gzip
    import json

    with gzip.open(real_data / "llamafactory" / "glaive_toolcall_en_demo.json.gz", "rt", encoding="utf-8") as file:
        originals = json.load(file)
    scored = read(done, "scored", "source", "row", "verdict")
    mine = scored.filter(pc.equal(scored["source"], "glaive_toolcall_en_demo.json.gz")).sort_by("row")
    kept = [
        originals[row - 1]
        for row, verdict in zip(mine["row"].to_pylist(), mine["verdict"].to_pylist(), strict=True)
        if verdict == "keep"
    ]
    lines = (Path(done.path) / "clean" / "glaive_toolcall_en_demo.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    masks = [turn.pop("train", None) for row in found for turn in row["conversations"]]
    assert found == kept
    # Of answers before the last: JSON that lacks its last brace, and Python that has lost the spaces of its blocks.
    assert masks.count(False) == 1 + 3


def test_schemas_are_told_apart(done) -> None:
    table: pa.Table = read(done, "scored", "dataset", "format")
    found = {(d, f) for d, f in zip(table["dataset"].to_pylist(), table["format"].to_pylist(), strict=True)}
    assert {("alpaca_random_9k", "alpaca"), ("glaive_toolcall_en_demo", "sharegpt"), ("v1_sft_demo", "openai")} <= found
