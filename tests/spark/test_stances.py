"""Conflict groups on Spark: stances, policies, and what becomes of the rows in a whole run."""

from __future__ import annotations

import csv
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from runs import rows, run

from ftq_spark import explain, schema
from ftq_spark.cli.app import invoke
from ftq_spark.runs.run import Run
from ftq_spark.settings import Conflict
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import former, stances

QUESTION = "Is the Great Wall visible from the Moon?"
YES, NO = "Yes, it is clearly visible.", "No, it cannot be seen."
QUESTIONS = "example_id string, dataset string, source string, row long, question string, response string"
PATHS = {"a": YES, "b": NO, "c": YES, "d": YES}


def questions(spark: SparkSession, answers: dict[str, str], datasets: str = "") -> DataFrame:
    found = [
        (name, datasets[i] if datasets else "x", "s", i, QUESTION, text)
        for i, (name, text) in enumerate(answers.items())
    ]
    return spark.createDataFrame(found, QUESTIONS)


def conflicts(spark: SparkSession, *found: str) -> DataFrame:
    pairs = [
        (pair[0], pair[1], 1.0, 0.9, "polarity", [], "a" if "x" not in pair else "x", False, None, None, None)
        for pair in found
    ]
    return spark.createDataFrame(pairs, spark_columns(schema.CONFLICTS))


def judged(spark: SparkSession, ids: str, dropped: str = "") -> DataFrame:
    found = [(name, 1.0, ["refusal"] if name in dropped else [], name in dropped, False, False) for name in ids]
    return spark.createDataFrame(
        found,
        "example_id string, quality double, reasons array<string>, dropped boolean, doubtful boolean, "
        "low_quality boolean",
    )


@pytest.mark.parametrize("n", [1, 5])
def test_every_member_has_a_stance(spark: SparkSession, n: int) -> None:
    answers = {**PATHS, "x": "Yes.", "y": "No."}
    pairs = conflicts(spark, "ab", "bc", "bd", "xy").repartition(n)
    found = stances.stances(pairs, questions(spark, answers).repartition(n))
    assert found.columns == schema.STANCES.names
    by_id = {row["example_id"]: row for row in found.collect()}
    assert set(by_id) == set(answers)
    assert [by_id[name]["stance"] for name in "abcdxy"] == [1, 2, 1, 1, 1, 2]
    assert [by_id[name]["compared_with"] for name in "abcdxy"] == [None, "a", None, None, None, "x"]
    assert by_id["b"]["signature"] == "polarity:no"
    assert by_id["b"]["opponents"] == ["a", "c", "d"]
    assert (by_id["b"]["group_size"], by_id["b"]["stance_size"], by_id["b"]["n_stances"]) == (4, 1, 2)
    assert by_id["b"]["exact"]
    assert by_id["x"]["severity"] == pytest.approx(1.0)
    assert 0 < by_id["a"]["severity"] < 1


def dropped(
    spark: SparkSession, settings: Conflict, datasets: str = "", by_rule: str = ""
) -> dict[str, tuple[str, list[str]]]:
    found = stances.stances(conflicts(spark, "ab", "bc", "bd"), questions(spark, PATHS, datasets))
    table = stances.settled(found, judged(spark, "abcd", by_rule), settings)
    return {row["example_id"]: (row["reason"], row["conflicts_with"]) for row in table.collect()}


def test_policies(spark: SparkSession) -> None:
    everyone = ["a", "c", "d"]
    assert not {"flag", "specialist"} & stances.REASONS.keys()  # which settle nobody
    assert dropped(spark, Conflict(policy="drop_minority")) == {"b": ("conflict_minority", everyone)}
    assert set(dropped(spark, Conflict(policy="drop_all"))) == set("abcd")
    trusting = Conflict(policy="trust", trust=("n", "m"))
    assert dropped(spark, trusting, "mnmm") == {name: ("conflict_untrusted", ["b"]) for name in everyone}
    assert dropped(spark, trusting, "nnmm") == {}  # the trusted dataset contradicts itself


def test_what_a_rule_drops_has_no_say(spark: SparkSession) -> None:
    assert dropped(spark, Conflict(policy="drop_minority"), by_rule="d") == {}  # two against one is no majority
    assert set(dropped(spark, Conflict(policy="drop_all"), by_rule="d")) == set("abc")


