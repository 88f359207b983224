"""The rules of a firm's record. Each says what must hold, what stands in the way, and what to do."""

from opera_cases.domain.companies.company import IN_PROCEDURE, REPORTED, Company
from opera_cases.domain.kernel.rules import DecisionContext, Rules

rules = Rules("company")

SOURCE = "handbook 2.4"


@rules.of_request(source="rulebook: insolvency_procedures")
def procedure_of_the_law(it: DecisionContext[Company]) -> bool:
    """The proceedings existed in the law of the country on the day they began.

    These proceedings did not exist in the law of the country on that day, or the date is in the future.

    Choose from the list in the rulebook: names change with the law.
    """
    known = it.rulebook.seek("insolvency_procedures", it.asked.since, it.place)
    return known is not None and it.asked.procedure in known.codes and it.asked.since <= it.on


@rules.of_record(source=SOURCE)
def in_no_procedure(it: DecisionContext[Company]) -> bool:
    """No insolvency proceedings are open for the firm, or others can still follow them.

    The firm can no longer enter new insolvency proceedings.

    There is nothing to do.
    """
    return it.subject.state in (REPORTED, IN_PROCEDURE)


@rules.of_request(source=SOURCE)
def day_to_come(it: DecisionContext[Company]) -> bool:
    """The date set is later than the day on which it is set.

    The date set is not later than the day on which it is set.

    Check the date.
    """
    day = getattr(it.asked, "bid_date", None) or it.asked.until
    return bool(day > it.on)


@rules.of_request(source=SOURCE)
def not_noted_yet(it: DecisionContext[Company]) -> bool:
    """The award to this group has not been recorded yet.

    The award to this group has already been recorded.

    There is nothing to do.
    """
    return it.asked.venture not in it.subject.awards


@rules.of_request(source="rulebook: employee_offer")
def french_law(it: DecisionContext[Company]) -> bool:
    """Only French law requires employees to be told of a planned sale, and they have already been told.

    The firm is not under French law, or the date is in the future.

    Correct the date; in Italy, the employees' cooperative has a right of pre-emption instead.
    """
    return it.seek("employee_offer") is not None and it.asked.informed_on <= it.today
