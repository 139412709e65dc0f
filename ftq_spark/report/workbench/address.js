// The address says what is looked at: every view is a link.

import { byId } from "./nodes.js";
import { PAGE, VALUES, ordered, redraw, state } from "./state.js";

// Inside a notebook the page stands in a frame without an address: it keeps its place itself, and follows its links.
export const framed = location.protocol === "about:";
let placed = "";
const hash = () => (framed ? placed : location.hash);

export function followed(event) {
  const anchor = event.target.closest('a[href^="#"]');
  if (!anchor) return;
  event.preventDefault();
  placed = anchor.getAttribute("href");
  const section = document.getElementById(placed.slice(1));
  if (follow()) {
    redraw();
    byId("work").scrollIntoView();
  } else if (section) section.scrollIntoView();
}

export function address() {
  const parts = new URLSearchParams();
  if (state.view !== "examples") parts.set("view", state.view);
  for (const [name, value] of Object.entries(state.filters)) if (value) parts.set(name, value);
  if (state.search) parts.set("search", state.search);
  if (state.code) parts.set("code", state.code);
  if (state.sort !== "order") parts.set("sort", (state.descending ? "-" : "") + state.sort);
  if (state.view === "examples" && state.shown[state.place]) parts.set("ex", state.shown[state.place].example_id);
  if (framed) placed = "#" + parts;
  else history.replaceState(null, "", "#" + parts);
  document.documentElement.dataset.at = hash();
}

export function follow() {
  // The address says what to show; an anchor of the page itself is left to the browser.
  const text = hash().slice(1);
  if (!text.includes("=")) return false;
  const parts = new URLSearchParams(text);
  state.view = parts.get("view") || "examples";
  state.search = parts.get("search") || "";
  state.code = parts.get("code") || "";
  state.filters = Object.fromEntries(Object.keys(VALUES).map((name) => [name, parts.get(name) || ""]));
  const sort = parts.get("sort") || "order";
  state.descending = sort.startsWith("-");
  state.sort = sort.replace(/^-/, "");
  state.limit = PAGE;
  state.place = 0;
  const wanted = parts.get("ex");
  if (wanted) {
    let at = ordered().findIndex((example) => example.example_id.startsWith(wanted));
    if (at < 0) {
      state.filters = {};
      state.search = "";
      at = ordered().findIndex((example) => example.example_id.startsWith(wanted));
    }
    state.place = Math.max(0, at);
    byId("problem").hidden = at >= 0;
    if (at < 0)
      byId("problem").textContent =
        `Example ${wanted.slice(0, 32)} is not in this page: ftq explain RUN ${wanted.slice(0, 8)} tells of it.`;
  }
  return true;
}
