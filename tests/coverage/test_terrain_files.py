"""Files become a terrain, or a sentence that says which file, what is wrong and which places would have no height."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils.module_loading import import_string
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from PIL import Image

from hatang.accounts.models import Person
from hatang.core.terrain.grid import Area, Grid
from hatang.core.terrain.sea import NO_SEA
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.engine import area_of, land_of
from hatang.coverage.services.terrain.preparing import trimmed
from hatang.coverage.services.terrain.uploads import prepare_job, terrain_given_up
from hatang.work.models import Job, StoredFile
from tests.conftest import World
from tests.core.terrain.makers import geotiff
from tests.coverage.conftest import hills

STEP_DEG = 1 / 300
WIDE: Area = (106.4, 21.6, 107.1, 22.2)
"""Reaches farther than 15 km around every place of the small world."""


@pytest.fixture
def officer(client: Client, people: dict[str, Person]) -> Client:
    client.force_login(people["department_officer"])
    return client


def tiff(path: Path, area: Area = WIDE, **changes: Any) -> Path:
    """Write hills over an area, without heights in the box `hole`."""
    grid = hills(area, STEP_DEG)
    if hole := changes.get("hole"):
        lons, lats = np.meshgrid(grid.lattice.lons_deg(), grid.lattice.lats_deg())
        west, south, east, north = hole
        grid.values[(lons > west) & (lons < east) & (lats > south) & (lats < north)] = np.nan
    return geotiff(path, grid.values, edges(grid))


def edges(grid: Grid) -> tuple[float, float, float]:
    return grid.west_deg - STEP_DEG / 2, grid.north_deg + STEP_DEG / 2, STEP_DEG


def brought(client: Client, *files: Path, **more: Any) -> Terrain:
    """Bring files through the page, and give the terrain that became of them."""
    said = {"title": "Thử", "source": "NASA", "licence": "Phạm vi công cộng"} | more
    said["heights"] = [as_upload(path) for path in files]
    for name in ("others", "clutter", "classes", "sea_mask"):
        if name in more:
            said[name] = as_upload(more[name])
    response = client.post("/vung-phu/20/dia-hinh/them", said)
    assert response.status_code == 302, response.content.decode()
    return Terrain.objects.get(pk=int(response["Location"].strip("/").split("/")[-1]))


def as_upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def test_files_of_an_officer_become_a_terrain(officer: Client, world: World, tmp_path: Path) -> None:
    """Small holes are closed, the less trusted file fills where the first ends, nothing of the files stays."""
    first = tiff(tmp_path / "tinh.tif", hole=(106.72, 21.9, 106.73, 21.91))
    terrain = brought(officer, first)
    assert terrain.state == Terrain.State.READY
    land = land_of(terrain)
    assert land.heights.version == terrain.version
    where = world.village.lon, world.village.lat
    assert land.heights.nearest(*where) == hills(WIDE, STEP_DEG).nearest(*where)
    said = " ".join(terrain.report["sentences"])
    assert "tinh.tif" in said
    assert "Đã lấp" in said
    assert "Không có tệp lớp phủ" in said
    assert {file.size_bytes for file in StoredFile.objects.filter(name="tinh.tif")} == {0}
    west, south, east, north = area_of(terrain)
    assert west < 106.69 - 0.14 < 106.76 + 0.14 < east
    assert south < 21.86 - 0.13 < 21.96 + 0.13 < north


def test_a_less_trusted_file_counts_where_the_first_has_nothing(officer: Client, tmp_path: Path) -> None:
    first = tiff(tmp_path / "tinh.tif", area=(106.6, 21.8, 106.85, 22.05))
    grid = hills(WIDE, STEP_DEG)
    rest = geotiff(tmp_path / "a-quanh.tif", np.full_like(grid.values, 100), edges(grid))
    land = land_of(brought(officer, first, others=rest))
    assert land.heights.nearest(106.72, 21.92) == hills(WIDE, STEP_DEG).nearest(106.72, 21.92)
    assert land.heights.nearest(106.57, 21.77) == 100


def test_files_that_end_within_the_margin_make_a_narrower_terrain(officer: Client, tmp_path: Path) -> None:
    terrain = brought(officer, tiff(tmp_path / "hep.tif", area=(106.6, 21.8, 106.85, 22.05)))
    assert terrain.state == Terrain.State.READY
    assert area_of(terrain) == pytest.approx((106.6, 21.8, 106.85, 22.05), abs=STEP_DEG)
    assert any("được cắt còn" in sentence for sentence in terrain.report["sentences"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"area": (106.6, 21.8, 106.85, 21.955)}, "Không tệp nào có độ cao ở 1 nơi của tỉnh: Thôn Khơ Đa"),
        ({"area": (106.5, 21.7, 106.9, 22.1), "hole": (106.72, 21.8, 106.75, 21.99)}, None),
        ({"area": (105.1, 21.7, 105.5, 22.1)}, "cat.tif phủ 105,0983"),
    ],
    ids=["a village beyond the edge", "a small hole", "another place"],
)
def test_a_place_without_height_is_named(
    officer: Client, tmp_path: Path, changes: dict[str, Any], said: str | None
) -> None:
    terrain = brought(officer, tiff(tmp_path / "cat.tif", **changes))
    assert (terrain.state == Terrain.State.READY) == (said is None)
    assert (said or "") in terrain.report.get("refused", "")
    job = Job.objects.get(pk=terrain.job_id)
    assert (said or "")[:100] in job.message
    page = officer.get(f"/vung-phu/dia-hinh/{terrain.pk}/").content.decode()
    assert ("Không làm được" in page) == (said is not None)


def test_the_sea_is_where_no_height_is_and_no_village(officer: Client, tmp_path: Path) -> None:
    """A quay may stand a little out; a village 3 km from the files' last height is no village in the sea."""
    coast = tiff(tmp_path / "bo.tif", area=(106.4, 21.6, 106.765, 22.2))
    terrain = brought(officer, coast, sea="on")
    assert terrain.state == Terrain.State.READY
    assert land_of(terrain).heights.nearest(106.85, 21.9) == 0
    assert any("mặt biển" in sentence for sentence in terrain.report["sentences"])
    short = brought(officer, tiff(tmp_path / "cut.tif", area=(106.4, 21.6, 106.73, 22.2)), sea="on")
    assert "ở ngoài biển có 1 nơi của tỉnh: Phường Kỳ Lừa" in short.report["refused"]


