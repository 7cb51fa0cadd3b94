"""What the sample shall look like in each territory: sizes, and how many places are served by the end of each year.

Former Tuyên Quang's figures for 2024 are the baselines that its plan states; all others are made up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

FIRST_YEAR, BASE_YEAR, LAST_YEAR = 2022, 2024, 2026
Years = dict[int, float]
Counts = dict[int, int]


@dataclass(frozen=True, eq=False)
class Territory:
    """One territory of the sample; counts and shares are cumulative, at the end of the year."""

    prefix: str
    province_code: str
    name: str
    former: bool
    villages: int
    without_power: int
    positions: Counts
    shared: Counts
    mobile_share: Years
    fibre_share: Years
    zones: dict[str, int]
    border_bearing: tuple[float, float]
    first_communes: int | None = None

    def quick(self) -> Territory:
        """Give a tiny edition for tests: six communes, a twentieth of the masts."""
        return replace(
            self,
            villages=72,
            without_power=3,
            positions={year: count // 20 for year, count in self.positions.items()},
            shared={year: count // 20 for year, count in self.shared.items()},
            zones={kind: min(count, 2) for kind, count in self.zones.items()},
            first_communes=6,
        )


LANG_SON = Territory(
    prefix="LSN",
    province_code="20",
    name="Lạng Sơn",
    former=False,
    villages=1_608,
    without_power=24,
    positions={2022: 980, 2023: 1_020, 2024: 1_055, 2025: 1_085, 2026: 1_100},
    shared={2022: 132, 2023: 150, 2024: 168, 2025: 190, 2026: 218},
    mobile_share={2022: 0.942, 2023: 0.957, 2024: 0.969, 2025: 0.981, 2026: 0.987},
    fibre_share={2022: 0.875, 2023: 0.905, 2024: 0.931, 2025: 0.955, 2026: 0.97},
    zones={"industrial_park": 3, "industrial_cluster": 14, "border_gate_zone": 8, "tourist_zone": 5},
    border_bearing=(1.0, 1.0),
)
FORMER_TUYEN_QUANG = Territory(
    prefix="TQG",
    province_code="08",
    name="Tuyên Quang",
    former=True,
    villages=1_700,
    without_power=14,
    positions={2022: 470, 2023: 488, 2024: 506, 2025: 519, 2026: 530},
    shared={2022: 52, 2023: 61, 2024: 71, 2025: 80, 2026: 94},
    mobile_share={2022: 0.955, 2023: 0.968, 2024: 0.978, 2025: 0.984, 2026: 0.989},
    fibre_share={2022: 0.885, 2023: 0.912, 2024: 0.933, 2025: 0.947, 2026: 0.958},
    zones={"industrial_park": 3, "industrial_cluster": 9, "tourist_zone": 5},
    border_bearing=(0.0, 1.0),
)
FORMER_HA_GIANG = Territory(
    prefix="HGG",
    province_code="08",
    name="Hà Giang",
    former=True,
    villages=2_060,
    without_power=38,
    positions={2022: 500, 2023: 520, 2024: 540, 2025: 557, 2026: 570},
    shared={2022: 85, 2023: 97, 2024: 108, 2025: 120, 2026: 133},
    mobile_share={2022: 0.921, 2023: 0.938, 2024: 0.952, 2025: 0.967, 2026: 0.978},
    fibre_share={2022: 0.742, 2023: 0.783, 2024: 0.824, 2025: 0.861, 2026: 0.89},
    zones={"industrial_park": 1, "industrial_cluster": 6, "border_gate_zone": 5, "tourist_zone": 6},
    border_bearing=(0.2, 1.0),
)
TERRITORIES = (LANG_SON, FORMER_TUYEN_QUANG, FORMER_HA_GIANG)


def year_reached(rank: int, total: int, shares: Years) -> int | None:
    """Give the year by whose end the place of this rank (0 = easiest) is served; None when in none.

    >>> year_reached(97, 100, {2024: 0.978, 2025: 0.99}), year_reached(98, 100, {2024: 0.978, 2025: 0.99})
    (2024, 2025)
    """
    return next((year for year, share in sorted(shares.items()) if rank < round(share * total)), None)
