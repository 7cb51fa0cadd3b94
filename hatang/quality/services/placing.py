"""In which commune of a province a point lies: the codes that rows of the measurement table bear."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely

from hatang.places.models import Boundary, Place
from hatang.places.services.territory import around, communes_of

Box = tuple[float, float, float, float]
AT_A_TIME = 200


def communes_at(
    lons: Sequence[float | None], lats: Sequence[float | None], *, province: Place, on: date
) -> list[str | None]:
    """Give for each point the code of the province's commune whose boundary holds it on a day, None for none.

    Real boundaries first; where a province has only cells that illustrate, those. A point on a border goes to the
    commune that was recorded first.
    """
    spots = np.array(
        [[x if x is not None else np.nan, y if y is not None else np.nan] for x, y in zip(lons, lats, strict=True)]
    )
    spots = spots.reshape(-1, 2).astype(float)
    usable = np.flatnonzero(np.isfinite(spots).all(axis=1))
    found: list[str | None] = [None] * len(spots)
    if not len(usable):
        return found
    tree = shapely.STRtree(shapely.points(spots[usable]))
    rows = Boundary.objects.current().filter(place__in=communes_of(province, on).values("pk"))
    shapes = rows.order_by("illustrative", "place_id").values_list("place__code", "geometry")
    for code, geometry in shapes.iterator(chunk_size=AT_A_TIME):
        for point in tree.query(shapely.from_wkb(bytes(geometry.wkb)), predicate="covers"):
            found[usable[point]] = found[usable[point]] or code
    return found


def has_boundaries(province: Place, on: date) -> bool:
    """Tell whether a point can be put into a commune at all."""
    return Boundary.objects.current().filter(place__in=communes_of(province, on).values("pk")).exists()


def box_of(province: Place) -> Box | None:
    """Give the box in which a province's rows may lie."""
    return around(province)
