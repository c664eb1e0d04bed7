"""Requests that somebody makes and withdraws, and events that happen, of a plan that asks nothing else."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlmodel import Session

from reporting.asking.happenings import EventDraft, say_event
from reporting.asking.requests import RequestDraft, make_request, withdraw_request
from reporting.asking.whom import Whom
from tests.timeline.harness import DISTRICTS, Timeline
from tests.timeline.year.life import DAY, HOUR, Deed, People
from tests.timeline.year.own_calendar import local_day, working_days_after
from tests.timeline.year.own_figures import figures
from tests.timeline.year.story import Asked, Happening, Move

URGENT = (
    DISTRICTS.partition("duties:")[0].replace("slug: thang", "slug: hoi")
    + """duties:
  - id: urgent
    title: Báo cáo nhanh
    every: on-demand
    chain: [{from: {level: district, kinds: [huyen]}}]
  - id: flood
    title: Báo cáo lũ
    every: on-demand
    event: {id: flood, title: Khi có thiên tai}
    chain: [{from: {level: district, kinds: [huyen]}, due: within 5wd of flood}]
"""
)
ASKED_A_YEAR = 20
WHOM = [("d1",), ("d2",), ("d1", "d2")]


class Askers:
    """Who asks, and who says what has happened."""

    def __init__(self, world: Timeline, people: People, chance: random.Random, passes_a_day: float) -> None:
        world.load_plan(URGENT, "2024-01-02 09:00:00")
        self.world, self.people, self.chance = world, people, chance
        self.often = ASKED_A_YEAR / 365 / passes_a_day

    def ask(self, now: datetime) -> None:
        """Now and then, within office hours after this pass."""
        if self.chance.random() < self.often:
            deed = self.chance.choice([self._request, self._event])
            self.people.at_some_hour(local_day(now), now, deed(Whom(units=self.chance.choice(WHOM))))

    def _request(self, whom: Whom) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            day = local_day(now) + self.chance.randint(3, 25) * DAY
            wish = RequestDraft(plan="hoi", duty="urgent", due=f"by {day:%d/%m/%Y}", whom=whom)
            made = make_request(session, self.world.settings, wish, now, "Minh")
            asked = Asked(at=now, mark=f"req-{made.request.id}-", last_day=day)
            self.people.story.asked.append(asked)
            if self.chance.random() < 0.4:
                later = local_day(now) + self.chance.randint(0, 12) * DAY
                self.people.at_some_hour(later, now, self._withdrawal(made.request.id, asked))

        return deed

    def _withdrawal(self, number: int, asked: Asked) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            story = self.people.story
            reports = [owed for owed in story.owed if owed.period.startswith(asked.mark)]
            for owed in reports:
                if figures(owed, story).state in ("open", "returned"):
                    story.happenings.append(Happening(at=now, obligation=owed.id, move=Move.CANCELLED))
            if reports:  # else no pass has been since it was made
                withdraw_request(session, self.world.settings, number, "đã có số liệu", now, "Minh")

        return deed

    def _event(self, whom: Whom) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            happened = now - self.chance.randint(0, 30) * HOUR - timedelta(seconds=17)
            draft = EventDraft(plan="hoi", event="flood", happened_at=happened, whom=whom)
            said = say_event(session, self.world.settings, draft, now, "Minh")
            last_day = working_days_after(local_day(happened), 5)
            mark = f"ev-{said.happening.id}-"
            self.people.story.asked.append(Asked(at=now, mark=mark, last_day=last_day))

        return deed
