"""The way from a cell to a place: terms that add up, a ray above or in the ground, and the page that tells both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.core.radio.cells import Cell
from hatang.core.radio.choice import UMA, UMI, Model
from hatang.core.radio.coverage.batches import Settings
from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.kernels.ground import Conditions, Ground, Transmitter
from hatang.core.radio.kernels.tr38901 import losses_to_points
from hatang.core.radio.services import SERVICES
from hatang.core.terrain.grid import Grid
from hatang.core.terrain.profiles import Profile
from hatang.coverage.models import PredictedService
from hatang.coverage.services.engine import Land
from hatang.coverage.services.maps.page import served_up_to_dbm
from hatang.coverage.services.village.drawing import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, drawing_of
from hatang.coverage.services.village.profiles import Sightline, link_between, sightline, strongest_at
from tests.answers import bare
from tests.conftest import World
from tests.coverage.drawn import LATTICE, Drawn, draw, ridge_m

KERNEL_DB = 0.02
"""The exact kernel against the reference, single against double precision, with the antenna's table."""
STANDARD, SETTINGS = Standard(SERVICES), Settings(8.0)
BEFORE_THE_RIDGE, BEHIND_IT, BESIDE_THE_MAST = (106.701, 21.951), (106.704, 21.965), (106.701, 21.9305)
CELL = Cell(
    "1", "4G", 106.7, 21.93, 30.0, 46.0, band="B3", bandwidth_mhz=20.0, azimuth_deg=20.0, tilt_electrical_deg=4.0
)


@pytest.fixture(scope="module")
def land() -> Land:
    """Give the ground with the ridge, and woods of 12 m in its east."""
    heights = Grid.over(LATTICE, ridge_m())
    lons = np.broadcast_to(LATTICE.lons_deg(), LATTICE.shape)
    woods = Grid.over(LATTICE, np.where(lons > 106.702, 12.0, 0.0))
    return Land(Ground(heights.values, *heights.place, clutter_m=woods.values), heights, woods)


@pytest.mark.parametrize("place", [BEFORE_THE_RIDGE, BEHIND_IT, BESIDE_THE_MAST])
@pytest.mark.parametrize("technology", ["2G", "3G", "4G", "5G"])
def test_the_terms_add_up_to_what_the_kernel_gives(land: Land, place: tuple[float, float], technology: str) -> None:
    wave = {"2G": ("B8", None), "3G": ("B1", None), "4G": ("B3", 20.0), "5G": ("n78", 100.0)}[technology]
    cell = Cell("1", technology, 106.7, 21.93, 30.0, 46.0, band=wave[0], bandwidth_mhz=wave[1], azimuth_deg=20.0)
    link = link_between(land, cell, place, settings=SETTINGS, standard=STANDARD)
    (kernel,) = strongest_at(land, [cell], place, settings=SETTINGS, standard=STANDARD, most=5)
    assert link.level_dbm == pytest.approx(kernel.level_dbm, abs=KERNEL_DB)
    if link.path.prediction:
        losses = [term.value_db for term in link.terms if not term.part][-3:]
        assert -sum(losses) == pytest.approx(link.path.prediction.loss_db, abs=1e-9)
        parts = [term.value_db for term in link.terms if term.part]
        assert sum(parts) == pytest.approx(-link.path.prediction.diffraction.at_time_db, abs=0.01), "at 50 % of time"


def test_over_the_sea_the_reference_goes_by_the_same_zones_as_the_kernel(land: Land) -> None:
    """In a hundredth of the time ducts over water carry farther than over land, in kernel and reference alike."""
    zones = Grid.over(LATTICE, np.where(np.broadcast_to(LATTICE.lats_deg()[:, None], LATTICE.shape) > 21.9, 1, 3))
    flat = Grid.over(LATTICE, np.zeros(LATTICE.shape))
    at_times = replace(SETTINGS, conditions=Conditions((), time_percent=1.0))
    wet = Land(Ground(flat.values, *flat.place, zones=zones.values.astype(np.uint8)), flat, None, zones)
    dry = Land(Ground(flat.values, *flat.place), flat, None)
    links, kernels = [], []
    for over in (wet, dry):
        links.append(link_between(over, CELL, (106.72, 21.99), settings=at_times, standard=STANDARD))
        kernels += strongest_at(over, [CELL], (106.72, 21.99), settings=at_times, standard=STANDARD, most=1)
    assert [one.level_dbm for one in links] == pytest.approx([one.level_dbm for one in kernels], abs=KERNEL_DB)
    assert abs(links[0].path.loss_db - links[1].path.loss_db) > 0.05


