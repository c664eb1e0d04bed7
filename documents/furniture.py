"""What frames a document and is not searched: letterhead, legal bases, addressees, signature; and what it says.

A file may hold several documents, each with a letterhead of its own; they are told apart here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from documents.passage import Passage, passage
from documents.source import Block, BlockKind, Document, Span

MOTTO = re.compile(r"cộng h[oò][aà] xã hội chủ nghĩa việt nam|độc lập ?- ?tự do|^đảng cộng sản việt nam")
KINDS = (
    "kế hoạch", "chương trình hành động", "chương trình", "chỉ thị", "quyết định", "thông tư", "nghị quyết", "hướng dẫn",
    "công điện", "thông báo", "quy định", "quy chế", "nghị định", "phương án", "đề án", "công văn", "kết luận",
)  # fmt: skip
NUMBER = re.compile(r"\bsố ?: ?(?P<number>\d+[\w.]*(?: ?[/-] ?[\w&.]+)+)|^số (?P<old>\d+[\w.]*(?: ?[/-] ?[\w&.]+)+)")
ATTACHED = re.compile(r"^\(?(?:ban hành )?kèm theo ")
PLACE_AND_DATE = re.compile(r"(?:^|[|,.)] ?|\w,? )ngày (?P<day>\d{1,2}) tháng (?P<month>\d{1,2}) năm (?P<year>\d{4})")
DATELINE = re.compile(r"^[\w .\-]{2,40}, ?ngày (?P<day>\d{1,2})(?: tháng |[/.-])(?P<month>\d{1,2})(?: năm |[/.-])(?P<year>\d{4})")
ADDRESSEES = re.compile(r"^(?:kính gửi|đồng kính gửi) ?:?")
COPIES = re.compile(r"^nơi nhận ?:?")
LEGAL = re.compile(r"^(?:- ?)?(?:căn cứ|xét đề nghị|theo đề nghị|xét tờ trình|thực hiện) ")
SIGNATURE = re.compile(r"^(?:tm\.|kt\.|tl\.|t/m|k/t|tuq\.|thừa lệnh|chủ tịch$|phó chủ tịch$|giám đốc$|bộ trưởng$|phó bí thư)")
APPENDIX = re.compile(r"^(?:phụ lục|phụ biểu|danh mục|biểu|bảng|mẫu|đề cương|kế hoạch|quy định|quy chế|hướng dẫn)\b")
SAMPLE = re.compile(r"^(?:biểu )?mẫu (?:số |báo cáo|biểu|phiếu)|^(?:đề cương|mẫu) báo cáo|^biểu (?:mẫu )?(?:số )?\d")
OFFICE = re.compile(r"(?:ỦY BAN|UỶ BAN|BỘ|SỞ|TỈNH ỦY|THÀNH ỦY|HUYỆN ỦY|ĐẢNG ỦY|BAN|CHÍNH PHỦ|THỦ TƯỚNG|VĂN PHÒNG|CỤC|HỘI|LIÊN ĐOÀN|TỔNG CỤC|UBND|HĐND)\b")
HEAD_BLOCKS = 40


@dataclass
class Head:
    """What the letterhead says. Spans are of the original; what is not there is empty."""

    kind: str = ""
    number: str = ""
    number_at: Span | None = None
    title: str = ""
    title_at: Span | None = None
    issuer: str = ""
    issuer_at: Span | None = None
    issued: date | None = None
    issued_at: Span | None = None
    addressees: str = ""
    addressees_at: Span | None = None
    signer: str = ""


@dataclass
class Act:
    """One document of a file: its head, and the blocks that are searched."""

    head: Head = field(default_factory=Head)
    blocks: list[Block] = field(default_factory=list)
    furniture: list[Block] = field(default_factory=list)


def acts(document: Document) -> list[Act]:
    """The documents in the file, one as a rule."""
    passages = [passage(document.text, each.start, each.end) for each in document.blocks]
    starts = _starts(passages)
    edges = [*starts, len(passages)]
    found: list[Act] = []
    for left, right in zip(edges, edges[1:], strict=False):
        act = _act(document, document.blocks[left:right], passages[left:right])
        if found and any(ATTACHED.match(each.low) for each in passages[left : left + 8]):
            _inherit(act.head, found[-1].head)
        found.append(act)
    return found


def _inherit(head: Head, from_: Head) -> None:
    """A plan that a decision issues has the decision's number, issuer and day."""
    if head.issued is None:
        head.issued, head.issued_at = from_.issued, from_.issued_at
    if not head.issuer:
        head.issuer, head.issuer_at = from_.issuer, from_.issuer_at
    if not head.number:
        head.number, head.number_at = from_.number, from_.number_at


