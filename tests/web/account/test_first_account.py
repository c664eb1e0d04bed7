"""The first account: made on the machine itself or with the code, while there is no account at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from models.account import Account
from models.database import reading, writing
from models.settings import Settings
from reporting.access.accounts import close_account, open_account
from reporting.access.first_account import first_code
from tests.conftest import at

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("quick_hashes")]  # a marker lets one through
PAGE = "/first-account"
HERE, ELSEWHERE = "127.0.0.1", "198.51.100.7"
FORM = {
    "address": "quantri@tinh.gov.vn",
    "name": "Quản trị",
    "password": "bốn con mèo trắng",
    "again": "bốn con mèo trắng",
}


def at_peer(app: FastAPI, peer: str, host: str = "127.0.0.1:8000") -> TestClient:
    client = TestClient(app, base_url=f"http://{host}", follow_redirects=False, client=(peer, 5000))
    client.portal = app.state.portal
    return client


@pytest.fixture
def here(app: FastAPI) -> Iterator[TestClient]:
    client = at_peer(app, HERE)
    yield client
    client.close()


def accounts(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.exec(select(Account.address)))


def test_it_is_made_on_the_machine_itself_signed_in_and_administers(here: TestClient, engine: Engine) -> None:
    assert f'href="{PAGE}"' in here.get("/sign-in").text
    assert 'name="code"' not in here.get(PAGE).text
    answer = here.post(PAGE, data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    assert here.get("/admin").status_code == 200
    assert accounts(engine) == [FORM["address"]]


def test_there_is_but_one(here: TestClient, engine: Engine, settings: Settings) -> None:
    here.post(PAGE, data=FORM)
    here.cookies.clear()
    assert here.get(PAGE).status_code == 404
    second = FORM | {"address": "khac@tinh.gov.vn", "code": first_code(settings)}
    assert here.post(PAGE, data=second).status_code == 404
    assert accounts(engine) == [FORM["address"]]
    assert f'href="{PAGE}"' not in here.get("/sign-in").text


def test_a_closed_account_counts(here: TestClient, engine: Engine) -> None:
    with writing(engine) as session:
        account = open_account(session, "cu@tinh.gov.vn", "Cũ", at("2024-01-01 08:00"), "Dave")
        close_account(session, account, at("2024-01-02 08:00"), "Dave")
    assert here.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    ("peer", "host", "headers"),
    [
        (ELSEWHERE, "127.0.0.1:8000", {}),
        (HERE, "dondoc.tinh.gov.vn", {}),  # a name that leads here, or a proxy that hands it on
        (HERE, "127.0.0.1:8000", {"X-Forwarded-For": HERE}),
        (HERE, "127.0.0.1:8000", {"Forwarded": "for=127.0.0.1"}),
        (HERE, "127.0.0.1:8000", {"Via": "1.1 proxy"}),
        (HERE, "[::", {}),
    ],
)
def test_from_elsewhere_it_takes_the_code(
    app: FastAPI, engine: Engine, settings: Settings, peer: str, host: str, headers: dict[str, str]
) -> None:
    away = at_peer(app, peer)
    headers = {"Host": host, **headers}
    assert 'name="code"' in away.get(PAGE, headers=headers).text
    for code in ("", "x", "é", first_code(settings)[:-1]):
        assert away.post(PAGE, data=FORM | {"code": code}, headers=headers).status_code == 403
    assert accounts(engine) == []
    assert away.post(PAGE, data=FORM | {"code": first_code(settings)}, headers=headers).status_code == 303
    away.close()


def test_the_code_is_not_to_be_guessed(app: FastAPI) -> None:
    away = at_peer(app, ELSEWHERE)
    tried = [away.post(PAGE, data=FORM | {"code": f"{number}"}).status_code for number in range(21)]
    assert (tried[0], tried[-1]) == (403, 429)
    away.close()


@pytest.mark.parametrize(
    "wrong", [{"again": "khác"}, {"password": "123", "again": "123"}, {"address": "không phải"}]
)
def test_what_is_wrong_is_said_and_may_be_tried_again(
    here: TestClient, engine: Engine, wrong: dict[str, str]
) -> None:
    assert here.post(PAGE, data=FORM | wrong).status_code == 422
    assert accounts(engine) == []
    assert here.post(PAGE, data=FORM).status_code == 303
