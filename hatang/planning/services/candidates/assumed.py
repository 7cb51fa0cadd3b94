"""What is assumed of equipment that nobody has designed yet: named, with its source, in one place.

None of it is a rule of law. Where the run knows what an operator sends on in a technology, that is taken instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hatang.core.radio.antennas import Pattern
from hatang.core.radio.cells import Cell
from hatang.core.radio.choice import MEDIUM_RANGE_DBM
from hatang.coverage.models import BROADBAND, CoverageRun
from hatang.coverage.services.what_if.cells import cells_of_run, louder
from hatang.network.models import Technology


@dataclass(frozen=True)
class Radio:
    """What a sector sends: band, bandwidth and power, and who says so."""

    band: str
    bandwidth_mhz: float | None
    power_dbm: float
    source: str


RADIOS: dict[str, Radio] = {
    Technology.G2: Radio("B8", None, 43.0, "3GPP TR 36.942 §4: trạm lớn 43 dBm"),
    Technology.G3: Radio("B1", 5.0, 43.0, "3GPP TR 36.942 §4: trạm lớn 43 dBm cho 5 MHz"),
    Technology.G4: Radio("B3", 20.0, 46.0, "3GPP TR 36.942 §4, TR 36.814 §A.2.1.1: trạm lớn 46 dBm cho 10, 20 MHz"),
    Technology.G5: Radio("n78", 100.0, 46.0, "như trạm 4G; báo cáo ITU-R M.2412 dùng 44 đến 49 dBm cho 20 MHz"),
}
"""A wide-area sector of an operator of which the run knows none in that technology; the antenna is `SECTOR`."""
SMALL_DBM = MEDIUM_RANGE_DBM
"""On low poles: the greatest power of a Medium Range station (TS 38.104 Table 6.2.1-1)."""
REPEATER_DBM = 30.0
"""A repeater for a village; it sends to all sides from a small antenna (`WHIP`)."""
REPEATER_GAIN_DB = 15.0
"""By so much the donor's antenna of a repeater, high and pointed, hears more than a phone in the village."""
TECHNOLOGY_OF = {BROADBAND: str(Technology.G4)} | {str(name): str(name) for name in Technology}
"""What is built for a service: for mobile broadband 4G, since 3G is being switched off."""
AZIMUTHS_DEG = (0.0, 120.0, 240.0)
TILT_DEG = 3.0
"""Three sectors, tilted a little: nobody has aimed them yet."""
NEW_MAST_M, NEW_ANTENNA_M = 45.0, 42.0
"""A mast that the price `mast_45m` is for, and its highest antenna."""
ROOF_M = {"house": 12.0, "office": 15.0}
"""An antenna on a short pole on the roof of a house of equipment, of a public office."""
BELOW_TOP_M = 4.0
"""An operator more on a mast hangs so far below its top, but not under `LOWEST_M`."""
LOWEST_M = 10.0
LOWEST_POLE_M = 6.0
REPEATER_M = 8.0


def technology_for(service: str) -> str:
    """Give the technology that is built for a service."""
    return TECHNOLOGY_OF[service]


@dataclass(frozen=True)
class Sector:
    """Where a sector of a candidate looks, as the register or an assumption has it; no azimuth: to all sides."""

    height_m: float
    azimuth_deg: float | None
    tilt_electrical_deg: float | None = TILT_DEG
    tilt_mechanical_deg: float | None = None


def three_sectors(height_m: float) -> tuple[Sector, ...]:
    """Give the sectors of a site that nobody has aimed."""
    return tuple(Sector(height_m, azimuth) for azimuth in AZIMUTHS_DEG)


class Usual:
    """What operators usually send in a technology, by a run's cells; the defaults above for those it knows none of."""

    def __init__(self, run: CoverageRun, technology: str, patterns: Mapping[str, Pattern]) -> None:
        self.run, self.technology, self.patterns = run, technology, patterns
        cells = cells_of_run(run.pk, run.ended_at)
        counted: dict[str, Counter[Cell]] = {}
        if cells.fields:
            operator, name = cells.fields.index("operator"), cells.fields.index("technology")
            for row in cells.rows.values():
                if row[name] == technology:
                    counted.setdefault(row[operator], Counter())[bare(cells.made(row))] += 1
        self.known = {operator: most_common(counter) for operator, counter in counted.items()}

    def cell(self, operator: str) -> Cell:
        """Give a cell of an operator without place or direction, its power as the run computes it (calibrated)."""
        if operator in self.known:
            found = self.known[operator]
            return found if found.antenna in self.patterns else replace(found, antenna="")
        radio = RADIOS[self.technology]
        cell = Cell("", self.technology, 0.0, 0.0, None, radio.power_dbm, operator=operator)
        return louder(replace(cell, band=radio.band, bandwidth_mhz=radio.bandwidth_mhz), self.run)


def bare(cell: Cell) -> Cell:
    """Leave of a cell only what it sends and by which antenna."""
    return Cell(
        "",
        cell.technology,
        0.0,
        0.0,
        None,
        cell.power_dbm,
        frequency_mhz=cell.frequency_mhz,
        bandwidth_mhz=cell.bandwidth_mhz,
        band=cell.band,
        antenna=cell.antenna,
        operator=cell.operator,
    )


def most_common(counter: Counter[Cell]) -> Cell:
    """Give what was counted most; of several the same one in every run."""
    return min(counter, key=lambda cell: (-counter[cell], repr(cell)))
