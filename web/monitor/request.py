"""What every page of a monitor starts from: who looks, at which instant, at which part of it all; its tables.

The filters are in the address and nowhere else, so that a link says what it shows. Each table of a page
can be taken away as a file, from the same cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from sqlalchemy import ColumnElement
from sqlmodel import Session
from starlette.responses import Response

from calendars.deadline import Deadline
from calendars.errors import PeriodError
from calendars.periods import Period, period_words
from calendars.wording import StatedTimes
from calendars.zone import local_date
from models.errors import NotFound
from models.plan import Plan
from models.text import clean_line
from models.typed_period import read_period
from models.vocabulary import AccessRole, Level, say
from reporting.access.rights import seen_units
from reporting.monitoring.scope import (
    Branch,
    KnownPeriod,
    MonitorScope,
    branch_of,
    duties_of,
    is_within,
    periods_of,
    visible_plans,
)
from reporting.obligations.filters import Selection
from reporting.unit_names import names, unit_id
from reporting.units.search import MOST_FOUND, unit_search
from web.form_values import typed_page
from web.monitor.export import columns_kept, download
from web.monitor.table import Column, Row, TableCell, TableSheet, narrow, words
from web.page import Page, signed_in
from web.rendering import moment_words

LONGEST = 200
ROWS = 50
"""Rows of a list on one page."""
PREVIEW = 10
"""Rows of a list among others."""
EXPORTS = ("xlsx", "csv")
Text = Annotated[str, Query(max_length=LONGEST)]


@dataclass(frozen=True)
class Filters:
    """What is chosen; an empty text chooses nothing."""

    plan: str = ""
    duty: str = ""
    branch: str = ""
    level: str = ""
    period: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}

    def selection(self, obligation: int | None = None) -> Selection:
        return Selection(
            obligation=obligation,
            plan=self.plan or None,
            duty=self.duty or None,
            branch=self.branch or None,
            level=self.level or None,
            period=self.period or None,
        )

    def link(self, path: str, **more: object) -> str:
        """An address with the filters; what is given beside them is put on top, an empty text takes away."""
        values = {**self.chosen, **{name: str(value) for name, value in more.items()}}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path


def filters(
    plan: Text = "", duty: Text = "", branch: Text = "", level: Text = "", period: Text = ""
) -> Filters:
    return Filters(*(typed(text) for text in (plan, duty, branch, level, period)))


def typed(text: str) -> str:
    """A name as it may have been typed: without what no name holds and PostgreSQL refuses."""
    return clean_line(text)[:LONGEST]


@dataclass(frozen=True, kw_only=True)
class MonitorPage(Page):
    """A monitor's page: `number` counts a list's pages from 1, `export` is a kind of file, or empty."""

    filters: Filters
    number: int = 1
    table: str = ""
    export: str = ""

    @property
    def scope(self) -> MonitorScope:
        return MonitorScope(self.person, self.filters.selection(), self.today)

    @property
    def may_chase(self) -> bool:
        """Whether there is anything the person might chase; each report is asked again when it is done."""
        return any(held.role is not AccessRole.CLERK for held in self.person.held)

    def with_filters(self, **changes: str) -> MonitorPage:
        return replace(self, filters=replace(self.filters, **changes))

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        """The filters within what the person may see. Raises `UnknownFilter`."""
        self._require_known(session)
        return self.scope.conditions(session)

    def plans(self, session: Session) -> Sequence[Plan]:
        return visible_plans(session, self.person, self.today)

    def slice(self, rows: int = ROWS) -> tuple[int | None, int]:
        """Limit and offset of the page's rows; a file to take away holds all of them."""
        return (None, 0) if self.export else (rows, (self.number - 1) * rows)

    def last_day(self, deadline: datetime | None) -> TableCell:
        """The last day on which it is on time, with its hour where one is written."""
        if deadline is None:
            return TableCell(None)
        held = Deadline(deadline, self.zone)
        return TableCell(held.last_day if held.hour is None else deadline)

    def stated_columns(self, rows: Sequence[Row], times: Callable[[Row], StatedTimes]) -> list[Column[Row]]:
        """When a window opens and when a report is planned, where a document says so of any of the rows."""
        columns: list[Column[Row]] = []
        if any(times(row).opens_at for row in rows):
            columns.append(narrow(self.t("Open from"), lambda row: self._local_day(times(row).opens_at)))
        if any(times(row).planned for row in rows):
            columns.append(narrow(self.t("Planned for"), lambda row: times(row).planned))
        return columns

    def _local_day(self, instant: datetime | None) -> date | None:
        return None if instant is None else local_date(instant, self.zone)

    def days_overdue(self, deadline: datetime | None) -> int | None:
        """Days past the deadline; one that has begun counts."""
        return None if deadline is None else Deadline(deadline, self.zone).days_late(self.now)

    def chase_links(self, ids: Iterable[int]) -> list[str]:
        """Where each report can be chased, for a person who may chase at all."""
        return [f"/chase?obligation={id}" for id in ids] if self.may_chase else []

    def show_tables(self, template: str, sheets: Iterable[TableSheet], /, **values: object) -> Response:
        """The page with its tables, or the one table that the address asks for as a file."""
        by_name = {sheet.name: sheet for sheet in sheets}
        if self.export:
            sheet = by_name.get(self.table)
            if sheet is None:
                raise NotFound(self.t("There is no such table."))
            return download(sheet, self.export, self.language, self.zone, self._about(sheet))
        return self.show(
            template,
            page=self,
            filters=self.filters,
            sheets=by_name,
            now=self.now,
            cell_words=lambda cell: words(cell, self.language, self.zone),
            rows_per_page=ROWS,
            keeps_codes=columns_kept,
            **values,
        )

    def period(self, key: str) -> str:
        """What a table and its file call a period."""
        return period_words(key, self.language) or self.t("once")

    def _about(self, sheet: TableSheet) -> list[tuple[str, str]]:
        """What the file is, as of when, with which filters."""
        chosen, language = self.filters, self.language
        plan, duty, unit = self._names_chosen()
        said = [
            (self.t("Table"), sheet.title),
            (self.t("As of"), moment_words(self.now, self.zone, self.language)),
            (self.t("Plan"), plan),
            (self.t("Duty"), duty),
            (self.t("Unit and branch"), unit),
            (self.t("Level"), say(Level(chosen.level), language) if chosen.level else ""),
            (self.t("Period"), self.period(chosen.period) if chosen.period else ""),
            (self.t("Rows"), str(len(sheet.rows))),
            (self.t("Codes"), self._codes_said(sheet)),
            (self.t("Downloaded by"), self.person.name),
        ]
        return [(name, value) for name, value in said if value]

    def _codes_said(self, sheet: TableSheet) -> str:
        has_codes = any(cell.is_code for row in sheet.rows[:1] for cell in row)
        return self.t("kept as text, so that zeros at the front stay") if has_codes else ""

    def _names_chosen(self) -> tuple[str, str, str]:
        """Plan, duty and unit that are chosen, by their names; empty where none is."""
        chosen = self.filters
        with self.reading() as session:
            plan = next((each for each in self.plans(session) if each.slug == chosen.plan), None)
            duties = duties_of(session, plan) if plan is not None else []
            unit = unit_id(session, chosen.branch) if chosen.branch else None
            found = names(session, [unit], self.today) if unit is not None else {}
        titles = [duty.title for duty in duties if duty.key == chosen.duty]
        return (
            (plan.number or plan.title) if plan is not None else "",
            titles[0] if titles else chosen.duty,
            found[unit].name if unit in found else "",
        )

    def filter_choices(self, session: Session) -> dict[str, object]:
        """What the form of filters offers beside the branch: plans and levels."""
        return {"plans": self.plans(session), "levels": list(Level)}

    def branch(self, session: Session) -> Branch:
        """The branch that is chosen, with the units around it."""
        return branch_of(session, self.scope)

    def _require_known(self, session: Session) -> None:
        chosen, t = self.filters, self.t
        if chosen.branch:
            try:
                unit_id(session, chosen.branch)
            except NotFound as error:
                said = t("There is no unit with code “%(branch)s”.", branch=chosen.branch)
                raise self.unknown("branch", said) from error
        if chosen.level and chosen.level not in set(Level):
            raise self.unknown("level", t("There is no level “%(level)s”.", level=chosen.level))
        plans = self.plans(session) if chosen.plan or chosen.period else []
        if chosen.plan and chosen.plan not in {plan.slug for plan in plans}:
            raise self.unknown("plan", t("There is no plan “%(plan)s”.", plan=chosen.plan))
        if chosen.period:
            ids = [plan.id for plan in plans if chosen.plan in ("", plan.slug)]
            self.require_period(periods_of(session, ids, chosen.duty, today=self.today))

    def require_period(self, known: Sequence[KnownPeriod]) -> None:
        """Raises `UnknownFilter` where the period is none, or none of those there are, in order of time."""
        text = self.filters.period
        try:
            asked = Period.parse(text)
        except PeriodError as error:
            said = self.t("The period “%(period)s” cannot be read.", period=text)
            raise self.unknown("period", said, self._offered(known)) from error
        if known and not any(is_within(each.period, asked) for each in known):
            said = self.t("Nothing is owed for “%(period)s” here.", period=self.period(asked.key))
            raise self.unknown("period", said, self._offered(known))

    def unknown(self, field: str, said: str, offers: Sequence[Offer] = ()) -> UnknownFilter:
        return UnknownFilter(self, field, said, offers)

    def _offered(self, known: Sequence[KnownPeriod]) -> list[Offer]:
        """All where they are few, else the newest that have begun, and the one after them."""
        begun = [each for each in known if each.has_begun]
        some = known if len(known) <= MOST_OFFERED else [*known[len(begun) :][:1], *reversed(begun)]
        keys = [each.period.key for each in some[:MOST_OFFERED]]
        return [(self.period(key), self._with(period=key)) for key in keys]

    def _with(self, **changes: str) -> str:
        """The page's own address with this chosen instead."""
        return self.filters.link(self.request.url.path, **changes)

    def with_unit(self, session: Session, words: str) -> MonitorPage:
        """The page with the branch that somebody typed, by name or code. Raises `UnknownFilter`."""
        search = unit_search(session, self.today)
        seen = set(session.scalars(seen_units(self.person, self.today)))
        try:
            found = [unit for unit in search.called(words) if search.units.by_code[unit.code].id in seen]
        except NotFound:
            found = []
        if len(found) == 1:
            return self.with_filters(branch=found[0].code)
        if found:
            said = self.t("Several units are called “%(name)s”: choose one.", name=words)
            if len(found) == MOST_FOUND:
                said += " " + self.t("Here are the first %(most)s; write more of the name.", most=MOST_FOUND)
        else:
            said = self.t("No unit that you may see is called “%(name)s”.", name=words)
        offers = [
            (
                f"{each.name} ({each.code}, {each.above})" if each.above else each.name,
                self._with(branch=each.code),
            )
            for each in found
        ]
        raise self.unknown("unit", said, offers)


