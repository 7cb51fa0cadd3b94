"""Terrain out of real and made files: heights stay where they are, seams do not show, gaps and faults are told."""

from __future__ import annotations

import gzip
import pickle
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from rasterio.warp import Resampling, reproject, transform

from hatang.core.terrain import Grid, Lattice, Limits, NotCoveredError, Source, Terrain, TerrainError, open_terrain
from tests.core.terrain.makers import NOWHERE, centres, geotiff, huge_tiff, plane_in, plane_m

AREA = (106.2, 21.2, 106.5, 21.4)
DEGREE = (106.0, 22.0, 0.005)


def posts(path: Path) -> np.ndarray:
    return np.frombuffer(gzip.decompress(path.read_bytes()), ">i2").reshape(1201, 1201)


def off_plane_m(grid: Grid) -> float:
    """Give how far a grid's heights are from the plane at most."""
    lon, lat = np.meshgrid(grid.lattice.lons_deg(), grid.lattice.lats_deg())
    return float(np.abs(grid.values - plane_m(lon, lat)).max())


def refused(path: Path, **said: object) -> TerrainError:
    with pytest.raises(TerrainError) as caught:
        mosaic = open_terrain([Source(path, **said)])  # type: ignore[arg-type]
        mosaic.read(mosaic.lattice((108.2, 21.2, 108.5, 21.4) if "E108" in path.name else AREA, 0.01))
    assert path.name in str(caught.value)
    return caught.value


class TestRealTiles:
    """Two neighbouring tiles of SRTM."""

    @pytest.fixture
    def files(self, shared: Path) -> list[Path]:
        return [shared / "data/dem/N43E006.hgt.gz", shared / "data/dem/N43E007.hgt.gz"]

    def test_heights_stay_as_they_are_across_the_seam(self, files: list[Path]) -> None:
        west, east = map(posts, files)
        mosaic = open_terrain(files)
        terrain = mosaic.read(mosaic.lattice((6.9, 43.5, 7.1, 43.6)))
        expected = np.hstack([west[480:601, 1080:], east[480:601, 1:121]])
        assert np.array_equal(terrain.grid.values, expected)
        assert terrain.grid.lattice.area == pytest.approx((6.9, 43.5, 7.1, 43.6), abs=1e-9)
        assert terrain.report.sources[0].resampling == "giữ nguyên ô" and terrain.report.filled == 0
        other = open_terrain(files[::-1]).read(mosaic.lattice((6.9, 43.5, 7.1, 43.6))).grid.values
        assert np.array_equal(other[:, 120], east[480:601, 0])

    def test_no_seam_where_both_are_resampled(self, files: list[Path]) -> None:
        """Half a step off, each value is the mean of its four posts, on the seam too."""
        one = np.hstack([posts(files[0]), posts(files[1])[:, 1:]]).astype(float)
        mosaic = open_terrain(files)
        half = 0.5 / 1200
        lattice = Lattice(7 - 10.5 / 1200, 43.9 - half, 1 / 1200, 1 / 1200, 200, 20)
        window = one[120:321, 1189:1210]
        mean = (window[:-1, :-1] + window[1:, :-1] + window[:-1, 1:] + window[1:, 1:]) / 4
        cells = mosaic.read(lattice).grid.values
        assert np.abs(cells - mean).max() < 0.01

    def test_four_voids_are_closed_and_told(self, files: list[Path]) -> None:
        raw = posts(files[1])
        holes = np.argwhere(raw == -32768)
        assert len(holes) == 4
        mosaic = open_terrain(files[1:])
        lattice = mosaic.lattice((7, 43.0001, 7.9999, 44))
        terrain = mosaic.read(lattice)
        report = terrain.report
        assert (report.voids, report.filled, report.gaps, terrain.grid.void_cells) == (4, 4, None, 0)
        for row, column in holes:
            around = raw[max(row - 3, 0) : row + 4, column - 3 : column + 4]
            known = around[around != -32768]
            assert known.min() <= terrain.grid.values[row, column] <= known.max()
        assert any("Đã lấp 4 ô trống" in line and "nghịch đảo" in line for line in report.sentences())
        assert mosaic.read(lattice, reach_cells=0, gaps="leave").grid.void_cells == 4

    def test_what_lacks_is_said_with_bounds_and_share(self, files: list[Path]) -> None:
        mosaic = open_terrain(files)
        lattice = mosaic.lattice((7.5, 43.5, 8.5, 43.9))
        with pytest.raises(NotCoveredError, match=r"phía đông 100 %") as caught:
            mosaic.read(lattice)
        assert caught.value.gaps.percent == pytest.approx(50, abs=0.1)
        assert caught.value.gaps.area == pytest.approx((8, 43.5, 8.5, 43.9), abs=0.001)
        left = mosaic.read(lattice, gaps="leave")
        assert left.report.gaps == caught.value.gaps and left.grid.void_cells == caught.value.gaps.cells
        sea = mosaic.read(lattice, gaps="sea")
        known = ~np.isnan(left.grid.values)
        assert np.array_equal(sea.grid.values, np.where(known, left.grid.values, 0))
        assert sea.report.sentences()[-1].endswith("mặt biển (0 m).")

    def test_tiles_agree_with_the_whole(self, files: list[Path]) -> None:
        """Holes too, for each tile is read with the margin from which they are closed."""
        mosaic = open_terrain(files)
        lattice = mosaic.lattice((7.1, 43.6, 7.4, 43.8))
        whole = mosaic.read(lattice)
        assert whole.report.filled == 3
        for tile in lattice.tiles(100):
            assert np.array_equal(mosaic.read(tile.core).grid.values, whole.grid.values[tile.rows, tile.columns])


