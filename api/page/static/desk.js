// Comfort on top of a page that works without this file.
import { suggest } from "./suggest.js";
import { quoteBeside } from "./quote.js";
import { closeMenus } from "./menus.js";
import { copyCitations } from "./copy.js";
import { walkInPlace } from "./map.js";

const form = document.querySelector(".ask");
const input = form?.querySelector("input");
if (input) {
  form.classList.add("ready");
  suggest(form, input);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}
quoteBeside();
copyCitations();
walkInPlace();
closeMenus();
document.querySelector(".whole .cited:not(:target)") && !location.hash &&
  document.querySelector(".whole .cited").scrollIntoView({ block: "center" });
