"""How heights and land cover of a terrain look in small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from hatang.core.terrain.pictures import picture_png
from hatang.core.terrain.raster_tiles import Palette
from hatang.core.vietnamese import number
from hatang.coverage.models import Terrain

LOWEST_M = -500.0
HEIGHT_TINTS = (
    (LOWEST_M, "#7fa8c9"),
    (0.5, "#a9c79a"),
    (100.0, "#c5d6a1"),
    (250.0, "#e3e1ae"),
    (500.0, "#e6cf98"),
    (800.0, "#d6b07a"),
    (1200.0, "#b98c5f"),
    (2000.0, "#9a7358"),
    (3000.0, "#e8e4e1"),
)
COVER_TINTS = ((0.0, "#f1ecdc"), (0.5, "#cfdcae"), (5.0, "#a3c58a"), (12.0, "#5f9a63"), (18.0, "#8a7f9e"))


@dataclass(frozen=True)
class Tint:
    """A line of a legend: its colour and what it stands for."""

    colour: str
    words: str


def heights_png(terrain: Terrain) -> bytes:
    """Draw a terrain's heights in stepped colours, slopes shaded."""
    assert terrain.heights
    return picture_png(Path(terrain.heights.file.path), Palette.steps(HEIGHT_TINTS))


def cover_png(terrain: Terrain) -> bytes:
    """Draw the heights of what stands on the ground."""
    assert terrain.clutter
    return picture_png(Path(terrain.clutter.file.path), Palette.steps(COVER_TINTS), lit=False)


def legend(tints: Sequence[tuple[float, str]]) -> list[Tint]:
    """Say what each colour stands for, metres.

    >>> [tint.words for tint in legend(HEIGHT_TINTS)][:3]
    ['dưới 0,5 m', '0,5–100 m', '100–250 m']
    """
    bounds = [written_m(value) for value, _ in tints]
    words = [f"{low}–{high} m" for low, high in pairwise(bounds)] + [f"từ {bounds[-1]} m"]
    if tints[0][0] == LOWEST_M:
        words[0] = f"dưới {bounds[1]} m"
    return [Tint(colour, text) for (_, colour), text in zip(tints, words, strict=True)]


def written_m(value: float) -> str:
    """Write metres with a decimal only where there is one."""
    return number(value, 0 if value == int(value) else 1)
