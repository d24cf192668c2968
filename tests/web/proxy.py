"""A small reverse proxy of the tests: one connection a request, passed on unbuffered, with what a proxy adds.

It reaches the pages from an address of its own, which is the one they are told to trust.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ADDRESS = "127.0.0.2"
_HEAD_BYTES = 65536


class Proxy:
    """Passes requests to the ports of `targets`, in turn; one that refuses the connection is passed over."""

    def __init__(self) -> None:
        self.targets: list[int] = []
        self.port = 0
        self._turn = 0
        self._passing: set[asyncio.Task[None]] = set()

    async def serve(self, ready: threading.Event) -> None:
        """Until `stop`; what is still open then is closed."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._pass_on, "127.0.0.1", 0, limit=_HEAD_BYTES) as server:
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await self._over.wait()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        open_ends = [writer]
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            up_reader, up_writer = await self._connected()
            open_ends.append(up_writer)
            up_writer.write(_forwarded(head, writer.get_extra_info("peername")[0]))
            upwards = asyncio.create_task(_copied(reader, up_writer))
            try:
                await _copied(up_reader, writer)
            finally:
                upwards.cancel()
                await asyncio.gather(upwards, return_exceptions=True)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever was connected sees the end
        finally:
            for end in open_ends:
                end.close()
                with suppress(OSError):
                    await end.wait_closed()
            self._passing.discard(task)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        targets = self.targets
        self._turn += 1
        for offset in range(len(targets)):
            with suppress(ConnectionRefusedError):
                return await asyncio.open_connection(
                    "127.0.0.1", targets[(self._turn + offset) % len(targets)], local_addr=(ADDRESS, 0)
                )
        raise ConnectionRefusedError


def _forwarded(head: bytes, client: str) -> bytes:
    """The request's head as a proxy sends it: what a client claims about itself stays, left of what is known."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    claimed = [line.partition(b":")[2].strip() for line in lines if line.lower().startswith(b"x-forwarded-for:")]
    kept = [line for line in lines if not line.lower().startswith((b"x-forwarded-", b"connection:"))]
    addresses = b", ".join([*claimed, client.encode()])
    added = [b"X-Forwarded-For: " + addresses, b"X-Forwarded-Proto: https", b"Connection: close"]
    return b"\r\n".join([*kept, *added]) + b"\r\n\r\n"


async def _copied(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()


@contextmanager
def proxying() -> Iterator[Proxy]:
    proxy, ready = Proxy(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(proxy.serve(ready)), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join(timeout=10)
