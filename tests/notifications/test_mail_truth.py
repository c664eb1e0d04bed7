"""Every statement of a mail is so of every report it is said of, as of the minute in which it is written.

A province whose reports stand differently is told of in one mail a kind, and in one of all kinds. What is
true of each report is worked out here from the rows alone; each line of the mail must be among it, for every
report under the heading in which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from calendars.zone import HCM
from models.database import reading
from models.settings import Settings
from models.vocabulary import Audience, NoticeKind
from notifications.digest import compose
from notifications.digest_rows import with_facts
from notifications.item import Addressee, Item
from notifications.rendering import Rendered, render
from tests.conftest import at
from tests.notifications.items import CALENDAR, links
from tests.prepared import prepare
from tests.reporting.world import World

NOW = "2024-03-25 08:00:00"
TODAY = date(2024, 3, 25)
MINH = Addressee(address="minh@so.example", name="Minh", language="vi")
COMMUNES = {"d1": [f"a{number}" for number in range(1, 9)], "d2": ["b1", "b2", "b3"]}
UNITS = "code,name,level,kind,superior,groups\np,UBND tỉnh P,province,tinh,,\n"
UNITS += "so,Sở Kế hoạch,district,so-nganh,p,\n"
UNITS += "".join(f"{code},UBND huyện Châu Thành,district,huyen,p,\n" for code in COMMUNES)  # two of one name
UNITS += "".join(
    f"{each},UBND xã {each.upper()},grassroots,xa,{district},\n"
    for district, communes in COMMUNES.items()
    for each in communes
)
MONTHLY = """\
slug: thang
number: 1/CTr-UBND
title: Chương trình năm 2024
issuer: UBND tỉnh P
issued_on: 2023-12-20
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: so
duties:
  - id: monthly
    title: Báo cáo tháng
    basis: IV.1
    every: month
    chain:
      - {from: {level: grassroots}, due: before 18, name: Cấp xã}
      - {from: {level: district, kinds: [huyen]}, to: so, via: so, due: by 17, name: Cấp huyện}
      - {from: {unit: so}, to: p, lead: after 3wd}
"""
QUARTERLY = """\
slug: quy
number: 2/KH-UBND
title: Kế hoạch quý
issuer: UBND tỉnh P
issued_on: 2023-12-20
in_force: {from: 2024-01-01, to: 2024-12-31}
before: inclusive
duties:
  - id: quarterly
    title: Báo cáo quý
    every: quarter
    chain:
      - {from: {level: grassroots}, due: before 30 last month}
"""
PERIOD = "2024-03"


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    world = World(engine, settings, tmp_path)
    prepare(engine, "told truly", lambda: live(world))
    return world


def live(world: World) -> None:
    """A month in which hardly two reports come to stand alike."""
    world.units(UNITS)
    world.plan(MONTHLY)
    world.plan(QUARTERLY)
    world.tick("2024-01-02 08:00:00")
    world.submit("a1", PERIOD, "2024-03-15 09:00:00", document_number="1/BC")
    world.give_back("a1", PERIOD, "2024-03-18 09:00:00", "thiếu biểu 1")  # and never sent again
    world.extend("a3", PERIOD, "2024-03-20", "2024-03-08 09:00:00")  # overdue by another deadline
    world.submit("a4", PERIOD, "2024-03-20 09:00:00", document_number="4/BC")  # three days late
    world.submit("a5", PERIOD, "2024-03-19 09:00:00")  # two days late, and again
    world.give_back("a5", PERIOD, "2024-03-20 09:00:00")
    world.submit("a5", PERIOD, "2024-03-22 09:00:00", document_number="5b/BC")
    world.submit("a6", PERIOD, "2024-03-11 09:00:00", document_number="6/BC")
    world.accept("a6", PERIOD, "2024-03-12 09:00:00")
    world.extend("a7", PERIOD, "2024-03-28", "2024-03-08 09:00:00")  # still in time
    world.submit("a8", PERIOD, "2024-03-21 09:00:00")
    world.give_back("a8", PERIOD, "2024-03-22 09:00:00", "chưa ký")  # to be corrected by tomorrow
    world.submit("b2", PERIOD, "2024-03-22 09:00:00")  # five days late
    world.extend("b3", PERIOD, "2024-03-26", "2024-03-09 09:00:00", granted=False)


# What is so of a report, from the rows.


@dataclass
class Owed:
    """An obligation's row with its names."""

    row: Any
    missing: list[str] = field(default_factory=list)
    picture: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def held_to(self) -> date:
        """The last day that counts today."""
        returned = self.state == "returned"
        instant = moment(self.correction_deadline if returned else self.deadline)
        return (instant - timedelta(microseconds=1)).date()

    @property
    def is_unfiled(self) -> bool:
        return self.state in ("open", "returned")

    @property
    def late(self) -> int:
        first, last = moment(self.first), (moment(self.deadline) - timedelta(microseconds=1)).date()
        return max(0, (first.date() - last).days)


