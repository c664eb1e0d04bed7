"""PDF files: lines rejoined to paragraphs by their place on the page, ruled tables as rows, scans by OCR.

A page is read, and let go, before the next. Fonts whose letters cannot be read are told instead of guessed.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from documents import programs
from documents.faults import DocumentFault, Remark
from documents.legibility import looks_vietnamese, sense_share, unicode_text
from documents.plain_text import continues_paragraph, read_text
from documents.source import BlockKind, Box, Document, TextBuilder
from models.errors import InvalidInput

logging.getLogger("pdfminer").setLevel(logging.ERROR)
Word = dict[str, Any]
GAP = 3.0
"""Widths of a letter: words further apart stand in columns."""
SCAN_LETTERS = 20
SENSE = 0.6
RESOLUTION = 200
EDGE = 0.08
PAGE_NUMBER = re.compile(r"(?:trang |page )?- ?# ?-|(?:trang |page )?#(?: ?/ ?#)?")
BROKEN_YEAR = re.compile(r"(?<=\d/)(\d{1,3}) (\d{1,3})(?!\d)")


@dataclass
class Line:
    """A line of a page: its columns, and where it stands."""

    texts: list[str]
    box: Box
    size: float
    page: int
    first_word: float = 0.0  # its width
    at_edge: bool = False  # where headers and footers stand

    @property
    def shape(self) -> str:
        """The text with # for each number."""
        return re.sub(r"\d+", "#", self.text)

    @property
    def text(self) -> str:
        return " ".join(self.texts)


@dataclass
class Row:
    cells: list[str]
    box: Box
    page: int


def read_pdf(data: bytes, name: str, progress: Callable[[int, int], None] | None = None) -> Document:
    """The document in a .pdf file; `progress` hears page and pages."""
    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            reader = _Pages()
            count = len(pdf.pages)
            for number, page in enumerate(pdf.pages, 1):
                reader.read(page, number)
                page.close()
                if progress is not None:
                    progress(number, count)
    except (
        PdfminerException,
        PDFException,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        RecursionError,
        AssertionError,
        OSError,
    ) as error:
        raise InvalidInput(_reason(error)) from error
    return reader.document(name)


def _reason(error: BaseException) -> Any:
    inner: object = error.args[0] if isinstance(error, PdfminerException) and error.args else error
    if isinstance(inner, PDFPasswordIncorrect | PDFEncryptionError):
        return DocumentFault.PROTECTED()
    return DocumentFault.BROKEN(format="PDF")


class _Pages:
    def __init__(self) -> None:
        self.parts: list[Line | Row] = []
        self.scans = 0

    def read(self, page: Page, number: int) -> None:
        if len(page.chars) < SCAN_LETTERS and (page.images or page.rects or page.curves):
            self._scan(page, number)
            return
        tables = [table for table in page.find_tables() if _is_table(table)]
        boxes = [table.bbox for table in tables]
        found: list[Line | Row] = [
            *(line for line in _lines(page, number) if not any(_inside(line.box, box) for box in boxes)),
            *(row for table in tables for row in _rows(table, number)),
        ]
        found.sort(key=lambda part: (part.box[1], part.box[0]))
        self.parts += self._continued(found)

    def _continued(self, found: list[Line | Row]) -> list[Line | Row]:
        """A row that a page's end has cut in two is one: the second half has no number."""
        last = next(
            (
                part
                for part in reversed(self.parts)
                if not isinstance(part, Line) or not _is_page_number(part)
            ),
            None,
        )
        first = next(
            (n for n, part in enumerate(found) if not isinstance(part, Line) or not _is_page_number(part)),
            None,
        )
        if not isinstance(last, Row) or first is None or not isinstance(half := found[first], Row):
            return found
        if len(half.cells) != len(last.cells) or half.cells[0] or sum(map(bool, half.cells)) == 0:
            return found
        last.cells = [f"{upper} {lower}".strip() for upper, lower in zip(last.cells, half.cells, strict=True)]
        return found[:first] + found[first + 1 :]

    def _scan(self, page: Page, number: int) -> None:
        if not page.images:
            return
        if not programs.has_ocr():
            raise InvalidInput(DocumentFault.NEEDS_OCR())
        picture = BytesIO()
        page.to_image(resolution=RESOLUTION).original.save(picture, "PNG")
        text = read_text(programs.recognised(picture.getvalue()), "")
        self.scans += 1
        height = float(page.height)
        for block in text.blocks:
            line = " ".join(text.text[block.start : block.end].split())
            self.parts.append(Line([line], (0.0, 0.0, 0.0, height), -1.0, number))

    def document(self, name: str) -> Document:
        builder = TextBuilder()
        _build(builder, list(_without_edges(self.parts)))
        text = builder.text()
        remarks = []
        if self.scans:
            remarks.append(Remark.OCR(pages=self.scans))
        elif text.strip() and (share := sense_share(text)) < SENSE and not _is_foreign(text):
            reading = unicode_text(text)
            if not reading.encoding:
                raise InvalidInput(DocumentFault.ILLEGIBLE(share=round(share * 100)))
        return Document(name, text, tuple(builder.blocks), tuple(remarks), scanned=self.scans > 0)


def _is_foreign(text: str) -> bool:
    """A text in another language has words, only no Vietnamese ones."""
    words = re.findall(r"[A-Za-z]{3,}", text)
    return not looks_vietnamese(text) and len(words) > 0.5 * len(text.split()) and "(cid:" not in text


