"""Sealed files: the content of a document, encrypted under the person's key, named by the hash of the ciphertext.

A file is durable before the event that names it; one that no event names is an orphan and is swept.
"""

import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from opera_cases.domain.kernel.personal import DataClass
from opera_cases.log.backup.dump import copy_privately
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import Tampered


class Stored(NamedTuple):
    """Where a content lies and what opens it."""

    digest: str
    key: UUID
    size: int


class Files:
    """The store of one office: a folder, which all its processes share."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self.folder, self._keyring = folder, keyring

    def put(self, content: bytes, subject: UUID, data_class: str = DataClass.DOCUMENT.value) -> Stored:
        """Seal a content and keep it; it is on the disk when this returns."""
        owner = (subject, data_class)
        key_id, key = self._keyring.keys([owner])[owner]
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(key).encrypt(nonce, content, _address(subject, key_id))
        digest = hashlib.sha256(sealed).hexdigest()
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(target)
        for folder in (target.parent, self.folder):
            _sync(folder)
        return Stored(digest, key_id, len(content))

    def get(self, digest: str, subject: UUID, key_id: UUID) -> bytes:
        """The content. Raises `KeyDestroyed` after an erasure, whether the file is there or not, `Tampered` when the file is
        not what was kept, `FileNotFoundError` when it is gone."""
        key = self._keyring.key(key_id)
        sealed = self.path(digest).read_bytes()
        if hashlib.sha256(sealed).hexdigest() != digest:
            raise Tampered(digest)
        try:
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], _address(subject, key_id))
        except InvalidTag as wrong:
            raise Tampered(digest) from wrong

    def take_in(self, source: Path, digest: str) -> None:
        """Put a sealed file back from a backup, unless it is here."""
        target = self.path(digest)
        if target.exists():
            return
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.parent / f".new-{uuid4().hex}"
        copy_privately(source, draft)
        draft.replace(target)
        for folder in (target.parent, self.folder):
            _sync(folder)

    def path(self, digest: str) -> Path:
        """Where the file with a digest lies, or would lie."""
        return self.folder / digest[:2] / digest

    def all(self) -> set[str]:
        """The names of all files kept."""
        return {each.name for each in self.folder.glob("??/*") if not each.name.startswith(".")}

    def sweep(self, used: set[str], older_than_seconds: float) -> int:
        """Remove files that no event names and that are not new: left over from uploads that failed."""
        before = time.time() - older_than_seconds
        orphans = [each for each in self.folder.glob("??/*") if each.name not in used and each.stat().st_mtime < before]
        for each in orphans:
            each.unlink()
        return len(orphans)


def _address(subject: UUID, key: UUID) -> bytes:
    return f"document|1|{subject}|{key}".encode()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
