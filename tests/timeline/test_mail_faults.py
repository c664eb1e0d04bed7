"""Mail servers that fail in every way: what one bad pass does, and that everybody gets their mail in the end.

Six people wait. Each row is a fault, what it does to the bad pass, and how many mails a good server takes
afterwards; in the end each person was sent exactly one mail, except whom no server takes.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, delete, select

from models.database import reading, writing
from models.notice import Mail, Notice
from models.settings import Settings
from models.unit import Contact
from models.upkeep import Outage
from models.vocabulary import NoticeState
from notifications.send import SendingCount, send_due
from reporting.health.health import Concern, findings
from tests.conftest import at
from tests.timeline.harness import CONTACTS, Timeline
from tests.timeline.mail_server import MailServer, listening

MORNING = "2024-02-05 08:00:00"
DUNG, EVE = "dung@d1.example", "eve@d2.example"
MORE = "".join(f"d1,Clerk {n},clerk,c{n}@d1.example,vi,2023-01-01,\n" for n in range(1, 5))
EVERYBODY = {DUNG, EVE, *(f"c{n}@d1.example" for n in range(1, 5))}
REASONS = {
    "451": "451 4.3.0 try again",
    "452": "452 4.2.2 full",
    "552": "552 5.2.2 full",
    "550": "550 5.1.1 no such user",
    "421": "421 4.3.2 shutting down",
}


@pytest.fixture
def waiting(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    """Five clerks of one district and Eve of the other have a reminder waiting."""
    world = Timeline(engine, settings, tmp_path)

    def begin() -> None:
        world.load_units(CONTACTS + MORE)
        world.two_reminders_wait()

    world.prepare("five clerks", begin)
    return world


def passes(world: Timeline, server: MailServer, *moments: str, **options: object) -> list[SendingCount]:
    """Passes against one server."""

    async def run() -> list[SendingCount]:
        async with listening(server, world.settings, **options) as settings:
            return [
                await asyncio.to_thread(send_due, world.engine, settings, at(moment)) for moment in moments
            ]

    return asyncio.run(run())


def recovered(world: Timeline, day: str = "2024-02-05") -> MailServer:
    """A good server for the rest of the day, and a pass now and then."""
    good = MailServer()
    hours = ("08:30", "09:00", "09:30", "10:00", "11:00", "12:00", "14:00", "16:30", "19:00", "22:30")
    passes(world, good, *(f"{day} {hour}:30" for hour in hours))
    return good


def bounced(world: Timeline) -> set[str]:
    with reading(world.engine) as session:
        return set(session.exec(select(Contact.address).where(col(Contact.bounced_at).is_not(None))))


def states(world: Timeline) -> Counter[str]:
    with reading(world.engine) as session:
        return Counter(session.exec(select(Notice.state).where(col(Notice.recipient).in_(EVERYBODY))))


def copies(*servers: MailServer) -> Counter[str]:
    return Counter(address for server in servers for address, _ in server.taken)


def ids(*servers: MailServer) -> Iterable[tuple[str, str]]:
    return {key for server in servers for key in server.copies}


ONE_BY_ONE = pytest.param(False, marks=pytest.mark.sqlite_is_enough)
"""Commands one by one instead of pipelined: a matter of SMTP, not of the database."""


def answered_alike(*rows: object) -> list[object]:
    """Rows that the database records like the others: it does not ask which answer of a server it was."""
    return [
        pytest.param(*(row if isinstance(row, tuple) else (row,)), marks=pytest.mark.sqlite_is_enough)
        for row in rows
    ]


@pytest.mark.parametrize("pipelines", [True, ONE_BY_ONE])
@pytest.mark.parametrize(
    ("answers", "stops"),
    [
        ({"connect": "421 4.3.2 no service"}, True),
        ({"rcpt": "451 4.7.1 greylisted"}, False),  # of each address: the next may pass
        ({"rcpt": "550 5.7.1 relaying denied"}, True),  # of everybody: then no address is to blame
        ({"content": "cut"}, True),
        *answered_alike(
            ({"connect": "hang"}, True),
            ({"connect": "cut"}, True),
            ({"mail": "451 4.3.0 try again"}, True),
            ({"mail": "421 4.3.2 shutting down"}, True),
            ({"mail": "550 5.7.1 sender not allowed"}, True),
            ({"mail": "cut"}, True),
            ({"rcpt": "452 4.2.2 mailbox full"}, False),
            ({"rcpt": "552 5.2.2 mailbox full"}, False),
            ({"rcpt": "554 no"}, True),
            ({"data": "451 4.3.0 try again"}, True),
            ({"data": "cut"}, True),
            ({"content": "451 4.3.0 try again"}, True),
            ({"content": "452 4.3.1 no room"}, True),
            ({"content": "421 4.3.2 shutting down"}, True),
            ({"content": "552 5.2.2 mailbox full"}, False),
            ({"content": "554 5.7.1 refused"}, True),
            ({"data": "554 5.5.1 refused"}, True),
            ({"rcpt": "504 5.5.2 need fully-qualified hostname"}, True),
            ({"rcpt": "530 5.7.0 authentication required"}, True),
            ({"rcpt": "550 5.1.90 limit of the sender"}, True),
            ({"content": "hang"}, True),
        ),
    ],
    ids=str,
)
def test_after_a_server_that_took_nothing_everybody_gets_one_mail(
    waiting: Timeline, answers: dict[str, str], stops: bool, pipelines: bool
) -> None:
    (count,) = passes(waiting, MailServer(answers, pipelines=pipelines), MORNING)
    assert (count.mails, count.failed, bool(count.stopped)) == (0, 0, stops)
    assert states(waiting) == {NoticeState.QUEUED: 6}
    assert bounced(waiting) == set()
    assert copies(recovered(waiting)) == dict.fromkeys(EVERYBODY, 1)


@pytest.mark.parametrize("pipelines", [True, ONE_BY_ONE])
@pytest.mark.parametrize(
    ("reason", "gets_it_later"),
    [("451", True), ("452", True), ("552", True), ("421", True), ("550", False)],
)
def test_one_refused_recipient_disturbs_nobody_else(
    waiting: Timeline, reason: str, gets_it_later: bool, pipelines: bool
) -> None:
    bad = MailServer({DUNG: REASONS[reason]}, pipelines=pipelines)
    (count,) = passes(waiting, bad, MORNING)
    assert (count.mails, count.stopped) == (5, "")
    assert copies(bad) == dict.fromkeys(EVERYBODY - {DUNG}, 1)
    assert bounced(waiting) == set()
    assert copies(recovered(waiting)) == ({DUNG: 1} if gets_it_later else {})


TOMORROW = "2024-02-06 08:00:00"


@pytest.mark.parametrize(
    ("answer", "is_marked"),
    [
        ("550 5.1.1 no such user", True),
        ("550 no", False),
        *answered_alike(
            ("553 5.1.3 no such address", True),
            ("550 user unknown", True),  # in words alone; the server takes mails for others
            ("550 5.1.90 too many recipients today", False),
            ("550 5.4.5 daily sending quota exceeded", False),
            ("550 5.7.1 message refused by policy", False),
            ("550 5.2.2 mailbox full", False),
            ("554 5.7.1 relay access denied", False),
            ("504 5.5.2 helo refused", False),
            ("530 5.7.0 authentication required", False),
        ),
    ],
)
def test_an_address_is_marked_when_a_second_day_calls_it_unknown(
    waiting: Timeline, answer: str, is_marked: bool
) -> None:
    server = MailServer({DUNG: answer})
    passes(waiting, server, MORNING, "2024-02-05 09:30:00", "2024-02-05 21:00:00")
    assert bounced(waiting) == set()
    assert states(waiting) == {NoticeState.SENT: 5, NoticeState.QUEUED: 1}
    passes(waiting, server, TOMORROW)
    assert bounced(waiting) == ({DUNG} if is_marked else set())


def test_what_takes_a_mail_between_is_refused_for_the_first_time_again(waiting: Timeline) -> None:
    unknown = MailServer({DUNG: REASONS["550"]})
    passes(waiting, unknown, MORNING)
    passes(waiting, MailServer(), TOMORROW)
    waiting.tick("2024-02-15 08:00:00")
    passes(waiting, unknown, "2024-02-15 08:00:00")
    assert bounced(waiting) == set()


def test_everybody_s_address_being_gone_is_believed_on_the_second_day_when_the_code_says_so(
    waiting: Timeline,
) -> None:
    gone = MailServer({"rcpt": REASONS["550"]})
    passes(waiting, gone, MORNING)
    assert (bounced(waiting), states(waiting)) == (set(), {NoticeState.QUEUED: 6})
    passes(waiting, gone, TOMORROW)
    assert (bounced(waiting), states(waiting)) == (EVERYBODY, {NoticeState.FAILED: 6})


def test_everybody_called_unknown_in_words_alone_is_the_server_s_matter(waiting: Timeline) -> None:
    lost = MailServer({"rcpt": "550 user unknown"})
    counts = passes(waiting, lost, MORNING, "2024-02-06 08:00:00", "2024-02-07 08:00:00")
    assert all(count.stopped for count in counts)
    assert (bounced(waiting), states(waiting)) == (set(), {NoticeState.QUEUED: 6})


@pytest.mark.parametrize("answer", [REASONS["550"], "550 user unknown"])
def test_a_probe_marks_nobody(waiting: Timeline, answer: str) -> None:
    """After an outage each pass begins with one mail; what it meets proves nothing of an address."""
    server = MailServer({"mail": "550 5.7.1 sender not allowed"})

    async def repair() -> None:
        if server.asked["connect"] > 4:  # the first pass is over
            server.answers = {"rcpt": answer}

    server.acts["connect"] = repair
    passes(waiting, server, MORNING, "2024-02-06 08:00:00", "2024-02-07 08:00:00")
    assert bounced(waiting) == set()
    assert copies(recovered(waiting, "2024-02-15")) == dict.fromkeys(EVERYBODY, 1)


def test_what_the_server_took_before_a_quota_ran_out_settles_nothing(waiting: Timeline) -> None:
    """Mails in the middle of a morning: once all that came after the quota lost their addresses."""
    waiting.settings = waiting.settings.model_copy(update={"smtp_connections": 1})
    for day in ("05", "06", "07"):
        server = MailServer(after={"rcpt": (3, "550 user unknown")})
        passes(waiting, server, f"2024-02-{day} 08:00:00")
    assert bounced(waiting) == set()


@pytest.mark.parametrize(
    "answers",
    [
        {"content": "554 5.7.1 refused"},
        *answered_alike({"data": "554 no"}, {"rcpt": "550 5.4.5 quota"}, {"rcpt": "550 no"}),
    ],
    ids=str,
)
def test_however_long_a_server_refuses_everything_no_mail_is_lost(
    waiting: Timeline, answers: dict[str, str]
) -> None:
    """A 554 to every content once cost a mail more at each probe."""
    refusing = MailServer(answers)
    moments = [
        f"2024-02-0{day} {hour:02}:{minute}:00"
        for day in (5, 6)
        for hour in range(8, 20)
        for minute in (0, 20, 40)
        if minute
    ]
    counts = passes(waiting, refusing, *moments)
    assert (states(waiting), bounced(waiting)) == ({NoticeState.QUEUED: 6}, set())
    assert all(count.stopped and not count.failed for count in counts)
    assert copies(recovered(waiting, "2024-02-07")) == dict.fromkeys(EVERYBODY, 1)


def test_one_mail_that_is_refused_for_the_sender_s_fault_is_trouble(waiting: Timeline) -> None:
    with writing(waiting.engine) as session:
        session.execute(delete(Notice).where(col(Notice.recipient) != DUNG))
    waiting.settings = waiting.settings.model_copy(update={"admin_address": "admin@p.example"})
    server = MailServer({DUNG: "554 5.7.1 relay access denied"})
    first, idle = passes(waiting, server, MORNING, "2024-02-05 08:10:00")
    assert "(1 in a row, the last: 554 5.7.1 relay access denied)" in first.stopped
    assert idle.mails == 1  # the administrator's alert, which the server takes
    (alert,) = [mail for address, mail in server.taken if address == "admin@p.example"]
    words = str(alert.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    refused = "(1 thư liền nhau, “554 5.7.1 relay access denied”)"
    assert f"đang từ chối thư {refused}; nhờ người quản trị máy chủ" in words
    assert not re.search(r"\b(the|mail server|refuses|mails)\b", words)


def test_a_pass_with_nothing_to_try_says_that_mails_wait_for_the_server(waiting: Timeline) -> None:
    refusing = MailServer({"rcpt": "550 5.7.1 no"})
    passes(waiting, refusing, MORNING)
    counts = passes(waiting, refusing, *(f"2024-02-05 08:{minute}:00" for minute in range(10, 50, 2)))
    assert all(count.stopped for count in counts)
    with reading(waiting.engine) as session:
        concerns = {each.concern for each in findings(session, at("2024-02-05 08:48:00"), waiting.settings)}
    assert {Concern.SERVER_DOWN, Concern.STOPPED} <= concerns


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "450 4.7.1 greylisted", "552 5.2.2 full"])
def test_an_outage_is_trouble_until_a_mail_is_taken(waiting: Timeline, answer: str) -> None:
    """Also in a pass whose mail met another answer, which is not the server's fault."""
    passes(waiting, MailServer({"rcpt": "554 5.7.1 relay access denied"}), MORNING)
    counts = passes(waiting, MailServer({"rcpt": answer}), "2024-02-05 10:00:00", "2024-02-05 10:30:00")
    assert all(count.stopped for count in counts)


