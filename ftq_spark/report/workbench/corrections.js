// A corrected answer: the example is kept with it.

import { decide, decisions } from "./decisions.js";
import { difference } from "./difference.js";
import { folded, make } from "./nodes.js";
import { button } from "./pieces.js";
import { redraw } from "./state.js";

// What is being written is not lost when the page is drawn anew.
const drafts = {};

export function correcting(example) {
  const id = example.example_id,
    answer = example.said && example.said.content;
  if (!answer || example.said.cut || example.n_turns) return null;
  if (drafts[id] === undefined)
    return button(
      "Correct the answer",
      () => {
        drafts[id] = (decisions[id] || {}).response || answer;
        redraw();
        document.querySelector(`[data-of="${id}"]`).focus();
      },
      false,
      "correct",
    );
  const text = make("textarea", "draft");
  text.dataset.of = id;
  Object.assign(text, { value: drafts[id], rows: Math.min(16, 3 + Math.ceil(drafts[id].length / 70)), dir: "auto" });
  text.setAttribute("aria-label", "The corrected answer");
  text.addEventListener("input", () => {
    drafts[id] = text.value;
  });
  const done = (keep) => {
    const written = drafts[id];
    delete drafts[id];
    if (keep && written.trim() && written !== answer) decide([[id, "keep", written]], "corrected");
    else redraw();
  };
  return make(
    "div",
    "correction",
    text,
    make(
      "div",
      "choices",
      button("Keep with this answer", () => done(true)),
      button("Cancel", () => done(false)),
    ),
  );
}

export function corrected(example) {
  // What a person has changed in the answer: decided here, or published by the run.
  const here = (decisions[example.example_id] || {}).response,
    before = here === undefined ? example.found_response : example.said && example.said.content;
  const after = here === undefined ? example.said && example.said.content : here;
  if (before === undefined || before === null || !after) return null;
  const title =
    here === undefined
      ? `corrected by ${example.reviewer || "a reviewer"}, ${String(example.edited_at).slice(0, 10)}`
      : "your corrected answer";
  return folded(
    title,
    make(
      "div",
      "sides",
      ...difference(before, after).map((text, at) =>
        make("div", "side", make("div", "role", at ? "as it stands in clean/" : "as it was found"), text),
      ),
    ),
    true,
  );
}
