"""Free-space attenuation: Recommendation ITU-R P.525-4 (08/2019), §2.2."""

from __future__ import annotations

import math

from hatang.core.radio.errors import check_range

VERSION = "ITU-R P.525-4 (08/2019)"


def free_space_loss_db(*, frequency_ghz: float, distance_km: float) -> float:
    """Give the free-space basic transmission loss in dB between isotropic antennas.

    P.525-4 §2.2: 32.4 + 20 log f + 20 log d with f in MHz; P.1812 writes the same with 92.4 and GHz. The
    rounded constant is the Recommendation's: 20 log(4πd/λ) is 0.05 dB more. Both quantities lie above 0, the frequency
    up to 1000 GHz, the distance up to 1,000,000 km. Raises RangeError.

    >>> round(free_space_loss_db(frequency_ghz=1.0, distance_km=1.0), 3)
    92.4
    >>> round(free_space_loss_db(frequency_ghz=3.5, distance_km=10.0), 3)
    123.281
    """
    check_range("tần số", frequency_ghz, 1e-6, 1000, "GHz")
    check_range("khoảng cách", distance_km, 1e-6, 1e6, "km")
    return 92.4 + 20 * math.log10(frequency_ghz) + 20 * math.log10(distance_km)
