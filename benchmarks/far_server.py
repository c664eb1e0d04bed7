"""A mail server that is far away: it passes all on to a near one and gives its answers back a while later.

    python -m benchmarks.far_server PORT MILLISECONDS

prints its own port and runs until it is ended.
"""

from __future__ import annotations

import asyncio
import sys

CHUNK = 64 * 1024


async def serve(near: int, delay: float) -> None:
    loop = asyncio.get_running_loop()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, late: float) -> None:
        while octets := await reader.read(CHUNK):
            if late:
                loop.call_later(late, writer.write, octets)
            else:
                writer.write(octets)
        loop.call_later(late, writer.close)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near_reader, near_writer = await asyncio.open_connection("127.0.0.1", near)
        await asyncio.gather(carry(reader, near_writer, 0), carry(near_reader, writer, delay))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
