"""What may happen between the plan and the mail, and how often passes may come: exact counts, day by day.

February 2024: due before the 18th, so the safe day is Saturday the 17th. Tết is 8 to 14 February.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from models.database import reading, writing
from models.errors import IllegalMove
from models.ladder_file import read_ladder
from models.notice import Mail, Notice
from models.obligation import Obligation
from models.unit import Contact
from models.vocabulary import NoticeKind, NoticeState
from notifications.send import MAILBOX
from reporting.moves.chase import Chaser, chase
from reporting.moves.close import acknowledge
from reporting.moves.extend import decide_extension, request_extension
from reporting.moves.review import accept, return_for_correction
from reporting.obligations.filters import Selection
from reporting.obligations.notices import list_notices
from reporting.reminders.audience import unsubscribe
from reporting.reminders.events import raise_alert
from reporting.reminders.ladders import load_ladder, shipped_ladder
from reporting.reminders.run import preview
from reporting.special_days import working_days
from reporting.unit_names import unit_id
from tests.conftest import HCM, at
from tests.timeline.conftest import Begin
from tests.timeline.harness import CHAIN, DISTRICTS, Timeline
from tests.timeline.test_reminding import DUNG, EVE, FRANK, HOA, MINH, PHUC, end_contacts, quiet_january

ADMIN = "admin@so.example"
ONE_RUNG = """\
slug: one
rungs:
  - {id: up, at: +1wd, audience: [superior-head], until: acknowledged}
"""


def begun(timeline: Begin, plan: str = DISTRICTS, **options: object) -> Timeline:
    """Only d1's report for February is open."""
    world = timeline(plan, **options)
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    return world


def states(world: Timeline) -> list[tuple[str, str, str]]:
    return [(rung, state, who) for rung, _, state, who in world.ledger(world.obligation("d1"))]


def reason(world: Timeline, rung: str) -> str:
    with reading(world.engine) as session:
        query = select(Notice.reason).where(Notice.rung == rung, Notice.state == NoticeState.CANCELLED)
        return session.exec(query).one()


