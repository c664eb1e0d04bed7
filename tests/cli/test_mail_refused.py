"""`dondoc mail refused` and `mail trust`: wrong marks are seen and taken away at once for many."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from models.database import reading, writing
from models.unit import Contact
from reporting.audit.log import entries
from tests.cli.conftest import Dondoc
from tests.conftest import at
from tests.reporting.world import World

CONTACTS = (
    "unit,name,role,address\n"
    "x1,An,clerk,an@p.example\nx2,Binh,clerk,binh@p.example\nd1,Chi,clerk,chi@p.example\n"
)
DAYS = {
    "an@p.example": "2024-01-05 09:00:00",
    "binh@p.example": "2024-01-08 09:00:00",
    "chi@p.example": "2024-01-09 09:00:00",
}


@pytest.fixture
def marked(province: World) -> World:
    province.units(CONTACTS)
    with writing(province.engine) as session:
        for contact in session.exec(select(Contact).where(col(Contact.address).in_(DAYS))):
            contact.bounced_at = contact.refused_at = at(DAYS[contact.address])
            session.add(contact)
    return province


def still(world: World) -> list[str]:
    with reading(world.engine) as session:
        return sorted(session.exec(select(Contact.address).where(col(Contact.bounced_at).is_not(None))))


def test_it_lists_who_is_marked_the_newest_first(dondoc: Dondoc, marked: World) -> None:
    found = dondoc("mail", "refused", "--json").json
    assert [(each["unit"], each["address"], each["since"]) for each in found] == [
        ("d1", "chi@p.example", "2024-01-09T09:00:00+07:00"),
        ("x2", "binh@p.example", "2024-01-08T09:00:00+07:00"),
        ("x1", "an@p.example", "2024-01-05T09:00:00+07:00"),
    ]
    assert len(dondoc("mail", "refused", "--since", "2024-01-08", "--json").json) == 2


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (["--all"], []),
        (["--since", "2024-01-08"], ["an@p.example"]),
        (["Binh@p.example", "an@p.example"], ["chi@p.example"]),
    ],
)
def test_it_takes_many_marks_away_at_once(
    dondoc: Dondoc, marked: World, chosen: list[str], left: list[str]
) -> None:
    done = dondoc("mail", "trust", *chosen, "--yes", "--by", "Dave")
    assert (done.code, still(marked)) == (0, left), done.err
    with reading(marked.engine) as session:
        audited = [each for each in entries(session, limit=50) if each.action == "clear-bounce"]
        refused = session.exec(select(Contact.refused_at).where(col(Contact.bounced_at).is_(None))).all()
    assert len(audited) == len(DAYS) - len(left)
    assert set(refused) == {None}  # so that the next refusal is a first one


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ([], "say whose marks"),
        (["--all"], "3 contacts are to be written to again"),  # it asks, and nobody is there to answer
        (["nobody@p.example", "--yes"], "not marked: nobody@p.example"),
    ],
)
def test_it_asks_whose_and_takes_no_mark_away_otherwise(
    dondoc: Dondoc, marked: World, chosen: list[str], words: str
) -> None:
    refused = dondoc("mail", "trust", *chosen)
    assert (refused.code, len(still(marked))) == (1, 3)
    assert words in refused.err
