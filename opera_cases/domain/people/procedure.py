"""The record of a person, as a table (handbook 6.6), with its rules."""

from opera_cases.domain.access.roles import AT_THEIR_DESKS
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import StateNotes, Step, facts_seen, fill
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.people import commands as c
from opera_cases.domain.people import events as e
from opera_cases.domain.people import requests
from opera_cases.domain.people.identifiers import Check
from opera_cases.domain.people.person import KNOWN, MERGED, Person

rules = Rules("person")

SOURCE = "handbook 6.6"
NEW, THERE = frozenset({""}), frozenset({KNOWN})
DESK, LEAD = AT_THEIR_DESKS, frozenset({Role.COORDINATOR})
POLICY_ONLY = frozenset({Role.POLICY})


@rules.of_request("desk_open", "place", source=SOURCE)
def desk_open(it: DecisionContext[Person]) -> bool:
    """The desk is open on the day of the registration.

    The desk is not open on the day of the registration.

    Choose another desk, or correct the date.
    """
    return bool(it.seen["desk_open"])


@rules.of_request("alike", source=SOURCE)
def likeness_considered(it: DecisionContext[Person]) -> bool:
    """Someone with a similar name and date of birth, or the same number, is registered only once it is said why this is
    a different person.

    Someone with a similar name and date of birth, or with the same number, is already registered.

    Search for the person. If this is someone else, say so and say why; a coordinator will look at both records.
    """
    return not it.seen["alike"] or (it.asked.despite_likeness and it.asked.likeness_reason is not None)


@rules.of_request(source=SOURCE)
def absorbed_nobody(it: DecisionContext[Person]) -> bool:
    """A record into which others have been merged is not merged in its turn.

    Other records have been merged into this one, so it cannot be merged in its turn.

    Keep this record, and merge the other one into it.
    """
    return not it.subject.absorbed


@rules.of_request(source=SOURCE)
def really_absorbed(it: DecisionContext[Person]) -> bool:
    """Only a record that has been merged can be separated.

    That record has not been merged into this one.

    Check which record it is.
    """
    return it.asked.person in it.subject.absorbed


@rules.of_request(source=SOURCE)
def declared_before(it: DecisionContext[Person]) -> bool:
    """The identifier has been declared on this person's record.

    The identifier has not been declared on this person's record.

    Declare the identifier first, then verify it.
    """
    return it.asked.declaration in it.subject.identifiers


@rules.of_request("_identifier_digest", source="handbook 4.3")
def not_invalid(it: DecisionContext[Person]) -> bool:
    """An identifier with a wrong check digit cannot be verified.

    The check digit of the identifier is wrong.

    Compare it with the document and declare it again.
    """
    declared = it.subject.identifiers.get(it.asked.declaration)
    return declared is None or declared.check is not Check.INVALID


@rules.of_request(source=SOURCE)
def not_verified_yet(it: DecisionContext[Person]) -> bool:
    """The identifier has not been verified yet.

    The identifier has already been verified.

    There is nothing else to do.
    """
    declared = it.subject.identifiers.get(it.asked.declaration)
    return declared is None or not declared.verified


@rules.of_request(source="handbook 4.4")
def consent_there(it: DecisionContext[Person]) -> bool:
    """Only consent that has been given can be withdrawn.

    This consent has not been given.

    Check the purpose.
    """
    return it.asked.purpose in it.subject.consents


OWN = (
    Step(asks=c.RegisterPerson, by=DESK, source=NEW, target=KNOWN, records=e.PersonRegistered, rules=(desk_open, likeness_considered), fills=facts_seen("place", "alike")),
    Step(asks=c.RecordContacts, by=DESK, source=THERE, target=None, records=e.ContactsRecorded),
    Step(asks=c.DeclareIdentifier, by=DESK, source=THERE, target=None, records=e.IdentifierDeclared),
    Step(asks=c.VerifyIdentifier, by=DESK, source=THERE, target=None, records=e.IdentifierVerified,
         rules=(declared_before, not_invalid, not_verified_yet),
         fills=fill(identifier_kind=lambda it: it.subject.identifiers[it.asked.declaration].kind),
         claims=lambda it: (("identifier", it.seen["_identifier_digest"]),)),
    Step(asks=c.GiveNotice, by=DESK, source=THERE, target=None, records=e.NoticeGiven),
    Step(asks=c.GiveConsent, by=DESK, source=THERE, target=None, records=e.ConsentGiven),
    Step(asks=c.WithdrawConsent, by=DESK, source=THERE, target=None, records=e.ConsentWithdrawn,
         rules=(consent_there,), sets=(requests.RECIPIENTS_TOLD,)),
    Step(asks=c.MergePerson, by=POLICY_ONLY, source=THERE, target=MERGED, records=e.PersonMerged, rules=(absorbed_nobody,)),
    Step(asks=c.UnmergePerson, by=POLICY_ONLY, source=frozenset({MERGED}), target=KNOWN, records=e.PersonUnmerged,
         fills=fill(survivor=lambda it: it.subject.survivor)),
    Step(asks=c.AbsorbRecord, by=POLICY_ONLY, source=THERE, target=None, records=e.RecordAbsorbed),
    Step(asks=c.ReleaseRecord, by=POLICY_ONLY, source=THERE, target=None, records=e.RecordReleased, rules=(really_absorbed,)),
)  # fmt: skip
STEPS: tuple[Step, ...] = OWN + requests.ROWS + correction_rows(
    e.PersonCorrectionProposed, e.PersonCorrectionRejected, e.PersonFactCorrected, source=THERE, by=DESK,
    confirmed_by=LEAD, steps=lambda: STEPS,
)  # fmt: skip

PERSON = Procedure(
    name="person", version=3, aggregate=Person, steps=STEPS, states=(KNOWN, MERGED), final=frozenset(),
    lifeline=StateNotes(without_deadline={KNOWN: "A person owes nothing; their cases do, and whoever received a request about the data.", MERGED: "The survivor's cases owe."}),
)  # fmt: skip
