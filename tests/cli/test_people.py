"""`dondoc people`: accounts opened, given roles, closed; passwords and tokens for them."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import Engine

from models.account import SecondFactor
from models.database import reading, writing
from reporting.access.accounts import require_account
from reporting.access.api_tokens import bearer_of
from reporting.access.sessions import SignInRefused, sign_in
from tests.cli.conftest import Dondoc
from tests.conftest import HCM, at
from tests.web.cast import add_contact

AT = ("--at", "2024-02-10T09:00")
HOA = "hoa@xa.gov.vn"


@pytest.fixture(autouse=True)
def added(dondoc: Dondoc, world: object, quick_hashes: None) -> None:
    done = dondoc("people", "add", HOA, "--name", "Nguyễn Thị Hoa", "--role", "clerk", "--unit", "x1", *AT)
    assert done.code == 0, done.err
    assert "Xã Một (x1)" in done.out


def test_it_lists_them_with_their_roles(dondoc: Dondoc) -> None:
    (one,) = dondoc("people", "list", "--json", *AT).json
    assert (one["address"], one["name"], one["has_password"]) == (HOA, "Nguyễn Thị Hoa", False)
    assert one["roles"] == [
        {
            "role": "clerk",
            "unit": "x1",
            "unit_name": "Xã Một",
            "valid_from": "2024-02-10",
            "last_day": None,
            "holds": True,
        }
    ]
    assert dondoc("people", "list", "--unit", "x2", "--json", *AT).json == []


def test_a_role_is_given_for_a_while_and_ended(dondoc: Dondoc) -> None:
    days = ("--from", "1/3/2024", "--to", "31/3/2024")
    one = dondoc("people", "grant", HOA, "--role", "head", "--unit", "d1", *days, "--json", *AT).json
    assert [(each["role"], each["last_day"], each["holds"]) for each in one["roles"]] == [
        ("clerk", None, True),
        ("head", "2024-03-31", False),
    ]
    one = dondoc("people", "end", HOA, "--role", "clerk", "--unit", "x1", "--json", *AT).json
    assert one["roles"][0]["last_day"] == "2024-02-09"


def test_the_password_mail_is_queued_with_the_account(dondoc: Dondoc) -> None:
    queued = dondoc("outbox", "--json").json
    assert [(each["kind"], each["recipient"]) for each in queued] == [("password", HOA)]


def test_a_password_can_be_set_here(dondoc: Dondoc, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ba con mèo trắng\n"))
    assert dondoc("people", "password", HOA, "--stdin", *AT).code == 0
    assert sign_in(engine, HOA, "ba con mèo trắng", at("2024-02-10 09:01"))
    assert dondoc("people", "close", HOA, *AT).code == 0
    with pytest.raises(SignInRefused):
        sign_in(engine, HOA, "ba con mèo trắng", at("2024-02-10 09:02"))
    assert dondoc("people", "list", "--json", *AT).json == []
    assert dondoc("people", "reopen", HOA, "--json", *AT).json["has_password"] is False


def test_closing_names_the_units_of_which_the_address_is_a_contact(dondoc: Dondoc, engine: Engine) -> None:
    add_contact(engine, "x1", HOA)
    add_contact(engine, "d1", HOA, "head")
    closed = dondoc("people", "close", HOA, "--json", *AT)
    assert closed.json["contact_of"] == [
        {"unit": "d1", "unit_name": "Huyện Một", "role": "head"},
        {"unit": "x1", "unit_name": "Xã Một", "role": "clerk"},
    ]
    assert "still a contact of: Huyện Một (d1), head; Xã Một (x1), clerk" in closed.err
    assert "--end-contacts" in closed.err
    ended = dondoc("people", "close", HOA, "--end-contacts", "--json", *AT)
    assert ended.json["contact_of"] == []
    assert "no contact any more of: Huyện Một (d1)" in ended.err
    assert "contact" not in dondoc("people", "close", HOA, "--end-contacts", *AT).err


def test_a_token_is_printed_once(dondoc: Dondoc, engine: Engine) -> None:
    made = dondoc("people", "token", HOA, "--scope", "write", "--days", "30", *AT)
    secret = made.out.strip()
    assert re.fullmatch(r"dondoc_[\w-]{43}", secret)
    with reading(engine) as session:
        bearer = bearer_of(session, secret, at("2024-02-10 10:00"), HCM)
    assert bearer is not None
    assert bearer.scope == "write"
    (token,) = dondoc("people", "show", HOA, "--json", *AT).json["tokens"]
    assert token["expires_at"] == "2024-03-11T09:00:00+07:00"
    dondoc("people", "token", HOA, "--revoke", token["id"], *AT)
    assert dondoc("people", "show", HOA, "--json", *AT).json["tokens"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", HOA, "--name", "Again"), "has an account already"),
        (("add", "no address", "--name", "X"), "is no mail address"),
        (("add", "x@xa.gov.vn", "--name", "X", "--unit", "x1"), "--unit needs a --role"),
        (("grant", HOA, "--role", "king"), "no role 'king'"),
        (("grant", HOA, "--role", "clerk", "--unit", "nowhere"), "no unit 'nowhere'"),
        (("grant", HOA, "--role", "head", "--to", "2024-02-09"), "must begin before"),
        (("end", HOA, "--role", "head"), "is no head in everything"),
        (("password", "nobody@xa.gov.vn"), "no account"),
        (("reopen", HOA), "is open"),
        (("token", HOA, "--scope", "all"), "no scope 'all'"),
        (("list", "--unit", "nowhere"), "no unit 'nowhere'"),
        (("add", "x@xa.gov.vn", "--name", "X", "--lang", "fr"), "no language 'fr'"),
    ],
)
def test_what_it_refuses_names_the_remedy(dondoc: Dondoc, arguments: tuple[str, ...], said: str) -> None:
    assert said in dondoc("people", *arguments, *AT).refusal


def test_a_second_factor_that_was_lost_is_removed_and_its_person_told(dondoc: Dondoc, engine: Engine) -> None:
    none = dondoc("people", "remove-second-factor", HOA, *AT)
    assert (none.code, "has no second factor" in none.err) == (1, True)
    with writing(engine) as session:
        account, now = require_account(session, HOA), at("2024-02-10 08:00")
        session.add(SecondFactor(account_id=account.id, secret="", created_at=now, confirmed_at=now))
    assert dondoc("people", "show", HOA, "--json", *AT).json["second_factor"]
    assert not dondoc("people", "remove-second-factor", HOA, "--json", *AT).json["second_factor"]
    assert ("second-factor", HOA) in {
        (each["kind"], each["recipient"]) for each in dondoc("outbox", "--json").json
    }


def test_a_persons_data_are_deleted_after_a_look_and_a_yes(dondoc: Dondoc) -> None:
    looked = dondoc("people", "erase", HOA, "--dry-run", "--json", *AT).json
    assert (looked["label"], looked["account"], looked["cancelled"], looked["dry_run"]) == ("", True, 1, True)
    refused = dondoc("people", "erase", HOA, *AT)
    assert (refused.code, "--yes" in refused.err) == (1, True)
    assert dondoc("people", "show", HOA, "--json", *AT).json["name"] == "Nguyễn Thị Hoa"
    done = dondoc("people", "erase", HOA, "--yes", *AT)
    assert "đã xóa, số 1" in done.out + done.err or "deleted, no. 1" in done.out + done.err
    assert dondoc("people", "erase", HOA, "--yes", *AT).code == 1
    (gone,) = dondoc("people", "list", "--closed", "--json", *AT).json
    assert (gone["name"] == gone["address"], gone["roles"][0]["holds"]) == (True, False)


@pytest.mark.parametrize("also", ["báo cáo", "123", HOA])
def test_only_telephone_numbers_and_addresses_are_deleted_as_well(dondoc: Dondoc, also: str) -> None:
    assert dondoc("people", "erase", HOA, "--yes", "--also", also, *AT).code == 1
    assert dondoc("people", "show", HOA, "--json", *AT).json["name"] == "Nguyễn Thị Hoa"
