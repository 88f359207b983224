"""What can be asked of the record of a person."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.kernel.entry_codes import DocumentSeen
from opera_cases.domain.kernel.personal import (
    Address,
    BirthDate,
    Email,
    IdentifierValue,
    PersonName,
    Phone,
    PlaceOfBirth,
    Reason,
)
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import Channel, Language
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.people.identifiers import Check, IdentifierKind, checked


class RegisterPerson(Command, frozen=True, kw_only=True):
    """A person is registered, with the names as on the document, after a search for records like it.

    Where the office finds such a record, `despite_likeness` says that this is someone else, and why.
    """

    unrecorded: ClassVar[frozenset[str]] = frozenset({"despite_likeness"})
    desk: UUID
    family_name: PersonName
    given_names: PersonName
    birth_date: BirthDate | None = None
    birth_place: PlaceOfBirth | None = None
    language: Language = Language.IT
    despite_likeness: bool = False
    likeness_reason: Reason | None = None


class RecordContacts(Command, frozen=True, kw_only=True):
    """How to reach the person from now on. What is left out is no longer known."""

    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    preferred_channel: Channel


class DeclareIdentifier(Command, frozen=True, kw_only=True):
    """The person says which number is theirs. An invalid one is kept as declared, and can never be verified."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
        "check": lambda typed: checked(typed["identifier_kind"], typed["value"])
    }
    identifier_kind: IdentifierKind
    value: IdentifierValue
    check: Check


class VerifyIdentifier(Command, frozen=True, kw_only=True):
    """The document was seen: the declared number is the person's own. Nobody else can have the same."""

    declaration: UUID
    seen_document: DocumentSeen


class GiveNotice(Command, frozen=True, kw_only=True):
    """The privacy notice was handed over. This is a receipt, not a consent."""

    version: Code
    language: Language


class GiveConsent(Command, frozen=True, kw_only=True):
    """The person agrees to one purpose beyond the service."""

    purpose: Purpose


class WithdrawConsent(Command, frozen=True, kw_only=True):
    """The person withdraws a consent. The service continues."""

    purpose: Purpose


class MergePerson(Command, frozen=True, kw_only=True):
    """This record is a duplicate: work goes on under the survivor."""

    survivor: UUID


class UnmergePerson(Command, frozen=True, kw_only=True):
    """This record is of a person of its own after all."""


class AbsorbRecord(Command, frozen=True, kw_only=True):
    """Another record turned out to be of this person."""

    person: UUID


class ReleaseRecord(Command, frozen=True, kw_only=True):
    """Another record turned out not to be of this person."""

    person: UUID
