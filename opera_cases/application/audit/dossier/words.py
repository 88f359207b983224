"""A dossier in the words of its reader: labels of fields and codes, days as they are written, names instead of ids."""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opera_cases.application.context import HOME_ZONE
from opera_cases.application.display_names import COLON, deadline_label
from opera_cases.application.personal.access_log import place_in_words, purpose_in_words
from opera_cases.application.personal.reader import CLOSED, ERASED
from opera_cases.application.runtime import Runtime, source_of
from opera_cases.domain.kernel.sealed_fields import fact_name
from opera_cases.domain.labels import Labels
from opera_cases.domain.labels.filling import written
from opera_cases.projections.models.desks import desk_names as names_of

_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class DossierWords:
    """Puts plain values into one language. Ids become names only where the dossier itself shows whose they are."""

    def __init__(self, runtime: Runtime, labels: Labels) -> None:
        self._runtime, self._labels = runtime, labels
        self._names: dict[str, str] = {}

    @property
    def language(self) -> str:
        """The language of the reader: it, fr or en."""
        return self._labels.language.value

    @property
    def colon(self) -> str:
        """What stands between a label and its value."""
        return COLON[self._labels.language]

    def of(self, code: str, **values: object) -> str:
        """A label, with values put in."""
        label = self._labels.of(code)
        return label.format(**values) if values else label

    def day(self, said: str | None) -> str:
        """A civil day, or a moment as the day and hour at home."""
        if not said:
            return ""
        if len(said) == len("2026-01-01"):
            return written(date.fromisoformat(said), self._labels.language)
        moment = datetime.fromisoformat(said).astimezone(ZoneInfo(HOME_ZONE))
        return f"{written(moment.date(), self._labels.language)} {moment:%H:%M}"

    def put(self, dossier: dict[str, Any]) -> dict[str, Any]:
        """The dossier with a label beside every code and a reading of every value."""
        self._learn(dossier)
        return {
            **dossier, "language": self.language, "title": self.of("dossier.title", number=dossier["file_number"]),
            "made_by": self.named(dossier["by"]), "role_label": self.of(f"role.{dossier['role']}"),
            "records": [self._record(each) for each in dossier["records"]],
            "reminders": [self._reminder(each) for each in dossier["reminders"]],
            "operators": [{**each, "roles_label": ", ".join(self.of(f"role.{role}") for role in each["roles"])} for each in dossier["operators"]],
            "readers": [{**each, "role_label": self.of(f"role.{each['role']}"), "place_label": place_in_words(each["place"], self._labels),
                         "purpose_label": purpose_in_words(each["purpose"], self._labels)} for each in dossier["readers"]],
        }  # fmt: skip

    def named(self, ident: str | None) -> str:
        """Whoever or whatever an id means; a short form of it where the dossier does not say."""
        return self._names.get(ident, ident[:8]) if ident else ""

    def _learn(self, told: dict[str, Any]) -> None:
        """The names behind the ids: those who worked on it, the desks, the records and events of the dossier."""
        self._names = {each["id"]: each["name"] or self.of(f"role.{each['roles'][0]}") for each in told["operators"]}
        desks = {event["meta"]["actor"].get("desk") for record in told["records"] for event in record["events"]}
        desks |= {record["stands"]["desk"] for record in told["records"] if record["stands"]}
        desks |= {each["value"] for record in told["records"] for event in record["events"] for each in event["facts"]
                  if each["field"].endswith("desk") and isinstance(each["value"], str)}  # fmt: skip
        self._names |= {
            str(desk): name
            for desk, name in names_of(self._runtime.log, [UUID(each) for each in desks if each]).items()
        }
        for record in told["records"]:
            if record["id"]:
                number = told["file_number"] if record["id"] == told["case"] else ""
                self._names[record["id"]] = f"{self.of('kind.' + record['kind'])} {number}".rstrip()
            for event in record["events"]:
                what, day = self.of("topic." + event["topic"]), self.day(event["meta"]["occurred_on"])
                self._names[event["event_id"]] = f"{what} ({day})"

    def _reminder(self, line: dict[str, Any]) -> dict[str, Any]:
        """Of what, for whom, and what became of it: of each message, or why nobody was told."""
        to = self.of(f"audience.{line['to']}")
        became = [
            self.of(f"state.message.{each['message']}") if each["message"] else self.of("dossier.in_the_agenda")
            for each in line["recipients"]
        ]
        return {
            **line, "says": deadline_label(line["rule"], line["cycle"], self._labels), "to_label": to,
            "names": ", ".join(dict.fromkeys(each["name"] or to for each in line["recipients"])),
            "became": "; ".join(dict.fromkeys([*became, *(self.of(f"reason.{each}") for each in line["because"])])),
        }  # fmt: skip

    def _record(self, record: dict[str, Any]) -> dict[str, Any]:
        kind, stands = record["kind"], record["stands"]
        if stands:
            stands = {
                **stands, "state_label": self.of(f"state.{kind}.{stands['state']}"), "desk_name": self.named(stands["desk"]),
                "overlays_label": ", ".join(self.of(f"overlay.{each}") for each in stands["overlays"]),
                "deadlines": [
                    {**due, "says": deadline_label(due["rule"], due["cycle"], self._labels), "source": source_of(due["edition"], due["rule"])}
                    for due in stands["deadlines"]
                ],
            }  # fmt: skip
        return {
            **record,
            "kind_label": self.of(f"kind.{kind}"),
            "stands": stands,
            "events": [self._event(kind, each) for each in record["events"]],
        }

    def _event(self, kind: str, event: dict[str, Any]) -> dict[str, Any]:
        meta = event["meta"]
        return {
            **event, "says": self.of(f"topic.{event['topic']}"), "state_label": self.of(f"state.{kind}.{event['state']}"),
            "by_name": self.named(meta["actor"]["id"]), "role_label": self.of(f"role.{meta['actor']['role']}"),
            "behalf_name": self.named(meta.get("on_behalf_of")),
            "facts": [self._fact(kind, each) for each in event["facts"]],
        }  # fmt: skip

    def _fact(self, kind: str, fact: dict[str, Any]) -> dict[str, Any]:
        name, corrected = fact["field"], fact["corrected"]
        if corrected:
            corrected = {**corrected, "says": self.says(kind, name, corrected["value"], sealed=fact["sealed"])}
        return {
            **fact,
            "label": self._field(name),
            "says": self.says(kind, name, fact["value"], sealed=fact["sealed"]),
            "corrected": corrected,
        }

    def _field(self, name: str) -> str:
        name = fact_name(name)
        return self.of(f"field.{name}") if f"field.{name}" in self._labels.flat else name.replace("_", " ")

    def says(self, kind: str, name: str, value: Any, *, sealed: bool = False) -> str:
        """A value as it is read: what a person wrote as it was written, everything else in words."""
        if value is None or value in ("", [], (), {}):
            return "–"
        if isinstance(value, bool):
            return self.of("dossier.yes" if value else "dossier.no")
        if isinstance(value, dict):
            return "; ".join(
                f"{self._field(key)}{self.colon}{self.says(kind, key, each)}"
                for key, each in value.items()
                if each is not None
            )
        if isinstance(value, list | tuple):
            return ", ".join(self.says(kind, name, each) for each in value)
        text = str(value)
        if text in (ERASED, CLOSED):
            return self.of("dossier.erased" if text == ERASED else "dossier.closed")
        words = sealed and name == fact_name(name)
        return self.day(text) if _DAY.fullmatch(text) else text if words else self._code(kind, name, text)

    def _code(self, kind: str, name: str, text: str) -> str:
        if _ID.fullmatch(text):
            return self.named(text)
        if name == "field":
            return self._field(text)
        for code in (f"code.{text}", f"state.{kind}.{text}", f"overlay.{text}", f"kind.{text}"):
            if code in self._labels.flat:
                return self.of(code)
        found = self._runtime.application.codelists.labels_of([text], self._labels.language)
        return f"{found[text]} ({text.rpartition(':')[2]})" if text in found else text
