"""The one deadline on every surface that states it, for both readings of "before" and each roll.

The table says what is right; each surface is asked in the real way: commands, pages, the API, mails, feeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from calendars.deadline import Deadline
from calendars.zone import midnight
from models.database import reading, writing
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.upkeep import AuditEntry
from models.vocabulary import NoticeKind
from notifications.sample_mail import show_mail
from notifications.send import MAILBOX, send_due
from reporting.audit.words import changed_values
from reporting.chain.stage_counts import stage_periods
from reporting.chain.tables import chain_table, overdue_reports, overdue_table
from reporting.rates.report import rates_of
from reporting.reminders.ladders import load_ladder, shipped_ladder
from tests.cli.conftest import Dondoc
from tests.conftest import HCM, at
from tests.prepared import prepare
from tests.reporting.world import MONTHLY, World
from tests.web.cast import add_contact, api_token, browser, open_accounts
from tests.web.conftest import MovedClock
from web.app import create_app

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """A plan's due rule, reading and roll; the period; and what they come to."""

    rule: str
    before: str
    roll: str
    period: str
    safe: date
    last: date
    words: str
    """As the plan writes it, with what a reader would not expect beside it."""

    @property
    def ends(self) -> str:
        """What is added to plain words: the last day by name."""
        plain = self.words.startswith("trước") and self.words.endswith("2024")
        return f", tức hết ngày {self.last:%d/%m/%Y}" if plain else ""

    def __str__(self) -> str:
        return f"{self.rule} {self.before} {self.roll} {self.period}"


CASES = [
    # 17/10/2024 is a Thursday.
    Case(
        "before 18", "strict", "none", "2024-10", date(2024, 10, 17), date(2024, 10, 17),
        "trước ngày 18/10/2024",
    ),
    Case(
        "before 18", "inclusive", "none", "2024-10", date(2024, 10, 17), date(2024, 10, 18),
        "trước ngày 18/10/2024 (kể cả ngày đó)",
    ),
    # 17/2/2024 is a Saturday, 18/2/2024 a Sunday.
    Case(
        "before 18", "strict", "none", "2024-02", date(2024, 2, 17), date(2024, 2, 17),
        "trước ngày 18/02/2024",
    ),
    Case(
        "before 18", "strict", "preceding", "2024-02", date(2024, 2, 16), date(2024, 2, 16),
        "trước ngày 18/02/2024 (trùng ngày nghỉ, chuyển thành đến hết ngày 16/02/2024)",
    ),
    Case(
        "before 18", "strict", "following", "2024-02", date(2024, 2, 19), date(2024, 2, 19),
        "trước ngày 18/02/2024 (trùng ngày nghỉ, chuyển thành đến hết ngày 19/02/2024)",
    ),
    Case(
        "before 18", "inclusive", "preceding", "2024-02", date(2024, 2, 16), date(2024, 2, 16),
        "trước ngày 18/02/2024 (trùng ngày nghỉ, chuyển thành đến hết ngày 16/02/2024)",
    ),
    # 17/11/2024 is a Sunday, 18/11/2024 a Monday.
    Case(
        "before 18", "inclusive", "preceding", "2024-11", date(2024, 11, 15), date(2024, 11, 18),
        "trước ngày 18/11/2024 (kể cả ngày đó)",
    ),
    Case(
        "before 18", "inclusive", "following", "2024-11", date(2024, 11, 18), date(2024, 11, 18),
        "trước ngày 18/11/2024 (trùng ngày nghỉ, chuyển thành đến hết ngày 18/11/2024)",
    ),
    Case(
        "by 18", "strict", "preceding", "2024-02", date(2024, 2, 16), date(2024, 2, 16),
        "chậm nhất ngày 18/02/2024 (trùng ngày nghỉ, chuyển thành đến hết ngày 16/02/2024)",
    ),
    Case(
        "by 18", "inclusive", "following", "2024-02", date(2024, 2, 19), date(2024, 2, 19),
        "chậm nhất ngày 18/02/2024 (trùng ngày nghỉ, chuyển thành đến hết ngày 19/02/2024)",
    ),
]  # fmt: skip


FEW = [CASES[0], CASES[1], CASES[3]]
"""Strict, inclusive, rolled back."""


