"""The layout of a TIFF as its bytes lie, and what makes it cloud-optimised, after GDAL's own validator."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIZES = {1: "B", 2: "c", 3: "H", 4: "I", 5: "II", 11: "f", 12: "d", 16: "Q"}
LEADER = (
    "LAYOUT=IFDS_BEFORE_DATA",
    "BLOCK_ORDER=ROW_MAJOR",
    "BLOCK_LEADER=SIZE_AS_UINT4",
    "BLOCK_TRAILER=LAST_4_BYTES_REPEATED",
    "KNOWN_INCOMPATIBLE_EDITION=NO",
)


@dataclass
class Directory:
    """One image of a TIFF: where its directory lies and its tags."""

    offset: int
    tags: dict[int, tuple[Any, ...]]

    def one(self, tag: int, default: int = 0) -> int:
        return int(self.tags.get(tag, (default,))[0])


def directories(data: bytes) -> list[Directory]:
    """Walk the chain of directories of a little-endian classic TIFF."""
    assert data[:4] == b"II*\0"
    found, at = [], struct.unpack_from("<I", data, 4)[0]
    while at:
        count = struct.unpack_from("<H", data, at)[0]
        tags = {}
        for i in range(count):
            tag, kind, n = struct.unpack_from("<HHI", data, at + 2 + 12 * i)
            form = "<" + SIZES[kind] * n
            size = struct.calcsize(form)
            place = at + 10 + 12 * i if size <= 4 else struct.unpack_from("<I", data, at + 10 + 12 * i)[0]
            tags[tag] = struct.unpack_from(form, data, place)
        found.append(Directory(at, tags))
        at = struct.unpack_from("<I", data, at + 2 + 12 * count)[0]
    return found


def faults(path: Path) -> list[str]:
    """Say what keeps a file from being cloud-optimised."""
    data = path.read_bytes()
    images, wrong = directories(data), []
    head = data[8 : 8 + 400].decode("latin-1")
    if not head.startswith("GDAL_STRUCTURAL_METADATA_SIZE="):
        wrong.append("no leader")
    wrong += [f"leader lacks {line}" for line in LEADER if line not in head]
    main, *overviews = images
    if main.one(254) != 0 or any(image.one(254) != 1 for image in overviews):
        wrong.append("main image is not the first, or an overview is not marked")
    sides = [(image.one(256), image.one(257)) for image in images]
    if sides != sorted(sides, reverse=True) or len(set(sides)) != len(sides):
        wrong.append(f"sizes do not fall: {sides}")
    if max(sides[0]) > 512 and not overviews:
        wrong.append("no overviews")
    if max(sides[-1]) > main.one(322):
        wrong.append(f"smallest overview {sides[-1]} is wider than a block")
    offsets = [image.offset for image in images]
    if offsets != sorted(offsets):
        wrong.append(f"directories out of order: {offsets}")
    if any(324 not in image.tags or image.one(322) % 16 for image in images):
        wrong.append("not tiled")
    firsts = [min(image.tags[324]) for image in images]
    if firsts != sorted(firsts, reverse=True) or min(firsts) < max(offsets):
        wrong.append(f"data out of order: {firsts} after {offsets}")
    for image in images:
        if list(image.tags[324]) != sorted(image.tags[324]):
            wrong.append("blocks out of order")
        for place, size in zip(image.tags[324], image.tags[325], strict=True):
            leader, trailer = data[place - 4 : place], data[place + size : place + size + 4]
            if struct.unpack("<I", leader)[0] != size or trailer != data[place + size - 4 : place + size]:
                wrong.append(f"block at {place} has no leader or trailer")
    return wrong
