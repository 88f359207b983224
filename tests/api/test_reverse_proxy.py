"""The example of a reverse proxy in docs/, tried with Debian's nginx: it forwards, it bounds, and it tells no secret."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from opera_cases.api.app import MOUNT, create_app
from tests.cli.test_command_line import _free_port
from tests.support.served import Answer, served
from tests.support.world import World

pytestmark = pytest.mark.heavy
EXAMPLE = Path(__file__).parents[2] / "docs" / "nginx.conf.example"


def _nginx() -> str:
    """Debian's nginx, installed where that can be done. It is never left out: whoever cannot install it is told to."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    if shutil.which("nginx", path=path) is None and os.geteuid() == 0:
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "nginx"]):
            subprocess.run(
                ["apt-get", *command],
                check=True,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdout=subprocess.DEVNULL,
            )
    found = shutil.which("nginx", path=path)
    if found is None:
        pytest.fail("The example of a reverse proxy is tried with nginx, which is not here: apt-get install nginx.")
    return found


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key, subject = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = folder / "certificate.pem", folder / "private.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private


class Proxy(NamedTuple):
    """The proxy at work before an office: its ports, its folder, and the lines of the office's own log."""

    tls: int
    plain: int
    folder: Path
    certificate: Path
    lines: list[dict[str, Any]]

    @contextlib.contextmanager
    def connection(self, source: str = "127.0.0.2", name: str = "opera.example") -> Iterator[ssl.SSLSocket]:
        context = ssl.create_default_context(cafile=str(self.certificate))
        with (
            socket.create_connection(("127.0.0.1", self.tls), timeout=30, source_address=(source, 0)) as plain,
            context.wrap_socket(plain, server_hostname=name) as secure,
        ):
            yield secure

    def told(self, head: str, *headers: str, body: bytes = b"", host: str = "opera.example", **about: str) -> Answer:
        with self.connection(**about) as secure:
            secure.sendall(
                "\r\n".join((f"{head} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", "")).encode()
            )
            with contextlib.suppress(OSError):
                secure.sendall(body)
            return _answer(secure)

    def log(self) -> str:
        return (self.folder / "opera.log").read_text()


def _answer(where: socket.socket) -> Answer:
    received = b""
    with contextlib.suppress(OSError):
        while piece := where.recv(65_536):
            received += piece
    first = received.split(b" ", 2)
    return Answer(int(first[1]) if len(first) > 1 else 0, received.decode("latin-1"), True)


