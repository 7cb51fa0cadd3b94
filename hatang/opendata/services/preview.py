"""What the page of a dataset shows of its rows: a page of the table, a map of some, bars of one figure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely

from hatang.core.vietnamese import day, number
from hatang.opendata.catalogue import MARK, Chart, Dataset, Field
from hatang.opendata.services.content import Sheet
from hatang.pages.features import collection

MOST_DRAWN = 400
MOST_BARS = 15
SIMPLER_DEGREES = 0.002
DECIMALS = {"kinh_do": 4, "vi_do": 4}
BARE = {"so", "nam", "tu_nam", "den_nam", "den_het_nam"}
"""Whole numbers that are names or years, written without dots."""


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its figure in words, and how long it is in per cent of the longest."""

    label: str
    value: str
    width: str


@dataclass(frozen=True)
class Bars:
    """A chart: of which rows it tells, and its bars, the longest first."""

    words: str
    value: str
    bars: list[Bar]
    left_out: int


def cell_words(value: Any, field: Field) -> str:
    """Write a cell as people here do."""
    if value is None or value == "":
        return "–"
    if field.kind == "yes_no":
        return "có" if value else "không"
    if field.kind == "day":
        return day(date.fromisoformat(value))
    if field.kind == "number":
        return number(value, DECIMALS.get(field.name, 0 if float(value).is_integer() else 2))
    return number(value) if field.kind == "whole" and field.name not in BARE else str(value)


def shown_first(fields: Sequence[Field]) -> list[int]:
    """Say where the columns stand that a page shows, names before codes and numbers of rows: a telephone shows few."""
    places = range(len(fields))
    return sorted(places, key=lambda n: fields[n].name in ("so", "ma", MARK) or fields[n].name.startswith("ma_"))


def table_of(sheet: Sheet, rows: Sequence[int]) -> list[list[dict[str, Any]]]:
    """Give the cells of rows for a template."""
    order = shown_first(sheet.fields)
    return [[cell_of(sheet.rows[n][at], sheet.fields[at]) for at in order] for n in rows]


def cell_of(value: Any, field: Field) -> dict[str, Any]:
    """Give a cell for a template."""
    return {"text": cell_words(value, field), "number": field.kind in ("whole", "number")}


def shown_on_map(sheet: Sheet, rows: Sequence[int]) -> dict[str, Any]:
    """Give the first rows that have a place as GeoJSON, areas drawn simpler."""
    named = "ten" if "ten" in sheet.place else "loai"
    told = []
    for n in list(rows)[:MOST_DRAWN]:
        shape = sheet.shapes[n]
        if shape is None:
            continue
        simpler = shape if shape.geom_type == "Point" else shapely.set_precision(shape.simplify(SIMPLER_DEGREES), 1e-4)
        name = str(sheet.rows[n][sheet.place[named]])
        told += [drawn(part, name) for part in shapely.get_parts(simpler)]
    return collection(told)


def drawn(shape: Any, name: str) -> dict[str, Any]:
    """Write one shape of a map."""
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(shape)), "properties": {"name": name}}


def bars_of(sheet: Sheet, dataset: Dataset, found: Sequence[int]) -> Bars | None:
    """Give the bars of a dataset's figure in the rows that were found; of several kinds the one with the most rows."""
    chart = dataset.chart
    if chart is None or any(name not in sheet.place for name in (chart.label, chart.value, *chart.of)):
        return None
    kind, rows = same_kind(sheet, chart, found)
    label, value = sheet.place[chart.label], sheet.place[chart.value]
    told = sorted(((row[value], row[label]) for row in rows if row[value]), key=lambda pair: -pair[0])
    if len(told) < 2 or told[0][0] <= 0:
        return None
    longest, field = told[0][0], sheet.named[chart.value]
    bars = [
        Bar(str(name), cell_words(figure, field), f"{max(0.0, 100 * figure / longest):.1f}")
        for figure, name in told[:MOST_BARS]
    ]
    return Bars(", ".join(str(part) for part in kind if part), field.heading, bars, max(0, len(told) - MOST_BARS))


def same_kind(sheet: Sheet, chart: Chart, found: Sequence[int]) -> tuple[tuple[Any, ...], list[list[Any]]]:
    """Give the rows that share what the chart's bars must share: of the newest such kind with the most rows."""
    places, value = [sheet.place[name] for name in chart.of], sheet.place[chart.value]
    rows = [sheet.rows[n] for n in found]
    told = [(tuple(row[n] for n in places), row) for row in rows if row[value] is not None]
    if not told:
        return (), []
    counts = Counter(kind for kind, _ in told)
    most = max(counts.values())
    kind = max((kind for kind, n in counts.items() if n == most), key=lambda kind: str(kind[-1:]))
    return kind, [row for one, row in told if one == kind]
