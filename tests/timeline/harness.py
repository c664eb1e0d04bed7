"""A small province whose clock the test moves: real plan, real tick, real SMTP server, real files.

Every pass says which mails it expects, as (address, words of the subject); any other mail, or one that is
missing, fails the test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import col, select

from calendars.zone import HCM
from models.database import reading, writing
from models.ladder_file import LadderFile, read_ladder
from models.notice import Notice
from models.obligation import Obligation, Occurrence
from models.settings import Settings
from models.unit import Unit
from notifications.send import MAILBOX, SendingCount, send_due
from reporting.engine import TickCount, tick
from reporting.moves.submit import ReportFiling, submit
from reporting.plans.loading import load_plan
from reporting.plans.reading import read_plan
from reporting.reminders.ladders import load_ladder, shipped_ladder
from reporting.units.files import read_unit_files
from reporting.units.loading import load_units
from tests.conftest import at
from tests.prepared import prepare

UNITS = """\
code,name,level,kind,superior,groups
p,UBND tỉnh Một,province,tinh,,
so,Sở Kế hoạch,district,so-nganh,p,
d1,UBND huyện Một,district,huyen,p,
d2,UBND huyện Hai,district,huyen,p,
x1,UBND xã Một,grassroots,xa,d1,
x2,UBND xã Hai,grassroots,xa,d1,
"""
CONTACTS = """\
unit,name,role,address,language,valid_from,valid_to
x1,Alice,clerk,alice@x1.example,vi,2023-01-01,
x1,Bob,head,bob@x1.example,vi,2023-01-01,
x2,Charlie,clerk,charlie@x2.example,en,2023-01-01,
d1,Dung,clerk,dung@d1.example,vi,2023-01-01,
d1,Hoa,head,hoa@d1.example,vi,2023-01-01,
d2,Eve,clerk,eve@d2.example,vi,2023-01-01,
d2,Frank,head,frank@d2.example,vi,2023-01-01,
so,Minh,monitor,minh@so.example,vi,2023-01-01,
p,Phuc,head,phuc@p.example,vi,2023-01-01,
"""
DISTRICTS = """\
slug: thang
number: 01/KH
title: Kế hoạch một
issuer: UBND tỉnh Một
issued_on: 2024-01-02
in_force: {from: 2024-01-01, to: 2024-12-31}
monitor: so
duties:
  - id: monthly
    title: Báo cáo tháng
    basis: IV.1
    every: month
    chain:
      - {from: {level: district, kinds: [huyen]}, due: before 18}
"""
CHAIN = DISTRICTS.replace("chain:\n", "chain:\n      - {from: {level: grassroots}, lead: 3wd}\n")

FILERS_CLOCK = shipped_ladder().model_copy(update={"review": ()})
"""The shipped ladder without its reviewer's clock, so that a report handed in is quiet."""

Mails = list[tuple[str, str]]


