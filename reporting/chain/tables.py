"""The tables in which a plan is shown: a chain's stages in a period, and who is overdue; words and rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_
from sqlmodel import Session, col

from calendars.deadline import Deadline
from calendars.periods import Language, Period
from calendars.wording import last_day_text, word_beside
from calendars.zone import local_date
from messages.catalogue import N_, NP_, translate, translate_plural
from messages.formats import day_text, number_text
from models.deadline import has_passed
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, Stage
from models.unit import UnitVersion
from reporting.chain.stage_counts import StageKey, StagePeriod, Standing, begun
from reporting.obligations.named import obligations, read
from reporting.obligations.timeliness import held_to, is_correction_overdue

MOST = 20
"""Of each stage of a duty."""


class OverdueReport(NamedTuple):
    """A report that is owed and overdue."""

    id: int
    unit_name: str
    level: str
    duty: str
    duty_title: str
    stage: int
    period: str
    deadline: datetime

    @property
    def key(self) -> StageKey:
        return self.duty, self.stage, self.level


def overdue_reports(
    session: Session, plan: Plan, now: datetime, rows: Sequence[StagePeriod], most: int = MOST
) -> list[OverdueReport]:
    """The reports that are overdue at `now`: the `most` longest of each stage that by its `rows` has any.

    A stage is asked for its few by itself: to number all that are overdue would mean to sort them.
    """
    periods: dict[StageKey, set[str]] = defaultdict(set)
    for row in rows:
        if row.too_late:
            periods[row.key].add(row.period)
    found = [
        report
        for key, some in periods.items()
        for report in read(session, OverdueReport, _longest(plan, now, key, some).limit(most))
    ]
    return sorted(found, key=lambda report: (report.deadline, report.id))


def _longest(plan: Plan, now: datetime, key: StageKey, periods: Iterable[str]) -> Select[OverdueReport]:
    """The overdue reports of one stage at one level, in these periods."""
    duty, stage, level = key
    filed_at, deadline = col(Obligation.first_submitted_at), col(Obligation.deadline)
    never = and_(has_passed(deadline, now), or_(filed_at.is_(None), filed_at > now))
    return (
        obligations(OverdueReport, deadline=held_to())
        .where(col(Duty.plan_id) == plan.id, col(Duty.key) == duty, col(Stage.position) == stage)
        .where(col(Occurrence.period).in_(sorted(periods)), col(UnitVersion.level) == level)
        .where(col(Obligation.closed_at).is_(None), or_(never, is_correction_overdue(now)))
        .order_by(held_to(), col(Obligation.id))
    )


MOST_CHAINS = 12
"""Chains that are shown at once: the newest of what is not settled."""
COLUMNS = (
    NP_("chain", "Stage"),
    NP_("chain", "Expected"),
    NP_("chain", "Filed"),
    NP_("chain", "Late"),
    NP_("chain", "Overdue"),
    NP_("chain", "Returned"),
    NP_("chain", "Awaited"),
    NP_("chain", "Last day"),
    NP_("chain", "Standing"),
)
STANDINGS: dict[Standing, str] = {
    "received": N_("✓ received"),
    "overdue": N_("✗ overdue"),
    "waiting": N_("… waiting"),
}
OVERDUE_COLUMNS = (
    NP_("chain", "Unit"),
    NP_("chain", "Report"),
    NP_("chain", "Period"),
    NP_("chain", "Last day"),
    NP_("chain", "Overdue"),
)

Chain = tuple[StagePeriod, ...]
"""The stages of one duty in one period, from the bottom up."""


def chains_to_show(rows: Sequence[StagePeriod], now: datetime, zone: ZoneInfo) -> list[Chain]:
    """What has begun and is not settled, and the last settled one of each duty; the newest first."""
    chains: dict[tuple[str, str], list[StagePeriod]] = {}
    for row in begun(rows, now, zone):
        chains.setdefault((row.duty, row.period), []).append(row)
    newest: dict[str, tuple[StagePeriod, ...]] = {}
    found = []
    for (duty, _), stages in sorted(chains.items(), key=lambda each: each[1][0].begins, reverse=True):
        chain = tuple(sorted(stages, key=lambda row: row.stage))
        if duty not in newest or any(row.standing != "received" for row in chain):
            newest.setdefault(duty, chain)
            found.append(chain)
    return found[:MOST_CHAINS]


def chain_table(chain: Chain, zone: ZoneInfo, language: Language) -> list[dict[str, str]]:
    """A row a stage; of a stage with reporters of several levels, one for each."""
    columns = [translate(language, column) for column in COLUMNS]
    return [
        dict(zip(columns, _cells(row, zone, language), strict=True))
        for row in sorted(chain, key=lambda row: row.stage)
    ]


def _cells(row: StagePeriod, zone: ZoneInfo, language: Language) -> tuple[str, ...]:
    numbers = (
        row.expected,
        row.filed,
        row.late,
        row.too_late,
        row.returned,
        row.waiting,
    )
    name = f"{row.stage} {row.stage_name}"
    standing = translate(language, STANDINGS[row.standing])
    figures = (number_text(number, language) for number in numbers)
    return (name, *figures, _last_day(row, zone, language), standing)


def _last_day(row: StagePeriod, zone: ZoneInfo, language: Language) -> str:
    opens = None if row.opens_at is None else local_date(row.opens_at, zone)
    beside = word_beside(opens, row.planned_day, language, day_text)
    return last_day_text(Deadline(row.deadline, zone), language) + (f" ({beside})" if beside else "")


def overdue_table(
    reports: Iterable[OverdueReport], link: str, now: datetime, zone: ZoneInfo, language: Language
) -> str:
    """A table in Markdown; `link` is the address of a report's page with `{id}` in it."""
    columns = [translate(language, column) for column in OVERDUE_COLUMNS]
    lines = [_line(columns), _line("---" for _ in columns)]
    for each in reports:
        deadline = Deadline(each.deadline, zone)
        title = _plain(each.duty_title)
        lines.append(
            _line(
                (
                    f"[{_plain(each.unit_name)}]({link.format(id=each.id)})",
                    title,
                    Period.parse(each.period).label(language),
                    last_day_text(deadline, language),
                    translate_plural(language, "%(number)s day", "%(number)s days", deadline.days_late(now)),
                )
            )
        )
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """The text with what Markdown would read as a mark taken out of its meaning."""
    for mark in "\\|[]*_`<>":
        text = text.replace(mark, f"\\{mark}")
    return text


STATES = {"Received": N_("Received"), "Overdue": NP_("summary text", "Overdue"), "Waiting": N_("Waiting")}


def state_words(state: str, language: str) -> str:
    """A run's state with the name that Prefect's pages show; one of Prefect's own unchanged."""
    return translate(language, STATES[state]) if state in STATES else state
