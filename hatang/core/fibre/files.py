"""Files of a fibre plan: lines, points and prices in; stretches, costs, ends and a summary out."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import shapely

from hatang.core.cells import TableError, as_text
from hatang.core.fibre.lines import ON_A_ROAD, WAYS, Prices, RoadLine, Spot, Way
from hatang.core.fibre.plans import FibreSolution, Stretch
from hatang.core.radio.coverage.files import opened, read_places
from hatang.core.tables import number_at
from hatang.core.vector_files import Feature, Limits, VectorFileError, open_vector
from hatang.core.vietnamese import search_key

LABELS = {
    Way.AERIAL: "treo trên cột có sẵn",
    Way.NEW_POLES: "treo trên cột mới",
    Way.DUCT: "trong cống bể có sẵn",
    Way.BURIED: "chôn",
    Way.SHARED_TRENCH: "chung hào với công trình khác",
}
WAYS_BY_KEY = {search_key(text): way for way, label in LABELS.items() for text in (way.value, label)}
NAMES = ("ten", "name", "ten duong", "ten tuyen")
WAY_FIELDS = ("ways", "cach di", "way")
PRICE_COLUMNS = {
    "way": ("Cách đi", "way"),
    "price": ("Đơn giá (đồng/km)", "Đơn giá", "price_vnd_per_km"),
}
MOST_LINES = 500_000
RIGHT_WAYS = f"Ghi một hay nhiều cách, ngăn bằng dấu chấm phẩy: {', '.join(WAYS)}; hoặc để trống."


def read_lines(path: Path) -> list[RoadLine]:
    """Read roads, pole lines and ducts: a feature's name, and its ways where it says them (a road: new poles, buried).

    Raises VectorFileError for a file or a feature that cannot be used.
    """
    file = open_vector(path, limits=Limits(features=MOST_LINES), beside=True)
    return [line for feature in file.features() for line in lines_of(feature)]


def lines_of(feature: Feature) -> Iterable[RoadLine]:
    """Give the lines of a feature."""
    if feature.geometry is None:
        raise VectorFileError(feature.fault, feature=feature.number)
    if feature.geometry.geom_type not in ("LineString", "MultiLineString"):
        raise VectorFileError("Không phải đường.", "Chỉ để lại các đường trong lớp này.", feature=feature.number)
    said = {search_key(name): value for name, value in feature.properties.items()}
    name = next((str(said[key]) for key in NAMES if said.get(key)), "")
    ways = ways_of(next((str(said[key]) for key in WAY_FIELDS if said.get(key)), ""), feature.number)
    for part in shapely.get_parts(feature.geometry):
        yield RoadLine(shapely.get_coordinates(part), ways, name)


def ways_of(text: str, feature: int) -> tuple[Way, ...]:
    """Read the ways that may be taken along a line.

    >>> ways_of("aerial; Chôn", 1)
    (<Way.AERIAL: 'aerial'>, <Way.BURIED: 'buried'>)
    """
    if not text.strip():
        return ON_A_ROAD
    parts = [part for part in text.replace(",", ";").split(";") if part.strip()]
    unknown = [part.strip() for part in parts if search_key(part) not in WAYS_BY_KEY]
    if unknown:
        raise VectorFileError(f"Không hiểu cách đi “{unknown[0][:40]}”.", RIGHT_WAYS, feature=feature)
    return tuple(WAYS_BY_KEY[search_key(part)] for part in parts)


def read_spots(content: bytes, name: str) -> list[Spot]:
    """Read ends or closures out of a CSV or XLSX file, each with a code of its own. Raises TableError."""
    places = read_places(content, name)
    if twice := next((code for code, times in Counter(places.ids).items() if times > 1), None):
        raise TableError(f"Mã “{twice}” có {places.ids.count(twice)} lần.", "Mỗi nơi một mã riêng.", column="Mã")
    people = (0.0 if math.isnan(value) else value for value in places.people.tolist())
    rows = zip(places.ids, places.lons_deg.tolist(), places.lats_deg.tolist(), places.names, people, strict=True)
    return [Spot(*row) for row in rows]


def read_prices(content: bytes, name: str) -> Prices:
    """Read đồng per km by way. Raises TableError with row and column.

    >>> read_prices("Cách đi;Đơn giá (đồng/km)\\naerial;60000000\\nChôn;400000000\\n".encode(), "gia.csv").buried
    400000000.0
    """
    table, columns = opened(content, name, PRICE_COLUMNS, ("way", "price"))
    found: dict[str, float] = {}
    way_column, price_column = (table.headings[columns[field]] for field in ("way", "price"))
    for row in table.rows:
        text = as_text(row.cells[columns["way"]])
        way = WAYS_BY_KEY.get(search_key(text))
        if way is None:
            right = f"Ghi một trong: {', '.join(WAYS)}."
            raise TableError(f"Không hiểu cách đi “{text[:40]}”.", right, row=row.number, column=way_column)
        if way in found:
            right = "Mỗi cách một dòng."
            raise TableError(f"Cách đi “{text}” có hai dòng.", right, row=row.number, column=way_column)
        price = number_at(row, price_column, row.cells[columns["price"]])
        if price is None or price < 0:
            right = "Ghi số đồng cho một km, từ 0 trở lên."
            raise TableError("Chưa có đơn giá hợp lệ.", right, row=row.number, column=price_column)
        found[way] = price
    return Prices(**found)


def write_stretches(path: Path, found: FibreSolution, *, simulated: bool) -> None:
    """Write the stretches as GeoJSON (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": stretch.path.round(7).tolist()},
            "properties": properties(stretch),
        }
        for stretch in found.stretches
    ]
    whole: dict[str, object] = {"type": "FeatureCollection", "features": features}
    if simulated:
        whole["note"] = "DỮ LIỆU MÔ PHỎNG"
    path.write_text(json.dumps(whole, ensure_ascii=False) + "\n", encoding="utf-8")


