"""Bad input of every kind: each a counted reject, and never the end of a run."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from runs import rows, run

from ftq_spark import api
from ftq_spark.cli.app import invoke
from ftq_spark.spark import inputs

GOOD = json.dumps({"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Because."}]})
HUGE = '{"messages": [{"role": "user", "content": "' + "x" * (50 << 20) + '"}, {"role": "assistant", "content": "a"}]}'
DEEP = '{"messages": ' + "[" * 5_000 + "]" * 5_000 + "}"

FIGURES = (
    *("inputs", "n_rows", "n_read", "n_rejects", "reject_codes"),
    *("n_dialogues", "n_continued", "n_preferences"),
)

# name → (bytes, good rows, codes of the rejects)
FILES: dict[str, tuple[bytes, int, list[str]]] = {
    "malformed.jsonl": (f'{GOOD}\n{{"messages": [\n{GOOD} trailing\n{GOOD}\n'.encode(), 2, ["malformed_json"] * 2),
    "utf8.jsonl": (GOOD.encode() + b'\n{"messages": "\xff\xfe"}\n', 1, ["invalid_utf8"]),
    "bom.jsonl": (b"\xef\xbb\xbf" + GOOD.encode() + b"\n" + GOOD.encode(), 2, []),
    "utf16.jsonl": (GOOD.encode("utf-16"), 0, ["invalid_utf8"]),
    "empty.jsonl": (b"", 0, ["empty_file"]),
    "nulls.jsonl": (GOOD.encode().replace(b"Why", b"W\0y") + b"\n", 0, ["null_bytes"]),
    "types.jsonl": (b'[1]\n"text"\n{"messages": 5}\n', 0, ["missing_messages", "not_an_object", "not_an_object"]),
    "nothing.jsonl": (
        b'{"messages": []}\n{"messages": [{"role": "user", "content": "?"}]}\n',
        0,
        ["missing_messages", "no_assistant"],
    ),
    "huge.jsonl": (f"{GOOD}\n{HUGE}\n{GOOD}\n".encode(), 2, ["too_large"]),
    "deep.jsonl": (f"{DEEP}\n{GOOD}\n".encode(), 1, ["too_deep"]),
    "array.json": (f"[{GOOD}, 7, {GOOD}]".encode(), 2, ["not_an_object"]),
    "not.parquet": (b"PAR1 but not really PAR1", 0, ["corrupt_file"]),
    "ragged.csv": (b"question,answer\nWhy?,Because.\nonly one cell\n", 1, ["ragged_row"]),
}


def write(folder: Path) -> None:
    folder.mkdir()
    for name, (content, _, _) in FILES.items():
        (folder / name).write_bytes(content)
    whole = gzip.compress(b"".join(f'{GOOD[:-1]}, "id": {i}}}\n'.encode() for i in range(20_000)))
    (folder / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])


def test_each_kind_is_counted(spark: SparkSession, tmp_path: Path) -> None:
    write(tmp_path / "in")
    done = run(
        tmp_path / "run",
        tmp_path / "in",
        dedup__semantic__enabled=False,
        dedup__near__enabled=False,
        conflict__enabled=False,
    )
    good = Counter(row["source"] for row in rows(done, "examples", "source"))
    rejects = rows(done, "rejects")
    codes: dict[str, list[str]] = {}
    for row in rejects:
        codes.setdefault(row["source"], []).append(row["code"])
        assert row["message"]
        assert len(row["raw"]) <= 5_000
    for name, (_, n_good, expected) in FILES.items():
        assert good[name] == n_good, name
        assert sorted(codes.get(name, [])) == sorted(expected), name
    assert 0 < good["cut.jsonl.gz"] < 20_000
    cut = next(row for row in rejects if row["source"] == "cut.jsonl.gz")
    assert (cut["code"], cut["row"]) == ("truncated_file", good["cut.jsonl.gz"] + 1)
    ingest = done.manifest["stages"]["ingest"]
    assert ingest["n_rejects"] == len(rejects) == sum(ingest["reject_codes"].values())
    published = [
        json.loads(line)
        for path in (tmp_path / "run" / "rejected").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").split("\n")[:-1]
    ]
    assert sorted(published, key=str) == sorted(
        [
            {"raw": row["raw"], "_ftq": {name: row[name] for name in ("code", "message", "source", "row")}}
            for row in rejects
        ],
        key=str,
    )


def test_rows_of_a_small_input_are_read_here_as_tasks_read_them(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "in")
    (tmp_path / "in" / "huge.jsonl").unlink()
    turns = [{"role": role, "content": f"{role} {i}"} for i in range(2) for role in ("user", "assistant")]
    two = [{"messages": turns}, {"messages": turns[:3]}, {"prompt": "Why?", "chosen": "So.", "rejected": "Not so."}]
    (tmp_path / "in" / "kinds.jsonl").write_text("".join(json.dumps(row) + "\n" for row in two))
    monkeypatch.setattr(inputs, "_HELD_BYTES", 8 << 20)
    held = run(tmp_path / "held", tmp_path / "in", flags=("--to", "ingest"))
    assert held.manifest["tables"]["examples"].endswith("/examples")
    monkeypatch.setattr(inputs, "_MOST_HELD", 1 << 20)
    read = run(tmp_path / "read", tmp_path / "in", flags=("--to", "ingest"))
    assert read.manifest["tables"]["examples"].endswith("/accepted=true")
    for name in ("examples", "rejects"):
        found, expected = (sorted(rows(done, name), key=str) for done in (held, read))
        assert found == expected
    figures = [{key: done.manifest["stages"]["ingest"][key] for key in FIGURES} for done in (held, read)]
    assert figures[0] == figures[1]
    assert (figures[0]["n_dialogues"], figures[0]["n_continued"], figures[0]["n_preferences"]) == (1, 2, 1)


def test_a_run_in_which_everything_was_rejected_says_why(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("{}\n[]\nnot json\n")
    assert invoke(["run", str(path), "--out", str(tmp_path / "run")]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "every row of the input was rejected" in printed.err
    assert "malformed_json" in printed.err
    assert f"{tmp_path}/run/report.html shows them" in printed.err
    assert "Traceback" not in printed.err
    done = api.open_run(tmp_path / "run")
    assert done.summary["rows"] == {
        "read": 3, "rejected": 3, "keep": 0, "review": 0, "drop": 0, "balanced": True, "checked": True
    }  # fmt: skip
    assert "all 3 rows were rejected" in (tmp_path / "run" / "report.html").read_text()
    assert len(list((tmp_path / "run" / "rejected").glob("*.jsonl"))) == 1
    assert done.table("scored").num_rows == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "absent.jsonl", "--out", "o"], "absent.jsonl: no such file"),
        (["run", "--out", "o"], "Missing argument"),
        (["run", "x.jsonl"], "Missing option '--out'"),
        (["run", "x.txt", "--out", "o"], "no readable file"),
        (["run", "x.jsonl", "--out", "o", "--to", "nowhere"], "no such stage"),
        (["run", "x.jsonl", "--out", "o", "--from", "decide", "--to", "ingest"], "comes before"),
        (["run", "x.jsonl", "--out", "o", "--fail-on", "sadness"], "expected a measure"),
        (["run", "x.jsonl", "--out", "o", "--settings", "absent.yaml"], "no such file, and no profile"),
        (["run", "x.jsonl", "--out", "x.txt"], "found a file"),
        (["explain", "o", "abc"], "not a run directory"),
        (["nonsense"], "No such command"),
    ],
)
def test_mistakes_end_with_2_and_one_message(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.jsonl").write_text(GOOD)
    (tmp_path / "x.txt").write_text("text")
    assert invoke(arguments) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
