"""One person of the demo, with everything that they and their desk do: real steps by real roles."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from opera_cases.demo import invented
from opera_cases.demo.stage import Stage, workday
from opera_cases.demo.world import Team

REASON = {
    "EMPLOYED_OTHER": "FOUND_A_JOB", "TRAINING": "TOO_EARLY", "INFORMED_RENUNCIATION": "IDEA_NOT_VIABLE",
    "REFERRED_ELSEWHERE": "SENT_ELSEWHERE", "WITHDREW": "FAMILY_OR_HEALTH", "MOVED_AWAY": "MOVED_AWAY",
    "RETIRED": "RETIREMENT", "NOT_ELIGIBLE": "NOT_ELIGIBLE", "UNREACHABLE": "NO_ANSWER",
}  # fmt: skip
EXIT = {"EMPLOYED_OTHER": "EMPLOYED", "TRAINING": "TRAINING", "RETIRED": "INACTIVE"}
WISHES = ("Vorrei aprire una bottega.", "Cerco lavoro dopo la chiusura dello stabilimento.", "Ho un'idea per il turismo.",
          "Informazioni sugli aiuti.", "Un laboratorio di pasta fresca.")  # fmt: skip
SOUHAITS = ("Je voudrais ouvrir un atelier.", "Des informations sur les aides.", "Un projet de table d'hôtes.")


@dataclass(slots=True)
class JourneyPlan:
    """What is decided of a journey before it begins. `ending`: an outcome, or how far a venture gets."""

    number: int
    team: Team
    begins: date
    ending: str
    meetings: int
    stop_at: str = ""
    story: str = ""


class Traveller:
    """One person on their way, with the ids that the office gave."""

    def __init__(self, stage: Stage, part: JourneyPlan, rng: random.Random) -> None:
        self.stage, self.part, self.rng, self.team = stage, part, rng, part.team
        self.who = invented.person(rng, part.team.french, part.number)
        self.case: UUID = UUID(int=0)
        self.person: UUID = UUID(int=0)
        self.venture: UUID = UUID(int=0)
        self.day = part.begins
        self.met = 0

    def later(self, low: int, high: int) -> date:
        self.day = workday(self.day + timedelta(days=self.rng.randint(low, high)))
        return self.day

    def do(self, step: str, **values: Any) -> None:
        self.stage.ask(self.team.caseworker, "case", step, self.case, **values)

    def of_venture(self, step: str, by: str = "caseworker", **values: Any) -> None:
        self.stage.ask(getattr(self.team, by), "venture", step, self.venture, **values)

    def contact(self) -> None:
        wish = self.rng.choice(SOUHAITS if self.team.french else WISHES)
        self.case = self.stage.ask(
            self.team.caseworker, "case", "record_contact", desk=str(self.team.desk),
            channel=self.rng.choice(("PHONE", "IN_PERSON", "EMAIL")), language="fr" if self.team.french else "it",
            heard_from=self.rng.choice(("POSTER", "EMPLOYMENT_CENTRE", "WORD_OF_MOUTH", "PRESS", "COOPERATIVE")),
            name=f"{self.who.given_names} {self.who.family_name}", phone=self.who.phone, wish=wish,
        ).id  # fmt: skip
        self.do("assign", caseworker=str(self.team.caseworker.id))

    def meet(self, service: str) -> None:
        if self.met >= self.part.meetings:
            return
        self.met += 1
        by = self.team.mentor if service == "MENTORING" else self.team.caseworker
        booked = self.stage.ask(
            by, "appointment", "book_appointment", desk=str(self.team.desk), case=str(self.case), operator=str(by.id),
            service=service, channel="VIDEO" if date(2020, 3, 10) <= self.day <= date(2020, 6, 3) else "IN_PERSON",
            day=self.stage.clock.at.date().isoformat(), time=self.rng.choice(("09:30", "11:00", "14:30", "16:00")),
        )  # fmt: skip
        self.stage.ask(
            by, "appointment", "hold_appointment", booked.id, minutes=self.rng.choice((30, 45, 60, 90)), signed=True
        )

    def register(self) -> None:
        who, desk = self.who, str(self.team.desk)
        language = "fr" if self.team.french else "it"
        self.person = self.stage.ask(
            self.team.caseworker, "person", "register_person", desk=desk, family_name=who.family_name,
            given_names=who.given_names, birth_date=who.born.isoformat(), language=language,
        ).id  # fmt: skip
        self.stage.ask(self.team.caseworker, "person", "record_contacts", self.person, phone=who.phone, email=who.email,
                       preferred_channel="PHONE")  # fmt: skip
        if who.tax_code:
            declared = self.stage.ask(self.team.caseworker, "person", "declare_identifier", self.person,
                                      identifier_kind="CODICE_FISCALE", value=who.tax_code)  # fmt: skip
            self.stage.ask(self.team.caseworker, "person", "verify_identifier", self.person,
                           declaration=str(declared.event_ids[0]), seen_document="HEALTH_CARD")  # fmt: skip
        self.stage.ask(self.team.caseworker, "person", "give_notice", self.person, version="2019-07", language=language)

    def intake(self) -> None:
        self.do("open_intake", person=str(self.person), duplicate_search_on=self.stage.clock.at.date().isoformat())

    def entry(self, firm: UUID | None = None) -> None:
        """Entry data; of somebody who comes out of a firm in difficulty those that the firm's situation makes."""
        today = self.stage.clock.at.date()
        group, evidence, status = self.rng.choice((
            ("UNEMPLOYED", "AVIS_DE_SITUATION" if self.team.french else "DID", "UNEMP_LT12"),
            ("UNEMPLOYED", "AVIS_DE_SITUATION" if self.team.french else "DID", "UNEMP_GE12"),
            ("EXPELLED_BY_CRISIS", "DISMISSAL_LETTER", "UNEMP_LT12"),
            ("AT_RISK", "WAGE_SUPPORT_NOTICE", "EMPLOYED_SUSPENDED_CIGS"),
        ))  # fmt: skip
        if firm is not None:
            group, evidence, status = "AT_RISK", "WAGE_SUPPORT_NOTICE", "EMPLOYED_SUSPENDED_CIGS"
        self.do("confirm_eligibility", target_group=group, evidence=evidence, evidence_on=today.isoformat())
        since = today - timedelta(days=self.rng.randint(*((370, 700) if status == "UNEMP_GE12" else (30, 175))))
        answers = ("NO", "NO", "NO", "YES", "PREFERS_NOT_TO_SAY", "NOT_ASKED")
        support = "ARE" if self.team.french else "CIGS" if group == "AT_RISK" else "NASPI"
        self.do(
            "record_entry_data", sex=self.who.sex, employment_status=status,
            unemployed_since=since.isoformat() if status.startswith("UNEMP") else None, income_support=support,
            education=f"ISCED_{self.rng.choice((2, 3, 3, 3, 5, 6))}", occupation=str(self.rng.randint(1111, 9629)),
            last_employer=str(firm) if firm else None, disability=self.rng.choice(answers), foreign_background=self.rng.choice(answers),
            housing_exclusion=self.rng.choice(answers[:3]),
        )  # fmt: skip

    def assess(self) -> None:
        self.do("record_assessment", needs=self.rng.sample(["ORIENTATION", "BUSINESS_PLAN", "TRAINING", "FUNDING"], 2),
                employability=self.rng.randint(1, 5), summary="Colloquio svolto; punti di forza e vincoli annotati.")  # fmt: skip

    def agree(self, pathway: str | None) -> None:
        until = None if pathway else (self.stage.clock.at.date() + timedelta(days=90)).isoformat()
        self.do("sign_agreement", goals=["ORIENTATION"], contact_every_days=30, pathway=pathway, undecided_until=until)

    def close(self, outcome: str) -> None:
        self.do("close", outcome=outcome, reason_code=REASON[outcome], exit_situation=EXIT.get(outcome, "JOB_SEARCH"))

    def follow_up(self) -> None:
        self.do("record_follow_up", situation=self.rng.choice(("EMPLOYED", "JOB_SEARCH", "TRAINING", "SELF_EMPLOYED")),
                improved=self.rng.random() < 0.6, channel="PHONE")  # fmt: skip
