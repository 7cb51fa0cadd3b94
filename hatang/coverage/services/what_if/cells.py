"""The cells of a run as it took them, read so that a question about a few of them does not wait for all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from hatang.core.radio.cells import Cell
from hatang.core.terrain.grid import Area
from hatang.coverage.models import CoverageRun

FEW_RUNS = 2
"""Whose cells stay in memory; those of a province of 1,500 sites take some 10 MB."""

POWER_DECIMALS = 6


class RunCells:
    """The cells that a run computed, by the key of their row, in their order; each is made when it is asked for."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.fields: list[str] = kept.get("fields", [])
        rows: list[list[Any]] = kept.get("rows", [])
        place = self.fields.index("id") if self.fields else 0
        self.rows = {str(row[place]): row for row in rows}

    def __contains__(self, key: str) -> bool:
        return key in self.rows

    def __getitem__(self, key: str) -> Cell:
        return self.made(self.rows[key])

    def made(self, row: list[Any]) -> Cell:
        """Make a cell."""
        return Cell(**dict(zip(self.fields, row, strict=True)))

    def within(self, area: Area, layers: Collection[tuple[str, str]]) -> list[Cell]:
        """Give the cells within a box, of layers named by operator and technology."""
        west, south, east, north = area
        lon, lat, operator, technology = map(self.fields.index, ("lon", "lat", "operator", "technology"))
        return [
            self.made(row)
            for row in self.rows.values()
            if west < row[lon] < east and south < row[lat] < north and (row[operator], row[technology]) in layers
        ]


def louder(cell: Cell, run: CoverageRun, sign: int = 1) -> Cell:
    """Lay the offset of a calibration over the power that the register knows, as the run did; with -1 take it off."""
    offset_db = float(run.offsets_db.get(f"{cell.operator}:{cell.technology}", 0.0))
    if not offset_db or cell.power_dbm is None:
        return cell
    return replace(cell, power_dbm=round(cell.power_dbm + sign * offset_db, POWER_DECIMALS))


@lru_cache(maxsize=FEW_RUNS)
def cells_of_run(pk: int, ended_at: datetime | None) -> RunCells:
    """Read the cells of a run that ended: it never changes, and the next question is mostly about the same run."""
    return RunCells(CoverageRun.objects.values_list("cells", flat=True).get(pk=pk, ended_at=ended_at))
