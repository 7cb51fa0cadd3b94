"""What was done to make terrain out of files: which file gave how much, what was closed, what is missing and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.terrain import voids
from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Area, Lattice, written
from hatang.core.vietnamese import number

SIDES = (
    ("phía tây bắc", "phía bắc", "phía đông bắc"),
    ("phía tây", "ở giữa", "phía đông"),
    ("phía tây nam", "phía nam", "phía đông nam"),
)
AT_SEA = " Theo yêu cầu, phần thiếu được lấy là mặt biển (0 m)."


@dataclass(frozen=True)
class Gaps:
    """Which part of an area has no height: cells, share, the box around them, and the share of each ninth."""

    cells: int
    percent: float
    area: Area
    by_side: tuple[tuple[str, float], ...]

    def sentence(self) -> str:
        """Say it for people."""
        if self.percent == 100:
            return "Thiếu độ cao ở cả khu vực."
        sides = ", ".join(f"{side} {share_text(percent)}" for side, percent in self.by_side)
        return f"Thiếu độ cao ở {share_text(self.percent)} khu vực, trong khoảng {written(self.area)} ({sides})."


@dataclass(frozen=True)
class SourceUse:
    """What some files gave: their names, coordinate system, how they were resampled, share of the cells, remarks."""

    files: tuple[str, ...]
    crs: str
    resampling: str
    percent: float
    notes: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say it for people."""
        names = self.files[0] if len(self.files) == 1 else f"{self.files[0]} và {len(self.files) - 1} tệp cùng lưới"
        text = f"{names} ({self.crs}): {share_text(self.percent)} số ô, lấy mẫu: {self.resampling}."
        return " ".join((text, *self.notes))


@dataclass(frozen=True)
class Report:
    """How a terrain came about: cells in all, cells that the files leave void, how many of them were closed, what has
    no height, which files were used, and whether what has no height was taken for the sea.
    """

    cells: int
    voids: int
    filled: int
    gaps: Gaps | None
    sources: tuple[SourceUse, ...]
    gaps_are_sea: bool = False

    @property
    def filled_percent(self) -> float:
        """Give the share of cells whose height was made from their surroundings."""
        return 100 * self.filled / self.cells

    def sentences(self) -> list[str]:
        """Say all of it for people, a sentence a line."""
        lines = [source.sentence() for source in self.sources]
        if self.filled:
            lines.append(
                f"Đã lấp {number(self.filled)} ô trống ({share_text(self.filled_percent)}) bằng {voids.METHOD}."
            )
        if self.gaps:
            lines.append(self.gaps.sentence() + (AT_SEA if self.gaps_are_sea else ""))
        return lines


class NotCoveredError(TerrainError):
    """Terrain that does not reach over the area asked for; `gaps` says where, `report` what there is."""

    def __init__(self, message: str, right: str, gaps: Gaps, report: Report) -> None:
        super().__init__(message, right)
        self.gaps, self.report = gaps, report


def gaps_in(missing: NDArray[np.bool_], lattice: Lattice) -> Gaps | None:
    """Say where cells are missing (rows, columns), None where none is.

    >>> missing = np.zeros((6, 6), dtype=bool)
    >>> missing[:2, 4:] = True
    >>> gaps_in(missing, Lattice(106, 22, 0.1, 0.1, 6, 6)).sentence()
    'Thiếu độ cao ở 11,1 % khu vực, trong khoảng 106,4–106,5° kinh đông, 21,9–22° vĩ bắc (phía đông bắc 100 %).'
    """
    rows, columns = np.flatnonzero(missing.any(axis=1)), np.flatnonzero(missing.any(axis=0))
    if not len(rows):
        return None
    lons, lats = lattice.lons_deg()[columns], lattice.lats_deg()[rows]
    area = (float(lons[0]), float(lats[-1]), float(lons[-1]), float(lats[0]))
    return Gaps(int(missing.sum()), 100 * float(missing.mean()), area, by_side(missing))


def by_side(missing: NDArray[np.bool_]) -> tuple[tuple[str, float], ...]:
    """Give the share missing of each ninth of an area that misses any, the emptiest first."""
    shares = [
        (side, 100 * float(part.mean()))
        for row, names in zip(np.array_split(missing, 3, axis=0), SIDES, strict=True)
        for part, side in zip(np.array_split(row, 3, axis=1), names, strict=True)
        if part.any()
    ]
    return tuple(sorted(shares, key=lambda pair: -pair[1]))


def share_text(percent: float) -> str:
    """Write a share so that little is not none and nearly all is not all.

    >>> share_text(0.004), share_text(12.34), share_text(99.98)
    ('dưới 0,1 %', '12,3 %', 'trên 99,9 %')
    """
    if 0 < percent < 0.1:
        return "dưới 0,1 %"
    return "trên 99,9 %" if 99.9 < percent < 100 else f"{number(percent, 1)} %"
