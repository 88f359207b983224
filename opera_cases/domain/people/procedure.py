"""The record of a person, as a table (handbook 6.6), with its rules."""

from opera_cases.domain.people import commands as c
from opera_cases.domain.people import events as e
from opera_cases.domain.people.identifiers import Check
from opera_cases.domain.people.person import KNOWN, Person
from opera_cases.domain.rules import Asking, of_request
from opera_cases.domain.vocabulary import Role
from opera_cases.domain.workflow import Lifeline, Procedure, Step

SOURCE = "handbook 6.6"
NEW, THERE = frozenset({""}), frozenset({KNOWN})
DESK = frozenset({Role.CASEWORKER, Role.COORDINATOR})


@of_request("desk_open", "place", source=SOURCE)
def desk_open(it: Asking[Person]) -> bool:
    """The desk is open on the day of the registration.

    Choose another desk, or correct the date.
    """
    return bool(it.seen["desk_open"])


@of_request(source=SOURCE)
def declared_before(it: Asking[Person]) -> bool:
    """The number was declared on this person's record.

    Declare the identifier first, then verify that declaration.
    """
    return it.asked.declaration in it.subject.identifiers


@of_request("_identifier_digest", source="handbook 4.3")
def not_invalid(it: Asking[Person]) -> bool:
    """A number whose check digit is wrong cannot be verified.

    Compare it with the document and declare it again.
    """
    declared = it.subject.identifiers.get(it.asked.declaration)
    return declared is None or declared.check is not Check.INVALID


@of_request(source=SOURCE)
def not_verified_yet(it: Asking[Person]) -> bool:
    """The number is not verified already.

    There is nothing more to do.
    """
    declared = it.subject.identifiers.get(it.asked.declaration)
    return declared is None or not declared.verified


@of_request(source="handbook 4.4")
def consent_there(it: Asking[Person]) -> bool:
    """Only a consent that was given can be withdrawn.

    Check the purpose.
    """
    return it.asked.purpose in it.subject.consents


STEPS = (
    Step(asks=c.RegisterPerson, by=DESK, source=NEW, target=KNOWN, records=e.PersonRegistered, rules=(desk_open,),
         fills=lambda it: {"place": it.seen["place"]}),
    Step(asks=c.RecordContacts, by=DESK, source=THERE, target=None, records=e.ContactsRecorded),
    Step(asks=c.DeclareIdentifier, by=DESK, source=THERE, target=None, records=e.IdentifierDeclared),
    Step(asks=c.VerifyIdentifier, by=DESK, source=THERE, target=None, records=e.IdentifierVerified,
         rules=(declared_before, not_invalid, not_verified_yet),
         fills=lambda it: {"identifier_kind": it.subject.identifiers[it.asked.declaration].kind},
         claims=lambda it: (("identifier", it.seen["_identifier_digest"]),)),
    Step(asks=c.GiveNotice, by=DESK, source=THERE, target=None, records=e.NoticeGiven),
    Step(asks=c.GiveConsent, by=DESK, source=THERE, target=None, records=e.ConsentGiven),
    Step(asks=c.WithdrawConsent, by=DESK, source=THERE, target=None, records=e.ConsentWithdrawn,
         rules=(consent_there,)),
)  # fmt: skip

PERSON = Procedure(
    name="person", version=1, aggregate=Person, steps=STEPS, states=(KNOWN,), final=frozenset(),
    lifeline=Lifeline(without_deadline={KNOWN: "A person owes nothing; their cases do."}),
)  # fmt: skip
