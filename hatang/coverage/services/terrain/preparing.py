"""Terrain out of files: heights over a province's ground, holes closed, land cover laid over, and all of it told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.exceptions import ValidationError
from numpy.typing import NDArray

from hatang.accounts.models import Person
from hatang.core.cells import TableError
from hatang.core.polygons import METRES_PER_DEGREE
from hatang.core.terrain import Grid, Lattice, Mosaic, Source, TerrainError, open_terrain
from hatang.core.terrain import Terrain as Heights
from hatang.core.terrain.clutter import Clutter, LandClass, clutter_over, no_clutter, read_classes
from hatang.core.terrain.grid import written
from hatang.core.terrain.sea import NO_SEA, Zones, open_sea, sea_in_clutter, zones_over
from hatang.core.vector_files import VectorFileError
from hatang.core.vietnamese import number
from hatang.coverage.models import Terrain
from hatang.coverage.services.terrain.area import AROUND_KM, Needed, needed_in, without_height
from hatang.coverage.services.terrain.storing import store_terrain

SHORE_M = 500.0
"""A place may stand so far out in what is taken for the sea: on a quay, a dyke, an islet."""
WIDER = (
    "Thêm vào sau một tệp phủ rộng hơn (ví dụ SRTM, GLO-30): tệp cắt theo ranh giới tỉnh thiếu vùng giáp ranh, "
    "nơi sóng vẫn đi qua."
)
CUT = (
    "Các tệp không tới hết vùng rìa {margin} km quanh các thôn, cột: địa hình được cắt còn {area}; "
    "trạm ở ngoài đó không được tính."
)
COARSE = (
    "Bước lưới {step} m quá thô để tính phủ sóng: đồi núi giữa hai điểm lưới không có trong địa hình. Chỉ dùng để thử."
)
WORLDCOVER = settings.REFERENCE / "clutter_worldcover.csv"
IN_WORDS = {
    " (xem docs/dia-hinh.md), hoặc thu hẹp khu vực": "",
    "mở lại với sea_floor=True": "tải lên lại và đánh dấu “Tệp có cả độ sâu đáy biển”",
    "ghi metres_per_unit": "tải lên lại và ghi ô “Số mét trong một đơn vị độ cao”",
    "metres_per_unit": "“Số mét trong một đơn vị độ cao”",
    "mở lại với crs": "tải lên lại và ghi ô “Hệ tọa độ”",
    "Mở lại với crs": "Tải lên lại và ghi ô “Hệ tọa độ”",
}
"""How the page calls what the engine's messages name as a programmer sees it."""

Tell = Callable[[int, str], None]


@dataclass(frozen=True)
class Brought:
    """Files for a terrain: heights (the most trusted first), land cover and its table of classes, a map of the sea.

    With `sea`, what no file has is the sea, at 0 m; without a table, classes are those of ESA WorldCover. Without a
    `sea_mask` the classes that the table calls sea are the sea.
    """

    heights: tuple[Source, ...]
    clutter: Path | None = None
    classes: Path | None = None
    sea: bool = False
    sea_mask: Path | None = None

    @property
    def names(self) -> list[str]:
        """Give the files' names; a table of classes is no part of the ground."""
        return [path.name for path in (*(s.path for s in self.heights), self.clutter, self.sea_mask) if path]


def prepare(*, actor: Person | None, terrain: Terrain, brought: Brought, tell: Tell) -> Terrain:
    """Make a terrain out of files over its province, and keep it with the story of how it came about.

    Raises ValidationError that says which file, what is wrong, and which places of the province would have no height.
    """
    needed = needed_in(terrain.province)
    with in_vietnamese():
        tell(5, "Đang mở các tệp")
        mosaic = open_terrain(brought.heights)
        tell(10, "Đang đọc độ cao")
        heights, said = heights_over(mosaic, needed, sea=brought.sea)
        tell(60, "Đang đọc lớp phủ")
        classes = classes_of(brought)
        clutter = clutter_on(heights.grid.lattice, brought, classes)
        tell(70, "Đang đọc mặt nạ biển")
        zones = zones_on(heights.grid, clutter, classes, brought)
        tell(80, "Đang ghi địa hình")
        sea = zones.statement if zones else NO_SEA
        sentences = [*heights.report.sentences(), *said, *clutter.statements, sea, *coarseness(heights.grid)]
        filled = heights.report.filled_percent
        return store_terrain(
            actor=actor,
            terrain=terrain,
            heights=heights.grid,
            clutter=clutter.heights if brought.clutter else None,
            zones=zones,
            report={"sentences": sentences, "files": brought.names, "filled_percent": filled, "sea": sea},
        )


@contextmanager
def in_vietnamese() -> Iterator[None]:
    """Say what the engine finds wrong in the words of the page."""
    try:
        yield
    except (TerrainError, TableError, VectorFileError) as error:
        text = str(error)
        for technical, plain in IN_WORDS.items():
            text = text.replace(technical, plain)
        if isinstance(error, TerrainError) and error.choices:
            text += f" Có thể là: {'; '.join(f'{choice.value} ({choice.label})' for choice in error.choices)}."
        raise ValidationError(text) from error


