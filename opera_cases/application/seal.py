"""Before the domain decides: what was typed becomes sealed values, bound to the event that will hold them.

The domain receives the sealed values and the clear facts derived from what was typed; that itself goes no further.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, get_type_hints
from uuid import UUID

import msgspec

from opera_cases.application.correcting import as_the_corrected_field, derived_fields
from opera_cases.application.decimal_bounds import check_figures
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.personal import FieldKind, Sealed, kind_of, tidy, visible
from opera_cases.domain.kernel.sealed_fields import field_of
from opera_cases.domain.kernel.steps import Command, Fingerprint
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import digest, seal

NOBODY = UUID(int=0)


@lru_cache(maxsize=256)
def private_fields(struct: type[msgspec.Struct]) -> dict[str, FieldKind]:
    """The personal fields of a command or of the facts of an event, each with its kind."""
    return {name: kind for name, hint in get_type_hints(struct, include_extras=True).items() if (kind := kind_of(hint))}


def sealed_command(
    command: type[Command], values: Mapping[str, Any], *, subject: Aggregate, event: UUID, on: date, keyring: Keyring,
    lasting: bool = True,
) -> Command:  # fmt: skip
    """The command as the domain may see it, asked for `on` a day; what is only tried is sealed under a key that nobody keeps.

    Raises `InvalidInput`, naming the field that cannot be read."""
    if not isinstance(values, Mapping):
        raise InvalidInput("The step takes named fields.")
    for name in (*command.derives, *command.by_office):
        if name in values:
            raise InvalidInput("The office works this out itself. Leave it out.", name)
    private = private_fields(command)
    if any(kind.as_the_corrected_field for kind in private.values()):
        private, values = as_the_corrected_field(private, values, subject)
    words = {}
    for name, kind in private.items():
        if values.get(name) is not None:
            try:
                words[name] = tidy(kind, values[name])
            except InvalidInput as wrong:
                raise InvalidInput(wrong.detail, name) from None
    words = {name: text for name, text in words.items() if text != NO_CODES}
    clear = {name: _visible(value) for name, value in values.items() if name not in private and value is not None}
    derived = _derived(command, {**clear, **_plain(private, words), "occurred_on": on}, keyring)
    if command.by_office:
        derived |= derived_fields(command, values, words, subject, keyring)
    whose = _about(command, values) or subject.subject
    # Nobody gets a key because a request names them.
    lasting = lasting and (whose == subject.subject or whose in subject.people)
    owners = {(whose, private[name].data_class.value) for name in words}
    keys = keyring.keys(owners) if lasting else {owner: (NOBODY, os.urandom(32)) for owner in owners}
    values_sealed = {
        name: seal(text, *keys[whose, private[name].data_class], subject=whose,
                   data_class=private[name].data_class, event=event, field=field_of(command, name))
        for name, text in words.items()
    }  # fmt: skip
    try:
        asked = msgspec.convert({**clear, **derived, **values_sealed}, command, dec_hook=_as_it_is)
    except msgspec.ValidationError as wrong:
        text, _, path = str(wrong).partition(" - at `$")
        raise InvalidInput(text, path.strip(".`")) from None
    check_figures(asked)
    return asked


def _visible(value: Any) -> Any:
    """What stands in the clear, as it is shown."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {name: _visible(each) for name, each in value.items()}
    return [_visible(each) for each in value] if isinstance(value, list | tuple) else value


NO_CODES = "[]"
"""No codes at all are nothing to seal."""


def _plain(private: Mapping[str, FieldKind], words: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as values of their types."""
    return {
        name: text if private[name].of is None else msgspec.json.decode(text, type=private[name].of)
        for name, text in words.items()
    }


def _about(command: type[Command], values: Mapping[str, Any]) -> UUID | None:
    """The person about whom the words are, where a record of many is told something of one."""
    if not command.about:
        return None
    try:
        return UUID(str(values.get(command.about)))
    except ValueError:
        raise InvalidInput("Name the person by their id.", command.about) from None


def _derived(command: type[Command], said: Mapping[str, Any], keyring: Keyring) -> dict[str, Any]:
    found = {}
    for name, derive in command.derives.items():
        try:
            value = derive(said)
        except (KeyError, ValueError):  # from something that was not typed, or cannot be read
            continue
        found[name] = (
            digest(keyring, "FINGERPRINT", value.encode())[:16].hex() if isinstance(value, Fingerprint) else value
        )
    return found


def _as_it_is(wanted: type, value: Any) -> Any:
    if isinstance(value, wanted):
        return value
    raise InvalidInput("This field cannot be read.")


def sealed_values(facts: msgspec.Struct) -> Iterator[tuple[str, Sealed]]:
    """The sealed values of an event, each with the name of its field."""
    for name in facts.__struct_fields__:
        value = getattr(facts, name)
        if isinstance(value, Sealed):
            yield name, value
