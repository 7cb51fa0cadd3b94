"""The report's charts, drawn by matplotlib: SVG for page and PDF, PNG for DOCX, safe for colour-blind readers."""

from __future__ import annotations

import io
import threading
from functools import cache, lru_cache
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from django.conf import settings

from hatang.core.vietnamese import number
from hatang.plans.report.letter import Bar, BarChart, Trend, TrendChart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = Path(settings.ROOT) / "node_modules/@expo-google-fonts/tinos"
WIDTH_IN = 6.3
DOTS_PER_INCH = 220
INK, GRID, LINE, GOAL = "#1a1a1a", "#cfcfcf", "#0072b2", "#d55e00"
STATE_COLOURS = {
    "met": "#0072b2",
    "on_track": "#56b4e9",
    "at_risk": "#e69f00",
    "missed": "#d55e00",
    "not_measured": "#999999",
    "not_due": "#bbbbbb",
}
MOST_PERCENT = 125
LABEL_LETTERS = 30
DRAWING = threading.Lock()


@lru_cache(maxsize=64)
def draw(chart: BarChart | TrendChart, kind: str) -> bytes:
    """Draw a chart as "svg" or "png"; the same chart is drawn once."""
    with DRAWING:
        figure = _draw_bars(chart) if isinstance(chart, BarChart) else _draw_trends(chart)
        file = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(file, format=kind, dpi=DOTS_PER_INCH, metadata=metadata)
    return file.getvalue()


@cache
def _figure_class() -> type[Figure]:
    """Load matplotlib, which takes a second, when the first chart is asked for; set its font once."""
    import matplotlib as mpl
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    for path in FONTS.glob("*/*.ttf"):
        font_manager.fontManager.addfont(str(path))
    mpl.rcParams.update(
        {
            "font.family": "Tinos",
            "font.size": 10,
            "svg.fonttype": "path",
            "svg.hashsalt": "hatang",
            "hatch.linewidth": 0.6,
            "axes.edgecolor": GRID,
            "axes.labelcolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
        }
    )
    return Figure


def _figure(height_in: float) -> Figure:
    return _figure_class()(figsize=(WIDTH_IN, height_in), layout="constrained")


def _draw_bars(chart: BarChart) -> Figure:
    figure = _figure(0.75 + 0.33 * len(chart.bars))
    axes = figure.subplots()
    for position, bar in enumerate(chart.bars):
        _draw_bar(axes, position, bar)
    axes.axvline(100, color=INK, linewidth=1)
    axes.text(100, -1.25, "mục tiêu", ha="center", va="top", fontsize=9, backgroundcolor="white")
    axes.set_yticks(range(len(chart.bars)), [fill(bar.label, LABEL_LETTERS) for bar in chart.bars])
    axes.set_ylim(len(chart.bars) - 0.4, -1.3)
    axes.set_xlim(0, 190)
    axes.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100%"])
    _quiet(axes, "x")
    return figure


def _draw_bar(axes: Axes, position: int, bar: Bar) -> None:
    """Draw one bar with its figures beside it; a bar that runs over the scale is cut there."""
    length = min(max(bar.percent, 0), MOST_PERCENT)
    colour = STATE_COLOURS[bar.state_code]
    axes.barh(position, length, height=0.6, color=colour, edgecolor="white", hatch="///" if bar.simulated else None)
    axes.text(max(length, 100) + 2.5, position, bar.written, va="center", ha="left", fontsize=9)


def _draw_trends(chart: TrendChart) -> Figure:
    rows = (len(chart.trends) + 1) // 2
    figure = _figure(1.95 * rows)
    for axes, trend in zip(figure.subplots(rows, 2, squeeze=False).flat, chart.trends, strict=False):
        _draw_trend(axes, trend)
    for axes in figure.axes[len(chart.trends) :]:
        axes.set_axis_off()
    return figure


def _draw_trend(axes: Axes, trend: Trend) -> None:
    axes.set_title(f"{trend.name}{f' ({trend.unit})' if trend.unit else ''}", fontsize=10, loc="left", wrap=True)
    style: dict[str, Any] = {"linestyle": "--" if trend.simulated else "-"}
    axes.plot(trend.years, trend.values, color=LINE, marker="o", markersize=4, **style)
    axes.plot(trend.target_years, trend.target_values, color=GOAL, marker="D", markersize=6, linestyle="", mfc="none")
    for year, value in zip(trend.target_years, trend.target_values, strict=True):
        axes.annotate(
            number(value, 1), (year, value), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=9
        )
    years = sorted({*trend.years, *trend.target_years})
    axes.set_xticks(range(years[0], years[-1] + 1), [str(y) for y in range(years[0], years[-1] + 1)], fontsize=9)
    axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    top = max((*trend.values, *trend.target_values))
    axes.set_ylim(0, (top or 1) * 1.25)
    axes.yaxis.set_major_formatter(lambda value, _: number(value, 1))
    axes.tick_params(axis="y", labelsize=9)
    _quiet(axes, "y")


def _quiet(axes: Axes, grid: str) -> None:
    axes.grid(axis="x" if grid == "x" else "y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0)
