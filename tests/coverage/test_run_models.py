"""A cell above 6 GHz and a small cell beside P.1812's: what is stored is what core computes, and by which model."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import rasterio
from django.test import Client
from django.urls import reverse
from PIL import Image

from hatang.accounts.models import Person
from hatang.core.radio.antennas import PATTERNS
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell as RadioCell
from hatang.core.radio.choice import P1812, UMA, UMI, USUAL
from hatang.core.radio.coverage.batches import Points, Settings
from hatang.core.radio.coverage.fading import fading_at_points, fading_on_raster
from hatang.core.radio.coverage.runs import Coverage, compute_coverage
from hatang.core.radio.coverage.served import Standard, count_operators, served_points
from hatang.core.radio.coverage.sites import frequencies_ghz, highest_ghz, layers_of, sites_of
from hatang.core.radio.kernels.ground import Ground
from hatang.core.radio.link_budget import margin_db
from hatang.core.radio.services import SERVICES
from hatang.core.terrain.cogs import read_cog
from hatang.core.terrain.grid import Grid
from hatang.core.terrain.sea import NO_SEA, Zones
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.calibration import land_about, levels_at, squares
from hatang.coverage.services.maps.page import served_up_to_dbm
from hatang.coverage.services.maps.tiles import values_of
from hatang.coverage.services.runs.acts import ask_run
from hatang.coverage.services.runs.inputs import cells_kept
from hatang.coverage.services.terrain.storing import store_terrain
from hatang.coverage.services.what_if.asking import what_if
from hatang.coverage.services.what_if.effect import sight_of
from hatang.coverage.suppositions import CellAltered, MastOff, SiteAdded
from hatang.network.models import Cell, Station
from hatang.places.models import Place
from tests.conftest import World
from tests.coverage.conftest import hills, mast, run_of, station

SETTINGS, STANDARD = Settings(radius_km=6.0), Standard(SERVICES)
DAY = "2024-01-01"
TILE = (13, 0, 0)


@dataclass
class Mixed:
    """The run, its terrain's grids, and its two cells that TR 38.901 computes."""

    world: World
    run: CoverageRun
    heights: Grid
    houses: Grid
    above_6_ghz: Cell
    small: Cell

    @property
    def ground(self) -> Ground:
        """Give the ground as core takes it, made apart from the app."""
        return Ground(self.heights.values, *self.heights.place, clutter_m=self.houses.values)

    @property
    def cells(self) -> list[RadioCell]:
        """Give the run's cells."""
        return list(cells_kept(self.run).values())

    def coverage(self, places: list[Place]) -> Coverage:
        """Compute levels by core alone."""
        layers = layers_of(self.cells)
        sites = sites_of(self.cells, layers, PATTERNS, rule=USUAL)
        return compute_coverage(self.ground, sites, len(layers), settings=SETTINGS, points=points_of(places))


def points_of(places: list[Place]) -> Points:
    """Give places as points."""
    lons, lats = (np.array([getattr(place, side) for place in places], dtype=np.float64) for side in ("lon", "lat"))
    return Points(lons, lats, np.arange(len(places)))


def in_the_street(row: Station, code: str, **more: object) -> Cell:
    """Make a cell that sends to all sides."""
    facts = {"height_m": 8.0, "power_dbm": 36.0, "bandwidth_mhz": 100.0, "on_air_on": DAY, "simulated": True}
    return Cell.objects.create(station=row, code=code, azimuth_deg=90.0, **(facts | more))


