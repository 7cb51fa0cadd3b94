"""Mobile bands used in Viet Nam: downlink frequencies by 3GPP band number, and what operators write instead.

Frequencies: TS 45.005 §2 (GSM), TS 25.101 Table 5.0 (UMTS), TS 36.101 Table 5.5-1 (LTE), TS 38.101-1 Table 5.2-1 and
TS 38.101-2 Table 5.2-1 (NR). Which of these a network may use is decided by its licence, not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Technology(StrEnum):
    """Mobile technologies, written as the register of stations writes them."""

    G2 = "2G"
    G3 = "3G"
    G4 = "4G"
    G5 = "5G"


class Duplex(StrEnum):
    """Whether both directions share the frequency."""

    FDD = "FDD"
    TDD = "TDD"


@dataclass(frozen=True)
class Band:
    """One band: its 3GPP number, what it is called by megahertz, and the downlink's ends."""

    number: int
    called_mhz: int
    low_mhz: float
    high_mhz: float
    duplex: Duplex
    technologies: tuple[Technology, ...]

    @property
    def centre_mhz(self) -> float:
        """The middle of the downlink, to be taken where a cell's own frequency is not known."""
        return (self.low_mhz + self.high_mhz) / 2

    def name(self, technology: Technology) -> str:
        """Write the band as 3GPP does for a technology: n78, B3."""
        return f"{'n' if technology is Technology.G5 else 'B'}{self.number}"


G2, G3, G4, G5 = Technology
BANDS = (
    Band(1, 2100, 2110.0, 2170.0, Duplex.FDD, (G3, G4, G5)),
    Band(3, 1800, 1805.0, 1880.0, Duplex.FDD, (G2, G4, G5)),
    Band(5, 850, 869.0, 894.0, Duplex.FDD, (G2, G3, G4, G5)),
    Band(7, 2600, 2620.0, 2690.0, Duplex.FDD, (G4, G5)),
    Band(8, 900, 925.0, 960.0, Duplex.FDD, (G2, G3, G4, G5)),
    Band(28, 700, 758.0, 803.0, Duplex.FDD, (G4, G5)),
    Band(38, 2600, 2570.0, 2620.0, Duplex.TDD, (G4, G5)),
    Band(40, 2300, 2300.0, 2400.0, Duplex.TDD, (G4, G5)),
    Band(41, 2600, 2496.0, 2690.0, Duplex.TDD, (G4, G5)),
    Band(77, 3700, 3300.0, 4200.0, Duplex.TDD, (G5,)),
    Band(78, 3500, 3300.0, 3800.0, Duplex.TDD, (G5,)),
    Band(257, 28_000, 26_500.0, 29_500.0, Duplex.TDD, (G5,)),
    Band(258, 26_000, 24_250.0, 27_500.0, Duplex.TDD, (G5,)),
)
"""Bands 900 and 1800 of 2G are E-GSM and DCS 1800, whose downlinks are those of bands 8 and 3."""
NUMBERED = re.compile(r"(?:band|băng|b|n)\s*([0-9]{1,3})", re.IGNORECASE)
MEGAHERTZ = re.compile(r"(?:gsm|dcs|e-gsm|umts|wcdma|lte|nr)?\s*([0-9]{3,5})\s*(?:mhz)?", re.IGNORECASE)


@lru_cache(maxsize=1_000)
def band_named(text: str, technology: Technology) -> Band | None:
    """Give the band that a text names for a technology, None where it names none or several.

    >>> [band_named(t, Technology.G4).number for t in ("B3", "band 3", "1800", "LTE 1800 MHz")]
    [3, 3, 3, 3]
    >>> band_named("n78", Technology.G5).centre_mhz, band_named("2600", Technology.G4), band_named("n78", Technology.G4)
    (3550.0, None, None)
    """
    words = text.strip()
    if by_number := NUMBERED.fullmatch(words):
        found = [b for b in BANDS if b.number == int(by_number[1])]
    elif called := MEGAHERTZ.fullmatch(words):
        found = [b for b in BANDS if b.called_mhz == int(called[1])]
    else:
        return None
    fitting = [b for b in found if technology in b.technologies]
    return fitting[0] if len(fitting) == 1 else None


def numbered(text: str) -> bool:
    """Tell whether a text names one of these bands by its number, whatever the technology.

    >>> numbered("n78"), numbered("n79"), numbered("1842.5")
    (True, False, False)
    """
    found = NUMBERED.fullmatch(text.strip())
    return found is not None and int(found[1]) in {b.number for b in BANDS}


def bands_of(technology: Technology) -> str:
    """List a technology's bands for a message.

    >>> bands_of(Technology.G2)
    'B3 (1800), B5 (850), B8 (900)'
    """
    return ", ".join(f"{b.name(technology)} ({b.called_mhz})" for b in BANDS if technology in b.technologies)
