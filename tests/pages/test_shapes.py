"""Coordinates as people type them, and what they are told when they are wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hatang.pages.shapes import lines_of, read_shape

TRIANGLE = "106,7; 21,8\n106,8; 21,8\n106,8; 21,9"
OUTER = [[106.7, 21.8], [106.8, 21.8], [106.8, 21.9], [106.7, 21.9], [106.7, 21.8]]
INNER = [[106.74, 21.84], [106.76, 21.84], [106.76, 21.86], [106.74, 21.84]]


def polygon(*rings: Any) -> str:
    return json.dumps({"type": "Polygon", "coordinates": rings})


TWO_POINTS = """{"type": "FeatureCollection", "features": [
  {"type": "Feature", "geometry": {"type": "Point", "coordinates": [106, 21]}},
  {"type": "Feature", "geometry": {"type": "Point", "coordinates": [107, 21]}}]}"""
RIGHT = [
    ("106,7614; 21,853", "POINT", "POINT (106.7614 21.853)"),
    ("106.7614 21.853", "POINT", "POINT (106.7614 21.853)"),
    ("  106.7614;21,853  ", "POINT", "POINT (106.7614 21.853)"),
    ("106; 21\n107; 22", "MULTIPOINT", "MULTIPOINT ((106 21), (107 22))"),
    ("106; 21\n107; 22", "LINESTRING", "LINESTRING (106 21, 107 22)"),
    ("106; 21\r\n107; 22\r\n", "MULTILINESTRING", "MULTILINESTRING ((106 21, 107 22))"),
    (TRIANGLE, "POLYGON", "POLYGON ((106.7 21.8, 106.8 21.8, 106.8 21.9, 106.7 21.8))"),
    (f"{TRIANGLE}\n106,7; 21,8", "POLYGON", "POLYGON ((106.7 21.8, 106.8 21.8, 106.8 21.9, 106.7 21.8))"),
    (
        "106; 21\n107; 21\n107; 22\n\n\n108; 21\n109; 21\n109; 22",
        "MULTIPOLYGON",
        "MULTIPOLYGON (((106 21, 107 21, 107 22, 106 21)), ((108 21, 109 21, 109 22, 108 21)))",
    ),
    (
        "106; 21\n108; 21\n108; 23\nlỗ\n107; 21,2\n107,5; 21,2\n107,5; 21,4",
        "POLYGON",
        "POLYGON ((106 21, 108 21, 108 23, 106 21), (107 21.2, 107.5 21.2, 107.5 21.4, 107 21.2))",
    ),
    ('{"type":"Point","coordinates":[106,21,350]}', "POINT", "POINT (106 21)"),
    ('{"type":"Feature","geometry":{"type":"Point","coordinates":[106,21]}}', "MULTIPOINT", "MULTIPOINT ((106 21))"),
    (TWO_POINTS, "MULTIPOINT", "MULTIPOINT ((106 21), (107 21))"),
    ('{"type":"MultiPoint","coordinates":[[106,21]]}', "POINT", "POINT (106 21)"),
]


@pytest.mark.parametrize(("text", "kind", "wkt"), RIGHT)
def test_what_is_right_is_read(text: str, kind: str, wkt: str) -> None:
    found = read_shape(text, kind)
    assert found.wkt == wkt
    assert found.srid == 4326


BOW = "106,7; 21,8\n106,8; 21,9\n106,8; 21,8\n106,7; 21,9"
WRONG = [
    ("106,7614; 21,853\nabc", "LINESTRING", "Dòng 2: “abc” không phải hai số"),
    ("106,7; 21,8\n\n106,8", "MULTIPOINT", "Dòng 3: “106,8” không phải hai số"),
    ("106,7; 21,8; 5", "POINT", "Dòng 1:"),
    ("106,7,5; 21,8", "POINT", "Dòng 1:"),
    ("nan; inf", "POINT", "Dòng 1:"),
    ("lỗ\n106; 21", "POLYGON", "Dòng 1: “lỗ” không phải hai số"),
    ("106,7; 21,8\n21,8; 106,7", "LINESTRING", "Dòng 2: kinh độ và vĩ độ đổi chỗ"),
    ("99; 21", "POINT", "99; 21 nằm ngoài Việt Nam (kinh độ 102 đến 118, vĩ độ 6 đến 24)"),
    (BOW, "POLYGON", "cắt nhau tại 106,75; 21,85"),
    (polygon(OUTER, [[107, 21], [107.1, 21], [107, 21.1], [107, 21]]), "POLYGON", "nằm ngoài vùng"),
    ("106; 21\n107; 21", "POLYGON", "ít nhất 3 đỉnh"),
    ("106; 21\n107; 21\n106; 21", "POLYGON", "ít nhất 3 đỉnh"),
    ("106; 21", "LINESTRING", "ít nhất 2 đỉnh"),
    ("106; 21\n106; 21", "LINESTRING", "ít nhất 2 đỉnh"),
    ("\n\n", "POLYGON", "ít nhất 3 đỉnh"),
    ("106; 21\n107; 21\n107; 22\nlỗ", "POLYGON", "ít nhất 3 đỉnh"),
    ("106; 21\n107; 22", "POINT", "Chỉ nhận một điểm, nhưng ở đây có 2"),
    ('{"type":"Point"', "POINT", "GeoJSON sai ở dòng 1, ký tự 16"),
    ('{"type":"Point","coordinates":[106]}', "POINT", "Đỉnh thứ 1: không phải hai số"),
    ('{"type":"Point","coordinates":[true,21]}', "POINT", "Đỉnh thứ 1: không phải hai số"),
    ('{"type":"Point","coordinates":[NaN,21]}', "POINT", "Đỉnh thứ 1: không phải hai số"),
    ('{"type":"Point","coordinates":[1e999,21]}', "POINT", "Đỉnh thứ 1: không phải hai số"),
    ('{"type":"LineString","coordinates":[[106,21],[21,106]]}', "LINESTRING", "Đỉnh thứ 2: kinh độ và vĩ độ đổi chỗ"),
    ('{"type":"Polygon","coordinates":[106,21]}', "POLYGON", "không đủ lớp ngoặc"),
    ('{"type":"Polygon","coordinates":null}', "POLYGON", "không đủ lớp ngoặc"),
    ('{"type":"Polygon","coordinates":[]}', "POLYGON", "ít nhất 3 đỉnh"),
    ('{"type":"MultiPolygon","coordinates":[]}', "MULTIPOLYGON", "ít nhất 3 đỉnh"),
    ('{"type":"Point","coordinates":[106,21]}', "POLYGON", "Cần một vùng, nhưng đây là điểm"),
    ('{"type":"Circle"}', "POLYGON", "phải có điểm, đường hoặc vùng"),
    ('{"features":[1]}', "POLYGON", "phải có điểm, đường hoặc vùng"),
    ('{"type":"FeatureCollection","features":7}', "POLYGON", "phải có điểm, đường hoặc vùng"),
    ('{"a":' * 3000 + "1" + "}" * 3000, "POLYGON", "GeoJSON"),
]


@pytest.mark.parametrize(("text", "kind", "words"), WRONG)
def test_what_is_wrong_is_named_with_its_place(text: str, kind: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read_shape(text, kind)
    assert words in caught.value.messages[0]


def test_too_many_vertices_are_refused_before_anything_is_built() -> None:
    text = "\n".join(f"106,{i:06d}; 21" for i in range(100_001))
    with pytest.raises(ValidationError, match=r"100\.000 đỉnh"):
        read_shape(text, "LINESTRING")


def test_a_hole_is_written_and_read_back() -> None:
    first = read_shape(polygon(OUTER, INNER), "POLYGON")
    assert lines_of(first).splitlines()[4] == "lỗ"
    again = read_shape(lines_of(first), "MULTIPOLYGON")
    assert again[0].num_interior_rings == 1
    assert again[0].equals_exact(first, 1e-9)


degrees = st.tuples(
    st.floats(102, 118, allow_nan=False).map(lambda v: round(v, 7)),
    st.floats(6, 24, allow_nan=False).map(lambda v: round(v, 7)),
)


@given(st.lists(degrees, min_size=2, max_size=30, unique=True))
def test_lines_come_back_as_they_went(points: list[tuple[float, float]]) -> None:
    geometry = read_shape(json.dumps({"type": "LineString", "coordinates": points}), "LINESTRING")
    assert read_shape(lines_of(geometry), "LINESTRING").equals_exact(geometry, 1e-9)


@given(st.text(max_size=60), st.sampled_from(["POINT", "LINESTRING", "MULTIPOLYGON", "GEOMETRY"]))
def test_any_text_is_either_read_or_refused_in_words(text: str, kind: str) -> None:
    try:
        assert isinstance(read_shape(text, kind), GEOSGeometry)
    except ValidationError as error:
        assert len(error.messages[0]) > 10


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["Point", "Polygon", "Feature"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features"]), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features"]), json_values, max_size=4))
def test_any_json_is_either_read_or_refused_in_words(value: dict[str, Any]) -> None:
    try:
        assert isinstance(read_shape(json.dumps(value), "GEOMETRY"), GEOSGeometry)
    except ValidationError as error:
        assert len(error.messages[0]) > 10
