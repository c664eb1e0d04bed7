"""The year: passes at random times with random trouble, and the story of it for the checker.

`make attack` lives through such years on SQLite and PostgreSQL and prints what the checker found.
"""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import func
from sqlmodel import col, select

from models.database import reading
from models.notice import Mail, Notice
from models.unit import Contact
from models.vocabulary import NoticeState
from tests.conftest import HCM, at
from tests.timeline.harness import CONTACTS, Timeline
from tests.timeline.year.asking import Askers
from tests.timeline.year.life import DAY, People, first_posts, owed_rows
from tests.timeline.year.own_calendar import local_day
from tests.timeline.year.own_figures import UNITS
from tests.timeline.year.restoring import Administrator
from tests.timeline.year.story import Delivered, Edition, Line, Pass, Story
from tests.timeline.year.trouble import (
    COMMITS,
    DEAD,
    WEATHER,
    YearServer,
    forks,
    killed_pass,
    serving,
    two_at_once,
)
from tests.timeline.year.what_is_shown import entries, events

FIRST, LAST = at("2024-01-02 10:00:00"), at("2024-12-31 18:00:00")
MORE = """\
x2,Dung,head,dung@d1.example,vi,2023-01-01,
d2,Dung,clerk,dung@d1.example,vi,2023-01-01,
p,Quang,clerk,quang@p.example,vi,2023-01-01,
"""
"""Dung has three posts in three units: one mail a day all the same."""
LINK = re.compile(r"/[ov]/(\d+)-\d+/\d+/")
HABITS = [5, 30, 60, 120, 240, 360, 480, 720]
"""Minutes between two passes."""


