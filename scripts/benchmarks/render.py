"""Dialogues with tools, rendered by public chat templates and looked at as `ftq validate --template` does.

    python scripts/benchmarks/render.py [DATA ...] [--n 5000] [--styles qwen,llama3] [--tokenizer FILE] [--equal]

DATA: files of dialogues, read again from their beginning until there are `--n` rows; without them dialogues with calls
are made of the texts of corpus.py. Templates are those in tests/chat_templates. The tokenizer is a tokenizer.json, or
one in the manner of Qwen (byte-level, 20,000 tokens) that is trained on the rows. Rows a second are of one process a
core, each with its share of the rows, as Spark's workers are, and of one alone, as `ftq validate` is. With --equal ids
and masks are held against those of `transformers`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
from corpus import REPOSITORY, examples
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

sys.path.insert(0, str(REPOSITORY / "tests"))
from chat_models import SPECIAL, STYLES, model_folder

from ftq_spark.formats.detect import conversation
from ftq_spark.models.rendering import Rendered, render
from ftq_spark.models.template import ChatTemplate, load_template, turns_of
from ftq_spark.runs.shards import find_shards, read_span, whole
from ftq_spark.validation.template import Templated

Dialogues = list[tuple[list[dict[str, Any]], list[Any] | None]]
GOAL = 3000  # rows a second on two cores
CORES = os.cpu_count() or 1
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def made(n: int) -> Iterator[dict[str, Any]]:
    """Dialogues of six turns with one call, and one to three tools of which few rows share the set."""
    rng = random.Random(1)
    pairs = examples(2 * n)
    for (asked, answer), (more, told) in zip(pairs, pairs, strict=False):
        names = [f"{verb}_{noun}" for verb in ("find", "order", "cancel") for noun in ("book", "trip", "tool", "bill")]
        tools = [
            {
                "type": "function",
                "function": {
                    "name": name,
                    "description": f"Lets the user {name.replace('_', ' a ')}: {' '.join(more.split()[:8])}",
                    "parameters": {
                        "type": "object",
                        "properties": {
                            key: {"type": "string", "description": f"The {key} of it"} for key in ("title", "place")
                        },
                        "required": ["title"],
                    },
                },
            }
            for name in rng.sample(names, rng.randint(1, 3))
        ]
        arguments = {"title": " ".join(asked.split()[:4]), "place": rng.choice(("Lyon", "Oslo", "Quito"))}
        call = {"name": tools[0]["function"]["name"], "arguments": json.dumps(arguments)}
        turns = [
            {"role": "user", "content": asked},
            {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": call}]},
            {
                "role": "tool",
                "content": json.dumps({"found": rng.randint(1, 900), "text": " ".join(told.split()[:20])}),
            },
            {"role": "assistant", "content": answer[:600]},
            {"role": "user", "content": more},
            {"role": "assistant", "content": told[:600]},
        ]
        yield {"messages": turns, "tools": tools}


def read(paths: list[Path]) -> Iterator[pa.RecordBatch]:
    """The examples of files."""
    for shard in find_shards([str(path) for path in paths]):
        for batch in read_span(whole(shard), 1 << 25):
            yield batch.filter(batch.column("accepted")).select(["row", "messages", "tools"])


def batch_of(rows: Iterable[dict[str, Any]]) -> pa.RecordBatch:
    """Rows as reading gives them."""
    found = [conversation(row) for row in rows]
    columns = {
        "row": range(1, len(found) + 1),
        "messages": [talk.messages for talk in found],
        "tools": [talk.tools for talk in found],
    }
    return pa.RecordBatch.from_pydict({name: pa.array(list(values)) for name, values in columns.items()})


def as_qwen(texts: Iterable[str]) -> str:
    """The tokenizer.json of a tokenizer that splits words as Qwen's does, trained on texts."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=20000,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return str(tokenizer.to_str())


