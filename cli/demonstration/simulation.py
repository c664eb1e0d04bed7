"""The people of the demonstration act: they file, wait, ask for time, accept, return, correct.

What each means to do is drawn in `behaviour`; here it happens, in order of time, through the same operations
as on the command line. A unit that gathers waits for its reporters: a late commune makes its district late.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from sqlmodel import Session

from calendars.deadline import MOMENT
from cli.demonstration.behaviour import ACKNOWLEDGED_SHARE, GRANTED_SHARE, WORKING, Behaviour, Intention
from cli.demonstration.sample_reports import REASONS, clerk, decision_number, report_of, said
from models.settings import Settings
from models.vocabulary import Lifecycle
from reporting.moves.close import acknowledge, close
from reporting.moves.extend import decide_extension, request_extension
from reporting.moves.review import accept, return_for_correction
from reporting.moves.submit import submit
from reporting.obligations.listing import DueRow
from reporting.special_days import working_days

Key = tuple[str, str, str, int, int]
"""Plan, duty, period, stage, unit: what a report is known by within the chain."""


class SimulatedAct(StrEnum):
    """What somebody can do; also the order of what happens at the same instant."""

    ASK = "asked for an extension"
    DECIDE = "decided on it"
    WAIVE = "waived"
    FILE = "filed"
    REVIEW = "reviewed"
    CORRECT = "corrected"
    ACKNOWLEDGE = "acknowledged"


@dataclass
class Case:
    """One obligation as its people see it. `round` separates acts that still hold from those overtaken."""

    owed: DueRow
    intention: Intention
    deadline: datetime | None
    state: Lifecycle = Lifecycle.OPEN
    version: int = 0
    round: int = 0

    @property
    def id(self) -> int:
        return self.owed.id

    @property
    def is_missing(self) -> bool:
        return self.state is Lifecycle.OPEN


@dataclass
class People:
    """Everybody, with what they mean to do."""

    settings: Settings
    behaviour: Behaviour
    _cases: dict[int, Case] = field(default_factory=dict)
    _below: dict[Key, list[Case]] = field(default_factory=lambda: defaultdict(list))
    _agenda: list[tuple[datetime, int, str, int]] = field(default_factory=list)

    def meet(self, opened: Iterable[DueRow]) -> None:
        """Take up what was newly opened."""
        for owed in opened:
            if owed.id in self._cases or owed.state != Lifecycle.OPEN:
                continue
            case = Case(owed, self.behaviour.intention(owed), owed.deadline)
            self._cases[owed.id] = case
            if owed.gatherer_id is not None:
                above = (owed.plan, owed.duty, owed.period, owed.stage + 1, owed.gatherer_id)
                self._below[above].append(case)
            self._begin(case)

    def _begin(self, case: Case) -> None:
        means = case.intention
        self._plan(case, SimulatedAct.FILE, means.file_at)
        self._plan(case, SimulatedAct.ASK, means.ask_at)
        self._plan(case, SimulatedAct.WAIVE, means.waive_at)
        draw = self.behaviour.draw(case.owed, "acknowledgement")
        if case.deadline is not None and draw.random() < ACKNOWLEDGED_SHARE:
            at = self.behaviour.working_days_after(case.deadline - MOMENT, draw.randint(1, 3), draw)
            self._plan(case, SimulatedAct.ACKNOWLEDGE, at)

    def _plan(self, case: Case, act: SimulatedAct, at: datetime | None) -> None:
        if at is not None:
            heapq.heappush(self._agenda, (at, case.id, act.value, case.round))

    def has_plans_before(self, until: datetime) -> bool:
        return bool(self._agenda) and self._agenda[0][0] < until

    def act(self, session: Session, until: datetime) -> None:
        """Do everything that was meant for the time before `until`."""
        while self.has_plans_before(until):
            at, id, act, number = heapq.heappop(self._agenda)
            case = self._cases[id]
            if number == case.round:
                ACTIONS[SimulatedAct(act)](self, session, case, at)

    def _file(self, session: Session, case: Case, at: datetime) -> None:
        if not case.is_missing:
            return
        if self._waits_below(case, at):
            self._plan(case, SimulatedAct.FILE, self._next_look(case, at))
            return
        self._hand_in(session, case, at)

    def _hand_in(self, session: Session, case: Case, at: datetime) -> None:
        case.version += 1
        report = report_of(case.owed, case.version, at, self.behaviour)
        submit(session, self.settings, case.id, report, at, clerk(case.owed.unit_name), ahead=True)
        case.state = Lifecycle.SUBMITTED
        self._plan(case, SimulatedAct.REVIEW, self.behaviour.review_at(case.owed, case.version, at))

    def _waits_below(self, case: Case, at: datetime) -> bool:
        """Whether to go on waiting for reports below; patience ends some working days after the last day."""
        owed = case.owed
        below = self._below.get((owed.plan, owed.duty, owed.period, owed.stage, owed.unit_id), ())
        if not any(each.is_missing for each in below):
            return False
        return case.deadline is None or at < self._end_of_patience(case, case.deadline)

    def _end_of_patience(self, case: Case, deadline: datetime) -> datetime:
        calendar = self.behaviour.calendar
        last = calendar.days.previous_or_same(calendar.last_day(deadline))
        day = calendar.later(last, case.intention.patience, WORKING) if case.intention.patience else last
        return calendar.at(day, time(16, 30))

    def _next_look(self, case: Case, at: datetime) -> datetime:
        """The next working day's afternoon, or when patience ends."""
        calendar = self.behaviour.calendar
        today = calendar.at(calendar.day(at), time(16, 30))
        tomorrow = calendar.later(calendar.day(at), 1, WORKING)
        later = today if at < today else calendar.at(tomorrow, time(16, 30))
        if case.deadline is None:
            return later
        end = self._end_of_patience(case, case.deadline)
        return min(later, end) if at < end else later

    def _ask(self, session: Session, case: Case, at: datetime) -> None:
        until = case.intention.ask_until
        if not case.is_missing or until is None or case.deadline is None or at >= case.deadline:
            return
        draw = self.behaviour.draw(case.owed, "extension")
        reason = said(REASONS["extension"], draw, self.settings.language)
        actor = clerk(case.owed.unit_name)
        request_extension(session, case.id, until, reason, at, actor, self.settings.zone)
        self._plan(case, SimulatedAct.DECIDE, self.behaviour.working_days_after(at, 1, draw))

    def _decide(self, session: Session, case: Case, at: datetime) -> None:
        if not case.is_missing:
            return
        draw = self.behaviour.draw(case.owed, "decision")
        granted = draw.random() < GRANTED_SHARE
        number = decision_number(draw.randint(100, 999)) if granted else ""
        found = decide_extension(session, case.id, granted, at, self._superior(case), document_number=number)
        if granted and found.new_deadline is not None:
            case.deadline = found.new_deadline
            last = self.behaviour.calendar.last_day(found.new_deadline)
            case.round += 1
            day = self.behaviour.calendar.days.previous_or_same(last)
            self._plan(case, SimulatedAct.FILE, self.behaviour.office_hour(day, draw))

    def _waive(self, session: Session, case: Case, at: datetime) -> None:
        if not case.is_missing:
            return
        draw = self.behaviour.draw(case.owed, "waiver")
        reason = said(REASONS["waiver"], draw, self.settings.language)
        number = f"{draw.randint(100, 999)}/UBND-TH"
        close(session, case.id, Lifecycle.WAIVED, reason, at, self._superior(case), number)
        case.state = Lifecycle.WAIVED

    def _review(self, session: Session, case: Case, at: datetime) -> None:
        if case.state is not Lifecycle.SUBMITTED:
            return
        if not self.behaviour.is_returned(case.owed, case.version):
            accept(session, case.id, at, self._superior(case))
            case.state = Lifecycle.ACCEPTED
            return
        reason = said(REASONS["return"], self.behaviour.draw(case.owed, "reason"), self.settings.language)
        days = working_days(session)
        actor = self._superior(case)
        return_for_correction(session, self.settings, days, case.id, reason, at, actor)
        case.state = Lifecycle.RETURNED
        self._plan(case, SimulatedAct.CORRECT, self.behaviour.corrected_at(case.owed, at))

    def _correct(self, session: Session, case: Case, at: datetime) -> None:
        if case.state is Lifecycle.RETURNED:
            self._hand_in(session, case, at)

    def _acknowledge(self, session: Session, case: Case, at: datetime) -> None:
        if case.is_missing and case.deadline is not None and at >= case.deadline:
            acknowledge(session, self.settings, case.id, at, clerk(case.owed.unit_name))

    def _superior(self, case: Case) -> str:
        return clerk(case.owed.recipient or case.owed.unit)


ACTIONS = {
    SimulatedAct.ASK: People._ask,
    SimulatedAct.DECIDE: People._decide,
    SimulatedAct.WAIVE: People._waive,
    SimulatedAct.FILE: People._file,
    SimulatedAct.REVIEW: People._review,
    SimulatedAct.CORRECT: People._correct,
    SimulatedAct.ACKNOWLEDGE: People._acknowledge,
}
