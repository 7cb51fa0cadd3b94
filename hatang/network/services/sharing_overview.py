"""The page of sharing rates: its finding in words and its tables, as far as the person who asks may know them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.conf import settings

from hatang.core.vietnamese import day, number
from hatang.network.models import Mast, Thing
from hatang.network.services.sharing_rates import (
    MAIN,
    MODELS,
    READINGS,
    Item,
    Rate,
    Reading,
    by_commune,
    is_safe,
    items_of,
    new_within,
    own_network,
    rate,
    tolerance_of,
    unmeasured,
)
from hatang.places.models import Place

Items = dict[type[Thing], list[Item]]
Sentence = tuple[str, str, str]
FINDINGS: dict[str, Sentence] = {
    "cot-vi-tri": ("vị trí BTS", "có từ hai doanh nghiệp phát sóng", "vị trí BTS đang phát sóng"),
    "nha-tram": ("nhà trạm", "có bên thuê", "nhà trạm"),
    "cot-cap-km": ("km tuyến cột treo cáp", "có bên thuê", "tuyến cột treo cáp"),
    "ngam-km": ("km công trình ngầm", "có bên thuê", "công trình ngầm"),
}
BY_OWNER = ("cot-vi-tri", "cot-luot", "nha-tram", "cot-cap-km", "ngam-km")


@dataclass(frozen=True)
class ReadingLine:
    """A reading with its rate for all things and for the new ones; None where it is withheld."""

    reading: Reading
    all: Rate | None
    new: Rate | None


@dataclass(frozen=True)
class GroupLine:
    """An owner or a commune with its rates, one for each reading of the table."""

    key: int | None
    label: str
    rates: list[Rate | None]


@dataclass
class Overview:
    """All that the page shows."""

    on: date
    since: date
    finding: str = ""
    lines: list[ReadingLine] = field(default_factory=list)
    owners: list[GroupLine] = field(default_factory=list)
    communes: list[GroupLine] = field(default_factory=list)
    several_km: dict[str, float] = field(default_factory=dict)
    simulated: bool = False
    totals: list[ReadingLine] = field(default_factory=list)
    totals_on: date | None = None


def sharing_for_officers(province: Place, on: date) -> Overview:
    """Give everything of the province as of a day."""
    items = items_of(MODELS, province, on)
    shown = Overview(on, date(on.year, 1, 1))
    shown.lines = lines_of(items, shown.since)
    shown.finding = finding(shown.lines, on, whose="")
    shown.owners = owner_lines(items, tolerance_of(province, on))
    shown.communes = commune_lines(items)
    routes = {FINDINGS[key][2]: items[READINGS[key].model] for key in ("cot-cap-km", "ngam-km")}
    shown.several_km = {label: sum(item.several_km for item in its) for label, its in routes.items()}
    shown.simulated = any(line.all and line.all.simulated for line in shown.lines)
    return shown


def sharing_for_operator(province: Place, on: date, organisations: Collection[int], totals_on: date) -> Overview:
    """Give an operator its own figures, and the province's totals of an earlier day where no rival can be told.

    Totals of today, looked at day by day, would tell when a rival builds.
    """
    own = own_items(unmeasured(MODELS, province, on), organisations, tolerance_of(province, on))
    shown = Overview(on, date(on.year, 1, 1), totals_on=totals_on)
    shown.lines = lines_of(own, shown.since, organisations)
    shown.finding = finding(shown.lines, on, whose=" của doanh nghiệp")
    shown.communes = commune_lines(own, organisations)
    before = items_of(MODELS, province, totals_on)
    shown.totals = [withheld(line) for line in lines_of(before, date(totals_on.year, 1, 1))]
    shown.simulated = any(line.all and line.all.simulated for line in shown.lines + shown.totals)
    return shown


def own_items(everything: Items, organisations: Collection[int], tolerance_m: float) -> Items:
    """Keep what an operator owns, its routes measured, and the masts of others on which it is on air."""
    own: Items = {
        model: [i for owner in organisations for i in own_network(its, owner, tolerance_m)]
        for model, its in everything.items()
    }
    own[Mast] = [i for i in everything.get(Mast, ()) if i.owner_id in organisations or i.on_air & set(organisations)]
    return own


def counted_by(reading: Reading, items: Iterable[Item], organisations: Collection[int]) -> list[Item]:
    """Keep the things of which a reading counts what belongs to these organisations."""
    if reading.by_user:
        return [narrowed(item, set(organisations)) for item in items if item.on_air & set(organisations)]
    return [item for item in items if item.owner_id in organisations]


def narrowed(item: Item, users: set[int]) -> Item:
    """Give a thing as if these alone used it."""
    return replace(item, on_air=item.on_air & users, tenants=item.tenants & users)


def lines_of(items: Items, since: date, organisations: Collection[int] | None = None) -> list[ReadingLine]:
    """Give every reading for all things and for those built since a day; of some organisations' part alone."""
    lines = []
    for reading in READINGS.values():
        its = items[reading.model]
        counted = its if organisations is None else counted_by(reading, its, organisations)
        lines.append(ReadingLine(reading, rate(reading, counted), rate(reading, new_within(counted, since))))
    return lines


