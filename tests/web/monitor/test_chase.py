"""Chasing from the pages: a preview that is what is sent, once, to those whom the person may chase."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from models.database import reading as opened
from models.database import writing
from models.decision import Acknowledgement
from models.notice import Notice
from reporting.moves.extend import request_extension
from tests.conftest import at
from tests.reporting.world import World
from tests.web.monitor.conftest import FEB, NOW, Reading, add_contacts, more_overdue
from tests.web.monitor.test_board import rows, section

pytestmark = pytest.mark.postgresql  # filters and orders


def chased(engine: Engine) -> list[tuple[str, str]]:
    """Whom the ledger's chases go to, with their words."""
    with opened(engine) as session:
        query = select(col(Notice.recipient), col(Notice.words)).where(col(Notice.kind) == "chase")
        return sorted((row[0], row[1]) for row in session.execute(query))


def seen(page: str) -> str:
    return str(re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0])


def test_bob_looks_at_the_mails_adds_a_sentence_and_sends_them_once(reading: Reading, engine: Engine) -> None:
    add_contacts(engine, "x2")
    bob = reading("bob")
    wanted = {"period": FEB, "branch": "d1"}
    page = bob.get(f"/chase?period={FEB}&branch=d1")
    assert {row[1] for row in rows(section(page, "mails"))} == {"clerk-x2@p.gov.vn", "head-x2@p.gov.vn"}
    page = bob.post("/chase", **wanted, words="Gửi trước 16h <b>", seen=seen(page), step="preview")
    assert "Gửi trước 16h &lt;b&gt;" in section(page, "mail")
    assert chased(engine) == []
    done = bob.post("/chase", **wanted, words="Gửi trước 16h <b>", seen=seen(page), step="send")
    assert "<strong>2</strong> mails" in done
    to = ["clerk-x2@p.gov.vn", "head-x2@p.gov.vn"]
    assert chased(engine) == [(address, "Gửi trước 16h <b>") for address in to]
    again = bob.post("/chase", **wanted, words="Gửi trước 16h <b>", seen=seen(page), step="send")
    assert "Not sent" in again, "the same form a second time"
    assert len(chased(engine)) == 2


def test_carol_chases_all_that_is_overdue_and_reads_whom_it_cannot_reach(
    reading: Reading, engine: Engine
) -> None:
    add_contacts(engine, "d1")
    carol = reading("carol")
    page = carol.get(f"/chase?period={FEB}")
    unreached = {row[0] for row in rows(section(page, "unreached"))}
    assert {"Xã Hai", "Huyện Hai"} <= unreached
    done = carol.post("/chase", period=FEB, seen=seen(page), step="send")
    assert {row[0] for row in rows(section(done, "unreached"))} == unreached
    assert {address for address, _ in chased(engine)} - {""} == {"clerk-d1@p.gov.vn", "head-d1@p.gov.vn"}


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [
        ("alice", "x2", 403),  # a clerk chases nobody
        ("mallory", "x2", 403),
        ("bob", "x2", 200),
        ("bob", "d2", 404),  # not below him
        ("carol", "d2", 200),
        ("bob", "x1", 409),  # it is filed
    ],
)
def test_it_lets_each_chase_only_whom_they_may(
    reading: Reading, lived: World, engine: Engine, who: str, unit: str, status: int
) -> None:
    add_contacts(engine, "x1", "x2", "d2")
    reader = reading(who)
    id = str(lived.one(unit, FEB).id)
    reader.get(f"/chase?obligation={id}", status)
    reader.post("/chase", status, obligation=id, step="send", seen="0")
    assert chased(engine) == []


def test_a_chase_of_everything_keeps_to_what_bob_may_chase(reading: Reading, engine: Engine) -> None:
    add_contacts(engine, "x2", "d1", "d2")
    page = reading("bob").get("/chase")
    assert {row[1] for row in rows(section(page, "mails"))} == {"clerk-x2@p.gov.vn", "head-x2@p.gov.vn"}


