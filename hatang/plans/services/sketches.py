"""A small picture of a figure, drawn on the server: its years, where they go with the interval, the level asked."""

from __future__ import annotations

from dataclasses import dataclass

from hatang.indicators.services.foresight import Projection, year_of

WIDTH, HEIGHT, MARGIN = 160.0, 60.0, 6.0
HEADROOM = 0.08


@dataclass(frozen=True)
class Sketch:
    """Places in a picture of 160 x 60, ready for SVG: lines as point lists, the level's height, and what it shows."""

    past: str
    dots: tuple[tuple[str, str], ...]
    middle: str
    band: str
    goal: str
    words: str


@dataclass(frozen=True)
class Frame:
    """Which years and levels a picture spans."""

    first: float
    last: float
    least: float
    most: float

    def place(self, year: float, level: float) -> str:
        """Write a point."""
        return f"{self.x(year)},{self.y(level)}"

    def x(self, year: float) -> str:
        """Write how far right a year lies."""
        return f"{MARGIN + (WIDTH - 2 * MARGIN) * (year - self.first) / ((self.last - self.first) or 1):.1f}"

    def y(self, level: float) -> str:
        """Write how far down a level lies."""
        return f"{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (level - self.least) / ((self.most - self.least) or 1):.1f}"


def sketch_of(projection: Projection, goal: float) -> Sketch:
    """Draw a projection."""
    past = [(year_of(p.on), p.value or 0.0) for p in projection.points]
    ahead = [y + 1.0 for y in projection.years]
    levels = [level for _, level in past] + [*projection.low, *projection.high, goal]
    room = HEADROOM * ((max(levels) - min(levels)) or 1)
    frame = Frame(past[0][0], ahead[-1], min(levels) - room, max(levels) + room)
    upper = [past[-1], *zip(ahead, projection.high, strict=True)]
    lower = [past[-1], *zip(ahead, projection.low, strict=True)]
    return Sketch(
        past=" ".join(frame.place(*point) for point in past),
        dots=tuple((frame.x(year), frame.y(level)) for year, level in past),
        middle=" ".join(frame.place(*point) for point in [past[-1], *zip(ahead, projection.values, strict=True)]),
        band=" ".join(frame.place(*point) for point in [*upper, *reversed(lower)]),
        goal=frame.y(goal),
        words=sketch_words(projection, goal),
    )


def sketch_words(projection: Projection, goal: float) -> str:
    """Say what the picture shows."""
    unit, newest = projection.indicator.unit, projection.newest
    told = f"{newest} năm {newest.year}; hết năm {projection.years[-1]} khoảng {unit.plain(projection.low[-1])}"
    return f"{told}–{unit.write(projection.high[-1])}; mức cần {unit.write(goal)}"
