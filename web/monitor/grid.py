"""`/grid`: units × periods of one duty over a year, the worst units first; made to be printed as well."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from calendars.errors import PeriodError
from calendars.periods import Period
from messages.catalogue import translate_plural
from messages.formats import short_day_text
from models.plan import Duty, Plan
from models.vocabulary import Timeliness, say
from reporting.monitoring.grid import Grid, GridRow, Order, grid, years_of
from reporting.monitoring.grid import GridCell as Square
from reporting.monitoring.scope import KnownPeriod, duties_of, first_choice
from reporting.obligations.timeliness import TimelinessAt
from web.form_values import cut
from web.monitor.request import MonitorDep, MonitorPage
from web.monitor.table import Column, TableSheet, code, make_sheet
from web.rendering import MARKS

router = APIRouter(include_in_schema=False)
LINES = 50


@dataclass(frozen=True)
class Sorting:
    """How the address sorts: `name`, or `-name` for the other way round."""

    order: Order
    is_reversed: bool

    @classmethod
    def read(cls, text: str) -> Sorting:
        key = text.removeprefix("-")
        return cls(Order(key), text != key) if key in set(Order) else cls(Order.STATE, False)

    @property
    def text(self) -> str:
        """As the address has it; nothing for what comes without asking."""
        key = f"-{self.order}" if self.is_reversed else str(self.order)
        return "" if key == Order.STATE else key

    def aria(self, order: str) -> str:
        if order != self.order:
            return ""
        # The worst first is a falling order of what is overdue.
        return "descending" if self.is_reversed is not (order == Order.STATE) else "ascending"

    def next(self, order: str) -> str:
        """What a click on the heading asks for."""
        return f"-{order}" if order == self.order and not self.is_reversed else order


@router.get("/grid")
def units_by_periods(page: MonitorDep, sort: Annotated[str, cut(20)] = "") -> Response:
    sorting = Sorting.read(sort)
    with page.reading() as session:
        plans = page.plans(session)
        page, duties, years = _chosen(session, plans, page)
        branch = page.branch(session)
        found = _read(session, page, sorting) if page.filters.duty else Grid([], [], 0)
        return page.show_tables(
            "monitor/grid.html",
            [sheet_of(found, page)],
            grid=found,
            duties=duties,
            years=years,
            lines=LINES,
            sorting=sorting,
            short=_short(found.periods, page),
            legend=list(Timeliness),
            square_words=lambda square: square_words(square, page),
            branch=branch,
            **page.filter_choices(session),
        )


def _chosen(
    session: Session, plans: Sequence[Plan], page: MonitorPage
) -> tuple[MonitorPage, Sequence[Duty], list[str]]:
    """The page with a plan, a duty and a year: those asked for, else the newest."""
    chosen = page.filters
    plan = next((each for each in plans if chosen.plan in ("", each.slug)), None)
    if plan is None:
        if chosen.plan:
            raise page.unknown("plan", page.t("There is no plan “%(plan)s”.", plan=chosen.plan))
        return page, [], []
    duties = duties_of(session, plan)
    known = [duty.key for duty in duties]
    # The choice of a duty outlives a change of the plan only where the other plan has it too.
    duty = chosen.duty if chosen.duty in known else first_choice(duties)
    page = page.with_filters(plan=plan.slug, duty=duty)
    years = years_of(session, plan.slug, duty)
    this_year = str(page.today.year)
    year = this_year if this_year in years else next(iter(years), "")
    if chosen.period:
        with suppress(PeriodError):
            year = f"{Period.parse(chosen.period).year:04}"
            page = page.with_filters(period=year)  # a grid shows the year of any period
        page.require_period([KnownPeriod(Period.parse(each), True) for each in years])
    return page.with_filters(period=year if year in years else ""), duties, years


def _read(session: Session, page: MonitorPage, sorting: Sorting) -> Grid:
    conditions = page.conditions(session)
    timeliness = TimelinessAt(session, page.settings, page.now)
    by = sorting.order
    return grid(session, conditions, timeliness, *page.slice(LINES), by, is_reversed=sorting.is_reversed)


def _short(periods: Sequence[str], page: MonitorPage) -> dict[str, str]:
    """The period as a column's head: T1, Q1, H1, 9T, the whole year, or the day on which it was asked for."""
    month, half, nine = page.t("M"), page.t("H"), page.t("9M")
    found = {}
    for key in periods:
        part, period = key[5:], Period.parse(key)
        if period.is_asked_for:
            found[key] = short_day_text(period.first_day, page.language)
        elif part.isdigit():
            found[key] = f"{month}{int(part)}"
        elif part.startswith("H"):
            found[key] = f"{half}{part[1:]}"
        elif part == "9M":
            found[key] = nine
        else:
            found[key] = part or (page.t("Year") if key.isdigit() else page.t("Once"))
    return found


def sheet_of(found: Grid, page: MonitorPage) -> TableSheet:
    def period(key: str) -> Column[GridRow]:
        heading = page.period(key)
        return Column(heading, lambda row: "; ".join(square_words(s, page) for s in row.cells.get(key, [])))

    return make_sheet(
        "grid",
        page.t("Grid"),
        [
            Column(page.t("Unit"), lambda row: row.unit_name),
            code(page.t("Code"), lambda row: row.unit),
            Column(page.t("Superior"), lambda row: row.superior.name if row.superior else ""),
            code(page.t("Code of the superior"), lambda row: row.superior.code if row.superior else ""),
            *(period(key) for key in found.periods),
            Column(page.t("Overdue"), lambda row: row.tally.overdue),
            Column(page.t("Overdue for correction"), lambda row: row.tally.correction_overdue),
            Column(page.t("Late"), lambda row: row.tally.late),
            Column(page.t("Filed"), lambda row: row.tally.filed),
            Column(page.t("Expected"), lambda row: row.tally.expected),
        ],
        found.lines,
        total=found.units,
        empty=page.t("No unit owes anything here."),
    )


def square_words(square: Square, page: MonitorPage) -> str:
    words = f"{MARKS[square.timeliness][1]} {say(square.timeliness, page.language)}"
    if not square.days:
        return words
    days = translate_plural(page.language, "%(number)s day", "%(number)s days", square.days)
    return f"{words} {days}"
