"""Boundary files that people and attackers upload: what is read, what is refused, and with which words."""

from __future__ import annotations

import gzip
import json
import math
import os
import sqlite3
import struct
import subprocess
import sys
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from hatang.core.vector_files import (
    Feature,
    Limits,
    VectorFile,
    VectorFileError,
    geojson,
    open_vector,
    shapefile,
)
from hatang.core.vector_files.raw import clean_properties, clean_value
from tests.core.vector_file_makers import (
    DONG_DANG,
    KY_LUA,
    collection,
    dbf,
    feature,
    packed,
    ring,
    shp,
    write,
    zipped,
)

Saved = Callable[..., Path]
ROOT = Path(__file__).parents[2]
LANG_SON = (106.1, 21.3, 107.4, 22.5)


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """Give a function that saves bytes under a name."""

    def save(content: bytes, name: str = "xa.geojson") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return save


def read(path: Path, **options: Any) -> tuple[VectorFile, list[Feature]]:
    file = open_vector(path, **options)
    return file, list(file.features())


def refusal(path: Path, **options: Any) -> VectorFileError:
    with pytest.raises(VectorFileError) as caught:
        read(path, **options)
    return caught.value


def only(path: Path, **options: Any) -> Feature:
    _, (found,) = read(path, **options)
    return found


# --- What is read, beside GDAL reading the same


@pytest.mark.parametrize("name", ["xa.geojson", "xa.gpkg", "xa.shp"])
def test_three_formats_give_what_gdal_gives(tmp_path: Path, name: str) -> None:
    holed = KY_LUA - box(106.72, 21.92, 106.74, 21.94)
    island = MultiPolygon([DONG_DANG, box(106.5, 21.8, 106.55, 21.85)])
    texts = {"ma": ["06181", "05977"], "ten": ["Đồng Đăng", "Kỳ Lừa"], "dan_so": [12000, None]}
    path = write(tmp_path / name, [island, holed], texts=texts, geometry_type="MultiPolygon", promote_to_multi=True)
    _, _, theirs, columns = pyogrio.raw.read(path)
    file, ours = read(path, beside=True)
    assert (file.count, file.crs[:9], file.crs_assumed, file.notes) == (2, "EPSG:4326", "", ())
    assert [f.properties["ten"] for f in ours] == ["Đồng Đăng", "Kỳ Lừa"] == list(columns[1])
    assert [str(f.properties["ma"]) for f in ours] == ["06181", "05977"]
    for mine, wkb in zip(ours, theirs, strict=True):
        assert not mine.fault
        assert shapely.normalize(mine.geometry).equals(shapely.normalize(shapely.from_wkb(wkb)))


def test_features_may_be_read_twice_and_alike(saved: Saved) -> None:
    file = open_vector(saved(collection(DONG_DANG, KY_LUA)))
    assert list(file.features()) == list(file.features())


def test_gzip_is_read_as_what_is_in_it(saved: Saved) -> None:
    file, found = read(saved(gzip.compress(collection(DONG_DANG)), "xa.geojson.gz"))
    assert (file.kind, found[0].geometry) == ("GeoJSON", DONG_DANG)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_geojson_in_any_unicode(saved: Saved, encoding: str) -> None:
    content = json.dumps(
        {"type": "FeatureCollection", "features": [feature(DONG_DANG, ten="Đồng Đăng")]}, ensure_ascii=False
    )
    assert only(saved(content.encode(encoding))).properties == {"ten": "Đồng Đăng"}


def test_a_single_feature_a_bare_geometry_and_one_feature_a_line(saved: Saved) -> None:
    one = json.dumps(feature(DONG_DANG, ma="1")).encode()
    assert only(saved(one)).properties == {"ma": "1"}
    assert only(saved(shapely.to_geojson(DONG_DANG).encode())).geometry == DONG_DANG
    assert [f.number for f in read(saved(one + b"\n" + one + b"\n"))[1]] == [1, 2]


def test_members_before_and_after_the_features_are_seen(saved: Saved) -> None:
    late = collection(DONG_DANG)[:-1] + b', "crs": {"type": "name", "properties": {"name": "EPSG:4756"}}}'
    assert open_vector(saved(late)).crs == "EPSG:4756 VN-2000"


def test_long_features_cross_the_edges_of_what_is_read_at_once(saved: Saved) -> None:
    circle = Point(106.5, 21.5).buffer(0.2, quad_segs=4000)
    _, found = read(saved(collection(*[circle] * 3, Point(1, 2))))
    assert [f.geometry for f in found] == [circle, circle, circle, Point(1, 2)]


# --- Coordinate systems


def in_system(geometry: Any, code: int) -> Any:
    way = pyproj.Transformer.from_crs(4326, code, always_xy=True)
    return shapely.transform(
        geometry, lambda xy: shapely.get_coordinates(shapely.points(*way.transform(xy[:, 0], xy[:, 1])))
    )


@pytest.mark.parametrize("code", [9210, 9214, 3405, 4756, 5899, 32648])
@pytest.mark.parametrize("name", ["xa.gpkg", "xa.shp"])
def test_a_stated_system_is_transformed(tmp_path: Path, name: str, code: int) -> None:
    path = write(tmp_path / name, [in_system(DONG_DANG, code)], crs=f"EPSG:{code}", geometry_type="Polygon")
    file, (found,) = read(path, beside=True)
    assert file.crs.startswith(f"EPSG:{code} ")
    assert shapely.hausdorff_distance(found.geometry, DONG_DANG) < 1e-8
    assert any("VN-2000" in note and "200 m" in note for note in file.notes) == (code != 32648)


def test_vn2000_lies_two_hundred_metres_from_wgs84(saved: Saved) -> None:
    """Were the step left out, every boundary would be off by this much."""
    stated = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4756"}}
    found = only(saved(collection(Point(106.7, 21.9), crs=stated)))
    away = pyproj.Geod(ellps="WGS84").inv(106.7, 21.9, found.geometry.x, found.geometry.y)[2]
    assert 180 < away < 230


