"""Read the administrative units and the conversion of 2025 from the package vietnamadminunits.

What it says is taken as it is, except: a title comes from the full name (4 of its types contradict it), an area of 0 is
unknown, and a former unit's point that only repeats the point of the unit above is what its geocoder fell back to and
is unknown too (so Hoàng Sa and Trường Sa before 2025). It knows no dates but 1 July 2025, and nothing later.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatang.places.models import Place

PACKAGE = "vietnamadminunits"
NEW_UNITS = date(2025, 7, 1)
LAST_DAY = date(2025, 6, 30)
PROVINCE, DISTRICT, COMMUNE = Place.Kind.PROVINCE, Place.Kind.DISTRICT, Place.Kind.COMMUNE
TITLES = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")

Key = tuple[str, str, date | None]
LegalKey = tuple[str, str, date, str]
PROVINCES_ACT: LegalKey = ("202/2025/QH15", "Quốc hội", date(2025, 6, 12), "Về việc sắp xếp đơn vị hành chính cấp tỉnh")


def communes_act(number: int, province: str) -> LegalKey:
    """Give the act that arranged a province's communes."""
    title = f"Về việc sắp xếp các đơn vị hành chính cấp xã của tỉnh {province} năm 2025"
    return (f"{number}/NQ-UBTVQH15", "Ủy ban Thường vụ Quốc hội", date(2025, 6, 16), title)


COMMUNE_ACTS = {
    "20": communes_act(1672, "Lạng Sơn"),
    "08": communes_act(1684, "Tuyên Quang"),
    "66": communes_act(1660, "Đắk Lắk"),
    "24": communes_act(1658, "Bắc Ninh"),
}


@dataclass(frozen=True)
class Unit:
    """One unit as the source has it; other units are named by their keys."""

    kind: str
    code: str
    title: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    parent: Key | None = None
    province: Key | None = None
    former_province: Key | None = None
    legal: LegalKey | None = None
    lon: float | None = None
    lat: float | None = None
    area_km2: float | None = None

    @property
    def key(self) -> Key:
        return (self.kind, self.code, self.valid_from)


@dataclass(frozen=True)
class Link:
    """One unit's passing to another on 1 July 2025: wholly, or in a share that nobody has published."""

    predecessor: Key
    successor: Key
    whole: bool
    legal: LegalKey | None


@dataclass(frozen=True)
class Source:
    """All units, those above first, and the passings between them."""

    units: list[Unit]
    links: list[Link]


class UnknownUnitError(ValueError):
    """The conversion names a unit that is in neither register."""


