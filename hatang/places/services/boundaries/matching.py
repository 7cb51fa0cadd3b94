"""Which unit each feature draws: by code, then by name within what lies above; doubts are asked about, not guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
import shapely

from hatang.core.vietnamese import number, search_key
from hatang.places.models import Place
from hatang.places.points import distance_km
from hatang.places.services.boundaries.columns import Columns
from hatang.places.services.boundaries.naming import Written, joined, written
from hatang.places.services.boundaries.units import OFFICIAL, Units

FURTHEST_KM = 60
"""A polygon further than this from its unit's point is not that unit: few communes reach 30 km from their centre."""
CANDIDATES = 3
LIKE_ENOUGH = 0.6
REACH_DEG = 0.2

BY_CODE, BY_NAME, BY_PLACE, BY_CHOICE = "theo mã", "theo tên", "theo tên và vị trí", "do người dùng chọn"
Above = Mapping[str, Units]


@dataclass
class Match:
    """What was found for one feature: its unit and how, or what is wrong and which units it might be."""

    number: int
    label: str
    place: Place | None = None
    how: str = ""
    wrong: str = ""
    note: str = ""
    candidates: list[Place] = field(default_factory=list)


class Matcher:
    """Finds units for features by one choice of properties."""

    def __init__(self, levels: Sequence[Units], columns: Columns, above: Above) -> None:
        self.levels, self.columns, self.above = levels, columns, above

    def match(self, number_: int, row: Mapping[str, Any], geometry: Any) -> Match:
        """Find one feature's unit."""
        name = written(row.get(self.columns.name) if self.columns.name else "")
        code = row.get(self.columns.code) if self.columns.code else None
        found = Match(number_, label_of(row, self.columns))
        for units in self.levels:
            place = units.by_code(code, self.columns.system)
            if place is not None and (len(self.levels) == 1 or confirmed(units, place, name, code)):
                return self.coded(found, units, place, name, row, geometry)
        for units in self.levels:
            named, sure = self.within(units.exact(units.by_name(name), name), row)
            if named:
                return self.named(found, named, geometry, code, sure)
        return self.unknown(found, name, code, geometry)

    def coded(
        self, found: Match, units: Units, place: Place, name: Written, row: Mapping[str, Any], geometry: Any
    ) -> Match:
        """Accept a code, unless the name or the position says that it is somebody else's.

        Where code and name agree and the position does not, it is the unit's point that is wrong.
        """
        agrees = units.agrees(place, name)
        others = [] if agrees else self.plausible(units.by_name(name), row, geometry)
        away = 0.0 if agrees and name.whole else away_km(place, geometry)
        if others:
            found.wrong = f"Mã {place.code} là {place.full_name}, nhưng tên trong tệp là của {names(others)}."
            found.candidates = [place, *others][:CANDIDATES]
        elif away > FURTHEST_KM:
            found.wrong = (
                f"Mã {place.code} là {place.full_name}, nhưng hình nằm cách điểm của nơi ấy {number(away)} km."
            )
            found.candidates = [place]
        else:
            found.place, found.how = place, BY_CODE
            found.how += f" ({self.columns.system})" if self.columns.system != OFFICIAL else ""
            found.note = "" if agrees else f"Tên trong tệp là “{found.label}”."
        return found

    def plausible(self, places: list[Place], row: Mapping[str, Any], geometry: Any) -> list[Place]:
        """Keep the units that a feature may well draw: they lie in what it names above, or where it lies."""
        inside, sure = self.within(places, row)
        return inside if sure else [p for p in places if away_km(p, geometry) <= FURTHEST_KM]

    def named(self, found: Match, named: list[Place], geometry: Any, code: Any, sure: bool) -> Match:
        """Accept a name that only one unit bears here, or only one that lies there.

        `sure` says that the features' other properties name what lies above the unit.
        """
        away = [away_km(place, geometry) for place in named]
        near = [place for place, km in zip(named, away, strict=True) if km <= FURTHEST_KM]
        inside = [place for place, km in zip(named, away, strict=True) if km == 0]
        chosen = named if sure and len(named) == 1 else near if len(near) == 1 else inside
        if len(chosen) == 1:
            found.place, found.how = chosen[0], BY_NAME if len(named) == 1 else BY_PLACE
            if code not in (None, "") and self.columns.code:
                found.note = f"Mã “{code}” trong tệp không có trong danh mục."
        elif near:
            found.wrong = f"Tên này là của {number(len(near))} đơn vị: {names(near)}."
            found.candidates = inside_first(near, geometry)[:CANDIDATES]
        else:
            found.wrong = f"Tên này là của {names(named)}, nhưng hình nằm cách điểm của nơi ấy {number(min(away))} km."
            found.candidates = named[:CANDIDATES]
        return found

    def within(self, places: list[Place], row: Mapping[str, Any]) -> tuple[list[Place], bool]:
        """Keep the units that lie in what the feature's other properties name; tell whether those left any."""
        sure = False
        for column, kind in self.columns.above:
            higher = self.above.get(kind)
            named = higher_named(higher, row.get(column)) if higher else set()
            inside = [p for p in places if p.parent_id in named or p.province_id in named]
            places, sure = inside or places, sure or bool(inside)
        return places, sure

    def unknown(self, found: Match, name: Written, code: Any, geometry: Any) -> Match:
        """Say that no unit bears this name or code, and which come nearest by name or lie there."""
        told = [f"mã “{code}”"] if code not in (None, "") else []
        told += [f"tên “{found.label}”"] if name.whole else []
        found.wrong = f"Không có đơn vị nào {' và '.join(told)}." if told else "Đối tượng không có mã và tên."
        found.candidates = nearest(self.levels, name, geometry)
        return found


