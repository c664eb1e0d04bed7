"""Offices' lists through the pages: asked about once, previewed with people, downloaded and loaded again."""

from __future__ import annotations

from html import unescape
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading
from models.unit import Contact, Unit
from reporting.units.hierarchy import Hierarchy, hierarchy
from tests.conftest import at
from tests.reporting.office_workbook import office_workbook
from tests.web.admin.conftest import NOW, text_of, value_of
from tests.web.cast import Browser

IMPORT, LIST = "/admin/unit-import", "/admin/unit-list"


def workbook(*rows: list[str]) -> bytes:
    book, file = Workbook(), BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    book.save(file)
    return file.getvalue()


def send(dave: Browser, data: bytes, **form: str) -> str:
    files = [("files", ("ds.xlsx", data, "application/octet-stream"))]
    values = dave.form(since="10/02/2024", **form)
    return dave.client.post(f"{IMPORT}/check", data=values, files=files).text


def press(dave: Browser, page: str, path: str = f"{IMPORT}/apply", **form: object) -> str:
    names = ("key", "since", "under", "shown")
    values = {name: value_of(page, name) for name in names} | form
    return dave.client.post(path, data=dave.form(**values)).text  # type: ignore[arg-type]


def units(engine: Engine) -> Hierarchy:
    with reading(engine) as session:
        return hierarchy(session, at(NOW).date())


def contacts(engine: Engine) -> dict[str, Contact]:
    with reading(engine) as session:
        found = {each.address: each for each in session.exec(select(Contact))}
        session.expunge_all()
        return found


def test_an_office_s_workbook_is_previewed_with_its_people_and_loaded(dave: Browser, engine: Engine) -> None:
    page = send(dave, office_workbook())
    words = text_of(page)
    assert "Contacts added: 135" in words
    assert "Phường Mới 1 Nguyễn Thị Xã clerk vanthu@x1.benxuan.example" in words
    assert "'Tổng cộng: 135 đơn vị' stands below the list: passed over" in unescape(words)
    assert "00101 Phường Mới 1 (grassroots, phuong) ← UBND huyện Xuân 1" in words
    assert contacts(engine).keys().isdisjoint({"vanthu@x1.benxuan.example"})
    press(dave, page)
    assert contacts(engine)["vanthu@x1.benxuan.example"].phone == "0912000001"
    assert units(engine).unit("00101").name == "Phường Mới 1"
    assert "Nothing would change." in text_of(send(dave, office_workbook()))


def test_an_unknown_heading_is_asked_about_and_remembered(dave: Browser, engine: Engine) -> None:
    data = workbook(["Đơn vị", "Cấp trên", "Nơi gửi"], ["Xã Tư", "Huyện Hai", "tu@p.example"])
    page = send(dave, data)
    assert "Column C: Nơi gửi for example: tu@p.example" in text_of(page)
    assert "tu@p.example" not in contacts(engine)
    given = {"heading": ["noi gui"], "column": ["address"]}
    page = press(dave, page, f"{IMPORT}/columns", **given)
    assert "Contacts added: 1" in text_of(page)
    press(dave, page)
    assert contacts(engine)["tu@p.example"].name == "Xã Tư"
    assert units(engine).unit("xa-tu").level == "grassroots"
    assert "Nothing would change." in text_of(send(dave, data))  # not asked again


def test_what_was_remembered_can_be_changed(dave: Browser) -> None:
    data = workbook(["Đơn vị", "Cấp trên", "Nơi gửi"], ["Xã Tư", "Huyện Hai", "tu@p.example"])
    page = press(dave, send(dave, data), f"{IMPORT}/columns", heading=["noi gui"], column=["nothing"])
    assert "not read: column C (Nơi gửi)" in text_of(page)
    page = press(dave, page, f"{IMPORT}/check", ask="yes")
    page = press(dave, page, f"{IMPORT}/columns", heading=["noi gui", "x"], column=["address", "<b>"])
    assert "Contacts added: 1" in text_of(page)


@pytest.mark.parametrize("column", ["", "<b>", "number"])
def test_nonsense_on_the_page_of_columns_does_no_harm(dave: Browser, column: str) -> None:
    data = workbook(["Vùng", "Nơi gửi"], ["Xã Tư", "tu@p.example"])
    page = press(dave, send(dave, data), f"{IMPORT}/columns", heading=["vung"], column=[column])
    assert "What are these columns?" in page


def test_a_file_that_is_gone_is_asked_for_again(dave: Browser) -> None:
    page = press(dave, "", f"{IMPORT}/columns", key="0" * 64, since="10/02/2024")
    assert "the uploaded files are gone" in text_of(page)


