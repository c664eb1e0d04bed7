"""Signing in: no lock-out, sessions that end, passwords as people type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlmodel import select

from models.account import Account, SignIn
from models.database import reading, writing
from models.errors import InvalidInput
from models.vocabulary import AccessRole
from reporting.access.accounts import (
    close_account,
    end_grant,
    grant,
    grants_of,
    open_account,
    require_account,
)
from reporting.access.passwords import hash_password, verify_password
from reporting.access.sessions import (
    IDLE,
    LONGEST_SESSION,
    SignInRefused,
    note_seen,
    open_session,
    person_of,
    sign_in,
    sign_out,
    tidy_sign_ins,
)
from tests.conftest import HCM, at

ALICE = "alice@p.gov.vn"
PASSWORD = "ba con mèo trắng"
NOW = at("2024-02-10 09:00")


@pytest.fixture
def alice(engine: Engine, quick_hashes: None) -> str:
    with writing(engine) as session:
        open_account(session, ALICE, "Alice", NOW, "Dave", password=PASSWORD)
    return ALICE


def fails(engine: Engine, after: timedelta = timedelta(), password: str = "mật khẩu sai") -> bool:
    try:
        sign_in(engine, ALICE, password, NOW + after)
    except SignInRefused:
        return True
    return False


@pytest.mark.usefixtures("alice")
def test_however_often_somebody_guesses_the_right_password_opens_the_account(engine: Engine) -> None:
    """Five wrong passwords, by anybody from anywhere, had locked it for a minute, and then for longer."""
    assert all(fails(engine) for _ in range(12))
    assert not fails(engine, password=PASSWORD)


@pytest.mark.parametrize("address", [ALICE, "nobody@p.gov.vn", "closed@p.gov.vn", "bare@p.gov.vn", "\x00"])
@pytest.mark.usefixtures("alice")
def test_an_unknown_address_takes_the_same_work_as_a_known_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with writing(engine) as session:
        closed = open_account(session, "closed@p.gov.vn", "Closed", NOW, "Dave", password=PASSWORD)
        close_account(session, closed, NOW, "Dave")
        open_account(session, "bare@p.gov.vn", "No password", NOW, "Dave")
    verify_password(None, "warm")
    looked: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash: str | bytes, password: str | bytes) -> bool:
        looked.append(str(hash).split("$")[3])
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    with pytest.raises(SignInRefused, match="the password is wrong"):
        sign_in(engine, address.replace("\x00", "x"), "mật khẩu sai", NOW)
    assert looked == ["m=64,t=1,p=1"]


def test_a_kept_hash_is_dear_to_guess_at() -> None:
    """RFC 9106, section 4, second recommendation: argon2id with 64 MiB and three passes."""
    assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.usefixtures("alice")
def test_the_password_is_the_same_however_the_keyboard_composes_it(engine: Engine) -> None:
    """Found in review: macOS may send "ắ" as three characters."""
    decomposed = "ba con me\u0300o tra\u0306\u0301ng"
    assert decomposed != PASSWORD
    assert not fails(engine, password=decomposed)


def test_a_password_is_compared_to_its_end() -> None:
    """Found in review: what came after the two hundredth character did not count."""
    kept = hash_password("x" * 200)
    assert verify_password(kept, "x" * 200)
    assert not verify_password(kept, "x" * 201)


@pytest.mark.parametrize("password", ["", "ngắn", "x" * 201, "\u1e17" * 9])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match="10 to 200 characters"):
        hash_password(password)


@pytest.mark.parametrize("password", ["\ud800" * 12, "\x00" * 12, "🐈" * 12])
def test_odd_characters_are_a_password_like_any_other(password: str) -> None:
    assert verify_password(hash_password(password), password)


ENDS: list[tuple[str, Callable[[Engine, str], None], timedelta, bool]] = [
    ("fresh", lambda engine, secret: None, timedelta(), True),
    ("idle for less than half a day", lambda engine, secret: None, IDLE, True),
    ("idle for longer", lambda engine, secret: None, IDLE + timedelta(seconds=1), False),
]


@pytest.mark.parametrize(("_why", "act", "after", "holds"), ENDS)
@pytest.mark.usefixtures("alice")
def test_a_session_holds_while_it_is_used(
    engine: Engine, _why: str, act: Callable[[Engine, str], None], after: timedelta, holds: bool
) -> None:
    secret, _ = sign_in(engine, ALICE, PASSWORD, NOW)
    act(engine, secret)
    with reading(engine) as session:
        assert (person_of(session, secret, NOW + after, HCM) is not None) is holds


@pytest.mark.usefixtures("alice")
def test_however_much_it_is_used_it_ends_after_a_week(engine: Engine) -> None:
    secret, _ = sign_in(engine, ALICE, PASSWORD, NOW)
    with writing(engine) as session:
        note_seen(session, secret, NOW + LONGEST_SESSION)
        assert person_of(session, secret, NOW + LONGEST_SESSION - timedelta(seconds=1), HCM)
        assert person_of(session, secret, NOW + LONGEST_SESSION, HCM) is None
        tidy_sign_ins(session, NOW + LONGEST_SESSION)
        assert session.exec(select(SignIn)).all() == []


@pytest.mark.usefixtures("alice")
def test_it_ends_on_the_server_when_its_person_leaves_or_the_account_closes(engine: Engine) -> None:
    first, second = (sign_in(engine, ALICE, PASSWORD, NOW).secret for _ in range(2))
    with writing(engine) as session:
        sign_out(session, first)
        assert person_of(session, first, NOW, HCM) is None
        assert person_of(session, second, NOW, HCM) is not None
        close_account(session, require_account(session, ALICE), NOW, "Dave")
        assert person_of(session, second, NOW, HCM) is None


@pytest.mark.usefixtures("alice")
def test_the_database_holds_no_secret_that_opens_anything(engine: Engine) -> None:
    secret, _ = sign_in(engine, ALICE, PASSWORD, NOW)
    with reading(engine) as session:
        kept = session.exec(select(SignIn.token_hash)).one()
        assert secret not in kept
        assert PASSWORD not in str(session.exec(select(Account.password_hash)).one())
        assert person_of(session, kept, NOW, HCM) is None


@pytest.mark.usefixtures("alice")
def test_a_role_holds_from_its_first_day_until_before_its_last(engine: Engine) -> None:
    with writing(engine) as session:
        account = require_account(session, ALICE)
        first, end = date(2024, 3, 1), date(2024, 4, 1)
        grant(session, account, AccessRole.MONITOR, None, first, NOW, "Dave", until=end)
        secret = open_session(session, account, at("2024-02-29 23:00"))

        def sees(when: str) -> bool:
            person = person_of(session, secret, at(when), HCM)
            assert person is not None
            return person.sees_all

        found = [sees(when) for when in ("2024-02-29 23:59", "2024-03-01 00:00", "2024-03-01 05:00")]
    assert found == [False, True, True]


@pytest.mark.usefixtures("alice")
def test_a_role_can_be_given_again_on_the_day_it_ended(engine: Engine) -> None:
    """Found in review: the second grant of the day broke the table's key."""
    day = date(2024, 2, 10)
    with writing(engine) as session:
        account = require_account(session, ALICE)
        given = grant(session, account, AccessRole.MONITOR, None, day, NOW, "Dave")
        end_grant(session, given, day, NOW, "Dave")
        again = grant(session, account, AccessRole.MONITOR, None, day, NOW, "Dave")
        assert again.valid_to is None


@pytest.mark.usefixtures("alice")
def test_a_role_that_begins_later_does_not_stand_for_one_from_today(engine: Engine) -> None:
    """Found in review."""
    with writing(engine) as session:
        account = require_account(session, ALICE)
        grant(session, account, AccessRole.MONITOR, None, date(2025, 1, 1), NOW, "Dave")
        now = grant(session, account, AccessRole.MONITOR, None, date(2024, 2, 10), NOW, "Dave")
        assert now.valid_from == date(2024, 2, 10)
        assert len(grants_of(session, account.id)) == 2
