"""What `dondoc doctor` finds wrong, and the remedy it names."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlmodel import Session

from cli.doctor import examine
from messages.catalogue import Plural, translations
from models.database import reading, writing
from models.settings import Settings, load_settings
from models.upkeep import Heartbeat, Marker, SpecialDay
from notifications.mail_server import ehlo_finding, mail_finding
from reporting.health.checkup import (
    REMEDY,
    SAID,
    Check,
    CheckResult,
    CheckupFinding,
    Status,
    check_words,
    checkup_remedy,
    checkup_words,
    ok,
    status_word,
)
from reporting.health.database_checks import DEMO, content_findings, heartbeat_finding, holidays_finding
from reporting.health.environment_checks import (
    MEGABYTE,
    home_finding,
    judged_space,
    judged_versions,
    settings_finding,
    unknown_settings,
    zone_finding,
)
from reporting.special_days import confirm_year, doubt_year
from tests.cli.conftest import Dondoc
from tests.conftest import HCM, at
from tests.reporting.world import World

NOW = at("2024-01-20 09:00:00")


def named(findings: list[CheckupFinding], check: str) -> CheckupFinding:
    (found,) = [finding for finding in findings if finding.name == check]
    return found


def said(finding: CheckupFinding, language: str = "en") -> str:
    return checkup_words(finding, language, HCM)


def remedy(finding: CheckupFinding, language: str = "en") -> str:
    return checkup_remedy(finding, language, HCM)


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> World:
    return World(engine, settings, tmp_path)


def look(world: World) -> list[CheckupFinding]:
    with reading(world.engine) as session:
        return list(content_findings(session, world.settings, NOW))


# In words


@pytest.mark.parametrize("code", CheckResult)
def test_it_says_everything_in_two_languages(code: CheckResult) -> None:
    """What is wrong has a remedy in both."""
    vietnamese, said = translations("vi").gettext, SAID[code]
    assert said and (isinstance(said, Plural) or vietnamese(said))
    remedy = REMEDY.get(code, "")
    assert not remedy or vietnamese(remedy) != remedy


@pytest.mark.parametrize("check", Check)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_names_every_check_in_two_languages(check: Check, language: str) -> None:
    assert check_words(ok(check, CheckResult.RAN), language)


@pytest.mark.parametrize("status", Status)
def test_it_says_how_a_check_went(status: Status) -> None:
    assert status_word(status, "en") == status.value
    assert status_word(status, "vi") != status.value


# Around the database


def test_it_finds_a_home_that_is_no_folder(tmp_path: Path) -> None:
    place = tmp_path / "home"
    assert home_finding(place).status is Status.OK and not place.exists()
    place.mkdir()
    assert said(home_finding(place)) == str(place)


@pytest.mark.parametrize(("megabytes", "status"), [(5000, Status.OK), (500, Status.WARN), (99, Status.FAIL)])
def test_it_judges_the_free_space(megabytes: int, status: Status) -> None:
    assert judged_space(megabytes * MEGABYTE).status is status


@pytest.mark.parametrize(
    ("zone", "status"),
    [("Asia/Ho_Chi_Minh", Status.OK), ("Asia/Bangkok", Status.OK), ("UTC", Status.WARN)],
)
def test_it_warns_of_a_zone_with_other_days_than_vietnam(
    settings: Settings, zone: str, status: Status
) -> None:
    assert zone_finding(settings.model_copy(update={"time_zone": zone}), NOW).status is status


def test_it_names_the_trial_values_until_they_are_set(settings: Settings) -> None:
    found = settings_finding(settings)
    assert found.status is Status.WARN and "DONDOC_SECRET_KEY" in said(found)
    real = settings.model_copy(
        update={
            "secret_key": SecretStr("k" * 40),
            "smtp_host": "mail.example",
            "base_url": "https://dondoc.example",
            "mail_from": "dondoc <dondoc@example.vn>",
        }
    )
    assert "DONDOC_ENVIRONMENT=production" in remedy(settings_finding(real))
    assert settings_finding(real.model_copy(update={"environment": "production"})).status is Status.OK


@contextmanager
def server(greeting: bytes) -> Iterator[int]:
    """A server on a port of its own that says `greeting` to one visitor."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def welcome() -> None:
            visitor, _ = listening.accept()
            with visitor:
                visitor.sendall(greeting)

        thread = threading.Thread(target=welcome)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("greeting", "status"),
    [(b"220 mail.example ready\r\n", Status.OK), (b"HTTP/1.1 400 Bad Request\r\n", Status.FAIL)],
)
def test_it_listens_to_how_the_mail_server_greets(
    settings: Settings, greeting: bytes, status: Status
) -> None:
    with server(greeting) as port:
        found = mail_finding(settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": port}))
    assert found.status is status


def test_it_names_settings_that_there_are_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DONDOC_MAIL_FORM=a@b.example\nOTHER=1\n", encoding="utf-8")
    for name in ("DONDOC_SMTP_HSOT", "DONDOC_SMTP_PASSWORD_FILE", "DONDOC_SMTP_PORT"):
        monkeypatch.setenv(name, "25")
    (found,) = unknown_settings()
    assert found.status is Status.WARN
    assert "DONDOC_MAIL_FORM, DONDOC_SMTP_HSOT" in said(found)


def test_it_is_quiet_about_settings_that_there_are(settings: Settings) -> None:
    assert list(unknown_settings()) == []


def test_it_finds_a_mail_server_that_does_not_answer(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = mail_finding(settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": port}))
    assert found.status is Status.FAIL and "DONDOC_SMTP_HOST" in remedy(found)


def test_it_needs_no_mail_server_for_the_local_mailbox(settings: Settings) -> None:
    assert "local mailbox" in said(mail_finding(settings))


@pytest.mark.parametrize(
    ("package", "version", "status"),
    [
        ("prefect", "3.8.8", Status.OK),
        ("sqlalchemy", "2.1.0", Status.FAIL),
        ("sqlalchemy", "2.0.57", Status.FAIL),
        ("fastapi", "0.165.0", Status.FAIL),
        ("fastapi", "0.150.0", Status.OK),
        ("starlette", "0.48.0", Status.FAIL),
    ],
)
def test_it_knows_the_versions_with_which_prefect_fails(package: str, version: str, status: Status) -> None:
    good = {"prefect": "3.8.8", "fastapi": "0.149.0", "starlette": "1.10.2", "sqlalchemy": "2.0.60"}
    found = judged_versions({**good, package: version})
    assert found.status is status
    assert said(found).startswith(f"{package} of a version") is (status is Status.FAIL)


# In the database


def test_it_finds_nothing_wrong_with_a_province_at_work(world: World) -> None:
    world.units(UNITS_OF_TODAY)
    world.plan()
    world.tick("2024-01-20 08:00:00")
    found = look(world)
    assert {finding.status for finding in found if finding.check in ("units", "plans", "ladders")} == {
        Status.OK
    }
    assert named(found, "last tick").status is Status.OK
    assert named(found, "units of plans").status is Status.OK


UNITS_OF_TODAY = """\
code,name,level,kind,superior,groups
p,UBND tỉnh P,province,tinh,,
van-phong,Văn phòng UBND tỉnh,district,van-phong,p,
so,Sở Kế hoạch,district,so-nganh,p,
x1,Xã Một,grassroots,xa,p,
"""


def test_it_says_what_an_empty_database_lacks(world: World) -> None:
    found = look(world)
    for check in ("units", "contacts", "plans"):
        assert said(named(found, check)) == "none are loaded"
    assert said(named(found, "last tick")) == said(named(found, "last sender")) == "has never run"


def test_it_fails_where_a_plan_s_ladder_is_not_loaded(world: World) -> None:
    world.units()
    world.plan(LOST)
    found = named(look(world), "ladders")
    assert found.status is Status.FAIL and "nowhere" in said(found) and "dondoc ladder load" in remedy(found)


LOST = """\
slug: lost
issuer: UBND tỉnh P
title: Kế hoạch
in_force: {from: 2024-01-01}
monitor: so-9
ladder: nowhere
duties:
  - id: monthly
    title: Báo cáo tháng
    every: month
    chain: [{from: {level: grassroots}, due: before 18}]
"""


def test_it_names_units_that_a_plan_names_and_nobody_loaded(world: World) -> None:
    world.units()
    world.plan(LOST)
    found = named(look(world), "units of plans")
    assert found.status is Status.WARN and said(found) == "no unit so-9 (lost)"


def test_it_counts_units_that_owe_reports_and_have_no_contact(world: World) -> None:
    world.units()
    world.plan()
    world.tick("2024-01-20 08:00:00")
    found = named(look(world), "who is told")
    assert found.status is Status.WARN and said(found).startswith("7 units") and "Huyện Một" in said(found)


@pytest.mark.parametrize(
    ("age", "detail", "status"),
    [
        (timedelta(minutes=5), "", Status.OK),
        (timedelta(days=2), "", Status.WARN),
        (-timedelta(days=2), "", Status.WARN),
        (timedelta(minutes=5), "the server refused us", Status.WARN),
    ],
)
def test_it_listens_to_the_heartbeats(world: World, age: timedelta, detail: str, status: Status) -> None:
    with writing(world.engine) as session:
        session.add(Heartbeat(name="tick", at=NOW - age, detail=detail))
    with reading(world.engine) as session:
        assert heartbeat_finding(session, "tick", NOW).status is status


def test_it_knows_a_demo_s_database(world: World) -> None:
    with writing(world.engine) as session:
        session.add(Marker(name=DEMO, value="1"))
    assert named(look(world), "demo").status is Status.WARN


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2024, "known so far: 04/05/2024; nobody has confirmed"),
        (2026, "known so far: 10/01/2026, 22/08/2026; nobody has confirmed"),
        (2043, "no exchange of days is known for it"),
    ],
)
def test_it_says_which_exchanges_of_days_are_known_and_that_nobody_has_confirmed_them(
    world: World, year: int, said: str
) -> None:
    with reading(world.engine) as session:
        finding = holidays_finding(session, year)
    assert finding.status is Status.WARN
    assert said in checkup_words(finding, "en", world.settings.zone)
    assert "dondoc days confirm" in checkup_remedy(finding, "en", world.settings.zone)


