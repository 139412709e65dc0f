// The view that is open, and what surrounds it.

import { address } from "./address.js";
import { viewConflicts } from "./conflicts.js";
import { drawDecided } from "./decisions.js";
import { viewDuplicates } from "./duplicates.js";
import { viewExamples } from "./examples.js";
import { byId } from "./nodes.js";
import { viewRejects } from "./rejects.js";
import { state } from "./state.js";
import { viewThresholds } from "./thresholds.js";

const VIEWS = {
  examples: viewExamples,
  conflicts: viewConflicts,
  duplicates: viewDuplicates,
  thresholds: viewThresholds,
  rejects: viewRejects,
};

// What the keyboard can be at within the view.
const reachable = () => [...byId("view").querySelectorAll("a, button, input, summary, textarea")];

function refocus(at, wasListed) {
  // The view is made anew: the keyboard goes on from the same place, or with what is looked at in the list.
  const node = wasListed ? document.querySelector('.item[aria-pressed="true"]') : reachable()[at];
  if (node) node.focus({ preventScroll: true });
}

export function draw() {
  const at = reachable().indexOf(document.activeElement);
  const wasListed = at >= 0 && document.activeElement.classList.contains("item");
  const kept = document.querySelector(".list");
  const scrolled = kept ? kept.scrollTop : 0;
  if (!VIEWS[state.view]) state.view = "examples";
  document
    .querySelectorAll("[data-view]")
    .forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.view === state.view)));
  byId("filters").classList.toggle("only-search", ["conflicts", "rejects"].includes(state.view));
  byId("filters").classList.toggle("unordered", state.view === "duplicates"); // the largest group comes first
  byId("filters").hidden = state.view === "thresholds";
  byId("search").value = state.search;
  byId("sort").value = state.sort;
  byId("descending").checked = state.descending;
  byId("descending").disabled = state.sort === "order"; // conflicts first, then as they stand: it has no other end
  document.querySelectorAll("select[data-filter]").forEach((select) => {
    select.value = state.filters[select.dataset.filter] || "";
  });
  byId("view").replaceChildren(VIEWS[state.view]());
  byId("view").setAttribute("aria-labelledby", `tab-${state.view}`);
  if (at >= 0) refocus(at, wasListed);
  const list = document.querySelector(".list");
  if (list) list.scrollTop = scrolled;
  drawDecided();
  address();
}
