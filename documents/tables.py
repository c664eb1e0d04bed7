"""Tables of tasks: the header row is found by its words; each row below is one duty, its date in its column.

"2025" and "Quý IV/2025" are values there, as nowhere else. A table that has lost its header is read where in
most rows the same cell is a time and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from documents.clauses import Clause
from documents.frequencies import Said, find_frequencies
from documents.moments import Limit, Moment, MomentKind, Written
from documents.outline import Part
from documents.reports import Report, find_reports
from documents.source import BlockKind, Span
from documents.times import HAPPENING, find_times
from documents.unit_phrases import UnitPhrase

WHEN = re.compile(
    r"(?:thời gian|thời hạn|tiến độ|hạn|thời điểm|mốc|ngày hoàn thành|lộ trình|kỳ hạn"
    r"|(?:ngày )?kết thúc$|hoàn thành$)(?!.*(?:giữ|lưu))"
)
SENT = re.compile(r"trình|gửi|nộp|báo cáo|ban hành")
BEGINS = re.compile(r"(?:thời (?:gian|điểm|hạn) |ngày )?bắt đầu|khởi công")
"""The other column beside that of the end."""
WHO = re.compile(
    r"chủ trì|(?:cơ quan|đơn vị|bộ phận|người)(?:,? (?:cơ quan|đơn vị|bộ phận))?(?: \w+){0,2}"
    r" (?:thực hiện|phụ trách|báo cáo|tham mưu|chịu trách nhiệm|đầu mối)|phân công|trách nhiệm|^(?:đơn vị"
    r"|cơ quan|đầu mối)$"
)
WHAT = re.compile(r"nội dung|nhiệm vụ|công việc|hoạt động|tên|sản phẩm|danh mục|văn bản|đề án|chỉ tiêu")
PARTNER = re.compile(r"(?<!chủ trì, )phối hợp")
MONTH_YEAR = re.compile(r"(?<![\d/.-])(?P<month>\d{1,2}) ?[/-] ?(?P<year>20\d\d)(?!\d)")
YEAR = re.compile(r"(?<![\d/.\w-])(?P<year>20\d\d)(?![\d/.-])(?! ?[-–] ?20)")
OPEN = re.compile(r"các năm (?:tiếp|sau)|thường xuyên|những năm|giai đoạn|trở đi")
UNIT = re.compile(
    r"(?:các )?(?:sở|ubnd|ủy ban|ban|công an|cục|chi cục|văn phòng|bộ|phòng|thanh tra|đơn vị|trung tâm|hội"
    r"|đoàn|cơ quan|vụ"
    r"|xã|phường)\b"
)
VALUE = re.compile(
    r"(?:trước |chậm nhất |đến |hết |trong |hoàn thành )*(?:ngày )?"
    r"(?:\d{1,2}[/-]\d{1,2}[/-]20\d\d|tháng \d{1,2}(?: ?[/-] ?20\d\d| năm 20\d\d)?|\d{1,2} ?/ ?20\d\d"
    r"|quý [iv1-4]+(?: ?[/-] ?20\d\d| năm 20\d\d)?|năm 20\d\d|20\d\d|thường xuyên|hằng (?:năm|quý"
    r"|tháng))[.;]?"
)
HEADER_CELL = 90
FEWEST = 3
MOST = 0.6
FEW_TIMES = 2


@dataclass(frozen=True)
class Columns:
    """`more`: further columns that say when, each a duty of its own ("Thời gian trình Bộ", "… trình Chính
    phủ")."""

    when: int
    who: int | None
    what: int | None
    count: int
    more: tuple[int, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row with its times; `clause` is the row up to its time cell."""

    clause: Clause
    times: tuple[Written, ...]
    often: list[Said]
    leads: list[UnitPhrase]
    task: Span | None
    report: Report | None


def table_rows(parts: Sequence[Part]) -> Iterator[Row]:
    """The rows that state a time, in tables that have a column for it."""
    columns: Columns | None = None
    for n, part in enumerate(parts):
        if part.block.kind is not BlockKind.ROW:
            if len(part.text) > 200 or part.is_chapter:
                columns = None
            continue
        header = _columns(part)
        columns = header or columns or _guessed(parts[n:])
        if columns is None or header is not None:
            continue
        for when in (columns.when, *columns.more):
            row = _row(part, replace(columns, when=when))
            if row is not None:
                yield row


def _cells(part: Part) -> list[Span]:
    return [(part.passage.place(left), part.passage.place(right)) for left, right in part.block.cells]


def _texts(part: Part) -> list[str]:
    return [part.low[left:right].strip() for left, right in _cells(part)]


def _columns(part: Part) -> Columns | None:
    """What the columns hold, if the row is a header with one for the time."""
    texts = _texts(part)
    when = next((n for n, text in enumerate(texts) if WHEN.match(text) and not BEGINS.match(text)), None)
    if when is None or any(len(text) > HEADER_CELL for text in texts):
        return None
    who = next((n for n, text in enumerate(texts) if WHO.search(text) and not PARTNER.search(text)), None)
    what = next((n for n, text in enumerate(texts) if WHAT.search(text) and n not in (when, who)), None)
    sent = [n for n, text in enumerate(texts) if WHEN.match(text) and SENT.search(text)]
    return Columns(when, who, what, len(texts), tuple(sent[1:]) if sent[:1] == [when] else ())


def _guessed(parts: Sequence[Part]) -> Columns | None:
    """The columns of a table without a header."""
    run = list(takewhile(lambda part: part.block.kind is BlockKind.ROW, parts))
    rows = [texts for part in run if len(texts := _texts(part)) >= FEWEST]
    if len(rows) < FEWEST or any(_columns(part) for part in run):
        return None
    width = max(len(row) for row in rows)
    when = next((n for n in range(width) if _share(rows, n, VALUE) >= MOST), None)
    if when is None:
        return None
    who = max((n for n in range(1, width) if n != when), key=lambda n: _share(rows, n, UNIT), default=None)
    named = who is not None and _share(rows, who, UNIT) >= 0.5
    return Columns(when, who if named else None, 1 if when > 1 else None, width)


def _share(rows: list[list[str]], n: int, pattern: re.Pattern[str]) -> float:
    """In how many rows the n-th cell is of that form: a time as a whole, a unit by its beginning."""
    test = pattern.fullmatch if pattern is VALUE else pattern.match
    hits = sum(test(row[n]) is not None for row in rows if len(row) > n)
    return hits / len(rows) if hits >= FEWEST or pattern is UNIT else 0.0


def _row(part: Part, columns: Columns) -> Row | None:
    cells = _cells(part)
    if len(cells) <= columns.when or len(cells) < max(FEWEST, columns.count - 2):
        return None
    left, right = cells[columns.when]
    times = tuple(_cell_times(part.low, left, right))
    if not times:
        return None
    clause = Clause(part, 0, right)
    reports = find_reports(Clause(part, 0, left)).asked
    task = part.passage.span(*cells[columns.what]) if columns.what is not None else None
    often = [said for said in find_frequencies(part.low, left, right) if said.is_regular]
    leads = _leads(part, cells[columns.who]) if columns.who is not None and columns.who < len(cells) else []
    return Row(clause, times, often, leads, task, reports[0] if reports else None)


def _leads(part: Part, cell: Span) -> list[UnitPhrase]:
    left, right = cell
    units = [unit for unit in part.units if left <= unit.start < right]
    text = part.text[left:right].strip()
    return units or ([UnitPhrase(left, right, text)] if text else [])


def _cell_times(low: str, left: int, right: int) -> Iterator[Written]:
    """What the cell of the time column says; bare months and years count here."""
    cell = low[left:right]
    if OPEN.search(cell):
        return
    found = [time for time in find_times(cell) if _is_value(time)]
    found = found or [_bare(match, int(match["month"])) for match in MONTH_YEAR.finditer(cell)]
    found = found or [_bare(match, None) for match in YEAR.finditer(cell)]
    if len(found) <= FEW_TIMES or found[0].moment.kind is not MomentKind.YEAR:
        yield from (_placed(time, left) for time in found)


def _is_value(time: Written) -> bool:
    return time.moment.kind not in HAPPENING and time.limit is not Limit.FROM


def _bare(match: re.Match[str], month: int | None) -> Written:
    kind = MomentKind.YEAR if month is None else MomentKind.MONTH
    moment = Moment(kind, month=month, year=int(match["year"]))
    return Written(match.start(), match.end(), match.start(), moment, Limit.IN, rule="value-of-a-column")


def _placed(time: Written, left: int) -> Written:
    limit = time.limit or (Limit.IN if time.moment.is_span else Limit.BY)
    start, end, moment_start = time.start + left, time.end + left, time.moment_start + left
    return replace(time, start=start, end=end, moment_start=moment_start, limit=limit)
