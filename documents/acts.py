"""The documents in a file, and what of each is searched: not the letterhead, legal bases, addressees and
signature, nor samples of forms.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents.head import (
    ADDRESSEES,
    HEAD_BLOCKS,
    MOTTO,
    Head,
    addressees_end,
    kind_of,
    read_head,
    title_line,
)
from documents.passage import Passage, passage
from documents.source import Block, BlockKind, Document

COPIES = re.compile(r"nơi nhận ?:?")
SIGNATURE = re.compile(
    r"[| ]*(?:tm\.|kt\.|tl\.|t/m|k/t|tuq\.|thừa lệnh|phó bí thư"
    r"|(?:(?:phó )?(?:chủ tịch|giám đốc)|bộ trưởng)[| ]*$)"
)
APPENDIX = re.compile(
    r"(?:phụ lục|phụ biểu|danh mục|biểu|bảng|mẫu|đề cương|kế hoạch|quy định|quy chế|hướng dẫn)\b"
)
SAMPLE = re.compile(
    r"(?:biểu )?mẫu (?:số |báo cáo|biểu|phiếu)|(?:đề cương|mẫu) báo cáo|biểu (?:mẫu )?(?:số )?\d"
)
BEHIND_SAMPLE = re.compile(r"(?:phụ lục|chương|điều \d)")
ATTACHED = re.compile(r"\(?(?:ban hành )?kèm theo ")
ORDERED_BY = re.compile(r"\btrước ngày\b|chậm nhất")
RULES = ("quy chế", "quy định")
"""Kinds whose name in capitals is as often a heading as a document of its own."""
SHORTEST_ACT = 8
HEAD_LINES = 6
APART = 12
LINE = 90
HEADING = 160


@dataclass
class Act:
    """One document of a file: its head, the blocks that are searched, and the furniture that is not."""

    head: Head = field(default_factory=Head)
    blocks: list[Block] = field(default_factory=list)
    restarts: set[int] = field(default_factory=set)  # starts of blocks with which the outline begins again
    furniture: list[Block] = field(default_factory=list)


def acts(document: Document) -> list[Act]:
    """The documents in the file, one as a rule."""
    passages = [passage(document.text, each.start, each.end) for each in document.blocks]
    edges = [*_starts(passages), len(passages)]
    found: list[Act] = []
    for left, right in itertools.pairwise(edges):
        act = _act(document.blocks[left:right], passages[left:right])
        if found and any(ATTACHED.match(each.low) for each in passages[left : left + SHORTEST_ACT]):
            act.head.inherit(found[-1].head)
        found.append(act)
    return found


def _starts(passages: Sequence[Passage]) -> list[int]:
    """Where a document begins: at the top; a few short lines above each further motto; and at a title in
    capitals behind the addressees of the one before."""
    starts, motto, signed = [0], -HEAD_BLOCKS, False
    for n, each in enumerate(passages):
        signed = signed or COPIES.match(each.low) is not None
        begin = None
        if signed and n - motto > APART and _is_title(each):
            begin = n
        elif MOTTO.search(each.low) and len(each.low) < HEADING * 2:
            begin = _top_of_head(passages, n) if n - motto > APART < n else None
            motto = n
        if begin is not None and begin > starts[-1] + SHORTEST_ACT:
            starts.append(begin)
            signed = False
    return starts


def _is_title(each: Passage) -> bool:
    kind = kind_of(each.low)
    return bool(kind) and kind not in RULES and each.text.isupper() and len(each.text) < HEADING


def _top_of_head(passages: Sequence[Passage], n: int) -> int:
    begin = n
    while (
        begin > n - HEAD_LINES
        and 0 < len(passages[begin - 1].text) < LINE
        and not COPIES.match(passages[begin - 1].low)
    ):
        begin -= 1
    return begin


def _act(blocks: Sequence[Block], passages: Sequence[Passage]) -> Act:
    title = title_line(passages)
    act = Act(read_head(passages, title))
    signed = False
    for block, each, is_searched in zip(blocks, passages, _searched(blocks, passages, title), strict=True):
        if is_searched and signed:
            act.restarts.add(block.start)
        signed = not is_searched and (signed or _is_end(each.low))
        (act.blocks if is_searched else act.furniture).append(block)
    return act


def _is_end(low: str) -> bool:
    return COPIES.match(low) is not None or SIGNATURE.match(low) is not None


def _searched(blocks: Sequence[Block], passages: Sequence[Passage], title: int) -> Iterator[bool]:
    """For each block, whether it is searched: from the title to the addressees, and appendices after."""
    ended = in_sample = False
    addressed = _addressees(passages)
    for n, (block, each) in enumerate(zip(blocks, passages, strict=True)):
        ended = ended and not _resumes(each, block)
        in_sample = _is_sample(each) or (in_sample and not BEHIND_SAMPLE.match(each.low))
        aside = n in addressed or _is_furniture(n - title, each.low)
        yield n > title and not (ended or in_sample or aside)
        ended = ended or COPIES.match(each.low) is not None


def _addressees(passages: Sequence[Passage]) -> set[int]:
    """The lines of the list of addressees."""
    begun = (n for n, each in enumerate(passages[:HEAD_BLOCKS]) if ADDRESSEES.match(each.low))
    return {line for n in begun for line in range(n, addressees_end(passages, n))}


def _is_sample(each: Passage) -> bool:
    return SAMPLE.match(each.low) is not None and len(each.low) < HEADING


def _is_furniture(below_title: int, low: str) -> bool:
    legal = low.startswith("căn cứ") and low.rstrip().endswith((";", ".")) and below_title < HEAD_BLOCKS
    if legal and not ORDERED_BY.search(low):
        return True
    return any(pattern.match(low) for pattern in (COPIES, ADDRESSEES, SIGNATURE))


def _resumes(each: Passage, block: Block) -> bool:
    """Whether the body goes on behind the signature: an appendix, or a table."""
    if block.kind is BlockKind.ROW:
        return len(block.cells) > 2
    shouted = each.text[:4].isupper()
    return APPENDIX.match(each.low) is not None and (
        shouted or (each.text[:1].isupper() and len(each.low) < HEADING)
    )
