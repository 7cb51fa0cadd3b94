"""The statistics office's tables by province as series: yearly values of one item in one province, with their dirt.

"..", empty and text are missing; "Prel. 2016", "Pre. 2016" and "2015 (*)" are years; thousands have commas; sums of the
country and of regions are left out. Read from the folder of real test data (see its SOURCE.txt).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

YEAR = re.compile(r"(?:^|\D)((?:19|20)\d\d)(?:\D|$)")
SUMS = re.compile(
    r"whole\s+country|delta|midland|central (coast|highland)|central area|south east|identified|excluded", re.I
)
SHARES = ("using electricity", "literate", "trained employed", "employed workers", "caccinations", "Poverty rate")
"""Tables whose values are parts of a hundred."""
LEAST_YEARS = 4


@dataclass(frozen=True)
class Item:
    """One item of a table: its years, and by province the values in their order (None: missing)."""

    title: str
    name: str
    share: bool
    years: tuple[int, ...]
    provinces: dict[str, tuple[float | None, ...]]


def read_items(folder: Path, *, only: tuple[str, ...] = ()) -> Iterator[Item]:
    """Read the items by province that have four years or more; `only` keeps tables whose title has one of these."""
    with (folder / "MANIFEST.csv").open(encoding="utf-8") as lines:
        listed = [row for row in csv.DictReader(lines) if row["by_province"] == "True"]
    for row in listed:
        if not only or any(part in row["title"] for part in only):
            yield from items_of(folder / row["file"], row["title"])


def items_of(path: Path, title: str) -> Iterator[Item]:
    """Read the items of a table."""
    text = path.read_bytes().decode("utf-8-sig", "replace")
    rows = list(csv.reader([line for line in text.splitlines() if line.strip()], delimiter=";"))
    for name, columns in columns_of(rows[1]).items():
        if len(columns) < LEAST_YEARS:
            continue
        years = tuple(sorted(columns))
        named = [(" ".join(row[0].split()), row) for row in rows[2:]]
        provinces = {
            place: tuple(number(row[columns[y]]) if columns[y] < len(row) else None for y in years)
            for place, row in named
            if place and not SUMS.search(place)
        }
        yield Item(title, name, any(part in title for part in SHARES), years, provinces)


def columns_of(heading: list[str]) -> dict[str, dict[int, int]]:
    """Give, by item and year, the column of a heading such as "2002 Primary" or "Prel. 2016"."""
    found: dict[str, dict[int, int]] = {}
    for column, cell in enumerate(heading[1:], 1):
        if year := YEAR.search(cell):
            rest = re.sub(r"Prel?\.?|\(\*\)|^X", "", cell[: year.start(1)] + cell[year.end(1) :])
            found.setdefault(" ".join(rest.split()), {})[int(year[1])] = column
    return found


def number(text: str) -> float | None:
    """Read a number; anything else is missing."""
    try:
        return float(text.replace(",", "").strip())
    except ValueError:
        return None
