"""Whole passes of the sender on both databases: claims, leases, ceilings, servers that fail, the ledger."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from calendars.errors import said
from models.database import reading, writing
from models.notice import Mail, Notice
from models.settings import Settings
from models.unit import Contact
from models.upkeep import Heartbeat
from models.vocabulary import NoticeState
from notifications.composer import Writer
from notifications.outbox import Sending, claim, next_people, people_waiting, read_mails
from notifications.outcomes import Posted, record
from notifications.rendering import Rendered
from notifications.send import HEARTBEAT, MAILBOX, send_due
from notifications.send_window import EVERYBODY, SendWindow, Shard
from notifications.smtp_replies import Delivery, Outcome
from reporting.obligations.notices import list_notices
from tests.conftest import at
from tests.notifications.items import CALENDAR
from tests.notifications.test_smtp_pool import Answers, serving
from tests.timeline.harness import Timeline

DUNG, EVE = "dung@d1.example", "eve@d2.example"
MORNING = at("2024-02-05 08:00:00")


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    """Two reminders are queued: one for Dung and one for Eve."""
    world = Timeline(engine, settings, tmp_path)
    world.prepare("two reminders", world.two_reminders_wait)
    return world


def notices(world: Timeline) -> dict[str, Notice]:
    with reading(world.engine) as session:
        return {notice.recipient: notice for notice in session.exec(select(Notice))}


def against(world: Timeline, handler: Answers, when: str = "2024-02-05 08:00:00") -> object:
    """A pass with a server that answers as the handler does."""

    async def run() -> object:
        async with serving(handler) as server:
            settings = world.settings.model_copy(update={"smtp_host": server.host, "smtp_port": server.port})
            return await asyncio.to_thread(send_due, world.engine, settings, at(when))

    return asyncio.run(run())


def test_a_pass_sends_each_person_one_mail_and_marks_it(world: Timeline) -> None:
    count = world.send(MORNING)
    assert (count.mails, count.notices, count.stopped) == (2, 2, "")
    world.expect((DUNG, "Còn 12 ngày"), (EVE, "Còn 12 ngày"))
    notice = notices(world)[DUNG]
    assert (notice.state, notice.sent_at, notice.claimed_by) == (NoticeState.SENT, MORNING, None)
    with reading(world.engine) as session:
        mail = session.exec(select(Mail).where(Mail.recipient == DUNG)).one()
        assert session.get_one(Heartbeat, HEARTBEAT).at == MORNING
    assert (mail.id, mail.kind, mail.sent_at) == (notice.mail_id, "digest", MORNING)
    assert mail.message_id == next(m["Message-ID"] for m in world.newest if DUNG in m["To"])


def test_it_writes_only_a_few_mails_ahead_of_the_server(
    engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole batch written first left the server idle meanwhile, and then the sender."""
    world = Timeline(engine, settings.model_copy(update={"smtp_connections": 1}), tmp_path)
    with writing(engine) as session:
        unit = session.exec(select(Contact.unit_id).where(Contact.address == DUNG)).one()
        clerk: dict[str, Any] = {
            "unit_id": unit,
            "name": "Dung",
            "role": "clerk",
            "valid_from": MORNING.date(),
        }
        session.add_all(Contact(**clerk, address=f"dung-{number}@d1.example") for number in range(20))
    ahead: list[int] = []
    write = Writer.write

    def watched(*given: Any) -> tuple[Rendered, bytes]:
        ahead.append(len(ahead) + 1 - len(list((world.settings.home / MAILBOX).glob("*.eml"))))
        return write(*given)

    monkeypatch.setattr(Writer, "write", watched)
    world.tick(MORNING)
    assert world.send(MORNING).mails == len(ahead) > 20
    assert max(ahead) <= 2


def test_the_same_notices_give_the_same_headers(world: Timeline) -> None:
    first = [dict(mail.items()) for mail in sent_mails(world)]
    with writing(world.engine) as session:
        for notice in session.exec(select(Notice)):
            notice.state, notice.sent_at, notice.mail_id = NoticeState.QUEUED, None, None
            session.add(notice)
        session.flush()
        for mail in session.exec(select(Mail)):
            session.delete(mail)
    assert [dict(mail.items()) for mail in sent_mails(world)] == first


def sent_mails(world: Timeline) -> list[EmailMessage]:
    world.send(MORNING)
    return world.collect()


def sending(by: str, now: str = "2024-02-05 08:00:00") -> Sending:
    return Sending(
        by=by,
        window=SendWindow(now=at(now), calendar=CALENDAR),
        lease_until=at(now) + timedelta(minutes=5),
        domain="localhost",
    )


