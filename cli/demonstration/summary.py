"""The account: what the year came to, counted anew from the database and the ledger, as plain figures.

Nothing here remembers what the demonstration did; a test counts the same from other sources and compares.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

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
from reporting.chain.chain import Chain, Link, build_chain
from reporting.obligations.filters import Selection
from reporting.obligations.listing import DueRow, owed
from reporting.rates.rates import FORMULAS, Tally
from reporting.rates.report import RatesReport, rates_report
from reporting.unit_names import names

LEVELS = [level.value for level in Level]
KINDS = [kind.value for kind in NoticeKind]


def mail_account(session: Session, today: date) -> dict[str, Any]:
    """Mails that went out, what they told whom, and what was not told after all, with the reason."""
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


def _by_kind_and_level(session: Session, today: date) -> list[dict[str, Any]]:
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
    rows = [
        {"kind": kind, "level": level, "audience": audience, "notices": notices, "mails": mails}
        for kind, level, audience, notices, mails in session.execute(query)
    ]
    return sorted(
        rows, key=lambda row: (KINDS.index(row["kind"]), LEVELS.index(row["level"]), row["audience"])
    )


def _reasons(session: Session) -> list[dict[str, Any]]:
    """Why lines of the ledger did not become mails; what differs only in a rung's name is put together."""
    query = (
        sa_select(col(Notice.state), col(Notice.reason), func.count())
        .where(col(Notice.state).in_([NoticeState.CANCELLED, NoticeState.SUPERSEDED, NoticeState.FAILED]))
        .group_by(col(Notice.state), col(Notice.reason))
    )
    found = [
        {"state": state, "reason": reason, "notices": number}
        for state, reason, number in session.execute(query)
    ]
    return sorted(found, key=lambda row: (-row["notices"], row["state"], row["reason"]))


