"""Checkpoints: from time to time the worker signs what the log is, and publishes it where the database has no hand."""

import asyncio
from datetime import datetime, timedelta
from email.message import EmailMessage

from opera_cases.application.integrity.chain_heads import open_witness, sign_chains
from opera_cases.application.integrity.proofs import checkpoint
from opera_cases.application.runtime import Runtime
from opera_cases.domain.kernel.errors import OperaError
from opera_cases.jobs.smtp import Mail
from opera_cases.log.proof.witness import SignedHead
from opera_cases.log.work import leases

EVERY = timedelta(hours=1)


def publish(runtime: Runtime, mail: Mail | None = None) -> int:
    """Where the last head is an hour old, sign and publish one over each ledger that has grown, one worker at a time.

    Returns how many heads were made. Where `mail` says to whom they are mailed as well: a copy in somebody's mailbox is one more witness.
    """
    with leases.alone(runtime.log, "checkpoint") as mine:
        heads = checkpoint(runtime) if mine and _due(runtime) else []
    if heads and mail is not None and mail.heads_to:
        asyncio.run(_mailed(mail, heads))
    return len(heads)


def publish_chains(runtime: Runtime) -> bool:
    """Sign how far the chains of readings have come, where anybody has read since, one worker at a time."""
    with leases.alone(runtime.log, "chains") as mine:
        return mine and sign_chains(runtime)


def _due(runtime: Runtime) -> bool:
    heads = open_witness(runtime).heads()
    return not heads or runtime.clock() - datetime.fromisoformat(heads[-1].made_at) >= EVERY


def _text(heads: list[SignedHead]) -> str:
    """Heads as they are mailed: what is signed, then the signature. `verify --head` reads this."""
    return "\n\n".join(f"{each.said.decode()}\n{each.signature}" for each in heads)


async def _mailed(mail: Mail, heads: list[SignedHead]) -> None:
    """Mailed once, and not insisted upon: the next head covers what this one covered."""
    import aiosmtplib

    made = EmailMessage()
    made["From"], made["To"], made["Auto-Submitted"] = mail.sender, mail.heads_to, "auto-generated"
    made["Subject"] = f"Head of the log {heads[0].log}: {heads[0].size} {heads[0].ledger}"
    made["Message-ID"] = f"<{heads[0].hash[:32]}@{mail.domain}>"
    made.set_content(_text(heads))
    try:
        async with mail.server() as server:
            await server.send_message(made)
    except (aiosmtplib.SMTPException, OSError, TimeoutError, OperaError):
        return
