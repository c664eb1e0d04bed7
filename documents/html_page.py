"""Web pages and HTML that Word or a browser saved: paragraphs and tables, in the order of the page."""

from __future__ import annotations

import re

from lxml import etree, html

from documents.faults import DocumentFault
from documents.source import BlockKind, Document, TextBuilder
from models.errors import InvalidInput

HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|div|p|table|meta|article|section)\b",
    re.IGNORECASE | re.DOTALL,
)
SKIPPED = frozenset(
    {"script", "style", "head", "noscript", "template", "svg", "iframe", "nav", "form", "button", "select"}
)
BREAKING = re.compile(
    r"p|div|li|h[1-6]|br|tr|table|ul|ol|section|article|header|footer|main|blockquote|pre|dd|dt|dl|hr"
    r"|figure|address"
)
HEADINGS = {f"h{n}": n for n in range(1, 7)}


def is_html(text: str) -> bool:
    return HTML.match(text[:4096]) is not None


def read_html(text: str, name: str) -> Document:
    """The document in a page; nothing that it links is fetched."""
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise InvalidInput(DocumentFault.BROKEN(format="HTML")) from error
    page = _Page()
    page.walk(root)
    page.flush()
    return Document(name, page.builder.text(), tuple(page.builder.blocks))


class _Page:
    """Gathers text between what breaks a line."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.line: list[str] = []
        self.level: int | None = None

    def flush(self) -> None:
        self.builder.paragraph("".join(self.line), BlockKind.PARAGRAPH, self.level)
        self.line.clear()
        self.level = None

    def walk(self, root: html.HtmlElement) -> None:
        """Depth first without recursion: pages may be nested more deeply than Python's stack."""
        todo: list[tuple[str, object]] = [("open", root)]
        while todo:
            step, given = todo.pop()
            if step == "text":
                self.line.append(str(given))
            elif step == "close":
                self.flush()
            elif isinstance(given, html.HtmlElement):
                todo.extend(reversed(self._open(given)))

    def _open(self, element: html.HtmlElement) -> list[tuple[str, object]]:
        tag = element.tag if isinstance(element.tag, str) else ""
        tail: list[tuple[str, object]] = [("text", element.tail)] if element.tail else []
        if tag in SKIPPED or not tag:
            return tail
        if tag == "table" and _is_data(element):
            self.flush()
            self._table(element)
            return tail
        breaks = BREAKING.fullmatch(tag) is not None
        if breaks:
            self.flush()
            self.level = HEADINGS.get(tag)
        steps: list[tuple[str, object]] = [("text", element.text)] if element.text else []
        steps += [("open", child) for child in element]
        return [*steps, *([("close", None)] if breaks else []), *tail]

    def _table(self, table: html.HtmlElement) -> None:
        for row in table.iter("tr"):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            texts = [_text(cell) for cell in cells]
            if len(texts) == 1:
                self.builder.paragraph(texts[0])
            elif texts:
                self.builder.row(texts)


def _is_data(table: html.HtmlElement) -> bool:
    """A table of rows and cells; one that only lays out the page holds other tables or a whole document."""
    return next(table.iterdescendants("table"), None) is None and all(
        len(_text(cell)) < 3000 for cell in table.iter("td", "th")
    )


def _text(cell: html.HtmlElement) -> str:
    return " ".join(" ".join(str(part) for part in cell.itertext()).split())
