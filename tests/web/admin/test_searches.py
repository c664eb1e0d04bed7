"""Every field of a page in which a name is looked for finds it however it was typed."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from models.database import reading, writing
from reporting.access.accounts import open_account
from reporting.access.directory import UnclearUnit, unit_meant
from reporting.feeds.subscriptions import subscribe
from reporting.feeds.view import FeedRequest
from reporting.moves.chase import Chaser, chase
from reporting.obligations.filters import Selection
from reporting.unit_names import codes_called
from reporting.units.loading import change_unit
from tests.conftest import at
from tests.reporting.world import World
from tests.web.admin.conftest import NOW, text_of
from tests.web.cast import Browser

CONTACTS = "unit,name,role,address\nx3,Bà Đỗ Thị Ưởng,clerk,uong@p.gov.vn\n"


@pytest.fixture
def named(province: World) -> World:
    province.units(CONTACTS)
    report = Selection(obligation=province.one("x3", "2024-02").id)
    with writing(province.engine) as session:
        open_account(session, "uong@p.gov.vn", "Bà Đỗ Thị Ưởng", at(NOW), "Ông Đặng Ước")
        chase(session, province.settings, report, "", at(NOW), Chaser("Carol"))
        subscribe(session, province.settings, at(NOW), "Carol", FeedRequest(kind="unit", key="x3"))
    return province


@pytest.mark.parametrize(
    ("address", "words", "shows"),
    [
        ("/admin/people?q=", "Đỗ Thị Ưởng", "uong@p.gov.vn"),
        ("/admin/outbox?q=", "Phường Ba", "uong@p.gov.vn"),
        ("/admin/units?q=", "Phường Ba", "x3"),
        ("/admin/feeds?q=", "Phường Ba", "Báo cáo phải nộp: Phường Ba"),
        ("/admin/audit?actor=", "Đặng Ước", "uong@p.gov.vn"),
    ],
)
def test_a_name_is_found_however_it_is_typed(
    named: World, dave: Browser, address: str, words: str, shows: str
) -> None:
    plain = "".join(c for c in unicodedata.normalize("NFD", words) if not unicodedata.combining(c))
    without = plain.replace("đ", "d").replace("Đ", "D")
    for typed in (words, words.lower(), words.upper(), unicodedata.normalize("NFD", words), without.lower()):
        page = text_of(dave.client.get(address + typed).text)
        assert shows in page, typed
    assert shows not in text_of(dave.client.get(f"{address}x{words}").text)
    assert dave.client.get(f"{address}%00%ff").status_code == 200


UNITS = """\
code,name,level,kind,superior
d,Xã Đông,grassroots,xa,d1
e,Xã Đồng,grassroots,xa,d1
f,Xã Đông Hải,grassroots,xa,d1
"""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("e", "e"),
        ("X1", "x1"),
        ("Xã Đông", "d"),
        ("xã đồng", "e"),
        (unicodedata.normalize("NFD", "XÃ ĐỒNG"), "e"),
        ("dong hai", "f"),
        ("phong ubnd", "van-phong"),
        ("xa dong", "d (Xã Đông), e (Xã Đồng)"),
        ("đông h", "f"),
        ("xã đ", "d (Xã Đông), e (Xã Đồng), f (Xã Đông Hải)"),
        ("z", "code"),
    ],
)
def test_marks_tell_units_apart_where_they_are_typed(world: World, typed: str, code: str) -> None:
    world.units(UNITS)
    with reading(world.engine) as session:
        try:
            assert unit_meant(session, typed, at(NOW).date()).code == code
        except UnclearUnit as error:
            assert code in str(error)


def test_a_former_name_finds_what_is_of_the_unit(named: World, dave: Browser) -> None:
    with writing(named.engine) as session:
        change_unit(session, "x3", date(2024, 2, 8), at(NOW), "Dave", name="Phường Mới")
        subscribe(session, named.settings, at(NOW), "Eve", FeedRequest(kind="branch", key="x3"))
    for address, shows in (
        ("/admin/outbox?q=", "uong@p.gov.vn"),
        ("/admin/feeds?q=", "Phường Mới"),
        ("/admin/audit?unit=", "Phường Mới"),
    ):
        for words in ("phuong ba", "Phường Mới"):
            assert shows in text_of(dave.client.get(address + words).text), (address, words)
        assert shows not in text_of(dave.client.get(f"{address}xa la").text), address


def test_the_name_of_a_unit_that_was_taken_over_finds_its_heir(named: World) -> None:
    named.units("code,name,level,kind,superior,succeeds\nx9,Xã Gộp,grassroots,xa,d1,x3\n")
    with reading(named.engine) as session:
        assert codes_called(session, "phuong ba") == {"x3", "x9"}
        assert codes_called(session, "xa gop") == {"x9"}
        assert codes_called(session, "X3") == {"x3", "x9"}
