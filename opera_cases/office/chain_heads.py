"""The ends of the chains of readings, signed within a minute: what was read and removed since is missed."""

from uuid import UUID

from opera_cases.log.chain_ends import End, Ends, ends_in, publish_ends, signed_ends
from opera_cases.log.chains import COLUMNS, began, holds, key_of, stored
from opera_cases.log.witness import Witness
from opera_cases.office.premises import Premises

_BACK = 100


def witness(where: Premises) -> Witness:
    return Witness(where.addresses.witness, where.addresses.proof_key)


def log_id(where: Premises) -> UUID:
    return UUID(str(where.log.rows("SELECT log_id FROM log.epoch")[0][0]))


def remember(where: Premises, what: str, size: int) -> None:
    """The log knows how far it was signed: a witness that knows less is an older copy, or was cut."""
    sql = (
        "INSERT INTO log.follower (name, position) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE"
        " SET position = excluded.position WHERE log.follower.position < excluded.position"
    )
    where.log.rows(sql, f"signed/{what}", size)


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
    key, beyond = key_of(where.office.keyring), 2**63 - 1
    sql = f"SELECT {COLUMNS} FROM log.reading WHERE chain = $1 AND number > $2 AND number <= $3 ORDER BY number DESC LIMIT {_BACK}"
    while rows := where.log.rows(sql, UUID(chain), known.number if known else 0, beyond):
        for reading in map(stored, rows):
            if reading is not None and holds(key, reading):
                return End(reading.number, reading.link.hex())
        beyond = int(rows[-1][11]) - 1
    return None
