"""Which rows a form has: the things of the register, grouped as the form numbers them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hatang.core.vietnamese import number
from hatang.network.models import HeightBand, House
from hatang.plans.legal_forms import cells
from hatang.plans.legal_forms.cells import BandCount, Cell, HouseRow, Summary, capital
from hatang.plans.legal_forms.register import Entry, Register

NO_AREA = "Chưa rõ đơn vị hành chính"
BANDS = {
    HeightBand.H1: "≤45",
    HeightBand.H2: "45 ÷ <75",
    HeightBand.H3: "75 ÷ <150",
    HeightBand.H4: "150 ÷ <300",
    HeightBand.H5: "≥300",
}
OTHER_WORKS = (House.Function.BTS,)
"""What stands in Mẫu 43 and section 5 of Mẫu 39. The decree nowhere parts houses from "other works" in words; its
sample of Mẫu 39 puts BTS houses into section 5."""
CENTRES = (
    House.Function.SWITCHING,
    House.Function.REGIONAL,
    House.Function.NATIONAL,
    House.Function.INTERNATIONAL,
)


@dataclass(frozen=True)
class Group:
    """Rows under one number; without a name they are numbered straight on. `more` follows the name in its row."""

    name: str
    rows: Sequence[Any]
    more: tuple[Cell, ...] = ()


def grouped(items: Iterable[Any], key: Callable[[Any], Hashable]) -> dict[Any, list[Any]]:
    """Put items with the same key together, in the order in which keys first come."""
    groups: dict[Any, list[Any]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def simulated(entries: Iterable[Entry]) -> bool:
    """Tell whether any of the things is made up."""
    return any(entry.simulated for entry in entries)


def nothing(register: Register) -> list[Group]:
    """Give no rows: there is no register of such works."""
    return []


def routes(register: Register) -> list[Group]:
    """Give one row for each underground work, then one for each pole line."""
    return [Group("", register.routes)]


# Masts


def masts_by_area(register: Register) -> list[Group]:
    """Give one row for each mast, grouped by area."""
    return [Group(area or NO_AREA, rows) for area, rows in grouped(register.masts, lambda e: e.area).items()]


def masts_by_band(register: Register) -> list[Group]:
    """Count each area's masts by kind and height band: five rows for each kind that stands there."""
    areas = grouped(register.masts, lambda e: e.area)
    return [Group(area or NO_AREA, band_counts(entries)) for area, entries in areas.items()]


def band_counts(entries: Sequence[Entry]) -> list[BandCount]:
    """Count one area's masts; those whose height is not known have a row of their own, without a band."""
    counts = []
    for structure, alike in sorted(grouped(entries, lambda e: e.thing.structure).items()):
        bands = grouped(alike, lambda e: e.thing.band)
        counts += [band_count(structure, printed, bands.get(band, ())) for band, printed in BANDS.items()]
        counts += [band_count(structure, "", bands[None])] if None in bands else []
    return counts


def band_count(structure: str, band: str, masts: Sequence[Entry]) -> BandCount:
    """Count the masts of one kind in one band."""
    return BandCount(structure, band, tuple(masts), simulated(masts))


def strong_masts(register: Register) -> str:
    """Say how many masts of level 4 have room for two operators, which no column holds (Đ63.1.b)."""
    strong = [entry.thing for entry in register.masts if entry.thing.level4]
    shareable = sum((mast.capacity or 0) >= 2 for mast in strong)
    unknown = sum(mast.capacity is None for mast in strong) + sum(e.thing.level4 is None for e in register.masts)
    open_ = f"; chưa rõ {number(unknown)} cột" if unknown else ""
    return (
        "Cột kiên cố chịu được thiên tai cấp 4 lắp đặt được thiết bị của từ 2 doanh nghiệp trở lên (Đ63.1.b): "
        f"{number(shareable)} cột{open_}."
    )


def mast_sums(register: Register) -> tuple[str, ...]:
    """Say how many masts the form holds."""
    return f"Tổng số: {number(len(register.masts))} cột ăng ten.", strong_masts(register)


# Houses


def is_other(entry: Entry) -> bool:
    """Tell whether a house counts among the other works."""
    return entry.thing.function in OTHER_WORKS


def stations(register: Register) -> list[Entry]:
    """Give the houses that are no other works."""
    return [entry for entry in register.houses if not is_other(entry)]


def other_works(register: Register) -> list[Entry]:
    """Give the houses that count among the other works."""
    return [entry for entry in register.houses if is_other(entry)]