def moment(value: Any) -> datetime:
    """SQLite gives text, PostgreSQL an instant."""
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(HCM)


def day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


ROWS = """
SELECT o.id, o.state, o.deadline, o.correction_deadline, o.first_submitted_at AS first,
  o.submitted_at AS newest, o.unit_id, o.gatherer_id,
  coalesce(o.gatherer_id, o.recipient_id) AS above, oc.deadline AS planned, oc.written, oc.bound,
  oc.safe_day, oc.period, s.position, s.name AS stage, d.title AS duty, d.basis, p.number, p.title, p.slug,
  v.name AS unit, w.name AS superior, x.name AS awaited, m.name AS monitor,
  (SELECT max(version) FROM submission b WHERE b.obligation_id = o.id) AS versions,
  (SELECT document_number FROM submission b WHERE b.obligation_id = o.id ORDER BY version DESC LIMIT 1)
    AS paper,
  (SELECT reason FROM review r WHERE r.obligation_id = o.id AND verdict = 'returned' ORDER BY id DESC LIMIT 1)
    AS reason,
  e.granted, e.asked_deadline, e.old_deadline, e.new_deadline, e.document_number AS decree
FROM obligation o JOIN occurrence oc ON oc.id = o.occurrence_id JOIN stage s ON s.id = oc.stage_id
JOIN duty d ON d.id = s.duty_id JOIN plan p ON p.id = d.plan_id
JOIN unit_version v ON v.unit_id = o.unit_id LEFT JOIN unit_version w ON w.unit_id = v.superior_id
LEFT JOIN unit_version x ON x.unit_id = coalesce(o.gatherer_id, o.recipient_id, v.superior_id)
LEFT JOIN unit n ON n.code = p.monitor LEFT JOIN unit_version m ON m.unit_id = n.id
LEFT JOIN extension e ON e.obligation_id = o.id
WHERE oc.period IN ('2024-03', '2024-Q1')
"""


def read_owed(world: World) -> dict[int, Owed]:
    with reading(world.engine) as session:
        found = {row.id: Owed(row) for row in session.execute(text(ROWS))}
    for each in found.values():
        same = [other for other in found.values() if other.duty == each.duty]
        below = [other for other in same if other.position == each.position - 1 and other.is_unfiled]
        if each.position == 2:
            below = [other for other in below if superior_of(other.unit) == code_of(each, found)]
        each.missing = sorted(other.unit for other in below)
        beside = [o for o in same if (o.position, o.above) == (each.position, each.above)]
        each.picture = (
            sum(o.versions is not None for o in beside),
            len(beside),
            sum(o.versions is not None and o.late > 0 for o in beside),
            sum(o.state == "returned" for o in beside),
            sum(o.state == "open" and moment(o.deadline).date() <= TODAY for o in beside),
        )
    return found


def superior_of(unit: str) -> str:
    return "d2" if " B" in unit else "d1"


