"""Of which day, level and columns a file is: tried against the units of before and after 1 July 2025."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from hatang.core.vietnamese import day
from hatang.places.models import Place
from hatang.places.services.boundaries.columns import Columns, Rows, Scored, find_above, fit
from hatang.places.services.boundaries.units import OFFICIAL, Units, read_units
from hatang.places.services.unit_source import LAST_DAY

Kind = Place.Kind
LEVELS = (Kind.COMMUNE, Kind.DISTRICT, Kind.PROVINCE)
HIGHER = {Kind.COMMUNE: (Kind.PROVINCE, Kind.DISTRICT), Kind.DISTRICT: (Kind.PROVINCE,), Kind.PROVINCE: ()}
MOST_TRIED = 1_500
SURE = 0.84
LEVEL_WORDS = {Kind.COMMUNE: "xã, phường, đặc khu", Kind.DISTRICT: "huyện, quận", Kind.PROVINCE: "tỉnh, thành phố"}


@dataclass(frozen=True)
class Asked:
    """What the user said about a file; what is None we find out ourselves and say so."""

    on: date | None = None
    kinds: tuple[str, ...] | None = None
    province: Place | None = None
    code: str | None = None
    name: str | None = None
    merge: bool = False
    skip: bool = False
    choices: dict[int, int] = field(default_factory=dict)


@dataclass
class Recognised:
    """The day, the levels (the main one first), the columns, and what was found out in sentences."""

    on: date
    levels: list[Units]
    columns: Columns
    above: dict[str, Units]
    fitting: int = 0
    said: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The main level."""
        return self.levels[0].kind


def recognise(rows: Rows, asked: Asked, *, today: date) -> Recognised:
    """Find the day, level and columns under which most features name a unit."""
    days = (asked.on,) if asked.on else (today, LAST_DAY)
    kinds = asked.kinds or LEVELS
    tried = rows[:: max(1, len(rows) // MOST_TRIED)]
    trials = [trial(tried, on, kind, asked) for on in days for kind in kinds]
    first = max(trials, key=lambda t: t.score)
    on = first.units.on
    levels = [first.units, *also(first, [t for t in trials if t.units.on == on and t is not first], tried)]
    found = Recognised(on, levels, first.columns, higher_units(on, first.units.kind, trials), len(first.fits))
    found.columns = find_above(tried, first.columns, list(found.above.values()))
    found.said = sentences(found, asked)
    return found


def trial(rows: Rows, on: date, kind: str, asked: Asked) -> Scored:
    """See how well the file fits the units of one day and level."""
    return fit(rows, read_units(on, kind), code=asked.code, name=asked.name)


def also(first: Scored, others: Sequence[Scored], rows: Rows) -> list[Units]:
    """Give the further levels of which a file has features: code and name, or name and title, are theirs."""
    left = [row for position, row in enumerate(rows) if position not in first.fits]
    if not left:
        return []
    again = [fit(left, t.units, code=first.columns.code, name=first.columns.name) for t in others]
    return [t.units for t in again if t.fits and t.score >= SURE * len(t.fits)]


def higher_units(on: date, kind: str, trials: Sequence[Scored]) -> dict[str, Units]:
    """Give the units above a level, read once."""
    read = {t.units.kind: t.units for t in trials if t.units.on == on}
    return {str(above): read.get(above) or read_units(on, above) for above in HIGHER[Kind(kind)]}


def sentences(found: Recognised, asked: Asked) -> list[str]:
    """Say what was found out, so that the user can object."""
    said = []
    if asked.on is None:
        said.append(f"Tệp khớp nhất với các đơn vị có ngày {day(found.on)}.")
    if asked.kinds is None:
        said.append(f"Cấp: {'; '.join(LEVEL_WORDS[Kind(u.kind)] for u in found.levels)}.")
    columns = found.columns
    system = f" (hệ mã {columns.system})" if columns.system != OFFICIAL else ""
    parts = [f"mã ở cột “{columns.code}”{system}" if columns.code else "không có cột mã"]
    parts += [f"tên ở cột “{columns.name}”" if columns.name else "không có cột tên"]
    parts += [f"đơn vị cấp trên ở cột {', '.join(f'“{c}”' for c, _ in columns.above)}"] if columns.above else []
    text = "; ".join(parts)
    said.append(f"{text[0].upper()}{text[1:]}.")
    return said