def test_what_there_is_is_downloaded_and_changes_nothing_when_loaded(dave: Browser) -> None:
    press(dave, send(dave, office_workbook()))
    answer = dave.client.get(LIST)
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0][:4] == ["No.", "Code", "Unit name", "Level"]
    assert any(row[1] == "00101" and row[9] == "vanthu@x1.benxuan.example" for row in rows)
    assert "Nothing would change." in text_of(send(dave, answer.content))
    assert "Nothing would change." in text_of(send(dave, answer.content, replace="yes"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_is_filled_in_and_loaded(dave: Browser, engine: Engine, language: str) -> None:
    dave.client.cookies.set("dondoc_language", language)
    book = load_workbook(BytesIO(dave.client.get(f"{LIST}/template").content))
    assert len(book.worksheets) == 2  # the second says how to fill in the first
    book.worksheets[0].append(
        [1, "", "Xã Năm", "xã", "Huyện Hai", "", "ven-bien", "Lê An", "Văn thư", "nam@p.example", "091"]
    )
    file = BytesIO()
    book.save(file)
    press(dave, send(dave, file.getvalue()))
    unit = units(engine).unit("xa-nam")
    assert (unit.level, unit.kind, unit.groups) == ("grassroots", "xa", frozenset({"ven-bien"}))
    assert contacts(engine)["nam@p.example"].phone == "091"


FORM = {"name": "Xã Sáu", "superior": "huyện hai", "since": "10/02/2024"}
PERSON = {"person": "Lê An", "role": "clerk", "address": "sau@p.example", "phone": "0912 345 678"}


def test_one_unit_is_added_with_its_contact(dave: Browser, engine: Engine) -> None:
    answer = dave.client.post("/admin/unit-new", data=dave.form(**FORM, **PERSON))
    assert answer.headers["location"] == "/admin/units/xa-sau?done=added"
    assert "sau@p.example · 0912 345 678" in text_of(dave.client.get("/admin/units/xa-sau").text)
    unit = units(engine).unit("xa-sau")
    assert (unit.level, unit.kind, unit.superior_id) == ("grassroots", "xa", units(engine).unit("d2").id)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Give the unit's name."),
        ({"name": "Xã Một", "superior": "d1"}, "there is Xã Một (x1) already; change it on its page"),
        ({"code": "x1"}, "there is Xã Một (x1) already"),
        ({"code": "a b"}, "'a b' is not possible"),
        ({"superior": "Huyện Ba"}, "no unit is called 'Huyện Ba'; write Huyện"),
        ({"superior": "", "name": "Nhà máy"}, "the level of 'Nhà máy' cannot be told"),
        ({"level": "galaxy"}, "'galaxy' is unknown"),
        ({"since": "soon"}, "Write the day as 18/10/2024."),
        ({"address": "x"}, "'x' is no mail address"),
        ({"address": ""}, "the mail address is missing"),
        ({"level": "province"}, "above its superior"),
        ({"name": "Xã\x00 <b>"}, "'galaxy'"),
    ],
)
def test_a_unit_that_cannot_be_added_is_refused_beside_its_field(
    dave: Browser, engine: Engine, changed: dict[str, str], said: str
) -> None:
    before = len(units(engine))
    if said == "'galaxy'":
        changed = changed | {"level": "galaxy"}
    answer = dave.client.post("/admin/unit-new", data=dave.form(**FORM | PERSON | changed))
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert len(units(engine)) == before


def test_a_phone_is_changed_and_taken_away_on_the_unit_s_page(dave: Browser, engine: Engine) -> None:
    dave.client.post("/admin/unit-new", data=dave.form(**FORM, **PERSON))
    contact = contacts(engine)["sau@p.example"]
    form = {"name": "Lê An", "role": "clerk", "address": "sau@p.example", "since": "10/02/2024"}
    dave.client.post(f"/admin/contacts/{contact.id}/change", data=dave.form(**form, phone="02 9"))
    assert contacts(engine)["sau@p.example"].phone == "02 9"
    dave.client.post(f"/admin/contacts/{contact.id}/change", data=dave.form(**form, phone=""))
    assert contacts(engine)["sau@p.example"].phone == ""


def offices(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        return {each.code: each.address for each in session.exec(select(Unit)) if each.address}


def test_addresses_of_offices_are_previewed_loaded_and_downloaded(dave: Browser, engine: Engine) -> None:
    people = workbook(
        ["Đơn vị", "Họ tên", "Email", "Địa chỉ"], ["Xã Một", "Lê An", "an@p.example", "Thôn 1 <b>"]
    )
    page = send(dave, people)
    assert "address of the office 1" in text_of(page)
    assert "x1 Xã Một: Thôn 1 <b>" in unescape(text_of(page))
    assert offices(engine) == {}
    press(dave, page)
    assert offices(engine) == {"x1": "Thôn 1 <b>"}
    assert "Nothing would change." in text_of(send(dave, people))
    there = dave.client.get(LIST).content
    assert "Thôn 1 <b>" in [cell.value for row in load_workbook(BytesIO(there)).worksheets[0] for cell in row]
    assert "Nothing would change." in text_of(send(dave, there))
    moved = workbook(["Đơn vị", "Trụ sở"], ["Xã Một", "Thôn 2"])
    page = send(dave, moved)
    assert "x1 Xã Một: Thôn 1 <b> → Thôn 2" in unescape(text_of(page))
    press(dave, page)
    assert offices(engine) == {"x1": "Thôn 2"}


def test_a_list_with_an_error_writes_no_address(dave: Browser, engine: Engine) -> None:
    rows = workbook(
        ["Tên đơn vị", "Cấp trên", "Địa chỉ"],
        ["Xã Một", "Huyện Một", "Thôn 1"],
        ["Xã Mới", "Huyện Không", ""],
    )
    assert "Huyện Không" in send(dave, rows)
    assert offices(engine) == {}


def test_a_new_unit_has_its_address(dave: Browser, engine: Engine) -> None:
    dave.client.post("/admin/unit-new", data=dave.form(**FORM, office="Thôn 6"))
    assert offices(engine) == {"xa-sau": "Thôn 6"}
