// What is wrong with a page as it is laid out: a list of sentences, each with the element.
// Of all tables the grid alone may be wider than the screen: units by periods compare only side by side. Its
// first column stays in view, and whoever needs a single report has it on the board and on the unit's year.
() => {
  const wide = document.documentElement.clientWidth, found = [];
  const name = (each) => `<${each.tagName.toLowerCase()}> ${(each.innerText || each.value || each.id || "").trim().slice(0, 70)}`;
  const isFree = (each) => each.closest("table.grid, .skip, .hidden-words, pre, textarea, svg, script, style, option") === null;
  const isShown = (each) => each.checkVisibility() && each.getBoundingClientRect().width > 2;
  const scrolls = (each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX);

  if (document.querySelector("link[rel=stylesheet]") && ![...document.styleSheets].some((sheet) => sheet.cssRules.length > 100)) found.push("it has no style sheet");
  for (const each of document.querySelectorAll("details")) each.open = true;
  if (document.documentElement.scrollWidth > wide)
    found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement, range = document.createRange();
    if (!texts.currentNode.data.trim() || !isFree(around) || !isShown(around)) continue;
    range.selectNodeContents(texts.currentNode);
    for (const box of range.getClientRects())
      if (box.right > wide + 1 || box.left < -1) found.push(`a text sticks out: ${name(around)}`);
  }
  const actions = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((each) => isShown(each) && !each.matches(".skip"));
  for (const each of actions) {
    const box = each.getBoundingClientRect();
    if (isFree(each) && (box.right > wide + 1 || box.left < -1)) found.push(`an action sticks out: ${name(each)}`);
    if (each.matches("a, button, summary") && each.clientWidth && each.scrollWidth > each.clientWidth + 1)
      found.push(`a text is wider than its action: ${name(each)}`);
    for (let above = each.parentElement; above; above = above.parentElement) {
      const cut = above.getBoundingClientRect();
      if (getComputedStyle(above).overflowX === "visible" || scrolls(above)) continue;
      if (box.right > cut.right + 1 || box.bottom > cut.bottom + 1) found.push(`an action is cut: ${name(each)}`);
    }
  }
  for (const words of document.querySelectorAll("svg rect + text")) {
    const inside = words.getBBox(), around = words.previousElementSibling.getBBox();
    if (inside.x + inside.width > around.x + around.width) found.push(`a picture's text leaves its box: ${words.textContent}`);
  }
  for (const state of document.querySelectorAll(".state, td.overdue, td.late"))
    if (isFree(state) && !isShown(state)) found.push(`a state is not seen: ${name(state)}`);
  const boxes = actions.flatMap((each) => [...each.getClientRects()].map((box) => [each, box]));
  boxes.forEach(([each, box], at) => {
    for (const [other, its] of boxes.slice(at + 1)) {
      if (each === other || each.contains(other) || other.contains(each)) continue;
      const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
      const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      if (across > 1 && down > 1) found.push(`lies on another: ${name(each)} / ${name(other)}`);
    }
  });
  return found;
};
