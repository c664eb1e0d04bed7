// The review of a draft: marked words become a new card; without it, lines are named in a form.
"use strict";

const text = document.querySelector(".document-text");
const form = document.querySelector("#add-marked");

// A place in the document: the piece of text says where it begins.
function offset(node, within) {
  const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.("[data-at]");
  if (!piece || !text.contains(piece)) return null;
  return Number(piece.dataset.at) + (node.nodeType === Node.TEXT_NODE ? within : 0);
}

// Of characters beyond the basic plane a browser counts two, the server one; documents have none in what counts.
function marked() {
  const found = document.getSelection();
  if (!found || found.isCollapsed || !found.rangeCount) return null;
  const range = found.getRangeAt(0);
  const start = offset(range.startContainer, range.startOffset), end = offset(range.endContainer, range.endOffset);
  return start === null || end === null || end <= start ? null : [start, end];
}

document.addEventListener("selectionchange", () => {
  const span = marked();
  if (form.contains(document.activeElement)) return;
  form.hidden = span === null;
  if (span) [form.elements.start.value, form.elements.end.value] = span;
});
