"""Checks a proof from `opera-cases proof make`, without the program and without anything to install:

    python checker.py proof.json [KEY]

It says whether the event stands in the log that the signed head speaks of. KEY is the id of the first key of the office,
as you were told it by somebody you trust; without it the proof is only as good as the keys it brings along.
"""

import base64
import json
import sys
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any
from uuid import UUID

# Ed25519 (RFC 8032, section 5.1): points of the curve -x^2 + y^2 = 1 + d x^2 y^2 over the field of 2^255 - 19.
FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
ROOT = pow(2, (FIELD - 1) // 4, FIELD)
Point = tuple[int, int]


def _add(one: Point, other: Point) -> Point:
    (a, b), (c, d) = one, other
    crossed = D * a * c * b * d % FIELD
    x = (a * d + b * c) * pow(1 + crossed, FIELD - 2, FIELD)
    y = (b * d + a * c) * pow(1 - crossed, FIELD - 2, FIELD)
    return x % FIELD, y % FIELD


def _times(count: int, point: Point) -> Point:
    total = (0, 1)
    while count:
        if count & 1:
            total = _add(total, point)
        point, count = _add(point, point), count >> 1
    return total


def _point(encoded: bytes) -> Point:
    number = int.from_bytes(encoded, "little")
    y, odd = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, FIELD - 2, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if (x * x - square) % FIELD:
        x = x * ROOT % FIELD
    if y >= FIELD or (x * x - square) % FIELD or (x == 0 and odd):
        raise ValueError("no point of the curve")
    return (FIELD - x, y) if x & 1 != odd else (x, y)


BASE = _point((4 * pow(5, FIELD - 2, FIELD) % FIELD).to_bytes(32, "little"))


def signed(public: bytes, signature: bytes, said: bytes) -> bool:
    """Whether a signature of what was said holds."""
    try:
        key, commitment = _point(public), _point(signature[:32])
    except ValueError:
        return False
    answer = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or answer >= ORDER:
        return False
    asked = int.from_bytes(sha512(signature[:32] + public + said).digest(), "little") % ORDER
    return _times(answer, BASE) == _add(commitment, _times(asked, key))


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which a leaf leads (RFC 9162, section 2.1.3.2)."""
    place, last, root = index, size - 1, leaf
    for each in path:
        if place & 1 or place == last:
            root = sha256(b"\x01" + each + root).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = sha256(b"\x01" + root + each).digest()
        place, last = place >> 1, last >> 1
    return root if last == 0 and 0 <= index < size else b""


def leaf_of(event: dict[str, Any]) -> bytes:
    """The hash of an event: every column but its position, each behind its length."""
    parts = [event["topic"].encode(), base64.b64decode(event["state"]), base64.b64decode(event["metadata"])]
    head = UUID(event["event_id"]).bytes + UUID(event["stream"]).bytes + int(event["version"]).to_bytes(8, "big")
    return sha256(b"\x00" + head + b"".join(len(each).to_bytes(8, "big") + each for each in parts)).digest()


def head_said(head: dict[str, Any]) -> bytes:
    names = ("log", "ledger", "size", "root", "places", "last", "made_at", "before", "key")
    return "\n".join(["opera-cases head 1", *(str(head[name]) for name in names)]).encode()


def trouble_with_keys(keys: list[dict[str, Any]], first: str) -> str:
    """Why the keys cannot be trusted; empty when each is vouched for by the one before, from the first on."""
    known: dict[str, dict[str, Any]] = {}
    for each in keys:
        said = "\n".join(["opera-cases key 1", each["key"], each["public"], each["since"], each["by"]]).encode()
        voucher = known.get(each["by"], each if not known else None)
        if sha256(bytes.fromhex(each["public"])).hexdigest()[:16] != each["key"]:
            return f"the key {each['key']} is not what its name says"
        if voucher is None or not signed(bytes.fromhex(voucher["public"]), bytes.fromhex(each["signature"]), said):
            return f"nobody vouches for the key {each['key']}"
        known[each["key"]] = each
    if first and (not keys or keys[0]["key"] != first):
        return f"the first key is not {first}"
    return ""


def trouble_with(proof: dict[str, Any], first: str = "") -> str:
    """Why a proof does not hold; empty when it does."""
    try:
        return _trouble(proof, first)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as wrong:
        return f"this is no proof that can be read: {type(wrong).__name__} {wrong}"


def _trouble(proof: dict[str, Any], first: str) -> str:
    head = proof["head"]
    if wrong := trouble_with_keys(proof["keys"], first):
        return wrong
    public = {each["key"]: bytes.fromhex(each["public"]) for each in proof["keys"]}
    if head["key"] not in public or not signed(public[head["key"]], bytes.fromhex(head["signature"]), head_said(head)):
        return "the head is not signed by a key of the office"
    path = [bytes.fromhex(each) for each in proof["path"]]
    if root_of(leaf_of(proof["event"]), int(proof["index"]), int(head["size"]), path).hex() != head["root"]:
        return "the event does not lead to the root of the head: it was changed, or never stood there"
    return ""


def main() -> int:
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    proof = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    wrong = trouble_with(proof, sys.argv[2] if len(sys.argv) == 3 else "")
    if wrong:
        print(f"NOT PROVED: {wrong}.")
        return 1
    head, event = proof["head"], proof["event"]
    print(f"PROVED: {event['topic']} {event['event_id']} is number {proof['index'] + 1} of {head['size']} events of the log {head['log']},")
    print(f"as signed on {head['made_at']} with the key {head['key']}; the first key is {proof['keys'][0]['key']}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
