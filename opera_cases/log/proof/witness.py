"""The witness: a folder outside every database with what the log was at each checkpoint, signed.

`heads.jsonl` holds the signed tree heads, each with the hash of the one before; `keys.jsonl` the public keys, each
vouched for by the one before; `LEDGER.leaves` of each row its place, its id and its hash. A database can be compared
with it row by row, and what differs has a name. Copy the folder to where the database's administrator has no hand.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from msgspec import Struct
from msgspec.json import Decoder, Encoder

from opera_cases.log.proof.ledgers import LedgerRow
from opera_cases.log.proof.merkle import Tree, leaf_hash
from opera_cases.log.proof.signing import Signing, Trouble, signature_holds

WIDTH = 56
FIRST = "0" * 64


class SignedHead(Struct, frozen=True, kw_only=True):
    """What a ledger was at a moment: how many rows, the root over them, the root over where they stand."""

    log: UUID
    ledger: str
    size: int
    root: str
    places: str
    last: int
    made_at: str
    before: str
    key: str
    signature: str = ""

    @property
    def said(self) -> bytes:
        """What is signed."""
        told = (
            "opera-cases head 1",
            self.log,
            self.ledger,
            self.size,
            self.root,
            self.places,
            self.last,
            self.made_at,
            self.before,
            self.key,
        )
        return "\n".join(map(str, told)).encode()

    @property
    def hash(self) -> str:
        """The hash of the head with its signature, in hexadecimal: the next head names it."""
        return sha256(self.said + bytes.fromhex(self.signature)).hexdigest()


_head, _encode = Decoder(SignedHead), Encoder().encode


def entry_bytes(entry: LedgerRow) -> bytes:
    """A row of a ledger as the witness keeps it: place (8 bytes), id (16), leaf hash (32)."""
    return entry.place.to_bytes(8, "big") + entry.id.bytes + entry.leaf


def place_hash(entry: LedgerRow) -> bytes:
    """The hash of where a row stands and which it is, without what it says."""
    return leaf_hash(entry.place.to_bytes(8, "big") + entry.id.bytes)


class Witness(Signing):
    """The folder of signed heads and published rows."""

    def forget_first(self) -> None:
        """Before an office is put back: a first head, over nothing, is of the empty office that was made for it."""
        with self.alone():
            if not any(each.size for each in self.heads()):
                (self.folder / "heads.jsonl").unlink(missing_ok=True)

    # -- heads --------------------------------------------------------------------------------------------------------

    def heads(self, ledger: str = "") -> list[SignedHead]:
        """The heads that were published, of one ledger or of all, the oldest first."""
        return [each for each in map(_head.decode, self._lines("heads.jsonl")) if ledger in ("", each.ledger)]

    def publish(
        self, log: UUID, ledger: str, fresh: Iterable[LedgerRow], at: str, *, even_over_nothing: bool = False
    ) -> SignedHead | None:
        """Add rows and sign a head over all; None when there is nothing new. What a crash left unsigned is dropped."""
        every = self.heads()
        mine = [each for each in every if each.ledger == ledger]
        size = mine[-1].size if mine else 0
        path = self._path(ledger)
        if path.exists() and path.stat().st_size != size * WIDTH:
            os.truncate(path, size * WIDTH)
        rows, places = Tree(), Tree()
        for entry in self.entries(ledger):
            rows.add(entry.leaf)
            places.add(place_hash(entry))
        last = mine[-1].last if mine else 0
        content = bytearray()
        for entry in fresh:
            rows.add(entry.leaf)
            places.add(place_hash(entry))
            content += entry_bytes(entry)
            last = entry.place
        if not content and not even_over_nothing:
            return None
        self._append(path.name, bytes(content))
        ident, private = self._signer(at)
        draft = SignedHead(log=log, ledger=ledger, size=rows.size, root=rows.root.hex(), places=places.root.hex(), last=last,
                     made_at=at, before=every[-1].hash if every else FIRST, key=ident)  # fmt: skip
        head = SignedHead(**{name: getattr(draft, name) for name in draft.__struct_fields__ if name != "signature"},
                    signature=private.sign(draft.said).hex())  # fmt: skip
        self._append("heads.jsonl", _encode(head) + b"\n")
        return head

    # -- leaves -------------------------------------------------------------------------------------------------------

    def entries(self, ledger: str, start: int = 0) -> Iterator[LedgerRow]:
        """The published rows of a ledger, from one on."""
        path = self._path(ledger)
        if not path.exists():
            return
        with path.open("rb") as file:
            file.seek(start * WIDTH)
            while block := file.read(WIDTH * 4096):
                for at in range(0, len(block) - WIDTH + 1, WIDTH):
                    yield LedgerRow(
                        int.from_bytes(block[at : at + 8], "big"),
                        UUID(bytes=block[at + 8 : at + 24]),
                        block[at + 24 : at + WIDTH],
                    )

    def leaves(self, ledger: str, size: int, wanted: Collection[UUID] = ()) -> tuple[list[bytes], dict[UUID, int]]:
        """The hashes of the first published rows, and the numbers of those that are wanted among them."""
        path = self._path(ledger)
        content = path.read_bytes()[: size * WIDTH] if path.exists() else b""
        starts = range(0, len(content), WIDTH)
        sought = {each.bytes: each for each in wanted}
        found = {
            sought[ident]: start // WIDTH
            for start in starts
            if sought and (ident := content[start + 8 : start + 24]) in sought
        }
        return [content[start + 24 : start + WIDTH] for start in starts], found

    # -- is the witness itself sound? ---------------------------------------------------------------------------------

    def trouble(self) -> list[Trouble]:
        """Whether keys vouch for each other, heads are signed and follow each other, and published rows lead to them."""
        heads = self.heads()  # before the keys: whoever rotates meanwhile signs with a key that is there by then
        found = list(self._trouble_with_keys())
        known = {each.key: each for each in self.public_keys()}
        after = {each.by: each.since for each in self.public_keys() if each.by != each.key}
        before, sizes = FIRST, dict[str, int]()
        for number, head in enumerate(heads, 1):
            name = f"head {number} of {head.ledger}"
            if head.before != before:
                found.append(Trouble(name, "does not follow the head before it: one was removed, added or changed"))
            before = head.hash
            if head.key not in known or not signature_holds(known[head.key].public, head.signature, head.said):
                found.append(Trouble(name, "is not signed by a key of the witness"))
            elif head.key in after and head.made_at > after[head.key]:
                found.append(Trouble(name, "is signed by a key that had been replaced before"))
            if head.size < sizes.get(head.ledger, 0):
                found.append(Trouble(name, "covers fewer rows than the head before it"))
            sizes[head.ledger] = head.size
        for ledger in sorted(sizes):
            found += self._trouble_with_leaves(ledger)
        return found

    def _trouble_with_leaves(self, ledger: str) -> Iterator[Trouble]:
        heads = self.heads(ledger)
        rows, places = Tree(), Tree()
        entries = self.entries(ledger)
        for number, head in enumerate(heads, 1):
            while rows.size < head.size and (entry := next(entries, None)) is not None:
                rows.add(entry.leaf)
                places.add(place_hash(entry))
            if (rows.size, rows.root.hex(), places.root.hex()) != (head.size, head.root, head.places):
                yield Trouble(
                    f"{ledger}.leaves", f"does not lead to head {number} over {head.size} rows: it was changed or cut"
                )
                return

    # -- files --------------------------------------------------------------------------------------------------------

    def _path(self, ledger: str) -> Path:
        return self.folder / f"{ledger}.leaves"


def heads_in(text: str) -> list[SignedHead]:
    """The heads in a text: as they are mailed (what is signed, line by line, then the signature), or as lines of `heads.jsonl`."""
    lines = [line.strip() for line in text.splitlines()]
    found = [_head.decode(line) for line in lines if line.startswith("{")]
    for at, line in enumerate(lines):
        if line == "opera-cases head 1" and at + 10 < len(lines):
            log, ledger, size, root, places, last, made_at, before, key, signature = lines[at + 1 : at + 11]
            found.append(SignedHead(log=UUID(log), ledger=ledger, size=int(size), root=root, places=places, last=int(last), made_at=made_at,
                              before=before, key=key, signature=signature))  # fmt: skip
    return found
