"""From one cell to one place: the ground between them, what stands in the way, and each loss on the way to the level.

The numbers are those of the plain reference of the cell's model (ITU-R P.1812-8 or 3GPP TR 38.901, in double
precision) over the profile that the kernels sample; the level that the exact kernel gives stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hatang.core.radio import p525, p1812, tr38901
from hatang.core.radio.antennas import PATTERNS, Pattern, table_gain_dbi
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell, model_of, pattern_of
from hatang.core.radio.choice import Model
from hatang.core.radio.coverage.batches import Points, Settings, heights_at, mast_of, reached, transmitter_of
from hatang.core.radio.coverage.layers import NOBODY
from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.coverage.sites import Sector, Site, layers_of, sites_of, table_of
from hatang.core.radio.coverage.told import nearest
from hatang.core.radio.kernels.exact import FEWEST_SPANS
from hatang.core.radio.kernels.ground import LEAST_KM, step_of
from hatang.core.radio.kernels.strongest import direction, sine_cosine
from hatang.core.radio.kernels.tr38901 import LEAST_KM as LEAST_STREET_KM
from hatang.core.radio.kernels.tr38901 import fading_of
from hatang.core.radio.link_budget import margin_db, served_probability
from hatang.core.radio.p1812.diffraction import CONSTANTS
from hatang.core.terrain.grid import Doubles
from hatang.core.terrain.profiles import Place, Profile, profile_between
from hatang.core.vietnamese import number
from hatang.coverage.services.engine import RULE, Land, served_at

FREE_SHARE = 0.6
"""The part of the first Fresnel zone that must be free for a path to count as unobstructed."""


@dataclass(frozen=True, eq=False)
class Sightline:
    """A path over an Earth that is bent and a ray that is straight: arrays (n,), metres above sea.

    `bulge_m` is by how much the bent Earth rises between the ends, `ray_m` the straight line between the antennas,
    `fresnel_m` the radius of the first Fresnel zone, `worst` the point that comes furthest into it.
    """

    profile: Profile
    frequency_ghz: float
    earth_radius_km: float
    bulge_m: Doubles
    ray_m: Doubles
    fresnel_m: Doubles
    worst: int

    @property
    def ground_m(self) -> Doubles:
        """The bare ground, raised by the Earth's bend."""
        return self.profile.heights_m + self.bulge_m

    @property
    def tops_m(self) -> Doubles:
        """The ground with what stands on it, raised by the Earth's bend; bare at both ends, as the method has it."""
        return self.ground_m + cover_of(self.profile)

    @property
    def clearance_m(self) -> float:
        """How far the ray passes above the worst point; negative where that is in its way."""
        return float((self.ray_m - self.tops_m)[self.worst])

    @property
    def free_share(self) -> float:
        """The clearance over the worst point in radii of the first Fresnel zone."""
        return self.clearance_m / float(self.fresnel_m[self.worst])

    @property
    def sees(self) -> bool:
        """Whether nothing stands in the ray's way."""
        return self.clearance_m >= 0

    @property
    def k_factor(self) -> float:
        """The Earth's effective radius over its own."""
        return self.earth_radius_km / p1812.climate.EARTH_RADIUS_KM


