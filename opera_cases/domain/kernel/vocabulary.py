"""Who acts, in which language, country and place, through which channel, for how long: the words that every record uses."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from opera_cases.domain.kernel.scalars import Code


class Role(StrEnum):
    """Who acts. CLOCK is time itself; POLICY is a consequence of another event. PERSON and PARTNER are outside the office: their id is that
    of their record."""

    CASEWORKER = "CASEWORKER"
    CONSULTANT = "CONSULTANT"
    MENTOR = "MENTOR"
    COORDINATOR = "COORDINATOR"
    REGIONAL_COORDINATOR = "REGIONAL_COORDINATOR"
    MONITOR = "MONITOR"
    AUDITOR = "AUDITOR"
    DPO = "DPO"
    ADMINISTRATOR = "ADMINISTRATOR"
    CLOCK = "CLOCK"
    POLICY = "POLICY"
    PERSON = "PERSON"
    PARTNER = "PARTNER"


class Language(StrEnum):
    IT = "it"
    FR = "fr"
    EN = "en"


class Country(StrEnum):
    IT = "IT"
    FR = "FR"


class Channel(StrEnum):
    """How people met or spoke. Distance channels count since 2020."""

    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"
    VIDEO = "VIDEO"
    EMAIL = "EMAIL"
    LETTER = "LETTER"
    EVENT = "EVENT"


class HeardFrom(StrEnum):
    POSTER = "POSTER"
    EMPLOYMENT_CENTRE = "EMPLOYMENT_CENTRE"
    COOPERATIVE = "COOPERATIVE"
    UNION = "UNION"
    PRESS = "PRESS"
    WEB = "WEB"
    WORD_OF_MOUTH = "WORD_OF_MOUTH"
    EMPLOYER = "EMPLOYER"
    OTHER = "OTHER"


class Place(Struct, frozen=True, kw_only=True):
    """Where a desk works: its calendar, its clock and its rules follow from this."""

    country: Country
    region: Code
    province: Code
    zone: Code


class Actor(Struct, frozen=True, kw_only=True):
    """Who did it, in which role, at which desk: as the event remembers it."""

    id: UUID
    role: Role
    desk: UUID | None = None


class Period(Struct, frozen=True, kw_only=True):
    """Civil dates, both included; open when `until` is missing."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)
