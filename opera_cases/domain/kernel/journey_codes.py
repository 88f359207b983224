"""Code lists about a journey: what somebody needs, where it can lead, in which form, how it is judged, why it pauses and how it ends."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta


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
