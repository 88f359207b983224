"""What follows from the life of a case and its person: meetings, transfers, consents, jobs."""

from opera_cases.domain.appointments import Appointment, AppointmentHeld
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.placement import PlacementConfirmed
from opera_cases.domain.cases.transfers import CaseTransferred
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.people.events import ConsentWithdrawn, Purpose
from opera_cases.domain.people.person import Person
from opera_cases.domain.policies.consequence import Consequence, Lookups, because


def counts_as_contact(
    event: Event[AppointmentHeld], appointment: Appointment, around: Lookups
) -> tuple[Consequence, ...]:
    """A meeting of a case was held: the case had contact that day."""
    if appointment.case is None:
        return ()
    return (because(event, "case", appointment.case, "record_meeting", appointment=str(event.stream),
                     channel=appointment.channel),)  # fmt: skip


def moves_venture(event: Event[CaseTransferred], case: Case, around: Lookups) -> tuple[Consequence, ...]:
    """The case of a promoter went to another desk: the venture goes with it. Those of other members do not move it."""
    if case.venture is None:
        return ()
    return (
        because(event, "venture", case.venture, "move_venture", to_desk=str(event.facts.to_desk), case=str(case.id)),
    )


def hides_profile(event: Event[ConsentWithdrawn], person: Person, around: Lookups) -> tuple[Consequence, ...]:
    """The person does not want to be seen by firms any longer: the profile is withdrawn."""
    if event.facts.purpose is not Purpose.PROFILE_TO_FIRMS:
        return ()
    return tuple(because(event, "case", case, "withdraw_profile") for case in around.published(event.stream))


def fills_place(event: Event[PlacementConfirmed], case: Case, around: Lookups) -> tuple[Consequence, ...]:
    """Somebody was hired for a vacancy: one place less."""
    if event.facts.vacancy is None:
        return ()
    return (because(event, "vacancy", event.facts.vacancy, "fill_place", case=str(event.stream)),)
