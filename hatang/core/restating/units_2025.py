"""The built-in crosswalk: units until 30 June 2025 to those since 1 July 2025, from the package vietnamadminunits.

10,040 former communes (five of them island districts that had none) to 3,321: 9,569 passed whole, 471 were split in
shares that the package does not know. Units go by the code of the statistics office.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatang.core.restating.crosswalk import Crosswalk, Passing

PACKAGE = "vietnamadminunits"


@dataclass(frozen=True)
class UnitName:
    """A unit with the names of what it lies in; `district` is empty for a unit of today."""

    code: str
    name: str
    district: str
    province: str
    province_code: str


@dataclass(frozen=True)
class Units2025:
    """The former communes, today's, and the crosswalks of communes and of provinces."""

    former: list[UnitName]
    present: list[UnitName]
    communes: Crosswalk
    provinces: Crosswalk


def read_units_2025() -> Units2025:
    """Read the package's files; the package itself is not imported, it would load its parsers."""
    folder = package_folder() / "data"
    with closing(sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        old = [dict(row) for row in database.execute("SELECT * FROM admin_units_legacy")]
        new = [dict(row) for row in database.execute("SELECT * FROM admin_units")]
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    former = {former_key(row): former_code(row) for row in old}
    present = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in new}
    communes = (Passing(former[before], present[after]) for before, after in pairs(converter))
    codes = {row["provinceKey"]: row["provinceCode"] for row in new}
    before = {row["provinceKey"]: row["provinceCode"] for row in old}
    merged = converter["DICT_PROVINCE"].items()
    provinces = (Passing(before[one], codes[after]) for after, ones in merged for one in ones)
    return Units2025(
        [
            UnitName(former_code(r), r["ward"] or r["district"], r["district"], r["province"], r["provinceCode"])
            for r in old
        ],
        [UnitName(r["wardCode"], r["ward"], "", r["province"], r["provinceCode"]) for r in new],
        Crosswalk.of(communes),
        Crosswalk.of(provinces),
    )


def package_folder() -> Path:
    """Find where the package is installed. Raises FileNotFoundError."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"Chưa cài gói {PACKAGE}.")
    return Path(spec.submodule_search_locations[0])


def former_key(row: dict[str, Any]) -> str:
    """Name a former unit as the conversion does."""
    return f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"


def former_code(row: dict[str, Any]) -> str:
    """Give a former commune's code, or that of an island district that had no communes."""
    return str(row["wardCode"] or row["districtCode"])


def pairs(converter: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give each passing as (former unit, (province, commune)) in the package's own keys."""
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for after, befores in communes.items():
            for before in befores:
                yield before, (province, after)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for before, afters in divided.items():
            for after in afters:
                yield before, (province, after["newWardKey"])
