"""A year lived through: people who file early, late or never, and a program that meets every kind of trouble.

Reports are handed in, accepted, returned, extended, waived, chased; posts change hands; the plan's text is
changed, and with it the deadline for all. What people do between two passes happens at its own instant. All
chance comes from one seed.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count

from sqlmodel import Session, col, select

from models.database import reading, writing
from models.errors import DondocError
from models.obligation import Obligation, Occurrence
from models.unit import Contact, Unit
from models.vocabulary import Lifecycle
from reporting.moves.chase import Chaser, chase
from reporting.moves.close import close
from reporting.moves.extend import decide_extension, request_extension
from reporting.moves.review import accept, return_for_correction
from reporting.moves.submit import ReportFiling, submit
from reporting.obligations.filters import Selection
from reporting.plans.loading import load_plan
from reporting.plans.reading import read_plan_bytes
from reporting.special_days import working_days
from tests.conftest import HCM
from tests.timeline.harness import CHAIN, Timeline
from tests.timeline.year.own_rules import first_last_day, is_asked
from tests.timeline.year.story import Edition, Happening, Move, Owed, Post, Story

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RELOADS_A_YEAR = 8

Deed = Callable[[Session, datetime], None]


@dataclass(frozen=True)
class Memory:
    """What people have in mind at an instant."""

    agenda: list[tuple[_Due, Deed]]
    known: set[int]
    vacant: list[tuple[datetime, list[Post]]]


@dataclass(order=True, frozen=True)
class _Due:
    at: datetime
    number: int


class People:
    """Those who owe and those who review, each with habits that the seed gives."""

    def __init__(self, world: Timeline, story: Story, chance: random.Random, passes_a_day: float) -> None:
        self.world, self.story, self.chance = world, story, chance
        self._agenda: list[tuple[_Due, Deed]] = []
        self._numbers, self._known = count(), set[int]()
        self._newcomers = count(1)
        self._vacant: list[tuple[datetime, list[Post]]] = []
        self.reloads = RELOADS_A_YEAR / 365 / passes_a_day

    def plan(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._agenda, (_Due(at, next(self._numbers)), deed))

    def memory(self) -> Memory:
        return Memory([*self._agenda], {*self._known}, [*self._vacant])

    def remember(self, memory: Memory, now: datetime) -> None:
        """What was done since is to be done again, in the hours that follow."""
        self._known, self._vacant, self._agenda = {*memory.known}, [*memory.vacant], []
        for due, deed in memory.agenda:
            later = now + timedelta(minutes=self.chance.randint(1, 40 * 60), seconds=17)
            self.plan(due.at if due.at > now else later, deed)

    def act_until(self, now: datetime) -> None:
        """What is on the agenda by then, each at its own instant; what is refused by the rules is no deed."""
        while self._agenda and self._agenda[0][0].at <= now:
            due, deed = heapq.heappop(self._agenda)
            before = len(self.story.happenings)
            try:
                with writing(self.world.engine) as session:
                    deed(session, due.at)
            except DondocError:
                del self.story.happenings[before:]

    def meet(self, now: datetime) -> None:
        """Learn of reports that were opened or replaced, and make up one's mind about the new ones."""
        self.story.owed[:] = owed_rows(self.world)
        for owed in self.story.owed:
            if owed.id not in self._known and owed.replaced_at is None:
                self._known.add(owed.id)
                if is_asked(owed):
                    self._tell(owed, Move.ASKED, owed.opened_at)
                self._decide(owed, now)

    def _decide(self, owed: Owed, now: datetime) -> None:
        chance, last = self.chance, first_last_day(owed, self.story)
        if chance.random() < 0.12:
            self._will_ask(owed, last - chance.randint(0, 6) * DAY, last, now)
        if chance.random() < 0.05:
            self.at_some_hour(last + chance.randint(-9, 9) * DAY, now, self._closing(owed))
        if chance.random() < 0.08:
            self.at_some_hour(last + chance.randint(2, 12) * DAY, now, self._chasing(owed))
        habit = chance.random()
        if habit < 0.92:
            late = chance.randint(-9, 0) if habit < 0.5 else chance.randint(1, 28)
            self.at_some_hour(last + late * DAY, now, self._handing_in(owed))
        else:  # who never files is urged by hand, so that no year is without a chase
            self.at_some_hour(last + chance.randint(2, 12) * DAY, now, self._chasing(owed))

    def at_some_hour(self, day: date, now: datetime, deed: Deed) -> None:
        """At some minute of office hours, never at a round one: passes come at those."""
        minute = self.chance.randint(0, 9 * 60 - 1)
        moment = datetime(day.year, day.month, day.day, 8, 0, 17, tzinfo=HCM) + timedelta(minutes=minute)
        self.plan(max(moment, now + HOUR), deed)

    def _tell(self, owed: Owed, move: Move, now: datetime, day: date | None = None) -> None:
        self.story.happenings.append(Happening(at=now, obligation=owed.id, move=move, day=day))

    def _handing_in(self, owed: Owed) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            self._tell(owed, Move.SUBMITTED, now)
            report, settings = ReportFiling(document_number="1/BC"), self.world.settings
            submit(session, settings, owed.id, report, now, "Alice", ahead=True, receipt=True)
            day = now.astimezone(HCM).date() + self.chance.randint(1, 18) * DAY
            self.at_some_hour(day, now, self._reviewing(owed))

        return deed

    def _reviewing(self, owed: Owed) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            if self.chance.random() < 0.7:
                self._tell(owed, Move.ACCEPTED, now)
                accept(session, owed.id, now, "Phuc")
                return
            self._tell(owed, Move.RETURNED, now)
            days = working_days(session)
            return_for_correction(session, self.world.settings, days, owed.id, "thiếu biểu", now, "Phuc")
            self.at_some_hour(now.date() + self.chance.randint(0, 9) * DAY, now, self._handing_in(owed))

        return deed

    def _will_ask(self, owed: Owed, day: date, last: date, now: datetime) -> None:
        def deed(session: Session, now: datetime) -> None:
            wanted = max(last, now.date()) + self.chance.randint(3, 12) * DAY
            granted = self.chance.random() < 0.7
            self._tell(owed, Move.EXTENDED if granted else Move.REFUSED, now + HOUR, wanted)
            request_extension(session, owed.id, wanted, "chờ số liệu", now, "Dung", HCM)
            decide_extension(session, owed.id, granted, now + HOUR, "Phuc")
            if granted and self.chance.random() < 0.4:
                self._will_ask(owed, wanted - DAY, wanted, now + DAY)

        self.at_some_hour(day, now, deed)

    def _closing(self, owed: Owed) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            self._tell(owed, Move.CLOSED, now)
            close(session, owed.id, Lifecycle.WAIVED, "không phải nộp", now, "Phuc")

        return deed

    def _chasing(self, owed: Owed) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            self._tell(owed, Move.CHASED, now)
            words = f"Đề nghị gửi báo cáo {owed.id}"
            chase(session, self.world.settings, Selection(obligation=owed.id), words, now, Chaser("Minh"))

        return deed

    def leave(self, address: str, now: datetime, *, is_replaced: bool = True) -> None:
        """Somebody leaves all posts from tomorrow: to a newcomer, or for weeks to nobody."""
        day = now.astimezone(HCM).date() + DAY
        posts = [post for post in self.story.posts if post.address == address and post.holds(day)]
        if not posts or any(post.since >= day for post in posts):
            return
        with writing(self.world.engine) as session:
            for contact in session.exec(select(Contact).where(Contact.address == address)):
                if contact.valid_to is None:
                    contact.valid_to = day
                    session.add(contact)
        left = [replace(post, until=day) for post in posts]
        self.story.posts[:] = [post for post in self.story.posts if post not in posts] + left
        if is_replaced:
            self._appoint(left, day)
        else:
            self._vacant.append((now + self.chance.randint(5, 40) * DAY, left))

    def fill_posts(self, now: datetime) -> None:
        """Somebody comes at last, from tomorrow on."""
        for vacancy in [each for each in self._vacant if each[0] <= now]:
            self._vacant.remove(vacancy)
            self._appoint(vacancy[1], now.astimezone(HCM).date() + DAY)

    def _appoint(self, posts: list[Post], day: date) -> None:
        newcomer = f"new{next(self._newcomers)}@{posts[0].address.partition('@')[2]}"
        rows = "".join(f"{post.unit},Lan,{post.role},{newcomer}\n" for post in posts)
        self.world.load_units("unit,name,role,address\n" + rows, as_of=f"{day} 00:00:00")
        self.story.posts += [replace(post, address=newcomer, since=day, until=None) for post in posts]

    def change_the_plan(self, now: datetime) -> None:
        """Now and then load the plan again: as it is, or from a later month on due before another day."""
        if self.chance.random() > self.reloads:
            return
        last = self.story.editions[-1]
        first = f"2024-{now.astimezone(HCM).month + self.chance.randint(1, 2):02}"
        if self.chance.random() < 0.3 or not last.first < first <= "2024-12":
            edition = replace(last, at=now)
        else:
            edition = Edition(at=now, first=first, due=self.chance.randint(10, 22))
        text = CHAIN.replace("before 18", f"before {edition.due}").encode()
        with writing(self.world.engine) as session:
            plan = read_plan_bytes(text, "plan.yaml").plan
            load_plan(session, plan, now, "Alice", date.fromisoformat(f"{edition.first}-01"), HCM)
        if edition.due != last.due:
            self.story.editions.append(edition)


def owed_rows(world: Timeline) -> list[Owed]:
    """What reports there are: unit, period, when opened and when the plan's change took them back."""
    query = (
        select(Obligation, Unit.code, Occurrence.period, Occurrence.replaced_at)
        .join(Occurrence, col(Occurrence.id) == col(Obligation.occurrence_id))
        .join(Unit, col(Unit.id) == col(Obligation.unit_id))
        .order_by(col(Obligation.id))
    )
    with reading(world.engine) as session:
        return [
            Owed(
                id=row.id,
                unit=code,
                period=period,
                opened_at=row.opened_at,
                replaced_at=replaced if row.state == Lifecycle.CANCELLED else None,
            )
            for row, code, period, replaced in session.exec(query)
        ]


def first_posts(contacts: str) -> list[Post]:
    """Those of the contact file with which the year begins."""
    rows = [line.split(",") for line in contacts.splitlines()[1:]]
    return [Post(unit=row[0], role=row[2], address=row[3], since=date.fromisoformat(row[5])) for row in rows]
