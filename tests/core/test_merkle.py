"""The log's tree: published vectors, the RFC's own recursion as a second method, and what no forger gets past."""

from collections.abc import Iterable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.transparency.merkle import (
    EMPTY_ROOT,
    Node,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

CONTENTS = [
    bytes.fromhex(content)
    for content in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
TWO, THREE_FOUR = ROOTS[1], "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
SECOND, FIFTH = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
)
SEVEN_EIGHT, FIVE_TO_EIGHT = (
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
FIVE_SIX = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
SEVENTH = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"


def tree_of(size: int) -> Tree:
    return Tree(leaf_hash(f"mục {index}".encode()) for index in range(size))


# --- vectors of the first implementation of RFC 6962, which RFC 9162's implementations share


def test_heads_are_the_published_ones() -> None:
    tree = Tree(map(leaf_hash, CONTENTS))
    assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS
    assert tree.root(0) == EMPTY_ROOT == sha256(b"").digest()


@pytest.mark.parametrize(
    ("index", "size", "expected"),
    [
        (0, 1, []),
        (0, 8, [SECOND, THREE_FOUR, FIVE_TO_EIGHT]),
        (5, 8, [FIFTH, SEVEN_EIGHT, ROOTS[3]]),
        (2, 3, [TWO]),
        (1, 5, [ROOTS[0], THREE_FOUR, FIFTH]),
    ],
)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int, expected: list[str]) -> None:
    tree = Tree(map(leaf_hash, CONTENTS))
    assert [step.hex() for step in inclusion_proof(index, size, tree.read)] == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1, 1, []),
        (1, 8, [SECOND, THREE_FOUR, FIVE_TO_EIGHT]),
        (6, 8, [FIVE_SIX, SEVEN_EIGHT, ROOTS[3]]),
        (2, 5, [THREE_FOUR, FIFTH]),
        (6, 7, [FIVE_SIX, SEVENTH, ROOTS[3]]),
    ],
)
def test_consistency_proofs_are_the_published_ones(first: int, second: int, expected: list[str]) -> None:
    tree = Tree(map(leaf_hash, CONTENTS))
    assert [step.hex() for step in consistency_proof(first, second, tree.read)] == expected


# --- the RFC's recursive definitions, written down as they stand there


def mth(leaves: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    k = parting(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def parting(n: int) -> int:
    return max(1 << bit for bit in range(n.bit_length()) if 1 << bit < n)


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = parting(len(leaves))
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """RFC 9162 2.1.4.1."""
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = parting(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def test_proofs_of_every_entry_and_every_prefix_are_those_of_the_definition_and_verify() -> None:
    tree = tree_of(34)
    leaves = tree.levels[0]
    for size in range(1, 35):
        root = tree.root(size)
        assert root == mth(leaves[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, tree.read)
            assert proof == path(index, leaves[:size])
            assert verify_inclusion(leaves[index], index, size, proof, root)
        for first in range(1, size + 1):
            proof = consistency_proof(first, size, tree.read)
            assert proof == subproof(first, leaves[:size], True)
            assert verify_consistency(first, size, proof, tree.root(first), root)


# --- what is changed never passes


@st.composite
def included(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 200))
    return draw(st.integers(0, size - 1)), size


def with_a_bit_turned(hashes: list[bytes], draw: st.DataObject) -> list[bytes]:
    which = draw.draw(st.integers(0, len(hashes) - 1))
    at, bit = draw.draw(st.integers(0, 31)), draw.draw(st.integers(0, 7))
    turned = bytearray(hashes[which])
    turned[at] ^= 1 << bit
    return [*hashes[:which], bytes(turned), *hashes[which + 1 :]]


@given(included(), st.data())
def test_a_changed_bit_of_entry_proof_or_root_never_verifies(pair: tuple[int, int], data: st.DataObject) -> None:
    index, size = pair
    tree = tree_of(size)
    proof = inclusion_proof(index, size, tree.read)
    leaf, root, *steps = with_a_bit_turned([tree.levels[0][index], tree.root(), *proof], data)
    assert not verify_inclusion(leaf, index, size, steps, root)


@given(included(), st.integers(0, 199))
def test_an_entry_stands_at_its_own_place_only(pair: tuple[int, int], other: int) -> None:
    index, size = pair
    tree = tree_of(size)
    proof = inclusion_proof(index, size, tree.read)
    if other != index:
        assert not verify_inclusion(tree.levels[0][index], other, size, proof, tree.root())
    for wrong in (proof[:-1], [*proof, EMPTY_ROOT]):
        if wrong != proof:
            assert not verify_inclusion(tree.levels[0][index], index, size, wrong, tree.root())


@given(included(), st.data())
def test_a_rewritten_past_never_verifies(pair: tuple[int, int], data: st.DataObject) -> None:
    first, second = pair[0] + 1, pair[1]
    tree = tree_of(second)
    proof = consistency_proof(first, second, tree.read)
    older, newer, *steps = with_a_bit_turned([tree.root(first), tree.root(), *proof], data)
    assert not verify_consistency(first, second, steps, older, newer)
    assert not verify_consistency(first, second, [*proof, EMPTY_ROOT], tree.root(first), tree.root())
    if first < second:
        assert not verify_consistency(first, second, [], tree.root(first), tree.root())


def test_a_proof_of_a_million_entries_reads_some_forty_hashes() -> None:
    asked: set[Node] = set()

    def read(nodes: Iterable[Node]) -> dict[Node, bytes]:
        asked.update(nodes)
        return {node: leaf_hash(repr(node).encode()) for node in asked}

    size = 999_983
    for make in (
        lambda: inclusion_proof(2, size, read),
        lambda: inclusion_proof(size - 2, size, read),
        lambda: consistency_proof(524_289, size, read),
        lambda: tree_root(size, read),
    ):
        asked.clear()
        make()
        assert len(asked) <= 40
