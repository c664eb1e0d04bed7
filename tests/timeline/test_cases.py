"""Single cases that people have asked about, each by itself: five hundred at once, restarts, days off, two of
everything, and what the harness itself does with a mail that nobody expected.

February 2024: due before the 18th, a Sunday. Tết is 8 to 14 February.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from models.database import reading, writing
from models.notice import Mail, Notice
from models.obligation import Obligation
from models.settings import Settings
from models.vocabulary import NoticeState
from notifications.send import MAILBOX
from reporting.plans.loading import load_plan
from reporting.plans.reading import read_plan_bytes
from tests.conftest import HCM, at
from tests.timeline.conftest import Begin
from tests.timeline.harness import DISTRICTS, Timeline
from tests.timeline.test_reminding import DUNG, EVE, FRANK, HOA, MINH, PHUC, quiet_january
from tests.timeline.year.trouble import YearServer, forks, one_pass, serving, two_at_once

MANY = 500
COMMUNES = DISTRICTS.replace("{level: district, kinds: [huyen]}", "{level: grassroots}")


def begun(timeline: Begin, **options: object) -> Timeline:
    """Only d1's report for February is open."""
    world = timeline(**options)
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    return world


def states(world: Timeline, unit: str = "d1") -> list[tuple[str, str, str]]:
    return [(rung, state, who) for rung, _, state, who in world.ledger(world.obligation(unit))]


@pytest.fixture
def many(timeline: Begin) -> Timeline:
    """Five hundred communes, none of which has filed for January; their reminders have gone out."""
    world = timeline(COMMUNES)
    units = "".join(f"c{n},UBND xã {n},grassroots,xa,d1,\n" for n in range(MANY))
    people = "".join(f"c{n},Lan {n},clerk,lan@c{n}.example\n" for n in range(MANY))
    world.load_units("code,name,level,kind,superior,groups\n" + units, "unit,name,role,address\n" + people)
    world.tick("2024-01-03 09:00:00")
    with writing(world.engine) as session:
        session.execute(Notice.__table__.delete())  # type: ignore[attr-defined]
    world.tick("2024-01-18 09:00:00")
    return world


def test_a_rung_switched_on_with_five_hundred_overdue_mails_nobody_about_the_past(many: Timeline) -> None:
    overdue = select(func.count()).where(col(Obligation.overdue_since).is_not(None))
    with reading(many.engine) as session:
        assert session.scalar(overdue) == MANY + 2
    many.send("2024-01-18 09:05:00")
    before = len(many.collect())
    assert before > MANY
    rungs = "{id: new, at: +1d, audience: clerk}, {id: later, at: +9d, audience: clerk}"
    many.load_ladder(f"slug: default\nrungs: [{rungs}]\n", "2024-01-18 10:00:00")
    for hour in range(11, 24):
        many.pass_at(f"2024-01-18 {hour}:00:00")
    many.tick("2024-01-26 08:00:00")
    assert many.send("2024-01-26 08:00:00").mails == MANY + 2, "its own moment comes all the same, once"