def test_of_two_senders_one_gets_the_notice(world: Timeline) -> None:
    with writing(world.engine) as session:
        first, _ = claim(session, [DUNG, EVE], sending("one"))
    with writing(world.engine) as session:
        second, _ = claim(session, [DUNG, EVE], sending("two"))
    assert [len(first), len(second)] == [2, 0]


def test_a_sender_that_dies_after_its_claim_loses_nothing(world: Timeline) -> None:
    with writing(world.engine) as session:
        first, _ = claim(session, [DUNG, EVE], sending("dead"))
    assert world.send("2024-02-05 08:04:59").mails == 0  # its lease still runs
    assert world.send("2024-02-05 08:05:00").mails == 2
    world.expect((DUNG, "Còn 12 ngày"), (EVE, "Còn 12 ngày"))
    assert {mail["Message-ID"] for mail in world.newest} == {mail.message_id for mail in first}


def test_a_copy_after_a_crash_is_the_same_mail_even_when_more_has_come(world: Timeline) -> None:
    """A server that drops the second copy by its Message-ID must not drop anything new with it."""
    with writing(world.engine) as session:
        first, _ = claim(session, [DUNG], sending("dead"))
    world.tick("2024-02-15 08:00:00")
    world.send("2024-02-15 08:00:00")
    world.expect((DUNG, "Còn 2 ngày"), (DUNG, "Còn 2 ngày"), (EVE, "Còn 2 ngày"))
    ids = [mail["Message-ID"] for mail in world.newest if DUNG in mail["To"]]
    assert first[0].message_id in ids
    assert len(set(ids)) == 2


def test_what_fell_away_after_a_crash_is_not_sent(world: Timeline) -> None:
    with writing(world.engine) as session:
        claim(session, [DUNG], sending("dead"))
    world.file("d1", "2024-02-05 08:01:00")
    world.send("2024-02-05 09:00:00")
    world.expect((EVE, "Còn 12 ngày"))


def test_more_people_than_the_ceiling_stop_the_pass_before_the_first_mail(world: Timeline) -> None:
    few = world.settings.model_copy(update={"mail_ceiling": 1})
    stopped = send_due(world.engine, few, MORNING)
    assert (stopped.mails, stopped.stopped) == (
        0,
        "2 people would be mailed, more than the ceiling of 1, so nothing was sent; "
        "look at dondoc outbox --state queued, then send with --ceiling 2",
    )
    world.expect()
    assert send_due(world.engine, few, MORNING, ceiling=2).mails == 2


def test_a_dead_server_delays_and_blames_nobody(world: Timeline) -> None:
    dead = world.settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": 1})
    count = send_due(world.engine, dead, MORNING)
    assert (count.mails, count.postponed) == (0, 2)
    assert "127.0.0.1:1" in count.stopped
    assert {n.attempts for n in notices(world).values()} == {0}
    assert world.send("2024-02-05 08:05:00").mails == 2


def test_a_refused_address_is_marked_and_the_rungs_to_come_keep_their_time(world: Timeline) -> None:
    against(world, Answers(rcpt="550 5.1.1 no such user"))
    assert {n.state for n in notices(world).values()} == {NoticeState.QUEUED}
    against(world, Answers(rcpt="550 5.1.1 no such user"), "2024-02-06 08:00:00")
    assert {n.state for n in notices(world).values()} == {NoticeState.FAILED}
    with reading(world.engine) as session:
        bounced = session.exec(select(Contact.address).where(col(Contact.bounced_at).is_not(None))).all()
    assert sorted(bounced) == [DUNG, EVE]
    world.tick("2024-02-06 08:30:00")
    assert [rung for rung, _, _, _ in world.ledger(world.obligation("d1"))] == ["five-before"]
    world.tick("2024-02-15 08:30:00")
    assert ("two-before", 0, "cancelled", "") in world.ledger(world.obligation("d1"))


@pytest.mark.parametrize(
    ("answers", "earliest", "latest"),
    [
        ({"rcpt": "450 greylisted"}, "2024-02-05 08:04:00", "2024-02-05 08:06:00"),
        ({"rcpt": "452 full"}, "2024-02-05 08:48:00", "2024-02-05 09:12:00"),
    ],
)
def test_a_passing_refusal_is_tried_again_after_a_while(
    world: Timeline, answers: dict[str, str], earliest: str, latest: str
) -> None:
    against(world, Answers(**answers))
    notice = notices(world)[DUNG]
    assert notice.next_attempt_at is not None
    assert at(earliest) <= notice.next_attempt_at <= at(latest)
    assert (notice.state, notice.attempts, notice.mail_id) == (NoticeState.QUEUED, 1, None)
    assert world.send("2024-02-05 08:01:00").mails == 0
    assert world.send("2024-02-05 09:30:00").mails == 2


