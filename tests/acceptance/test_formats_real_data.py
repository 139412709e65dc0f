"""Real public datasets: every row is read, and only what truly teaches nothing is rejected."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ftq_spark.formats.containers import container_of, rows
from ftq_spark.formats.ingest import batches

# File: its examples by format, its rejects by code. Together they are all rows that the manifest states.
EXPECTED: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "instruct/alpaca_random_9k.json.gz": ({"alpaca": 9225}, {"empty_content": 4}),  # four outputs are empty
    "instruct/alpaca_claude_t45.json.gz": ({"alpaca": 5301}, {"empty_content": 4}),  # likewise
    "instruct/dolly_3k.json.gz": ({"alpaca": 2996}, {}),
    "instruct/new_codealpaca.json.gz": ({"alpaca": 4535}, {}),
    "instruct/gpteacher_codegen.json.gz": ({"alpaca": 4535}, {}),
    "instruct/gsm8k_train_alpaca_format.json.gz": ({"alpaca": 7473}, {}),
    "instruct/self_instruct_seed_tasks_175.jsonl.gz": ({"self_instruct": 175}, {}),
    "gpteacher_toolformer/toolformer-dedupe-only.json.gz": ({"alpaca": 7673}, {}),
    "llamafactory/alpaca_en_demo.json.gz": ({"alpaca": 999}, {}),
    "llamafactory/alpaca_zh_demo.json.gz": ({"alpaca": 1000}, {}),
    "llamafactory/identity.json": ({"alpaca": 91}, {}),
    "llamafactory/glaive_toolcall_en_demo.json.gz": ({"sharegpt": 300}, {}),
    "llamafactory/dpo_en_demo.json.gz": ({"dpo": 300}, {}),
    "llamafactory/kto_en_demo.json.gz": ({"kto": 300}, {}),
    "llamafactory/v1_sft_demo.jsonl.gz": ({"openai": 500}, {}),
    "llamafactory/v1_dpo_demo.jsonl": ({"dpo": 10}, {}),
    "axolotl/alpaca.json": ({"alpaca": 2}, {}),
    "axolotl/conversation.json": ({"sharegpt": 1}, {}),
    "axolotl/conversation.missingturns.json": ({}, {"empty_content": 1}),  # a planted defect: turns without text
    "sharegpt/fastchat_dummy_conversation.json.gz": ({"sharegpt": 500}, {}),
    "openai_cookbook/toy_chat_fine_tuning.jsonl": ({"openai": 5}, {}),  # its notebook too counts no format error
    "oasst/en_100_tree.jsonl.gz": ({"oasst": 100}, {}),
    "dpo/hh_rlhf_harmless_base_test.jsonl.gz": ({"dpo": 2308}, {"empty_content": 4}),  # the chosen answer is empty
    "medical/chatdoctor5k.json.gz": ({"alpaca": 5452}, {}),
    "medical/opengpt_prepared.csv.gz": ({"text": 306}, {}),
    "scale/medquad_shared.jsonl.gz": ({"qa": 9101}, {"empty_content": 13681}),  # answers removed for copyright
    "bench/gsm8k_train.jsonl.gz": ({"qa": 7473}, {}),
    "bench/HumanEval.jsonl.gz": ({}, {"unknown_format": 164}),
    "contradiction/TruthfulQA_even.csv": ({"qa": 409}, {}),
    "multilingual/xquad.ar.json.gz": ({}, {"unknown_format": 1}),  # one nested document
    "neardup/mqp.csv.gz": ({}, {"unknown_format": 1}),  # no header
}


def ingested(path: Path) -> list[dict[str, object]]:
    """The columns that the tests look at, of every row of a file."""
    container = container_of(path.name)
    assert container is not None
    columns = ["row", "content_hash", "format", "code", "messages", "original"]
    with path.open("rb") as stream:
        found = batches(rows(stream, container), dataset="d", source=path.name)
        return [row for batch in found for row in batch.select(columns).to_pylist()]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_is_read_and_only_the_unusable_are_rejected(real_data: Path, name: str) -> None:
    found = ingested(real_data / name)
    examples, rejects = EXPECTED[name]
    assert Counter(row["format"] for row in found if row["format"]) == examples
    assert Counter(row["code"] for row in found if row["code"]) == rejects
    assert len(found) == sum(examples.values()) + sum(rejects.values())
    for row in found:
        original = row["original"]
        assert original is None or (isinstance(original, str) and original[-1] == "}" and "\n" not in original)


def hashes(path: Path) -> set[object]:
    return {row["content_hash"] for row in ingested(path) if row["content_hash"]}


def test_overlaps_between_files(real_data: Path) -> None:
    """The manifest's counts of rows that two files share, the rejected rows with empty answers apart."""
    instruct = real_data / "instruct"
    rated = ingested(instruct / "alpaca_claude_t45.json.gz")
    random_9k = hashes(instruct / "alpaca_random_9k.json.gz")
    assert sum(row["content_hash"] in random_9k for row in rated) == 935
    codealpaca = [row["content_hash"] for row in ingested(instruct / "new_codealpaca.json.gz")]
    assert codealpaca == [row["content_hash"] for row in ingested(instruct / "gpteacher_codegen.json.gz")]
    assert len(codealpaca) == 4535


def test_questions_are_the_same_in_two_schemas(real_data: Path) -> None:
    def questions(path: Path) -> list[object]:
        return [row["messages"][0]["content"].strip() for row in ingested(path)]  # type: ignore[index]

    alpaca = questions(real_data / "instruct" / "gsm8k_train_alpaca_format.json.gz")
    plain = questions(real_data / "bench" / "gsm8k_train.jsonl.gz")
    assert len(set(alpaca) & set(plain)) == len(set(plain))