class Timeline:
    """The province, and the mails that have come out of it."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        folder: Path,
        *,
        plan: str = DISTRICTS,
        ladder: LadderFile | None = None,
    ) -> None:
        self.engine, self.settings, self.folder = engine, settings, folder
        self.seen: set[str] = set()
        self.newest: list[EmailMessage] = []
        self._begun_with = f"{plan}{(ladder or FILERS_CLOCK).model_dump_json()}"

        def begin() -> None:
            with writing(engine) as session:
                load_ladder(session, ladder or FILERS_CLOCK, at("2023-01-01 00:00:00"))
            self.load_units(UNITS, CONTACTS)
            self.load_plan(plan, "2024-01-02 09:00:00")

        self.prepare("begun", begin)

    def prepare(self, name: str, build: Callable[[], object]) -> None:
        """What many tests do first, in a province of which nothing else is known; see `tests.prepared`."""
        prepare(self.engine, f"{name}: {self._begun_with}", build)

    def load_units(self, *texts: str, as_of: str = "2023-01-01 00:00:00") -> None:
        rows = read_unit_files([self._file(text, f"{i}.csv") for i, text in enumerate(texts)])
        with writing(self.engine) as session:
            load_units(session, rows, at(as_of).date(), at(as_of), "Alice")

    def load_plan(self, text: str, when: str) -> None:
        plan = read_plan(self._file(text, "plan.yaml"))
        with writing(self.engine) as session:
            load_plan(session, plan, at(when), "Alice", at(when).date())

    def load_ladder(self, text: str, when: str) -> bool:
        with writing(self.engine) as session:
            return load_ladder(session, read_ladder(text, "ladder.yaml"), at(when))

    def two_reminders_wait(self) -> None:
        """For the clerks of both districts, on the morning of 5 February 2024; January is through."""
        self.tick("2024-01-03 09:00:00")
        for unit in ("d1", "d2"):
            self.file(unit, "2024-01-04 09:00:00", period="2024-01")
        self.tick("2024-02-05 08:00:00")

    def _file(self, text: str, name: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def tick(self, when: str | datetime) -> TickCount:
        with writing(self.engine) as session:
            return tick(session, self.settings, _instant(when))

    def send(self, when: str | datetime) -> SendingCount:
        return send_due(self.engine, self.settings, _instant(when))

    def pass_at(self, when: str | datetime, *expected: tuple[str, str]) -> SendingCount:
        """A tick and the sender; exactly the expected mails come, in any order."""
        self.tick(when)
        count = self.send(when)
        self.expect(*expected, when=when)
        return count

    def expect(self, *expected: tuple[str, str], when: object = "") -> None:
        self.newest = self.collect()
        came = sorted((str(mail["To"].addresses[0].addr_spec), str(mail["Subject"])) for mail in self.newest)
        assert [address for address, _ in came] == sorted(address for address, _ in expected), (when, came)
        for (_, subject), (_, words) in zip(came, sorted(expected), strict=True):
            assert words in subject, (when, subject)

    def nothing_until(self, start: str, end: str, every: timedelta = timedelta(hours=1)) -> None:
        """Passes from `start` until before `end`, none of which may mail anybody. On PostgreSQL, where each
        costs more and plans the same, only a third of them."""
        moment, every = at(start), every * (1 if self.engine.dialect.name == "sqlite" else 3)
        while moment < at(end):
            self.pass_at(moment)
            moment += every

    def collect(self) -> list[EmailMessage]:
        paths = sorted((self.settings.home / MAILBOX).glob("*.eml"))
        new = [path for path in paths if path.name not in self.seen]
        self.seen |= {path.name for path in new}
        return [message_from_bytes(path.read_bytes(), policy=SMTP) for path in new]

    def text(self, address: str | None = None) -> str:
        """The plain text of the newest mail, or of the newest to an address."""
        mails = [m for m in self.newest if address in (None, m["To"].addresses[0].addr_spec)]
        body = mails[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def obligation(self, unit: str, period: str = "2024-02") -> int:
        query = (
            select(Obligation.id)
            .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
            .join(Unit, col(Unit.id) == col(Obligation.unit_id))
            .where(Unit.code == unit, Occurrence.period == period)
        )
        with reading(self.engine) as session:
            return session.exec(query).one() or 0

    def file(self, unit: str, when: str, period: str = "2024-02") -> int:
        id = self.obligation(unit, period)
        with writing(self.engine) as session:
            submit(session, self.settings, id, ReportFiling(document_number="1/BC"), at(when), "Alice")
        return id

    def ledger(self, obligation_id: int) -> list[tuple[str, int, str, str]]:
        """(rung, repeat, state, recipient) in the order written."""
        query = select(Notice).where(Notice.obligation_id == obligation_id).order_by(col(Notice.id))
        with reading(self.engine) as session:
            return [(n.rung, n.repeat, n.state, n.recipient) for n in session.exec(query)]


def _instant(when: str | datetime) -> datetime:
    return at(when) if isinstance(when, str) else when.astimezone(HCM)
