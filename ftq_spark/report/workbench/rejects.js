// Rows that could not be read, and what mends them.

import { head } from "./data.js";
import { amid, byId, make, plainText, whole, withCode, words } from "./nodes.js";
import { more } from "./pieces.js";
import { state } from "./state.js";

export function viewRejects() {
  const wanted = state.search.toLowerCase();
  const found = head.rejects.filter(
    (row) =>
      (!state.code || row.code === state.code) &&
      (!wanted || (row.raw + row.message + row.source).toLowerCase().includes(wanted)),
  );
  const as = state.code ? `, as ${words(state.code)}` : "";
  byId("shown").textContent = head.n_rejects
    ? `${whole(found.length)} of ${whole(head.n_rejects)} rejected rows${as}.`
    : "Every row became an example.";
  // Rows of one code stand together, under how they are fixed; those of one file in the same words in one card.
  const alike = new Map();
  for (const row of found) {
    const key = JSON.stringify([row.code, row.source, row.message]);
    if (!alike.has(key)) alike.set(key, []);
    alike.get(key).push(row);
  }
  const groups = [...alike.values()];
  const title = ([row], at, shown) =>
    at && shown[at - 1][0].code === row.code
      ? []
      : [make("h3", "", words(row.code)), head.fixes[row.code] ? make("p", "fix", withCode(head.fixes[row.code])) : ""];
  const asFound = (row) => [
    make("code", "", amid(row.source), row.row ? ":" + row.row : ""),
    row.raw ? make("pre", "code", plainText(row.raw)) : "",
  ];
  const card = ([row, ...others]) =>
    make(
      "article",
      "card",
      asFound(row)[0],
      make("p", "", withCode(row.message)),
      asFound(row)[1],
      others.length
        ? make(
            "details",
            "",
            make("summary", "", `${whole(others.length)} more in the same words`),
            ...others.flatMap(asFound),
          )
        : "",
    );
  return more(
    make(
      "div",
      "cards",
      ...groups.slice(0, state.limit).flatMap((group, at, shown) => [...title(group, at, shown), card(group)]),
    ),
    groups.length,
  );
}
