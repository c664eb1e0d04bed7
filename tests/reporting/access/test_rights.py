"""Who may do what with a report: the table row by row, as a question and as a condition of a query."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.database import reading, writing
from models.obligation import Obligation
from models.unit import Unit
from models.vocabulary import AccessRole, Act
from reporting.access.directory import administered
from reporting.access.rights import HeldRole, Person, acts, may, permitted
from tests.reporting.world import UNITS, World

TODAY = date(2024, 2, 10)
CLERK, HEAD, MONITOR, ADMINISTRATOR = AccessRole
NONE, SEE = "", "see"
OWN = "see file"
REVIEWS, LEADS = "see review", "see review decide chase"
DECIDES = "see decide chase"
ALL = "see file review decide chase correct"

# Whose report: x1's (to d1), d1's (through so to van-phong, not filed), so's own (to p). `so` watches.
TABLE: list[tuple[AccessRole, str | None, str, str, str]] = [
    # role, in unit,        x1's,    d1's,    so's
    (CLERK, "x1", OWN, NONE, NONE),
    (HEAD, "x1", OWN, NONE, NONE),
    (MONITOR, "x1", OWN, NONE, NONE),
    (ADMINISTRATOR, "x1", OWN, NONE, NONE),  # nobody decides about a report of their own unit
    (CLERK, "x2", NONE, NONE, NONE),
    (ADMINISTRATOR, "x2", NONE, NONE, NONE),
    (CLERK, "d1", REVIEWS, OWN, NONE),
    (HEAD, "d1", LEADS, OWN, NONE),
    (MONITOR, "d1", LEADS, OWN, NONE),
    (ADMINISTRATOR, "d1", ALL, OWN, NONE),
    (CLERK, "d2", NONE, NONE, NONE),
    (HEAD, "d2", NONE, NONE, NONE),
    (CLERK, "van-phong", NONE, NONE, NONE),
    (HEAD, "van-phong", NONE, NONE, NONE),
    (CLERK, "so", SEE, REVIEWS, OWN),
    (HEAD, "so", DECIDES, LEADS, OWN),
    (MONITOR, "so", DECIDES, LEADS, OWN),
    (CLERK, "so-2", NONE, NONE, NONE),
    (CLERK, "p", SEE, SEE, REVIEWS),
    (HEAD, "p", DECIDES, DECIDES, LEADS),
    (MONITOR, "p", DECIDES, DECIDES, LEADS),
    (ADMINISTRATOR, "p", ALL, ALL, ALL),
    (CLERK, None, SEE, SEE, SEE),
    (HEAD, None, DECIDES, DECIDES, DECIDES),
    (MONITOR, None, DECIDES, DECIDES, DECIDES),
    (ADMINISTRATOR, None, ALL, ALL, ALL),
]


def unit_id(session: Session, code: str) -> int:
    return int(session.execute(select(col(Unit.id)).where(col(Unit.code) == code)).scalar_one())


def somebody(session: Session, *grants: tuple[AccessRole, str | None]) -> Person:
    held = tuple(HeldRole(role, None if unit is None else unit_id(session, unit)) for role, unit in grants)
    return Person(account_id=1, name="Somebody", address="s@p.gov.vn", language="vi", held=held)


def report_of(world: World, unit: str) -> int:
    return world.one(unit, "2024-02").id


def words(allowed: frozenset[Act]) -> str:
    return " ".join(act.value for act in Act if act in allowed)


def test_each_role_may_do_what_the_table_says(world: World, engine: Engine) -> None:
    world.open()
    ids = [report_of(world, unit) for unit in ("x1", "d1", "so")]
    with reading(engine) as session:
        found = []
        for role, unit, *_ in TABLE:
            person = somebody(session, (role, unit))
            found.append((role, unit, *(words(acts(session, person, id, TODAY)) for id in ids)))
        assert found == TABLE


def test_a_person_with_no_grant_may_nothing(world: World, engine: Engine) -> None:
    world.open()
    with reading(engine) as session:
        assert acts(session, somebody(session), report_of(world, "x1"), TODAY) == frozenset()


def test_the_question_and_the_condition_agree_on_every_report(world: World, engine: Engine) -> None:
    world.open()
    ids = [report_of(world, unit) for unit in ("x1", "x2", "x3", "d1", "d2", "so-2", "so")]
    grants = [(HEAD, "d1"), (CLERK, "x3"), (MONITOR, "so"), (ADMINISTRATOR, "d2")]
    with reading(engine) as session:
        for grant, act in product(grants, Act):
            person = somebody(session, grant)
            query = select(col(Obligation.id)).where(
                permitted(person, act, TODAY), col(Obligation.id).in_(ids)
            )
            listed = set(session.scalars(query))
            assert listed == {id for id in ids if may(session, person, act, id, TODAY)}


TWICE = [
    # A clerk at home who leads above decides about everybody's reports but those of home.
    (((CLERK, "d1"), (HEAD, "p")), "d1", OWN),
    (((CLERK, "d1"), (HEAD, "p")), "d2", DECIDES),
    (((CLERK, "x1"), (MONITOR, None)), "x1", OWN),
    (((CLERK, "x1"), (MONITOR, None)), "x2", DECIDES),
    (((CLERK, "d1"), (ADMINISTRATOR, "p")), "d1", OWN),
    (((CLERK, "d1"), (ADMINISTRATOR, None)), "d1", ALL),  # somebody must be able to
]


@pytest.mark.parametrize(("grants", "unit", "allowed"), TWICE)
def test_nobody_decides_about_a_report_of_their_own_unit_whatever_they_are_above(
    world: World, engine: Engine, grants: tuple[tuple[AccessRole, str | None], ...], unit: str, allowed: str
) -> None:
    """Found in review: a second role further up opened one's own unit's reports."""
    world.open()
    with reading(engine) as session:
        person = somebody(session, *grants)
        assert words(acts(session, person, report_of(world, unit), TODAY)) == allowed


def test_after_a_reorganisation_the_new_superior_sees_what_the_old_one_saw(
    world: World, engine: Engine
) -> None:
    world.open()
    moved = UNITS.replace("x1,Xã Một,grassroots,xa,d1", "x1,Xã Một,grassroots,xa,d2")
    world.units(moved, as_of="2024-02-01")
    id = report_of(world, "x1")
    with writing(engine) as session:
        old, new = somebody(session, (HEAD, "d1")), somebody(session, (HEAD, "d2"))
        before, after = date(2024, 1, 31), date(2024, 2, 1)
        assert may(session, new, Act.SEE, id, after)
        assert may(session, new, Act.DECIDE, id, after)
        assert not may(session, new, Act.SEE, id, before)
        admin = somebody(session, (ADMINISTRATOR, "d2"))
        unit = unit_id(session, "x1")
        assert administered(session, admin, {unit}, after) == {unit}
        assert administered(session, admin, {unit}, before) == set()
        # The one to whom it was to be handed in still receives it: that is on the frozen row.
        assert may(session, old, Act.REVIEW, id, after)


@pytest.mark.parametrize(
    ("grant", "in_reach"),
    [
        ((ADMINISTRATOR, None), "p d1 x1 x3"),
        ((ADMINISTRATOR, "d1"), "d1 x1"),
        ((HEAD, "p"), ""),
        ((ADMINISTRATOR, "x1"), "x1"),
    ],
)
def test_an_administrator_administers_a_branch(
    world: World, engine: Engine, grant: tuple[AccessRole, str | None], in_reach: str
) -> None:
    del world
    with reading(engine) as session:
        person = somebody(session, grant)
        codes = {unit_id(session, code): code for code in ("p", "d1", "x1", "x3")}
        found = administered(session, person, set(codes), TODAY)
    assert " ".join(code for id, code in codes.items() if id in found) == in_reach
