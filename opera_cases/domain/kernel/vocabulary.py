"""The code lists of the field: what can be written in the clear, in one word, the same at every desk."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NamedTuple
from uuid import UUID

from msgspec import Meta, Struct

Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:/-]{1,40}$", max_length=40)]
"""A short identifier from a published list (a place, an occupation, an edition): never words about a person."""

Codes = Annotated[tuple[Code, ...], Meta(max_length=60)]

PublicName = Annotated[str, Meta(min_length=1, max_length=120, extra={"public": True})]
"""The name of an institution or a place open to the public: a desk, a host, a funder."""

Listed = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z][A-Z0-9-]{1,15}/[0-9A-Za-z.-]{1,12}:[0-9A-Za-z.-]{1,40}$", max_length=70, extra={"listed": True}
    ),
]
"""A code of a published list with the list's version, as in NACE/2.1:10.71. Labels are looked up when it is shown."""

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
"""A SHA-256 hash, in hexadecimal."""


class Bounds(NamedTuple):
    """What a figure may be: from least to most, with at most `places` decimals."""

    least: int
    most: int
    places: int


Money = Annotated[Decimal, Meta(extra={"bounds": Bounds(0, 999_999_999, 2)})]
"""An amount in euro, not negative, to the cent."""

Balance = Annotated[Decimal, Meta(extra={"bounds": Bounds(-999_999_999, 999_999_999, 2)})]
"""An amount in euro that may be below zero, to the cent."""

Share = Annotated[Decimal, Meta(extra={"bounds": Bounds(0, 100, 2)})]
"""A percentage from 0 to 100."""

Quantity = Annotated[Decimal, Meta(extra={"bounds": Bounds(0, 100_000, 2)})]
"""A count that may be broken: months of cash, full-time equivalents, jobs."""

Days = Annotated[int, Meta(ge=0, le=3660)]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Month = Annotated[int, Meta(ge=0, le=60)]


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


class TargetGroup(StrEnum):
    """The three groups of the programme (handbook 1.4)."""

    UNEMPLOYED = "UNEMPLOYED"
    EXPELLED_BY_CRISIS = "EXPELLED_BY_CRISIS"
    AT_RISK = "AT_RISK"


class Evidence(StrEnum):
    """What was seen to prove a status: the paper, not its copy."""

    DID = "DID"
    DISMISSAL_LETTER = "DISMISSAL_LETTER"
    WAGE_SUPPORT_NOTICE = "WAGE_SUPPORT_NOTICE"
    AVIS_DE_SITUATION = "AVIS_DE_SITUATION"
    SELF_DECLARATION = "SELF_DECLARATION"
    REGISTER_EXTRACT = "REGISTER_EXTRACT"


class DocumentSeen(StrEnum):
    """The paper on which a number was read; no copy is kept (handbook 4.1)."""

    HEALTH_CARD = "HEALTH_CARD"
    IDENTITY_CARD = "IDENTITY_CARD"
    PASSPORT = "PASSPORT"
    RESIDENCE_PERMIT = "RESIDENCE_PERMIT"
    TAX_CERTIFICATE = "TAX_CERTIFICATE"
    REGISTER_EXTRACT = "REGISTER_EXTRACT"


class EmploymentStatus(StrEnum):
    """The status at entry (handbook 4.2). A worker on wage support is employed."""

    UNEMP_LT12 = "UNEMP_LT12"
    UNEMP_GE12 = "UNEMP_GE12"
    FIRST_JOB_SEEKER = "FIRST_JOB_SEEKER"
    INACTIVE_STUDENT = "INACTIVE_STUDENT"
    INACTIVE_OTHER = "INACTIVE_OTHER"
    EMPLOYED = "EMPLOYED"
    EMPLOYED_AT_RISK_NOTICE = "EMPLOYED_AT_RISK_NOTICE"
    EMPLOYED_SUSPENDED_CIGS = "EMPLOYED_SUSPENDED_CIGS"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    UNKNOWN = "UNKNOWN"


class IncomeSupport(StrEnum):
    NONE = "NONE"
    NASPI = "NASPI"
    DIS_COLL = "DIS_COLL"
    CIGO = "CIGO"
    CIGS = "CIGS"
    MOBILITY = "MOBILITY"
    ARE = "ARE"
    ASP = "ASP"
    RSA = "RSA"
    OTHER = "OTHER"


