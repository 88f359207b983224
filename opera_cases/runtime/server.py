"""The web server of an office, as the command line runs it: bounded from the first byte, and as patient in ending as in answering."""

import asyncio
import resource
import socket
from functools import partial
from typing import Any, cast

import uvicorn
from fastapi import FastAPI

from opera_cases.http.connections import Connection, Doors, networks

LAST_WORDS, LAST_ANSWERS = 0.2, 10
"""Seconds in which a request on its way is still read, and in which one that was read is still answered."""
MOST_CONNECTIONS, FILES_OF_OURS = 1000, 200
"""How many connections there may be; and how many files we open beside them."""


class PatientServer(uvicorn.Server):
    """Asked to stop it takes no new connections, but reads what those it has are about to say."""

    last_words = LAST_WORDS

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in good order: listen no longer, wait for last words, then close."""
        for server in self.servers:
            server.close()
        await asyncio.sleep(self.last_words)
        await super().shutdown(sockets)


def server_config(app: FastAPI, host: str, port: int, forwarded_from: str = "") -> uvicorn.Config:
    """How the office is served.

    `forwarded_from` names the reverse proxies, by addresses and networks separated by commas, whose word for where a request
    came from is taken (X-Forwarded-For); nobody else's is. Raises `ValueError` for what is neither.
    """
    doors = Doors(_room_for(MOST_CONNECTIONS), proxies=networks(forwarded_from))
    return uvicorn.Config(
        app, host=host, port=port, log_config=None, log_level="warning", access_log=False, server_header=False, ws="none",
        http=cast("Any", partial(Connection, doors)), timeout_graceful_shutdown=LAST_ANSWERS,
        proxy_headers=bool(doors.proxies), forwarded_allow_ips=[str(each) for each in doors.proxies],
    )  # fmt: skip


def bind(host: str, port: int) -> socket.socket:
    """An address to serve at, not listened at yet: whoever calls too early is refused, and does not wait. Raises `OSError`."""
    family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    door = socket.socket(family, kind, protocol)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(place)
    except OSError:
        door.close()
        raise
    return door


def serve_app(app: FastAPI, door: socket.socket, forwarded_from: str = "") -> None:
    """Serve at an address until a signal says stop; every request that reached the server is answered first."""
    host, port = door.getsockname()[:2]
    PatientServer(server_config(app, host, port, forwarded_from)).run(sockets=[door])


def _room_for(connections: int) -> int:
    """How many connections the system lets us open, after asking it for as many as wanted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + FILES_OF_OURS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(1, min(connections, soft - FILES_OF_OURS))