@pytest.mark.sqlite_is_enough  # as often as in two days, one after the other
def test_passes_every_five_minutes_for_two_days(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12"), (EVE, "Còn 12"))
    moment, mails = at("2024-02-15 00:00:00"), 0
    while moment < at("2024-02-17 00:00:00"):
        world.tick(moment)
        world.tick(moment)
        mails += world.send(moment).mails
        moment += timedelta(minutes=5)
    assert mails == 4  # two days before, and on the last open day, to each of the two
    world.expect((DUNG, "Còn 2"), (DUNG, "Còn 1"), (EVE, "Còn 2"), (EVE, "Còn 1"))


def test_a_missed_day_is_made_up_for_on_the_next(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-04 09:00:00")
    world.pass_at("2024-02-06 09:00:00", (DUNG, "Còn 11 ngày"))


@pytest.mark.parametrize(
    ("offset", "day"),
    [("-5d", "2024-02-12"), ("0", "2024-02-17"), ("+5d", "2024-02-22"), ("+5wd", "2024-02-23")],
)
def test_an_offset_fires_on_its_very_day(timeline: Begin, offset: str, day: str) -> None:
    world = begun(timeline)
    text = f"slug: default\nrungs:\n  - {{id: only, at: {offset}, audience: clerk}}\n"
    world.load_ladder(text, "2024-02-01 10:00:00")
    world.nothing_until("2024-02-02 09:00:00", f"{day} 08:00:00", timedelta(hours=23))
    world.pass_at(f"{day} 08:00:00", (DUNG, "Báo cáo tháng"))
    world.nothing_until(f"{day} 09:00:00", "2024-03-05 08:00:00", timedelta(hours=49))


def test_a_reminder_reaches_only_its_own_unit_and_those_above_it(timeline: Begin) -> None:
    world = timeline(CHAIN)
    quiet_january(world)
    world.file("x2", "2024-01-04 09:00:00", period="2024-01")
    for moment in ("2024-01-31", "2024-02-08", "2024-02-16", "2024-02-21", "2024-03-07"):
        world.tick(f"{moment} 09:00:00")
    own = {"alice@x1.example", "bob@x1.example", "dung@d1.example", "hoa@d1.example", PHUC, MINH, ""}
    with reading(world.engine) as session:
        id = world.obligation("x1")
        reached = set(session.exec(select(Notice.recipient).where(Notice.obligation_id == id)))
    assert reached <= own
    assert {"alice@x1.example", "hoa@d1.example"} <= reached


def test_a_rung_switched_on_skips_what_is_overdue_already(timeline: Begin) -> None:
    world = begun(timeline)
    world.tick("2024-02-21 09:00:00")
    with writing(world.engine) as session:  # five hundred in place of one: it is the same rule for each
        count = session.exec(select(Obligation).where(col(Obligation.overdue_since).is_not(None))).all()
        assert len(count) == 1
        more = {"id": "new", "at": "+1d", "audience": ["head"]}
        rungs = [*(rung.model_dump(mode="json") for rung in shipped_ladder().rungs), more]
        ladder = shipped_ladder().model_validate({"slug": "default", "rungs": rungs})
        load_ladder(session, ladder, at("2024-02-21 10:00:00"))
    world.tick("2024-02-21 10:05:00")
    assert "new" not in [rung for rung, _, _ in states(world)]


def test_a_rung_switched_off_takes_back_what_it_has_queued(timeline: Begin) -> None:
    world = begun(timeline)
    world.tick("2024-02-05 08:00:00")
    text = "slug: default\nrungs:\n  - {id: other, at: +9wd, audience: clerk}\n"
    world.load_ladder(text, "2024-02-05 08:01:00")
    world.pass_at("2024-02-05 08:05:00")
    assert reason(world, "five-before") == "the rung was switched off"


def test_what_is_left_over_goes_with_the_next_rungs_in_one_mail(timeline: Begin) -> None:
    """Accepted on Friday after the digest: it waits over the weekend."""
    world = begun(timeline)
    world.pass_at("2024-02-16 08:00:00", (DUNG, "Còn 1 ngày"))
    id = world.file("d1", "2024-02-16 09:00:00")
    with writing(world.engine) as session:
        accept(session, id, at("2024-02-16 10:00:00"), "Phuc")
    world.nothing_until("2024-02-16 10:05:00", "2024-02-19 08:00:00", timedelta(hours=3))
    world.pass_at("2024-02-19 08:00:00", (DUNG, "iếp nhận"))


def test_a_plan_that_changes_to_another_ladder_speaks_from_then_on(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-21 09:00:00", (DUNG, "Quá hạn"), (HOA, "Quá hạn"), (MINH, "Quá hạn"))
    other = (
        "slug: other\nrungs:\n  - {id: a, at: +1d, audience: clerk}\n  - {id: b, at: +9d, audience: head}\n"
    )
    world.load_ladder(other, "2024-02-21 10:00:00")
    world.load_plan(DISTRICTS.replace("slug: thang", "slug: thang\nladder: other"), "2024-02-21 10:01:00")
    world.nothing_until("2024-02-21 11:00:00", "2024-02-26 08:00:00", timedelta(hours=23))
    world.pass_at("2024-02-26 08:00:00", (HOA, "Quá hạn"))


def test_a_deadline_moved_forward_twice_is_notified_once_each(timeline: Begin) -> None:
    world = begun(timeline)
    world.tick("2024-02-05 08:00:00")
    for last_day, hour in (("2024-02-29", "08:01"), ("2024-03-08", "08:02")):
        with writing(world.engine) as session:
            id, day = world.obligation("d1"), at(f"{last_day} 00:00:00").date()
            request_extension(session, id, day, "chờ số liệu", at(f"2024-02-05 {hour}:00"), "Dung", HCM)
            decide_extension(session, id, True, at(f"2024-02-05 {hour}:30"), "Phuc")
    world.pass_at("2024-02-05 08:05:00", (DUNG, "gia hạn"))
    assert "08/3/2024" in world.text()
    assert states(world) == [
        ("five-before", "cancelled", DUNG),
        ("@extended", "cancelled", DUNG),  # overtaken by the second decision
        ("@extended", "sent", DUNG),
    ]
    world.nothing_until("2024-02-05 09:00:00", "2024-03-01 08:00:00", timedelta(hours=23))
    world.pass_at("2024-03-01 08:00:00", (DUNG, "Còn 7 ngày"))


def test_a_refusal_is_notified_and_the_deadline_stays(timeline: Begin) -> None:
    world = begun(timeline)
    with writing(world.engine) as session:
        id, day = world.obligation("d1"), at("2024-02-29 00:00:00").date()
        request_extension(session, id, day, "chờ số liệu", at("2024-02-01 10:00:00"), "Dung", HCM)
        decide_extension(session, id, False, at("2024-02-01 11:00:00"), "Phuc", note="không có lý do")
    world.pass_at("2024-02-01 11:05:00", (DUNG, "gia hạn"))
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"))


def test_the_successor_of_a_contact_who_left_is_notified(timeline: Begin) -> None:
    world = begun(timeline)
    world.tick("2024-02-05 08:00:00")
    end_contacts(world, DUNG)
    world.load_units("unit,name,role,address\nd1,Lan,clerk,lan@d1.example\n", as_of="2024-02-01 00:00:00")
    world.pass_at("2024-02-05 08:05:00")
    world.pass_at("2024-02-05 08:10:00", ("lan@d1.example", "Còn 12 ngày"))
    assert states(world) == [("five-before", "cancelled", DUNG), ("five-before", "sent", "lan@d1.example")]


def test_an_acknowledgement_between_plan_and_send_holds_until_it_expires(timeline: Begin) -> None:
    world = timeline(DISTRICTS.replace("slug: thang", "slug: thang\nladder: one"))
    world.load_ladder(ONE_RUNG, "2024-01-02 10:00:00")
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    world.tick("2024-02-19 08:00:00")
    with writing(world.engine) as session:
        acknowledge(session, world.settings, world.obligation("d1"), at("2024-02-19 08:01:00"), "Dung")
    world.pass_at("2024-02-19 08:05:00")
    assert reason(world, "up") == "it was acknowledged meanwhile"
    world.nothing_until("2024-02-19 09:00:00", "2024-02-22 08:00:00", timedelta(hours=7))
    world.pass_at("2024-02-22 08:05:00", (PHUC, "Quá hạn"))


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1)])
def test_a_clock_that_goes_back_sends_nothing_twice(timeline: Begin, back: timedelta) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"))
    assert world.tick(at("2024-02-05 08:05:00") - back).clock_back is not None
    world.pass_at(at("2024-02-05 08:05:00") - back)
    world.pass_at("2024-02-05 08:10:00")


