"""A file of measurements, read and checked cell by cell; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.utils import timezone
from openpyxl.utils import get_column_letter

from hatang.accounts.models import Organisation
from hatang.core.cells import RIGHT_MOMENT, Cell, Fault, TableError, as_text, parse_moment, parse_number
from hatang.core.near_points import near_points
from hatang.core.radio.bands import Technology
from hatang.core.radio.services import SERVICES
from hatang.core.tables import Row, read_table
from hatang.core.vietnamese import number, search_key
from hatang.coverage.models import Measurement
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Boundary, Place
from hatang.places.services.territory import around

MOST_ROWS = 50_000
MOST_ERRORS = 500
FASTEST_MBPS = 20_000.0
SLOWEST_MS = 60_000.0
EARLIEST = date(2015, 1, 1)
KINDS = {
    **{search_key(label): value for value, label in Measurement.Kind.choices},
    "speed test": "speed_test",
    "drive test": "drive_test",
    "luu dong": "drive_test",
    "toc do": "speed_test",
}


@dataclass(frozen=True)
class Column:
    """One column: its field, its heading, whether it must be filled, how it is written, and an example."""

    name: str
    heading: str
    needed: str
    help: str
    example: str


COLUMNS = (
    Column(
        "operator",
        "Doanh nghiệp",
        "có",
        "Tên, tên ngắn hoặc khóa của doanh nghiệp viễn thông.",
        "tên ngắn của doanh nghiệp",
    ),
    Column("technology", "Công nghệ", "có", "2G, 3G, 4G hoặc 5G.", "4G"),
    Column("kind", "Loại đo", "có", "đo tốc độ hoặc đo lưu động.", "đo tốc độ"),
    Column("lon", "Kinh độ", "có", "Độ, WGS 84.", "106,7615"),
    Column("lat", "Vĩ độ", "có", "Độ, WGS 84.", "21,8532"),
    Column("at", "Thời điểm", "có", RIGHT_MOMENT, "15/03/2026 09:30"),
    Column("level_dbm", "Mức thu, dBm", "khi không có tốc độ", "Như máy báo: RxLev, RSCP, RSRP, SS-RSRP.", "-98"),
    Column("download_mbps", "Tải xuống, Mbit/s", "khi không có mức thu", "0 là không tải được gì.", "24,5"),
    Column("upload_mbps", "Tải lên, Mbit/s", "không", "", "8,1"),
    Column("latency_ms", "Độ trễ, ms", "không", "", "35"),
)
BY_KEY = {search_key(column.heading): column for column in COLUMNS}
BY_NAME = {column.name: column for column in COLUMNS}
SHORT = {search_key(c.heading.partition(",")[0]): c for c in COLUMNS}
"""Headings without their unit are understood too."""


@dataclass
class Outcome:
    """What the check of a file found."""

    rows: int = 0
    new: list[Measurement] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)
    wrong_rows: int = 0
    simulated: bool = False

    def summary(self) -> dict[str, Any]:
        """Give what the page shows; of very many faults the first ones."""
        services: dict[tuple[str, str], int] = {}
        for one in self.new:
            key = (str(one.operator), one.technology)
            services[key] = services.get(key, 0) + 1
        placed = {one.place_id for one in self.new if one.place_id}
        return {
            "rows": self.rows,
            "new": len(self.new),
            "known": self.known,
            "wrong": self.wrong_rows,
            "faults": len(self.faults),
            "errors": [vars(fault) for fault in self.faults[:MOST_ERRORS]],
            "services": [[*key, count] for key, count in sorted(services.items())],
            "villages": len(placed),
            "nowhere": sum(one.place_id is None for one in self.new),
            "simulated": self.simulated,
        }


class RefusedError(Exception):
    """The file as a whole cannot be read: what is wrong, and what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(f"{wrong} {right}".strip())
        self.wrong, self.right = wrong, right


def read_measurements(content: bytes, name: str, *, province: Place, now: datetime) -> Outcome:
    """Read a file and check it against the register. Raises RefusedError for what makes it useless as a whole."""
    try:
        table = read_table(content, name, known=BY_KEY, max_rows=MOST_ROWS)
    except TableError as error:
        raise RefusedError(error.message, error.right) from error
    columns = columns_of(table.headings)
    marked = any(search_key(SIMULATED_LINE) in search_key(title) for title in table.titles)
    outcome = Outcome(rows=len(table.rows), simulated=marked)
    cleaner = Cleaner(province, now)
    read = [cleaner.measurement(row, columns, outcome) for row in table.rows]
    good = [one for one in read if one is not None]
    for one in good:
        one.simulated = marked
    keep_new(outcome, good, province)
    put_on_places(outcome.new, province)
    return outcome


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Give where each column stands. Raises RefusedError where a needed one is missing or one comes twice."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        key = search_key(heading)
        column = BY_KEY.get(key) or SHORT.get(search_key(heading.partition(",")[0].partition("(")[0]).strip())
        if column and column.name in places:
            raise RefusedError(f"Cột “{column.heading}” có hai lần.", "Bỏ bớt một cột.")
        if column:
            places[column.name] = place
    missing = [f"“{c.heading}”" for c in COLUMNS if c.needed == "có" and c.name not in places]
    if not {"level_dbm", "download_mbps"} & places.keys():
        missing.append("“Mức thu, dBm” hoặc “Tải xuống, Mbit/s”")
    if missing:
        told = ", ".join(headings)[:300]
        raise RefusedError(f"Tệp thiếu cột {', '.join(missing)}.", f"Dùng tệp mẫu. Các cột đang có: {told}.")
    return places