@dataclass
class Surfaces:
    """One commune's report in a province that runs, and all that says its deadline."""

    case: Case
    world: World
    dondoc: Dondoc
    client: TestClient
    clock: MovedClock

    @property
    def engine(self) -> Engine:
        return self.world.engine

    @property
    def id(self) -> int:
        return self.world.one("x1", self.case.period).id

    def page(self, who: str, address: str, when: datetime) -> str:
        self.clock.now = when
        someone = browser(self.client.app, self.engine, self.world.settings, who, f"{when:%Y-%m-%d %H:%M}")  # type: ignore[arg-type]
        with someone.client as client:
            answer = client.get(address)
        assert answer.status_code == 200, answer.text
        text = re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2])
        return " ".join(text.split())


def read_mail(session: Session, settings: Settings, kind: NoticeKind, now: datetime, id: int) -> list[str]:
    """Subject, text and HTML without its marks, and the whole message."""
    words, _ = show_mail(session, settings, kind, "vi", now, obligation_id=id)
    html = " ".join(re.sub(r"<[^>]*>", " ", words.html.partition("</style>")[2]).split())
    return [words.subject, " ".join(words.text.split()), html]


@pytest.fixture(params=CASES, ids=str)
def surfaces(
    request: pytest.FixtureRequest, world: World, settings: Settings, engine: Engine, dondoc: Dondoc
) -> Iterator[Surfaces]:
    case: Case = request.param
    plan = MONTHLY.replace("before 18", case.rule).replace("duties:", "monitor: so\nduties:", 1)

    def begin() -> None:
        with writing(engine) as session:
            load_ladder(session, shipped_ladder(), at("2023-01-01 00:00"))
        world.plan(f"before: {case.before}\nroll: {case.roll}\n{plan}")
        add_contact(engine, "x1", "alice@x1.example")
        open_accounts(engine)
        world.tick("2024-01-02 08:00")

    prepare(engine, f"a province with {case.rule} {case.before} {case.roll}", begin)
    clock = MovedClock(at("2024-01-02 09:00"))
    app = create_app(settings, engine, clock)
    client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    yield Surfaces(case, world, dondoc, client, clock)
    app.state.feeds.close()


def nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=HCM)


def test_every_surface_says_the_day_that_holds(surfaces: Surfaces) -> None:
    case, world = surfaces.case, surfaces.world
    row = world.one("x1", case.period)
    assert row.deadline == midnight(case.last + ONE_DAY, HCM)
    assert (row.safe_day, row.last_day) == (case.safe, case.last)
    for day in sorted({case.safe, case.last}):
        _command_line(surfaces, day)
        _api(surfaces, day)
        _pages(surfaces, day)
        _mails(surfaces, day)
    _plan_views(surfaces)
    _feed(surfaces)


def left(case: Case, day: date) -> str:
    days = (case.last - day).days
    return f"còn {days} ngày" if days else "hôm nay là ngày cuối"


def _command_line(surfaces: Surfaces, day: date) -> None:
    case, dondoc = surfaces.case, surfaces.dondoc
    when = f"{day}T09:00"
    (row,) = dondoc("due", "--unit", "x1", "--period", case.period, "--at", when, "--json").json
    assert (row["safe_day"], row["last_day"]) == (str(case.safe), str(case.last))
    assert row["timeliness"] == ("last day" if day == case.last else "due soon")
    table = " ".join(
        dondoc("--lang", "vi", "due", "--unit", "x1", "--period", case.period, "--at", when).out.split()
    )
    assert f"{case.last:%d/%m/%Y}" in table
    assert ("ngày cuối" in table.partition("tình trạng")[2]) == (day == case.last), table
    chain = dondoc("--lang", "vi", "chain", "simple", "monthly", case.period, "--at", when).out
    assert f"ngày cuối {case.last:%d/%m/%Y}" in chain
    start = case.safe - timedelta(days=10)
    preview = dondoc("preview", "--from", start, "--to", case.last, "--json").json
    told = [each for each in preview if each["obligation_id"] == surfaces.id and each["kind"] != "look-ahead"]
    assert told
    assert all(f"hạn hết ngày {case.last:%d/%m/%Y}" in each["why"] for each in told)


