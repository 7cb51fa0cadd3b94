"""Cases of path loss in a table: each row a method and what it needs; every fault is listed by row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hatang.core.cells import Cell, TableError, as_text, parse_number
from hatang.core.radio.errors import ProfileError, RangeError
from hatang.core.radio.p526 import HORIZONTAL, VERTICAL, checked_path
from hatang.core.radio.p2108 import Clutter
from hatang.core.tables import Row, Table, number_at, read_table

MOST_CASES = 100_000
MOST_POINTS = 100_000

COLUMNS: dict[str, str] = {
    "case": "tên gọi của trường hợp, tuỳ ý",
    "method": "phương pháp",
    "frequency_mhz": "tần số, MHz",
    "distance_km": "khoảng cách, km",
    "profile": "tệp mặt cắt, đường dẫn tính từ tệp trường hợp",
    "transmitter_height_m": "độ cao ăng ten phát trên mặt đất, m",
    "receiver_height_m": "độ cao ăng ten thu trên mặt đất, m",
    "polarisation": "phân cực: ngang hoặc đứng",
    "line_of_sight": "có nhìn thẳng không: có hoặc không",
    "time_percent": "tỷ lệ thời gian mà suy hao không vượt, %",
    "location_percent": "tỷ lệ vị trí mà suy hao không vượt, %",
    "latitude_deg": "vĩ độ giữa đường truyền, độ",
    "delta_n": "ΔN giữa đường truyền, đơn vị N/km",
    "n0": "N0 giữa đường truyền, đơn vị N",
    "transmitter_coast_km": "khoảng cách trên đất từ ăng ten phát tới bờ biển, km",
    "receiver_coast_km": "khoảng cách trên đất từ ăng ten thu tới bờ biển, km",
    "resolution_m": "độ rộng ô dự đoán, m",
    "location_deviation_db": "độ lệch chuẩn theo vị trí, dB",
    "building_entry_loss_db": "trung vị suy hao vào nhà, dB",
    "building_entry_deviation_db": "độ lệch chuẩn của suy hao vào nhà, dB",
    "clutter": "vật che quanh máy thu",
    "clutter_height_m": "độ cao vật che quanh máy thu, m",
    "building_height_m": "độ cao trung bình của nhà, m",
    "street_width_m": "bề rộng phố, m",
    "earth_radius_km": "bán kính hiệu dụng của Trái Đất, km",
}
"""Every column that a table of cases may have, and what stands in it."""
TEXTS = {"case", "method", "profile"}
AROUND = {
    "mặt nước": Clutter.WATER,
    "đất trống": Clutter.OPEN,
    "ngoại ô": Clutter.SUBURBAN,
    "đô thị": Clutter.URBAN,
    "rừng": Clutter.FOREST,
    "đô thị dày đặc": Clutter.DENSE_URBAN,
}
"""What stands around a terminal as a row may write it, and P.2108's name of it; a case holds its place in this list."""
POLARISATIONS = {"h": HORIZONTAL, "ngang": HORIZONTAL, "1": HORIZONTAL, "v": VERTICAL, "đứng": VERTICAL, "2": VERTICAL}
WORDS: dict[str, tuple[str, str, dict[str, int]]] = {
    "polarisation": ("phân cực", "ngang hoặc đứng", POLARISATIONS),
    "line_of_sight": ("có hay không nhìn thẳng", "có hoặc không", {"có": 1, "1": 1, "không": 0, "0": 0}),
    "clutter": ("loại vật che", ", ".join(AROUND), {name: place for place, name in enumerate(AROUND)}),
}
"""Columns of words: what a cell should be, what may be written, and the number that a case holds for each word."""
PROFILE_COLUMNS = ("distance_km", "height_m", "clutter_m", "zone")
ZONES, INLAND = (1, 3, 4), 4
ZONES_ARE = "Viết 1 (biển), 3 (đất ven biển) hoặc 4 (nội địa)."