def test_degrees_in_viet_nam_without_a_system_are_wgs84_and_said_to_be(tmp_path: Path) -> None:
    write(tmp_path / "xa.shp", [DONG_DANG])
    file, _ = read(packed(tmp_path, tmp_path / "xa.zip", without=[".prj"]))
    assert "Tệp không ghi hệ tọa độ" in file.crs_assumed
    assert "EPSG:4756" in file.crs_assumed


def test_metres_without_a_system_are_asked_for_with_the_zones_that_fit(tmp_path: Path) -> None:
    whole = box(*LANG_SON)
    write(tmp_path / "xa.shp", [in_system(whole, 9215)], crs=None)
    path = packed(tmp_path, tmp_path / "xa.zip")
    error = refusal(path, expected=LANG_SON)
    assert error.asks == "crs"
    assert error.choices[0].value == "EPSG:9215"
    assert "TM-3 107-15" in str(error)
    _, (found,) = read(path, crs=error.choices[0].value)
    assert shapely.hausdorff_distance(found.geometry, whole) < 1e-3


def test_northing_first_is_understood(tmp_path: Path) -> None:
    """Land registers of Viet Nam write X for north, Y for east."""
    flipped = shapely.transform(in_system(DONG_DANG, 9215), lambda xy: xy[:, ::-1])
    path = write(tmp_path / "xa.gpkg", [flipped], crs="EPSG:9215")
    found = only(path)
    assert shapely.hausdorff_distance(found.geometry, DONG_DANG) < 1e-8
    assert "Kinh độ và vĩ độ bị đảo: đã đổi lại." in found.notes
    write(tmp_path / "khong.gpkg", [flipped], crs=None)
    assert "EPSG:9215" in [c.value for c in refusal(tmp_path / "khong.gpkg", expected=LANG_SON).choices]


def test_latitude_first_is_exchanged_and_said(saved: Saved) -> None:
    flipped = shapely.transform(DONG_DANG, lambda xy: xy[:, ::-1])
    found = only(saved(collection(flipped)))
    assert (found.geometry, found.notes) == (DONG_DANG, ("Kinh độ và vĩ độ bị đảo: đã đổi lại.",))


@pytest.mark.parametrize(
    ("stated", "numbers", "words"),
    [
        ("EPSG:4326", in_system(DONG_DANG, 9215), "Tệp ghi hệ EPSG:4326 WGS 84 nhưng các số là mét"),
        ("EPSG:9215", DONG_DANG, "(mét) nhưng các số giống độ"),
        (None, box(4e6, 9e6, 5e6, 9.5e6), "không khớp múi VN-2000 nào"),
        (None, box(3, 43, 4, 44), "không nằm trong Việt Nam"),
    ],
)
def test_a_system_that_cannot_be_is_refused(tmp_path: Path, stated: str | None, numbers: Any, words: str) -> None:
    error = refusal(write(tmp_path / "xa.gpkg", [numbers], crs=stated))
    assert words in str(error)
    assert error.asks == "crs"


@pytest.mark.parametrize(
    "chosen", ["EPSG:999999", "+proj=longlat +nadgrids=/etc/passwd", "/etc/passwd", "http://a.vn/x", ""]
)
def test_a_chosen_system_is_a_code_and_nothing_else(saved: Saved, chosen: str) -> None:
    path = saved(collection(DONG_DANG))
    if chosen:
        assert "Không hiểu hệ tọa độ" in str(refusal(path, crs=chosen))
    assert "dùng mét nhưng các số trong tệp là độ" in str(refusal(path, crs="EPSG:9215"))


def test_a_prj_cannot_make_proj_open_files(tmp_path: Path) -> None:
    datum = 'DATUM["x",SPHEROID["x",6378137,298.25]],PRIMEM["G",0],UNIT["d",0.0174]'
    evil = f'GEOGCS["x",{datum},EXTENSION["PROJ4","+nadgrids=/x"]]'
    content = zipped(shp=shp([[[*DONG_DANG.exterior.coords]]]), prj=evil.encode())
    path = tmp_path / "xa.zip"
    path.write_bytes(content)
    assert any("Không hiểu hệ tọa độ" in note for note in open_vector(path).notes)


def test_a_zone_of_three_degrees_without_its_datum_is_warned_of(tmp_path: Path) -> None:
    wkt = pyproj.CRS.from_proj4(
        "+proj=tmerc +lat_0=0 +lon_0=107.25 +k=0.9999 +x_0=500000 +ellps=WGS84 +units=m"
    ).to_wkt("WKT1_ESRI")
    path = tmp_path / "xa.zip"
    path.write_bytes(zipped(shp=shp([[[*in_system(DONG_DANG, 9215).exterior.coords]]]), prj=wkt.encode()))
    assert any("không ghi hệ quy chiếu VN-2000" in note for note in open_vector(path).notes)


def test_a_zone_with_its_own_way_to_wgs84_goes_that_way(tmp_path: Path) -> None:
    """MapInfo and older QGIS write VN-2000 as a nameless datum with the seven numbers of its circular."""
    own = "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"
    proj = f"+proj=tmerc +lon_0=107.25 +k=0.9999 +x_0=500000 +ellps=WGS84 +towgs84={own} +units=m"
    wkt = pyproj.CRS.from_proj4(proj).to_wkt("WKT1_GDAL")
    path = tmp_path / "xa.zip"
    path.write_bytes(zipped(shp=shp([[[*in_system(DONG_DANG, 9215).exterior.coords]]]), prj=wkt.encode()))
    file, (found,) = read(path)
    assert "Đã chuyển sang WGS 84 theo tham số (TOWGS84) ghi trong tệp." in file.notes
    assert shapely.hausdorff_distance(found.geometry, DONG_DANG) < 1e-6