class Year:
    """Lives through it; `story` is what truly happened."""

    def __init__(self, world: Timeline, seed: int, passes_a_day: float = 6) -> None:
        self.world, self.chance = world, random.Random(seed)
        world.load_units(CONTACTS + MORE)
        self.story = Story(posts=first_posts(CONTACTS + MORE))
        self.story.editions.append(Edition(at=at("2024-01-02 09:00:00"), first="2024-01", due=18))
        self.people = People(world, self.story, self.chance, passes_a_day)
        self.administrator = Administrator(world, self.people, self.chance, passes_a_day)
        self.askers = Askers(world, self.people, self.chance, passes_a_day)
        self.server = YearServer()
        self.stretch = 24 * 60 / passes_a_day / (sum(HABITS) / len(HABITS))
        self.context = forks()
        self.bad_until, self.seen = FIRST, 0

    def live(self, last: datetime = LAST) -> Story:
        with serving(self.server, self.world.settings) as settings:
            self.world.settings = settings
            now = FIRST
            while now < last:
                self.people.act_until(now)
                self.people.fill_posts(now)
                self.people.change_the_plan(now)
                self.askers.ask(now)
                self.administrator.look_after(now, self._finish)
                self._fate(now)
                self._pass(now)
                now = self._next(now)
        self._finish(self.story.passes[-1].at)
        return self.story

    def _finish(self, now: datetime) -> None:
        """Write down what database and feeds say at the end of a life."""
        self.story.end, self.story.entries = now, entries(self.world, now)
        self.story.events = [event for unit in UNITS for event in events(self.world, unit, now)]
        self.story.refused = self._marked()
        self.story.owed = owed_rows(self.world)
        self.story.lines = self._lines()

    def _marked(self) -> dict[str, datetime]:
        """Since when an address is written to no more: never without a refusal on an earlier day."""
        query = select(Contact.address, func.min(col(Contact.bounced_at))).where(
            col(Contact.bounced_at).is_not(None)
        )
        with reading(self.world.engine) as session:
            found = session.exec(query.group_by(Contact.address)).all()
        marked = {address: since for address, since in found if since is not None}
        for address, since in marked.items():
            assert local_day(self.server.refused[address]) < local_day(since), address
        return marked

    def _next(self, now: datetime) -> datetime:
        """Mostly a while later; now and then days later."""
        if self.chance.random() < 1 / 180:
            return now + self.chance.randint(1, 9) * DAY
        return now + timedelta(minutes=round(self.chance.choice(HABITS) * self.stretch))

    def _fate(self, now: datetime) -> None:
        """The weather of the mail server; people who leave; addresses that die and are replaced."""
        if now >= self.bad_until:
            self.server.answers = {a: said for a, said in self.server.answers.items() if said == DEAD}
            if self.chance.random() < 1 / 60:
                self.server.answers |= self.chance.choice(WEATHER)
                self.bad_until = now + timedelta(hours=self.chance.randint(1, 60))
        if self.chance.random() < 1 / 150:
            self.people.leave(self._somebody(), now, is_replaced=self.chance.random() < 0.7)
        for address, since in list(self.server.refused.items()):
            if self.chance.random() < 1 / 40 and now > since + DAY:
                self.people.leave(address, now)
        if self.chance.random() < 1 / 300:
            self.server.answers[self._somebody()] = DEAD

    def _somebody(self) -> str:
        return self.chance.choice(sorted({post.address for post in self.story.posts if post.until is None}))

    def _pass(self, now: datetime) -> None:
        kind = self.chance.random()
        weather = bool(set(self.server.answers.values()) - {DEAD})
        planned = sent = certain = True
        self.server.now = now
        if kind < 0.04:
            dead, self.server.answers = self.server.answers, {}
            planned, certain = killed_pass(self.context, self.server, self.world.settings, now, self.chance)
            self.server.answers, sent = dead, False
        elif kind < 0.06:
            killed = self.chance.choice([None, self.chance.randint(0, COMMITS)])
            certain = two_at_once(self.context, self.world.settings, now, killed)
            # One that lives may leave to the dead one what that had claimed.
            self.server.until_all_are_closed()
            sent = certain and not weather
        else:
            sent = self._in_process(now, kind) and not weather
        sent = sent and not self.administrator.is_asked
        certain = certain and self._is_clear()
        self.story.passes.append(Pass(at=now, planned=planned, sent=sent, certain=certain))
        self._collect(now, certain)
        self.people.meet(now)

    def _is_clear(self) -> bool:
        """Whether the server says of each mail whether it has it."""
        return "cut" not in self.server.answers.get("content", "")

    def _in_process(self, now: datetime, kind: float) -> bool:
        if kind < 0.08:
            back = now - self.chance.choice([timedelta(hours=1), DAY])
            self.world.tick(back)
            self.world.send(back)
            self._collect(back, self._is_clear())
        for _ in range(2 if kind < 0.12 else 1):
            self.world.tick(now)
            count = self.world.send(now)
        return not count.stopped

    def _collect(self, now: datetime, certain: bool) -> None:
        for address, mail in self.server.taken[self.seen :]:
            self.story.delivered.append(
                Delivered(
                    at=now,
                    address=address,
                    message_id=str(mail["Message-ID"]),
                    subject=str(mail["Subject"]),
                    obligations=frozenset(map(int, LINK.findall(_text(mail)))),
                    certain=certain,
                )
            )
        self.seen = len(self.server.taken)

    def _lines(self) -> list[Line]:
        """All that went with a mail, or would have."""
        query = select(Notice, Mail.message_id).join(Mail, col(Mail.id) == col(Notice.mail_id))
        with reading(self.world.engine) as session:
            return [
                Line(
                    obligation=row.obligation_id or 0,
                    page=row.deadline_revision,
                    rung=row.rung,
                    repeat=row.repeat,
                    address=row.recipient,
                    kind=row.kind,
                    moment=row.moment.astimezone(HCM),
                    planned_at=row.planned_at.astimezone(HCM),
                    immediate=row.immediate,
                    message_id=message_id,
                    cancelled=row.state == NoticeState.CANCELLED,
                )
                for row, message_id in session.exec(query)
            ]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""
