"""Who works for the programme, by name, for whoever sits at the machine."""

from typing import NamedTuple
from uuid import UUID, uuid4

from opera_cases.application.personal.reader import CASE_WORK, PersonalDataReader
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.projections.models import operators


class StaffMember(NamedTuple):
    """Somebody who works or worked here; `state` is ENROLLED or LEFT, the name is opened."""

    id: UUID
    state: str
    name: str


def staff(runtime: Runtime, who: Principal) -> list[StaffMember]:
    """Everybody who ever worked here, by name. The reading is on record."""
    found = operators.all_operators(runtime.log)
    with PersonalDataReader(runtime.log, runtime.application.keyring, who=who, place="list of operators", purpose=CASE_WORK, stream=UUID(int=0),
                 at=runtime.clock(), correlation=uuid4()) as reading:  # fmt: skip
        names = [str(reading.open(sealed)) for sealed in reading.unlock(each.name for each in found)]
    return sorted(
        (StaffMember(each.id, each.state, name) for each, name in zip(found, names, strict=True)),
        key=lambda each: each.name,
    )
