"""A TCP relay on loopback that cuts each connection after so many bytes, as a failing network does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Cutter:
    """Relays to a port; `allowance` is how many bytes still pass in the watched direction, None for all."""

    def __init__(self, target: int, *, upwards: bool) -> None:
        self._target, self._upwards = target, upwards
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.allowance: int | None = None
        self.cuts = 0
        self.is_once = False  # whether everything passes again after a cut
        self._lock = threading.Lock()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            for source, sink, watched in ((client, server, self._upwards), (server, client, not self._upwards)):
                threading.Thread(target=self._relay, args=(source, sink, watched), daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _relay(self, source: socket.socket, sink: socket.socket, watched: bool) -> None:  # noqa: FBT001 - a table row
        with suppress(OSError):
            while data := source.recv(65536):
                if watched and self._is_spent(len(data)):
                    break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _is_spent(self, size: int) -> bool:
        with self._lock:
            if self.allowance is None:
                return False
            self.allowance -= size
            is_spent = self.allowance < 0
            if is_spent:
                self.cuts += 1
                if self.is_once:
                    self.allowance = None
            return is_spent


@contextmanager
def cutter(target: int, *, upwards: bool) -> Iterator[Cutter]:
    """A relay to a port of this machine, watching what goes up (from the client) or down."""
    relay = Cutter(target, upwards=upwards)
    threading.Thread(target=relay.serve, daemon=True).start()
    try:
        yield relay
    finally:
        relay.close()
