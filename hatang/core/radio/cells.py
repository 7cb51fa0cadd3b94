"""The cells of a run: what each must say, and which cannot be computed, found before anything is.

Fields and units are those of the register's cells (`hatang.network.models.Cell`), so that one maps to the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from hatang.core.radio.antennas import PATTERNS, SECTOR, WHIP, Pattern
from hatang.core.radio.bands import Band, Technology, band_named, bands_of, numbered
from hatang.core.radio.choice import Model, Rule
from hatang.core.radio.errors import bounds, with_unit, written
from hatang.core.radio.link_budget import BandwidthError, resource_blocks
from hatang.core.vector_files.shapes import VIETNAM

WEST, SOUTH, EAST, NORTH = VIETNAM
METHODS_MHZ = {"P.1812": (30.0, 6_000.0), "TR 38.901": (500.0, 100_000.0)}
"""Frequencies that the propagation methods are stated for."""
HEIGHT_M = (1.0, 350.0)
STRUCTURE_M = (0.0, 500.0)
POWER_DBM = (0.0, 70.0)
FREQUENCY_MHZ = (300.0, 71_000.0)
TILT_DEG = (-20.0, 30.0)
"""The register's own limits; below 1 m no method has an antenna."""


@dataclass(frozen=True)
class Cell:
    """A sector as the register has it; None and "" are what nobody wrote down.

    `height_m` of the antenna and `structure_height_m` of the mast are above ground; `azimuth_deg` counts from north,
    clockwise, and may only be missing where `omnidirectional` says that the cell sends to all sides. Tilts are positive
    downward; `antenna` names a pattern; `operator` only tells whose layer the cell belongs to.
    """

    id: str
    technology: str
    lon: float
    lat: float
    height_m: float | None
    power_dbm: float | None
    frequency_mhz: float | None = None
    bandwidth_mhz: float | None = None
    band: str = ""
    azimuth_deg: float | None = None
    omnidirectional: bool = False
    tilt_electrical_deg: float | None = None
    tilt_mechanical_deg: float | None = None
    antenna: str = ""
    structure_height_m: float | None = None
    operator: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong in one field of one cell, and what would be right."""

    cell_id: str
    field: str
    message: str
    right: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"Ô {self.cell_id}, {FIELDS[self.field]}: {self.message} {self.right}"


FIELDS = {
    "id": "mã ô",
    "technology": "công nghệ",
    "lon": "kinh độ",
    "lat": "vĩ độ",
    "height_m": "độ cao ăng ten",
    "structure_height_m": "chiều cao cột",
    "power_dbm": "công suất phát",
    "frequency_mhz": "tần số",
    "bandwidth_mhz": "băng thông",
    "band": "băng tần",
    "azimuth_deg": "góc phương vị",
    "tilt_electrical_deg": "góc ngẩng điện",
    "tilt_mechanical_deg": "góc ngẩng cơ",
}
TECHNOLOGIES = {technology.value: technology for technology in Technology}
Found = Iterator[tuple[str, str, str]]


def check_cells(cells: Sequence[Cell], *, method: str, rule: Rule | None = None) -> list[Fault]:
    """Give every fault of every cell, in the cells' order; none means that all can be computed.

    `method` is one of `METHODS_MHZ`; a `rule` takes its place where each cell has a model of its own. Raises
    KeyError for a method that is not there.

    >>> cell = Cell("LS-1", "4G", 106.76, 21.85, 32.0, 460.0, band="B3", bandwidth_mhz=20.0)
    >>> for fault in check_cells([cell], method="P.1812"): print(fault)
    Ô LS-1, công suất phát: Ghi 460 dBm. Cần từ 0 đến 70 dBm.
    Ô LS-1, góc phương vị: Chưa ghi. Ghi góc từ hướng bắc, hoặc nói rõ là ô phát mọi hướng.
    """
    known_for = METHODS_MHZ[method]
    times = Counter(cell.id for cell in cells)
    faults: list[Fault] = []
    for cell in cells:
        faults += [Fault(cell.id, *found) for found in faults_of(cell)]
        faults += [Fault(cell.id, *found) for found in frequency_faults(cell)]
        faults += [Fault(cell.id, *found) for found in model_faults(cell, method, known_for, rule)]
        if times[cell.id] > 1:
            faults.append(Fault(cell.id, "id", f"Có {times[cell.id]} lần.", "Mỗi ô một mã riêng."))
    return faults


def faults_of(cell: Cell) -> Found:
    """Find what is wrong whatever the method."""
    yield from number_faults("lon", cell.lon, (WEST, EAST), "°", needed=True)
    yield from number_faults("lat", cell.lat, (SOUTH, NORTH), "°", needed=True)
    yield from number_faults("height_m", cell.height_m, HEIGHT_M, "m", needed=True)
    yield from number_faults("structure_height_m", cell.structure_height_m, STRUCTURE_M, "m")
    yield from number_faults("power_dbm", cell.power_dbm, POWER_DBM, "dBm", needed=True)
    yield from number_faults("tilt_electrical_deg", cell.tilt_electrical_deg, TILT_DEG, "°")
    yield from number_faults("tilt_mechanical_deg", cell.tilt_mechanical_deg, TILT_DEG, "°")
    yield from height_faults(cell)
    yield from azimuth_faults(cell)


def number_faults(
    field: str, value: float | None, limits: tuple[float, float], unit: str, *, needed: bool = False
) -> Found:
    """Find a number that is missing or impossible."""
    if inside(value, limits) or (value is None and not needed):
        return
    message = "Chưa ghi." if value is None else f"Ghi {with_unit(value, unit)}."
    yield field, message, f"Cần {bounds(*limits, unit)}."


def inside(value: float | None, limits: tuple[float, float]) -> TypeGuard[float]:
    """Tell whether a number is there and possible."""
    return value is not None and limits[0] <= value <= limits[1]


def height_faults(cell: Cell) -> Found:
    """Find an antenna above the top of its structure, which it may exceed by its own length only."""
    antenna_m, structure_m = cell.height_m, cell.structure_height_m
    if inside(antenna_m, HEIGHT_M) and inside(structure_m, STRUCTURE_M) and antenna_m > structure_m + LONGEST_ANTENNA_M:
        highest = written(structure_m + LONGEST_ANTENNA_M)
        message = f"Ghi {written(antenna_m)} m nhưng cột cao {written(structure_m)} m."
        yield "height_m", message, f"Không quá {highest} m, hoặc sửa chiều cao cột."


LONGEST_ANTENNA_M = 5.0
"""By how much an antenna may rise above its mast: a panel or a whip on its top."""


def azimuth_faults(cell: Cell) -> Found:
    """Find an azimuth that is missing without a word, impossible, or at odds with sending to all sides."""
    if cell.azimuth_deg is None:
        if not cell.omnidirectional:
            yield "azimuth_deg", "Chưa ghi.", "Ghi góc từ hướng bắc, hoặc nói rõ là ô phát mọi hướng."
    elif cell.omnidirectional:
        yield (
            "azimuth_deg",
            f"Ghi {written(cell.azimuth_deg)}° nhưng ô phát mọi hướng.",
            "Bỏ một trong hai.",
        )
    else:
        yield from number_faults("azimuth_deg", cell.azimuth_deg, (0.0, 360.0), "°")


def technology_of(cell: Cell) -> Technology | None:
    """Give a cell's technology, None where it is no known one."""
    return TECHNOLOGIES.get(cell.technology)