# --- Geometry


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (None, "Không có hình"),
        (ring(), "Không có tọa độ"),
        ({"type": "Polygon", "coordinates": []}, "Hình rỗng"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "không có vòng"),
        (ring((106, 21), (107, 21)), "ít hơn 3 đỉnh"),
        (ring((106, 21), (107, 22), (106, 21), (107, 22), (106, 21)), "ít hơn 3 đỉnh"),
        (ring((106, 21), (107, float("nan")), (107, 22), (106, 21)), "Đỉnh 2 có tọa độ không phải số"),
        (ring((106, 21), (107, float("inf")), (107, 22), (106, 21)), "Đỉnh 2 có tọa độ không phải số"),
        (ring((106, 21), (107, "21"), (107, 22), (106, 21)), "đỉnh 2 ghi [107, '21']"),
        (ring((106, 21), (107, None), (107, 22), (106, 21)), "đỉnh 2 ghi [107, None]"),
        (ring((106, 21), (107,), (107, 22), (106, 21)), "cặp số"),
        (ring((106, 21), [[[[1]]]], (107, 22), (106, 21)), "cặp số"),
        (ring((106, 21), (10**400, 21), (107, 22), (106, 21)), "cặp số"),
        (ring((106, 21), (106, 91), (107, 22), (106, 21)), "Đỉnh 2 (106; 91) ngoài"),
        (ring((179, 21), (-179, 21), (-179, 22), (179, 22), (179, 21)), "kinh tuyến 180"),
        ({"type": "Polygon", "coordinates": {"a": 1}}, "sai cấu trúc"),
        ({"type": "CircularString", "coordinates": [[1, 2]]}, "Không hiểu loại hình “CircularString”"),
        ({"type": ["Polygon"], "coordinates": [[1, 2]]}, "Không hiểu loại hình"),
        ("POLYGON((0 0))", "phải là một đối tượng"),
        ({"type": "GeometryCollection", "geometries": 3}, "sai cấu trúc"),
        (GeometryCollection([Point(106, 21)]), "không có vùng nào"),
        (Point(106, 21), "Hình là điểm; cần vùng"),
        (LineString([(106, 21), (107, 22)]), "Hình là đường; cần vùng"),
    ],
)
def test_one_bad_feature_is_named_and_stops_nothing(saved: Saved, geometry: Any, words: str) -> None:
    bad = feature(geometry, ma="xấu")
    _, found = read(saved(collection(feature(DONG_DANG), bad, feature(KY_LUA))), polygons_only=True)
    assert [f.number for f in found if f.geometry is not None] == [1, 3]
    assert words in found[1].fault
    assert found[1].properties == {"ma": "xấu"}


@pytest.mark.parametrize(
    ("geometry", "expected", "note"),
    [
        (
            ring((106.6, 21.9, 5), (106.7, 21.9, 5), (106.7, 22, 5), (106.6, 22, 5), (106.6, 21.9, 5)),
            DONG_DANG,
            "Bỏ độ cao",
        ),
        (ring((106.6, 21.9, 5), (106.7, 21.9), (106.7, 22), (106.6, 22), (106.6, 21.9)), DONG_DANG, "Bỏ độ cao"),
        (ring((106.6, 21.9), (106.7, 21.9), (106.7, 22), (106.6, 22)), DONG_DANG, "Vòng chưa khép"),
        (GeometryCollection([Point(106, 21), DONG_DANG]), DONG_DANG, "chỉ lấy các vùng"),
        (GeometryCollection([GeometryCollection([DONG_DANG, KY_LUA])]), MultiPolygon([DONG_DANG, KY_LUA]), "chỉ lấy"),
        (Polygon([(3, 43), (4, 43), (4, 44)]), Polygon([(3, 43), (4, 43), (4, 44)]), "Nằm ngoài Việt Nam"),
    ],
)
def test_what_can_be_used_is_used_with_a_remark(saved: Saved, geometry: Any, expected: Any, note: str) -> None:
    found = only(saved(collection(geometry)), polygons_only=True)
    assert found.geometry.equals(expected)
    assert found.geometry.has_z is False
    assert any(note in each for each in found.notes), found.notes


def test_a_broken_part_or_hole_is_left_out_and_named(saved: Saved) -> None:
    dot = [[106.5, 21.5], [106.5, 21.5], [106.5, 21.5], [106.5, 21.5]]
    whole = [list(map(list, DONG_DANG.exterior.coords))]
    found = only(saved(collection({"type": "MultiPolygon", "coordinates": [whole, [dot]]})))
    assert found.geometry.equals(DONG_DANG)
    assert found.notes == ("Bỏ một mảnh: Vòng tại 106,5; 21,5 có ít hơn 3 đỉnh khác nhau.",)
    found = only(saved(collection({"type": "Polygon", "coordinates": [*whole, dot]})))
    assert (found.geometry, found.notes[0][:10]) == (DONG_DANG, "Bỏ một lỗ:")


def test_z_and_m_of_geopackage_and_shapefile_are_dropped(tmp_path: Path) -> None:
    high = shapely.force_3d(DONG_DANG, 12)
    for name in ("z.gpkg", "z.shp"):
        found = only(write(tmp_path / name, [high], geometry_type="Polygon Z"), beside=True)
        assert (found.geometry.has_z, found.geometry.equals(DONG_DANG)) == (False, True)
        assert "Bỏ độ cao (Z), chỉ giữ kinh độ, vĩ độ." in found.notes


def test_points_among_polygons_in_a_geopackage(tmp_path: Path) -> None:
    path = write(tmp_path / "xa.gpkg", [DONG_DANG, Point(106, 21), None, GeometryCollection([KY_LUA, Point(1, 1)])])
    _, found = read(path, polygons_only=True)
    assert [bool(f.fault) for f in found] == [False, True, True, False]
    assert found[3].geometry.equals(KY_LUA)


