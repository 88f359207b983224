"""A proxy before PostgreSQL's socket that lets a statement through, keeps the answer to itself, and cuts the line."""

import contextlib
import shutil
import socket
import tempfile
import threading
from pathlib import Path


class LossyProxy:
    """Listens on a socket of its own folder; `swallow_answer_to` arms it for the next statement with those bytes."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.folder = Path(tempfile.mkdtemp(prefix="opera-lossy-"))
        self._armed: bytes | None = None
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self.folder / ".s.PGSQL.5432"))
        self._server.listen(50)

    def __enter__(self) -> "LossyProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
        shutil.rmtree(self.folder)

    def swallow_answer_to(self, statement: bytes) -> None:
        self._armed = statement

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._target)
        silent = threading.Event()

        def back() -> None:
            with contextlib.suppress(OSError):
                while data := server.recv(65536):
                    if silent.is_set():
                        if b"Z\x00\x00\x00\x05I" in data:  # ready for the next: the commit is done
                            break
                    else:
                        client.sendall(data)
            for each in (client, server):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

        threading.Thread(target=back, daemon=True).start()
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if (self._armed is not None and self._armed in data) or self._is_prepared(data):
                    self._armed = None
                    silent.set()
                server.sendall(data)
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)

    def _is_prepared(self, data: bytes) -> bool:
        """A statement sent often is prepared, and then travels by name: its values are what is recognised."""
        return self._armed is not None and b"case.note_added" in data
