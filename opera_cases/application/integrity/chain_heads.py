"""The ends of the chains of readings, signed within a minute: what was read and removed since is missed."""

from uuid import UUID

from opera_cases.application.runtime import Runtime
from opera_cases.log.access_log import readings
from opera_cases.log.proof.chain_ends import End, Ends, ends_in, publish_ends, signed_ends
from opera_cases.log.proof.hash_chain import chained_since, key_of, link_holds, parse_linked
from opera_cases.log.proof.witness import Witness
from opera_cases.log.store.epoch import log_id
from opera_cases.log.work import followers


def open_witness(runtime: Runtime) -> Witness:
    """The witness of an office: the folder to which its signed heads are published, with the key that signs them."""
    return Witness(runtime.addresses.witness, runtime.addresses.proof_key)


def remember(runtime: Runtime, what: str, size: int) -> None:
    """The log knows how far it was signed: a witness that knows less is an older copy, or was cut."""
    followers.note_signed(runtime.log, what, size)


def signed_chain_ends(runtime: Runtime) -> Ends | None:
    """How far every chain of this log had come when the witness signed last."""
    ends = signed_ends(open_witness(runtime))
    return ends if ends is not None and ends.log == log_id(runtime.log) else None


def sign_chains(runtime: Runtime) -> bool:
    """Sign how far each chain has come, where one has come further. Returns whether one had.

    Only readings whose link holds count. An end that went back is not taken back: what is missing there is a finding.
    """
    if chained_since(runtime.application.keyring) is None:
        return False
    seen = open_witness(runtime)
    with seen.alone():
        known = signed_chain_ends(runtime)
        ends = dict(known.ends) if known else {}
        grown = {chain: end for chain, number in ends_in(runtime.log).items()
                 if (chain not in ends or number > ends[chain].number) and (end := _end(runtime, chain, ends.get(chain)))}  # fmt: skip
        if grown:
            ends |= grown
            publish_ends(seen, log_id(runtime.log), ends, runtime.clock().isoformat())
            remember(runtime, "chains", sum(end.number for end in ends.values()))
    return bool(grown)


def _end(runtime: Runtime, chain: str, known: End | None) -> End | None:
    """The last reading of a chain that this office wrote; None when it is none beyond the one known."""
    key = key_of(runtime.application.keyring)
    for reading in map(
        parse_linked, readings.back_from_the_end(runtime.log, UUID(chain), known.number if known else 0)
    ):
        if reading is not None and link_holds(key, reading):
            return End(reading.number, reading.link.hex())
    return None
