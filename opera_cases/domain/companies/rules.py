"""The rules of a firm's record. Each says what must hold, what stands in the way, and what to do."""

from opera_cases.domain.companies.company import IN_PROCEDURE, REPORTED, Company
from opera_cases.domain.kernel.rules import DecisionContext, Rules

rules = Rules("company")

SOURCE = "handbook 2.4"


@rules.of_request(source="rulebook: insolvency_procedures")
def procedure_of_the_law(it: DecisionContext[Company]) -> bool:
    """The procedure is one that the law of the country knew on the day on which it began.

    The law of the country knew no such procedure on that day, or the day is still to come.

    Choose from the list of the rulebook: names change with the law.
    """
    known = it.rulebook.seek("insolvency_procedures", it.asked.since, it.place)
    return known is not None and it.asked.procedure in known.codes and it.asked.since <= it.on


@rules.of_record(source=SOURCE)
def in_no_procedure(it: DecisionContext[Company]) -> bool:
    """No procedure is open for the firm, or another one follows it.

    The firm is beyond any new procedure.

    Nothing to do.
    """
    return it.subject.state in (REPORTED, IN_PROCEDURE)


@rules.of_request(source=SOURCE)
def day_to_come(it: DecisionContext[Company]) -> bool:
    """The day lies after the one on which it is set.

    The day does not lie after the one on which it is set.

    Check the date.
    """
    day = getattr(it.asked, "bid_date", None) or it.asked.until
    return bool(day > it.on)


@rules.of_request(source=SOURCE)
def not_noted_yet(it: DecisionContext[Company]) -> bool:
    """The award to that group is not noted.

    The award to that group is noted already.

    Nothing to do.
    """
    return it.asked.venture not in it.subject.awards


@rules.of_request(source="rulebook: employee_offer")
def french_law(it: DecisionContext[Company]) -> bool:
    """Only in France are the employees told of a sale by law, on a day that has come.

    The firm is not under French law, or the day is still to come.

    Correct the day; in Italy the employees' cooperative has precedence instead.
    """
    return it.seek("employee_offer") is not None and it.asked.informed_on <= it.today
