"""Terrain kept: grids written as files that never change, known by the version of what is read back from them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction

from hatang.accounts.models import Person
from hatang.core.polygons import METRES_PER_DEGREE
from hatang.core.terrain.cogs import About, read_cog, write_cog, write_cog_tiles
from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Grid, Lattice
from hatang.core.terrain.sea import Zones
from hatang.coverage.models import Terrain
from hatang.work.models import StoredFile
from hatang.work.services import keep_file

HEIGHTS = About("Độ cao", "Địa hình đã chuẩn bị", "1", unit="m", overview="average")
CLUTTER = About("Chiều cao lớp phủ", "Lớp phủ đã chuẩn bị", "1", unit="m")
"""Clutter's coarser levels show one of the heights that there are, never a mean of forest and field."""
NO_ZONE = 0
ZONES = About("Vùng theo P.1812: 1 biển, 3 đất ven biển, 4 nội địa", "Mặt nạ biển đã chuẩn bị", "1", nodata=NO_ZONE)


def store_terrain(
    *,
    actor: Person | None,
    terrain: Terrain,
    heights: Grid,
    clutter: Grid | None = None,
    zones: Zones | None = None,
    report: Mapping[str, Any] | None = None,
) -> Terrain:
    """Keep grids of heights and of clutter, in metres, and of zones, all on one lattice, as a terrain for runs.

    `terrain` says province, title, source, licence and mark; it may be unsaved. `report` is kept with it: `sentences`
    for people. Raises TerrainError for grids with holes or on two lattices, ValidationError when the quota is used up.
    """
    check_grids(heights, clutter, zones)
    with tempfile.TemporaryDirectory(prefix="hatang-terrain-") as folder, whole_or_nothing() as files:
        terrain.heights, kept = kept_grid(actor, terrain, heights, HEIGHTS, Path(folder) / "do-cao.tif")
        files.append(terrain.heights)
        terrain.step_m = kept.step_lat_deg * METRES_PER_DEGREE
        versions = [kept.version]
        terrain.west_deg, terrain.south_deg, terrain.east_deg, terrain.north_deg = kept.lattice.area
        terrain.report = dict(report or {}) | {"rows": kept.lattice.rows, "columns": kept.lattice.columns}
        if clutter is not None:
            terrain.clutter, laid = kept_grid(actor, terrain, clutter, CLUTTER, Path(folder) / "lop-phu.tif")
            files.append(terrain.clutter)
            terrain.report["clutter_version"] = laid.version
            versions.append(laid.version)
        if zones is not None:
            terrain.zones = kept_zones(actor, terrain, zones, kept.lattice, Path(folder) / "vung-bien.tif")
            files.append(terrain.zones)
            versions.append(terrain.zones.sha256)
        terrain.version = version_of(versions)
        terrain.state = Terrain.State.READY
        terrain.save()
    return terrain


@contextmanager
def whole_or_nothing() -> Iterator[list[StoredFile]]:
    """Begin a transaction that takes the files noted in the list off the disk again if it does not come to its end."""
    files: list[StoredFile] = []
    try:
        with transaction.atomic():
            yield files
    except BaseException:
        for stored in files:
            stored.file.delete(save=False)
        raise


def version_of(versions: Sequence[str]) -> str:
    """Name a terrain by all its grids; one of heights alone by these."""
    return versions[0] if len(versions) == 1 else hashlib.sha256(" ".join(versions).encode()).hexdigest()


def check_grids(heights: Grid, clutter: Grid | None, zones: Zones | None = None) -> None:
    """Refuse what no run can compute on."""
    if heights.void_cells or (clutter is not None and clutter.void_cells):
        raise TerrainError("Lưới còn ô trống.", "Lấp hoặc cắt bỏ phần thiếu trước khi lưu.")
    if clutter is not None and clutter.lattice != heights.lattice:
        raise TerrainError("Lớp phủ không cùng lưới với độ cao.", "Đặt lớp phủ lên lưới của độ cao.")
    if zones is not None and zones.values.shape != heights.values.shape:
        raise TerrainError("Vùng biển không cùng lưới với độ cao.", "Đặt mặt nạ biển lên lưới của độ cao.")


def kept_grid(actor: Person | None, terrain: Terrain, grid: Grid, about: About, path: Path) -> tuple[StoredFile, Grid]:
    """Store a grid as a file of the province, and give it as it is read back: what a run sees."""
    said = About(**vars(about) | {"simulated": terrain.simulated})
    write_cog(path, grid, said)
    return keep_file(actor=actor, path=path, province=terrain.province, organisation=None), read_cog(path)


def kept_zones(actor: Person | None, terrain: Terrain, zones: Zones, lattice: Lattice, path: Path) -> StoredFile:
    """Store zones over a lattice as a file of the province, a byte for each cell."""
    said = About(**vars(ZONES) | {"simulated": terrain.simulated})
    whole = next(lattice.tiles(max(lattice.shape)))
    write_cog_tiles(path, lattice, [(whole, zones.values)], said, kind="uint8")
    return keep_file(actor=actor, path=path, province=terrain.province, organisation=None)
