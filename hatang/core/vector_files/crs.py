"""Which coordinate system a file is in: what it says, what it can be, and the way to WGS 84.

VN-2000 (Circular 973/2001/TT-TCĐC and later): TM-3 zones of the provinces EPSG:9205-9218 and 5896-5899, UTM 3405-3406,
degrees 4756. Its datum lies about 200 m from WGS 84, so that the step must not be left out.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from hatang.core.vector_files.faults import Choice, ShapeError, VectorFileError
from hatang.core.vector_files.shapes import VIETNAM, Numbers

Extent = tuple[float, float, float, float]

TM3 = (*range(9205, 9219), *range(5896, 5900))
UTM = (3405, 3406)
CANDIDATES = (*TM3, *UTM, 32648, 32649)
PLANE_OF_VIETNAM = (100_000.0, 600_000.0, 900_000.0, 2_700_000.0)
MAINLAND = (102.0, 8.3, 109.6, 23.5)
LONGEST_WKT = 20_000
UNSAFE = re.compile(r"nadgrids|geoidgrids|PARAMETERFILE|EXTENSION|PROJ4_GRIDS", re.IGNORECASE)
WKT = re.compile(r"\s*(GEOGCS|PROJCS|COMPD_CS|(GEOG|GEOD|GEODETIC|PROJ|PROJECTED|COMPOUND|BOUND)CRS)\s*\[")
CODE = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?EPSG:(?:[0-9.]*:)?([0-9]{4,6})", re.IGNORECASE)
URL = r"https?://www\.opengis\.net/def/crs/"
CODE_URL = re.compile(URL + r"EPSG/[0-9.]+/([0-9]{4,6})", re.IGNORECASE)
CRS84 = re.compile(rf"(?:urn:(?:x-)?ogc:def:crs:|{URL})?OGC[:/](?:[0-9.]*[:/])?CRS84", re.IGNORECASE)
SHIFTED = "Đã chuyển từ VN-2000 sang WGS 84 (hai hệ lệch nhau khoảng 200 m)."
BY_ITS_OWN = "Đã chuyển sang WGS 84 theo tham số (TOWGS84) ghi trong tệp."
NAMELESS = {"unnamed": "hệ không tên", "unknown": "hệ không tên"}
RIGHT_CODE = "Viết mã EPSG, ví dụ EPSG:9210 (VN-2000, kinh tuyến 105°45′) hoặc EPSG:4326 (WGS 84)."
ASSUMED = "Tệp không ghi hệ tọa độ; số liệu nằm trong phạm vi Việt Nam nên hiểu là WGS 84 (kinh độ, vĩ độ)."
IF_VN2000 = "Nếu tệp ở VN-2000 thì vị trí lệch khoảng 200 m: mở lại với EPSG:4756."


@dataclass(frozen=True)
class Frame:
    """A coordinate system as we use it: its name before people, whether in metres, and remarks on the way to WGS 84."""

    wkt: str
    label: str
    projected: bool
    notes: tuple[str, ...] = ()

    @property
    def extent(self) -> Extent:
        """Give where Viet Nam's numbers lie in it, x first."""
        return PLANE_OF_VIETNAM if self.projected else VIETNAM

    @property
    def moves(self) -> bool:
        """Tell whether the numbers change on the way to WGS 84."""
        return not self.label.startswith("EPSG:4326 ")

    def to_wgs84(self, points: Numbers) -> Numbers:
        """Transform (n, 2) coordinates, x or longitude first."""
        lon, lat = way(self.wkt).transform(points[:, 0], points[:, 1])
        result = np.column_stack([lon, lat])
        if not np.isfinite(result).all():
            raise ShapeError(f"Tọa độ không tính được trong hệ {self.label}.")
        return result


@lru_cache(maxsize=64)
def way(wkt: str) -> Transformer:
    """Give the transformation from a system to WGS 84 longitude and latitude."""
    return Transformer.from_crs(CRS.from_wkt(wkt), CRS.from_epsg(4326), always_xy=True)


