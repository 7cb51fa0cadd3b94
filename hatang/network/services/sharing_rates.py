"""How much of masts, houses, pole lines and underground works is shared: readings, figures, and the things behind.

No text defines a sharing rate, so each figure is a named reading of it with a note. Length counts once where routes
overlap (`core.overlapping_routes`); what counts as overlapping is a setting of the province.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, reduce
from operator import or_
from typing import Any

import shapely
from django.conf import settings
from django.db.models import Q

from hatang.core.overlapping_routes import Covered, lengths_once
from hatang.network.models import House, LineThing, Mast, PoleLine, Station, Tenancy, Thing, UndergroundWork
from hatang.network.services.rules import rule
from hatang.places.models import Place


@dataclass
class Item:
    """A thing of the register on a day: whose, where, since when, who uses it, and what it counts in a network."""

    pk: int
    model: type[Thing]
    owner_id: int
    commune_id: int | None
    owner: str
    commune: str
    built_on: date
    simulated: bool
    sort: str
    on_air: set[int] = field(default_factory=set)
    tenants: set[int] = field(default_factory=set)
    part_let: float = 0.0
    poles: int | None = None
    path: bytes = b""
    km: float = 0.0
    several_km: float = 0.0


@dataclass(frozen=True)
class Reading:
    """One way to read a sharing rate: of which things, in which unit, what counts, and what each adds to both sides."""

    key: str
    model: type[Thing]
    label: str
    note: str
    unit: str
    counts: Callable[[Item], tuple[float, float]]
    short: str = ""
    """Its name as a heading of a wide table."""
    by_user: bool = False
    """Whether what is counted belongs to the users of a thing, not to its owner."""

    @property
    def decimals(self) -> int:
        """How many decimals its amounts have on pages."""
        return 1 if self.unit == "km" else 0


@dataclass(frozen=True)
class Rate:
    """What a reading gives for some things."""

    reading: Reading
    shared: float
    total: float
    simulated: bool
    organisations: frozenset[int]
    users: frozenset[int]
    """Who uses the things, where anybody does."""

    @property
    def percent(self) -> float | None:
        """The share in per cent; nothing where there is nothing to share."""
        return 100 * self.shared / self.total if self.total else None


def _positions(item: Item) -> tuple[float, float]:
    return float(len(item.on_air) >= 2), float(bool(item.on_air))


def _users(item: Item) -> tuple[float, float]:
    users = item.on_air | item.tenants
    return float(len(users) >= 2 or bool(users - {item.owner_id})), 1.0


def _placements(item: Item) -> tuple[float, float]:
    return float(len(item.on_air - {item.owner_id})), float(len(item.on_air))


def _tenanted(item: Item) -> tuple[float, float]:
    return float(bool(item.tenants)), 1.0


def _let_km(item: Item) -> tuple[float, float]:
    return item.km * item.part_let, item.km


def _let_or_joint_km(item: Item) -> tuple[float, float]:
    return (item.km if item.sort in ("C2", "N2") else item.km * item.part_let), item.km


def _poles(item: Item) -> tuple[float, float]:
    return float(item.poles or 0) * bool(item.tenants), float(item.poles or 0)


LEASED = "Dùng chung là khi có hợp đồng thuê còn hiệu lực trong sổ."
TENANCY = "Dùng chung là khi có hợp đồng thuê còn hiệu lực trong sổ; thuê một phần tuyến thì tính phần ấy."
JOINT = " C2, N2 là cột, ngầm dùng chung với ngành khác theo NĐ 163/2024/NĐ-CP Điều 62."
READINGS: dict[str, Reading] = {
    row.key: row
    for row in (
        Reading(
            "cot-vi-tri",
            Mast,
            "Vị trí BTS có từ hai doanh nghiệp phát sóng",
            "Trên tổng số vị trí có trạm đang phát sóng. Một cột ba doanh nghiệp vẫn là một vị trí.",
            "vị trí",
            _positions,
            "Vị trí BTS",
        ),
        Reading(
            "cot-luot",
            Mast,
            "Lượt đặt trạm trên cột của doanh nghiệp khác",
            "Mỗi doanh nghiệp phát sóng tại một cột là một lượt; chia cho mọi lượt.",
            "lượt",
            _placements,
            "Lượt đặt trạm",
            by_user=True,
        ),
        Reading(
            "cot-su-dung",
            Mast,
            "Cột có người dùng ngoài chủ sở hữu",
            "Kể cả hợp đồng thuê chưa có trạm phát sóng; trên tổng số cột đang sử dụng.",
            "cột",
            _users,
        ),
        Reading("nha-tram", House, "Nhà trạm có bên thuê", LEASED, "nhà trạm", _tenanted, "Nhà trạm"),
        Reading("cot-cap-km", PoleLine, "Tuyến cột treo cáp có bên thuê", TENANCY, "km", _let_km, "Tuyến cột"),
        Reading(
            "cot-cap-km-c2",
            PoleLine,
            "Tuyến cột treo cáp có bên thuê hoặc dùng chung với ngành khác",
            TENANCY + JOINT,
            "km",
            _let_or_joint_km,
        ),
        Reading(
            "cot-cap-cot",
            PoleLine,
            "Cột treo cáp trên tuyến có bên thuê",
            "Đếm cột, không đo dài; tuyến chưa ghi số cột thì không tính.",
            "cột",
            _poles,
        ),
        Reading("ngam-km", UndergroundWork, "Công trình ngầm có bên thuê", TENANCY, "km", _let_km, "Công trình ngầm"),
        Reading(
            "ngam-km-n2",
            UndergroundWork,
            "Công trình ngầm có bên thuê hoặc dùng chung với ngành khác",
            TENANCY + JOINT,
            "km",
            _let_or_joint_km,
        ),
    )
}
FACTS = ("pk", "owner_id", "commune_id", "built_on", "simulated")
MODELS: tuple[type[Thing], ...] = (Mast, House, PoleLine, UndergroundWork)
MAIN = ("cot-vi-tri", "nha-tram", "cot-cap-km", "ngam-km")


def items_on(model: type[Thing], province: Place, on: date) -> list[Item]:
    """Give the things of a kind in use on a day, with who uses each and what each counts in its network."""
    return items_of((model,), province, on)[model]


def items_of(models: Iterable[type[Thing]], province: Place, on: date) -> dict[type[Thing], list[Item]]:
    """Give the things of several kinds in use on a day; a query for each kind and three more."""
    found = unmeasured(models, province, on)
    routes = [items for model, items in found.items() if issubclass(model, LineThing) and items]
    tolerance_m = tolerance_of(province, on) if routes else 0
    for items in routes:
        add_lengths(items, tolerance_m)
    return found


def unmeasured(models: Iterable[type[Thing]], province: Place, on: date) -> dict[type[Thing], list[Item]]:
    """Give them without the lengths of routes, for who measures only some of them, as `own_network` does."""
    found = {model: _things(model, province, on) for model in models}
    if Mast in found:
        _add_on_air(found[Mast], province, on)
    _add_tenants(found, province, on)
    return found


def tolerance_of(province: Place, on: date) -> float:
    """Give within how many metres two routes overlap there."""
    found = rule(province, "route.overlap_distance", on)
    assert found is not None
    return found.value


def _things(model: type[Thing], province: Place, on: date) -> list[Item]:
    """Read the things of a kind."""
    sort = "structure" if model is Mast else "kind"
    along = issubclass(model, LineThing)
    manager: Any = model._default_manager
    names = ("owner__short_name", "owner__name", "commune__title", "commune__name")
    more = (*(["path"] if along else []), *(["pole_count"] if model is PoleLine else []))
    rows = manager.in_use(on).filter(province=province).order_by("pk")
    return [
        Item(
            model=model,
            sort=row[sort],
            owner=row["owner__short_name"] or row["owner__name"],
            commune=f"{row['commune__title'] or ''} {row['commune__name'] or ''}".strip(),
            path=bytes(row["path"].wkb) if along else b"",
            poles=row.get("pole_count"),
            **{name: row[name] for name in FACTS},
        )
        for row in rows.values(*FACTS, sort, *names, *more)
    ]


def _add_on_air(items: list[Item], province: Place, on: date) -> None:
    """Say of each mast which operators are on air on it."""
    masts = {item.pk: item for item in items}
    stations = Station.objects.on_air(on=on).filter(mast__province=province)
    for pk, operator in stations.order_by().values_list("mast_id", "operator_id").distinct():
        if pk in masts:
            masts[pk].on_air.add(operator)


def _add_tenants(found: dict[type[Thing], list[Item]], province: Place, on: date) -> None:
    """Say of each thing who rents it, and of a route how much of it."""
    known = {(model.KEY, item.pk): item for model, items in found.items() for item in items}
    links = [model.KEY for model in found]
    here = reduce(or_, (Q(**{f"{link}__province": province}) for link in links))
    lengths = [f"{model.KEY}__length_km" for model in found if issubclass(model, LineThing)]
    held = Tenancy.objects.in_force(on).filter(here)
    for row in held.values("tenant_id", "shared_km", *(f"{link}_id" for link in links), *lengths):
        link = next(link for link in links if row[f"{link}_id"])
        item = known.get((link, row[f"{link}_id"]))
        if item:
            item.tenants.add(row["tenant_id"])
            km, length = row["shared_km"], row.get(f"{link}__length_km")
            item.part_let = max(item.part_let, min(km / length, 1.0) if km is not None and length else 1.0)


def add_lengths(items: list[Item], tolerance_m: float) -> None:
    """Say what each route adds to the network's length; where a shared and an unshared one overlap it is shared."""
    paths, owners = tuple(item.path for item in items), tuple(item.owner_id for item in items)
    covered = measured(paths, owners, tuple(bool(item.part_let) for item in items), tolerance_m)
    for item, own, several in zip(items, covered.own_km, covered.several_km, strict=True):
        item.km, item.several_km = float(own), float(several)


