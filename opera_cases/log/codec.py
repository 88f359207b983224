"""Events as bytes and back: JSON, typed by the topic, so that nothing a person typed can pose as something else."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.domain.events import TOPICS, Body, Event, Meta
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.log.writing import NewEvent

_encoder = msgspec.json.Encoder()
_meta = msgspec.json.Decoder(Meta)
_bodies: dict[str, msgspec.json.Decoder[Any]] = {}

KINDS = {topic: PROCEDURES[topic.partition(".")[0]] for topic in TOPICS}


class UnknownTopic(LookupError):
    """The log holds a kind of event that this release does not know. Install the release that wrote it, or a newer."""


def encode(event: Event[Any]) -> NewEvent:
    return NewEvent(
        event.event_id, event.stream, event.version, event.topic,
        _encoder.encode(event.body), _encoder.encode(event.meta),
    )  # fmt: skip


def decode(row: Any) -> Event[Any]:
    """An event from its row, in the column order of the recorder.

    Raises `UnknownTopic` for a topic of a newer release: an event is never skipped.
    """
    position, event_id, stream, version, topic, state, metadata = row
    decoder = _bodies.get(topic)
    if decoder is None:
        if topic not in TOPICS:
            raise UnknownTopic(f"{topic}: {' '.join((UnknownTopic.__doc__ or '').split())}")
        decoder = _bodies[topic] = msgspec.json.Decoder(Body[TOPICS[topic]])  # type: ignore[valid-type]
    return Event(
        event_id if isinstance(event_id, UUID) else UUID(str(event_id)),
        stream if isinstance(stream, UUID) else UUID(str(stream)),
        version, decoder.decode(state), _meta.decode(metadata), position,
    )  # fmt: skip


def decode_all(rows: Iterable[Any]) -> list[Event[Any]]:
    return [decode(row) for row in rows]