def band_of(cell: Cell) -> Band | None:
    """Give the band that a cell names, None where it names none."""
    technology = technology_of(cell)
    return band_named(cell.band, technology) if technology and cell.band.strip() else None


def frequency_of(cell: Cell) -> float | None:
    """Give a cell's frequency in MHz: its own, else the middle of its band's downlink, else None.

    >>> frequency_of(Cell("1", "5G", 106.7, 21.8, 30.0, 46.0, band="n78"))
    3550.0
    """
    band = band_of(cell)
    return cell.frequency_mhz if cell.frequency_mhz is not None or band is None else band.centre_mhz


def frequency_faults(cell: Cell) -> Found:
    """Find what is wrong in technology, band, frequency and bandwidth together."""
    technology, frequency_mhz = technology_of(cell), frequency_of(cell)
    if technology is None:
        yield "technology", f"Ghi “{cell.technology[:20]}”.", f"Cần một trong: {', '.join(TECHNOLOGIES)}."
        return
    if cell.band.strip() and band_of(cell) is None and (cell.frequency_mhz is None or numbered(cell.band)):
        yield "band", f"Không hiểu băng “{cell.band[:20]}” của {technology}.", f"Ghi một trong: {bands_of(technology)}."
    elif frequency_mhz is None:
        yield "frequency_mhz", "Chưa ghi tần số, cũng chưa ghi băng tần.", "Ghi tần số đường xuống hoặc băng tần."
    elif wrong := next(number_faults("frequency_mhz", frequency_mhz, FREQUENCY_MHZ, "MHz"), None):
        yield wrong
    else:
        yield from placed_faults(cell, technology, frequency_mhz)


def model_faults(cell: Cell, method: str, known_for: tuple[float, float], rule: Rule | None) -> Found:
    """Find a frequency, or an antenna height at it, that the method or no model of the rule is stated for."""
    frequency_mhz = frequency_of(cell) if technology_of(cell) else None
    if not inside(frequency_mhz, FREQUENCY_MHZ):
        return
    if rule:
        known_for = rule.frequencies_ghz[0] * 1000, rule.frequencies_ghz[1] * 1000
        method = f"Quy tắc “{rule.name}”"
    outside = f"{written(frequency_mhz)} MHz ngoài khoảng của phương pháp."
    if not known_for[0] <= frequency_mhz <= known_for[1]:
        right = f"{method} cần {bounds(*known_for, 'MHz')}; chọn phương pháp khác cho ô này."
        yield "frequency_mhz", outside, right
    elif rule and inside(cell.height_m, HEIGHT_M) and not model_of(cell, rule):
        heights_m = rule.heights_at(frequency_mhz / 1000) or HEIGHT_M
        found = f"Ghi {with_unit(cell.height_m, 'm')}, ngoài khoảng của mô hình ở {with_unit(frequency_mhz, 'MHz')}."
        yield "height_m", found, f"Cần {bounds(*heights_m, 'm')}."


