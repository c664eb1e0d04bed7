"""Saying on the pages that an event has happened: by the unit or the monitor; twice; taking it back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine, delete
from sqlmodel import col, select

from models.asking import Happening
from models.database import reading as opened
from models.database import writing
from models.notice import Notice
from models.obligation import Obligation
from models.unit import Contact
from models.vocabulary import Lifecycle
from tests.reporting.world import World
from tests.web.asking.conftest import Reading
from tests.web.asking.test_requests import seen, units_owing, words
from tests.web.cast import add_contact
from tests.web.monitor.conftest import Reader
from web.auth import FORM_FIELD

NEW = "/events/new"
FLOOD: dict[str, Any] = {
    "plan": "asked",
    "event": "flood",
    "happened": "14 giờ 05 phút ngày 19/4/2024",
    "whom": "units",
    "unit": ["x1"],
    "note": "Nước ngập chợ",
}
ALERT: dict[str, Any] = {"plan": "asked", "event": "alert", "happened": "08:00 20/4/2024", "whom": "all"}


def say(reader: Reader, page: str, **wish: Any) -> str:
    """Say what the preview shows; returns where it leads."""
    answer = reader.client.post(
        NEW, data={**wish, "step": "say", "seen": seen(page), FORM_FIELD: reader.token}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def said(engine: Engine) -> list[Happening]:
    with opened(engine) as session:
        return list(session.exec(select(Happening).order_by(col(Happening.id))))


def test_alice_says_of_her_unit_that_it_has_happened_and_it_is_due_at_once(
    reading: Reading, engine: Engine, asked: World
) -> None:
    add_contact(engine, "x1", "alice@p.gov.vn")
    alice = reading("alice")
    own = alice.get("/")
    assert "/events/new?plan=asked&amp;event=flood" in own
    assert "event=alert" not in own
    form = alice.get(f"{NEW}?plan=asked&event=flood")
    assert 'value="09:00 20/04/2024"' in form
    assert re.search(r'name="unit" value="x1" checked', form)
    assert 'value="x2"' not in form
    page = alice.post(NEW, 200, **FLOOD, step="preview")
    shown = words(page)
    for expected in ("19/04/2024 14:05", "1 report;", "1 person gets a mail", "by 14:05 on 20/04/2024"):
        assert expected in shown, shown
    assert "clerk-x1@p.gov.vn" in shown
    assert "alice@p.gov.vn" not in shown
    with opened(engine) as session:  # the preview has opened nothing
        assert session.exec(select(Obligation)).all() == []
    place = say(alice, page, **FLOOD)
    assert units_owing(engine, asked) == ["x1"]
    with opened(engine) as session:
        told = {each.recipient: each.state for each in session.exec(select(Notice))}
    assert told == {"clerk-x1@p.gov.vn": "queued", "alice@p.gov.vn": "superseded"}
    done = words(alice.get(place))
    assert "1 report is owed now" in done
    assert "Xã Một" in done
    report = words(alice.get(f"/obligations/{report_of(engine)}"))
    for expected in ("Khi có thiên tai, 19/04/2024 14:05", "Nước ngập chợ"):
        assert expected in report, report


def report_of(engine: Engine) -> int:
    with opened(engine) as session:
        return session.exec(select(Obligation.id)).one()


def test_saying_it_twice_does_no_harm_and_says_so(reading: Reading, engine: Engine) -> None:
    alice = reading("alice")
    page = alice.post(NEW, 200, **FLOOD, step="preview")
    place = say(alice, page, **FLOOD)
    assert say(alice, page, **FLOOD) == place.replace("told", "already")
    assert "nothing is owed a second time" in alice.get(place.replace("told", "already"))
    again = alice.post(NEW, 409, **FLOOD, step="preview")
    assert "was said already" in again
    assert f'href="/events/{said(engine)[0].id}"' in again
    assert len(said(engine)) == 1


@pytest.mark.parametrize(("clerks", "mails"), [(["alice@p.gov.vn"], False), ([], True)])
def test_mails_are_spoken_of_only_where_there_are_some(
    reading: Reading, engine: Engine, clerks: list[str], mails: bool
) -> None:
    for address in clerks:
        add_contact(engine, "x1", address)
    if clerks:
        with writing(engine) as session:
            session.execute(delete(Contact).where(col(Contact.address) == "clerk-x1@p.gov.vn"))
    alice = reading("alice")
    done = alice.get(say(alice, alice.post(NEW, 200, **FLOOD, step="preview"), **FLOOD))
    assert "1 report is owed now" in words(done)
    assert ("The mails leave" in words(done)) is mails


def test_of_two_units_at_the_same_moment_it_names_what_was_said_of_the_one(
    reading: Reading, engine: Engine
) -> None:
    dave = reading("dave")
    one, other = ({**FLOOD, "unit": [code]} for code in ("x1", "x2"))
    page = dave.post(NEW, 200, **one, step="preview")
    first = say(dave, page, **one)
    say(dave, dave.post(NEW, 200, **other, step="preview"), **other)
    assert say(dave, page, **one) == first.replace("told", "already")


@pytest.mark.parametrize(
    ("change", "status", "field", "told"),
    [
        ({"happened": ""}, 422, "happened", "Say when it happened"),
        ({"happened": "hôm qua"}, 422, "happened", "is no moment"),
        ({"happened": "09:01 20/4/2024"}, 422, "happened", "has not come yet"),
        ({"happened": "09:00 31/12/2023"}, 409, "happened", "check the day"),
        ({"unit": []}, 422, "whom", "Choose at least one unit"),
        ({"unit": ["zz"]}, 422, "whom", "No unit is called 'zz'"),
        ({"unit": ["x2"]}, 403, "whom", "may not say this of these units: Xã Hai"),
        ({"whom": "all", "unit": []}, 422, "whom", "Choose at least one unit"),
        ({"note": "x" * 2001}, 422, "note", "at most 2000"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    reading: Reading, engine: Engine, change: dict[str, Any], status: int, field: str, told: str
) -> None:
    wish = {**FLOOD, **change}
    page = reading("alice").post(NEW, status, **wish, step="preview")
    beside = re.search(rf'id="{field}-wrong">([^<]*)<', page)
    assert beside is not None, page
    assert told in unescape(beside[1])
    assert "dondoc " not in beside[1]
    for name in ("happened", "note"):
        assert wish[name] in unescape(page)
    assert said(engine) == []


def test_carol_says_for_all_or_for_units_what_the_monitor_says(
    reading: Reading, engine: Engine, asked: World
) -> None:
    carol = reading("carol")
    plan = carol.get("/plans/asked")
    assert "/events/new?plan=asked&amp;event=alert" in plan
    assert "event=flood" not in plan
    one = {**ALERT, "whom": "units", "unit": ["x1"]}
    say(carol, carol.post(NEW, 200, **one, step="preview"), **one)
    assert units_owing(engine, asked) == ["x1"]
    page = carol.post(NEW, 200, **ALERT, step="preview")
    assert "2 reports" in words(page)
    say(carol, page, **ALERT)
    assert units_owing(engine, asked) == ["x1", "x2", "x3"]
    mixed = carol.post(NEW, 422, **{**ALERT, "unit": ["x2"]}, step="preview")
    assert "Units are ticked below" in mixed
    alice = reading("alice")
    alice.get(f"{NEW}?plan=asked&event=alert", 403)
    alice.post(NEW, 403, **ALERT, step="say", seen="0")
    alice.get(f"{NEW}?plan=asked&event=none", 404)


def test_what_was_said_is_listed_and_taken_back_with_a_reason(
    reading: Reading, engine: Engine, asked: World
) -> None:
    alice, mallory = reading("alice"), reading("mallory")
    say(alice, alice.post(NEW, 200, **FLOOD, step="preview"), **FLOOD)
    id = said(engine)[0].id
    assert "Khi có thiên tai" in words(alice.get("/events"))
    assert "Khi có thiên tai" in words(reading("carol").get("/events?plan=asked"))
    assert "Nothing was said" in mallory.get("/events")
    mallory.get(f"/events/{id}", 404)
    mallory.post(f"/events/{id}/take-back", 403, reason="x")
    assert "Say why." in alice.post(f"/events/{id}/take-back", 422, reason=" ")
    assert units_owing(engine, asked) == ["x1"]
    alice.post(f"/events/{id}/take-back", 303, reason="Nhầm ngày")
    with opened(engine) as session:
        assert session.exec(select(Obligation.state)).all() == [Lifecycle.CANCELLED]
    assert "Nhầm ngày" in alice.get(f"/events/{id}?done=taken-back")
    twice = words(alice.post(f"/events/{id}/take-back", 409, reason="nữa"))
    assert "taken back already" in twice
    assert "dondoc event" not in twice


def test_what_is_due_now_is_shown_again_where_it_changed_since_the_preview(
    reading: Reading, engine: Engine
) -> None:
    alice = reading("alice")
    page = alice.post(NEW, 200, **FLOOD, step="preview")
    add_contact(engine, "x1", "new@p.gov.vn")
    again = alice.post(NEW, 200, **FLOOD, step="say", seen=seen(page))
    assert "have changed since the preview" in again
    assert "Nước ngập chợ" in alice.post(NEW, 200, **FLOOD, step="edit")
    assert said(engine) == []