def test_a_former_example_has_its_say_and_stays(spark: SparkSession) -> None:
    # a, c and d stand in a former run; b is new
    pairs = conflicts(spark, "ab", "cb", "db").withColumn("against", F.lit(True))
    named = questions(spark, PATHS, "mnmm").withColumn(
        "example_id", F.when(F.col("example_id") != "b", former.marked(F.col("example_id"))).otherwise("b")
    )
    found = stances.stances(pairs, named)
    new = judged(spark, "b")

    def reasons(**settings: Any) -> dict[str, str]:
        table = stances.settled(found, new, Conflict(**settings))
        return {row["example_id"]: row["reason"] for row in table.collect()}

    assert reasons(policy="drop_minority") == {"b": "conflict_minority"}
    assert reasons(policy="drop_all") == {"b": "conflict_dropped"}
    assert reasons(policy="trust", trust=("m", "n")) == {"b": "conflict_untrusted"}
    assert reasons(policy="trust", trust=("n", "m")) == {}  # the former ones would go: the question stays flagged


def test_an_earlier_answer_has_its_say_and_stays(spark: SparkSession) -> None:
    # b answers in the fourth message of a dialogue, whose last answer is to another question
    pairs = conflicts(spark, "ab", "bc", "bd").withColumns(
        {f"{side}_turn": F.when(F.col(f"{side}_id") == "b", 3) for side in ("left", "right")}
    )
    asked = questions(spark, {**PATHS, "b#3": NO, "b": "Ten of them."})
    found = stances.stances(pairs, asked)
    rows = {row["example_id"]: row for row in found.collect()}
    assert (rows["b"]["turn"], rows["b"]["signature"], rows["b"]["compared_with"]) == (3, "polarity:no", "a")
    assert [rows[name]["turn"] for name in "acd"] == [None, None, None]
    assert rows["a"]["opponents"] == ["b"]
    settled = stances.settled(found, judged(spark, "abcd"), Conflict(policy="drop_minority"))
    assert settled.collect() == []
    everyone = stances.settled(found, judged(spark, "abcd"), Conflict(policy="drop_all"))
    assert sorted(row["example_id"] for row in everyone.collect()) == ["a", "c", "d"]


def test_the_policy_is_a_verdict_on_top_of_the_rules(spark: SparkSession) -> None:
    found = stances.stances(conflicts(spark, "ab", "bc", "bd"), questions(spark, PATHS))
    before = judged(spark, "abcde")
    after = stances.apply(before, stances.settled(found, before, Conflict(policy="drop_minority")))
    assert after.columns == before.columns
    assert {row["example_id"]: row["reasons"] for row in after.where("dropped").collect()} == {
        "b": ["conflict_minority"]
    }


# ── A whole run ──────────────────────────────────────────────────────────────────────────────────────────────────────

FRESH = {"dedup__near__enabled": False, "dedup__semantic__enabled": False, "score__rules": [], "score__min_quality": 0}


