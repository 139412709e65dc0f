// Groups of duplicates: what was dropped beside what stays.

import { byExample, examples } from "./data.js";
import { difference } from "./difference.js";
import { amid, block, byId, make, whole, words } from "./nodes.js";
import { chip, deciding, link, more, number } from "./pieces.js";
import { matching, state } from "./state.js";

export function viewDuplicates() {
  const clusters = new Map();
  for (const example of matching())
    if (example.cluster) clusters.set(example.cluster, [...(clusters.get(example.cluster) || []), example]);
  const found = [...clusters.values()]
    .map((members) => members.filter((member) => member.duplicate_of))
    .filter((members) => members.length)
    .sort((a, b) => b.length - a.length || (a[0].cluster < b[0].cluster ? -1 : 1));
  const groups = found.length === 1 ? "1 group" : `${whole(found.length)} groups`;
  const dropped = examples.some((example) => example.duplicate_of);
  byId("shown").textContent = found.length
    ? `${groups} of duplicates with something dropped, the largest first. Marked: what only one of the two has, where they share most.`
    : dropped
      ? "No group of duplicates matches."
      : "No example repeats another.";
  const box = make("div", "cards");
  for (const members of found.slice(0, state.limit)) {
    const card = make(
      "article",
      "card",
      make("div", "chips", chip(members.length === 1 ? "1 dropped" : `${members.length} dropped`)),
    );
    for (const member of members.slice(0, 5)) {
      const kept = byExample.get(member.duplicate_of);
      const title = `${words(member.duplicate_kind)} ${number(member.duplicate_similarity)}`;
      const texts = kept
        ? difference(kept.text, member.text)
        : [make("p", "soft", "not in this page"), block(member.text)];
      const same = kept && kept.text === member.text;
      const pair = same
        ? make("div", "sides", make("div", "side", block(member.text)))
        : make(
            "div",
            "sides",
            make("div", "side", make("div", "role", "stays"), texts[0]),
            make("div", "side", make("div", "role", "dropped"), texts[1]),
          );
      card.append(
        make(
          "div",
          "pairing",
          make("div", "chips", chip(same ? title + ", word for word" : title)),
          pair,
          make(
            "p",
            "soft",
            "stays ",
            link(member.duplicate_of),
            ...(kept ? [" ", amid(kept.source), `:${kept.row}`] : []),
            " · dropped ",
            link(member.example_id),
            " ",
            amid(member.source),
            `:${member.row}`,
          ),
          deciding(member, "Keep it too", "Drop"),
        ),
      );
    }
    if (members.length > 5) card.append(make("p", "soft", `and ${members.length - 5} more`));
    box.append(card);
  }
  return more(box, found.length);
}
