"""Propagation by ducting and layer reflection: P.1812-8 §4.5."""

from __future__ import annotations

import math

from hatang.core.radio.p1812.climate import Climate
from hatang.core.radio.p1812.geometry import Geometry

COAST_WITHIN_KM = 5.0
SEA_FRACTION = 0.75
FAR_KM = 40.0


def ducting_loss_db(
    geometry: Geometry, climate: Climate, *, frequency_ghz: float, time_percent: float, coasts_km: tuple[float, float]
) -> float:
    """Give the basic transmission loss in dB by ducting and layer reflection for p % of the time (equation (46)).

    `coasts_km` are the distances over land from the transmitter and the receiver to the coast along the path (§3.4).
    """
    fixed_db = coupling_loss_db(geometry, climate.sea_fraction, frequency_ghz, coasts_km)
    by_angle_db = 5e-5 * climate.earth_radius_km * math.cbrt(frequency_ghz) * bent_angle_mrad(geometry, climate)
    return fixed_db + by_angle_db + time_loss_db(geometry.length_km, time_percent, duct_percent(geometry, climate))


def coupling_loss_db(
    geometry: Geometry, sea_fraction: float, frequency_ghz: float, coasts_km: tuple[float, float]
) -> float:
    """Give Af, the fixed losses between the antennas and the duct (equations (47) to (49))."""
    seen, f = geometry.horizons, frequency_ghz
    low_frequency_db = 45.375 - 137 * f + 92.5 * f**2 if f < 0.5 else 0.0
    shielding_db = shielding_loss_db(seen.transmitter_mrad, seen.transmitter_km, f) + shielding_loss_db(
        seen.receiver_mrad, seen.receiver_km, f
    )
    over_sea_db = 0.0
    if sea_fraction >= SEA_FRACTION:
        over_sea_db = over_sea_gain_db(coasts_km[0], seen.transmitter_km, geometry.transmitter_m) + over_sea_gain_db(
            coasts_km[1], seen.receiver_km, geometry.receiver_m
        )
    free_db = 102.45 + 20 * math.log10(f) + 20 * math.log10(seen.transmitter_km + seen.receiver_km)
    return free_db + low_frequency_db + shielding_db + over_sea_db


def shielding_loss_db(horizon_mrad: float, horizon_km: float, frequency_ghz: float) -> float:
    """Give the loss by the hills around a terminal, 0 where its horizon is low (equation (48))."""
    above = horizon_mrad - 0.1 * horizon_km
    if above <= 0:
        return 0.0
    edge_db = 20 * math.log10(1 + 0.361 * above * math.sqrt(frequency_ghz * horizon_km))
    return edge_db + 0.264 * above * math.cbrt(frequency_ghz)


def over_sea_gain_db(coast_km: float, horizon_km: float, altitude_m: float) -> float:
    """Give the (negative) correction for a terminal near the coast before a path over the sea (equation (49))."""
    if coast_km > COAST_WITHIN_KM or coast_km > horizon_km:
        return 0.0
    return -3 * math.exp(-0.25 * coast_km**2) * (1 + math.tanh(0.07 * (50 - altitude_m)))


def bent_angle_mrad(geometry: Geometry, climate: Climate) -> float:
    """Give θ', the angular distance with the horizons' angles limited, in mrad (equation (52))."""
    seen = geometry.horizons
    angles = min(seen.transmitter_mrad, 0.1 * seen.transmitter_km) + min(seen.receiver_mrad, 0.1 * seen.receiver_km)
    return 1000 * geometry.length_km / climate.earth_radius_km + angles


def duct_percent(geometry: Geometry, climate: Climate) -> float:
    """Give β, the percentage of time of ducts on this path: β0 less for its geometry and roughness ((54) to (56))."""
    alpha = max(-0.6 - 3.5e-9 * math.pow(geometry.length_km, 3.1) * climate.tau, -3.4)
    heights = math.sqrt(geometry.effective_transmitter_m) + math.sqrt(geometry.effective_receiver_m)
    by_geometry = min(math.pow(500 / climate.earth_radius_km * (geometry.length_km / heights) ** 2, alpha), 1.0)
    between_km = geometry.length_km - geometry.horizons.transmitter_km - geometry.horizons.receiver_km
    rough_m = max(geometry.roughness_m - 10, 0.0)
    by_roughness = math.exp(-4.6e-5 * rough_m * (43 + 6 * min(between_km, FAR_KM)))
    return climate.ducting_percent * by_geometry * by_roughness


def time_loss_db(length_km: float, time_percent: float, beta_percent: float) -> float:
    """Give A(p), the loss that depends on the percentage of time (equations (53), (53a))."""
    beta = math.log10(beta_percent)
    spread = math.exp(-(9.51 - 4.8 * beta + 0.198 * beta**2) * 1e-6 * math.pow(length_km, 1.13))
    gamma = 1.076 / math.pow(2.0058 - beta, 1.012) * spread
    ratio = time_percent / beta_percent
    return -12 + (1.2 + 3.7e-3 * length_km) * math.log10(ratio) + 12 * math.pow(ratio, gamma)
