"""The ground of every map: coast, borders and the sea's names as GeoJSON, made from Natural Earth without any server.

Natural Earth lists the islands of quần đảo Trường Sa as a country of their own and counts quần đảo Hoàng Sa to China;
here both are Việt Nam, drawn and named, whatever the source says.
"""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt
import shapely
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from shapely.geometry import MultiLineString, Polygon, box, mapping
from shapely.geometry.base import BaseGeometry

VIETNAM = "Vietnam"
PARTED = {"Spratly Is.": VIETNAM, "Hong Kong": "China", "Macao": "China"}
NEVER_DRAWN = {"Scarborough Reef"}
HOANG_SA = (110.9, 15.5, 113.2, 17.3)
REGION = (78.0, -12.0, 140.0, 42.0)
NEAR = (101.0, 5.5, 118.5, 25.0)
DECIMALS = 3
TOLERANCE_DEG = {"vietnam": 0.0, "near": 0.005, "far": 0.04}
SMALLEST_DEG2 = {"vietnam": 0.0, "near": 0.0001, "far": 0.005}

NEIGHBOURS = {
    "China": ("Trung Quốc", 108.6, 25.6),
    "Laos": ("Lào", 102.6, 19.6),
    "Cambodia": ("Campuchia", 104.9, 12.7),
    "Thailand": ("Thái Lan", 101.3, 15.6),
    "Myanmar": ("Mi-an-ma", 96.2, 21.2),
    "Malaysia": ("Ma-lai-xi-a", 114.2, 3.4),
    "Brunei": ("Bru-nây", 114.6, 4.6),
    "Indonesia": ("In-đô-nê-xi-a", 113.6, -0.6),
    "Philippines": ("Phi-líp-pin", 121.2, 16.2),
    "Singapore": ("Xinh-ga-po", 103.82, 1.35),
    "Taiwan": ("Đài Loan (Trung Quốc)", 120.95, 23.7),
    "India": ("Ấn Độ", 80.5, 22.5),
    "Bangladesh": ("Băng-la-đét", 90.0, 24.2),
    "Japan": ("Nhật Bản", 138.0, 36.3),
    "South Korea": ("Hàn Quốc", 127.9, 36.6),
}
LABELS = (
    ("country", "VIỆT NAM", 108.3, 13.4),
    ("sea", "Biển Đông", 112.6, 13.6),
    ("gulf", "Vịnh Bắc Bộ", 107.6, 19.7),
    ("gulf", "Vịnh Thái Lan", 102.3, 9.6),
    ("archipelago", "Quần đảo Hoàng Sa\n(Việt Nam)", 112.0, 15.9),
    ("archipelago", "Quần đảo Trường Sa\n(Việt Nam)", 114.2, 7.9),
)

Feature = dict[str, Any]
Rings = list[list[int]]
Points = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Ground:
    """The finished file, plain and compressed, and the mark of what it was made from."""

    mark: str
    plain: bytes
    gzipped: bytes
    brotli: bytes


