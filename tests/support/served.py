"""An office served as the command line serves it, in a thread of the tests, and callers that write to its socket what they like."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI

from opera_cases.runtime.server import PatientServer, server_config


class Answer(NamedTuple):
    """What came back until the connection was closed, or nothing more came."""

    status: int
    text: str
    closed: bool


class HastyServer(PatientServer):
    """The same, without waiting for last words that no test speaks."""

    last_words = 0.0


@contextlib.contextmanager
def served(app: FastAPI, forwarded_from: str = "") -> Iterator[int]:
    """The port at which an office answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = HastyServer(server_config(app, "127.0.0.1", 0, forwarded_from))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(20)


class Caller:
    """A connection to the office, and whatever is written to it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def send(self, content: bytes) -> "Caller":
        with contextlib.suppress(OSError):  # it may have been closed on us, which is what we come to see
            self._socket.sendall(content)
        return self

    @property
    def open(self) -> bool:
        """Whether the office still holds the connection: what it sends is left where it is."""
        state = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        return state in (1, 8)  # established; closed by the office in good order, once everything is read

    def fetch(self, size: int) -> int:
        """Read a piece of an answer. Returns how much there was."""
        return len(self._socket.recv(size))

    def first(self) -> Answer:
        """The first answer, however the connection goes on."""
        with self._socket.makefile("rb") as file:
            head = b"".join(iter(file.readline, b"\r\n"))
            length = next(
                (
                    int(line.partition(b":")[2])
                    for line in head.lower().splitlines()
                    if line.startswith(b"content-length")
                ),
                0,
            )
            return Answer(int(head.split()[1]), (head + file.read(length)).decode("latin-1"), False)

    def answer(self, seconds: float = 5.0) -> Answer:
        """What is answered until the connection is closed; `closed` says whether it was before the seconds were over."""
        self._socket.settimeout(seconds)
        received, closed = b"", False
        with contextlib.suppress(TimeoutError):
            try:
                while piece := self._socket.recv(65_536):
                    received += piece
            except ConnectionError:
                pass
            closed = True
        first = received.partition(b"\r\n")[0].split()
        return Answer(int(first[1]) if len(first) > 1 else 0, received.decode("latin-1"), closed)

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
