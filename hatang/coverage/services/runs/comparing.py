"""Two runs of a province compared: which villages gained or lost a service, at which operator, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from hatang.core.radio.cells import FIELDS, Cell
from hatang.core.vietnamese import day, number
from hatang.coverage.models import SERVICES, CoverageRun, PredictedService
from hatang.coverage.services.runs.inputs import cells_kept
from hatang.coverage.services.runs.tallies import services_of
from hatang.network.models import Technology
from hatang.places.models import Place

COMPARED = (
    *("power_dbm", "height_m", "azimuth_deg", "omnidirectional", "tilt_electrical_deg", "tilt_mechanical_deg"),
    *("band", "frequency_mhz", "bandwidth_mhz", "antenna", "lon", "lat"),
)
"""What of a cell changes its level."""
WORDS = {name: FIELDS.get(name, name) for name in COMPARED} | {"omnidirectional": "phát mọi hướng"}
SAME_LEVEL_DB = 0.05
POWER_DECIMALS = 6
ANYBODY = None


class Cause(StrEnum):
    """Why a place gained or lost a service."""

    NEW_CELL = "ô mới phát sóng"
    CELL_GONE = "ô không còn phát"
    LEFT_OUT = "ô có lỗi trong sổ nên bị bỏ"
    CELL_CHANGED = "ô thay đổi"
    TERRAIN = "địa hình khác"
    THRESHOLDS = "ngưỡng khác"
    SETTINGS = "cách tính khác (tầm tính, hiệu chỉnh, giả định)"
    METHOD = "cùng đầu vào, phiên bản phương pháp khác"
    PLACE = "cùng đầu vào và phương pháp: vị trí của nơi đã sửa"


@dataclass(frozen=True)
class Found:
    """What a run found at a place for an operator, or for whoever serves best."""

    served: bool
    level_dbm: float | None
    technology: str
    operator: int
    cell: int | None


@dataclass(frozen=True)
class Change:
    """A place that gained or lost a service; `operator` None: at whichever operator."""

    place: int
    service: str
    operator: int | None
    gained: bool
    cause: Cause
    detail: str
    cell: int | None
    before_dbm: float | None
    after_dbm: float | None


Where = tuple[int, int | None]


class Comparison:
    """Run `a` and the later run `b`; only operators and technologies that both were asked for are compared."""

    def __init__(self, a: CoverageRun, b: CoverageRun, kinds: Collection[str] = (Place.Kind.VILLAGE,)) -> None:
        self.a, self.b, self.kinds = a, b, kinds
        self.technologies = [str(t) for t in Technology if computes(a, t) and computes(b, t)]
        self.operators = self.asked_operators()
        self.rows = self.read()
        self.services = [name for name in services_of(self.technologies) if self.found_any(SERVICES[name])]

    def asked_operators(self) -> set[int] | None:
        """Give the operators that both runs were asked for, None for all."""
        chosen = [{operator.pk for operator in run.operators.all()} for run in (self.a, self.b)]
        some = [operators for operators in chosen if operators]
        return set.intersection(*some) if some else None

    def read(self) -> dict[int, dict[int, list[Found]]]:
        """Read what both runs found, by run and place."""
        asked = {"run__in": [self.a.pk, self.b.pk], "place__kind__in": self.kinds, "technology__in": self.technologies}
        rows = PredictedService.objects.filter(**asked)
        if self.operators is not None:
            rows = rows.filter(operator__in=self.operators)
        found: dict[int, dict[int, list[Found]]] = {self.a.pk: defaultdict(list), self.b.pk: defaultdict(list)}
        fields = ("served", "level_dbm", "technology", "operator_id", "cell_id")
        for run, place, *facts in rows.values_list("run_id", "place_id", *fields).order_by("pk").iterator(5000):
            found[run][place].append(Found(*facts))
        return found

    @cached_property
    def cells(self) -> tuple[dict[str, Cell], dict[str, Cell]]:
        """Give the cells of both runs as they were in the register, offsets of a calibration taken off again."""
        return registered(self.a), registered(self.b)

    @cached_property
    def left_out(self) -> set[int]:
        """Give the cells that the later run left out for their faults."""
        return {fault["cell"] for fault in self.b.summary.get("left_out", [])}

    def found_any(self, technologies: Collection[str]) -> bool:
        """Tell whether a run found anything, served or not, of one of these technologies."""
        places = (found for by_place in self.rows.values() for found in by_place.values())
        return any(one.technology in technologies for found in places for one in found)

    def best(self, run: CoverageRun, service: str) -> dict[Where, Found]:
        """Give for each place and operator, and for each place whosoever serves, what serves it best."""
        best: dict[Where, Found] = {}
        for place, found in self.rows[run.pk].items():
            for one in found:
                if one.technology in SERVICES[service]:
                    for where in ((place, one.operator), (place, ANYBODY)):
                        best[where] = max(best.get(where, one), one, key=strength)
        return best

    def changes(self, service: str) -> Iterator[Change]:
        """Give what places gained and lost, in places' order; a place that only one run knew is not compared."""
        before, after = self.best(self.a, service), self.best(self.b, service)
        both = self.rows[self.a.pk].keys() & self.rows[self.b.pk].keys()
        for where in sorted(before.keys() | after.keys(), key=lambda w: (w[0], w[1] or 0)):
            had, has = before.get(where), after.get(where)
            if where[0] in both and bool(had and had.served) != bool(has and has.served):
                yield self.change(service, where, had, has)

    def change(self, service: str, where: Where, had: Found | None, has: Found | None) -> Change:
        """Say what happened at a place, and why."""
        gained = bool(has and has.served)
        serving = has if gained else had
        assert serving
        cause, detail = self.cause(serving, had, has)
        before_dbm, after_dbm = had.level_dbm if had else None, has.level_dbm if has else None
        return Change(where[0], service, where[1], gained, cause, detail, serving.cell, before_dbm, after_dbm)

    def cause(self, serving: Found, had: Found | None, has: Found | None) -> tuple[Cause, str]:
        """Find why: first what happened to the cell that serves or served, then what the runs differ in."""
        before, after = (cells.get(str(serving.cell)) for cells in self.cells)
        if before is None and after is not None:
            return Cause.NEW_CELL, ""
        if after is None and before is not None:
            return (Cause.LEFT_OUT if serving.cell in self.left_out else Cause.CELL_GONE), ""
        if before and after and (told := differences(before, after)):
            return Cause.CELL_CHANGED, told
        return self.cause_of_runs(serving.technology, had, has), ""

    def cause_of_runs(self, technology: str, had: Found | None, has: Found | None) -> Cause:
        """Find in what the runs themselves differ."""
        levels = (had.level_dbm if had else None, has.level_dbm if has else None)
        same_level = None not in levels and abs(levels[0] - levels[1]) <= SAME_LEVEL_DB  # type: ignore[operator]
        if threshold_of(self.a, technology) != threshold_of(self.b, technology) and same_level:
            return Cause.THRESHOLDS
        if terrain_of(self.a) != terrain_of(self.b):
            return Cause.TERRAIN
        if settings_of(self.a) != settings_of(self.b):
            return Cause.SETTINGS
        return Cause.METHOD if self.a.code_version != self.b.code_version else Cause.PLACE


