// The workbench: examples with search, filters and permalinks; conflicts, duplicates, thresholds, rejects; decisions.

import { follow, followed, framed } from "./address.js";
import { head, unpack } from "./data.js";
import { decisions, recall, remember, save, served, undo, unsaved } from "./decisions.js";
import { fillFilters } from "./filters.js";
import { keyed } from "./keyboard.js";
import { byId, whole } from "./nodes.js";
import { PAGE, drawnBy, redraw, state } from "./state.js";
import { labelCells } from "./tables.js";
import { draw } from "./views.js";

function listen() {
  let waiting = 0;
  const restart = () => {
    clearTimeout(waiting);
    state.limit = PAGE;
    state.place = 0;
    redraw();
  };
  byId("search").addEventListener("input", () => {
    state.search = byId("search").value;
    clearTimeout(waiting);
    waiting = setTimeout(restart, 120);
  });
  document.querySelectorAll("select[data-filter]").forEach((select) =>
    select.addEventListener("change", () => {
      state.filters[select.dataset.filter] = select.value;
      restart();
    }),
  );
  byId("sort").addEventListener("change", () => {
    state.sort = byId("sort").value;
    restart();
  });
  byId("descending").addEventListener("change", () => {
    state.descending = byId("descending").checked;
    restart();
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => {
    Object.assign(state, { search: "", sort: "order", descending: false, filters: {}, code: "" });
    setTimeout(restart);
  });
  document.querySelectorAll("[data-view]").forEach((tab) =>
    tab.addEventListener("click", () => {
      state.view = tab.dataset.view;
      state.code = "";
      restart();
    }),
  );
  byId("undo").addEventListener("click", undo);
  byId("save").addEventListener("click", save);
  byId("reviewer").addEventListener("change", remember);
  document.addEventListener("keydown", keyed);
  window.addEventListener("beforeunload", (event) => {
    if (unsaved && !served && Object.keys(decisions).length) event.preventDefault();
  });
  if (framed) document.addEventListener("click", followed);
  window.addEventListener("hashchange", () => {
    if (follow()) {
      redraw();
      byId("work").scrollIntoView();
    }
  });
}

async function start() {
  labelCells();
  try {
    await unpack();
  } catch (problem) {
    byId("problem").textContent =
      "The examples in this page cannot be unpacked: " + problem.message + ". A browser of 2023 or later is needed.";
    byId("problem").hidden = false;
    return;
  }
  recall();
  fillFilters();
  const totals = { examples: head.n_all, conflicts: head.n_conflicts, rejects: head.n_rejects };
  for (const [name, n] of Object.entries(totals))
    document.querySelector(`[data-view="${name}"] .count`).textContent = whole(n);
  listen();
  drawnBy(draw);
  if (!head.n_all && head.n_rejects) state.view = "rejects"; // nothing else is to be looked at
  const linked = follow();
  redraw();
  if (linked) byId("work").scrollIntoView();
  document.documentElement.dataset.ready = "yes";
}

start();
