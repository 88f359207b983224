"""A newcomer: what `make demo` prints is what the README tells; its commands, pasted into a second terminal, answer what the README shows."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest
import typer
from typer.testing import CliRunner

from opera_cases import __version__
from opera_cases.cli.app import app
from opera_cases.cli.serving import listening
from tests.cli.test_command_line import Line, _free_port
from tests.docs.documents import ROOT

PROGRAM = f"#!{sys.executable}\nfrom opera_cases.__main__ import run\nrun()\n"
ENDS = "--- that was all ---"


class Demo(NamedTuple):
    """A demo that is being served, and what it printed until it was."""

    line: Line
    port: int
    said: str


@contextmanager
def newcomer(folder: Path, people: int) -> Iterator[Demo]:
    """A demo built anew in the place of an older one by a first `make demo`, found and served by a second one."""
    line = Line(folder)
    program = folder / ".venv" / "bin" / "opera-cases"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM)
    program.chmod(0o700)
    _of_an_earlier_release(folder / "demo")
    subprocess.run([".venv/bin/opera-cases", "demo", "--no-serve", "--anew", "--people", str(people)], cwd=folder, env=line.environment,
                   check=True, capture_output=True)  # fmt: skip
    (folder / "demo" / "a-note-of-mine").touch()
    port = _free_port()
    process = subprocess.Popen([".venv/bin/opera-cases", "demo", "--port", str(port)], cwd=folder, env=line.environment,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    assert process.stdout is not None
    said = []
    for each in process.stdout:
        said.append(each)
        if each.startswith("Listening at"):
            break
    try:
        yield Demo(line, port, "".join(said))
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _of_an_earlier_release(folder: Path) -> None:
    folder.mkdir()
    for name in ("this-is-a-demo", "log.db", "a-note-of-before"):
        (folder / name).touch()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with newcomer(tmp_path_factory.mktemp("clone"), 20) as found:
        yield found


def shown(text: str) -> list[tuple[str, str]]:
    """The commands of a page, each with what it is said to answer."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, answer = re.sub(r"\\\n", "\\\0", part).partition("\n")
            found.append((command.replace("\\\0", "\\\n"), answer.strip()))
    return found


def printed(text: str) -> list[str]:
    """The commands of the tour, as the demo prints them."""
    tour = text.partition("A first tour")[2].partition("Everything")[0]
    return [each.partition("\n")[2].strip() for each in tour.split("\n\n# ")[1:]]


