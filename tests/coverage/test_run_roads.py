"""Roads of a run: cut by communes, no road twice, no railway, no guess where nothing is known; and the command."""

from __future__ import annotations

import io

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.core.management import CommandError, call_command
from django.utils import timezone

from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.runs.roads import NO_BOUNDARIES, NO_ROADS, roads_of
from hatang.network.models import Cell
from hatang.places.models import Boundary, Place, Road
from tests.conftest import World
from tests.coverage.conftest import RUN_DAY

LAT = 21.955
KM_PER_DEGREE = 103.27
"""Of longitude there."""


def bounded(place: Place, west: float, east: float) -> None:
    """Give a place a box as its boundary."""
    box = MultiPolygon(Polygon.from_bbox((west, 21.85, east, 21.97)), srid=4326)
    Boundary.objects.create(place=place, geometry=box, area_km2=1, source="thử", known_from=timezone.now())


def road(source: str, west: float, east: float, road_class: str = Road.Class.PROVINCIAL) -> None:
    """Draw a straight road."""
    path = GEOSGeometry(f"LINESTRING ({west} {LAT}, {east} {LAT})", srid=4326)
    Road.objects.create(path=path, road_class=road_class, source=source, licence="thử")


def test_a_road_is_shared_out_to_the_communes_it_runs_through(world: World) -> None:
    bounded(world.commune, 106.66, 106.70)
    bounded(world.neighbour, 106.70, 106.72)
    road("A", 106.65, 106.73)
    road("A", 106.66, 106.68, Road.Class.RAILWAY)
    road("B", 106.66, 106.70)
    found = roads_of(world.province, RUN_DAY)
    km = {int(pk): found.lengths_km[found.communes == pk].sum() for pk in set(found.communes.tolist())}
    assert km.keys() == {world.commune.pk, world.neighbour.pk}
    assert km[world.commune.pk] == pytest.approx(0.04 * KM_PER_DEGREE, abs=0.11)
    assert km[world.neighbour.pk] == pytest.approx(0.02 * KM_PER_DEGREE, abs=0.11)
    assert found.note == "Nguồn: A. Theo xã bằng ranh giới xã."


def test_without_boundaries_or_roads_nothing_is_guessed(world: World) -> None:
    assert roads_of(world.province, RUN_DAY).note == NO_BOUNDARIES
    bounded(world.province, 106.66, 106.72)
    assert roads_of(world.province, RUN_DAY).note == NO_ROADS
    road("A", 106.66, 106.70)
    found = roads_of(world.province, RUN_DAY)
    assert set(found.communes.tolist()) == {0}
    assert "chỉ đếm toàn tỉnh" in found.note


def test_one_command_computes_a_province_and_adopts_what_it_found(
    world: World, small_terrain: Terrain, cells: list[Cell]
) -> None:
    bounded(world.commune, 106.66, 106.72)
    road("A", 106.69, 106.71)
    said = io.StringIO()
    call_command("compute_coverage", "20", "--on", "2026-11-01", "--technology", "4G", "--adopt", stdout=said)
    run = CoverageRun.objects.get()
    assert CoverageRun.objects.counting(world.province, RUN_DAY) == run
    assert "100 % (2/2) thôn có 4G" in said.getvalue()
    roads = run.tallies.get(subject="roads_km", commune=None, operator=None, least_operators=1)
    assert 0 < roads.served <= roads.whole == pytest.approx(0.02 * KM_PER_DEGREE, abs=0.11)
    Terrain.objects.update(state=Terrain.State.FAILED)
    with pytest.raises(CommandError, match="Chưa có địa hình nào dùng được"):
        call_command("compute_coverage", "20")
