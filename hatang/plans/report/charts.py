"""The report's charts, drawn by matplotlib: SVG for page and PDF, PNG for DOCX, safe for colour-blind readers."""

from __future__ import annotations

import hashlib
import io
import math
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache as kept

from hatang.core.vietnamese import number
from hatang.plans.report import parts
from hatang.plans.report.letter import Bar, BarChart, IndicatorMap, MapChart, MapShade, Trend, TrendChart
from hatang.plans.report.parts import STATE_INKS, STATE_LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = Path(settings.ROOT) / "node_modules/@expo-google-fonts/tinos"
SIGN_FONT = "DejaVu Sans"
WIDTH_IN = 6.3
DOTS_PER_INCH = 220
INK, GRID, LINE, GOAL = "#1a1a1a", "#cfcfcf", "#0b5c8e", "#545d68"
MOST_PERCENT = 120
TOP_OF_PERCENTS = 105
KEPT_SECONDS = 30 * 24 * 3600
LABEL_LETTERS = 30
SHADES = {
    "low3": "#8c4a06", "low2": "#cf8f3d", "low1": "#f0d9a8", "high1": "#b4dcd6", "high2": "#5cada2",
    "q1": "#deebf5", "q2": "#adcfe6", "q3": "#6faad0", "q4": "#3380b5", "q5": "#0b4f80", "": "#ffffff",
}  # fmt: skip
MAP_HEIGHT_IN = 3.4
DRAWING = threading.Lock()

Chart = BarChart | TrendChart | MapChart


def draw(chart: Chart, kind: str) -> bytes:
    """Draw a chart as "svg" or "png"; the same chart is drawn once and kept for every process."""
    key = f"chart-{kind}-{hashlib.sha256(f'{_look()}{chart!r}'.encode()).hexdigest()}"
    picture: bytes | None = kept.get(key)
    if picture is None:
        picture = _drawn(chart, kind)
        kept.set(key, picture, KEPT_SECONDS)
    return picture


@cache
def _look() -> str:
    """Digest what decides the look besides the data, so that a kept picture of an older look is not shown."""
    sources = [Path(str(module)).read_bytes() for module in (__file__, parts.__file__)]
    return hashlib.sha256(b"".join(sources) + repr((STATE_INKS, STATE_LABELS)).encode()).hexdigest()


def _drawn(chart: Chart, kind: str) -> bytes:
    with DRAWING:
        figure = _draw_any(chart)
        file = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(file, format=kind, dpi=DOTS_PER_INCH, metadata=metadata)
    return file.getvalue()


def _draw_any(chart: Chart) -> Figure:
    if isinstance(chart, MapChart):
        return _draw_maps(chart)
    return _draw_bars(chart) if isinstance(chart, BarChart) else _draw_trends(chart)


def sign_fonts() -> Path:
    """Find the folder of the font that draws ✓ and ✕, which Tinos lacks; it comes with matplotlib."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib")
    return Path(found.origin).parent / "mpl-data/fonts/ttf"


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
            "font.family": ["Tinos", SIGN_FONT],
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
    if any(bar.percent > MOST_PERCENT for bar in chart.bars):
        axes.set_xlabel(f"Thanh vượt {MOST_PERCENT}% mục tiêu chỉ vẽ đến {MOST_PERCENT}%", fontsize=9, loc="left")
    _quiet(axes, "x")
    return figure


def _draw_bar(axes: Axes, position: int, bar: Bar) -> None:
    """Draw one bar with its figures beside it; a bar that runs over the scale is cut there."""
    length = min(max(bar.percent, 0), MOST_PERCENT)
    colour = STATE_INKS[bar.state_code]
    axes.barh(position, length, height=0.6, color=colour, edgecolor="white", hatch="///" if bar.simulated else None)
    told = f"{STATE_LABELS[bar.state_code]}: {bar.written}"
    axes.text(max(length, 100) + 2.5, position, told, va="center", ha="left", fontsize=9, color=colour)


def _draw_trends(chart: TrendChart) -> Figure:
    rows = (len(chart.trends) + 1) // 2
    figure = _figure(1.65 * rows)
    for axes, trend in zip(figure.subplots(rows, 2, squeeze=False).flat, chart.trends, strict=False):
        _draw_trend(axes, trend)
    for axes in figure.axes[len(chart.trends) :]:
        axes.set_axis_off()
    return figure


def _draw_trend(axes: Axes, trend: Trend) -> None:
    axes.set_title(
        f"{trend.name}{f' ({trend.unit})' if trend.unit else ''}", fontsize=10, loc="left", pad=14, wrap=True
    )
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
    axes.set_ylim(0, _top(trend))
    axes.yaxis.set_major_formatter(lambda value, _: number(value, 1))
    axes.tick_params(axis="y", labelsize=9)
    _quiet(axes, "y")


def _top(trend: Trend) -> float:
    """Give the scale's end; one of percents ends just above 100, unless a figure itself stands higher."""
    highest = max((*trend.values, *trend.target_values))
    roomy = (highest or 1) * 1.25
    return min(roomy, max(TOP_OF_PERCENTS, highest)) if trend.unit == "%" else roomy


def _quiet(axes: Axes, grid: str) -> None:
    axes.grid(axis="x" if grid == "x" else "y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0)


def _draw_maps(chart: MapChart) -> Figure:
    longest = max(len(drawn.shades) for drawn in chart.maps)
    figure = _figure(MAP_HEIGHT_IN + 0.2 * longest)
    for axes, drawn in zip(figure.subplots(1, max(2, len(chart.maps))).flat, chart.maps, strict=False):
        _draw_map(axes, drawn)
    for axes in figure.axes:
        axes.set_axis_off()
    return figure


def _draw_map(axes: Axes, drawn: IndicatorMap) -> None:
    """Colour the communes; those without a figure are hatched, so that paper without colour tells them too."""
    from matplotlib.patches import Patch, PathPatch
    from matplotlib.path import Path as Outline

    axes.set_title(fill(drawn.name, 2 * LABEL_LETTERS), fontsize=10, loc="left")
    for area in drawn.areas:
        rings = [list(zip(ring[::2], ring[1::2], strict=True)) for ring in area.rings]
        outline = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
        hatch = None if area.shade else "/////"
        axes.add_patch(
            PathPatch(outline, facecolor=SHADES[area.shade], edgecolor="#6b7683", linewidth=0.3, hatch=hatch)
        )
    axes.autoscale_view()
    axes.set_aspect(1 / math.cos(math.radians(sum(axes.get_ylim()) / 2)))
    handles = [
        Patch(facecolor=SHADES[s.key], edgecolor="#6b7683", hatch=None if s.key else "/////", label=_counted(s))
        for s in drawn.shades
    ]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), fontsize=9, frameon=False)


def _counted(shade: MapShade) -> str:
    return f"{shade.label} ({number(shade.count)})"
