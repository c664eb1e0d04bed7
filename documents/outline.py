"""The outline: which paragraph stands under which, by the markers that the document itself uses.

A marker's style (I., 1., 1.1., a), -, +) is pushed on a stack when it first shows under another, and popped
when the document returns to one that is open. Plain paragraphs belong to what stands open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from documents.passage import Passage, passage
from documents.source import Block, BlockKind, Document
from documents.unit_phrases import UnitPhrase, find_units


class Section(StrEnum):
    """What a part of a document is for, by its heading; what stands under it inherits it."""

    PURPOSE = "purpose"
    TARGETS = "targets"
    FUNDS = "funds"
    REGIME = "regime"
    DATA = "data"


MARKERS = (
    ("part", r"(?:phần|chương|mục) (?:thứ )?(?:[ivxlc]+|\d+|nhất|hai|ba|tư|năm)(?:[.:]| ?-|(?=\s)|$)"),
    ("article", r"điều \d+[a-zđ]?(?:[.:]|(?=\s)|$)"),
    ("letter", r"[A-E]\.(?= |$)"),
    ("roman", r"(?:[IVX]+|[IVX][ivx]+) ?[.\-/)](?= |$|[A-ZĐÀ-Ỵ])"),
    ("number.4", r"\d{1,2}(?:\.\d{1,2}){3}\.?(?= |$)"),
    ("number.3", r"\d{1,2}(?:\.\d{1,2}){2}\.?(?= |$)"),
    ("number.2", r"\d{1,2}\.\d{1,2}\.?(?= |$)"),
    ("number", r"\d{1,2} ?[.\-/](?= |$|[A-ZĐÀ-Ỵ])"),
    ("number)", r"\(?\d{1,2}\)(?= |$)"),
    ("letter)", r"\(?[a-zđ]{1,2}[.)](?= |$)"),
    ("dash", r"-(?= ?\w)|–"),
    ("plus", r"[+•○●▪](?= ?\w)"),
)
MARKER = re.compile("|".join(f"(?P<m{n}>{'(?i:' + p + ')' if n < 2 else p})" for n, (_, p) in enumerate(MARKERS)))
SECTIONS = (
    (Section.PURPOSE, re.compile(r"^(?:mục đích|yêu cầu|quan điểm|sự cần thiết|thực trạng|tình hình|đánh giá)\b")),
    (Section.TARGETS, re.compile(r"^(?:các )?(?:mục tiêu|chỉ tiêu|tầm nhìn)")),
    (Section.DATA, re.compile(r"^(?:về )?(?:thời gian|thời điểm) (?:chốt|lấy|tính) số liệu")),
    (Section.FUNDS, re.compile(r"^(?:nguồn )?(?:kinh phí|nguồn lực tài chính|nguồn vốn)")),
    (Section.REGIME, re.compile(r"^(?:về )?chế độ (?:thông tin,? )?báo cáo|^(?:công tác )?thông tin,? báo cáo")),
)
HEADING_LENGTH = 160


@dataclass(eq=False)
class Part:
    """A block in the outline, with its text in one spelling."""

    block: Block
    passage: Passage
    style: str
    body: int  # where the text begins behind the marker
    parent: Part | None = None
    section: Section | None = None
    before: Part | None = None  # the block before it, of any level

    @property
    def low(self) -> str:
        return self.passage.low

    @property
    def text(self) -> str:
        return self.passage.text

    @property
    def marker(self) -> str:
        return self.text[: self.body].strip()

    @cached_property
    def units(self) -> list[UnitPhrase]:
        return find_units(self.text, self.low)

    @cached_property
    def is_heading(self) -> bool:
        """Short, without the end of a sentence, and marked or in capitals."""
        text = self.text.rstrip()
        short = len(text) <= HEADING_LENGTH and not text.endswith((".", ";", ","))
        return short and (self.style not in ("", "dash", "plus") or text[self.body :].isupper())


@dataclass
class Outline:
    parts: list[Part] = field(default_factory=list)


def outline(document: Document, blocks: Sequence[Block]) -> list[Part]:
    """The blocks as parts, each with its parent."""
    parts: list[Part] = []
    stack: list[Part] = []
    for block in blocks:
        part = _part(document, block)
        part.before = parts[-1] if parts else None
        if part.style:
            _place(part, stack)
        elif _introduces(part):
            _introduce(part, stack)
        else:
            part.parent = stack[-1] if stack else None
        part.section = _section(part) or (part.parent.section if part.parent else None)
        parts.append(part)
    return parts


def _introduces(part: Part) -> bool:
    return part.block.kind is BlockKind.PARAGRAPH and part.text.rstrip().endswith(":") and len(part.text) > 12


def _introduce(part: Part, stack: list[Part]) -> None:
    """A plain paragraph that ends in ":" stands above what follows, in the place of the last that did."""
    headed = max((n for n, each in enumerate(stack) if each.style not in ("", "dash", "plus")), default=-1)
    del stack[headed + 1 :]
    part.parent = stack[-1] if stack else None
    stack.append(part)


def _part(document: Document, block: Block) -> Part:
    text = passage(document.text, block.start, block.end)
    if block.kind is not BlockKind.PARAGRAPH:
        return Part(block, text, "", 0)
    match = MARKER.match(text.text)
    if match is None or not match.lastgroup:
        return Part(block, text, "", 0)
    style = MARKERS[int(match.lastgroup[1:])][0]
    body = match.end() + len(text.text[match.end() :]) - len(text.text[match.end() :].lstrip())
    return Part(block, text, style, body)


def _place(part: Part, stack: list[Part]) -> None:
    """Pop what the marker closes, push the part."""
    styles = [each.style for each in stack]
    if part.style in ("roman", "part", "article") and "" in styles:
        del stack[styles.index("") :]
        styles = [each.style for each in stack]
    if part.style in styles:
        del stack[styles.index(part.style) :]
    elif part.style in ("part", "roman", "article", "letter") and stack:
        outer = [n for n, each in enumerate(stack) if each.style and _rank(each.style) >= _rank(part.style)]
        if outer:
            del stack[outer[0] :]
    part.parent = stack[-1] if stack else None
    stack.append(part)


def _rank(style: str) -> int:
    return next(n for n, (name, _) in enumerate(MARKERS) if name == style)


def _section(part: Part) -> Section | None:
    if not part.is_heading:
        return None
    low = part.low[part.body :].strip(" :.")
    return next((section for section, pattern in SECTIONS if pattern.search(low)), None)
