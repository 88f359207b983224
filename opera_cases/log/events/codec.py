"""Events as bytes and back: JSON, typed by the topic, so that nothing a person typed can pose as something else."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.domain.kernel.events import TOPICS, Body, Event, Meta
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.events.unit_of_work import NewEvent

_encoder = msgspec.json.Encoder()
_meta = msgspec.json.Decoder(Meta)
_bodies: dict[str, msgspec.json.Decoder[Any]] = {}

PROCEDURE_OF_TOPIC = {topic: PROCEDURES[topic.partition(".")[0]] for topic in TOPICS}


class UnknownTopic(LookupError):
    """The log holds a kind of event that this release does not know. Install the release that wrote it, or a newer."""


def encode(event: Event[Any]) -> NewEvent:
    """An event as its row holds it: facts and circumstances as JSON, each in bytes."""
    return NewEvent(
        event.event_id, event.stream, event.version, event.topic,
        _encoder.encode(event.body), _encoder.encode(event.meta),
    )  # fmt: skip


def check_known(topics: Iterable[str]) -> None:
    """Raises `UnknownTopic` for a topic of a newer release, also where nothing would be made of it."""
    for topic in sorted(set(topics) - TOPICS.keys()):
        raise UnknownTopic(f"{topic}: {' '.join((UnknownTopic.__doc__ or '').split())}")


def decode(row: Any) -> Event[Any]:
    """An event from its row, in the column order of the recorder.

    Raises `UnknownTopic` for a topic of a newer release: an event is never skipped.
    """
    position, event_id, stream, version, topic, state, metadata = row
    return _decoded(_uuid(stream), position, event_id, version, topic, state, metadata)


def decode_stream(stream: UUID, rows: Iterable[Any]) -> list[Event[Any]]:
    """The events of one stream from its rows, which do not repeat whose they are."""
    return [_decoded(stream, *row) for row in rows]


def _decoded(
    stream: UUID, position: int, event_id: Any, version: int, topic: str, state: Any, metadata: Any
) -> Event[Any]:
    decoder = _bodies.get(topic)
    if decoder is None:
        check_known([topic])
        decoder = _bodies[topic] = msgspec.json.Decoder(Body[TOPICS[topic]])  # type: ignore[valid-type]
    return Event(_uuid(event_id), stream, version, decoder.decode(state), _meta.decode(metadata), position)


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else msgspec.convert(value, UUID)
