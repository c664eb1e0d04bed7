"""Where a view's events come from: the obligations of units, or the counts of a branch or a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from messages.catalogue import translate
from models.database import rows_of
from models.obligation import Obligation
from models.plan import Plan
from models.settings import Settings
from models.unit import Contact, Unit, UnitVersion
from models.validity import sql_is_valid
from reporting.feeds.events import EventContext, count_event, owed_event
from reporting.feeds.rows import (
    Versions,
    count_rows,
    counted_versions,
    overdue_names,
    owed_rows_of,
    owed_versions,
)
from reporting.feeds.text import NAMES, Speaker
from reporting.feeds.view import FeedView, FeedWindow


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
        if self.view.kind == "plan":
            return col(Obligation.plan_id) == head
        return col(Obligation.branch).contains(f"/{head}/", autoescape=True)

    def versions(self, session: Session, window: FeedWindow) -> Versions:
        """What it shows, by id and version, in a fixed order. The same versions, the same events."""
        if self.is_counted:
            return counted_versions(session, self.scope, window)
        return owed_versions(session, self.ids, window)

    def events(
        self,
        session: Session,
        settings: Settings,
        window: FeedWindow,
        versions: Versions,
        speaker: Speaker,
    ) -> list[EventContext]:
        if not self.is_counted:
            rows = owed_rows_of(session, (row[0] for row in versions))
            return [owed_event(row, settings, speaker) for row in rows]
        counts = count_rows(session, self.scope, window)
        late = overdue_names(session, self.scope, (row.occurrence_id for row, _ in counts))
        return [
            count_event(counted, late[counted[0].occurrence_id], self.view.of, settings, speaker)
            for counted in counts
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
            named = translate(view.language, NAMES[view.kind], name=name)
            found[view] = Source(view=view, name=named, ids=ids)
    return found


def contacts_of(session: Session, addresses: Iterable[str], today: date) -> Mapping[str, list[Contact]]:
    """By address, as whom the person serves which units today, the oldest entry first."""
    query = select(Contact).where(sql_is_valid(Contact, today)).order_by(col(Contact.id))
    found: dict[str, list[Contact]] = defaultdict(list)
    for (contact,) in rows_of(session, query, col(Contact.address), addresses):
        found[contact.address].append(contact)
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
        code: (name, frozenset({id_})) for code, id_, name in rows_of(session, query, col(Unit.code), codes)
    }


def _plans(session: Session) -> Named:
    query = select(col(Plan.slug), col(Plan.id), col(Plan.number))
    return {slug: (number, frozenset({id_})) for slug, id_, number in session.execute(query)}
