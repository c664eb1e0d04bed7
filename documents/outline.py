"""The outline: which paragraph stands under which, by the markers that the document itself uses.

A marker's style (I., 1., 1.1., a), -, +) is pushed on a stack when it first shows under another, and popped
when the document returns to one that is open. A plain paragraph that ends in ":" stands above what follows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from documents.passage import UPPER, Passage, passage
from documents.source import Block, BlockKind, Document
from documents.unit_phrases import UnitPhrase, find_units


class Section(StrEnum):
    """What a part of a document is for, by its heading; what stands under it inherits it."""

    PURPOSE = "purpose"
    TARGETS = "targets"
    FUNDS = "funds"
    REGIME = "regime"
    DATA = "data"


NEXT = rf"(?= |$|[{UPPER}])"
MARKERS = (
    ("part", r"(?i:(?:phần|chương|mục) (?:thứ )?(?:[ivxlc]+|\d+|nhất|hai|ba|tư|năm)(?:[.:]| ?-|(?=\s)|$))"),
    ("article", r"(?i:điều \d+[a-zđ]?(?:[.:]|(?=\s)|$))"),
    ("letter", r"[A-E]\.(?= |$)"),
    ("roman", rf"(?:[IVX]+|[IVX][ivx]+) ?[.\-/)]{NEXT}"),
    ("number.4", r"\d{1,2}(?:\.\d{1,2}){3}\.?(?= |$)"),
    ("number.3", r"\d{1,2}(?:\.\d{1,2}){2}\.?(?= |$)"),
    ("number.2", r"\d{1,2}\.\d{1,2}\.?(?= |$)"),
    ("number", rf"\d{{1,2}} ?[.\-/]{NEXT}"),
    ("number)", r"\(?\d{1,2}\)(?= |$)"),
    ("letter)", r"\(?[a-zđ]{1,2}[.)](?= |$)"),
    ("dash", r"-(?= ?\w)"),
    ("plus", r"[+•○●▪](?= ?\w)"),
)
RANKS = {name: rank for rank, (name, _) in enumerate(MARKERS)}
MARKER = re.compile("|".join(f"(?P<m{rank}>{pattern})" for rank, (_, pattern) in enumerate(MARKERS)))
CHAPTERS = ("part", "roman", "article", "letter")
"""Styles that close all that stands below them, wherever they come."""
BULLETS = ("dash", "plus")
SECTIONS = (
    (
        Section.PURPOSE,
        re.compile(r"(?:mục đích|yêu cầu|quan điểm|sự cần thiết|thực trạng|tình hình|đánh giá)\b"),
    ),
    (Section.TARGETS, re.compile(r"(?:các )?(?:mục tiêu|chỉ tiêu|tầm nhìn)")),
    (Section.DATA, re.compile(r"(?:về )?(?:thời gian|thời điểm) (?:chốt|lấy|tính) số liệu")),
    (Section.FUNDS, re.compile(r"(?:nguồn )?(?:kinh phí|nguồn lực tài chính|nguồn vốn)")),
    (
        Section.REGIME,
        re.compile(r"(?:về )?chế độ (?:thông tin,? )?báo cáo|(?:công tác )?thông tin,? báo cáo"),
    ),
)
HEADING_LENGTH = 160
INTRODUCTION_LENGTH = 12


@dataclass(eq=False)
class Part:
    """A block in the outline, with its text in one spelling; `body` is where the text begins behind the
    marker."""

    block: Block
    passage: Passage
    style: str
    body: int
    parent: Part | None = None
    section: Section | None = None

    @property
    def low(self) -> str:
        return self.passage.low

    @property
    def text(self) -> str:
        return self.passage.text

    @property
    def marker(self) -> str:
        return self.text[: self.body].strip(" .)(-+")

    @property
    def is_chapter(self) -> bool:
        return self.style in CHAPTERS

    @property
    def introduces(self) -> bool:
        return self.text.rstrip().endswith(":")

    @cached_property
    def units(self) -> list[UnitPhrase]:
        return find_units(self.text, self.low)

    @cached_property
    def is_heading(self) -> bool:
        """Short, without the end of a sentence, and marked or in capitals."""
        text = self.text.rstrip()
        short = len(text) <= HEADING_LENGTH and not text.endswith((".", ";", ","))
        marked = self.style not in ("", *BULLETS)
        return short and (marked or text[self.body :].isupper())

    def above(self) -> Iterator[Part]:
        """The parts that this one stands under, the nearest first."""
        part = self.parent
        while part is not None:
            yield part
            part = part.parent


def outline(
    document: Document, blocks: Sequence[Block], restarts: Collection[int] = frozenset()
) -> list[Part]:
    """The blocks as parts, each with its parent; at `restarts` nothing stands open."""
    parts: list[Part] = []
    stack: list[Part] = []
    for block in blocks:
        part = _part(document, block)
        if block.start in restarts:
            stack.clear()
        if part.style:
            _place(part, stack)
        elif _is_introduction(part):
            _introduce(part, stack)
        part.parent = stack[-1] if stack else None
        if part.style or _is_introduction(part):
            stack.append(part)
        part.section = _section(part) or (part.parent.section if part.parent else None)
        parts.append(part)
    return parts


def _part(document: Document, block: Block) -> Part:
    text = passage(document.text, block.start, block.end)
    match = MARKER.match(text.text) if block.kind is BlockKind.PARAGRAPH else None
    if match is None or match.lastgroup is None:
        return Part(block, text, "", 0)
    style = MARKERS[int(match.lastgroup.removeprefix("m"))][0]
    behind = text.text[match.end() :]
    return Part(block, text, style, match.end() + len(behind) - len(behind.lstrip()))


def _is_introduction(part: Part) -> bool:
    plain = not part.style and part.block.kind is BlockKind.PARAGRAPH
    return plain and part.introduces and len(part.text) > INTRODUCTION_LENGTH


def _introduce(part: Part, stack: list[Part]) -> None:
    """In the place of the introduction before it, and of the bullets that this one had."""
    headed = max((n for n, each in enumerate(stack) if each.style not in ("", *BULLETS)), default=-1)
    del stack[headed + 1 :]


def _place(part: Part, stack: list[Part]) -> None:
    """Pop what the marker closes."""
    styles = [each.style for each in stack]
    if part.is_chapter and "" in styles:
        del stack[styles.index("") :]
        styles = [each.style for each in stack]
    if part.style in styles:
        del stack[styles.index(part.style) :]
    elif part.is_chapter:
        below = [n for n, style in enumerate(styles) if style and RANKS[style] >= RANKS[part.style]]
        del stack[below[0] if below else len(stack) :]


def _section(part: Part) -> Section | None:
    if not part.is_heading:
        return None
    low = part.low[part.body :].strip(" :.")
    return next((section for section, pattern in SECTIONS if pattern.match(low)), None)
