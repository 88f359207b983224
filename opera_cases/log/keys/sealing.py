"""Sealing and opening one value: AES-256-GCM, everything but nonce and ciphertext authenticated."""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from opera_cases.domain.kernel.personal import DataClass, Sealed
from opera_cases.log.keys.keyring import OFFICE, Keyring


class Tampered(Exception):
    """A sealed value does not belong where it stands, or was changed."""


def _address(subject: UUID, data_class: str, key: UUID, event: UUID, field: str) -> bytes:
    return f"1|{subject}|{data_class}|{key}|{event}|{field}".encode()


def seal(
    text: str, key_id: UUID, key: bytes, *, subject: UUID, data_class: DataClass, event: UUID, field: str
) -> Sealed:
    """A text sealed under a key (AES-256-GCM); whose it is, its class, its event and its field are authenticated with
    it, so it cannot be put elsewhere."""
    nonce = os.urandom(12)
    address = _address(subject, data_class, key_id, event, field)
    return Sealed(
        subject=subject, data_class=data_class, key=key_id, event=event, field=field, nonce=nonce,
        ciphertext=AESGCM(key).encrypt(nonce, text.encode(), address),
    )  # fmt: skip


def unseal(sealed: Sealed, keyring: Keyring) -> str:
    """The text. Raises `KeyDestroyed` after an erasure, `Tampered` when the value was moved or changed."""
    address = _address(sealed.subject, sealed.data_class, sealed.key, sealed.event, sealed.field)
    try:
        return AESGCM(keyring.key(sealed.key)).decrypt(sealed.nonce, sealed.ciphertext, address).decode()
    except InvalidTag as wrong:
        raise Tampered(f"{sealed.event}/{sealed.field}") from wrong


def digest(keyring: Keyring, purpose: str, text: bytes) -> bytes:
    """A keyed digest: the same text gives the same digest, to this office only."""
    owner = (OFFICE, purpose)
    return hmac.digest(keyring.keys([owner])[owner][1], text, hashlib.sha256)
