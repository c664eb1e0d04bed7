"""Signing in through a real OpenID Connect provider that nobody here wrote, and what must not get in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from models.account import SecondFactor
from models.database import writing
from models.settings import Settings
from reporting.access.accounts import close_account, require_account, unbind
from tests.conftest import at
from tests.web.cast import open_accounts
from tests.web.conftest import MovedClock
from web.app import create_app

HERE = Path(__file__).parent
OURS = "http://127.0.0.1:8000"
BACK = f"{OURS}/sign-in/provider/back"
PEOPLE: dict[str, dict[str, Any]] = {
    "alice-there": {"email": "Alice@p.gov.vn", "email_verified": True},
    "also-alice": {"email": "alice@p.gov.vn", "email_verified": True},
    "unverified": {"email": "bob@p.gov.vn", "email_verified": False},
    "unsaid": {"email": "bob@p.gov.vn"},
    "stranger": {"email": "stranger@p.gov.vn", "email_verified": True},
    "without": {},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider's address, for as long as the module's tests run."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "oidc-provider").exists():
        pytest.skip("oidc-provider is not installed: install nodejs and npm, then make clients")
    command = [node, str(HERE / "provider.mjs"), json.dumps({"people": PEOPLE, "backTo": BACK})]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


@dataclass
class Office:
    """Our program in a browser, with the provider set."""

    client: TestClient
    engine: Engine
    clock: MovedClock

    def away(self, next: str = "/me") -> str:
        answer = self.client.get("/sign-in/provider", params={"next": next})
        assert answer.status_code == 303
        return answer.headers["location"]

    def sign_in(self, who: str, next: str = "/me") -> Any:
        return self.client.get(signed_in_there(self.away(next), who).removeprefix(OURS))


@pytest.fixture
def office(issuer: str, engine: Engine, settings: Settings, world: object) -> Iterator[Office]:
    open_accounts(engine)
    secret = "a-secret-of-the-test-at-least-32-characters"
    own = {"oidc_issuer": issuer, "oidc_client_id": "dondoc", "oidc_client_secret": secret}
    clock = MovedClock(datetime.now(UTC))  # the provider's tokens are of today
    app = create_app(Settings(**(settings.model_dump() | own)), engine, clock)
    with TestClient(app, base_url=OURS, follow_redirects=False) as client:
        yield Office(client, engine, clock)


def signed_in_there(address: str, who: str) -> str:
    """Sign in at the provider as a person would; gives where it sends the browser back to."""
    with httpx.Client(timeout=10) as browser:
        answer = browser.get(address)
        for _ in range(12):
            if answer.is_redirect:
                target = str(answer.next_request.url) if answer.next_request else ""
                if target.startswith(BACK):
                    return target
                answer = browser.get(target)
                continue
            (form,) = re.findall(r'action="([^"]+)"', answer.text)
            prompt = re.findall(r'name="prompt" value="(\w+)"', answer.text)[0]
            answer = browser.post(form, data={"prompt": prompt, "login": who, "password": "x"})
    raise AssertionError(answer.text)


def test_a_known_person_gets_in_and_goes_where_they_wanted(office: Office) -> None:
    assert "/sign-in/provider" in office.client.get("/sign-in").text
    answer = office.sign_in("alice-there", "/me?done=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me?done=x")
    assert "alice@p.gov.vn" in office.client.get("/me").text


def test_who_has_a_second_factor_is_asked_for_its_code_here_too(office: Office) -> None:
    with writing(office.engine) as session:
        held = require_account(session, "alice@p.gov.vn").id
        now = office.clock.now
        session.add(SecondFactor(account_id=held, secret="", created_at=now, confirmed_at=now))
    answer = office.sign_in("alice-there", "/me?done=x")
    assert answer.headers["location"] == "/sign-in/code?next=/me%3Fdone%3Dx"
    assert office.client.get("/me").status_code == 303
    assert office.client.get("/sign-in/code").status_code == 200


def test_the_request_has_state_nonce_and_a_pkce_challenge(office: Office) -> None:
    first, second = (parse_qs(urlsplit(office.away()).query) for _ in range(2))
    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 43
        assert first[name] != second[name]


@pytest.mark.parametrize("who", ["stranger", "unverified", "unsaid", "without"])
def test_nobody_else_gets_in(office: Office, who: str) -> None:
    answer = office.sign_in(who)
    assert answer.status_code == 403
    assert office.client.get("/me").status_code == 303


def test_once_bound_another_person_with_the_same_address_does_not_get_in(office: Office) -> None:
    assert office.sign_in("alice-there").status_code == 303
    office.client.cookies.clear()
    assert office.sign_in("also-alice").status_code == 403
    with writing(office.engine) as session:
        unbind(session, require_account(session, "alice@p.gov.vn"), office.clock.now, "Dave")
    assert office.sign_in("also-alice").status_code == 303


def test_once_bound_the_address_may_change_there(office: Office) -> None:
    assert office.sign_in("alice-there").status_code == 303
    with writing(office.engine) as session:
        require_account(session, "alice@p.gov.vn").address = "alice.moi@p.gov.vn"
    office.client.cookies.clear()
    assert office.sign_in("alice-there").status_code == 303


def test_a_closed_account_stays_closed(office: Office) -> None:
    with writing(office.engine) as session:
        close_account(session, require_account(session, "alice@p.gov.vn"), at("2024-01-02 08:00"), "Dave")
    assert office.sign_in("alice-there").status_code == 403


def test_a_code_works_once_and_in_the_browser_that_asked(office: Office) -> None:
    back = signed_in_there(office.away(), "alice-there").removeprefix(OURS)
    cookies = dict(office.client.cookies)
    office.client.cookies.clear()
    assert office.client.get(back).status_code == 400  # another browser: a link that was sent to somebody
    office.client.cookies.update(cookies)
    assert office.client.get(back).status_code == 303
    office.client.cookies.clear()
    office.client.cookies.update(cookies)
    assert office.client.get(back).status_code == 502  # the provider gives nothing for it again


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "made-up"},
        {"state": ""},
        {"code": ""},
        {"code": "made-up"},
        {"iss": "https://other.example"},
    ],
)
def test_an_answer_that_was_tampered_with_is_refused(office: Office, changed: dict[str, str]) -> None:
    back = urlsplit(signed_in_there(office.away(), "alice-there"))
    values = {name: found[0] for name, found in parse_qs(back.query).items()} | changed
    answer = office.client.get(back.path, params=values)
    assert answer.status_code in (400, 502)
    assert office.client.get("/me").status_code == 303


def test_the_code_of_another_attempt_is_refused(office: Office) -> None:
    """Its nonce and PKCE challenge are not of this attempt."""
    first = parse_qs(urlsplit(signed_in_there(office.away(), "alice-there")).query)
    second = parse_qs(urlsplit(office.away()).query)
    answer = office.client.get(
        "/sign-in/provider/back", params={"code": first["code"][0], "state": second["state"][0]}
    )
    assert answer.status_code == 502


def test_a_token_that_has_run_out_is_refused(office: Office) -> None:
    back = signed_in_there(office.away(), "alice-there").removeprefix(OURS)
    office.clock.now += timedelta(hours=2)
    assert office.client.get(back).status_code == 502


def test_a_provider_that_is_not_there_leaves_the_password(
    engine: Engine, settings: Settings, world: object
) -> None:
    own = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "dondoc"}
    app = create_app(Settings(**(settings.model_dump() | own)), engine, MovedClock(at("2024-02-10 09:00")))
    with TestClient(app, base_url=OURS, follow_redirects=False) as client:
        answer = client.get("/sign-in/provider")
        assert answer.status_code == 503
        assert "/sign-in" in answer.text
