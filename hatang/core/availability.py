"""How long a service was away, from outages that may overlap and that each touched a part of the people.

At any instant the parts of the outages under way add up, never beyond everybody; the sum over time is the time that
was lost. ITU-T E.800 (09/2008), 2.2.1.1: availability is the share of time in which an item can do what is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

Outage = tuple[datetime, datetime, float]


def lost_minutes(outages: Iterable[Outage], *, begin: datetime, end: datetime) -> float:
    """Give the minutes lost between two instants.

    `outages`: (first instant, last instant, part of the people touched, 0 to 1), in any order, overlapping or not; what
    lies outside `begin`..`end` is cut off. Raises ValueError for a part outside 0..1 or an end before its beginning.

    >>> from datetime import timedelta
    >>> t = datetime(2026, 3, 1)
    >>> hour = timedelta(hours=1)
    >>> lost_minutes([(t, t + hour, 0.5), (t + hour / 2, t + 2 * hour, 0.75)], begin=t, end=t + 2 * hour)
    90.0
    """
    changes: list[tuple[datetime, float]] = []
    for first, last, part in outages:
        if not 0 <= part <= 1:
            raise ValueError(f"Phần người bị ảnh hưởng {part} không nằm từ 0 đến 1.")
        if last < first:
            raise ValueError(f"Kết thúc {last} trước bắt đầu {first}.")
        changes += [(min(max(first, begin), end), part), (min(max(last, begin), end), -part)]
    lost, away = 0.0, 0.0
    for (at, change), (until, _) in pairwise(sorted(changes, key=lambda item: item[0])):
        away += change
        lost += min(max(away, 0.0), 1.0) * (until - at).total_seconds() / 60
    return lost


def availability_percent(outages: Iterable[Outage], *, begin: datetime, end: datetime) -> float:
    """Give the share of the time between two instants in which the service was there, %.

    >>> t = datetime(2026, 3, 1)
    >>> availability_percent([(t, datetime(2026, 3, 1, 12), 0.5)], begin=t, end=datetime(2026, 3, 2))
    75.0
    """
    whole = (end - begin).total_seconds() / 60
    if whole <= 0:
        raise ValueError("Khoảng thời gian phải dài hơn không.")
    return 100 * (1 - lost_minutes(outages, begin=begin, end=end) / whole)
