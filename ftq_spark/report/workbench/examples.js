// The list of examples, and the one that is looked at.

import { conversation } from "./conversation.js";
import { corrected, correcting } from "./corrections.js";
import { byExample, examples, head, measure } from "./data.js";
import { decisions } from "./decisions.js";
import { difference } from "./difference.js";
import { block, byId, folded, make, plainText, whole, words } from "./nodes.js";
import { button, chip, chips, deciding, link, number, origin } from "./pieces.js";
import { restOf } from "./rest.js";
import { PAGE, ordered, redraw, state } from "./state.js";

export function viewExamples() {
  state.shown = ordered();
  state.place = Math.min(state.place, Math.max(0, state.shown.length - 1));
  if (state.place >= state.limit) state.limit = state.place + PAGE;
  const part =
    head.n_shown < head.n_all
      ? ` This page holds ${whole(head.n_shown)} of ${whole(head.n_all)} examples: all in listed conflicts, then in turn one of each verdict and reason.`
      : "";
  byId("shown").textContent = `${whole(state.shown.length)} of ${whole(examples.length)} examples.` + part;
  const list = make("ol", "list");
  state.shown.slice(0, state.limit).forEach((example, at) => {
    const before = example.messages.slice(0, Math.max(0, example.messages.lastIndexOf(example.said)));
    const first = [...before].reverse().find((message) => message.role === "user") || example.messages[0] || {};
    const item = button(
      "",
      () => {
        state.place = at;
        redraw();
        if (window.innerWidth < 900) byId("detail").scrollIntoView({ block: "start" });
      },
      at === state.place,
      "item",
    );
    const asked = block((first.content || first.tool_calls || "(no question)").slice(0, 160), [], "asked");
    const answer = block(
      ((example.said && (example.said.content || example.said.tool_calls)) || "(no answer)").slice(0, 160),
      [],
      "answered",
    );
    const sorted = !["order", "place"].includes(state.sort)
      ? chip(`${byId("sort").selectedOptions[0].text} ${number(measure(example, state.sort))}`)
      : null;
    item.append(
      asked,
      answer,
      make(
        "span",
        "chips",
        chip(example.verdict, "is-" + example.verdict),
        decisions[example.example_id] ? chip("you: " + decisions[example.example_id].verdict, "decided-chip") : null,
        sorted,
        before.length > 2 ? chip(`${example.n_turns || example.messages.length} turns`) : null,
        ...(example.reasons || []).slice(0, 3).map((reason) => chip(words(reason))),
      ),
    );
    list.append(make("li", "", item));
  });
  if (state.shown.length > state.limit)
    list.append(
      make(
        "li",
        "",
        button(`${whole(Math.min(PAGE, state.shown.length - state.limit))} more`, () => {
          state.limit += PAGE;
          redraw();
        }),
      ),
    );
  const detail = make("article", "detail");
  detail.id = "detail";
  const example = state.shown[state.place];
  if (example) fillDetail(detail, example);
  else detail.append(make("p", "soft", "No example matches."));
  return make("div", "", restOf(state.shown), make("div", "browser", list, detail));
}

function fillDetail(detail, example) {
  detail.append(
    chips(example),
    conversation(example),
    corrected(example) || "",
    deciding(example),
    correcting(example) || "",
    origin(example),
  );
  if (example.format_deviation) detail.append(make("p", "", "Format: ", plainText(example.format_deviation)));
  if (example.duplicate_of) {
    const other = byExample.get(example.duplicate_of);
    const what = `${words(example.duplicate_kind)} duplicate, similarity ${number(example.duplicate_similarity)}, of `;
    detail.append(make("p", "", what, link(example.duplicate_of)));
    if (other)
      detail.append(
        folded(
          "what differs",
          make(
            "div",
            "sides",
            ...difference(other.text, example.text).map((text, at) =>
              make("div", "side", make("div", "role", at ? "this" : "the one it repeats"), text),
            ),
          ),
          true,
        ),
      );
  }
  for (const id of example.conflicts_with || []) detail.append(make("p", "", "Contradicts ", link(id), ". "));
  if (example.q) detail.append(folded(`quality ${number(example.quality)}: its parts`, qualityTable(example)));
  detail.append(folded("signals", signalTable(example)));
}

function signalTable(example) {
  const rows = head.signals
    .map((name, at) => [name, example.s[at], head.about[name] || ""])
    .filter(([name, value]) => value !== null && value !== 0 && head.telling.includes(name));
  return factsTable(rows);
}

function qualityTable(example) {
  // What each signal adds to the quality, of what it could add at most: the greatest loss first.
  return factsTable(example.q.map(([name, part, most]) => [name, part, `of ${number(most)}`]));
}

function factsTable(rows) {
  const lines = rows.map(([name, value, beside]) =>
    make("tr", "", make("th", "", name), make("td", "n", number(value)), make("td", "soft", beside)),
  );
  return make("table", "facts-table", make("tbody", "", ...lines));
}