def test_greylisting_is_no_trouble_until_it_has_no_end(waiting: Timeline) -> None:
    grey = MailServer({"rcpt": "451 4.7.1 greylisted"})
    counts = passes(waiting, grey, MORNING, "2024-02-05 08:10:00", "2024-02-05 08:40:00")
    assert [bool(count.stopped) for count in counts] == [False, False, True]


@pytest.mark.parametrize("allowed", [1, *answered_alike(2, 3)])
def test_a_pass_goes_on_with_the_connections_that_the_server_allows(waiting: Timeline, allowed: int) -> None:
    server = MailServer(most_connections=allowed)
    (count,) = passes(waiting, server, MORNING)
    assert (count.mails, count.stopped) == (6, "")
    assert copies(server) == dict.fromkeys(EVERYBODY, 1)
    assert count.advice.endswith(f"set DONDOC_SMTP_CONNECTIONS={allowed}")
    with reading(waiting.engine) as session:
        assert session.exec(select(Outage)).all() == []


def test_a_server_that_allows_no_connection_is_down_and_the_setting_is_named(waiting: Timeline) -> None:
    (count,) = passes(waiting, MailServer(most_connections=0), MORNING)
    assert (count.mails, count.postponed) == (0, 6)
    assert "lower DONDOC_SMTP_CONNECTIONS (now 4)" in count.stopped
    assert states(waiting) == {NoticeState.QUEUED: 6}