def code_of(district: Owed, found: dict[int, Owed]) -> str:
    ids = sorted({each.unit_id for each in found.values() if "huyện" in each.unit})
    return f"d{ids.index(district.unit_id) + 1}" if district.unit_id in ids else ""


def true_statements(o: Owed, kind: NoticeKind, held_up: Iterable[str] = ()) -> set[str]:
    """In Vietnamese, what a mail of this kind may say of the report."""
    said = {
        status(o, kind),
        deadline(o),
        f"{deadline(o)}, {status(o, kind)}",
        f"Tình trạng: {status(o, kind)}",
    }
    said |= {f"Thời hạn: {deadline(o)}", f"Căn cứ: {o.basis}"} if o.basis else {f"Thời hạn: {deadline(o)}"}
    said |= {f"Kế hoạch: {o.number} – {o.title}", f"Đơn vị theo dõi: {o.monitor}"}
    said |= {f"Nơi nhận đang chờ: {o.awaited}", f"Còn chờ cấp dưới: {several(o.missing)}"}
    said |= {f"Đơn vị: {o.unit}", f"Đơn vị: {o.unit} ({o.superior})"}
    said |= {f"{name} đang chờ báo cáo của quý đơn vị" for name in held_up}
    said |= {f"Đơn vị khác đang chờ: {name}" for name in held_up}
    if kind is NoticeKind.HOLDING_UP:
        own = f"{deadline(o)}, {how_far(o)}"
        said |= {
            own,
            f"Thời hạn: {own}",
            *(f"{own}, {name} đang chờ báo cáo của quý đơn vị" for name in held_up),
        }
    if o.state == "returned":
        said.add(f"Lý do trả lại: {o.reason}")
    off = o.held_to if o.held_to.weekday() < 5 else o.held_to - timedelta(days=o.held_to.weekday() - 4)
    if TODAY <= off < o.held_to:
        said.add(f"Lưu ý: Ngày cuối trùng ngày nghỉ: nên nộp trong ngày {d(off)}")
    if o.bound == "before" and o.held_to == day(o.written) and moment(o.deadline) == moment(o.planned):
        said.add(f"Lưu ý: Nên nộp trong ngày {d(o.held_to - timedelta(days=1))}, đúng hạn theo mọi cách hiểu")
    if o.versions is not None:
        said |= set(papers(o))
    if o.granted is not None:
        said |= set(decided(o))
    return said | {
        f"{head}{figures(o)}" for head in ("", f"{o.awaited}: ", f"Tình hình nhánh: {o.awaited}: ")
    }


def figures(o: Owed) -> str:
    filed, expected, late, returned, overdue = o.picture
    odd = [f"{late} muộn"] * bool(late) + [f"{returned} đã trả lại"] * bool(returned)
    some = f" ({', '.join(odd)})" if odd else ""
    return f"đã nhận {filed}/{expected} báo cáo{some}, {overdue} quá hạn chưa nộp"


def several(names: list[str]) -> str:
    more = f" và {len(names) - 5} đơn vị khác" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def d(day: date) -> str:
    return f"{day.day:02}/{day.month if day.month > 2 else f'{day.month:02}'}/{day.year}"


def deadline(o: Owed) -> str:
    instant = moment(o.correction_deadline if o.state == "returned" else o.deadline)
    if instant != moment(o.planned):
        extended = "" if o.state == "returned" else " (đã gia hạn)"
        return f"đến hết ngày {d(o.held_to)}{extended}"
    words = {"before": "trước ngày", "by": "chậm nhất ngày", "in": "đến hết ngày"}[o.bound]
    as_written = f"{words} {d(day(o.written))}"
    if o.bound == "before" and o.held_to == day(o.written):
        return f"{as_written} (kể cả ngày đó)"
    return (
        f"{as_written}, tức hết ngày {d(o.held_to)}"
        if o.bound == "before" and o.held_to >= TODAY
        else as_written
    )


