"""The units: a tree that opens branch by branch, one found by its name, each with its history and its people.

Administrators of a branch see and change what lies in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlmodel import Session, col, select
from starlette.responses import Response

from models.unit import Contact, Unit
from models.vocabulary import AccessRole, Level, Role, say
from reporting.access.rights import Person
from reporting.unit_names import UnitName
from reporting.units.contacts import unreachable_units
from reporting.units.hierarchy import Hierarchy, UnitAsOf, hierarchy
from reporting.units.history import unit_history
from reporting.units.search import FoundUnit, unit_search
from web.admin.contact_list import units_to_fill_in
from web.admin.preview import AdminFault
from web.auth import Forbidden, OwnForm
from web.form_values import Search, field_day, typed_day
from web.page import BranchPage, Page

router = APIRouter(prefix="/admin/units", dependencies=[OwnForm], include_in_schema=False)
MOST_SHOWN = 400
"""Units directly below one that are listed; beyond that, the search finds them."""
MOST_FOUND = 100


@dataclass(frozen=True)
class TreeNode:
    """A unit in the tree: how many are below it in all, its units where it is open, and what is open once it
    is opened or closed."""

    unit: UnitAsOf
    below: int
    units: list[TreeNode] | None
    then: Sequence[str]
    more: int = 0


class TreeQuery(BaseModel):
    """Which units are open, on which day; or what is searched; or those `without` a contact."""

    open: list[str] = []
    q: Search = ""
    at: str = ""
    without: str = ""
    export: str = ""
    done: str = ""


@router.get("")
def units(page: BranchPage, asked: Annotated[TreeQuery, Query()]) -> Response:
    return _without_contact(page, asked.export) if asked.without == "contact" else _tree(page, asked)


def _tree(page: Page, asked: TreeQuery) -> Response:
    day, q = typed_day(asked.at) or page.today, asked.q
    with page.reading() as session:
        known = hierarchy(session, day)
        roots = roots_of(page.person, known)
        found = _named(session, known, roots, q, is_whole=page.person.administers_all) if q else None
    return page.show(
        "admin/units.html",
        nodes=[] if q else tree(known, roots, asked.open),
        found=found,
        most=MOST_FOUND,
        q=q,
        day=day,
        at=asked.at or field_day(day),
        is_today=day == page.today,
        count=sum(len(known.branch(root)) for root in roots),
        levels=level_words(page),
        done=asked.done,
    )


def _named(
    session: Session, known: Hierarchy, roots: list[UnitAsOf], words: str, *, is_whole: bool
) -> list[FoundUnit]:
    """Those found by the words in what is administered; in all of it those that have ended too."""
    search = unit_search(session, known.on)
    mine = {unit.id for root in roots for unit in known.branch(root)}
    hits = [hit for hit in search.hits(words) if hit.unit.id in mine]
    return [search.shown(hit) for hit in (*hits, *(search.ended_hits(words) if is_whole else ()))]


def _without_contact(page: Page, export: str) -> Response:
    """The units that owe and that no mail reaches; as a file to be filled in with their contacts."""
    with page.reading() as session:
        found = _unreachable(session, page.person, hierarchy(session, page.today))
    if export:
        return units_to_fill_in(page, found)
    return page.show("admin/units_without_contact.html", units=found)


def _unreachable(session: Session, person: Person, known: Hierarchy) -> list[UnitName]:
    """Those in what the person administers."""
    found = unreachable_units(session, known.on)
    if person.administers_all:
        return found
    mine = {unit.code for root in roots_of(person, known) for unit in known.branch(root)}
    return [unit for unit in found if unit.code in mine]


@router.get("/{code}")
def unit(code: str, page: BranchPage, done: str = "") -> Response:
    with page.reading() as session:
        return unit_page(session, page, code, done=done)


def unit_page(session: Session, page: Page, code: str, *, status: int = 200, **more: object) -> Response:
    """One unit; `more` has what a refused form said. Raises `NotFound` or `Forbidden`."""
    known = hierarchy(session, page.today)
    history = unit_history(session, code, page.today)
    here = known.by_code.get(code)
    require_branch(page.person, known, here)
    values: dict[str, object] = {"done": "", "typed": None, "wrong": {}, "said": ""}
    unit_row = session.exec(select(Unit).where(Unit.code == code)).one_or_none()
    values |= {"address": unit_row.address if unit_row else "", "address_wrong": ""}
    values |= {"contact": None, "contact_id": 0, "contact_wrong": {}}
    return page.show(
        "admin/unit.html",
        status,
        code=code,
        history=history,
        unit=here,
        name=here.name if here else history.versions[-1].name,
        superiors=[] if here is None else list(reversed(known.ancestors(here))),
        below=0 if here is None else len(known.below(here)),
        contacts=contacts_of(session, code),
        today=page.today,
        levels=list(Level),
        levels_of=level_words(page),
        names={each.code: each.name for each in known.by_id.values()},
        roles=list(Role),
        role_words={role.value: say(role, page.language) for role in Role},
        **values | more,
    )


def level_words(page: Page) -> dict[str, str]:
    """The levels as people read them, by their stored values."""
    return {level.value: say(level, page.language) for level in Level}


def contacts_of(session: Session, code: str) -> list[Contact]:
    """The unit's people, those who still hold first."""
    query = select(Contact).join(Unit, col(Unit.id) == col(Contact.unit_id)).where(Unit.code == code)
    order = (col(Contact.valid_to).is_not(None), col(Contact.role), col(Contact.address))
    return list(session.exec(query.order_by(*order)))


