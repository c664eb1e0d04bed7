"""The letterhead: number, issuer, day of issue, title, addressees; each with its place in the original."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from documents.passage import Passage
from documents.source import Span

MOTTO = re.compile(r"cộng h[oò][aà] xã hội chủ nghĩa việt nam|độc lập ?- ?tự do|^đảng cộng sản việt nam")
KINDS = (
    "kế hoạch", "chương trình hành động", "chương trình", "chỉ thị", "quyết định", "thông tư", "nghị quyết",
    "hướng dẫn", "công điện", "thông báo", "quy định", "quy chế", "nghị định", "phương án", "đề án", "công "
    "văn",
    "kết luận",
)  # fmt: skip
NUMBER = re.compile(
    r"\bsố ?: ?(?P<number>\d+[\w.]*(?: ?[/-] ?[\w&.]+)+)|^số (?P<old>\d+[\w.]*(?: ?[/-] ?[\w&.]+)+)"
)
DAY = r"ngày (?P<day>\d{1,2})(?: tháng |[/.-])(?P<month>\d{1,2})(?: năm |[/.-])(?P<year>\d{4})"
DATELINE = re.compile(rf"(?:^|, ?){DAY}[ .*_-]*$")
CITED_BEFORE = re.compile(r"(?:nghị|luật|số \S+|quyết định|căn cứ)[^|]{0,60}$")
ADDRESSEES = re.compile(r"(?:(?:đồng )?kính gửi) ?:?|[^|.;:]{3,80} (?:gửi )?điện ?:")
BULLET = re.compile(r"[-+•]")
MOST_ADDRESSEES = 15
LONGEST_ADDRESSEE = 150
SUBJECT = re.compile(r"(?:^|\| ?)v/v:? ?(?P<title>[^|]+)")
NO_TITLE = re.compile(r"(?:căn cứ|xét đề nghị|theo đề nghị|xét tờ trình|(?:[ivx]+|\d+) ?[.\-/])")
OFFICE = re.compile(
    r"(?:ỦY BAN|UỶ BAN|BỘ|SỞ|TỈNH ỦY|THÀNH ỦY|HUYỆN ỦY|ĐẢNG ỦY|BAN|CHÍNH PHỦ|THỦ TƯỚNG|VĂN PHÒNG|CỤC|HỘI"
    r"|LIÊN ĐOÀN"
    r"|TỔNG CỤC|UBND|HĐND)\b"
)
BESIDE_ISSUER = re.compile(r"\||-{3,}|CỘNG H[OÒ][AÀ]|ĐẢNG CỘNG SẢN")
HEAD_BLOCKS = 40
ISSUER_BLOCKS = 6
DATE_BLOCKS = 12
LONGEST_ISSUER = 60
LONGEST_TITLE_LINE = 300


@dataclass
class Head:
    """What the letterhead says; what is not there is empty."""

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

    def inherit(self, other: Head) -> None:
        """A plan that a decision issues has the decision's number, issuer and day."""
        if self.issued is None:
            self.issued, self.issued_at = other.issued, other.issued_at
        if not self.issuer:
            self.issuer, self.issuer_at = other.issuer, other.issuer_at
        if not self.number:
            self.number, self.number_at = other.number, other.number_at


def kind_of(low: str) -> str:
    """The kind of document that a line begins with."""
    return next((kind for kind in KINDS if low.startswith(kind)), "")


def title_line(passages: Sequence[Passage]) -> int:
    """The line with the kind of the document, in capitals; the addressees' where it is a dispatch; else
    -1."""
    for n, each in enumerate(passages[:HEAD_BLOCKS]):
        kind = kind_of(each.low)
        if (kind and each.text[: len(kind)].isupper()) or ADDRESSEES.match(each.low):
            return n
    return -1


def read_head(passages: Sequence[Passage], title: int) -> Head:
    """What the first blocks of a document say; `title` is the line of its title, or -1."""
    head = Head(kind=kind_of(passages[title].low) if title >= 0 else "")
    top = passages[: title + DATE_BLOCKS] if title >= 0 else passages[:HEAD_BLOCKS]
    for n, each in enumerate(top):
        _take_number(head, each)
        if n <= max(title, DATE_BLOCKS):
            _take_date(head, each)
        if ADDRESSEES.match(each.low) and not head.addressees:
            _take_addressees(head, passages, n)
    if head.kind:
        _take_title(head, passages, title)
    else:
        _take_subject(head, passages)
    _take_issuer(head, passages, title)
    return head


