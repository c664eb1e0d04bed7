"""People in shards: everybody in one, always the same, and each mail once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import reading
from models.errors import InvalidInput
from models.notice import Notice
from models.settings import Settings
from models.upkeep import Heartbeat
from models.vocabulary import NoticeState
from notifications.outbox import next_people, people_waiting
from notifications.send import HEARTBEAT, SendingCount, send_due
from notifications.send_window import EVERYBODY, SendWindow, Shard
from tests.conftest import at
from tests.notifications.items import CALENDAR
from tests.timeline.harness import CONTACTS, Timeline
from tests.timeline.mail_server import MailServer, listening

MORNING, LATER = "2024-02-05 08:00:00", "2024-02-05 08:06:00"
ODD = [
    "c-1@d1.example",
    "c1@d1.example",
    "c2@d1.example",
    "c_3@d1.example",
    "c.4@d1.example",
    "c'5@d1.example",
]
MORE = "".join(f"d1,Clerk {n},clerk,{address},vi,2023-01-01,\n" for n, address in enumerate(ODD))
PEOPLE = {"dung@d1.example", "eve@d2.example", *ODD}
WINDOW = SendWindow(now=at(MORNING), calendar=CALENDAR)


@pytest.fixture
def waiting(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    """Eight clerks have a reminder waiting."""
    world = Timeline(engine, settings, tmp_path)

    def begin() -> None:
        world.load_units(CONTACTS + MORE)
        world.two_reminders_wait()

    world.prepare("eight clerks", begin)
    return world


def shards(of: int) -> list[Shard]:
    return [Shard(number, of) for number in range(1, of + 1)]


def passes(world: Timeline, server: MailServer, *parts: Shard, when: str = MORNING) -> list[SendingCount]:
    """Passes over these shards at once."""

    async def run() -> list[SendingCount]:
        async with listening(server, world.settings) as settings:
            return await asyncio.gather(
                *(asyncio.to_thread(send_due, world.engine, settings, at(when), shard=part) for part in parts)
            )

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("address", "number"),
    [("dung@d1.example", 4), ("DUNG@d1.example", 4), ("eve@d2.example", 3), ("c1@d1.example", 1)],
)
def test_a_person_is_in_the_same_shard_on_any_machine(address: str, number: int) -> None:
    assert [shard.number for shard in shards(4) if shard.holds(address)] == [number]


@pytest.mark.parametrize("of", range(1, 6))
def test_everybody_is_in_one_shard_whatever_the_pages(waiting: Timeline, of: int) -> None:
    with reading(waiting.engine) as session:
        people = [pages(session, shard) for shard in shards(of)]
        counts = [people_waiting(session, WINDOW, shard) for shard in shards(of)]
        everybody = next_people(session, WINDOW, EVERYBODY, "", 100)
    assert sorted(address for some in people for address in some) == sorted(everybody)
    assert set(everybody) == PEOPLE
    assert counts == [len(some) for some in people]


def pages(session: Session, shard: Shard, size: int = 2) -> list[str]:
    found: list[str] = []
    while page := next_people(session, WINDOW, shard, found[-1] if found else "", size):
        assert len(page) <= size
        found += page
    return found


@pytest.mark.parametrize(
    "text", ["", "2", "0/2", "3/2", "a/b", "1/0", "-1/2", "1/2/3", "1/65", f"1/{10**30}"]
)
def test_what_is_no_shard_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidInput, match="write NUMBER/OF, such as 2/4"):
        Shard.parse(text)


def test_shards_at_once_send_each_mail_once(waiting: Timeline) -> None:
    server = MailServer()
    counts = passes(waiting, server, *shards(3))
    assert sum(count.mails for count in counts) == len(PEOPLE)
    assert [count.stopped for count in counts] == ["", "", ""]
    assert {address: copies for (address, _), copies in server.copies.items()} == dict.fromkeys(PEOPLE, 1)
    assert server.most_open <= waiting.settings.smtp_connections


def test_a_shard_that_overlaps_with_a_pass_over_everybody_sends_nothing_twice(waiting: Timeline) -> None:
    server = MailServer()
    passes(waiting, server, EVERYBODY, Shard(1, 2), Shard(1, 2))
    assert {address: copies for (address, _), copies in server.copies.items()} == dict.fromkeys(PEOPLE, 1)


def test_what_is_left_in_a_shard_is_sent_by_a_later_pass_of_another_number(waiting: Timeline) -> None:
    server = MailServer()
    passes(waiting, server, Shard(1, 2))
    assert 0 < len(server.taken) < len(PEOPLE)
    passes(waiting, server, *shards(5), when=LATER)
    assert {address: copies for (address, _), copies in server.copies.items()} == dict.fromkeys(PEOPLE, 1)


def test_the_ceiling_counts_the_people_of_all_shards(waiting: Timeline) -> None:
    few = waiting.settings.model_copy(update={"mail_ceiling": len(PEOPLE) - 1})
    stopped = [send_due(waiting.engine, few, at(MORNING), shard=shard) for shard in shards(2)]
    assert [count.mails for count in stopped] == [0, 0]
    assert all("more than the ceiling of 7" in count.stopped for count in stopped)


def test_a_shard_that_went_well_does_not_hide_that_another_had_to_stop(waiting: Timeline) -> None:
    (bad,) = passes(waiting, MailServer({"connect": "421 4.3.2 no service"}), Shard(1, 2))
    assert bad.stopped
    with reading(waiting.engine) as session:
        before = session.get_one(Heartbeat, HEARTBEAT).detail
    waiting.settings = waiting.settings.model_copy(update={"smtp_host": None})
    send_due(waiting.engine, waiting.settings, at(MORNING), shard=Shard(2, 2))
    with reading(waiting.engine) as session:
        assert session.get_one(Heartbeat, HEARTBEAT).detail == before != ""
        states = set(session.exec(select(Notice.state).where(col(Notice.recipient) == "dung@d1.example")))
    assert states <= {NoticeState.QUEUED, NoticeState.SENT}


def test_a_day_s_digest_is_one_however_the_people_are_divided(waiting: Timeline) -> None:
    server = MailServer()
    for of in (2, 3):
        passes(waiting, server, *shards(of))
    assert set(server.copies.values()) == {1}