def by_function(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Group houses by what they are for, in the order of the register's list."""
    groups = grouped(entries, lambda e: e.thing.function)
    return [(capital(f.label), groups[f.value]) for f in House.Function if f.value in groups]


def houses_together(register: Register) -> list[Group]:
    """Give the houses of the plan by function; those alike in kind, unit, area and sharing share a row."""

    def alike(entry: Entry) -> Hashable:
        return entry.thing.kind, entry.unit, entry.area, entry.thing.capacity

    return [
        Group(name, [HouseRow(tuple(rows)) for rows in grouped(entries, alike).values()])
        for name, entries in by_function(register.houses)
    ]


def houses_singly(register: Register) -> list[Group]:
    """Give one row for each house, by function."""
    return [Group(name, [HouseRow((entry,)) for entry in entries]) for name, entries in by_function(stations(register))]


def other_singly(register: Register) -> list[Group]:
    """Give one row for each of the other works."""
    return [Group("", [HouseRow((entry,)) for entry in other_works(register)])]


# The yearly summary


def kilometres(entries: Iterable[Entry]) -> Decimal:
    """Sum the lengths of routes."""
    return sum((cells.length_km(entry) for entry in entries), Decimal(0))


def summed(entries: Sequence[Entry]) -> int | Decimal:
    """Sum what a sort of works is measured in: kilometres of routes, numbers of all others."""
    return kilometres(entries) if entries and hasattr(entries[0].thing, "length_km") else len(entries)


def sort_of(entry: Entry) -> tuple[str, str]:
    """Name the sort of a thing, with its unit."""
    thing = entry.thing
    if hasattr(thing, "part"):
        return f"{capital(thing.get_part_display())}, {thing.kind}", "km"
    if hasattr(thing, "length_km"):
        return f"Tuyến cột treo cáp, {thing.kind}", "km"
    if hasattr(thing, "structure"):
        return f"Cột ăng ten {thing.get_structure_display()}", "cột"
    name = f"{capital(thing.get_function_display())}, {thing.kind}"
    return name, "trung tâm" if thing.function in CENTRES else "trạm"


def summaries(entries: Iterable[Entry]) -> list[Summary]:
    """Sum works by sort and owner."""
    alike = grouped(entries, lambda e: (*sort_of(e), e.owner))
    return [
        Summary(
            label=label,
            amount=summed(rows),
            unit=unit,
            due=cells.latest(rows),
            owner=owner,
            remark="Ngày muộn nhất" if len({cells.due_on(e) for e in rows}) > 1 and cells.latest(rows) else "",
            simulated=simulated(rows),
        )
        for (label, unit, owner), rows in sorted(alike.items())
    ]


def sections(register: Register) -> list[Group]:
    """Give the seven sections of the yearly summary; the seventh repeats what is shared and has no sum."""
    under, poles, masts = register.underground, register.pole_lines, register.masts
    houses, others = stations(register), other_works(register)
    shared = [entry for entry in register.entries if entry.shared]
    return [
        Group("Công trình ngầm", summaries(under), (kilometres(under), "km")),
        Group("Tuyến cột treo cáp", summaries(poles), (kilometres(poles), "km")),
        Group("Cột ăng ten", summaries(masts), (len(masts), "cột")),
        Group("Nhà, trạm viễn thông", summaries(houses), (len(houses), "trạm, trung tâm")),
        Group("Công trình hạ tầng kỹ thuật liên quan khác: nhà trạm BTS", summaries(others), (len(others), "trạm")),
        Group("Trung tâm dữ liệu", [], (None, "trung tâm")),
        Group("Công trình dùng chung (đã tính ở các mục trên)", summaries(shared)),
    ]


# What stands under a table


def route_sums(register: Register) -> tuple[str, ...]:
    """Say how long the routes of a form are."""
    under, poles = (number(float(kilometres(e)), 3) for e in (register.underground, register.pole_lines))
    return (f"Tổng chiều dài: công trình ngầm {under} km, tuyến cột treo cáp {poles} km.",)


def house_sums(chosen: Callable[[Register], Sequence[Entry]]) -> Callable[[Register], tuple[str, ...]]:
    """Say how many houses a form holds."""
    return lambda register: (f"Tổng số: {number(len(chosen(register)))} nhà, trạm.",)


def no_sums(register: Register) -> tuple[str, ...]:
    """Say nothing."""
    return ()
