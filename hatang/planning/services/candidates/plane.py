"""A plane in km about a province, true enough for distances that a cost hangs on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from hatang.coverage.services.engine import KM_PER_DEGREE

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """Degrees to km about a latitude: east and north, both ways."""

    lat_deg: float

    @property
    def across_km(self) -> float:
        """The km of a degree of longitude."""
        return float(KM_PER_DEGREE * np.cos(np.radians(self.lat_deg)))

    def laid(self, lons_deg: ArrayLike, lats_deg: ArrayLike) -> Doubles:
        """Give places in km, (n, 2)."""
        lons, lats = np.asarray(lons_deg, dtype=np.float64), np.asarray(lats_deg, dtype=np.float64)
        return np.column_stack([lons.ravel() * self.across_km, lats.ravel() * KM_PER_DEGREE])

    def lifted(self, spots_km: Doubles) -> Doubles:
        """Give degrees back, (n, 2)."""
        return np.asarray(spots_km, dtype=np.float64) / (self.across_km, KM_PER_DEGREE)

    def flat(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Lay shapes of degrees onto the plane."""
        scale = np.array([self.across_km, KM_PER_DEGREE])
        return np.asarray(shapely.transform(shapes, lambda spots: spots * scale), dtype=object)

    def points(self, spots: Iterable[tuple[float, float]]) -> NDArray[np.object_]:
        """Lay places (lon, lat) onto the plane as points."""
        laid = np.array(list(spots), dtype=np.float64).reshape(-1, 2)
        return np.asarray(shapely.points(self.laid(laid[:, 0], laid[:, 1])), dtype=object)

    def lines(self, paths: Iterable[Any]) -> NDArray[np.object_]:
        """Lay paths of the register onto the plane."""
        shapes = shapely.from_wkb([bytes(path.wkb) for path in paths])
        return self.flat(np.atleast_1d(np.asarray(shapes, dtype=object)))


class Nearest:
    """Things on the plane of which the nearest is asked for."""

    def __init__(self, *kinds: NDArray[np.object_]) -> None:
        self.shapes = np.concatenate([kind for kind in kinds if len(kind)] or [np.zeros(0, dtype=object)])
        self.tree = shapely.STRtree(self.shapes) if len(self.shapes) else None

    def away_km(self, spots_km: Doubles) -> Doubles:
        """Give how far the nearest is from each spot, km (n,); infinite where there is none."""
        if self.tree is None or not len(spots_km):
            return np.full(len(spots_km), np.inf)
        spots = shapely.points(spots_km)
        which = self.tree.nearest(spots)
        return np.asarray(shapely.distance(spots, self.shapes[which]), dtype=np.float64)
