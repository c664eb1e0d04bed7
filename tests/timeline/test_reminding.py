"""The engine over days: real ticks, a real mail server, and no mail that nobody expected.

February 2024: due before the 18th, a Sunday, so the safe day is Saturday the 17th and the last day on which
the office is open Friday the 16th. Tết is 8 to 14 February.
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from models.database import reading, writing
from models.notice import Notice
from models.unit import Contact
from models.vocabulary import Lifecycle, NoticeState
from reporting.moves.close import acknowledge, close
from reporting.moves.extend import decide_extension, request_extension
from reporting.moves.review import return_for_correction
from reporting.reminders.ledger_store import awaiting_attention
from reporting.reminders.run import plan_reminders, preview
from reporting.special_days import working_days
from tests.conftest import HCM, at
from tests.timeline.conftest import Begin
from tests.timeline.harness import CHAIN, CONTACTS, Timeline

DUNG, HOA = "dung@d1.example", "hoa@d1.example"
EVE, FRANK = "eve@d2.example", "frank@d2.example"
MINH, PHUC = "minh@so.example", "phuc@p.example"
SOON, LATE, ELSEWHERE = "Còn 2 ngày: Báo cáo tháng, tháng 2/2024", "Quá hạn 2 ngày", "2 quá hạn cần đôn đốc"


def quiet_january(world: Timeline) -> None:
    """January's reports are in, so that only February speaks."""
    world.tick("2024-01-03 09:00:00")
    for unit in ("d1", "d2"):
        world.file(unit, "2024-01-04 09:00:00", period="2024-01")


