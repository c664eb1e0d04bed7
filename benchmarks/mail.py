"""The morning of the 18th, national: everybody's mails planned, written and sent, each against its peers.

    python -m benchmarks.mail --rounds 3 --django FOLDER

It needs Postfix's `smtp-sink`, a mail server that takes all and keeps nothing (Debian: package postfix;
--sink names it elsewhere). FOLDER holds Django: `pip install --target FOLDER django`.
Peers read the same rows and render the same templates (`benchmarks.mail_peers`); every sender is a process
of its own.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.country import Country, country
from benchmarks.django_peer import FOLDER
from benchmarks.mail_country import MORNING, settings, settle
from benchmarks.measuring import MEGABYTE, Figure, Stopwatch, show, wall_stopwatch
from flows.prefect_server import API_URL, DEFAULTS, prefect_server
from models.database import migrate, open_engine, writing
from models.mark_file import mark_paths
from reporting.engine import tick

FAR_MILLISECONDS = 50
FAR_MAILS, FAR_PEER_MAILS = 600, 30
FAR_CONNECTIONS = 16
MOST_MEGABYTES = 200
SHARDED = """
import time
from benchmarks.mail_country import MORNING
from flows.send_mail import send_mail
start = time.perf_counter()
state = send_mail(MORNING, return_state=True)
seconds = time.perf_counter() - start
assert state.name == "Sent", state.message
print(seconds)
"""


class WrongResultError(Exception):
    """What was measured did not do its work."""


def require(condition: bool, what: str) -> None:
    if not condition:
        raise WrongResultError(what)


@contextmanager
def sink(program: Path) -> Iterator[int]:
    """Postfix's smtp-sink on the loopback; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    drop = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
    command = [str(program), *drop, f"127.0.0.1:{port}", "1000"]
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


@dataclass
class Taken:
    """What a sender took, in each round: seconds on the clock and of a processor a mail, and its memory."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    mails: int = 0

    def add(self, said: dict[str, float]) -> None:
        self.mails = int(said["mails"])
        self.wall.append(said["wall"] / self.mails)
        self.processor.append(said["processor"] / self.mails)
        self.peak.append(said["peak"] / MEGABYTE)


class Morning:
    """Databases in which the morning comes, and what it took by sender."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stopwatch: Stopwatch = wall_stopwatch()
        self.taken: dict[str, Taken] = {}
        self._numbers = count(1)

    def copy(self, path: Path) -> Path:
        """The database with the marks of its home, which say that it is no backup."""
        made = self._path()
        shutil.copyfile(path, made)
        for old, new in zip(*(mark_paths(settings(each.parent)) for each in (path, made)), strict=True):
            if old.exists():
                shutil.copyfile(old, new)
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

    def sent(
        self, planned: Path, sender: str, port: int, most: int = 0, name: str = "", connections: int = 4
    ) -> None:
        """What is queued sent by a process of its own, to the first `most` people (0: all)."""
        copy = self.copy(planned)
        if most:
            _keep_first(copy, most)
        values = (sender, copy, port, most, connections)
        command = [sys.executable, "-m", "benchmarks.mail_peers", *map(str, values)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        self.taken.setdefault(name or sender, Taken()).add(json.loads(done.stdout))
        require(_left(copy) == 0, f"{sender} left some mails")
        shutil.rmtree(copy.parent)

    def sharded(self, planned: Path, shards: int, port: int, api: str) -> None:
        """The flow of the sender by Prefect, with so many shards beside each other."""
        copy = self.copy(planned)
        given = {
            API_URL: api,
            "DONDOC_HOME": str(copy.parent),
            "DONDOC_SMTP_HOST": "127.0.0.1",
            "DONDOC_SMTP_PORT": str(port),
            "DONDOC_MAIL_CEILING": "1000000",
            "DONDOC_MAIL_SHARDS": str(shards),
        }
        command, env = [sys.executable, "-c", SHARDED], os.environ | DEFAULTS | given
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=env)
        self.stopwatch.taken.setdefault(f"shards {shards}", []).append(float(done.stdout.split()[-1]))
        require(_left(copy) == 0, "a shard left some mails")
        shutil.rmtree(copy.parent)


def _keep_first(path: Path, most: int) -> None:
    queued = "SELECT DISTINCT recipient FROM notice WHERE state = 'queued' ORDER BY recipient LIMIT ?"
    with sqlite3.connect(path) as connection:
        connection.execute(
            f"DELETE FROM notice WHERE state = 'queued' AND recipient NOT IN ({queued})", (most,)
        )