class Cleaner:
    """Reads the cells of a file's rows; knows the operators and where the province lies."""

    def __init__(self, province: Place, now: datetime) -> None:
        self.province, self.now = province, now
        self.operators = operators_by_word()
        self.area = around(province)
        self.ways: Mapping[str, Callable[[Cell], Any]] = {
            "operator": self.operator,
            "technology": technology,
            "kind": kind,
            "lon": lambda cell: within(cell, 102, 118, "Kinh độ của Việt Nam từ 102 đến 118."),
            "lat": lambda cell: within(cell, 6, 24, "Vĩ độ của Việt Nam từ 6 đến 24."),
            "at": self.moment,
            "level_dbm": parse_number,
            "download_mbps": speed,
            "upload_mbps": speed,
            "latency_ms": lambda cell: within(cell, 0, SLOWEST_MS, "Từ 0 đến 60000 ms."),
        }

    def measurement(self, row: Row, columns: Mapping[str, int], outcome: Outcome) -> Measurement | None:
        """Read one row; its faults go to the outcome."""
        said: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, place in columns.items():
            cell = row.cells[place] if place < len(row.cells) else None
            try:
                said[name] = self.cleaned(name, cell)
            except TableError as error:
                faults.append(fault(row, columns, name, as_text(cell), error))
        faults = faults or list(self.faults_between(row, columns, said))
        if faults:
            outcome.faults += faults
            outcome.wrong_rows += 1
            return None
        return Measurement(province=self.province, **said)

    def cleaned(self, name: str, cell: Cell) -> Any:
        """Read one cell; raise TableError for what cannot be."""
        value = self.ways[name](cell)
        if value is None and BY_NAME[name].needed == "có":
            raise TableError("Ô trống.", f"Cột này phải ghi: {BY_NAME[name].help}")
        return value

    def faults_between(self, row: Row, columns: Mapping[str, int], said: Mapping[str, Any]) -> Iterator[Fault]:
        """Say what is wrong between cells that are right by themselves."""
        level = said.get("level_dbm")
        if level is None and said.get("download_mbps") is None:
            name = "level_dbm" if "level_dbm" in columns else "download_mbps"
            error = TableError("Không có mức thu, cũng không có tốc độ tải xuống.", "Ghi ít nhất một trong hai.")
            yield fault(row, columns, name, "", error)
        if level is not None and (unheard := unheard_of(said["technology"], level)):
            yield fault(row, columns, "level_dbm", number(level, 1), unheard)
        if self.area and not contains(self.area, said["lon"], said["lat"]):
            spot = f"{number(said['lon'], 4)}; {number(said['lat'], 4)}"
            error = TableError(f"Điểm nằm ngoài {self.province}.", "Kiểm tra kinh độ, vĩ độ có bị đổi chỗ không.")
            yield fault(row, columns, "lon", spot, error)

    def operator(self, cell: Cell) -> Organisation | None:
        """Read an operator by its name, short name or key."""
        word = as_text(cell)
        if not word:
            return None
        found = self.operators.get(search_key(word))
        if found is None:
            names = sorted({o.short_name or o.name for o in self.operators.values()})
            raise TableError(f"Không có doanh nghiệp “{word[:40]}”.", f"Ghi một trong: {', '.join(names)[:200]}.")
        return found

    def moment(self, cell: Cell) -> datetime | None:
        """Read an instant in Viet Nam's time; none in the future, none before mobile Internet was measured."""
        instant = parse_moment(cell)
        if instant is None:
            return None
        aware = timezone.make_aware(instant) if timezone.is_naive(instant) else instant
        if aware > self.now:
            raise TableError(f"Thời điểm {instant:%d/%m/%Y %H:%M} chưa tới.", "Ghi lúc đã đo; kiểm tra lại năm.")
        if aware.date() < EARLIEST:
            raise TableError(f"Thời điểm {instant:%d/%m/%Y} quá xa.", f"Phép đo từ {EARLIEST:%d/%m/%Y} trở đi.")
        return aware


def fault(row: Row, columns: Mapping[str, int], name: str, value: str, error: TableError) -> Fault:
    """Say in which cell something is wrong."""
    letter = get_column_letter(columns[name] + 1)
    return Fault(row.number, letter, BY_NAME[name].heading, value[:60], error.message, error.right)


