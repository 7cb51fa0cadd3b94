"""Every format says the same; files are kept apart by ETag, given compressed, given in part."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.test import Client
from django.utils import timezone

from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Boundary, Place
from tests.conftest import World
from tests.opendata.needs import a_figure, an_indicator, published

NAMES = ["Thôn Khơ Đa", "Thôn Nà Lầm"]


def content(address: str, **headers: str) -> bytes:
    response = Client().get(address, headers=headers)
    assert response.status_code == 200
    return response.getvalue()


@pytest.fixture
def villages(world: World) -> World:
    Place.objects.filter(pk=world.village.pk).update(simulated=True)
    published(world)
    return world


def test_csv_and_json_and_xlsx_and_parquet_hold_the_same_rows(villages: World, tmp_path: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(content("/du-lieu-mo/thon/20.csv").decode("utf-8-sig"))))
    said = json.loads(content("/du-lieu-mo/thon/20.json"))
    book = openpyxl.load_workbook(io.BytesIO(content("/du-lieu-mo/thon/20.xlsx")))
    head, *cells = book["Dữ liệu"].iter_rows(values_only=True)
    table = pq.read_table(io.BytesIO(content("/du-lieu-mo/thon/20.parquet"))).to_pylist()
    names = [field["name"] for field in said["fields"]]
    as_json = [tuple(row[name] for name in names) for row in said["rows"]]
    assert [tuple(row[name] for name in names) for row in table] == as_json
    assert [row["ten"] for row in lines] == [row["ten"] for row in said["rows"]]
    assert [int(row["so_ho"]) for row in lines] == [row["so_ho"] for row in said["rows"]]
    assert [cell[names.index("ten")] for cell in cells] == [row["ten"] for row in said["rows"]]
    assert head[names.index("dan_so")] == "Dân số, người"
    assert {row["co_dien_luoi"] for row in lines} == {"true", "false"}


def test_what_is_simulated_says_so_in_every_row_and_on_the_file(villages: World) -> None:
    said = json.loads(content("/du-lieu-mo/thon/20.json"))
    assert {row["ten"]: row["mo_phong"] for row in said["rows"]} == dict(zip(NAMES, ["", SIMULATED_LINE], strict=True))
    assert SIMULATED_LINE in said["title"]
    assert said["simulated"] is True
    assert SIMULATED_LINE in Client().get("/du-lieu-mo/thon/20/").text


def test_gdal_reads_points_and_areas(world: World, tmp_path: Path) -> None:
    square = shapely.MultiPolygon([shapely.box(106.6, 21.9, 106.7, 22.0)])
    said = {"area_km2": 1.0, "source": "thử", "known_from": timezone.now()}
    Boundary.objects.create(place=world.commune, geometry=f"SRID=4326;{square.wkt}", **said)
    for slug in ("thon", "xa-phuong"):
        published(world, slug)
    points, areas = tmp_path / "thon.gpkg", tmp_path / "xa.gpkg"
    points.write_bytes(content("/du-lieu-mo/thon/20.gpkg"))
    areas.write_bytes(content("/du-lieu-mo/xa-phuong/20.gpkg"))
    meta, _, shapes, _ = pyogrio.raw.read(points)
    assert (meta["crs"], meta["geometry_type"], len(shapes)) == ("EPSG:4326", "Point", 2)
    _, _, shapes, _ = pyogrio.raw.read(areas)
    kinds = sorted(shape.geom_type for shape in shapely.from_wkb(shapes))
    assert kinds == ["MultiPolygon", "Point"]
    table = pq.read_table(io.BytesIO(content("/du-lieu-mo/xa-phuong/20.parquet")))
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"]["geometry"]["geometry_types"] == kinds
    drawn = [s for s in shapely.from_wkb(table["geometry"].to_pylist()) if s.geom_type == "MultiPolygon"]
    assert shapely.equals(drawn[0], square)
    features = json.loads(content("/du-lieu-mo/xa-phuong/20.geojson"))["features"]
    assert sorted(f["geometry"]["type"] for f in features) == kinds


def test_a_table_without_places_has_no_geojson_but_a_geopackage(world: World, tmp_path: Path) -> None:
    a_figure(an_indicator(), world.commune, 81.5)
    published(world, "so-lieu-chi-tieu")
    assert Client().get("/du-lieu-mo/so-lieu-chi-tieu/20.geojson").status_code == 404
    path = tmp_path / "so-lieu.gpkg"
    path.write_bytes(content("/du-lieu-mo/so-lieu-chi-tieu/20.gpkg"))
    meta, _, shapes, cells = pyogrio.raw.read(path)
    assert shapes is None
    assert cells[list(meta["fields"]).index("gia_tri")].tolist() == [81.5]


def test_sdmx_csv_names_its_flow_and_each_observation(world: World) -> None:
    a_figure(an_indicator(), world.commune, 81.5, numerator=163, denominator=200)
    published(world, "so-lieu-chi-tieu")
    response = Client().get("/du-lieu-mo/so-lieu-chi-tieu/20.sdmx.csv")
    assert response["Content-Type"] == "application/vnd.sdmx.data+csv;version=2.0.0"
    (line,) = csv.DictReader(io.StringIO(response.getvalue().decode()))
    assert list(line)[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert line["STRUCTURE_ID"] == "VN_HATANG:DF_INDICATORS(1.0)"
    told = {name: line[name] for name in ("INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "NUMERATOR")}
    assert told == {
        "INDICATOR": "thu",
        "REF_AREA": "06181",
        "TIME_PERIOD": "2025",
        "OBS_VALUE": "81.5",
        "NUMERATOR": "163.0",
    }
    assert Client().get("/du-lieu-mo/thon/20.sdmx.csv").status_code == 404


def test_a_text_that_a_spreadsheet_would_run_is_text(world: World) -> None:
    Place.objects.filter(pk=world.village.pk).update(title="", name="=HYPERLINK(1)")
    published(world)
    lines = csv.DictReader(io.StringIO(content("/du-lieu-mo/thon/20.csv").decode("utf-8-sig")))
    assert "'=HYPERLINK(1)" in [row["ten"] for row in lines]


def test_who_has_the_file_is_told_so(villages: World) -> None:
    client = Client()
    first = client.get("/du-lieu-mo/thon/20.csv")
    first.getvalue()
    assert client.get("/du-lieu-mo/thon/20.csv", headers={"if-none-match": first["ETag"]}).status_code == 304
    Place.objects.filter(pk=villages.village.pk).update(households=7)
    published(villages)
    again = client.get("/du-lieu-mo/thon/20.csv", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]
    again.getvalue()


def test_text_is_given_compressed_and_what_is_packed_already_is_not(villages: World) -> None:
    client, headers = Client(), {"accept-encoding": "gzip"}
    response = client.get("/du-lieu-mo/thon/20.csv", headers=headers)
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.getvalue()) == content("/du-lieu-mo/thon/20.csv")
    for ending in ("xlsx", "gpkg", "parquet"):
        response = client.get(f"/du-lieu-mo/thon/20.{ending}", headers=headers)
        assert "Content-Encoding" not in response
        response.getvalue()


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None), ("bytes=0-999999", 0, None)],
)
def test_a_span_of_a_file_is_that_span(villages: World, asked: str, begin: int, end: int | None) -> None:
    whole = content("/du-lieu-mo/thon/20.csv")
    response = Client().get("/du-lieu-mo/thon/20.csv", headers={"range": asked, "accept-encoding": "gzip"})
    part: Any = response.getvalue()
    assert response.status_code == 206
    assert part == whole[begin:end]
    assert response["Content-Range"].endswith(f"/{len(whole)}")
    assert "Content-Encoding" not in response


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=9-3", "bytes=-0"])
def test_a_span_that_is_not_there_is_416(villages: World, asked: str) -> None:
    response = Client().get("/du-lieu-mo/thon/20.csv", headers={"range": asked})
    assert response.status_code == 416


def test_pages_of_other_sites_may_read_it(villages: World) -> None:
    response = Client().get("/du-lieu-mo/thon/20.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response.headers
    response.getvalue()