def _starts(passages: Sequence[Passage]) -> list[int]:
    """Where a document begins: at the top, and a few short lines above each further motto."""
    starts = [0]
    last = -HEAD_BLOCKS
    signed = False
    for n, each in enumerate(passages):
        signed = signed or COPIES.match(each.low) is not None
        if signed and n > 12 and each.text.isupper() and _kind(each.low) and len(each.text) < 200 and n - last > 12:
            if _kind(each.low) not in ("quy chế", "quy định") and n > starts[-1] + 8:
                starts.append(n)
                signed = False
            continue
        if not MOTTO.search(each.low) or len(each.low) > 400:
            continue
        if n - last > 12 and n > 12:
            begin = n
            while begin > n - 6 and 0 < len(passages[begin - 1].text) < 90 and not COPIES.match(passages[begin - 1].low):
                begin -= 1
            if begin > starts[-1] + 8:
                starts.append(begin)
                signed = False
        last = n
    return starts


def _act(document: Document, blocks: Sequence[Block], passages: Sequence[Passage]) -> Act:
    act = Act()
    title = _title_line(passages)
    act.head = _head(blocks, passages, title)
    ending = sampling = False
    for n, (block, text) in enumerate(zip(blocks, passages, strict=True)):
        low = text.low
        if ending and _resumes(text, block):
            ending = False
        sampling = _sampling(sampling, text, ending)
        if n < title or sampling or ending or _is_furniture(n, title, low):
            act.furniture.append(block)
        else:
            act.blocks.append(block)
        if COPIES.match(low):
            ending = True
    return act


def _is_furniture(n: int, title: int, low: str) -> bool:
    legal = low.startswith("căn cứ") and low.rstrip().endswith((";", "."))and n < title + HEAD_BLOCKS and not re.search(r"\btrước ngày\b|chậm nhất", low)
    return n == title or legal or bool(COPIES.match(low) or ADDRESSEES.match(low) or SIGNATURE.match(low))


def _resumes(text: Passage, block: Block) -> bool:
    """Whether the body goes on behind the signature: an appendix, or a long paragraph with a marker."""
    return bool(APPENDIX.match(text.low) and (text.text[:4].isupper() or text.text[0].isupper() and len(text.low) < 150)) or (
        block.kind is BlockKind.ROW and len(block.cells) > 2
    )


def _sampling(sampling: bool, text: Passage, ending: bool) -> bool:
    if SAMPLE.match(text.low) and len(text.low) < 160:
        return True
    if sampling and re.match(r"^(?:phụ lục|chương|điều \d)", text.low) and len(text.low) < 200:
        return False
    return sampling


def _title_line(passages: Sequence[Passage]) -> int:
    """The line with the kind of the document, in capitals; the addressees' where it is a dispatch; else none."""
    for n, each in enumerate(passages[:HEAD_BLOCKS]):
        text = each.text.strip()
        if _kind(each.low) and (text.isupper() or text[: len(_kind(each.low))].isupper()):
            return n
        if ADDRESSEES.match(each.low):
            return n
    return -1


def _kind(low: str) -> str:
    return next((kind for kind in KINDS if low.startswith(kind)), "")


