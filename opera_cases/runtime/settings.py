"""What is set from outside. Read by the command line only; `opera-cases settings` prints what is in force."""

from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from opera_cases.application.runtime import StoreLocations


class Settings(BaseSettings):
    """Each one is an environment variable with the prefix OPERA_.

    `folder` holds the embedded office (SQLite) when no URL is given. With PostgreSQL give `log_url`, `keys_url`
    (another database, in production on another server) and `master_key_file` (outside any database). `documents` is the
    folder of the sealed files, shared by all machines that serve; beside the master key when it is not given. `proofs` is the
    folder in which signed heads of the log are published, best where the database's administrator has no hand, `heads_to`
    an address to which each is mailed, `first_key` the id of the key that signed the first head, as it was printed when the
    office was made: with it `verify` tells when another took its place. `rate` bounds the requests of one caller of one process, as in
    `1200/minute`, `public_url` is where the office is found from outside, `forwarded_from` names the reverse proxies before it, by
    addresses and networks separated by commas: only their word for where a request came from (X-Forwarded-For) is taken; with
    `metrics_token` there is `/metrics` for whoever shows it. `smtp_url`
    (smtp://user:password@host:port, or smtps://) and `mail_from` say how reminders are mailed; without them they are told
    in the agenda and the calendars only.
    """

    model_config = SettingsConfigDict(env_prefix="OPERA_", env_file=".env", extra="ignore")

    folder: Path = Path("office")
    log_url: str = ""
    read_url: str = ""
    keys_url: str = ""
    master_key_file: Path | None = None
    documents: Path | None = None
    proofs: Path | None = None
    heads_to: str = ""
    first_key: str = ""
    production: bool = False
    public_url: str = ""
    rate: str = "1200/minute"
    forwarded_from: str = ""
    metrics_token: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    log_requests: bool = True
    host: str = "127.0.0.1"
    port: int = 8019

    @field_validator("master_key_file", "documents", "proofs", mode="before")
    @classmethod
    def _nowhere(cls, given: object) -> object:
        """An empty path is one left out, not the folder in which we happen to be."""
        return None if given == "" else given

    @property
    def embedded(self) -> bool:
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


def _server(url: str) -> str:
    return url.partition("://")[2].rpartition("/")[0].rpartition("@")[2]