def properties(stretch: Stretch) -> dict[str, object]:
    """Give what is said of a stretch."""
    return {
        "way": stretch.way.value,
        "cach_di": LABELS[stretch.way],
        "road": stretch.road,
        "length_km": round(stretch.length_km, 4),
        "capital_vnd": round(stretch.capital_vnd),
        "ring": stretch.ring,
        "drop": stretch.drop,
    }


def cost_rows(stretches: Sequence[Stretch], prices: Prices) -> list[list[str]]:
    """Give the table of costs: a row by what for and way, and the sum."""
    sums: dict[tuple[str, Way], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for stretch in stretches:
        what = "khép vòng" if stretch.ring else "đoạn nối vào nơi" if stretch.drop else "tuyến"
        added = sums[what, stretch.way]
        added[0] += stretch.length_km
        added[1] += stretch.capital_vnd
    rows = [["Hạng mục", "Cách đi", "Chiều dài (km)", "Đơn giá (đồng/km)", "Vốn (đồng)"]]
    for (what, way), (km, vnd) in sorted(sums.items(), key=lambda item: (item[0][0] != "tuyến", item[0])):
        rows.append([what, LABELS[way], decimal(km), str(round(prices.of(way) or 0)), str(round(vnd))])
    km, vnd = (sum(column) for column in zip(*sums.values(), strict=True)) if sums else (0.0, 0.0)
    return [*rows, ["Cộng", "", decimal(km), "", str(round(vnd))]]


def end_rows(ends: Sequence[Spot], found: FibreSolution) -> list[list[str]]:
    """Give a row for each end: joined or why not, its drop, whether it has a second way."""
    joined = {end.end: end for end in found.joined}
    why = {end.end: end.why for end in found.unreachable}
    rows = [["Mã", "Tên", "Nối được", "Đoạn nối từ đường (m)", "Có đường thứ hai", "Không nối được vì"]]
    for end in ends:
        if end.id in joined:
            yes = "có" if joined[end.id].second_way else "không"
            rows.append([end.id, end.name, "có", str(round(joined[end.id].drop_m)), yes, ""])
        else:
            rows.append([end.id, end.name, "không", "", "", why[end.id]])
    return rows


def decimal(value: float) -> str:
    """Write a number with three decimals and a comma, as Vietnamese Excel reads it."""
    return f"{value:.3f}".replace(".", ",")


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write rows as CSV that Excel opens as it is."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)
