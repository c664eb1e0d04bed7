"""On a narrow screen a row of a table is a card, and its cells stand below each other without the heading of
their column: so each says it in `data-label`, from the table's own head, and the style sheet shows it there.
"""

from __future__ import annotations

import re

from markupsafe import Markup

_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(td|th)\b([^>]*)>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def with_card_labels(rendered: Markup) -> Markup:
    """The table with a label on each cell of its rows. The name of a row needs none, nor does a column whose
    heading is hidden, such as that of actions; an empty cell is made truly empty, so that no card shows it.
    """
    table = str(rendered)  # the rest handles it as text: it is escaped already
    head = _HEAD.search(table)
    if head is None:
        return rendered
    labels = [_label(heading) for heading in _HEADING.findall(head[0])]
    start = head.end()
    return Markup(table[:start] + _ROW.sub(lambda row: _labelled(row[0], labels), table[start:]))


def _label(heading: str) -> str:
    """The heading's words for an attribute; empty for one that the eye is not shown."""
    return (
        "" if "hidden-words" in heading else " ".join(_TAG.sub(" ", heading).split()).replace('"', "&quot;")
    )


def _labelled(row: str, labels: list[str]) -> str:
    following = iter(labels)

    def cell(found: re.Match[str]) -> str:
        tag, attributes, content = found.groups()
        label = next(following, "")
        told = f' data-label="{label}"' if label and tag == "td" and "colspan" not in attributes else ""
        return f"<{tag}{attributes}{told}>{content if content.strip() else ''}</{tag}>"

    return _CELL.sub(cell, row)