def roots_of(person: Person, known: Hierarchy) -> list[UnitAsOf]:
    """The tops of what the person administers."""
    if person.administers_all:
        return known.roots
    own = [known.by_id[id] for id in person.units_as(AccessRole.ADMINISTRATOR) if id in known.by_id]
    inside = {each.id for each in own}
    return sorted(
        (each for each in own if not inside & {above.id for above in known.ancestors(each)}),
        key=lambda each: each.code,
    )


def is_in_branch(person: Person, known: Hierarchy, unit: UnitAsOf) -> bool:
    """Whether the unit lies in what the person administers."""
    tops = {root.id for root in roots_of(person, known)}
    return person.administers_all or bool(tops & {unit.id, *(each.id for each in known.ancestors(unit))})


def require_branch(person: Person, known: Hierarchy, unit: UnitAsOf | None) -> None:
    """Raises `Forbidden` for a unit of another branch, or of none any more."""
    if not person.administers_all and (unit is None or not is_in_branch(person, known, unit)):
        raise Forbidden(AdminFault.OUTSIDE())


def tree(known: Hierarchy, roots: list[UnitAsOf], opened: Sequence[str]) -> list[TreeNode]:
    """The roots, and the way down to each unit that is opened, with what is directly below it."""
    open_codes = list(dict.fromkeys(code for code in opened if code in known.by_code))
    ways = [known.by_code[code] for code in open_codes]
    way = {unit.id for each in ways for unit in (each, *known.ancestors(each))}
    sizes: dict[int, int] = {}
    for root in known.roots:
        for each in reversed(known.branch(root)):
            sizes[each.id] = sum(sizes[below.id] + 1 for below in known.below(each))

    def node(unit: UnitAsOf) -> TreeNode:
        size = sizes.get(unit.id, 0)
        if unit.id not in way:
            return TreeNode(unit, size, None, [*open_codes, unit.code])
        below = known.below(unit)
        shown = [each for n, each in enumerate(below) if n < MOST_SHOWN or each.id in way]
        inside = {each.code for each in known.branch(unit)}
        above = known.superior(unit)
        then = [code for code in open_codes if code not in inside] + ([above.code] if above else [])
        return TreeNode(unit, size, [node(each) for each in shown], then, len(below) - len(shown))

    return [node(root) for root in roots]
