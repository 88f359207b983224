"""The web server of an office, as the command line runs it: it ends as patiently as it answers."""

import asyncio
import socket

import uvicorn
from fastapi import FastAPI

LAST_WORDS, LAST_ANSWERS = 0.2, 10
"""Seconds in which a request on its way is still read, and in which one that was read is still answered."""


class PatientServer(uvicorn.Server):
    """Asked to stop it takes no new connections, but reads what those it has are about to say."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await asyncio.sleep(LAST_WORDS)
        await super().shutdown(sockets)


def run(app: FastAPI, host: str, port: int) -> None:
    """Serve until a signal says stop; every request that reached the server is answered first."""
    PatientServer(uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=LAST_ANSWERS)).run()
