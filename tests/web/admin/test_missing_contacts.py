"""Units that owe and have no contact, addresses that refuse mail: counted, listed, filled in, loaded."""

from __future__ import annotations

import csv
import io

import pytest
from sqlmodel import col, select

from models.database import reading, writing
from models.unit import Contact
from tests.conftest import at
from tests.reporting.world import World
from tests.web.admin.conftest import NOW, text_of, value_of
from tests.web.cast import Browser

WITHOUT = "/admin/units?without=contact"
REFUSED = "/admin/outbox/refused"
PEOPLE = "unit,name,role,address\n" + "".join(
    f"{unit},A. {unit},clerk,{unit}@p.example\n" for unit in ("d1", "d2", "so", "x1", "x2", "x3")
)


@pytest.fixture
def peopled(province: World) -> World:
    """All who owe have a contact, but for so-2; and the one of x2 refuses mail."""
    province.units(PEOPLE)
    with writing(province.engine) as session:
        contact = session.exec(select(Contact).where(Contact.address == "x2@p.example")).one()
        contact.bounced_at = at(NOW)
        session.add(contact)
    return province


def addresses(world: World) -> set[tuple[str, bool]]:
    """Those that hold or held, with whether they still do."""
    with reading(world.engine) as session:
        found = session.exec(select(Contact).where(col(Contact.address).like("%@p.example")))
        return {(each.address, each.valid_to is None) for each in found}


def listed(dave: Browser, page: str) -> list[dict[str, str]]:
    answer = dave.client.get(page)
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def load(dave: Browser, rows: list[dict[str, str]]) -> str:
    """Load the rows as a file through the pages; returns the preview's words."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    files = [("files", ("list.csv", out.getvalue().encode(), "text/csv"))]
    page = dave.client.post("/admin/unit-import/check", data=dave.form(since="10/02/2024"), files=files).text
    form = {name: value_of(page, name) for name in ("key", "since", "under", "shown")}
    dave.client.post("/admin/unit-import/apply", data=dave.form(**form))
    return text_of(page)


def test_they_are_counted_on_the_overview_and_listed(dave: Browser, peopled: World) -> None:
    overview = dave.client.get("/admin").text
    assert "2 units that owe reports and have no contact" in text_of(overview)
    assert "1 address that refuses mail" in text_of(overview)
    assert f'href="{WITHOUT}"' in overview
    assert f'href="{WITHOUT}"' in dave.client.get("/admin/units").text
    page = text_of(dave.client.get(WITHOUT).text)
    assert "x2" in page
    assert "so-2" in page
    assert "x1" not in page


def test_the_list_is_filled_in_and_loaded_again(dave: Browser, peopled: World) -> None:
    rows = listed(dave, f"{WITHOUT}&export=csv")
    assert [(row["unit"], row["name"], row["address"]) for row in rows] == [("so-2", "", ""), ("x2", "", "")]
    rows[0] |= {"name": "Bà Tư", "address": "tu@p.example"}
    load(dave, rows)
    assert ("tu@p.example", True) in addresses(peopled)
    assert [row["unit"] for row in listed(dave, f"{WITHOUT}&export=csv")] == ["x2"]


def test_a_new_address_takes_the_place_of_the_one_that_refuses(dave: Browser, peopled: World) -> None:
    (row,) = listed(dave, f"{REFUSED}?export=csv")
    assert (row["unit"], row["instead_of"], row["address"]) == ("x2", "x2@p.example", "")
    load(dave, [row])  # not filled in yet: nothing changes
    assert ("x2@p.example", True) in addresses(peopled)
    load(dave, [row | {"address": "moi@p.example"}])
    assert {("moi@p.example", True), ("x2@p.example", False)} <= addresses(peopled)
    assert listed(dave, f"{REFUSED}?export=csv") == []


def test_a_name_without_an_address_is_still_said(dave: Browser, peopled: World) -> None:
    (row, *_) = listed(dave, f"{WITHOUT}&export=csv")
    assert "is empty" in load(dave, [row | {"name": "Ông Hai"}])
