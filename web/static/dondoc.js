// The little that pages do beyond htmx. Everything works without it.
"use strict";

// A button that chooses all checkboxes of its form, and lets them all go again. It shows only where this runs.
for (const button of document.querySelectorAll("[data-choose-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll("input[type=checkbox]")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}

// Escape closes the menu that is open, and leaves the keyboard where it was opened.
document.addEventListener("keydown", (pressed) => {
  if (pressed.key !== "Escape") return;
  const open = [...document.querySelectorAll(".opens-next[open]")].at(-1);
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
