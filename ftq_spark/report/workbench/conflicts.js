// Pairs that contradict each other: which side is right?

import { conversation } from "./conversation.js";
import { corrected, correcting } from "./corrections.js";
import { byExample, head } from "./data.js";
import { decide, decisions } from "./decisions.js";
import { amid, byId, make, whole, words } from "./nodes.js";
import { button, chip, chips, more, number, origin } from "./pieces.js";
import { state } from "./state.js";

export function viewConflicts() {
  const box = make("div", "cards");
  const wanted = state.search.toLowerCase();
  const found = head.conflicts.filter((pair) =>
    [pair.left_id, pair.right_id].some(
      (id) => !wanted || (byExample.get(id) || { folded: "" }).folded.includes(wanted),
    ),
  );
  byId("shown").textContent = head.n_conflicts
    ? `${whole(found.length)} of ${whole(head.n_conflicts)} conflicts, the surest first. Which side is right?`
    : "No two examples were found that ask the same and answer differently.";
  for (const pair of found.slice(0, state.limit)) {
    const ids = [pair.left_id, pair.right_id];
    const said = ids.map((id) => (decisions[id] || {}).verdict).join();
    const choose = (text, left, right) =>
      button(
        text,
        () =>
          decide(
            said === `${left},${right}`
              ? [
                  [ids[0], null],
                  [ids[1], null],
                ]
              : [
                  [ids[0], left],
                  [ids[1], right],
                ],
            "conflict",
          ),
        said === `${left},${right}`,
      );
    const stances = head.stances[pair.conflict_group] || [];
    const group =
      stances.reduce((sum, stance) => sum + stance.n, 0) > 2
        ? make(
            "p",
            "soft",
            "On this question: ",
            ...stances.flatMap((stance, at) => [
              `${at ? ", " : ""}${stance.n} × `,
              amid(stance.says || "not stated outright"),
            ]),
          )
        : null;
    const which = (name) =>
      typeof pair[name + "_turn"] === "number" ? `${name}: its turn ${pair[name + "_turn"] + 1}` : name;
    const marks = (name) => pair.evidence.map((item) => item[name]).filter(Boolean);
    box.append(
      make(
        "article",
        "card",
        make(
          "div",
          "chips",
          chip(head.kinds[pair.kind] || words(pair.kind)),
          chip("score " + number(pair.score)),
          chip("questions alike " + number(pair.prompt_similarity)),
        ),
        group,
        make(
          "div",
          "sides",
          side(ids[0], marks("left_text"), which("left")),
          side(ids[1], marks("right_text"), which("right")),
        ),
        make(
          "div",
          "choices",
          choose("Left is right", "keep", "drop"),
          choose("Right is right", "drop", "keep"),
          choose("Both stay", "keep", "keep"),
          choose("Neither", "drop", "drop"),
        ),
      ),
    );
  }
  return more(box, found.length);
}

function side(id, marks, title) {
  const example = byExample.get(id);
  if (!example)
    return make("div", "side", make("p", "soft", `${id} is not in this page (a former run, or beyond its part).`));
  return make(
    "div",
    "side",
    title ? make("div", "role", title) : null,
    chips(example),
    conversation(example, marks),
    corrected(example),
    correcting(example),
    origin(example),
  );
}
