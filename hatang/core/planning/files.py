"""Files of `plan-cover`: works, needs, money in (CSV, XLSX, GeoJSON, GeoTIFF); chosen works and their cost out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio.errors import RasterioError

from hatang.core.cells import Cell, TableError, as_text
from hatang.core.planning.problem import Need, Problem, Solution, Structure, Wish, Work
from hatang.core.tables import Row, number_at, read_table
from hatang.core.vector_files.opening import open_vector
from hatang.core.vietnamese import number, search_key

Columns = Mapping[str, tuple[str, ...]]
WORK_COLUMNS: Columns = {
    "id": ("Mã", "Mã ô", "id"),
    "structure": ("Hạ tầng", "structure"),
    "operator": ("Nhà mạng", "operator"),
    "technology": ("Công nghệ", "technology"),
    "kind": ("Loại", "kind"),
    "capital_vnd": ("Vốn (đồng)", "capital_vnd"),
    "yearly_vnd": ("Chi hằng năm (đồng)", "yearly_vnd"),
    "structure_capital_vnd": ("Vốn của hạ tầng (đồng)", "structure_capital_vnd"),
    "structure_yearly_vnd": ("Chi hằng năm của hạ tầng (đồng)", "structure_yearly_vnd"),
    "existing": ("Hạ tầng có sẵn", "existing"),
    "sources": ("Nguồn vốn", "sources"),
    "wish": ("Ý", "wish"),
    "serves": ("Phục vụ", "serves"),
    "reach_km": ("Tầm phủ (km)", "reach_km"),
    "lon": ("Kinh độ", "lon"),
    "lat": ("Vĩ độ", "lat"),
}
NEED_COLUMNS: Columns = {
    "id": ("Mã", "Mã thôn", "id"),
    "name": ("Tên", "Tên thôn", "name"),
    "weight": ("Tính là", "Dân số", "Số người", "weight", "people", "population"),
    "area": ("Khu vực", "Xã", "area"),
    "groups": ("Nhóm ưu tiên", "groups"),
    "served_by": ("Hiện do", "served_by"),
    "lon": ("Kinh độ", "lon"),
    "lat": ("Vĩ độ", "lat"),
}
BUDGET_COLUMNS: Columns = {
    "year": ("Năm", "year"),
    "source": ("Nguồn vốn", "source"),
    "amount_vnd": ("Vốn (đồng)", "amount_vnd"),
}
WISHES = {"": Wish.FREE, "free": Wish.FREE, "ghim": Wish.FIXED, "fixed": Wish.FIXED}
WISHES |= {"cam": Wish.FORBIDDEN, "forbidden": Wish.FORBIDDEN}
YES = {"có", "x", "1", "true", "yes"}
NOTHING_WRITTEN: tuple[Cell, ...] = (None, "")
MOST_ROWS, MOST_PIXELS, MOST_NEEDS = 200_000, 50_000_000, 500_000
VECTORS = (".geojson", ".json", ".gpkg")
RASTERS = (".tif", ".tiff")


@dataclass(frozen=True)
class Spot:
    """A row of a file by the names of its columns, with the number people find it by."""

    number: int
    said: Mapping[str, Cell]
    headings: Mapping[str, str]

    def text(self, field: str) -> str:
        """Give a text, empty where nothing stands."""
        return as_text(self.said.get(field))

    def texts(self, field: str) -> frozenset[str]:
        """Give a list, separated by semicolons or commas."""
        return frozenset(part.strip() for part in self.text(field).replace(",", ";").split(";") if part.strip())

    def amount(self, field: str, default: float | None = None) -> float:
        """Give a number; without a default it must be there. Raises TableError with row and column."""
        heading = self.headings.get(field, field)
        value = number_at(Row(self.number, ()), heading, self.said.get(field))
        if value is None:
            if default is None:
                raise TableError("Chưa ghi số.", "Ghi một số.", row=self.number, column=heading)
            return default
        return value

    @property
    def at(self) -> tuple[float, float] | None:
        """The place in degrees, where the file has it."""
        if self.said.get("lon") in NOTHING_WRITTEN or self.said.get("lat") in NOTHING_WRITTEN:
            return None
        return self.amount("lon"), self.amount("lat")


@dataclass(frozen=True)
class Proposed:
    """A work of the file before it is known what it serves: `reach_km` NaN where the file has none."""

    work: Work
    structure: Structure
    at: tuple[float, float] | None
    reach_km: float
    row: int


@dataclass(frozen=True)
class Asked:
    """A need of the file, its name and place."""

    need: Need
    name: str
    at: tuple[float, float] | None


def read_spots(path: Path, wanted: Columns, needed: Sequence[str]) -> list[Spot]:
    """Read the rows of a table, or the features of a GeoJSON or GeoPackage whose attributes are called like columns.

    Points give `lon` and `lat`; other shapes a point inside. Raises ValueError (TableError with row and column).
    """
    if path.suffix.lower() in VECTORS:
        return list(_features(path, wanted, needed))
    known = [heading for headings in wanted.values() for heading in headings]
    table = read_table(path.read_bytes(), path.name, known=known, max_rows=MOST_ROWS)
    found = columns_of(table.headings, wanted, needed)
    headings = {field: table.headings[at] for field, at in found.items()}
    return [Spot(row.number, {f: row.cells[at] for f, at in found.items()}, headings) for row in table.rows]


def columns_of(headings: Sequence[str], wanted: Columns, needed: Sequence[str]) -> dict[str, int]:
    """Find columns by any of their headings; TableError names those that miss."""
    keys = [search_key(heading) for heading in headings]
    places = {
        field: next((keys.index(key) for key in map(search_key, names) if key in keys), -1)
        for field, names in wanted.items()
    }
    if missing := [f"“{wanted[field][0]}”" for field in needed if places[field] < 0]:
        raise TableError(f"Thiếu cột {', '.join(missing)}.", "Đặt tên cột như vậy ở dòng tiêu đề.")
    return {field: at for field, at in places.items() if at >= 0}


def _features(path: Path, wanted: Columns, needed: Sequence[str]) -> Iterator[Spot]:
    file = open_vector(path)
    by_shape = {"lon", "lat"}
    names = {f: n for f, n in wanted.items() if f not in by_shape}
    found = columns_of(file.fields, names, [field for field in needed if field not in by_shape])
    headings = {field: file.fields[at] for field, at in found.items()}
    for feature in file.features():
        if feature.geometry is None:
            raise TableError(feature.fault, "Sửa hình của đối tượng này.", row=feature.number)
        point = feature.geometry.representative_point()
        said: dict[str, Cell] = {field: feature.properties.get(name) for field, name in headings.items()}
        yield Spot(feature.number, said | {"lon": point.x, "lat": point.y}, headings)


def read_works(path: Path) -> list[Proposed]:
    """Read what could be built; rows that say the same of one work (its sectors) are one. Raises ValueError."""
    spots = read_spots(path, WORK_COLUMNS, ("id", "capital_vnd"))
    if not spots:
        raise ValueError("Không có công trình nào.")
    rows = [_proposed(spot) for spot in spots]
    return list({(row.work, row.structure, row.at): row for row in reversed(rows)}.values())[::-1]


def _proposed(spot: Spot) -> Proposed:
    name = spot.text("id")
    if search_key(spot.text("wish")) not in WISHES:
        raise TableError(
            f"“{spot.text('wish')}” không phải ý.", "Ghi ghim, cấm hoặc để trống.", row=spot.number, column="Ý"
        )
    structure = Structure(
        spot.text("structure") or name,
        spot.amount("structure_capital_vnd", 0.0),
        spot.amount("structure_yearly_vnd", 0.0),
        spot.text("existing").lower() in YES,
    )
    work = Work(
        name,
        structure.id,
        spot.text("operator"),
        spot.text("technology"),
        spot.amount("capital_vnd"),
        spot.amount("yearly_vnd", 0.0),
        tuple(sorted(spot.texts("serves"))),
        spot.text("kind"),
        spot.texts("sources"),
        WISHES[search_key(spot.text("wish"))],
    )
    return Proposed(work, structure, spot.at, spot.amount("reach_km", float("nan")), spot.number)


def structures_of(proposed: Iterable[Proposed]) -> tuple[Structure, ...]:
    """Give each structure once; ValueError where two rows tell different things of one."""
    kept: dict[str, Proposed] = {}
    for one in proposed:
        first = kept.setdefault(one.structure.id, one)
        if first.structure != one.structure:
            raise ValueError(
                f"Dòng {first.row} và {one.row} ghi khác nhau về hạ tầng “{one.structure.id}”. "
                "Ghi cùng vốn, chi hằng năm và có sẵn hay không ở mọi dòng của một hạ tầng."
            )
    return tuple(one.structure for one in kept.values())


def read_needs(path: Path) -> list[Asked]:
    """Read who wants the service: rows, features, or the cells of a raster of people. Raises ValueError."""
    if path.suffix.lower() in RASTERS:
        return _cells_of_people(path)
    return [_asked(spot) for spot in read_spots(path, NEED_COLUMNS, ("id",))]


def _asked(spot: Spot) -> Asked:
    name = spot.text("id")
    need = Need(name, spot.amount("weight", 1.0), spot.text("area"), spot.texts("groups"), spot.texts("served_by"))
    return Asked(need, spot.text("name") or name, spot.at)


def _cells_of_people(path: Path) -> list[Asked]:
    """Each cell with people is a need, at its middle."""
    try:
        with rasterio.open(path, driver="GTiff") as raster:
            if raster.width * raster.height > MOST_PIXELS:
                raise ValueError(f"Quá {number(MOST_PIXELS)} ô; cắt hoặc gộp ô trước.")
            if raster.crs is None:
                raise ValueError("Không ghi hệ toạ độ; gán hệ toạ độ cho GeoTIFF.")
            people = raster.read(1, masked=True).filled(0).astype(np.float64)
            rows, columns = np.nonzero(np.nan_to_num(people) > 0)
            if len(rows) > MOST_NEEDS:
                raise ValueError(f"Quá {number(MOST_NEEDS)} ô có dân; gộp ô trước.")
            xs, ys = raster.transform * (columns + 0.5, rows + 0.5)
            lons, lats = Transformer.from_crs(raster.crs, "EPSG:4326", always_xy=True).transform(xs, ys)
    except RasterioError as error:
        raise ValueError("Không đọc được GeoTIFF này.") from error
    return [
        Asked(Need(f"{row}-{column}", float(people[row, column])), f"ô {row}-{column}", (float(lon), float(lat)))
        for row, column, lon, lat in zip(rows.tolist(), columns.tolist(), lons, lats, strict=True)
    ]


def read_budget(path: Path) -> dict[tuple[int, str], float]:
    """Read capital by year and source. Raises ValueError with row and column."""
    budget: dict[tuple[int, str], float] = {}
    for spot in read_spots(path, BUDGET_COLUMNS, tuple(BUDGET_COLUMNS)):
        key = int(spot.amount("year")), spot.text("source")
        budget[key] = budget.get(key, 0.0) + spot.amount("amount_vnd")
    return budget


WORK_HEADINGS = (
    "Mã", "Loại", "Hạ tầng", "Nhà mạng", "Công nghệ", "Năm", "Vốn (đồng)", "Chi hằng năm (đồng)", "Nguồn vốn",
    "Số nơi phục vụ",
)  # fmt: skip


def write_costs(path: Path, problem: Problem, solution: Solution) -> None:
    """Write the table of what is built: a row a work, a row a structure that is opened; Excel opens it as it is."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(WORK_HEADINGS)
        writer.writerows(cost_rows(problem, solution))