def test_a_bounced_address_is_not_written_to_again_and_the_next_rungs_keep_their_time(
    waiting: Timeline,
) -> None:
    passes(waiting, MailServer({"rcpt": REASONS["550"]}), MORNING, TOMORROW)
    waiting.tick("2024-02-06 08:30:00")
    assert copies(recovered(waiting, "2024-02-06")) == {}
    assert [line for line in waiting.ledger(waiting.obligation("d1")) if line[0] == "two-before"] == []
    waiting.tick("2024-02-15 08:00:00")
    assert ("two-before", 0, "cancelled", "") in waiting.ledger(waiting.obligation("d1"))


def test_a_mail_taken_without_a_word_comes_again_as_the_same_mail(waiting: Timeline) -> None:
    bad = MailServer({"content": "take and cut"}, times=1)
    passes(waiting, bad, MORNING)
    good = recovered(waiting)
    assert sorted(copies(bad, good).values()) == [1, 1, 1, 1, 1, 2]
    assert len(list(ids(bad, good))) == 6


@pytest.mark.parametrize(
    "answers",
    [
        {"rcpt": "451 4.7.1 greylisted"},
        *answered_alike(
            {"connect": "421 4.3.2 no service"},
            {"mail": "451 4.3.0 try again"},
            {"data": "cut"},
            {"content": "451 4.3.0 try again"},
        ),
    ],
    ids=str,
)
def test_a_mail_in_doubt_stays_the_same_whatever_its_copies_meet(
    waiting: Timeline, answers: dict[str, str]
) -> None:
    """A copy that is certainly refused says nothing of the first, which the server may have; next day it is
    still the same mail."""
    first = MailServer({"content": "take and cut"})
    passes(waiting, first, MORNING)
    passes(waiting, MailServer(answers), "2024-02-05 10:00:00", "2024-02-05 12:00:00")
    good = recovered(waiting, "2024-02-06")
    assert copies(good) == dict.fromkeys(EVERYBODY, 1)
    assert len(set(ids(first, good))) == len(EVERYBODY)