def how_far(o: Owed) -> str:
    left, again = (o.held_to - TODAY).days, o.state == "returned"
    if left < 0:
        return f"quá hạn {'nộp lại ' if again else ''}{-left} ngày"
    return "hôm nay là ngày cuối" if left == 0 else f"còn {left} ngày{' để nộp lại' if again else ''}"


def status(o: Owed, kind: NoticeKind) -> str:
    again, late = (o.versions or 0) > 1, o.late if o.versions else 0
    match kind:
        case NoticeKind.ACCEPTED:
            return "đã tiếp nhận"
        case NoticeKind.DONE:
            return "đã nộp lại" if again else f"đã nộp muộn {late} ngày" if late else "đã nộp"
        case NoticeKind.RECEIPT:
            suffix = " nộp lại" if again else f", muộn {late} ngày" if late else ""
            return f"đã nhận báo cáo{suffix}"
        case NoticeKind.EXTENSION_DECIDED:
            return "được gia hạn" if o.granted else "không được gia hạn"
        case NoticeKind.REVIEWER_REMINDER:
            return f"chờ tiếp nhận {(TODAY - moment(o.newest).date()).days} ngày"
        case NoticeKind.RETURNED:
            return f"bị trả lại, {how_far(o)}"
        case NoticeKind.CHASE:
            return f"đôn đốc, {how_far(o)}"
    return how_far(o)


def papers(o: Owed) -> Iterator[str]:
    newest, first = moment(o.newest), moment(o.first).date()
    number = f", số {o.paper}" if o.paper else ""
    again = f"; lần đầu ngày {d(first)}" if o.versions > 1 else ""
    late = f", muộn {o.late} ngày" if o.late else ""
    yield f"Đã nộp: ngày {d(newest.date())}{number}{again}{late}"
    paper = f", văn bản số {o.paper}" if o.paper else ""
    yield f"Biên nhận: số {o.id}-{o.versions}, lúc {newest:%H:%M} ngày {d(newest.date())}{paper}"
    yield f"Đã nhận của: {o.unit}"


def decided(o: Owed) -> Iterator[str]:
    def last(instant: Any) -> str:
        return d((moment(instant) - timedelta(microseconds=1)).date())

    old = last(o.old_deadline or o.deadline)
    if o.granted:
        granted = f"gia hạn đến hết ngày {last(o.new_deadline)} (hạn cũ: hết ngày {old})"
        yield f"Quyết định: {granted}, văn bản số {o.decree}"
    yield (
        f"Quyết định: không gia hạn đến ngày {last(o.asked_deadline)}; hạn vẫn là hết ngày {old}, "
        f"văn bản số {o.decree}"
    )


# The mail, as its lines with what stands over each.

HEADINGS = {
    "SẮP ĐẾN HẠN": NoticeKind.COMING_DUE,
    "CẦN NỘP HÔM NAY": NoticeKind.LAST_DAY,
    "QUÁ HẠN": NoticeKind.OVERDUE,
    "ĐƠN VỊ KHÁC ĐANG CHỜ": NoticeKind.HOLDING_UP,
    "QUÁ HẠN, CẦN ĐÔN ĐỐC": NoticeKind.ESCALATED,
    "BỊ TRẢ LẠI, CẦN SỬA VÀ NỘP LẠI": NoticeKind.RETURNED,
    "ĐÃ TIẾP NHẬN": NoticeKind.ACCEPTED,
    "QUYẾT ĐỊNH GIA HẠN": NoticeKind.EXTENSION_DECIDED,
    "CHỜ TIẾP NHẬN": NoticeKind.REVIEWER_REMINDER,
    "ĐÃ NỘP XONG": NoticeKind.DONE,
    "ĐÃ NHẬN BÁO CÁO": NoticeKind.RECEIPT,
    "ĐÔN ĐỐC": NoticeKind.CHASE,
    "TUẦN TỚI": NoticeKind.LOOK_AHEAD,
}
SHORT = {
    NoticeKind.COMING_DUE: "sắp đến hạn",
    NoticeKind.LAST_DAY: "cần nộp hôm nay",
    NoticeKind.OVERDUE: "quá hạn",
    NoticeKind.HOLDING_UP: "báo cáo đơn vị khác đang chờ",
    NoticeKind.ESCALATED: "quá hạn cần đôn đốc",
    NoticeKind.RETURNED: "bị trả lại",
    NoticeKind.ACCEPTED: "đã tiếp nhận",
    NoticeKind.EXTENSION_DECIDED: "quyết định gia hạn",
    NoticeKind.REVIEWER_REMINDER: "chờ tiếp nhận",
    NoticeKind.DONE: "đã nộp xong",
    NoticeKind.RECEIPT: "đã nhận",
    NoticeKind.CHASE: "báo cáo được đôn đốc",
}
LINK = re.compile(r"(?:Nộp|Xem): https://x\.example/([ov])/(\d+)/\S+")


