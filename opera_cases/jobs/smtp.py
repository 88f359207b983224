"""How mail is sent."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:  # the library is loaded when mail is sent: an office without it starts sooner
    import aiosmtplib

TIMEOUT = 15.0
"""Seconds until a mail server that does not answer is given up for this time."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail is sent: by which server, from which address, where links lead, and to whom signed heads go.

    `url` is `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte; `smtp` uses TLS where the
    server offers it.
    """

    url: str
    sender: str
    base_url: str
    heads_to: str = ""

    @property
    def host(self) -> str:
        """The host of the mail server."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def domain(self) -> str:
        """The domain of the address from which mail is sent: every Message-ID ends in it."""
        return parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"

    def server(self) -> "aiosmtplib.SMTP":
        """A connection to make. Raises `ValueError` when the address of the server cannot be read."""
        import aiosmtplib  # when mail is sent: an office without it starts sooner

        parts = urlsplit(self.url)
        if parts.scheme not in ("smtp", "smtps"):
            raise ValueError("Give OPERA_SMTP_URL as smtp://host:port or smtps://host:port.")
        tls = parts.scheme == "smtps"
        return aiosmtplib.SMTP(
            hostname=self.host, port=parts.port or (465 if tls else 25), timeout=TIMEOUT, use_tls=tls,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )  # fmt: skip