def read_source() -> Source:
    """Read the package's files; the package itself is not imported, it would load its parsers."""
    folder = package_folder() / "data"
    with closing(sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        old = list(map(dict, database.execute("SELECT * FROM admin_units_legacy")))
        new = list(map(dict, database.execute("SELECT * FROM admin_units")))
    return Conversion(old, new, json.loads((folder / "converter_2025.json").read_text())).source()


def package_folder() -> Path:
    """Find where the package is installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"Chưa cài gói {PACKAGE}.")
    return Path(spec.submodule_search_locations[0])


class Conversion:
    """The two registers and the conversion between them, by the source's own keys."""

    def __init__(self, old: list[dict[str, Any]], new: list[dict[str, Any]], converter: dict[str, Any]) -> None:
        self.old, self.new, self.converter = old, new, converter
        merged = converter["DICT_PROVINCE"]
        self.unchanged = {name for name, before in merged.items() if before == [name]}
        self.old_provinces = {row["provinceKey"]: (PROVINCE, row["provinceCode"], None) for row in old}
        self.new_provinces: dict[str, Key] = {
            row["provinceKey"]: (
                PROVINCE,
                row["provinceCode"],
                None if row["provinceKey"] in self.unchanged else NEW_UNITS,
            )
            for row in new
        }
        self.old_keys = {old_name(row): old_key(row) for row in old}
        self.old_home = {old_name(row): self.old_provinces[row["provinceKey"]] for row in old}
        self.new_keys = {(row["provinceKey"], row["wardKey"]): (COMMUNE, row["wardCode"], NEW_UNITS) for row in new}
        self.new_codes = {row["provinceKey"]: row["provinceCode"] for row in new}

    def source(self) -> Source:
        """Give units and links."""
        passed = list(self.passings())
        units = [*self.provinces(), *self.districts(), *self.former_communes(), *self.communes(passed)]
        return Source(units, [*self.province_links(), *self.commune_links(passed)])

    def provinces(self) -> Iterator[Unit]:
        """Give the former provinces and those of today; one that stayed is one unit without dates."""
        for row in first_of(self.old, "provinceKey"):
            stays = row["provinceKey"] in self.unchanged
            title, name = split_title(row["province"])
            yield Unit(
                PROVINCE,
                row["provinceCode"],
                title,
                name,
                None,
                None if stays else LAST_DAY,
                lon=row["provinceLon"],
                lat=row["provinceLat"],
            )
        for row in first_of(self.new, "provinceKey"):
            if row["provinceKey"] not in self.unchanged:
                title, name = split_title(row["province"])
                point = {"lon": row["provinceLon"], "lat": row["provinceLat"]}
                yield Unit(PROVINCE, row["provinceCode"], title, name, NEW_UNITS, legal=PROVINCES_ACT, **point)

    def districts(self) -> Iterator[Unit]:
        """Give the districts, all gone since 1 July 2025."""
        for row in first_of(self.old, "districtCode"):
            title, name = split_title(row["district"])
            province = self.old_provinces[row["provinceKey"]]
            point = own_point(row, "district", "province")
            yield Unit(DISTRICT, row["districtCode"], title, name, None, LAST_DAY, province, province, **point)

    def former_communes(self) -> Iterator[Unit]:
        """Give the former communes; five rows are island districts without communes and are left to the districts."""
        for row in self.old:
            if row["wardCode"]:
                title, name = split_title(row["ward"])
                district = (DISTRICT, row["districtCode"], None)
                province = self.old_provinces[row["provinceKey"]]
                point = own_point(row, "ward", "district")
                yield Unit(COMMUNE, row["wardCode"], title, name, None, LAST_DAY, district, province, **point)

    def communes(self, passed: Iterable[tuple[str, Key, str, bool]]) -> Iterator[Unit]:
        """Give today's communes, with the former province where all of a commune came from one."""
        homes = defaultdict(set)
        for before, after, _, _ in passed:
            homes[after].add(self.old_home[before])
        for row in self.new:
            title, name = split_title(row["ward"])
            province = self.new_provinces[row["provinceKey"]]
            key = self.new_keys[row["provinceKey"], row["wardKey"]]
            former = next(iter(homes[key])) if len(homes[key]) == 1 else None
            point = {"lon": row["wardLon"], "lat": row["wardLat"], "area_km2": row["wardAreaKm2"] or None}
            act = COMMUNE_ACTS.get(row["provinceCode"])
            yield Unit(*key[:2], title, name, NEW_UNITS, None, province, province, former, act, **point)

    def passings(self) -> Iterator[tuple[str, Key, str, bool]]:
        """Give each passing as (former unit, commune, province, whether whole)."""
        for province, communes in self.converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
            for after, befores in communes.items():
                for before in befores:
                    yield self.passing(before, province, after, whole=True)
        for province, divided in self.converter["DICT_PROVINCE_WARD_DIVIDED"].items():
            for before, afters in divided.items():
                for after in afters:
                    yield self.passing(before, province, after["newWardKey"], whole=False)

    def passing(self, before: str, province: str, after: str, *, whole: bool) -> tuple[str, Key, str, bool]:
        """Check that both sides of a passing are known."""
        if before not in self.old_keys or (province, after) not in self.new_keys:
            raise UnknownUnitError(f"Bảng chuyển đổi nêu đơn vị không có trong danh mục: {before} → {province}_{after}")
        return before, self.new_keys[province, after], province, whole

    def province_links(self) -> Iterator[Link]:
        """Give the mergers of provinces, each of which passed whole."""
        for after, befores in self.converter["DICT_PROVINCE"].items():
            if after not in self.unchanged:
                for before in befores:
                    yield Link(self.old_provinces[before], self.new_provinces[after], True, PROVINCES_ACT)

    def commune_links(self, passed: Iterable[tuple[str, Key, str, bool]]) -> Iterator[Link]:
        """Give the passings of former communes, and of the five island districts."""
        for before, after, province, whole in passed:
            yield Link(self.old_keys[before], after, whole, COMMUNE_ACTS.get(self.new_codes[province]))


def old_name(row: dict[str, Any]) -> str:
    """Name a former unit as the conversion does."""
    return f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"


def old_key(row: dict[str, Any]) -> Key:
    """Give the key of a former commune, or of a district that had none."""
    return (COMMUNE, row["wardCode"], None) if row["wardCode"] else (DISTRICT, row["districtCode"], None)


def first_of(rows: Iterable[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    """Keep the first row of each value."""
    firsts: dict[str, dict[str, Any]] = {}
    for row in rows:
        firsts.setdefault(row[field], row)
    return list(firsts.values())


def own_point(row: dict[str, Any], level: str, above: str) -> dict[str, Any]:
    """Give a former unit's point unless it only repeats that of the unit above."""
    lon, lat = row[f"{level}Lon"], row[f"{level}Lat"]
    return {} if (lon, lat) == (row[f"{above}Lon"], row[f"{above}Lat"]) else {"lon": lon, "lat": lat}


def split_title(full_name: str) -> tuple[str, str]:
    """Part a unit's title from its name.

    >>> split_title("Thành Phố Bắc Kạn")
    ('Thành phố', 'Bắc Kạn')
    """
    for title in TITLES:
        if full_name.lower().startswith(f"{title.lower()} "):
            return title, full_name[len(title) + 1 :].strip()
    raise UnknownUnitError(f"Tên không có cấp: {full_name}")