def test_what_was_planned_by_a_clock_ahead_waits_for_its_time(timeline: Begin) -> None:
    world = begun(timeline)
    world.tick("2024-02-05 08:00:00")
    world.send("2024-02-04 08:00:00")
    world.expect()
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"))


def test_a_slow_reviewer_is_reminded_and_then_their_head(timeline: Begin) -> None:
    """The reviewer's clock runs from the submission."""
    world = timeline(CHAIN, ladder=shipped_ladder())
    world.tick("2024-01-03 09:00:00")
    with reading(world.engine) as session:
        every = {unit: world.obligation(unit, "2024-01") for unit in ("x1", "x2", "d1", "d2")}
    for unit in every:
        world.file(unit, "2024-01-04 09:00:00", period="2024-01")
    with writing(world.engine) as session:
        for unit in ("x2", "d1", "d2"):
            accept(session, every[unit], at("2024-01-04 10:00:00"), "Bob")
    world.pass_at(
        "2024-01-04 10:05:00", ("charlie@x2.example", "ccepted"), (DUNG, "iếp nhận"), (EVE, "iếp nhận")
    )
    world.nothing_until("2024-01-04 11:00:00", "2024-01-09 08:00:00", timedelta(hours=11))
    world.pass_at("2024-01-09 08:00:00", (DUNG, ""))
    world.nothing_until("2024-01-09 09:00:00", "2024-01-15 08:00:00", timedelta(hours=23))
    world.pass_at("2024-01-15 08:00:00", (HOA, ""))
    with writing(world.engine) as session:
        accept(session, every["x1"], at("2024-01-15 09:00:00"), "Bob")
    world.pass_at("2024-01-15 09:05:00", ("alice@x1.example", "iếp nhận"))


