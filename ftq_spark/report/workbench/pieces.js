// What several views show of an example.

import { decide, decisions } from "./decisions.js";
import { amid, make, whole, words } from "./nodes.js";
import { PAGE, redraw, state } from "./state.js";

export const chip = (text, className = "") => make("span", "chip " + className, text);
export const number = (value) =>
  value === null || value === undefined
    ? "–"
    : Math.abs(value) >= 1000
      ? whole(Math.round(value))
      : String(Number(value.toPrecision(3)));

export const link = (id, text) => Object.assign(make("a", "", text || id.slice(0, 8)), { href: "#ex=" + id });
export const heading = (scope, text, className = "") => Object.assign(make("th", className, text), { scope });

export function button(text, action, pressed = false, className = "") {
  const node = make("button", className, text);
  node.type = "button";
  node.setAttribute("aria-pressed", String(pressed));
  node.addEventListener("click", action);
  return node;
}

export function deciding(example, keep = "Keep", drop = "Drop") {
  const said = (decisions[example.example_id] || {}).verdict;
  const choice = (verdict, text) =>
    button(text, () => decide([[example.example_id, said === verdict ? null : verdict]]), said === verdict, verdict);
  return make("div", "choices", choice("keep", keep), choice("drop", drop));
}

export function chips(example) {
  const decided = decisions[example.example_id];
  return make(
    "div",
    "chips",
    chip(example.verdict, "is-" + example.verdict),
    decided
      ? chip("you: " + decided.verdict + (decided.response === undefined ? "" : ", corrected"), "decided-chip")
      : null,
    example.decided_by === "reviewer" ? chip("decided by " + (example.reviewer || "reviewers")) : null,
    example.quality === undefined ? null : chip("quality " + number(example.quality)),
    ...(example.reasons || []).map((reason) => chip(words(reason))),
    ...(example.notes || []).map((note) => chip(words(note), "note")),
  );
}

export function origin(example) {
  return make(
    "p",
    "soft origin",
    amid(example.dataset),
    " · ",
    amid(example.source),
    `:${example.row} · ${example.format || ""} `,
    link(example.example_id, example.example_id),
  );
}

export function more(box, n) {
  if (n > state.limit)
    box.append(
      button(`${whole(Math.min(PAGE, n - state.limit))} more`, () => {
        state.limit += PAGE;
        redraw();
      }),
    );
  return box;
}