def test_real_grid_of_the_sea_floor_counts_the_sea_as_its_surface(shared: Path) -> None:
    path = shared / "data/dem/etopo5_vietnam_5arcmin.tif"
    mosaic = open_terrain([Source(path, sea_floor=True)])
    terrain = mosaic.read(mosaic.lattice((105, 19, 108, 22)))
    assert terrain.grid.values.min() == 0 and terrain.grid.values.max() > 500
    assert any("dưới mặt biển" in note for note in terrain.report.sources[0].notes)
    with pytest.raises(TerrainError, match=r"không thể có trên mặt đất.*sea_floor"):
        plain = open_terrain([path])
        plain.read(plain.lattice((108, 12, 110, 14)))


@pytest.mark.parametrize(
    ("crs", "place", "limit_m"),
    [
        ("EPSG:9210", (520_000.0, 2_390_000.0, 250.0), 0.05),
        ("EPSG:3405", (600_000.0, 2_390_000.0, 250.0), 0.05),
        ("EPSG:32648", (600_000.0, 2_390_000.0, 250.0), 0.05),
        ("EPSG:4756", (105.9, 21.7, 0.0025), 0.02),
        ("EPSG:3857", (11_795_000.0, 2_470_000.0, 250.0), 0.05),
    ],
)
def test_a_file_in_another_system_lands_where_pyproj_says(
    tmp_path: Path, crs: str, place: tuple[float, float, float], limit_m: float
) -> None:
    """VN-2000 lies 200 m from WGS 84: left out, heights of this plane would be 2 m off."""
    path = plane_in(tmp_path / "a.tif", crs, place, 400, 400)
    mosaic = open_terrain([path])
    terrain = mosaic.read(mosaic.lattice((106.25, 21.2, 106.45, 21.4)))
    assert off_plane_m(terrain.grid) < limit_m
    step = terrain.grid.step_lon_deg * 36_000
    assert step == pytest.approx(round(step), abs=1e-6) and 0.0015 < terrain.grid.step_lon_deg < 0.003
    assert terrain.report.sources[0].resampling == "song tuyến"
    assert ("200 m" in " ".join(terrain.report.sentences())) == (crs in ("EPSG:9210", "EPSG:3405", "EPSG:4756"))


