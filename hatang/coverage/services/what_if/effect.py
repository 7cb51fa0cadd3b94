"""From changes to the register: which cells each takes off the air or alters, and what was assumed to say so.

What hangs on what is not in the register: a mast hangs on a cable that passes it, has its power along a pole line that
passes it, shares the fate of its commune. Each is listed, so that who knows better takes it out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation
from hatang.core.radio.cells import Cell, check_cells
from hatang.core.vietnamese import number
from hatang.coverage.models import CoverageRun
from hatang.coverage.services.engine import METHOD, RULE, area_of
from hatang.coverage.services.what_if.cells import RunCells, cells_of_run, louder
from hatang.coverage.suppositions import (
    CellAltered,
    Change,
    GroupKind,
    GroupOff,
    MastOff,
    OperatorOff,
    SiteAdded,
    TechnologyOff,
)
from hatang.network import models as network
from hatang.places.models import Place

NEAR_M = 100.0
"""A mast this near a cable or a pole line is taken to hang on it; no law says how near, the list can be corrected."""
METRES_PER_DEGREE = 111_200.0
LayerKey = tuple[int, str]
"""An operator's key and a technology."""
NOT_HERE = "không có trong lượt tính này, hoặc bạn không được xem"
ASSUMED = {
    GroupKind.CABLE: (
        f"Sổ không ghi trạm nào nối vào cáp nào. Đã coi là phụ thuộc: trạm của chủ cáp và bên thuê cáp trên các cột "
        f"cách tuyến (hoặc điểm nối của tuyến) không quá {NEAR_M:.0f} m, không có tuyến cáp nào khác của họ chạy qua. "
        "Chưa xét những tuyến cáp khác treo sau tuyến này, và truyền dẫn vi ba."
    ),
    GroupKind.COMMUNE: (
        "Đã coi là mất điện: mọi cột đứng trong xã theo sổ. "
        "Sổ không ghi nguồn dự phòng nên không tính ắc quy, máy phát."
    ),
    GroupKind.POLE_LINE: (
        f"Sổ không ghi trạm lấy điện từ đâu. Đã coi là mất điện: mọi cột cách tuyến cột này không quá {NEAR_M:.0f} m. "
        "Không tính ắc quy, máy phát dự phòng vì sổ không ghi."
    ),
}


@dataclass(frozen=True)
class Sight:
    """A person before a run: whose cells they may suppose away. None: everybody's."""

    person: Any
    run: CoverageRun
    operators: frozenset[int] | None

    @cached_property
    def cells(self) -> RunCells:
        """Give the run's cells as it took them, by the key of their row; the register may have changed since."""
        return cells_of_run(self.run.pk, self.run.ended_at)

    def registered(self, key: int) -> Cell:
        """Give one of the run's cells with the power of the register: a calibration's offset taken off."""
        return louder(self.cells[str(key)], self.run, -1)

    def sees(self, operator: int) -> bool:
        """Tell whether an operator's part is shown."""
        return self.operators is None or operator in self.operators

    def masts(self) -> network.MastQuerySet:
        """Give the masts that may be asked about: with own stations only, where the person is an operator."""
        rows: network.MastQuerySet = network.Mast.objects.visible_to(self.person)
        if self.operators is None:
            return rows
        mine = network.Station.objects.on_air(on=self.run.on).filter(operator__in=self.operators)
        return rows.filter(pk__in=mine.values("mast"))

    def rows(self, **where: Any) -> list[network.Cell]:
        """Give the rows of the run's cells that may be supposed away or altered, with station, mast and operator."""
        rows = network.Cell.objects.visible_to(self.person).filter(**where)
        if self.operators is not None:
            rows = rows.filter(station__operator__in=self.operators)
        found = rows.select_related("station__mast__commune", "station__operator").order_by("pk")
        return [row for row in found if str(row.pk) in self.cells]

    def lines(self, model: type[network.CableRoute] | type[network.PoleLine]) -> network.ThingQuerySet[Any]:
        """Give the cables or pole lines that may be asked about: their own, where the person is an operator."""
        rows: network.ThingQuerySet[Any] = model.objects.visible_to(self.person)
        if self.operators is None:
            return rows
        return rows.filter(Q(owner__in=self.operators) | Q(operator__in=self.operators))


def sight_of(person: Any, run: CoverageRun) -> Sight:
    """Say whose part of a run a person may ask about; `CoverageRun.visible_to` has let them see the run."""
    held = scopes_in(person, "coverage.view_run", run.province_id)
    if any(scope.is_whole for scope in held):
        return Sight(person, run, None)
    return Sight(person, run, frozenset(s.organisation_id for s in held if s.organisation_id))


@dataclass(frozen=True)
class Dependent:
    """An operator's stations on a mast that were taken to fail with something: why they do not, if so, and whether the
    person said that they do not.
    """

    mast: network.Mast
    operator: Organisation
    stays: str = ""
    kept: bool = False