def least_seconds(work: Callable[[], object]) -> float:
    """Of three runs."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


class Worker:
    """A process that renders its share of the rows again and again, as one of Spark's does."""

    template: ChatTemplate
    rows: pa.RecordBatch

    @classmethod
    def begin(cls, place: str, rows: pa.RecordBatch) -> None:
        """Load the template."""
        cls.template, cls.rows = load_template(place), rows

    @classmethod
    def work(cls, share: int) -> int:
        """Render a share; how many rows it has."""
        n = -(-cls.rows.num_rows // CORES)
        return len(Templated(cls.template).read(cls.rows.slice(share * n, n), None)[0].total)


def rows_a_second(place: str, rows: pa.RecordBatch) -> float:
    """Of all cores together, each process with its words and templates at hand."""
    with ProcessPoolExecutor(CORES, get_context("spawn"), Worker.begin, (place, rows)) as workers:
        list(workers.map(Worker.work, range(CORES)))
        return rows.num_rows / least_seconds(lambda: list(workers.map(Worker.work, range(CORES))))


def differing(template: ChatTemplate, judge: Any, dialogues: Dialogues, found: Iterable[Rendered]) -> str:
    """How many ids and masks are not those of transformers; masks of unstable rows are told by no prefix."""
    judge.chat_template = template.source
    ids = masks = refused = unstable = 0
    for (messages, tools), mine in zip(dialogues, found, strict=True):
        turns = turns_of(messages)
        try:
            theirs = judge.apply_chat_template(
                turns, tools=tools, return_dict=True, return_assistant_tokens_mask=template.marks_answers
            )
        except Exception:  # whatever a template raises
            refused += 1
            ids += mine.error is None
            continue
        ids += mine.error is not None or mine.ids.tolist() != theirs["input_ids"]
        unstable += mine.unstable
        if template.marks_answers:
            masks += mine.trained.astype(int).tolist() != theirs["assistant_masks"]
        elif not mine.unstable:
            masks += mine.trained.tolist() != by_prefixes(judge, turns, tools, len(mine.ids))
    return f"{ids} ids and {masks} masks differ, {refused} refused by both, {unstable} unstable"


def by_prefixes(judge: Any, turns: list[dict[str, Any]], tools: Any, n_tokens: int) -> list[bool]:
    """The mask of what each answer adds to the tokens before it."""
    mask = [False] * n_tokens
    for i, turn in enumerate(turns):
        if turn["role"] == "assistant":
            before = judge.apply_chat_template(turns[:i], tools=tools, add_generation_prompt=True)["input_ids"]
            through = judge.apply_chat_template(turns[: i + 1], tools=tools)["input_ids"]
            mask[len(before) : len(through)] = [True] * (len(through) - len(before))
    return mask


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", type=Path)
    parser.add_argument("--n", type=int, default=5000)
    parser.add_argument("--styles", type=lambda text: text.split(","), default=list(STYLES))
    parser.add_argument("--tokenizer", type=Path)
    parser.add_argument("--equal", action="store_true", help="hold ids and masks against transformers'; slow")
    arguments = parser.parse_args()
    whole_data = pa.Table.from_batches(read(arguments.data) if arguments.data else [batch_of(made(arguments.n))])
    rows = whole_data.take([i % len(whole_data) for i in range(arguments.n)]).combine_chunks().to_batches()[0]
    listed = whole_data.slice(0, arguments.n).to_pylist()
    dialogues: Dialogues = [(row["messages"], json.loads(row["tools"]) if row["tools"] else None) for row in listed]
    texts = (text for row in listed for text in (*(m["content"] for m in row["messages"]), row["tools"] or ""))
    file = arguments.tokenizer.read_text(encoding="utf-8") if arguments.tokenizer else as_qwen(texts)
    with tempfile.TemporaryDirectory() as folder:
        for style in arguments.styles:
            place = model_folder(Path(folder) / style, style)
            (place / "tokenizer.json").write_text(file, encoding="utf-8")
            template = load_template(str(place))
            tokens = int(Templated(template).read(rows, None)[0].total.sum())
            alone = least_seconds(lambda template=template: Templated(template).read(rows, None))
            if style == arguments.styles[0]:
                print(
                    f"{rows.num_rows:,} rows of {len(listed):,}, {tokens / rows.num_rows:.0f} tokens a row, "
                    f"{CORES} cores; goal on two {GOAL:,} rows/s"
                )
            print(
                f"{style:14} {rows_a_second(str(place), rows):7,.0f} rows/s; "
                f"one process alone {rows.num_rows / alone:7,.0f}"
            )
            if arguments.equal:
                print(f"{'':14} {differing(template, judge_of(place), dialogues, render(template, dialogues))}")
    return 0


def judge_of(folder: Path) -> Any:
    """The tokenizer of a folder, as transformers has it."""
    import transformers  # noqa: PLC0415  (optional)

    return transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )


if __name__ == "__main__":
    sys.exit(main())
