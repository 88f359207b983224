"""The one door: every command is sealed, decided and written here, and every record is read back here."""

import random
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from opera_cases.application.context import Context
from opera_cases.application.decide import decide_companion, decide_one, decision_context, today
from opera_cases.application.loader import Loader
from opera_cases.application.obstacles import with_obstacles
from opera_cases.application.refusals import CLAIMED, NOT_YOUR_ROLE, NOT_YOURS, TRIED, record_refusal
from opera_cases.application.requests import CommandRequest, CommandResult
from opera_cases.application.seal import sealed_command
from opera_cases.application.search.hits import note_holders
from opera_cases.domain.access import UNRESTRICTED, Principal
from opera_cases.domain.access.roles import AUTOMATIC
from opera_cases.domain.documents.document import Document
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import (
    InvalidInput,
    NotFound,
    NotYourRole,
    Refused,
    SameKeyOtherBody,
    Unavailable,
    VersionConflict,
)  # fmt: skip
from opera_cases.domain.kernel.rulebook import BadRulebook
from opera_cases.domain.kernel.steps import Allowed, Command
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.authority.rows import claim_said, mark
from opera_cases.log.events.codec import encode
from opera_cases.log.events.commands import answered
from opera_cases.log.events.unit_of_work import CommandRow, MarkedClaim, Unit
from opera_cases.log.events.write import write
from opera_cases.log.keys import sealing as seals
from opera_cases.log.store.database import Conflict

ATTEMPTS = 6
_canonical = msgspec.json.Encoder(order="deterministic").encode
_answers = msgspec.json.Decoder(CommandResult)


class Executed(NamedTuple):
    """A step that was taken: what is answered, the record in hand, and what else was read for it; the answer only, when the step was a
    repeat."""

    answer: CommandResult
    record: Aggregate | None = None
    loader: Loader | None = None


