"""Which needs a work of a file serves: as the file says, within its reach, or by the radio engine over terrain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hatang.core.near_points import near_points
from hatang.core.planning.files import Asked, Proposed
from hatang.core.planning.problem import Work
from hatang.core.radio.cells import Cell, usable_cells
from hatang.core.radio.choice import USUAL
from hatang.core.radio.coverage.batches import Points, Settings
from hatang.core.radio.coverage.changes import within_reach
from hatang.core.radio.coverage.command import area_about
from hatang.core.radio.coverage.exactly import served_exactly
from hatang.core.radio.coverage.files import read_cells
from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.coverage.sites import along_curve
from hatang.core.radio.kernels.ground import Ground
from hatang.core.radio.services import SERVICES
from hatang.core.terrain.mosaics import open_terrain

METHOD = "P.1812"
AT_A_TIME = 160
Told = Callable[[int, int], None]


def as_written(proposed: Sequence[Proposed], asked: Sequence[Asked]) -> list[Work]:
    """Give works with what the file says they serve, and all needs within the reach that it gives.

    Raises ValueError where a work serves what is not asked for, or has a reach and no place.
    """
    known = {one.need.id for one in asked}
    for one in proposed:
        if wrong := sorted(set(one.work.serves) - known):
            raise ValueError(f"Dòng {one.row}: “{wrong[0]}” không có trong danh sách nơi cần phục vụ.")
        if one.at is None and not np.isnan(one.reach_km):
            raise ValueError(f"Dòng {one.row}: có tầm phủ mà chưa ghi kinh độ, vĩ độ.")
    within = _within(proposed, asked)
    return [
        replace(one.work, serves=tuple(sorted({*one.work.serves, *near})))
        for one, near in zip(proposed, within, strict=True)
    ]


def _within(proposed: Sequence[Proposed], asked: Sequence[Asked]) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in proposed]
    reaching = [k for k, one in enumerate(proposed) if not np.isnan(one.reach_km)]
    if not reaching:
        return found
    spots, ids = placed(asked)
    reach_m = np.array([1000 * proposed[k].reach_km for k in reaching])
    one, two, away_m = near_points(_places([proposed[k].at for k in reaching]), spots, float(reach_m.max()))
    near = away_m <= reach_m[one]
    for work, need in zip(one[near].tolist(), two[near].tolist(), strict=True):
        found[reaching[work]].append(ids[need])
    return found


def placed(asked: Sequence[Asked]) -> tuple[NDArray[np.float64], list[str]]:
    """Give the places of needs, n x 2 in degrees, and their ids. Raises ValueError for one without a place."""
    nowhere = [one.name for one in asked if one.at is None]
    if nowhere:
        raise ValueError(f"{len(nowhere)} nơi chưa có kinh độ, vĩ độ: {', '.join(nowhere[:5])}.")
    return _places([one.at for one in asked]), [one.need.id for one in asked]


def _places(at: Sequence[tuple[float, float] | None]) -> NDArray[np.float64]:
    return np.array([place for place in at if place], dtype=np.float64).reshape(-1, 2)


def predicted(
    works: Sequence[Work], table: Path, asked: Sequence[Asked], dem: Sequence[Path], radius_km: float, told: Told
) -> list[Work]:
    """Give works with the needs that the radio engine predicts as served (exact kernel, 95 % of places), each alone.

    `table` holds the columns of the command `coverage`; rows of one id are sectors of one work. Raises ValueError.
    """
    cells = [
        replace(
            cell,
            id=f"{cell.id} · {row}",
            operator=cell.id,
            omnidirectional=cell.omnidirectional or cell.azimuth_deg is None,
        )
        for row, cell in enumerate(read_cells(table.read_bytes(), table.name), 1)
    ]
    usable = usable_cells(cells, method=METHOD, leave_out_faulty=False, rule=USUAL).cells
    spots, ids = placed(asked)
    ground = _ground(usable, dem, radius_km)
    order = sorted(usable, key=lambda cell: (along_curve((cell.lon, cell.lat, cell.height_m or 0.0)), cell.id))
    names = list(dict.fromkeys(cell.operator for cell in order))
    found: dict[str, list[str]] = {}
    for start in range(0, len(names), AT_A_TIME):
        told(start, len(names))
        some = set(names[start : start + AT_A_TIME])
        reach = _served([cell for cell in order if cell.operator in some], spots, ground, radius_km)
        found |= {name: [ids[n] for n in near] for name, near in reach.items()}
    told(len(names), len(names))
    return [replace(work, serves=tuple(sorted({*work.serves, *found.get(work.id, [])}))) for work in works]


def _ground(cells: Sequence[Cell], dem: Sequence[Path], radius_km: float) -> Ground:
    mosaic = open_terrain(dem)
    terrain = mosaic.read(mosaic.lattice(area_about(cells, radius_km)))
    return Ground(terrain.grid.values, *terrain.grid.place)


def _served(
    cells: Sequence[Cell], spots: NDArray[np.float64], ground: Ground, radius_km: float
) -> dict[str, list[int]]:
    points = Points(spots[:, 0].copy(), spots[:, 1].copy(), np.arange(len(spots)))
    near = points.chosen(within_reach(cells, points, radius_km))
    if not len(near.numbers):
        return {}
    here = Points(near.lons_deg, near.lats_deg, np.arange(len(near.numbers)))
    bare = np.zeros(len(here.numbers), dtype=np.float32)
    settings, standard = Settings(radius_km, "exact"), Standard(dict(SERVICES))
    served = served_exactly(here, cells, ground, clutter_m=bare, settings=settings, standard=standard)
    return {
        layer.operator: near.numbers[np.flatnonzero(served.served[k])].tolist() for k, layer in enumerate(served.layers)
    }


def too_near(proposed: Sequence[Proposed], apart_m: float) -> frozenset[tuple[str, str]]:
    """Give pairs of new structures closer than the rule allows; an existing structure is there already."""
    new = {one.structure.id: one.at for one in proposed if not one.structure.existing and one.at}
    names, places = list(new), _places(list(new.values()))
    one, two, _ = near_points(places, places, apart_m)
    return frozenset((names[k], names[m]) for k, m in zip(one.tolist(), two.tolist(), strict=True) if k < m)
