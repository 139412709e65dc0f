"""A calibration session: what was said before, what is agreed, the guidelines' new lines, kappa before and after."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from review_run import add_originals, example, example_id, write_run

from ftq_spark.cli.app import invoke
from ftq_spark.errors import InputError
from ftq_spark.review import served_labels
from ftq_spark.review.agreement_commands import agreed_command, agreement_command
from ftq_spark.review.guidelines import guideline_template
from ftq_spark.runs.run import Run

N = 20
VERDICTS = ["correct", "error"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    path = write_run(tmp_path / "run", [example(number) for number in range(N)])
    add_originals(path, [example(number) for number in range(N)])
    return Run.open(path)


def labelled(folder: Path, name: str, n_apart: int) -> Path:
    """Two people's labels of all examples, who differ on the first `n_apart`."""
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item_id", "annotator", "verdict", "note"])
        for number in range(N):
            verdict = VERDICTS[number % 2]
            other = VERDICTS[1 - number % 2] if number < n_apart else verdict
            writer.writerow([example_id(number), "Ana", verdict, "as I see it"])
            writer.writerow([example_id(number), "Bo", other, ""])
    return path


def session(run: Run, folder: Path, labels: Path) -> tuple[str, list[str]]:
    command = ["review", "draw", run.path, "--out", str(folder / "session"), "--kind", "calibration", "--n", "6"]
    assert invoke([*command, "--disputed", str(labels), "--format", "html"]) == 0
    (progress,) = served_labels.progress(run)
    record = served_labels.draw_named(run, progress["draw_id"])
    return record["draw_id"], [item["example_id"] for item in record["items"]]


def test_what_a_session_agrees_on_is_kept_and_appended_to_the_guidelines(run: Run, tmp_path: Path) -> None:
    before = labelled(tmp_path, "before", 6)
    draw_id, ids = session(run, tmp_path, before)
    disputed = [number for number in range(6) if example_id(number) in ids]
    assert len(disputed) == 3  # and as many whose quality is near the bound
    page = next((tmp_path / "session").glob("*.html")).read_text(encoding="utf-8")
    items = json.loads(page.split('id="data">')[1].split("</script>")[0])["items"]
    said = next(item["given"] for item in items if item["item_id"] == example_id(disputed[0]))
    first = VERDICTS[disputed[0] % 2]
    assert [(label["annotator"], label["label"]) for label in said] == [
        ("Ana", first), ("Bo", next(verdict for verdict in VERDICTS if verdict != first)),
    ]  # fmt: skip
    guidelines = tmp_path / "guidelines.md"
    guidelines.write_text(guideline_template(), encoding="utf-8")
    with pytest.raises(InputError, match="nobody has labelled"):
        agreed_command(run.path, guidelines=guidelines)
    served_labels.save_labels(run, draw_id, "Group", [
        {"item_id": ids[0], "verdict": "error", "error_type": "factual", "note": "A dose\nneeds its unit."},
        {"item_id": ids[1], "verdict": "correct", "note": ""},
        {"item_id": ids[2], "verdict": "unsure", "note": "Ask the pharmacist."},
    ])  # fmt: skip
    found = agreed_command(run.path, guidelines=guidelines)
    assert (found["draw_id"], found["n_items"], found["n_agreed"], found["n_disputed"]) == (draw_id, 6, 3, 0)
    assert found["before"]["n_items"] == N
    agreed_command(run.path, guidelines=guidelines)  # again: nothing is appended twice
    text = guidelines.read_text(encoding="utf-8")
    part = text.split("## Borderline cases")[1].split("\n## ")[0]
    number = next(n for n in range(N) if example_id(n) == ids[0])
    assert part.count("A dose needs its unit.") == part.count("Ask the pharmacist.") == 1
    assert f"- “Question {number}?”: error (factual). A dose needs its unit." in part
    assert "## Annotated examples" in text.split("## Borderline cases")[1]
    assert text.replace(part, "") == guideline_template().replace(
        guideline_template().split("## Borderline cases")[1].split("\n## ")[0], ""
    )


def test_kappa_before_and_after(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = labelled(tmp_path, "before", 6), labelled(tmp_path, "after", 1)
    draw_id, ids = session(run, tmp_path, before)
    served_labels.save_labels(run, draw_id, "Group", [{"item_id": ids[0], "verdict": "error", "note": "A rule."}])
    assert invoke(["review", "agreed", run.path]) == 0
    was, now = (agreement_command([path])["cohen_kappa"]["value"] for path in (before, after))
    found = agreement_command([after], run=run.path)
    (entry,) = found["sessions"]
    assert (entry["draw_id"], entry["before"]["cohen_kappa"]["value"]) == (draw_id, was)
    assert entry["after"]["cohen_kappa"]["value"] == now > was
    assert agreement_command([before], run=run.path)["sessions"] == []
    assert invoke(["agreement", "--run", run.path, "--labels", str(after)]) == 0
    assert f"session {draw_id}: Cohen's kappa before {was:.3f}" in capsys.readouterr().out


def test_labels_of_no_session_are_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no calibration session"):
        agreed_command(run.path, [labelled(tmp_path, "some", 2)])
