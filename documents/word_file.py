"""Word files (.docx), read from their XML: all text in the order of the page.

Paragraphs and tables stand in the order of the body, merged cells once; Word's own numbers ("1.", "a)") are
written out; inserted text and content controls are read, deleted text is not. The parts are read by a parser
that resolves no entities and fetches nothing; the archive is measured before it is opened.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from calendars.errors import Fault
from documents.faults import DocumentFault, Remark
from documents.source import BlockKind, Document, TextBuilder
from documents.word_numbers import Numbering
from models.errors import InvalidInput

UNFOLDED = 200 * 1024 * 1024
PART = 80 * 1024 * 1024
Element = etree._Element
SKIPPED = frozenset(
    {
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "Fallback",
        "pPr",
        "rPr",
        "footnotePr",
        "sectPr",
        "drawing",
        "pict",
    }
)
SPACES = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
CHANGES = frozenset({"ins", "del", "moveFrom", "moveTo"})
LAYOUT = 1200
"""Letters: a cell that holds more is a part of the page and no cell of a table of data."""


def is_word(names: set[str]) -> bool:
    return any(name.startswith("word/document") for name in names)


def read_word(data: bytes, name: str) -> Document:
    """The document in a .docx file."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _measure(archive)
            parts = {part: _parsed(archive, part) for part in archive.namelist() if _is_read(part)}
            linked = any(
                b'TargetMode="External"' in archive.read(part)
                for part in archive.namelist()
                if part.startswith("word/_rels/document")
            )
            macros = any(part.lower().endswith("vbaproject.bin") for part in archive.namelist())
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        RuntimeError,
        NotImplementedError,
        OSError,
        EOFError,
    ) as error:
        raise InvalidInput(DocumentFault.BROKEN(format="Word")) from error
    main = next((root for part, root in sorted(parts.items()) if part.startswith("word/document")), None)
    body = next(_named(main, "body"), None) if main is not None else None
    if body is None:
        raise InvalidInput(DocumentFault.BROKEN(format="Word"))
    reader = _Body(Numbering(parts.get("word/numbering.xml"), parts.get("word/styles.xml")))
    reader.read(body)
    reader.notes(parts.get("word/footnotes.xml"))
    return Document(
        name, reader.builder.text(), tuple(reader.builder.blocks), tuple(_remarks(body, macros, linked))
    )


def _is_read(part: str) -> bool:
    return (part.startswith("word/document") and part.endswith(".xml")) or part in (
        "word/numbering.xml", "word/styles.xml", "word/footnotes.xml",
    )  # fmt: skip


def _measure(archive: zipfile.ZipFile) -> None:
    """Refuse what unfolds: sizes are those that the archive states, and reading never goes beyond them."""
    sizes = [info.file_size for info in archive.infolist()]
    if sum(sizes) > UNFOLDED or any(
        info.file_size > PART for info in archive.infolist() if info.filename.endswith(".xml")
    ):
        raise InvalidInput(DocumentFault.UNFOLDS(limit=UNFOLDED // 1024**2))


def _parsed(archive: zipfile.ZipFile, part: str) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    return etree.fromstring(archive.read(part), parser)


def _remarks(body: Element, macros: bool, linked: bool) -> Iterator[Fault]:
    if any(_tag(each) in CHANGES for each in body.iter()):
        yield Remark.CHANGES()
    if macros:
        yield Remark.MACROS()
    if linked:
        yield Remark.LINKED()


def _tag(element: Element) -> str:
    """The local name; Word writes two namespaces for the same elements."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _named(root: Element, name: str) -> Iterator[Element]:
    return (each for each in root.iter() if _tag(each) == name)


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name."""
    return next(
        (str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name), None
    )


class _Body:
    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.builder = TextBuilder()

    def read(self, container: Element) -> None:
        """The blocks of a body, a cell or a content control, in their order."""
        for child in container:
            match _tag(child):
                case "p":
                    self._paragraph(child)
                case "tbl":
                    self._table(child)
                case "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "AlternateContent" | "Choice":
                    self.read(child)

    def notes(self, root: Element | None) -> None:
        """Footnotes, apart at the end."""
        for note in _named(root, "footnote") if root is not None else ():
            if attribute(note, "type") is None:
                self.builder.paragraph(" ".join(_text(p) for p in _named(note, "p")), BlockKind.NOTE)

    def _paragraph(self, paragraph: Element) -> None:
        label, level = self.numbering.of(paragraph)
        text = _text(paragraph)
        self.builder.paragraph(
            f"{label} {text}" if label and text.strip() else text, BlockKind.PARAGRAPH, level
        )
        for box in _named(paragraph, "txbxContent"):
            if not any(_tag(above) == "Fallback" for above in box.iterancestors()):
                self.read(box)

    def _table(self, table: Element) -> None:
        for row in _children(table, "tr"):
            if any(_tag(each) == "del" for properties in _children(row, "trPr") for each in properties):
                continue
            cells = list(_children(row, "tc"))
            if len(cells) == 1 or any(len(_text(cell)) > LAYOUT for cell in cells):
                for cell in cells:
                    self.read(cell)
            elif cells:
                self.builder.row([text for cell in cells for text in self._cell(cell)])

    def _cell(self, cell: Element) -> Iterator[str]:
        """The text of a cell, and an empty one for each further column that it covers."""
        properties = {_tag(each): each for part in _children(cell, "tcPr") for each in part}
        merged = properties.get("vMerge")
        goes_on = merged is not None and attribute(merged, "val") in (None, "continue")
        yield "" if goes_on else self._cell_text(cell)
        span = properties.get("gridSpan")
        width = attribute(span, "val") if span is not None else None
        for _ in range(min(int(width), 64) - 1 if width and width.isdecimal() else 0):
            yield ""

    def _cell_text(self, cell: Element) -> str:
        lines = []
        for paragraph in _named(cell, "p"):
            label, _ = self.numbering.of(paragraph)
            text = _text(paragraph).strip()
            if text:
                lines.append(f"{label} {text}" if label else text)
        return " ".join(lines)


def _children(element: Element, name: str) -> Iterator[Element]:
    """Children of that name, also those within content controls and insertions."""
    for child in element:
        tag = _tag(child)
        if tag == name:
            yield child
        elif tag in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _children(child, name)


def _text(element: Element) -> str:
    """All text below the element, without what was deleted, fields' instructions and boxes."""
    parts: list[str] = []
    todo = [iter(element)]
    while todo:
        child = next(todo[-1], None)
        if child is None:
            todo.pop()
            continue
        tag = _tag(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag in SPACES:
            parts.append(SPACES[tag])
        elif tag == "p" and parts:
            parts.append(SPACES["br"])
            todo.append(iter(child))
        elif tag not in SKIPPED and tag != "txbxContent":
            todo.append(iter(child))
    return "".join(parts)