@dataclass(frozen=True)
class Told:
    """A change in words, what it assumes, and which masts it takes along."""

    change: Change
    words: str
    assumption: str = ""
    dependents: tuple[Dependent, ...] = ()


@dataclass
class Effect:
    """What changes do to the run's cells: layers that end, cells off by key, cells altered, cells added."""

    told: list[Told] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    ended: set[LayerKey] = field(default_factory=set)
    off: dict[int, network.Cell] = field(default_factory=dict)
    altered: dict[int, tuple[network.Cell, Cell]] = field(default_factory=dict)
    added: list[Cell] = field(default_factory=list)

    def masts(self) -> dict[int, network.Mast]:
        """Give the masts on which something changes."""
        rows = [*self.off.values(), *(row for row, _ in self.altered.values())]
        return {row.station.mast_id: row.station.mast for row in rows}


def effect_of(sight: Sight, changes: Sequence[Change], layers: Collection[LayerKey]) -> Effect:
    """Work out what changes do; what cannot be done is told in words. `layers` are those that the run has."""
    effect = Effect()
    steps: dict[type, Callable[[Sight, Any, Effect], None]] = {
        MastOff: mast_off,
        GroupOff: group_off,
        CellAltered: cell_altered,
        SiteAdded: site_added,
    }
    for change in changes:
        if isinstance(change, OperatorOff | TechnologyOff):
            layers_end(sight, change, effect, layers)
        else:
            steps[type(change)](sight, change, effect)
    return effect


def layers_end(sight: Sight, change: OperatorOff | TechnologyOff, effect: Effect, layers: Collection[LayerKey]) -> None:
    """Let whole layers end."""
    technology = change.technology if isinstance(change, TechnologyOff) else None
    ended = {
        (operator, name)
        for operator, name in layers
        if sight.sees(operator) and change.operator in (None, operator) and technology in (None, name)
    }
    who = Organisation.objects.filter(pk=change.operator).first() if change.operator else None
    subject = f"{technology} của {who or 'mọi doanh nghiệp'}" if technology else f"mọi trạm của {who}"
    if not ended:
        effect.wrong.append(f"Lượt tính này không có {technology or 'doanh nghiệp'} ấy để tắt: đã bỏ qua.")
        return
    effect.ended |= ended
    effect.told.append(Told(change, f"Tắt {subject}"))


def mast_off(sight: Sight, change: MastOff, effect: Effect) -> None:
    """Take a mast's cells off the air."""
    mast = sight.masts().filter(pk=change.mast).first()
    rows = cells_on(sight, [change.mast]) if mast else []
    if mast is None:
        effect.wrong.append(f"Cột số {change.mast} {NOT_HERE}: đã bỏ qua.")
        return
    if not rows:
        effect.wrong.append(f"Cột {mast.code} không có ô nào phát sóng trong lượt tính này: đã bỏ qua.")
        return
    effect.off |= {row.pk: row for row in rows}
    whose = ", ".join(sorted({row.station.operator.short_name or row.station.operator.name for row in rows}))
    effect.told.append(Told(change, f"Tắt cột {mast.code} ({whose}; {len(rows)} ô)"))


def cells_on(sight: Sight, masts: Iterable[int]) -> list[network.Cell]:
    """Give the cells on masts, with station, mast and operator."""
    return sight.rows(station__mast__in=list(masts))


# --- what fails together


def group_off(sight: Sight, change: GroupOff, effect: Effect) -> None:
    """Take the cells of masts that fail together off the air."""
    found = GROUPS[change.kind](sight, change.key)
    if found is None:
        effect.wrong.append(f"{KIND_WORDS[change.kind]} số {change.key} {NOT_HERE}: đã bỏ qua.")
        return
    words, masts, users, stays = found
    rows = [row for row in cells_on(sight, masts) if users is None or row.station.operator_id in users]
    here: dict[tuple[int, int], list[network.Cell]] = {}
    for row in rows:
        here.setdefault((row.station.mast_id, row.station.operator_id), []).append(row)
    dependents: list[Dependent] = []
    for (mast, operator), cells in sorted(here.items(), key=lambda both: (masts[both[0][0]].code, both[0])):
        reason = stays.get((mast, operator), "")
        dependents.append(Dependent(masts[mast], cells[0].station.operator, reason, mast in change.kept))
        if not reason and mast not in change.kept:
            effect.off |= {row.pk: row for row in cells}
    effect.told.append(Told(change, words, ASSUMED[change.kind], tuple(dependents)))


Group = tuple[str, dict[int, network.Mast], set[int] | None, dict[tuple[int, int], str]]
"""Words, masts by key, whose stations fail (None: everybody's), and why an operator's stations on a mast stay on."""