Floats = NDArray[np.float64]


class CaseError(ValueError):
    """What is wrong in a case, in which column."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


class CasesError(ValueError):
    """All that is wrong in a table of cases: row, column (empty for the whole row) and message of each fault."""

    def __init__(self, faults: list[tuple[int, str, str]]) -> None:
        super().__init__("\n".join(told(*fault) for fault in faults))
        self.faults = faults


def told(row: int, column: str, message: str) -> str:
    """Say a fault with its place.

    >>> told(3, "profile", "Không có tệp này."), told(0, "", "Tệp rỗng.")
    ('dòng 3, cột profile: Không có tệp này.', 'Tệp rỗng.')
    """
    place = ", ".join([f"dòng {row}"] * bool(row) + [f"cột {column}"] * bool(column))
    return f"{place}: {message}" if place else message


@dataclass(frozen=True)
class ProfileTable:
    """A profile as its file gives it, n points: distances in km, ground and cover in m, zones (1, 3, 4)."""

    distances_km: Floats
    heights_m: Floats
    clutter_heights_m: Floats
    zones: Floats
    has_clutter: bool
    has_zones: bool

    @property
    def length_km(self) -> float:
        """Give the distance of the terminals in km."""
        return float(self.distances_km[-1])


@dataclass(frozen=True)
class Case:
    """One row: its number in the table, its name, its method, its values by column, its profile; notes gather."""

    row: int
    name: str
    method: str
    values: Mapping[str, float]
    profile: ProfileTable | None
    notes: list[str] = field(default_factory=list)

    def number(self, column: str) -> float:
        """Give the value of a column that the method needs."""
        return self.values[column]

    def number_or(self, column: str, default: float, note: str) -> float:
        """Give the value of a column; where the cell is empty the default, and note that it was taken."""
        if column not in self.values:
            self.notes.append(note)
        return self.values.get(column, default)

    def path(self) -> ProfileTable:
        """Give the profile; raises CaseError where there is none, ProfileError where its points are no path."""
        if self.profile is None:
            raise CaseError("profile", missing(self.method, "profile"))
        checked_path(self.profile.distances_km, self.profile.heights_m)
        return self.profile

    def length_km(self) -> float:
        """Give the distance that the row tells, or that of its profile; raises CaseError for neither and for both."""
        if self.profile is not None and "distance_km" in self.values:
            raise CaseError("distance_km", "Có cả khoảng cách và mặt cắt; chỉ giữ một.")
        if self.profile is None and "distance_km" not in self.values:
            raise CaseError("distance_km", missing(self.method, "distance_km"))
        return self.path().length_km if self.profile else self.number("distance_km")


def missing(method: str, column: str) -> str:
    """Say that a method needs what the cell lacks."""
    return f"Thiếu giá trị; phương pháp {method} cần {COLUMNS[column]}."


@dataclass(frozen=True)
class Outcome:
    """The loss of a case in dB, and its terms by name."""

    loss_db: float
    terms: dict[str, float]


@dataclass(frozen=True)
class Method:
    """A method that a case may name: its version, its calculation, the columns that it needs and all that it reads.

    `columns` gives the column of each quantity as RangeErrors name it. The calculation raises CaseError, RangeError or
    ProfileError.
    """

    version: str
    run: Callable[[Case], Outcome]
    needs: tuple[str, ...]
    columns: Mapping[str, str]


def compute_cases(
    content: bytes,
    name: str,
    folder: Path,
    methods: Mapping[str, Method],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[list[str]]:
    """Compute every case of a table (CSV, XLSX) and give the result as rows under a row of headings.

    `folder` holds the profiles that the table names; `progress` is told how many of how many cases are done. Raises
    CasesError with every fault of every case, so that nothing is given where one is bad.
    """
    try:
        table = read_table(content, name, known=COLUMNS, max_rows=MOST_CASES)
        reader = CaseReader(checked_headings(table), folder, methods)
    except TableError as error:
        raise CasesError([(error.row, error.column, str(error))]) from error
    if not table.rows:
        raise CasesError([(0, "", "Bảng không có trường hợp nào dưới dòng tiêu đề.")])
    cases, outcomes = [], []
    for done, row in enumerate(table.rows, start=1):
        if (case := reader.read(row)) and (outcome := reader.computed(case)):
            cases.append(case)
            outcomes.append(outcome)
        progress(done, len(table.rows))
    if reader.faults:
        raise CasesError(reader.faults)
    return as_rows(cases, outcomes, methods)


def checked_headings(table: Table) -> list[str]:
    """Give the headings as column names, or raise TableError for one that is unknown, repeated or missing."""
    headings = [heading.strip().lower() for heading in table.headings]
    for place, heading in enumerate(headings):
        if heading not in COLUMNS:
            raise TableError(f"Không có cột “{heading}”.", f"Các cột: {', '.join(COLUMNS)}.", row=table.header_row)
        if heading in headings[:place]:
            raise TableError(f"Cột “{heading}” có hai lần.", "Giữ lại một cột.", row=table.header_row)
    if "method" not in headings:
        raise TableError("Thiếu cột “method”.", "Mỗi dòng ghi phương pháp của mình.", row=table.header_row)
    return headings


class CaseReader:
    """Reads rows into cases and computes them, gathers their faults, and reads each profile once."""

    def __init__(self, headings: list[str], folder: Path, methods: Mapping[str, Method]) -> None:
        self.headings, self.folder, self.methods = headings, folder, methods
        self.faults: list[tuple[int, str, str]] = []
        self.profiles: dict[str, ProfileTable | str] = {}

    def read(self, row: Row) -> Case | None:
        """Give the case of a row; None, with its faults gathered, where a cell cannot be read."""
        cells = {name: cell for name, cell in zip(self.headings, row.cells, strict=True) if cell is not None}
        before = len(self.faults)
        read = {name: self.value(row.number, name, cell) for name, cell in cells.items()}
        values = {name: value for name, value in read.items() if value is not None}
        method, profile = as_text(cells.get("method")).lower(), self.profile(row.number, as_text(cells.get("profile")))
        if method not in self.methods:
            shown = f"Không có phương pháp “{method}”." if method else "Thiếu phương pháp."
            self.faults.append((row.number, "method", f"{shown} Có: {', '.join(self.methods)}."))
        else:
            lacking = [column for column in self.methods[method].needs if column not in cells]
            self.faults += [(row.number, column, missing(method, column)) for column in lacking]
        if len(self.faults) > before:
            return None
        return Case(row.number, as_text(cells.get("case")), method, values, profile)

    def computed(self, case: Case) -> Outcome | None:
        """Give the outcome of a case; None, with its fault gathered, where its method refuses it."""
        method = self.methods[case.method]
        try:
            outcome = method.run(case)
        except CaseError as error:
            fault = error.column, error.message
        except RangeError as error:
            fault = method.columns.get(error.quantity, "method"), str(error)
        except ProfileError as error:
            fault = "profile", str(error)
        else:
            note_unread(case, method)
            return outcome
        self.faults.append((case.row, *fault))
        return None

    def value(self, row: int, name: str, cell: Cell) -> float | None:
        """Give the number in a cell of a column that holds numbers, or that of its word."""
        if name in WORDS:
            what, right, words = WORDS[name]
            number = words.get(as_text(cell).lower())
            if number is None:
                self.faults.append((row, name, f"“{as_text(cell)[:40]}” không phải {what}. Viết {right}."))
            return number
        if name in TEXTS:
            return None
        try:
            return parse_number(cell)
        except TableError as error:
            self.faults.append((row, name, str(error)))
            return None

    def profile(self, row: int, name: str) -> ProfileTable | None:
        """Give the profile in a file, read once for all rows that name it."""
        if not name:
            return None
        if name not in self.profiles:
            self.profiles[name] = profile_or_fault(self.folder / name)
        profile = self.profiles[name]
        if isinstance(profile, str):
            self.faults.append((row, "profile", f"{name}: {profile}"))
            return None
        return profile


def profile_or_fault(path: Path) -> ProfileTable | str:
    """Read a profile file, or say what is wrong with it."""
    try:
        return read_profile(path.read_bytes(), path.name)
    except TableError as error:
        return told(error.row, error.column, str(error))
    except OSError as error:
        return {FileNotFoundError: "Không có tệp này.", IsADirectoryError: "Đây là thư mục, không phải tệp."}.get(
            type(error), f"Không đọc được (lỗi {error.errno})."
        )


def read_profile(content: bytes, name: str) -> ProfileTable:
    """Read a profile: columns distance_km, height_m, and where known clutter_m and zone; raises TableError.

    >>> read_profile(b"distance_km,height_m,clutter_m\\n0,12,0\\n0.5,14,10\\n", "a.csv").clutter_heights_m.tolist()
    [0.0, 10.0]
    """
    table = read_table(content, name, known=PROFILE_COLUMNS, max_rows=MOST_POINTS)
    headings = [heading.strip().lower() for heading in table.headings]
    for heading in PROFILE_COLUMNS[:2]:
        if headings.count(heading) != 1:
            raise TableError(f"Phải có đúng một cột “{heading}”.", "", row=table.header_row)
    for heading in headings:
        if heading not in PROFILE_COLUMNS or headings.count(heading) > 1:
            raise TableError(f"Cột “{heading}” thừa.", f"Các cột: {', '.join(PROFILE_COLUMNS)}.", row=table.header_row)
    points = [[filled(row, name, cell) for name, cell in zip(headings, row.cells, strict=True)] for row in table.rows]
    if not points:
        raise TableError("Mặt cắt không có điểm nào dưới dòng tiêu đề.")
    columns = dict(zip(headings, np.array(points, dtype=np.float64).T, strict=True))
    none = np.zeros(len(points))
    return ProfileTable(
        distances_km=columns["distance_km"],
        heights_m=columns["height_m"],
        clutter_heights_m=columns.get("clutter_m", none),
        zones=columns.get("zone", none + INLAND),
        has_clutter="clutter_m" in columns,
        has_zones="zone" in columns,
    )


def filled(row: Row, column: str, cell: Cell) -> float:
    """Give the number in a cell of a profile, which may not be empty."""
    value = number_at(row, column, cell)
    if value is None:
        raise TableError("Ô trống.", "Mỗi điểm của mặt cắt có đủ các cột.", row=row.number, column=column)
    if column == "zone" and value not in ZONES:
        raise TableError(f"“{as_text(cell)}” không phải vùng.", ZONES_ARE, row=row.number, column=column)
    return value


def note_unread(case: Case, method: Method) -> None:
    """Note the filled columns that the method does not read."""
    unread = [name for name in case.values if name not in method.columns.values()]
    if unread:
        case.notes.append(f"{case.method} không dùng {', '.join(unread)}")


def as_rows(cases: list[Case], outcomes: list[Outcome], methods: Mapping[str, Method]) -> list[list[str]]:
    """Give the result as a table: the case, method and version, the loss, every term, what was assumed."""
    terms = list(dict.fromkeys(name for outcome in outcomes for name in outcome.terms))
    rows = [["case", "row", "method", "version", "loss_db", *terms, "notes"]]
    for case, outcome in zip(cases, outcomes, strict=True):
        values = [written(outcome.terms[name]) if name in outcome.terms else "" for name in terms]
        asked = [case.name, str(case.row), case.method, methods[case.method].version]
        rows.append([*asked, written(outcome.loss_db), *values, "; ".join(case.notes)])
    return rows


def written(value: float) -> str:
    """Write a number for a machine, with up to six decimals.

    >>> written(120.0), written(0.1234567), written(-0.0)
    ('120', '0.123457', '0')
    """
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
