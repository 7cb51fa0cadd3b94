"""The prediction procedure: P.1812-8 §4, from the inputs of §3 to the loss, with every step on the way."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from hatang.core.radio.errors import check_range
from hatang.core.radio.p526 import Floats, GroundPath, Wave, check_polarisation
from hatang.core.radio.p1812.climate import VIETNAM, Climate, check_refractivity, climate_of
from hatang.core.radio.p1812.combination import Combination, combination
from hatang.core.radio.p1812.diffraction import CONSTANTS, Diffraction, diffraction
from hatang.core.radio.p1812.ducting import ducting_loss_db
from hatang.core.radio.p1812.geometry import Geometry, geometry_of
from hatang.core.radio.p1812.line_of_sight import LineOfSight, line_of_sight
from hatang.core.radio.p1812.location import (
    field_strength_dbuv_m,
    indoor_deviation_db,
    location_deviation_db,
    location_margin_db,
)
from hatang.core.radio.p1812.profile import SEA, Profile, checked_profile, to_coast_km
from hatang.core.radio.p1812.troposcatter import troposcatter_loss_db

RESOLUTION_M = 100.0


@dataclass(frozen=True)
class PathLoss:
    """A predicted loss in dB, the field strength in dB(µV/m) for 1 kW e.r.p., and every step that led to them."""

    loss_db: float
    field_strength_dbuv_m: float
    location_deviation_db: float
    coasts_km: tuple[float, float]
    climate: Climate
    geometry: Geometry
    sight: LineOfSight
    diffraction: Diffraction
    combination: Combination


@dataclass(frozen=True)
class Link:
    """The checked inputs of one prediction, named and measured as in `path_loss`."""

    profile: Profile
    frequency_ghz: float
    polarisation: int
    transmitter_height_m: float
    receiver_height_m: float
    latitude_deg: float
    time_percent: float
    location_percent: float
    delta_n: float
    n0: float
    coasts_km: tuple[float, float]
    resolution_m: float
    location_deviation_db: float | None
    building_entry_loss_db: float
    building_entry_deviation_db: float

    def __post_init__(self) -> None:
        """Raise RangeError for what the method does not cover."""
        check_polarisation(self.polarisation)
        for quantity, value, low, high, unit in (
            ("tần số", self.frequency_ghz, 0.03, 6, "GHz"),
            ("độ cao ăng ten phát", self.transmitter_height_m, 1, 3000, "m"),
            ("độ cao ăng ten thu", self.receiver_height_m, 1, 3000, "m"),
            ("tỷ lệ thời gian", self.time_percent, 1, 50, "%"),
            ("tỷ lệ vị trí", self.location_percent, 1, 99, "%"),
            ("vĩ độ giữa đường truyền", self.latitude_deg, -80, 80, "°"),
            ("khoảng cách từ ăng ten phát tới bờ biển", self.coasts_km[0], 0, 3000, "km"),
            ("khoảng cách từ ăng ten thu tới bờ biển", self.coasts_km[1], 0, 3000, "km"),
            ("độ rộng ô dự đoán", self.resolution_m, 1, 10_000, "m"),
            ("độ lệch chuẩn theo vị trí", self.location_deviation_db or 0.0, 0, 50, "dB"),
            ("suy hao vào nhà", self.building_entry_loss_db, 0, 200, "dB"),
            ("độ lệch chuẩn của suy hao vào nhà", self.building_entry_deviation_db, 0, 50, "dB"),
        ):
            check_range(quantity, value, low, high, unit)
        check_refractivity(self.delta_n, self.n0)

    def path_over(self, surface_m: Floats) -> GroundPath:
        """Give the path between the antennas over a surface (n,) in m above sea."""
        heights = self.profile.heights_m
        transmitter_m, receiver_m = heights[0] + self.transmitter_height_m, heights[-1] + self.receiver_height_m
        return GroundPath(self.profile.distances_km, surface_m, float(transmitter_m), float(receiver_m))


def path_loss(
    *,
    frequency_ghz: float,
    polarisation: int,
    distances_km: ArrayLike,
    heights_m: ArrayLike,
    transmitter_height_m: float,
    receiver_height_m: float,
    latitude_deg: float,
    time_percent: float = 50.0,
    location_percent: float = 50.0,
    clutter_heights_m: ArrayLike | None = None,
    zones: ArrayLike | None = None,
    delta_n: float = VIETNAM.delta_n,
    n0: float = VIETNAM.n0,
    transmitter_coast_km: float | None = None,
    receiver_coast_km: float | None = None,
    resolution_m: float = RESOLUTION_M,
    location_deviation_db: float | None = None,
    building_entry_loss_db: float = 0.0,
    building_entry_deviation_db: float = 0.0,
) -> PathLoss:
    """Predict the basic transmission loss not exceeded for p % of the time and pL % of locations (P.1812-8).

    Frequency 0.03 to 6 GHz; polarisation 1 horizontal, 2 vertical; antennas 1 to 3000 m above the ground at the ends;
    time 1 to 50 %, locations 1 to 99 %; latitude of the middle of the path within ±80°. The profile (n,), 3 points or
    more over 0.25 to 3000 km: distances in km from 0 on, bare ground in m above sea, ground cover in m above it (none
    if not given), zones 1 sea, 3 coastal land, 4 inland (inland if not given). ΔN (N-units/km) and N0 (N-units) are
    those in the middle of the path; the defaults are assumed, see `VIETNAM.note`. Distances over land to the coast are
    found in the zones unless given, 0 for a terminal at sea. The deviation over locations is §4.7's for a square of
    `resolution_m` unless given, none at sea. Indoors, median and deviation of the building entry loss (P.2109) are the
    caller's to give; both 0 is outdoors. Raises RangeError, ProfileError.

    >>> flat = path_loss(
    ...     frequency_ghz=0.7, polarisation=2, distances_km=[0, 5, 10], heights_m=[20, 20, 20],
    ...     transmitter_height_m=45, receiver_height_m=1.5, latitude_deg=21.0)
    >>> round(flat.sight.free_space_db, 2), flat.geometry.horizons.trans_horizon
    (109.3, False)
    """
    profile = checked_profile(distances_km, heights_m, clutter_heights_m, zones)
    return predict(
        Link(
            profile=profile,
            frequency_ghz=frequency_ghz,
            polarisation=polarisation,
            transmitter_height_m=transmitter_height_m,
            receiver_height_m=receiver_height_m,
            latitude_deg=latitude_deg,
            time_percent=time_percent,
            location_percent=location_percent,
            delta_n=delta_n,
            n0=n0,
            coasts_km=coasts_km(profile, transmitter_coast_km, receiver_coast_km),
            resolution_m=resolution_m,
            location_deviation_db=location_deviation_db,
            building_entry_loss_db=building_entry_loss_db,
            building_entry_deviation_db=building_entry_deviation_db,
        )
    )


def coasts_km(profile: Profile, transmitter_km: float | None, receiver_km: float | None) -> tuple[float, float]:
    """Give both distances over land to the coast (§3.4): as told, else from the zones; 0 for a terminal at sea."""
    at_sea = profile.zones == SEA
    from_transmitter = to_coast_km(profile) if transmitter_km is None or at_sea[0] else transmitter_km
    from_receiver = to_coast_km(profile, from_receiver=True) if receiver_km is None or at_sea[-1] else receiver_km
    return from_transmitter, from_receiver


def predict(link: Link) -> PathLoss:
    """Run the procedure of §4 on checked inputs."""
    climate = climate_of(link.profile, link.latitude_deg, link.delta_n)
    wave = Wave(link.frequency_ghz, link.polarisation, climate.sea_fraction, CONSTANTS)
    geometry = geometry_of(link.path_over(link.profile.heights_m), wave, climate.earth_radius_km)
    sight = line_of_sight(
        geometry,
        frequency_ghz=link.frequency_ghz,
        time_percent=link.time_percent,
        ducting_percent=climate.ducting_percent,
    )
    smooth_m = geometry.diffraction_transmitter_m, geometry.diffraction_receiver_m
    bent = diffraction(link.path_over(link.profile.surface_m), smooth_m, wave, climate, link.time_percent)
    combined = combination(
        sight=sight,
        bent=bent,
        ducting_db=ducting_loss_db(
            geometry,
            climate,
            frequency_ghz=link.frequency_ghz,
            time_percent=link.time_percent,
            coasts_km=link.coasts_km,
        ),
        troposcatter_db=scattered_db(link, geometry),
        length_km=geometry.length_km,
        angle_mrad=geometry.angle_mrad,
        sea_fraction=climate.sea_fraction,
    )
    deviation_db = deviation_at(link)
    margin_db = location_margin_db(link.location_percent, deviation_db) + link.building_entry_loss_db
    loss_db = max(sight.at_time_db, combined.loss_db + margin_db)
    return PathLoss(
        loss_db=loss_db,
        field_strength_dbuv_m=field_strength_dbuv_m(link.frequency_ghz, loss_db),
        location_deviation_db=deviation_db,
        coasts_km=link.coasts_km,
        climate=climate,
        geometry=geometry,
        sight=sight,
        diffraction=bent,
        combination=combined,
    )


def scattered_db(link: Link, geometry: Geometry) -> float:
    """Give the loss in dB by troposcatter of a link."""
    return troposcatter_loss_db(
        frequency_ghz=link.frequency_ghz,
        time_percent=link.time_percent,
        length_km=geometry.length_km,
        angle_mrad=geometry.angle_mrad,
        n0=link.n0,
    )


def deviation_at(link: Link) -> float:
    """Give the standard deviation in dB over locations at the receiver; none outdoors at sea."""
    outdoor_db = link.location_deviation_db
    if link.profile.zones[-1] == SEA:
        outdoor_db = 0.0
    elif outdoor_db is None:
        outdoor_db = location_deviation_db(
            frequency_ghz=link.frequency_ghz,
            resolution_m=link.resolution_m,
            receiver_height_m=link.receiver_height_m,
            clutter_height_m=float(link.profile.clutter_heights_m[-1]),
        )
    return indoor_deviation_db(outdoor_db, link.building_entry_deviation_db)