def unheard_of(technology: str, level_dbm: float) -> TableError | None:
    """Say what is wrong with a level that no phone reports for a technology."""
    service = SERVICES[Technology(technology)]
    least, most = service.reported_dbm
    if least <= level_dbm <= most:
        return None
    wrong = f"Máy {technology} không báo mức {number(level_dbm, 1)} dBm ({service.quantity})."
    return TableError(wrong, f"Từ {number(least)} đến {number(most)} dBm ({service.reported_source}).")


def technology(cell: Cell) -> str | None:
    """Read a technology."""
    word = as_text(cell).upper().replace(" ", "")
    if word and word not in set(Technology):
        raise TableError(f"“{word[:20]}” không phải công nghệ.", "Ghi 2G, 3G, 4G hoặc 5G.")
    return word or None


def kind(cell: Cell) -> str | None:
    """Read how it was measured."""
    word = as_text(cell)
    if word and search_key(word) not in KINDS:
        raise TableError(f"“{word[:40]}” không phải loại đo.", "Ghi “đo tốc độ” hoặc “đo lưu động”.")
    return KINDS.get(search_key(word))


def within(cell: Cell, least: float, most: float, right: str) -> float | None:
    """Read a number of a range."""
    value = parse_number(cell)
    if value is not None and not least <= value <= most:
        raise TableError(f"{number(value, 4)} ngoài khoảng có thể.", right)
    return value


def speed(cell: Cell) -> float | None:
    """Read a speed."""
    return within(cell, 0, FASTEST_MBPS, "Từ 0 đến 20000 Mbit/s; đổi kbit/s ra Mbit/s.")


def operators_by_word() -> dict[str, Organisation]:
    """Give the operators by each word for them; a word of several names none."""
    found: dict[str, Organisation] = {}
    twice: set[str] = set()
    for operator in Organisation.objects.operators().order_by("pk"):
        for word in {search_key(name) for name in (operator.name, operator.short_name, operator.key or "") if name}:
            twice |= {word} & found.keys()
            found[word] = operator
    return {word: operator for word, operator in found.items() if word not in twice}


def contains(area: tuple[float, float, float, float], lon: float, lat: float) -> bool:
    """Tell whether a point lies in a box."""
    west, south, east, north = area
    return west <= lon <= east and south <= lat <= north


# Against what is there


def identity(one: Measurement) -> tuple[Any, ...]:
    """Give what makes two measurements the same."""
    return one.operator_id, one.technology, one.kind, one.at, round(one.lon, 6), round(one.lat, 6)


def keep_new(outcome: Outcome, read: Sequence[Measurement], province: Place) -> None:
    """Keep those that are neither stored already nor twice in the file."""
    if not read:
        return
    times = (min(one.at for one in read), max(one.at for one in read))
    rows = Measurement.objects.filter(province=province, at__range=times)
    there = {identity(one) for one in rows.iterator(chunk_size=5_000)}
    for one in read:
        key = identity(one)
        if key in there:
            outcome.known += 1
        else:
            outcome.new.append(one)
        there.add(key)


def put_on_places(measurements: Sequence[Measurement], province: Place) -> None:
    """Say to which village each measurement belongs: whose boundary holds it, else the nearest one near enough."""
    if not measurements:
        return
    spots = np.array([(one.lon, one.lat) for one in measurements], dtype=np.float64)
    placed = [*nearest_villages(spots, province), *bounded_villages(spots, province)]
    for place, village in placed:
        measurements[place].place_id = village


def nearest_villages(spots: np.ndarray[Any, Any], province: Place) -> Iterator[tuple[int, int]]:
    """Give for each spot the nearest village within the installation's distance, if there is one."""
    villages = Place.objects.villages().filter(province=province, lon__isnull=False, lat__isnull=False)
    rows = list(villages.in_force(timezone.localdate()).order_by("pk").values_list("pk", "lon", "lat"))
    if not rows:
        return
    points = np.array([row[1:] for row in rows], dtype=np.float64)
    one, two, _ = near_points(spots, points, settings.MEASURED_WITHIN_M)
    seen, firsts = np.unique(one, return_index=True)
    for spot, place in zip(seen.tolist(), firsts.tolist(), strict=True):
        yield spot, rows[int(two[place])][0]


def bounded_villages(spots: np.ndarray[Any, Any], province: Place) -> Iterator[tuple[int, int]]:
    """Give for each spot the village whose own boundary holds it."""
    bounds = Boundary.objects.current().real().filter(place__kind=Place.Kind.VILLAGE, place__province=province)
    rows = list(bounds.order_by("place_id").values_list("place_id", "geometry"))
    if not rows:
        return
    shapes = shapely.from_wkb([bytes(geometry.wkb) for _, geometry in rows])
    spot, shape = shapely.STRtree(shapes).query(shapely.points(spots), predicate="within")
    for place, bound in zip(spot.tolist(), shape.tolist(), strict=True):
        yield place, rows[bound][0]
