"""Where a view's events come from: the obligations of units, or the counts of a branch or a plan.

Sources are found for many views at once, in a fixed number of queries, so that a tick can look after all of
them; a single fetch asks the same way for one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from calendars.periods import Language
from models.plan import Plan
from models.settings import Settings
from models.unit import Contact, Unit, UnitVersion
from models.validity import sql_is_valid
from reporting.feeds.events import EventContext, count_events, owed_events
from reporting.feeds.rows import MOST_IDS, Mark, branch_marks, in_branch, in_plan, owed_marks, plan_marks
from reporting.feeds.text import WORDS, Speaker
from reporting.feeds.view import FeedView, FeedWindow


@dataclass(frozen=True, kw_only=True)
class Source:
    """The rows of one view: of these units, or of one branch or plan by its id."""

    view: FeedView
    name: str
    ids: frozenset[int]

    def events(
        self, session: Session, settings: Settings, subjects: Collection[int], speaker: Speaker
    ) -> dict[int, EventContext]:
        """By obligation or occurrence."""
        if not subjects:
            return {}
        if self.view.kind in ("unit", "person"):
            return owed_events(session, settings, subjects, speaker)
        key = (self.view.kind, self.view.key)
        return count_events(session, settings, subjects, self._scope(), key, speaker)

    def _scope(self) -> ColumnElement[bool]:
        (head,) = self.ids
        return in_branch(head) if self.view.kind == "branch" else in_plan(head)


def marks_of(session: Session, window: FeedWindow, sources: Iterable[Source]) -> dict[FeedView, list[Mark]]:
    """What each source shows now, in order of the rows' ids."""
    by_kind: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_kind["owed" if source.view.kind in ("unit", "person") else source.view.kind].append(source)
    found: dict[FeedView, list[Mark]] = {}
    for kind, ask in (("owed", owed_marks), ("branch", branch_marks), ("plan", plan_marks)):
        of_kind = by_kind[kind]
        marks = ask(session, window, {id_ for source in of_kind for id_ in source.ids}) if of_kind else {}
        for source in of_kind:
            found[source.view] = sorted(mark for id_ in source.ids for mark in marks.get(id_, ()))
    return found


def sources(session: Session, views: Iterable[FeedView], today: date) -> dict[FeedView, Source]:
    """The source of each view; a view of something that does not exist has none."""
    by_kind: dict[str, list[FeedView]] = defaultdict(list)
    for view in views:
        by_kind[view.kind].append(view)
    units = _units(session, {view.key for kind in ("unit", "branch") for view in by_kind[kind]}, today)
    found = {
        view: _source(view, units[view.key])
        for kind in ("unit", "branch")
        for view in by_kind[kind]
        if view.key in units
    }
    plans = _plans(session) if by_kind["plan"] else {}
    found |= {view: _source(view, plans[view.key]) for view in by_kind["plan"] if view.key in plans}
    people = contacts_of(session, {view.key for view in by_kind["person"]}, today)
    return found | {
        view: Source(view=view, name=_person_name(view, people[view.key]), ids=_unit_ids(people[view.key]))
        for view in by_kind["person"]
        if people.get(view.key)
    }


class Served(NamedTuple):
    """A unit that a person serves, under the name and in the language noted there."""

    address: str
    unit_id: int
    name: str
    language: str


def contacts_of(session: Session, addresses: Collection[str], today: date) -> dict[str, list[Served]]:
    """By address, what units the person serves today, the oldest entry first."""
    found: dict[str, list[Served]] = defaultdict(list)
    for some in _text_chunks(addresses):
        for row in session.execute(_contacts(), {"today": today, "addresses": list(some)}).all():
            served = Served(*row)
            found[served.address].append(served)
    return found


@lru_cache(maxsize=1)
def _contacts() -> Select[Any]:
    today: BindParameter[Any] = bindparam("today")
    addresses: BindParameter[Any] = bindparam("addresses", expanding=True)
    return (
        sa_select(*(getattr(Contact, name) for name in Served._fields))
        .where(sql_is_valid(Contact, today))
        .where(col(Contact.address).in_(addresses))
        .order_by(col(Contact.id))
    )


def _source(view: FeedView, named: tuple[int, str]) -> Source:
    id_, name = named
    return Source(view=view, name=_title(view.kind, view.language, name), ids=frozenset({id_}))


def _title(kind: str, language: Language, name: str) -> str:
    return WORDS[language][f"{kind} feed"].format(name)


def _person_name(view: FeedView, contacts: list[Served]) -> str:
    return _title("unit", view.language, contacts[0].name)


def _unit_ids(contacts: list[Served]) -> frozenset[int]:
    return frozenset(contact.unit_id for contact in contacts)


def _units(session: Session, codes: Collection[str], today: date) -> Mapping[str, tuple[int, str]]:
    """By code, id and name; a unit that is no more keeps its last one: its feed still shows what it owed."""
    query = (
        select(Unit.code, Unit.id, UnitVersion.name)
        .join(UnitVersion, col(UnitVersion.unit_id) == Unit.id)
        .where(UnitVersion.valid_from <= today)
        .order_by(col(UnitVersion.valid_from))
    )
    return {
        code: (id_ or 0, name)
        for some in _text_chunks(codes)
        for code, id_, name in session.exec(query.where(col(Unit.code).in_(some)))
    }


def _plans(session: Session) -> Mapping[str, tuple[int, str]]:
    return {slug: (id_ or 0, number) for slug, id_, number in session.exec(
        select(Plan.slug, Plan.id, Plan.number)
    )}  # fmt: skip


def _text_chunks(texts: Collection[str]) -> Iterable[list[str]]:
    ordered = sorted(texts)
    return (ordered[start : start + MOST_IDS] for start in range(0, len(ordered), MOST_IDS))