def test_real_hills_come_back_from_utm_where_they_were(shared: Path, tmp_path: Path) -> None:
    """GDAL takes SRTM of Tennessee to UTM at 30 m, we take it back: a shift of one cell would show threefold."""
    with np.load(shared / "data/dem/jacksboro_fault_dem.npz") as hills:
        values, step = hills["elevation"].astype(np.float32), float(hills["dx"])
        corner = (float(hills["xmin"]), float(hills["ymax"]))
    place, flat = (step, 0, corner[0], 0, -step, corner[1]), np.full((1200, 1100), np.nan, np.float32)
    left, top = (float(number[0]) for number in transform("EPSG:4326", "EPSG:32616", [corner[0]], [corner[1]]))
    metres = (left - 500, top + 500, 30.0)
    there = rasterio.Affine(30, 0, metres[0], 0, -30, metres[1])
    reproject(
        values,
        flat,
        src_transform=rasterio.Affine(*place),
        src_crs="EPSG:4326",
        dst_transform=there,
        dst_crs="EPSG:32616",
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
    )
    mosaic = open_terrain([geotiff(tmp_path / "utm.tif", flat, metres, "EPSG:32616", nodata=np.nan)])
    lattice = Lattice(corner[0] + 20.5 * step, corner[1] - 20.5 * step, step, step, 300, 300)
    found = mosaic.read(lattice).grid.values
    away = {by: float(np.std(found - values[20:320, 20 + by : 320 + by])) for by in (0, 1)}
    assert away[0] < 4 and away[1] > 3 * away[0]


def test_pieces_that_bound_the_memory_do_not_show(tmp_path: Path) -> None:
    path = plane_in(tmp_path / "a.tif", "EPSG:9210", (520_000.0, 2_390_000.0, 250.0), 400, 400)
    lattice = open_terrain([path]).lattice((106.25, 21.2, 106.45, 21.4), 1 / 600)
    whole = open_terrain([path]).read(lattice, method="average").grid.values
    pieces = open_terrain([path], limits=Limits(window_pixels=30_000)).read(lattice, method="average").grid.values
    assert np.abs(whole - pieces).max() < 1e-3


def test_sheets_that_only_touch_join_without_a_seam(tmp_path: Path) -> None:
    """As tiles of GLO-30 or a province's map sheets do: no posts in common."""
    west = plane_in(tmp_path / "w.tif", "EPSG:9210", (520_000.0, 2_390_000.0, 500.0), 200, 60)
    east = plane_in(tmp_path / "e.tif", "EPSG:9210", (550_000.0, 2_390_000.0, 500.0), 200, 60)
    mosaic = open_terrain([west, east])
    assert len(mosaic.sheets) == 1
    terrain = mosaic.read(mosaic.lattice((106.1, 21.2, 106.35, 21.3), 0.001))
    assert off_plane_m(terrain.grid) < 0.05


def test_the_finer_file_goes_before_and_the_coarser_one_fills_its_voids(tmp_path: Path) -> None:
    fine = np.full((100, 100), 500, np.int16)
    fine[20:40, 20:40] = -9999
    first = geotiff(tmp_path / "fine.tif", fine, (106.2, 21.5, 0.001), nodata=-9999)
    second = geotiff(tmp_path / "coarse.tif", np.full((100, 100), 100, np.int16), (106.0, 22.0, 0.01))
    mosaic = open_terrain([first, second])
    terrain = mosaic.read(mosaic.lattice((106.15, 21.35, 106.35, 21.55)))
    assert terrain.grid.step_lon_deg == pytest.approx(0.001)
    value = terrain.grid.nearest
    assert (value(106.21, 21.49), value(106.23, 21.47), value(106.32, 21.47)) == (500, 100, 100)
    assert terrain.report.voids == 0 and terrain.report.sources[1].percent > 50
    assert open_terrain([second, first]).read(terrain.grid.lattice).grid.values.max() == 100


