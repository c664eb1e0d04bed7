"""Retiring a plan: what lies ahead is cancelled, what was due stays owed, and the file brings it back."""

from __future__ import annotations

import pytest
from sqlmodel import select

from models.database import reading, writing
from models.decision import NOT_IN_PLACE, Closing
from models.errors import IllegalMove, InvalidInput, NotFound
from models.vocabulary import Timeliness
from reporting.audit.log import entries
from reporting.closing_reasons import closing_words
from reporting.opening.retirement import foresee_retirement, retire_plan
from tests.conftest import at
from tests.reporting.world import World

NOW = "2024-03-01 09:00"


@pytest.fixture
def lived(world: World) -> World:
    """January filed by x1 alone; x2 owes it still; February and later lie ahead, but for the communes."""
    world.open()
    world.submit("x1", "2024-01", "2024-01-10 09:00")
    world.submit("x1", "2024-05", "2024-02-20 09:00", ahead=True)
    return world


def retire(world: World, when: str = NOW) -> int:
    with writing(world.engine) as session:
        return retire_plan(session, "p-2024", "hết việc", at(when), "Dave", "8/KH").cancelled


def test_it_cancels_what_lies_ahead_as_foreseen_and_keeps_what_was_due(lived: World) -> None:
    with reading(lived.engine) as session:
        told = foresee_retirement(session, "p-2024", at(NOW))
    before = {row.id: row for row in lived.due(NOW)}
    assert retire(lived) == told.cancelled > 0
    after = {row.id: row for row in lived.due(NOW)}
    gone = [id for id in before if before[id].timeliness != after[id].timeliness]
    assert len(gone) == told.cancelled
    assert {after[id].timeliness for id in gone} == {Timeliness.NOT_COUNTED}
    assert lived.one("x2", "2024-01", NOW).timeliness is Timeliness.OVERDUE
    assert lived.one("x1", "2024-01", NOW).timeliness is Timeliness.ON_TIME
    assert lived.one("x1", "2024-05", NOW).timeliness is Timeliness.ON_TIME  # filed early: it counts


def test_it_says_why_on_each_and_in_the_audit(lived: World) -> None:
    cancelled = retire(lived)
    with reading(lived.engine) as session:
        closings = session.exec(select(Closing)).all()
        (entry,) = entries(session, subject="plan", actor="Dave")[-1:]
    assert len(closings) == cancelled
    assert closings[0].reason == "the plan was retired: hết việc (8/KH)"
    assert entry.action == "retire"


def test_a_retired_plan_opens_nothing_more(lived: World) -> None:
    retire(lived)
    assert lived.tick("2024-06-01 08:00").opened == 0


def test_its_file_loaded_again_opens_what_lies_ahead_anew_but_not_what_was_filed(lived: World) -> None:
    cancelled = retire(lived)
    change = lived.plan(applies_from="2024-03-02")
    assert (change.outcome, change.version) == ("changed", 2)
    lived.tick("2024-03-02 08:00")
    rows = lived.due("2024-03-02 09:00", unit="x1", period="2024-05")
    assert [row.timeliness for row in rows] == [Timeliness.ON_TIME]
    open_now = [
        row
        for row in lived.due("2024-03-02 09:00")
        if row.timeliness in (Timeliness.IN_TERM, Timeliness.DUE_SOON)
    ]
    assert len(open_now) >= cancelled


def test_it_refuses_a_second_time_an_unknown_plan_and_no_reason(lived: World) -> None:
    retire(lived)
    with pytest.raises(IllegalMove, match="retired already"):
        retire(lived)
    with writing(lived.engine) as session:
        with pytest.raises(NotFound):
            retire_plan(session, "nothing", "vì", at(NOW), "Dave")
        with pytest.raises(InvalidInput, match="reason is missing"):
            retire_plan(session, "p-2024", "  ", at(NOW), "Dave")


@pytest.mark.parametrize(
    ("reason", "vietnamese"),
    [
        ("the plan was retired: hết việc; 5%", "kế hoạch đã ngừng áp dụng: hết việc; 5%"),
        (NOT_IN_PLACE, "đơn vị không thuộc diện phải báo cáo vào ngày của báo cáo này"),
        ("Xã đã sáp nhập: 5%", "Xã đã sáp nhập: 5%"),
        ("", ""),
    ],
)
def test_a_reason_of_the_program_is_said_in_the_reader_s_language(reason: str, vietnamese: str) -> None:
    assert closing_words(reason, "vi") == vietnamese
    assert closing_words(reason, "en") == reason
