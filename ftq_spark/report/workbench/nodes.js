// Text of a dataset into nodes: text only, never markup. What cannot be seen is named.

export const make = (tag, className, ...children) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};
// Text of a dataset amid words of the page: whichever way it is written, it does not turn what stands beside it.
export const amid = (text) => make("bdi", "", text);
export const byId = (id) => document.getElementById(id);
export const words = (code) => String(code).replaceAll("_", " ");
export const whole = (n) => Number(n).toLocaleString("en");
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]|[\u{e0000}-\u{e007f}]/gu;

export function plainText(text, marks = []) {
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

export function visible(parent, text) {
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

export const withCode = (text) =>
  make(
    "span",
    "",
    ...text.split("`").map((part, at) => (at % 2 ? make("code", "", plainText(part)) : plainText(part))),
  );

export function block(text, marks, className = "text") {
  const node = make("div", className, plainText(text, marks));
  node.dir = "auto";
  return node;
}

export function folded(title, content, open = false) {
  const node = make("details", "fold", make("summary", "", title), content);
  node.open = open;
  return node;
}
