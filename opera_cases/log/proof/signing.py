"""The keys that sign for the witness: the private one beside the master key, the public ones in the folder, each vouched for by
the one before."""

import base64
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct
from msgspec.json import Decoder, Encoder


class SigningKey(Struct, frozen=True, kw_only=True):
    """A public key, since when it signs, and the word of the key before it."""

    key: str
    public: str
    since: str
    by: str
    signature: str = ""

    @property
    def said(self) -> bytes:
        """What the key before it signs."""
        return f"opera-cases key 1\n{self.key}\n{self.public}\n{self.since}\n{self.by}".encode()


_key, _encode = Decoder(SigningKey), Encoder().encode


class Trouble(NamedTuple):
    """Something in the witness itself that is not as it should be."""

    where: str
    says: str


class Signing:
    """The folder, and the private key that signs, which lies elsewhere."""

    def __init__(self, folder: Path, secret: Path) -> None:
        self.folder, self.secret = folder, secret

    def public_keys(self) -> list[SigningKey]:
        """All public keys that were published, the oldest first."""
        return [_key.decode(line) for line in self._lines("keys.jsonl")]

    def _signer(self, at: str) -> tuple[str, Ed25519PrivateKey]:
        """The key that signs now, made when there is none."""
        if not self.secret.exists():
            if self.public_keys():
                raise FileNotFoundError(
                    f"{self.secret}: the key that signs heads is missing. Put it back, or rotate with --lost."
                )
            return self._new_key(at, None)
        kept = json.loads(self.secret.read_text())
        return kept["key"], Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept["private"]))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Whoever adds to the folder waits here for whoever is adding: two heads over the same rows would contradict each
        other. The system gives the lock back when a process dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "adding.lock").open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def rotate(self, at: str, *, lost: bool = False) -> str:
        """A new key signs from now on; the old one vouches for it, unless it is lost. Returns the id of the new one."""
        with self.alone():
            return self._new_key(at, None if lost else self._signer(at))[0]

    def _new_key(self, at: str, old: tuple[str, Ed25519PrivateKey] | None) -> tuple[str, Ed25519PrivateKey]:
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        ident = sha256(public).hexdigest()[:16]
        draft = SigningKey(key=ident, public=public.hex(), since=at, by=old[0] if old else ident)
        signature = (old[1] if old else private).sign(draft.said).hex()
        self.folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"key": ident, "private": base64.b64encode(private.private_bytes_raw()).decode()})
        fresh = self.secret.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(content)
        fresh.replace(self.secret)
        self._append(
            "keys.jsonl",
            _encode(SigningKey(key=ident, public=public.hex(), since=at, by=draft.by, signature=signature)) + b"\n",
        )
        return ident, private

    def signer(self, at: str) -> tuple[str, Callable[[bytes], bytes]]:
        """The id of the key that signs now, and what signs with it."""
        ident, private = self._signer(at)
        return ident, private.sign

    def signed(self, key: str, signature: str, content: bytes) -> bool:
        """Whether something was signed by one of the keys."""
        return any(each.key == key and signature_holds(each.public, signature, content) for each in self.public_keys())

    def _trouble_with_keys(self) -> Iterator[Trouble]:
        known: dict[str, SigningKey] = {}
        for number, each in enumerate(self.public_keys(), 1):
            voucher = known.get(each.by, each)
            right = sha256(bytes.fromhex(each.public)).hexdigest()[:16] == each.key
            if not right or not signature_holds(voucher.public, each.signature, each.said):
                yield Trouble(f"key {number}", "is not vouched for by the key that it names")
            elif each.by == each.key and number > 1:
                yield Trouble(f"key {number}", "vouches for itself: the key before it was lost, or is not known to it")
            known[each.key] = each

    def _lines(self, name: str) -> Sequence[bytes]:
        path = self.folder / name
        return (
            [line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"}\n")]
            if path.exists()
            else []
        )

    def _append(self, name: str, content: bytes) -> None:
        """Add to a file of the folder, durably. A line that a crash left half-written is dropped first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        if path.suffix == ".jsonl" and path.exists() and (kept := path.read_bytes()) and not kept.endswith(b"\n"):
            os.truncate(path, kept.rfind(b"\n") + 1)
        with (self.folder / name).open("ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def signature_holds(public: str, signature: str, content: bytes) -> bool:
    """Whether a signature is that of a public key, over what was said."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True