def test_a_possible_receiver_of_a_late_notice_gets_the_done_notice(waiting: Timeline) -> None:
    """The server took the mail and the line broke before it said so; meanwhile the report comes in."""
    waiting.tick("2024-02-19 08:00:00")
    with writing(waiting.engine) as session:
        session.execute(delete(Notice).where(col(Notice.rung) != "overdue"))
    passes(waiting, MailServer({"content": "take and cut"}), "2024-02-19 08:00:00")
    for unit in ("d1", "d2"):
        waiting.file(unit, "2024-02-19 09:00:00")
    with reading(waiting.engine) as session:
        done = select(Notice.recipient).where(Notice.rung == "@done")
        taken = select(Notice.recipient).where(Notice.rung == "overdue", col(Notice.mail_id).is_not(None))
        assert set(session.exec(done)) == set(session.exec(taken)) != set()


def test_a_slow_server_gets_all_mails_once(waiting: Timeline) -> None:
    async def slowly() -> None:
        await asyncio.sleep(0.05)

    slow = MailServer(acts=dict.fromkeys(("mail", "rcpt", "data", "content"), slowly))
    (count,) = passes(waiting, slow, MORNING)
    assert (count.mails, count.stopped) == (6, "")
    assert copies(slow) == dict.fromkeys(EVERYBODY, 1)