def confirmed(units: Units, place: Place, name: Written, code: Any) -> bool:
    """Tell whether a code is surely one of this level: the name agrees, or there is none and no zero was lost."""
    return units.agrees(place, name) if name.whole else str(code).strip() == place.code


def label_of(row: Mapping[str, Any], columns: Columns) -> str:
    """Name a feature as its file does."""
    return str(row.get(columns.name) or row.get(columns.code) or "")[:80]


def names(places: Sequence[Place]) -> str:
    """Name a few units with their codes."""
    told = [f"{p.full_name} ({p.code})" if p.code else p.full_name for p in places[:CANDIDATES]]
    return ", ".join(told) + (" …" if len(places) > CANDIDATES else "")


def higher_named(units: Units, value: Any) -> set[int]:
    """Give the units above that a property names."""
    if value is None or value == "":
        return set()
    by_code = units.by_code(value)
    return {by_code.pk} if by_code else {place.pk for place in units.by_name(written(value))}


def away_km(place: Place, geometry: Any) -> float:
    """Give how far a unit's point lies from a polygon, roughly; 0 inside it and where there is no point."""
    if place.lon is None or place.lat is None or geometry is None or shapely.is_empty(geometry):
        return 0.0
    point = shapely.Point(place.lon, place.lat)
    if shapely.distance(geometry, point) == 0:
        return 0.0
    (lon, lat), _ = shapely.get_coordinates(shapely.shortest_line(geometry, point))
    return distance_km(lon, lat, place.lon, place.lat)


def inside_first(places: Sequence[Place], geometry: Any) -> list[Place]:
    """Order units by how near their points are."""
    return sorted(places, key=lambda p: away_km(p, geometry))


def nearest(levels: Sequence[Units], name: Written, geometry: Any) -> list[Place]:
    """Give the units whose names are most alike among those nearby, then those whose point lies in the polygon."""
    around = [p for units in levels for p in near_places(units, geometry)]
    keys = {joined(search_key(p.name)): p for p in around}
    alike = get_close_matches(name.bare or name.whole, keys, CANDIDATES, LIKE_ENOUGH)
    inside = [p for p in around if away_km(p, geometry) == 0]
    return list(dict.fromkeys([*(keys[key] for key in alike), *inside]))[:CANDIDATES]


def near_places(units: Units, geometry: Any) -> list[Place]:
    """Give the units whose points lie in or around a polygon's extent; none where nothing is known of its position."""
    if geometry is None or shapely.is_empty(geometry):
        return []
    west, south, east, north = shapely.bounds(shapely.buffer(shapely.box(*shapely.bounds(geometry)), REACH_DEG))
    lon, lat = units.points.T
    return [units.places[i] for i in np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))]


def settle_pairs(matches: list[Match], *, merge: bool) -> None:
    """Refuse several features for one unit, unless the user said that they are its parts."""
    by_place: dict[int, list[Match]] = defaultdict(list)
    for match in matches:
        if match.place is not None:
            by_place[match.place.pk].append(match)
    for group in by_place.values():
        if len(group) > 1 and not merge:
            others = ", ".join(str(m.number) for m in group)
            for match in group:
                match.wrong = f"Các đối tượng số {others} cùng là {match.place}."
                match.candidates, match.place = [match.place], None  # type: ignore[list-item]
