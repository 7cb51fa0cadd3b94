"""Path profile analysis: P.1812-8 Attachment 1 to Annex 1 (horizons, smooth earth, effective heights, roughness)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hatang.core.radio.p526 import Floats, GroundPath, Wave, diffraction_surface, fitted_surface, fresnel_parameter


@dataclass(frozen=True)
class Horizons:
    """What each terminal sees: distances in km and elevation angles in mrad of the horizons, their profile points.

    In line of sight both horizons are the point with the least clearance and the angles are to the other terminal.
    """

    trans_horizon: bool
    transmitter_point: int
    receiver_point: int
    transmitter_km: float
    receiver_km: float
    transmitter_mrad: float
    receiver_mrad: float


@dataclass(frozen=True)
class Geometry:
    """The parameters derived from a profile (§3.8): heights in m, above sea unless said otherwise.

    `fitted_…` are the ends of the line fitted to the ground, `smooth_…` the same but no higher than the ground (for
    ducting), `diffraction_…` those for diffraction, `effective_…` the antennas above `smooth_…`.
    """

    length_km: float
    transmitter_m: float
    receiver_m: float
    horizons: Horizons
    angle_mrad: float
    fitted_transmitter_m: float
    fitted_receiver_m: float
    smooth_transmitter_m: float
    smooth_receiver_m: float
    diffraction_transmitter_m: float
    diffraction_receiver_m: float
    effective_transmitter_m: float
    effective_receiver_m: float
    roughness_m: float


def geometry_of(ground: GroundPath, wave: Wave, radius_km: float) -> Geometry:
    """Analyse a path over bare ground with the median effective earth radius (Attachment 1)."""
    h = ground.surface_m
    horizons = horizons_of(ground, wave, radius_km)
    fitted = fitted_surface(ground.distances_km, h)
    smooth = min(fitted[0], float(h[0])), min(fitted[1], float(h[-1]))
    diffraction = diffraction_surface(ground)
    return Geometry(
        length_km=ground.length_km,
        transmitter_m=ground.transmitter_m,
        receiver_m=ground.receiver_m,
        horizons=horizons,
        angle_mrad=1000 * ground.length_km / radius_km + horizons.transmitter_mrad + horizons.receiver_mrad,
        fitted_transmitter_m=fitted[0],
        fitted_receiver_m=fitted[1],
        smooth_transmitter_m=smooth[0],
        smooth_receiver_m=smooth[1],
        diffraction_transmitter_m=diffraction[0],
        diffraction_receiver_m=diffraction[1],
        effective_transmitter_m=ground.transmitter_m - smooth[0],
        effective_receiver_m=ground.receiver_m - smooth[1],
        roughness_m=roughness_m(ground, smooth, horizons),
    )


def horizons_of(ground: GroundPath, wave: Wave, radius_km: float) -> Horizons:
    """Give the horizons of both terminals (Attachment 1 §4).

    Of equally high points the nearest to each terminal counts, so that the way back has the same horizons.
    """
    d, total = ground.distances_km[1:-1], ground.length_km
    h, back = ground.surface_m[1:-1], total - ground.distances_km[1:-1]
    from_transmitter = elevation_mrad(h - ground.transmitter_m, d, radius_km)
    to_receiver = elevation_mrad(np.float64(ground.receiver_m - ground.transmitter_m), np.float64(total), radius_km)
    highest = float(from_transmitter.max())
    if highest > to_receiver:
        from_receiver = elevation_mrad(h - ground.receiver_m, back, radius_km)
        near, far = int(from_transmitter.argmax()), len(d) - 1 - int(from_receiver[::-1].argmax())
        return Horizons(True, near + 1, far + 1, float(d[near]), float(back[far]), highest, float(from_receiver.max()))
    v = np.asarray(fresnel_parameter(d, h + 500 / radius_km * d * back, ground, wave))
    worst = int(v.argmax())
    to_transmitter = elevation_mrad(np.float64(ground.transmitter_m - ground.receiver_m), np.float64(total), radius_km)
    angles = float(to_receiver), float(to_transmitter)
    return Horizons(False, worst + 1, worst + 1, float(d[worst]), float(back[worst]), *angles)


def elevation_mrad(above_m: Floats | np.float64, d_km: Floats | np.float64, radius_km: float) -> Floats:
    """Give the elevation angle in mrad of what stands so many m above the eye at so many km (Attachment 1 §4)."""
    return np.asarray(1000 * np.arctan(above_m / (1000 * d_km) - d_km / (2 * radius_km)))


def roughness_m(ground: GroundPath, smooth_m: tuple[float, float], horizons: Horizons) -> float:
    """Give the greatest height in m of the ground above the smooth earth between the horizons (Attachment 1 §5.3)."""
    between = slice(horizons.transmitter_point, horizons.receiver_point + 1)
    d, h = ground.distances_km[between], ground.surface_m[between]
    slope = (smooth_m[1] - smooth_m[0]) / ground.length_km
    return float(np.max(h - (smooth_m[0] + slope * d)))
