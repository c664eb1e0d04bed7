"""The local mailbox: a real SMTP server in this process that files every mail as an `.eml` in a folder.

It serves where no mail server is set, so that dondoc can be tried out without one: the mails take the same
way as later, and any mail program opens the files.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from models.system_faults import full_disk

MAILBOX = "mailbox"
"""The folder in DONDOC_HOME."""
HOST = "127.0.0.1"
SIZE_LIMIT = 32 * 1024 * 1024
DATE = re.compile(rb"^Date: *([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
NO_ROOM = "452 4.3.1 the disk is full"
UNFIT = re.compile(r"[^a-z0-9@.+-]+")
# The library logs each line of each mail at DEBUG; the links in a mail are secrets and belong in no log.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class _Filing:
    """Writes each mail under a name that tells when and for whom: 20240215-0800-address-1.eml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            for recipient in envelope.rcpt_tos:
                self.file(recipient, content)
        except OSError as error:
            if full_disk(error) is None:
                raise
            return NO_ROOM
        return "250 OK"

    def file(self, recipient: str, content: bytes) -> Path:
        """Write the mail whole or not at all; an older one is never overwritten."""
        stem = f"{_moment(content)}-{UNFIT.sub('_', recipient.lower())[:100]}"
        unfinished = self.folder / f".{stem}-{os.getpid()}"
        try:
            unfinished.write_bytes(content)
            return self._named(stem, unfinished)
        finally:
            unfinished.unlink(missing_ok=True)

    def _named(self, stem: str, unfinished: Path) -> Path:
        while True:
            self._numbers[stem] += 1
            path = self.folder / f"{stem}-{self._numbers[stem]}.eml"
            try:
                # Unlike a rename, a link fails where the name is taken.
                path.hardlink_to(unfinished)
            except FileExistsError:
                continue
            return path


def _moment(content: bytes) -> str:
    match = DATE.search(content[:4000])
    try:
        sent: datetime | None = parsedate_to_datetime(match[1].decode("ascii", "replace")) if match else None
    except ValueError:
        sent = None
    return f"{sent:%Y%m%d-%H%M}" if sent else "undated"


@asynccontextmanager
async def local_mailbox(folder: Path, port: int = 0) -> AsyncIterator[tuple[str, int]]:
    """The server's host and port (0: any), for as long as the block runs; the folder is made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    filing = _Filing(folder)
    loop = asyncio.get_running_loop()

    def serve() -> SMTP:
        return SMTP(filing, data_size_limit=SIZE_LIMIT, hostname="localhost", ident="dondoc", loop=loop)

    server = await loop.create_server(serve, HOST, port)
    try:
        yield HOST, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def serve_for_ever(folder: Path, port: int) -> None:
    async with local_mailbox(folder, port):
        await asyncio.Event().wait()


if __name__ == "__main__":  # a part of `dondoc serve`
    asyncio.run(serve_for_ever(Path(sys.argv[1]), int(sys.argv[2])))