def test_the_ray_passes_before_the_ridge_and_not_behind_it(land: Land) -> None:
    before = link_between(land, CELL, BEFORE_THE_RIDGE, settings=SETTINGS, standard=STANDARD).path.sight
    behind = link_between(land, CELL, BEHIND_IT, settings=SETTINGS, standard=STANDARD)
    assert before and before.sees and before.clearance_m > 0
    assert behind.path.sight and not behind.path.sight.sees
    top_km = 111.195 * (21.956 - 21.93)
    assert behind.path.sight.profile.distances_km[behind.path.sight.worst] == pytest.approx(top_km, abs=0.15)
    assert behind.path.sight.clearance_m < -150
    assert behind.path.cover_db >= 0 and behind.clutter_m == 12


def test_below_the_methods_range_free_space_stands_in(land: Land) -> None:
    link = link_between(land, CELL, BESIDE_THE_MAST, settings=SETTINGS, standard=STANDARD)
    assert link.distance_km < 0.25
    assert link.path.sight is None and link.path.prediction is None
    assert "P.525" in link.terms[-1].note


@pytest.mark.parametrize("place", [(106.7005, 21.934), (106.7015, 21.939), BEHIND_IT, (106.70005, 21.93)])
@pytest.mark.parametrize(("model", "height_m", "power_dbm"), [(UMA, 30.0, 46.0), (UMI, 8.0, 36.0)])
def test_a_cell_above_6_ghz_has_the_terms_of_its_own_model(
    land: Land, place: tuple[float, float], model: Model, height_m: float, power_dbm: float
) -> None:
    """The formula of TR 38.901, in sight or not as the kernel found, and its shadow fading; nothing of P.1812."""
    cell = Cell("1", "5G", 106.7, 21.93, height_m, power_dbm, band="n258", bandwidth_mhz=100.0, azimuth_deg=20.0)
    link = link_between(land, cell, place, settings=SETTINGS, standard=STANDARD)
    (kernel,) = strongest_at(land, [cell], place, settings=SETTINGS, standard=STANDARD, most=5)
    assert link.level_dbm == pytest.approx(kernel.level_dbm, abs=KERNEL_DB)
    mast, frequencies = Transmitter(106.7, 21.93, height_m), Conditions([link.frequency_ghz])
    there = losses_to_points(land.ground, mast, np.array([place[0]]), np.array([place[1]]), frequencies, model)
    assert link.model == model and link.path.prediction is None
    assert link.path.deviation_db == pytest.approx(float(there.fading_db[0, 0]), abs=1e-5)
    if np.isnan(there.losses_db).any():
        assert link.distance_km < 0.01 and "P.525" in link.path.method and model.name in link.path.method
        return
    assert link.path.loss_db == pytest.approx(float(there.losses_db[0, 0]), abs=1e-3)
    assert link.path.in_sight is not None and not (link.path.in_sight and place == BEHIND_IT)
    assert not [term for term in link.terms if "P.1812" in term.note] and "P.1812" not in link.path.deviation_note


def test_without_land_cover_a_street_s_cell_is_taken_as_hidden(land: Land) -> None:
    bare_land = Land(replace(land.ground, clutter_m=None), land.heights, None)
    cell = Cell("1", "5G", 106.7, 21.93, 30.0, 46.0, band="n258", bandwidth_mhz=100.0, azimuth_deg=20.0)
    known, unknown = (
        link_between(ground, cell, (106.7005, 21.934), settings=SETTINGS, standard=STANDARD).path
        for ground in (land, bare_land)
    )
    assert known.in_sight and known.sight and known.sight.sees
    assert unknown.in_sight is False and unknown.sight and unknown.sight.sees
    assert unknown.loss_db > known.loss_db and unknown.deviation_db > known.deviation_db


def test_the_correction_that_was_accepted_is_a_term_of_its_own(land: Land) -> None:
    plain = link_between(land, CELL, BEHIND_IT, settings=SETTINGS, standard=STANDARD)
    moved = link_between(land, CELL, BEHIND_IT, settings=SETTINGS, standard=STANDARD, offset_db=-4.5)
    assert moved.level_dbm == pytest.approx(plain.level_dbm - 4.5)
    assert moved.terms[-1].value_db == -4.5


def hill(height_m: float, at: int) -> Sightline:
    """Put one hill of so many metres on flat ground, between antennas of 20 m 10 km apart."""
    km = np.linspace(0, 10, 101)
    heights = np.zeros(101)
    heights[at] = height_m
    ground = Profile(km, heights, 0 * km, np.full(101, 4), km, km)
    return sightline(ground, transmitter_height_m=20, receiver_height_m=20, frequency_ghz=0.9, earth_radius_km=8500)