def model_of(cell: Cell, rule: Rule) -> Model | None:
    """Give the model by which a rule computes a cell, None where it takes none such; unknown power counts as great.

    >>> from hatang.core.radio.choice import USUAL
    >>> model_of(Cell("1", "5G", 106.7, 21.8, 12.0, 36.0, band="n258"), USUAL).name
    '3GPP TR 38.901 V18.0.0 UMi-Street Canyon'
    """
    frequency_mhz = frequency_of(cell)
    if frequency_mhz is None or cell.height_m is None:
        return None
    power_dbm = POWER_DBM[1] if cell.power_dbm is None else cell.power_dbm
    return rule.model_of(frequency_mhz / 1000, cell.height_m, power_dbm)


def placed_faults(cell: Cell, technology: Technology, frequency_mhz: float) -> Found:
    """Find a frequency outside its band, and a bandwidth that is missing or not of the technology."""
    band = band_of(cell)
    if band and not band.low_mhz <= frequency_mhz <= band.high_mhz:
        right = f"Đường xuống của {band.name(technology)}: {bounds(band.low_mhz, band.high_mhz, 'MHz')}."
        yield "frequency_mhz", f"{written(frequency_mhz)} MHz không thuộc băng {cell.band[:20]}.", right
    if technology not in (Technology.G4, Technology.G5):
        return
    if cell.bandwidth_mhz is None:
        yield "bandwidth_mhz", "Chưa ghi.", "Ghi băng thông của sóng mang, MHz: từ đó tính mức thu."
        return
    try:
        resource_blocks(technology, bandwidth_mhz=cell.bandwidth_mhz, frequency_mhz=frequency_mhz)
    except BandwidthError as error:
        yield "bandwidth_mhz", *two_sentences(str(error))


@dataclass(frozen=True)
class Chosen:
    """The pattern of a cell, and whether it was assumed because the cell's own is not at hand: results say so."""

    pattern: Pattern
    assumed: bool


def pattern_of(cell: Cell, patterns: Mapping[str, Pattern] = PATTERNS) -> Chosen:
    """Give the pattern that a cell names, else 3GPP's sector, or its small cell where the cell sends to all sides.

    >>> cell = Cell("1", "5G", 106.7, 21.8, 30.0, 46.0, antenna="80010504", azimuth_deg=120.0)
    >>> pattern_of(cell).assumed, pattern_of(cell, {"80010504": SECTOR}).assumed
    (True, False)
    """
    named = patterns.get(cell.antenna)
    return Chosen(named or (WHIP if cell.omnidirectional else SECTOR), assumed=named is None)


def two_sentences(text: str) -> tuple[str, str]:
    """Cut a message into what is wrong and what would be right."""
    wrong, _, right = text.partition(". ")
    return f"{wrong}.", right


class CellsError(ValueError):
    """Cells that cannot be computed, where nobody said to go on without them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        ids = dict.fromkeys(fault.cell_id for fault in faults)
        first = f" Lỗi đầu tiên: {faults[0]}" if faults else ""
        super().__init__(f"Có {len(ids)} ô không tính được.{first}")
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Usable:
    """The cells to compute, those left out, and why: the result carries all three."""

    cells: tuple[Cell, ...]
    left_out: tuple[Cell, ...]
    faults: tuple[Fault, ...]


def usable_cells(
    cells: Sequence[Cell],
    *,
    method: str,
    leave_out_faulty: bool = False,
    rule: Rule | None = None,
) -> Usable:
    """Give the cells that can be computed; with faults only where the caller said to leave those cells out.

    A `rule` says for each cell which model computes it, in place of the one method: give `sites_of` the same.
    Raises CellsError with all faults where `leave_out_faulty` is false, and where no cell would remain.

    >>> good = Cell("1", "5G", 106.7, 21.8, 30.0, 46.0, band="n78", bandwidth_mhz=100.0, azimuth_deg=120.0)
    >>> bad = Cell("2", "5G", 106.7, 21.8, 30.0, 46.0, band="n78", bandwidth_mhz=100.0)
    >>> found = usable_cells([good, bad], method="P.1812", leave_out_faulty=True)
    >>> [c.id for c in found.cells], [c.id for c in found.left_out], len(found.faults)
    (['1'], ['2'], 1)
    >>> usable_cells([good, bad], method="P.1812")
    Traceback (most recent call last):
    hatang.core.radio.cells.CellsError: Có 1 ô không tính được. Lỗi đầu tiên: Ô 2, góc phương vị: Chưa ghi. ...
    """
    faults = check_cells(cells, method=method, rule=rule)
    faulty = {fault.cell_id for fault in faults}
    kept = tuple(cell for cell in cells if cell.id not in faulty)
    if faults and (not leave_out_faulty or not kept):
        raise CellsError(faults)
    return Usable(kept, tuple(cell for cell in cells if cell.id in faulty), tuple(faults))