class Application(Context):
    """Decides and remembers; everything it knows comes from the log and its rows."""

    # -- commands -----------------------------------------------------------------------------------------------------

    def execute(self, request: CommandRequest) -> CommandResult:
        """Carry out one step, once, and say what happened. See `execute_with_record`."""
        return self.execute_with_record(request).answer

    def execute_with_record(self, request: CommandRequest) -> Executed:
        """Carry out one step, once.

        Raises `InvalidInput`, `NotFound`, `NotYourRole`, `Refused` (with every rule that fails), `VersionConflict`,
        `SameKeyOtherBody`, `Withdrawn` or `Unavailable`. Whenever it raises, nothing of the step was recorded.
        """
        procedure = PROCEDURES[request.kind]
        command = procedure.commands.get(request.step)
        if command is None:
            raise InvalidInput(
                f"There is no step {request.step}. The steps are {', '.join(procedure.commands)}.", "step"
            )
        digest = self._digest_of(request)
        for attempt in range(ATTEMPTS):
            try:
                taken = self._decide_and_write(request, procedure, command, digest)
                if request.dry_run and command.watched:
                    self._record_refusal(request, TRIED)
                return taken
            except BadRulebook:
                raise InvalidInput("The rulebook says nothing for that day. Check the date.", "occurred_on") from None
            except (Conflict, Refused, NotYourRole, VersionConflict) as wrong:
                # Whatever stands in the way may be this very command, carried out before: its id goes first.
                if known := self._known(request, digest):
                    return Executed(known)
                if not isinstance(wrong, Conflict):
                    raise self._recorded(request, command, wrong) from None
                if wrong.table == "claim" and (held := CLAIMED.get(request.step)):
                    raise self._recorded(request, command, Refused((held,))) from wrong
                self.database.pause(random.uniform(0, 0.002 * 2**attempt))  # noqa: S311 (spreads retries, guards nothing)
        raise Unavailable

    def known(self, request: CommandRequest) -> CommandResult | None:
        """The answer given to this very request before, if it was. Raises `SameKeyOtherBody`."""
        return self._known(request, self._digest_of(request))

    def _digest_of(self, request: CommandRequest) -> bytes:
        said = [request.operation, request.stream, request.idempotency_payload or request.values, request.on]
        return seals.digest(self.keyring, "REQUEST", _canonical(said))

    def _known(self, request: CommandRequest, digest: bytes) -> CommandResult | None:
        known = answered(self.database, request.by.id, request.operation, request.key)
        if known is None:
            return None
        if known.request != digest:
            raise SameKeyOtherBody
        answer = _answers.decode(known.answer)
        last = known.position + len(answer.event_ids) - 1
        return msgspec.structs.replace(answer, position=last, repeated=True)

    def _decide_and_write(
        self, request: CommandRequest, procedure: Procedure[Any], command: type[Command], digest: bytes
    ) -> Executed:
        subject, event_id, at, loader = (
            self._subject(request, procedure),
            self.ids.new(),
            self.clock(),
            Loader(self.records),
        )
        self.codelists.check(command, request.values)
        asked = sealed_command(command, request.values, subject=subject, event=event_id, on=request.on or today(subject, at),
                               keyring=self.keyring, lasting=not request.dry_run)  # fmt: skip
        parts = [decide_one(self, loader, request, procedure, subject, asked, event_id, at)]
        waiting = list(parts[0].companions)
        while waiting:
            parts.append(decide_companion(self, loader, request, parts[0].on, waiting.pop(0)))
            waiting += parts[-1].companions
        events = tuple(event for part in parts for event in part.events)
        answer = CommandResult(
            kind=request.kind, id=subject.id, version=subject.version, state=subject.state,
            event_ids=tuple(event.event_id for event in events), recorded=not request.dry_run,
        )  # fmt: skip
        if request.dry_run:
            return Executed(answer, subject, loader)
        unit = Unit(
            events=tuple(encode(event) for event in events),
            command=CommandRow(request.by.id, request.operation, request.key, digest, msgspec.json.encode(answer)),
            claims=tuple(self._marked(*each) for part in parts for each in part.claims),
            releases=tuple(each for part in parts for each in part.releases),
            rows=tuple(each for part in parts for each in part.rows),
            rests_on=request.by.rests_on, today=self.today(at).isoformat() if request.by.rests_on else "",
            authorities=tuple(each for part in parts for each in part.given),
            withdrawals=tuple(each for part in parts for each in part.ended),
        )  # fmt: skip
        try:
            positions = write(self.database, unit)
        except Conflict:
            note_holders(self, request, unit.claims)
            raise
        return Executed(msgspec.structs.replace(answer, position=positions[-1]), subject, loader)

    def _marked(self, kind: str, key: str, holder: UUID) -> MarkedClaim:
        return MarkedClaim(kind, key, holder, mark(self.keyring, "claim", claim_said(kind, key, holder)))

    def _subject(self, request: CommandRequest, procedure: Procedure[Any]) -> Aggregate:
        if request.stream is None:
            fresh: Aggregate = procedure.aggregate(request.new_id or self.ids.new())
            if isinstance(fresh, Document):
                fresh.concerns = request.data_subject
            desk = request.values.get("desk")
            if (
                desk
                and request.by.role not in UNRESTRICTED
                and str(desk) not in {str(mine) for mine in request.by.desks}
            ):
                raise NotFound("There is no such desk, or you do not work there.")
            return fresh
        subject: Aggregate = self.records.load(procedure.aggregate, request.stream)
        reach = self.reach(subject, request.by)
        if not reach:
            raise NotFound
        if request.expected is not None and request.expected != subject.version:
            raise VersionConflict(request.expected, subject.version)
        if reach < procedure.reach(request.step):
            raise Refused((NOT_YOURS,))
        return subject

    def _recorded(self, request: CommandRequest, command: type[Command], refused: Exception) -> Exception:
        """Refused attempts of people and policies are recorded too; the clock proposes, and may be early. What was only tried
        is recorded where the command is watched."""
        if (
            isinstance(refused, Refused | NotYourRole)
            and (command.watched or not request.dry_run)
            and request.by.role is not Role.CLOCK
        ):
            rules = [each.rule for each in refused.refusals] if isinstance(refused, Refused) else [NOT_YOUR_ROLE]
            self._record_refusal(request, *rules)
        if isinstance(refused, Refused) and request.by.role not in AUTOMATIC:
            return Refused(with_obstacles(self.records, self.search, request, refused.refusals, self.today()))
        return refused

    def _record_refusal(self, request: CommandRequest, *rules: str) -> None:
        record_refusal(self.database, self.clock(), self.rulebook.edition, by=request.by, operation=request.operation, rules=rules,
                      stream=request.stream, version=request.expected, correlation=request.correlation)  # fmt: skip

    # -- questions ----------------------------------------------------------------------------------------------------

    def allowed(self, kind: str, record: Aggregate, by: Principal, loader: Loader | None = None) -> tuple[Allowed, ...]:
        """The steps that someone may ask of a record now: open, or blocked with reasons. `loader` has read already what the step
        just taken needed."""
        procedure = PROCEDURES[kind]
        it, _ = decision_context(
            self,
            loader or Loader(self.records),
            CommandRequest(step="", kind=kind, values={}, by=by, stream=record.id),
            procedure,
            record,
            None,
        )
        return procedure.allowed(it, self.records.reach(by, record, self.today()))
