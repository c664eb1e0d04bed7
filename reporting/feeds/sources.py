"""Where a view's events come from: the obligations of units, or the counts of a branch or a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from models.database import chunks
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.unit import Contact, Unit, UnitVersion
from models.validity import sql_is_valid
from reporting.feeds.events import EventContext, count_event, owed_event
from reporting.feeds.rows import (
    Counted,
    count_rows,
    in_branch,
    in_plan,
    overdue_names,
    owed_rows_of,
    owed_versions,
)
from reporting.feeds.text import Speaker, feed_name
from reporting.feeds.view import FeedView, FeedWindow


class Contents(NamedTuple):
    """What a view shows: obligations by id and version, or counts. The same contents, the same events."""

    owed: list[tuple[int, int]]
    counted: list[Counted]


@dataclass(frozen=True, kw_only=True)
class Source:
    """The rows of one view: of these units, or of one branch or plan by its id."""

    view: FeedView
    name: str
    ids: frozenset[int]

    @property
    def is_counted(self) -> bool:
        """A branch and a plan are shown as counts, because nobody reads ten thousand events."""
        return self.view.kind in ("branch", "plan")

    @property
    def scope(self) -> ColumnElement[bool]:
        """The obligations that it shows, in whatever window."""
        if not self.is_counted:
            return col(Obligation.unit_id).in_(self.ids)
        (head,) = self.ids
        return in_branch(head) if self.view.kind == "branch" else in_plan(head)

    def contents(self, session: Session, window: FeedWindow) -> Contents:
        """In a fixed order."""
        if self.is_counted:
            return Contents([], count_rows(session, self.scope, window))
        return Contents(owed_versions(session, window, self.ids), [])

    def events(
        self, session: Session, settings: Settings, contents: Contents, speaker: Speaker
    ) -> list[EventContext]:
        if not self.is_counted:
            rows = owed_rows_of(session, (id_ for id_, _ in contents.owed))
            return [owed_event(row, settings, speaker) for row in rows]
        late = overdue_names(session, self.scope, (row.occurrence_id for row, _ in contents.counted))
        return [
            count_event(counted, late[counted[0].occurrence_id], self.view.of, settings, speaker)
            for counted in contents.counted
        ]


def sources(session: Session, views: Iterable[FeedView], today: date) -> dict[FeedView, Source]:
    """The source of each view; a view of something that does not exist has none. At most four queries."""
    keys: dict[str, set[str]] = defaultdict(set)
    every = list(views)
    for view in every:
        keys["unit" if view.kind == "branch" else view.kind].add(view.key)
    units = _units(session, keys["unit"], today) if keys["unit"] else {}
    plans = _plans(session) if keys["plan"] else {}
    people = {
        address: (contacts[0].name, frozenset(contact.unit_id for contact in contacts))
        for address, contacts in contacts_of(session, keys["person"], today).items()
    }
    of_kind = {"unit": units, "branch": units, "plan": plans, "person": people}
    found = {}
    for view in every:
        if view.key in of_kind[view.kind]:
            name, ids = of_kind[view.kind][view.key]
            found[view] = Source(view=view, name=feed_name(view.kind, name, view.language), ids=ids)
    return found


class Served(NamedTuple):
    """A unit that a person serves, under the name and in the language noted there."""

    address: str
    unit_id: int
    name: str
    language: str


def contacts_of(session: Session, addresses: Iterable[str], today: date) -> Mapping[str, list[Served]]:
    """By address, what units the person serves today, the oldest entry first."""
    query = (
        select(*(col(getattr(Contact, name)) for name in Served._fields))
        .where(sql_is_valid(Contact, today))
        .order_by(col(Contact.id))
    )
    found: dict[str, list[Served]] = defaultdict(list)
    for some in chunks(addresses):
        for row in session.execute(query.where(col(Contact.address).in_(some))):
            found[row.address].append(Served(*row))
    return found


Named = Mapping[str, tuple[str, frozenset[int]]]
"""By key, a name and ids."""


def _units(session: Session, codes: Iterable[str], today: date) -> Named:
    """A unit that is no more keeps its last name: its feed still shows what it owed."""
    query = (
        select(col(Unit.code), col(Unit.id), col(UnitVersion.name))
        .join(UnitVersion, col(UnitVersion.unit_id) == col(Unit.id))
        .where(col(UnitVersion.valid_from) <= today)
        .order_by(col(UnitVersion.valid_from))
    )
    return {
        code: (name, frozenset({id_}))
        for some in chunks(codes)
        for code, id_, name in session.execute(query.where(col(Unit.code).in_(some)))
    }


def _plans(session: Session) -> Named:
    query = select(col(Plan.slug), col(Plan.id), col(Plan.number))
    return {slug: (number, frozenset({id_})) for slug, id_, number in session.execute(query)}
