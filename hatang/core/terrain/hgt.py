"""HGT: the tiles of one degree in which NASA gave out SRTM (SRTM User Guide, JPL 2015, section 2.1).

Big-endian int16 metres above the geoid EGM96, row 0 in the north, -32768 for voids; the posts of the outermost rows
and columns lie on whole degrees, so that neighbours repeat them. The name gives the south-western corner.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Values
from hatang.core.terrain.rasters import Placement, Raster, Window, heights_m
from hatang.core.vector_files import crs as systems

NAME = re.compile(r"([NS])([0-9]{2})([EW])([0-9]{3})(?:[._-].*)?\.hgt(?:\.gz)?", re.IGNORECASE)
POSTS = {1201 * 1201 * 2: 1201, 3601 * 3601 * 2: 3601}
VOID = -32768
GZIP, LEAST_GZIP = b"\x1f\x8b", 18
HELD_TILES = 4
RIGHT_NAME = "Đặt tên theo góc tây nam của ô một độ, ví dụ N21E106.hgt hoặc N21E106.hgt.gz."
RIGHT_SIZE = "Tệp HGT phải có 1201 × 1201 điểm (3″) hoặc 3601 × 3601 điểm (1″), mỗi điểm hai byte."


@dataclass(frozen=True)
class Hgt:
    """A tile of HGT, its place and size checked."""

    about: Raster

    def read(self, window: Window, seen: Counter[str]) -> Values:
        """Read a window of heights in metres, NaN for voids."""
        posts = self.posts()[window.top : window.bottom, window.left : window.right]
        return heights_m(posts, posts == VOID, self.about, seen)

    def posts(self) -> NDArray[np.int16]:
        """Give the whole tile; of packed ones the last few are held, each up to 26 MB."""
        path = self.about.path
        if path.suffix.lower() == ".gz":
            content = unpacked(path, path.stat().st_mtime_ns)
            if len(content) != self.about.rows * self.about.columns * 2:
                raise damaged(path)
            return np.frombuffer(content, dtype=">i2").reshape(self.about.rows, self.about.columns)
        return np.memmap(path, dtype=">i2", mode="r", shape=(self.about.rows, self.about.columns))


def is_hgt(path: Path) -> bool:
    """Tell whether a file's name ends as those of HGT do."""
    return path.name.lower().endswith((".hgt", ".hgt.gz"))


def open_hgt(path: Path) -> Hgt:
    """Open a tile, plain or packed with gzip. Raises TerrainError for a name or size that HGT has not.

    The file is named by its south-western corner: `N21E106.hgt` reaches from 21° to 22° north, 106° to 107° east.
    """
    west, south = corner(path.name)
    packed = path.suffix.lower() == ".gz"
    size = packed_bytes(path) if packed else path.stat().st_size
    if size not in POSTS:
        unpacking = " sau khi giải nén (hoặc tệp nén bị cắt)" if packed else ""
        raise TerrainError(f"Tệp HGT có {size} byte{unpacking}.", RIGHT_SIZE, file=path.name)
    posts = POSTS[size]
    step = 1 / (posts - 1)
    placement = Placement(step, 0, west - step / 2, 0, -step, south + 1 + step / 2)
    return Hgt(Raster(path, systems.chosen("EPSG:4326"), placement, posts, posts))


def corner(name: str) -> tuple[int, int]:
    """Read the south-western corner (lon, lat) out of a tile's name.

    >>> corner("N21E106.SRTMGL1.hgt.gz"), corner("s01w078.hgt")
    ((106, 21), (-78, -1))
    """
    found = NAME.fullmatch(name)
    if not found:
        raise TerrainError("Tên tệp HGT không cho biết vị trí.", RIGHT_NAME, file=name)
    north, lat, east, lon = found.groups()
    place = (int(lon) * (1 if east in "Ee" else -1), int(lat) * (1 if north in "Nn" else -1))
    if not (-180 <= place[0] < 180 and -90 <= place[1] < 90):
        raise TerrainError("Tên tệp HGT chỉ một chỗ ngoài Trái Đất.", RIGHT_NAME, file=name)
    return place


def packed_bytes(path: Path) -> int:
    """Give how many bytes a packed tile says it has (RFC 1952, section 2.3.1: ISIZE), without unpacking it."""
    with path.open("rb") as file:
        if path.stat().st_size < LEAST_GZIP or file.read(2) != GZIP:
            raise damaged(path)
        file.seek(-4, 2)
        return int.from_bytes(file.read(4), "little")


@lru_cache(maxsize=HELD_TILES)
def unpacked(path: Path, changed_ns: int) -> bytes:
    """Unpack a tile, never more than a tile can hold; `changed_ns` makes a changed file another one."""
    try:
        with gzip.open(path) as packed:
            return packed.read(max(POSTS) + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path) from error


def damaged(path: Path) -> TerrainError:
    """Say that a packed tile cannot be unpacked."""
    return TerrainError("Tệp nén bị hỏng hoặc bị cắt.", "Tải lại tệp .hgt.gz.", file=path.name)