def cost_rows(problem: Problem, solution: Solution) -> Iterator[list[object]]:
    """Give the rows: works in the order of years, each new structure before its first work."""
    works = {work.id: work for work in problem.works}
    structures = {structure.id: structure for structure in problem.structures}
    opened: set[str] = set()
    for built in sorted(solution.built, key=lambda one: (one.year, one.work)):
        work = works[built.work]
        structure = structures[work.structure]
        if structure.id not in opened and (structure.capital_vnd or structure.yearly_vnd):
            own = [round(structure.capital_vnd), round(structure.yearly_vnd)]
            yield [structure.id, "hạ tầng", structure.id, "", "", built.year, *own, "", ""]
        opened.add(structure.id)
        paid = ", ".join(f"{source}: {round(vnd)}" for source, vnd in sorted(built.paid_vnd.items()) if round(vnd))
        own = [round(work.capital_vnd), round(work.yearly_vnd)]
        yield [
            work.id, work.kind, structure.id, work.operator, work.technology, built.year, *own, paid, len(work.serves)
        ]  # fmt: skip


def write_map(path: Path, problem: Problem, solution: Solution, proposed: Sequence[Proposed], simulated: bool) -> None:
    """Write the works that are built as GeoJSON points; a work without a place has no geometry."""
    places = {one.work.id: one.at for one in proposed}
    works = {work.id: work for work in problem.works}
    write_features(path, ((places[one.work], _told(works[one.work], one)) for one in solution.built), simulated)


