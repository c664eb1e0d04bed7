// Handing in with a script: files are dragged in and taken out again, and the sending shows how far it is.
// Without it the same form is sent by the browser itself; the server checks everything either way.
"use strict";

const chosen = new WeakMap();

function megabytes(octets) {
  return octets >= 1048576 ? (octets / 1048576).toFixed(1) + " MB" : Math.max(1, Math.round(octets / 1024)) + " KB";
}

function put(input, files) {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  input.files = held.files;
  chosen.set(input, files);
}

function show(form, input, list, words) {
  list.replaceChildren();
  chosen.get(input).forEach((file, place) => {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const tooLarge = file.size > Number(form.dataset.mostMb) * 1048576;
    name.textContent = file.name + " (" + megabytes(file.size) + ")" + (tooLarge ? " – " + words[4] : "");
    if (tooLarge) name.className = "overdue";
    const out = document.createElement("button");
    out.type = "button";
    out.className = "plain";
    out.textContent = words[1];
    out.setAttribute("aria-label", words[1] + ": " + file.name);
    out.addEventListener("click", () => {
      put(input, chosen.get(input).filter((_, other) => other !== place));
      show(form, input, list, words);
      input.focus();
    });
    line.append(name, out);
    list.append(line);
  });
}

function add(input, more) {
  const known = chosen.get(input);
  const fresh = [...more].filter(
    (file) => !known.some((other) => other.name === file.name && other.size === file.size)
  );
  put(input, [...known, ...fresh]);
}

function prepare(form, files) {
  const words = form.dataset.words.split("|");
  const input = form.querySelector("input[type=file]");
  const zone = document.createElement("div");
  const hint = document.createElement("span");
  const list = document.createElement("ul");
  zone.className = "drop";
  list.className = "chosen";
  hint.className = "soft small";
  hint.textContent = words[0];
  input.replaceWith(zone);
  zone.append(hint, input, list);
  put(input, files);
  show(form, input, list, words);
  input.addEventListener("change", () => {
    add(input, input.files);
    show(form, input, list, words);
  });
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    add(input, event.dataTransfer.files);
    show(form, input, list, words);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, input, words);
  });
}

function send(form, input, words) {
  const button = form.querySelector("button.main");
  const told = document.createElement("div");
  const bar = document.createElement("progress");
  const percent = document.createElement("span");
  told.setAttribute("role", "status");
  bar.max = 1;
  bar.setAttribute("aria-label", words[2]);
  told.append(percent, bar);
  percent.textContent = words[2] + " …";
  button.disabled = true;
  button.after(told);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = event.loaded / event.total;
    percent.textContent = words[2] + " " + Math.round(100 * bar.value) + "%";
  });
  request.addEventListener("load", () => {
    if (request.responseURL && request.responseURL !== form.action) location.assign(request.responseURL);
    else again(request.responseText, chosen.get(input));
  });
  request.addEventListener("error", () => {
    button.disabled = false;
    bar.remove();
    told.setAttribute("role", "alert");
    percent.className = "overdue";
    percent.textContent = words[3];
  });
  request.send(new FormData(form));
}

// The page came back with something to mend: it takes the old one's place, and the files stay chosen.
function again(text, files) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  if (!main) { location.reload(); return; }
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  document.querySelectorAll("form[data-filing]").forEach((form) => prepare(form, files));
  const problem = document.querySelector("[role=alert]");
  if (problem) { problem.tabIndex = -1; problem.focus(); }
}

document.querySelectorAll("form[data-filing]").forEach((form) => prepare(form, []));
