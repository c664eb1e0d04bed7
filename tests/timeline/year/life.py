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
from tests.conftest import HCM, at
from tests.timeline.harness import CHAIN, Timeline
from tests.timeline.year.own_rules import first_last_day
from tests.timeline.year.story import Edition, Happening, Move, Owed, Post, Story

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EDITIONS = [("2024-05-06", "2024-06", 15), ("2024-09-09", "2024-10", 20)]
"""On a day the text is changed: from that period on due before another day. Once back, once forward."""

Deed = Callable[[Session, datetime], None]


@dataclass(order=True, frozen=True)
class _Due:
    at: datetime
    number: int


class People:
    """Those who owe and those who review, each with habits that the seed gives."""

    def __init__(self, world: Timeline, story: Story, chance: random.Random) -> None:
        self.world, self.story, self.chance = world, story, chance
        self._agenda: list[tuple[_Due, Deed]] = []
        self._numbers, self._known = count(), set[int]()
        self._newcomers = count(1)

    def plan(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._agenda, (_Due(at, next(self._numbers)), deed))

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
                self._decide(owed, now)

    def _decide(self, owed: Owed, now: datetime) -> None:
        chance, last = self.chance, first_last_day(owed, self.story)
        if chance.random() < 0.12:
            self._will_ask(owed, last - chance.randint(0, 6) * DAY, last, now)
        if chance.random() < 0.05:
            self._at(last + chance.randint(-9, 9) * DAY, now, self._closing(owed))
        if chance.random() < 0.08:
            self._at(last + chance.randint(2, 12) * DAY, now, self._chasing(owed))
        habit = chance.random()
        if habit < 0.92:
            late = chance.randint(-9, 0) if habit < 0.5 else chance.randint(1, 28)
            self._at(last + late * DAY, now, self._handing_in(owed))
        else:  # who never files is urged by hand, so that no year is without a chase
            self._at(last + chance.randint(2, 12) * DAY, now, self._chasing(owed))

    def _at(self, day: date, now: datetime, deed: Deed) -> None:
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
            self._at(day, now, self._reviewing(owed))

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
            self._at(now.date() + self.chance.randint(0, 9) * DAY, now, self._handing_in(owed))

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

        self._at(day, now, deed)

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

    def hand_over(self, address: str, now: datetime) -> None:
        """Somebody takes over all posts of an address from tomorrow."""
        day = now.astimezone(HCM).date() + DAY
        newcomer = f"new{next(self._newcomers)}@{address.partition('@')[2]}"
        posts = [post for post in self.story.posts if post.address == address and post.holds(day)]
        rows = "".join(f"{post.unit},Lan,{post.role},{newcomer}\n" for post in posts)
        if not posts or any(post.since >= day for post in posts):
            return
        with writing(self.world.engine) as session:
            for contact in session.exec(select(Contact).where(Contact.address == address)):
                if contact.valid_to is None:
                    contact.valid_to = day
                    session.add(contact)
        self.world.load_units("unit,name,role,address\n" + rows, as_of=f"{day} 00:00:00")
        for post in posts:
            self.story.posts[self.story.posts.index(post)] = replace(post, until=day)
            self.story.posts.append(replace(post, address=newcomer, since=day))

    def change_the_plan(self, now: datetime) -> None:
        """On the days of `EDITIONS`, before the first pass of the day."""
        for day, first, due in EDITIONS:
            moment = at(f"{day} 06:00:00")
            if moment <= now and all(edition.first != first for edition in self.story.editions):
                text = CHAIN.replace("before 18", f"before {due}").encode()
                with writing(self.world.engine) as session:
                    plan = read_plan_bytes(text, "plan.yaml").plan
                    begins = date.fromisoformat(f"{first}-01")
                    load_plan(session, plan, moment, "Alice", begins, HCM)
                self.story.editions.append(Edition(at=moment, first=first, due=due))


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