def test_a_mail_whose_fate_is_unknown_keeps_its_id(world: Timeline) -> None:
    handler = Answers(data="cut")
    against(world, handler)
    before = notices(world)[DUNG]
    assert (before.state, before.mail_id is not None) == (NoticeState.QUEUED, True)
    world.send("2024-02-05 08:30:00")
    world.expect((DUNG, "Còn 12 ngày"), (EVE, "Còn 12 ngày"))
    assert notices(world)[DUNG].mail_id == before.mail_id


def test_it_gives_up_after_many_attempts(world: Timeline) -> None:
    with writing(world.engine) as session:
        for notice in session.exec(select(Notice)):
            notice.attempts = 11
            session.add(notice)
    against(world, Answers(rcpt="452 4.2.2 still full"))
    assert {n.state for n in notices(world).values()} == {NoticeState.FAILED}
    with reading(world.engine) as session:
        assert session.exec(select(Contact).where(col(Contact.bounced_at).is_not(None))).all() == []


def test_an_address_that_slipped_in_is_never_put_on_the_wire(world: Timeline) -> None:
    with writing(world.engine) as session:
        notice = session.exec(select(Notice).where(Notice.recipient == DUNG)).one()
        notice.recipient = "a@x.example\r\nRCPT TO:<b@x.example>"
        session.add(notice)
    count = world.send(MORNING)
    assert (count.mails, count.failed) == (1, 1)
    world.expect((EVE, "Còn 12 ngày"))


def test_a_record_marks_only_its_own_mail(world: Timeline) -> None:
    with writing(world.engine) as session:
        claimed, _ = claim(session, [DUNG, EVE], sending("one"))
        mails = read_mails(session, claimed, sending("one").window, "vi")
        record(session, [Posted(mails[0], "subject", "", Delivery(Outcome.SENT))], MORNING, "one", CALENDAR)
    states = sorted(n.state for n in notices(world).values())
    assert states == [NoticeState.CLAIMED, NoticeState.SENT]


def test_the_listing_says_what_each_notice_is_about(world: Timeline) -> None:
    world.send(MORNING)
    with reading(world.engine) as session:
        listed = list_notices(session, NoticeState.SENT, limit=1)
        assert list_notices(session, NoticeState.QUEUED) == []
    assert [(n.subject.plan, n.subject.period, n.subject.unit, n.recipient) for n in listed] == [
        ("thang", "2024-02", "d2", EVE)
    ]


def test_people_come_in_pages(world: Timeline) -> None:
    def page(after: str) -> Callable[[Session], list[str]]:
        window = SendWindow(now=MORNING, calendar=CALENDAR)
        return lambda session: next_people(session, window, EVERYBODY, after, 1)

    with reading(world.engine) as session:
        assert [page("")(session), page(DUNG)(session), page(EVE)(session)] == [[DUNG], [EVE], []]


def test_whoever_comes_while_it_sends_is_counted_among_all(
    world: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.sender.BATCH", 1)
    told: list[tuple[int, int]] = []

    def progress(done: int, people: int) -> None:
        told.append((done, people))
        if done == 1:
            with writing(world.engine) as session:
                first = session.exec(select(Notice).where(Notice.recipient == EVE)).one()
                session.add(Notice(**first.model_dump(exclude={"id", "recipient"}), recipient="z@z.example"))

    send_due(world.engine, world.settings, MORNING, progress)
    assert told == [(1, 2), (2, 2), (3, 3)]


def test_a_tick_that_ends_beside_a_sender_makes_no_backup_of_the_database(
    world: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender's session began before the tick's commit, and its mark was read after: "an older backup"."""
    count_people = people_waiting

    def with_a_tick(session: Session, window: SendWindow, shard: Shard = EVERYBODY) -> int:
        people = count_people(session, window, shard)
        world.tick("2024-02-05 08:01:00")
        return people

    monkeypatch.setattr("notifications.send.people_waiting", with_a_tick)
    assert world.send(MORNING).stopped == ""


def test_a_mailbox_on_a_full_disk_stops_the_pass_in_plain_words(
    world: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", no_room)
        stopped = send_due(world.engine, world.settings, MORNING).stopped
    assert "the disk is full, so mails cannot be written to" in stopped
    assert "đĩa đã đầy" in said(stopped, "vi")
    assert {n.state for n in notices(world).values()} == {NoticeState.QUEUED}
    assert world.send("2024-02-05 09:30:00").mails + world.send("2024-02-05 09:31:00").mails == 2