@pytest.mark.sqlite_is_enough  # the planner's own work
def test_the_preview_shows_a_quarter_of_both_clocks(timeline: Begin) -> None:
    ladder = shipped_ladder().model_copy(update={"weekly": read_ladder(WEEKLY, "weekly.yaml").weekly})
    world = timeline(CHAIN, ladder=ladder)
    world.tick("2024-01-03 09:00:00")
    for unit in ("x1", "d1"):
        world.file(unit, "2024-01-04 09:00:00", period="2024-01")
    start, end = at("2024-01-05 08:00:00"), at("2024-04-05 08:00:00")
    world.tick("2024-01-04 09:05:00")
    with reading(world.engine) as session:
        found = preview(session, start, end, working_days(session), world.settings)
    for moment in moments_between(start, end):
        world.tick(moment)
    with reading(world.engine) as session:
        rows = session.exec(select(Notice).where(col(Notice.planned_at) >= start)).all()
    happened = sorted((n.planned_at, n.recipient, n.rung, n.repeat, n.kind) for n in rows)
    foretold = [(e.at, e.notice.recipient, e.notice.rung, e.notice.repeat, e.notice.kind) for e in found]
    assert happened == sorted(foretold)
    assert {"look-ahead", "reviewer-reminder", "overdue", "escalated"} <= {n.kind for n in rows}


def test_the_preview_knows_who_wants_no_look_ahead(timeline: Begin) -> None:
    ladder = shipped_ladder().model_copy(update={"weekly": read_ladder(WEEKLY, "weekly.yaml").weekly})
    world = timeline(ladder=ladder)
    quiet_january(world)
    with writing(world.engine) as session:
        contact = session.exec(select(Contact.id).where(Contact.address == DUNG)).one()
        unsubscribe(session, contact or 0, at("2024-01-05 09:00:00"))
    start, end = at("2024-02-01 08:00:00"), at("2024-02-29 08:00:00")
    with reading(world.engine) as session:
        found = preview(session, start, end, working_days(session), world.settings)
    foretold = {each.notice.recipient for each in found if each.notice.kind is NoticeKind.LOOK_AHEAD}
    assert EVE in foretold
    assert DUNG not in foretold
    assert DUNG in {each.notice.recipient for each in found}


