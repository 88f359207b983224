"""What can have happened to the record of a person."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.corrections.events import CorrectionProposed, CorrectionRejected, FactCorrected
from opera_cases.domain.kernel.entry_codes import DocumentSeen
from opera_cases.domain.kernel.events import Facts
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
from opera_cases.domain.kernel.vocabulary import Channel, Language, Place
from opera_cases.domain.people.identifiers import Check, IdentifierKind


class Purpose(StrEnum):
    """What a person may agree to, each on its own and revocable (handbook 4.4). Never the service itself."""

    OPTIONAL_ANSWERS = "OPTIONAL_ANSWERS"
    PROFILE_TO_FIRMS = "PROFILE_TO_FIRMS"
    SHARE_WITH_PARTNERS = "SHARE_WITH_PARTNERS"
    SHARE_WITH_GROUP = "SHARE_WITH_GROUP"
    PICTURES = "PICTURES"
    CONTACT_AFTER_CLOSURE = "CONTACT_AFTER_CLOSURE"
    REMINDERS = "REMINDERS"


class PersonRegistered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.registered"
    desk: UUID
    place: Place
    family_name: PersonName
    given_names: PersonName
    birth_date: BirthDate | None = None
    birth_place: PlaceOfBirth | None = None
    language: Language
    alike: int = 0
    likeness_reason: Reason | None = None


class ContactsRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.contacts_recorded"
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    preferred_channel: Channel


class IdentifierDeclared(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.identifier_declared"
    identifier_kind: IdentifierKind
    value: IdentifierValue
    check: Check


class IdentifierVerified(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.identifier_verified"
    declaration: UUID
    identifier_kind: IdentifierKind
    seen_document: DocumentSeen


class NoticeGiven(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.notice_given"
    version: Code
    language: Language


class ConsentGiven(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.consent_given"
    purpose: Purpose


class ConsentWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.consent_withdrawn"
    purpose: Purpose


class PersonMerged(Facts, frozen=True, kw_only=True):
    """This record and the survivor are of one person: work goes on there. Nothing is copied, nothing is moved."""

    topic: ClassVar[str] = "person.merged"
    survivor: UUID


class PersonUnmerged(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.unmerged"
    survivor: UUID


class RecordAbsorbed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.record_absorbed"
    person: UUID


class RecordReleased(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.record_released"
    person: UUID


class PersonCorrectionProposed(CorrectionProposed, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.correction_proposed"


class PersonCorrectionRejected(CorrectionRejected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.correction_rejected"


class PersonFactCorrected(FactCorrected, frozen=True, kw_only=True):
    topic: ClassVar[str] = "person.fact_corrected"