def test_passes_of_processes_that_are_started_again_each_time(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    """Nothing is kept in memory between passes: each of them is a program that has just been started."""
    world = begun(lambda **_: Timeline(engine, settings, tmp_path))
    server, context = YearServer(), forks()
    with serving(server, settings) as pointed:
        for moment in ("02-05 08:00", "02-05 08:05", "02-15 08:00", "02-15 08:05", "02-15 09:00"):
            process = context.Process(target=one_pass, args=(pointed, at(f"2024-{moment}:00")))
            process.start()
            process.join()
            assert process.exitcode == 0
    assert [address for address, _ in server.taken] == [DUNG, DUNG]
    assert states(world) == [("five-before", "sent", DUNG), ("two-before", "sent", DUNG)]


def test_two_processes_at_once_plan_and_send_everything_once(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    world = Timeline(engine, settings, tmp_path)
    quiet_january(world)
    server, context = YearServer(), forks()
    moments = [f"2024-02-{day} 08:00:00" for day in ("05", "15", "16", "19", "20", "22", "23")]
    with serving(server, settings) as pointed:
        for moment in moments:
            two_at_once(context, pointed, at(moment))
    assert set(server.copies.values()) == {1}
    people = {address for address, _ in server.copies}
    assert people == {DUNG, HOA, EVE, FRANK, MINH, PHUC}
    with reading(engine) as session:
        states = set(session.exec(select(Notice.state).where(Notice.recipient != "")))
    assert states == {NoticeState.SENT}


def test_two_recipients_of_one_rung_are_two_lines_and_two_mails(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-19 08:00:00", (DUNG, "Quá hạn 2 ngày"), (HOA, "Quá hạn 2 ngày"))
    assert [line for line in states(world) if line[0] == "overdue"] == [
        ("overdue", "sent", DUNG),
        ("overdue", "sent", HOA),
    ]
    world.nothing_until("2024-02-19 08:05:00", "2024-02-19 12:00:00", timedelta(minutes=5))


def test_a_rung_without_recipients_is_noted_and_the_next_one_speaks_in_its_place(timeline: Begin) -> None:
    world = begun(timeline)
    text = """\
slug: default
rungs:
  - {id: nobody, at: -5wd, audience: [unit], unit: x1}
  - {id: heads, at: -2wd, audience: [head]}
"""
    world.load_ladder(text.replace("unit: x1", "unit: p"), "2024-02-01 10:00:00")
    world.pass_at("2024-02-05 08:00:00", (HOA, "Còn 12 ngày"))
    assert states(world) == [("nobody", "cancelled", ""), ("heads", "sent", HOA)]
    world.nothing_until("2024-02-05 09:00:00", "2024-02-19 08:00:00", timedelta(hours=25))


@pytest.mark.sqlite_is_enough  # the calendar
def test_nothing_goes_out_at_tet_or_on_a_weekend(timeline: Begin) -> None:
    """A rung each working day: 8 to 14 February and both weekends are silent, hour by hour."""
    world = begun(timeline)
    rungs = ", ".join(f"{{id: d{n}, at: -{n}wd, audience: clerk}}" for n in range(1, 6))
    world.load_ladder(f"slug: default\nrungs: [{rungs}]\n", "2024-02-01 10:00:00")
    days = ["2024-02-05", "2024-02-06", "2024-02-07", "2024-02-15", "2024-02-16", "2024-02-19"]
    for day, following in pairwise(days):
        world.pass_at(f"{day} 08:00:00", (DUNG, "Còn"))
        world.nothing_until(f"{day} 09:00:00", f"{following} 08:00:00", timedelta(hours=1))


def test_the_last_day_in_tet_is_spoken_of_before_it(timeline: Begin) -> None:
    """Due before 13 February: the last days are off, so the last word comes on Wednesday the 7th."""
    world = timeline(DISTRICTS.replace("before 18", "before 13"))
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 7 ngày"))
    world.pass_at("2024-02-07 08:00:00", (DUNG, "Còn 5 ngày"))
    assert "nên nộp trong ngày 07/02/2024" in world.text(DUNG)
    world.nothing_until("2024-02-07 09:00:00", "2024-02-15 08:00:00", timedelta(hours=23))
    world.pass_at("2024-02-15 08:00:00", (DUNG, "Quá hạn 3 ngày"), (HOA, "Quá hạn 3 ngày"))


def test_a_deadline_moved_back_by_the_plan_is_notified_again(timeline: Begin) -> None:
    """What was queued for the old date is not sent; the unit is notified of the new one at its own rungs."""
    world = begun(timeline)
    world.tick("2024-02-15 08:00:00")  # two days before the old last day: planned, and not yet sent
    old = world.obligation("d1")
    change(world, "before 29", "2024-02-15 08:01:00")
    world.pass_at("2024-02-15 08:05:00")
    assert [state for _, _, state, _ in world.ledger(old)] == ["superseded", "cancelled"]
    world.nothing_until("2024-02-15 09:00:00", "2024-02-21 08:00:00", timedelta(hours=23))
    world.pass_at("2024-02-21 08:00:00", (DUNG, "Còn 7 ngày"))


def test_a_deadline_moved_forward_by_the_plan_starts_with_one_reminder(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-01 09:05:00")
    change(world, "before 7", "2024-02-01 10:00:00")
    world.pass_at("2024-02-01 10:05:00", (DUNG, "Còn 5 ngày"))
    assert "trước ngày 07/02/2024" in world.text(DUNG)
    world.pass_at("2024-02-02 08:00:00", (DUNG, "Còn 4 ngày"))
    world.pass_at("2024-02-06 08:00:00", (DUNG, "Hôm nay là ngày cuối"))


def change(world: Timeline, due: str, when: str) -> None:
    """The plan's text is changed for what is open too."""
    plan = read_plan_bytes(DISTRICTS.replace("before 18", due).encode(), "plan.yaml").plan
    with writing(world.engine) as session:
        load_plan(session, plan, at(when), "Alice", at("2024-02-01 00:00:00").date(), HCM)


def test_the_harness_fails_on_a_mail_that_nobody_expected(timeline: Begin) -> None:
    world = begun(timeline)
    with pytest.raises(AssertionError, match=DUNG):
        world.pass_at("2024-02-05 08:00:00")
    with pytest.raises(AssertionError, match="2024-02-05"):
        world.pass_at("2024-02-05 08:05:00", (DUNG, "Còn 12 ngày"))
    (world.settings.home / MAILBOX / "stray.eml").write_bytes(b"To: stray@x.example\r\nSubject: x\r\n\r\n")
    with pytest.raises(AssertionError, match=r"stray@x\.example"):
        world.pass_at("2024-02-05 08:10:00")


def test_a_mail_in_the_mailbox_is_one_in_the_ledger(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"))
    with reading(world.engine) as session:
        ids = set(session.exec(select(Mail.message_id).where(col(Mail.sent_at).is_not(None))))
    assert {str(mail["Message-ID"]) for mail in world.newest} == ids
