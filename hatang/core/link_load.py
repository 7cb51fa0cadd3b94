"""Whether a link is full: the 95th percentile of each direction over seven days, of samples of five minutes.

Thông tư 06/2026/TT-BKHCN: over seven days on end, samples of five minutes, the 95th percentile of each direction stays
within 90 % of the capacity. The percentile is the one by which traffic is billed: of the samples in order, the topmost
five per cent are left out and the highest of the rest is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

STEP: Final = timedelta(minutes=5)
STEPS_A_DAY: Final = 288
DAYS: Final = 7
STEPS: Final = STEPS_A_DAY * DAYS
SHARE: Final = 0.95
LIMIT_PERCENT: Final = 90.0
COUNTER_BITS: Final = (32, 64)

Samples = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class WeekLoad:
    """A week of a link: the percentile of each direction, Mb/s, and how many of the 2,016 samples there were."""

    inbound_mbps: float
    outbound_mbps: float
    samples: int

    def percent_of(self, capacity_mbps: float) -> float:
        """Give the fuller direction's share of the capacity, %."""
        return 100 * max(self.inbound_mbps, self.outbound_mbps) / capacity_mbps


def percentile_95(samples: Samples) -> float:
    """Give the 95th percentile as traffic is billed; nothing measured (NaN) is left out.

    `samples`: one dimension, Mb/s. Raises ValueError where nothing was measured.

    >>> percentile_95(np.arange(1, 101, dtype=np.float32))
    95.0
    """
    told = np.sort(samples[~np.isnan(samples)])
    if not len(told):
        raise ValueError("Không có mẫu nào.")
    return float(told[math.ceil(SHARE * len(told)) - 1])


def week_load(inbound: Samples, outbound: Samples) -> WeekLoad | None:
    """Judge seven days of samples, 2,016 of each direction, NaN where nothing was measured; None where nothing was.

    Raises ValueError for another number of samples.
    """
    if inbound.shape != (STEPS,) or outbound.shape != (STEPS,):
        raise ValueError(f"Cần {STEPS} mẫu mỗi chiều.")
    told = ~(np.isnan(inbound) | np.isnan(outbound))
    if not told.any():
        return None
    return WeekLoad(percentile_95(inbound[told]), percentile_95(outbound[told]), int(told.sum()))


def rates_mbps(at: Sequence[datetime], octets: Sequence[int], *, bits: int = 64) -> list[float | None]:
    """Turn readings of an octet counter (IF-MIB, RFC 2863: ifHCInOctets of 64 bits, ifInOctets of 32) into rates, Mb/s.

    Gives one rate for each reading but the first, at its own instant; None where the counter began anew (a 64-bit one
    never runs over), or where readings are more than two steps apart. Raises ValueError for times out of order.

    >>> t = datetime(2026, 3, 1)
    >>> rates_mbps([t, t + STEP, t + 2 * STEP], [0, 37_500_000, 10], bits=64)
    [1.0, None]
    >>> rates_mbps([t, t + STEP], [2**32 - 1, 37_499_999], bits=32)
    [1.0]
    """
    if bits not in COUNTER_BITS:
        raise ValueError("Bộ đếm 32 hoặc 64 bit.")
    rates: list[float | None] = []
    for k in range(1, len(at)):
        passed = (at[k] - at[k - 1]).total_seconds()
        if passed <= 0:
            raise ValueError(f"Thời điểm {at[k]} không sau {at[k - 1]}.")
        moved = octets[k] - octets[k - 1]
        if moved < 0 and bits == min(COUNTER_BITS):
            moved += 2**bits
        known = moved >= 0 and passed <= 2 * STEP.total_seconds()
        rates.append(moved * 8 / passed / 1e6 if known else None)
    return rates