def _busiest(session: Session) -> dict[str, Any] | None:
    query = (
        sa_select(col(Mail.day), func.count())
        .where(col(Mail.sent_at).is_not(None))
        .group_by(col(Mail.day))
        .order_by(func.count().desc(), col(Mail.day))
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else {"day": row[0], "mails": row[1]}


def decision_account(session: Session) -> dict[str, Any]:
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


def _number(session: Session, table: type[Any]) -> int:
    return session.scalar(sa_select(func.count()).select_from(table)) or 0


PLAN = "ca-mau-01-ctr-ubnd-2024"
DUTY = "monthly"
MOST_OPEN = 15
MOST_CULPRITS = 5


@dataclass(kw_only=True)
class StageFigures:
    """One stage of one duty in one period, in obligations."""

    duty: str
    title: str
    period: str
    stage: int
    stage_name: str
    last_day: date | None
    expected: int = 0
    filed: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    in_term: int = 0
    not_counted: int = 0

    def add(self, row: DueRow) -> None:
        if row.timeliness is Timeliness.NOT_COUNTED:
            self.not_counted += 1
            return
        self.expected += 1
        self.filed += row.first_submitted_at is not None
        self.on_time += row.timeliness is Timeliness.ON_TIME
        self.late += row.timeliness is Timeliness.LATE
        self.overdue += row.timeliness is Timeliness.OVERDUE
        waiting = (Timeliness.IN_TERM, Timeliness.DUE_SOON, Timeliness.LAST_DAY)
        self.in_term += row.timeliness in waiting


def plan_rows(session: Session, settings: Settings, at: datetime) -> list[DueRow]:
    """What the plan asked for up to `at`; what it only asks for later is left out."""
    rows = owed(session, settings, Selection(plan=PLAN), at)
    return [row for row in rows if row.period_start <= local_date(at, settings.zone)]


def stage_figures(rows: Iterable[DueRow]) -> list[StageFigures]:
    """Who owed what, filed when: by duty, period and stage, in order of their last days."""
    found: dict[tuple[str, str, int], StageFigures] = {}
    for row in rows:
        key = (row.duty, row.period, row.stage)
        if key not in found:
            found[key] = StageFigures(
                duty=row.duty,
                title=row.duty_title,
                period=row.period,
                stage=row.stage,
                stage_name=row.stage_name,
                last_day=row.last_day,
            )
        found[key].add(row)
    return sorted(found.values(), key=_place)


def _place(figures: StageFigures) -> tuple[Any, ...]:
    """The monthly report first, month by month; then the others by their dates, those without one last."""
    if figures.duty == DUTY:
        return False, date.min, "", figures.period, figures.stage
    return True, figures.last_day or date.max, figures.duty, figures.period, figures.stage


def rates_by_level(report: RatesReport) -> dict[str, dict[str, Any]]:
    """The rates of each level and of all, with what they are made of."""
    found = report.by_level()
    levels = {level.value: tally_figures(found[level]) for level in Level if level in found}
    return {**levels, "all": tally_figures(report.total)}


def tally_figures(tally: Tally) -> dict[str, Any]:
    names = ("expected", "filed", "on_time", "late", "overdue", "in_term", "no_deadline", "not_counted")
    return {**{name: getattr(tally, name) for name in names}, **tally.rates()}


def worst_branch(session: Session, report: RatesReport, rows: Sequence[DueRow]) -> dict[str, Any] | None:
    """The branch with the smallest share on time among those that hold several units."""
    reporters = {row.branch for row in rows}
    tops = {path: tally for path, tally in report.by_branch().items() if path.count("/") == 3}
    branches = {
        path: tally for path, tally in tops.items() if sum(each.startswith(path) for each in reporters) > 1
    }
    if not branches:
        return None
    path = min(branches, key=lambda each: (_share(branches[each]), each))
    unit = int(path.strip("/").split("/")[-1])
    code, name = names(session, [unit])[unit]
    return {"unit": code, "name": name, "path": path, **tally_figures(branches[path])}


def _share(tally: Tally) -> float:
    return tally.rates()["on_time_of_expected"] or 0.0


def who_held_up(session: Session, settings: Settings, at: datetime, branch: str) -> list[dict[str, Any]]:
    """Which units held up the branch's own monthly report on the day it became due, how often in the year."""
    held: Counter[tuple[str, str]] = Counter()
    periods: dict[tuple[str, str], list[str]] = defaultdict(list)
    for period, chain in chains_when_due(session, settings, at, branch):
        for link in culprits_in(chain, branch):
            key = (link.owed.unit, link.owed.unit_name)
            held[key] += 1
            periods[key].append(period)
    most = sorted(held.items(), key=lambda each: (-each[1], each[0]))[:MOST_CULPRITS]
    return [
        {"unit": unit, "name": name, "times": times, "periods": periods[unit, name]}
        for (unit, name), times in most
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


def culprits_in(chain: Chain[DueRow], branch: str) -> list[Link[DueRow]]:
    """Overdue reports from below the branch's own unit that hold it up."""
    return [
        link for link in chain.culprits if link.owed.branch.startswith(branch) and link.owed.branch != branch
    ]


def still_open(rows: Sequence[DueRow], at: datetime, zone: ZoneInfo) -> dict[str, Any]:
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
                "period": row.period,
                "days": Deadline(row.deadline, zone).days_late(at) if row.deadline else None,
            }
            for row in longest[:MOST_OPEN]
        ],
    }


def plan_account(session: Session, settings: Settings, at: datetime) -> dict[str, Any]:
    """The part of the account that is about reports."""
    rows = plan_rows(session, settings, at)
    report = rates_report(session, Selection(plan=PLAN), at, settings.zone)
    everything = rates_report(session, Selection(), at, settings.zone).by_plan()
    loaded = session.exec(select(Plan.slug).order_by(col(Plan.slug)))
    worst = worst_branch(session, report, rows)
    if worst is not None:
        worst["held_up_by"] = who_held_up(session, settings, at, worst.pop("path"))
    return {
        "plan": PLAN,
        "stages": [asdict(each) for each in stage_figures(rows)],
        "rates": rates_by_level(report),
        "formulas": FORMULAS,
        "worst_branch": worst,
        "open": still_open(rows, at, settings.zone),
        "plans": {slug: tally_figures(everything.get(slug, Tally())) for slug in loaded},
    }
