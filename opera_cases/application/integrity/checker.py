"""Checks a proof from `opera-cases proof make`, or a dossier as JSON, without the program and without anything to install:

    python checker.py proof.json [KEY]

It says whether the event stands in the log that the signed head speaks of; of a dossier, whether each event that brings a
proof does, and whether the dossier says of it what the log says. What was sealed in the log is opened in a dossier: that
something was recorded there is proved, not what it was. KEY is the id of the first key of the office,
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
    """Why a proof, or a dossier, does not hold; empty when it does."""
    try:
        return _trouble_with_dossier(proof, first) if is_dossier(proof) else _trouble(proof, first)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as wrong:
        return f"this is no proof that can be read: {type(wrong).__name__} {wrong}"


def _trouble(proof: dict[str, Any], first: str) -> str:
    return _trouble_with_head(proof, first) or _trouble_with_event(proof, proof["head"])


def _trouble_with_head(proof: dict[str, Any], first: str) -> str:
    head = proof["head"]
    if wrong := trouble_with_keys(proof["keys"], first):
        return wrong
    public = {each["key"]: bytes.fromhex(each["public"]) for each in proof["keys"]}
    if head["key"] not in public or not signed(public[head["key"]], bytes.fromhex(head["signature"]), head_said(head)):
        return "the head is not signed by a key of the office"
    return ""


def _trouble_with_event(item: dict[str, Any], head: dict[str, Any]) -> str:
    path = [bytes.fromhex(each) for each in item["path"]]
    if root_of(leaf_of(item["event"]), int(item["index"]), int(head["size"]), path).hex() != head["root"]:
        return "the event does not lead to the root of the head: it was changed, or never stood there"
    return ""


def _trouble_with_dossier(dossier: dict[str, Any], first: str) -> str:
    proof = dossier["proof"]
    if not proof["head"]:
        return "the dossier brings no proof"
    if wrong := _trouble_with_head(proof, first):
        return wrong
    told = {event["event_id"]: (record["id"], event) for record in dossier["records"] for event in record["events"]}
    for item in proof["items"]:
        stored = item["event"]
        named = f"{stored['topic']} {stored['event_id']}"
        if wrong := _trouble_with_event(item, proof["head"]):
            return f"{named}: {wrong}"
        if stored["event_id"] not in told or not _says_the_same(*told[stored["event_id"]], stored):
            return f"{named}: the dossier says something else than the log"
    if len(told) != len(proof["items"]) + int(proof["left_out"]):
        return "an event without a proof was added, or one was taken out"
    return ""


def _says_the_same(record: str, told: dict[str, Any], stored: dict[str, Any]) -> bool:
    state, meta = (json.loads(base64.b64decode(stored[name])) for name in ("state", "metadata"))
    same = (record, told["topic"], told["version"], told["step"], told["state"], told["meta"]) == (
        stored["stream"], stored["topic"], stored["version"], state["step"], state["left"]["state"], meta
    )  # fmt: skip
    facts = {fact["field"]: fact for fact in told["facts"]}
    sealed = {name for name, value in state["facts"].items() if isinstance(value, dict) and "ciphertext" in value}
    clear = {name: value for name, value in state["facts"].items() if name not in sealed and value is not None}
    said = {name: fact["value"] for name, fact in facts.items() if not fact["sealed"] and fact["value"] is not None}
    return same and said == clear and {name for name, fact in facts.items() if fact["sealed"]} <= sealed


def is_dossier(proof: dict[str, Any]) -> bool:
    return proof.get("format") == "opera-cases dossier 1"


def what_is_proved(proof: dict[str, Any]) -> str:
    """What a proof that holds shows, in words."""
    if is_dossier(proof):
        head, keys = proof["proof"]["head"], proof["proof"]["keys"]
        what = f"{len(proof['proof']['items'])} events of the dossier {proof['file_number']} stand among"
        rest = f" {proof['proof']['left_out']} more bring no proof." if proof["proof"]["left_out"] else ""
    else:
        head, keys, rest = proof["head"], proof["keys"], ""
        what = f"{proof['event']['topic']} {proof['event']['event_id']} is number {proof['index'] + 1} of"
    return (
        f"{what} {head['size']} events of the log {head['log']},\nas signed on {head['made_at']} with the key {head['key']};"
        f" the first key is {keys[0]['key']}.{rest}"
    )


def main() -> int:
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    proof = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    wrong = trouble_with(proof, sys.argv[2] if len(sys.argv) == 3 else "")
    if wrong:
        print(f"NOT PROVED: {wrong}.")
        return 1
    print(f"PROVED: {what_is_proved(proof)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
