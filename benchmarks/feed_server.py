"""How many 304s a second the web part gives, against an empty handler of the same server in the same run."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import Figure

CONNECTIONS, REQUESTS, ROUNDS = 8, 150, 5


def _serve(url: str, home: Path, listening: Any) -> None:
    from starlette.responses import Response

    from benchmarks.country import OPENING
    from models.database import open_engine
    from models.settings import Settings
    from web.app import create_app, run

    settings = Settings(_env_file=None, home=home)  # type: ignore[call-arg]
    app = create_app(settings, open_engine(url), lambda: OPENING)

    async def empty() -> Response:
        return Response()

    app.add_api_route("/empty", empty)
    app.routes.insert(0, app.routes.pop())  # before the pages, which are mounted for every address
    run(app, listening)


def requests_a_second(url: str, home: Path, path: str) -> Figure:
    """Requests for the same feed by several who have it, one after the other on kept connections."""
    context = multiprocessing.get_context("fork")
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = context.Process(target=_serve, args=(url, home, listening), daemon=True)
    server.start()
    try:
        etag = asyncio.run(_etag(port, path))
        tagged = {"If-None-Match": etag}
        asyncio.run(_rate(port, path, tagged))
        rates = [
            (asyncio.run(_rate(port, "/empty", {})), asyncio.run(_rate(port, path, tagged)))
            for _ in range(ROUNDS)
        ]
    finally:
        server.terminate()
        server.join(20)
        listening.close()
    empty, feed = (statistics.median(each) for each in zip(*rates, strict=True))
    ratio = statistics.median(empty / feed for empty, feed in rates)
    return Figure(
        name="a request for a 304", seconds=1 / feed, peer="an empty handler", peer_seconds=1 / empty,
        ratio=ratio, limit=3,
    )  # fmt: skip


async def _etag(port: int, path: str) -> str:
    for _ in range(200):
        try:
            head = await _ask(*await asyncio.open_connection("127.0.0.1", port), path, {})
            return head.split("etag: ")[1].split("\r\n")[0]
        except OSError:
            await asyncio.sleep(0.1)
    raise AssertionError("the server did not start")


async def _rate(port: int, path: str, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    await asyncio.gather(*(_many(port, path, headers) for _ in range(CONNECTIONS)))
    return CONNECTIONS * REQUESTS / (time.perf_counter() - start)


async def _many(port: int, path: str, headers: dict[str, str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    expected = "304" if headers else "200"
    for _ in range(REQUESTS):
        head = await _ask(reader, writer, path, headers)
        assert head.split(" ")[1] == expected, head
    writer.close()


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, headers: dict[str, str]
) -> str:
    lines = [f"GET {path} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = [line for line in head.lower().split("\r\n") if line.startswith("content-length:")]
    if length and " 304 " not in head.split("\r\n")[0]:
        await reader.readexactly(int(length[0].split(":")[1]))
    return head