def test_a_day_added_makes_no_year_complete_but_a_person_s_word_does(world: World) -> None:
    with writing(world.engine) as session:
        session.add(SpecialDay(day=date(2043, 2, 7), worked=True, name="Làm bù"))
    with reading(world.engine) as session:
        assert holidays_finding(session, 2043).status is Status.WARN
    with writing(world.engine) as session:
        confirm_year(session, 2043, NOW, "Dave")
    with reading(world.engine) as session:
        finding = holidays_finding(session, 2043)
        assert holidays_finding(session, 2044).status is Status.WARN
    assert finding.status is Status.OK
    assert "confirmed as complete by Dave" in checkup_words(finding, "en", world.settings.zone)
    with writing(world.engine) as session:
        doubt_year(session, 2043, NOW, "Dave")
    with reading(world.engine) as session:
        assert holidays_finding(session, 2043).status is Status.WARN


# The command


def test_it_exits_with_1_and_names_the_remedy_where_nothing_is_set_up(
    new_home: Dondoc, tmp_path: Path
) -> None:
    run = new_home("doctor", "--json", DONDOC_LANGUAGE="en")
    found = {finding["check"]: finding for finding in json.loads(run.out)}
    assert run.code == 1
    assert (found["database"]["status"], found["database"]["remedy"]) == ("fail", "run: dondoc init")
    assert not (tmp_path / "home").exists(), "it looks and changes nothing"


