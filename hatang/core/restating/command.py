"""The command `restate`: a series of former units in, the same on today's units out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hatang.core.named_files import named
from hatang.core.restating.crosswalk import Crosswalk, Share
from hatang.core.restating.faults import RestateError
from hatang.core.restating.files import Series, column, out_rows, read_crosswalk, read_series
from hatang.core.restating.restated import (
    Restated,
    align,
    restate_means,
    restate_ratios,
    restate_sums,
    why_not_medians,
)
from hatang.core.vietnamese import number

MOST_NAMED = 10


def restated_rows(given: argparse.Namespace) -> list[list[str]]:
    """Restate a file; what could not be used is told on standard error. Raises ValueError, or OSError."""
    walk = crosswalk_of(given.crosswalk, given.built_in)
    series = named(given.series, lambda: read_series(given.series, walk))
    form = given.form or form_of(series)
    done, unknown = restated(series, walk, form, Share(given.kind), given.scale)
    for line in told(done, unknown):
        print(line, file=sys.stderr)
    return list(out_rows(done, series))


def crosswalk_of(path: Path | None, built_in: str) -> Crosswalk:
    """Read the crosswalk that was named, else the built-in one."""
    if path is not None:
        return named(path, lambda: read_crosswalk(path))
    from hatang.core.restating.units_2025 import read_units_2025

    units = read_units_2025()
    return units.provinces if built_in == "provinces" else units.communes


def form_of(series: Series) -> str:
    """Tell by the columns what the figures are. Raises RestateError where they do not tell."""
    if {"numerator", "denominator"} <= series.columns.keys():
        return "percent"
    if {"value", "weight"} <= series.columns.keys():
        return "mean"
    raise RestateError(
        "Không rõ đây là tổng hay tỷ lệ. Thêm --as sum nếu “Giá trị” là số đếm cộng được; tỷ lệ cần cột “Tử số” và "
        "“Mẫu số”, trung bình cần cột “Trọng số”."
    )


def restated(
    series: Series, walk: Crosswalk, form: str, kind: Share, scale: float | None
) -> tuple[Restated, list[str]]:
    """Restate by the form; and name the units that the crosswalk does not know."""
    if form == "median":
        raise RestateError(why_not_medians())
    fields = {"sum": ("value",), "mean": ("value", "weight")}.get(form, ("numerator", "denominator"))
    aligned = [align(series.codes, column(series, field), walk) for field in fields]
    values, unknown = [array for array, _ in aligned], aligned[0][1]
    if form == "sum":
        return restate_sums(values[0], walk, kind), unknown
    if form == "mean":
        return restate_means(values[0], values[1], walk, kind), unknown
    whole = form == "percent"
    size = scale if scale is not None else 100.0 if whole else 1.0
    return restate_ratios(values[0], values[1], walk, kind, scale=size, of_whole=whole), unknown


def told(done: Restated, unknown: list[str]) -> Iterator[str]:
    """Say what the sums are before and after, and what could not be used."""
    after = done.values if done.denominators is None else done.denominators
    sums = [float(np.sum(x)) for x in (done.before, np.nansum(after, axis=0), done.held_back)]
    before, shown, held_back = (number(x, 2) for x in sums)
    yield f"Tổng trước {before} = tổng sau {shown} + phần của nơi thiếu số liệu {held_back}."
    if unknown:
        more = f" và {number(len(unknown) - MOST_NAMED)} đơn vị khác" if len(unknown) > MOST_NAMED else ""
        yield f"Không có trong bảng chuyển đổi: {', '.join(unknown[:MOST_NAMED])}{more}."
    holes = int(np.isnan(after).any(axis=tuple(range(1, after.ndim))).sum())
    if holes:
        yield f"{number(holes)} đơn vị mới thiếu số liệu của ít nhất một đơn vị cũ (xem cột “Thiếu số liệu của”)."