Offer = tuple[str, str]
"""What may be chosen instead, in words, and its address."""
MOST_OFFERED = 12


class UnknownFilter(Exception):
    """A filter of the address that means nothing; the page says so beside the field, with what there is."""

    def __init__(self, page: MonitorPage, field: str, said: str, offers: Sequence[Offer]) -> None:
        super().__init__(said)
        self.page, self.field, self.said, self.offers = page, field, said, offers


def show_unknown(_request: Request, error: Exception) -> Response:
    """The filters with what is wrong in them, and nothing that they would have chosen."""
    assert isinstance(error, UnknownFilter)
    page = error.page
    known = page.with_filters(branch="") if error.field in ("branch", "unit") else page
    with page.reading() as session:
        return page.show(
            "monitor/unknown_filter.html",
            422,
            page=page,
            filters=page.filters,
            wrong={error.field: error.said},
            offers=error.offers,
            branch=known.branch(session),
            now=page.now,
            **page.filter_choices(session),
        )


def monitor_page(
    request: Request,
    chosen: Annotated[Filters, Depends(filters)],
    page: Text = "",
    table: Text = "",
    export: Text = "",
    unit: Text = "",
) -> MonitorPage:
    """Raises `NotSignedIn`, or `UnknownFilter` for a `unit` typed by name that is none or several."""
    kind = export if export in EXPORTS else ""
    asked = MonitorPage(
        **vars(signed_in(request)), filters=chosen, number=typed_page(page), table=table, export=kind
    )
    if chosen.period:
        with suppress(PeriodError):
            asked = asked.with_filters(period=read_period(chosen.period, asked.today.year).key)
    if typed(unit):
        with asked.reading() as session:
            asked = asked.with_unit(session, typed(unit))
    return asked


MonitorDep = Annotated[MonitorPage, Depends(monitor_page)]
