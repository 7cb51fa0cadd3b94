"""Draw where units lie as well as their points tell, for units whose real boundary nobody has imported.

A commune's cell is the ground nearer to its point than to any other's (Voronoi), clipped to land, to its province's
real boundary if there is one, and to what real boundaries leave; a province is the union of its communes. The sea's
islands, which the ground's coarse coast may not have, get a disc of their own area. Such a boundary is marked
`illustrative`, and everything that shows it says so.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils import timezone

from hatang.core.polygons import geodesic_area_km2, oriented, polygons_of
from hatang.core.voronoi import disc, voronoi_cells
from hatang.pages.ground import VIETNAM, Atlas, mark, source_path
from hatang.places.models import Boundary, Place
from hatang.places.services.boundaries.checking import batches
from hatang.places.services.boundaries.saving import as_geos, store
from hatang.places.services.territory import units_on

SOURCE = "minh hoạ: vùng gần điểm của đơn vị nhất"
VERSION = 2
COAST_DEG = 0.01
"""How far cells reach beyond the coast of the ground, which is good to about a kilometre; about 1.1 km."""
ISLAND_DEG = 0.045
"""A point further than this from the land that the ground knows is an island's; about 5 km."""
NEIGHBOURS = ("China", "Laos", "Cambodia")
SMALLEST_ISLAND_KM2 = 4.0
OWN_GROUND_M = 1_000.0
"""A point that lies in no land keeps at least this much around it."""
COARSE_DEG = 0.0005
GRID_DEG = 1e-5
CRACK_DEG = 0.002
"""Communes that were simplified one by one leave cracks of up to twice this between them; some 400 m."""


@dataclass
class Illustrated:
    """What an illustration did: cells new, changed, as they were; units that have no point to draw from."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    without_point: list[Place] = field(default_factory=list)


@transaction.atomic
def illustrate(*, on: date) -> Illustrated:
    """Give every commune and province of that day that has no real boundary an illustrative one.

    Doing it again changes nothing, and costs two queries as long as neither points nor real boundaries changed.
    """
    communes = list(
        units_on(on, Place.Kind.COMMUNE).only("kind", "name", "lon", "lat", "area_km2", "province").order_by("pk")
    )
    provinces = list(units_on(on, Place.Kind.PROVINCE).only("kind", "name").order_by("pk"))
    real = dict(
        Boundary.objects.current().real().filter(place__kind__in=("commune", "province")).values_list("place_id", "pk")
    )
    state = state_of(communes, provinces, real)
    if not {c.pk for c in [*communes, *provinces]} - real.keys() or already(state):
        return Illustrated(unchanged=Boundary.objects.current().filter(illustrative=True).count())
    drawing = Drawing(communes, provinces, real)
    done = keep({**drawing.cells, **drawing.outlines()}, state)
    done.without_point = [c for c in communes if c.pk not in real and not has_point(c)]
    return done


def state_of(communes: Sequence[Place], provinces: Sequence[Place], real: dict[int, int]) -> str:
    """Give a hash of all that the illustration is made from."""
    points = [(c.pk, c.lon, c.lat, c.area_km2, c.province_id) for c in communes]
    said = repr((VERSION, mark(), points, [p.pk for p in provinces], sorted(real.items())))
    return hashlib.sha256(said.encode()).hexdigest()


def already(state: str) -> bool:
    """Tell whether the illustration at hand was made from the same."""
    return Boundary.objects.current().filter(illustrative=True, source_sha256=state).exists()


def has_point(place: Place) -> bool:
    """Tell whether a unit's point is known."""
    return place.lon is not None and place.lat is not None


class Drawing:
    """The cells of the communes that have no real boundary, and the outlines of such provinces."""

    def __init__(self, communes: Sequence[Place], provinces: Sequence[Place], real: dict[int, int]) -> None:
        self.communes = [c for c in communes if has_point(c)]
        self.provinces, self.real = provinces, real
        self.inside: dict[int, list[Place]] = defaultdict(list)
        for commune in self.communes:
            self.inside[commune.province_id or 0].append(commune)
        self.shapes = polygons_of_rows([real[p.pk] for p in [*communes, *provinces] if p.pk in real])
        self.cells = self.without_real(self.all_cells())

    def all_cells(self) -> dict[int, Any]:
        """Give the cell of every commune: on the country's land, or in its province's real boundary."""
        cells = cells_of(self.communes, land(self.communes)) if self.communes else {}
        for province in self.provinces:
            outline = self.shapes.get(self.real.get(province.pk, 0))
            own = self.inside[province.pk]
            if outline is not None and own and any(c.pk not in self.real for c in own):
                cells |= cells_of(own, outline)
        return cells

    def without_real(self, cells: dict[int, Any]) -> dict[int, Any]:
        """Keep the cells of communes without a real boundary, less what real communes cover."""
        wanted = {c.pk: sound(cells[c.pk]) for c in self.communes if c.pk not in self.real}
        taken = [self.shapes[self.real[c.pk]] for c in self.communes if c.pk in self.real]
        if taken and wanted:
            tree, pks = shapely.STRtree(taken), list(wanted)
            hit: dict[int, list[Any]] = defaultdict(list)
            for i, j in tree.query([wanted[pk] for pk in pks], predicate="intersects").T:
                hit[pks[i]].append(taken[j])
            for pk, shapes in hit.items():
                wanted[pk] = sound(shapely.difference(wanted[pk], shapely.union_all(shapes)))
        return {pk: cell for pk, cell in wanted.items() if not shapely.is_empty(cell)}

    def outlines(self) -> dict[int, Any]:
        """Give the outline of every province without a real boundary: its communes together."""
        found = {}
        for province in self.provinces:
            own = self.inside[province.pk]
            parts = [self.cells.get(c.pk) or self.shapes.get(self.real.get(c.pk, 0)) for c in own]
            if province.pk not in self.real and own:
                found[province.pk] = sound(together([part for part in parts if part is not None]))
        return {pk: outline for pk, outline in found.items() if not shapely.is_empty(outline)}


