"""Write the sample dataset: shards of several schemas, whole files that are broken, and the truth about both.

    cd tests && python -m sample_maker [--out sample]

Needs nothing but Python, and writes the same bytes on every run.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import planting
from .damage import broken_files, broken_items
from .facts import composed
from .reading import read_blocks, read_lines
from .shards import SHARDS, encode, gzip_stored, place, truth_lines
from .truth import Item

TESTS = Path(__file__).resolve().parent.parent
WRITTEN = ("medical", "legal", "code", "general")


def written() -> list[Item]:
    """The questions and answers that were written one by one."""
    items = []
    for domain in WRITTEN:
        for number, entry in enumerate(read_blocks(domain)[0].entries()):
            items.append(Item(f"{domain}/{number}", domain, [(entry["Q"], entry["A"])]))
    return items


def every_item() -> list[Item]:
    """All items of the sample, labelled."""
    curated = written()
    excluded = read_lines("excluded")
    facts = [item for item in composed() if item.turns[0][0] not in excluded]
    long_facts = [item for item in facts if len(item.turns[0][1]) > 130 and "`" not in item.turns[0][1]]
    long_curated = [item for item in curated if len(item.turns[0][1]) > 250]

    planting.truncate(long_curated[::6][:20] + long_facts[3::97][:5])
    planting.preferences([item for item in facts[5::19] if not item.labels][:60])
    whole = [item for item in curated if not item.labels]
    for item in whole[::3][:100]:
        item.label("clean")

    free = [item for item in facts if not item.labels and not item.shard]
    copied = whole[1::9][:20] + free[7::41][:20]
    taken = {item.key for item in copied}
    edited = [item for item in whole[2::6] if item.key not in taken][:20]
    edited += [item for item in long_facts[11::13] if item.key not in taken and not item.labels and not item.shard][:20]
    return [
        *curated,
        *facts,
        *planting.exact_duplicates(copied, SHARDS["any"]),
        *planting.near_duplicates(edited),
        *planting.written_defects(),
        *planting.looping(),
        *planting.conflicts(),
        *planting.semantic_duplicates(),
        *planting.variety(),
        *planting.grades(),
        *planting.dialogues(),
        *broken_items(),
    ]


def write(out: Path) -> None:
    """Write ``shards/``, ``broken/`` and ``truth.jsonl`` under ``out``."""
    shards = place(every_item())
    files = {f"shards/{name}": encode(name, items) for name, items in shards.items()}
    files |= {f"broken/{name}": data for name, data in broken_files().items()}
    files["broken/truncated.jsonl.gz"] = gzip_stored(files["shards/medical-000.jsonl"])[:20_000]
    files["truth.jsonl"] = truth_lines(shards)
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=TESTS / "sample", help="folder to write to")
    write(parser.parse_args().out)
