"""The page of people: what an administrator of everything may, and where one of a branch ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import col, select

from models.account import Account
from models.database import reading, writing
from models.notice import Notice
from models.settings import Settings
from models.unit import Contact, Unit
from models.vocabulary import AccessRole
from reporting.access.accounts import grant, grants_of, open_account, require_account
from reporting.access.api_tokens import bearer_of, make_token
from tests.conftest import HCM, at
from tests.prepared import prepare
from tests.web.cast import Browser, add_contact, browser, id_of, open_accounts
from tests.web.conftest import MovedClock

pytestmark = pytest.mark.postgresql  # filters and orders

NOW = "2024-02-10 09:00"


@pytest.fixture(autouse=True)
def cast(world: object, engine: Engine, quick_hashes: None) -> None:
    """With Erin, who administers district d1 alone."""
    prepare(engine, "the cast", lambda: open_accounts(engine))
    with writing(engine) as session:
        erin = open_account(session, "erin@p.gov.vn", "Erin", at("2024-01-01 08:00"), "Dave", language="en")
        since = date(2024, 1, 1)
        grant(session, erin, AccessRole.ADMINISTRATOR, "d1", since, at("2024-01-01 08:00"), "Dave")


@pytest.fixture
def dave(app: FastAPI, engine: Engine, settings: Settings) -> Iterator[Browser]:
    one = browser(app, engine, settings, "dave", NOW)
    yield one
    one.client.close()


@pytest.fixture
def erin(app: FastAPI, engine: Engine, settings: Settings) -> Iterator[Browser]:
    one = browser(app, engine, settings, "erin", NOW)
    yield one
    one.client.close()


def roles(engine: Engine, address: str) -> list[tuple[str, bool]]:
    """Role, and whether it still holds."""
    with reading(engine) as session:
        account = require_account(session, address)
        return [(each.role, each.valid_to is None) for each in grants_of(session, account.id)]


def post(at_work: Browser, path: str, **values: str) -> int:
    return at_work.client.post(f"/admin/people{path}", data=at_work.form(**values)).status_code


def opens(at_work: Browser, **values: str) -> int:
    form = {"address": "new@p.gov.vn", "name": "Mới", "role": "clerk", "unit": "x2"} | values
    return post(at_work, "", **form)


def test_an_account_opens_with_a_role_and_a_mail_to_set_a_password(dave: Browser, engine: Engine) -> None:
    assert opens(dave) == 303
    assert roles(engine, "new@p.gov.vn") == [("clerk", True)]
    with reading(engine) as session:
        assert [each.recipient for each in session.exec(select(Notice))] == ["new@p.gov.vn"]
    shown = dave.client.get(f"/admin/people/{id_of(engine, 'new@p.gov.vn')}").text
    assert "Xã Hai" in shown
    assert "no password set yet" in shown


def test_a_known_address_gets_the_role_and_no_second_account(dave: Browser, engine: Engine) -> None:
    assert opens(dave, address="Alice@p.gov.vn", role="head") == 303
    assert roles(engine, "alice@p.gov.vn") == [("clerk", True), ("head", True)]


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    "wish",
    [
        {"address": "no address"},
        {"role": "king"},
        {"unit": "nowhere"},
        {"unit": ""},
        {"unit": "Xã"},  # two of them
        {"since": "tomorrow"},
        {"since": "2024-03-01", "until": "2024-02-01"},
        {"until": "9999-12-31"},  # the day after it broke the page
        {"since": "0001-01-01"},
        {"since": "31/2/2024"},
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_opened(
    dave: Browser, engine: Engine, wish: dict[str, str]
) -> None:
    assert opens(dave, **wish) == 422
    with reading(engine) as session:
        found = session.exec(select(Account).where(Account.address == "new@p.gov.vn")).all()
        assert list(found) == []


def test_a_unit_may_be_named_by_part_of_its_name(dave: Browser, engine: Engine) -> None:
    assert opens(dave, unit="Phường") == 303
    assert "Phường Ba" in dave.client.get(f"/admin/people/{id_of(engine, 'new@p.gov.vn')}").text


def test_a_role_ends_today_and_an_account_closes_with_all_it_had(
    dave: Browser, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    id = id_of(engine, "alice@p.gov.vn")
    alice = browser(app, engine, settings, "alice", NOW)
    with writing(engine) as session:
        account = require_account(session, "alice@p.gov.vn")
        held = grants_of(session, id)[0].id
        secret, _ = make_token(session, account, "Excel", "read", 90, clock.now, "Alice")
    assert post(dave, f"/{id}/grants/{held}/end") == 303
    assert roles(engine, "alice@p.gov.vn") == [("clerk", False)]
    assert post(dave, f"/{id}/close") == 303
    assert alice.client.get("/me").status_code == 303
    with reading(engine) as session:
        assert bearer_of(session, secret, clock.now, HCM) is None
    assert "alice@p.gov.vn" not in dave.client.get("/admin/people").text
    assert "alice@p.gov.vn" in dave.client.get("/admin/people?closed=1").text
    assert post(dave, f"/{id}/reopen") == 303
    alice.client.close()


def contacts(engine: Engine, address: str) -> list[tuple[str, bool]]:
    """The units of which the address is a contact, and whether it still is."""
    with reading(engine) as session:
        found = session.exec(
            select(col(Unit.code), col(Contact.valid_to)).join(Contact).where(Contact.address == address)
        )
        return sorted((code, until is None) for code, until in found)


def test_a_closed_account_whose_address_is_a_contact_is_pointed_out_and_can_be_ended(
    dave: Browser, engine: Engine
) -> None:
    """Its mails hold links that hand reports in."""
    for unit in ("x1", "d2"):
        add_contact(engine, unit, "alice@p.gov.vn")
    id = id_of(engine, "alice@p.gov.vn")
    told = dave.client.post(f"/admin/people/{id}/close", data=dave.form(), follow_redirects=True).text
    for words in ("Huyện Hai", "Xã Một", "End it as a contact today"):
        assert words in told
    assert post(dave, f"/{id}/contacts/end") == 303
    assert contacts(engine, "alice@p.gov.vn") == [("d2", False), ("x1", False)]
    assert "End it as a contact today" not in dave.client.get(f"/admin/people/{id}").text


def test_one_of_a_branch_ends_contacts_of_the_branch_alone(erin: Browser, engine: Engine) -> None:
    for unit in ("x1", "d2"):
        add_contact(engine, unit, "alice@p.gov.vn")
    id = id_of(engine, "alice@p.gov.vn")
    page = erin.client.get(f"/admin/people/{id}").text
    assert "For units outside your branch" in page
    assert post(erin, f"/{id}/contacts/end") == 303
    assert contacts(engine, "alice@p.gov.vn") == [("d2", True), ("x1", False)]
    mallory = id_of(engine, "mallory@p.gov.vn")
    assert post(erin, f"/{mallory}/contacts/end") == 404


@pytest.mark.parametrize("words", ["\x00", "%", "_", "ali", "\\", "Alice@P.gov.vn"])
def test_the_list_is_searched_for_what_was_typed(dave: Browser, words: str) -> None:
    """Found on PostgreSQL, which takes no NUL; % and _ are letters here."""
    answer = dave.client.get("/admin/people", params={"q": words, "unit": "\x00"})
    assert answer.status_code == 200
    found = {who for who in ("alice", "bob") if f"{who}@p.gov.vn" in answer.text}
    assert found == ({"alice", "bob"} if words == "\x00" else {"alice"} if "ali" in words.lower() else set())


def test_nobody_locks_themselves_out(dave: Browser, engine: Engine) -> None:
    id = id_of(engine, "dave@p.gov.vn")
    with reading(engine) as session:
        held = grants_of(session, id)[0].id
    assert post(dave, f"/{id}/close") == 403
    assert post(dave, f"/{id}/grants/{held}/end") == 403


def test_an_administrator_of_a_branch_sees_the_branch(erin: Browser, engine: Engine) -> None:
    listed = erin.client.get("/admin/people").text
    assert [who for who in ("alice", "bob", "carol", "dave", "mallory") if f"{who}@" in listed] == [
        "alice",
        "bob",
    ]
    assert erin.client.get(f"/admin/people/{id_of(engine, 'mallory@p.gov.vn')}").status_code == 404


BRANCH: list[tuple[str, dict[str, str], int]] = [
    ("", {"unit": "x2"}, 303),
    ("", {"unit": "d1", "role": "administrator"}, 303),
    ("", {"unit": "x3"}, 403),
    ("", {"unit": "p"}, 403),
    ("", {"everywhere": "1"}, 403),
    ("", {"everywhere": "1", "role": "administrator", "unit": "x2"}, 403),
    ("/{alice}/grants", {"unit": "x2"}, 303),
    ("/{alice}/grants", {"unit": "x3"}, 403),
    ("/{mallory}/grants", {"unit": "x2"}, 404),
    ("/{mallory}/close", {}, 404),
    ("/{dave}/close", {}, 404),
    ("/{dave}/password", {}, 404),
    ("/{alice}/close", {}, 303),
    ("/{alice}/password", {}, 303),
    ("/{alice}/end-sessions", {}, 303),
]


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(("path", "form", "status"), BRANCH)
def test_and_gives_closes_and_mails_within_it_only(
    erin: Browser, engine: Engine, path: str, form: dict[str, str], status: int
) -> None:
    for who in ("alice", "mallory", "dave"):
        path = path.replace(f"{{{who}}}", str(id_of(engine, f"{who}@p.gov.vn")))
    values = {"address": "new@p.gov.vn", "name": "Mới", "role": "clerk"} | form
    assert post(erin, path, **values) == status


def test_an_account_with_a_role_elsewhere_is_not_the_branchs_to_close(erin: Browser, engine: Engine) -> None:
    now, since = at(NOW), date(2024, 2, 1)
    with writing(engine) as session:
        alice = require_account(session, "alice@p.gov.vn")
        elsewhere = grant(session, alice, AccessRole.MONITOR, "so", since, now, "Dave")
        held = {each.unit_id: each.id for each in grants_of(session, alice.id)}
    id, there = id_of(engine, "alice@p.gov.vn"), elsewhere.unit_id
    assert post(erin, f"/{id}/close") == 403
    assert post(erin, f"/{id}/password") == 403
    assert post(erin, f"/{id}/grants/{held[there]}/end") == 403
    (here,) = set(held) - {there}
    assert post(erin, f"/{id}/grants/{held[here]}/end") == 303


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (
            {"address": "no address"},
            "“no address” không phải là địa chỉ thư điện tử; viết như ten@coquan.gov.vn",
        ),
        ({"name": "x" * 101}, None),  # cut to what fits
        ({"unit": ""}, "Chưa rõ đơn vị nào là “”: nhập mã đơn vị, xem trong danh sách đơn vị"),
        ({"unit": "Xã"}, "Chưa rõ đơn vị nào là “Xã”: "),
        ({"role": "king"}, "Hãy chọn một quyền."),
    ],
)
def test_what_cannot_be_is_said_in_the_pages_language(
    dave: Browser, wish: dict[str, str], said: str | None
) -> None:
    dave.client.cookies.set("dondoc_language", "vi")
    form = {"address": "new@p.gov.vn", "name": "Mới", "role": "clerk", "unit": "x2"} | wish
    answer = dave.client.post("/admin/people", data=dave.form(**form))
    assert answer.status_code == (422 if said else 303)
    assert (said or "") in answer.text
    assert "write it as" not in answer.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "không có quyền số 999999; có thể quyền đã kết thúc"),
        ("en", "no role 999999 of this account; it may have been ended"),
    ],
)
def test_a_role_that_is_gone_is_refused_in_the_pages_language(
    dave: Browser, engine: Engine, language: str, said: str
) -> None:
    dave.client.cookies.set("dondoc_language", language)
    path = f"/admin/people/{id_of(engine, 'alice@p.gov.vn')}/grants/999999/end"
    answer = dave.client.post(path, data=dave.form())
    assert answer.status_code == 404
    assert said in answer.text
