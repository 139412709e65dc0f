"""The dataset card: README.md with the front matter that the Hub and `datasets` read, and what people want to know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import jinja2
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from ftq_spark import __version__
from ftq_spark.export import columns
from ftq_spark.export.rows import LEFT_OUT, REASONS
from ftq_spark.runs.run import Run, fingerprint
from ftq_spark.runs.tables import dataset
from ftq_spark.schema import VERDICT_VALUES

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
          (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"))  # fmt: skip
_TAGS = {"dpo": ["dpo", "preference"], "kto": ["kto", "preference"]}
# A language of less than a hundredth of the answers is a few quotations, not one that the data are in.
_LEAST_SHARE = 0.01
_MAX_ROWS = 30  # of a table on the card
# The Hub's identifiers of licences by how rows spell them, case, blanks and hyphens apart.
_LICENCES = {
    re.sub(r"[\s_-]+", "", name): name
    for name in resources.files("ftq_spark.export").joinpath("licences.txt").read_text(encoding="utf-8").split()
}


def render(about: Mapping[str, Any], found: Mapping[str, columns.Type], run: Run) -> str:
    """The card of an export; `about` is what :func:`ftq_spark.export.write.export` knows of it."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False)
    environment.globals.update(table=_table, cell=_cell)
    source = resources.files("ftq_spark.export").joinpath("card.md.jinja").read_text(encoding="utf-8")
    front = yaml.safe_dump(front_matter(about, found), sort_keys=False, allow_unicode=True, default_flow_style=False)
    return environment.from_string(source).render(
        front=front, about=about, run=described(run), meanings={**REASONS, **LEFT_OUT}
    )


def front_matter(about: Mapping[str, Any], found: Mapping[str, columns.Type]) -> dict[str, Any]:
    """Front matter: what the Hub indexes, and how `datasets` reads the files."""
    n_rows = sum(about["split_rows"].values())
    languages = [code for code, n in about["languages"].items() if n >= _LEAST_SHARE * n_rows]
    made: dict[str, Any] = {
        "pretty_name": about["name"],
        **({"language": languages} if languages else {}),
        **_licence(about["licences"]),
        "task_categories": ["text-generation"],
        "tags": ["chat", "fine-tuning", *_TAGS.get(about["format"], ["sft"]), "ftq-spark"],
        "size_categories": [next((name for bound, name in _SIZES if n_rows < bound), "n>1T")],
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": split, "path": f"data/{split}-*.{about['file_format']}"} for split in about["split_rows"]
                ],
            }
        ],
        "dataset_info": {
            "features": columns.features(dict(found)),
            "splits": [
                {"name": split, "num_bytes": about["split_bytes"][split], "num_examples": n}
                for split, n in about["split_rows"].items()
            ],
            "download_size": sum(about["split_bytes"].values()),
            "dataset_size": sum(about["split_bytes"].values()),
        },
    }
    return made


def licence_ids(stated: Mapping[str, int]) -> list[str]:
    """The Hub's identifiers of what rows state, most frequent first; ``other`` for what it does not list."""
    return list(dict.fromkeys(_LICENCES.get(re.sub(r"[\s_-]+", "", name.casefold()), "other") for name in stated))


def _licence(stated: Mapping[str, int]) -> dict[str, Any]:
    found = licence_ids(stated)
    return {"license": found[0] if len(found) == 1 else found} if found else {}


def described(run: Run) -> dict[str, Any]:
    """What was read, kept and dropped in a run and why, as its tables say."""
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for batch in dataset(run, "scored").scanner(columns=["verdict", "reasons"]).to_batches():
        verdicts.update(batch.column("verdict").cast(pa.string()).to_pylist())
        reasons.update(pc.list_flatten(batch.column("reasons")).to_pylist())
    settings, ingest = run.settings, run.manifest["stages"]["ingest"]
    near, semantic = settings.dedup.near, settings.dedup.semantic
    kinds = [
        *(["exact"] if settings.dedup.exact else []),
        *([f"near (similarity of at least {near.threshold:g})"] if near.enabled else []),
        *([f"semantic ({semantic.model}, at least {semantic.threshold:g})"] if semantic.enabled else []),
    ]
    return {
        "rows": {
            "read": ingest["n_rows"] + ingest["n_rejects"],
            "rejected": ingest["n_rejects"],
            **{name: verdicts[name] for name in VERDICT_VALUES},
        },
        "reasons": dict(reasons.most_common()),
        "duplicates": ", ".join(kinds) or "not looked for",
        "conflicts": f"policy {settings.conflict.policy}" if settings.conflict.enabled else "not looked for",
        "min_quality": f"{settings.score.min_quality:g} (below: {settings.score.low_quality_verdict})",
        "contamination": run.manifest["stages"].get("decontaminate", {}).get("benchmarks", {}),
        "contamination_action": settings.contamination.action,
        "version": run.manifest.get("versions", {}).get("ftq_spark", __version__),
        "run_id": run.manifest.get("run_id", ""),
        "created_at": run.manifest.get("created_at", ""),
        "settings_digest": fingerprint(run.manifest["settings"]),
    }


def _table(title: str, counts: Mapping[str, int]) -> str:
    """A table of counts, the largest first; what is beyond its end is said in a last row."""
    shown: Sequence[tuple[str, int]] = list(counts.items())
    rest = shown[_MAX_ROWS:]
    lines = [f"| {title} | rows |", "|---|---:|", *(f"| {_cell(name)} | {n:,} |" for name, n in shown[:_MAX_ROWS])]
    if rest:
        lines.append(f"| {len(rest):,} others | {sum(n for _, n in rest):,} |")
    return "\n".join(lines) + "\n"


def _cell(text: object) -> str:
    """Text of the data in a cell of a table: one line, no markup, of bounded length."""
    plain = " ".join(str(text).split())[:100]
    return re.sub(r"([\\`*_{}\[\]<>|#!])", r"\\\1", plain)