def _told(work: Work, built: Any) -> dict[str, object]:
    return {
        "id": work.id,
        "kind": work.kind,
        "structure": work.structure,
        "operator": work.operator,
        "technology": work.technology,
        "year": built.year,
        "capital_vnd": round(work.capital_vnd),
        "yearly_vnd": round(work.yearly_vnd),
        "paid_vnd": {source: round(vnd) for source, vnd in built.paid_vnd.items()},
        "serves": list(work.serves),
    }


def write_needs(path: Path, asked: Sequence[Asked], solution: Solution, simulated: bool) -> None:
    """Write the needs as GeoJSON points, each with whether it is served at the end."""
    served = set(solution.served)
    told = (
        (
            one.at,
            {"id": one.need.id, "name": one.name, "weight": one.need.weight, "served": one.need.id in served},
        )
        for one in asked
    )
    write_features(path, told, simulated)


def write_features(
    path: Path, told: Iterable[tuple[tuple[float, float] | None, dict[str, object]]], simulated: bool
) -> None:
    """Write a FeatureCollection (RFC 7946)."""
    mark = {"simulated": "DỮ LIỆU MÔ PHỎNG"} if simulated else {}
    features = [
        {
            "type": "Feature",
            "geometry": at and {"type": "Point", "coordinates": [round(at[0], 6), round(at[1], 6)]},
            "properties": properties | mark,
        }
        for at, properties in told
    ]
    whole = {"type": "FeatureCollection", **mark, "features": features}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