def test_the_ground_beyond_a_clipped_province_is_not_made_up(tmp_path: Path) -> None:
    """A raster cut along a boundary has voids outside: they are gaps, not holes; a hole inside is closed."""
    x, y = centres((106.2, 21.5, 0.001), 100, 200)
    values = plane_m(x, y).astype(np.float32)
    values[(x - 106.3) + (y - 21.45) > 0.03] = np.nan
    values[60:63, 20:23] = np.nan
    path = geotiff(tmp_path / "a.tif", values, (106.2, 21.5, 0.001), nodata=np.nan)
    mosaic = open_terrain([path])
    lattice = mosaic.lattice((106.2005, 21.4005, 106.3995, 21.4995))
    terrain = mosaic.read(lattice, gaps="leave")
    made_up = ~np.isnan(terrain.grid.values) & np.isnan(values)
    assert np.argwhere(made_up).tolist() == [[r, c] for r in (60, 61, 62) for c in (20, 21, 22)]
    assert np.abs(terrain.grid.values - plane_m(x, y))[made_up].max() < 0.5
    assert terrain.report.gaps and terrain.report.gaps.cells == np.isnan(values).sum() - 9


@pytest.mark.parametrize("direction", ["south up", "turned"])
def test_rows_may_lead_anywhere(tmp_path: Path, direction: str) -> None:
    size, step = 300, 0.002
    if direction == "south up":
        place = (step, 0, 106.1, 0, step, 21.1)
    else:
        c, s = step * np.cos(0.4), step * np.sin(0.4)
        place = (c, s, 106.0, s, -c, 21.3)
    columns, rows = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5)
    x, y = place[0] * columns + place[1] * rows + place[2], place[3] * columns + place[4] * rows + place[5]
    path = geotiff(tmp_path / "a.tif", plane_m(x, y).astype(np.float32), place)
    mosaic = open_terrain([path])
    assert off_plane_m(mosaic.read(mosaic.lattice((106.25, 21.25, 106.35, 21.35), 0.002)).grid) < 0.01


def test_a_pixel_that_is_a_point_is_taken_at_its_point(tmp_path: Path) -> None:
    values = np.arange(2500, dtype=np.int16).reshape(50, 50)
    path = geotiff(tmp_path / "a.tif", values, (106.0 - 0.005, 22.0 + 0.005, 0.01), tags={"AREA_OR_POINT": "Point"})
    mosaic = open_terrain([path])
    terrain = mosaic.read(mosaic.lattice((106.1, 21.7, 106.3, 21.9)))
    assert terrain.grid.bilinear(106.2, 21.8) == values[20, 20]


class TestUnits:
    """Heights come in metres or are refused."""

    def read(self, path: Path, **said: object) -> Terrain:
        mosaic = open_terrain([Source(path, **said)])  # type: ignore[arg-type]
        return mosaic.read(mosaic.lattice(AREA, 0.005))

    def test_units_that_the_file_names_are_turned_into_metres(self, tmp_path: Path) -> None:
        feet = geotiff(tmp_path / "f.tif", np.full((200, 200), 1000, np.int16), DEGREE, unit="ft")
        tenths = geotiff(tmp_path / "d.tif", np.full((200, 200), 1000, np.int16), DEGREE, scale=0.1)
        compound = geotiff(tmp_path / "c.tif", np.full((200, 200), 1000, np.int16), DEGREE, crs="EPSG:4326+8228")
        found = [float(self.read(path).grid.values[0, 0]) for path in (feet, tenths, compound)]
        assert found == pytest.approx([304.8, 100, 304.8], abs=0.01)
        assert "đã đổi sang mét" in " ".join(self.read(feet).report.sentences())
        assert float(self.read(feet, metres_per_unit=1).grid.values[0, 0]) == 1000

    def test_an_unknown_unit_and_impossible_heights_are_refused(self, tmp_path: Path) -> None:
        odd = geotiff(tmp_path / "o.tif", np.full((200, 200), 1000, np.int16), DEGREE, unit="sải")
        high = geotiff(tmp_path / "h.tif", np.full((200, 200), 9500, np.int16), DEGREE)
        assert "“sải”" in str(refused(odd)) and "feet" in str(refused(high))

    @pytest.mark.parametrize("value", [-32768, -9999])
    def test_usual_voids_that_are_not_declared_are_noticed(self, tmp_path: Path, value: int) -> None:
        values = np.full((200, 200), 100, np.int16)
        values[130, 60] = value
        terrain = self.read(geotiff(tmp_path / "a.tif", values, DEGREE))
        assert terrain.grid.values.min() == 100
        assert f"{value}, không khai báo" in " ".join(terrain.report.sentences())


