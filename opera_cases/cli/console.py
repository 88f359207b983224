"""What the commands share: the office as set, opened for as long as a command runs, and where they print."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import CONSOLE, Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.log.store.errors import LostContact
from opera_cases.log.store.private_files import shut
from opera_cases.runtime.settings import Settings

AT_THE_TRAIL = Principal(CONSOLE.id, Role.AUDITOR)
"""Whoever sits at the machine itself, when they ask the audit trail: about everything, with personal values left sealed."""

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today when left out.")]


def open_office(settings: Settings) -> Runtime:
    """The office as set, which its owner has prepared: nothing but `migrate` and `demo` makes or upgrades one."""
    addresses = settings.addresses()
    runtime = Runtime.enter(addresses)
    databases = (addresses.log, addresses.read, addresses.keys)
    for path in shut(databases, (addresses.master_key, addresses.proof_key, addresses.files, addresses.witness)):
        err.print(
            f"Others on this machine may use {path}, which belongs to somebody else: chmod go= {path}", markup=False
        )
    return runtime


def open_office_patiently(settings: Settings, patience: float = 30.0) -> Runtime:
    """The same for what goes on for long: a database that is just starting, or recovers, is asked again for some seconds.

    Raises `LostContact` when it does not answer even then.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return open_office(settings)
        except LostContact:
            if time.monotonic() >= until:
                raise
            time.sleep(0.5)


@contextmanager
def office(*, patiently: bool = False) -> Iterator[Runtime]:
    """The office as set, closed at the end."""
    runtime = open_office_patiently(Settings()) if patiently else open_office(Settings())
    try:
        yield runtime
    finally:
        runtime.close()