def polygon(path: Path, east: float, kind: str = "Polygon") -> Path:
    """Write the sea west of a meridian."""
    ring = [[105.0, 21.0], [east, 21.0], [east, 22.5], [105.0, 22.5], [105.0, 21.0]]
    shape = {"type": kind, "coordinates": [ring] if kind == "Polygon" else ring}
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}), encoding="utf-8")
    return path


def test_a_map_of_the_sea_or_a_class_of_land_cover_gives_zones(
    officer: Client, tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Polygons through the page and by the command give one terrain, and so does the class that the table calls sea."""
    low, shore = tiff(tmp_path / "cao.tif"), 106.6013
    dry = brought(officer, low)
    assert NO_SEA in dry.report["sentences"] and land_of(dry).ground.zones is None
    mask = polygon(tmp_path / "bien.geojson", shore)
    wet = brought(officer, low, sea_mask=mask)
    zones = land_of(wet).ground.zones
    assert zones is not None and wet.zones and wet.zones.name.endswith(".tif")
    west_of = land_of(wet).heights.lattice.lons_deg() < shore
    assert (zones[:, west_of] == 1).all() and (zones[:, ~west_of] == 4).all(), "hills over 100 m are inland"
    assert wet.version != dry.version and wet.report["sea"].startswith("Biển theo bien.geojson: ")
    assert wet.report["sea"] in officer.get(f"/vung-phu/dia-hinh/{wet.pk}/").content.decode()
    content = b"".join(officer.get(f"/vung-phu/dia-hinh/{wet.pk}/tep/bien.tif"))  # type: ignore[arg-type]
    assert content[:2] == b"II"
    assert officer.get(f"/vung-phu/dia-hinh/{dry.pk}/tep/bien.tif").status_code == 404
    assert officer.get(f"/vung-phu/dia-hinh/{wet.pk}/anh/bien.png").status_code == 404

    said = ("--source", "NASA", "--licence", "Phạm vi công cộng", "--sea-mask", str(mask))
    call_command("load_terrain", "20", str(low), *said)
    assert wet.report["sea"] in capsys.readouterr().out
    assert Terrain.objects.latest("pk").version == wet.version

    grid = hills(WIDE, STEP_DEG)
    kinds = np.where(grid.lattice.lons_deg() < shore, 81, 10).astype(np.uint8)
    cover = geotiff(tmp_path / "phu.tif", np.tile(kinds, (grid.values.shape[0], 1)), edges(grid))
    table = tmp_path / "lop.csv"
    table.write_text("value;name;height_m;kind\n10;Cỏ;0;\n81;Biển Đông;0;nước biển\n", encoding="utf-8")
    by_class = brought(officer, low, clutter=cover, classes=table)
    assert np.array_equal(land_of(by_class).ground.zones, zones)
    half = brought(officer, low, sea_mask=polygon(tmp_path / "duong.geojson", shore, "LineString"))
    assert half.state == Terrain.State.FAILED and "duong.geojson" in half.report["refused"]
    officer.post(f"/vung-phu/dia-hinh/{wet.pk}/bo")
    assert StoredFile.objects.get(pk=wet.zones_id).size_bytes == 0


def test_land_cover_gets_the_heights_of_its_table(officer: Client, tmp_path: Path) -> None:
    heights, grid = tiff(tmp_path / "cao.tif"), hills(WIDE, STEP_DEG)
    forest = np.where(np.arange(grid.values.shape[1]) < 90, 10, 77).astype(np.uint8)
    cover = geotiff(tmp_path / "phu.tif", np.tile(forest, (grid.values.shape[0], 1)), edges(grid))
    table = tmp_path / "lop.csv"
    table.write_text("value;name;height_m\n10;Rừng;12\n")
    refused = brought(officer, heights, clutter=cover, classes=table).report["refused"]
    assert "không có dòng cho lớp: 77" in refused
    table.write_text("value;name;height_m\n10;Rừng;cao\n")
    assert "lop.csv, dòng 2" in brought(officer, heights, clutter=cover, classes=table).report["refused"]
    table.write_text("value;name;height_m\n10;Rừng;12\n77;Nhà;6\n")
    terrain = brought(officer, heights, clutter=cover, classes=table)
    land = land_of(terrain)
    assert land.clutter_at(np.array([106.65, 106.8]), np.array([21.9, 21.9])).tolist() == [12, 6]
    picture = officer.get(f"/vung-phu/dia-hinh/{terrain.pk}/anh/lop-phu.png")
    assert Image.open(BytesIO(picture.content)).width == 640


def test_what_is_no_raster_is_refused_by_name(officer: Client, tmp_path: Path) -> None:
    fake, odd = tmp_path / "van-ban.tif", tmp_path / "van-ban.docx"
    fake.write_text("không phải ảnh")
    odd.write_text("x")
    assert "van-ban.tif: Tệp không phải GeoTIFF" in brought(officer, fake).report["refused"]
    said = {"title": "Thử", "source": "NASA", "licence": "Tự do"}
    page = officer.post("/vung-phu/20/dia-hinh/them", said | {"heights": [as_upload(odd)]})
    assert page.status_code == 422
    assert "van-ban.docx: Không nhận tệp loại" in page.content.decode()
    with override_settings(TERRAIN_BYTES=5):
        page = officer.post("/vung-phu/20/dia-hinh/them", said | {"heights": [as_upload(fake)]})
    assert "nặng quá" in page.content.decode()
    assert Terrain.objects.count() == 1


def test_of_files_that_are_not_all_taken_none_stays(officer: Client, tmp_path: Path, settings: Any) -> None:
    """The province's quota holds the first file, not the second; the worker finds its work by the task's address."""
    assert import_string(prepare_job.module_path) is prepare_job
    settings.MEDIA_ROOT = tmp_path / "kho"
    one, two = tiff(tmp_path / "1.tif"), tiff(tmp_path / "2.tif")
    settings.QUOTA_BYTES = one.stat().st_size + 10
    said = {"title": "Thử", "source": "NASA", "licence": "Tự do"}
    page = officer.post("/vung-phu/20/dia-hinh/them", said | {"heights": [as_upload(one), as_upload(two)]})
    assert page.status_code == 422
    assert "2.tif: Đã dùng" in page.content.decode()
    assert not [path for path in (tmp_path / "kho").rglob("*") if path.is_file()]
    assert not Terrain.objects.exists() and not StoredFile.objects.exists()


def test_a_terrain_on_which_something_was_computed_stays(officer: Client, small_terrain: Terrain) -> None:
    run = CoverageRun.objects.create(
        province=small_terrain.province, title="Thử", on="2026-01-01", terrain=small_terrain
    )
    officer.post(f"/vung-phu/dia-hinh/{small_terrain.pk}/bo")
    assert Terrain.objects.filter(pk=small_terrain.pk).exists()
    run.delete()
    file = small_terrain.heights
    assert file
    officer.post(f"/vung-phu/dia-hinh/{small_terrain.pk}/bo")
    assert not Terrain.objects.filter(pk=small_terrain.pk).exists()
    file.refresh_from_db()
    assert file.size_bytes == 0


def test_a_terrain_given_up_says_so(world: World, small_terrain: Terrain) -> None:
    Terrain.objects.filter(pk=small_terrain.pk).update(state=Terrain.State.PREPARING)
    terrain_given_up(small_terrain.pk, {"heights": [small_terrain.heights_id], "clutter": None, "classes": None}, {})
    small_terrain.refresh_from_db()
    assert small_terrain.state == Terrain.State.FAILED
    assert "không làm lại" in small_terrain.report["refused"]


def test_the_list_finds_without_accents_and_carries_the_mark(officer: Client, small_terrain: Terrain) -> None:
    page = officer.get("/vung-phu/20/dia-hinh", {"q": "doi thu"}).content.decode()
    assert "Đồi thử" in page
    assert "DỮ LIỆU MÔ PHỎNG" in page
    assert "Đồi thử" not in officer.get("/vung-phu/20/dia-hinh", {"q": "khac"}).content.decode()
    assert "DỮ LIỆU MÔ PHỎNG" in officer.get("/vung-phu/20/dia-hinh", {"xuat": "csv"}).content.decode()
    content = b"".join(officer.get(f"/vung-phu/dia-hinh/{small_terrain.pk}/tep/do-cao.tif"))  # type: ignore[arg-type]
    assert content[:2] == b"II"
    assert "DỮ LIỆU MÔ PHỎNG".encode() in content


def test_the_command_reads_real_files(world: World, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ETOPO's nine-kilometre cells make a terrain that warns of itself; tiles of the Alps make none."""
    said = ("--source", "ETOPO5", "--licence", "Phạm vi công cộng")
    dem = shared / "data/dem"
    call_command("load_terrain", "20", str(dem / "etopo5_vietnam_5arcmin.tif"), "--sea-floor", *said)
    assert "quá thô" in capsys.readouterr().out
    assert 100 < land_of(Terrain.objects.get()).heights.nearest(106.76, 21.85) < 600
    with pytest.raises(CommandError, match=r"N43E006\.hgt\.gz phủ 5,999"):
        call_command("load_terrain", "20", str(dem / "N43E006.hgt.gz"), *said)
    with pytest.raises(CommandError, match="Không có tệp"):
        call_command("load_terrain", "20", str(dem / "khong-co.tif"), *said)
    assert Terrain.objects.count() == 1


@how(max_examples=60)
@given(st.data())
def test_what_is_cut_off_never_holds_a_place(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 8))
    missing = np.array(
        data.draw(st.lists(st.lists(st.booleans(), min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    )
    top, left = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    held = slice(top, data.draw(st.integers(top + 1, rows))), slice(left, data.draw(st.integers(left + 1, columns)))
    kept = trimmed(missing, held)
    if missing[held].any():
        assert kept is None
    if kept is not None:
        assert not missing[kept].any()
        assert all(one.start <= inner.start and inner.stop <= one.stop for one, inner in zip(kept, held, strict=True))