def registered(run: CoverageRun) -> dict[str, Cell]:
    """Give the cells of a run with the powers of the register: a run is computed with offsets laid over them."""
    cells = cells_kept(run)
    for key, cell in cells.items():
        offset_db = run.offsets_db.get(f"{cell.operator}:{cell.technology}", 0.0)
        if offset_db and cell.power_dbm is not None:
            cells[key] = replace(cell, power_dbm=round(cell.power_dbm - offset_db, POWER_DECIMALS))
    return cells


def computes(run: CoverageRun, technology: str) -> bool:
    """Tell whether a run was asked for a technology."""
    return not run.technologies or technology in run.technologies


def strength(found: Found) -> tuple[bool, float]:
    """Order what a run found at a place: what suffices before what does not, then by level."""
    return found.served, found.level_dbm if found.level_dbm is not None else float("-inf")


def differences(before: Cell, after: Cell) -> str:
    """Say what changed of a cell.

    >>> cell = Cell("1", "4G", 106.7, 21.8, 30.0, 46.0, azimuth_deg=120.0)
    >>> differences(cell, replace(cell, height_m=25.0, azimuth_deg=None))
    'độ cao ăng ten 30 → 25; góc phương vị 120 → chưa ghi'
    """
    pairs = ((WORDS[name], getattr(before, name), getattr(after, name)) for name in COMPARED)
    return "; ".join(f"{word} {written(old)} → {written(new)}" for word, old, new in pairs if old != new)