def test_february_from_the_first_reminder_to_the_top(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.pass_at("2024-02-04 09:00:00")
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"), (EVE, "Còn 12 ngày"))
    world.nothing_until("2024-02-05 09:00:00", "2024-02-15 08:00:00", timedelta(hours=23))
    world.pass_at("2024-02-15 08:00:00", (DUNG, SOON), (EVE, SOON))
    world.pass_at("2024-02-16 08:00:00", (DUNG, "Còn 1 ngày"), (EVE, "Còn 1 ngày"))
    world.file("d1", "2024-02-16 10:00:00")
    world.nothing_until("2024-02-16 11:00:00", "2024-02-19 08:00:00", timedelta(hours=5))
    world.pass_at("2024-02-19 08:00:00", (EVE, LATE), (FRANK, LATE))
    world.pass_at("2024-02-20 08:00:00", (MINH, "Quá hạn 3 ngày: Báo cáo tháng, tháng 2/2024 – UBND"))
    world.pass_at("2024-02-22 08:00:00", (EVE, "Quá hạn 5 ngày"), (FRANK, "Quá hạn 5 ngày"))
    world.pass_at("2024-02-23 08:00:00", (PHUC, "Quá hạn 6 ngày"))
    world.file("d2", "2024-02-23 09:00:00")
    # Those notified that it was late are notified that it is done; Phuc has had the mail of the day already.
    world.pass_at("2024-02-23 10:00:00", (EVE, "Đã nộp"), (FRANK, "Đã nộp"), (MINH, "Đã nộp"))
    world.nothing_until("2024-02-23 11:00:00", "2024-02-26 08:00:00", timedelta(hours=4))  # a weekend
    world.pass_at("2024-02-26 08:00:00", (PHUC, "Đã nộp"))
    world.nothing_until("2024-02-26 09:00:00", "2024-03-11 08:00:00", timedelta(hours=49))


def test_passes_every_five_minutes_mail_each_person_once(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.nothing_until("2024-02-05 07:00:00", "2024-02-05 08:00:00", timedelta(minutes=5))
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"), (EVE, "Còn 12 ngày"))
    world.nothing_until("2024-02-05 08:05:00", "2024-02-05 10:00:00", timedelta(minutes=5))
    world.nothing_until("2024-02-05 23:00:00", "2024-02-06 01:00:00", timedelta(minutes=5))


def test_an_outage_across_rungs_gives_each_person_one_mail_about_now(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    late = "Quá hạn 4 ngày"
    world.pass_at(
        "2024-02-21 09:00:00", (DUNG, late), (HOA, late), (EVE, late), (FRANK, late), (MINH, ELSEWHERE)
    )
    trail = world.ledger(world.obligation("d1"))
    assert [(rung, state) for rung, _, state, _ in trail] == [
        ("holding-up", "cancelled"),
        ("five-before", "superseded"),
        ("two-before", "superseded"),
        ("last-day", "superseded"),
        ("overdue", "sent"),
        ("overdue", "sent"),
        ("superior", "sent"),
    ]


def test_two_senders_of_one_database_send_each_mail_once(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.tick("2024-02-05 08:00:00")
    world.tick("2024-02-05 08:00:00")
    assert world.send("2024-02-05 08:00:00").mails == 2
    assert world.send("2024-02-05 08:00:00").mails == 0
    world.expect((DUNG, "Còn 12 ngày"), (EVE, "Còn 12 ngày"))


def test_what_is_filed_between_plan_and_send_is_not_sent(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.tick("2024-02-05 08:00:00")
    id = world.file("d1", "2024-02-05 08:01:00")
    world.send("2024-02-05 08:05:00")
    world.expect((EVE, "Còn 12 ngày"))
    assert world.ledger(id) == [("five-before", 0, "cancelled", DUNG)]


def test_what_is_waived_between_plan_and_send_is_not_sent(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.tick("2024-02-05 08:00:00")
    with writing(world.engine) as session:
        id, now = world.obligation("d1"), at("2024-02-05 08:01:00")
        close(session, id, Lifecycle.WAIVED, "không còn phải nộp", now, "Alice")
    world.send("2024-02-05 08:05:00")
    world.expect((DUNG, "Không còn phải nộp"), (EVE, "Còn 12 ngày"))
    assert reasons(world, DUNG) == ["the obligation was waived"]


def test_a_contact_who_leaves_between_plan_and_send_gets_nothing(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.tick("2024-02-05 08:00:00")
    with writing(world.engine) as session:
        contact = session.exec(select(Contact).where(Contact.address == DUNG)).one()
        contact.valid_to = at("2024-02-05 00:00:00").date()
        session.add(contact)
    world.send("2024-02-05 08:05:00")
    world.expect((EVE, "Còn 12 ngày"))
    assert reasons(world, DUNG) == ["the person is no contact any more"]


def reasons(world: Timeline, address: str) -> list[str]:
    query = select(Notice.reason).where(Notice.recipient == address, Notice.state == NoticeState.CANCELLED)
    with reading(world.engine) as session:
        return list(session.exec(query))


def test_an_extension_cancels_what_is_unsent_and_arms_every_rung_again(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    world.tick("2024-02-05 08:00:00")
    id = world.obligation("d1")
    with writing(world.engine) as session:
        day = at("2024-02-29 00:00:00").date()
        request_extension(session, id, day, "chờ số liệu", at("2024-02-05 08:01:00"), "Dung", HCM)
        decide_extension(session, id, True, at("2024-02-05 08:02:00"), "Phuc")
    world.pass_at("2024-02-05 08:05:00", (DUNG, "Được gia hạn"))
    assert reasons(world, DUNG) == ["the deadline was moved"]
    world.nothing_until("2024-02-05 09:00:00", "2024-02-22 08:00:00", timedelta(hours=23))
    world.pass_at("2024-02-22 08:00:00", (DUNG, "Còn 7 ngày"))
    assert "đến hết ngày 29/02/2024 (đã gia hạn)" in world.text()


def test_a_returned_report_is_notified_at_once_and_reminded_until_corrected(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    id = world.file("d1", "2024-02-01 09:00:00")
    with writing(world.engine) as session:
        days = working_days(session)
        now = at("2024-02-19 10:00:00")
        return_for_correction(session, world.settings, days, id, "thiếu biểu số 2", now, "Phuc")
    world.pass_at("2024-02-19 10:00:00", (DUNG, "Bị trả lại, còn 2 ngày"))
    assert "thiếu biểu số 2" in world.text()
    world.nothing_until("2024-02-19 11:00:00", "2024-02-21 08:00:00")
    world.pass_at("2024-02-21 08:00:00", (DUNG, "hôm nay là ngày cuối"))
    world.file("d1", "2024-02-21 10:00:00")
    world.nothing_until("2024-02-21 11:00:00", "2024-02-28 08:00:00", timedelta(hours=9))


def test_a_clock_that_goes_back_sends_nothing_twice(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"), (EVE, "Còn 12 ngày"))
    world.nothing_until("2024-02-05 07:00:00", "2024-02-05 10:00:00")
    world.nothing_until("2024-02-04 07:00:00", "2024-02-05 10:00:00", timedelta(hours=6))


def test_a_rung_switched_on_sends_nothing_about_the_past(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"), (EVE, "Còn 12 ngày"))
    rungs = "{id: three-days, at: -13d, audience: head}, {id: day, at: 0, audience: head}"
    text = f"slug: default\nrungs: [{rungs}]\n"
    assert world.load_ladder(text, "2024-02-05 09:00:00")
    assert not world.load_ladder(text, "2024-02-05 09:30:00")
    world.nothing_until("2024-02-05 10:00:00", "2024-02-17 08:00:00", timedelta(hours=25))
    world.pass_at("2024-02-17 08:00:00", (HOA, "Hôm nay là ngày cuối"), (FRANK, "Hôm nay là ngày cuối"))


def test_communes_hear_that_the_district_waits_for_them(timeline: Begin) -> None:
    world = timeline(CHAIN)
    quiet_january(world)
    for unit in ("x1", "x2"):
        world.file(unit, "2024-01-04 09:00:00", period="2024-01")
    for unit in ("d2", "x1"):
        world.file(unit, "2024-02-01 09:00:00")
    charlie = "charlie@x2.example"
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"), (charlie, "1 day left"))
    assert "Còn chờ cấp dưới: UBND xã Hai" in world.text(DUNG)
    assert "UBND huyện Một" in world.text(charlie)
    world.pass_at("2024-02-06 08:00:00", (charlie, "Today is the last day"))


def test_a_person_of_three_roles_gets_one_mail_a_day(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    one = CONTACTS.replace(EVE, DUNG).replace(FRANK, DUNG).replace(HOA, DUNG)
    world.load_units(one, as_of="2024-01-05 00:00:00")
    end_contacts(world, EVE, FRANK, HOA)
    world.pass_at("2024-02-05 08:00:00", (DUNG, "2 sắp đến hạn"))
    world.pass_at("2024-02-15 08:00:00", (DUNG, "2 sắp đến hạn"))
    world.pass_at("2024-02-19 08:00:00", (DUNG, "2 quá hạn"))


def end_contacts(world: Timeline, *addresses: str) -> None:
    with writing(world.engine) as session:
        for contact in session.exec(select(Contact).where(col(Contact.address).in_(addresses))):
            contact.valid_to = at("2024-01-06 00:00:00").date()
            session.add(contact)


def test_what_cannot_wait_goes_although_the_digest_has_gone(timeline: Begin) -> None:
    """Filed in the morning, returned in the afternoon: that may not wait for tomorrow's digest."""
    world = timeline()
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    world.pass_at("2024-02-15 09:00:00", (DUNG, SOON))
    id = world.file("d1", "2024-02-15 10:00:00")
    with writing(world.engine) as session:
        days, now = working_days(session), at("2024-02-15 15:00:00")
        return_for_correction(session, world.settings, days, id, "thiếu chữ ký", now, "Phuc")
    world.pass_at("2024-02-15 15:00:00", (DUNG, "Bị trả lại, còn 4 ngày"))


def test_an_acknowledgement_does_not_stop_what_asks_for_the_report_itself(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.file("d2", "2024-02-01 09:00:00")
    with writing(world.engine) as session:
        acknowledge(session, world.settings, world.obligation("d1"), at("2024-02-04 09:00:00"), "Dung")
    world.pass_at("2024-02-05 08:00:00", (DUNG, "Còn 12 ngày"))


def test_the_preview_shows_what_happens(timeline: Begin) -> None:
    world = timeline(CHAIN)
    quiet_january(world)
    start, end = at("2024-01-05 08:00:00"), at("2024-03-15 23:59:59")
    with reading(world.engine) as session:
        found = preview(session, start, end, working_days(session), world.settings)
    foretold = [(each.at, each.notice.recipient, each.notice.rung, each.notice.kind) for each in found]
    moment = start
    while moment <= end:
        world.tick(moment)
        moment += timedelta(days=1)
    with reading(world.engine) as session:
        rows = session.exec(select(Notice).where(col(Notice.planned_at) >= start)).all()
    assert sorted((n.planned_at, n.recipient, n.rung, n.kind) for n in rows) == sorted(foretold)
    assert len(foretold) > 40


def test_an_idle_pass_looks_at_nothing(timeline: Begin) -> None:
    world = timeline()
    quiet_january(world)
    world.tick("2024-01-20 09:00:00")
    with writing(world.engine) as session:
        days = working_days(session)
        assert plan_reminders(session, world.settings, days, at("2024-01-20 09:05:00")).looked_at == 0
        assert len(awaiting_attention(session, at("2024-02-05 08:00:00"))) == 2
        count = plan_reminders(session, world.settings, days, at("2024-02-05 08:00:00"))
        assert (count.looked_at, count.queued) == (2, 2)
        assert awaiting_attention(session, at("2024-02-05 08:00:00")) == []
        session.rollback()
    assert world.ledger(world.obligation("d1")) == []


def test_a_plan_whose_ladder_is_missing_waits_and_is_named(timeline: Begin) -> None:
    world = timeline()
    world.load_plan(CHAIN.replace("slug: thang", "slug: other\nladder: missing"), "2024-01-02 10:00:00")
    world.tick("2024-01-03 09:00:00")
    with writing(world.engine) as session:
        count = plan_reminders(session, world.settings, working_days(session), at("2024-02-05 00:00:00"))
    assert count.missing_ladders == {"missing"}
