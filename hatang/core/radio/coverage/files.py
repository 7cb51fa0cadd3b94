"""Files of a run: tables of cells and places in, rasters, a table of who is served and a summary out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hatang.core.cells import Cell as Value
from hatang.core.cells import TableError, as_text
from hatang.core.radio.antenna_files import AntennaFileError, read_antenna
from hatang.core.radio.antennas import PATTERNS, Pattern
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import EAST, NORTH, SOUTH, WEST, Cell, number_faults
from hatang.core.radio.coverage.layers import Layer
from hatang.core.radio.coverage.served import Served
from hatang.core.tables import Row, Table, number_at, read_table
from hatang.core.vietnamese import search_key

CELL_COLUMNS = {
    "id": ("Mã ô", "id", "cell id"),
    "operator": ("Nhà mạng", "operator"),
    "technology": ("Công nghệ", "technology"),
    "lon": ("Kinh độ", "lon"),
    "lat": ("Vĩ độ", "lat"),
    "height_m": ("Độ cao ăng ten (m)", "height_m"),
    "structure_height_m": ("Chiều cao cột (m)", "structure_height_m"),
    "power_dbm": ("Công suất phát (dBm)", "power_dbm"),
    "frequency_mhz": ("Tần số (MHz)", "frequency_mhz"),
    "bandwidth_mhz": ("Băng thông (MHz)", "bandwidth_mhz"),
    "band": ("Băng tần", "band"),
    "azimuth_deg": ("Góc phương vị (°)", "azimuth_deg"),
    "omnidirectional": ("Phát mọi hướng", "omnidirectional"),
    "tilt_electrical_deg": ("Góc ngẩng điện (°)", "tilt_electrical_deg"),
    "tilt_mechanical_deg": ("Góc ngẩng cơ (°)", "tilt_mechanical_deg"),
    "antenna": ("Ăng ten", "antenna"),
}
TEXTS = {"id", "operator", "technology", "band", "antenna"}
NEEDED_OF_CELLS = ("id", "technology", "lon", "lat", "height_m", "power_dbm")
PLACE_COLUMNS = {
    "id": ("Mã", "id", "Mã thôn"),
    "name": ("Tên", "name", "Tên thôn"),
    "lon": ("Kinh độ", "lon"),
    "lat": ("Vĩ độ", "lat"),
    "people": ("Dân số", "Số người", "people", "population"),
}
NEEDED_OF_PLACES = ("id", "lon", "lat")
YES = {"có", "x", "1", "true", "yes"}
MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class Places:
    """Places to ask for: ids, names, degrees, people (NaN where unknown)."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    lons_deg: NDArray[np.float64]
    lats_deg: NDArray[np.float64]
    people: NDArray[np.float64]


def read_cells(content: bytes, name: str) -> list[Cell]:
    """Read cells out of a CSV or XLSX file, headings in Vietnamese or English. Raises TableError with row and column.

    >>> table = "Mã ô;operator;technology;lon;lat;height_m;Công suất phát (dBm)\\nA1;A;4G;106,7;21,8;30;46\\n"
    >>> cell = read_cells(table.encode(), "o.csv")[0]
    >>> cell.id, cell.operator, cell.lon, cell.azimuth_deg
    ('A1', 'A', 106.7, None)
    """
    table, columns = opened(content, name, CELL_COLUMNS, NEEDED_OF_CELLS)
    return [cell_of(row, columns, table) for row in table.rows]


def cell_of(row: Row, columns: Mapping[str, int], table: Table) -> Cell:
    """Read one cell; numbers that must be there are asked for by the check of cells, except its place."""
    said: dict[str, object] = {}
    for field, at in columns.items():
        value = row.cells[at]
        if field == "omnidirectional":
            said[field] = as_text(value).lower() in YES
        else:
            said[field] = as_text(value) if field in TEXTS else number_at(row, table.headings[at], value)
    for field in ("lon", "lat"):
        if said[field] is None:
            raise TableError(
                "Chưa ghi tọa độ.", "Ghi độ thập phân.", row=row.number, column=table.headings[columns[field]]
            )
    return Cell(**said)  # type: ignore[arg-type]


def read_places(content: bytes, name: str) -> Places:
    """Read villages or other places out of a CSV or XLSX file. Raises TableError with row and column.

    >>> table = "Mã;Kinh độ;Vĩ độ\\nT1;{};{}\\n"
    >>> read_places(table.format("106,45", "21,61").encode(), "thon.csv").lons_deg.tolist()
    [106.45]
    >>> read_places(table.format("21,61", "106,45").encode(), "thon.csv")
    Traceback (most recent call last):
    hatang.core.cells.TableError: Ghi 21,61°. Cần từ 102 đến 118°.
    """
    table, columns = opened(content, name, PLACE_COLUMNS, NEEDED_OF_PLACES)

    def column(field: str) -> Iterator[Value]:
        at = columns.get(field)
        return (None if at is None else row.cells[at] for row in table.rows)

    def numbers(field: str, limits: tuple[float, float] | None = None) -> NDArray[np.float64]:
        heading = table.headings[columns[field]] if field in columns else field
        read = [number_at(row, heading, value) for value, row in zip(column(field), table.rows, strict=True)]
        for value, row in zip(read, table.rows, strict=True):
            wrong = next(number_faults(field, value, limits, "°", needed=True), None) if limits else None
            if wrong:
                raise TableError(*wrong[1:], row=row.number, column=heading)
        return np.array([np.nan if value is None else value for value in read])

    ids, names = (tuple(as_text(value) for value in column(field)) for field in ("id", "name"))
    return Places(ids, names, numbers("lon", (WEST, EAST)), numbers("lat", (SOUTH, NORTH)), numbers("people"))


