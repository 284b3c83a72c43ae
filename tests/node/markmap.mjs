// Reads Markmap texts with the real transformer: [text] in, [tree of {text, children, html}] out.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
import { Transformer } from "markmap-lib";

const { document } = new JSDOM("").window;
const transformer = new Transformer();

function tree(node) {
  const box = document.createElement("div");
  box.innerHTML = node.content;
  const marks = [...box.querySelectorAll("*")].map((e) => e.tagName.toLowerCase());
  const attributes = [...box.querySelectorAll("*")].flatMap((e) => [...e.attributes].map((a) => a.name));
  return { text: box.textContent, marks, attributes, children: node.children.map(tree) };
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((text) => {
  const { root, frontmatter, features } = transformer.transform(text);
  return { root: tree(root), frontmatter, features: Object.keys(features) };
})));
