"""Tiles of Ookla's open data: averages of many tests on squares of the web map, kept as the averages they are.

Ookla, "Speedtest by Ookla Global Fixed and Mobile Network Performance Maps" (github.com/teamookla/ookla-open-data):
zoom 16, about 610 m at the equator; avg_d_kbps, avg_u_kbps, avg_lat_ms, tests, devices; one file a quarter and kind.
Quadkeys: Microsoft, "Bing Maps Tile System".
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hatang.core.cells import TableError
from hatang.core.measurements.imports.lines import FileRead, lines_of, number_of
from hatang.core.measurements.schema import Access, Source

Box = tuple[float, float, float, float]
NAMED = re.compile(r"(\d{4})-(\d{2})-\d{2}_performance_(fixed|mobile)_tiles")
NEEDS = ("quadkey", "avg_d_kbps", "avg_u_kbps", "tests")
WANTED = (*NEEDS, "avg_lat_ms", "devices", "tile_x", "tile_y")
MAGIC = b"PAR1"
BATCH = 65_536
MOST_ROWS = 20_000_000
MOST_KEPT = 500_000
FASTEST_KBPS = 1_000_000_000.0
NEAR_DEG = 0.01
RIGHT_FILE = "Tải lại tệp từ nguồn của Ookla rồi nạp lại."
TORN = ("Tệp Parquet bị cắt cụt: thiếu phần cuối (chỉ có một nửa tệp).", RIGHT_FILE)


@dataclass(frozen=True)
class Quarter:
    """Of which quarter and which kind of access a file of tiles is."""

    begins: date
    access: str


def quarter_of(name: str) -> Quarter | None:
    """Read quarter and kind out of a file's name as Ookla writes it.

    >>> quarter_of("2023-10-01_performance_fixed_tiles.parquet")
    Quarter(begins=datetime.date(2023, 10, 1), access='fixed')
    """
    found = NAMED.search(name)
    if not found or found[2] not in ("01", "04", "07", "10"):
        return None
    return Quarter(date(int(found[1]), int(found[2]), 1), found[3])


def centre_of(quadkey: str) -> tuple[float, float]:
    """Give lon and lat of the middle of a tile. Raises TableError for what is no quadkey.

    >>> lon, lat = centre_of("0231113112003202")
    >>> round(lon, 4), round(lat, 4)
    (-90.6564, 38.4901)
    """
    if not re.fullmatch(r"[0-3]{1,23}", quadkey):
        raise TableError(f"“{quadkey[:30]}” không phải quadkey.", "Quadkey gồm các chữ số 0 đến 3.")
    x = sum((int(digit) & 1) << place for place, digit in enumerate(reversed(quadkey)))
    y = sum((int(digit) >> 1) << place for place, digit in enumerate(reversed(quadkey)))
    size = 1 << len(quadkey)
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 0.5) / size))))
    return (x + 0.5) / size * 360 - 180, lat


def read_ookla(path: Path, quarter: Quarter, *, box: Box | None) -> FileRead:
    """Read a file of tiles, CSV, CSV.GZ or Parquet by its first bytes, and keep those within a box (WGS 84).

    Each row is an average with the number of its tests, at the first instant of its quarter. Raises TableError.
    """
    read = FileRead()
    with path.open("rb") as file:
        head = file.read(4)
    for line, cells in from_parquet(path) if head == MAGIC else from_csv(path):
        read.lines += 1
        try:
            row = row_of(cells, quarter)
        except TableError as error:
            read.refuse(line, error.column, cells.get(error.column, ""), error)
            continue
        if box and not inside(row["lon"], row["lat"], box):
            read.elsewhere += 1
            continue
        read.rows.append(row)
        if len(read.rows) > MOST_KEPT:
            raise TableError("Hơn 500.000 ô trong phạm vi của tỉnh.", "Chia nhỏ tệp.")
    if not read.rows and not read.elsewhere:
        wrong = read.faults[0].wrong if read.faults else "Tệp không có ô nào."
        raise TableError(f"Không đọc được ô nào. {wrong}", RIGHT_FILE)
    return read


def from_parquet(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Give the rows of a Parquet file batch by batch, only the columns we read."""
    if path.stat().st_size < 12 or tail(path) != MAGIC:
        raise TableError(*TORN)
    try:
        file = pq.ParquetFile(path)
        check_columns(file.schema_arrow.names)
        if file.metadata.num_rows > MOST_ROWS:
            raise TableError("Tệp có hơn 20 triệu dòng.", "Chia nhỏ tệp.")
        wanted = [name for name in file.schema_arrow.names if name in WANTED]
        line = 0
        for batch in file.iter_batches(batch_size=BATCH, columns=wanted):
            for cells in batch.to_pylist():
                line += 1
                yield line, cells
    except (pa.ArrowException, OSError) as error:
        raise TableError("Tệp Parquet hỏng, không đọc được.", RIGHT_FILE) from error


