// Reads Mermaid texts with the real parser: [text] in, [{nodes: [[id, label, link]], edges: [[from, to, label]]}] out.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const dom = new JSDOM("");
globalThis.window = dom.window; // DOMPurify, by which Mermaid cleans labels, asks for them
globalThis.document = dom.window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false, securityLevel: "strict", maxTextSize: 1e8, maxEdges: 1e6 });

// Mermaid hides entities (#35;) from its grammar and shows them when it draws; what a reader sees is wanted here.
function shown(label) {
  const html = (label ?? "").replaceAll("ﬂ°°", "&#").replaceAll("ﬂ°", "&").replaceAll("¶ß", ";");
  const box = document.createElement("div");
  box.innerHTML = html;
  if (box.children.length) throw new Error(`markup in a label: ${html}`);
  return box.textContent;
}

const out = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  out.push({
    nodes: [...db.getVertices().values()].map((v) => [v.id, shown(v.text), v.link ?? null]),
    edges: db.getEdges().map((e) => [e.start, e.end, shown(e.text)]),
  });
}
process.stdout.write(JSON.stringify(out));
