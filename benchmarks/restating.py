"""Promise: 10,040 former units x 20 series x 15 years restated on 3,321 of today within 3 s.

The built-in crosswalk, made-up figures with one in fifty missing; counts, percentages and means, each with its
interval and its estimated part. Beside it in the same run pandas, merge and group by, which gives the values alone:
neither bounds, nor the estimated part, nor which figures are missing. Values must agree.

Run: .venv/bin/python -m benchmarks.restating
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.timing import line, median_ms
from hatang.core.restating import Crosswalk, Share, restate_means, restate_ratios, restate_sums
from hatang.core.restating.units_2025 import read_units_2025

SIZES = ((1, 1), (20, 5), (20, 15))
PROMISE_MS = 3000.0
MISSING = 0.02
Floats = NDArray[np.float64]


def figures(walk: Crosswalk, series: int, years: int) -> tuple[Floats, Floats]:
    """Make numerators and denominators: (former units, years, series)."""
    random = np.random.default_rng(8)
    below = random.integers(500, 9_000, (len(walk.before), years, series)).astype(np.float64)
    above = np.floor(below * random.random(below.shape))
    above[random.random(below.shape) < MISSING] = np.nan
    return above, below


def by_pandas(walk: Crosswalk, values: Floats) -> Callable[[], Floats]:
    """Give the restating of sums by merge and group by, from a long table as such files are."""
    years, series = values.shape[1:]
    places = pd.MultiIndex.from_product([walk.before, range(years), range(series)], names=["unit", "year", "series"])
    long = pd.DataFrame({"value": values.ravel()}, index=places).reset_index()
    share = walk.weights(Share.PEOPLE).share
    names = [walk.before[k] for k in walk.origin], [walk.after[k] for k in walk.target]
    table = pd.DataFrame({"unit": names[0], "after": names[1], "share": share})

    def run() -> Floats:
        merged = long.merge(table, on="unit")
        merged["part"] = merged["value"] * merged["share"]
        grouped = merged.groupby(["after", "year", "series"], sort=True)["part"]
        return grouped.sum(min_count=1).to_numpy().reshape(len(walk.after), years, series)

    return run


def main() -> None:
    """Measure at three sizes."""
    walk = read_units_2025().communes
    for series, years in SIZES:
        above, below = figures(walk, series, years)
        peer = by_pandas(walk, below)
        assert np.allclose(peer(), restate_sums(below, walk).values)
        beside = {"pandas, sums alone": median_ms(peer, 3)}
        size = f"{len(walk.before):,} units x {series} series x {years} years"
        for what, run in (
            ("sums", lambda a=above: restate_sums(a, walk)),
            ("percentages", lambda a=above, b=below: restate_ratios(a, b, walk)),
            ("means", lambda a=above, b=below: restate_means(a, b, walk)),
        ):
            print(line(f"{what}, {size}", median_ms(run, 3), PROMISE_MS, beside))


if __name__ == "__main__":
    main()
