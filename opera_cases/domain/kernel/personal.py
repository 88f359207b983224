"""Personal values: the domain carries them sealed, and can neither read nor compare them.

Each alias below says which data class (and so which key) protects a field, and what a person may write in it.
The office seals before the domain decides; one function at the edge opens, and leaves a trace.
"""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, get_args
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.journey_codes import ReasonCode
from opera_cases.domain.kernel.scalars import Code, Codes, Listed, PublicName


class DataClass(StrEnum):
    """One key for each class and person, so that one class can be destroyed and the others kept."""

    IDENTITY = "IDENTITY"
    CONTACT = "CONTACT"
    IDENTIFIER = "IDENTIFIER"
    NARRATIVE = "NARRATIVE"
    SPECIAL = "SPECIAL"
    DOCUMENT = "DOCUMENT"
    STATISTICAL = "STATISTICAL"
    """What describes somebody closely without naming them: where they live, their trade and employers, days of their
    life, the reasons they give. The text of such a value is the JSON of a value of a type."""


class Sealed(Struct, frozen=True, kw_only=True):
    """A value that only the key of its subject and class can open (AES-256-GCM).

    Everything but nonce and ciphertext is authenticated, the address `event`/`field` too: a ciphertext moved to
    another event, field or person does not open.
    """

    format: int = 1
    subject: UUID
    data_class: DataClass = msgspec.field(name="class")
    key: UUID
    event: UUID
    field: str
    nonce: bytes
    ciphertext: bytes


class FieldKind(NamedTuple):
    """What may be written in a personal field; `of` is the type of a value that is no words: a code, a day, an id."""

    data_class: DataClass
    max_length: int
    tidy: Callable[[str], str] = str.strip
    choices: tuple[str, ...] = ()
    format: str = ""
    as_the_corrected_field: bool = False
    of: Any = None


_INVISIBLE = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text without what nobody sees in it: controls, marks without width, and those that turn what follows around.

    With them two names that look alike are two, and one name can look like another (Unicode, UTS 39).
    """
    return _INVISIBLE.sub("", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise InvalidInput("A date is written year-month-day, as in 1979-03-14.") from None


def _email(text: str) -> str:
    tidy = text.strip()
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", tidy):
        raise InvalidInput("An e-mail address has one @ and a domain, as in name@example.org.")
    return tidy


def _phone(text: str) -> str:
    tidy = re.sub(r"[\s().-]", "", text)
    if not re.fullmatch(r"\+?\d{5,15}", tidy):
        raise InvalidInput("A phone number has 5 to 15 digits, best with its country, as in +39 019 555 0100.")
    return tidy


def _identifier(text: str) -> str:
    return re.sub(r"[\s.-]", "", text).upper()


def kind_of(hint: Any) -> FieldKind | None:
    """The kind of a personal field, from its type; None for a field that stands in the clear."""
    for each in (hint, *get_args(hint)):
        for meta in getattr(each, "__metadata__", ()):
            if isinstance(meta, Meta) and meta.extra and "private" in meta.extra:
                found: FieldKind = meta.extra["private"]
                return found
    return None


_json, _plain = msgspec.json.Encoder(), msgspec.json.Decoder().decode
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ANSWERS = ("YES", "NO", "PREFERS_NOT_TO_SAY", "NOT_ASKED")


def _private(kind: FieldKind) -> Meta:
    return Meta(extra={"private": kind})


def statistical(of: Any) -> Meta:
    """A value of a type, sealed in the class STATISTICAL."""
    return _private(FieldKind(DataClass.STATISTICAL, 8000, _one_line, of=of))


PersonName = Annotated[Sealed, _private(FieldKind(DataClass.IDENTITY, 80, _one_line))]
BirthDate = Annotated[Sealed, _private(FieldKind(DataClass.IDENTITY, 10, _iso_date, format="date"))]
PlaceOfBirth = Annotated[Sealed, _private(FieldKind(DataClass.IDENTITY, 80, _one_line))]
VentureName = Annotated[Sealed, _private(FieldKind(DataClass.IDENTITY, 120, _one_line))]
Phone = Annotated[Sealed, _private(FieldKind(DataClass.CONTACT, 24, _phone))]
Email = Annotated[Sealed, _private(FieldKind(DataClass.CONTACT, 254, _email, format="email"))]
Address = Annotated[Sealed, _private(FieldKind(DataClass.CONTACT, 240, _one_line))]
IdentifierValue = Annotated[Sealed, _private(FieldKind(DataClass.IDENTIFIER, 32, _identifier))]
Note = Annotated[Sealed, _private(FieldKind(DataClass.NARRATIVE, 4000))]
Reason = Annotated[Sealed, _private(FieldKind(DataClass.NARRATIVE, 1000))]
FileName = Annotated[Sealed, _private(FieldKind(DataClass.NARRATIVE, 160, _one_line))]
CorrectedText = Annotated[Sealed, _private(FieldKind(DataClass.NARRATIVE, 4000, as_the_corrected_field=True))]
OptionalAnswer = Annotated[Sealed, _private(FieldKind(DataClass.SPECIAL, 20, str.strip, choices=_ANSWERS))]
PrivateCode = Annotated[Sealed, statistical(Code)]
PrivateCodes = Annotated[Sealed, statistical(Codes)]
PrivateDay = Annotated[Sealed, statistical(date)]
PrivateId = Annotated[Sealed, statistical(UUID)]
PrivateListed = Annotated[Sealed, statistical(Listed)]
PrivateReasonCode = Annotated[Sealed, statistical(ReasonCode)]
InstitutionName = Annotated[Sealed, statistical(PublicName)]


def tidy(kind: FieldKind, value: object) -> str:
    """The text as it will be sealed.

    Raises `InvalidInput`, in the person's words, when it is empty, too long, or not of its kind.
    """
    return _json.encode(typed(kind, value)).decode() if kind.of is not None else _words(kind, value)


def typed(kind: FieldKind, value: object) -> Any:
    """A value of the type that a field takes, from what was sent. Raises `InvalidInput`."""
    try:
        return msgspec.convert(_words(kind, value) if isinstance(value, str) else value, kind.of)
    except msgspec.ValidationError as wrong:
        raise InvalidInput(str(wrong).partition(" - at `$")[0]) from None


def untyped(text: str) -> Any:
    """What the text of a STATISTICAL value says, in plain JSON: a code, a day or an id as text, several as a list."""
    return _plain(text)


def _words(kind: FieldKind, text: object) -> str:
    if not isinstance(text, str):
        raise InvalidInput("This field takes text.")
    if _UNSTORABLE.search(text):
        raise InvalidInput("The text contains characters that cannot be stored.")
    if len(text) > 4 * kind.max_length:
        raise InvalidInput(f"The text has {len(text)} characters; at most {kind.max_length} fit.")
    clean = kind.tidy(visible(text))
    if not clean:
        raise InvalidInput("This field is empty. Leave it out if there is nothing to say.")
    if len(clean) > kind.max_length:
        raise InvalidInput(f"The text has {len(clean)} characters; at most {kind.max_length} fit.")
    if kind.choices and clean not in kind.choices:
        raise InvalidInput(f"Answer with one of {', '.join(kind.choices)}.")
    return clean