def own_network(items: Iterable[Item], owner_id: int, tolerance_m: float) -> list[Item]:
    """Give one owner's things, its routes measured as a network of their own."""
    own = [replace(item) for item in items if item.owner_id == owner_id]
    if own and own[0].path:
        add_lengths(own, tolerance_m)
    return own


@lru_cache(maxsize=64)
def measured(paths: tuple[bytes, ...], owners: tuple[int, ...], first: tuple[bool, ...], tolerance_m: float) -> Covered:
    """Measure routes once as long as nothing about them changes."""
    routes = list(shapely.from_wkb(list(paths)))
    return lengths_once(routes, tolerance_m=tolerance_m, owners=owners, first=first)


def rate(reading: Reading, items: Iterable[Item]) -> Rate:
    """Add up what things count in a reading."""
    shared = total = 0.0
    simulated, behind, users = False, set(), set()
    for item in items:
        its_shared, its_total = reading.counts(item)
        if its_total:
            shared, total = shared + its_shared, total + its_total
            simulated = simulated or item.simulated
            behind |= item.on_air if reading.by_user else {item.owner_id}
            users |= item.on_air | item.tenants
    return Rate(reading, shared, total, simulated, frozenset(behind), frozenset(users))


def new_within(items: Iterable[Item], since: date) -> list[Item]:
    """Keep the things built from a day on."""
    return [item for item in items if item.built_on >= since]


def by_commune(reading: Reading, items: Iterable[Item]) -> dict[int | None, Rate]:
    """Give the rate of each commune's things; a route counts where it begins."""
    gathered: dict[int | None, list[Item]] = defaultdict(list)
    for item in items:
        gathered[item.commune_id].append(item)
    return {key: rate(reading, its) for key, its in gathered.items()}


def is_safe(found: Rate) -> bool:
    """Tell whether a total may be shown to an operator: figures of enough owners are in it, and of as many users.

    With fewer behind it, one of them could work out another's; where two use what three own, one of them reads the
    other's places off it.
    """
    return all(
        len(them) >= settings.FEWEST_OWNERS for them in (found.organisations, found.users or found.organisations)
    )