def parsed(text: str) -> CRS | None:
    """Read a system out of a code, an OGC name or WKT; None for what is no system or not safe to follow.

    Only these forms are read, so that no text makes PROJ open a file.

    >>> [parsed(t).name for t in ("EPSG:9210", "urn:ogc:def:crs:EPSG::3405", "urn:ogc:def:crs:OGC:1.3:CRS84")]
    ['VN-2000 / TM-3 105-45', 'VN-2000 / UTM zone 48N', 'WGS 84']
    >>> parsed("+proj=longlat +nadgrids=/etc/passwd") is None
    True
    """
    text = text.strip().strip("\0").strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if CRS84.fullmatch(text):
                return CRS.from_epsg(4326)
            if code := CODE.fullmatch(text) or CODE_URL.fullmatch(text):
                return CRS.from_epsg(int(code[1]))
            if len(text) <= LONGEST_WKT and WKT.match(text) and not UNSAFE.search(text):
                return CRS.from_wkt(text)
    except (CRSError, ProjError):
        pass
    return None


def chosen(text: str) -> Frame:
    """Give the system that the user names, or say how to name it."""
    crs = parsed(text)
    if crs is None:
        raise VectorFileError(f"Không hiểu hệ tọa độ “{text[:60]}”.", RIGHT_CODE)
    return framed(crs)


def framed(crs: CRS) -> Frame:
    """Give a system its name, with the EPSG code where it is one, and remarks.

    >>> framed(CRS.from_epsg(9210)).label
    'EPSG:9210 VN-2000 / TM-3 105-45'
    """
    flat = crs.sub_crs_list[0] if crs.is_compound else crs
    if not (flat.is_geographic or flat.is_projected):
        raise VectorFileError(f"Hệ tọa độ “{crs.name[:60]}” không phải hệ trên mặt đất.", RIGHT_CODE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = None if flat.is_bound else flat.to_epsg(min_confidence=70)
        flat = CRS.from_epsg(code) if code else flat
        label = f"EPSG:{code} {flat.name}" if code else NAMELESS.get(flat.name.lower(), flat.name)
        return Frame(flat.to_wkt(), label, flat.is_projected, remarks(flat))


def remarks(crs: CRS) -> tuple[str, ...]:
    """Say what people should know of the way to WGS 84."""
    if of_vn2000(crs):
        return (SHIFTED,)
    if crs.is_bound:
        return (BY_ITS_OWN,)
    if crs.is_projected and scale(crs) == 0.9999:
        return (
            "Tệp dùng múi chiếu 3° của VN-2000 nhưng không ghi hệ quy chiếu VN-2000: vị trí có thể lệch khoảng 200 m. "
            "Nếu tệp ở VN-2000, mở lại với mã EPSG của múi.",
        )
    return ()


def of_vn2000(crs: CRS) -> bool:
    """Tell whether a system stands on the datum VN-2000, however it is spelt."""
    geodetic = crs.geodetic_crs
    names = f"{crs.name} {geodetic.name} {geodetic.datum.name if geodetic.datum else ''}" if geodetic else crs.name
    plain = re.sub(r"[^a-z0-9]", "", names.lower())
    return "vn2000" in plain or "vietnam2000" in plain


def scale(crs: CRS) -> float:
    """Give the scale on the central meridian of a transverse Mercator, 0 for other projections."""
    operation = crs.coordinate_operation
    found = [p.value for p in operation.params if p.name.startswith("Scale factor")] if operation else []
    return float(found[0]) if found else 0.0


def fitting(extent: Extent, expected: Extent | None) -> list[Choice]:
    """Give the zones of VN-2000 (and UTM on WGS 84) in which metres fall where they should, the nearest first.

    `extent` is (least x, least y, greatest x, greatest y) of the file; northing first is understood too.
    """
    where = expected or MAINLAND
    x0, y0, x1, y1 = extent if extent[0] < 900_000 or extent[1] > 900_000 else [extent[i] for i in (1, 0, 3, 2)]
    corners = np.array([(x0, y0), (x0, y1), (x1, y0), (x1, y1)])
    found = []
    for code in CANDIDATES:
        frame = framed(CRS.from_epsg(code))
        points = frame.to_wgs84(corners)
        west, south = points.min(axis=0)
        east, north = points.max(axis=0)
        if west > where[0] - 0.1 and south > where[1] - 0.1 and east < where[2] + 0.1 and north < where[3] + 0.1:
            away = abs(west - where[0]) + abs(south - where[1]) + abs(east - where[2]) + abs(north - where[3])
            found.append((round(away, 3), Choice(f"EPSG:{code}", frame.label)))
    return [choice for _, choice in sorted(found, key=lambda pair: pair[0])]