def written(path: Path, pairs: list[tuple[str, str]]) -> Path:
    lines = [{"messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]} for q, a in pairs]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("shards")
    wall = [YES, "Yes, you can see it with the naked eye.", "Yes, it is visible.", NO]
    first = written(folder / "good.jsonl", [(QUESTION, text) for text in wall])
    gold = "How many grams of gold are in a standard bar?"
    second = written(folder / "web.jsonl", [(gold, "It is 400 g."), (gold, "It is 100 g."), ("Name a colour.", "Red.")])
    turns = [
        ("user", "Is ice cold?"),
        ("assistant", "Yes, it is."),
        ("user", "Is ice cold?"),
        ("assistant", "No, it is not."),
    ]
    with second.open("a") as file:
        file.write(json.dumps({"messages": [{"role": role, "content": text} for role, text in turns]}) + "\n")
    return [f"good={first}", f"web={second}"]


def audit(out: Path, shards: list[str], **settings: Any) -> tuple[Run, dict[str, Any]]:
    options = [f"--set={key.replace('__', '.')}={json.dumps(value)}" for key, value in {**FRESH, **settings}.items()]
    assert invoke(["run", *shards, "--out", str(out), *options]) == 0
    return Run.open(out), json.loads((out / "summary.json").read_text())


@pytest.mark.long
def test_a_changed_policy_recomputes_no_score(spark: SparkSession, shards: list[str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    done, summary = audit(out, shards)
    before = {(row["source"], row["row"]): row for row in rows(done, "scored")}
    assert [row["verdict"] for row in before.values()].count("review") == 7
    assert before["web.jsonl", 4]["reasons"] == ["conflict_within"]
    conflicts = summary["conflicts"]
    assert (conflicts["n_groups"], conflicts["n_fix"], conflicts["n_flagged_groups"]) == (2, 2, 2)
    assert [group["n"] for group in conflicts["groups"]] == [4, 2]  # the surest first: yes against no
    assert [(s["n"], s["signature"]) for s in conflicts["groups"][0]["stances"]] == [
        (3, "polarity:yes"),
        (1, "polarity:no"),
    ]
    assert "Where the answers stand" in (out / "report.html").read_text()

    stages = Run.open(out).manifest["stages"]
    after, summary = audit(out, shards, conflict__policy="drop_minority")
    same = {name for name, stage in Run.open(out).manifest["stages"].items() if stage == stages[name]}
    assert {"score", "search", "conflict", "group"} <= same
    found = {(row["source"], row["row"]): row for row in rows(after, "scored")}
    assert [found["good.jsonl", n]["verdict"] for n in (1, 2, 3, 4)] == ["keep", "keep", "keep", "drop"]
    assert found["good.jsonl", 4]["reasons"] == ["conflict_minority"]
    assert len(found["good.jsonl", 4]["conflicts_with"]) == 3
    assert found["good.jsonl", 1]["conflicts_with"] == []
    assert [found["web.jsonl", n]["reasons"] for n in (1, 2)] == [["conflict"], ["conflict"]]  # one against one
    assert (summary["conflicts"]["n_flagged_groups"], summary["run"]["conflict_policy"]) == (1, "drop_minority")

    known = explain.explain(after, found["web.jsonl", 4]["example_id"])
    assert "itself:   its turns 1 and 3" in explain.render(known)
    known = explain.explain(after, found["good.jsonl", 4]["example_id"])
    assert known["stance"]["compared_with"] == found["good.jsonl", 1]["example_id"]
    assert "4 answers in 2 stances: 3 polarity:yes, 1 polarity:no (this)" in explain.render(known)


@pytest.mark.long
def test_specialists_and_trust(spark: SparkSession, shards: list[str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    routed = run(out, *shards, **FRESH, conflict__policy="specialist")
    reasons = [row["reasons"] for row in rows(routed, "scored") if row["conflicts_with"]]
    assert reasons == [["conflict", "conflict_specialist"]] * 6
    assert invoke(["run", *shards, "--out", str(out), "--set", "conflict.policy=trust"]) == 2


@pytest.mark.long
def test_verdicts_on_pairs_settle_them_in_the_next_run(spark: SparkSession, shards: list[str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    run(out, *shards, **FRESH)
    assert invoke(["review", "conflicts", str(out), "--out", str(tmp_path / "sheets")]) == 0
    with (tmp_path / "sheets" / "conflicts.csv").open(encoding="utf-8-sig", newline="") as file:
        sheet = list(csv.DictReader(file))
    assert len(sheet) == 2  # of each question one dissent beside one of the majority
    labels = tmp_path / "labels.jsonl"
    votes = [
        {
            "item_id": row["item_id"],
            "annotator": "Ana",
            "label": "compatible" if "gold" in row["prompt_1"] else "conflict",
        }
        for row in sheet
    ]
    labels.write_text("".join(json.dumps(vote) + "\n" for vote in votes))
    assert invoke(["review", "conflicts", str(out), "--labels", str(labels)]) == 0
    before = Run.open(out).manifest["stages"]
    after, summary = audit(out, shards)
    assert Run.open(out).manifest["stages"]["conflict"] == before["conflict"]
    assert len(rows(after, "conflicts")) == 3  # those on gold are compatible
    assert {row["probability"] for row in rows(after, "conflicts")} == {None}
    learnt = summary["conflicts"]["calibration"]
    assert (learnt["state"], learnt["n_labels"], learnt["n_conflicts"]) == ("prior", 2, 1)


class Judge(BaseHTTPRequestHandler):
    """Says that the answers on gold are compatible and all others contradict each other."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        shown = json.loads(body["messages"][1]["content"])
        verdict = {"verdict": "contradict", "quote_1": shown["answer_1"], "quote_2": shown["answer_2"]}
        said = {"verdict": "compatible"} if "gold" in shown["question_1"] else verdict
        content = json.dumps({"choices": [{"message": {"content": json.dumps(said)}}]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.long
def test_a_judge_confirms_or_clears(spark: SparkSession, shards: list[str], tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Judge)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    judge = {"base_url": f"http://127.0.0.1:{server.server_port}", "model": "m"}
    done = run(tmp_path / "run", *shards, **FRESH, conflict__judge=judge)
    server.shutdown()
    server.server_close()
    found = rows(done, "conflicts")
    assert len(found) == 3  # the wall's; those on gold are compatible
    assert all(row["evidence"][-1]["kind"] == "judge" and row["score"] >= 0.95 for row in found)
    counts = done.manifest["stages"]["group"]["judge"]
    assert counts == {"calls": 8, "compatible": 1, "contradict": 3}
    gone = run(tmp_path / "run", *shards, **FRESH, conflict__judge={**judge, "top_n": 50})  # from the cache alone
    assert gone.manifest["stages"]["group"]["judge"] == {"cached": 8, "compatible": 1, "contradict": 3}
    assert rows(gone, "conflicts") == found
