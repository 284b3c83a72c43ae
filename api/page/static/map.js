// The map changes in place; without this file its links load the same page anew.
export function walkInPlace() {
  const place = () => document.querySelector(".mapping[data-label]");
  const heading = document.querySelector("#focus");
  if (!place() || !heading) return;

  const key = (link) => link.dataset.opens ?? link.textContent.trim();

  const show = async (address, asked) => {
    const url = new URL(address, location.href);
    url.searchParams.set("part", "map");
    url.hash = "";
    place().classList.add("busy");
    const reply = await fetch(url);
    const holder = document.createElement("template");
    holder.innerHTML = await reply.text(); // written and escaped by the same server
    const fresh = holder.content.querySelector(".mapping");
    if (!reply.ok || !fresh) return location.assign(address);
    place().replaceWith(fresh);
    const concept = fresh.querySelector("svg .mid");
    heading.textContent = "";
    const link = document.createElement("a");
    link.href = concept.getAttribute("href");
    link.textContent = fresh.dataset.label;
    heading.append(link);
    document.title = fresh.dataset.title;
    for (const tongue of document.querySelectorAll("a.tongue")) {
      const other = new URL(address, location.href);
      other.searchParams.set("ui", tongue.hreflang);
      tongue.href = other.pathname + other.search;
    }
    // the focus stays where it was, or goes to the concept that the map is now around
    const same = asked && [...fresh.querySelectorAll("a")].find((a) => key(a) === asked && a.getClientRects().length);
    if (asked) (same ?? fresh.querySelector(".canvas")).focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-map]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
    event.preventDefault();
    const address = link.getAttribute("href").replace(/#.*/, "");
    history.pushState(null, "", address);
    show(address, key(link)).catch(() => location.assign(address));
  });
  addEventListener("popstate", () => show(location.href, "").catch(() => location.reload()));
}