def test_more_than_3000_reports_are_refused(lived: World, reading: Reading, engine: Engine) -> None:
    more_overdue(lived, 2998)  # beside three that are overdue
    page = reading("carol").get(f"/chase?period={FEB}", 422)
    assert "chase part by part" in page
    reading("carol").post("/chase", 422, period=FEB, step="send", seen="0")
    assert chased(engine) == []


def test_a_chase_names_who_chased_and_a_second_within_a_day_must_be_meant(
    reading: Reading, engine: Engine, lived: World
) -> None:
    add_contacts(engine, "x2")
    bob, wanted = reading("bob"), {"period": FEB, "branch": "d1"}
    page = bob.get(f"/chase?period={FEB}&branch=d1")
    assert "What was done already" not in page
    assert re.search(r"\[dondoc\] Bob \(Huyện Một\) (asks|đôn đốc):", section(page, "mail"))
    bob.post("/chase", **wanted, seen=seen(page), step="send")
    with opened(engine) as session:
        rows_ = session.execute(
            select(col(Notice.actor), col(Notice.actor_unit_id)).where(col(Notice.rung) == "@chase")
        )
        assert {row[0] for row in rows_} == {"Bob <bob@p.gov.vn>"}
    id = lived.one("x2", FEB).id
    timeline = bob.get(f"/obligations/{id}")
    assert "in the name of Huyện Một" in timeline
    page = bob.get(f"/chase?period={FEB}&branch=d1")
    assert "Bob, Huyện Một" in section(page, "already")
    assert "Nothing to send: the report was chased" in page
    bob.post("/chase", **wanted, seen=seen(page), step="send")
    assert len(chased(engine)) == 2
    page = bob.post("/chase", **wanted, step="preview", again="true")
    bob.post("/chase", **wanted, seen=seen(page), step="send", again="true")
    assert len(chased(engine)) == 4


def test_what_was_chased_within_a_day_is_left_out_and_named(
    reading: Reading, engine: Engine, lived: World
) -> None:
    add_contacts(engine, "x2", "d1")
    carol = reading("carol")
    page = carol.get(f"/chase?obligation={lived.one('d1', FEB).id}")
    carol.post("/chase", obligation=str(lived.one("d1", FEB).id), seen=seen(page), step="send")
    before = chased(engine)
    page = carol.get(f"/chase?period={FEB}")
    assert "report is left out, because it was chased" in page
    (left_out,) = [row[0] for row in rows(section(page, "already")) if row[-1] == "yes"]
    assert left_out == "Huyện Một"
    ticked = carol.post("/chase", period=FEB, seen=seen(page), step="send", again="true")
    assert "Not sent" in ticked, "these mails had not been looked at"
    carol.post("/chase", period=FEB, seen=seen(page), step="send")
    added = set(chased(engine)) - set(before)
    assert {address for address, _ in added} - {""} == {"clerk-x2@p.gov.vn", "head-x2@p.gov.vn"}


def test_the_preview_says_that_more_time_was_asked_for_and_that_it_was_acknowledged(
    reading: Reading, engine: Engine, lived: World
) -> None:
    add_contacts(engine, "x2")
    id = lived.one("x2", FEB).id
    with writing(engine) as session:
        request_extension(
            session, id, date(2024, 3, 1), "bão", at(NOW), "Alice <a@x2.vn>", lived.settings.zone
        )
        session.add(
            Acknowledgement(
                obligation_id=id, at=at(NOW), actor="Alice <a@x2.vn>", expires_at=at("2024-02-25 00:00")
            )
        )
    (row,) = rows(section(reading("bob").get(f"/chase?obligation={id}"), "already"))
    assert row == ["Xã Hai", "February 2024", "", "", "0", "20/02/2024 09:00", "20/02/2024 09:00", ""]