def sightline(
    profile: Profile,
    *,
    transmitter_height_m: float,
    receiver_height_m: float,
    frequency_ghz: float,
    earth_radius_km: float,
) -> Sightline:
    """Lay the ray over the ground; antennas above ground at the ends.

    >>> km, flat = np.linspace(0, 10, 21), np.zeros(21)
    >>> ground = Profile(km, flat, flat, np.full(21, 4), flat, flat)
    >>> path = sightline(ground, transmitter_height_m=30, receiver_height_m=30, frequency_ghz=0.9, earth_radius_km=8500)
    >>> path.worst, round(path.clearance_m, 2), round(path.free_share, 2)
    (10, 28.53, 0.99)
    """
    d = profile.distances_km
    back = d[-1] - d
    bulge = 500 * d * back / earth_radius_km
    low, high = profile.heights_m[0] + transmitter_height_m, profile.heights_m[-1] + receiver_height_m
    ray = low + (high - low) * d / d[-1]
    wavelength_m = CONSTANTS.light_m_ghz / frequency_ghz
    fresnel = np.sqrt(1000 * wavelength_m * d * back / d[-1])
    tops = profile.heights_m + bulge + cover_of(profile)
    worst = 1 + int(np.argmin(((ray - tops)[1:-1]) / fresnel[1:-1]))
    return Sightline(profile, frequency_ghz, earth_radius_km, bulge, ray, fresnel, worst)


def cover_of(profile: Profile) -> Doubles:
    """Give the height of what stands on the ground, none at both ends."""
    cover = profile.clutter_heights_m.copy()
    cover[[0, -1]] = 0
    return cover


@dataclass(frozen=True)
class Term:
    """One step from power to level, dB as it adds to the level; `part` steps are of the one before, not added again."""

    label: str
    value_db: float
    note: str = ""
    part: bool = False

    @property
    def shown_db(self) -> float:
        """The value to a hundredth, nothing as plain 0."""
        return round(self.value_db, 2) + 0.0


@dataclass(frozen=True, eq=False)
class Path:
    """What a cell's model says of the way to a receiver: its terms, which add up to `-loss_db`, and how much the level
    varies over locations there.

    `in_sight` is what TR 38.901 went by, None where another method gives the loss. `prediction` is P.1812's own, None
    where it does not; `cover_db` of its loss is due to what stands on the ground. `sight` is None below the range of
    the model, where free space stands in.
    """

    method: str
    terms: tuple[Term, ...]
    loss_db: float
    deviation_db: float
    deviation_note: str
    sight: Sightline | None = None
    prediction: p1812.PathLoss | None = None
    cover_db: float = 0.0
    in_sight: bool | None = None


@dataclass(frozen=True, eq=False)
class Link:
    """A cell and a receiver: where they are to each other, the path, and the terms that add up to the level."""

    cell: Cell
    model: Model
    frequency_ghz: float
    distance_km: float
    bearing_deg: float
    elevation_deg: float
    off_axis_deg: float | None
    path: Path
    terms: tuple[Term, ...]
    clutter_m: float

    @property
    def level_dbm(self) -> float:
        """The median level: what the terms add up to."""
        return sum(term.value_db for term in self.terms if not term.part)

    def probability(self, standard: Standard) -> float:
        """Give how probable it is that the level reaches the threshold there."""
        threshold_dbm = standard.services[Technology(self.cell.technology)].threshold_dbm
        return float(served_probability(self.level_dbm, threshold_dbm, self.path.deviation_db))

    def margin_db(self, standard: Standard) -> float:
        """Give by how much the median must exceed the threshold there to count as served."""
        return float(margin_db(standard.served_percent, self.path.deviation_db))


def link_between(
    land: Land,
    cell: Cell,
    place: Place,
    *,
    settings: Settings,
    standard: Standard,
    patterns: Mapping[str, Pattern] = PATTERNS,
    offset_db: float = 0.0,
) -> Link:
    """Work out the link from a checked cell to a place (lon, lat) by the reference of its model, over the kernels' own
    profile.

    `offset_db` is the run's accepted correction for the cell's operator. Raises TerrainError where the path leaves the
    ground, RangeError for what the model does not cover.
    """
    (site,) = sites_of([cell], layers_of([cell]), patterns, rule=RULE)
    (sector,) = site.sectors
    bearing, elevation, slant = seen_from(site, land, place, settings)
    gain = float(table_gain_dbi(table_of(sector.pose), bearing - sector.azimuth_deg, elevation))
    path = path_between(land, site, place, slant, settings=settings, standard=standard)
    return Link(
        cell=cell,
        model=sector.model,
        frequency_ghz=sector.frequency_ghz,
        distance_km=distance_km(site, place),
        bearing_deg=bearing % 360,
        elevation_deg=elevation,
        off_axis_deg=None if cell.azimuth_deg is None else (bearing - cell.azimuth_deg + 180) % 360 - 180,
        path=path,
        terms=(*sent_terms(cell, sector, gain, patterns), *path.terms, *corrected(offset_db)),
        clutter_m=cover_at(land, place),
    )


