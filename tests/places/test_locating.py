"""Every point finds its province, commune, village and zone of a day, and says how sure that is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hatang.places.models import Boundary, Place, PlaceSuccession
from hatang.places.services.locating import Whereabouts, locate, locate_one
from tests.conftest import NEW_UNITS, World
from tests.places.drawings import bound, read_features, square

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
BEFORE = date(2025, 6, 30)


@pytest.fixture
def bounded(world: World) -> World:
    """Lạng Sơn's two communes side by side, meeting at 106.72 degrees."""
    bound(world.commune, shapely.box(106.64, 21.84, 106.72, 22.0))
    bound(world.neighbour, shapely.box(106.72, 21.84, 106.8, 22.0))
    return world


def test_a_point_finds_its_commune_and_nearest_village(bounded: World) -> None:
    found = locate_one(106.702, 21.952, on=TODAY)
    assert (found.province, found.commune, found.village) == (bounded.province, bounded.commune, bounded.village)
    assert found.certain
    assert found.note == "Thôn gần nhất, cách 303 m."


def test_a_village_far_away_is_not_named_as_the_nearest(world: World) -> None:
    bound(world.commune, shapely.box(105.2, 21.9, 106.8, 22.9))
    found = locate_one(105.3, 22.6, on=TODAY)
    assert (found.commune, found.village) == (world.commune, None)
    assert found.note == "Không biết thôn nào trong vòng 20 km."


def test_a_village_with_a_boundary_goes_before_the_nearest(bounded: World) -> None:
    bound(bounded.dark_village, square(106.70, 21.95, 0.004))
    found = locate_one(106.7001, 21.9501, on=TODAY)
    assert (found.village, found.note) == (bounded.dark_village, "")


def test_a_zone_is_found_by_its_boundary_only(bounded: World) -> None:
    inside = {"parent": bounded.commune, "province": bounded.province}
    zone = Place.objects.create(kind="zone", title="Khu công nghiệp", name="Đồng Bành", lon=106.69, lat=21.95, **inside)
    assert locate_one(106.69, 21.95, on=TODAY).zone is None
    bound(zone, square(106.69, 21.95, 0.01))
    assert locate_one(106.695, 21.955, on=TODAY).zone == zone
    assert locate_one(106.705, 21.955, on=TODAY).zone is None


def test_outside_everything_there_is_nothing_but_a_note(bounded: World) -> None:
    found = locate_one(100.0, 10.0, on=TODAY)
    assert (found.province, found.commune, found.village, found.zone, found.certain) == (None, None, None, None, False)
    assert found.note == "Điểm nằm ngoài mọi ranh giới vào ngày 26/11/2026."


def test_on_a_shared_border_it_is_not_certain(bounded: World) -> None:
    found = locate_one(106.72, 21.9, on=TODAY)
    assert found.commune in (bounded.commune, bounded.neighbour)
    assert not found.certain
    assert "đường biên" in found.note


def test_an_illustration_is_said_to_be_one_and_yields_to_a_real_boundary(world: World) -> None:
    cell = bound(world.neighbour, square(106.7, 21.94, 0.1), illustrative=True)
    found = locate_one(106.7, 21.94, on=TODAY)
    assert (found.commune, found.certain) == (world.neighbour, False)
    assert found.note.startswith("Theo ranh giới minh hoạ")
    bound(world.commune, square(106.7, 21.94, 0.05))
    found = locate_one(106.7, 21.94, on=TODAY)
    assert (found.commune, found.certain) == (world.commune, True)
    assert cell.illustrative


def test_only_current_boundaries_count(bounded: World) -> None:
    Boundary.objects.filter(place=bounded.commune).update(known_to=timezone.now())
    assert locate_one(106.7, 21.95, on=TODAY).commune is None