def shape(text: str) -> str:
    """A text without what differs from one demo, and from one day, to another: ids, numbers, room between words."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "#", text)
    return re.sub(r"\s", "", re.sub(r"\d+", "0", text))


def fits(answer: str, told: str) -> bool:
    """Whether an answer is what a page tells; `…` stands for anything there."""
    return re.fullmatch(".*?".join(map(re.escape, shape(told).split("…"))), shape(answer), flags=re.DOTALL) is not None


def test_the_demo_prints_the_commands_of_the_readme(demo: Demo) -> None:
    commands = [command for command, _ in shown((ROOT / "README.md").read_text())]
    assert len(commands) > 8
    assert printed(demo.said) == commands


def follow(demo: Demo, page: str) -> None:
    """Paste every command of a page into a terminal, no sooner than the read models have followed the one before, and compare."""
    tour = shown((ROOT / page).read_text())
    followed = f"while curl -s http://127.0.0.1:{demo.port}/readyz | grep -q '\"caught_up\":false'; do sleep 0.1; done"
    script = "".join(f"{command}\necho '{ENDS}'\n{followed}\n" for command, _ in tour)
    done = subprocess.run(
        ["bash"],
        input=script,
        cwd=demo.line.folder,
        env=demo.line.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == ""
    answers = done.stdout.split(f"{ENDS}\n")[:-1]
    for (command, told), answer in zip(tour, answers, strict=True):
        assert fits(answer, told), f"{command}\n\n{answer}\n\ndoes not fit\n\n{told}"


def test_every_command_of_the_readme_answers_what_it_shows(demo: Demo) -> None:
    follow(demo, "README.md")


@pytest.mark.heavy
def test_every_command_of_the_first_hour_answers_what_it_shows(tmp_path: Path) -> None:
    with newcomer(tmp_path, 468) as everybody:
        follow(everybody, "README.md")
        follow(everybody, "docs/tutorial.md")


@pytest.mark.parametrize(
    ("told", "answer", "fit"),
    [
        ('{"state": "PLAN", …', '{"state":"PLAN","version":3}', True),
        ('{"state": "IDEA", …', '{"state":"PLAN","version":3}', False),
        ('{"due_on": "2026-01-02"}', '{"due_on": "2027-11-30"}', True),
        ('{"due_on": "2026-01-02"}', '{"due_on": null}', False),
        ("…", "", True),
        ("", "error", False),
    ],
)  # fmt: skip
def test_what_a_page_shows_is_compared_in_its_words(told: str, answer: str, fit: bool) -> None:
    assert fits(answer, told) is fit


def test_a_second_demo_keeps_what_the_first_one_left(demo: Demo) -> None:
    assert "of 20 people, is kept as it was left" in demo.said
    assert (demo.line.folder / "demo" / "a-note-of-mine").exists()
    assert f"Listening at http://127.0.0.1:{demo.port};" in demo.said


def test_only_who_says_so_begins_a_demo_anew(demo: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    _of_an_earlier_release(folder)
    kept = CliRunner().invoke(app, ["demo", "--no-serve", "--folder", str(folder)])
    assert "--anew builds it again" in str(kept.exception)
    assert (folder / "a-note-of-before").exists()
    assert not (demo.line.folder / "demo" / "a-note-of-before").exists(), "there it was said"


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [("127.0.0.1", 70_000, "There is no port 70000"), ("127.0.0.1", 0, "There is no port 0"), ("203.0.113.7", 8019, "Nothing can listen at 203.0.113.7:8019")],
)  # fmt: skip
def test_an_address_that_cannot_be_had_is_refused_in_words(host: str, port: int, words: str) -> None:
    with pytest.raises(typer.BadParameter, match=words):
        listening(host, port)


def test_a_busy_port_is_refused_in_words(demo: Demo) -> None:
    line = Line(demo.line.folder, OPERA_FOLDER=str(demo.line.folder / "demo"), OPERA_PORT=str(demo.port))
    assert f"Nothing can listen at 127.0.0.1:{demo.port}" in " ".join(
        line.run("serve", code=2).replace("│", " ").split()
    )
    another = demo.line.folder / "another"
    told = CliRunner().invoke(app, ["demo", "--folder", str(another), "--port", str(demo.port)])
    assert told.exit_code == 2
    assert not another.exists(), "told before anything is built"


# -- the description of the API, for people ----------------------------------------------------------------------------


class Loaded(HTMLParser):
    """What a page loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = tag
        self.found += [each for each in (given.get("src"), given.get("href") if tag == "link" else None) if each]
        assert not {"style", "onload", "onclick"} & given.keys()

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self.inline += data.strip()


def test_the_description_for_people_comes_from_this_server_alone(demo: Demo) -> None:
    base = f"http://127.0.0.1:{demo.port}"
    with urllib.request.urlopen(f"{base}/docs", timeout=10) as answer:
        policy, page = answer.headers["Content-Security-Policy"], Loaded(answer.read().decode())
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|https?:|\*", policy)
    assert page.inline == ""
    assert len(page.found) >= 4
    for each in page.found:
        assert each.startswith("/docs/"), each
        with urllib.request.urlopen(base + each, timeout=10) as asset:
            content = asset.read()
            assert (asset.status, bool(content)) == (200, True)
            assert asset.headers.get_content_type() in ("text/javascript", "text/css", "image/png")
            if each.endswith("begin.js"):
                named = re.findall(rb'url: "([^"]+)"', content)
    with urllib.request.urlopen(base + named[0].decode(), timeout=10) as description:
        assert json.load(description)["info"]["version"] == __version__


@pytest.mark.heavy
def test_the_site_has_no_broken_link_and_loads_nothing_from_elsewhere() -> None:
    subprocess.run(
        ["make", "docs", f"BIN={Path(sys.executable).parent}", "-o", ".venv/.describes"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    pages = list((ROOT / "site").rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        loaded = re.findall(
            r"<(?:script|img|link|iframe|source|object)\b[^>]*\b(?:src|href|data)=\"([^\"]+)\"", page.read_text()
        )
        assert len(loaded) > 3
        assert [each for each in loaded if re.match(r"(?:\w+:)?//", each)] == [], page
    for style in (ROOT / "site").rglob("*.css"):
        assert not re.search(r"@import|url\([\"']?(?:https?:)?//", style.read_text()), style