def test_files_in_the_wrong_system_say_what_would_be_right(tmp_path: Path) -> None:
    flat = np.full((200, 200), 100, np.int16)
    metres = (410_000.0, 2_370_000.0, 150.0)
    none = refused(geotiff(tmp_path / "none.tif", flat, metres, crs=None))
    assert "không ghi hệ tọa độ" in str(none) and any("VN-2000" in choice.label for choice in none.choices)
    degrees = refused(geotiff(tmp_path / "degrees.tif", flat, DEGREE, crs=None))
    assert [choice.value for choice in degrees.choices] == ["EPSG:4326", "EPSG:4756"]
    assert "tọa độ là mét" in str(refused(geotiff(tmp_path / "m.tif", flat, metres)))
    assert "tọa độ là độ" in str(refused(geotiff(tmp_path / "d.tif", flat, DEGREE, crs="EPSG:9210")))
    assert "bị đổi chỗ" in str(refused(geotiff(tmp_path / "s.tif", flat, (21.0, 107.0, 0.005))))
    turned = refused(geotiff(tmp_path / "t.tif", flat, (2_330_000.0, 560_000.0, 150.0), crs="EPSG:9210"))
    assert "bị đổi chỗ" in str(turned)
    assert "không ghi vị trí" in str(refused(geotiff(tmp_path / "n.tif", flat, NOWHERE)))
    zone = refused(geotiff(tmp_path / "zone.tif", flat, metres, crs="EPSG:9217"))
    assert "nếu hệ thật là EPSG:" in str(zone) and "không phủ hết" in str(zone)
    assert "Không hiểu hệ tọa độ" in str(refused(tmp_path / "m.tif", crs="EPSG:hai"))


def test_a_system_that_is_missing_can_be_said(tmp_path: Path) -> None:
    path = plane_in(tmp_path / "a.tif", "EPSG:9210", (520_000.0, 2_390_000.0, 250.0), 400, 400)
    with_none = geotiff(tmp_path / "b.tif", read_raw(path), (520_000.0, 2_390_000.0, 250.0), crs=None)
    mosaic = open_terrain([Source(with_none, crs="EPSG:9210")])
    assert off_plane_m(mosaic.read(mosaic.lattice((106.25, 21.2, 106.45, 21.4))).grid) < 0.05


