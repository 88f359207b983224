"""The master key: in a file outside any database, in a sealed copy in the safe, and nowhere else."""

import base64
import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap


class NoMasterKey(Exception):
    """The master key file is missing or unreadable. Restore it from escrow with `opera-cases keys recover`."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: {' '.join((self.__doc__ or '').split())}")


class MasterKey:
    """The master key in its file, one key an epoch. The newest wraps; older ones exist only while rotating."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.refresh()

    def refresh(self) -> None:
        """Read the file again: another process may have rotated. Raises `NoMasterKey` when it cannot be read."""
        path = self.path
        try:
            self.epochs = {int(n): base64.b64decode(key) for n, key in json.loads(path.read_text()).items()}
        except (OSError, ValueError) as wrong:
            raise NoMasterKey(path) from wrong
        if not self.epochs or any(len(key) != 32 for key in self.epochs.values()):
            raise NoMasterKey(path)

    @classmethod
    def create(cls, path: Path) -> "MasterKey":
        """Make the first epoch. Of many processes that start at once one makes it, and all read the same."""
        if not path.exists():
            draft = _draft(path, _content({1: os.urandom(32)}))
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return cls(path)

    @property
    def epoch(self) -> int:
        """The newest epoch: keys are wrapped under it."""
        return max(self.epochs)

    def add_epoch(self) -> int:
        """Draw a new key and put it into the file, beside the old ones. Returns its epoch."""
        self.epochs[self.epoch + 1] = os.urandom(32)
        _write_privately(self.path, self.epochs)
        return self.epoch

    def drop_old_epochs(self) -> None:
        """Keep the newest key only: what is wrapped under an older one can be opened by nobody any longer."""
        self.epochs = {self.epoch: self.epochs[self.epoch]}
        _write_privately(self.path, self.epochs)

    def wrap(self, key: bytes) -> bytes:
        """A key of 32 bytes, wrapped under the newest epoch (RFC 3394)."""
        return aes_key_wrap(self.epochs[self.epoch], key)

    def unwrap(self, wrapped: bytes, epoch: int) -> bytes:
        """A key that was wrapped in an epoch. Raises `NoMasterKey` where that epoch is not in the file, or is another."""
        try:
            return aes_key_unwrap(self.epochs[epoch], wrapped)
        except (KeyError, InvalidUnwrap) as wrong:
            raise NoMasterKey(self.path) from wrong

    def escrow(self, passphrase: str) -> bytes:
        """A sealed copy for the safe: only the passphrase, held by other people, opens it."""
        salt, nonce = os.urandom(16), os.urandom(12)
        content = _content(self.epochs)
        return b"opera-escrow-1" + salt + nonce + AESGCM(_stretched(passphrase, salt)).encrypt(nonce, content, None)

    @classmethod
    def recover(cls, path: Path, sealed: bytes, passphrase: str) -> "MasterKey":
        """Write the file again from escrow. Raises `cryptography.exceptions.InvalidTag` for a wrong passphrase."""
        _write_privately(path, cls.opened(sealed, passphrase))
        return cls(path)

    @staticmethod
    def opened(sealed: bytes, passphrase: str) -> dict[int, bytes]:
        """What is in a sealed copy: the key of each epoch. Raises `cryptography.exceptions.InvalidTag` for a wrong passphrase."""
        body = sealed.removeprefix(b"opera-escrow-1")
        salt, nonce, content = body[:16], body[16:28], body[28:]
        if len(content) < 16:
            raise InvalidTag
        epochs = json.loads(AESGCM(_stretched(passphrase, salt)).decrypt(nonce, content, None))
        return {int(n): base64.b64decode(key) for n, key in epochs.items()}

    def replace(self, epochs: Mapping[int, bytes]) -> None:
        """Another master key takes the place of this one, in the file too: that of the office that is put back."""
        _write_privately(self.path, epochs)
        self.refresh()


def opens(epochs: Mapping[int, bytes], wrapped: bytes, epoch: int) -> bool:
    """Whether a master key opens a wrapped key."""
    try:
        aes_key_unwrap(epochs[epoch], wrapped)
    except (KeyError, InvalidUnwrap):
        return False
    return True


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def _write_privately(path: Path, epochs: Mapping[int, bytes]) -> None:
    write_privately(path, _content(epochs))


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, in place of the one that is there, durably and in one moment."""
    _draft(path, content).replace(path)


def _content(epochs: Mapping[int, bytes]) -> bytes:
    return json.dumps({n: base64.b64encode(key).decode() for n, key in epochs.items()}).encode()


def _draft(path: Path, content: bytes) -> Path:
    """The content, durable under a name of its own beside the real one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
