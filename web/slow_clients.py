"""Time limits for clients that send slowly or not at all, and a bound on how many are connected at once.

uvicorn waits for ever for the rest of a request: some hundred connections that send nothing would keep
everybody else out for good. Here the head of a request has to come within `HEAD_SECONDS`, and its body must
not pause for longer than `PAUSE_SECONDS`; a connection beyond `MOST` is told to come again later.
"""

from __future__ import annotations

import asyncio
import resource

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 20.0
PAUSE_SECONDS = 30.0
FILES_BESIDE = 200
"""Files that the process opens beside its connections."""
MOST = max(min(2000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - FILES_BESIDE), 50)
BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, within these limits."""

    head_seconds, pause_seconds, most = HEAD_SECONDS, PAUSE_SECONDS, MOST
    _timer: asyncio.TimerHandle | None = None
    _awaits_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.write(BUSY)
            transport.close()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        """Wait for what the client still owes: for each piece of a body by itself, for a head as a whole."""
        awaits_head = self.conn.their_state is h11.IDLE
        if awaits_head and self._awaits_head:
            return
        self._stop_waiting()
        if awaits_head or self.conn.their_state is h11.SEND_BODY:
            self._awaits_head = awaits_head
            seconds = self.head_seconds if awaits_head else self.pause_seconds
            self._timer = self.loop.call_later(seconds, self._give_up)

    def _stop_waiting(self) -> None:
        self._awaits_head = False
        if self._timer is not None:
            self._timer.cancel()

    def _give_up(self) -> None:
        self._awaits_head = False
        if self.flow.read_paused:  # it is we who do not read
            self._wait()
        else:
            self.transport.abort()