def on_cable(sight: Sight, key: int) -> Group | None:
    """Find what hangs on a cable: its owner's and tenants' stations on masts that no other cable of theirs passes."""
    cable = sight.lines(network.CableRoute).filter(pk=key).first()
    if cable is None:
        return None
    on = sight.run.on
    tenants = network.Tenancy.objects.filter(cable=cable, since_on__lte=on).exclude(until_on__lte=on)
    users = {cable.owner_id, cable.operator_id, *tenants.values_list("tenant", flat=True)} - {None}
    users = {user for user in users if sight.sees(user)}
    joints = [joint.point for joint in cable.closures.all()]
    masts = masts_near(sight, [cable.path, *joints])
    others = network.CableRoute.objects.in_use(on).filter(Q(owner__in=users) | Q(operator__in=users)).exclude(pk=key)
    return f"Đứt tuyến cáp {cable.code}", masts, users, passed_by(masts, others)


def passed_by(masts: dict[int, network.Mast], cables: QuerySet[network.CableRoute]) -> dict[tuple[int, int], str]:
    """Say of masts which other cable passes them, and whose it is: by mast and operator."""
    if not masts:
        return {}
    area = Polygon.from_bbox(box([(mast.lon, mast.lat) for mast in masts.values()]))
    found: dict[tuple[int, int], str] = {}
    for cable in cables.filter(path__intersects=area).order_by("code", "pk"):
        for mast in near_keys(masts, [cable.path]):
            for user in {cable.owner_id, cable.operator_id or cable.owner_id}:
                found.setdefault((mast, user), f"còn tuyến cáp {cable.code} chạy qua")
    return found


def in_commune(sight: Sight, key: int) -> Group | None:
    """Find the masts of a commune of the run's province."""
    commune = Place.objects.communes().filter(pk=key, province=sight.run.province_id).first()
    if commune is None:
        return None
    masts = {mast.pk: mast for mast in sight.masts().filter(commune=commune).order_by("code")}
    return f"Mất điện {commune.name_inside}", masts, None, {}


def along_poles(sight: Sight, key: int) -> Group | None:
    """Find the masts along a pole line."""
    line = sight.lines(network.PoleLine).filter(pk=key).first()
    return line and (f"Mất điện dọc tuyến cột {line.code}", masts_near(sight, [line.path]), None, {})


GROUPS: dict[GroupKind, Callable[[Sight, int], Group | None]] = {
    GroupKind.CABLE: on_cable,
    GroupKind.COMMUNE: in_commune,
    GroupKind.POLE_LINE: along_poles,
}
KIND_WORDS = {GroupKind.CABLE: "Tuyến cáp", GroupKind.COMMUNE: "Xã, phường", GroupKind.POLE_LINE: "Tuyến cột"}


def masts_near(sight: Sight, shapes: Sequence[Any]) -> dict[int, network.Mast]:
    """Give the masts within `NEAR_M` of one of several shapes, by key, in the order of their codes."""
    west, south, east, north = box([spot for shape in shapes for spot in spots(shape)])
    rows = sight.masts().filter(lon__range=(west, east), lat__range=(south, north)).order_by("code", "pk")
    masts = {mast.pk: mast for mast in rows}
    near = near_keys(masts, shapes)
    return {key: mast for key, mast in masts.items() if key in near}


def spots(shape: Any) -> list[tuple[float, float]]:
    """Give the vertices of a point or a line."""
    return [tuple(shape.coords)] if shape.geom_type == "Point" else list(shape.coords)  # type: ignore[list-item]


