"""Accounts for chosen contacts at once: one for each address, its roles, its mail with the link."""

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
from models.unit import Contact
from models.vocabulary import AccessRole, NoticeKind
from reporting.access.accounts import grant, grants_of, open_account, require_account
from tests.conftest import at
from tests.reporting.world import World
from tests.web.cast import Browser, browser, open_accounts

pytestmark = pytest.mark.postgresql  # filters and orders
PAGE, NOW = "/admin/contact-accounts", "2024-02-10 09:00"
CONTACTS = """\
unit,name,role,address,language
x1,Alice,clerk,alice@p.gov.vn,vi
x1,Bà Ba,clerk,ba@p.example,en
x2,Bà Ba,clerk,ba@p.example,en
x2,Ông Bốn,head,bon@p.example,vi
x3,Cô Năm,clerk,nam@p.example,vi
"""


@pytest.fixture(autouse=True)
def contacts(world: World, engine: Engine, quick_hashes: None) -> None:
    """With Erin, who administers district d1 alone."""
    world.units(CONTACTS)
    open_accounts(engine)
    with writing(engine) as session:
        since = at("2024-01-01 08:00")
        erin = open_account(session, "erin@p.gov.vn", "Erin", since, "Dave", language="en")
        grant(session, erin, AccessRole.ADMINISTRATOR, "d1", date(2024, 1, 1), since, "Dave")


@pytest.fixture(params=["dave", "erin"])
def who(
    request: pytest.FixtureRequest, app: FastAPI, engine: Engine, settings: Settings
) -> Iterator[tuple[str, Browser]]:
    at_work = browser(app, engine, settings, request.param, NOW)
    yield request.param, at_work
    at_work.client.close()


def held(engine: Engine, address: str) -> set[tuple[str, bool]]:
    """The roles of an account, with whether each is in a unit; none where there is no account."""
    with reading(engine) as session:
        account = session.exec(select(Account).where(Account.address == address)).first()
        grants = grants_of(session, account.id) if account else []
        return {(each.role, each.unit_id is not None) for each in grants}


def invited(engine: Engine) -> set[str]:
    with reading(engine) as session:
        return set(session.exec(select(Notice.recipient).where(col(Notice.kind) == NoticeKind.PASSWORD)))


def test_they_see_those_of_their_branch_without_an_account(who: tuple[str, Browser]) -> None:
    name, at_work = who
    page = at_work.client.get(PAGE).text
    assert "ba@p.example" in page
    assert "bon@p.example" in page
    assert "alice@p.gov.vn" not in page
    assert ("nam@p.example" in page) is (name == "dave")
    assert "bon@" not in at_work.client.get(f"{PAGE}?q=ba ba").text


def test_the_chosen_get_an_account_with_their_roles_and_one_mail(
    who: tuple[str, Browser], engine: Engine
) -> None:
    name, at_work = who
    chosen = ["ba@p.example", "nam@p.example"]
    answer = at_work.client.post(PAGE, data={**at_work.form(), "addresses": chosen})
    number = 2 if name == "dave" else 1
    assert answer.headers["location"] == f"{PAGE}?done={number}"
    assert invited(engine) == {*chosen[:number]}
    assert held(engine, "bon@p.example") == set()
    with reading(engine) as session:
        account = require_account(session, "ba@p.example")
        assert (account.name, account.language, account.password_hash) == ("Bà Ba", "en", None)
        assert [each.role for each in grants_of(session, account.id)] == ["clerk", "clerk"]


def test_all_that_are_found_get_one_and_nobody_a_second(who: tuple[str, Browser], engine: Engine) -> None:
    _, at_work = who
    at_work.client.post(PAGE, data=at_work.form(all="yes", q="x2"))
    assert held(engine, "bon@p.example") == {("head", True)}
    again = at_work.client.post(PAGE, data={**at_work.form(), "addresses": ["bon@p.example"]})
    assert again.headers["location"] == f"{PAGE}?done=0"


def test_whom_no_mail_reaches_is_not_among_them(who: tuple[str, Browser], engine: Engine) -> None:
    with writing(engine) as session:
        contact = session.exec(select(Contact).where(Contact.address == "bon@p.example")).one()
        contact.bounced_at = at(NOW)
        session.add(contact)
    assert "bon@p.example" not in who[1].client.get(PAGE).text