class Education(StrEnum):
    """ISCED 2011 level."""

    ISCED_0 = "ISCED_0"
    ISCED_1 = "ISCED_1"
    ISCED_2 = "ISCED_2"
    ISCED_3 = "ISCED_3"
    ISCED_4 = "ISCED_4"
    ISCED_5 = "ISCED_5"
    ISCED_6 = "ISCED_6"
    ISCED_7 = "ISCED_7"
    ISCED_8 = "ISCED_8"


class Sex(StrEnum):
    WOMAN = "WOMAN"
    MAN = "MAN"
    NON_BINARY = "NON_BINARY"


class AgeBand(StrEnum):
    """Age at entry, in the bands that the indicators count (handbook 5.2)."""

    UNDER_18 = "UNDER_18"
    FROM_18_TO_29 = "FROM_18_TO_29"
    FROM_30_TO_54 = "FROM_30_TO_54"
    FROM_55 = "FROM_55"
    UNKNOWN = "UNKNOWN"


class AgeGroup(StrEnum):
    """Age at entry, fine enough for the bands of Reg. (EU) 1304/2013 (under 25, over 54) and of 2021/1057 (under 18, 18 to
    29, over 54)."""

    UNDER_18 = "UNDER_18"
    FROM_18_TO_24 = "FROM_18_TO_24"
    FROM_25_TO_29 = "FROM_25_TO_29"
    FROM_30_TO_54 = "FROM_30_TO_54"
    FROM_55 = "FROM_55"
    UNKNOWN = "UNKNOWN"

    @property
    def band(self) -> AgeBand:
        """The band of 2021/1057 in which it lies."""
        return (
            AgeBand.FROM_18_TO_29 if self in (AgeGroup.FROM_18_TO_24, AgeGroup.FROM_25_TO_29) else AgeBand(self.value)
        )


class UnemployedFor(StrEnum):
    """For how long somebody was without work on a day, in the steps that figures and rules count by. Over six months: by
    the day after the same day six months later."""

    UP_TO_6_MONTHS = "UP_TO_6_MONTHS"
    OVER_6_MONTHS = "OVER_6_MONTHS"
    OVER_12_MONTHS = "OVER_12_MONTHS"
    OVER_24_MONTHS = "OVER_24_MONTHS"

    @property
    def months(self) -> int:
        """More than so many months."""
        return {"OVER_6_MONTHS": 6, "OVER_12_MONTHS": 12, "OVER_24_MONTHS": 24}.get(self.value, 0)


class Answer(StrEnum):
    """The four answers to an optional question: that it was asked is itself evidence (handbook 4.1)."""

    YES = "YES"
    NO = "NO"
    PREFERS_NOT_TO_SAY = "PREFERS_NOT_TO_SAY"
    NOT_ASKED = "NOT_ASKED"


class Need(StrEnum):
    ORIENTATION = "ORIENTATION"
    SKILLS_ASSESSMENT = "SKILLS_ASSESSMENT"
    TRAINING = "TRAINING"
    BUSINESS_PLAN = "BUSINESS_PLAN"
    CONSULTANCY = "CONSULTANCY"
    FUNDING = "FUNDING"
    PAPERWORK = "PAPERWORK"
    JOB_SEARCH = "JOB_SEARCH"
    LANGUAGE = "LANGUAGE"
    DIGITAL = "DIGITAL"


Goals = Annotated[tuple[Need, ...], Meta(min_length=1, max_length=12)]


class Pathway(StrEnum):
    """Where a journey can lead (handbook 6.4, choose_pathway)."""

    MICRO_ENTERPRISE = "MICRO_ENTERPRISE"
    COOPERATIVE = "COOPERATIVE"
    WORKER_BUY_OUT = "WORKER_BUY_OUT"
    SPIN_OFF = "SPIN_OFF"
    HOSTED_ENTREPRENEUR = "HOSTED_ENTREPRENEUR"
    REDEPLOYMENT = "REDEPLOYMENT"


BUSINESS_PATHWAYS = frozenset(Pathway) - {Pathway.REDEPLOYMENT}


GROUP_PATHWAYS = frozenset({Pathway.COOPERATIVE, Pathway.WORKER_BUY_OUT})