@dataclass
class Row:
    """A line of a mail: what it says, and what the headings over it say."""

    kind: NoticeKind
    plan: str
    report: str
    branch: str = ""
    branch_count: int = 0
    unit: str = ""
    said: list[str] = field(default_factory=list)
    id: int = 0
    files: bool = False


def rows_of(mail: str) -> list[Row]:
    """The lines of a mail about several reports."""
    found: list[Row] = []
    kind, plan, report, branch, count = NoticeKind.ALERT, "", "", "", 0
    over: list[str] = []
    figured: list[str] = []
    for line in mail.split("\n--\n")[0].splitlines()[4:]:
        heading = re.fullmatch(r"(\D+) \((\d+)\)", line)
        if heading and heading[1] in HEADINGS:
            kind = HEADINGS[heading[1]]
        elif line and not line.startswith(" "):
            if re.match(r"\d/", line):
                plan = line
            else:
                report, over, branch, figured = line, [], "", []
        elif line.startswith("  * "):
            found.append(Row(kind, plan, report, branch, count, line[4:], [*over, *figured]))
        elif match := LINK.fullmatch(line.strip()):
            found[-1].files, found[-1].id = match[1] == "o", int(match[2])
        elif line.startswith("    "):
            found[-1].said.append(line.strip())
        elif (named := re.fullmatch(r"  (UBND .*) \((\d+)\)", line)) and ": " not in line:
            branch, count, figured = named[1], int(named[2]), []
        elif "đã nhận " in line and "Tình hình" not in line:
            figured = [line.strip()]
        elif line:
            over.append(line.strip())
    return found


