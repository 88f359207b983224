"""What the office knows of a correction before the domain decides: of which kind the words are, whether they only repeat
what stands there, and which clear facts follow from them.
"""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import InvalidInput, KeyDestroyed
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import FieldKind, Sealed, kind_of, tidy
from opera_cases.domain.kernel.sealed_fields import FactFields, by_name, fields_of, hint_of, nothing, value_of
from opera_cases.domain.kernel.steps import Command, Fingerprint
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import unseal

NO_FIELD = FactFields("", "")


def as_the_corrected_field(
    private: Mapping[str, FieldKind], values: Mapping[str, Any], subject: Aggregate
) -> tuple[dict[str, FieldKind], Mapping[str, Any]]:  # fmt: skip
    """A correction is sealed in the class of the fact it corrects, so that erasing the class erases it too. A code, a day or
    an id given as `value` for a sealed fact becomes its words; one that the fact cannot say stays, for the rules to refuse.

    Raises `InvalidInput` for a fact that is not on the record, and for one that follows from another."""
    event = _fact(subject, values.get("fact"))
    name = str(values.get("field"))
    if name in _asked_by(subject, event).derives:
        raise InvalidInput("The office works this out itself. Correct the fact from which it follows.", "field")
    kind = _kind(event, name)
    if kind is None:
        return dict(private), values
    of_the_field = {field: kind if each.as_the_corrected_field else each for field, each in private.items()}
    if kind.of is None or values.get("value") is None or values.get("text") is not None:
        return of_the_field, values
    try:
        tidy(kind, values["value"])
    except InvalidInput:
        return of_the_field, values
    return of_the_field, {
        **{field: each for field, each in values.items() if field != "value"},
        "text": values["value"],
    }


def derived_fields(
    command: type[Command], values: Mapping[str, Any], words: Mapping[str, str], subject: Aggregate, keyring: Keyring
) -> dict[str, Any]:  # fmt: skip
    """The fields `derived` and `repeats` of a correction, as far as the step has them."""
    event, name, text, value = _corrected_fact(values, words, subject, keyring)
    if event is None or name not in fields_of(_form(event)):
        return {}
    repeats = text is not None and text == _text_of(value_of(event.facts, name), keyring)
    found = {"repeats": repeats, "derived": _derived(event, {name: _typed(event, name, text, value)}, subject, keyring)}
    return {field: each for field, each in found.items() if field in command.by_office}


def _corrected_fact(
    values: Mapping[str, Any], words: Mapping[str, str], subject: Aggregate, keyring: Keyring
) -> tuple[Event[Any] | None, str, str | None, str | None]:  # fmt: skip
    """Which fact is corrected, and what it shall say: in words that are sealed, or by a value in the clear."""
    if "proposal" not in values:
        return _fact(subject, values.get("fact")), str(values.get("field")), words.get("text"), values.get("value")
    try:
        proposal = subject.proposals.get(UUID(str(values["proposal"])))
    except ValueError:
        raise InvalidInput("Take the event_id of the proposal from the file.", "proposal") from None
    if proposal is None:
        return None, "", None, None
    return subject.known.get(proposal.fact), proposal.field, _text_of(proposal.text, keyring), proposal.value


def _fact(subject: Aggregate, ident: object) -> Event[Any]:
    try:
        return subject.known[UUID(str(ident))]
    except (KeyError, ValueError):
        raise InvalidInput("There is no such fact on this record. Take its event_id from the file.", "fact") from None


def _asked_by(subject: Aggregate, event: Event[Any]) -> type[Command]:
    """The step that recorded an event."""
    return PROCEDURES[subject.kind].commands.get(event.body.step, Command)


def _form(event: Event[Any]) -> type[Facts]:
    return type(event.facts)


def _kind(event: Event[Any], name: str) -> FieldKind | None:
    facts = _form(event)
    clear, sealed = fields_of(facts).get(name, NO_FIELD)
    return kind_of(hint_of(facts, sealed or clear)) if sealed or clear else None


def _text_of(value: Any, keyring: Keyring) -> str | None:
    """A fact as it is sealed; None where nothing is said, or nobody can read it any longer."""
    if isinstance(value, Sealed):
        try:
            return unseal(value, keyring)
        except KeyDestroyed:
            return None
    return None if value is None else msgspec.json.encode(value).decode()


def _derived(
    event: Event[Any], news: Mapping[str, Any], subject: Aggregate, keyring: Keyring
) -> list[dict[str, str | None]]:
    """The clear facts that read otherwise with what is new, in the order of the step. What follows from something that
    nobody can read any longer stays as it is."""
    derives, unread = _asked_by(subject, event).derives, set[str]()
    known: dict[str, Any] = {"occurred_on": event.on}
    for name, value in (by_name(event.facts) if derives else {}).items():
        plain = news[name] if name in news else _open(event, name, value, keyring)
        if plain is not None:
            known[name] = plain
        elif isinstance(value, Sealed) and name not in news:
            unread.add(name)
    found = []
    for field, derive in derives.items():
        stands = getattr(event.facts, field, None)
        try:
            reads = derive(known)
        except KeyError as missing:
            reads = (
                stands if missing.args[0] in unread or not hasattr(event.facts, field) else nothing(_form(event), field)
            )
        if reads != stands and not isinstance(reads, Fingerprint):
            found.append({"field": field, "value": _code(reads)})
    return found


def _open(event: Event[Any], name: str, value: Any, keyring: Keyring) -> Any:
    return _typed(event, name, _text_of(value, keyring), None) if isinstance(value, Sealed) else value


def _typed(event: Event[Any], name: str, text: str | None, value: str | None) -> Any:
    """What a fact says, in its type, from its words or from a value in the clear; None from what it cannot say."""
    kind = _kind(event, name)
    try:
        if text is not None:
            return text if kind is None or kind.of is None else msgspec.json.decode(text, type=kind.of)
        if value is None:
            return None
        wanted = kind.of if kind and kind.of else hint_of(_form(event), fields_of(_form(event))[name].clear)
        return msgspec.convert(value, wanted, strict=False)
    except msgspec.ValidationError:
        return None


def _code(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value.value if isinstance(value, Enum) else value)
