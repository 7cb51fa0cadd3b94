"""The Merkle tree of an append-only log: heads, proofs of inclusion and of consistency, and how both are verified.

RFC 9162 (Certificate Transparency 2.0, 2021) section 2.1, the same tree as RFC 6962; the hash is SHA-256. Hashes are
32 bytes. A *node* (level, position) is the whole subtree over the leaves from position * 2**level, 2**level of them:
its hash never changes once the log has reached its end. Whoever keeps the nodes (fewer than two for each leaf) gives
every head and proof, for now or for any earlier size, by reading about log2(size) of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

Node = tuple[int, int]
Range = tuple[int, int]
ReadNodes = Callable[[Iterable[Node]], Mapping[Node, bytes]]

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Hash an entry's content; RFC 9162 2.1.1.

    >>> leaf_hash(b"").hex()
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent; RFC 9162 2.1.1.

    >>> node_hash(leaf_hash(b""), leaf_hash(b"\\x00")).hex()
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'
    """
    return sha256(b"\x01" + left + right).digest()


# --- which nodes a head or a proof is made of


def split_before(size: int) -> int:
    """Give the largest power of two smaller than a size of 2 or more: where a tree parts; RFC 9162 2.1.1.

    >>> split_before(2), split_before(7), split_before(8)
    (1, 4, 4)
    """
    return 1 << (size - 1).bit_length() - 1


def whole_nodes(begin: int, end: int) -> list[Node]:
    """List the whole subtrees that make up the leaves [begin, end), left to right.

    `begin` is where a subtree of that width may start: 0, or where a tree parts.

    >>> whole_nodes(0, 7), whole_nodes(4, 7)
    ([(2, 0), (1, 2), (0, 6)], [(1, 2), (0, 6)])
    """
    nodes, width = [], end - begin
    while width:
        level = width.bit_length() - 1
        nodes.append((level, begin >> level))
        begin, width = begin + (1 << level), width - (1 << level)
    return nodes


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """List the leaves [begin, end) of each hash of the proof that entry `index` is in a log of `size`.

    RFC 9162 2.1.3.1. Raises ValueError unless 0 <= index < size.

    >>> inclusion_ranges(5, 8)
    [(4, 5), (6, 8), (0, 4)]
    """
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a log of {size}")
    ranges, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + split_before(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """List the leaves of each hash of the proof that a log of `first` grew into one of `second`; RFC 9162 2.1.4.1.

    Raises ValueError unless 0 < first <= second.

    >>> consistency_ranges(6, 8), consistency_ranges(4, 8), consistency_ranges(8, 8)
    ([(4, 6), (6, 8), (0, 4)], [(4, 8)], [])
    """
    if not 0 < first <= second:
        raise ValueError(f"a log of {first} cannot have grown into one of {second}")
    ranges, begin, end, known = [], 0, second, True
    while first != end:
        middle = begin + split_before(end - begin)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin, known = middle, False
    return ([] if known else [(begin, end)]) + ranges[::-1]


def completed_by(index: int) -> list[Node]:
    """List the nodes above the leaves that appending entry `index` completes, from the lowest.

    >>> completed_by(6), completed_by(7)
    ([], [(1, 3), (2, 1), (3, 0)])
    """
    nodes, level = [], 1
    while (index + 1) % (1 << level) == 0:
        nodes.append((level, index >> level))
        level += 1
    return nodes


# --- heads and proofs out of kept nodes


def hashes_of(ranges: Sequence[Range], read: ReadNodes) -> list[bytes]:
    """Give the hash of each range of leaves, reading all nodes at once."""
    parts = [whole_nodes(begin, end) for begin, end in ranges]
    found = read({node for nodes in parts for node in nodes})
    return [_folded([found[node] for node in nodes]) for nodes in parts]


def _folded(subtrees: list[bytes]) -> bytes:
    """Join subtrees of falling width into one hash."""
    joined = subtrees[-1]
    for left in subtrees[-2::-1]:
        joined = node_hash(left, joined)
    return joined


def tree_root(size: int, read: ReadNodes) -> bytes:
    """Give the root over the first `size` entries (0 or more); RFC 9162 2.1.1."""
    return hashes_of([(0, size)], read)[0] if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: ReadNodes) -> list[bytes]:
    """Prove that entry `index` (from 0) is in the log of `size`. Raises ValueError unless 0 <= index < size."""
    return hashes_of(inclusion_ranges(index, size), read)


def consistency_proof(first: int, second: int, read: ReadNodes) -> list[bytes]:
    """Prove that the log of `second` begins with that of `first`. Raises ValueError unless 0 < first <= second."""
    return hashes_of(consistency_ranges(first, second), read)


class Tree:
    """A log's nodes in memory, level by level.

    The reference tree of eight entries, as published with RFC 6962's first implementation:

    >>> contents = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    >>> tree = Tree(leaf_hash(bytes.fromhex(content)) for content in contents)
    >>> tree.root(7).hex()
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'
    >>> tree.root().hex()
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
    >>> [step.hex()[:8] for step in inclusion_proof(5, 8, tree.read)]
    ['bc1a0643', 'ca854ea1', 'd37ee418']
    >>> [step.hex()[:8] for step in consistency_proof(6, 8, tree.read)]
    ['0ebc5d34', 'ca854ea1', 'd37ee418']
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        """Give how many entries there are."""
        return len(self.levels[0])

    def append(self, leaf: bytes) -> None:
        """Add an entry's hash and the nodes that it completes: one more on average, log2(size) at most."""
        self.levels[0].append(leaf)
        for level, position in completed_by(len(self) - 1):
            if level == len(self.levels):
                self.levels.append([])
            below = self.levels[level - 1]
            self.levels[level].append(node_hash(below[2 * position], below[2 * position + 1]))

    def read(self, nodes: Iterable[Node]) -> dict[Node, bytes]:
        """Give the hashes of whole nodes."""
        return {(level, position): self.levels[level][position] for level, position in nodes}

    def root(self, size: int | None = None) -> bytes:
        """Give the root over the first `size` entries, or over all."""
        return tree_root(len(self) if size is None else size, self.read)


# --- verifying


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Give the root that a proof leads to from an entry's hash; None where the proof has not the right length.

    RFC 9162 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if at % 2 or at == last:
            root = node_hash(step, root)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, step)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a proof shows that the entry with this hash stands at `index` in the log of this size and root."""
    return root_from_inclusion(leaf, index, size, proof) == root


def verify_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Tell whether a proof shows that the log with the second root begins with the log with the first; 2.1.4.2.

    >>> verify_consistency(3, 3, [], EMPTY_ROOT, EMPTY_ROOT), verify_consistency(4, 3, [], EMPTY_ROOT, EMPTY_ROOT)
    (True, False)
    """
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    return bool(proof) and _roots_from_consistency(first, second, steps) == (first_root, second_root)


def _roots_from_consistency(first: int, second: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    """Give both roots that the steps lead to; None where they are too many or too few."""
    at, last = first - 1, second - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at % 2 or at == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        at, last = at >> 1, last >> 1
    return (older, newer) if last == 0 else None
