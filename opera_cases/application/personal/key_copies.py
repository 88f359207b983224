"""How long copies of the keys are kept, and so the day on which the last copy of a destroyed key dies."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from opera_cases.application.context import HOME_ZONE
from opera_cases.application.runtime import Runtime


def gone_by(runtime: Runtime, made_at: datetime) -> date:
    """The day by which a backup of the keys made at a moment is gone (parameter `key_backups` of the rulebook)."""
    day = made_at.astimezone(ZoneInfo(HOME_ZONE)).date()
    return day + timedelta(days=runtime.application.rulebook.find("key_backups", day).number)


def last_copy_dies_on(runtime: Runtime, erased_at: datetime) -> date:
    """The day on which no copy of a key is left that was destroyed at a moment: the last backup that can hold it was made just
    before, and is gone by then. No backup of the log holds keys, and a restore brings no key back that the ledger names.

    It speaks of backups made since release 0.8 and kept as told: those of format 1, and copies of the key database by other
    means, are for whoever keeps them to remove by that day.
    """
    return gone_by(runtime, erased_at)
