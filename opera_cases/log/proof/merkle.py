"""A Merkle tree over a list that only grows, with the hashes of RFC 9162 (Certificate Transparency), section 2.1."""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, section 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours (RFC 9162, section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The tree as far as it has grown: only the roots of its complete parts are kept, the largest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size, self._peaks = size, list(peaks)

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> "Tree":
        """A tree over some leaf hashes, in their order."""
        tree = cls()
        for each in leaves:
            tree.add(each)
        return tree

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """What has to be kept to go on later."""
        return tuple(self._peaks)

    def add(self, leaf: bytes) -> None:
        """One more leaf, as its hash."""
        joined, size = leaf, self.size
        while size & 1:
            joined = node_hash(self._peaks.pop(), joined)
            size >>= 1
        self._peaks.append(joined)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over everything added so far; that of nothing for an empty tree."""
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for each in reversed(self._peaks[:-1]):
            root = node_hash(each, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over some leaf hashes, in their order."""
    return Tree.of(leaves).root


def _split(size: int) -> int:
    """The largest power of two smaller than a size."""
    return 1 << (size - 1).bit_length() - 1


def inclusions(leaves: Sequence[bytes], indexes: Collection[int]) -> dict[int, list[bytes]]:
    """What each of some leaves, by their numbers, needs beside itself to come to the root, from its neighbour upwards: one
    walk through the tree, level by level."""
    level, places = list(leaves), {index: index for index in indexes}
    paths: dict[int, list[bytes]] = {index: [] for index in indexes}
    while len(level) > 1:
        for index, place in places.items():
            beside = place ^ 1
            if beside < len(level):
                paths[index].append(level[beside])
            places[index] = place >> 1
        pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = [*pairs, level[-1]] if len(level) & 1 else pairs
    return paths


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a leaf at a place leads by its path; None when the path does not fit the place."""
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(each, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, each)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """What shows that the tree of the first `earlier` leaves is the beginning of the tree of all."""
    return _sub_proof(leaves, earlier, whole=True) if 0 < earlier < len(leaves) else []


def _sub_proof(leaves: Sequence[bytes], earlier: int, *, whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = _split(len(leaves))
    if earlier <= half:
        return [*_sub_proof(leaves[:half], earlier, whole=whole), root_of(leaves[half:])]
    return [*_sub_proof(leaves[half:], earlier - half, whole=False), root_of(leaves[:half])]


def is_consistent(earlier: int, size: int, earlier_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree of `size` begins with the tree of `earlier`."""
    if earlier == size:
        return earlier_root == root and not proof
    if not 0 < earlier < size or not proof:
        return earlier == 0 and not proof
    path = [earlier_root, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    place, last = earlier - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root