def moments_between(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every hour at which something may be said, every midnight, and an odd moment that differs each day."""
    day = start.replace(hour=0)
    while day <= end:
        odd = timedelta(hours=9 + day.day % 14, minutes=day.day)
        hours = [timedelta(hours=each) for each in (0, 7.5, 8, 8.5, 14)]
        yield from (day + each for each in sorted([*hours, odd]) if start <= day + each <= end)
        day += timedelta(days=1)


WEEKLY = """\
slug: default
rungs:
  - {id: a, at: 0, audience: clerk}
weekly: {on: monday, hour: "07:30", audience: [clerk]}
"""


def test_a_chase_goes_at_once_as_a_mail_of_its_own_and_names_who_chased(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-19 08:00:00", (DUNG, "Quá hạn"), (HOA, "Quá hạn"))
    with reading(world.engine) as session:
        by = Chaser("Nam <nam@p.example>", unit_id=unit_id(session, "p"))
    for hour, words in (("09:00", "Đề nghị gửi trước 16 giờ"), ("10:00", "Chờ mãi chưa thấy")):
        now = at(f"2024-02-19 {hour}:00")
        with writing(world.engine) as session:
            done = chase(
                session, world.settings, Selection(plan="thang"), words, now, by, again=hour == "10:00"
            )
            assert done.people == {DUNG, HOA}
        named = "Nam (UBND tỉnh Một) đôn đốc:"
        world.pass_at(f"2024-02-19 {hour}:05", (DUNG, named), (HOA, named))
        assert words in world.text(DUNG)
        assert "Người đôn đốc: Nam (UBND tỉnh Một), nam@p.example" in world.text(DUNG)
        assert "xin không trả lời" not in world.text(DUNG)
        assert {mail["Reply-To"] for mail in world.newest} == {"nam@p.example"}
    assert [rung for rung, _, _ in states(world)][-4:] == ["@chase"] * 4


def test_a_second_chase_within_a_day_must_be_meant(timeline: Begin) -> None:
    world = begun(timeline)
    chosen = Selection(plan="thang")
    with writing(world.engine) as session:
        chase(session, world.settings, chosen, "", at("2024-02-19 09:00:00"), Chaser("Nam <nam@p.example>"))
    with writing(world.engine) as session, pytest.raises(IllegalMove, match=r"on 19/02/2024 09:00 \(Nam\)"):
        chase(session, world.settings, chosen, "", at("2024-02-20 08:59:59"), Chaser("Minh"))
    with writing(world.engine) as session:
        chase(session, world.settings, chosen, "", at("2024-02-20 09:00:00"), Chaser("Minh"))


def test_a_person_gets_no_more_mails_a_day_than_the_cap(timeline: Begin) -> None:
    world = begun(timeline)
    world.settings = world.settings.model_copy(update={"mail_daily_cap": 2})
    world.pass_at("2024-02-19 08:00:00", (DUNG, "Quá hạn"), (HOA, "Quá hạn"))
    for hour in ("09:00", "10:00"):
        now = at(f"2024-02-19 {hour}:00")
        with writing(world.engine) as session:
            chase(session, world.settings, Selection(plan="thang"), hour, now, Chaser("Minh"), again=True)
    world.pass_at("2024-02-19 10:05:00", (DUNG, ""), (HOA, ""))
    world.nothing_until("2024-02-19 11:00:00", "2024-02-19 23:00:00")


def test_the_ceiling_stops_the_pass_and_alerts_once_a_day(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.settings = world.settings.model_copy(update={"mail_ceiling": 1, "admin_address": ADMIN})
    world.pass_at("2024-02-05 08:00:00", (ADMIN, ""))
    assert "vượt mức 1" in world.text(ADMIN)
    with reading(world.engine) as session:
        assert list_notices(session)[0].recipient == ADMIN  # it is in the outbox, about no obligation
    world.nothing_until("2024-02-05 08:05:00", "2024-02-05 09:00:00", timedelta(minutes=5))


def test_an_alert_is_new_once_a_day(timeline: Begin) -> None:
    world = timeline()
    settings = world.settings.model_copy(update={"admin_address": ADMIN})
    raised = []
    for moment in ("2024-02-05 08:00:00", "2024-02-05 09:00:00", "2024-02-06 08:00:00"):
        with writing(world.engine) as session:
            now = at(moment)
            raised.append(raise_alert(session, settings, "x", "xem lại", now, now.date()))
    assert raised == [True, False, True]


def test_what_is_returned_is_not_called_done(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-19 08:00:00", (DUNG, "Quá hạn"), (HOA, "Quá hạn"))
    id = world.file("d1", "2024-02-19 09:00:00")
    with writing(world.engine) as session:
        days, now = working_days(session), at("2024-02-19 09:30:00")
        return_for_correction(session, world.settings, days, id, "thiếu biểu", now, "Phuc")
    world.pass_at("2024-02-19 10:00:00", (DUNG, ""))
    assert "thiếu biểu" in world.text(DUNG)
    world.pass_at("2024-02-20 08:00:00")
    assert [state for rung, state, who in states(world) if (rung, who) == ("@done", HOA)] == ["cancelled"]
    world.file("d1", "2024-02-20 09:00:00")
    world.pass_at("2024-02-20 09:05:00", (DUNG, "Đã nộp"), (HOA, "Đã nộp"))


def test_nothing_is_left_in_the_mailbox_that_the_ledger_does_not_know(timeline: Begin) -> None:
    world = begun(timeline)
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"))
    with reading(world.engine) as session:
        mails = session.exec(select(Mail).where(col(Mail.sent_at).is_not(None))).all()
        contacts = {contact.address for contact in session.exec(select(Contact))}
    assert len(mails) == len(list((world.settings.home / MAILBOX).glob("*.eml"))) == 1
    assert {mail.recipient for mail in mails} <= contacts | {FRANK}
