"""The account of the year as plain figures, counted from the database.

Nothing here remembers what the demonstration did; a test counts the same from other sources and compares.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypedDict, cast
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col, select

from calendars.deadline import Deadline
from calendars.zone import local_date
from models.decision import Acknowledgement, Closing, Extension, Review
from models.notice import Mail, Notice
from models.obligation import Document, Submission
from models.plan import Plan
from models.settings import Settings
from models.unit import Contact, UnitVersion
from models.validity import sql_is_valid
from models.vocabulary import Level, Lifecycle, NoticeKind, NoticeState, Timeliness
from reporting.chain.chain import Chain, build_chain
from reporting.obligations.filters import Selection
from reporting.obligations.listing import DueRow, owed
from reporting.obligations.timeliness import came_late
from reporting.rates.rates import FORMULAS, Tally
from reporting.rates.report import COUNTS, RatesReport, rates_report
from reporting.unit_names import names

LEVELS = [level.value for level in Level]
KINDS = [kind.value for kind in NoticeKind]
Figures = dict[str, float | None]
"""Counts, shares of 1 and medians in days by their names; None is n/a."""


class KindCount(TypedDict):
    """Notices of a kind to one level, and the mails that carried them."""

    kind: str
    level: str
    audience: str
    notices: int
    mails: int


class ReasonCount(TypedDict):
    """Notices that did not become mails."""

    state: str
    reason: str
    notices: int


class BusiestDay(TypedDict):
    """The day with the most mails."""

    day: date
    mails: int


class MailAccount(TypedDict):
    """Mails that went out, and notices by their state."""

    mails: int
    people: int
    notices: dict[str, int]
    by_kind_and_level: list[KindCount]
    not_sent_because: list[ReasonCount]
    most_in_a_day: BusiestDay | None


class StageFigures(TypedDict):
    """One stage of one duty in one period, in obligations."""

    duty: str
    title: str
    period: str
    stage: int
    stage_name: str
    last_day: date | None
    expected: int
    filed: int
    on_time: int
    late: int
    overdue: int
    in_term: int
    not_counted: int


class Culprit(TypedDict):
    """A unit that held up its superior's report, and in which periods."""

    unit: str
    name: str
    times: int
    periods: list[str]


class WorstBranch(TypedDict):
    """The worst branch; the rest of its `Figures` is beside these."""

    unit: str
    name: str
    on_time_of_expected: float | None
    held_up_by: list[Culprit]


class LongestOverdue(TypedDict):
    """A report that is overdue, with the days since its last day."""

    id: int
    unit: str
    name: str
    duty: str
    title: str
    period: str
    days: int | None


class OpenAccount(TypedDict):
    """What is not settled at the end."""

    overdue: int
    awaiting_acceptance: int
    returned_and_not_mended: int
    waived: int
    longest_overdue: list[LongestOverdue]


class PlanAccount(TypedDict):
    """The part of the account that is about reports."""

    plan: str
    stages: list[StageFigures]
    rates: dict[str, Figures]
    formulas: dict[str, str]
    worst_branch: WorstBranch | None
    open: OpenAccount
    plans: dict[str, Figures]


def mail_account(session: Session, today: date) -> MailAccount:
    """Mails that went out, by kind, level and audience, and why notices did not."""
    states = session.execute(sa_select(col(Notice.state), func.count()).group_by(col(Notice.state)))
    sent = sa_select(func.count()).where(col(Mail.sent_at).is_not(None))
    people = sa_select(func.count(func.distinct(col(Mail.recipient)))).where(col(Mail.sent_at).is_not(None))
    return {
        "mails": session.scalar(sent) or 0,
        "people": session.scalar(people) or 0,
        "notices": dict(sorted(states.tuples())),
        "by_kind_and_level": _by_kind_and_level(session, today),
        "not_sent_because": _reasons(session),
        "most_in_a_day": _busiest(session),
    }


def _by_kind_and_level(session: Session, today: date) -> list[KindCount]:
    """Rows of kind, audience and the recipient's level, with notices, and the mails that carried them."""
    version = (col(UnitVersion.unit_id) == col(Contact.unit_id)) & sql_is_valid(UnitVersion, today)
    keys = (col(Notice.kind), col(UnitVersion.level), col(Notice.audience))
    query = (
        sa_select(*keys, func.count(), func.count(func.distinct(col(Notice.mail_id))))
        .join(Contact, col(Contact.id) == col(Notice.contact_id))
        .join(UnitVersion, version)
        .where(col(Notice.state) == NoticeState.SENT)
        .group_by(*keys)
    )
    rows: list[KindCount] = [
        {"kind": kind, "level": level, "audience": audience, "notices": notices, "mails": mails}
        for kind, level, audience, notices, mails in session.execute(query)
    ]
    return sorted(
        rows, key=lambda row: (KINDS.index(row["kind"]), LEVELS.index(row["level"]), row["audience"])
    )


