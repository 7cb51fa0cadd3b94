"""Which ids the table holds already: beside each Parquet file the sorted hashes of its ids, with their places.

A hash only says where to look: the ids that are read there decide. It takes eight bytes at a time, each mixed by the
finaliser of MurmurHash3. The hashes stand in files: a change of them needs another ending for those files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hatang.core.measurements.files import ROWS_A_GROUP, Folder, KeptFile, Listing, beside, write_whole

BYTES_A_ROW = 12
MIXERS = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
HALF = np.uint64(33)
HELD = pa.schema([pa.field("id", pa.string()), pa.field("load", pa.int64())])


def hashes_of(ids: pa.ChunkedArray) -> NDArray[np.uint64]:
    """Hash ids; none of them is null.

    >>> hashes_of(pa.chunked_array([["", "a"], ["foobar", "foobar, and more"]])).tolist()
    [0, 16887140347685571287, 7632892948241375808, 14572401477359317230]
    """
    texts = pa.concat_arrays(ids.cast(pa.large_string()).chunks or [pa.array([], pa.large_string())])
    if not len(texts):
        return np.zeros(0, np.uint64)
    _, edges, letters = texts.buffers()
    begins = np.frombuffer(edges, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.diff(begins)
    padded = np.concatenate([np.frombuffer(letters or b"", np.uint8), np.zeros(8, np.uint8)])
    words = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))  # the eight bytes that begin at each
    hashes = mixed(lengths.astype(np.uint64))
    left = np.flatnonzero(lengths > 0)
    for place in range(0, int(lengths.max()), 8):
        unused = np.maximum(place + 8 - lengths[left], 0).astype(np.uint64) * np.uint64(8)
        hashes[left] = mixed(hashes[left] ^ (words[begins[left] + place] << unused))
        left = left[lengths[left] > place + 8]
    return hashes


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Let every bit of each value reach every other."""
    for mixer in MIXERS:
        values = (values ^ (values >> HALF)) * mixer
    return values ^ (values >> HALF)


def write_hashes(path: Path, ids: pa.ChunkedArray) -> None:
    """Write the hashes of the ids of a Parquet file beside it."""
    hashes = hashes_of(ids)
    order = np.argsort(hashes).astype(np.uint32)
    write_whole(beside(path), hashes[order].tobytes() + order.tobytes())


def read_hashes(folder: Folder, file: KeptFile) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Give the sorted hashes of a file and the place of each, without reading them; write them anew where they lack."""
    path = folder.path / file.name
    found = beside(path)
    if not found.exists() or found.stat().st_size != BYTES_A_ROW * file.rows:
        write_hashes(path, folder.open(file).read(["id"])["id"])
    return (
        np.memmap(found, np.uint64, "r", shape=(file.rows,)),
        np.memmap(found, np.uint32, "r", offset=8 * file.rows, shape=(file.rows,)),
    )


def places_of(folder: Folder, file: KeptFile, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give the places in a file where an id with one of these hashes stands; `hashes` are sorted."""
    kept, places = read_hashes(folder, file)
    begin, end = np.searchsorted(kept, hashes, "left"), np.searchsorted(kept, hashes, "right")
    hit = np.flatnonzero(end > begin)
    spans = [np.arange(begin[n], end[n]) for n in hit[end[hit] > begin[hit] + 1]]
    first = begin[hit]
    every = np.unique(np.concatenate([first, *spans])) if len(hit) else first
    return places[every].astype(np.int64)


def held(folder: Folder, listing: Listing, ids: pa.ChunkedArray) -> pa.Table:
    """Give id and load of the valid rows that have one of these ids."""
    hashes = np.unique(hashes_of(ids))
    wanted = ids.combine_chunks() if len(ids) else pa.array([], pa.string())
    gone = pa.array(listing.withdrawn, pa.int64())
    found = [HELD.empty_table()]
    for file in listing.files:
        places = places_of(folder, file, hashes)
        if len(places):
            rows = rows_at(folder, file, places)
            valid = pc.and_(pc.is_in(rows["id"], value_set=wanted), pc.invert(pc.is_in(rows["load"], value_set=gone)))
            found.append(rows.filter(valid))
    return pa.concat_tables(found)


def rows_at(folder: Folder, file: KeptFile, places: NDArray[np.int64]) -> pa.Table:
    """Read id and load at places of a file, from those row groups alone."""
    groups, within = np.divmod(np.sort(places), ROWS_A_GROUP)
    wanted = np.unique(groups)
    read = folder.open(file).read_row_groups(wanted.tolist(), columns=HELD.names)
    return read.select(HELD.names).take(np.searchsorted(wanted, groups) * ROWS_A_GROUP + within).cast(HELD)