def _head(blocks: Sequence[Block], passages: Sequence[Passage], title: int) -> Head:
    head = Head()
    top = passages[: max(title, 0) + 12] if title >= 0 else passages[:HEAD_BLOCKS]
    for n, each in enumerate(top):
        _take_number(head, each)
        _take_date(head, each, n <= max(title, 12))
        if ADDRESSEES.match(each.low) and not head.addressees:
            _take_addressees(head, passages, n)
    if title >= 0:
        head.kind = _kind(passages[title].low)
        _take_title(head, passages, title)
    _take_issuer(head, passages, title)
    return head


def _take_number(head: Head, each: Passage) -> None:
    match = NUMBER.search(each.low)
    if match is not None and not head.number and each.low.find("căn cứ") < 0:
        name = "number" if match["number"] else "old"
        head.number = re.sub(r" ", "", each.text[slice(*match.span(name))]).strip(".")
        head.number_at = each.span(*match.span(name))


def _take_date(head: Head, each: Passage, in_head: bool) -> None:
    if head.issued is not None or not in_head:
        return
    match = DATELINE.search(each.low) or (PLACE_AND_DATE.search(each.low) if len(each.low) < 400 else None)
    if match is None or re.search(r"(?:nghị|luật|số \S+|quyết định|căn cứ)[^|]{0,60}$", each.low[: match.start("day")]):
        match = _cell_date(each)
    if match is None:
        return
    try:
        head.issued = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return
    head.issued_at = each.span(match.start("day"), match.end())


def _cell_date(each: Passage) -> re.Match[str] | None:
    """The date in a cell of the letterhead, written as a table."""
    for cell in re.finditer(r"[^|]+", each.low):
        match = DATELINE.match(cell[0].strip())
        if match is not None:
            at = each.low.index(match[0])
            return re.compile(DATELINE.pattern.lstrip("^")).match(each.low, at)
    return None


def _take_addressees(head: Head, passages: Sequence[Passage], n: int) -> None:
    each = passages[n]
    match = ADDRESSEES.match(each.low)
    start = match.end() if match else 0
    text = each.text[start:].strip(" |:")
    at = each.span(start, len(each.text))
    following = n + 1
    while following < min(n + 15, len(passages)) and re.match(r"^[-+•] ?", passages[following].text) and len(passages[following].text) < 150:
        text = f"{text}; {passages[following].text.strip(' -+•;.')}"
        following += 1
    head.addressees = re.sub(r"^- |; ?- ", lambda m: "; " if m[0].startswith(";") else "", text).strip(" ;.")
    head.addressees_at = at


def _take_title(head: Head, passages: Sequence[Passage], title: int) -> None:
    text = passages[title].text.strip()
    lines = [text[len(head.kind) :].strip(" :")] if head.kind else []
    start, end = passages[title].span(0, len(text))
    for each in passages[title + 1 : title + 4]:
        line = each.text.strip()
        if lines and lines[0] or len(line) > 400 or LEGAL.match(each.low) or not (line.isupper() or len("".join(lines)) < 3 or line[:1].islower()):
            break
        lines.append(line)
        end = each.span(0, len(line))[1]
        if line.isupper():
            break
    head.title = " ".join(line for line in lines if line)
    head.title_at = (start, end) if head.title else None


def _take_issuer(head: Head, passages: Sequence[Passage], title: int) -> None:
    """The office above the number: the capitals before the motto."""
    for each in passages[: title if title >= 0 else 6]:
        text = re.split(r"\||-{3,}|CỘNG H[OÒ][AÀ]|ĐẢNG CỘNG SẢN", each.text)[0].strip(" -*_")
        if title < 0 and not OFFICE.match(text):
            continue
        if text.isupper() and len(text) > 4 and not _kind(text.lower()) and not MOTTO.search(each.low[: len(text)]) and not NUMBER.search(text.lower()):
            if not head.issuer:
                head.issuer, head.issuer_at = text, each.span(each.text.index(text), each.text.index(text) + len(text))
            elif len(head.issuer) < 60:
                head.issuer = f"{head.issuer} {text}"
            if "|" in each.text:
                break
        elif head.issuer:
            break
