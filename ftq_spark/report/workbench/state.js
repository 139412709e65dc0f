// What is looked at: view, search, filters, order, place in the list.

import { examples, measure } from "./data.js";

export const PAGE = 60; // how many are listed at a time
export const state = {
  view: "examples",
  search: "",
  sort: "order",
  descending: false,
  filters: {},
  code: "",
  place: 0,
  limit: PAGE,
  shown: [],
};

// Whoever changes it has the page drawn anew; what draws it says so once.
let drawn = () => {};
export const drawnBy = (how) => {
  drawn = how;
};
export const redraw = () => drawn();

export const VALUES = {
  verdict: (example) => [example.verdict],
  dataset: (example) => [example.dataset],
  reason: (example) => example.reasons || [],
  note: (example) => example.notes || [],
  topic: (example) => (example.topic === undefined ? [] : [String(example.topic)]),
  language: (example) => (example.language ? [example.language] : []),
  asked: (example) => [example.question_state || "once"],
  question: (example) => [example.question_id], // question: by link alone
};

// The examples that are searched for and that the filters let through, as they stand.
export function matching() {
  const wanted = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  return examples.filter(
    (example) =>
      wanted.every((word) => example.folded.includes(word)) &&
      Object.entries(state.filters).every(([name, value]) => !value || VALUES[name](example).includes(value)),
  );
}

// The same in the order that was asked for; without those that have no value to be ordered by.
export function ordered() {
  let found = matching();
  const sign = state.descending ? -1 : 1;
  if (state.sort === "place")
    found.sort((a, b) => sign * (a.source < b.source ? -1 : a.source > b.source ? 1 : a.row - b.row));
  else if (state.sort !== "order") {
    const known = (value) => value !== null && value !== undefined;
    found = found.filter((example) => known(measure(example, state.sort)));
    found.sort(
      (a, b) => sign * (measure(a, state.sort) - measure(b, state.sort)) || (a.example_id < b.example_id ? -1 : 1),
    );
  }
  return found;
}