def path_between(
    land: Land, site: Site, place: Place, slant_km: float, *, settings: Settings, standard: Standard
) -> Path:
    """Give the path from a site of one cell by the cell's model, by free space where that does not hold yet."""
    (sector,) = site.sectors
    if sector.model.scenario:
        if distance_km(site, place) < LEAST_STREET_KM:
            seen_db, note = fading_of(sector.model).seen_db, fading_words(sector.model, in_sight=True)
            return free_path(sector, slant_km, seen_db, note)
        return path_of_tr38901(land, site, place, settings)
    cover_m = cover_at(land, place)
    deviation_db = standard.deviation_db(sector.frequency_ghz, cover_m)
    note = f"P.1812 §4.7, ô 100 m, lớp phủ tại chỗ {number(cover_m)} m"
    if distance_km(site, place) < LEAST_KM:
        return free_path(sector, slant_km, deviation_db, note)
    return path_of_p1812(land, site, place, settings, deviation_db, note)


def free_path(sector: Sector, slant_km: float, deviation_db: float, note: str) -> Path:
    """Give the path below the range of a sector's model."""
    loss_db, too_near = p525_loss(sector, slant_km), f"gần hơn {nearest(sector.model)}"
    term = Term("suy hao không gian tự do", -loss_db, f"{p525.VERSION}: {too_near}")
    method = f"{p525.VERSION} ({too_near}, ngoài phạm vi của {sector.model.name})"
    return Path(method, (term,), loss_db, deviation_db, note)


def path_of_p1812(land: Land, site: Site, place: Place, settings: Settings, deviation_db: float, note: str) -> Path:
    """Give the path by P.1812."""
    (sector,) = site.sectors
    profile = kernel_profile(land, site, place, settings)
    found = reference_loss(profile, site, sector, place, settings)
    bare = replace(profile, clutter_heights_m=np.zeros_like(profile.clutter_heights_m))
    return Path(
        sector.model.name,
        tuple(path_terms(found)),
        found.loss_db,
        deviation_db,
        note,
        sight=sight_over(profile, site, settings, found.climate.earth_radius_km),
        prediction=found,
        cover_db=found.loss_db - reference_loss(bare, site, sector, place, settings).loss_db,
    )


def path_of_tr38901(land: Land, site: Site, place: Place, settings: Settings) -> Path:
    """Give the path by TR 38.901: its one formula, with line of sight or without, and its shadow fading.

    As in the kernel the profile decides on the sight; where nobody knows what stands on the ground, it is taken as
    hidden, unless the model lets the bare ground decide.
    """
    (sector,) = site.sectors
    model = sector.model
    assert model.scenario
    radius_km = mast_of(site, land.ground, settings).radius_km
    sight = sight_over(kernel_profile(land, site, place, settings), site, settings, radius_km)
    in_sight = sight.sees and (land.clutter is not None or model.sight_over_bare_ground)
    asked: dict[str, float | bool] = {
        "line_of_sight": in_sight,
        "frequency_ghz": sector.frequency_ghz,
        "distance_m": 1000 * distance_km(site, place),
        "base_height_m": site.height_m,
        "terminal_height_m": settings.conditions.receiver_height_m,
    }
    loss_db = float(tr38901.path_loss_db(model.scenario, **asked))
    sigma_db = float(tr38901.shadow_fading_db(model.scenario, **asked))
    term = Term(f"suy hao đường truyền, {sight_name(in_sight=in_sight)}", -loss_db, f"{model.name}, bảng 7.4.1-1")
    note = fading_words(model, in_sight=in_sight)
    return Path(model.name, (term,), loss_db, sigma_db, note, sight=sight, in_sight=in_sight)


