"""Promise: projections are not worse than saying that nothing changes, and their 80 % intervals hold about 80 %.

Back-tests the methods of hatang/core/foresight on the statistics office's tables by province (1995-2016, with real
dirt), from every origin with three points or more: errors beside the naive forecast, and what the intervals hold, at
one, three and five years; then provinces as the communes of a country, which borrow from each other.

Run: .venv/bin/python -m benchmarks.foresight_backtest FOLDER   (the folder of the tables, with MANIFEST.csv)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.gso_series import Item, read_items
from hatang.core.foresight.backtesting import Trial, rolling_origin, score_of, trial, usual_change
from hatang.core.foresight.borrowing import project_together
from hatang.core.foresight.projecting import LONG

HORIZONS = (1, 3, 5)
ORIGINS_TOGETHER = (2, 3, 4, 5)
THINNED = 64
"""Long series are fitted anew from each origin, which takes tens of milliseconds: of one province in so many."""
BANDS = ((3, 3), (4, 4), (5, 7), (8, LONG - 1), (LONG, 99))


def main(folder: Path) -> None:
    """Print the scores."""
    items = list(read_items(folder))
    print(f"{len(items)} items, {sum(len(i.provinces) for i in items)} series")
    began = perf_counter()
    alone = [(item.share, one) for item in items for one in trials_alone(item)]
    print(f"alone: {len(alone)} projections in {perf_counter() - began:.0f} s")
    for share, label in ((True, "shares of 100"), (False, "counts and amounts")):
        for horizon in HORIZONS:
            told(f"{label}, {horizon} y, all", [t for s, t in alone if s == share and t.horizon == horizon])
            for low, high in BANDS:
                some = [t for s, t in alone if s == share and t.horizon == horizon and low <= t.points <= high]
                told(f"{label}, {horizon} y, {low}-{high} points", some)
    together = [(item.share, one) for item in items for one in trials_together(item)]
    for share, label in ((True, "shares of 100"), (False, "counts and amounts")):
        for horizon in HORIZONS:
            for points in ORIGINS_TOGETHER:
                same = [t for s, t in together if s == share and t.horizon == horizon and t.points == points]
                told(f"borrowed, {label}, {horizon} y, {points} points", same)


def trials_alone(item: Item) -> Iterator[Trial]:
    """Project each province's series by itself."""
    for n, values in enumerate(item.provinces.values()):
        last = None if (n + len(item.name) + len(item.title)) % THINNED == 0 else LONG - 1
        known = [(y, v) for y, v in zip(item.years, values, strict=True) if v is not None]
        most = 100.0 if item.share else None
        least = 0.0 if min((v for _, v in known), default=0) >= 0 else None
        yield from rolling_origin(
            [y for y, _ in known], [v for _, v in known], HORIZONS, last=last, least=least, most=most
        )


def trials_together(item: Item) -> Iterator[Trial]:
    """Project all provinces' series together, from the first years of the table."""
    full = {p: v for p, v in item.provinces.items() if None not in v and (item.share or min(v) > 0)}  # type: ignore[type-var, operator]
    for points in ORIGINS_TOGETHER:
        begun = {p: v for p, v in full.items() if len(set(v[:points])) > 1}
        if len(item.years) > points and len(begun) > 20:
            yield from _from_origin(item, begun, points)


def _from_origin(item: Item, begun: dict[str, tuple[float | None, ...]], points: int) -> Iterator[Trial]:
    """Project from the first years; amounts in logs, so that large and small provinces are of one kind."""
    years, ahead = item.years[:points], [item.years[points - 1] + h for h in HORIZONS]
    shown = {p: np.asarray(v, dtype=float) for p, v in begun.items()}
    kept = {p: v if item.share else np.log(v) for p, v in shown.items()}
    bounds = {"least": 0.0, "most": 100.0} if item.share else {}
    courses = project_together({p: (years, v[:points].tolist()) for p, v in kept.items()}, ahead, **bounds)
    for place, course in courses.items():
        usual = usual_change(np.asarray(years, dtype=float), kept[place][:points])
        for n, (horizon, year) in enumerate(zip(HORIZONS, ahead, strict=True)):
            if year in item.years and usual:
                truth, newest = float(kept[place][item.years.index(year)]), float(kept[place][points - 1])
                inside = bool(course.low[n] - 1e-9 <= truth <= course.high[n] + 1e-9)
                yield trial(horizon, points, truth, float(course.middle[n]), newest, usual, inside)


def told(label: str, trials: Sequence[Trial]) -> None:
    """Print one line."""
    if trials:
        s = score_of(trials)
        print(
            f"{label:<44} {s.trials:>7}  MASE {s.mase:5.2f} (naive {s.naive_mase:5.2f})  "
            f"sMAPE {s.smape_percent:5.1f} % ({s.naive_smape_percent:5.1f} %)  inside {s.inside_percent:4.1f} %",
            flush=True,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
