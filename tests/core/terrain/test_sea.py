"""Sea, coast and inland: what a map of the sea makes of a grid, whatever kind of file it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hatang.core.cells import TableError
from hatang.core.polygons import WGS84
from hatang.core.terrain import Grid, Lattice, TerrainError
from hatang.core.terrain.clutter import LandClass, clutter_over, read_classes
from hatang.core.terrain.sea import Sea, open_sea, sea_in_clutter, to_sea_km, zones_over
from tests.core.terrain.makers import geotiff

LATTICE = Lattice(106.0, 21.0, 0.005, 0.005, 40, 160)
SHORE = 106.1025
"""West of it is sea, east of it land."""


def heights(high_m: float = 5.0) -> Grid:
    return Grid.over(LATTICE, np.full(LATTICE.shape, high_m, dtype=np.float32))


def polygons(folder: Path, west: float = 105.9, east: float = SHORE, kind: str = "Polygon") -> Path:
    ring = [[west, 20.5], [east, 20.5], [east, 21.5], [west, 21.5], [west, 20.5]]
    shape = {"type": kind, "coordinates": [ring] if kind == "Polygon" else ring}
    path = folder / "bien.geojson"
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}), encoding="utf-8")
    return path


def raster(folder: Path, sea: int = 1) -> Path:
    """Write sea west of the shore, from 105.9 to 107.4 degrees."""
    lons = 105.9 + 0.0025 + 0.005 * np.arange(300)
    return geotiff(
        folder / "bien.tif", np.tile(np.where(lons < SHORE, sea, 0), (200, 1)).astype("u1"), (105.9, 21.5, 0.005)
    )


@pytest.mark.parametrize("make", [polygons, raster])
def test_polygons_and_a_raster_give_the_same_zones(make: object, tmp_path: Path) -> None:
    zones = zones_over(heights(), open_sea(make(tmp_path)))  # type: ignore[operator]
    wet = LATTICE.lons_deg() < SHORE
    away_km = np.array([WGS84.line_length([SHORE, lon], [20.9, 20.9]) / 1000 for lon in LATTICE.lons_deg()])
    assert (zones.values == zones.values[0]).all() and ((zones.values[0] == 1) == wet).all()
    assert (zones.values[0][~wet & (away_km < 49)] == 3).all() and (zones.values[0][away_km > 51.5] == 4).all()
    assert zones.statement.startswith("Biển theo bien.") and "đất ven biển (thấp hơn 100 m" in zones.statement


def test_high_land_is_inland_and_the_sea_beyond_the_area_counts(tmp_path: Path) -> None:
    assert set(np.unique(zones_over(heights(101.0), open_sea(polygons(tmp_path))).values)) == {1, 4}
    beyond = zones_over(heights(), open_sea(polygons(tmp_path, 105.5, 105.9))).values[0]
    assert set(beyond) == {3, 4} and beyond[0] == 3 and beyond[-1] == 4


def test_a_class_of_land_cover_may_be_the_sea(tmp_path: Path) -> None:
    table = "value;name;height_m;kind\n80;Hồ;0;\n81;Biển Đông;0;Nước biển\n10;Rừng;15;\n"
    classes = read_classes(table.encode(), "lop.csv")
    assert [one.sea for one in classes] == [False, True, False]
    values = np.full((80, 320), 10, "u1")
    values[:, :40], values[:, 100:110] = 81, 80
    cover = clutter_over(LATTICE, [geotiff(tmp_path / "a.tif", values, (105.9975, 21.0025, 0.0025))], classes)
    sea = sea_in_clutter(cover, classes)
    assert sea
    zones = zones_over(heights(), sea)
    assert zones.values[0, :20].tolist() == [1] * 20 and set(zones.values[:, 20:110].ravel()) == {3}, "a lake is no sea"
    assert "Biển theo lớp phủ Biển Đông" in zones.statement
    assert sea_in_clutter(cover, [LandClass(81, "Biển Đông", 0.0)]) is None
    with pytest.raises(TableError, match="Không hiểu vùng “ao”"):
        read_classes(table.replace("Nước biển", "ao").encode(), "lop.csv")


def test_a_map_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TerrainError, match=r"chỉ có 1 \(biển\) và 0 \(đất\). Có giá trị 7"):
        zones_over(heights(), open_sea(raster(tmp_path, 7)))
    with pytest.raises(TerrainError, match="Hình số 1"):
        open_sea(polygons(tmp_path, kind="LineString"))


def test_distances_to_the_sea_are_those_on_the_ellipsoid() -> None:
    """Each cell to every wet cell, by Karney's geodesics."""
    lattice = Lattice(106.0, 21.0, 0.02, 0.03, 12, 15)
    wet = np.random.default_rng(2).random(lattice.shape) < 0.02
    lons, lats = np.meshgrid(lattice.lons_deg(), lattice.lats_deg())
    at = [np.column_stack([lons[wet], lats[wet]])][0]
    for lon, lat, found in zip(lons.ravel(), lats.ravel(), to_sea_km(lattice, wet).ravel(), strict=True):
        away = WGS84.inv(np.full(len(at), lon), np.full(len(at), lat), at[:, 0], at[:, 1])[2] / 1000
        assert found == pytest.approx(away.min(), rel=0.01)


def test_without_sea_all_is_inland() -> None:
    none = Sea("không", lambda lattice: np.zeros(lattice.shape, dtype=bool))
    assert (zones_over(heights(), none).values == 4).all()
