"""The drawing of a path: the ground on a bent Earth, the ray, the Fresnel zone, in the units of an SVG.

All coordinates are texts with a point for decimals, as SVG takes them whatever the page's language.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hatang.core.terrain.grid import Doubles
from hatang.core.vietnamese import number
from hatang.coverage.services.village.profiles import FREE_SHARE, Sightline

WIDTH, HEIGHT = 760, 360
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 34, 46
MOST_POINTS = 400
NICE = (1, 2, 5, 10)


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it is, and its words."""

    at: str
    words: str


@dataclass(frozen=True)
class Mark:
    """A point with words beside it; `anchor` is on which side of it the words stand."""

    x: str
    y: str
    words: str
    anchor: str = "start"
    above: str = "0"


@dataclass(frozen=True)
class Drawing:
    """What the template draws."""

    ground: str
    cover: str
    zone: str
    free_zone: str
    ray: tuple[str, str, str, str]
    mast: tuple[str, str, str]
    receiver: tuple[str, str, str]
    ends: str
    worst: Mark
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM
    right: int = WIDTH - RIGHT


@dataclass(frozen=True)
class Frame:
    """From kilometres and metres to the drawing."""

    length_km: float
    low_m: float
    high_m: float

    def x(self, km: Doubles | float) -> Doubles:
        """Give where distances lie."""
        return np.asarray(LEFT + np.asarray(km) / self.length_km * (WIDTH - LEFT - RIGHT))

    def y(self, m: Doubles | float) -> Doubles:
        """Give where heights lie."""
        share = (np.asarray(m) - self.low_m) / (self.high_m - self.low_m)
        return np.asarray(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))


def drawing_of(path: Sightline) -> Drawing:
    """Draw a path."""
    km = path.profile.distances_km
    shown = thinned(len(km), path.worst)
    frame = frame_of(path)
    free = FREE_SHARE * path.fresnel_m
    x = frame.x(km)
    return Drawing(
        ground=area(x[shown], frame.y(path.ground_m)[shown]),
        cover=band(x[shown], frame.y(path.tops_m)[shown], frame.y(path.ground_m)[shown]),
        zone=band(x[shown], *zone(path, frame, path.fresnel_m, shown)),
        free_zone=band(x[shown], *zone(path, frame, free, shown)),
        ray=tuple(map(written, (x[0], frame.y(path.ray_m)[0], x[-1], frame.y(path.ray_m)[-1]))),  # type: ignore[arg-type]
        mast=upright(path, frame, 0),
        receiver=upright(path, frame, -1),
        ends=ends_words(path),
        worst=worst_mark(path, frame),
        across=tuple(
            Tick(written(float(frame.x(at))), number(at, 2)) for at in ticks(0, path.profile.distances_km[-1])
        ),
        up=tuple(Tick(written(float(frame.y(at))), number(at)) for at in ticks(frame.low_m, frame.high_m)),
    )


def frame_of(path: Sightline) -> Frame:
    """Choose what fits: the ground from below, the zone and the tops from above."""
    low = min(float(path.ground_m.min()), float((path.ray_m - path.fresnel_m).min()))
    high = max(float(path.tops_m.max()), float((path.ray_m + path.fresnel_m).max()))
    room = max(high - low, 20.0)
    return Frame(float(path.profile.distances_km[-1]), max(low - 0.08 * room, low - 30), high + 0.12 * room)


def thinned(points: int, kept: int) -> list[int]:
    """Choose no more points than the drawing can show, the ends and the one to be marked among them."""
    if points <= MOST_POINTS:
        return list(range(points))
    some = np.linspace(0, points - 1, MOST_POINTS).round().astype(int)
    return sorted({*some.tolist(), kept})


def zone(path: Sightline, frame: Frame, radius_m: Doubles, shown: list[int]) -> tuple[Doubles, Doubles]:
    """Give the upper and lower edge of a part of the Fresnel zone."""
    return frame.y(path.ray_m + radius_m)[shown], frame.y(path.ray_m - radius_m)[shown]


def area(x: Doubles, y: Doubles) -> str:
    """Give the outline of what lies under a line."""
    floor = written(HEIGHT - BOTTOM)
    return f"M{written(x[0])} {floor}L{line(x, y)}L{written(x[-1])} {floor}Z"


def band(x: Doubles, upper: Doubles, lower: Doubles) -> str:
    """Give the outline of what lies between two lines."""
    return f"M{line(x, upper)}L{line(x[::-1], lower[::-1])}Z"


def line(x: Doubles, y: Doubles) -> str:
    """Give points one after the other."""
    return "L".join(f"{written(a)} {written(b)}" for a, b in zip(x, y, strict=True))


def written(value: float) -> str:
    """Write a coordinate to a tenth of a unit."""
    return f"{value:.1f}"


def upright(path: Sightline, frame: Frame, end: int) -> tuple[str, str, str]:
    """Give where an antenna's mast stands: across, its foot, its top."""
    x, foot = frame.x(path.profile.distances_km)[end], frame.y(path.ground_m)[end]
    return written(x), written(foot), written(frame.y(path.ray_m)[end])


def ends_words(path: Sightline) -> str:
    """Say how high both antennas stand above their ground."""
    mast_m, receiver_m = (float(path.ray_m[end] - path.profile.heights_m[end]) for end in (0, -1))
    return f"trạm: ăng ten {number(mast_m, 1)} m · nơi thu: máy {number(receiver_m, 1)} m"


def worst_mark(path: Sightline, frame: Frame) -> Mark:
    """Mark the point that comes furthest into the zone, its words on the side where there is room."""
    km = float(path.profile.distances_km[path.worst])
    x, y = float(frame.x(km)), float(frame.y(float(path.tops_m[path.worst])))
    anchor = "start" if km < path.profile.distances_km[-1] / 2 else "end"
    over = number(abs(path.clearance_m), 1)
    words = f"hở {over} m" if path.sees else f"che {over} m"
    above = max(y - 12, TOP + 4)
    return Mark(written(x), written(y), words, anchor, written(above))


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Give round numbers within a range, no more than about so many.

    >>> ticks(0, 12.3), ticks(183, 420)
    ([0, 2, 4, 6, 8, 10, 12], [200, 250, 300, 350, 400])
    """
    raw = (high - low) / most
    power = 10 ** math.floor(math.log10(raw))
    step = next(nice * power for nice in NICE if nice * power >= raw * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]