@pytest.mark.parametrize("clockwise", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_holes_of_a_shapefile_are_told_by_where_they_lie(saved: Saved, clockwise: tuple[int, int]) -> None:
    """Many programs write rings in the wrong direction; an island in a lake in an island is still three deep."""
    outer, hole, island = (list(box(106 + d, 21 + d, 107 - d, 22 - d).exterior.coords) for d in (0, 0.1, 0.2))
    rings = [island[:: clockwise[0]], hole[:: clockwise[1]], outer[:: clockwise[0]]]
    found = only(saved(zipped(shp=shp([rings])), "xa.zip"))
    assert found.geometry.equals(box(106, 21, 107, 22) - box(106.1, 21.1, 106.9, 21.9) | box(106.2, 21.2, 106.8, 21.8))


# --- Files that are not what they should be


GPKG_HEAD = b"SQLite format 3\0"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "xa.geojson", "Tệp trống"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "xa.geojson", "trang web HTML"),
        (b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2">', "xa.kml", "KML bị cắt cụt"),
        (b"<OGRVRTDataSource><SrcDataSource>/etc/passwd", "xa.geojson", "VRT"),
        (b"ma;ten\n1;Xa", "xa.csv", "bảng (CSV)"),
        (b"\x00\x01\x02\x03", "xa.bin", "Không nhận ra"),
        (b"AC1032\0\0", "xa.dwg", "AutoCAD"),
        (b"[1, 2]", "xa.json", "danh sách JSON"),
        (b"{}", "xa.json", "không phải GeoJSON"),
        (b'{"a": 1}', "xa.json", "không phải GeoJSON"),
        (b'{"type": "Topology", "objects": {}, "arcs": []}', "xa.json", "TopoJSON"),
        (b'{"geometryType": "esriGeometryPolygon", "features": []}', "xa.json", "EsriJSON"),
        (
            b'{"features": [{"attributes": {}, "geometry": {"rings": []}}], "spatialReference": {}}',
            "xa.json",
            "EsriJSON",
        ),
        (b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline"}', "xa.json", "không phải GeoJSON"),
        (collection(), "xa.geojson", "không có đối tượng nào"),
        (b'{"type": "FeatureCollection"}', "xa.geojson", "không có danh sách “features”"),
        (b'{"type": "FeatureCollection", "features": 3}', "xa.geojson", "không có danh sách “features”"),
        (collection(DONG_DANG)[:-30], "xa.geojson", "bị cắt cụt"),
        (collection(DONG_DANG, KY_LUA)[:-300], "xa.geojson", "bị cắt cụt|sai cú pháp"),
        (collection(DONG_DANG).replace(b"[[[", b"[[[,"), "xa.geojson", "sai cú pháp ở dòng 1"),
        (collection(DONG_DANG) + b" x", "xa.geojson", "nội dung thừa"),
        (b"[" * 100_000, "xa.geojson", "danh sách JSON"),
        (b'{"type": "Polygon", "coordinates": ' + b"[" * 100_000, "xa.geojson", "lồng nhau quá sâu"),
        (b'{"type": ' + b"1" * 5_000 + b"}", "xa.geojson", "số quá dài"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Feature", "x": "\xff"}]}', "xa.geojson", "UTF-8"),
        (gzip.compress(collection(DONG_DANG))[:-20], "xa.geojson.gz", "hỏng hoặc bị cắt cụt"),
        (gzip.compress(b"", mtime=0), "xa.geojson.gz", "trống sau khi giải nén"),
        (gzip.compress(gzip.compress(collection(DONG_DANG))), "xa.geojson.gz", "chỉ được chứa GeoJSON"),
        (b"\x1f\x8b\x08\x00", "xa.gz", "hỏng hoặc bị cắt cụt"),
        (GPKG_HEAD, "xa.gpkg", "GeoPackage bị hỏng"),
        (GPKG_HEAD + b"\0" * 4000, "xa.gpkg", "GeoPackage bị hỏng"),
        (b"PK\x03\x04abc", "xa.zip", "hỏng hoặc bị cắt cụt"),
        (zipped(txt=b"a"), "xa.zip", "không có shapefile"),
        (zipped(dbf=b"a", prj=b"b"), "xa.zip", "thiếu tệp .shp"),
        (zipped(gpkg=b"a"), "xa.zip", "GeoPackage nằm trong tệp nén"),
        (zipped(kml=b"<kml>"), "xa.kmz", "KML bị cắt cụt"),
        (zipped(shp=b""), "xa.zip", ".shp bị hỏng"),
        (zipped(shp=b"x" * 200), "xa.zip", ".shp không đúng định dạng"),
        (zipped(shp=shp([[[(106, 21), (107, 21), (107, 22)]]])[:-8]), "xa.zip", ".shp bị hỏng"),
        (zipped(shp=shp([[[(106, 21), (107, 21), (107, 22)]]]), dbf=b"x"), "xa.zip", ".dbf bị hỏng"),
        (
            zipped(shp=shp([[[(106, 21), (107, 21), (107, 22)]]]), dbf=dbf([b"MA"], [])),
            "xa.zip",
            "không cùng số bản ghi",
        ),
    ],
)
def test_what_is_no_vector_file_is_refused_with_its_reason(saved: Saved, content: bytes, name: str, words: str) -> None:
    error = refusal(saved(content, name))
    assert any(word in str(error) for word in words.split("|")), error
    assert error.message.endswith(".") and error.right.endswith((".", "."))


def test_syntax_errors_name_their_line(saved: Saved) -> None:
    lines = [
        b'{"type": "FeatureCollection", "features": [',
        *[json.dumps(feature(KY_LUA)).encode() + b","] * 3000,
        b"oops]}",
    ]
    assert "ở dòng 3.002" in str(refusal(saved(b"\n".join(lines))))


def test_a_folder_a_pipe_and_a_missing_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.geojson")
    assert "không phải một tệp" in str(refusal(tmp_path))
    assert "không phải một tệp" in str(refusal(tmp_path / "pipe.geojson"))
    assert "Không thấy tệp “/vsicurl/https:/a.vn/x.geojson”" in str(
        refusal(Path("/vsicurl/https://a.vn/x.geojson"), name="/vsicurl/https:/a.vn/x.geojson")
    )


def test_two_gigabytes_are_refused_before_they_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "to.geojson"
    with path.open("wb") as stream:
        stream.truncate(2_000_000_000)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("opened"))
    assert "lớn hơn 200 MB" in str(refusal(path))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(vertices=9), "hơn 9 đỉnh"),
        (Limits(features=1), "hơn 1 đối tượng"),
        (Limits(fields=0), "Quá nhiều trường"),
        (Limits(feature_bytes=20), "0 triệu ký tự"),
        (Limits(unpacked_bytes=100), "bung ra lớn hơn"),
    ],
)
def test_a_file_may_hold_so_much_and_no_more(saved: Saved, limits: Limits, words: str) -> None:
    many = (
        collection(DONG_DANG, KY_LUA, pad="x" * 600_000)
        if limits.feature_bytes < 100
        else collection(DONG_DANG, KY_LUA)
    )
    assert words in str(refusal(saved(gzip.compress(many), "xa.geojson.gz"), limits=limits))