def _left(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        (number,) = connection.execute("SELECT count(*) FROM notice WHERE state = 'queued'").fetchone()
    return int(number)


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


def measure(morning: Morning, units: Country, rounds: int, program: Path, django: bool) -> list[Figure]:
    """All senders in turn, round by round, so that each meets the machine in the same moods."""
    template = morning.prepare(units)
    planned = morning.planned(template, "warming up")
    near = ["dondoc", "smtplib", *(["django"] if django else [])]
    far_peers = ["aiosmtplib", *(["django"] if django else [])]
    home = settings(morning.folder / "prefect")
    home.home.mkdir()
    with sink(program) as port, far(port) as far_port, prefect_server(home) as prefect:
        prefect.wait()
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
            morning.planned(template, "planning")
            for sender in near:
                morning.sent(planned, sender, port)
            morning.sent(planned, "dondoc", far_port, FAR_MAILS, "dondoc far", FAR_CONNECTIONS)
            for sender in far_peers:
                morning.sent(planned, sender, far_port, FAR_PEER_MAILS, f"{sender} far")
            for shards in (1, 2):
                morning.sharded(planned, shards, port, prefect.url)
        morning.sent(planned, "dondoc", port, morning.taken["dondoc"].mails // 10, "a tenth")
    return [*figures(morning, near[1:], far_peers)]


def figures(morning: Morning, near: Sequence[str], far_peers: Sequence[str]) -> Iterator[Figure]:
    watch, ours = morning.stopwatch, morning.taken["dondoc"]
    yield _figure(
        "planning the morning", watch.taken["planning"], "executemany", watch.taken["planning, bare"], 15
    )
    for peer in near:
        theirs = morning.taken[peer]
        yield _figure("a mail, of a processor", ours.processor, peer, theirs.processor, 1)
        yield _figure("a mail, on the clock", ours.wall, peer, theirs.wall, None)
    far = morning.taken["dondoc far"]
    for peer in far_peers:
        theirs = morning.taken[f"{peer} far"]
        yield _figure(f"a mail, {FAR_MILLISECONDS} ms away", far.wall, peer, theirs.wall, 0.1)
    yield _figure(
        "two Prefect shards", watch.taken["shards 2"], "one", watch.taken["shards 1"], round(1 / 1.7, 3)
    )


def _figure(
    name: str, own: Sequence[float], peer: str, others: Sequence[float], limit: float | None
) -> Figure:
    """The medians, and the median of the rounds' ratios."""
    ratio = statistics.median(a / b for a, b in zip(own, others, strict=True))
    seconds, peer_seconds = statistics.median(own), statistics.median(others)
    return Figure(name=name, seconds=seconds, peer=peer, peer_seconds=peer_seconds, ratio=ratio, limit=limit)


def main(given: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 if a limit is broken."""
    parser = argparse.ArgumentParser(prog="benchmarks.mail", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often every side is measured (default 3)")
    parser.add_argument("--share", type=float, default=1.0, help="part of the country (default: all of it)")
    parser.add_argument("--django", type=Path, help="a folder in which Django is installed")
    parser.add_argument("--sink", type=Path, default=Path("/usr/sbin/smtp-sink"), help="Postfix's smtp-sink")
    chosen = parser.parse_args(given)
    if not chosen.sink.is_file():
        print(
            f"{chosen.sink} is not here; install Postfix (Debian: apt-get install postfix)", file=sys.stderr
        )
        return 2
    if chosen.django is not None:
        os.environ[FOLDER] = str(chosen.django.absolute())
    units = country() if chosen.share >= 1 else country().part(chosen.share)
    with tempfile.TemporaryDirectory() as folder:
        morning = Morning(Path(folder))
        found = measure(morning, units, chosen.rounds, chosen.sink, chosen.django is not None)
    show(found, f"{len(units)} units owe, three in ten overdue; medians of {chosen.rounds} rounds")
    peaks = {name: max(morning.taken[name].peak) for name in ("dondoc", "a tenth")}
    print(f"{morning.taken['dondoc'].mails} mails; peak memory {peaks['dondoc']:.0f} MB (at most")
    print(f"{MOST_MEGABYTES}), of a tenth of them {peaks['a tenth']:.0f} MB: it is the batch that counts")
    return 0 if all(figure.holds for figure in found) and peaks["dondoc"] <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