def sight_name(*, in_sight: bool) -> str:
    """Name the two cases of TR 38.901."""
    return "nhìn thẳng" if in_sight else "không nhìn thẳng"


def fading_words(model: Model, *, in_sight: bool) -> str:
    """Say whence the shadow fading is."""
    return f"che khuất (shadow fading) của {model.name}, {sight_name(in_sight=in_sight)}, bảng 7.4.1-1"


def sight_over(profile: Profile, site: Site, settings: Settings, earth_radius_km: float) -> Sightline:
    """Lay the ray from a site of one cell over its profile."""
    (sector,) = site.sectors
    return sightline(
        profile,
        transmitter_height_m=site.height_m,
        receiver_height_m=settings.conditions.receiver_height_m,
        frequency_ghz=sector.frequency_ghz,
        earth_radius_km=earth_radius_km,
    )


def distance_km(site: Site, place: Place) -> float:
    """Give how far a place is along the ground."""
    return float(reached(transmitter_of(site), point(place))[0])


def cover_at(land: Land, place: Place) -> float:
    """Give the height of what stands at a place."""
    return float(land.clutter_at(*lon_lat(place))[0])


def point(place: Place) -> Points:
    """Give one place as points."""
    return Points(*lon_lat(place), np.zeros(1, dtype=np.int64))


def lon_lat(place: Place) -> tuple[Doubles, Doubles]:
    """Give one place as arrays."""
    return np.array([place[0]]), np.array([place[1]])


def seen_from(site: Site, land: Land, place: Place, settings: Settings) -> tuple[float, float, float]:
    """Give bearing and elevation in degrees and the slant distance in km of the receiver, as the kernels do."""
    top_m = float(heights_at(land.ground, *lon_lat(place))[0]) + settings.conditions.receiver_height_m
    foot, lat, turn = map(sine_cosine, (site.lat_deg, place[1], place[0] - site.lon_deg))
    bearing, elevation, slant = direction(mast_of(site, land.ground, settings), foot, lat, turn, top_m)
    return float(bearing), float(elevation), float(slant)


def p525_loss(sector: Sector, slant_km: float) -> float:
    """Give the loss of free space to a receiver at a slant distance."""
    return p525.free_space_loss_db(frequency_ghz=sector.frequency_ghz, distance_km=slant_km)


def kernel_profile(land: Land, site: Site, place: Place, settings: Settings) -> Profile:
    """Sample the ground as the exact kernel does: even spans no longer than its step, at least three."""
    start = (site.lon_deg, site.lat_deg)
    step_km = step_of(land.ground, transmitter_of(site), settings.for_site(site))
    shortest = distance_km(site, place) / FEWEST_SPANS
    return profile_between(
        land.heights, start, place, spacing_km=min(step_km, shortest), clutter=land.clutter, zones=land.zones
    )


def reference_loss(profile: Profile, site: Site, sector: Sector, place: Place, settings: Settings) -> p1812.PathLoss:
    """Predict the loss by the plain reference, with the conditions of the run."""
    asked = settings.conditions
    return p1812.path_loss(
        frequency_ghz=sector.frequency_ghz,
        polarisation=asked.polarisation,
        distances_km=profile.distances_km,
        heights_m=profile.heights_m,
        clutter_heights_m=profile.clutter_heights_m,
        zones=profile.zones,
        transmitter_height_m=site.height_m,
        receiver_height_m=asked.receiver_height_m,
        latitude_deg=(site.lat_deg + place[1]) / 2,
        time_percent=asked.time_percent,
        delta_n=asked.delta_n,
        n0=asked.n0,
    )


