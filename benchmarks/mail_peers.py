"""Who sends a morning's mails, each in a process of its own: dondoc, and others from the same rows.

    python -m benchmarks.mail_peers SENDER DATABASE PORT MOST CONNECTIONS

sends what is queued in the database, to the first MOST people (0: all; dondoc knows no such limit), and
prints what that took as JSON. The peers do what a script of few lines does: they read the rows as dondoc,
render the same templates and the same calendar entry, and mark as sent what the server took. They claim
nothing, so a second one beside them, or one that dies, would send mails twice; they keep no record of a mail
and know no server in trouble.
"""

from __future__ import annotations

import asyncio
import json
import resource
import smtplib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import aiosmtplib
from sqlalchemy import Engine, select, update
from sqlmodel import Session, col

from benchmarks.mail_country import MORNING, settings
from benchmarks.measuring import own_peak
from calendars.ical_event import event_bytes
from calendars.ical_feed import entry_bytes
from calendars.office import OfficeCalendar
from models.database import open_engine, reading, writing
from models.mail_address import parse_sender
from models.notice import Notice
from models.settings import Settings
from models.vocabulary import NoticeState
from notifications.digest import compose
from notifications.digest_rows import read_items
from notifications.links import Links
from notifications.message import message_id
from notifications.rendering import Rendered, render
from notifications.send import send_due
from reporting.feeds.events import owed_event
from reporting.feeds.text import Speaker
from reporting.special_days import working_days

BATCH = 200


class PeerMail(NamedTuple):
    """What a peer has read and rendered: the notices of one person, and the mail's words."""

    notices: list[int]
    name: str
    address: str
    key: str
    words: Rendered
    entry: bytes | None


class Peer:
    """Reads and renders what is queued, batch by batch, and marks it as sent."""

    def __init__(self, engine: Engine, given: Settings, most: int) -> None:
        self.engine, self.settings, self.most = engine, given, most
        self.sender = parse_sender(given.mail_from)
        self.links = Links(given.base_url, given.secret_key.get_secret_value(), MORNING)
        with reading(engine) as session:
            self.calendar = OfficeCalendar(working_days(session), given.zone)

    def batches(self) -> Iterator[list[PeerMail]]:
        with reading(self.engine) as session:
            query = select(col(Notice.recipient), col(Notice.id)).where(
                col(Notice.state) == NoticeState.QUEUED
            )
            rows = session.execute(query.order_by(col(Notice.recipient), col(Notice.id))).all()
        people = [[row[1] for row in some] for _, some in groupby(rows, key=lambda row: str(row[0]))]
        people = people[: self.most or None]
        for first in range(0, len(people), BATCH):
            with reading(self.engine) as session:
                yield self._mails(session, people[first : first + BATCH])

    def _mails(self, session: Session, people: Sequence[list[int]]) -> list[PeerMail]:
        ids = [id for some in people for id in some]
        found = read_items(session, ids, self.calendar, self.calendar.day(MORNING), "vi")
        items = {item.notice_id: item for item in found}
        mails = []
        for some in people:
            digest = compose([items[id] for id in some], self.calendar, MORNING)
            words, person, entry = render(digest, self.links), digest.person, None
            first = items[some[0]]
            if first.brings_entry and first.owed and digest.count == 1:
                speaker = Speaker("vi", self.calendar.zone, self.calendar.days)
                made = event_bytes(owed_event(first.owed, self.settings, speaker).event, alarms=True)
                entry = entry_bytes("vi", made)
            key = message_id(f"{person.address}|{some[0]}", self.sender.domain)
            mails.append(PeerMail(some, person.name, person.address, key, words, entry))
        return mails

    def mark(self, mails: Sequence[PeerMail]) -> None:
        ids = [id for mail in mails for id in mail.notices]
        sent = update(Notice).where(col(Notice.id).in_(ids)).values(state=NoticeState.SENT, sent_at=MORNING)
        with writing(self.engine) as session:
            session.execute(sent.execution_options(synchronize_session=False))

    def message(self, mail: PeerMail) -> EmailMessage:
        """As the documentation of `email` shows it."""
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self.sender.name, addr_spec=self.sender.address)
        message["To"] = Address(mail.name, addr_spec=mail.address)
        message["Subject"] = mail.words.subject
        message["Date"] = format_datetime(MORNING)
        message["Message-ID"] = mail.key
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.words.text)
        message.add_alternative(mail.words.html, subtype="html")
        if mail.entry is not None:
            message.add_attachment(mail.entry, maintype="text", subtype="calendar", filename="dondoc.ics")
        return message


def by_dondoc(engine: Engine, given: Settings) -> int:
    done = send_due(engine, given, MORNING)
    if done.stopped or done.failed or done.postponed:
        raise SystemExit(f"the pass stumbled: {done}")
    return done.mails


def by_smtplib(peer: Peer, host: str, port: int) -> int:
    """One connection, one mail after the other."""
    number = 0
    with smtplib.SMTP(host, port) as server:
        for mails in peer.batches():
            for mail in mails:
                server.send_message(peer.message(mail))
            peer.mark(mails)
            number += len(mails)
    return number


def by_aiosmtplib(peer: Peer, host: str, port: int) -> int:
    """`send` for one mail after the other, a connection each, as its documentation shows it."""

    async def run() -> int:
        number = 0
        for mails in peer.batches():
            for mail in mails:
                await aiosmtplib.send(peer.message(mail), hostname=host, port=port)
            peer.mark(mails)
            number += len(mails)
        return number

    return asyncio.run(run())


def by_django(peer: Peer, host: str, port: int) -> int:
    """`EmailMultiAlternatives`, a batch at a time by `send_messages` over one connection."""
    from benchmarks.django_peer import backend, django_message

    number = 0
    connection = backend(host, port)
    connection.open()
    for mails in peer.batches():
        connection.send_messages([django_message(peer, mail) for mail in mails])
        peer.mark(mails)
        number += len(mails)
    connection.close()
    return number


PEERS: dict[str, Callable[[Peer, str, int], int]] = {
    "smtplib": by_smtplib,
    "aiosmtplib": by_aiosmtplib,
    "django": by_django,
}


def main(sender: str, database: str, port: int, most: int, connections: int) -> dict[str, float]:
    engine = open_engine(f"sqlite:///{database}")
    given = settings(Path(database).parent).model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_connections": connections}
    )
    before, wall, used = own_peak(), time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    if sender == "dondoc":
        mails = by_dondoc(engine, given)
    else:
        mails = PEERS[sender](Peer(engine, given, most), "127.0.0.1", port)
    wall = time.perf_counter() - wall
    now = resource.getrusage(resource.RUSAGE_SELF)
    processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    engine.dispose()
    return {
        "mails": mails,
        "wall": wall,
        "processor": processor,
        "peak": own_peak(),
        "before": before,
    }


if __name__ == "__main__":
    name, path, *numbers = sys.argv[1:]
    print(json.dumps(main(name, path, *map(int, numbers))))
