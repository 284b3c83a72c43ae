// Keys for the study page, which works as plain forms without this file.
const card = document.querySelector(".cardbig[data-side]");
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const press = (button) => button && !button.disabled && button.click();

let sent = false;
document.addEventListener("submit", (event) => {
  if (sent) event.preventDefault(); // a second press on the same card is none
  sent = true;
});
addEventListener("pageshow", () => { sent = false; }); // back from the next page

const box = document.querySelector(".reply textarea");
box?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") box.blur();
  const lists = box.rows > 1;
  if (event.key === "Enter" && !event.isComposing && (!lists || event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    box.form.requestSubmit(box.form.querySelector(".show"));
  }
});

document.addEventListener("keydown", (event) => {
  if (!card || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const back = card.dataset.side === "back";
  const key = event.key.toLowerCase();
  const onControl = event.target.closest("button, a, summary");
  if (key === " " && !onControl) {
    press(document.querySelector(back ? ".rate .marked" : ".reply .show"));
  } else if (/^[1-4]$/.test(key)) {
    press(document.querySelectorAll(back ? ".rate button" : ".options button")[key - 1]);
  } else if (back && (event.code === "KeyL" || key === "l")) {
    const line = document.querySelector("details.line");
    line.open = !line.open;
    if (line.open) line.scrollIntoView({ block: "nearest" });
  } else if (!back && box && (event.code === "KeyT" || key === "t")) {
    box.focus();
  } else return;
  event.preventDefault();
});
