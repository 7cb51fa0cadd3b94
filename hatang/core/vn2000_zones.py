"""The zones of VN-2000 by the names that people give them: EPSG code, central meridian, number of the 6° zone.

Circular 973/2001/TT-TCĐC: 3° zones (scale 0,9999) about the meridian of each province, 6° zones (0,9996) 48, 49, 50.
The systems themselves are those of `vector_files.crs`; EPSG has no code for zone 50, which holds Trường Sa's east.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pyproj import CRS
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import UTMConversion

from hatang.core.vector_files import crs as systems
from hatang.core.vector_files.crs import Frame
from hatang.core.vector_files.faults import VectorFileError
from hatang.core.vietnamese import search_key

EASTERNMOST = 50
UTM_NAME = re.compile(r"(?:vn ?2000 )?(?:utm )?(?:zone |mui )?(48|49|50) ?n?(?: ?(?:utm|mui 6(?: do)?))?")
MERIDIAN = re.compile(
    r"(?<![0-9])(10[2-8])(?:\s*(?:°|º|˚|o|d|độ|-|\s|:)\s*([0-5]?[0-9])(?![0-9])|[.,]([0-9]{1,3}))?(?![0-9])"
)
RIGHT = "Ghi kinh tuyến trục của tỉnh, ví dụ 105°45′, hoặc mã EPSG, ví dụ EPSG:9210."


@dataclass(frozen=True)
class Zone:
    """A zone: what to pass as its name, its central meridian, its width, and how to call it before people."""

    value: str
    meridian_deg: float
    width_deg: int
    label: str


@lru_cache(maxsize=1)
def zones() -> tuple[Zone, ...]:
    """Give all zones, the 3° zones from west to east, then those of 6°.

    >>> [zone.label for zone in zones()][:2], len(zones())
    (['Múi 3°, kinh tuyến trục 102°00′ (EPSG:5896)', 'Múi 3°, kinh tuyến trục 103°00′ (EPSG:9205)'], 21)
    """
    narrow = sorted((meridian_deg(CRS.from_epsg(code)), code) for code in systems.TM3)
    wide = [(meridian_deg(CRS.from_epsg(code)), code) for code in systems.UTM]
    found = [
        Zone(f"EPSG:{code}", deg, 3, f"Múi 3°, kinh tuyến trục {written(deg)} (EPSG:{code})") for deg, code in narrow
    ]
    for number, (deg, code) in enumerate(wide, start=48):
        found.append(Zone(f"EPSG:{code}", deg, 6, f"Múi 6° số {number}, kinh tuyến trục {written(deg)} (EPSG:{code})"))
    found.append(Zone(f"UTM {EASTERNMOST}", 117.0, 6, f"Múi 6° số {EASTERNMOST}, kinh tuyến trục 117°00′"))
    return tuple(found)


def zone_named(text: str) -> Frame:
    """Give the system that a zone's name means. Raises VectorFileError for what names none.

    >>> [zone_named(t).label[5:9] for t in ("EPSG:9210", "105°45'", "KTT 105-45, múi 3", "105,75", "107d15")]
    ['9210', '9210', '9210', '9210', '9215']
    >>> [zone_named(t).label for t in ("UTM 48N", "múi 50")]
    ['EPSG:3405 VN-2000 / UTM zone 48N', 'VN-2000 / UTM zone 50N']
    >>> zone_named("105°20'")
    Traceback (most recent call last):
    hatang.core.vector_files.faults.VectorFileError: VN-2000 không có múi 3° với kinh tuyến trục 105°20′. Ghi kinh ...
    """
    if wide := UTM_NAME.fullmatch(search_key(text)):
        return wide_zone(int(wide[1]))
    if systems.parsed(text):
        return systems.chosen(text)
    found = MERIDIAN.search(text)
    if found is None:
        raise VectorFileError(f"Không hiểu múi chiếu “{text.strip()[:60]}”.", RIGHT)
    whole, minutes, decimals = found.groups()
    deg = float(f"{whole}.{decimals}") if decimals else int(whole) + int(minutes or 0) / 60
    fitting = [zone for zone in zones() if zone.width_deg == 3 and abs(zone.meridian_deg - deg) < 1e-6]
    if not fitting:
        raise VectorFileError(f"VN-2000 không có múi 3° với kinh tuyến trục {written(deg)}.", RIGHT)
    return systems.chosen(fitting[0].value)


@lru_cache(maxsize=3)
def wide_zone(number: int) -> Frame:
    """Give a 6° zone by its number."""
    if number < EASTERNMOST:
        return systems.chosen(f"EPSG:{systems.UTM[number - 48]}")
    crs = ProjectedCRS(
        UTMConversion(str(number)), name=f"VN-2000 / UTM zone {number}N", geodetic_crs=CRS.from_epsg(4756)
    )
    return systems.framed(crs)


def meridian_deg(crs: CRS) -> float:
    """Give the central meridian of a transverse Mercator in degrees."""
    operation = crs.coordinate_operation
    found = [p.value for p in operation.params if p.name == "Longitude of natural origin"] if operation else []
    return float(found[0])


def written(deg: float) -> str:
    """Write a meridian in degrees and minutes.

    >>> written(105.75)
    '105°45′'
    """
    whole, minutes = divmod(round(deg * 60), 60)
    return f"{whole}°{minutes:02d}′"
