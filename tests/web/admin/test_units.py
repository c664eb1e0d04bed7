"""Units and contacts: the tree, a change from a day on, files previewed and loaded, people of a unit."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.settings import Settings
from models.unit import Contact
from models.vocabulary import AccessRole
from reporting.access.accounts import grant, open_account
from reporting.audit.log import entries
from reporting.units.hierarchy import hierarchy
from reporting.units.history import unit_history
from tests.conftest import at
from tests.reporting.world import UNITS, World
from tests.web.admin.conftest import NOW, text_of, value_of
from tests.web.cast import Browser, browser

pytestmark = pytest.mark.postgresql  # filters and orders

IMPORT = "/admin/unit-import"
CHANGE = {"name": "Xã Một Mới", "level": "grassroots", "kind": "xa", "superior": "d2", "groups": "ven-bien"}


def people(engine: Engine) -> list[Contact]:
    with reading(engine) as session:
        return list(session.exec(select(Contact).order_by(Contact.id)))  # type: ignore[arg-type]


def preview(dave: Browser, text: str, name: str = "units.csv", **form: str) -> str:
    files = [("files", (name, text.encode(), "text/csv"))]
    since = {"since": "01/03/2024"} | form
    return dave.client.post(f"{IMPORT}/check", data=dave.form(**since), files=files).text


def test_the_preview_names_plans_whose_stages_would_choose_nobody(dave: Browser) -> None:
    shorter = "".join(line for line in UNITS.splitlines(keepends=True) if "grassroots" not in line)
    page = text_of(preview(dave, shorter, replace="true"))
    assert "Plans whose stages would choose nobody:" in page
    assert "stage 1: chooses nobody from 1 March 2024 on" in page
    assert "would choose nobody" not in text_of(preview(dave, UNITS))


def confirm(dave: Browser, page: str, **changed: str) -> int:
    names = ("key", "since", "under", "shown")
    form = {name: value_of(page, name) for name in names} | {"since": "01/03/2024"} | changed
    return dave.client.post(f"{IMPORT}/apply", data=dave.form(**form)).status_code


def test_the_tree_opens_branch_by_branch(dave: Browser) -> None:
    closed = text_of(dave.client.get("/admin/units").text)
    assert "UBND tỉnh P p · province · 8 units below" in closed
    assert "Xã Một" not in closed
    opened = text_of(dave.client.get("/admin/units?open=d1").text)
    assert "Xã Một x1" in opened
    assert "Phường Ba" not in opened


def test_no_branch_of_the_tree_closes_another(dave: Browser) -> None:
    page, opened = dave.client.get("/admin/units").text, 0
    while closed := re.findall(r'class="opener" href="([^"#]+)#[^"]*"[^>]*aria-expanded="false"', page):
        page = dave.client.get(html.unescape(closed[0])).text
        opened += 1
        assert page.count('aria-expanded="true"') == opened
    assert opened == 3
    (d1,) = re.findall(r'class="opener" href="([^"#]+)#[^"]*" aria-label="Close Huyện Một"', page)
    text = text_of(dave.client.get(html.unescape(d1)).text)
    assert "Xã Một" not in text
    assert "Phường Ba" in text


def test_it_finds_units_by_name_and_code(dave: Browser) -> None:
    assert "Phường Ba x3 · UBND tỉnh P › Huyện Hai" in text_of(dave.client.get("/admin/units?q=phường").text)
    assert "No unit has" in dave.client.get("/admin/units?q=%3Cb%3E").text


def test_a_change_is_previewed_then_made_from_its_day_and_made_once(dave: Browser, engine: Engine) -> None:
    form = dave.form(**CHANGE, since="01/03/2024")
    page = dave.client.post("/admin/units/x1", data=form).text
    assert "Name Xã Một Xã Một Mới" in text_of(page)
    confirmed = form | {"shown": value_of(page, "shown")}
    assert dave.client.post("/admin/units/x1", data=form | {"shown": "x"}).status_code == 409
    assert dave.client.post("/admin/units/x1", data=confirmed).status_code == 303
    assert dave.client.post("/admin/units/x1", data=confirmed).status_code == 422  # nothing is different
    with reading(engine) as session:
        versions = unit_history(session, "x1", date(2024, 3, 2)).versions
    assert [(each.name, each.superior, each.valid_from) for each in versions] == [
        ("Xã Một", "d1", date(2024, 1, 1)),
        ("Xã Một Mới", "d2", date(2024, 3, 1)),
    ]
    assert "Xã Một Mới" in dave.client.get("/admin/units/x1").text  # in the history


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Give the unit's name"),
        ({"kind": "Xã"}, "Small letters"),
        ({"level": "galaxy"}, "Choose a level"),
        ({"since": "31/02/2024"}, "Write the day as 18/10/2024"),
        ({"superior": "nowhere"}, "there is no unit 'nowhere'"),
        ({"superior": "x1"}, "its own superior"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_change_that_cannot_be_is_refused_and_keeps_what_was_typed(
    dave: Browser, wrong: dict[str, str], said: str
) -> None:
    form = dave.form(**CHANGE | {"since": "01/03/2024"} | wrong)
    answer = dave.client.post("/admin/units/x1", data=form)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert wrong.get("kind", "xa") in answer.text


def test_an_administrator_of_a_branch_sees_and_changes_that_branch_alone(
    province: World, app: FastAPI, engine: Engine, settings: Settings
) -> None:
    with writing(engine) as session:
        erin = open_account(session, "erin@p.gov.vn", "Erin", at("2024-01-01 08:00"), "Dave")
        grant(session, erin, AccessRole.ADMINISTRATOR, "d1", date(2024, 1, 1), at("2024-01-01 08:00"), "Dave")
    erin_at_work = browser(app, engine, settings, "erin", NOW)
    client = erin_at_work.client
    assert "Huyện Một" in client.get("/admin/units").text
    assert "Huyện Hai" not in client.get("/admin/units").text
    assert client.get("/admin").headers["location"] == "/admin/units"
    assert client.get("/admin/units/x1").status_code == 200
    for path in ("/admin/units/x3", "/admin/units/p", "/admin/plans", "/admin/unit-import", "/admin/outbox"):
        assert client.get(path).status_code == 403, path
    move = erin_at_work.form(**CHANGE, since="01/03/2024")  # to d2, which is not hers
    assert client.post("/admin/units/x1", data=move).status_code == 403
    rename = erin_at_work.form(**CHANGE | {"superior": "d1"}, since="01/03/2024")
    assert client.post("/admin/units/x1", data=rename).status_code == 200
    person = {"name": "An", "role": "clerk", "address": "an@p.gov.vn", "since": "10/02/2024"}
    for code, status in (("x1", 303), ("x3", 403)):
        answer = client.post(f"/admin/units/{code}/contacts", data=erin_at_work.form(**person))
        assert answer.status_code == status
    client.close()


def test_a_file_is_previewed_by_doing_it_and_taking_it_back(dave: Browser, engine: Engine) -> None:
    page = preview(dave, UNITS.replace("Xã Hai", "Xã Hai Mới") + "x4,Xã Bốn,grassroots,xa,d2,\n")
    shown = text_of(page)
    assert "added 1" in shown
    assert "x2 Xã Hai → Xã Hai Mới" in shown
    with reading(engine) as session:
        assert "x4" not in hierarchy(session, date(2024, 3, 2))
    assert confirm(dave, page) == 303
    with reading(engine) as session:
        known = hierarchy(session, date(2024, 3, 2))
    assert known.unit("x2").name == "Xã Hai Mới"
    assert confirm(dave, page) == 409  # pressed twice: nothing is left to load
    assert "Nothing would change" in text_of(preview(dave, UNITS.replace("Xã Hai", "Xã Hai Mới")))


def test_what_is_loaded_is_what_was_shown(dave: Browser, province: World, engine: Engine) -> None:
    page = preview(dave, UNITS.replace("Xã Hai", "Xã Hai Mới"))
    assert confirm(dave, page, since="02/03/2024") == 409
    assert confirm(dave, page, replace="yes") == 409
    assert confirm(dave, page, key="0" * 64) == 422
    assert confirm(dave, page, key="../../etc") == 422
    province.units(UNITS.replace("Xã Một", "Xã Một Khác"), "2024-02-01")
    assert confirm(dave, page) == 409
    with reading(engine) as session:
        assert hierarchy(session, date(2024, 3, 2)).unit("x2").name == "Xã Hai"


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\x00\x01nonsense", "no list is in it"),
        ("code,name,level,kind,superior\nx9,<b>Xã</b>,galaxy,xa,p\n", "'galaxy' is unknown"),
        ("code,name,level,kind,superior\nx9,Xã,grassroots,xa,nowhere\n", "no unit 'nowhere'"),
        ("unit,name,role,address\nx1,A,clerk,not an address\n", "is no mail address"),
        ("", "is empty"),
        ("code,name,level,kind,superior\nX1,Xã,grassroots,xa,d1\n", "only by zeros, case or '.0' write x1"),
    ],
    ids=["octets", "level", "superior", "address", "empty", "twin"],
)
def test_a_file_that_is_wrong_is_refused_by_line_with_nothing_changed(
    dave: Browser, engine: Engine, text: str, said: str
) -> None:
    page = preview(dave, text)
    assert said in text_of(page)
    assert "/staged/" not in page
    assert value_of(page, "shown") == ""


def test_people_are_added_changed_and_ended_from_a_day_on(dave: Browser, engine: Engine) -> None:
    person = {"name": "<i>Chị An</i>", "role": "clerk", "address": "An@P.gov.vn", "language": "vi"}
    add = dave.form(**person, since="10/02/2024")
    assert dave.client.post("/admin/units/x1/contacts", data=add).status_code == 303
    (an,) = people(engine)
    assert (an.address, an.valid_from) == ("an@p.gov.vn", date(2024, 2, 10))
    assert "&lt;i&gt;Chị An" in dave.client.get("/admin/units/x1").text
    change = dave.form(**person | {"address": "vanthu@p.gov.vn"}, since="20/02/2024")
    assert dave.client.post(f"/admin/contacts/{an.id}/change", data=change).status_code == 303
    old, new = people(engine)
    assert (old.valid_to, new.address) == (date(2024, 2, 20), "vanthu@p.gov.vn")
    end = dave.form(since="01/03/2024")
    assert dave.client.post(f"/admin/contacts/{new.id}/end", data=end).status_code == 303
    assert people(engine)[1].valid_to == date(2024, 3, 1)
    with reading(engine) as session:
        told = entries(session, subject="contact")
    assert [entry.action for entry in told] == ["add", "end", "add", "end"]


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "a@b\nBcc: x@y"}, "No mail address"),
        ({"name": "  "}, "Give the person's"),
        ({"role": "king"}, "Choose a role"),
        ({"since": "soon"}, "Write the day as 18/10/2024"),
    ],
    ids=["header", "name", "role", "day"],
)
def test_a_person_that_cannot_be_is_refused_and_what_was_typed_stays(
    dave: Browser, engine: Engine, wrong: dict[str, str], said: str
) -> None:
    person = {"name": "Chị An", "role": "clerk", "address": "an@p.gov.vn", "since": "10/02/2024"}
    answer = dave.client.post("/admin/units/x1/contacts", data=dave.form(**person | wrong))
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert people(engine) == []


def test_an_address_is_marked_as_refusing_mail_and_cleared(
    dave: Browser, province: World, engine: Engine
) -> None:
    province.units("unit,name,role,address\nx1,An,clerk,an@p.gov.vn\n")
    (an,) = people(engine)
    dave.client.post(f"/admin/contacts/{an.id}/bounced", data=dave.form())
    assert "refuses mail since 10/02/2024" in text_of(dave.client.get("/admin/units/x1").text)
    dave.client.post(f"/admin/contacts/{an.id}/bounced", data=dave.form(clear="yes"))
    assert people(engine)[0].bounced_at is None