def test_a_server_down_for_a_pass_rests_and_is_then_tried_with_one_mail(waiting: Timeline) -> None:
    down = MailServer({"mail": "550 5.7.1 sender not allowed"})
    first, resting, probe = passes(waiting, down, MORNING, "2024-02-05 08:00:30", "2024-02-05 08:02:00")
    assert first.stopped
    assert "tried again from 08:0" in resting.stopped
    assert (probe.postponed, probe.mails) == (1, 0)
    with reading(waiting.engine) as session:
        (outage,) = session.exec(select(Outage)).all()
        assert outage.failures == 2
        concerns = {finding.concern for finding in findings(session, at(MORNING), waiting.settings)}
    assert {Concern.SERVER_DOWN, Concern.STOPPED} <= concerns


def test_an_outage_ends_with_the_first_mail_that_is_taken(waiting: Timeline) -> None:
    server = MailServer({"mail": REASONS["421"]}, times=5)
    passes(waiting, server, MORNING, "2024-02-05 08:10:00", "2024-02-05 12:00:00")
    assert copies(server) == dict.fromkeys(EVERYBODY, 1)
    with reading(waiting.engine) as session:
        assert session.exec(select(Outage)).all() == []


@pytest.mark.parametrize("connections", [1, 2])
def test_connections_are_few_and_used_again(waiting: Timeline, connections: int) -> None:
    waiting.settings = waiting.settings.model_copy(update={"smtp_connections": connections})
    server = MailServer()
    passes(waiting, server, MORNING)
    assert (server.most_open, server.asked["connect"]) == (connections, connections)
    assert len(server.taken) == 6


@pytest.mark.parametrize(("days", "kept"), [(0, False), (30, True)])
def test_sent_texts_are_kept_as_long_as_asked_and_never_with_a_secret(
    waiting: Timeline, days: int, kept: bool
) -> None:
    waiting.settings = waiting.settings.model_copy(update={"mail_body_days": days})
    passes(waiting, MailServer(), MORNING)
    bodies = texts(waiting)
    assert [bool(body) for body in bodies] == [kept] * 6
    assert all("/o/" in body and "…" in body for body in bodies if body)
    passes(waiting, MailServer(), "2024-03-06 07:00:00")
    assert any(texts(waiting)) == kept
    passes(waiting, MailServer(), "2024-03-07 09:00:00")
    assert not any(texts(waiting))


def texts(world: Timeline) -> list[str]:
    with reading(world.engine) as session:
        return list(session.exec(select(Mail.body).where(Mail.day == at(MORNING).date())))


def test_a_rate_is_kept(waiting: Timeline) -> None:
    waiting.settings = waiting.settings.model_copy(update={"mail_per_minute": 300})
    loop_times: list[float] = []

    async def note() -> None:
        loop_times.append(asyncio.get_running_loop().time())

    began = time.monotonic()
    passes(waiting, MailServer(acts={"mail": note}), MORNING)
    assert len(loop_times) == 6
    assert loop_times[-1] - began >= 1.0  # the sixth turn


def test_a_server_that_quotes_a_link_does_not_bring_it_into_the_ledger(waiting: Timeline) -> None:
    link = "https://x.example/o/12/1712345678/abcdefghijklmnopqrstuvwx"
    passes(waiting, MailServer({DUNG: f"550 5.7.1 blocked: {link}"}), MORNING)
    with reading(waiting.engine) as session:
        reason = session.exec(select(Notice.reason).where(Notice.recipient == DUNG)).one()
    assert reason == "sender: 550 5.7.1 blocked: https://x.example/o/12/1712345678/…"
