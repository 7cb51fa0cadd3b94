"""What a finished report consists of: plain texts and rows, the same for the page, the PDF and the DOCX."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any

SIMULATED_LINE = "DỮ LIỆU MÔ PHỎNG"
SIMULATED_NOTE = f"{SIMULATED_LINE} – được sinh ra để dùng thử, không phải số liệu chính thức"
NO_TEXT = "(chưa có nội dung)"


@dataclasses.dataclass(frozen=True)
class Letterhead:
    """Who writes what to whom, under which number, where and when."""

    parent_body: str
    body: str
    number: str
    place_and_date: str
    title: str
    addressee: str


@dataclasses.dataclass(frozen=True)
class Signature:
    """On whose authority, as what, and who signs."""

    authority: str
    title: str
    name: str


@dataclasses.dataclass(frozen=True)
class TargetRow:
    """One target with its figure of the year before and of the year; figures are written, units apart."""

    number: str
    name: str
    unit: str
    target: str
    previous: str
    current: str
    state: str
    state_code: str
    how: str
    how_code: str
    simulated: bool


@dataclasses.dataclass(frozen=True)
class TargetGroup:
    """The targets of one component."""

    name: str
    rows: tuple[TargetRow, ...]


@dataclasses.dataclass(frozen=True)
class TargetTable:
    """The targets for the end of one year, with what can be said of them in one sentence."""

    number: str
    title: str
    finding: str
    groups: tuple[TargetGroup, ...]


@dataclasses.dataclass(frozen=True)
class Bar:
    """How far one target is reached; `percent` is of the way from nothing to the target, `written` the figures."""

    label: str
    percent: float
    written: str
    state_code: str
    simulated: bool


@dataclasses.dataclass(frozen=True)
class BarChart:
    """Targets side by side, each against its own goal."""

    title: str
    alt: str
    bars: tuple[Bar, ...]


@dataclasses.dataclass(frozen=True)
class Trend:
    """One indicator over the years, with its targets."""

    name: str
    unit: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    target_years: tuple[int, ...]
    target_values: tuple[float, ...]
    simulated: bool


@dataclasses.dataclass(frozen=True)
class TrendChart:
    """A few trends side by side, each with a scale of its own."""

    title: str
    alt: str
    trends: tuple[Trend, ...]


@dataclasses.dataclass(frozen=True)
class MapShade:
    """One class of a map's legend: its colour's key, what it means, how many communes are in it."""

    key: str
    label: str
    count: int


@dataclasses.dataclass(frozen=True)
class MapArea:
    """One commune on a map: its class ("" where it has no figure) and its outlines, each lon, lat, lon, lat …"""

    shade: str
    rings: tuple[tuple[float, ...], ...]


@dataclasses.dataclass(frozen=True)
class IndicatorMap:
    """One indicator's figures by commune, coloured."""

    name: str
    shades: tuple[MapShade, ...]
    areas: tuple[MapArea, ...]


@dataclasses.dataclass(frozen=True)
class MapChart:
    """Maps side by side, in one scale."""

    title: str
    alt: str
    maps: tuple[IndicatorMap, ...]


@dataclasses.dataclass(frozen=True)
class TaskRow:
    """One task: when it is due, how it stands."""

    number: str
    title: str
    due: str
    state: str
    late: bool
    progress: str


@dataclasses.dataclass(frozen=True)
class TaskGroup:
    """The tasks that one body leads."""

    body: str
    rows: tuple[TaskRow, ...]


@dataclasses.dataclass(frozen=True)
class AnnexRow:
    """One commune's figures."""

    number: str
    name: str
    cells: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Annex:
    """Counted figures of each commune."""

    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[AnnexRow, ...]


@dataclasses.dataclass(frozen=True)
class ReportContent:
    """The whole report."""

    year: int
    letterhead: Letterhead
    bases: tuple[str, ...]
    opening: str
    general: tuple[str, ...]
    finding: str
    target_tables: tuple[TargetTable, ...]
    bar_charts: tuple[BarChart, ...]
    trend_charts: tuple[TrendChart, ...]
    assessment: tuple[str, ...]
    task_finding: str
    task_groups: tuple[TaskGroup, ...]
    causes: tuple[str, ...]
    obstacles: tuple[str, ...]
    proposals: tuple[str, ...]
    closing: str
    signature: Signature
    recipients: tuple[str, ...]
    annex: Annex
    simulated: bool
    missing: tuple[str, ...]
    map_charts: tuple[MapChart, ...] = ()
    log_note: str = ""

    @property
    def charts(self) -> tuple[BarChart | TrendChart | MapChart, ...]:
        """All charts, in the order in which they stand."""
        return (*self.bar_charts, *self.trend_charts, *self.map_charts)

    @property
    def simulated_note(self) -> str:
        """The line that stands on every page when any figure is simulated; otherwise nothing."""
        return SIMULATED_NOTE if self.simulated else ""


def to_json(content: ReportContent) -> dict[str, Any]:
    """Give the content as plain data, to keep what was sent as it was."""
    return dataclasses.asdict(content)


def from_json(data: dict[str, Any]) -> ReportContent:
    """Rebuild the content that `to_json` gave."""
    content: ReportContent = _build(ReportContent, data)
    return content


def _build(kind: Any, data: Any) -> Any:
    """Rebuild one value by its type: a dataclass (older ones may lack a field), a tuple of one kind, a plain value."""
    if isinstance(kind, types.GenericAlias):
        return tuple(_build(typing.get_args(kind)[0], item) for item in data)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast(Any, kind)(**{name: _build(hints[name], data[name]) for name in hints if name in data})
    return data