class LegalForm(StrEnum):
    """Legal forms that ventures of the programme take, in Italy and France. COOP_SRL keeps the rules of the s.r.l."""

    SOLE_TRADER = "SOLE_TRADER"
    PROFESSIONAL = "PROFESSIONAL"
    SNC = "SNC"
    SAS_IT = "SAS_IT"
    SRL = "SRL"
    COOP = "COOP"
    COOP_SRL = "COOP_SRL"
    EI = "EI"
    EURL = "EURL"
    SARL = "SARL"
    SAS_FR = "SAS_FR"
    SCOP_SARL = "SCOP_SARL"
    SCOP_SAS = "SCOP_SAS"
    SCOP_SA = "SCOP_SA"
    SCIC = "SCIC"


class ProgrammeChain(StrEnum):
    """The four priority chains of the programme (handbook 1.3). Not derived from the sector."""

    SHIPBUILDING = "SHIPBUILDING"
    TOURISM = "TOURISM"
    BIOTECHNOLOGY = "BIOTECHNOLOGY"
    RENEWABLES = "RENEWABLES"


class ContractKind(StrEnum):
    PERMANENT = "PERMANENT"
    FIXED_TERM = "FIXED_TERM"
    APPRENTICESHIP = "APPRENTICESHIP"
    SEASONAL = "SEASONAL"
    AGENCY = "AGENCY"
    OTHER = "OTHER"


class Verdict(StrEnum):
    GO = "GO"
    REWORK = "REWORK"
    STOP = "STOP"


class Outcome(StrEnum):
    """How a case ended (handbook 6.4). Informed renunciation is a good outcome."""

    VENTURE_CONSOLIDATED = "VENTURE_CONSOLIDATED"
    VENTURE_ALIVE_LEFT = "VENTURE_ALIVE_LEFT"
    HOSTED_CESA = "HOSTED_CESA"
    EMPLOYED_CHAIN = "EMPLOYED_CHAIN"
    EMPLOYED_OTHER = "EMPLOYED_OTHER"
    BACK_AT_FORMER_FIRM = "BACK_AT_FORMER_FIRM"
    INFORMED_RENUNCIATION = "INFORMED_RENUNCIATION"
    TRAINING = "TRAINING"
    REFERRED_ELSEWHERE = "REFERRED_ELSEWHERE"
    RETIRED = "RETIRED"
    VENTURE_CEASED = "VENTURE_CEASED"
    WITHDREW = "WITHDREW"
    UNREACHABLE = "UNREACHABLE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    PROGRAMME_END = "PROGRAMME_END"
    DECEASED = "DECEASED"
    MOVED_AWAY = "MOVED_AWAY"


class ReasonCode(StrEnum):
    """Why people pause, stop or go elsewhere (handbook 2.9)."""

    COMPLETED = "COMPLETED"
    FOUND_A_JOB = "FOUND_A_JOB"
    NEEDS_INCOME_NOW = "NEEDS_INCOME_NOW"
    FUNDING_REFUSED = "FUNDING_REFUSED"
    IDEA_NOT_VIABLE = "IDEA_NOT_VIABLE"
    PARTNERS_WITHDREW = "PARTNERS_WITHDREW"
    FAMILY_OR_HEALTH = "FAMILY_OR_HEALTH"
    NO_ANSWER = "NO_ANSWER"
    MOVED_AWAY = "MOVED_AWAY"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    SENT_ELSEWHERE = "SENT_ELSEWHERE"
    TOO_SLOW = "TOO_SLOW"
    TOO_EARLY = "TOO_EARLY"
    CONFLICT = "CONFLICT"
    RETIREMENT = "RETIREMENT"
    VENTURE_FAILED = "VENTURE_FAILED"
    WAITING_FOR_OTHERS = "WAITING_FOR_OTHERS"
    OTHER = "OTHER"


class ReferralBasis(StrEnum):
    """On what ground data go to the service to which someone is referred (handbook 6.11)."""

    PUBLIC_TASK = "PUBLIC_TASK"
    CONSENT = "CONSENT"
    NO_DATA_SENT = "NO_DATA_SENT"


class ReferralAnswer(StrEnum):
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    DID_NOT_GO = "DID_NOT_GO"
    NO_ANSWER = "NO_ANSWER"


class ExitSituation(StrEnum):
    """What the person does at exit and six months later (handbook 4.1)."""

    JOB_SEARCH = "JOB_SEARCH"
    TRAINING = "TRAINING"
    QUALIFICATION = "QUALIFICATION"
    EMPLOYED = "EMPLOYED"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    INACTIVE = "INACTIVE"
    UNKNOWN = "UNKNOWN"


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
