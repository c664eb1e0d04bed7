"""The page of addresses marked as refusing mail: seen together, marks taken away for many at once."""

from __future__ import annotations

import re
import unicodedata

import pytest
from sqlmodel import col, select

from models.database import reading, writing
from models.unit import Contact
from tests.conftest import at
from tests.reporting.world import World
from tests.web.admin.conftest import NOW, text_of
from tests.web.cast import Browser

CONTACTS = "unit,name,role,address\n" + "".join(
    f"x1,Clerk {number},clerk,c{number}@p.example\n" for number in range(1, 6)
)
PAGE = "/admin/outbox/refused"


@pytest.fixture
def marked(province: World) -> World:
    province.units(CONTACTS)
    with writing(province.engine) as session:
        for contact in session.exec(select(Contact).where(col(Contact.address).like("c_@p.example"))):
            contact.bounced_at = at(NOW)
            session.add(contact)
    return province


def still(world: World) -> list[str]:
    with reading(world.engine) as session:
        return sorted(session.exec(select(Contact.address).where(col(Contact.bounced_at).is_not(None))))


def test_marks_are_taken_away_from_the_chosen_and_from_all(dave: Browser, marked: World) -> None:
    page = dave.client.get(PAGE).text
    ids = re.findall(r'name="ids" value="(\d+)"', page)
    assert len(ids) == 5
    assert "c3@p.example" in text_of(page)
    done = dave.client.post(f"{PAGE}/trust", data={**dave.form(), "ids": ids[:2]})
    assert (done.status_code, len(still(marked))) == (303, 3)
    assert "2 addresses are written to again" in text_of(dave.client.get(done.headers["location"]).text)
    dave.client.post(f"{PAGE}/trust", data=dave.form(all="yes", q="c5@"))
    assert "c5@p.example" not in still(marked)
    dave.client.post(f"{PAGE}/trust", data=dave.form(all="yes"))
    assert still(marked) == []
    assert "No address is marked." in text_of(dave.client.get(PAGE).text)


def test_health_and_outbox_lead_there(dave: Browser, marked: World) -> None:
    for page in ("/admin/health", "/admin/outbox"):
        assert f'href="{PAGE}"' in dave.client.get(page).text


@pytest.mark.parametrize("words", ["Xã Đông", "XÃ ĐÔNG", unicodedata.normalize("NFD", "xã đông"), "xa dong"])
def test_the_unit_is_found_as_people_type_it(dave: Browser, marked: World, words: str) -> None:
    marked.units("code,name,level,kind,superior\nx9,Xã Đông,grassroots,xa,")
    marked.units("unit,name,role,address\nx9,Clerk 9,clerk,c9@p.example\n")
    with writing(marked.engine) as session:
        contact = session.exec(select(Contact).where(Contact.address == "c9@p.example")).one()
        contact.bounced_at = at(NOW)
        session.add(contact)
    page = text_of(dave.client.get(PAGE, params={"q": words}).text)
    assert "c9@p.example" in page
    assert "c3@p.example" not in page
