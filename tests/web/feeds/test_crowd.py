"""Slow and greedy clients do not starve the rest: sockets that never read, threads that never stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import update

from models.database import writing
from models.subscription import Subscription
from tests.reporting.feed_world import World
from tests.web.feeds.reading import NOW, Reader
from web.app import listen

pytestmark = pytest.mark.postgresql  # each has locks of its own

SLOW, GREEDY = 60, 6


@pytest.fixture
def port(app: FastAPI) -> Iterator[int]:
    with listen(0) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        server.should_exit = True
        server.force_exit = True  # the slow ones would keep it for ever
        thread.join(20)


def fetch(port: int, path: str) -> tuple[int, bytes]:
    """As a patient program does; a server that is starved runs into the time-out."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture
def feed(reader: Reader, world: World) -> Reader:
    units = world.more_communes(40)
    world.person_of(units, "alice@camau.example")
    world.owe_months(units, range(1, 10))
    reader.order("person", "alice@camau.example")
    reader.events()
    return reader


def test_those_who_do_not_read_or_do_not_finish_asking_hold_up_nobody(feed: Reader, port: int) -> None:
    with ExitStack() as sockets:
        for number in range(SLOW):
            slow = sockets.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            ending = "" if number % 3 else "\r\n"
            slow.sendall(f"GET {feed.path} HTTP/1.1\r\nHost: x\r\n{ending}".encode())
        status, data = fetch(port, feed.path)
        assert (status, data) == (200, feed.get().content)
        assert fetch(port, "/alive") == (200, b"ok\n")


def test_those_who_ask_without_end_leave_the_others_their_share(
    feed: Reader, world: World, port: int
) -> None:
    ends = threading.Event()

    def greedy() -> None:
        while not ends.is_set():
            fetch(port, feed.path)

    threads = [threading.Thread(target=greedy, daemon=True) for _ in range(GREEDY)]
    for thread in threads:
        thread.start()
    try:
        for version in range(1, 6):
            world.change(version, NOW, correction_deadline=None)
            status, data = fetch(port, feed.path)
            assert status == 200
            assert b"SEQUENCE:1\r\n" in data
            assert fetch(port, "/alive") == (200, b"ok\n")
    finally:
        ends.set()
        for thread in threads:
            thread.join(40)


def test_a_long_write_holds_up_no_fetch(feed: Reader, world: World, port: int) -> None:
    """What there is to note of a fetch is written after its answer."""
    world.change(1, NOW, correction_deadline=None)
    with writing(feed.edge.engine) as session:
        session.execute(update(Subscription).values(last_program="a writer in the way"))
        status, data = fetch(port, feed.path)
        assert status == 200
        assert b"SEQUENCE:1\r\n" in data