def _api(surfaces: Surfaces, day: date) -> None:
    case = surfaces.case
    surfaces.clock.now = nine(day)
    token = api_token(surfaces.engine, "dave", f"{day} 09:00")
    headers = {"Authorization": f"Bearer {token}"}
    row = surfaces.client.get(f"/api/v1/obligations/{surfaces.id}", headers=headers).json()
    assert (row["safe_day"], row["last_day"]) == (str(case.safe), str(case.last))
    assert row["timeliness"] == ("last day" if day == case.last else "due soon")


def _pages(surfaces: Surfaces, day: date) -> None:
    case, now, last = surfaces.case, nine(day), f"{surfaces.case.last:%d/%m/%Y}"
    days = (case.last - day).days
    page = surfaces.page("alice", f"/obligations/{surfaces.id}", now)
    words = case.words.replace("trước ngày", "before").replace("chậm nhất ngày", "by")
    words = words.replace("kể cả ngày đó", "that day included")
    words = words.replace("trùng ngày nghỉ, chuyển thành đến hết ngày", "a day off: moved to the end of")
    assert f"Due: {words}" in page
    assert (f", that is by the end of {last}" in page) == bool(case.ends)
    assert ("today is the last day" in page) == (days == 0)
    assert (f"in {days} day" in page) == (days > 0)
    assert f"by the end of {last}" in surfaces.page("alice", "/mine", now)
    assert f"due {last}" in surfaces.page("alice", "/year?year=2024", now)
    board = surfaces.page("dave", "/board?table=coming", now)
    assert re.search(rf"{last}\s+{days}\s", board), board
    assert f"last day {last}" in surfaces.page(
        "dave", f"/plans/simple/chain?duty=monthly&period={case.period}", now
    )


def _mails(surfaces: Surfaces, day: date) -> None:
    case, now = surfaces.case, nine(day)
    told = left(case, day)
    for kind in (NoticeKind.COMING_DUE, NoticeKind.LAST_DAY, NoticeKind.CHASE, NoticeKind.LOOK_AHEAD):
        with reading(surfaces.engine) as session:
            subject, text, html = read_mail(session, surfaces.world.settings, kind, now, surfaces.id)
        assert kind is NoticeKind.LOOK_AHEAD or told in subject.lower()
        assert f"Thời hạn: {case.words}{case.ends}" in text
        assert f"Thời hạn {case.words}{case.ends}" in html
        assert told in text.lower()
        assert told in html.lower()
        days = {date(int(y), int(m), int(d)) for d, m, y in re.findall(r"(\d\d)/(\d\d)/(\d{4})", subject)}
        assert days <= {day, day + timedelta(days=6)}


def _plan_views(surfaces: Surfaces) -> None:
    case = surfaces.case
    outline = surfaces.dondoc("plan", "show", "simple", "--at", f"{case.safe}T09:00", "--json").json
    coming = outline["duties"][0]["chain"][0]["next"][0]
    assert (coming["safe_day"], coming["last_day"]) == (str(case.safe), str(case.last))
    assert coming["words"] == case.words
    with reading(surfaces.engine) as session:
        plan = session.scalars(select(Plan)).one()
        now = midnight(case.last + ONE_DAY, HCM)
        rows = stage_periods(session, plan, now)
        chain = [row for row in rows if row.period == case.period]
        table = overdue_table(overdue_reports(session, plan, now, rows, most=99), "/{id}", now, HCM, "vi")
    assert f"{case.last:%d/%m/%Y}" in str(chain_table(tuple(chain), HCM, "vi"))
    (line,) = [each for each in table.splitlines() if f"(/{surfaces.id})" in each]
    assert f"| {case.last:%d/%m/%Y} | 1 ngày |" in line


def _feed(surfaces: Surfaces) -> None:
    """The event lies on the safe day; its words are the mail's."""
    case = surfaces.case
    made = surfaces.dondoc("feed", "new", "--unit", "x1", "--at", "2024-01-02T09:00", "--json").json
    surfaces.clock.now = nine(case.safe)
    answer = surfaces.client.get("/ical/" + made["url"].partition("/ical/")[2])
    events = answer.text.replace("\r\n ", "").split("BEGIN:VEVENT")
    (event,) = [each for each in events if f"/obligations/{surfaces.id}\r\n" in each]
    assert f"DTSTART;VALUE=DATE:{case.safe:%Y%m%d}" in event
    assert f"Thời hạn: {case.words}\\n".replace(",", "\\,") in event


