"""How each cell of the forms follows from a thing of the register; None is what cannot be known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from hatang.core.vietnamese import day, number
from hatang.network.models import House, PoleKind, UndergroundWork
from hatang.plans.legal_forms.register import Entry

Cell = str | int | float | Decimal | date | None
METRE = Decimal("0.001")


class Style(Enum):
    """How a column's values are written: decimals in Vietnamese texts (None: no number), and Excel's number format."""

    TEXT = (None, "@")
    COUNT = (0, "#,##0")
    KM = (3, "#,##0.000")
    SIZE_KM = (3, '#,##0.000" km"')
    TENTH = (1, "#,##0.0")
    DEGREES = (6, "0.000000")
    MONTH = (None, "mm/yyyy")
    DAY = (None, "dd/mm/yyyy")

    @property
    def decimals(self) -> int | None:
        """How many decimals a number keeps in a text."""
        return self.value[0]

    @property
    def excel(self) -> str:
        """Excel's number format."""
        return self.value[1]

    @property
    def is_number(self) -> bool:
        """Whether the column is set to the right."""
        return self.decimals is not None


def written(cell: Cell, style: Style) -> str:
    """Write a cell as people here do; what is not known stays empty.

    >>> written(Decimal("1234.500"), Style.KM), written(date(2027, 9, 1), Style.MONTH), written(None, Style.COUNT)
    ('1.234,5', '09/2027', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%m/%Y}" if style is Style.MONTH else day(cell)
    if isinstance(cell, str):
        return cell
    text = number(float(cell), style.decimals if style.decimals is not None else 3)
    return f"{text} km" if style is Style.SIZE_KM else text


# Of any thing


def due_on(entry: Entry) -> date | None:
    """Give the day on which the thing came, or is expected to come, into use."""
    found: date | None = entry.thing.built_on or entry.thing.planned_on
    return found


def remarks(entry: Entry) -> str:
    """Give the thing's remarks and, for poles of telecom's own, why they stand (Đ62.2.c)."""
    reason = getattr(entry.thing, "reason", "")
    return "; ".join(text for text in (entry.thing.remarks, reason and f"Lý do dùng cột riêng: {reason}") if text)


def operators(entry: Entry) -> str | None:
    """Give how many operators can use the thing, in the words of the forms' samples."""
    capacity = entry.thing.capacity
    if capacity is None:
        return None
    return f"{capacity:02d} doanh nghiệp" if capacity else "Không"


# Routes


def length_km(entry: Entry) -> Decimal:
    """Give a route's length to the metre: each is rounded once, so that sums of the forms agree with each other."""
    return Decimal(repr(entry.thing.length_km)).quantize(METRE, ROUND_HALF_UP)


def route(entry: Entry) -> str:
    """Name a route: its code, where it starts and ends."""
    ends = entry.area if entry.area == entry.end_area else f"{entry.area or '…'} – {entry.end_area or '…'}"
    return f"{entry.thing.code}: {ends}" if entry.area or entry.end_area else str(entry.thing.code)


def along(entry: Entry) -> str | None:
    """Give the areas, roads and streets along the route."""
    return entry.thing.along or None


def can_share(entry: Entry) -> bool | None:
    """Tell whether a route can be shared: offered, or room left; for poles also when made for several operators."""
    thing = entry.thing
    if thing.offered:
        return True
    if thing.spare is not None:
        return bool(thing.spare > 0)
    if isinstance(thing, UndergroundWork) or thing.capacity is None:
        return None
    return bool(thing.capacity >= 2)


def sharing(entry: Entry) -> str | None:
    """Write whether a route can be shared."""
    found = can_share(entry)
    return None if found is None else "Có" if found else "Không"


def is_own_poles(entry: Entry) -> bool:
    """Tell whether a route is poles for telecom only."""
    return bool(entry.thing.kind == PoleKind.C1)


# Masts


def mast_name(entry: Entry) -> str:
    """Name a mast beneath its area: its code and where it stands."""
    return ", ".join(text for text in (entry.thing.code, entry.thing.address) if text)


def resistance(entry: Entry) -> str | None:
    """Say whether a mast resists level-4 disasters, and which."""
    mast = entry.thing
    if mast.level4 is None:
        return None
    if not mast.level4:
        return "Không"
    return f"Cấp 4: {mast.hazards}" if mast.hazards else "Cấp 4"


@dataclass(frozen=True)
class BandCount:
    """How many masts of one kind in one area fall into one height band; `band` is empty where heights are not known."""

    structure: str
    band: str
    masts: tuple[Entry, ...]
    simulated: bool


def level4_words(row: BandCount) -> str:
    """Say how many of the masts resist level-4 disasters, and which they name."""
    strong = [entry.thing for entry in row.masts if entry.thing.level4]
    hazards = dict.fromkeys(h.strip() for mast in strong for h in mast.hazards.split(",") if h.strip())
    against = f" ({', '.join(hazards)})" if hazards else ""
    return f"{number(len(strong))} cột chịu được thiên tai cấp 4{against}" if strong else ""


# Houses


@dataclass(frozen=True)
class HouseRow:
    """Houses that a form shows in one row; they are alike in everything but their area in m²."""

    houses: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        """The one that speaks for all."""
        return self.houses[0]

    @property
    def simulated(self) -> bool:
        """Whether any is made up."""
        return any(entry.simulated for entry in self.houses)


def house_place(row: HouseRow) -> str | None:
    """Name the area of houses, and of a single one its address."""
    more = row.first.thing.address if len(row.houses) == 1 else ""
    return ", ".join(text for text in (row.first.area, more) if text) or None


def area_m2(row: HouseRow) -> float | None:
    """Sum the houses' areas in m²; unknown as long as one of them is."""
    areas = [entry.thing.area_m2 for entry in row.houses]
    return None if None in areas else sum(areas)


def house_remarks(row: HouseRow) -> str:
    """Give the code and remarks of a single house, or the remarks of several, each once."""
    texts = [remarks(entry) for entry in row.houses]
    if len(row.houses) == 1:
        texts.insert(0, row.first.thing.code)
    return "; ".join(dict.fromkeys(text for text in texts if text))


def function_name(row: HouseRow) -> str:
    """Name what houses are for."""
    return capital(House.Function(row.first.thing.function).label)


def capital(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


# The yearly summary


@dataclass(frozen=True)
class Summary:
    """The works of one sort that one body owns."""

    label: str
    amount: int | Decimal
    unit: str
    due: date | None
    owner: str
    remark: str
    simulated: bool


def latest(entries: Iterable[Entry]) -> date | None:
    """Give the last day on which any of the things comes into use; unknown as long as one of them is."""
    days = [due_on(entry) for entry in entries]
    known = [found for found in days if found]
    return max(known) if len(known) == len(days) and known else None