def _reasons(session: Session) -> list[ReasonCount]:
    """Why notices did not become mails."""
    query = (
        sa_select(col(Notice.state), col(Notice.reason), func.count())
        .where(col(Notice.state).in_([NoticeState.CANCELLED, NoticeState.SUPERSEDED, NoticeState.FAILED]))
        .group_by(col(Notice.state), col(Notice.reason))
    )
    found: list[ReasonCount] = [
        {"state": state, "reason": reason, "notices": number}
        for state, reason, number in session.execute(query)
    ]
    return sorted(found, key=lambda row: (-row["notices"], row["state"], row["reason"]))


def _busiest(session: Session) -> BusiestDay | None:
    query = (
        sa_select(col(Mail.day), func.count())
        .where(col(Mail.sent_at).is_not(None))
        .group_by(col(Mail.day))
        .order_by(func.count().desc(), col(Mail.day))
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else {"day": row[0], "mails": row[1]}


def decision_account(session: Session) -> dict[str, int]:
    """What was handed in and what superiors decided, in all plans."""
    verdicts = Counter(session.scalars(sa_select(col(Review.verdict))))
    decided = sa_select(col(Extension.granted), func.count()).group_by(col(Extension.granted))
    extensions = Counter(dict(session.execute(decided).tuples().all()))
    return {
        "submissions": _number(session, Submission),
        "files": _number(session, Document),
        "accepted": verdicts["accepted"],
        "returned": verdicts["returned"],
        "extensions_granted": extensions[True],
        "extensions_refused": extensions[False],
        "extensions_undecided": extensions[None],
        "waived": _number(session, Closing),
        "acknowledged": _number(session, Acknowledgement),
    }


def _number(session: Session, table: type[SQLModel]) -> int:
    return session.scalar(sa_select(func.count()).select_from(table)) or 0


PLAN = "ca-mau-01-ctr-ubnd-2024"
DUTY = "monthly"
MOST_OPEN = 15
MOST_CULPRITS = 5


def plan_rows(session: Session, settings: Settings, at: datetime) -> list[DueRow]:
    """What the plan asked for up to `at`; what it only asks for later is left out."""
    rows = owed(session, settings, Selection(plan=PLAN), at)
    return [row for row in rows if row.begins <= local_date(at, settings.zone)]


WAITING = (Timeliness.IN_TERM, Timeliness.DUE_SOON, Timeliness.LAST_DAY)


def stage_figures(rows: Iterable[DueRow]) -> list[StageFigures]:
    """Who owed what, filed when: by duty, period and stage, in order of their last days."""
    stages: dict[tuple[str, str, int], list[DueRow]] = defaultdict(list)
    for row in rows:
        stages[row.duty, row.period, row.stage].append(row)
    return sorted(map(_figures, stages.values()), key=_place)


def _figures(rows: list[DueRow]) -> StageFigures:
    """The figures of the obligations of one stage."""
    first = rows[0]
    counted = Counter(row.timeliness for row in rows)
    not_counted = counted.pop(Timeliness.NOT_COUNTED, 0)
    owed = [row for row in rows if row.timeliness is not Timeliness.NOT_COUNTED]
    filed = [row for row in owed if row.first_submitted_at is not None]
    late = sum(came_late(row.deadline, row.first_submitted_at) for row in filed)
    return {
        "duty": first.duty,
        "title": first.duty_title,
        "period": first.period,
        "stage": first.stage,
        "stage_name": first.stage_name,
        "last_day": first.last_day,
        "expected": len(owed),
        "filed": len(filed),
        "on_time": sum(row.deadline is not None for row in filed) - late,
        "late": late,
        "overdue": counted[Timeliness.OVERDUE],
        "in_term": sum(counted[each] for each in WAITING),
        "not_counted": not_counted,
    }


def _place(figures: StageFigures) -> tuple[bool, date, str, str, int]:
    """The monthly report first, month by month; then the others by their dates, those without one last."""
    if figures["duty"] == DUTY:
        return False, date.min, "", figures["period"], figures["stage"]
    return True, figures["last_day"] or date.max, figures["duty"], figures["period"], figures["stage"]


def rates_by_level(report: RatesReport) -> dict[str, Figures]:
    """The rates of each level and of all, with what they are made of."""
    found = report.by_level()
    levels = {level.value: tally_figures(found[level]) for level in Level if level in found}
    return {**levels, "all": tally_figures(report.total)}


def tally_figures(tally: Tally) -> Figures:
    return {name: getattr(tally, name) for name in COUNTS} | tally.rates()


def worst_branch(
    session: Session, settings: Settings, at: datetime, report: RatesReport
) -> WorstBranch | None:
    """The branch below a province with the smallest share on time among those that hold several units."""
    every = report.by_branch()
    reporters = {place.branch for place in report.tallies}
    branches = {
        path: tally.rates()["on_time_of_expected"] or 0.0
        for path, tally in every.items()
        if path.count("/") == 3 and sum(each.startswith(path) for each in reporters) > 1
    }
    if not branches:
        return None
    path = min(branches, key=lambda each: (branches[each], each))
    unit = int(path.strip("/").split("/")[-1])
    code, name = names(session, [unit])[unit]
    held_up_by = who_held_up(session, settings, at, path)
    found = {"unit": code, "name": name, **tally_figures(every[path]), "held_up_by": held_up_by}
    return cast(WorstBranch, found)


def who_held_up(session: Session, settings: Settings, at: datetime, branch: str) -> list[Culprit]:
    """Which units held up the branch's own monthly report on the day it became due, how often in the year."""
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for period, chain in chains_when_due(session, settings, at, branch):
        for link in chain.culprits:
            if link.owed.branch.startswith(branch) and link.owed.branch != branch:
                held[link.owed.unit, link.owed.unit_name].append(period)
    most = sorted(held.items(), key=lambda each: (-len(each[1]), each[0]))[:MOST_CULPRITS]
    return [
        {"unit": unit, "name": name, "times": len(periods), "periods": periods}
        for (unit, name), periods in most
    ]


def chains_when_due(
    session: Session, settings: Settings, at: datetime, branch: str
) -> list[tuple[str, Chain[DueRow]]]:
    """The monthly chain of each period as it stood when the report at the top of the branch fell due."""
    wanted = Selection(plan=PLAN, duty=DUTY)
    rows = owed(session, settings, wanted, at)
    due = {row.period: row.original_deadline for row in rows if row.branch == branch}
    found = []
    for period, then in sorted(due.items()):
        if then is not None and then <= at:
            month = Selection(plan=PLAN, duty=DUTY, period=period)
            found.append((period, build_chain(owed(session, settings, month, then))))
    return found


def still_open(rows: Sequence[DueRow], at: datetime, zone: ZoneInfo) -> OpenAccount:
    """What nobody has filed, and what is filed but not settled, longest overdue first; days as in mails."""
    overdue = [row for row in rows if row.timeliness is Timeliness.OVERDUE]
    states = Counter(row.state for row in rows)
    longest = sorted(overdue, key=lambda row: (row.deadline or at, row.unit, row.duty))
    return {
        "overdue": len(overdue),
        "awaiting_acceptance": states[Lifecycle.SUBMITTED],
        "returned_and_not_mended": states[Lifecycle.RETURNED],
        "waived": states[Lifecycle.WAIVED],
        "longest_overdue": [
            {
                "id": row.id,
                "unit": row.unit,
                "name": row.unit_name,
                "duty": row.duty,
                "title": row.duty_title,
                "period": row.period,
                "days": Deadline(row.deadline, zone).days_late(at) if row.deadline else None,
            }
            for row in longest[:MOST_OPEN]
        ],
    }


def plan_account(session: Session, settings: Settings, at: datetime) -> PlanAccount:
    """The part of the account that is about reports."""
    rows = plan_rows(session, settings, at)
    report = rates_report(session, Selection(plan=PLAN), at, settings.zone)
    everything = rates_report(session, Selection(), at, settings.zone).by_plan()
    loaded = session.exec(select(Plan.slug).order_by(col(Plan.slug)))
    return {
        "plan": PLAN,
        "stages": stage_figures(rows),
        "rates": rates_by_level(report),
        "formulas": FORMULAS,
        "worst_branch": worst_branch(session, settings, at, report),
        "open": still_open(rows, at, settings.zone),
        "plans": {slug: tally_figures(everything.get(slug, Tally())) for slug in loaded},
    }
