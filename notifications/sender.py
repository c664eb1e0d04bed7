"""A pass of the sender: claim a batch, read and write its mails, hand them in, record what was taken, repeat.

Leases and turns follow real time from the pass's instant on, since a long pass may outlast a lease. A server
that had failed is first tried with one mail; it gets more when it takes that.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine

from models.database import reading, writing
from models.errors import InvalidInput
from models.settings import Settings
from notifications.blame import PassTally, Refused, settled
from notifications.composer import Writer
from notifications.links import without_secrets
from notifications.mail_server import mail_server
from notifications.mailbox import MAILBOX, NO_ROOM
from notifications.outbox import OutgoingMail, Sending, claim, next_people, read_mails
from notifications.outcomes import Posted, record
from notifications.rate_limit import Turns, note_outage, note_service, reserve
from notifications.send_window import EVERYBODY, SendWindow, Shard
from notifications.smtp_pool import PATIENCE, Courier
from notifications.smtp_replies import Delivery, Outcome, SmtpFault
from reporting.backup_mark import Trust, leave_mark
from reporting.stops import Advice, ConnectionFault, Stop, stop

BATCH = 200
TOGETHER = 0.1
"""Seconds for which what was taken is collected and then committed: a commit for each mail would take longer
than the mail. What was taken within it may go twice if the process dies."""

Progress = Callable[[int, int], None]


@dataclass
class SendingCount:
    """What a pass did; `stopped` says why it ended early, empty if it did not; `advice` what could go
    better."""

    mails: int = 0
    notices: int = 0
    cancelled: int = 0
    postponed: int = 0
    failed: int = 0
    stopped: str = ""
    advice: str = ""

    def join(self, other: SendingCount) -> None:
        """Add what another shard's pass has done."""
        for name, theirs in vars(other).items():
            own = getattr(self, name)
            setattr(self, name, own + theirs if isinstance(own, int) else own or theirs)

    def add(self, posted: Sequence[Posted], failed: int) -> None:
        """Add what became of some mails; `failed` of them failed for good."""
        sent = [each.mail for each in posted if each.delivery.outcome is Outcome.SENT]
        self.mails += len(sent)
        self.notices += sum(len(mail.items) for mail in sent)
        self.failed += failed
        self.postponed += len(posted) - len(sent) - failed


@dataclass(frozen=True)
class _Batch:
    """Claimed mails and their people, with the turns of the rate limit and when (monotonic) to give up under
    the lease."""

    people: list[str]
    mails: list[OutgoingMail]
    turns: Turns
    give_up: float