def test_it_exits_with_0_after_init_and_says_each_thing_on_a_line(new_home: Dondoc) -> None:
    assert new_home("init").code == 0
    run = new_home("doctor", DONDOC_LANGUAGE="en")
    assert run.code == 0, run.out
    assert "✓ ok    database: sqlite, schema of this version" in run.out.splitlines()


def test_it_speaks_the_installation_s_language(new_home: Dondoc) -> None:
    lines = new_home("doctor").out.splitlines()
    at = lines.index("✗ lỗi    cơ sở dữ liệu: chưa được thiết lập")
    assert lines[at + 1].strip() == "→ chạy: dondoc init"


def test_it_shows_a_wrong_setting_as_a_finding(new_home: Dondoc) -> None:
    run = new_home("doctor", "--json", DONDOC_TIME_ZONE="Asia/Saigong")
    (found,) = json.loads(run.out)
    assert run.code == 1 and found["check"] == "settings" and "DONDOC_TIME_ZONE" in found["said"]


def test_it_finds_a_schema_of_another_version(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with Session(world.engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        session.commit()
    found = named(list(examine(load_settings(), NOW)), "database")
    assert found.status is Status.FAIL and remedy(found) == "run: dondoc init"


@pytest.mark.parametrize(
    ("sender", "status", "words"),
    [
        ("a@so.example.vn", Status.OK, "calls itself so.example.vn"),
        (
            "a@localhost",
            Status.WARN,
            "calls itself [127.0.0.1] at the mail server (EHLO), which is no full name",
        ),
    ],
)
def test_it_looks_at_the_name_for_mail_servers(
    settings: Settings, sender: str, status: Status, words: str
) -> None:
    found = ehlo_finding(settings.model_copy(update={"mail_from": sender}), machine="dondoc")
    assert found.status is status
    assert words in said(found)
    assert ("DONDOC_SMTP_EHLO" in remedy(found)) == (status is Status.WARN)


def test_it_sees_a_sender_that_cannot_be(new_home: Dondoc) -> None:
    ended = new_home("doctor", DONDOC_MAIL_FROM="UBND tỉnh, Sở Một <a@t.example>")
    assert ended.code == 1
    assert "DONDOC_MAIL_FROM" in ended.out
