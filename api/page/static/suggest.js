// Suggestions as one types: a combobox with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
const PAUSE = 90; // milliseconds after the last key

export function suggest(form, input) {
  const list = document.createElement("ul");
  Object.assign(list, { id: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestions);
  input.parentElement.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(name, value);

  let timer, asked, chosen = -1;

  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const options = list.children;
    if (!options.length) return;
    chosen = (index + options.length + 1) % (options.length + 1); // one place more: back in the box
    for (const [i, option] of [...options].entries()) option.setAttribute("aria-selected", String(i === chosen));
    if (chosen < options.length) input.setAttribute("aria-activedescendant", options[chosen].id);
    else { chosen = -1; input.removeAttribute("aria-activedescendant"); }
  };
  const open = (option) => location.assign("/concept/" + encodeURIComponent(option.dataset.id));

  const show = (found) => {
    list.replaceChildren(...found.map((row, i) => {
      const option = document.createElement("li");
      option.id = "suggestion-" + i;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.id = row.id;
      const label = document.createElement("span");
      label.textContent = row.label;
      option.append(label);
      if (row.matched && row.matched !== row.label) {
        const other = document.createElement("small");
        other.textContent = row.matched;
        option.append(other);
      }
      return option;
    }));
    list.hidden = !found.length;
    chosen = -1;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  };
  const fetchNow = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const reply = await fetch("/api/suggest?limit=7&q=" + encodeURIComponent(input.value), { signal: asked.signal });
      if (reply.ok && document.activeElement === input) show((await reply.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close(); // without suggestions the box still asks
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) return close();
    timer = setTimeout(fetchNow, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (list.hidden) {
      if (event.key === "Escape") { // leave the box; by itself the browser would empty it
        event.preventDefault();
        close();
        input.blur();
      }
      return;
    }
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? list.children.length - 1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) open(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault(); // keep the focus in the box
    if (option && event.button === 0) open(option);
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
}
