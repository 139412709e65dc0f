// One decision for the rest of what waits for review, once some of it has been looked at.

import { decide, decisions } from "./decisions.js";
import { head } from "./data.js";
import { make, whole, words } from "./nodes.js";
import { button } from "./pieces.js";
import { state } from "./state.js";

const ENOUGH = 5; // looked at and all alike, they say that more than half of the rest are so too

// The least share that `n` looked at make likely where `right` of them were so: Wilson's bound (1927) at 95%.
function least(right, n) {
  const z = 1.96,
    share = right / n;
  return (share + (z * z) / (2 * n) - z * Math.sqrt((share * (1 - share) + (z * z) / (4 * n)) / n)) / (1 + (z * z) / n);
}

// What narrows the list, in words: a decision for many is one for a kind.
const narrowed = () =>
  [...Object.entries(state.filters), ["search", state.search]]
    .filter(([name, value]) => value && name !== "verdict")
    .map(([name, value]) => `${name} ${words(value)}`)
    .join(", ");

export function restOf(shown) {
  const kind = narrowed(),
    reason = state.filters.reason;
  const waiting = shown.filter(
    (example) => example.verdict === "review" && (!reason || (example.reasons || []).length === 1),
  );
  if (!kind || waiting.length <= ENOUGH) return null;
  const looked = waiting.map((example) => (decisions[example.example_id] || {}).verdict).filter(Boolean);
  const left = waiting.filter((example) => !decisions[example.example_id]);
  const n = { keep: looked.filter((verdict) => verdict === "keep").length };
  n.drop = looked.length - n.keep;
  const alone = reason ? " for that reason alone" : "";
  const told = `${whole(waiting.length)} of these wait for review${alone}; you kept ${whole(n.keep)} and dropped ${whole(n.drop)}.`;
  if (!left.length) return make("p", "soft rest", told);
  if (looked.length < ENOUGH)
    return make("p", "soft rest", `${told} Once you have decided ${ENOUGH} of them, the rest can be decided at once.`);
  const verdict = n.keep >= n.drop ? "keep" : "drop";
  const bound = Math.round(100 * least(n[verdict], looked.length));
  const choice = (said, text) =>
    button(`${text} the other ${whole(left.length)}`, () =>
      decide(
        left.map((example) => [example.example_id, said]),
        `one decision for ${left.length} (${kind}), after ${n.keep} kept and ${n.drop} dropped of them`,
      ),
    );
  return make(
    "div",
    "rest",
    `${told} If those are typical, at least ${bound}% of the rest are to ${verdict}. `,
    make("span", "choices", choice("keep", "Keep"), choice("drop", "Drop")),
    head.n_shown < head.n_all ? make("span", "soft", elsewhere(verdict)) : null,
  );
}

// The command for what stands elsewhere; none where the list is narrowed by what a command cannot say.
function elsewhere(verdict) {
  const columns = { reason: "reason", dataset: "dataset", topic: "topic", asked: "question_state" };
  const set = Object.entries(state.filters).filter(([name, value]) => value && name !== "verdict");
  if (state.search || !set.every(([name]) => columns[name])) return "";
  const where = set.map(([name, value]) => ` --where ${columns[name]}=${value}`).join("");
  return `For those that this page does not hold: ftq review decide RUN --rest ${verdict}${where}`;
}
