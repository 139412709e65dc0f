"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const storageKey = "ftq-review:" + data.draw_id + ":" + data.annotator;
  const state = { place: 0, annotator: data.annotator, answers: {}, unsaved: 0 };

  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;  // text only: what examples say is never markup
    return node;
  }

  // Over localhost the labels are in the run at once, and what a person has said before comes from there.
  const changed = new Set();
  let sending = 0;

  async function send() {
    const items = [...changed];
    changed.clear();
    if (!state.annotator) { changed.add(...items); tell("Write your name first: the labels are kept under it."); return; }
    const body = items.map((id) => JSON.stringify({ item_id: id, ...state.answers[id] })).join("\n");
    const headers = { "Content-Type": "application/x-ndjson" };
    try {
      const answer = await fetch(data.served.labels + encodeURIComponent(state.annotator), { method: "POST", headers, body });
      if (!answer.ok) throw new Error((await answer.text()).trim());
      if (!changed.size) state.unsaved = 0;
      byId("warning").hidden = true;
      showAnswer();
    } catch (problem) {
      items.forEach((id) => changed.add(id));
      tell("Not saved: " + problem.message);
    }
  }

  async function takeUp() {
    const answer = await fetch(data.served.labels + encodeURIComponent(state.annotator));
    const lines = answer.ok ? (await answer.text()).split("\n").filter(Boolean) : [];
    state.answers = Object.fromEntries(lines.map((line) => JSON.parse(line)).map((label) => [label.item_id, label]));
    showItem();
  }

  function tell(text) {
    byId("warning").textContent = text;
    byId("warning").hidden = false;
  }

  function remember() {
    if (data.served) return;
    try {
      localStorage.setItem(storageKey, JSON.stringify(state));
      byId("warning").hidden = true;
    } catch (problem) {
      tell("This browser does not keep your progress: save the label file before you close the page.");
    }
  }

  function recall() {
    if (data.served) {
      state.answers = data.served.answers;
      state.place = Math.max(0, data.items.findIndex((item) => !(state.answers[item.item_id] || {}).verdict));
      return;
    }
    try {
      Object.assign(state, JSON.parse(localStorage.getItem(storageKey) || "{}"));
    } catch (problem) { /* unreadable progress: begin anew */ }
    state.place = Math.min(Math.max(0, state.place), Math.max(0, data.items.length - 1));
  }

  const current = () => data.items[state.place];
  const answerOf = (item) => state.answers[item.item_id] || {};

  function change(values) {
    const item = current();
    const answer = { ...answerOf(item), ...values, time: new Date().toISOString() };
    if (answer.verdict !== "error") answer.error_type = "";
    if (answer.corrected === current().response) answer.corrected = "";
    state.answers[item.item_id] = answer;
    state.unsaved += 1;
    remember();
    showAnswer();
    if (!data.served) return;
    changed.add(item.item_id);
    clearTimeout(sending);
    sending = setTimeout(send, 150);
  }

  function textBlock(text) {
    const block = element("div", "text", text);
    block.dir = "auto";
    return block;
  }

  function showTurns(item) {
    const turns = item.conversation.length ? item.conversation
      : [{ role: "user", content: item.prompt }, { role: "assistant", content: item.response }];
    const last = turns.map((turn) => turn.role).lastIndexOf("assistant");
    byId("turns").replaceChildren(...turns.map((turn, index) => {
      const kind = turn.role === "assistant" ? "assistant" : turn.role === "user" ? "user" : "system";
      const box = element("section", "turn " + kind + (index === last ? " judged" : ""));
      box.append(element("div", "role", turn.role + (index === last ? " · the answer to judge" : "")), textBlock(turn.content));
      return box;
    }), ...item.rejected.map((turn) => {
      const box = element("section", "turn rejected");
      box.append(element("div", "role", turn.role + " · the rejected answer of the pair"), textBlock(turn.content));
      return box;
    }));
  }

  function showGiven(item) {
    // In a calibration session: what each person said before.
    const given = item.given || [];
    byId("given").hidden = !given.length;
    byId("given").replaceChildren(element("div", "role", "what was said before"), ...given.map((label) =>
      element("div", "", [label.annotator + ": " + label.label, label.error_type, label.note].filter(Boolean).join(" · "))));
  }

  function showEvidence(item) {
    const section = byId("evidence");
    section.hidden = !item.evidence.length;
    section.replaceChildren(...item.evidence.map((clash) => {
      const box = element("div", "clash");
      box.append(element("strong", "", "Disagrees with another example"), element("span", "origin", "  " + clash.kind));
      for (const passage of clash.passages) {
        const pair = element("div", "pair");
        for (const [who, text] of [["here", passage.own], ["there", passage.other]]) {
          const side = element("div");
          side.append(element("div", "role", who), textBlock(text));
          pair.append(side);
        }
        box.append(pair);
      }
      if (clash.other_response) {
        const more = element("details");
        more.append(element("summary", "", "The other example"), element("div", "role", "user"), textBlock(clash.other_prompt),
          element("div", "role", "assistant"), textBlock(clash.other_response));
        box.append(more);
      }
      return box;
    }));
  }

  function showItem() {
    const item = current();
    byId("place").textContent = "Item " + (state.place + 1) + " of " + data.items.length;
    byId("origin").textContent = [item.dataset, item.source, item.row === null ? "" : "row " + item.row].filter(Boolean).join(" · ");
    byId("reasons").replaceChildren(...item.reasons.map((reason) => element("span", "tag", reason.replaceAll("_", " "))));
    showTurns(item);
    showGiven(item);
    showEvidence(item);
    byId("note").value = answerOf(item).note || "";
    byId("corrected").value = answerOf(item).corrected || item.response;
    byId("correct").open = Boolean(answerOf(item).corrected);
    showAnswer();
    window.scrollTo(0, 0);
  }

  function showAnswer() {
    const answer = answerOf(current());
    for (const button of byId("verdicts").children) button.setAttribute("aria-checked", String(button.dataset.value === answer.verdict));
    for (const button of byId("types").children) button.setAttribute("aria-checked", String(button.dataset.value === answer.error_type));
    byId("meaning").textContent = data.error_types[answer.error_type] || "";
    const judged = { correct: 0, error: 0, unsure: 0 };
    [...byId("map").children].forEach((dot, index) => {
      const verdict = answerOf(data.items[index]).verdict || "";
      if (verdict) judged[verdict] += 1;
      dot.className = verdict;
      dot.setAttribute("aria-current", String(index === state.place));
      dot.setAttribute("aria-label", "Item " + (index + 1) + ": " + (verdict || "open"));
    });
    const done = judged.correct + judged.error + judged.unsure;
    byId("progress").value = data.items.length ? done / data.items.length : 0;
    byId("counts").textContent = done + " of " + data.items.length + " judged · " + judged.error + (judged.error === 1 ? " error · " : " errors · ") + judged.unsure
      + " unsure" + (data.served ? (state.unsaved ? " · saving" : " · saved to the run") : state.unsaved ? " · not yet saved to a file" : "");
    const all = done === data.items.length && done > 0;
    byId("done").hidden = !all;
    byId("done").textContent = "All " + done + " items are judged. " + (data.served ? "They are in the run: ftq review score RUN" : "Save the label file and give it back.");
  }

  function go(place) {
    if (place < 0 || place >= data.items.length) return;
    state.place = place;
    remember();
    showItem();
    byId("item").focus({ preventScroll: true });
  }

  function goToOpen() {
    for (let step = 1; step <= data.items.length; step += 1) {
      const place = (state.place + step) % data.items.length;
      if (!answerOf(data.items[place]).verdict) return go(place);
    }
    return undefined;
  }

  const toggle = (name, value) => (answerOf(current())[name] === value ? "" : value);
  const chooseVerdict = (value) => change({ verdict: toggle("verdict", value) });
  const chooseType = (value) => change({ verdict: "error", error_type: toggle("error_type", value) });

  function correct() {
    byId("correct").open = true;
    byId("corrected").focus();
  }

  function save() {
    const lines = data.items.filter((item) => answerOf(item).verdict || answerOf(item).note).map((item) => {
      const answer = answerOf(item);
      return JSON.stringify({
        item_id: item.item_id, example_id: item.item_id, annotator: state.annotator, label: answer.verdict || "",
        verdict: answer.verdict || "", error_type: answer.error_type || "", note: answer.note || "", corrected: answer.corrected || "", time: answer.time,
        draw_id: data.draw_id,
      });
    });
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([lines.map((line) => line + "\n").join("")], { type: "application/x-ndjson" }));
    link.download = "labels-" + state.annotator.replace(/[^\p{L}\p{N}_-]+/gu, "_") + "-" + data.draw_id + ".jsonl";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    state.unsaved = 0;
    remember();
    showAnswer();
  }

  function build() {
    for (const [value, label, key] of [["correct", "Correct", "C"], ["error", "Error", "E"], ["unsure", "Unsure", "U"]]) {
      const button = element("button", value, label);
      button.append(element("kbd", "", key));
      button.addEventListener("click", () => chooseVerdict(value));
      byId("verdicts").append(choice(button, value));
    }
    Object.entries(data.error_types).forEach(([value, meaning], index) => {
      const button = element("button", "");
      button.title = meaning;
      button.append(element("kbd", "", String(index + 1)), element("span", "", value));
      button.addEventListener("click", () => chooseType(value));
      byId("types").append(choice(button, value));
    });
    data.items.forEach((item, index) => {
      const dot = element("button");
      dot.type = "button";
      dot.tabIndex = -1;
      dot.addEventListener("click", () => go(index));
      byId("map").append(dot);
    });
    for (const [value, meaning] of Object.entries(data.error_types)) {
      byId("glossary").append(element("dt", "", value), element("dd", "", meaning));
    }
    byId("annotator").value = state.annotator;
    byId("annotator").addEventListener("change", (event) => {
      state.annotator = event.target.value.trim() || data.annotator;
      event.target.value = state.annotator;
      remember();
      if (data.served && changed.size) send(); else if (data.served) takeUp();
    });
    byId("note").addEventListener("input", (event) => change({ note: event.target.value }));
    byId("corrected").addEventListener("input", (event) => change({ verdict: "error", corrected: event.target.value }));
    byId("previous").addEventListener("click", () => go(state.place - 1));
    byId("next").addEventListener("click", () => go(state.place + 1));
    byId("open").addEventListener("click", goToOpen);
    byId("save").addEventListener("click", save);
    byId("save").hidden = Boolean(data.served);
    window.addEventListener("beforeunload", (event) => { if (data.served && state.unsaved) event.preventDefault(); });
    byId("help").addEventListener("click", () => byId("keys").showModal());
    document.addEventListener("keydown", onKey);
  }

  function choice(button, value) {
    button.type = "button";
    button.dataset.value = value;
    button.setAttribute("role", "radio");
    return button;
  }

  function onKey(event) {
    if (byId("keys").open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (["TEXTAREA", "INPUT"].includes(event.target.tagName)) {
      if (event.key === "Escape") byId("item").focus();
      return;
    }
    if (event.key === "Enter" && ["BUTTON", "SUMMARY"].includes(event.target.tagName)) return;  // presses what has the focus
    const types = Object.keys(data.error_types);
    const actions = {
      c: () => chooseVerdict("correct"), e: () => chooseVerdict("error"), u: () => chooseVerdict("unsure"),
      n: () => byId("note").focus(), a: correct, s: save, "?": () => byId("keys").showModal(),
      arrowright: () => go(state.place + 1), j: () => go(state.place + 1),
      arrowleft: () => go(state.place - 1), k: () => go(state.place - 1), enter: goToOpen,
    };
    const key = event.key.toLowerCase();
    const action = actions[key] || (/^[1-9]$/.test(key) && types[key - 1] ? () => chooseType(types[key - 1]) : null);
    if (!action) return;
    event.preventDefault();
    action();
  }

  recall();
  build();
  if (data.items.length) showItem();
})();
