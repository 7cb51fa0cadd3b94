"""Made-up series of the figures that are only reported, one row for each indicator, by its number.

Each series has the values at the end of 2023, 2024, 2025 and 2026 in Lạng Sơn, former Tuyên Quang and former Hà Giang.
Former Tuyên Quang's 2024 is what its plan states, where it states it; the rest is made up, so that some targets are
met, some missed and some at risk.
"""

from __future__ import annotations

from dataclasses import dataclass

YEARS = (2023, 2024, 2025, 2026)
Four = tuple[float, float, float, float]


@dataclass(frozen=True)
class Series:
    """One indicator's values, and of what a ratio is taken: a key of the tables below, or villages, or households."""

    basis: str
    lang_son: Four
    tuyen_quang: Four
    ha_giang: Four

    def at(self, prefix: str, year: int) -> float:
        """Give a territory's value at a year's end."""
        by_prefix = {"LSN": self.lang_son, "TQG": self.tuyen_quang, "HGG": self.ha_giang}
        return by_prefix[prefix][YEARS.index(year)]


PEOPLE_SHARE = {
    "people": 1.0,
    "adults": 0.7,
    "subscriptions": 1.15,
    "internet_users": 0.19,
    "enterprises": 0.004,
    "poles": 0.06,
    "ducts": 0.003,
    "structures": 0.01,
}
EACH_COMMUNE = {"committees": 1}
WHOLE_TERRITORY = {"zones": 10, "systems": 12}

SERIES: dict[int, Series] = {
    1: Series("people", (72.0, 77.5, 84.0, 88.5), (70.1, 74.8, 79.4, 83.0), (61.0, 66.0, 71.0, 75.0)),
    2: Series("subscriptions", (88.0, 91.5, 94.0, 95.6), (98.6, 99.2, 99.5, 99.6), (89.0, 92.4, 95.4, 96.2)),
    3: Series("adults", (58.0, 66.0, 74.0, 79.0), (55.2, 60.7, 69.8, 75.5), (52.0, 58.0, 66.0, 71.0)),
    4: Series("people", (55.0, 61.0, 67.0, 71.0), (48.0, 52.0, 58.0, 62.0), (68.0, 76.0, 83.2, 86.0)),
    5: Series("people", (48.2, 52.7, 96.3, 118.0), (58.3, 74.86, 83.4, 101.2), (49.5, 55.1, 68.9, 84.0)),
    6: Series("people", (0.91, 1.0, 1.83, 2.24), (0.91, 1.0, 1.83, 2.24), (0.91, 1.0, 1.83, 2.24)),
    7: Series("people", (33.0, 38.4, 43.1, 46.0), (35.0, 39.6, 44.0, 47.2), (29.0, 33.5, 37.8, 41.0)),
    8: Series("people", (0.0, 181.0, 236.0, 254.0), (0.0, 176.0, 228.0, 249.0), (0.0, 150.0, 196.0, 221.0)),
    13: Series("poles", (35.0, 40.0, 45.0, 50.0), (28.0, 33.0, 38.0, 42.0), (31.0, 38.0, 44.5, 49.0)),
    14: Series("ducts", (62.0, 70.0, 77.0, 81.0), (58.0, 66.0, 73.0, 78.0), (70.0, 82.0, 91.0, 95.0)),
    21: Series("zones", (0.0, 10.0, 20.0, 30.0), (0.0, 10.0, 10.0, 20.0), (0.0, 0.0, 10.0, 10.0)),
    22: Series("internet_users", (52.0, 58.0, 66.0, 71.0), (50.0, 56.0, 63.0, 68.0), (46.0, 51.0, 58.0, 64.0)),
    23: Series("people", (17.0, 18.9, 21.0, 22.9), (16.6, 18.1, 20.2, 22.4), (12.0, 13.5, 15.1, 16.8)),
    24: Series("households", (55.0, 60.5, 66.0, 70.0), (50.9, 54.83, 57.2, 60.1), (36.0, 41.0, 46.5, 51.0)),
    26: Series("households", (80.0, 86.0, 91.0, 93.5), (78.0, 83.0, 88.0, 91.0), (84.0, 89.0, 94.5, 96.5)),
    27: Series("people", (72.0, 78.0, 83.0, 86.0), (70.0, 75.0, 80.0, 84.0), (70.0, 77.0, 85.6, 87.0)),
    28: Series("people", (88.0, 98.0, 121.0, 138.0), (81.4, 92.05, 113.7, 131.0), (72.0, 83.0, 101.0, 120.0)),
    29: Series("internet_users", (82.0, 90.0, 96.0, 98.0), (80.0, 88.0, 95.0, 97.0), (78.0, 86.0, 94.0, 96.0)),
    31: Series("villages", (70.0, 78.0, 86.0, 90.0), (68.0, 76.0, 84.0, 88.0), (60.0, 68.0, 76.0, 81.0)),
    32: Series("internet_users", (12.0, 18.0, 27.0, 35.0), (11.0, 17.0, 25.0, 33.0), (8.0, 12.0, 19.0, 26.0)),
    33: Series("internet_users", (22.0, 38.0, 57.8, 64.5), (18.0, 30.0, 44.0, 52.0), (12.0, 21.0, 33.0, 41.0)),
    34: Series("enterprises", (15.0, 26.0, 41.0, 52.0), (14.0, 24.0, 37.0, 48.0), (10.0, 18.0, 29.0, 38.0)),
    40: Series("people", (8.0, 14.0, 20.0, 27.0), (7.0, 12.0, 18.0, 24.0), (5.0, 9.0, 14.0, 19.0)),
    41: Series("enterprises", (28.0, 36.0, 44.0, 50.0), (26.0, 33.0, 41.0, 47.0), (25.0, 34.0, 43.0, 47.0)),
    42: Series("adults", (0.1, 0.2, 0.32, 0.4), (0.09, 0.18, 0.29, 0.37), (0.06, 0.13, 0.22, 0.29)),
    45: Series("enterprises", (34.0, 43.0, 52.0, 58.0), (31.0, 40.0, 48.5, 54.0), (45.0, 56.0, 66.0, 70.0)),
    46: Series("people", (0.12, 0.21, 0.38, 0.55), (0.1, 0.18, 0.31, 0.46), (0.07, 0.12, 0.22, 0.33)),
    47: Series("zones", (20.0, 30.0, 50.0, 60.0), (20.0, 30.0, 50.0, 60.0), (20.0, 40.0, 60.0, 70.0)),
    48: Series("structures", (28.0, 39.0, 51.0, 60.0), (25.0, 35.0, 46.0, 55.0), (30.0, 45.0, 62.0, 70.0)),
    49: Series("committees", (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)),
    50: Series("people", (0.5, 0.62, 0.74, 0.8), (0.48, 0.6, 0.72, 0.79), (0.4, 0.51, 0.63, 0.71)),
    51: Series("adults", (3.2, 7.5, 13.8, 18.9), (3.0, 7.0, 13.0, 18.0), (2.1, 5.2, 10.0, 14.5)),
}
DONE_IN = {53: 2025, 54: 2025, 56: 2024, 58: 2026, 61: 2025, 62: 2025, 64: 2024}


def done_in(year: int | None) -> Series:
    """Give the series of a yes/no figure that was done in a year everywhere, or not yet."""
    first, second, third, fourth = (float(year is not None and y >= year) for y in YEARS)
    values = (first, second, third, fourth)
    return Series("systems", values, values, values)


def series_of(number: int) -> Series:
    """Give the indicator's series; those without a row above are the yes/no ones."""
    return SERIES.get(number) or done_in(DONE_IN.get(number))
