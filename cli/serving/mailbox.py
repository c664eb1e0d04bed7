"""The local mailbox as a part of the group: `python -m cli.serving.mailbox FOLDER PORT`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from notifications.mailbox import local_mailbox


async def serve(folder: Path, port: int) -> None:
    async with local_mailbox(folder, port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
