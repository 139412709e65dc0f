// A conversation as it reads: turns, calls, media by name; fenced code, tables and headings stand out.

import { block, folded, make, plainText, whole, words } from "./nodes.js";

function tableOf(lines) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  const names = make("tr", "", ...cells(lines[0]).map((cell) => make("th", "", plainText(cell))));
  const rows = lines
    .slice(2)
    .map((line) => make("tr", "", ...cells(line).map((cell) => make("td", "", plainText(cell)))));
  return make("div", "wide", make("table", "said", make("thead", "", names), make("tbody", "", ...rows)));
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
    } else if (
      lines[at].includes("|") &&
      /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)+\|?\s*$/.test(lines[at + 1] || "")
    ) {
      let end = at + 2;
      while (end < lines.length && lines[end].includes("|")) end += 1;
      flush();
      box.append(tableOf(lines.slice(at, end)));
      at = end - 1;
    } else if (/^#{1,6} \S/.test(lines[at])) {
      flush();
      box.append(block(lines[at].replace(/^#+ /, ""), marks, "text heading"));
    } else held.push(lines[at]);
  }
  flush();
  return box;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch (problem) {
    return text;
  }
}

function turn(message, marks) {
  const role = message.role || "?";
  const node = make(
    "div",
    "turn " + (["user", "assistant", "system", "developer", "tool"].includes(role) ? role : "other"),
  );
  node.append(make("div", "role", role + (message.name ? " · " + message.name : "")));
  if (message.reasoning) node.append(folded("reasoning", block(message.reasoning)));
  const content = message.content || "";
  if (role === "tool" || (role === "system" && content.length > 600)) {
    node.append(
      folded((content.slice(0, 90).split("\n")[0] || "empty") + "…", make("pre", "code", plainText(pretty(content)))),
    );
  } else if (content) node.append(rich(content, marks));
  if (message.tool_calls) {
    let calls = [];
    try {
      calls = JSON.parse(message.tool_calls);
    } catch (problem) {
      calls = [message.tool_calls];
    }
    for (const call of Array.isArray(calls) ? calls : [calls]) {
      const named = call && call.function ? call.function : call;
      const name = named && named.name ? String(named.name) : "call";
      const given = named && named.arguments !== undefined ? named.arguments : named;
      const shown = typeof given === "string" ? pretty(given) : JSON.stringify(given, null, 1);
      node.append(
        make("div", "call", make("span", "tag", "calls " + name), make("pre", "code", plainText(shown || ""))),
      );
    }
  }
  for (const reference of media(message.parts)) node.append(make("div", "media", plainText(reference)));
  if (!content && !message.tool_calls && !message.parts) node.append(make("div", "soft", "(empty)"));
  return node;
}

function media(parts) {
  // Pictures, sound and files are named and never loaded: the page asks the network for nothing.
  let list = [];
  try {
    list = parts ? JSON.parse(parts) : [];
  } catch (problem) {
    return [];
  }
  return (Array.isArray(list) ? list : [])
    .filter((part) => part && part.type && part.type !== "text")
    .map((part) => {
      const held = part[part.type] || part;
      const where = typeof held === "string" ? held : held.url || held.path || held.file_id || held.filename || "";
      return `${words(part.type)}: ${String(where).slice(0, 120) || "embedded"}`;
    });
}

export function conversation(example, marks = []) {
  const box = make("div", "conversation");
  if (example.tools) box.append(folded("tools it may call", make("pre", "code", plainText(pretty(example.tools)))));
  for (const message of example.messages) box.append(turn(message, marks));
  if (example.n_turns)
    box.append(
      make("p", "soft", `${whole(example.n_turns)} turns, of which the first ${example.messages.length} are here.`),
    );
  if (example.rejected) {
    box.append(make("div", "role", "the answer that was rejected"));
    for (const message of example.rejected) {
      const node = turn(message, []);
      node.classList.add("rejected");
      box.append(node);
    }
  }
  return box;
}
