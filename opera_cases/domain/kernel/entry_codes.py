"""Code lists about a person as they come to a desk: group, status, evidence, education, age, how long without work, answers to optional questions."""

from enum import StrEnum


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
