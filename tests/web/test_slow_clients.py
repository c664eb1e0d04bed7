"""Clients that send nothing, or half of something, keep nobody else out; a real server and real sockets."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Thread

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from tests.waiting import wait_for
from web.app import listen
from web.slow_clients import BoundedProtocol

HEAD = b"GET /alive HTTP/1.1\r\nHost: x\r\n"
"""Without its end."""
BODY = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BODY += b"Content-Length: 100\r\n\r\naddress="
MOST = 40


class Hasty(BoundedProtocol):
    head_seconds, pause_seconds, most = 0.4, 0.4, MOST


@pytest.fixture
def port(app: FastAPI) -> Iterator[int]:
    listening = listen(0)
    config = uvicorn.Config(app, http=Hasty, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    wait_for(lambda: server.started, "the server did not start")
    yield listening.getsockname()[1]
    server.should_exit = True
    serving.join()


Open = Callable[[bytes], socket.socket]


@pytest.fixture
def opened(port: int) -> Iterator[Open]:
    """Opens a connection and sends this."""
    with ExitStack() as stack:

        def open_one(sent: bytes) -> socket.socket:
            made = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            made.sendall(sent)
            return made

        yield open_one


def is_ended(connection: socket.socket) -> bool:
    """Whether the server ends it; waits for that."""
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("sent", [b"", HEAD, BODY], ids=["nothing", "half a head", "half a body"])
def test_half_open_connections_end_by_themselves(port: int, opened: Open, sent: bytes) -> None:
    """Three hundred of them had stopped the pages for good."""
    waiting = [opened(sent) for _ in range(MOST - 1)]
    assert httpx.get(f"http://127.0.0.1:{port}/alive").status_code == 200
    assert all(is_ended(each) for each in waiting)


def test_a_head_that_comes_letter_by_letter_ends_too(opened: Open) -> None:
    slow = opened(HEAD)
    with pytest.raises(OSError):
        while True:
            slow.sendall(b"X")
            slow.settimeout(0.05)
            try:
                if slow.recv(10) == b"":
                    raise ConnectionResetError
            except TimeoutError:
                continue


def test_a_connection_beyond_the_bound_is_told_to_come_again_and_others_get_in_afterwards(
    port: int, opened: Open
) -> None:
    waiting = [opened(b"") for _ in range(MOST)]
    assert opened(b"").recv(1000).startswith(b"HTTP/1.1 503 ")
    assert all(is_ended(each) for each in waiting)
    assert httpx.get(f"http://127.0.0.1:{port}/alive").status_code == 200


def test_a_client_that_hangs_up_is_no_error(
    port: int, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        opened(BODY).close()
        assert httpx.get(f"http://127.0.0.1:{port}/alive").status_code == 200
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
