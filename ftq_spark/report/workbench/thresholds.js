// Bounds to drag: what each would cut or bring back; and how often each rule is right.

import { examples, head, measure } from "./data.js";
import { block, byId, folded, make, plainText, whole, withCode, words } from "./nodes.js";
import { button, chip, heading, link, number } from "./pieces.js";

export function viewThresholds() {
  byId("shown").textContent =
    "Drag a bound and see what it would cut. Counts are of all examples of the run; other reasons and duplicates are left as they are, so a rerun has the last word.";
  return make("div", "cards", ...head.bounds.map(slider), ruleTable());
}

const percent = (share) => `${share < 1 ? Math.min(99, Math.round(100 * share)) : 100}%`; // 100% is said where it is exact

function precision(reason) {
  // What people found when they read hits of the default rule, or that nobody did.
  const read = head.measured[reason];
  if (!read) return "No hits of it were read: how often it is right is not known.";
  const where = `${whole(read.right)} of ${whole(read.n)} hits right (${percent(read.low)} to ${percent(read.high)}), read in ${read.n_datasets === 1 ? "1 public dataset" : `${read.n_datasets} public datasets`}`;
  return read.as_read
    ? `${where}, at the bound as it is by default.`
    : `${where}, at the default bound, which is not the one of this run.`;
}

function ruleTable() {
  const rules = head.rules.map((rule) => {
    const bound = rule.at_least === null ? `at most ${rule.at_most}` : `at least ${rule.at_least}`;
    const n = examples.filter(
      (example) => (example.reasons || []).includes(rule.reason) || (example.notes || []).includes(rule.reason),
    ).length;
    const cells = [
      ["hits in this page", whole(n), "n"],
      ["does", rule.verdict, ""],
      ["bound", `${rule.signal} ${bound}`, ""],
      ["measured precision", precision(rule.reason), ""],
    ];
    return [
      n,
      make(
        "tr",
        "",
        heading("row", words(rule.reason)),
        ...cells.map(([name, text, className]) => {
          const cell = make("td", className, text);
          cell.dataset.label = name;
          return cell;
        }),
      ),
    ];
  });
  const names = ["rule", "hits in this page", "does", "bound", "measured precision"].map((name) =>
    heading("col", name, name.startsWith("hits") ? "n" : ""),
  );
  const rows = rules.sort((a, b) => b[0] - a[0]).map(([, row]) => row);
  const raise = make(
    "p",
    "soft",
    withCode("A note decides nothing; `--set score.strengths.REASON=review` sends all that is noted so to review."),
  );
  return make(
    "section",
    "",
    make("h3", "", "How often each rule is right"),
    raise,
    make(
      "div",
      "scroll",
      make("table", "labelled", make("thead", "", make("tr", "", ...names)), make("tbody", "", ...rows)),
    ),
  );
}

const examplesOf = (n) => (n === 1 ? "1 example" : `${whole(n)} examples`);

