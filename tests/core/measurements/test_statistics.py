"""Statistics of speed tests against numpy and against counting by hand; intervals cover as often as they say."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as some

from hatang.core.measurements.ranks import EXACT_UP_TO, exact_ranks
from hatang.core.measurements.statistics import counted, many_ranks, speed_quantiles, speed_statistics
from hatang.core.measurements.table import kept_form
from tests.core.measurements.rows import rows_of

BEGIN = datetime(2026, 10, 30, 14, tzinfo=UTC)
TESTS = some.fixed_dictionaries(
    {
        "download_mbps": some.none() | some.floats(0, 2000, width=32),
        "at": some.integers(0, 5000).map(lambda minutes: BEGIN + timedelta(minutes=minutes)),
        "operator": some.sampled_from([None, "viettel", "vnpt"]),
        "device": some.sampled_from([None, "a", "b", "c"]),
        "suspect": some.sampled_from([None, None, None, "robot"]),
        "is_average": some.sampled_from([False, False, True]),
    }
)


def connection() -> Any:
    """Open a small engine."""
    return ibis.duckdb.connect(threads=1)


ENGINE = connection()


def told(expression: Any) -> list[dict[str, Any]]:
    """Work an expression out."""
    rows: list[dict[str, Any]] = ENGINE.to_pyarrow(expression).to_pylist()
    return rows


def by_hand(rows: list[dict[str, Any]]) -> dict[tuple[str, str | None], list[float]]:
    """Give the counting values of each month and operator, as the rules say in words."""
    sound = [row for row in rows if row["download_mbps"] is not None and not row["suspect"] and not row["is_average"]]
    seen, groups = set(), {}
    for row in sorted(sound, key=lambda row: (row["at"], row["id"])):
        here = row["at"] + timedelta(hours=7)
        if row["device"] and (row["device"], here.date()) in seen:
            continue
        seen.add((row["device"], here.date()))
        groups.setdefault((f"{here:%Y-%m}", row["operator"]), []).append(row["download_mbps"])
    return groups


@settings(deadline=None, max_examples=12)  # to put an expression into SQL takes longer than to work it out
@given(some.lists(TESTS, max_size=150))
def test_statistics_are_what_counting_by_hand_gives(tests: list[dict[str, Any]]) -> None:
    rows = rows_of(*tests)
    expected = by_hand(rows.to_pylist())
    found = told(speed_statistics(ibis.memtable(kept_form(rows)), by=["month", "operator"], value="download_mbps"))
    assert {(row["month"], row["operator"]): row["n"] for row in found} == {k: len(v) for k, v in expected.items()}
    for row in found:
        values = sorted(expected[row["month"], row["operator"]])
        for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
            assert row[name] == pytest.approx(np.quantile(values, share), rel=1e-12)
            low, high = (int(ranks[len(values)]) for ranks in exact_ranks(share, 0.95))
            assert (row[f"{name}_low"], row[f"{name}_high"]) == (
                (values[low - 1], values[high - 1]) if low else (None, None)
            )
        assert row["above_50"] == sum(value > 50 for value in values) / len(values)
        assert row["above_50_low"] <= row["above_50"] <= row["above_50_high"]


def test_no_rows_give_no_group_and_a_whole_without_values() -> None:
    none = ibis.memtable(kept_form(rows_of()))
    assert told(speed_statistics(none, by=["commune"], value="download_mbps")) == []
    (whole,) = told(speed_statistics(none, by=[], value="download_mbps"))
    assert (whole["n"], whole["p50"], whole["above_50"], whole["above_50_low"]) == (0, None, None, None)


def test_only_named_columns_group() -> None:
    with pytest.raises(ValueError, match="device"):
        speed_statistics(ibis.memtable(kept_form(rows_of())), by=["device"], value="download_mbps")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_exact_ranks_are_those_of_the_binomial_law(share: float) -> None:
    """Sums of whole numbers (fractions of tens) decide, no floating point."""
    low, high = exact_ranks(share, 0.95)
    tenths = round(share * 10)
    for n in (*range(1, 130), 300, 999, EXACT_UP_TO):
        weights = [math.comb(n, k) * tenths**k * (10 - tenths) ** (n - k) for k in range(n + 1)]
        up_to = list(itertools.accumulate(weights))
        tail, whole = 10**n, 40 * 10**n  # of 40 parts: one on each side
        ranks = range(1, n + 1)
        lower = max((rank for rank in ranks if up_to[rank - 1] * 40 <= tail * 1), default=0)
        upper = min((rank for rank in ranks if (10**n - up_to[rank - 1]) * 40 <= tail), default=0)
        assert whole == 40 * up_to[-1]
        assert (low[n], high[n]) == ((lower, upper) if lower and upper else (0, 0)), n


def test_quantiles_of_the_quick_way_agree() -> None:
    random = np.random.default_rng(3)
    values = random.lognormal(4, 1, 5000)
    rows = ibis.memtable(kept_form(rows_of(*({"download_mbps": float(value)} for value in values))))
    (quick,) = told(speed_quantiles(rows, by=["cell", "operator"], value="download_mbps"))
    (whole,) = told(speed_statistics(rows, by=["cell", "operator"], value="download_mbps"))
    assert {name: quick[name] for name in ("n", "p10", "p50", "p90")} == pytest.approx(
        {name: whole[name] for name in ("n", "p10", "p50", "p90")}
    )
    assert pa.types.is_integer(ENGINE.to_pyarrow(counted(rows, value="download_mbps"))["cell"].type)


def trials(size: int, count: int) -> Any:
    """Make many samples of one law, each a commune of its own: lognormal speeds, e^4 Mbps in the middle."""
    values = np.random.default_rng(size).lognormal(4, 0.9, size * count)
    commune = np.repeat(np.arange(count), size).astype(str)
    return ibis.memtable(pa.table({"commune": commune, "download_mbps": values})).mutate(device=ibis.null("string"))


@pytest.mark.parametrize(("size", "count"), [(40, 3000), (300, 1000), (2500, 300)])
def test_intervals_cover_what_they_should_as_often_as_they_say(size: int, count: int) -> None:
    """Of the true quantiles and of the true share; 2500 values go beyond the table of exact ranks."""
    samples = trials(size, count)
    found = pa.table(ENGINE.to_pyarrow(speed_statistics(samples, by=["commune"], value="download_mbps", steps=())))
    law = scipy.stats.lognorm(0.9, scale=math.exp(4))
    for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        low, high = (found[f"{name}_{which}"].to_numpy() for which in ("low", "high"))
        covered = np.mean((low <= law.ppf(share)) & (law.ppf(share) <= high))
        assert covered > 0.95 - 4 * math.sqrt(0.95 * 0.05 / count), name
        if size <= EXACT_UP_TO:
            first, last = (int(ranks[size]) for ranks in exact_ranks(share, 0.95))
            due = np.diff(scipy.stats.binom.cdf([first - 1, last - 1], size, share))[0]
            assert covered == pytest.approx(due, abs=4 * math.sqrt(due * (1 - due) / count)), name
    above = law.sf(50)
    covered = np.mean((found["above_50_low"].to_numpy() <= above) & (above <= found["above_50_high"].to_numpy()))
    assert covered == pytest.approx(0.95, abs=0.02 + 2 * math.sqrt(0.95 * 0.05 / count))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_beyond_the_table_no_interval_is_narrower_than_the_exact_one_nor_much_wider(share: float) -> None:
    sizes = np.array([1001, 1002, 1234, 5000, 77_777, 1_000_000, 30_000_000])
    groups = ibis.memtable(pa.table({"n": sizes}))
    low, high = many_ranks(groups.n, share, 0.95)
    found = ENGINE.to_pyarrow(groups.select(low=low, high=high)).to_pydict()
    exact_low = scipy.stats.binom.ppf(0.025, sizes, share)
    exact_high = scipy.stats.binom.ppf(0.975, sizes, share) + 1
    assert np.all((exact_low - 3 <= found["low"]) & (found["low"] <= exact_low))
    assert np.all((exact_high <= found["high"]) & (found["high"] <= exact_high + 3))


@pytest.mark.parametrize(
    ("part", "size", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)]
)
def test_the_interval_of_a_share_is_the_one_in_newcombes_paper(part: int, size: int, low: float, high: float) -> None:
    """R. G. Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998), table I."""
    speeds = [{"download_mbps": 100.0 if n < part else 10.0} for n in range(size)]
    (row,) = told(speed_statistics(ibis.memtable(kept_form(rows_of(*speeds))), by=[], value="download_mbps"))
    assert (row["above_50_low"], row["above_50_high"]) == pytest.approx((low, high), abs=5e-5)


def test_a_device_that_tests_again_counts_with_its_first_test_that_has_the_value() -> None:
    def at(hour: int) -> datetime:
        return datetime(2026, 11, 3, hour, tzinfo=UTC)

    rows = ibis.memtable(
        kept_form(
            rows_of(
                {"device": "a", "at": at(3), "download_mbps": None, "upload_mbps": 1.0},
                {"device": "a", "at": at(4), "download_mbps": 900.0, "suspect": "robot"},
                {"device": "a", "at": at(5), "download_mbps": 20.0, "upload_mbps": 2.0},
                {"device": "a", "at": at(6), "download_mbps": 30.0},
                {"device": "a", "at": at(17), "download_mbps": 40.0},  # midnight in Viet Nam: the next day
                {"device": None, "at": at(5), "download_mbps": 50.0},
                {"device": None, "at": at(5), "download_mbps": 60.0},
            )
        )
    )
    assert sorted(row["download_mbps"] for row in told(counted(rows, value="download_mbps"))) == [20, 40, 50, 60]
    assert [row["upload_mbps"] for row in told(counted(rows, value="upload_mbps"))] == [1]
    everything = told(counted(rows, value="download_mbps", steps=()))
    assert len(everything) == 6