def test_before_july_2025_the_former_units_answer(bounded: World) -> None:
    """A former commune's villages are those of the communes it passed to."""
    end = {"valid_to": NEW_UNITS - timedelta(days=1)}
    old = Place.objects.create(
        kind="commune", title="Thị trấn", name="Đồng Đăng", code="06184", province=bounded.province, **end
    )
    PlaceSuccession.objects.create(predecessor=old, successor=bounded.commune, on=NEW_UNITS)
    bound(old, square(106.7, 21.95, 0.03))
    found = locate_one(106.702, 21.952, on=BEFORE)
    assert (found.commune, found.village, found.certain) == (old, bounded.village, True)
    assert locate_one(106.702, 21.952, on=TODAY).commune == bounded.commune


def test_where_only_a_district_or_province_is_known_that_is_said(world: World) -> None:
    district = Place.objects.create(
        kind="district", title="Huyện", name="Cao Lộc", province=world.province, valid_to=BEFORE, code="183"
    )
    bound(district, square(106.7, 21.95, 0.1))
    found = locate_one(106.7, 21.95, on=BEFORE)
    assert (found.province, found.commune) == (world.province, None)
    assert found.note == "Trong Huyện Cao Lộc; không có ranh giới xã nào chứa điểm này vào ngày 30/06/2025."


def test_within_one_province_only(bounded: World) -> None:
    bound(bounded.other_commune, square(105.36, 23.28))
    points = np.array([[106.7, 21.95], [105.36, 23.28]])
    here, there = locate(points, on=TODAY, province=bounded.province)
    assert here.commune == bounded.commune
    assert there.commune is None
    assert there.note == "Điểm nằm ngoài Tỉnh Lạng Sơn vào ngày 26/11/2026."


def test_no_points_and_points_that_are_no_numbers(bounded: World) -> None:
    assert locate(np.empty((0, 2)), on=TODAY) == []
    lost, found = locate(np.array([[np.nan, 21.9], [106.7, 21.95]]), on=TODAY)
    assert (lost.commune, found.commune) == (None, bounded.commune)


def test_ten_thousand_points_take_few_questions(bounded: World) -> None:
    random = np.random.default_rng(1)
    points = np.column_stack([random.uniform(106.6, 106.9, 10_000), random.uniform(21.8, 22.1, 10_000)])
    with CaptureQueriesContext(connection) as queries:
        found = locate(points, on=TODAY)
    assert len(queries) <= 5
    west = (points[:, 0] < 106.72) & (points[:, 0] > 106.64) & (points[:, 1] > 21.84) & (points[:, 1] < 22)
    assert [w.commune == bounded.commune for w in found] == west.tolist()


def test_real_boundaries_answer_as_the_database_does(world: World, shared: Path) -> None:
    """Point by point the database's own `covers` finds the same communes of Lạng Sơn."""
    features = read_features(shared / "data/admin-2025/full_20_lang_son_communes.geojson.gz")
    for f in features:
        code = {"code": f.properties["code"], "valid_from": NEW_UNITS}
        place, _ = Place.objects.get_or_create(
            kind="commune", **code, defaults={"name": f.properties["name"], "province": world.province}
        )
        bound(place, f.geometry)
    random = np.random.default_rng(20)
    points = np.column_stack([random.uniform(106.1, 107.4, 60), random.uniform(21.3, 22.5, 60)])
    found = [w.commune and w.commune.code for w in locate(points, on=TODAY)]
    asked = [
        Boundary.objects.current()
        .filter(geometry__covers=Point(*point, srid=4326))
        .order_by("place_id")
        .values_list("place__code", flat=True)
        .first()
        for point in points.tolist()
    ]
    assert found == asked
    assert 30 < sum(code is not None for code in asked) < 60


@given(st.lists(st.sampled_from(["theo ranh giới minh hoạ", "thôn gần nhất, cách 3 m"])))
def test_a_note_is_one_sentence_or_nothing(notes: list[str]) -> None:
    note = Whereabouts(notes=notes).note
    assert note == "" if not notes else (note[0].isupper() and note.endswith("."))
