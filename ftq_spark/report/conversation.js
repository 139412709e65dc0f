"use strict";
// Text of a dataset into nodes: text only, never markup. What cannot be seen is named, what is long is folded.
const make = (tag, className, ...children) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};
const words = (code) => String(code).replaceAll("_", " ");
const withCode = (text) => make("span", "", ...text.split("`").map((part, at) => (at % 2 ? make("code", "", plainText(part)) : plainText(part))));
const percent = (share) => `${Math.round(100 * share)}%`;
const whole = (n) => Number(n).toLocaleString("en");
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]|[\u{e0000}-\u{e007f}]/gu;

function plainText(text, marks = []) {
  // A fragment in which hidden characters have names and the passages `marks` are marked.
  const spans = [];
  for (const mark of marks) {
    const at = mark ? text.indexOf(mark) : -1;
    if (at >= 0) spans.push([at, at + mark.length]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const out = document.createDocumentFragment();
  let place = 0;
  for (const [from, to] of spans) {
    if (from < place) continue;
    visible(out, text.slice(place, from));
    const node = make("mark");
    visible(node, text.slice(from, to));
    out.append(node);
    place = to;
  }
  visible(out, text.slice(place));
  return out;
}

function visible(parent, text) {
  let last = 0;
  for (const found of text.matchAll(HIDDEN)) {
    if (found[0] === "\r") continue;
    parent.append(text.slice(last, found.index));
    const code = found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    parent.append(make("span", "hidden-char", "U+" + code));
    last = found.index + found[0].length;
  }
  parent.append(text.slice(last));
}

function block(text, marks, className = "text") {
  const node = make("div", className, plainText(text, marks));
  node.dir = "auto";
  return node;
}

function tableOf(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const head = make("tr", "", ...cells(lines[0]).map((cell) => make("th", "", plainText(cell))));
  const rows = lines.slice(2).map((line) => make("tr", "", ...cells(line).map((cell) => make("td", "", plainText(cell)))));
  return make("div", "wide", make("table", "said", make("thead", "", head), make("tbody", "", ...rows)));
}

function rich(text, marks = []) {
  // Fenced code, tables and headings stand out; all else is text as it was written.
  const box = make("div", "said-text");
  const lines = text.split("\n");
  let held = [];
  const flush = () => {
    const said = held.join("\n").replace(/^\n+|\n+$/g, "");
    if (said) box.append(block(said, marks));
    held = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const fence = lines[at].match(/^\s*(```+|~~~+)\s*([\w+#.-]*)\s*$/);
    if (fence) {
      let end = at + 1;
      while (end < lines.length && !lines[end].trim().startsWith(fence[1])) end += 1;
      flush();
      const code = make("code", "", plainText(lines.slice(at + 1, end).join("\n"), marks));
      box.append(make("pre", "code", fence[2] ? make("span", "tag", fence[2]) : null, code));
      at = end;
    } else if (lines[at].includes("|") && /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)+\|?\s*$/.test(lines[at + 1] || "")) {
      let end = at + 2;
      while (end < lines.length && lines[end].includes("|")) end += 1;
      flush();
      box.append(tableOf(lines.slice(at, end)));
      at = end - 1;
    } else if (/^#{1,6} \S/.test(lines[at])) {
      flush();
      const heading = block(lines[at].replace(/^#+ /, ""), marks, "text heading");
      box.append(heading);
    } else held.push(lines[at]);
  }
  flush();
  return box;
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 1); } catch (problem) { return text; }
}

function folded(title, content, open = false) {
  const node = make("details", "fold", make("summary", "", title), content);
  node.open = open;
  return node;
}

function turn(message, marks) {
  const role = message.role || "?";
  const node = make("div", "turn " + (["user", "assistant", "system", "developer", "tool"].includes(role) ? role : "other"));
  node.append(make("div", "role", role + (message.name ? " · " + message.name : "")));
  if (message.reasoning) node.append(folded("reasoning", block(message.reasoning)));
  const content = message.content || "";
  if (role === "tool" || (role === "system" && content.length > 600)) {
    node.append(folded((content.slice(0, 90).split("\n")[0] || "empty") + "…", make("pre", "code", plainText(pretty(content)))));
  } else if (content) node.append(rich(content, marks));
  if (message.tool_calls) {
    let calls = [];
    try { calls = JSON.parse(message.tool_calls); } catch (problem) { calls = [message.tool_calls]; }
    for (const call of Array.isArray(calls) ? calls : [calls]) {
      const named = call && call.function ? call.function : call;
      const name = named && named.name ? String(named.name) : "call";
      const given = named && named.arguments !== undefined ? named.arguments : named;
      const shown = typeof given === "string" ? pretty(given) : JSON.stringify(given, null, 1);
      node.append(make("div", "call", make("span", "tag", "calls " + name), make("pre", "code", plainText(shown || ""))));
    }
  }
  for (const reference of media(message.parts)) node.append(make("div", "media", plainText(reference)));
  if (!content && !message.tool_calls && !message.parts) node.append(make("div", "soft", "(empty)"));
  return node;
}

function media(parts) {
  // Pictures, sound and files are named and never loaded: the page asks the network for nothing.
  let list = [];
  try { list = parts ? JSON.parse(parts) : []; } catch (problem) { return []; }
  return (Array.isArray(list) ? list : []).filter((part) => part && part.type && part.type !== "text").map((part) => {
    const held = part[part.type] || part;
    const where = typeof held === "string" ? held : held.url || held.path || held.file_id || held.filename || "";
    return `${words(part.type)}: ${String(where).slice(0, 120) || "embedded"}`;
  });
}

function conversation(example, marks = []) {
  const box = make("div", "conversation");
  if (example.tools) box.append(folded("tools it may call", make("pre", "code", plainText(pretty(example.tools)))));
  for (const message of example.messages) box.append(turn(message, marks));
  if (example.n_turns) box.append(make("p", "soft", `${whole(example.n_turns)} turns, of which the first ${example.messages.length} are here.`));
  if (example.rejected) {
    box.append(make("div", "role", "the answer that was rejected"));
    for (const message of example.rejected) { const node = turn(message, []); node.classList.add("rejected"); box.append(node); }
  }
  return box;
}

function difference(before, after) {
  // Two texts word by word: what only one of them has is marked, unless that is nearly all. Longest common subsequence
  // of the first 400 words.
  const left = before.split(/(\s+)/).slice(0, 800), right = after.split(/(\s+)/).slice(0, 800);
  const n = left.length, m = right.length, best = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i -= 1) for (let j = m - 1; j >= 0; j -= 1) {
    best[i][j] = left[i] === right[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
  }
  const few = best[0][0] < 0.5 * Math.min(n, m);
  const sides = [make("div", "text"), make("div", "text")];
  sides.forEach((side) => { side.dir = "auto"; });
  const put = (side, word, own) => { if (own && !few && word.trim()) { const mark = make("mark"); visible(mark, word); side.append(mark); } else visible(side, word); };
  let i = 0, j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && left[i] === right[j]) { put(sides[0], left[i], false); put(sides[1], right[j], false); i += 1; j += 1; }
    else if (j >= m || (i < n && best[i + 1][j] >= best[i][j + 1])) { put(sides[0], left[i], true); i += 1; }
    else { put(sides[1], right[j], true); j += 1; }
  }
  if (before.length > left.join("").length) sides[0].append("…");
  if (after.length > right.join("").length) sides[1].append("…");
  return sides;
}
