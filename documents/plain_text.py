"""Plain and pasted text: lines as paragraphs, hard wraps rejoined, rows of tables by `|` or tabs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from statistics import median

from documents.source import Block, BlockKind, Document, Span

NEW_PARAGRAPH = re.compile(
    r"\s*(?:[-+•○●▪*–]\s|\(?\d{1,2}(?:\.\d{1,2})*[.)/]\s|\d{1,2}(?:\.\d{1,2})+\s|\(?[a-zđ]{1,2}[.)]\s"
    r"|[IVX]+\s?[.\-/)]|[A-E]\.\s"
    r"|(?:Điều|Chương|Mục|Phần|Phụ lục|PHỤ LỤC|CHƯƠNG|PHẦN|Mẫu|Nơi nhận|Kính gửi|Căn cứ|TM\.|KT\.|Số:)\b)"
)
LABEL = re.compile(
    r"\s*(?:Thời gian|Thời hạn|Tiến độ|Hoàn thành|(?:Các )?(?:[Đđ]ơn vị|[Cc]ơ quan)|Chủ trì|Phối hợp"
    r"|Kết quả|Sản phẩm|Kinh phí|Địa điểm"
    r"|Thành phần|Nội dung|Nhiệm vụ|Phân công|Mục tiêu|Yêu cầu|Đối tượng|Hình thức|Ghi chú)[\w ,/]{0,50}:"
)
MARKER_ALONE = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVXivx]+[.\-]|[A-Ea-zđ][.)])\s*")
ENDS = (".", ";", ":", "!", "?", "./", '."', ".”")
WRAPPED_AT = range(40, 131)
FIGURES = re.compile(r"[\d\s.,%]+")


def read_text(text: str, name: str) -> Document:
    """The document in `text`; its offsets are those of the text itself."""
    lines = _lines(text)
    width = _wrap_width([text[start:end] for start, end in lines])
    blocks: list[Block] = []
    for number, (start, end) in enumerate(lines):
        if not text[start:end].strip():
            continue
        cells = _cells(text, start, end)
        last = blocks[-1] if blocks else None
        gap = last is not None and text.count("\n", last.end, start) > 1
        if last is not None and _continues(text, last, (start, end), cells, width, gap):
            blocks[-1] = Block(last.kind, last.start, end, last.line)
            continue
        blocks.append(Block(BlockKind.ROW if cells else BlockKind.PARAGRAPH, start, end, number, cells))
    return Document(name, text, tuple(blocks))


def _lines(text: str) -> list[Span]:
    found, at = [], 0
    for line in text.split("\n"):
        found.append((at, at + len(line.rstrip("\r"))))
        at += len(line) + 1
    return found


def _wrap_width(lines: Sequence[str]) -> int:
    """The width at which the text was wrapped by hand; 0 where paragraphs are whole lines."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip() and "|" not in line)
    if len(lengths) < 8:
        return 0
    widest = lengths[int(len(lengths) * 0.97)]
    if widest not in WRAPPED_AT:
        return 0
    full = [line for line in lines if len(line.rstrip()) >= widest * 0.8]
    open_ended = [line for line in full if not line.rstrip().endswith(ENDS)]
    wrapped = len(full) >= len(lengths) * 0.3 and len(open_ended) >= len(full) * 0.5
    return int(median(len(line.rstrip()) for line in full)) if wrapped else 0


def _continues(text: str, last: Block, span: Span, cells: tuple[Span, ...], width: int, gap: bool) -> bool:
    """Whether the line goes on with the paragraph before it."""
    before, line = text[last.start : last.end], text[span[0] : span[1]]
    if cells or last.kind is BlockKind.ROW or (last.line == 0 and before.startswith("#")):
        return False
    if MARKER_ALONE.fullmatch(before) and gap:
        return False
    tail = before.rsplit("\n", 1)[-1].rstrip()
    return continues_paragraph(before, line, bool(width) and not gap and len(tail) >= width * 0.8)


def continues_paragraph(before: str, line: str, is_full: bool) -> bool:
    """Whether a line goes on with the text before it, whose last line is full to the edge or not."""
    if MARKER_ALONE.fullmatch(before):
        return True
    if (before.rstrip().endswith(ENDS) and not is_full) or NEW_PARAGRAPH.match(line):
        return False
    first = line.lstrip()[:1]
    if first.islower() or first in ",;)":
        return not before.rstrip().isupper()
    return (
        is_full
        and not before.isupper()
        and not LABEL.match(line)
        and not before.rstrip().endswith((";", ":", "./"))
    )


def _cells(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The cells of a row, written with bars or tabs between them."""
    line = text[start:end]
    bars = [match.start() + start for match in re.finditer(r"\|", line)]
    tabs = [match.start() + start for match in re.finditer(r"\t+", line.strip("\t"))]
    if bars and set(line) <= set("|-: +"):
        return ()
    marks = bars or (tabs if len(tabs) > 1 else [])
    if not marks:
        return ()
    edges = [start - 1, *marks, end]
    spans = [_trimmed(text, left + 1, right) for left, right in itertools.pairwise(edges)]
    if line.lstrip().startswith("|"):
        spans = spans[1:]
    if line.rstrip().endswith("|"):
        spans = spans[:-1]
    return tuple(spans) if len(spans) > 1 else ()


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