def box(places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Give the box about places with `NEAR_M` beyond."""
    lons, lats = zip(*places, strict=True)
    more = 1.2 * NEAR_M / METRES_PER_DEGREE
    return min(lons) - more, min(lats) - more, max(lons) + more, max(lats) + more


def near_keys(masts: dict[int, network.Mast], shapes: Sequence[Any]) -> set[int]:
    """Tell which masts lie within `NEAR_M` of one of several shapes, in metres on a plane that is true there."""
    if not masts:
        return set()
    keys, rows = list(masts), list(masts.values())
    scale = np.array([np.cos(np.radians(rows[0].lat)), 1.0]) * METRES_PER_DEGREE
    points = shapely.points(np.array([(mast.lon, mast.lat) for mast in rows]) * scale)
    flat = [shapely.transform(shapely.from_wkb(bytes(shape.wkb)), lambda c: c * scale) for shape in shapes]
    away = np.min([shapely.distance(points, shape) for shape in flat], axis=0)
    return {key for key, metres in zip(keys, away.tolist(), strict=True) if metres <= NEAR_M}


# --- cells otherwise, and new ones


def cell_altered(sight: Sight, change: CellAltered, effect: Effect) -> None:
    """Turn, tilt, raise or strengthen a cell."""
    row = next(iter(sight.rows(pk=change.cell)), None)
    if row is None:
        effect.wrong.append(f"Ô số {change.cell} {NOT_HERE}: đã bỏ qua.")
        return
    given = change.alterations()
    cell = altered(sight.registered(row.pk), change)
    name = f"ô {row.code} trên cột {row.station.mast.code}"
    if may_stand(sight, [cell], name, effect):
        effect.altered[row.pk] = (row, louder(cell, sight.run))
        said = "; ".join(f"{FIELD_WORDS[field]} {number(value, 1)}{UNITS[field]}" for field, value in given.items())
        effect.told.append(Told(change, f"Đổi {name}: {said}"))


def altered(cell: Cell, change: CellAltered) -> Cell:
    """Give a cell as it will be; one that gets a direction no longer sends to all sides."""
    omni = cell.omnidirectional and change.azimuth_deg is None
    said: dict[str, Any] = {"structure_height_m": None, "omnidirectional": omni, **change.alterations()}
    return replace(cell, **said)


def faults_in(sight: Sight, change: CellAltered | SiteAdded) -> list[str]:
    """Say what is wrong with an altered cell of the run, or with a site to add."""
    cells = cells_of(change) if isinstance(change, SiteAdded) else [altered(sight.registered(change.cell), change)]
    return [f"{fault[:1].upper()}{fault[1:]}" for fault in faults_of(sight.run, cells)]


FIELD_WORDS = {
    "azimuth_deg": "hướng",
    "tilt_electrical_deg": "góc ngẩng điện",
    "tilt_mechanical_deg": "góc ngẩng cơ",
    "height_m": "độ cao",
    "power_dbm": "công suất",
}
UNITS = {
    name: "°" if name.endswith("_deg") else f" {name.rpartition('_')[2].replace('dbm', 'dBm')}" for name in FIELD_WORDS
}


def site_added(sight: Sight, change: SiteAdded, effect: Effect) -> None:
    """Add a site."""
    who = Organisation.objects.operators().filter(pk=change.operator).first()
    if who is None or not sight.sees(who.pk):
        effect.wrong.append(f"Doanh nghiệp số {change.operator} {NOT_HERE}: đã bỏ qua.")
        return
    cells = cells_of(change, len(effect.added))
    name = f"trạm {change.technology} của {who.short_name or who.name}"
    if may_stand(sight, cells, name, effect):
        effect.added += [louder(cell, sight.run) for cell in cells]
        where = f"{number(change.lon, 5)}; {number(change.lat, 5)}"
        sides = ", ".join(f"{azimuth:.0f}°" for azimuth in change.azimuths_deg) or "mọi hướng"
        how = f"{change.band}, cao {number(change.height_m, 1)} m, {number(change.power_dbm, 1)} dBm, {sides}"
        effect.told.append(Told(change, f"Thêm {name} tại {where} ({how})"))


def cells_of(change: SiteAdded, first: int = 0) -> list[Cell]:
    """Give the cells of an added site, numbered on from the first: a sector for each azimuth, or one to all sides."""
    return [
        Cell(
            id=f"{ADDED}{first + k}",
            technology=change.technology,
            lon=change.lon,
            lat=change.lat,
            height_m=change.height_m,
            power_dbm=change.power_dbm,
            bandwidth_mhz=change.bandwidth_mhz,
            band=change.band,
            azimuth_deg=azimuth,
            omnidirectional=azimuth is None,
            operator=str(change.operator),
        )
        for k, azimuth in enumerate(change.azimuths_deg or (None,))
    ]


ADDED = "+"
"""Before the number of a cell that is no row."""


def may_stand(sight: Sight, cells: Sequence[Cell], name: str, effect: Effect) -> bool:
    """Check cells as any run checks them, and that they stand on its terrain; say what is wrong otherwise."""
    faults = faults_of(sight.run, cells)
    effect.wrong += [f"Đã bỏ qua {name}: {fault}" for fault in faults]
    return not faults


def faults_of(run: CoverageRun, cells: Sequence[Cell]) -> list[str]:
    """Say what is wrong with cells that somebody made up."""
    west, south, east, north = area_of(run.terrain)
    if not all(west < cell.lon < east and south < cell.lat < north for cell in cells):
        limits = f"kinh độ {number(west, 3)}–{number(east, 3)}, vĩ độ {number(south, 3)}–{number(north, 3)}"
        return [f"điểm nằm ngoài địa hình của lượt tính; cần {limits}."]
    if run.technologies and any(cell.technology not in run.technologies for cell in cells):
        return [f"lượt tính này chỉ có {', '.join(run.technologies)}; chọn một trong số đó, hoặc tính lượt mới."]
    faults = check_cells(cells, method=METHOD, rule=RULE)
    return list(dict.fromkeys(f"{fault.message} {fault.right}" for fault in faults))
