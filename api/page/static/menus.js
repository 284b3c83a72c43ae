// Menus close with Escape and with a click elsewhere.
export function closeMenus() {
  const opened = () => document.querySelectorAll("details[name=facet][open]");
  document.addEventListener("click", (event) => {
    for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of opened()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
