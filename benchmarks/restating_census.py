"""Restating tried on real data: the censuses of 2009 and 2019 and the statistics office's series, on today's units.

Prints how much of each census finds its former unit by name, how far the restated provinces are from the official
totals, how much of today's figures is estimated, and the dirt that was found. All flaws named are in the sources.

Run: .venv/bin/python -m benchmarks.restating_census [folder of data]
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from hatang.core.restating import Restated, align, restate_means, restate_sums
from hatang.core.restating.matching import How, Matcher, province_key
from hatang.core.restating.units_2025 import UnitName, Units2025, read_units_2025
from hatang.core.vietnamese import number, search_key

SAME_TERRITORY = (How.NAMES, How.TITLE)
"""Matches that are taken: another district is a question for a person, not for a trial."""
TRUNCATED_BELOW = 1_000
GROWN_AT_MOST = 3.0
POPULATION = "population_and_employment/Average_population_by_province.csv"
POWER = "health_culture_and_living_standard/Percentage_of_household_using_electricity_by_province.csv"
REGIONS = {"redriverdelta", "northernmidlandsandmountainareas", "centralhighlands", "southeast", "mekongriverdelta"}
REGIONS |= {"northerncentralareaandcentralcoastalarea"}
WHOLE_COUNTRY = "wholecountry"


@dataclass
class Counted:
    """A census by commune: who was counted where, and what is odd in the file."""

    year: int
    rows: list[tuple[UnitName, float]]
    empty: list[str] = field(default_factory=list)
    truncated: list[str] = field(default_factory=list)
    nameless: int = 0

    @property
    def people(self) -> float:
        """How many people the file has in all."""
        return sum(people for _, people in self.rows)


def read_2009(folder: Path) -> Counted:
    """Read the census of 2009; a population of 0 is none, one with decimals lost its thousands."""
    census = Counted(2009, [])
    with gzip.open(folder / "population/census2009_communes.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    for one in (feature["properties"] for feature in features):
        name = one["commune_vn"] or one["commune"] or ""
        unit = UnitName("", name, one["district_vn"] or "", one["province_vn"] or one["province"], "")
        add(census, unit, float(one["population"] or 0))
    return census


def read_2019(folder: Path) -> Counted:
    """Read the census of 2019, whose names are run together."""
    census = Counted(2019, [])
    name = folder / "population/census2019_VN_Population_ward.csv.gz"
    with gzip.open(name, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            place = f"{row['dist_title']} {row['district']}", f"{row['city_title']} {row['city']}"
            unit = UnitName("", f"{row['ward_title']} {row['ward']}", *place, "")
            add(census, unit, float(row["total"] or 0))
    return census


def add(census: Counted, unit: UnitName, people: float) -> None:
    """Keep a row, and what is odd about it."""
    called = f"{unit.name}, {unit.district}, {unit.province}"
    census.nameless += not unit.name
    if not people:
        census.empty.append(called)
    elif people != int(people):
        census.truncated.append(f"{called}: {number(people, 3)}")
    census.rows.append((unit, people))


@dataclass
class Placed:
    """A census laid on the former communes of 2025 by their names."""

    census: Counted
    units: Units2025
    how: Counter[How] = field(default_factory=Counter)
    people: Counter[How] = field(default_factory=Counter)
    by_code: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @cached_property
    def restated(self) -> Restated:
        """The census on today's communes."""
        known = {code: people for code, people in self.by_code.items() if people}
        values, _ = align(list(known), list(known.values()), self.units.communes)
        return restate_sums(values, self.units.communes)

    @property
    def coverage_percent(self) -> float:
        """Which part of the people counted stands in a former unit that was found."""
        return 100 * sum(self.people[how] for how in SAME_TERRITORY) / self.census.people

    @property
    def complete_percent(self) -> float:
        """Which part of today's communes has a figure: all its former units were found."""
        return 100 * float(np.mean(~np.isnan(self.restated.values)))


