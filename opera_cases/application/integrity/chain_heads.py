"""The ends of the chains of readings, signed within a minute: what was read and removed since is missed."""

from uuid import UUID

from opera_cases.application.runtime import Premises
from opera_cases.log.access_log import readings
from opera_cases.log.proof.chain_ends import End, Ends, ends_in, publish_ends, signed_ends
from opera_cases.log.proof.chains import began, holds, key_of, stored
from opera_cases.log.proof.witness import Witness
from opera_cases.log.store import epoch
from opera_cases.log.work import followers


def witness(where: Premises) -> Witness:
    return Witness(where.addresses.witness, where.addresses.proof_key)


def log_id(where: Premises) -> UUID:
    return epoch.log_id(where.log)


def remember(where: Premises, what: str, size: int) -> None:
    """The log knows how far it was signed: a witness that knows less is an older copy, or was cut."""
    followers.note_signed(where.log, what, size)


def signed(where: Premises) -> Ends | None:
    """How far every chain of this log had come when the witness signed last."""
    ends = signed_ends(witness(where))
    return ends if ends is not None and ends.log == log_id(where) else None


def sign_chains(where: Premises) -> bool:
    """Sign how far each chain has come, where one has come further. Returns whether one had.

    Only readings whose link holds count. An end that went back is not taken back: what is missing there is a finding.
    """
    if began(where.office.keyring) is None:
        return False
    seen = witness(where)
    with seen.alone():
        known = signed(where)
        ends = dict(known.ends) if known else {}
        grown = {chain: end for chain, number in ends_in(where.log).items()
                 if (chain not in ends or number > ends[chain].number) and (end := _end(where, chain, ends.get(chain)))}  # fmt: skip
        if grown:
            ends |= grown
            publish_ends(seen, log_id(where), ends, where.clock().isoformat())
            remember(where, "chains", sum(end.number for end in ends.values()))
    return bool(grown)


def _end(where: Premises, chain: str, known: End | None) -> End | None:
    """The last reading of a chain that this office wrote; None when it is none beyond the one known."""
    key = key_of(where.office.keyring)
    for reading in map(stored, readings.back_from_the_end(where.log, UUID(chain), known.number if known else 0)):
        if reading is not None and holds(key, reading):
            return End(reading.number, reading.link.hex())
    return None