class Html(HTMLParser):
    """An HTML mail as lines of text, the address of a link behind its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.href, self.skip = "", "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skip = tag in ("style", "title")
        if tag == "a":
            self.href = dict(attrs)["href"] or ""
        if tag in ("br", "td"):
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.text += f": {self.href}"
        self.skip = False

    def handle_data(self, data: str) -> None:
        if not self.skip:
            self.text += re.sub(r"\s+", " ", data)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


# Who is told what.

AS_OF: dict[NoticeKind, Any] = {
    NoticeKind.COMING_DUE: lambda o: o.state == "open" and o.held_to >= TODAY,
    NoticeKind.LAST_DAY: lambda o: o.state == "open" and o.held_to >= TODAY,
    NoticeKind.LOOK_AHEAD: lambda o: o.state == "open" and o.held_to >= TODAY,
    NoticeKind.OVERDUE: lambda o: o.is_unfiled and o.held_to < TODAY,
    NoticeKind.ESCALATED: lambda o: o.is_unfiled and o.held_to < TODAY,
    NoticeKind.RETURNED: lambda o: o.state == "returned" and o.held_to >= TODAY,
    NoticeKind.CHASE: lambda o: o.is_unfiled,
    NoticeKind.ACCEPTED: lambda o: o.state == "accepted",
    NoticeKind.DONE: lambda o: o.state in ("submitted", "accepted"),
    NoticeKind.RECEIPT: lambda o: o.state in ("submitted", "accepted"),
    NoticeKind.REVIEWER_REMINDER: lambda o: o.state == "submitted",
    NoticeKind.EXTENSION_DECIDED: lambda o: o.granted is not None,
}
OWN = {NoticeKind.OVERDUE, NoticeKind.ACCEPTED, NoticeKind.RECEIPT, NoticeKind.EXTENSION_DECIDED}


def told_of(
    world: World, kinds: Iterable[NoticeKind], language: str = "vi"
) -> tuple[dict[int, Owed], Rendered]:
    owed = read_owed(world)
    told = [
        Item(
            notice_id=id * 100 + number,
            obligation_id=id,
            kind=kind,
            audience=Audience.CLERK if kind in OWN else Audience.MONITOR,
            person=replace(MINH, language=language),
        )
        for number, kind in enumerate(kinds)
        for id, each in owed.items()
        if AS_OF[kind](each)
    ]
    with reading(world.engine) as session:
        items = with_facts(session, told, CALENDAR, TODAY)
    return owed, render(compose(items, CALENDAR, at(NOW), 400), links(NOW))


MIXED = [
    [NoticeKind.ESCALATED],
    [NoticeKind.OVERDUE],
    [NoticeKind.CHASE],
    [NoticeKind.RETURNED, NoticeKind.COMING_DUE],
    [NoticeKind.LAST_DAY],
    [NoticeKind.LOOK_AHEAD],
    [NoticeKind.DONE],
    [NoticeKind.RECEIPT],
    [NoticeKind.REVIEWER_REMINDER],
    [NoticeKind.EXTENSION_DECIDED],
    [NoticeKind.ACCEPTED, NoticeKind.REVIEWER_REMINDER],
    [NoticeKind.ESCALATED, NoticeKind.DONE, NoticeKind.COMING_DUE],
    list(AS_OF),
]
NAMES = ["+".join(kinds) if len(kinds) < 9 else "all" for kinds in MIXED]


@pytest.mark.parametrize("kinds", MIXED, ids=NAMES)
def test_what_stands_over_a_line_or_in_it_is_so(world: World, kinds: list[NoticeKind]) -> None:
    owed, mail = told_of(world, kinds)
    rows = rows_of(mail.text)
    assert rows
    for row in rows:
        each = owed[row.id]
        assert row.unit == each.unit
        assert row.plan == f"{each.number} – {each.title}"
        period = "tháng 3/2024" if each.period == PERIOD else "quý I/2024"
        assert row.report in (f"{each.duty}, {period}", f"{each.duty}, {period}, {each.stage}")
        if row.branch:
            assert row.branch == each.superior
        false = [said for said in row.said if said not in true_statements(each, row.kind)]
        assert (false, row.unit, row.kind) == ([], row.unit, row.kind)


@pytest.mark.sqlite_is_enough  # one mail compared with itself
@pytest.mark.parametrize("kinds", MIXED, ids=NAMES)
def test_the_numbers_are_those_of_the_lines(world: World, kinds: list[NoticeKind]) -> None:
    _, mail = told_of(world, kinds)
    rows = rows_of(mail.text)
    counts = {kind: sum(row.kind is kind for row in rows) for kind in HEADINGS.values()}
    for heading, kind in HEADINGS.items():
        if counts[kind]:
            assert f"\n{heading} ({counts[kind]})\n" in mail.text
            said = f"{counts[kind]} {SHORT[kind]}" if kind in SHORT else f"{counts[kind]} báo cáo đến hạn"
            assert kind is NoticeKind.LOOK_AHEAD or said in mail.subject
    tables = [(row.kind, row.report, tuple(row.said[:1]), row.branch) for row in rows if row.branch]
    for row in rows:
        if row.branch:
            assert row.branch_count <= sum(table[3] == row.branch for table in tables)


def test_two_districts_of_one_name_are_two_branches(world: World) -> None:
    _, mail = told_of(world, [NoticeKind.REVIEWER_REMINDER])
    of = {row.unit: row for row in rows_of(mail.text)}
    counts = {unit: row.branch_count for unit, row in of.items()}
    assert counts == {"UBND xã A4": 2, "UBND xã A5": 2, "UBND xã B2": 1}


def test_stages_with_one_last_day_have_a_table_each(world: World) -> None:
    _, mail = told_of(world, [NoticeKind.ESCALATED])
    assert "Báo cáo tháng, tháng 3/2024, Cấp xã" in mail.text
    assert "Báo cáo tháng, tháng 3/2024, Cấp huyện" in mail.text
    of = {row.id: row for row in rows_of(mail.text)}
    assert all(("Cấp xã" in row.report) == ("xã" in row.unit) for row in of.values() if "UBND" in row.unit)


def test_what_was_returned_does_not_stand_with_what_was_never_filed(world: World) -> None:
    _, mail = told_of(world, [NoticeKind.ESCALATED])
    again = {row.unit for row in rows_of(mail.text) if any("nộp lại" in said for said in row.said)}
    assert again == {"UBND xã A1"}


@pytest.mark.sqlite_is_enough  # one mail compared with itself
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kinds", MIXED, ids=NAMES)
def test_html_says_what_the_text_says(world: World, kinds: list[NoticeKind], language: str) -> None:
    _, mail = told_of(world, kinds, language)
    plain = [line.strip().removeprefix("* ").lower() for line in mail.text.split("\n--\n")[0].splitlines()]
    html = [line.lower() for line in Html(mail.html).lines]
    end = next(i for i, line in enumerate(html) if line.startswith(("mở trang", "open the reports")))
    assert html[:end] == [line for line in plain if line]


@pytest.mark.sqlite_is_enough  # one mail compared with itself
@pytest.mark.parametrize("kinds", MIXED, ids=NAMES)
def test_english_says_it_in_as_many_lines(world: World, kinds: list[NoticeKind]) -> None:
    vi, en = (told_of(world, kinds, language)[1].text for language in ("vi", "en"))
    assert [len(line) - len(line.lstrip()) for line in vi.splitlines()] == [
        len(line) - len(line.lstrip()) for line in en.splitlines()
    ]
    assert re.findall(r"https://\S+", vi) == re.findall(r"https://\S+", en)


@pytest.mark.parametrize("kind", AS_OF)
def test_a_mail_about_one_report_says_only_what_is_so(world: World, kind: NoticeKind) -> None:
    owed = read_owed(world)
    for id, each in owed.items():
        if not AS_OF[kind](each):
            continue
        audience = Audience.CLERK if kind in OWN else Audience.MONITOR
        told = Item(notice_id=id, obligation_id=id, kind=kind, audience=audience, person=MINH)
        with reading(world.engine) as session:
            items = with_facts(session, [told], CALENDAR, TODAY)
        mail = render(compose(items, CALENDAR, at(NOW)), links(NOW))
        true = {said.lower() for said in true_statements(each, kind)}
        standing = status(each, kind)
        said = re.findall(r"^[^:\n]+: .*$", mail.text.split("\n--\n")[0], re.MULTILINE)
        others = [f.lower() for f in said if "https://" not in f and "Đã nhận của" not in f]
        assert [statement for statement in others if statement not in true] == []
        if kind is not NoticeKind.LOOK_AHEAD:
            assert mail.subject.startswith(f"[Đôn đốc] {standing[0].upper()}{standing[1:]}: {each.duty}")
        assert f"\n{standing[0].upper()}{standing[1:]}" in mail.text
        html = [line.lower() for line in Html(mail.html).lines]
        for label, value in (statement.split(": ", 1) for statement in others):
            assert (label, value) in pairwise(html)


def test_the_week_ahead_is_the_week_of_what_it_lists(world: World) -> None:
    owed, mail = told_of(world, [NoticeKind.LOOK_AHEAD])
    week = {TODAY + timedelta(days=number) for number in range(7)}
    assert {owed[row.id].held_to for row in rows_of(mail.text)} <= week
    assert "từ ngày 25/3/2024 đến ngày 31/3/2024" in mail.text
