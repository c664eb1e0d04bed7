// The form for plans: units offered while somebody types; without it a button finds them.
"use strict";

const WAIT = 250;
let lists = 0;

// What stands behind the last line end or semicolon is looked for; what is chosen takes its place.
function begins(input) {
  return Math.max(input.value.lastIndexOf(";"), input.value.lastIndexOf("\n")) + 1;
}

function asked(input) {
  return input.value.slice(begins(input)).trim();
}

// A field of several lines is a text box, and may not say that it is a combobox.
function expand(input, isOpen) {
  if (input.tagName === "INPUT") input.setAttribute("aria-expanded", String(isOpen));
}

function close(input) {
  input.suggestions?.remove();
  input.suggestions = null;
  expand(input, false);
  input.removeAttribute("aria-controls");
  input.removeAttribute("aria-activedescendant");
}

function mark(input, option) {
  for (const each of input.suggestions.children) each.setAttribute("aria-selected", String(each === option));
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function choose(input, text) {
  input.value = (input.dataset.units === "one" ? "" : input.value.slice(0, begins(input))) + text;
  close(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function show(input, units) {
  close(input);
  if (!units.length) return;
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.id = `units-${++lists}`;
  list.setAttribute("aria-label", input.labels[0].textContent);
  units.forEach((unit, number) => {
    const option = document.createElement("li"), beside = document.createElement("small");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.id = `${list.id}-${number}`;
    option.dataset.text = unit.text;
    option.textContent = unit.text;
    beside.textContent = [unit.above, unit.former].filter(Boolean).join(" · ");
    option.append(beside);
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(input, unit.text);
    });
    list.append(option);
  });
  input.after(list);
  input.suggestions = list;
  input.setAttribute("aria-controls", list.id);
  expand(input, true);
}

async function look(input) {
  const words = asked(input);
  if (words.length < 2 || /\([^()\s]+\)$/.test(words)) return close(input);
  const at = input.form.elements["in_force.from"]?.value ?? "";
  const answer = await fetch(`/admin/plan-form/units?${new URLSearchParams({ q: words, at })}`);
  if (answer.ok && asked(input) === words && document.activeElement === input) show(input, await answer.json());
}

function press(event) {
  const input = event.target, list = input.suggestions;
  if (!list) return;
  const options = [...list.children], at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") close(input);
  else if (event.key === "ArrowDown") mark(input, options[(at + 1) % options.length]);
  else if (event.key === "ArrowUp") mark(input, options[(at + options.length - (at < 0 ? 0 : 1)) % options.length]);
  else if (event.key === "Enter" && at >= 0) choose(input, options[at].dataset.text);
  else return;
  event.preventDefault();
}

for (const input of document.querySelectorAll("[data-units]")) {
  let timer;
  const around = document.createElement("div");
  around.className = "suggesting";
  input.replaceWith(around);
  around.append(input);
  if (input.tagName === "INPUT") input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  expand(input, false);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look(input), WAIT);
  });
  input.addEventListener("keydown", press);
  input.addEventListener("blur", () => close(input));
}

// What was typed is not left behind unasked.
const form = document.querySelector("form.plan-form");
let isTyped = false;
form.addEventListener("input", () => { isTyped = true; });
form.addEventListener("submit", () => { isTyped = false; });
window.addEventListener("beforeunload", (event) => { if (isTyped) event.preventDefault(); });