def _is_table(table: Any) -> bool:
    """Of several cells; a frame around a text is none."""
    rows = table.rows
    widest = max(len([cell for cell in row.cells if cell]) for row in rows)
    return (len(rows) >= 2 and widest >= 2) or widest >= 3


def _inside(box: Box, table: Box) -> bool:
    middle = (box[1] + box[3]) / 2
    return table[1] - 1 <= middle <= table[3] + 1 and box[0] < table[2] and box[2] > table[0]


def _rows(table: Any, page: int) -> Iterator[Row]:
    for row, cells in zip(table.rows, table.extract(), strict=True):
        yield Row([_cell_text(cell or "") for cell in cells], row.bbox, page)


def _cell_text(cell: str) -> str:
    """The lines of a cell as one; a narrow cell breaks dates within the year."""
    return BROKEN_YEAR.sub(
        lambda m: m[0].replace(" ", "") if len(m[1] + m[2]) == 4 else m[0], " ".join(cell.split())
    )


def _lines(page: Page, number: int) -> Iterator[Line]:
    words = page.extract_words(x_tolerance=1.5, y_tolerance=3, keep_blank_chars=False, use_text_flow=False)
    for group in _grouped(words):
        line = _line(group, number)
        line.at_edge = line.box[3] < EDGE * page.height or line.box[1] > (1 - EDGE) * page.height
        yield line


def _grouped(words: list[Word]) -> Iterator[list[Word]]:
    """Words of one line: their middles at one height."""
    line: list[Word] = []
    for word in sorted(words, key=lambda word: (round((word["top"] + word["bottom"]) / 2), word["x0"])):
        if line and abs(_middle(word) - _middle(line[0])) > (word["bottom"] - word["top"]) * 0.5:
            yield sorted(line, key=lambda word: float(word["x0"]))
            line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda word: float(word["x0"]))


def _middle(word: Word) -> float:
    return float(word["top"] + word["bottom"]) / 2


def _line(words: list[Word], page: int) -> Line:
    size = median(float(word["bottom"] - word["top"]) for word in words)
    texts = [words[0]["text"]]
    for before, word in itertools.pairwise(words):
        if word["x0"] - before["x1"] > GAP * size:
            texts.append(word["text"])
        else:
            texts[-1] += f" {word['text']}"
    box = (words[0]["x0"], min(w["top"] for w in words), words[-1]["x1"], max(w["bottom"] for w in words))
    return Line(texts, box, size, page, words[0]["x1"] - words[0]["x0"])


def _without_edges(parts: list[Line | Row]) -> Iterator[Line | Row]:
    """Without page numbers, without what stands at the edge of most pages, and without a lone letter there:
    browsers draw the top of the next page's tall letters once more at the end of a page."""
    pages = max((part.page for part in parts), default=0)
    lines = [part for part in parts if isinstance(part, Line)]
    counts = Counter(line.shape for line in lines)
    on_pages = Counter(shape for shape, _ in {(line.shape, line.page) for line in lines if line.at_edge})
    for part in parts:
        if isinstance(part, Line) and part.size > 0:
            lone = len(part.text) == 1 and part.text.isalpha()
            repeated = pages > 3 and on_pages[part.shape] > pages * 0.6
            if part.at_edge and (lone or repeated):
                continue
            if _is_page_number(part) and counts[part.shape] >= min(2, pages):
                continue
        yield part


def _is_page_number(line: Line) -> bool:
    return PAGE_NUMBER.fullmatch(line.shape.lower()) is not None


def _build(builder: TextBuilder, parts: list[Line | Row]) -> None:
    """Paragraphs of lines that go on, rows as they are."""
    right = _right_edge(parts)
    open_line: list[Line] = []
    for part in parts:
        if isinstance(part, Line) and len(part.texts) == 1:
            if open_line and not _goes_on(open_line, part, right):
                _close(builder, open_line)
            open_line.append(part)
            continue
        _close(builder, open_line)
        if isinstance(part, Row):
            builder.row(part.cells, part.page, part.box)
        else:
            builder.row(part.texts, part.page, part.box)
    _close(builder, open_line)


def _close(builder: TextBuilder, lines: list[Line]) -> None:
    if lines:
        first, last = lines[0], lines[-1]
        bottom = last.box[3] if last.page == first.page else first.box[3]
        box = (min(x.box[0] for x in lines), first.box[1], max(x.box[2] for x in lines), bottom)
        builder.paragraph(" ".join(line.text for line in lines), BlockKind.PARAGRAPH, None, first.page, box)
        lines.clear()


def _right_edge(parts: list[Line | Row]) -> float:
    edges = sorted(part.box[2] for part in parts if isinstance(part, Line) and part.size > 0)
    return edges[int(len(edges) * 0.95)] if edges else 0.0


def _goes_on(lines: list[Line], line: Line, right: float) -> bool:
    """Whether a line goes on with the paragraph: the one before reaches the right edge, and no marker
    begins."""
    last = lines[-1]
    if last.size < 0 or line.size < 0:
        return False
    before = " ".join(each.text for each in lines)
    reaches = last.box[2] + 0.3 * last.size + line.first_word > right - 1
    apart = line.page == last.page and line.box[1] - last.box[3] > 1.3 * last.size
    return continues_paragraph(before, line.text, reaches and not apart)