def written(value: Any) -> str:
    """Write one of a cell's facts."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, float | int):
        whole, comma, part = number(value, 5).partition(",")
        return f"{whole}{comma}{part}".rstrip("0").rstrip(",") if comma else whole
    return str(value or "chưa ghi")


def threshold_of(run: CoverageRun, technology: str) -> tuple[Any, float]:
    """Give from when on a run called a place served."""
    return run.summary["services"][technology]["threshold_dbm"], run.served_percent


def terrain_of(run: CoverageRun) -> tuple[str, Any]:
    """Name the ground of a run, with its land cover."""
    terrain = run.summary["terrain"]
    return terrain["version"], terrain["report"].get("clutter_version")


def settings_of(run: CoverageRun) -> tuple[Any, ...]:
    """Give what else a run was told."""
    told = (run.radius_km, run.kernel, run.offsets_db, run.blank_azimuth_is_omni)
    return (*told, run.summary["conditions"], run.summary["antennas"])


def gained_and_lost(
    a: CoverageRun,
    b: CoverageRun,
    service: str,
    operator: int | None = None,
    kinds: Collection[str] = (Place.Kind.VILLAGE,),
) -> tuple[list[Change], list[Change]]:
    """Give what places gained and lost from one run to a later one, at an operator or (None) at whichever serves."""
    changes = [c for c in Comparison(a, b, kinds).changes(service) if c.operator == operator]
    return [c for c in changes if c.gained], [c for c in changes if not c.gained]


def sentence(a: CoverageRun, b: CoverageRun, service: str, changes: Sequence[Change], *, tells: bool = True) -> str:
    """Say in words what changed for whoever serves, and why where that may be told."""
    of_all = [change for change in changes if change.operator is ANYBODY]
    gained, lost = [c for c in of_all if c.gained], [c for c in of_all if not c.gained]
    first = f"Từ lượt ngày {day(a.on)} đến lượt ngày {day(b.on)}"
    if a.on == b.on:
        first = f"Từ lượt “{a}” đến lượt “{b}”"
    if not of_all:
        return f"{first}, không thôn nào có thêm hay mất {service}."
    words = []
    if gained:
        words.append(f"{number(len(gained))} thôn có thêm {service}{why(gained) if tells else ''}")
    if lost:
        words.append(f"{number(len(lost))} thôn mất {service}{why(lost) if tells else ''}")
    return f"{first}, {'; '.join(words)}."


def why(changes: Sequence[Change]) -> str:
    """Give the causes of changes in brackets."""
    return f" ({causes_words(Counter(change.cause for change in changes))})"


def causes_words(counts: Counter[Cause]) -> str:
    """Write how many changes have which cause, the most frequent first.

    >>> causes_words(Counter({Cause.CELL_GONE: 1, Cause.NEW_CELL: 10}))
    '10 do ô mới phát sóng, 1 do ô không còn phát'
    """
    return ", ".join(f"{number(count)} do {cause}" for cause, count in counts.most_common())


def by_cause(changes: Sequence[Change]) -> Mapping[tuple[int | None, bool], Counter[Cause]]:
    """Count causes by operator, for what was gained and what was lost."""
    counts: dict[tuple[int | None, bool], Counter[Cause]] = defaultdict(Counter)
    for change in changes:
        counts[change.operator, change.gained][change.cause] += 1
    return counts