@given(st.floats(16, 900), st.integers(5, 95))
def test_a_hill_is_in_the_way_just_when_it_is_higher_than_the_ray(height_m: float, at: int) -> None:
    """The clearance is what geometry gives: the ray's height less the hill's and the Earth's bulge."""
    path = hill(height_m, at)
    km = at / 10
    bulge_m = 1000 * km * (10 - km) / (2 * 8500)
    assert path.worst == at
    assert path.clearance_m == pytest.approx(20 - height_m - bulge_m, abs=1e-6)
    assert path.sees == (height_m + bulge_m <= 20)
    radius_m = np.sqrt(1000 * 0.2998 / 0.9 * km * (10 - km) / 10)
    assert path.free_share == pytest.approx(path.clearance_m / radius_m)


@given(st.floats(16, 900), st.integers(5, 95))
def test_the_drawing_stays_in_its_frame(height_m: float, at: int) -> None:
    drawn = drawing_of(hill(height_m, at))
    for path in (drawn.ground, drawn.cover, drawn.zone, drawn.free_zone):
        points = np.array([pair.split() for pair in path.strip("MZ").split("L")], dtype=float)
        assert (points[:, 0] >= LEFT - 1).all() and (points[:, 0] <= WIDTH - RIGHT + 1).all()
        assert (points[:, 1] >= 0).all() and (points[:, 1] <= HEIGHT - BOTTOM + 1).all()
    assert drawn.worst.words.startswith("hở" if hill(height_m, at).sees else "che")


@given(st.floats(-140, -80), st.floats(1.0, 12.0))
def test_at_the_runs_own_threshold_the_map_says_what_the_run_found(level_dbm: float, sigma_db: float) -> None:
    """Levels and probabilities are kept rounded; the map still agrees, and a stricter threshold serves no more."""
    from hatang.core.radio.link_budget import served_probability

    own = SERVICES["4G"].threshold_dbm  # type: ignore[index]
    share = float(served_probability(level_dbm, own, sigma_db))
    served = 100 * share >= 95
    upto = served_up_to_dbm([round(level_dbm, 2)], [round(share, 4)], [served], "4G", STANDARD)[0]
    assert (upto >= own) == served
    assert upto <= max(level_dbm, own) + 0.01


@pytest.fixture
def drawn(world: World) -> Drawn:
    """Make the run."""
    return draw(world)


def at_village(client: Client, drawn: Drawn, **asked: object) -> str:
    """Read the page of the second village."""
    answer = client.get(reverse("coverage:run_place", args=[drawn.run.pk, drawn.world.dark_village.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_villages_page_shows_servers_profile_and_terms(
    client: Client, people: dict[str, Person], drawn: Drawn
) -> None:
    client.force_login(people["department_officer"])
    html = at_village(client, drawn, dn=drawn.world.operator.pk, cn="4G")
    assert "Dự đoán Thôn Khơ Đa không có 4G của doanh nghiệp nào." in html
    assert "Tia thẳng bị che: cách trạm" in html
    assert '<svg class="profile__svg"' in html and "k = 1,34" in html
    assert "suy hao không gian tự do" in html and "delta-Bullington" in html and "ITU-R P.1812-8" in html
    assert html.count("<td>đang xem</td>") == 1 and "T-A-0" in html and "T-A-1" in html
    other = at_village(client, drawn, dn=drawn.world.operator.pk, cn="4G", o=drawn.cells[1].pk)
    assert "T-A-1, trạm T-A" in other
    address = reverse("coverage:run_place", args=[drawn.run.pk, drawn.world.dark_village.pk])
    lines = client.get(address, {"xuat": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "DỮ LIỆU MÔ PHỎNG" and lines[2].startswith('"Khoảng cách, km"') and len(lines) > 30


def test_an_operator_sees_its_own_servers_and_no_rival(client: Client, people: dict[str, Person], drawn: Drawn) -> None:
    client.force_login(people["rival"])
    html = at_village(client, drawn, dn=drawn.world.operator.pk, cn="4G", o=drawn.cells[0].pk)
    assert "Dự đoán Thôn Khơ Đa không có 4G của B." in html
    assert "T-B-0" in html and "T-A" not in html and "Doanh nghiệp A" not in html
    PredictedService.objects.filter(operator=drawn.world.rival).delete()
    hidden = reverse("coverage:run_place", args=[drawn.run.pk, drawn.world.dark_village.pk])
    absent = reverse("coverage:run_place", args=[drawn.run.pk, 999_999])
    assert client.get(hidden).status_code == client.get(absent).status_code == 404
    assert bare(client.get(hidden)) == bare(client.get(absent))


def test_the_page_says_when_registers_changed_since_the_run(
    client: Client, people: dict[str, Person], drawn: Drawn
) -> None:
    row = PredictedService.objects.get(place=drawn.world.dark_village, operator=drawn.world.operator)
    row.cell = drawn.cells[0]
    row.save()
    client.force_login(people["department_officer"])
    assert "Lượt tính đã lưu -112,8 dBm" in at_village(client, drawn, dn=drawn.world.operator.pk, cn="4G")