def _take_number(head: Head, each: Passage) -> None:
    match = NUMBER.search(each.low)
    if match is None or head.number or "căn cứ" in each.low:
        return
    start, end = match.span("number" if match["number"] else "old")
    head.number = each.text[start:end].replace(" ", "").strip(".")
    head.number_at = each.span(start, end)


def _take_date(head: Head, each: Passage) -> None:
    """The date that ends a line or a cell of the letterhead."""
    start = 0
    for cell in each.low.split("|"):
        match = DATELINE.search(cell.rstrip())
        if head.issued is None and match is not None and not CITED_BEFORE.search(cell[: match.start("day")]):
            _set_date(head, each, match, start)
        start += len(cell) + 1


def _set_date(head: Head, each: Passage, match: re.Match[str], start: int) -> None:
    try:
        head.issued = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return
    head.issued_at = each.span(
        each.low.rfind("ngày", 0, start + match.start("day")), start + match.end("year")
    )


def _take_addressees(head: Head, passages: Sequence[Passage], n: int) -> None:
    each = passages[n]
    match = ADDRESSEES.match(each.low)
    start = match.end() if match else 0
    listed = passages[n + 1 : addressees_end(passages, n)]
    names = [each.text[start:].strip(" |:-;."), *(below.text.strip(" -+•;.") for below in listed)]
    head.addressees = re.sub(r"; ?- ", "; ", "; ".join(name for name in names if name))
    if head.addressees:
        first, at = (each, each.text.index(names[0], start)) if names[0] else (listed[0], 0)
        last = listed[-1] if listed else each
        head.addressees_at = (first.span(at, len(first.text))[0], last.span(0, len(last.text))[1])


def addressees_end(passages: Sequence[Passage], n: int) -> int:
    """The line behind the list of addressees that begins on line `n`."""
    end = n + 1
    while end < min(len(passages), n + MOST_ADDRESSEES):
        text, goes_on = passages[end].text, passages[end - 1].text.rstrip().endswith((":", ";", ","))
        if len(text) > LONGEST_ADDRESSEE or not (BULLET.match(text) or goes_on):
            break
        end += 1
    return end


def _take_subject(head: Head, passages: Sequence[Passage]) -> None:
    """A dispatch has no title but the line "V/v …" under its number."""
    for each in passages[:DATE_BLOCKS]:
        match = SUBJECT.search(each.low)
        if match is not None:
            start, end = match.span("title")
            head.title, head.title_at = each.text[start:end].strip(), each.span(start, end)
            return


def _take_title(head: Head, passages: Sequence[Passage], title: int) -> None:
    """The rest of the title line, and the lines in capitals, or the first other line, below it."""
    first = passages[title]
    lines = [first.text[len(head.kind) :].strip(" :.")]
    start, end = first.span(0, len(first.text))
    for each in passages[title + 1 : title + 4]:
        text = each.text.strip()
        if not _is_title(text, each.low, any(lines)):
            break
        lines.append(text)
        end = each.span(0, len(each.text))[1]
    head.title = " ".join(line for line in lines if line)
    head.title_at = (start, end) if head.title else None


def _is_title(text: str, low: str, begun: bool) -> bool:
    """Whether the line goes on with a title: in capitals, or short and without the end of a sentence."""
    if NO_TITLE.match(low) or len(text) > LONGEST_TITLE_LINE:
        return False
    goes_on = text.isupper() or not begun or text[:1].islower()
    return goes_on and not text.endswith((".", ";", ":", ","))


def _take_issuer(head: Head, passages: Sequence[Passage], title: int) -> None:
    """The office above the number: the capitals beside or before the motto, over a few lines."""
    for each in passages[: title if title >= 0 else ISSUER_BLOCKS]:
        text = BESIDE_ISSUER.split(each.text)[0].strip(" -*_")
        if not _is_office(text, each, title):
            if head.issuer:
                return
            continue
        if not head.issuer:
            at = each.text.index(text)
            head.issuer, head.issuer_at = text, each.span(at, at + len(text))
        elif len(head.issuer) < LONGEST_ISSUER:
            head.issuer = f"{head.issuer} {text}"


def _is_office(text: str, each: Passage, title: int) -> bool:
    low = text.lower()
    shouted = text.isupper() and len(text) > 4
    other = kind_of(low) or MOTTO.search(low) or NUMBER.search(low)
    return shouted and not other and (title >= 0 or OFFICE.match(text) is not None)
