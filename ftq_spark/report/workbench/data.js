// What the page holds: its facts (`head`) and examples, packed into it by the report.

import { byId } from "./nodes.js";

export let head, examples, byExample; // example by its id

export async function unpack() {
  const bytes = Uint8Array.from(atob(byId("data").textContent.trim()), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const lines = (await new Response(stream).text()).trimEnd().split("\n");
  head = JSON.parse(lines[0]);
  head.n_shown = JSON.parse(lines[lines.length - 1]).n_shown;
  examples = lines.slice(1, -1).map((line) => JSON.parse(line));
  byExample = new Map(examples.map((example) => [example.example_id, example]));
  for (const example of examples) {
    example.text = example.messages.map((message) => message.content || message.tool_calls || "").join("\n");
    example.folded = (
      example.text +
      "\n" +
      example.example_id +
      "\n" +
      example.source +
      ":" +
      example.row
    ).toLowerCase();
    example.said = [...example.messages].reverse().find((message) => message.role === "assistant");
    const language = example.s[head.signals.indexOf("language")];
    example.language = language === null || language === undefined ? null : head.languages[language];
  }
}

export function measure(example, name) {
  if (name.startsWith("sig:")) return example.s[head.signals.indexOf(name.slice(4))];
  return example[name];
}
