"""Made-up load of a part of the links: office hours, quiet nights, two that are full, one whose meter fell silent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from hatang.core.link_load import DAYS, STEPS_A_DAY, Samples
from hatang.places.models import Place
from hatang.sample.chance import SEED
from hatang.systems.models import DataLink
from hatang.systems.services.link_loads import Days, judge_weeks, merge_days

MEASURED = 24
"""So many links are measured; the rest have none, as in a province that begins."""
FULL, SILENT = (3, 11), 7
OFFICE_HOURS = (7.5, 17.0)
STEPS_HELD_BEFORE_SILENCE = STEPS_A_DAY // 3


def make_link_loads(province: Place, today: date) -> None:
    """Keep seven days of samples until yesterday for the first links of a province, and judge them."""
    links = list(DataLink.objects.in_force(today).filter(province=province).order_by("code")[:MEASURED])
    days: Days = {}
    for n, link in enumerate(links):
        for back in range(DAYS, 0, -1):
            on = today - timedelta(days=back)
            days[link.pk, on] = day_of(link, n, on, silent=n == SILENT and back <= DAYS // 2)
    merge_days(days)
    judge_weeks(days)


def day_of(link: DataLink, n: int, on: date, *, silent: bool) -> tuple[Samples, Samples]:
    """Draw a day of a link, both directions in Mb/s; of a meter that fell silent only the night."""
    draw = np.random.default_rng(list(f"{SEED}:load:{link.code}:{on:%j}".encode()))
    peak = 0.97 if n in FULL else 0.25 + 0.05 * (n % 8)
    busy = office_shape(on) * peak
    inward = link.capacity_mbps * np.clip(busy + draw.normal(0.02, 0.015, STEPS_A_DAY), 0.002, 1)
    outward = inward * draw.uniform(0.2, 0.45, STEPS_A_DAY)
    both = inward.astype(np.float32), outward.astype(np.float32)
    for samples in both if silent else ():
        samples[STEPS_HELD_BEFORE_SILENCE:] = np.nan
    return both


def office_shape(on: date) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Give how busy each step of a day is, 0 to 1: offices by day, hardly anything at night and at weekends."""
    hours = np.arange(STEPS_A_DAY) / 12
    at_work = (hours >= OFFICE_HOURS[0]) & (hours < OFFICE_HOURS[1])
    return np.where(at_work, 0.15 if on.weekday() >= 5 else 1.0, 0.05)
