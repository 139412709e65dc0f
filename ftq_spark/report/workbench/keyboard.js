// Keys of the page; none of them while someone writes.

import { decide, undo } from "./decisions.js";
import { byId } from "./nodes.js";
import { redraw, state } from "./state.js";

function move(step) {
  const n = state.shown.length;
  state.place = Math.min(Math.max(0, state.place + step), Math.max(0, n - 1));
  redraw();
  const current = document.querySelector('.item[aria-pressed="true"]');
  if (current) current.scrollIntoView({ block: "nearest" });
}

export function keyed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const tab = event.target.closest('[role="tab"]'),
    aside = { ArrowRight: "nextElementSibling", ArrowLeft: "previousElementSibling" }[event.key];
  if (tab && aside) {
    if (tab[aside]) {
      tab[aside].focus();
      tab[aside].click();
    }
    return;
  }
  const example = state.view === "examples" ? state.shown[state.place] : null;
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => byId("search").focus(),
    u: undo,
    y: () => example && decide([[example.example_id, "keep"]]),
    n: () => example && decide([[example.example_id, "drop"]]),
  };
  if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
}
