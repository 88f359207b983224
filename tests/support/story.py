"""Everybody of a story about a group, at their desks, through the API."""

from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient

from tests.support.group import NAMES
from tests.support.over_http import Desk, Json
from tests.support.world import World


class Story:
    """Irene takes people in and works with their venture; Nives coordinates, Elio mentors, an auditor reads."""

    def __init__(
        self, world: World, client: TestClient, pathway: str, group: str, evidence: str, status: dict[str, str]
    ) -> None:
        self.world, self.pathway, self.group, self.evidence, self.status = world, pathway, group, evidence, status
        people = (world.irene, world.nives, world.elio, world.auditor)
        self.irene, self.nives, self.elio, self.auditor = (Desk(client, world.token(each)) for each in people)
        self.at = dict(zip(people, (self.irene, self.nives, self.elio, self.auditor), strict=True))
        self.shown_on = world.clock.at.date()
        self.people: list[str] = []
        self.cases: list[str] = []
        self.venture = ""

    def turn(self, day: str) -> None:
        """Another day begins; once a year everybody gets a new token."""
        self.world.clock.turn_to(day)
        if self.world.clock.at.date() > self.shown_on + timedelta(days=300):
            self.shown_on = self.world.clock.at.date()
            for who, desk in self.at.items():
                desk.shows(self.world.token(who))
        self.world.settle()

    def of_venture(self, step: str, by: Desk | None = None, **values: Any) -> Json:
        return (by or self.irene).step(f"ventures/{self.venture}", step, **values)

    def of_case(self, number: int, step: str, **values: Any) -> Json:
        return self.irene.step(f"cases/{self.cases[number]}", step, **values)

    def enrol(self, number: int) -> None:
        """Somebody: registered, taken in, assessed, on the way that the group goes."""
        irene, today = self.irene, self.world.clock.at.date().isoformat()
        given, _, family = NAMES[number].partition(" ")
        desk, me = str(self.world.desk), str(self.world.irene.id)
        person = irene.begin(
            "people",
            desk=desk,
            family_name=family,
            given_names=given,
            birth_date=f"19{61 + number}-0{1 + number % 9}-12",
        )["id"]
        irene.step(f"people/{person}", "give_notice", version="2019-07", language="it")
        irene.step(f"people/{person}", "give_consent", purpose="SHARE_WITH_GROUP")
        case = irene.begin("cases", desk=desk, channel="EVENT", heard_from="UNION")["id"]
        path = f"cases/{case}"
        irene.step(path, "assign", caseworker=me)
        irene.step(path, "open_intake", person=person, duplicate_search_on=today)
        irene.step(path, "confirm_eligibility", target_group=self.group, evidence=self.evidence, evidence_on=today)
        irene.step(path, "record_entry_data", sex="MAN", **self.status, education="ISCED_3", occupation="ISCO-08/2008:7314",
                   disability="NOT_ASKED", foreign_background="NOT_ASKED",
                   housing_exclusion="NOT_ASKED")  # fmt: skip
        irene.step(path, "start_assessment", registration_signed_on=today)
        met = irene.begin("appointments", desk=desk, case=case, operator=me, service="ORIENTATION", channel="IN_PERSON",
                          day=today, time="09:00")["id"]  # fmt: skip
        irene.step(f"appointments/{met}", "hold_appointment", minutes=40)
        irene.step(path, "record_assessment", needs=["BUSINESS_PLAN"], employability=4)
        irene.step(path, "sign_agreement", goals=["BUSINESS_PLAN"], pathway=self.pathway)
        irene.step(path, "choose_pathway", pathway=self.pathway)
        self.people.append(person)
        self.cases.append(case)

    def members_on(self, day: str) -> set[str]:
        shown = self.auditor.get(f"ventures/{self.venture}")
        return {
            m["person"]
            for m in shown["members"]
            if m["since"] and m["since"] <= day and (not m["left_on"] or day < m["left_on"])
        }
