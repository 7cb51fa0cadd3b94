"""Location variability, buildings, and the final loss and field strength: P.1812-8 §4.7 to §4.10."""

from __future__ import annotations

import math

from hatang.core.radio.p1812.normal import inverse_complementary_normal

FADING_OUT_M = 10.0
"""Above the cover around it the receiver sees less variation, none from so many metres on."""


def location_deviation_db(
    *, frequency_ghz: float, resolution_m: float, receiver_height_m: float, clutter_height_m: float
) -> float:
    """Give the standard deviation in dB of the loss over locations outdoors (§4.7).

    `resolution_m` is the width of the square over which the loss varies; the cover is that at the receiver.

    >>> round(location_deviation_db(frequency_ghz=0.6, resolution_m=100, receiver_height_m=1.5, clutter_height_m=10), 3)
    1.94
    """
    above = (receiver_height_m - clutter_height_m) / FADING_OUT_M
    return (0.52 + 0.024 * frequency_ghz) * math.pow(resolution_m, 0.28) * min(max(1 - above, 0.0), 1.0)


def location_margin_db(location_percent: float, deviation_db: float) -> float:
    """Give what the loss at pL % of locations is above that at 50 % (§4.9), in dB.

    >>> round(location_margin_db(90.0, 5.5), 2), round(location_margin_db(50.0, 5.5), 2)
    (7.05, -0.0)
    """
    return -inverse_complementary_normal(location_percent / 100) * deviation_db


def indoor_deviation_db(outdoor_db: float, entry_db: float) -> float:
    """Give the standard deviation indoors from that outdoors and that of the building entry loss (§4.8)."""
    return math.hypot(outdoor_db, entry_db)


def field_strength_dbuv_m(frequency_ghz: float, loss_db: float) -> float:
    """Give the field strength in dB(µV/m) for 1 kW e.r.p. (§4.10 equation (70)).

    >>> round(field_strength_dbuv_m(1.0, 182.9371575), 4)
    16.4228
    """
    return 199.36 + 20 * math.log10(frequency_ghz) - loss_db
