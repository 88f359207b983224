"""B4: nobody makes anybody a guardian alone, and nobody gets hold of somebody else's token."""

from uuid import UUID

import pytest

from tests.attacks.office import GUARDIANS, Office


def propose_and_confirm(office: Office, operator: str, role: str) -> bool:
    """Whether an administrator may confirm what they proposed themselves."""
    ada = office.by("ada")
    more = {"region": "ITC3"} if role == "REGIONAL_COORDINATOR" else {}
    if ada.try_step(f"operators/{operator}", "propose_role", role=role, **more).status != 200:
        return False
    last = "SELECT event_id FROM log.event WHERE originator_id = ? ORDER BY originator_version DESC LIMIT 1"
    proposal = str(UUID(office.log.rows(last, UUID(operator))[0][0]))
    return ada.try_step(f"operators/{operator}", "confirm_role", role=role, proposal=proposal).status == 200


@pytest.mark.parametrize("role", GUARDIANS)
def test_an_administrator_alone_makes_no_guardian(office: Office, role: str) -> None:
    made_up = office.by("ada").begin("operators", name="Mario Finto")
    assert not propose_and_confirm(office, made_up, role)
    more = {"region": "ITC3"} if role == "REGIONAL_COORDINATOR" else {}
    issued = office.by("ada").send(f"operators/{made_up}/tokens", role=role, **more)
    assert issued.status in (403, 404, 409), issued.text


@pytest.mark.parametrize("role", ["DPO", "AUDITOR"])
def test_an_administrator_alone_becomes_no_other_guardian(office: Office, role: str) -> None:
    assert not propose_and_confirm(office, office.ids["ada"], role)
    issued = office.by("ada").send(f"operators/{office.ids['ada']}/tokens", role=role)
    assert issued.status in (403, 404, 409), issued.text


def test_whoever_sits_at_the_machine_alone_makes_no_further_guardian(office: Office) -> None:
    zeno = office.ids["zeno"]
    office.line("operator", "grant", zeno, "--role", "AUDITOR")
    office.line("operator", "confirm", zeno, "--role", "AUDITOR")
    assert office.line("token", "issue", zeno, "--role", "AUDITOR").code != 0


def test_a_token_for_a_colleague_is_not_handed_to_whoever_issues_it(office: Office) -> None:
    issued = office.by("ada").send(f"operators/{office.ids['irene']}/tokens", role="CASEWORKER")
    assert "opc_" not in issued.text


def test_nobody_but_an_administrator_issues_a_token(office: Office) -> None:
    for who in ("irene", "elio", "mona", "dina"):
        assert office.by(who).send(f"operators/{office.ids[who]}/tokens", role="AUDITOR").status in (403, 404, 409)
