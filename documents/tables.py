"""Tables of tasks: the header row is found by its words; each row below is one duty, its date in its column.

"2025" and "Quý IV/2025" are values there, as nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from documents.frequencies import Said, find_frequencies
from documents.moments import Limit, Moment, MomentKind, Written
from documents.outline import Part
from documents.reports import Report, find_reports
from documents.source import BlockKind, Span
from documents.times import find_times
from documents.unit_phrases import UnitPhrase

WHEN = re.compile(r"^(?:thời gian|thời hạn|tiến độ|hạn|thời điểm|mốc|ngày hoàn thành|lộ trình|kỳ hạn)(?!.*(?:giữ|lưu))")
WHO = re.compile(r"chủ trì|(?:cơ quan|đơn vị|bộ phận|người)(?:,? (?:cơ quan|đơn vị|bộ phận))?(?: \w+){0,2} (?:thực hiện|phụ trách|báo cáo|tham mưu|chịu trách nhiệm|đầu mối)|phân công|trách nhiệm|^(?:đơn vị|cơ quan)$")
WHAT = re.compile(r"nội dung|nhiệm vụ|công việc|hoạt động|tên|sản phẩm|danh mục|văn bản|đề án|chỉ tiêu")
PARTNER = re.compile(r"phối hợp")
MONTH_YEAR = re.compile(r"(?<![\d/.-])(?P<month>\d{1,2}) ?[/-] ?(?P<year>20\d\d)(?!\d)")
YEAR = re.compile(r"(?<![\d/.\w-])(?P<year>20\d\d)(?![\d/.-])(?! ?[-–] ?20)")


UNIT = re.compile(r"(?:các )?(?:sở|ubnd|ủy ban|ban|công an|cục|chi cục|văn phòng|bộ|phòng|thanh tra|đơn vị|trung tâm|hội|đoàn|cơ quan|vụ|xã|phường)\b")
VALUE = re.compile(
    r"(?:trước |chậm nhất |đến |hết |trong |hoàn thành )*(?:ngày )?(?:\d{1,2}[/-]\d{1,2}[/-]20\d\d|tháng \d{1,2}(?: ?[/-] ?20\d\d| năm 20\d\d)?"
    r"|\d{1,2} ?/ ?20\d\d|quý [iv1-4]+(?: ?[/-] ?20\d\d| năm 20\d\d)?|năm 20\d\d|20\d\d|thường xuyên|hằng (?:năm|quý|tháng))[.;]?"
)


@dataclass(frozen=True)
class Columns:
    when: int
    who: int | None
    what: int | None
    count: int


@dataclass(frozen=True)
class Row:
    part: Part
    times: tuple[Written, ...]
    often: list[Said]
    leads: list[UnitPhrase]
    task: Span | None
    reports: list[Report]
    end: int


def table_rows(parts: Sequence[Part]) -> Iterator[Row]:
    """The rows that state a time, in tables that have a column for it."""
    columns: Columns | None = None
    for n, part in enumerate(parts):
        if part.block.kind is BlockKind.ROW and columns is None:
            columns = _guessed(parts[n : n + 40])
        if part.block.kind is not BlockKind.ROW:
            if len(part.text) > 200 or part.style in ("roman", "part", "article"):
                columns = None
            continue
        header = _columns(part)
        if header is not None:
            columns = header
        elif columns is not None:
            row = _row(part, columns)
            if row is not None:
                yield row


def _guessed(parts: Sequence[Part]) -> Columns | None:
    """The columns of a table that has lost its header: in most rows the same cell is a time and nothing else."""
    run: list[Part] = []
    for part in parts:
        if part.block.kind is not BlockKind.ROW:
            break
        run.append(part)
    rows = [[part.low[left:right] for left, right in _cells(part)] for part in run]
    rows = [row for row in rows if len(row) >= 3]
    if len(rows) < 3 or any(_columns(part) for part in run):
        return None
    width = max(len(row) for row in rows)
    for n in range(width):
        cells = [row[n] for row in rows if len(row) > n]
        if len(cells) >= 3 and sum(_is_time(cell) for cell in cells) >= 0.6 * len(rows):
            return Columns(n, _guessed_who(rows, n), 1 if n > 1 else None, width)
    return None


def _guessed_who(rows: list[list[str]], when: int) -> int | None:
    best = [
        (sum(UNIT.match(row[n]) is not None for row in rows if len(row) > n), -n)
        for n in range(1, max(len(row) for row in rows))
        if n != when
    ]
    most = max(best, default=(0, 0))
    return -most[1] if most[0] >= len(rows) / 2 else None


def _is_time(cell: str) -> bool:
    return VALUE.fullmatch(cell.strip()) is not None


def _cells(part: Part) -> list[tuple[int, int]]:
    places = [(part.passage.place(left), part.passage.place(right)) for left, right in part.block.cells]
    return places


def _columns(part: Part) -> Columns | None:
    texts = [part.low[left:right].strip(" *") for left, right in _cells(part)]
    if any(len(text) > 90 for text in texts):
        return None
    when = [n for n, text in enumerate(texts) if WHEN.search(text)]
    if not when:
        return None
    who = next((n for n, text in enumerate(texts) if WHO.search(text) and not PARTNER.search(text.replace("chủ trì, phối hợp", ""))), None)
    what = next((n for n, text in enumerate(texts) if WHAT.search(text) and n not in when and n != who), None)
    return Columns(when[0], who, what, len(texts))


def _row(part: Part, columns: Columns) -> Row | None:
    cells = _cells(part)
    if len(cells) <= columns.when or len(cells) < columns.count - 2 or len(cells) < 3:
        return None
    left, right = cells[columns.when]
    times = tuple(_cell_times(part.low, left, right))
    if not times:
        return None
    leads: list[UnitPhrase] = []
    if columns.who is not None and columns.who < len(cells):
        begin, stop = cells[columns.who]
        leads = [unit for unit in part.units if begin <= unit.start < stop]
        if not leads and part.text[begin:stop].strip():
            leads = [UnitPhrase(begin, stop, part.text[begin:stop])]
    task = part.passage.span(*cells[columns.what]) if columns.what is not None else None
    reports, _ = find_reports(part.text, part.low, part.units, 0, left)
    return Row(part, times, find_frequencies(part.low[left:right]), leads, task, reports, right)


def _cell_times(low: str, left: int, right: int) -> list[Written]:
    """What the cell of the time column says; bare months and years count here."""
    cell = low[left:right]
    found = [t for t in find_times(cell) if t.moment.kind not in (MomentKind.EVENT, MomentKind.DELAY) and t.limit is not Limit.FROM]
    if not found:
        found = [_bare(m, MomentKind.MONTH) for m in MONTH_YEAR.finditer(cell)]
    if not found:
        found = [_bare(m, MomentKind.YEAR) for m in YEAR.finditer(cell)]
    if re.search(r"các năm (?:tiếp|sau)|thường xuyên|những năm|giai đoạn|trở đi", cell):
        return []
    return [_placed(time, left) for time in found if not (time.moment.kind is MomentKind.YEAR and len(found) > 2)]


def _bare(match: re.Match[str], kind: MomentKind) -> Written:
    month = int(match["month"]) if kind is MomentKind.MONTH else None
    moment = Moment(kind, month=month, year=int(match["year"]))
    return Written(match.start(), match.end(), match.start(), moment, Limit.IN, rule="value of a column")


def _placed(time: Written, left: int) -> Written:
    limit = time.limit or (Limit.IN if time.moment.is_span else Limit.BY)
    return replace(time, start=time.start + left, end=time.end + left, moment_start=time.moment_start + left, limit=limit)
