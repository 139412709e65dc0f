// The workbench: examples with search, filters and permalinks; conflicts, duplicates, thresholds, rejects; decisions.
(async () => {
  const byId = (id) => document.getElementById(id);
  const PAGE = 60;
  let head, examples, byExample;
  const state = { view: "examples", search: "", sort: "order", descending: false, filters: {}, code: "", place: 0, limit: PAGE, shown: [] };

  // On a narrow screen a table's row is a card, whose cells say which column they are of.
  for (const table of document.querySelectorAll(".scroll > table")) {
    const names = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.children].forEach((cell, at) => { cell.dataset.label = names[at] || ""; });
    }
    if (names.length && !table.classList.contains("matrix")) table.classList.add("labelled");
  }

  async function unpack() {
    const bytes = Uint8Array.from(atob(byId("data").textContent.trim()), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const lines = (await new Response(stream).text()).trimEnd().split("\n");
    head = JSON.parse(lines[0]);
    head.n_shown = JSON.parse(lines[lines.length - 1]).n_shown;
    examples = lines.slice(1, -1).map((line) => JSON.parse(line));
    byExample = new Map(examples.map((example) => [example.example_id, example]));
    for (const example of examples) {
      example.text = example.messages.map((message) => message.content || message.tool_calls || "").join("\n");
      example.folded = (example.text + "\n" + example.example_id + "\n" + example.source + ":" + example.row).toLowerCase();
      example.said = [...example.messages].reverse().find((message) => message.role === "assistant");
      const language = example.s[head.signals.indexOf("language")];
      example.language = language === null || language === undefined ? null : head.languages[language];
    }
  }

  // ── Decisions: kept in this browser, saved as a file, or sent to `ftq serve` ──────────────────────────────────────
  const KEY = () => "ftq-decisions:" + head.run_id;
  const served = ["http:", "https:"].includes(location.protocol);
  let decisions = {}, steps = [], unsaved = 0;

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY()) || "{}");
      decisions = kept.decisions || {};
      byId("reviewer").value = kept.reviewer || "";
    } catch (problem) { decisions = {}; }
  }

  function remember() {
    try { localStorage.setItem(KEY(), JSON.stringify({ decisions, reviewer: byId("reviewer").value })); } catch (problem) { /* kept until the page closes */ }
  }

  function decide(pairs, note = "") {
    steps.push(pairs.map(([id]) => [id, decisions[id]]));
    const time = new Date().toISOString();
    for (const [id, verdict, written] of pairs) {
      const response = written === undefined && verdict === "keep" && decisions[id] ? decisions[id].response : written;
      if (verdict) decisions[id] = { example_id: id, verdict, note, time, reviewer: byId("reviewer").value || "reviewer", ...(response === undefined ? {} : { response }) };
      else delete decisions[id];
    }
    changed(pairs.map(([id]) => id));
  }

  function undo() {
    const step = steps.pop();
    if (!step) return;
    for (const [id, former] of step) { if (former) decisions[id] = former; else delete decisions[id]; }
    changed(step.map(([id]) => id));
  }

  async function changed(ids) {
    unsaved += 1;
    remember();
    draw();
    if (!served) return;
    const body = ids.map((id) => JSON.stringify(decisions[id] || { example_id: id, verdict: "undecided" })).join("\n");
    try {
      const answer = await fetch("decisions", { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body });
      if (!answer.ok) throw new Error(await answer.text());
      unsaved = 0;
      byId("saved").textContent = "saved to the run";
    } catch (problem) { byId("saved").textContent = "not saved: " + problem.message; }
  }

  function save() {
    const lines = Object.values(decisions).map((entry) => JSON.stringify(entry)).join("\n") + "\n";
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([lines], { type: "application/x-ndjson" }));
    link.download = `decisions-${head.run_id.slice(0, 8)}.jsonl`;
    link.click();
    unsaved = 0;
    byId("saved").textContent = `saved; now: ftq review decide RUN --decisions ${link.download}`;
  }

  function drawDecided() {
    const n = Object.keys(decisions).length;
    byId("decided").hidden = n === 0 && steps.length === 0;
    byId("n-decided").textContent = n === 1 ? "1 decision" : `${n} decisions`;
    byId("save").hidden = served;
  }

  // ── What is shown: filters, order, address ────────────────────────────────────────────────────────────────────────
  const VALUES = {
    verdict: (example) => [example.verdict], dataset: (example) => [example.dataset],
    reason: (example) => example.reasons || [], note: (example) => example.notes || [],
    topic: (example) => (example.topic === undefined ? [] : [String(example.topic)]),
    language: (example) => (example.language ? [example.language] : []),
    asked: (example) => [example.question_state || "once"], question: (example) => [example.question_id],  // question: by link alone
  };

  function label(name, value) {
    if (name === "topic") return `${value} ${(head.topics[value] || []).slice(0, 3).join(", ")}`;
    return name === "dataset" || name === "language" ? value : words(value);
  }

  function fillFilters() {
    for (const select of document.querySelectorAll("select[data-filter]")) {
      const name = select.dataset.filter, counts = new Map();
      for (const example of examples) for (const value of VALUES[name](example)) counts.set(value, (counts.get(value) || 0) + 1);
      const known = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
      select.parentElement.hidden = known.length < (name === "reason" || name === "note" ? 1 : 2);
      select.replaceChildren(new Option("all", ""), ...known.map(([value, n]) => new Option(`${label(name, value)} (${whole(n)})`, value)));
    }
    byId("sort").replaceChildren(new Option("conflicts first", "order"), new Option("file and row", "place"), new Option("quality", "quality"), new Option("duplicate similarity", "duplicate_similarity"),
      ...head.signals.map((name) => new Option(name, "sig:" + name)));
  }

  function measure(example, name) {
    if (name.startsWith("sig:")) return example.s[head.signals.indexOf(name.slice(4))];
    return example[name];
  }

  function matching() {
    const wanted = state.search.toLowerCase().split(/\s+/).filter(Boolean);
    let found = examples.filter((example) => wanted.every((word) => example.folded.includes(word))
      && Object.entries(state.filters).every(([name, value]) => !value || VALUES[name](example).includes(value)));
    const sign = state.descending ? -1 : 1;
    if (state.sort === "place") found.sort((a, b) => sign * (a.source < b.source ? -1 : a.source > b.source ? 1 : a.row - b.row));
    else if (state.sort !== "order") {
      const known = (value) => value !== null && value !== undefined;
      found = found.filter((example) => known(measure(example, state.sort)));
      found.sort((a, b) => sign * (measure(a, state.sort) - measure(b, state.sort)) || (a.example_id < b.example_id ? -1 : 1));
    }
    return found;
  }

  // Inside a notebook the page stands in a frame without an address: it keeps its place itself, and follows its links.
  const framed = location.protocol === "about:";
  let placed = "";
  const hash = () => (framed ? placed : location.hash);

  function followed(event) {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    placed = link.getAttribute("href");
    const section = document.getElementById(placed.slice(1));
    if (follow()) { draw(); byId("work").scrollIntoView(); } else if (section) section.scrollIntoView();
  }

  function address() {
    const parts = new URLSearchParams();
    if (state.view !== "examples") parts.set("view", state.view);
    for (const [name, value] of Object.entries(state.filters)) if (value) parts.set(name, value);
    if (state.search) parts.set("search", state.search);
    if (state.code) parts.set("code", state.code);
    if (state.sort !== "order") parts.set("sort", (state.descending ? "-" : "") + state.sort);
    if (state.view === "examples" && state.shown[state.place]) parts.set("ex", state.shown[state.place].example_id);
    if (framed) placed = "#" + parts; else history.replaceState(null, "", "#" + parts);
    document.documentElement.dataset.at = hash();
  }

  function follow() {
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
      let at = matching().findIndex((example) => example.example_id.startsWith(wanted));
      if (at < 0) { state.filters = {}; state.search = ""; at = matching().findIndex((example) => example.example_id.startsWith(wanted)); }
      state.place = Math.max(0, at);
      byId("problem").hidden = at >= 0;
      if (at < 0) byId("problem").textContent = `Example ${wanted.slice(0, 32)} is not in this page: ftq explain RUN ${wanted.slice(0, 8)} tells of it.`;
    }
    return true;
  }

  // ── Pieces ────────────────────────────────────────────────────────────────────────────────────────────────────────
  const chip = (text, className = "") => make("span", "chip " + className, text);
  const number = (value) => (value === null || value === undefined ? "–" : Math.abs(value) >= 1000 ? whole(Math.round(value)) : String(Number(value.toPrecision(3))));

  const link = (id, text) => Object.assign(make("a", "", text || id.slice(0, 8)), { href: "#ex=" + id });
  const heading = (scope, text, className = "") => Object.assign(make("th", className, text), { scope });

  function button(text, action, pressed = false, className = "") {
    const node = make("button", className, text);
    node.type = "button";
    node.setAttribute("aria-pressed", String(pressed));
    node.addEventListener("click", action);
    return node;
  }

  function deciding(example, keep = "Keep", drop = "Drop") {
    const said = (decisions[example.example_id] || {}).verdict;
    const choice = (verdict, text) => button(text, () => decide([[example.example_id, said === verdict ? null : verdict]]), said === verdict, verdict);
    return make("div", "choices", choice("keep", keep), choice("drop", drop));
  }

  // A corrected answer: the example is kept with it. What is being written is not lost when the page is drawn anew.
  const drafts = {};

  function correcting(example) {
    const id = example.example_id, answer = example.said && example.said.content;
    if (!answer || example.said.cut || example.n_turns) return null;
    if (drafts[id] === undefined) return button("Correct the answer", () => { drafts[id] = (decisions[id] || {}).response || answer; draw(); document.querySelector(`[data-of="${id}"]`).focus(); }, false, "correct");
    const text = make("textarea", "draft");
    text.dataset.of = id;
    Object.assign(text, { value: drafts[id], rows: Math.min(16, 3 + Math.ceil(drafts[id].length / 70)), dir: "auto" });
    text.setAttribute("aria-label", "The corrected answer");
    text.addEventListener("input", () => { drafts[id] = text.value; });
    const done = (keep) => { const written = drafts[id]; delete drafts[id]; if (keep && written.trim() && written !== answer) decide([[id, "keep", written]], "corrected"); else draw(); };
    return make("div", "correction", text, make("div", "choices", button("Keep with this answer", () => done(true)), button("Cancel", () => done(false))));
  }

  function corrected(example) {
    // What a person has changed in the answer: decided here, or published by the run.
    const here = (decisions[example.example_id] || {}).response, before = here === undefined ? example.found_response : example.said && example.said.content;
    const after = here === undefined ? example.said && example.said.content : here;
    if (before === undefined || before === null || !after) return null;
    const title = here === undefined ? `corrected by ${example.reviewer || "a reviewer"}, ${String(example.edited_at).slice(0, 10)}` : "your corrected answer";
    return folded(title, make("div", "sides", ...difference(before, after).map((text, at) => make("div", "side", make("div", "role", at ? "as it stands in clean/" : "as it was found"), text))), true);
  }

  function chips(example) {
    const decided = decisions[example.example_id];
    return make("div", "chips", chip(example.verdict, "is-" + example.verdict), decided ? chip("you: " + decided.verdict + (decided.response === undefined ? "" : ", corrected"), "decided-chip") : null,
      example.decided_by === "reviewer" ? chip("decided by " + (example.reviewer || "reviewers")) : null,
      example.quality === undefined ? null : chip("quality " + number(example.quality)), ...(example.reasons || []).map((reason) => chip(words(reason))),
      ...(example.notes || []).map((note) => chip(words(note), "note")));
  }

  function origin(example) {
    return make("p", "soft origin", `${example.dataset} · ${example.source}:${example.row} · ${example.format || ""} `, link(example.example_id, example.example_id));
  }

  function side(id, marks, title) {
    const example = byExample.get(id);
    if (!example) return make("div", "side", make("p", "soft", `${id} is not in this page (a former run, or beyond its part).`));
    return make("div", "side", title ? make("div", "role", title) : null, chips(example), conversation(example, marks), corrected(example), correcting(example), origin(example));
  }

  function signalTable(example) {
    const rows = head.signals.map((name, at) => [name, example.s[at]]).filter(([name, value]) => value !== null && value !== 0 && head.telling.includes(name));
    return make("table", "facts-table", make("tbody", "", ...rows.map(([name, value]) => make("tr", "", make("th", "", name),
      make("td", "n", number(value)), make("td", "soft", head.about[name] || "")))));
  }

  function qualityTable(example) {
    // What each signal adds to the quality, of what it could add at most: the greatest loss first.
    return make("table", "facts-table", make("tbody", "", ...example.q.map(([name, part, most]) => make("tr", "", make("th", "", name),
      make("td", "n", number(part)), make("td", "soft", `of ${number(most)}`)))));
  }

  // ── Views ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  function viewExamples() {
    state.shown = matching();
    state.place = Math.min(state.place, Math.max(0, state.shown.length - 1));
    if (state.place >= state.limit) state.limit = state.place + PAGE;
    const part = head.n_shown < head.n_all ? ` This page holds ${whole(head.n_shown)} of ${whole(head.n_all)} examples: all in listed conflicts, then in turn one of each verdict and reason.` : "";
    byId("shown").textContent = `${whole(state.shown.length)} of ${whole(examples.length)} examples.` + part;
    const list = make("ol", "list");
    state.shown.slice(0, state.limit).forEach((example, at) => {
      const before = example.messages.slice(0, Math.max(0, example.messages.lastIndexOf(example.said)));
      const first = [...before].reverse().find((message) => message.role === "user") || example.messages[0] || {};
      const item = button("", () => { state.place = at; draw(); if (window.innerWidth < 900) byId("detail").scrollIntoView({ block: "start" }); }, at === state.place, "item");
      const asked = block((first.content || first.tool_calls || "(no question)").slice(0, 160), [], "asked");
      const answer = block(((example.said && (example.said.content || example.said.tool_calls)) || "(no answer)").slice(0, 160), [], "answered");
      const sorted = !["order", "place"].includes(state.sort) ? chip(`${byId("sort").selectedOptions[0].text} ${number(measure(example, state.sort))}`) : null;
      item.append(asked, answer, make("span", "chips", chip(example.verdict, "is-" + example.verdict),
        decisions[example.example_id] ? chip("you: " + decisions[example.example_id].verdict, "decided-chip") : null, sorted, before.length > 2 ? chip(`${example.n_turns || example.messages.length} turns`) : null, ...(example.reasons || []).slice(0, 3).map((reason) => chip(words(reason)))));
      list.append(make("li", "", item));
    });
    if (state.shown.length > state.limit) list.append(make("li", "", button(`${whole(Math.min(PAGE, state.shown.length - state.limit))} more`, () => { state.limit += PAGE; draw(); })));
    const detail = make("article", "detail");
    detail.id = "detail";
    const example = state.shown[state.place];
    if (example) fillDetail(detail, example); else detail.append(make("p", "soft", "No example matches."));
    return make("div", "browser", list, detail);
  }

  function fillDetail(detail, example) {
    detail.append(chips(example), conversation(example), corrected(example) || "", deciding(example), correcting(example) || "", origin(example));
    if (example.format_deviation) detail.append(make("p", "", "Format: ", plainText(example.format_deviation)));
    if (example.duplicate_of) {
      const other = byExample.get(example.duplicate_of);
      const what = `${words(example.duplicate_kind)} duplicate, similarity ${number(example.duplicate_similarity)}, of `;
      detail.append(make("p", "", what, link(example.duplicate_of)));
      if (other) detail.append(folded("what differs", make("div", "sides", ...difference(other.text, example.text).map((text, at) => make("div", "side", make("div", "role", at ? "this" : "the one it repeats"), text))), true));
    }
    for (const id of example.conflicts_with || []) detail.append(make("p", "", "Contradicts ", link(id), ". "));
    if (example.q) detail.append(folded(`quality ${number(example.quality)}: its parts`, qualityTable(example)));
    detail.append(folded("signals", signalTable(example)));
  }

  function viewConflicts() {
    const box = make("div", "cards");
    const wanted = state.search.toLowerCase();
    const found = head.conflicts.filter((pair) => [pair.left_id, pair.right_id].some((id) => !wanted || (byExample.get(id) || { folded: "" }).folded.includes(wanted)));
    byId("shown").textContent = `${whole(found.length)} of ${whole(head.n_conflicts)} conflicts, the surest first. Which side is right?`;
    for (const pair of found.slice(0, state.limit)) {
      const ids = [pair.left_id, pair.right_id];
      const said = ids.map((id) => (decisions[id] || {}).verdict).join();
      const choose = (text, left, right) => button(text, () => decide(said === `${left},${right}` ? [[ids[0], null], [ids[1], null]] : [[ids[0], left], [ids[1], right]], "conflict"), said === `${left},${right}`);
      const stances = head.stances[pair.conflict_group] || [];
      const group = stances.reduce((sum, stance) => sum + stance.n, 0) > 2 ? make("p", "soft", "On this question: " + stances.map((stance) => `${stance.n} × ${stance.says || "not stated outright"}`).join(", ")) : null;
      const which = (name) => (typeof pair[name + "_turn"] === "number" ? `${name}: its turn ${pair[name + "_turn"] + 1}` : name);
      const marks = (name) => pair.evidence.map((item) => item[name]).filter(Boolean);
      box.append(make("article", "card", make("div", "chips", chip(head.kinds[pair.kind] || words(pair.kind)), chip("score " + number(pair.score)), chip("questions alike " + number(pair.prompt_similarity))), group,
        make("div", "sides", side(ids[0], marks("left_text"), which("left")), side(ids[1], marks("right_text"), which("right"))),
        make("div", "choices", choose("Left is right", "keep", "drop"), choose("Right is right", "drop", "keep"), choose("Both stay", "keep", "keep"), choose("Neither", "drop", "drop"))));
    }
    return more(box, found.length);
  }

  function viewDuplicates() {
    const clusters = new Map();
    for (const example of matching()) if (example.cluster) clusters.set(example.cluster, [...(clusters.get(example.cluster) || []), example]);
    const found = [...clusters.values()].map((members) => members.filter((member) => member.duplicate_of)).filter((members) => members.length)
      .sort((a, b) => b.length - a.length || (a[0].cluster < b[0].cluster ? -1 : 1));
    byId("shown").textContent = `${whole(found.length)} groups of duplicates with something dropped, the largest first. Marked: what only one of the two has, where they share most.`;
    const box = make("div", "cards");
    for (const members of found.slice(0, state.limit)) {
      const card = make("article", "card", make("div", "chips", chip(members.length === 1 ? "1 dropped" : `${members.length} dropped`)));
      for (const member of members.slice(0, 5)) {
        const kept = byExample.get(member.duplicate_of);
        const title = `${words(member.duplicate_kind)} ${number(member.duplicate_similarity)}`;
        const texts = kept ? difference(kept.text, member.text) : [make("p", "soft", "not in this page"), block(member.text)];
        const same = kept && kept.text === member.text;
        const pair = same ? make("div", "sides", make("div", "side", block(member.text))) : make("div", "sides", make("div", "side", make("div", "role", "stays"), texts[0]), make("div", "side", make("div", "role", "dropped"), texts[1]));
        card.append(make("div", "pairing", make("div", "chips", chip(same ? title + ", word for word" : title)), pair,
          make("p", "soft", "stays ", link(member.duplicate_of), kept ? ` ${kept.source}:${kept.row}` : "", " · dropped ", link(member.example_id), ` ${member.source}:${member.row}`), deciding(member, "Keep it too", "Drop")));
      }
      if (members.length > 5) card.append(make("p", "soft", `and ${members.length - 5} more`));
      box.append(card);
    }
    return more(box, found.length);
  }

  function more(box, n) {
    if (n > state.limit) box.append(button(`${whole(Math.min(PAGE, n - state.limit))} more`, () => { state.limit += PAGE; draw(); }));
    return box;
  }

  function viewThresholds() {
    byId("shown").textContent = "Drag a bound and see what it would cut. Counts are of all examples of the run; other reasons and duplicates are left as they are, so a rerun has the last word.";
    return make("div", "cards", ...head.bounds.map(slider), ruleTable());
  }

  function precision(reason) {
    // What people found when they read hits of the default rule, or that nobody did.
    const read = head.measured[reason];
    if (!read) return "No hits of it were read: how often it is right is not known.";
    const where = `${whole(read.right)} of ${whole(read.n)} hits right (${percent(read.low)} to ${percent(read.high)}), read in ${read.n_datasets === 1 ? "1 public dataset" : `${read.n_datasets} public datasets`}`;
    return read.as_read ? `${where}, at the bound as it is by default.` : `${where}, at the default bound, which is not the one of this run.`;
  }

  function ruleTable() {
    const rules = head.rules.map((rule) => {
      const bound = rule.at_least === null ? `at most ${rule.at_most}` : `at least ${rule.at_least}`;
      const n = examples.filter((example) => (example.reasons || []).includes(rule.reason) || (example.notes || []).includes(rule.reason)).length;
      const cells = [["hits in this page", whole(n), "n"], ["does", rule.verdict, ""], ["bound", `${rule.signal} ${bound}`, ""], ["measured precision", precision(rule.reason), ""]];
      return [n, make("tr", "", heading("row", words(rule.reason)), ...cells.map(([name, text, className]) => { const cell = make("td", className, text); cell.dataset.label = name; return cell; }))];
    });
    const names = ["rule", "hits in this page", "does", "bound", "measured precision"].map((name) => heading("col", name, name.startsWith("hits") ? "n" : ""));
    const rows = rules.sort((a, b) => b[0] - a[0]).map(([, row]) => row);
    const raise = make("p", "soft", "A note decides nothing; --set score.strengths.REASON=review sends all that is noted so to review.");
    return make("section", "", make("h3", "", "How often each rule is right"), raise, make("div", "scroll", make("table", "labelled", make("thead", "", make("tr", "", ...names)), make("tbody", "", ...rows))));
  }

  const examplesOf = (n) => (n === 1 ? "1 example" : `${whole(n)} examples`);

  function slider(bound) {
    const at = Math.round(bound.value * 100), title = bound.name === "low_quality" ? "quality at least (score.min_quality)" : `rule ${words(bound.name)}: ${bound.signal} ${bound.above ? "at least" : "at most"}`;
    const input = make("input");
    Object.assign(input, { type: "range", min: 0, max: 100, value: at });
    input.setAttribute("aria-label", title);
    const value = make("output"), effect = make("p"), edge = make("div", "edge"), line = make("pre", "code copy");
    const name = bound.name === "low_quality" ? "quality" : "sig:" + bound.signal;
    const now = { kept: bound.kept[at], only: bound.only[at] };
    const show = () => {
      const place = Number(input.value), where = place / 100;
      const cut = Math.max(0, bound.kept[place] - now.kept), freed = Math.max(0, now.only - bound.only[place]);
      value.textContent = where.toFixed(2) + (place === at ? " (now)" : "");
      effect.textContent = bound.verdict === "note" ? `Of the kept, ${examplesOf(bound.kept[place])} would be noted; a note decides nothing (score.low_quality_verdict).` : place === at ? `As it is: ${examplesOf(now.only)} in “${bound.verdict}” for this reason alone.`
        : cut ? `Of the kept, ${examplesOf(cut)} would go to “${bound.verdict}”.` : `Out for this reason alone, ${examplesOf(freed)} would come back.`;
      const near = examples.filter((example) => (example.verdict === "keep" || ((example.reasons || []).length === 1 && example.reasons[0] === bound.name)) && typeof measure(example, name) === "number")
        .map((example) => [Math.abs(measure(example, name) - where), example]).sort((a, b) => a[0] - b[0]).slice(0, 4).sort((a, b) => measure(a[1], name) - measure(b[1], name));
      edge.replaceChildren(...near.map(([, example]) => make("div", "near", make("div", "chips", chip(number(measure(example, name))), chip(example.verdict, "is-" + example.verdict)),
        block(example.text.slice(0, 260)), make("p", "soft", link(example.example_id)))));
      const text = settingsLine(bound, where), moved = text.split("\n").find((each) => each.includes(`{reason: ${bound.name}, signal: ${bound.signal},`) && each.includes(`verdict: ${bound.verdict}`));
      line.replaceChildren(plainText(text, [moved ? moved.trim() : ""]));
      const mark = line.querySelector("mark");
      if (mark) line.scrollTop = mark.offsetTop - line.offsetTop - 30;
    };
    input.addEventListener("input", show);
    show();
    const copy = button("Copy", () => { navigator.clipboard.writeText(line.textContent).then(() => { copy.textContent = "Copied"; }, () => getSelection().selectAllChildren(line)); });
    return make("article", "card bound", make("h3", "", title, " ", value), steps100(bound), input, effect, make("p", "soft precision", precision(bound.name)), make("div", "line", line, copy), folded("examples at this edge", edge, bound.name === "low_quality"), folded("every tenth as a table", tenths(bound, now)));
  }

  function tenths(bound, now) {
    // What the bars show, for those who do not see them: each tenth, and what it would do beside the bound as it is.
    const noted = bound.verdict === "note", heads = noted ? ["bound", "kept, noted"] : ["bound", "kept, cut", "would come back"];
    const rows = Array.from({ length: 11 }, (_, tenth) => {
      const kept = bound.kept[tenth * 10], counts = noted ? [kept] : [Math.max(0, kept - now.kept), Math.max(0, now.only - bound.only[tenth * 10])];
      return make("tr", "", heading("row", (tenth / 10).toFixed(1)), ...counts.map((n) => make("td", "n", whole(n))));
    });
    const names = heads.map((name, at) => heading("col", name, at ? "n" : ""));
    return make("table", "", make("thead", "", make("tr", "", ...names)), make("tbody", "", ...rows));
  }

  function settingsLine(bound, where) {
    if (bound.name === "low_quality") return `--set score.min_quality=${where}`;
    const rules = head.rules.map((rule) => {
      // One reason may have several rules on one signal, each with its own verdict: one of them has this bound.
      const edge = rule.at_least === null ? "at_most" : "at_least", earlier = rule.earlier ? `, earlier: ${rule.earlier}` : "";
      const moved = ["signal", "verdict"].every((key) => rule[key] === bound[key]) && rule.reason === bound.name && rule[edge] === bound.value;
      return `    - {reason: ${rule.reason}, signal: ${rule.signal}, ${edge}: ${moved ? where : rule[edge]}, verdict: ${rule.verdict}${earlier}}`;
    });
    return "score:\n  rules:\n" + rules.join("\n");
  }

  function steps100(bound) {
    const NS = "http://www.w3.org/2000/svg", svg = document.createElementNS(NS, "svg");
    svg.setAttribute("viewBox", "0 0 100 24");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("class", "steps");
    svg.setAttribute("aria-hidden", "true");
    const counts = bound.kept.slice(1).map((n, place) => Math.abs(n - bound.kept[place])), most = Math.max(1, ...counts);
    counts.forEach((n, place) => {
      if (!n) return;
      const bar = document.createElementNS(NS, "rect"), tall = Math.max(0.6, 24 * Math.sqrt(n / most));
      for (const [key, value] of Object.entries({ x: place + 0.1, y: 24 - tall, width: 0.8, height: tall, class: "fill-keep" })) bar.setAttribute(key, value);
      svg.append(bar);
    });
    return svg;
  }

  function viewRejects() {
    const wanted = state.search.toLowerCase();
    const found = head.rejects.filter((row) => (!state.code || row.code === state.code) && (!wanted || (row.raw + row.message + row.source).toLowerCase().includes(wanted)));
    byId("shown").textContent = `${whole(found.length)} of ${whole(head.n_rejects)} rejected rows${state.code ? ", as " + words(state.code) : ""}.`;
    // Rows of one code stand together, under how they are fixed; those of one file in the same words in one card.
    const alike = new Map();
    for (const row of found) {
      const key = JSON.stringify([row.code, row.source, row.message]);
      if (!alike.has(key)) alike.set(key, []);
      alike.get(key).push(row);
    }
    const groups = [...alike.values()];
    const title = ([row], at, shown) => (at && shown[at - 1][0].code === row.code ? [] : [make("h3", "", words(row.code)), head.fixes[row.code] ? make("p", "fix", withCode(head.fixes[row.code])) : ""]);
    const asFound = (row) => [make("code", "", row.source + (row.row ? ":" + row.row : "")), row.raw ? make("pre", "code", plainText(row.raw)) : ""];
    const card = ([row, ...others]) => make("article", "card", asFound(row)[0], make("p", "", withCode(row.message)), asFound(row)[1],
      others.length ? make("details", "", make("summary", "", `${whole(others.length)} more in the same words`), ...others.flatMap(asFound)) : "");
    return more(make("div", "cards", ...groups.slice(0, state.limit).flatMap((group, at, shown) => [...title(group, at, shown), card(group)])), groups.length);
  }

  const VIEWS = { examples: viewExamples, conflicts: viewConflicts, duplicates: viewDuplicates, thresholds: viewThresholds, rejects: viewRejects };

  function draw() {
    const kept = document.querySelector(".list");
    const scrolled = kept ? kept.scrollTop : 0;
    if (!VIEWS[state.view]) state.view = "examples";
    document.querySelectorAll("[data-view]").forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.view === state.view)));
    byId("filters").classList.toggle("only-search", ["conflicts", "rejects"].includes(state.view));
    byId("filters").hidden = state.view === "thresholds";
    byId("search").value = state.search;
    byId("sort").value = state.sort;
    byId("descending").checked = state.descending;
    document.querySelectorAll("select[data-filter]").forEach((select) => { select.value = state.filters[select.dataset.filter] || ""; });
    byId("view").replaceChildren(VIEWS[state.view]());
    const list = document.querySelector(".list");
    if (list) list.scrollTop = scrolled;
    drawDecided();
    if (ready) address();
  }

  function move(step) {
    const n = state.shown.length;
    state.place = Math.min(Math.max(0, state.place + step), Math.max(0, n - 1));
    draw();
    const current = document.querySelector('.item[aria-pressed="true"]');
    if (current) current.scrollIntoView({ block: "nearest" });
  }

  function keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { if (event.key === "Escape") event.target.blur(); return; }
    const tab = event.target.closest('[role="tab"]'), aside = { ArrowRight: "nextElementSibling", ArrowLeft: "previousElementSibling" }[event.key];
    if (tab && aside) { if (tab[aside]) { tab[aside].focus(); tab[aside].click(); } return; }
    const example = state.view === "examples" ? state.shown[state.place] : null;
    const actions = {
      j: () => move(1), k: () => move(-1), "/": () => byId("search").focus(), u: undo,
      y: () => example && decide([[example.example_id, "keep"]]), n: () => example && decide([[example.example_id, "drop"]]),
    };
    if (actions[event.key]) { event.preventDefault(); actions[event.key](); }
  }

  let ready = false;
  try { await unpack(); } catch (problem) {
    byId("problem").textContent = "The examples in this page cannot be unpacked: " + problem.message + ". A browser of 2023 or later is needed.";
    byId("problem").hidden = false;
    return;
  }
  recall();
  fillFilters();
  const restart = () => { state.limit = PAGE; state.place = 0; draw(); };
  let waiting = 0;
  byId("search").addEventListener("input", () => { state.search = byId("search").value; clearTimeout(waiting); waiting = setTimeout(restart, 120); });
  document.querySelectorAll("select[data-filter]").forEach((select) => select.addEventListener("change", () => { state.filters[select.dataset.filter] = select.value; restart(); }));
  byId("sort").addEventListener("change", () => { state.sort = byId("sort").value; restart(); });
  byId("descending").addEventListener("change", () => { state.descending = byId("descending").checked; restart(); });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => { Object.assign(state, { search: "", sort: "order", descending: false, filters: {}, code: "" }); setTimeout(restart); });
  document.querySelectorAll("[data-view]").forEach((tab) => tab.addEventListener("click", () => { state.view = tab.dataset.view; state.code = ""; restart(); }));
  byId("undo").addEventListener("click", undo);
  byId("save").addEventListener("click", save);
  byId("reviewer").addEventListener("change", remember);
  document.addEventListener("keydown", keyed);
  window.addEventListener("beforeunload", (event) => { if (unsaved && !served && Object.keys(decisions).length) event.preventDefault(); });
  if (framed) document.addEventListener("click", followed);
  window.addEventListener("hashchange", () => { if (follow()) { draw(); byId("work").scrollIntoView(); } });
  const totals = { examples: head.n_all, conflicts: head.n_conflicts, rejects: head.n_rejects };
  for (const [name, n] of Object.entries(totals)) document.querySelector(`[data-view="${name}"] .count`).textContent = whole(n);
  const linked = follow();
  draw();
  ready = true;
  address();
  if (linked) byId("work").scrollIntoView();
  document.documentElement.dataset.ready = "yes";
})();
