"""Words for people: every code in three languages, chosen by the reader."""

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.domain.events import TOPICS
from opera_cases.domain.labels import preferred
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.vocabulary import Language, Role
from opera_cases.office.premises import labels
from tests.world import World

CODES = {
    *(f"state.{name}.{state}" for name, procedure in PROCEDURES.items() for state in procedure.states),
    *(f"topic.{topic}" for topic in TOPICS), *(f"role.{role}" for role in Role), "overlay.SUSPENDED",
}  # fmt: skip


@pytest.mark.parametrize("language", list(Language))
def test_every_code_has_its_words_and_no_words_are_left_over(language: Language) -> None:
    assert set(labels(language).flat) == CODES


@pytest.mark.parametrize(
    ("asked", "given"),
    [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("de, en;q=0.5", "en"), ("", "it"), ("de", "it"), ("en;q=x, fr;q=0.1", "fr")],
)
def test_the_reader_chooses_the_language(asked: str, given: str) -> None:
    assert preferred(asked) == given


def test_timeline_and_state_are_told_in_the_readers_language(small: World) -> None:
    case = small.case("INTAKE")
    small.settle()
    headers = {"Authorization": f"Bearer {small.token(small.irene)}"}
    with TestClient(create_app(small.where)) as client:
        told = {
            language: (
                client.get(f"{MOUNT}/cases/{case.id}", headers={**headers, "Accept-Language": language}).json()["state_label"],
                client.get(f"{MOUNT}/cases/{case.id}/timeline", headers={**headers, "Accept-Language": language}).json()["items"][0]["says"],
            )
            for language in ("it", "fr", "en")
        }  # fmt: skip
    assert told == {
        "it": ("accoglienza", "Primo contatto registrato"),
        "fr": ("accueil", "Premier contact enregistré"),
        "en": ("intake", "First contact recorded"),
    }