SHARES = {
    Technology.G2: "",
    Technology.G3: "phần của kênh hoa tiêu trong công suất ấy",
    Technology.G4: "phần của một phần tử tài nguyên trong băng thông",
    Technology.G5: "phần của một phần tử tài nguyên trong băng thông",
}


def sent_terms(cell: Cell, sector: Sector, gain_dbi: float, patterns: Mapping[str, Pattern]) -> list[Term]:
    """Give what the cell sends towards the receiver, as a phone measures it."""
    assert cell.power_dbm is not None
    chosen = pattern_of(cell, patterns)
    assumed = "giả định: sổ chưa có tệp ăng ten" if chosen.assumed else ""
    share = SHARES[Technology(cell.technology)]
    highest = chosen.pattern.max_gain_dbi
    terms = [Term("công suất phát của ô, dBm", cell.power_dbm)]
    if share:
        terms.append(Term(share, sector.reference_dbm - cell.power_dbm))
    return [
        *terms,
        Term("độ lợi cao nhất của ăng ten", highest, f"{chosen.pattern.name}{f'; {assumed}' if assumed else ''}"),
        Term("lệch khỏi hướng chính của ăng ten", gain_dbi - highest, "theo phương ngang và góc ngẩng"),
    ]


def path_terms(loss: p1812.PathLoss) -> list[Term]:
    """Give the losses of the path: free space, diffraction with its parts, and how the other ways lessen it."""
    bent = loss.diffraction.median
    sphere_db = max(bent.spherical_db - bent.smooth_db, 0.0)
    others_db = loss.loss_db - loss.sight.at_time_db - loss.diffraction.at_time_db
    return [
        Term("suy hao không gian tự do", -loss.sight.at_time_db, "P.1812 §4.2"),
        Term("nhiễu xạ", -loss.diffraction.at_time_db, "P.1812 §4.3, delta-Bullington"),
        Term("qua địa hình, lớp phủ (Bullington)", -bent.path_db, part=True),
        Term("thêm của mặt đất cong, nhẵn", -sphere_db, part=True),
        Term("đường khác: ống dẫn, tán xạ đối lưu", -others_db, "P.1812 §4.4 đến §4.6"),
    ]


def corrected(offset_db: float) -> list[Term]:
    """Give the correction that the department accepted, where there is one."""
    return [Term("hiệu chỉnh đã được chấp nhận", offset_db, "từ kết quả đo")] if offset_db else []


@dataclass(frozen=True)
class Candidate:
    """A cell that reaches a place, and the level that the exact kernel gives there."""

    cell: Cell
    level_dbm: float

    @property
    def model(self) -> str:
        """The name of the model that computes the cell."""
        model = model_of(self.cell, RULE)
        return model.name if model else ""


def strongest_at(
    land: Land,
    cells: Sequence[Cell],
    place: Place,
    *,
    settings: Settings,
    standard: Standard,
    most: int,
    patterns: Mapping[str, Pattern] = PATTERNS,
) -> list[Candidate]:
    """Give the cells that reach a place, the strongest first: each is computed by the exact kernel as if alone."""
    standing = [cell for cell in cells if on_ground(land, cell)]
    if not standing:
        return []
    alone = [replace(cell, operator=cell.id) for cell in standing]
    found = served_at(point(place), alone, land, settings=settings, standard=standard, patterns=patterns)
    reach = [
        Candidate(standing[int(found.servers[k, 0])], float(found.levels_dbm[k, 0]))
        for k in range(len(found.layers))
        if found.servers[k, 0] != NOBODY
    ]
    return sorted(reach, key=lambda one: (-one.level_dbm, int(one.cell.id)))[:most]


def on_ground(land: Land, cell: Cell) -> bool:
    """Tell whether a cell stands on the ground that was read."""
    west, south, east, north = land.heights.lattice.area
    return west <= cell.lon <= east and south <= cell.lat <= north