def tail(path: Path) -> bytes:
    """Give the last four bytes of a file."""
    with path.open("rb") as file:
        file.seek(-4, io.SEEK_END)
        return file.read(4)


def from_csv(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Give the rows of a CSV file with the headings of Ookla."""
    lines = lines_of(path)
    _, first = next(lines, (0, b""))
    headings = next(csv.reader([first.decode("utf-8-sig", errors="replace").strip()]), [])
    check_columns(headings)
    for number, line in lines:
        text = line.decode("utf-8", errors="replace").strip("\r\n")
        yield number, dict(zip(headings, next(csv.reader([text]), []), strict=False))


def check_columns(headings: list[str]) -> None:
    """Ask for the columns without which a tile says nothing."""
    missing = [name for name in NEEDS if name not in headings]
    if missing:
        raise TableError(f"Không phải tệp ô của Ookla: thiếu cột {', '.join(missing)}.", RIGHT_FILE)


def row_of(cells: Mapping[str, Any], quarter: Quarter) -> dict[str, Any]:
    """Give a tile's row."""
    quadkey = str(cells.get("quadkey") or "").strip()
    lon, lat = centre_of(quadkey)
    check_place(cells, lon, lat)
    tests = number_of(cells.get("tests"), 1, 1e9, "Số lượt đo (tests)")
    if tests is None:
        raise TableError("Không có số lượt đo (tests).", "Bỏ ô này.", column="tests")
    return {
        "id": f"ookla:{quarter.begins}:{quarter.access}:{quadkey}",
        "source": Source.OOKLA.value,
        "at": datetime(quarter.begins.year, quarter.begins.month, 1, tzinfo=UTC),
        "access": Access(quarter.access).value,
        "download_mbps": mbps_of(cells, "avg_d_kbps"),
        "upload_mbps": mbps_of(cells, "avg_u_kbps"),
        "min_rtt_ms": number_of(cells.get("avg_lat_ms"), 0, 600_000, "Độ trễ (avg_lat_ms)"),
        "lon": lon,
        "lat": lat,
        "tests": int(tests),
        "is_average": True,
    }


def mbps_of(cells: Mapping[str, Any], name: str) -> float | None:
    """Read a speed in kbit/s as Mbit/s."""
    kbps = number_of(cells.get(name), 0, FASTEST_KBPS, name)
    return None if kbps is None else kbps / 1000


def check_place(cells: Mapping[str, Any], lon: float, lat: float) -> None:
    """Refuse a tile whose own middle is told elsewhere than its quadkey says."""
    for name, here in (("tile_x", lon), ("tile_y", lat)):
        told = number_of(cells.get(name), -180, 180, name)
        if told is not None and abs(told - here) > NEAR_DEG:
            wrong = f"{name} là {told:.4f} nhưng quadkey chỉ {here:.4f}."
            raise TableError(wrong, "Kiểm tra cột quadkey có bị Excel đổi thành số không.", column=name)


def inside(lon: float, lat: float, box: Box) -> bool:
    """Tell whether a point lies in a box."""
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north
