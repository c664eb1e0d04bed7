"""What a reader of any format makes of a file: the text, and its blocks with their places in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from calendars.errors import Fault

Span = tuple[int, int]
Box = tuple[float, float, float, float]


class BlockKind(StrEnum):
    """A paragraph, a row of a table, or a footnote."""

    PARAGRAPH = "paragraph"
    ROW = "row"
    NOTE = "note"


@dataclass(frozen=True)
class Block:
    """A part of the document: `start` to `end` of its text. A row has the span of each cell; `level` is that
    of a heading's style, where the file has one."""

    kind: BlockKind
    start: int
    end: int
    line: int
    cells: tuple[Span, ...] = ()
    level: int | None = None
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True)
class Document:
    """The text of a file, and what its reader has to say about it (`remarks`). All offsets are into
    `text`."""

    name: str
    text: str
    blocks: tuple[Block, ...]
    remarks: tuple[Fault, ...] = ()
    scanned: bool = False


@dataclass
class TextBuilder:
    """Puts a text together block by block, for formats whose text is not there as such."""

    parts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    length: int = 0
    lines: int = 0

    def paragraph(
        self,
        text: str,
        kind: BlockKind = BlockKind.PARAGRAPH,
        level: int | None = None,
        page: int | None = None,
        box: Box | None = None,
    ) -> None:
        """Add a paragraph; one without a letter or figure is left out."""
        line = " ".join(text.split())
        if not line:
            return
        start = self._add(line)
        self.blocks.append(Block(kind, start, start + len(line), self.lines, level=level, page=page, box=box))

    def row(self, cells: list[str], page: int | None = None, box: Box | None = None) -> None:
        """Add a row of a table, written `a | b | c`."""
        texts = [" ".join(cell.split()) for cell in cells]
        if not any(texts):
            return
        line = " | ".join(texts)
        start = self._add(line)
        spans, at = [], start
        for text in texts:
            spans.append((at, at + len(text)))
            at += len(text) + 3
        self.blocks.append(
            Block(BlockKind.ROW, start, start + len(line), self.lines, tuple(spans), page=page, box=box)
        )

    def _add(self, line: str) -> int:
        start = self.length
        self.parts.append(line)
        self.length += len(line) + 1
        self.lines += 1
        return start

    def text(self) -> str:
        return "".join(f"{part}\n" for part in self.parts)


def respelled(document: Document, respell: Callable[[str], str]) -> Document:
    """The document with each paragraph and cell written otherwise, and its places worked out again."""
    builder = TextBuilder()
    for block in document.blocks:
        if block.cells:
            cells = [respell(document.text[start:end]) for start, end in block.cells]
            builder.row(cells, block.page, block.box)
        else:
            text = respell(document.text[block.start : block.end])
            builder.paragraph(text, block.kind, block.level, block.page, block.box)
    return replace(document, text=builder.text(), blocks=tuple(builder.blocks))