def houses_over(heights: Grid) -> Grid:
    """Scatter houses of 6 m, so that some places are in sight and some are not."""
    rows, columns = heights.values.shape
    patches = np.random.default_rng(3).choice([0, 0, 0, 6], (rows // 3 + 1, columns // 3 + 1))
    return Grid.over(heights.lattice, np.kron(patches, np.ones((3, 3)))[:rows, :columns])


@pytest.fixture
def mixed(world: World, people: dict[str, Person]) -> Mixed:
    """Compute A's 4G (P.1812) and n258 on its mast, B's weak 4G and a small 5G cell of n78 in the street."""
    terrain = Terrain(province=world.province, title="Đồi có nhà", source="Bịa ra", licence="Không", simulated=True)
    heights = hills()
    houses = houses_over(heights)
    store_terrain(actor=None, terrain=terrain, heights=heights, clutter=houses, report={"sentences": []})
    near = mast(world, "M1", world.operator, world.commune, 106.702, 21.952)
    far = mast(world, "M2", world.rival, world.commune, 106.7105, 21.9605)
    station(world.operator, near, "4G")
    station(world.rival, far, "4G", power_dbm=10.0)
    fives = [
        Station.objects.create(code=at.code, mast=at, operator=of, technology="5G", on_air_on=DAY, simulated=True)
        for at, of in ((near, world.operator), (far, world.rival))
    ]
    above = in_the_street(fives[0], "M1-n258", band="n258", height_m=30.0, power_dbm=46.0)
    small = in_the_street(fives[1], "M2-pho", band="n78")
    run = ask_run(actor=people["department_officer"], run=run_of(terrain, radius_km=6.0), operators=[])
    assert run.state == CoverageRun.State.DONE, run.summary
    return Mixed(world, run, heights, houses, above, small)


def test_what_is_stored_is_what_core_computes(mixed: Mixed) -> None:
    run, cells, ground = mixed.run, mixed.cells, mixed.ground
    places = list(Place.objects.filter(pk__in=run.services.values("place")).order_by("pk"))
    layers = layers_of(cells)
    sites, asked = sites_of(cells, layers, PATTERNS, rule=USUAL), points_of(places)
    found = mixed.coverage(places)
    houses = np.nan_to_num(mixed.houses.nearest(asked.lons_deg, asked.lats_deg)).astype(np.float32)
    fading = fading_at_points(ground, sites, found.points, asked, SETTINGS)
    served = served_points(found.points, layers, frequencies_ghz(cells), houses, STANDARD, fading)
    plain = served_points(found.points, layers, frequencies_ghz(cells), houses, STANDARD)
    assert not np.allclose(served.probabilities, plain.probabilities), "the shadow fading bears on somebody here"
    rows = {(int(s.operator_id), s.technology, s.place_id): s for s in run.services.all()}
    assert len(rows) == len(layers) * len(places)
    for k, layer in enumerate(layers):
        for n, place in enumerate(places):
            row = rows[int(layer.operator), str(layer.technology), place.pk]
            level_dbm = served.levels_dbm[k, n]
            assert row.level_dbm == pytest.approx(level_dbm, abs=0.006) if np.isfinite(level_dbm) else not row.cell_id
            assert row.probability == pytest.approx(served.probabilities[k, n], abs=6e-5)
            assert row.served == served.served[k, n]

    assert found.raster
    on_raster = fading_on_raster(ground, sites, found.raster, SETTINGS)
    for technology in (Technology.G4, Technology.G5):
        counted = count_operators(found.raster, layers, highest_ghz(cells), technology, STANDARD, on_raster)
        kept = run.rasters.select_related("file").get(quantity="operators", technology=technology)
        assert np.array_equal(read_cog(Path(kept.file.file.path)).values, counted)
        assert counted.max() > 0


def test_a_run_says_what_it_knew_of_the_sea(
    mixed: Mixed, client: Client, people: dict[str, Person], world: World
) -> None:
    assert NO_SEA in mixed.run.summary["assumed"] and mixed.run.summary["sea"] == NO_SEA
    terrain = Terrain(province=world.province, title="Có biển", source="Bịa ra", licence="Không", simulated=True)
    zones = Zones(np.where(mixed.heights.values < 300, 1, 4).astype(np.uint8), "Biển theo bien.tif: 20 % khu vực.")
    report = {"sentences": [zones.statement], "sea": zones.statement}
    store_terrain(actor=None, terrain=terrain, heights=mixed.heights, zones=zones, report=report)
    officer = people["department_officer"]
    run = ask_run(actor=officer, run=run_of(terrain, technologies=["5G"]), operators=[])
    assert run.summary["sea"] == zones.statement and NO_SEA not in run.summary["assumed"]
    hidden = "2 ô tính bằng TR 38.901 mà không có lớp phủ: coi mọi nơi là không nhìn thẳng."
    assert hidden in run.summary["assumed_of_cells"] and hidden not in mixed.run.summary["assumed_of_cells"]
    client.force_login(officer)
    page = client.get(reverse("coverage:run", args=[run.pk])).content.decode()
    assert zones.statement in page and NO_SEA not in page and hidden in page


def test_a_run_names_the_models_of_each_layer(
    mixed: Mixed, client: Client, people: dict[str, Person], world: World
) -> None:
    run = mixed.run
    a, b = str(world.operator.pk), str(world.rival.pk)
    rows = [(m["operator"], m["technology"], m["model"], m["cells"]) for m in run.summary["models"]["by_layer"]]
    assert sorted(rows) == sorted(
        [(a, "4G", P1812.name, 3), (a, "5G", UMA.name, 1), (b, "4G", P1812.name, 3), (b, "5G", UMI.name, 1)]
    )
    assert run.summary["points"]["kernel"] == "exact; tr38901" and run.summary["rasters"]["kernel"] == "sweep; tr38901"
    assert "tr38901 1, exact 1, sweep 1" in run.code_version and "TR 38.901" in run.code_version
    tags = {}
    for raster in run.rasters.select_related("file"):
        with rasterio.open(raster.file.file.path) as dataset:
            tags[raster.quantity, raster.operator_id, raster.technology] = " ".join(dataset.tags().values())
    assert P1812.name in tags["level", world.operator.pk, "4G"] and "38.901" not in tags["server", world.rival.pk, "4G"]
    assert UMA.name in tags["level", world.operator.pk, "5G"] and "P.1812" not in tags["level", world.operator.pk, "5G"]
    assert UMA.name in tags["operators", None, "5G"] and UMI.name in tags["operators", None, "5G"]

    client.force_login(people["department_officer"])
    page = client.get(reverse("coverage:run", args=[run.pk])).content.decode()
    assert f"5G: {UMA.name}, 1 ô (gần hơn 10 m" in page and f"5G: {UMI.name}, 1 ô" in page
    CoverageRun.objects.filter(pk=run.pk).update(adopted_at=run.ended_at)
    client.force_login(people["rival"])
    page = client.get(reverse("coverage:run", args=[run.pk])).content.decode()
    assert f"5G: {UMI.name}, 1 ô" in page and f"{UMA.name}, " not in page, "a rival's cells above 6 GHz are the rival's"


def test_a_village_s_page_shows_the_loss_of_the_cell_s_own_model(
    mixed: Mixed, client: Client, people: dict[str, Person], world: World
) -> None:
    client.force_login(people["department_officer"])
    address = reverse("coverage:run_place", args=[mixed.run.pk, world.village.pk])
    fives = client.get(address, {"dn": world.operator.pk, "cn": "5G"}).content.decode()
    fours = client.get(address, {"dn": world.operator.pk, "cn": "4G"}).content.decode()
    assert f"Phương pháp: {UMA.name}," in fives and f"Phương pháp: {P1812.name}," in fours
    assert "suy hao đường truyền, " in fives and "delta-Bullington" not in fives and "do lớp phủ" not in fives
    assert f"che khuất (shadow fading) của {UMA.name}" in fives and "P.1812 §4.7, ô 100 m" not in fives
    assert "delta-Bullington" in fours and "shadow" not in fours and "P.1812 §4.7, ô 100 m" in fours
    assert "Lượt tính đã lưu" not in fives, "the reference gives what the run stored"


def test_the_map_draws_where_the_model_s_own_variability_lets_it_serve(
    mixed: Mixed, client: Client, people: dict[str, Person], world: World
) -> None:
    """At the run's threshold a tile of one operator shows what its count says; and villages keep their deviation."""
    client.force_login(people["department_officer"])
    rows = {(r.quantity, r.operator_id, r.technology): r for r in mixed.run.rasters.select_related("file")}
    assert {key[1:] for key in rows if key[0] == "fading"} == {(world.operator.pk, "5G"), (world.rival.pk, "5G")}
    level = rows["level", world.operator.pk, "5G"]
    n = 2 ** TILE[0]
    column, row = int((106.702 + 180) / 360 * n), int((1 - np.arcsinh(np.tan(np.radians(21.952))) / np.pi) / 2 * n)
    address = reverse(
        "coverage:run_tile", args=[mixed.run.pk, "muc-thu", level.operator_id, level.technology, TILE[0], column, row]
    )
    drawn = np.asarray(Image.open(io.BytesIO(client.get(address).content)).convert("RGBA"))[:, :, 3] > 0
    faded, levels = (
        values_of(rows[kind, world.operator.pk, "5G"], TILE[0], column, row) for kind in ("fading", "level")
    )
    enough = levels >= SERVICES[Technology.G5].threshold_dbm + margin_db(95.0, np.nan_to_num(faded))
    assert np.array_equal(drawn, enough) and drawn.any() and not drawn.all()
    fading = rows["fading", world.operator.pk, "5G"]
    assert client.get(address.replace("muc-thu", fading.quantity)).status_code == 404

    served = mixed.run.services.get(place=world.village, operator=world.operator, technology="5G")
    assert served.deviation_db in (4.0, 6.0), "UMa's, in sight or not"
    upto = served_up_to_dbm(
        [served.level_dbm], [served.probability], [served.served], "5G", STANDARD, [served.deviation_db]
    )
    assert upto[0] == pytest.approx(served.level_dbm - margin_db(95.0, served.deviation_db), abs=0.02)


def test_what_if_and_calibration_predict_as_the_run_did(mixed: Mixed, people: dict[str, Person], world: World) -> None:
    run, officer = mixed.run, people["department_officer"]
    sight = sight_of(people["department_head"], run)
    changes = [CellAltered(mixed.above_6_ghz.pk, power_dbm=20.0), MastOff(mixed.small.station.mast_id)]
    answer = what_if(sight, [*changes, SiteAdded(106.7, 21.951, world.operator.pk, "5G", "n258", 100.0, 8.0, 30.0)])
    assert not answer.effect.wrong and len(answer.added) == 1
    assert answer.differing == 0, "what is computed anew before the change is what the run found"

    answer = what_if(sight, changes)
    Cell.objects.filter(pk=mixed.above_6_ghz.pk).update(power_dbm=20.0)
    Cell.objects.filter(station__mast=mixed.small.station.mast_id).update(off_air_on="2026-01-01")
    again = ask_run(actor=officer, run=run_of(run.terrain, radius_km=6.0), operators=[])
    for row in again.services.filter(technology="5G"):
        k = answer.layers.index((row.operator_id, "5G"))
        n = [place.pk for place in answer.places].index(row.place_id)
        assert answer.after.served[k, n] == row.served
        assert answer.after.levels_dbm[k, n] == pytest.approx(row.level_dbm, abs=0.01)

    own = [cell for cell in mixed.cells if cell.operator == str(world.operator.pk)]
    at = squares(np.array([world.village.lon]), np.array([world.village.lat]), np.array([-90.0]))
    levels = {str(layer.technology): found for layer, found in levels_at(run, land_about(run, at), at, own).items()}
    stored = run.services.get(place=world.village, operator=world.operator, technology="5G")
    assert levels["5G"][0] == pytest.approx(stored.level_dbm, abs=0.1)
