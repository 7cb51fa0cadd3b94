"""Quantiles of speeds with their intervals, and shares of fast tests: Ibis expressions, the same on every engine.

Quantiles are exact: Hyndman and Fan's type 7, as numpy.quantile gives it. Their intervals are order statistics
(see `ranks`). Shares have the interval of Wilson (1927).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hatang.core.measurements.ranks import EXACT_UP_TO, exact_ranks, normal_deviate

GROUPS: Final = (
    "province",
    "commune",
    "operator",
    "access",
    "technology",
    "month",
    "day",
    "cell",
    "ip_family",
    "source",
)
QUANTILES: Final = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
FAST_MBPS: Final = (50, 200, 1000)
CONFIDENCE: Final = 0.95
Step = Callable[[ir.Table], ir.Table]


def without_suspects(rows: ir.Table) -> ir.Table:
    """Leave out the rows that a rule set aside."""
    return rows.filter(rows.suspect.isnull())


def without_averages(rows: ir.Table) -> ir.Table:
    """Leave out the rows that stand for the average of many tests: a median of averages is none of the tests."""
    return rows.filter(~rows.is_average)


def one_test_a_device_a_day(rows: ir.Table) -> ir.Table:
    """Let the first test of each device on each day count, and every test whose device is not known.

    The first, not the day's median or best: whether somebody tests again depends on what came out, whether they begin
    does not; and a row that was measured keeps its own place, operator and time.
    """
    whose = ibis.coalesce(rows.device, ibis.literal("=").concat(rows.id))
    before = ibis.row_number().over(ibis.window(group_by=[whose, rows.day], order_by=[rows.at, rows.id]))
    return rows.mutate(before=before).filter(lambda row: row.before == 0).drop("before")


STEPS: Final[tuple[Step, ...]] = (without_suspects, without_averages, one_test_a_device_a_day)


def counted(rows: ir.Table, *, value: str, steps: Sequence[Step] = STEPS) -> ir.Table:
    """Give the rows that have this value and pass every step, in the order of the steps."""
    left = rows.filter(rows[value].notnull())
    for step in steps:
        left = step(left)
    return left


def speed_quantiles(rows: ir.Table, *, by: Sequence[str], value: str) -> ir.Table:
    """Give n, p10, p50 and p90 of a value for each group, and nothing else: one pass, for maps of many cells."""
    number = rows[value].cast("float64")
    sums = {"n": number.count(), "quantiles": number.quantile(list(QUANTILES.values()))}  # together: one sorting
    found = grouped(rows.filter(rows[value].notnull()), by, sums)
    return found.select(*by, "n", **{name: found.quantiles[place] for place, name in enumerate(QUANTILES)})


def speed_statistics(
    rows: ir.Table,
    *,
    by: Sequence[str],
    value: str,
    steps: Sequence[Step] = STEPS,
    above: Sequence[int] = FAST_MBPS,
    confidence: float = CONFIDENCE,
) -> ir.Table:
    """Give the statistics of a value for each group.

    `rows` are rows of the measurement table; `by` names some of GROUPS, none for all rows together; `value` is a column
    of numbers. Columns: those of `by`, n, devices, p10 p50 p90 each with _low and _high (null where n is too small for
    an interval), and for each speed in `above` (Mbps) the share (0 to 1) of tests above it: above_50 with _low, _high.
    Raises ValueError for a column that is not in GROUPS.
    """
    rows = counted(rows, value=value, steps=steps)
    number = rows[value].cast("float64")
    sums = {
        "n": number.count(),
        "devices": rows.device.nunique(),
        "values": number.collect().sort(),
        **{f"above_{speed}": (number > speed).sum().fill_null(0) for speed in above},
    }
    return finished(grouped(rows, known_groups(by), sums), by, above, confidence)


def known_groups(by: Sequence[str]) -> Sequence[str]:
    """Give the names back, or raise ValueError for one that rows cannot be grouped by."""
    if strange := [name for name in by if name not in GROUPS]:
        raise ValueError(f"cannot group by {', '.join(strange)}; one of {', '.join(GROUPS)}")
    return by


def grouped(rows: ir.Table, by: Sequence[str], sums: dict[str, ir.Value]) -> ir.Table:
    """Sum rows up by groups, or all of them."""
    return rows.group_by(list(by)).aggregate(**sums) if by else rows.aggregate(**sums)


def rank_table(confidence: float) -> ir.Table:
    """Give the exact ranks of every size up to EXACT_UP_TO."""
    columns = {"of": pa.array(range(EXACT_UP_TO + 1), pa.int64())}
    for name, share in QUANTILES.items():
        for which, ranks in zip(("low", "high"), exact_ranks(share, confidence), strict=True):
            columns[f"{name}_{which}_exact"] = pa.array(ranks, pa.int64())
    return ibis.memtable(pa.table(columns))


def many_ranks(size: ir.Value, share: float, confidence: float) -> tuple[ir.Value, ir.Value]:
    """Give the ranks for sizes beyond the table: Conover's normal approximation, one rank further out on each side."""
    middle, away = size * share, normal_deviate(confidence) * (size * (share * (1 - share))).sqrt()
    return (middle - away).floor().cast("int64"), (middle + away).ceil().cast("int64") + 1


def finished(sums: ir.Table, by: Sequence[str], above: Sequence[int], confidence: float) -> ir.Table:
    """Turn the sorted values and the sums of each group into quantiles and shares."""
    exact = rank_table(confidence)
    groups = sums.join(exact, sums.n == exact.of, how="left")
    columns: dict[str, ir.Value] = {}
    for name, share in QUANTILES.items():
        columns[name] = quantile_of(groups["values"], groups.n, share)
        for which, many in zip(("low", "high"), many_ranks(groups.n, share, confidence), strict=True):
            rank = ibis.coalesce(groups[f"{name}_{which}_exact"], many)
            columns[f"{name}_{which}"] = (rank > 0).ifelse(value_at(groups["values"], ibis.greatest(rank, 1) - 1), None)
    for speed in above:
        columns |= share_columns(f"above_{speed}", groups[f"above_{speed}"], groups.n, normal_deviate(confidence))
    return groups.select(*by, "n", "devices", **columns)


def quantile_of(values: ir.Value, size: ir.Value, share: float) -> ir.Value:
    """Give a quantile of sorted values, null of none: Hyndman and Fan's type 7."""
    about = ibis.greatest(size - 1, 0) * share
    low, high = value_at(values, about.floor()), value_at(values, about.ceil())
    return (size > 0).ifelse(low + (high - low) * (about - about.floor()), None)


def value_at(values: ir.Value, place: ir.Value) -> ir.Value:
    """Give one of sorted values, counted from 0; Spark takes no longer number for a place."""
    return values[place.cast("int32")]


def share_columns(name: str, part: ir.Value, size: ir.Value, deviate: float) -> dict[str, ir.Value]:
    """Give a share and its score interval.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212.
    """
    n = size.nullif(0).cast("float64")
    share, z2 = part / n, deviate * deviate
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    away = deviate / (1 + z2 / n) * (share * (1 - share) / n + z2 / (4 * n * n)).sqrt()
    return {
        name: share,
        f"{name}_low": ((part == 0) & (size > 0)).ifelse(0.0, middle - away),  # rounding leaves crumbs of nothing
        f"{name}_high": ((part == size) & (size > 0)).ifelse(1.0, middle + away),
    }
