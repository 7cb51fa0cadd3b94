"""The Vietnamese lunar calendar (âm lịch): on which day a lunar month begins.

The rules are those Hồ Ngọc Đức sets out in "Thuật toán tính âm lịch": days are those of UTC+7 (in use since 1 January
1968, Quyết định 121-CP of 1967); a month begins on the day of the new moon; the month in which the sun reaches 270°
(Đông chí) is the 11th; where thirteen months lie between two such months, the first in which the sun passes no
multiple of 30° (trung khí) is the leap month. The moon and the sun are Jean Meeus's, Astronomical Algorithms, 2nd
edition, chapters 49 and 25; the difference of dynamical and universal time is Espenak and Meeus's for 2005 to 2050.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from math import fmod, radians, sin

FIRST_YEAR, LAST_YEAR = 1970, 2100
SYNODIC_MONTH_DAYS = 29.530588861
NEW_MOON_2000 = 2451550.09766
DAYS_PER_CENTURY = 36525
NOON_2000 = 2451545.0
UTC_OFFSET_DAYS = 7 / 24
ORDINAL_OF_JULIAN_DAY = 1721424.5
"""What a Julian day has more than Python's ordinal of the same instant."""
MOON_TERMS = (
    (-0.40720, 0, 0, 1, 0),
    (0.17241, 1, 1, 0, 0),
    (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0),
    (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0),
    (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0),
    (-0.00042, 0, 0, 3, 0),
    (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2),
    (-0.00024, 1, -1, 2, 0),
    (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0),
    (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2),
    (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2),
    (-0.00002, 0, 1, 3, 0),
    (0.00002, 0, 0, 4, 0),
)
"""Meeus, page 351, new moon: days; power of E; multiples of the sun's anomaly, the moon's anomaly, its latitude."""
PLANET_TERMS = (
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732),
    (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824),
    (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099),
    (0.000023, 331.55, 3.592518),
)
"""Meeus, page 352: days; degrees; degrees for each lunation; all but the first, which is not linear."""


def sine(angle_deg: float) -> float:
    """Give the sine of an angle in degrees."""
    return sin(radians(fmod(angle_deg, 360)))


def new_moon(lunation: int) -> float:
    """Give the Julian day (dynamical time) of a new moon, counted from that of 6 January 2000; good to seconds.

    Meeus, example 49.a, gives 2443192.65118 for the new moon of February 1977:

    >>> round(new_moon(-283), 5)
    2443192.65118
    """
    k = lunation
    t = k / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t**2 - 0.00000011 * t**3
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3 - 0.000000058 * t**4
    latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3 + 0.000000011 * t**4
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2 + 0.00000215 * t**3
    mean = NEW_MOON_2000 + SYNODIC_MONTH_DAYS * k + 0.00015437 * t**2 - 0.00000015 * t**3 + 0.00000000073 * t**4
    periodic = sum(a * e**p * sine(s * sun + m * moon + f * latitude) for a, p, s, m, f in MOON_TERMS)
    planets = 0.000325 * sine(299.77 + 0.107408 * k - 0.009173 * t**2)
    planets += sum(a * sine(start + rate * k) for a, start, rate in PLANET_TERMS)
    return mean + periodic - 0.00017 * sine(node) + planets


def sun_longitude_deg(julian_day: float) -> float:
    """Give the sun's apparent longitude in degrees (0 to 360) at a Julian day of dynamical time, good to 0.01°.

    Meeus, example 25.a, gives 199.90895° for 13 October 1992, 0 h:

    >>> round(sun_longitude_deg(2448908.5), 4)
    199.9089
    """
    t = (julian_day - NOON_2000) / DAYS_PER_CENTURY
    anomaly = 357.52911 + 35999.05029 * t - 0.0001537 * t**2
    centre = (1.914602 - 0.004817 * t - 0.000014 * t**2) * sine(anomaly)
    centre += (0.019993 - 0.000101 * t) * sine(2 * anomaly) + 0.000289 * sine(3 * anomaly)
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t**2
    return (mean + centre - 0.00569 - 0.00478 * sine(125.04 - 1934.136 * t)) % 360


def clock_lead_days(julian_day: float) -> float:
    """Give by how much dynamical time is ahead of universal time, in days."""
    years = (julian_day - NOON_2000) / 365.25
    return (62.92 + 0.32217 * years + 0.005589 * years**2) / 86_400


@lru_cache(maxsize=4096)
def month_start(lunation: int) -> date:
    """Give the day in Viet Nam on which the new moon falls, which begins a month."""
    instant = new_moon(lunation)
    return date.fromordinal(int(instant - clock_lead_days(instant) + UTC_OFFSET_DAYS - ORDINAL_OF_JULIAN_DAY))


def term_at_start(day: date) -> int:
    """Give the number (0 to 11) of the principal term within which a day begins at midnight in Viet Nam."""
    midnight = day.toordinal() + ORDINAL_OF_JULIAN_DAY - UTC_OFFSET_DAYS
    return int(sun_longitude_deg(midnight + clock_lead_days(midnight)) // 30)


@lru_cache(maxsize=256)
def eleventh_month(year: int) -> int:
    """Give the lunation that holds the winter solstice of a year."""
    lunation = round((date(year, 12, 31) - date(2000, 1, 6)).days / SYNODIC_MONTH_DAYS) + 1
    while month_start(lunation) > date(year, 12, 31) or term_at_start(month_start(lunation)) >= 9:
        lunation -= 1
    return lunation


def lunar_day(year: int, month: int, day: int) -> date:
    """Give the date of a day (1 to 30) of a month (1 to 10, not its leap repeat) of a lunar year (1970 to 2100).

    Raises ValueError outside those ranges. In 2007 and 2030 the day in Ha Noi is not that in Beijing:

    >>> [lunar_day(year, 1, 1).isoformat() for year in (1985, 2007, 2026, 2030)]
    ['1985-01-21', '2007-02-17', '2026-02-17', '2030-02-02']
    """
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 10 and 1 <= day <= 30):
        raise ValueError(f"no lunar day {day}/{month}/{year} between {FIRST_YEAR} and {LAST_YEAR}")
    first, following = eleventh_month(year - 1), eleventh_month(year)
    lunation = first + month + 1
    if following - first == 13 and lunation >= leap_month(first):
        lunation += 1
    return month_start(lunation) + timedelta(days=day - 1)


def leap_month(eleventh: int) -> int:
    """Give the first lunation after an 11th month in which the sun enters no principal term."""
    lunation = eleventh + 1
    while term_at_start(month_start(lunation)) != term_at_start(month_start(lunation + 1)):
        lunation += 1
    return lunation