@dataclass
class MailPass:
    """`run` sends a shard's due mail in batches and counts into `count`. `people` are about how many there
    are to be mailed, `done` how many of them have been handled; `failures`, how often the server failed in a
    row before."""

    engine: Engine
    settings: Settings
    window: SendWindow
    standing: Trust
    count: SendingCount
    progress: Progress | None
    people: int
    shard: Shard = EVERYBODY
    failures: int = 0
    done: int = field(default=0, init=False)
    _doubted: list[tuple[Posted, Refused]] = field(default_factory=list)
    _tally: PassTally = field(default_factory=PassTally)

    def __post_init__(self) -> None:
        self._name = f"{os.getpid()}-{uuid4().hex[:8]}"
        self._began = time.monotonic()
        self._writer = Writer(self.settings, self.window.calendar, self.window.now)
        self._is_probing = self.failures > 0

    async def run(self) -> None:
        async with mail_server(self.settings) as server:
            async with Courier(server, patience=1 if self.failures else PATIENCE) as courier:
                await self._run(courier)
            self._conclude(courier)
            await asyncio.to_thread(self._note, courier)

    async def _run(self, courier: Courier) -> None:
        after = ""
        while courier.down is None:
            batch = await asyncio.to_thread(self._claim, after, 1 if self._is_probing else BATCH)
            if not batch.people:
                return
            await self._send(courier, batch)
            self._is_probing = self._is_probing and not courier.taken
            after, self.done = batch.people[-1], self.done + len(batch.people)
            if self.progress:  # some have come to be mailed since they were counted
                self.progress(self.done, max(self.people, self.done))

    def _conclude(self, courier: Courier) -> None:
        """Say why it stopped. A pass whose mails were all turned away is in trouble, even if it came to its
        end."""
        if courier.down is None and self._tally.is_trouble:
            courier.turn_away(self._tally.turned_away, self._tally.said)
        if courier.down is not None and courier.down.said == NO_ROOM:
            self.count.stopped = stop(Stop.DISK_FULL, place=str(self.settings.home / MAILBOX))
        elif courier.stop is not None:
            self.count.stopped = courier.stop
        elif courier.barred:
            most = courier.server.connections
            self.count.advice = Advice.CONNECTIONS(allowed=most - courier.barred, connections=most)

    def _note(self, courier: Courier) -> None:
        with writing(self.engine) as session:
            if courier.down is not None:
                note_outage(session, courier.server.name, courier.down.said, self._clock())
            elif courier.taken:
                note_service(session)

    def _clock(self) -> datetime:
        return self.window.now + timedelta(seconds=time.monotonic() - self._began)

    def _claim(self, after: str, most: int) -> _Batch:
        lease = timedelta(seconds=self.settings.mail_lease_seconds)
        clock = self._clock()
        usable = max(lease.total_seconds() - self.settings.smtp_timeout_seconds, 1.0)
        give_up = time.monotonic() + usable
        domain = self._writer.sender.domain
        sending = Sending(by=self._name, window=self.window, lease_until=clock + lease, domain=domain)
        with writing(self.engine) as session:
            people = next_people(session, self.window, self.shard, after, most)
            until = clock + timedelta(seconds=usable / 2)
            turns = reserve(session, self.settings.mail_per_minute, len(people), clock, until)
            people = people[: turns.number]
            claimed, cancelled = claim(session, people, sending) if people else ([], 0)
            if people:
                leave_mark(session, self.standing, self.window.now)
        with reading(self.engine) as session:
            mails = read_mails(session, claimed, self.window, self.settings.language)
        self.count.cancelled += cancelled
        return _Batch(people, mails, turns, give_up)

    async def _send(self, courier: Courier, batch: _Batch) -> None:
        todo, posted = enumerate(batch.mails), list[Posted]()
        # A worker for each connection, which writes a mail and hands it in: while it waits for the server the
        # others write. A whole batch written first would leave the server idle.
        pending = {
            asyncio.create_task(self._work(courier, batch, todo, posted))
            for _ in range(min(courier.server.connections, len(batch.mails)))
        }
        while pending:
            # What was taken within a moment is committed together.
            done, pending = await asyncio.wait(pending, timeout=TOGETHER, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
            some = posted[:]
            posted.clear()
            if some or not pending:
                await self._keep(courier, some, is_last=not pending)

    async def _work(
        self, courier: Courier, batch: _Batch, todo: Iterator[tuple[int, OutgoingMail]], posted: list[Posted]
    ) -> None:
        """Take one mail after the other, as long as there are any."""
        for index, mail in todo:
            wait = batch.turns.until(min(index, batch.turns.number - 1), self._clock())
            if wait:
                await asyncio.sleep(wait)
            posted.append(await self._write_and_deliver(courier, mail, batch))

    async def _keep(self, courier: Courier, posted: list[Posted], *, is_last: bool) -> None:
        """Record what is certain; that an address is unknown, as soon as that can be settled."""
        certain = [each for each in posted if each.refused is None]
        self._doubted += [(each, each.refused) for each in posted if each.refused is not None]
        ready = [each for each in self._doubted if is_last or not each[1].is_open(courier.taken)]
        verdicts = settled([refused for _, refused in ready], courier.taken)
        certain += [
            replace(each, delivery=verdict) for (each, _), verdict in zip(ready, verdicts, strict=True)
        ]
        self._doubted = [each for each in self._doubted if each not in ready]
        certain = [
            replace(each, delivery=self._tally.add(each.delivery, each.mail.tries_before)) for each in certain
        ]
        if certain:
            failed = await asyncio.to_thread(self._record, certain)
            self.count.add(certain, failed)

    async def _write_and_deliver(self, courier: Courier, mail: OutgoingMail, batch: _Batch) -> Posted:
        try:
            words, data = self._writer.write(mail.items, mail.message_id)
        except InvalidInput:
            return Posted(
                mail, "", "", Delivery(Outcome.UNUSABLE, ConnectionFault.UNUSABLE(), SmtpFault.RECIPIENT)
            )
        delivery = await courier.deliver(
            self._writer.sender.address, mail.address, data, give_up=batch.give_up
        )
        body = without_secrets(words.text) if self.settings.mail_body_days else ""
        refused = None
        if delivery.outcome in (Outcome.NO_SUCH_ADDRESS, Outcome.DOUBTED):
            refused = Refused(delivery, courier.taken, self._is_probing and not courier.taken)
        return Posted(mail, words.subject, body, delivery, refused)

    def _record(self, outcomes: list[Posted]) -> int:
        with writing(self.engine) as session:
            failed = record(session, outcomes, self.window.now, self._name, self.window.calendar)
            leave_mark(session, self.standing, self.window.now)
        return failed
