"""The rules of what is recorded at entry. Each says what must hold, what stands in the way, and what to do."""

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.entry_data import evidence_dated, unemployed_for
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.vocabulary import EmploymentStatus

rules = Rules("case")


@rules.of_request(source="rulebook: evidence_of_target_group")
def evidence_accepted(it: DecisionContext[Case]) -> bool:
    """The paper seen is one that proves a target group, and it is not dated after the step.

    The paper seen does not prove a target group, or it is dated after the step.

    Ask for the declaration of availability, the dismissal letter or the wage support notice.
    """
    accepted = it.find("evidence_of_target_group").codes
    return it.asked.evidence in accepted and evidence_dated(it.asked, it.on)


@rules.of_request("document_of_case", source="handbook 6.14")
def evidence_document_there(it: DecisionContext[Case]) -> bool:
    """A document named as evidence lies in the file of this case.

    The document named as evidence does not lie in the file of this case.

    Add the document to the case first, or leave it out: the paper may be seen without keeping a copy.
    """
    return it.asked.document is None or bool(it.seen["document_of_case"])


@rules.of_request(source="handbook 4.2")
def unemployment_dated(it: DecisionContext[Case]) -> bool:
    """Whoever is unemployed has a day since when, and it is not in the future.

    The day since when the person is unemployed is missing, or still to come.

    Record the day from the declaration of availability or the dismissal letter.
    """
    return not it.asked.employment_status.startswith("UNEMP_") or unemployed_for(it.asked, it.on) is not None


@rules.of_request("last_employer_known", source="handbook 1.7")
def last_employer_known(it: DecisionContext[Case]) -> bool:
    """The last employer, where it is named, is recorded among the crisis companies.

    The last employer named is not recorded among the crisis companies.

    Report the company first, or leave it out.
    """
    return it.asked.last_employer is None or bool(it.seen["last_employer_known"])


def _long_term(it: DecisionContext[Case], age: int | None) -> int:
    """From how many months on unemployment counts as long at an age."""
    young = age is not None and age < it.limit("long_term_young_age")
    return it.limit("long_term_months_young" if young else "long_term_months")


@rules.of_request(
    "_age", source="rulebook: long_term_months", tells=lambda it: {"months": _long_term(it, it.seen["_age"])}
)
def long_term_fits(it: DecisionContext[Case]) -> bool:
    """The status says whether unemployment is long, by the months that the rulebook asks at that age.

    Unemployment counts as long from {months:month|months} on at that age, and the status says otherwise of the day
    given.

    Choose the status that follows from the day, or correct the day.
    """
    status, lasted, age = it.asked.employment_status, unemployed_for(it.asked, it.on), it.seen["_age"]
    if lasted is None or not status.startswith("UNEMP_"):
        return True
    return (lasted.months >= _long_term(it, age)) == (status is EmploymentStatus.UNEMP_GE12)


@rules.of_record("age_group", source="handbook 5.2")
def age_known(it: DecisionContext[Case]) -> bool:
    """The age band at entry is computed from the birth date on the person's record.

    The age band cannot be computed: the birth date on the person's record is not known here.

    This is for the office to find out: it needs the person's record.
    """
    return bool(it.seen["age_group"])


@rules.of_request(source="handbook 4.4")
def registration_signed(it: DecisionContext[Case]) -> bool:
    """The registration form is signed before the assessment starts.

    The registration form is not signed by the day on which the assessment starts.

    Have the form signed and give the day.
    """
    return bool(it.asked.registration_signed_on <= it.on)