@lru_cache(maxsize=1)
def mark() -> str:
    """Give a short hash of all that the ground is made from; it changes when the ground would."""
    digest = sha256()
    for path in (source_path(), islands_path(), Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def source_path() -> Path:
    """Give the place of Natural Earth's countries, 1:10 million."""
    return Path(settings.ROOT) / "node_modules/world-atlas/countries-10m.json"


def islands_path() -> Path:
    """Give the place of the table of islands."""
    return Path(settings.REFERENCE) / "archipelagos.csv"


def ground_url() -> str:
    """Give the ground's address with the mark of what it is made from: what stands there may be kept for ever."""
    return f"{reverse('pages:ground')}?v={mark()}"


@lru_cache(maxsize=1)
def ground() -> Ground:
    """Give the ground, made once and kept in the cache."""
    key = f"ground:{mark()}"
    made: Ground | None = cache.get(key)
    if made is None:
        plain = json.dumps(collection(), ensure_ascii=False, separators=(",", ":")).encode()
        made = Ground(mark(), plain, gzip.compress(plain, 9, mtime=0), brotli.compress(plain, quality=10))
        cache.set(key, made, None)
    return made


def collection() -> Feature:
    """Build the whole FeatureCollection: land, borders, islands, names."""
    atlas = Atlas(json.loads(source_path().read_bytes()))
    features = [*lands(atlas), *borders(atlas), *islands(), *labels()]
    return {"type": "FeatureCollection", "features": features}


class Atlas:
    """Countries of a TopoJSON file as rings of arcs, each arc simplified once so that neighbours still meet."""

    def __init__(self, topology: dict[str, Any]) -> None:
        self.transform = topology["transform"]
        self.raw = [decoded(arc, self.transform) for arc in topology["arcs"]]
        self.countries: dict[str, list[Rings]] = {}
        for geometry in topology["objects"]["countries"]["geometries"]:
            self.take(geometry)
        self.owners = self.owners_of_arcs()
        self.arcs = {i: simplified(self.raw[i], self.care(i)) for i in self.owners}

    def take(self, geometry: dict[str, Any]) -> None:
        """Give each polygon to the country that it belongs to."""
        name = geometry["properties"]["name"]
        if name in NEVER_DRAWN or geometry["type"] not in ("Polygon", "MultiPolygon"):
            return
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        for rings in polygons:
            bounds = np.concatenate([self.raw[index if index >= 0 else ~index] for index in rings[0]])
            if meets(bounds, REGION):
                self.countries.setdefault(owner_of(name, bounds), []).append(rings)

    def owners_of_arcs(self) -> dict[int, set[str]]:
        """Tell which countries each arc bounds."""
        owners: dict[int, set[str]] = {}
        for name, polygons in self.countries.items():
            for index in (i for rings in polygons for ring in rings for i in ring):
                owners.setdefault(index if index >= 0 else ~index, set()).add(name)
        return owners

    def care(self, index: int) -> str:
        """Say how carefully an arc is kept."""
        if VIETNAM in self.owners[index]:
            return "vietnam"
        return "near" if meets(self.raw[index], NEAR) else "far"

    def ring(self, indexes: list[int]) -> Points:
        """Join arcs to a ring; a negative index means the arc backwards."""
        arcs = [self.arcs[index] if index >= 0 else self.arcs[~index][::-1] for index in indexes]
        return np.concatenate([arcs[0], *(arc[1:] for arc in arcs[1:])])

    def polygons(self, name: str) -> list[Polygon]:
        """Give the country's polygons; what simplifying left no area is dropped, except of Việt Nam."""
        found = []
        for rings in self.countries[name]:
            outer, *holes = [self.ring(ring) for ring in rings]
            if len(outer) >= 4:
                found.append(Polygon(outer, [hole for hole in holes if len(hole) >= 4]))
        return [p for p in found if p.area >= SMALLEST_DEG2[kind_of(name, p)]]


def decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> Points:
    """Turn an arc's steps into degrees, shape (n, 2)."""
    return np.cumsum(np.array(arc), axis=0) * transform["scale"] + transform["translate"]


def meets(points: Points, bounds: Bounds) -> bool:
    """Tell whether the rectangle around points meets another."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return bool(west <= bounds[2] and east >= bounds[0] and south <= bounds[3] and north >= bounds[1])


def simplified(arc: Points, care: str) -> Points:
    """Drop points that do not matter; small rings stay whole."""
    if len(arc) < 8 or not TOLERANCE_DEG[care]:
        return arc
    return shapely.get_coordinates(shapely.simplify(shapely.linestrings(arc), TOLERANCE_DEG[care]))


def owner_of(name: str, outer: Points) -> str:
    """Say to which country a polygon of the source belongs."""
    west, south, east, north = HOANG_SA
    inside = (outer >= (west, south)) & (outer <= (east, north))
    if name == "China" and inside.all():
        return VIETNAM
    return PARTED.get(name, name)


def kind_of(name: str, polygon: Polygon) -> str:
    """Say how small a polygon may be and still be drawn."""
    if name == VIETNAM:
        return "vietnam"
    return "near" if polygon.intersects(box(*NEAR)) else "far"


def lands(atlas: Atlas) -> list[Feature]:
    """Give the land of Việt Nam and of its neighbours, one feature for each country."""
    features = []
    for name in sorted(atlas.countries):
        clipped = shapely.union_all([shapely.make_valid(p) for p in atlas.polygons(name)]).intersection(box(*REGION))
        if not clipped.is_empty:
            kind, title = ("vietnam", "Việt Nam") if name == VIETNAM else ("neighbour", NEIGHBOURS.get(name, ("",))[0])
            features.append(feature(clipped, kind=kind, name=title))
    return features


def borders(atlas: Atlas) -> list[Feature]:
    """Give the lines that two countries share; Việt Nam's apart from the others."""
    shared = [(VIETNAM in owners, atlas.arcs[i]) for i, owners in atlas.owners.items() if len(owners) == 2]
    features = []
    for ours in (True, False):
        lines = shapely.line_merge(MultiLineString([arc for of_us, arc in shared if of_us == ours]))
        features.append(feature(lines.intersection(box(*REGION)), kind="border", ours=ours))
    return features


def islands() -> list[Feature]:
    """Give the islands of the two archipelagos as points."""
    with islands_path().open(encoding="utf-8", newline="") as table:
        return [
            point(
                float(row["lon"]),
                float(row["lat"]),
                kind="island",
                name=row["name"],
                archipelago=row["archipelago"],
                country="Việt Nam",
            )
            for row in csv.DictReader(table)
        ]


def labels() -> list[Feature]:
    """Give the names that are written: neighbours, seas, the archipelagos."""
    neighbours = [point(lon, lat, kind="label", of="neighbour", name=name) for name, lon, lat in NEIGHBOURS.values()]
    return neighbours + [point(lon, lat, kind="label", of=of, name=name) for of, name, lon, lat in LABELS]


def feature(geometry: BaseGeometry, **properties: Any) -> Feature:
    """Make a feature with rounded coordinates."""
    rounded = shapely.set_precision(geometry, 10**-DECIMALS, mode="valid_output")
    return {"type": "Feature", "properties": properties, "geometry": short(mapping(rounded))}


def point(lon: float, lat: float, **properties: Any) -> Feature:
    """Make a point feature."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [lon, lat]}}


def short(value: Any) -> Any:
    """Write coordinates without a binary tail."""
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: short(part) for key, part in value.items()}
    return [short(part) for part in value] if isinstance(value, tuple | list) else value
