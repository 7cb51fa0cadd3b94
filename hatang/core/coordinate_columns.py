"""Two columns of written coordinates read at once: plain numbers as arrays, whatever is left cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hatang.core.cells import Cell
from hatang.core.coordinates import (
    EAST,
    EAST_FIRST,
    FROM_PLANE,
    NORTH,
    SOUTH,
    SWAPPED,
    WEST,
    CoordinateError,
    position_of,
    without_zone,
)
from hatang.core.vector_files.crs import PLANE_OF_VIETNAM, Extent, Frame

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

PLAIN = re.compile(r"\s*[0-9]{1,3}(?:[.,][0-9]{1,15})?\s*|\s*[0-9]{4,8}(?:[.,][0-9]{1,9})?\s*")


@dataclass(frozen=True)
class Columns:
    """Places by row: `lon`, `lat` of shape (n,) in WGS 84 degrees, NaN where a row is empty or at fault.

    `remarks` and `faults` hold, by row from 0, what was guessed and what is wrong.
    """

    lon: Numbers
    lat: Numbers
    remarks: dict[int, str] = field(default_factory=dict)
    faults: dict[int, CoordinateError] = field(default_factory=dict)


def read_columns(
    lons: Sequence[Cell], lats: Sequence[Cell], *, zone: Frame | None = None, expected: Extent | None = None
) -> Columns:
    """Give the places of two columns of equal length, each row as `coordinates.position_of` would.

    In metres `lons` holds Y (east), `lats` X (north). Rows in metres without a zone share one fault, whose `choices`
    are the zones that fit them all.

    >>> found = read_columns(["106,7612", 21.8, None, "x"], ["21,8534", 106.7, "", "21"])
    >>> found.lon.tolist(), found.remarks, list(found.faults)
    ([106.7612, 106.7, nan, nan], {1: 'Kinh độ và vĩ độ bị đổi chỗ: đã đổi lại.'}, [3])
    """
    first, second = plain_numbers(lons), plain_numbers(lats)
    found = Columns(np.full(len(first), np.nan), np.full(len(first), np.nan))
    done = settle_degrees(found, first, second)
    with np.errstate(invalid="ignore"):
        done |= settle_metres(found, first, second, zone, expected)
    for row in np.flatnonzero(~done).tolist():
        settle_row(found, row, lons[row], lats[row], zone, expected)
    return found


def plain_numbers(cells: Sequence[Cell]) -> Numbers:
    """Give the numbers of cells that hold a number or its plain text, NaN for others."""
    numbers = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        kind = type(cell)
        if kind is float or kind is int:
            numbers[row] = cell
        elif isinstance(cell, str) and PLAIN.fullmatch(cell):
            numbers[row] = float(cell.replace(",", "."))
    return numbers


def settle_degrees(found: Columns, first: Numbers, second: Numbers) -> Mask:
    """Take the rows whose numbers are degrees of Viet Nam, in either order; tell which."""
    right, turned = possible(first, second), possible(second, first)
    found.lon[right], found.lat[right] = first[right], second[right]
    found.lon[turned], found.lat[turned] = second[turned], first[turned]
    found.remarks.update(dict.fromkeys(np.flatnonzero(turned).tolist(), SWAPPED))
    return right | turned


def possible(lon: Numbers, lat: Numbers) -> Mask:
    """Tell in which rows longitude and latitude lie in Viet Nam's ranges."""
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def in_plane(north_m: Numbers, east_m: Numbers) -> Mask:
    """Tell in which rows northing and easting can be Viet Nam's."""
    west, south, east, north = PLANE_OF_VIETNAM
    return (north_m >= south) & (north_m <= north) & (east_m >= west) & (east_m <= east)


def settle_metres(
    found: Columns, east_m: Numbers, north_m: Numbers, zone: Frame | None, expected: Extent | None
) -> Mask:
    """Take the rows whose numbers are metres of Viet Nam, in either order; tell which."""
    right = in_plane(north_m, east_m)
    turned = in_plane(east_m, north_m) & ~right
    rows = np.flatnonzero(right | turned)
    if not len(rows) or (zone and not zone.projected):
        return np.zeros(len(east_m), dtype=bool)
    points = np.column_stack([np.where(turned, north_m, east_m), np.where(turned, east_m, north_m)])[rows]
    if zone is None:
        found.faults.update(dict.fromkeys(rows.tolist(), without_zone(points, expected)))
        return right | turned
    degrees = zone.to_wgs84(points)
    inside = possible(degrees[:, 0], degrees[:, 1])
    rows, degrees = rows[inside], degrees[inside]
    found.lon[rows], found.lat[rows] = degrees[:, 0], degrees[:, 1]
    remark = FROM_PLANE.format(zone.label)
    found.remarks.update((row, f"{remark} {EAST_FIRST}" if turned[row] else remark) for row in rows.tolist())
    return np.isin(np.arange(len(east_m)), rows)


def settle_row(found: Columns, row: int, lon: Cell, lat: Cell, zone: Frame | None, expected: Extent | None) -> None:
    """Read one row by itself, or note its fault."""
    try:
        place = position_of(lon, lat, zone=zone, expected=expected)
    except CoordinateError as fault:
        found.faults[row] = fault
        return
    if place:
        found.lon[row], found.lat[row] = place.lon, place.lat
        if place.remark:
            found.remarks[row] = place.remark
