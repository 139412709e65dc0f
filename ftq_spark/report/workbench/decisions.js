// Decisions: kept in this browser, saved as a file, or sent to `ftq serve`.

import { head } from "./data.js";
import { byId, make } from "./nodes.js";
import { redraw } from "./state.js";

const AT_ONCE = 1000; // a server takes a megabyte at a time
const KEY = () => "ftq-decisions:" + head.run_id;
export const served = ["http:", "https:"].includes(location.protocol);
export let decisions = {};
export let unsaved = 0;
const steps = [];

export function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY()) || "{}");
    decisions = kept.decisions || {};
    byId("reviewer").value = kept.reviewer || "";
  } catch (problem) {
    decisions = {};
  }
}

export function remember() {
  try {
    localStorage.setItem(KEY(), JSON.stringify({ decisions, reviewer: byId("reviewer").value }));
  } catch (problem) {
    /* kept until the page closes */
  }
}

export function decide(pairs, note = "") {
  steps.push(pairs.map(([id]) => [id, decisions[id]]));
  const time = new Date().toISOString();
  for (const [id, verdict, written] of pairs) {
    const response = written === undefined && verdict === "keep" && decisions[id] ? decisions[id].response : written;
    if (verdict)
      decisions[id] = {
        example_id: id,
        verdict,
        note,
        time,
        reviewer: byId("reviewer").value || "reviewer",
        ...(response === undefined ? {} : { response }),
      };
    else delete decisions[id];
  }
  changed(pairs.map(([id]) => id));
}

export function undo() {
  const step = steps.pop();
  if (!step) return;
  for (const [id, former] of step) {
    if (former) decisions[id] = former;
    else delete decisions[id];
  }
  changed(step.map(([id]) => id));
}

async function changed(ids) {
  unsaved += 1;
  remember();
  redraw();
  if (!served) return;
  try {
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const part = ids.slice(at, at + AT_ONCE);
      const body = part.map((id) => JSON.stringify(decisions[id] || { example_id: id, verdict: "undecided" })).join("\n");
      const answer = await fetch("decisions", {
        method: "POST",
        headers: { "Content-Type": "application/x-ndjson" },
        body,
      });
      if (!answer.ok) throw new Error(await answer.text());
    }
    unsaved = 0;
    byId("saved").textContent = "saved to the run";
  } catch (problem) {
    byId("saved").textContent = "not saved: " + problem.message;
  }
}

export function save() {
  const lines =
    Object.values(decisions)
      .map((entry) => JSON.stringify(entry))
      .join("\n") + "\n";
  const file = make("a");
  file.href = URL.createObjectURL(new Blob([lines], { type: "application/x-ndjson" }));
  file.download = `decisions-${head.run_id.slice(0, 8)}.jsonl`;
  file.click();
  unsaved = 0;
  byId("saved").textContent = `saved; now: ftq review decide RUN --decisions ${file.download}`;
}

export function drawDecided() {
  const n = Object.keys(decisions).length;
  byId("decided").hidden = n === 0 && steps.length === 0;
  byId("n-decided").textContent = n === 1 ? "1 decision" : `${n} decisions`;
  byId("save").hidden = served;
}
