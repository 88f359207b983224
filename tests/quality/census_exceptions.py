"""Rules that refuse nobody in the tests, each with the reason why. The list may only shrink."""

MOST = 7
"""How many there may be: lowered with every one that goes."""

EXCEPTIONS: dict[str, str] = {
    "case.advance_looked_up": "asks for a fact that the office always finds, and stands in the table so that it is gathered and kept",
    "case.age_known": "the same: who has no birth date is of the age group UNKNOWN",
    "case.leads_to_a_job": "chooses a row: every pathway leads to a job or to a business",
    "case.leads_to_business": "the same",
    "company.in_no_procedure": "holds in both states from which the step is offered",
    "funding.tranche_left": "the last tranche that arrives ends the state from which the step is offered",
    "venture.alerts_stand": "an alert stands in every state of risk: the row that leads there raises it",
}
