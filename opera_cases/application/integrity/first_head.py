"""The first head, signed when an office is made: from then on a witness without heads is a finding, never a beginning."""

from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.integrity.proofs import checkpoint
from opera_cases.application.runtime import Runtime


def first_key(runtime: Runtime) -> str:
    """Sign a first head over an office that never had one, and tell the id of the key that did; empty where there is one.

    A signing key whose heads are not where they should be is no new office: nothing is signed, and `verify` tells.
    """
    seen = open_witness(runtime)
    if seen.secret.exists() or seen.public_keys():
        return ""
    checkpoint(runtime)
    return seen.public_keys()[0].key
