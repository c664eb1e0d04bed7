"""What every page of a monitor starts from: who looks, at which instant, at which part of it all.

The filters stand in the address and nowhere else, so that a link says what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from sqlalchemy import ColumnElement
from sqlmodel import Session

from calendars.errors import CalendarError
from calendars.periods import Period
from models.errors import NotFound
from models.plan import Plan
from models.text import clean_line
from models.vocabulary import AccessRole, Level
from reporting.access.rights import Person
from reporting.monitoring.scope import MonitorScope, visible_plans
from reporting.obligations.filters import Selection
from reporting.unit_names import unit_id
from web.auth import SignedIn
from web.context import Edge, EdgeDep
from web.form_values import typed_page
from web.rendering import Pages, PagesDep

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
    """A name as somebody may have typed it: without what no name holds and PostgreSQL refuses."""
    return clean_line(text)[:LONGEST]


@dataclass(frozen=True)
class MonitorRequest:
    """One request of a monitor's page."""

    edge: Edge
    pages: Pages
    person: Person
    now: datetime
    filters: Filters
    page: int = 1
    table: str = ""
    export: str = ""

    @property
    def today(self) -> date:
        return self.edge.today(self.now)

    @property
    def zone(self) -> ZoneInfo:
        return self.edge.settings.zone

    @property
    def scope(self) -> MonitorScope:
        return MonitorScope(self.person, self.filters.selection(), self.today)

    @property
    def may_chase(self) -> bool:
        """Whether there is anything the person might chase; each report is asked again when it is done."""
        return any(held.role is not AccessRole.CLERK for held in self.person.held)

    def t(self, vietnamese: str, english: str) -> str:
        return self.pages.t(vietnamese, english)

    def with_filters(self, **changes: str) -> MonitorRequest:
        return replace(self, filters=replace(self.filters, **changes))

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        """The filters within what the person may see. Raises `NotFound` in the visitor's language."""
        self._require_known(session)
        return self.scope.conditions(session)

    def plans(self, session: Session) -> Sequence[Plan]:
        return visible_plans(session, self.person, self.today)

    def slice(self, rows: int = ROWS) -> tuple[int | None, int]:
        """Limit and offset of the page's rows; a file that is taken away holds all of them."""
        return (None, 0) if self.export else (rows, (self.page - 1) * rows)

    def _require_known(self, session: Session) -> None:
        chosen = self.filters
        if chosen.level and chosen.level not in set(Level):
            raise NotFound(self.t(f"Không có cấp “{chosen.level}”.", f"There is no level “{chosen.level}”."))
        if chosen.period and not _is_period(chosen.period):
            raise NotFound(
                self.t(
                    f"Không đọc được kỳ “{chosen.period}”; viết như 2024-02, 2024-Q1, 2024.",
                    f"The period “{chosen.period}” cannot be read; write 2024-02, 2024-Q1, 2024.",
                )
            )
        if chosen.branch:
            try:
                unit_id(session, chosen.branch)
            except NotFound as error:
                raise NotFound(
                    self.t(
                        f"Không có đơn vị mã “{chosen.branch}”.",
                        f"There is no unit with code “{chosen.branch}”.",
                    )
                ) from error
        if chosen.plan and chosen.plan not in {plan.slug for plan in self.plans(session)}:
            raise NotFound(
                self.t(f"Không có kế hoạch “{chosen.plan}”.", f"There is no plan “{chosen.plan}”.")
            )


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except CalendarError:
        return False
    return True


def desk(
    edge: EdgeDep,
    pages: PagesDep,
    person: SignedIn,
    chosen: Annotated[Filters, Depends(filters)],
    page: Text = "",
    table: Text = "",
    export: Text = "",
) -> MonitorRequest:
    kind = export if export in EXPORTS else ""
    return MonitorRequest(edge, pages, person, edge.now, chosen, typed_page(page), table, kind)


DeskDep = Annotated[MonitorRequest, Depends(desk)]
