"""Which ground a province needs: about every commune, village and mast of it, and as far around as waves matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.core.exceptions import ValidationError
from django.utils import timezone
from numpy.typing import NDArray

from hatang.core.terrain.grid import Area, Grid
from hatang.coverage.services.engine import area_about
from hatang.network.models import Mast
from hatang.places.models import Place

AROUND_KM = 15.0
"""How far beyond its places a province's terrain reaches: a run's default reach, for cells beyond a border too."""
KINDS = (Place.Kind.COMMUNE, Place.Kind.VILLAGE, Place.Kind.ZONE, Place.Kind.SITE)
NAMED = 5


@dataclass(frozen=True)
class Needed:
    """Where a province must have heights: names and coordinates, degrees, each (n,)."""

    names: tuple[str, ...]
    lons_deg: NDArray[np.float64]
    lats_deg: NDArray[np.float64]

    @property
    def area(self) -> Area:
        """Give the box that holds them."""
        return self.about(0)

    def about(self, reach_km: float) -> Area:
        """Give the box grown by a reach."""
        return area_about(self.lons_deg.tolist(), self.lats_deg.tolist(), reach_km)

    def named(self, which: NDArray[np.bool_]) -> str:
        """Name some of them, the first few by name."""
        names = [name for name, one in zip(self.names, which, strict=True) if one]
        more = len(names) - NAMED
        return ", ".join(names[:NAMED]) + (f" và {more} nơi khác" if more > 0 else "")


def needed_in(province: Place, on: date | None = None) -> Needed:
    """Read a province's communes, villages, zones, sites and masts. Raises ValidationError where it has none."""
    places = (
        Place.objects.of_kind(*KINDS)
        .in_force(on or timezone.localdate())
        .filter(province=province)
        .exclude(lon=None)
        .exclude(lat=None)
        .order_by("kind", "code")
    )
    rows = [(place.full_name, place.lon, place.lat) for place in places.only("kind", "title", "name", "lon", "lat")]
    masts = Mast.objects.filter(province=province).order_by("code").values_list("code", "lon", "lat")
    rows += [(f"cột {code}", lon, lat) for code, lon, lat in masts if lon is not None]
    if not rows:
        raise ValidationError("Tỉnh chưa có xã, thôn hay cột nào có tọa độ. Nhập địa bàn trước.")
    names, lons, lats = zip(*rows, strict=True)
    return Needed(names, np.array(lons, dtype=np.float64), np.array(lats, dtype=np.float64))


def province_area(province: Place) -> Area:
    """Give the box of ground that a province's runs need."""
    return needed_in(province).about(AROUND_KM)


def without_height(needed: Needed, grid: Grid, within_cells: int = 0) -> NDArray[np.bool_]:
    """Tell for which places (n,) a grid has no height, neither there nor in any cell so near."""
    rows, columns = grid.lattice.indices(needed.lons_deg, needed.lats_deg)
    missing = np.isnan(grid.nearest(needed.lons_deg, needed.lats_deg))
    for n in np.flatnonzero(missing):
        top, left = round(float(rows[n])), round(float(columns[n]))
        down = slice(max(top - within_cells, 0), max(top + within_cells + 1, 0))
        across = slice(max(left - within_cells, 0), max(left + within_cells + 1, 0))
        missing[n] = np.isnan(grid.values[down, across]).all()
    return missing