def test_the_mail_that_goes_out_and_its_calendar_entry_agree(surfaces: Surfaces) -> None:
    case, world = surfaces.case, surfaces.world
    for month in range(1, int(case.period[5:])):  # what is overdue would stand in the same mail
        world.close("x1", f"2024-{month:02}", "2024-01-02 09:00")
    for ago in range(20, 2, -1):
        now = nine(case.safe - timedelta(days=ago))
        world.tick(f"{now:%Y-%m-%d %H:%M}")
        send_due(surfaces.engine, world.settings, now)
    texts, entries = [], []
    for path in sorted((world.settings.home / MAILBOX).glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=SMTP)
        body = mail.get_body(("plain",))
        assert body is not None
        if case.words.split(" (")[0] in (text := " ".join(body.get_content().split())):
            texts.append(text)
            entries += [part.get_content() for part in mail.iter_attachments()]
    assert texts
    assert all(f"{case.words}{case.ends}" in text for text in texts), texts
    assert entries
    for entry in entries:
        text = (entry if isinstance(entry, str) else entry.decode()).replace("\r\n ", "")
        assert f"DTSTART;VALUE=DATE:{case.safe:%Y%m%d}" in text


@pytest.mark.parametrize("surfaces", FEW, indirect=True, ids=str)
@pytest.mark.parametrize(("minutes", "late"), [(-1, 0), (0, 1)])
def test_late_is_the_same_for_pages_rates_mails_and_feeds(
    surfaces: Surfaces, minutes: int, late: int
) -> None:
    case, world = surfaces.case, surfaces.world
    filed = midnight(case.last + ONE_DAY, HCM).astimezone(HCM) + timedelta(minutes=minutes)
    world.submit("x1", case.period, f"{filed:%Y-%m-%d %H:%M}")
    later = filed + timedelta(hours=1)
    row = world.one("x1", case.period, f"{later:%Y-%m-%d %H:%M}")
    assert row.timeliness == ("late" if late else "on time")
    tally = world.rates(f"{later:%Y-%m-%d %H:%M}", unit="x1", period=case.period).total
    assert (tally.on_time, tally.late, tally.rates()["median_days_late"]) == (
        1 - bool(late),
        bool(late),
        late or None,
    )
    with reading(surfaces.engine) as session:
        counted = rates_of(session, [col(Obligation.id) == row.id], later).total
        assert counted.days_late == ({late: 1} if late else {})
        _, text, _ = read_mail(session, world.settings, NoticeKind.RECEIPT, later, row.id)
    assert (f"muộn {late} ngày" in text) == bool(late)
    assert "Thời hạn: " + case.words in text
    page = surfaces.page("alice", f"/obligations/{row.id}", later)
    assert (f"late by {late} day" in page) == bool(late)


@pytest.mark.parametrize("surfaces", FEW, indirect=True, ids=str)
def test_an_extension_is_said_by_its_last_day_everywhere(surfaces: Surfaces) -> None:
    case, world = surfaces.case, surfaces.world
    new = case.last + timedelta(days=4)
    world.extend("x1", case.period, str(new), f"{case.safe - timedelta(days=2)} 09:00")
    now = nine(case.safe)
    row = world.one("x1", case.period, f"{case.safe} 09:00")
    assert (row.safe_day, row.last_day) == (new, new)
    with reading(surfaces.engine) as session:
        _, decided, _ = read_mail(session, world.settings, NoticeKind.EXTENSION_DECIDED, now, row.id)
        _, coming, _ = read_mail(session, world.settings, NoticeKind.COMING_DUE, now, row.id)
        entry = session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "grant-extension")).one()
        changed = {each.name: (each.before, each.after) for each in changed_values(entry, "vi", HCM)}
    assert f"gia hạn đến hết ngày {new:%d/%m/%Y} (hạn cũ: hết ngày {case.last:%d/%m/%Y})" in decided
    assert f"Thời hạn: đến hết ngày {new:%d/%m/%Y} (đã gia hạn)" in coming
    assert f"còn {(new - case.safe).days} ngày" in coming.lower()
    assert changed["ngày cuối"] == (f"{case.last:%d/%m/%Y}", f"{new:%d/%m/%Y}")
    assert Deadline(row.deadline or now, HCM).last_day == new