def read_raw(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return np.asarray(dataset.read(1))


def test_other_and_damaged_files_are_named(tmp_path: Path) -> None:
    flat = np.random.default_rng(3).integers(0, 900, (200, 200)).astype(np.int16)
    whole = geotiff(tmp_path / "whole.tif", flat, DEGREE, compress="deflate")
    cut = tmp_path / "cut.tif"
    cut.write_bytes(whole.read_bytes()[:-20_000])
    colours = geotiff(tmp_path / "rgb.tif", np.zeros((3, 9, 9), np.uint8), DEGREE)
    texts = {
        "cut.tif": "hỏng hoặc bị cắt",
        "rgb.tif": "3 băng",
        "a.zip": "ZIP",
        "a.asc": "ASCII",
        "a.tif": "không phải GeoTIFF",
        "N21E106.hgt": "1201 × 1201",
        "dem.hgt": "góc tây nam",
        "N21E107.hgt.gz": "bị cắt",
        "N21E108.hgt.gz": "nén bị hỏng",
        "N21E109.hgt.gz": "nén bị hỏng",
        "short.tif": "hỏng hoặc bị cắt",
        "absent.tif": "Không có tệp",
    }
    (tmp_path / "a.zip").write_bytes(b"PK\3\4 zip")
    (tmp_path / "a.asc").write_bytes(b"ncols 10\nnrows 10\n")
    (tmp_path / "a.tif").write_bytes(b"<html>")
    (tmp_path / "short.tif").write_bytes(whole.read_bytes()[:30])
    for name in ("N21E106.hgt", "dem.hgt", "N21E107.hgt.gz"):
        (tmp_path / name).write_bytes(b"\x1f\x8b\x08 not quite")
    packed = gzip.compress(bytes(1201 * 1201 * 2))
    (tmp_path / "N21E108.hgt.gz").write_bytes(packed[:1000] + packed[-4:])
    (tmp_path / "N21E109.hgt.gz").write_bytes(b"PK")
    assert colours.exists() and cut.exists()
    for name, text in texts.items():
        assert text in str(refused(tmp_path / name)), name


def test_what_is_huge_is_refused_by_its_heading(tmp_path: Path) -> None:
    assert "quá 20.000.000.000" in str(refused(huge_tiff(tmp_path / "huge.tif", 200_000)))
    assert "TILED=YES" in str(refused(huge_tiff(tmp_path / "strip.tif", 20_000)))
    bomb = tmp_path / "N21E106.hgt.gz"
    bomb.write_bytes(gzip.compress(bytes(60_000_000), compresslevel=9))
    assert "3601 × 3601" in str(refused(bomb))
    flat = geotiff(tmp_path / "a.tif", np.zeros((200, 200), np.int16), DEGREE)
    mosaic = open_terrain([flat], limits=Limits(result_cells=10_000))
    with pytest.raises(TerrainError, match="Chia khu vực"):
        mosaic.read(mosaic.lattice(AREA, 0.0005))


def test_a_plain_tile_reads_as_the_packed_one(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 3000, (1201, 1201)).astype(">i2")
    (tmp_path / "N21E106.hgt").write_bytes(values.tobytes())
    (tmp_path / "n21e106.hgt.gz").write_bytes(gzip.compress(values.tobytes(), compresslevel=1))
    one, two = (open_terrain([tmp_path / name]) for name in ("N21E106.hgt", "n21e106.hgt.gz"))
    lattice = one.lattice(AREA)
    assert one.read(lattice).grid.version == two.read(lattice).grid.version
    assert one.read(lattice).grid.bilinear(106.25, 21.25) == values[900, 300]


def test_gdal_and_pyproj_move_vn2000_alike() -> None:
    """The two bring PROJ in two versions; a difference of more than a centimetre would show here."""
    x, y = np.meshgrid(np.linspace(300_000, 700_000, 5), np.linspace(1_000_000, 2_500_000, 5))
    for code in (9210, 3405, 5897):
        there = pyproj.Transformer.from_crs(code, 4326, always_xy=True).transform(x.ravel(), y.ravel())
        here = transform(f"EPSG:{code}", "EPSG:4326", x.ravel(), y.ravel())
        assert np.abs(np.array(there) - np.array(here)).max() < 1e-7


def test_an_average_is_the_mean_of_the_pixels_in_a_cell(tmp_path: Path) -> None:
    values = np.random.default_rng(5).uniform(0, 900, (240, 320)).astype(np.float32)
    path = geotiff(tmp_path / "a.tif", values, (106.2, 21.5, 0.0005))
    lattice = Lattice(106.201, 21.499, 0.002, 0.002, 60, 80)
    terrain = open_terrain([path]).read(lattice, reach_cells=0)
    assert np.abs(terrain.grid.values - values.reshape(60, 4, 80, 4).mean(axis=(1, 3))).max() < 0.01
    assert terrain.report.sources[0].resampling == "trung bình"


def test_what_a_mask_in_the_file_hides_is_void(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", np.full((200, 200), 100, np.int16), DEGREE)
    hidden = np.full((200, 200), 255, np.uint8)
    hidden[120:140, :] = 0
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as dataset:
        dataset.write_mask(hidden)
    mosaic = open_terrain([path])
    with pytest.raises(NotCoveredError):
        mosaic.read(mosaic.lattice(AREA), reach_cells=3)


def test_opened_terrain_goes_to_another_process(tmp_path: Path) -> None:
    path = plane_in(tmp_path / "a.tif", "EPSG:9210", (520_000.0, 2_390_000.0, 500.0), 200, 200)
    mosaic = open_terrain([path])
    lattice = mosaic.lattice((106.25, 21.2, 106.3, 21.25))
    there = pickle.loads(pickle.dumps(mosaic))
    assert there.read(lattice).grid.version == mosaic.read(lattice).grid.version
