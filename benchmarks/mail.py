"""The morning of the 18th, national: everybody's mails planned, written and sent, each against its peer.

Run it with `python -m benchmarks.mail`. It needs Postfix's `smtp-sink`, a mail server that takes all and
keeps nothing; Debian has it in the package postfix. With `--django PYTHON`, an interpreter that has Django,
its `send_messages` is measured itself; without, one smtplib connection stands for it, which is what it uses.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlmodel import col

from benchmarks.country import Country, country
from benchmarks.django_peer import django_sends
from benchmarks.mail_country import MORNING, settings, settle
from benchmarks.mail_peers import aiosmtplib_keeps, aiosmtplib_sends, message, smtplib_sends
from benchmarks.measuring import Figure, Stopwatch, peak_megabytes, show, wall_stopwatch
from models.database import migrate, open_engine, reading, writing
from models.notice import Notice
from models.settings import Settings
from models.vocabulary import NoticeState
from notifications.send import SendingCount, send_due
from reporting.engine import tick

SINK = "/usr/sbin/smtp-sink"
FAR_MILLISECONDS = 50
FAR_MAILS, FAR_PEER_MAILS = 600, 30


class WrongResultError(Exception):
    """What was measured did not do its work."""


def require(condition: bool, what: str) -> None:
    if not condition:
        raise WrongResultError(what)


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink on the loopback; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    drop = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
    command = [SINK, *drop, f"127.0.0.1:{port}", "1000"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield port
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(100):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise WrongResultError("smtp-sink does not listen")


@contextmanager
def far(port: int) -> Iterator[int]:
    """The same server, each of whose answers takes a while."""
    command = [sys.executable, "-m", "benchmarks.far_server", str(port), str(FAR_MILLISECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            require(process.stdout is not None, "the far server is mute")
            yield int(process.stdout.readline()) if process.stdout else 0
        finally:
            process.terminate()


class Morning:
    """Databases in which the morning comes, and what it took."""

    def __init__(self, folder: Path, rounds: int, django: Path | None = None) -> None:
        self.folder, self.rounds, self.django = folder, rounds, django
        self.stopwatch: Stopwatch = wall_stopwatch()
        self.mails = 0
        self.octets = 0
        self._numbers = count(1)

    def copy(self, path: Path) -> Path:
        made = self._path()
        shutil.copyfile(path, made)
        return made

    def _path(self) -> Path:
        home = self.folder / f"{next(self._numbers)}"
        home.mkdir()
        return home / "dondoc.sqlite3"

    def prepare(self, units: Country) -> Path:
        path = self._path()
        engine = open_engine(f"sqlite:///{path}")
        migrate(engine)
        settle(engine, units, path.parent)
        engine.dispose()
        return path

    def planned(self, template: Path, name: str) -> Path:
        """The tick of the morning, and its peer: as many bare rows."""
        path = self.copy(template)
        engine = open_engine(f"sqlite:///{path}")
        engine.connect().close()
        gc.collect()
        with self.stopwatch.measuring(name), writing(engine) as session:
            told = tick(session, settings(path.parent), MORNING).reminders
        engine.dispose()
        rows = _new_rows(path, told.queued)
        with self.stopwatch.measuring(f"{name}, bare"):
            _insert(self.copy(template), rows)
        return path

    def sent(self, path: Path, port: int, name: str, most: int | None = None) -> SendingCount:
        """A pass of the sender; `most`: to the first so many people."""
        copy = self.copy(path)
        engine = open_engine(f"sqlite:///{copy}")
        if most is not None:
            with writing(engine) as session:
                queued = select(col(Notice.recipient)).where(col(Notice.state) == NoticeState.QUEUED)
                kept = set(session.scalars(queued.distinct().order_by(col(Notice.recipient)).limit(most)))
                rest = set(session.scalars(queued)) - kept
                session.execute(delete(Notice).where(col(Notice.recipient).in_(rest)))
        gc.collect()
        given = at_port(copy, port)
        with self.stopwatch.measuring(name):
            done = send_due(engine, given, MORNING)
        with reading(engine) as session:
            left = select(func.count()).where(col(Notice.state) == NoticeState.QUEUED)
            require(not session.scalar(left), "some notices were not sent")
        require(not done.stopped and done.failed == done.postponed == 0, f"the pass stumbled: {done}")
        engine.dispose()
        copy.unlink()
        return done


def _new_rows(path: Path, number: int) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT * FROM notice ORDER BY id DESC LIMIT ?", (number,)).fetchall()
    require(len(rows) == number > 0, "the tick planned nothing")
    return rows


def _insert(path: Path, rows: Sequence[tuple[object, ...]]) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.executemany(f"INSERT INTO notice VALUES ({', '.join('?' for _ in rows[0])})", rows)
    connection.commit()
    connection.close()


def at_port(database: Path, port: int) -> Settings:
    given = {"smtp_host": "127.0.0.1", "smtp_port": port}
    return settings(database.parent).model_copy(update=given)


def send_once(path: str, port: int) -> None:
    """For the measurement of memory, in a process of its own."""
    engine = open_engine(f"sqlite:///{path}")
    send_due(engine, at_port(Path(path), port), MORNING)
    engine.dispose()


def average_size(morning: Morning, path: Path) -> int:
    """Octets of one of our mails on the line, from the first few, by a server that keeps them."""
    copy = morning.copy(path)
    engine = open_engine(f"sqlite:///{copy}")
    with writing(engine) as session:
        queued = select(col(Notice.id)).where(col(Notice.state) == NoticeState.QUEUED)
        kept = list(session.scalars(queued))[::100]
        session.execute(
            delete(Notice).where(col(Notice.state) == NoticeState.QUEUED, col(Notice.id).not_in(kept))
        )
    send_due(engine, settings(copy.parent), MORNING)
    engine.dispose()
    sizes = [path.stat().st_size for path in (copy.parent / "mailbox").glob("*.eml")]
    return sum(sizes) // len(sizes)


def measure(morning: Morning, units: Country) -> list[Figure]:
    template = morning.prepare(units)
    planned = morning.planned(template, "warming up")
    size = average_size(morning, planned)
    ready = message(size)
    with sink() as port, far(port) as far_port:
        for number in range(1, morning.rounds + 1):
            print(f"round {number} of {morning.rounds}", file=sys.stderr, flush=True)
            morning.planned(template, "planning")
            morning.mails = morning.sent(planned, port, "sending").mails
            with morning.stopwatch.measuring("smtplib"):
                smtplib_sends(port, ready, morning.mails)
            with morning.stopwatch.measuring("aiosmtplib"):
                aiosmtplib_keeps(port, ready, morning.mails, settings(morning.folder).smtp_connections)
            far_mails = morning.sent(planned, far_port, "sending far", FAR_MAILS).mails
            django_far(morning, far_port, ready)
            with morning.stopwatch.measuring("aiosmtplib far"):
                aiosmtplib_sends(far_port, ready, FAR_PEER_MAILS)
        memory(morning, planned, port)
    print(f"{morning.mails} mails of {size} octets on average")
    share = FAR_PEER_MAILS / far_mails
    django = "Django send_messages" if morning.django else "as Django sends"
    return [
        _figure(morning, "planning the morning", "planning", "executemany", "planning, bare", 15),
        _figure(morning, "writing and sending", "sending", "smtplib, ready-made", "smtplib", 1),
        _figure(morning, "writing and sending", "sending", "aiosmtplib, ready-made", "aiosmtplib", None),
        _figure(morning, "aiosmtplib, ready-made", "aiosmtplib", "smtplib, ready-made", "smtplib", None),
        _figure(
            morning, "the same, far away", "sending far", "aiosmtplib.send", "aiosmtplib far", 0.1, share
        ),
        _figure(morning, "the same, far away", "sending far", django, "django far", 0.1, share),
    ]


def django_far(morning: Morning, port: int, ready: bytes) -> None:
    if morning.django is not None:
        seconds = django_sends(morning.django, port, len(ready), FAR_PEER_MAILS)
        morning.stopwatch.taken.setdefault("django far", []).append(seconds)
        return
    with morning.stopwatch.measuring("django far"):
        smtplib_sends(port, ready, FAR_PEER_MAILS)


def _figure(
    morning: Morning, title: str, name: str, peer: str, other: str, limit: float | None, factor: float = 1.0
) -> Figure:
    seconds, others = morning.stopwatch.median(name), morning.stopwatch.median(other)
    ratio = seconds * factor / others
    return Figure(name=title, seconds=seconds, peer=peer, peer_seconds=others, ratio=ratio, limit=limit)


def memory(morning: Morning, planned: Path, port: int) -> None:
    """Of a tenth of the mails, and of all: it is the batch that counts."""
    few = morning.copy(planned)
    with sqlite3.connect(few) as connection:
        connection.execute("DELETE FROM notice WHERE state = 'queued' AND id % 10 <> 0")
    for name, path in (("a tenth of the mails", few), ("all mails", morning.copy(planned))):
        before, after = peak_megabytes(send_once, str(path), port)
        print(f"peak memory of sending {name}: {after:.0f} MB ({after - before:.0f} MB above the program)")


def main(given: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 if a limit is broken."""
    parser = argparse.ArgumentParser(prog="benchmarks.mail", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often every side is measured (default 3)")
    parser.add_argument("--share", type=float, default=1.0, help="part of the country (default: all of it)")
    parser.add_argument("--django", type=Path, help="an interpreter that has Django")
    chosen = parser.parse_args(given)
    if not Path(SINK).is_file():
        print(f"{SINK} is not here; install Postfix (Debian: apt-get install postfix)", file=sys.stderr)
        return 2
    units = country() if chosen.share >= 1 else country().part(chosen.share)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Morning(Path(folder), chosen.rounds, chosen.django), units)
    show(figures, f"{len(units)} units owe, three in ten overdue; medians of {chosen.rounds} rounds")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