def opened(
    content: bytes, name: str, wanted: Mapping[str, tuple[str, ...]], needed: Sequence[str]
) -> tuple[Table, dict[str, int]]:
    """Read a table and find its columns by any of their headings; without a needed one raise TableError."""
    known = [heading for headings in wanted.values() for heading in headings]
    table = read_table(content, name, known=known, max_rows=MOST_ROWS)
    keys = [search_key(heading) for heading in table.headings]
    found: dict[str, int] = {}
    for field, headings in wanted.items():
        place = next((keys.index(key) for key in map(search_key, headings) if key in keys), None)
        if place is not None:
            found[field] = place
    missing = [f"“{wanted[field][0]}”" for field in needed if field not in found]
    if missing:
        raise TableError(f"Thiếu cột {', '.join(missing)}.", "Đặt tên cột như vậy ở dòng tiêu đề.", sheet=table.sheet)
    return table, found


def read_patterns(folder: Path | None) -> dict[str, Pattern]:
    """Read the pattern files (MSI, PLN) of a folder beside the ones without a file; a file's name names its antenna.

    Raises ValueError, which names the file, or both where two have one name.
    """
    patterns, of = dict(PATTERNS), dict[str, Path]()
    for path in sorted(folder.iterdir()) if folder else ():
        if path.suffix.lower() in (".msi", ".pln", ".pla", ".txt"):
            if (other := of.setdefault(path.stem, path)) != path:
                raise ValueError(
                    f"{other.name} và {path.name} cùng đặt tên ăng ten “{path.stem}”. Đổi tên hoặc bỏ một tệp."
                )
            try:
                patterns[path.stem] = read_antenna(path.read_bytes(), path.name).pattern
            except AntennaFileError as error:
                raise ValueError(f"{path.name}: {error}") from error
    return patterns


SERVED_COLUMNS = (
    "Mã", "Tên", "Nhà mạng", "Công nghệ", "Mức thu (dBm)", "Ô phục vụ", "Xác suất phục vụ (%)", "Được phục vụ",
    "Mô hình",
)  # fmt: skip


def write_served(
    path: Path, places: Places, served: Served, cells: Sequence[Cell], models: Sequence[str] | None = None
) -> None:
    """Write a row for each place and layer: level, server, probability, served or not, the server's model (`models`
    by cell); Excel opens it as it is.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(SERVED_COLUMNS)
        writer.writerows(served_rows(places, served, cells, models))


def served_rows(
    places: Places, served: Served, cells: Sequence[Cell], models: Sequence[str] | None = None
) -> Iterator[list[str]]:
    """Give the rows, places in their order."""
    for place, (code, name) in enumerate(zip(places.ids, places.names, strict=True)):
        for k, layer in enumerate(served.layers):
            row = [code, name, layer.operator, str(layer.technology)]
            server = int(served.servers[k, place])
            if server < 0:
                yield [*row, "", "", "0", "không", ""]
                continue
            level, share = served.levels_dbm[k, place], 100 * served.probabilities[k, place]
            yes = "có" if served.served[k, place] else "không"
            model = models[server] if models else ""
            yield [*row, decimal(level), cells[server].id, decimal(share), yes, model]


def decimal(value: float) -> str:
    """Write a number with one decimal and a comma, as Vietnamese Excel reads it."""
    return f"{value:.1f}".replace(".", ",")


def counted(places: Places, served: Served) -> dict[str, object]:
    """Count places and people served: by each layer, and by at least so many operators of a technology."""
    whole = {"places": len(places.ids), "people": people_in(places, np.ones(len(places.ids), dtype=bool))}
    technologies = sorted({layer.technology for layer in served.layers})
    return {
        "asked": whole,
        "by_operator": [
            {"operator": layer.operator, "technology": str(layer.technology), **share(places, served.served[k])}
            for k, layer in enumerate(served.layers)
        ],
        "by_operators": [row for technology in technologies for row in by_number(places, served, technology)],
    }


def by_number(places: Places, served: Served, technology: Technology) -> Iterable[dict[str, object]]:
    """Count what at least one, two, ... operators serve."""
    operators = served.operators(technology)
    most = sum(layer.technology == technology for layer in served.layers)
    for least in range(1, most + 1):
        yield {"technology": str(technology), "operators_at_least": least, **share(places, operators >= least)}


def share(places: Places, which: NDArray[np.bool_]) -> dict[str, object]:
    """Count some of the places and their people."""
    return {"places": int(which.sum()), "people": people_in(places, which)}


def people_in(places: Places, which: NDArray[np.bool_]) -> int | None:
    """Add up the people of places; None where nobody's number is known."""
    known = places.people[which & ~np.isnan(places.people)]
    return int(known.sum()) if (~np.isnan(places.people)).any() else None


def write_summary(path: Path, summary: Mapping[str, object]) -> None:
    """Write what was computed, how, from what, and what was left out."""
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def layer_name(layer: Layer) -> str:
    """Name a layer's files.

    >>> layer_name(Layer("Doanh nghiệp A", Technology.G5))
    'doanh-nghiep-a-5g'
    """
    key = search_key(f"{layer.operator} {layer.technology}".strip())
    return "-".join("".join(sign if sign.isalnum() else " " for sign in key).split())


def layer_names(layers: Sequence[Layer]) -> list[str]:
    """Name the files of layers: of operators whose names differ only in what a file's name leaves out, by number.

    >>> layer_names([Layer(operator, Technology.G4) for operator in ("Mang-A", "Mạng A", "Mạng B")])
    ['mang-a-4g', 'mang-a-4g-2', 'mang-b-4g']
    """
    names = [layer_name(layer) for layer in layers]
    before = [names[:k].count(name) for k, name in enumerate(names)]
    return [f"{name}-{count + 1}" if count else name for name, count in zip(names, before, strict=True)]
