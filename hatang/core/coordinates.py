"""Read written coordinates as Vietnamese officers and operators write them, into WGS 84 longitude and latitude.

Degrees with comma or point, degrees-minutes-seconds with Vietnamese (B, N, Đ, T) or English (N, S, E, W) letters, and
metres of VN-2000 (Circular 973/2001/TT-TCĐC: zones of 3°, k0 0,9999, and of 6°, k0 0,9996), where X points north and
Y east. What Viet Nam cannot have is refused; what was guessed is said in the remark. Columns: `coordinate_columns`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace

import numpy as np

from hatang.core.cells import Cell
from hatang.core.vector_files.crs import PLANE_OF_VIETNAM, Extent, Frame, fitting
from hatang.core.vector_files.faults import Choice, ShapeError
from hatang.core.vector_files.shapes import VIETNAM, Numbers
from hatang.core.vietnamese import number

WEST, SOUTH, EAST, NORTH = VIETNAM
LONGEST = 120
SHOWN = 40
LEAST_METRES = 1_000.0
SWAPPED = "Kinh độ và vĩ độ bị đổi chỗ: đã đổi lại."
NORTHERN = "Chữ “N” hiểu là vĩ độ Bắc (North): Việt Nam không có vĩ độ Nam."
ZERO_AS_SIGN = "Số 0 giữa độ và phút hiểu là dấu độ (°)."
EAST_FIRST = "X ghi hướng đông, Y ghi hướng bắc (ngược cách ghi trắc địa): đã hiểu theo độ lớn."
FROM_PLANE = "Đã chuyển từ {} sang WGS 84."
RIGHT = "Viết độ thập phân, ví dụ 106,7612 và 21,8534; hoặc độ phút giây, ví dụ 106°45′40″Đ và 21°51′12″B."
RIGHT_ZONE = "Chọn múi chiếu của tỉnh (kinh tuyến trục), ví dụ EPSG:9210 hoặc 105°45′."

MARKS = str.maketrans({
    "º": "°", "˚": "°", "⁰": "°", "′": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "ʹ": "'", "ʼ": "'",
    "″": '"', "”": '"', "“": '"', "„": '"', "ʺ": '"', "‟": '"', "−": "-", "–": "-", "Ð": "Đ", "\xa0": " ",
})  # fmt: skip
WORDS = (
    (re.compile(r"\b(?:vĩ (?:độ|tuyến)|vi do)\s+(?:bắc|bac)\b", re.IGNORECASE), "B"),
    (re.compile(r"\b(?:kinh (?:độ|tuyến)|kinh do)\s+(?:đông|dong)\b", re.IGNORECASE), "E"),
    (re.compile(r"\b(?:vĩ (?:độ|tuyến)|vi do|latitude|lat)\b\.?\s*[:=]?", re.IGNORECASE), " φ"),
    (re.compile(r"\b(?:kinh (?:độ|tuyến)|kinh do|longitude|long|lon|lng)\b\.?\s*[:=]?", re.IGNORECASE), " λ"),
    (re.compile(r"\b(?:bắc|bac|north)\b", re.IGNORECASE), "B"),
    (re.compile(r"\b(?:nam|south)\b", re.IGNORECASE), "S"),
    (re.compile(r"\b(?:đông|dong|east)\b", re.IGNORECASE), "E"),
    (re.compile(r"\b(?:tây|tay|west)\b", re.IGNORECASE), "W"),
    (re.compile(r"(?<=\d)\s*độ(?!\w)", re.IGNORECASE), "°"),
    (re.compile(r"(?<=\d)\s*phút(?!\w)", re.IGNORECASE), "'"),
    (re.compile(r"(?<=\d)\s*giây(?!\w)", re.IGNORECASE), '"'),
    (re.compile(r"''"), '"'),
    (re.compile(r"(?<=[\d.,])\s*[oO](?=\s*[\d.,'\"BNSEWĐDTbđ]|\s*$)"), "°"),
)
LETTERS = "BNSEWĐDTbnsewđdt"
WORDY = re.compile(r"[^\W\d_]{2}|''|[oO]")
DECIMALS = r"(?:[.,][0-9]{1,15})?"
ANGLE = rf"""
    (?P<axis>[φλ])?\s*(?P<before>[{LETTERS}](?=[\s:=]*[-+0-9]))?[\s:=]*
    (?P<sign>[-+])?
    (?P<degrees>[0-9]{{1,3}}{DECIMALS})\s*(?P<mark>°|[dD](?=\s*[0-9]))?
    (?:(?:(?<=[°dD])\s*|[\s:-]+)(?P<minutes>[0-9]{{1,2}}{DECIMALS})\s*(?P<prime>'|m(?![a-z]))?
    (?:(?:(?<=['m])\s*|[\s:-]+)(?P<seconds>[0-9]{{1,2}}{DECIMALS})\s*(?:"|s(?![a-z]))?)?)?
    (?(before)|\s*(?P<after>[{LETTERS}](?![^\W\d_])(?!(?<=\s.)[0-9]))?)
"""
ONE = re.compile(rf"\s*{ANGLE}\s*[.,;]?\s*", re.VERBOSE)
BETWEEN = rf"(?:\s*[;,/|]\s*|(?<=[^\s0-9.,])\s*-\s*|\s+(?:-\s+)?|(?<=[^\s0-9.,])|(?=[{LETTERS}]\s*[0-9]))"
NAMES = re.compile(r"(?<=\(\?)(P<|\()(?=[a-z])")
FIRST, SECOND = (NAMES.sub(rf"\g<1>{place}_", ANGLE) for place in ("first", "second"))
TWO = re.compile(rf"\s*{FIRST}{BETWEEN}{SECOND}\s*[.,;]?\s*", re.VERBOSE)
ZERO_SIGN = re.compile(r"(?<![0-9.,])([0-9]{1,3})0([0-5][0-9])(?=\s*')")
GROUPED = re.compile(
    r"[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}(,[0-9]+)?|(?:\.[0-9]{3})+(,[0-9]+)"
    r"|(?:,[0-9]{3}){2,}(\.[0-9]+)?|(?:,[0-9]{3})+(\.[0-9]+)|(?:[ '][0-9]{3})+([.,][0-9]+)?)"
)
METRES = re.compile(r"[0-9]{4,8}(?:[.,][0-9]{1,9})?")
METRE_PAIR = re.compile(
    r"\s*(?:(?P<first>[XYNExyne])\s*[:=]?\s*)?(?P<a>[0-9][0-9 .,']{3,18}?)\s*m?\s*(?:[;/|]\s*|,\s+|\s+)"
    r"(?:(?P<second>[XYNExyne])\s*[:=]?\s*)?(?P<b>[0-9][0-9 .,']{3,18}?)\s*m?\s*"
)


class CoordinateError(ValueError):
    """What is wrong in a written coordinate, what would be right, and which zones fit where metres name none."""

    def __init__(self, message: str, right: str = RIGHT, *, choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(f"{message} {right}".strip())
        self.message, self.right, self.choices = message, right, choices


@dataclass(frozen=True)
class Position:
    """A place in WGS 84 degrees, and in `remark` a Vietnamese sentence for each thing that was guessed or converted."""

    lon: float
    lat: float
    remark: str = ""


@dataclass(frozen=True)
class Angle:
    """One angle in degrees: along which axis its words put it ("lon", "lat" or ""), its letter, and remarks."""

    value_deg: float
    axis: str = ""
    letter: str = ""
    remarks: tuple[str, ...] = ()


def parse_position(text: str, *, zone: Frame | None = None, expected: Extent | None = None) -> Position:
    """Give the place that one text names with both its numbers, in whichever order Viet Nam's ranges allow.

    `zone` is the system of numbers in metres (see `vn2000_zones.zone_named`), `expected` where the place should lie
    (west, south, east, north in degrees): it narrows the zones that are offered. Raises CoordinateError.

    >>> parse_position("21°51'12,4\\"B 106°45'40,3\\"Đ")
    Position(lon=106.76119444444444, lat=21.853444444444445, remark='')
    >>> parse_position("106,7612; 21,8534").lat, parse_position("21.8534,106.7612").remark
    (21.8534, '')
    >>> parse_position("21.8534")
    Traceback (most recent call last):
    hatang.core.coordinates.CoordinateError: “21.8534” chỉ có một số. Viết cả vĩ độ và kinh độ, ví dụ 21,8534; 106,7612.
    """
    plain, remarks = normalised(text)
    if found := TWO.fullmatch(plain):
        parts = found.groupdict()
        first, second = (angle_of(parts, f"{place}_", text) for place in ("first", "second"))
        return with_remarks(in_either_order(first, second), remarks)
    if plane := plane_pair(plain):
        return from_plane(*plane, zone=zone, expected=expected)
    if ONE.fullmatch(plain):
        raise CoordinateError(f"“{shown(text)}” chỉ có một số.", "Viết cả vĩ độ và kinh độ, ví dụ 21,8534; 106,7612.")
    raise unreadable(text)


def position_of(lon: Cell, lat: Cell, *, zone: Frame | None = None, expected: Extent | None = None) -> Position | None:
    """Give the place of two cells, None where both are empty; in metres `lon` is the Y (east), `lat` the X (north).

    Raises CoordinateError for one empty cell, for what is no coordinate, and for what lies outside Viet Nam.

    >>> position_of("106,7612", "21,8534")
    Position(lon=106.7612, lat=21.8534, remark='')
    >>> position_of(21.8534, 106.7612)
    Position(lon=106.7612, lat=21.8534, remark='Kinh độ và vĩ độ bị đổi chỗ: đã đổi lại.')
    >>> position_of("106.7612", "81.8534")
    Traceback (most recent call last):
    hatang.core.coordinates.CoordinateError: Vĩ độ 81,8534 ngoài Việt Nam (6 đến 24). Kiểm tra lại số đã ghi.
    """
    if blank(lon) and blank(lat):
        return None
    if blank(lon) or blank(lat):
        raise CoordinateError(f"Thiếu {'kinh độ' if blank(lon) else 'vĩ độ'}.", "Ghi cả kinh độ và vĩ độ.")
    y_m, x_m = metres_of(lon), metres_of(lat)
    if x_m is not None and y_m is not None:
        return from_plane(x_m, y_m, zone=zone, expected=expected)
    return in_order(parse_angle(lon), parse_angle(lat))


def parse_angle(value: Cell) -> Angle:
    """Give one angle of a cell, in degrees, whichever way it is written.

    >>> parse_angle("21°51'12,4\\"B")
    Angle(value_deg=21.853444444444445, axis='lat', letter='B', remarks=())
    >>> [parse_angle(t).value_deg for t in ("106,75", "106.75° E", "106 45 00", "106d45m0s", "106 độ 45 phút")]
    [106.75, 106.75, 106.75, 106.75, 106.75]
    >>> parse_angle("106045'00''").remarks
    ('Số 0 giữa độ và phút hiểu là dấu độ (°).',)
    >>> parse_angle("21°75'")
    Traceback (most recent call last):
    hatang.core.coordinates.CoordinateError: “21°75'” có số phút 75. Số phút phải nhỏ hơn 60.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Angle(finite(value))
    if not isinstance(value, str):
        raise CoordinateError(f"Ô ghi “{shown(str(value))}”, không phải tọa độ.")
    plain, remarks = normalised(value)
    found = ONE.fullmatch(plain)
    if found is None:
        raise unreadable(value)
    angle = angle_of(found.groupdict(), "", value)
    return replace(angle, remarks=remarks) if remarks else angle


def from_plane(x_m: float, y_m: float, *, zone: Frame | None = None, expected: Extent | None = None) -> Position:
    """Give the place of metres, X north and Y east as surveyors write; the other order is told by size and remarked.

    Without a zone raises CoordinateError with the zones of VN-2000 in which the place lies in Viet Nam as `choices`.

    >>> from hatang.core.vector_files.crs import chosen
    >>> place = from_plane(2_418_000, 500_000, zone=chosen("EPSG:9215"))
    >>> round(place.lon, 3), round(place.lat, 2)  # the central meridian 107°15′, moved by VN-2000's datum
    (107.252, 21.86)
    """
    north_m, east_m, remark = compass(x_m, y_m)
    if zone is None:
        raise without_zone(np.array([[east_m, north_m]]), expected)
    if not zone.projected:
        raise CoordinateError(f"Các số là mét nhưng hệ {zone.label} dùng độ.", RIGHT_ZONE)
    try:
        ((lon, lat),) = zone.to_wgs84(np.array([[east_m, north_m]]))
    except ShapeError as error:
        raise CoordinateError(str(error), RIGHT_ZONE) from error
    position = inside(float(lon), float(lat))
    return with_remarks(position, (FROM_PLANE.format(zone.label), *([remark] if remark else [])))


def compass(x_m: float, y_m: float) -> tuple[float, float, str]:
    """Give northing and easting of two numbers in metres, and the remark where X was the easting.

    >>> compass(2_418_000, 500_000) == compass(500_000, 2_418_000)[:2] + ("",)
    True
    """
    if fits_plane(x_m, y_m):
        return x_m, y_m, ""
    if fits_plane(y_m, x_m):
        return y_m, x_m, EAST_FIRST
    raise CoordinateError(
        f"Tọa độ mét ({number(x_m, 3)}; {number(y_m, 3)}) không thể ở Việt Nam.", scaled_hint(x_m, y_m)
    )


def fits_plane(north_m: float, east_m: float) -> bool:
    """Tell whether northing and easting can be Viet Nam's."""
    west, south, east, north = PLANE_OF_VIETNAM
    return south <= north_m <= north and west <= east_m <= east


def scaled_hint(x_m: float, y_m: float) -> str:
    """Say what would be right: degrees whose decimal sign was lost are told by their first figures."""
    first, second = degrees_without_sign(x_m), degrees_without_sign(y_m)
    if first and second:
        return f"Có lẽ mất dấu thập phân: {number(first, 7)} và {number(second, 7)}."
    return "VN-2000: X (bắc) từ 900.000 đến 2.700.000, Y (đông) từ 100.000 đến 900.000."


def degrees_without_sign(value: float) -> float | None:
    """Give the degrees of Viet Nam that a number has when its decimal sign is put back, None if there are none."""
    for power in range(2, 13):
        degrees = value / float(10**power)
        if SOUTH <= degrees <= NORTH or WEST <= degrees <= EAST:
            return degrees
    return None


def without_zone(points: Numbers, expected: Extent | None) -> CoordinateError:
    """Give the error for (n, 2) metres, east first, without a zone, with the zones that fit them all."""
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    choices = tuple(fitting((west, south, east, north), expected))
    return CoordinateError("Tọa độ là mét nhưng chưa ghi múi chiếu.", RIGHT_ZONE, choices=choices)


def in_order(first: Angle, second: Angle) -> Position:
    """Give the place of longitude and latitude; where only the other order is possible, that one with a remark."""
    turned = "lat" in first.axis or "lon" in second.axis
    if turned or (not possible(first.value_deg, second.value_deg) and possible(second.value_deg, first.value_deg)):
        return with_remarks(in_order_given(second, first), (SWAPPED,))
    return in_order_given(first, second)


def in_either_order(first: Angle, second: Angle) -> Position:
    """Give the place of two angles in one text, where no order is right or wrong."""
    if first.axis == "lon" or second.axis == "lat" or possible(first.value_deg, second.value_deg):
        return in_order_given(first, second)
    return in_order_given(second, first)


def in_order_given(lon: Angle, lat: Angle) -> Position:
    """Give the place, having asked that no letter puts both angles along one axis."""
    if lon.axis == "lat" or lat.axis == "lon":
        name = "vĩ độ" if lon.axis == "lat" else "kinh độ"
        raise CoordinateError(f"Cả hai số đều ghi là {name}.", "Ghi một kinh độ (Đ, E) và một vĩ độ (B, N).")
    unsure = (NORTHERN,) if lat.letter == "N" and lon.letter in ("Đ", "D") else ()
    return with_remarks(inside(lon.value_deg, lat.value_deg), (*lat.remarks, *lon.remarks, *unsure))


def possible(lon: float, lat: float) -> bool:
    """Tell whether longitude and latitude lie in Viet Nam's ranges."""
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH


def inside(lon: float, lat: float) -> Position:
    """Refuse what lies outside Viet Nam, naming the number."""
    for name, value, low, high in (("Kinh độ", lon, WEST, EAST), ("Vĩ độ", lat, SOUTH, NORTH)):
        if not low <= value <= high:
            raise CoordinateError(
                f"{name} {number(value, 7)} ngoài Việt Nam ({number(low)} đến {number(high)}).",
                "Kiểm tra lại số đã ghi.",
            )
    return Position(lon, lat)


def with_remarks(position: Position, remarks: tuple[str, ...]) -> Position:
    """Add remarks to a place, each once."""
    if not remarks:
        return position
    sentences = dict.fromkeys([*remarks, *([position.remark] if position.remark else [])])
    return replace(position, remark=" ".join(sentences))


def angle_of(parts: dict[str, str | None], prefix: str, text: str) -> Angle:
    """Give the angle of a match's groups."""
    degrees, minutes, seconds = (as_number(parts[prefix + name]) for name in ("degrees", "minutes", "seconds"))
    for name, value, finer in (("độ", degrees, minutes), ("phút", minutes, seconds)):
        if finer is not None and value is not None and not value.is_integer():
            raise CoordinateError(f"“{shown(text)}” có số {name} lẻ trước đơn vị nhỏ hơn.", RIGHT)
    for name, value in (("phút", minutes), ("giây", seconds)):
        if value is not None and value >= 60:
            raise CoordinateError(f"“{shown(text)}” có số {name} {number(value, 3)}.", f"Số {name} phải nhỏ hơn 60.")
    value = (degrees or 0.0) + (minutes or 0.0) / 60 + (seconds or 0.0) / 3600
    letter = (parts[prefix + "after"] or parts[prefix + "before"] or "").upper()
    named = {"φ": "lat", "λ": "lon"}.get(parts[prefix + "axis"] or "", "")
    return directed(-value if parts[prefix + "sign"] == "-" else value, letter, named, text)


def directed(value_deg: float, letter: str, named: str, text: str) -> Angle:
    """Give an angle the axis and the side of its letter; Viet Nam lies north and east whatever the language.

    >>> directed(21.5, "N", "", "21,5N").axis, directed(106.5, "D", "", "106,5D").axis
    ('lat', 'lon')
    """
    axis = "lat" if letter in ("B", "N", "S") else "lon" if letter else named
    if named and axis != named:
        raise CoordinateError(f"“{shown(text)}” có chữ chỉ hướng trái với tên.", RIGHT)
    if letter in ("S", "W", "T"):
        side = "vĩ độ Nam" if letter == "S" else "kinh độ Tây"
        raise CoordinateError(f"“{shown(text)}” là {side}; Việt Nam ở vĩ độ Bắc, kinh độ Đông.", RIGHT)
    low, high, name = (SOUTH, NORTH, "Vĩ độ") if axis == "lat" else (WEST, EAST, "Kinh độ")
    if letter and not low <= value_deg <= high:
        span = f"{number(low)} đến {number(high)}"
        raise CoordinateError(
            f"“{shown(text)}”: {name.lower()} của Việt Nam từ {span}.", "Kiểm tra số và chữ chỉ hướng."
        )
    return Angle(value_deg, axis, letter)


def normalised(text: str) -> tuple[str, tuple[str, ...]]:
    """Give a text with one kind of each mark and letters for words, and what was guessed on the way."""
    if len(text) > LONGEST:
        raise unreadable(text)
    plain = unicodedata.normalize("NFC", text).translate(MARKS).strip().lstrip("'").strip(" ()[]")
    if WORDY.search(plain):
        for pattern, sign in WORDS:
            plain = pattern.sub(sign, plain)
    if "°" not in plain and ZERO_SIGN.search(plain):
        return ZERO_SIGN.sub(r"\1°\2", plain), (ZERO_AS_SIGN,)
    return plain.strip(), ()


def plane_pair(text: str) -> tuple[float, float] | None:
    """Give X (or the first) and Y (or the second) of two numbers in metres in one text, None if it holds no such."""
    found = METRE_PAIR.fullmatch(text)
    if found is None:
        return None
    first, second = metres_of(found["a"]), metres_of(found["b"])
    if first is None or second is None:
        return None
    turned = (found["first"] or "").upper() in ("Y", "E") or (found["second"] or "").upper() in ("X", "N")
    return (second, first) if turned else (first, second)


def metres_of(value: Cell) -> float | None:
    """Give a number that can only be metres, with or without signs for thousands; None for anything else.

    >>> metres_of("2.418.345,67"), metres_of("2 418 345.67"), metres_of(567890.5), metres_of("106,7612")
    (2418345.67, 2418345.67, 567890.5, None)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) >= LEAST_METRES and math.isfinite(value) else None
    text = str(value).replace("\xa0", " ").strip().removesuffix("m").strip()
    if found := GROUPED.fullmatch(text):
        decimals: str = next((part for part in found.groups() if part), "")
        whole = text[: len(text) - len(decimals)]
        return float(re.sub(r"[^0-9]", "", whole) + decimals.replace(",", "."))
    return as_number(text) if METRES.fullmatch(text) else None


def as_number(text: str | None) -> float | None:
    """Give a plain number with comma or point, None for None."""
    return None if text is None else float(text.replace(",", "."))


def finite(value: float) -> float:
    """Refuse what is no number."""
    if not math.isfinite(value):
        raise CoordinateError("Ô không phải số.")
    return float(value)


def blank(value: Cell) -> bool:
    """Tell whether a cell is empty."""
    return value is None or (isinstance(value, str) and not value.strip())


def shown(text: str) -> str:
    """Give what was written, cut to what fits in a message."""
    return text.strip()[:SHOWN]


def unreadable(text: str) -> CoordinateError:
    """Give the error for what is no coordinate."""
    return CoordinateError(f"Không hiểu tọa độ “{shown(text)}”.")
