// A citation opens beside the answer where there is room for it; elsewhere its link leads to the source.
export function quoteBeside() {
  const pane = document.querySelector("#source");
  const wide = matchMedia("(min-width: 901px)");
  if (!pane) return;

  const mark = (link) => {
    for (const other of document.querySelectorAll(".cite[aria-current]")) other.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
  };
  const shown = pane.querySelector(".more a")?.href;
  mark([...document.querySelectorAll(".answer .cite")].find((link) => link.href === shown));

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a.cite");
    if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    pane.classList.add("busy");
    const address = new URL(link.href);
    address.searchParams.set("part", "excerpt");
    address.hash = "";
    try {
      const reply = await fetch(address);
      if (!reply.ok) throw new Error(reply.statusText);
      pane.innerHTML = await reply.text(); // written and escaped by the same server
      mark(link);
    } catch {
      location.assign(link.href);
    } finally {
      pane.classList.remove("busy");
    }
  });
}