def heights_over(mosaic: Mosaic, needed: Needed, *, sea: bool) -> tuple[Heights, list[str]]:
    """Read the heights of a province's ground, and say what was decided on the way.

    Files may end within the margin around its places, which is then cut narrower, but never before a place.
    """
    lattice = mosaic.lattice(needed.about(AROUND_KM))
    found = mosaic.read(lattice, gaps="leave")
    if not found.report.gaps:
        return found, []
    if found.report.gaps.percent == 100:
        raise mosaic.not_covered(lattice, found.report)
    if sea:
        return with_sea(found, needed), []
    check_places(without_height(needed, found.grid), needed, "Không tệp nào có độ cao ở")
    kept = trimmed(np.isnan(found.grid.values), held_by(lattice, needed))
    if kept is None:
        raise TerrainError(found.report.gaps.sentence(), WIDER)
    narrower = lattice.part(*kept)
    return mosaic.read(narrower), [CUT.format(margin=number(AROUND_KM), area=written(narrower.area))]


def with_sea(found: Heights, needed: Needed) -> Heights:
    """Take what no file has for the sea, unless places of the province would stand in it."""
    within = math.ceil(SHORE_M / (found.grid.step_lat_deg * METRES_PER_DEGREE))
    check_places(without_height(needed, found.grid, within), needed, "Coi phần thiếu là biển thì ở ngoài biển có")
    flooded = Grid.over(found.grid.lattice, np.nan_to_num(found.grid.values))
    return Heights(flooded, replace(found.report, gaps_are_sea=True))


def check_places(missing: NDArray[np.bool_], needed: Needed, words: str) -> None:
    """Refuse terrain without a height at places of the province."""
    if missing.any():
        count = number(int(missing.sum()))
        raise TerrainError(
            f"{words} {count} nơi của tỉnh: {needed.named(missing)}.", "Thêm tệp độ cao cho những nơi ấy."
        )


def held_by(lattice: Lattice, needed: Needed) -> tuple[slice, slice]:
    """Give the rows and columns between which all places of a province lie."""
    west, south, east, north = needed.area
    rows, columns = lattice.indices([west, east], [north, south])
    down = slice(math.floor(rows[0]), math.ceil(rows[1]) + 1)
    return down, slice(math.floor(columns[0]), math.ceil(columns[1]) + 1)


def trimmed(missing: NDArray[np.bool_], held: tuple[slice, slice]) -> tuple[slice, slice] | None:
    """Cut edges off (rows, columns) that miss heights, the emptiest first, until none is missing; None if that fails.

    What is held stays.

    >>> missing = np.array([[1, 1, 1, 1], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]], dtype=bool)
    >>> trimmed(missing, (slice(1, 3), slice(0, 2)))
    (slice(1, 4, None), slice(0, 3, None))
    >>> trimmed(missing, (slice(0, 3), slice(0, 2)))
    """
    top, bottom, left, right = 0, missing.shape[0], 0, missing.shape[1]
    rows, columns = held
    while missing[top:bottom, left:right].any():
        empty = {
            "top": missing[top, left:right].mean() if top < rows.start else 0,
            "bottom": missing[bottom - 1, left:right].mean() if bottom > rows.stop else 0,
            "left": missing[top:bottom, left].mean() if left < columns.start else 0,
            "right": missing[top:bottom, right - 1].mean() if right > columns.stop else 0,
        }
        side = max(empty, key=lambda name: empty[name])
        if not empty[side]:
            return None
        top, bottom = top + (side == "top"), bottom - (side == "bottom")
        left, right = left + (side == "left"), right - (side == "right")
    return slice(top, bottom), slice(left, right)


def classes_of(brought: Brought) -> Sequence[LandClass]:
    """Read the table of classes; none where no land cover was brought."""
    if brought.clutter is None:
        return ()
    table = brought.classes or WORLDCOVER
    try:
        return read_classes(table.read_bytes(), table.name)
    except TableError as error:
        where = f"{table.name}, dòng {error.row}" if error.row else table.name
        raise ValidationError(f"{where}: {error}") from error


def clutter_on(lattice: Lattice, brought: Brought, classes: Sequence[LandClass]) -> Clutter:
    """Lay land cover over the heights' lattice, and say what was done; bare ground where no file was brought."""
    return clutter_over(lattice, [brought.clutter], classes) if brought.clutter else no_clutter(lattice)


def zones_on(heights: Grid, clutter: Clutter, classes: Sequence[LandClass], brought: Brought) -> Zones | None:
    """Tell sea, coast and inland apart by the map of the sea, else by land cover; None where neither knows any sea."""
    sea = open_sea(brought.sea_mask) if brought.sea_mask else sea_in_clutter(clutter, classes)
    return zones_over(heights, sea) if sea else None


def coarseness(grid: Grid) -> list[str]:
    """Warn of a grid on which hills are not seen."""
    step_m = grid.step_lat_deg * METRES_PER_DEGREE
    return [COARSE.format(step=number(step_m))] if step_m > Terrain.COARSE_M else []
