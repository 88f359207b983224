"""What is set from outside. Read by the command line only; `opera-cases settings` prints what is in force."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, SettingsConfigDict

from opera_cases.application.runtime import StoreLocations

PREFIX, HIDDEN = "OPERA_", "***"
_PASSWORD = re.compile(r"(?<=:)[^:@/]*(?=@)|(?<=password=)[^&]*")


class Settings(BaseSettings):
    """Each one is an environment variable with the prefix OPERA_, or a line of the file `.env` where the program is started."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    folder: Path = Field(
        default=Path("office"), description="Folder of the embedded office (SQLite), when no URL is given."
    )
    log_url: str = Field(
        default="", description="PostgreSQL database of log and read models; without it the office is embedded."
    )
    read_url: str = Field(default="", description="Database of the followed read models, when it is another.")
    keys_url: str = Field(default="", description="Database of the keys; in production on another server than the log.")
    master_key_file: Path | None = Field(default=None, description="The master key, outside any database.")
    documents: Path | None = Field(
        default=None,
        description="Folder of the sealed documents, shared by all machines that serve; beside the master key when left out.",
    )
    proofs: Path | None = Field(
        default=None,
        description=(
            "Folder of the witness: signed heads and the hash of every row, best where the database's administrator has no hand; `proofs` beside the "
            "master key when left out."
        ),
    )
    heads_to: str = Field(default="", description="An address to which each signed head is mailed.")
    first_key: str = Field(
        default="",
        description=(
            "The id of the first signing key, as `opera-cases migrate` printed it when the office was made: `opera-cases verify` tells when another took "
            "its place."
        ),
    )
    production: bool = Field(default=False, description="`true` refuses set-ups that are only for trying.")
    public_url: str = Field(
        default="",
        description=(
            "Where the office is found from outside, as in `https://opera.example`; every link in an answer and the description of the API begin with it."
        ),
    )
    rate: str = Field(
        default="1200/minute",
        description=(
            "Requests of one operator (or of one address not yet known) to one process, as in `1200/minute` (or `/second`, `/hour`, `/day`); empty for no bound."
        ),
    )
    forwarded_from: str = Field(
        default="",
        description=(
            "Addresses and networks of the reverse proxies, separated by commas: only their word for where a request came from (`X-Forwarded-For`) is believed."
        ),
    )
    metrics_token: str = Field(
        default="",
        description="With it `/metrics` answers Prometheus, for whoever shows it.",
        json_schema_extra={"secret": True},
    )
    smtp_url: str = Field(
        default="",
        description=(
            "How mail is sent: `smtp://user:password@host:port`, or `smtps://…`; without it reminders stand in agenda and calendars only."
        ),
    )
    mail_from: str = Field(
        default="",
        description=(
            "From whom: `Sportelli <sportelli@example.org>`; let what comes back be piped into `opera-cases mail bounce`."
        ),
    )
    log_requests: bool = Field(
        default=True, description="One line of JSON a request on standard error, without personal data."
    )
    host: str = Field(default="127.0.0.1", description="Address at which `opera-cases serve` listens.")
    port: int = Field(default=8019, description="Port at which `opera-cases serve` listens.")  # fmt: skip

    @field_validator("master_key_file", "documents", "proofs", mode="before")
    @classmethod
    def _nowhere(cls, given: object) -> object:
        """An empty path is one left out, not the folder in which we happen to be."""
        return None if given == "" else given

    @property
    def embedded(self) -> bool:
        """Whether the office is one folder of SQLite files, without PostgreSQL."""
        return not self.log_url

    def addresses(self) -> StoreLocations:
        """Where the three stores are. Raises `ValueError` when what production needs is missing."""
        if self.embedded:
            if self.production:
                raise ValueError("In production give OPERA_LOG_URL: the embedded office is one process on one machine.")
            folder = StoreLocations.folder(self.folder)
            return StoreLocations(
                folder.log,
                folder.read,
                folder.keys,
                self.master_key_file or folder.master_key,
                self.documents,
                self.proofs,
            )
        if not self.keys_url:
            raise ValueError("Give OPERA_KEYS_URL: the keys live in a database of their own, away from the log.")
        if self.master_key_file is None:
            raise ValueError("Give OPERA_MASTER_KEY_FILE: the master key lies outside any database.")
        if self.production and _server(self.keys_url) == _server(self.log_url):
            raise ValueError("OPERA_KEYS_URL is on the server of the log: in production the keys live on another one.")
        return StoreLocations(
            self.log_url,
            self.read_url or self.log_url,
            self.keys_url,
            self.master_key_file,
            self.documents,
            self.proofs,
        )


class SettingInForce(NamedTuple):
    """A setting as it is in force: secrets are masked."""

    variable: str
    value: str
    source: str


def settings_in_force() -> Iterator[SettingInForce]:
    """Every setting, and where its value comes from: the environment, the file `.env`, or the program. Raises as `Settings` does."""
    found = {"environment": EnvSettingsSource(Settings)(), ".env": DotEnvSettingsSource(Settings)()}
    now = Settings()
    for name in Settings.model_fields:
        source = next((source for source, given in found.items() if name in given), "program")
        yield SettingInForce(PREFIX + name.upper(), masked(name, getattr(now, name)), source)


def masked(name: str, value: object) -> str:
    """A value for people to read: nothing for none, and no password in an address."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    secret = isinstance(extra := Settings.model_fields[name].json_schema_extra, dict) and extra.get("secret")
    return HIDDEN if secret and text else _PASSWORD.sub(HIDDEN, text)


def _server(url: str) -> str:
    return url.partition("://")[2].rpartition("/")[0].rpartition("@")[2]