def place(census: Counted, units: Units2025, matcher: Matcher) -> Placed:
    """Find each row's former unit; those that share one (a town that took in its commune) are added up."""
    placed = Placed(census, units)
    for unit, people in census.rows:
        match = matcher.find(unit)
        placed.how[match.how] += 1
        placed.people[match.how] += int(people)
        if match.how in SAME_TERRITORY and match.unit:
            placed.by_code[match.unit.code] += people
    return placed


@dataclass(frozen=True)
class Official:
    """A table of the statistics office by province: columns by their headings, rows by the province's key."""

    headings: list[str]
    rows: dict[str, list[float]]

    def column(self, heading: str) -> dict[str, float]:
        """Give one column, the provinces alone."""
        at = self.headings.index(heading)
        return {key: row[at] for key, row in self.rows.items() if key not in REGIONS | {WHOLE_COUNTRY}}


def read_official(path: Path) -> Official:
    """Read a table: semicolons, `..` for what is missing, names with doubled blanks."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter=";") if len(row) > 2]
    kept = {official_key(row[0]): [official_number(cell) for cell in row[1:]] for row in rows[1:]}
    return Official(rows[0][1:], kept)


def official_key(name: str) -> str:
    """Name a province as the crosswalk's do.

    >>> official_key("Ho Chi Minh city"), official_key("Binh  Duong"), official_key(" WHOLE COUNTRY")
    ('hochiminh', 'binhduong', 'wholecountry')
    """
    return province_key(search_key(name).removesuffix(" city"))


def official_number(cell: str) -> float:
    """Read a number of such a table; NaN for what is missing."""
    return float(cell) if cell.strip(". ") else float("nan")


def on_today(column: Mapping[str, float], units: Units2025) -> tuple[Restated, list[str]]:
    """Restate a column by province, and name the provinces that were none in 2025 (Hà Tây)."""
    codes = province_codes(units)
    known = {codes[key]: value for key, value in column.items() if key in codes}
    values, _ = align(list(known), list(known.values()), units.provinces)
    return restate_sums(values, units.provinces), sorted(set(column) - set(codes))


def province_codes(units: Units2025) -> dict[str, str]:
    """Give the codes of the former provinces by their keys."""
    return {province_key(unit.province): unit.province_code for unit in units.former}


def errors_by_province(census: Counted, official: Mapping[str, float], units: Units2025) -> dict[str, float]:
    """Compare, on today's provinces, the census file's people with the official ones (thousands), in percent."""
    counted: Counter[str] = Counter()
    for unit, people in census.rows:
        counted[province_key(unit.province)] += people  # type: ignore[assignment]
    mine, theirs = on_today(counted, units)[0], on_today(official, units)[0]
    names = {unit.province_code: unit.province for unit in units.present}
    shares = 100 * (mine.values / (1000 * theirs.values) - 1)
    return {names[code]: float(share) for code, share in zip(units.provinces.after, shares, strict=True)}


def truncated_today(folder: Path, placed: Placed) -> tuple[int, list[str]]:
    """Count today's communes whose published population is below 1,000, and name those that had many more in 2019."""
    few, disproved = 0, []
    restated = dict(zip(placed.units.communes.after, placed.restated.lower, strict=True))
    with (folder / "admin-2025/communes_3321.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            people = published(row["population_official_raw"])
            if people is not None and people < TRUNCATED_BELOW:
                few += 1
                if restated.get(row["code"], 0) > GROWN_AT_MOST * people:
                    disproved.append(f"{row['full_name']} ({row['population_official_raw']})")
    return few, disproved


def published(text: str) -> float | None:
    """Read a published population: dots part thousands, a comma decimals."""
    try:
        return float(text.replace(".", "").replace(",", "."))
    except ValueError:
        return None


def series_kept(
    official: Official, units: Units2025, years: Sequence[int]
) -> Iterator[tuple[int, float, float, float]]:
    """Give, for each year, the provinces' sum before and after restating and the country's official figure."""
    for year in years:
        heading = next(h for h in official.headings if h.startswith("Total") and h.endswith(str(year)))
        done, _ = on_today(official.column(heading), units)
        whole = official.rows[WHOLE_COUNTRY][official.headings.index(heading)]
        yield year, float(done.before), float(np.nansum(done.values) + done.held_back), whole


def electricity(folder: Path, units: Units2025, year: int) -> Restated:
    """Restate a percentage that came without numerator and denominator, as a mean weighed by people."""
    people, power = (read_official(folder / "gso-indicators" / name) for name in (POPULATION, POWER))
    heading = next(h for h in power.headings if h.endswith(str(year)))
    share, weight = power.column(heading), people.column(f"Total {year}")
    codes = province_codes(units)
    series = [
        align([codes[k] for k in c if k in codes], [c[k] for k in c if k in codes], units.provinces)[0]
        for c in (share, weight)
    ]
    return restate_means(series[0], series[1], units.provinces)


def tell(placed: Placed, errors: Mapping[str, float], beside: str) -> None:
    """Print what became of a census."""
    census, done = placed.census, placed.restated
    print(f"Tổng điều tra {census.year}: {number(len(census.rows))} xã, {number(census.people)} người trong tệp")
    for how in How:
        if placed.how[how]:
            share = number(100 * placed.people[how] / census.people, 1)
            print(f"  {how.label}: {number(placed.how[how])} xã, {share} % dân số")
    print(f"  tìm được đơn vị của {number(placed.coverage_percent, 1)} % dân số; ", end="")
    print(f"{number(placed.complete_percent, 1)} % xã hiện nay có đủ số liệu của mọi xã cũ")
    guessed = done.estimated[~np.isnan(done.estimated)]
    print(f"  {number(100 * float(np.mean(guessed > 0)), 1)} % số xã có phần ước tính")
    print(f"  bẩn: {len(census.empty)} xã không có dân số, {census.nameless} không có tên, ", end="")
    print(f"{len(census.truncated)} bị cắt: {'; '.join(census.truncated) or '–'}")
    print(f"  34 tỉnh hiện nay so với {beside}:")
    for name, error in sorted(errors.items(), key=lambda item: item[1]):
        print(f"    {name:<28} {number(error, 1):>6} %")


def main() -> None:
    """Print the whole report."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    units = read_units_2025()
    matcher = Matcher(units.former)
    official = read_official(folder / "gso-indicators" / POPULATION)
    for census, heading, beside in (
        (read_2009(folder), "Total 2009", "dân số trung bình 2009 (Tổng cục Thống kê)"),
        (read_2019(folder), "Total Prel. 2016", "dân số trung bình sơ bộ 2016: gồm cả ba năm tăng dân số"),
    ):
        placed = place(census, units, matcher)
        tell(placed, errors_by_province(census, official.column(heading), units), beside)
    few, disproved = truncated_today(folder, placed)
    print(f"Dân số công bố 2025 dưới 1.000 người: {few} xã; {len(disproved)} xã năm 2019 đã hơn gấp ba: bị cắt")
    print(f"  {', '.join(disproved[:8])} …")
    for year, before, after, whole in series_kept(official, units, (1995, 2005, 2009, 2016)):
        print(f"Dân số {year} (nghìn): 63 tỉnh {number(before, 1)}, 34 tỉnh {number(after, 1)}, ", end="")
        print(f"cả nước {number(whole, 1)}; lệch {number(100 * (before / whole - 1), 2)} %")
    print(f"Không phải tỉnh năm 2025: {', '.join(on_today(official.column('Total 2005'), units)[1])}")
    power = electricity(folder, units, 2010)
    least, most = np.nanmin(power.values), np.nanmax(power.values)
    print(f"Hộ dùng điện 2010 trên 34 tỉnh: từ {number(least, 1)} đến {number(most, 1)} %")


if __name__ == "__main__":
    main()
