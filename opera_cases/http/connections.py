"""Bounds on a connection, before there is a request that the application could look at.

uvicorn's parser keeps what it is sent until a header is whole, however long that takes and however large it becomes. Here its
bytes are counted, its time is limited, and so is the number of connections, in all and of one address.
"""

import asyncio
import ipaddress
import socket
import struct
from collections import Counter
from typing import Any

from fastapi import Request
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from opera_cases.domain.kernel.errors import OperaError, Unavailable
from opera_cases.http import problems

LONGEST_ADDRESS, LARGEST_HEAD, MOST_HEADERS = 8 * 1024, 32 * 1024, 100
"""Bytes of the address in the request line, bytes of the whole head of a request, and number of its headers."""
PATIENCE = 10.0
"""Seconds until a head is there, from the opening of a connection or the first byte after an answer."""
LINGER = 2.0
"""Seconds in which what still comes after a refusal is thrown away, so that the refusal can be read."""
LOOK_EVERY, LEAST = 30.0, 30 * 1024
"""Seconds between two looks at an answer that is not being fetched, and bytes that must have gone meanwhile."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(addresses: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas. Raises `ValueError` for anything else: a name could come to mean another."""
    return tuple(ipaddress.ip_network(each.strip()) for each in addresses.split(",") if each.strip())


class Doors:
    """How many connections there may be, and are. Reverse proxies bring those of many, and are not counted by address."""

    def __init__(self, most: int = 1000, of_one_address: int = 200, proxies: tuple[Network, ...] = ()) -> None:
        self.most, self.of_one_address, self.proxies = most, of_one_address, proxies
        self.open: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Count a connection. Returns whether there is room for it."""
        self.open[address] += 1
        return self.open.total() <= self.most and (self.open[address] <= self.of_one_address or self._is_proxy(address))

    def leave(self, address: str) -> None:
        """A connection from an address has ended."""
        self.open[address] -= 1
        if not self.open[address]:
            del self.open[address]

    def _is_proxy(self, address: str) -> bool:
        return bool(address) and any(ipaddress.ip_address(address) in each for each in self.proxies)


class Connection(HttpToolsProtocol):
    """One connection. What is refused here is told as a problem document, in the language of whoever names none."""

    def __init__(self, doors: Doors, **options: Any) -> None:
        super().__init__(**options)
        self._doors = doors
        self._address = ""
        self._deadline: asyncio.TimerHandle | None = None
        self._wrong: OperaError | None = None
        self._over = self._in_head = self._watching = self._moved = False
        self._unused = self._size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        if not self._doors.enter(self._address):
            self._refuse(Unavailable(), linger=0)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._doors.leave(self._address)
        self._stop_waiting()
        super().connection_lost(exc)

    # -- what comes in ------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._over:
            return
        self._unused += len(data)
        super().data_received(data)
        if self._unused > LARGEST_HEAD and not self._over:
            self._refuse(problems.HeadTooLarge())
        if not self._over and not self._answering:
            self._await_head()

    def on_message_begin(self) -> None:
        self._in_head, self._size = True, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > LONGEST_ADDRESS:
            self._give_up(problems.AddressTooLong())

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._size += len(name) + len(value)
        if self._size > LARGEST_HEAD or len(self.headers) > MOST_HEADERS:
            self._give_up(problems.HeadTooLarge())

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self._in_head, self._unused = False, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unused = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unused = 0
        super().on_message_complete()

    def _give_up(self, wrong: OperaError) -> None:
        """Out of the parser, which asks `send_400_response` for the answer."""
        self._wrong = wrong
        raise wrong

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        self._refuse(self._wrong or problems.NotHttp())

    # -- time ---------------------------------------------------------------------------------------------------------

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_head(self) -> None:
        if self._deadline is None and not self._over:
            self._deadline = self.loop.call_later(PATIENCE, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if self._in_head:
            self._refuse(problems.TooSlow())
        elif not self._answering:
            self._over = True
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._moved = True

    def _watch(self) -> None:
        """Let go of whoever asks and then does not fetch the answer."""
        left = self.transport.get_write_buffer_size()
        if left and not self._watching:
            self._watching, self._moved = True, False
            self.loop.call_later(LOOK_EVERY, self._look, left)

    def _look(self, before: int) -> None:
        self._watching = False
        if self._moved or self.transport.get_write_buffer_size() <= before - LEAST:
            self._watch()
        else:
            self.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            self.transport.abort()  # and the system keeps nothing for them either

    # -- refusing -----------------------------------------------------------------------------------------------------

    def _refuse(self, wrong: OperaError, linger: float = LINGER) -> None:
        """Say why and close; where an answer is on its way, close after that."""
        self._over = True
        self._stop_waiting()
        if self._answering:
            self.cycle.keep_alive = False
            return
        told = problems.early_problem(Request({"type": "http", "path": "", "headers": []}), wrong)
        head = [name + b": " + value for name, value in told.raw_headers if name != b"connection"]
        self.transport.write(
            STATUS_LINE[told.status_code] + b"\r\n".join((*head, b"connection: close", b"", bytes(told.body)))
        )
        if linger and self.transport.can_write_eof():
            self.transport.write_eof()
            self.loop.call_later(linger, self.transport.close)
        else:
            self.transport.close()
