// The form above the views: search, filters, order.

import { examples, head } from "./data.js";
import { byId, whole, words } from "./nodes.js";
import { VALUES } from "./state.js";

// How often an example's question is asked, and what comes of its answers.
const ASKED = {
  once: "asked once",
  agreed: "asked again, answers agree",
  compatible: "asked again, answers compatible",
  unclear: "asked again, answers unclear",
  conflict: "asked again, answers in conflict",
};

function label(name, value) {
  if (name === "topic") return `${value} ${(head.topics[value] || []).slice(0, 3).join(", ")}`;
  if (name === "asked") return ASKED[value] || words(value);
  return name === "dataset" || name === "language" ? value : words(value);
}

export function fillFilters() {
  for (const select of document.querySelectorAll("select[data-filter]")) {
    const name = select.dataset.filter,
      counts = new Map();
    for (const example of examples)
      for (const value of VALUES[name](example)) counts.set(value, (counts.get(value) || 0) + 1);
    const known = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    select.parentElement.hidden = known.length < (name === "reason" || name === "note" ? 1 : 2);
    select.replaceChildren(
      new Option("all", ""),
      ...known.map(([value, n]) => new Option(`${label(name, value)} (${whole(n)})`, value)),
    );
  }
  byId("sort").replaceChildren(
    new Option("conflicts first", "order"),
    new Option("file and row", "place"),
    new Option("quality", "quality"),
    new Option("duplicate similarity", "duplicate_similarity"),
    ...head.signals.map((name) => new Option(name, "sig:" + name)),
  );
}