def test_bombs_are_told_by_what_they_unpack_to(saved: Saved) -> None:
    assert "lớn bất thường" in str(refusal(saved(zipped(shp=b"\0" * 40_000_000), "xa.zip")))
    blanks = gzip.compress(b'{"type":' + b" " * 30_000_000)
    assert "bung ra lớn hơn 20 MB" in str(
        refusal(saved(blanks, "xa.json.gz"), limits=Limits(unpacked_bytes=20_000_000))
    )


MEASURE = """
import resource, sys
from pathlib import Path
from hatang.core.vector_files import opening
opening.HELD = 20_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
file = opening.open_vector(Path(sys.argv[1]))
vertices = sum(len(f.geometry.exterior.coords) for f in file.features())
print(vertices, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_file(saved: Saved) -> None:
    """What is held is one feature: four times the vertices may not take more than a few megabytes more."""
    one = json.dumps(feature(Point(106.5, 21.5).buffer(0.2, quad_segs=500))).encode()
    grown = []
    for count in (60, 240):
        content = b'{"type": "FeatureCollection", "features": [' + b",".join([one] * count) + b"]}"
        path = saved(content, f"{count}.geojson")
        result = subprocess.run(
            [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
        )
        vertices, kilobytes = map(int, result.stdout.split())
        assert vertices == 2001 * count
        grown.append(kilobytes)
    assert grown[1] - grown[0] < 8_000, grown


# --- Archives


def test_nested_folders_and_great_letters(tmp_path: Path) -> None:
    folder = tmp_path / "RanhGioi"
    folder.mkdir()
    write(folder / "XA.shp", [DONG_DANG])
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(path.suffix.upper()))
    file, found = read(packed(folder, tmp_path / "xa.zip", under="a/b/"))
    assert file.layer == "a/b/XA"
    assert found[0].geometry.equals(DONG_DANG)


def test_several_layers_are_chosen_or_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "nhieu"
    folder.mkdir()
    write(folder / "xa.shp", [DONG_DANG])
    write(folder / "tram.shp", [Point(106, 21)])
    file, _ = read(packed(folder, tmp_path / "a.zip"))
    assert (file.layer, file.layers) == ("xa", ("tram", "xa"))
    assert "lớp duy nhất có vùng" in file.notes[0]
    write(folder / "huyen.shp", [KY_LUA])
    error = refusal(packed(folder, tmp_path / "b.zip"))
    assert (error.asks, [c.value for c in error.choices]) == ("layer", ["huyen", "xa"])
    assert only(tmp_path / "b.zip", layer="huyen").geometry.equals(KY_LUA)
    assert "không có lớp “tỉnh”" in str(refusal(tmp_path / "b.zip", layer="tỉnh"))


def test_several_layers_of_a_geopackage(tmp_path: Path) -> None:
    path = write(tmp_path / "xa.gpkg", [DONG_DANG], layer="xã 'mới\"")
    write(path, [Point(106, 21)], layer="trạm", append=True)
    file, _ = read(path)
    assert file.layer == "xã 'mới\""
    write(path, [KY_LUA], layer="huyện", append=True)
    assert [c.value for c in refusal(path).choices] == ["xã 'mới\"", "huyện"]


def test_paths_out_of_an_archive_and_locked_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "xa.zip"
    for name in ("../../etc/xa.shp", "/etc/xa.shp", "a\\..\\xa.shp", "C:/xa.shp"):
        with zipfile.ZipFile(path, "w") as package:
            package.writestr(name, shp([[[*DONG_DANG.exterior.coords]]]))
        assert "đường dẫn ra ngoài" in str(refusal(path)), name
    locked = bytearray(zipped(shp=b"abc"))
    locked[6] |= 1
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    assert "mật khẩu" in str(refusal(path))


def test_a_bare_shapefile_reads_its_neighbours_only_when_told(tmp_path: Path) -> None:
    path = write(tmp_path / "xa.shp", [DONG_DANG], texts={"ma": ["1"]})
    assert only(path, beside=True).properties == {"ma": "1"}
    file, (found,) = read(path)
    assert found.properties == {}
    assert "Thiếu tệp .dbf" in file.notes[0]


def test_a_shapefile_without_dbf_or_index(tmp_path: Path) -> None:
    folder = tmp_path / "xa"
    folder.mkdir()
    write(folder / "xa.shp", [DONG_DANG, KY_LUA])
    file, found = read(packed(folder, tmp_path / "a.zip", without=[".dbf"]))
    assert file.fields == ()
    assert "Thiếu tệp .dbf nên không có thuộc tính" in file.notes[0]
    _, found = read(packed(folder, tmp_path / "b.zip", without=[".shx"]))
    assert [f.properties for f in found] == [{"ma": "0"}, {"ma": "1"}]
    assert found[0].geometry.equals(DONG_DANG) and found[1].geometry.equals(KY_LUA)


def test_rows_struck_out_of_the_table_are_left_out(saved: Saved) -> None:
    table = bytearray(dbf([b"MA"], [[b"1"], [b"2"]]))
    table[33 + 32 + 41] = ord("*")
    square = [[*DONG_DANG.exterior.coords]]
    file, found = read(saved(zipped(shp=shp([square, square]), dbf=bytes(table)), "xa.zip"))
    assert [(f.number, f.properties["MA"]) for f in found] == [(1, "1")]
    assert "Bỏ 1 bản ghi đã đánh dấu xóa trong .dbf." in file.notes


# --- Attributes and their letters


NAMES = ["Xã Đồng Đăng", "Phường Kỳ Lừa", "Thị trấn Na Sầm", "Xã Thụy Hùng", "Xã Quốc Khánh"]


def named(saved: Saved, rows: list[bytes], **parts: bytes) -> tuple[VectorFile, list[Any]]:
    square = [[*DONG_DANG.exterior.coords]]
    content = zipped(shp=shp([square] * len(rows)), dbf=dbf([b"TEN"], [[row] for row in rows]), **parts)
    file, found = read(saved(content, "xa.zip"))
    return file, [f.properties["TEN"] for f in found]


def to_cp1258(text: str) -> bytes:
    """Write Vietnamese as Windows does: the letter with its hat, then its tone."""
    tones = "\u0300\u0309\u0303\u0301\u0323"
    result = ""
    for c in text:
        apart = unicodedata.normalize("NFD", c)
        tone = "".join(mark for mark in apart if mark in tones)
        result += unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones)) + tone
    return result.encode("cp1258")


@pytest.mark.parametrize(
    ("encoding", "rows"),
    [
        ("UTF-8", [name.encode() for name in NAMES]),
        ("Windows-1258", [to_cp1258(name) for name in NAMES]),
        ("TCVN3", [b"X\xb7 \xa7\xe5ng \xa7\xa8ng", b"Ph\xad\xeang K\xfa L\xf5a", b"Th\xde tr\xcan Na S\xc7m"]),
        ("VNI", ["Xaõ Ñoàng Ñaêng".encode("cp1252"), "Phöôøng Kyø Löøa".encode("cp1252")]),
    ],
)
def test_old_encodings_are_told_by_their_letters(saved: Saved, encoding: str, rows: list[bytes]) -> None:
    file, found = named(saved, rows)
    assert file.encoding == encoding
    if encoding == "TCVN3":
        assert found == ["Xã Đồng Đăng", "Phường Kỳ Lừa", "Thị trấn Na Sầm"]
    else:
        assert found == NAMES[: len(rows)]
    assert any("kiểm tra tên" in note for note in file.notes) == (encoding != "UTF-8")


def test_a_cpg_that_lies_is_not_believed(saved: Saved) -> None:
    file, found = named(saved, [name.encode() for name in NAMES], cpg=b"ISO-8859-1")
    assert found == NAMES
    assert "đọc theo UTF-8" in file.notes[0]
    assert named(saved, ["Métropole".encode("cp1252")], cpg=b"1252")[1] == ["Métropole"]


def test_letters_misread_before_they_came_are_read_again(saved: Saved) -> None:
    """A file saved as UTF-8 after its TCVN3, VNI or UTF-8 text had been taken for Western European."""
    for wrong in ("Xaõ Ñoàng Ñaêng", "X· §ång §¨ng", "Xã Đồng Đăng".encode().decode("latin-1")):
        content = json.dumps({"type": "FeatureCollection", "features": [feature(DONG_DANG, ten=wrong)]}).encode()
        file, (found,) = read(saved(content))
        assert found.properties["ten"] == "Xã Đồng Đăng"
        assert "từng bị đọc sai bảng mã" in file.notes[0]


def test_attributes_are_clean(saved: Saved) -> None:
    one = feature(
        DONG_DANG, a="Xa\u0303\x00\x07", b={"x": [1]}, c=float("nan"), d=True, e=None, f="\ud800", g="dài" * 9999
    )
    found = only(saved(collection(one)))
    assert found.properties | {"g": ""} == {
        "a": "Xã",
        "b": '{"x": [1]}',
        "c": None,
        "d": True,
        "e": None,
        "f": "",
        "g": "",
    }
    assert len(found.properties["g"]) == 10_000
    assert {"Đã bỏ ký tự điều khiển trong thuộc tính.", "Thuộc tính lồng nhau được giữ ở dạng chữ JSON."} <= set(
        found.notes
    )


def test_attributes_that_nest_too_deep_or_are_no_object(saved: Saved) -> None:
    deep = b'{"type": "Feature", "geometry": null, "properties": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}"
    assert "a" in only(saved(deep)).properties
    assert only(saved(b'{"type": "Feature", "geometry": null, "properties": [1]}')).properties == {}


def test_names_that_repeat(saved: Saved) -> None:
    twice = b'{"type": "Feature", "geometry": null, "properties": {"ma": 1, "ma": 2, "": 3}}'
    found = only(saved(twice))
    assert found.properties == {"ma": 2, "(không tên)": 3}
    assert "Trường “ma” có nhiều lần: lấy giá trị cuối." in found.notes
    square = [[*DONG_DANG.exterior.coords]]
    content = zipped(shp=shp([square]), dbf=dbf([b"TEN", b"TEN"], [[b"a", b"b"]]))
    file, (found,) = read(saved(content, "xa.zip"))
    assert (file.fields, found.properties) == (("TEN", "TEN_2"), {"TEN": "a", "TEN_2": "b"})


def test_an_identifier_becomes_an_attribute(saved: Saved) -> None:
    assert only(saved(collection(feature(DONG_DANG, ten="a") | {"id": "06181"}))).properties == {
        "ten": "a",
        "id": "06181",
    }
    assert only(saved(collection(feature(DONG_DANG, id=7) | {"id": "06181"}))).properties == {"id": 7}


# --- Little files that would fill the memory or the hours


def peak_mb(work: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_a_text_among_the_coordinates_does_not_widen_the_others(saved: Saved) -> None:
    path = saved(collection(ring(["a" * 20_000, 0], *[[106, 21]] * 2_000)))
    found: list[Feature] = []
    assert peak_mb(lambda: found.append(only(path))) < 10
    assert "đỉnh 1 ghi ['aaa" in found[0].fault
    assert "dài hơn 300 chữ số" in only(saved(collection(ring((10**400, 21), (107, 21), (107, 22))))).fault
    assert "đỉnh 2 ghi [True, 21]" in only(saved(collection(ring((106, 21), (True, 21), (107, 22))))).fault


def test_a_feature_of_too_many_names_is_refused_before_they_are_cleaned(
    saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(collection(feature(DONG_DANG, **{"k" * 200 + str(i): 1 for i in range(501)})))
    monkeypatch.setattr(geojson, "clean_properties", lambda *_: pytest.fail("cleaned"))
    assert str(refusal(path)) == "Quá nhiều trường; tối đa 500. Bỏ các trường thừa."


def test_repeated_names_are_counted_once_however_many() -> None:
    """Each name against each other would be a billion comparisons."""
    names = [f"k{i}" for i in range(30_000)]
    assert geojson.pairs([(name, 1) for name in (*names, "k7")]).twice == ("k7",)
    told: set[str] = set()
    cleaned = clean_properties(((f"{'k' * 200}{i}", i) for i in range(5_000)), told)
    assert list(cleaned.values()) == list(range(5_000))
    assert list(cleaned)[4_999] == "k" * 200 + "_5000"


def test_names_that_look_like_numbered_ones_keep_apart() -> None:
    cleaned = clean_properties([("a", 1), ("a_2", 2), ("a", 3), ("a_2", 4), ("a", 5)], set())
    assert cleaned == {"a": 1, "a_2": 2, "a_3": 3, "a_2_2": 4, "a_4": 5}


def test_a_property_of_endless_objects_is_refused_while_it_is_read(saved: Saved) -> None:
    inside = b"[" + b",".join([b"{}"] * 300_000) + b"]"
    content = b'{"type": "FeatureCollection",\n"features": [{"type": "Feature", "properties": {"a": ' + inside + b"}"
    path = saved(gzip.compress(content + b', "geometry": null}]}'), "xa.geojson.gz")
    said = str(refusal(path))
    assert said.startswith("Đối tượng ở dòng 2 có hơn 100.000 giá trị lồng nhau dạng {…}. Bỏ các thuộc tính lồng nhau")


def test_a_property_of_endless_lists_is_refused_while_it_is_read(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "MOST_LISTS", 50_000)
    path = saved(collection(feature(DONG_DANG, a=[[]] * 150_000)))
    assert "Đối tượng ở dòng 1 có hơn 50.000 danh sách hoặc đỉnh." in str(refusal(path))


def test_nested_values_are_written_no_further_than_is_kept(saved: Saved) -> None:
    value = [["a" * 100]] * 50_000
    assert peak_mb(lambda: clean_value(value, set())) < 1
    found = only(saved(collection(feature(DONG_DANG, a=value[:200]))))
    assert found.properties["a"] == json.dumps(value[:200])[:10_000]
    assert f"Thuộc tính dài hơn {10_000:,} ký tự bị cắt bớt.".replace(",", ".") in found.notes


def test_a_table_of_too_many_cells_is_refused(saved: Saved) -> None:
    path = saved(collection(*[feature(DONG_DANG, a=1, b=2, c=3)] * 4))
    assert "hơn 11 ô (số đối tượng × số trường)" in str(refusal(path, limits=Limits(cells=11)))
    assert len(read(path, limits=Limits(cells=12))[1]) == 4


def square_at(half: float) -> list[tuple[float, float]]:
    return [(106.5 + x * half, 21.5 + y * half) for x, y in ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))]


def test_rings_in_rings_are_put_together_up_to_a_bound(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    prj = pyproj.CRS.from_epsg(4326).to_wkt("WKT1_ESRI").encode()
    rings = [square_at(0.4 * (60 - i) / 60) for i in range(60)]
    path = saved(zipped(shp=shp([rings, [square_at(0.1)]]), prj=prj), "xa.zip")
    whole, small = read(path)[1]
    bands = [Polygon(rings[i], [rings[i + 1]]) for i in range(0, 60, 2)]
    assert shapely.normalize(whole.geometry) == shapely.normalize(MultiPolygon(bands))
    monkeypatch.setattr(shapefile, "MOST_RING_PAIRS", 1_000)
    whole, small = read(path)[1]
    assert whole.fault == "Hình có quá nhiều vòng chồng lên nhau (hơn 1.000 cặp); tách thành nhiều hình."
    assert small.geometry is not None


@pytest.mark.parametrize("comment", [b"", b"chu thich"])
def test_a_zip_of_very_many_files_is_refused_before_they_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comment: bytes
) -> None:
    path = tmp_path / "xa.zip"
    with zipfile.ZipFile(path, "w") as package:
        for i in range(2_001):
            package.writestr(str(i), b"")
        package.comment = comment
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("listed"))
    assert "Tệp nén có hơn 2.000 tệp bên trong. Chỉ nén .shp" in str(refusal(path))
    end = 22 + len(comment)
    content = bytearray(path.read_bytes())
    content[-end + 10 : -end + 12] = struct.pack("<H", 1)  # a count that lies; the list itself stays long
    content[-end + 12 : -end + 16] = struct.pack("<I", 1_000_001)
    path.write_bytes(content)
    assert "Tệp nén có hơn 2.000 tệp" in str(refusal(path))
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 60_000, 60_000, 9_000_000, 0)
    content[-end + 12 : -end + 16] = struct.pack("<I", 10)
    path.write_bytes(content[:-end] + record + struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1) + content[-end:])
    assert "Tệp nén có hơn 2.000 tệp" in str(refusal(path))


# --- Crafted GeoPackages


def touched(path: Path, *statements: str, values: tuple[object, ...] = ()) -> Path:
    with sqlite3.connect(path) as connection:
        for trigger in ("insert", "update1", "update2", "update3", "update4", "update6", "update7", "delete"):
            connection.execute(f'drop trigger if exists "rtree_xa_geom_{trigger}"')
        for statement in statements:
            connection.execute(statement, values if "?" in statement else ())
    connection.close()
    return path


def blob(wkb: bytes) -> bytes:
    return b"GP\0\1" + struct.pack("<i", 4326) + wkb


def nested_collections(depth: int) -> bytes:
    return struct.pack("<BII", 1, 7, 1) * depth + shapely.to_wkb(Point(106, 21))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "không đúng định dạng"),
        (b"GP", "không đúng định dạng"),
        ("chữ", "không đúng định dạng"),
        (blob(b""), "bị hỏng"),
        (blob(shapely.to_wkb(DONG_DANG)[:-1]), "bị hỏng"),
        (blob(struct.pack("<BII", 1, 3, 2**32 - 1)), "bị hỏng"),
        (blob(struct.pack("<BII", 1, 6, 2**32 - 1)), "bị hỏng"),
        (blob(nested_collections(1_000_000)), "lồng quá sâu"),
        (
            blob(struct.pack("<BII", 1, 7, 2) + shapely.to_wkb(Point(1, 1)) + nested_collections(1_000_000)),
            "lồng quá sâu",
        ),
        (blob(struct.pack("<BII", 1, 6, 1) * 1_000_000), "bị hỏng"),
        (blob(struct.pack("<BI", 1, 10) + b"\0" * 20), "đường cong"),
        (blob(struct.pack("<BI", 1, 99) + b"\0" * 20), "bị hỏng"),
        (b"GP\0\x21" + b"\0" * 30, "loại mở rộng"),
        (blob(shapely.to_wkb(Polygon())), "Hình rỗng"),
        (blob(shapely.to_wkb(DONG_DANG).replace(struct.pack("<d", 22.0), struct.pack("<d", math.nan))), "NaN"),
        (blob(shapely.to_wkb(DONG_DANG).replace(struct.pack("<d", 22.0), struct.pack("<d", math.inf))), "vô cực"),
    ],
)
def test_a_blob_that_would_end_the_process_is_a_fault(tmp_path: Path, content: object, words: str) -> None:
    path = write(tmp_path / "xa.gpkg", [DONG_DANG, KY_LUA], layer="xa", layer_options={"SPATIAL_INDEX": "NO"})
    touched(path, "update xa set geom = ? where fid = 1", values=(content,))
    _, found = read(path)
    assert words in found[0].fault
    assert found[1].geometry.equals(KY_LUA)


def test_views_and_plain_databases_are_no_layers(tmp_path: Path) -> None:
    plain = tmp_path / "a.gpkg"
    touched(plain, "create table a (b)")
    assert "không phải GeoPackage" in str(refusal(plain))
    path = write(tmp_path / "xa.gpkg", [DONG_DANG], layer="xa", layer_options={"SPATIAL_INDEX": "NO"})
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select i as fid, null as geom from n"
    touched(path, "alter table xa rename to kho", f"create view xa as {endless}")
    assert "không có lớp đối tượng nào" in str(refusal(path))


def test_a_cut_geopackage(tmp_path: Path) -> None:
    shapes = [Point(106.5, 21.5).buffer(0.1, quad_segs=900)] * 40
    path = write(tmp_path / "xa.gpkg", shapes, layer_options={"SPATIAL_INDEX": "NO"})
    path.write_bytes(path.read_bytes()[:200_000])
    assert "GeoPackage bị hỏng" in str(refusal(path))


def test_reading_leaves_no_file_behind(tmp_path: Path) -> None:
    path = write(tmp_path / "xa.gpkg", [DONG_DANG])
    before = path.read_bytes()
    read(path)
    assert [p.name for p in tmp_path.iterdir()] == ["xa.gpkg"]
    assert path.read_bytes() == before


# --- Whatever comes


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_bytes_changed_anywhere_give_an_answer_or_a_reason(tmp_path: Path, data: st.DataObject) -> None:
    """Never another exception, whatever is cut or overwritten."""
    kind = data.draw(st.sampled_from(["geojson", "gz", "zip", "gpkg"]))
    if not (good := tmp_path / f"tot.{kind}").exists():
        good.write_bytes(good_file(tmp_path, kind))
    content = bytearray(good.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(1, 8))] = data.draw(st.binary(max_size=8))
    path = tmp_path / f"thu.{kind}"
    path.write_bytes(content)
    try:
        for found in open_vector(path, limits=Limits(unpacked_bytes=10_000_000)).features():
            assert (found.geometry is None) == bool(found.fault)
    except VectorFileError as error:
        assert error.message.endswith(".")


def test_a_geopackage_whose_broken_schema_is_no_text_gives_a_reason(tmp_path: Path) -> None:
    """sqlite's own complaint names what is broken, here in bytes that are no text."""
    name = b"gpkg_tile_matrix_zoom_level_insert"
    content = good_file(tmp_path, "gpkg").replace(name, b"\x80" * len(name))
    path = tmp_path / "hong.gpkg"
    path.write_bytes(content.replace(b"CREATE TRIGGER", b"CREATE TRIGGE\x80"))
    with pytest.raises(VectorFileError, match=r"bị hỏng|không đọc được"):
        open_vector(path)


def good_file(folder: Path, kind: str) -> bytes:
    """Give the bytes of a good file of a kind."""
    plain = collection(
        feature(DONG_DANG, ten="Đồng Đăng"), feature(MultiPolygon([KY_LUA, box(106, 21, 106.1, 21.1)]), ten="Kỳ Lừa")
    )
    square = [[*DONG_DANG.exterior.coords]]
    if kind == "gpkg":
        return write(folder / "x.gpkg", [DONG_DANG, KY_LUA]).read_bytes()
    stored = zipfile.ZIP_STORED
    if kind == "zip":
        with zipfile.ZipFile(folder / "x.zip", "w", stored) as package:
            package.writestr("xa.shp", shp([square, square]))
            package.writestr("xa.dbf", dbf([b"TEN"], [[b"a"], [b"b"]]))
            package.writestr("xa.prj", pyproj.CRS.from_epsg(4326).to_wkt("WKT1_ESRI"))
        return (folder / "x.zip").read_bytes()
    return gzip.compress(plain) if kind == "gz" else plain