function slider(bound) {
  const at = Math.round(bound.value * 100),
    title =
      bound.name === "low_quality"
        ? "quality at least (score.min_quality)"
        : `rule ${words(bound.name)}: ${bound.signal} ${bound.above ? "at least" : "at most"}`;
  const input = make("input");
  Object.assign(input, { type: "range", min: 0, max: 100, value: at });
  input.setAttribute("aria-label", title);
  const value = make("output"),
    effect = make("p"),
    edge = make("div", "edge"),
    line = make("pre", "code copy");
  const name = bound.name === "low_quality" ? "quality" : "sig:" + bound.signal;
  const now = { kept: bound.kept[at], only: bound.only[at] };
  const show = () => {
    const place = Number(input.value),
      where = place / 100;
    const cut = Math.max(0, bound.kept[place] - now.kept),
      freed = Math.max(0, now.only - bound.only[place]);
    value.textContent = where.toFixed(2) + (place === at ? " (now)" : "");
    effect.textContent =
      bound.verdict === "note"
        ? `Of the kept, ${examplesOf(bound.kept[place])} would be noted; a note decides nothing (score.low_quality_verdict).`
        : place === at
          ? `As it is: ${examplesOf(now.only)} in “${bound.verdict}” for this reason alone.`
          : cut
            ? `Of the kept, ${examplesOf(cut)} would go to “${bound.verdict}”.`
            : `Out for this reason alone, ${examplesOf(freed)} would come back.`;
    const near = examples
      .filter(
        (example) =>
          (example.verdict === "keep" || ((example.reasons || []).length === 1 && example.reasons[0] === bound.name)) &&
          typeof measure(example, name) === "number",
      )
      .map((example) => [Math.abs(measure(example, name) - where), example])
      .sort((a, b) => a[0] - b[0])
      .slice(0, 4)
      .sort((a, b) => measure(a[1], name) - measure(b[1], name));
    edge.replaceChildren(
      ...near.map(([, example]) =>
        make(
          "div",
          "near",
          make("div", "chips", chip(number(measure(example, name))), chip(example.verdict, "is-" + example.verdict)),
          block(example.text.slice(0, 260)),
          make("p", "soft", link(example.example_id)),
        ),
      ),
    );
    const text = settingsLine(bound, where),
      moved = text
        .split("\n")
        .find(
          (each) =>
            each.includes(`{reason: ${bound.name}, signal: ${bound.signal},`) &&
            each.includes(`verdict: ${bound.verdict}`),
        );
    line.replaceChildren(plainText(text, [moved ? moved.trim() : ""]));
    const mark = line.querySelector("mark");
    if (mark) line.scrollTop = mark.offsetTop - line.offsetTop - 30;
  };
  input.addEventListener("input", show);
  show();
  const copy = button("Copy", () => {
    navigator.clipboard.writeText(line.textContent).then(
      () => {
        copy.textContent = "Copied";
      },
      () => getSelection().selectAllChildren(line),
    );
  });
  return make(
    "article",
    "card bound",
    make("h3", "", title, " ", value),
    steps100(bound),
    input,
    effect,
    make("p", "soft precision", precision(bound.name)),
    make("div", "line", line, copy),
    folded("examples at this edge", edge, bound.name === "low_quality"),
    folded("every tenth as a table", tenths(bound, now)),
  );
}

function tenths(bound, now) {
  // What the bars show, for those who do not see them: each tenth, and what it would do beside the bound as it is.
  const noted = bound.verdict === "note",
    heads = noted ? ["bound", "kept, noted"] : ["bound", "kept, cut", "would come back"];
  const rows = Array.from({ length: 11 }, (_, tenth) => {
    const kept = bound.kept[tenth * 10],
      counts = noted ? [kept] : [Math.max(0, kept - now.kept), Math.max(0, now.only - bound.only[tenth * 10])];
    return make("tr", "", heading("row", (tenth / 10).toFixed(1)), ...counts.map((n) => make("td", "n", whole(n))));
  });
  const names = heads.map((name, at) => heading("col", name, at ? "n" : ""));
  return make("table", "", make("thead", "", make("tr", "", ...names)), make("tbody", "", ...rows));
}

function settingsLine(bound, where) {
  if (bound.name === "low_quality") return `--set score.min_quality=${where}`;
  const rules = head.rules.map((rule) => {
    // One reason may have several rules on one signal, each with its own verdict: one of them has this bound.
    const edge = rule.at_least === null ? "at_most" : "at_least",
      earlier = rule.earlier ? `, earlier: ${rule.earlier}` : "";
    const moved =
      ["signal", "verdict"].every((key) => rule[key] === bound[key]) &&
      rule.reason === bound.name &&
      rule[edge] === bound.value;
    return `    - {reason: ${rule.reason}, signal: ${rule.signal}, ${edge}: ${moved ? where : rule[edge]}, verdict: ${rule.verdict}${earlier}}`;
  });
  return "score:\n  rules:\n" + rules.join("\n");
}

function steps100(bound) {
  const NS = "http://www.w3.org/2000/svg",
    svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 100 24");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "steps");
  svg.setAttribute("aria-hidden", "true");
  const counts = bound.kept.slice(1).map((n, place) => Math.abs(n - bound.kept[place])),
    most = Math.max(1, ...counts);
  counts.forEach((n, place) => {
    if (!n) return;
    const bar = document.createElementNS(NS, "rect"),
      tall = Math.max(0.6, 24 * Math.sqrt(n / most));
    for (const [key, value] of Object.entries({
      x: place + 0.1,
      y: 24 - tall,
      width: 0.8,
      height: tall,
      class: "fill-keep",
    }))
      bar.setAttribute(key, value);
    svg.append(bar);
  });
  return svg;
}