@pytest.fixture
def proxy(small: World, tmp_path: Path) -> Iterator[Proxy]:
    program, lines = _nginx(), list[dict[str, Any]]()
    certificate, private = _certificate(tmp_path, "opera.example")
    with served(
        create_app(small.runtime, log=lines.append, public_url="https://opera.example"), forwarded_from="127.0.0.1"
    ) as port:
        tls, plain = _free_port(), _free_port()
        changed = {"127.0.0.1:8019": f"127.0.0.1:{port}", "listen 443": f"listen 127.0.0.1:{tls}", "listen 80": f"listen 127.0.0.1:{plain}",
                   "/etc/ssl/opera.example.pem": str(certificate), "/etc/ssl/private/opera.example.key": str(private),
                   "/var/log/nginx": str(tmp_path)}  # fmt: skip
        example = EXAMPLE.read_text()
        for written, here in changed.items():
            assert written in example
            example = example.replace(written, here)
        (tmp_path / "opera.conf").write_text(example)
        temporary = "".join(
            f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        (tmp_path / "nginx.conf").write_text(
            f"{user}daemon off;\npid {tmp_path}/pid;\nerror_log stderr crit;\nevents {{}}\nhttp {{\n{temporary}include {tmp_path}/opera.conf;\n}}\n"
        )
        with subprocess.Popen(
            [program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
        ) as running:
            try:
                for _ in range(100):
                    with contextlib.suppress(OSError):
                        socket.create_connection(("127.0.0.1", tls), timeout=1).close()
                        break
                    assert running.poll() is None
                    time.sleep(0.05)
                yield Proxy(tls, plain, tmp_path, certificate, lines)
            finally:
                running.terminate()


def _shown(small: World) -> str:
    return f"Authorization: Bearer {small.token(small.irene)}"


def test_it_forwards_and_says_where_a_request_came_from_whatever_the_caller_says(proxy: Proxy, small: World) -> None:
    told = proxy.told(
        f"GET {MOUNT}/cases",
        _shown(small),
        "X-Forwarded-For: 203.0.113.9",
        "X-Forwarded-Host: evil.example",
        "Forwarded: for=203.0.113.9",
    )
    assert told.status == 200
    assert "strict-transport-security" in told.text.lower()
    while not proxy.lines:
        time.sleep(0.01)
    assert [each["client"] for each in proxy.lines] == ["127.0.0.2"]
    upload = (b'--x\r\nContent-Disposition: form-data; name="desk"\r\n\r\n' + str(small.desk).encode() + b'\r\n--x\r\nContent-Disposition: form-data; '
              b'name="content"; filename="a.csv"\r\n\r\n' + b"family_name;given_names;channel\r\n" * 10_000 + b"\r\n--x--\r\n")  # fmt: skip
    taken = proxy.told(
        f"POST {MOUNT}/imports",
        _shown(small),
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {len(upload)}",
        body=upload,
    )
    assert taken.status == 202, taken.text


def test_it_answers_for_one_name_only(proxy: Proxy) -> None:
    with pytest.raises(ssl.SSLError), proxy.connection(name="evil.example"):
        pass
    assert proxy.told(f"GET {MOUNT}/status", host="evil.example").status in (0, 421)
    for host, status in ((b"opera.example", 308), (b"evil.example", 0)):
        with socket.create_connection(("127.0.0.1", proxy.plain)) as plain:
            plain.sendall(b"GET /a?b HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
            told = _answer(plain)
        assert told.status == status
        assert "evil" not in told.text
        assert ("https://opera.example/a?b" in told.text) is (status == 308)
    assert proxy.lines == []


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
def test_what_is_for_the_machines_beside_it_is_not_passed_on(proxy: Proxy, path: str) -> None:
    assert proxy.told(f"GET {path}").status == 404
    assert proxy.lines == []


def test_it_tells_neither_queries_nor_calendars(proxy: Proxy, small: World) -> None:
    address = _calendar(proxy, small)
    secret = re.findall(r"[A-Za-z0-9_-]{40,}", address)[0]
    assert proxy.told(f"GET {address}").status == 200
    for path in (
        f"{address}x",
        f"/{address}",
        f"{MOUNT}{address}",
        f"{MOUNT}/cases?text={secret}",
        address.replace("/c", "/%63"),
    ):
        proxy.told(f"GET {path}", f"Referer: https://opera.example{address}", f"User-Agent: {secret}")
    told = proxy.log() + (proxy.folder / "opera.error.log").read_text()
    assert told.count('"method":"GET"') == 6
    assert secret not in told
    assert secret not in str(proxy.lines)


def _calendar(proxy: Proxy, small: World) -> str:
    body = b'{"names": false}'
    told = proxy.told(
        f"POST {MOUNT}/me/calendars",
        _shown(small),
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        body=body,
    )
    assert told.status == 201, told.text
    found = re.search(r"https://opera\.example(/calendars/[^\"]+)", told.text)
    assert found is not None
    return found.group(1)


def test_it_bounds_what_comes(proxy: Proxy, small: World) -> None:
    shown = _shown(small)
    assert proxy.told(f"GET {MOUNT}/cases", shown, "X-Large: " + "x" * 10_000).status in (400, 431)
    assert proxy.told(f"GET {MOUNT}/cases?text=" + "x" * 10_000, shown).status == 414
    for path, size in (("cases", 300_000), ("imports", 12_000_000)):
        told = proxy.told(
            f"POST {MOUNT}/{path}", shown, "Content-Type: application/json", f"Content-Length: {size}", body=b"x" * size
        )
        assert told.status == 413
    assert proxy.lines == []


def test_a_flood_from_one_address_is_bounded_and_holds_up_no_other(proxy: Proxy, small: World) -> None:
    shown, asked = _shown(small), f"GET {MOUNT}/status HTTP/1.1\r\nHost: opera.example\r\n"
    with contextlib.ExitStack() as open_ones:
        flood = [open_ones.enter_context(proxy.connection(source="127.0.0.3")) for _ in range(40)]
        for each in flood:
            each.sendall(f"{asked}\r\n".encode() * 9 + f"{asked}Connection: close\r\n\r\n".encode())
        told = re.findall(r"HTTP/1\.1 (\d+)", "".join(_answer(each).text for each in flood))
    assert told.count("429") > 100
    assert proxy.told(f"GET {MOUNT}/cases", shown).status == 200


def test_changes_are_told_when_they_happen(proxy: Proxy, small: World) -> None:
    with proxy.connection() as secure:
        secure.sendall(f"GET {MOUNT}/changes HTTP/1.1\r\nHost: opera.example\r\n{_shown(small)}\r\n\r\n".encode())
        received = b""
        while b"retry:" not in received:
            received += secure.recv(65_536)
        small.case("CONTACT")
        began = time.monotonic()
        while b"contact_recorded" not in received:
            received += secure.recv(65_536)
        assert time.monotonic() - began < 5


def test_half_a_request_is_not_waited_for(proxy: Proxy) -> None:
    with proxy.connection() as secure:
        secure.sendall(b"GET / HTTP/1.1\r\nHost: opera.example\r\nX-Never")
        began = time.monotonic()
        assert _answer(secure).status in (0, 408)
        assert time.monotonic() - began < 20