def withheld(line: ReadingLine) -> ReadingLine:
    """Leave away the totals from which an operator could work out a rival's figure."""
    kept = [found if found and is_safe(found) else None for found in (line.all, line.new)]
    return ReadingLine(line.reading, *kept)


def owner_lines(items: Items, tolerance_m: float) -> list[GroupLine]:
    """Give each owner's rates, its routes a network of their own; places on masts belong to who is on air."""
    names = {item.owner_id: item.owner for its in items.values() for item in its}
    networks = {pk: {model: own_network(its, pk, tolerance_m) for model, its in items.items()} for pk in names}
    lines = []
    for pk, label in sorted(names.items(), key=lambda pair: pair[1]):
        rates: list[Rate | None] = []
        for key in BY_OWNER:
            reading = READINGS[key]
            its = counted_by(reading, items[Mast], {pk}) if reading.by_user else networks[pk][reading.model]
            rates.append(rate(reading, its))
        lines.append(GroupLine(pk, label, rates))
    return lines


def commune_lines(items: Items, organisations: Collection[int] | None = None) -> list[GroupLine]:
    """Give each commune's rates, of some organisations' part alone; a route counts where it begins."""
    if organisations is not None:
        items = {READINGS[k].model: counted_by(READINGS[k], items[READINGS[k].model], organisations) for k in MAIN}
    names = {item.commune_id: item.commune or "chưa rõ xã" for its in items.values() for item in its}
    found = [by_commune(READINGS[key], items[READINGS[key].model]) for key in MAIN]
    ordered = sorted(names.items(), key=lambda pair: (pair[0] is None, pair[1]))
    return [GroupLine(pk, label, [rates.get(pk) for rates in found]) for pk, label in ordered]


def finding(lines: Iterable[ReadingLine], on: date, *, whose: str) -> str:
    """Say the main rates in a sentence."""
    told, nothing = [], []
    for line in lines:
        words = FINDINGS.get(line.reading.key)
        if words and line.all and line.all.total:
            told.append(f"{amount(line.all)} {words[0]} {words[1]} ({number(line.all.percent, 1)}\N{NO-BREAK SPACE}%)")
        elif words:
            nothing.append(words[2])
    lacking = f" Sổ chưa có {', '.join(nothing)}{whose}." if nothing else ""
    return (f"Ngày {day(on)}: {'; '.join(told)}{whose}." if told else f"Ngày {day(on)}:") + lacking


def amount(found: Rate) -> str:
    """Write what is shared of how much."""
    decimals = found.reading.decimals
    return f"{number(found.shared, decimals)} trong {number(found.total, decimals)}"


def table_of(shown: Overview) -> list[list[object]]:
    """Give the page as one flat table for an export."""
    head: list[object] = ["Phạm vi", "Tên", "Cách tính", "Đơn vị", "Dùng chung", "Tổng", "Tỷ lệ %", "Ghi chú"]
    rows: list[list[object]] = [head]
    for line in shown.lines:
        rows.append(_row("Tất cả", day(shown.on), line.reading, line.all))
        rows.append(_row("Mới", f"từ {day(shown.since)}", line.reading, line.new))
    for line in shown.totals:
        rows.append(_row("Toàn tỉnh", day(shown.totals_on), line.reading, line.all))
    for scope, keys, groups in (("Chủ sở hữu", BY_OWNER, shown.owners), ("Xã, phường", MAIN, shown.communes)):
        for group in groups:
            rows += [_row(scope, group.label, READINGS[k], r) for k, r in zip(keys, group.rates, strict=True) if r]
    return rows


def _row(scope: str, label: str, reading: Reading, found: Rate | None) -> list[object]:
    """Write one figure of the export."""
    if found is None:
        figures: list[object] = [None, None, None, f"không nêu: ít hơn {settings.FEWEST_OWNERS} doanh nghiệp"]
    else:
        percent = round(found.percent, 2) if found.percent is not None else None
        figures = [round(found.shared, 3), round(found.total, 3), percent, "mô phỏng" if found.simulated else ""]
    return [scope, label, reading.label, reading.unit, *figures]
