// Buttons that copy a citation; without this file one click selects it.
export function copyCitations() {
  const furnish = (root) => {
    for (const line of root.querySelectorAll("[data-copy]:not(:has(button))")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = line.dataset.copy;
      line.append(" ", button);
    }
  };
  furnish(document);
  document.addEventListener("toggle", (event) => furnish(event.target), true); // what came after the page
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy] button");
    if (!button) return;
    const line = button.closest("[data-copy]");
    const text = line.querySelector("q");
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = line.dataset.copied;
    } catch { // not allowed here: select it, so that the reader's own keys copy it
      getSelection().selectAllChildren(text);
    }
  });
}
