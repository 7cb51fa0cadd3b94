"""Coordinates as people write them: every spelling is read, every guess is said, what cannot be is refused in words."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from hatang.core.coordinate_columns import PLAIN, read_columns
from hatang.core.coordinates import (
    EAST_FIRST,
    NORTHERN,
    SWAPPED,
    ZERO_AS_SIGN,
    CoordinateError,
    parse_angle,
    parse_position,
    position_of,
)
from hatang.core.vector_files.crs import TM3, UTM
from hatang.core.vn2000_zones import zone_named, zones

LON, LAT = 106 + 45 / 60 + 40.5 / 3600, 21 + 51 / 60 + 12.25 / 3600
LANG_SON = (106.1, 21.3, 107.4, 22.5)

lons = st.floats(102.1, 109.5)
lats = st.floats(8.4, 23.4)


@pytest.mark.parametrize(
    "written",
    [
        "21°51'12,25\"B",
        "21°51′12.25″N",
        "21º51’12,25”",
        "21˚ 51‘ 12,25“ b",
        "21o51'12,25''B",
        "21 51 12,25",
        "21-51-12.25",
        "21:51:12.25",
        "21d51m12.25s",
        "21d51m12.25sN",
        "B 21°51'12,25\"",
        "N21°51'12.25\"",
        "21 độ 51 phút 12,25 giây Bắc",
        "Vĩ độ Bắc: 21°51'12,25\"",
        "Vĩ độ: 21°51'12,25\"",
        "lat. 21 51 12.25 North",
        "  (21°51'12,25\")  ",
        "21051'12,25''",
    ],
)
def test_every_spelling_of_one_angle(written: str) -> None:
    angle = parse_angle(written)
    assert angle.value_deg == pytest.approx(LAT, abs=1e-12)
    assert angle.axis in ("lat", "")
    assert angle.remarks == ((ZERO_AS_SIGN,) if "°" not in written and "051" in written else ())


@pytest.mark.parametrize(
    "written", ["106,761250", "106.76125°", "106,76125 Đ", "Đ106,76125", "106.76125E", "106,76125D"]
)
def test_every_spelling_of_decimal_degrees(written: str) -> None:
    assert parse_angle(written).value_deg == 106.76125


@pytest.mark.parametrize(
    "written",
    [
        "21°51'12,25\"B 106°45'40,5\"Đ",
        "21°51'12.25\"N, 106°45'40.5\"E",
        "106°45'40,5\"Đ; 21°51'12,25\"B",
        "21°51'12,25\"B-106°45'40,5\"Đ",
        "B21°51'12,25\" - Đ106°45'40,5\"",
        "N21 51 12.25 E106 45 40.5",
        "21 51 12,25 106 45 40,5",
        "21°51'12,25\" vĩ độ Bắc, 106°45'40,5\" kinh độ Đông",
        "21°51'12,25\"B106°45'40,5\"Đ",
        "Vĩ độ: 21°51'12,25\"; Kinh độ: 106°45'40,5\"",
        "21,85340278 106,76125",
        "21.85340278,106.76125",
        "21.85340278, 106.76125",
        "21,85340278,106,76125",
        "106.76125 / 21.85340278",
        "N21.85340278E106.76125",
    ],
)
def test_both_numbers_in_one_cell(written: str) -> None:
    place = parse_position(written)
    assert (place.lon, place.lat) == (pytest.approx(LON, abs=1e-8), pytest.approx(LAT, abs=1e-8))
    assert place.remark == ""


def test_a_vietnamese_n_is_no_south_and_is_said() -> None:
    """Nam begins with N as North does; Viet Nam has no southern latitude."""
    assert parse_position("10°30'N 106°45'Đ").remark == NORTHERN
    assert parse_position("10°30'N 106°45'E").remark == ""


def test_swapped_columns_are_told_by_range_or_by_letter() -> None:
    assert position_of("21,85", "106,76").remark == SWAPPED  # type: ignore[union-attr]
    assert position_of("21°51'B", "106°45'Đ").remark == SWAPPED  # type: ignore[union-attr]
    assert position_of("106,76", "21,85").remark == ""  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        ("106,76", None, "Thiếu vĩ độ."),
        (" ", "21,85", "Thiếu kinh độ."),
        ("106,76", "abc", "Không hiểu tọa độ “abc”. Viết độ thập phân"),
        ("106,76", "21°61'", "có số phút 61. Số phút phải nhỏ hơn 60."),
        ("106,76", "21°51'60\"", "có số giây 60."),
        ("106,76", "21,5°30'", "có số độ lẻ trước đơn vị nhỏ hơn"),
        ("106,76", "21°51'12\"S", "là vĩ độ Nam; Việt Nam ở vĩ độ Bắc"),
        ("106°45'T", "21,85", "là kinh độ Tây"),
        ("106°45'N", "21,85", "vĩ độ của Việt Nam từ 6 đến 24"),
        ("106,76", "21,85 kinh độ Đông", "kinh độ của Việt Nam từ 102 đến 118"),
        ("106,76", "-21,85", "Vĩ độ -21,85 ngoài Việt Nam (6 đến 24)."),
        ("0", "0", "Kinh độ 0 ngoài Việt Nam"),
        (10676120, 2185340, "Có lẽ mất dấu thập phân: 21,8534 và 106,7612."),
        (567_890, 25, "Kinh độ 567.890 ngoài Việt Nam"),
        (True, 21, "không phải tọa độ"),
        (float("nan"), 21.0, "không phải số"),
        ("1" * 200, 21, "Không hiểu tọa độ"),
    ],
)
def test_what_is_wrong_is_said(lon: object, lat: object, words: str) -> None:
    with pytest.raises(CoordinateError, match=r"\.$") as caught:
        position_of(lon, lat)  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_an_empty_row_is_no_place() -> None:
    assert position_of(None, "  ") is None


# --- Metres


def test_metres_in_both_orders_and_with_signs_for_thousands() -> None:
    zone = zone_named("107°15'")
    place = position_of("567.890,12", "2.418.345,67", zone=zone)
    assert place == position_of(567890.12, 2418345.67, zone=zone)
    assert place == parse_position("X = 2 418 345,67; Y = 567 890,12", zone=zone)
    assert place == parse_position("Y: 567890,12 X: 2418345,67", zone=zone)
    assert place.remark == "Đã chuyển từ EPSG:9215 VN-2000 / TM-3 107-15 sang WGS 84."  # type: ignore[union-attr]
    turned = parse_position("567890,12 2418345,67", zone=zone)
    assert (turned.lon, turned.lat) == (place.lon, place.lat)  # type: ignore[union-attr]
    assert EAST_FIRST in turned.remark


def test_metres_without_a_zone_ask_for_one_and_offer_those_that_fit() -> None:
    with pytest.raises(CoordinateError, match="chưa ghi múi chiếu") as caught:
        position_of(450_000, 2_418_000, expected=LANG_SON)
    assert "EPSG:9215" in [choice.value for choice in caught.value.choices]
    with pytest.raises(CoordinateError, match="dùng độ"):
        position_of(450_000, 2_418_000, zone=zone_named("EPSG:4756"))


def test_zones_are_those_that_the_files_know() -> None:
    assert {zone.value for zone in zones()} == {f"EPSG:{code}" for code in (*TM3, *UTM)} | {"UTM 50"}
    for zone in zones():
        assert zone_named(zone.value).projected
    assert zone_named("Múi chiếu 3 độ, KTT 108°30′") == zone_named("EPSG:9218")


# --- What is written is read again


def dms(value: float, letter: str, style: str) -> tuple[str, float]:
    """Write degrees in a style, to a hundredth of a second; give too the value that was written."""
    hundredths = round(value * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, rest = divmod(rest, 6_000)
    seconds = f"{rest / 100:.2f}"
    return style.format(d=degrees, m=minutes, s=seconds, c=seconds.replace(".", ","), h=letter), hundredths / 360_000


STYLES = ["{d}°{m}'{c}\"{h}", "{d} {m} {s}", "{d}d{m}m{s}s", "{h}{d}°{m:02d}′{s}″", "{d}o{m}'{c}''{h}", "{d}-{m}-{c}"]


@pytest.mark.parametrize("style", STYLES)
@given(lon=lons, lat=lats, english=st.booleans())
def test_degrees_minutes_seconds_come_back(style: str, lon: float, lat: float, english: bool) -> None:
    (east, wanted_lon), (north, wanted_lat) = (
        dms(lon, "E" if english else "Đ", style),
        dms(lat, "N" if english else "B", style),
    )
    for place in (position_of(east, north), parse_position(f"{north} {east}"), parse_position(f"{east}; {north}")):
        assert place is not None
        assert (place.lon, place.lat, place.remark) == (pytest.approx(wanted_lon), pytest.approx(wanted_lat), "")


@given(lon=lons, lat=lats, comma=st.booleans(), between=st.sampled_from([" ", "; ", ", ", ",", " / "]))
def test_decimal_degrees_come_back_as_they_were(lon: float, lat: float, comma: bool, between: str) -> None:
    east, north = (f"{value:.9f}".replace(".", "," if comma else ".") for value in (lon, lat))
    wanted = (float(f"{lon:.9f}"), float(f"{lat:.9f}"))
    for place in (position_of(east, north), parse_position(north + between + east)):
        assert place is not None
        assert (place.lon, place.lat, place.remark) == (*wanted, "")


@cache
def way_into(wkt: str) -> Transformer:
    return Transformer.from_crs(4326, wkt, always_xy=True)


@given(lon=st.floats(104.5, 108.5), lat=lats, code=st.sampled_from(["EPSG:9210", "EPSG:9215", "EPSG:3405", "UTM 48"]))
def test_metres_come_back(lon: float, lat: float, code: str) -> None:
    zone = zone_named(code)
    east_m, north_m = way_into(zone.wkt).transform(lon, lat)
    place = position_of(f"{east_m:.4f}", f"{north_m:.4f}".replace(".", ","), zone=zone)
    assert place is not None
    two_mm = 2e-8  # PROJ turns the seven parameters back to about a millimetre
    assert (place.lon, place.lat) == (pytest.approx(lon, abs=two_mm), pytest.approx(lat, abs=two_mm))


@given(st.text("0123456789°'\"., -NBĐETSWdmsoφ;/", max_size=40))
def test_any_text_is_a_place_in_viet_nam_or_refused(text: str) -> None:
    for read in (parse_position, lambda t: position_of(t, t)):
        try:
            place = read(text)
        except CoordinateError as fault:
            assert fault.message.endswith(".")
            continue
        assert place is None or (102 <= place.lon <= 118 and 6 <= place.lat <= 24)


# --- Columns

written_cells = st.one_of(
    lons,
    lats,
    st.none(),
    st.floats(3e5, 7e5),
    st.floats(1e6, 2.5e6),
    st.sampled_from(
        ["106,76", " 21.85 ", "21°51'B", "106°45'Đ", "567890.1", "2.418.345,67", "rác", "", "0", "10676120"]
    ),
)


@pytest.mark.parametrize("zone", [None, zone_named("EPSG:9215")])
@given(rows=st.lists(st.tuples(written_cells, written_cells), max_size=12))
def test_columns_are_read_as_row_by_row(zone: object, rows: list[tuple[object, object]]) -> None:
    found = read_columns([row[0] for row in rows], [row[1] for row in rows], zone=zone)  # type: ignore[misc, arg-type]
    for at, (lon, lat) in enumerate(rows):
        try:
            place = position_of(lon, lat, zone=zone)  # type: ignore[arg-type]
        except CoordinateError as fault:
            assert found.faults[at].message == fault.message
            assert np.isnan(found.lon[at])
            continue
        assert at not in found.faults
        assert found.remarks.get(at, "") == (place.remark if place else "")
        if place:
            assert (found.lon[at], found.lat[at]) == (pytest.approx(place.lon), pytest.approx(place.lat))


def test_a_long_column_of_plain_numbers_goes_row_by_row_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """200,000 rows must cost less than a second, so none of them may be parsed by itself."""

    def never(*given: object, **named: object) -> None:
        raise AssertionError("parsed by itself")

    monkeypatch.setattr("hatang.core.coordinate_columns.position_of", never)
    found = read_columns(
        ["106,7612", 106.5, "21.85", "2418345,5"], [21.85, "21.5", "106.76", 567890], zone=zone_named("UTM 48")
    )
    assert not found.faults
    assert list(found.remarks) == [2, 3]
    assert EAST_FIRST in found.remarks[3]
    assert PLAIN.fullmatch("106,7612")


def test_metres_of_a_column_share_one_question() -> None:
    found = read_columns([450_000, 460_000, 106.76], [2_418_000, 2_400_000, 21.85], expected=LANG_SON)
    assert found.faults[0] is found.faults[1]
    assert "EPSG:9215" in [choice.value for choice in found.faults[0].choices]
    assert found.lat[2] == 21.85