def together(parts: Sequence[Any]) -> Any:
    """Join communes into one outline: cracks between neighbours close, and no province holds another within it."""
    joined = shapely.buffer(shapely.buffer(shapely.union_all(parts), CRACK_DEG), -CRACK_DEG)
    return shapely.union_all([shapely.Polygon(part.exterior) for part in polygons_of(joined)])


def polygons_of_rows(rows: Sequence[int]) -> dict[int, Any]:
    """Read real boundaries coarsely, by row; an illustration needs no finer edge."""
    found = {}
    for batch in batches(rows):
        stored = Boundary.objects.filter(pk__in=batch).values_list("pk", "geometry").iterator(chunk_size=50)
        for pk, geometry in stored:
            coarse = shapely.simplify(shapely.from_wkb(bytes(geometry.wkb)), COARSE_DEG)
            found[pk] = shapely.make_valid(coarse)
    return found


# The ground


def land(communes: Sequence[Place]) -> Any:
    """Give the country's land with a strip of sea along its coast, and discs for the islands that it lacks."""
    own, strip = coast(mark())
    islands = [c for c in communes if not shapely.dwithin(own, shapely.Point(spot(c)), ISLAND_DEG)]
    return shapely.union_all([own, strip, *(disc(*spot(c), island_radius_m(c)) for c in islands)])


@lru_cache(maxsize=1)
def coast(state: str) -> tuple[Any, Any]:
    """Give the country's land, and what lies along it that no neighbour has; read once."""
    atlas = Atlas(json.loads(source_path().read_bytes()))
    own = shapely.union_all([shapely.make_valid(p) for p in atlas.polygons(VIETNAM)])
    others = shapely.union_all([shapely.make_valid(p) for name in NEIGHBOURS for p in atlas.polygons(name)])
    strip = shapely.difference(shapely.buffer(own, COAST_DEG, quad_segs=2), others)
    shapely.prepare(own)
    return own, strip


def spot(place: Place) -> tuple[float, float]:
    """Give a unit's point."""
    return place.lon or 0.0, place.lat or 0.0


def island_radius_m(commune: Place) -> float:
    """Give the radius of a disc of an island commune's area."""
    return 1000 * math.sqrt(max(commune.area_km2 or 0.0, SMALLEST_ISLAND_KM2) / math.pi)


def cells_of(communes: Sequence[Place], ground: Any) -> dict[int, Any]:
    """Share ground out among communes, to each what lies nearest to its point."""
    points = np.array([spot(c) for c in communes], dtype=np.float64)
    return dict(zip((c.pk for c in communes), voronoi_cells(points, ground, disc_m=OWN_GROUND_M), strict=True))


def sound(geometry: Any) -> Any:
    """Round to about a metre and keep the polygons, valid."""
    return oriented([part for part in polygons_of(shapely.set_precision(geometry, GRID_DEG)) if not part.is_empty])


# Keeping


def keep(wanted: dict[int, Any], state: str) -> Illustrated:
    """Store the cells that are new or differ; what no longer stands for a unit goes, for an illustration is no fact."""
    done, now = Illustrated(), timezone.now()
    stale: list[int] = []
    rows = Boundary.objects.current().filter(illustrative=True, place_id__in=list(wanted))
    missing = dict(wanted)
    for pk, place_id, geometry in rows.values_list("pk", "place_id", "geometry").iterator(chunk_size=500):
        if shapely.equals_exact(shapely.from_wkb(bytes(geometry.wkb)), wanted[place_id], tolerance=0.0):
            del missing[place_id]
        else:
            stale.append(pk)
    for batch in batches(stale):
        Boundary.objects.filter(pk__in=batch).delete()
    store(made(missing, state), now)
    Boundary.objects.current().filter(illustrative=True).exclude(source_sha256=state).update(source_sha256=state)
    done.changed, done.unchanged = len(stale), len(wanted) - len(missing)
    done.added = len(missing) - len(stale)
    return done


def made(cells: dict[int, Any], state: str) -> Iterable[Boundary]:
    """Make the rows of cells."""
    for place_id, cell in cells.items():
        yield Boundary(
            place_id=place_id,
            geometry=as_geos(cell),
            illustrative=True,
            area_km2=geodesic_area_km2(cell),
            source=SOURCE,
            source_sha256=state,
        )
