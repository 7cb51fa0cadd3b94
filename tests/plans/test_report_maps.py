"""The report's maps: the annex's figures by commune on their boundaries, honest about what is drawn and what is not."""

from __future__ import annotations

import gzip
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.utils import timezone
from pypdf import PdfReader

from hatang.accounts.models import Person
from hatang.places.models import Boundary, Place
from hatang.plans.models import Report
from hatang.plans.report.charts import SHADES, draw
from hatang.plans.report.content import build_content
from hatang.plans.report.keeping import new_report
from hatang.plans.report.letter import MapChart, ReportContent, from_json, to_json
from hatang.plans.report.maps import STEPS_ACROSS
from hatang.plans.report.pdf import report_pdf
from tests.conftest import World
from tests.web.filled import LAST_YEAR, fill, make_value

TODAY = date(LAST_YEAR + 1, 3, 10)


def square(west: float, south: float, side: float = 0.2) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


def bound(place: Place, geometry: GEOSGeometry, *, illustrative: bool = False) -> Boundary:
    return Boundary.objects.create(
        place=place, geometry=geometry, area_km2=1, source="thử", illustrative=illustrative, known_from=timezone.now()
    )


@pytest.fixture
def report(world: World, people: dict[str, Person]) -> Report:
    """A report of a plan with a figure in each of two communes, and one commune without."""
    filled = fill(world)
    make_value(filled.villages, world.neighbour, LAST_YEAR, 97, how="counted", simulated=True)
    Place.objects.create(
        kind="commune", title="Xã", name="Không Số", code="99999", parent=world.province, province=world.province
    )
    return new_report(plan=filled.plan, year=LAST_YEAR, person=people["department_officer"])


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


def content(report: Report, officer: Person) -> ReportContent:
    return build_content(report, today=TODAY, person=officer)


def written(chart: MapChart) -> str:
    """Give the texts on a map; the SVG keeps each beside its outlines."""
    return " ".join(re.findall(r"<!-- (.+?) -->", draw(chart, "svg").decode()))


def test_without_boundaries_there_is_no_map(report: Report, officer: Person) -> None:
    assert content(report, officer).map_charts == ()


def test_communes_are_coloured_by_what_the_plan_asks(report: Report, officer: Person, world: World) -> None:
    bound(world.commune, square(106.6, 21.9))
    bound(world.neighbour, square(106.8, 21.9))
    bound(Place.objects.get(code="99999"), square(107.0, 21.9), illustrative=True)
    (chart,) = content(report, officer).map_charts
    (drawn,) = chart.maps
    assert "mục tiêu 95%" in drawn.name
    assert {s.label: s.count for s in drawn.shades} == {"dưới 95%": 1, "từ 95%: đạt": 1, "chưa có số liệu": 1}
    assert chart.title.endswith("; ranh giới minh hoạ; số liệu mô phỏng")
    assert "dưới 95%: 1 xã, phường" in chart.alt
    told = written(chart)
    assert "từ 95%: đạt (1)" in told
    assert "chưa có số liệu (1)" in told


def test_the_pdf_holds_the_map_and_its_words(report: Report, officer: Person, world: World) -> None:
    bound(world.commune, square(106.6, 21.9))
    bound(world.neighbour, square(106.8, 21.9))
    pdf = PdfReader(io.BytesIO(report_pdf(content(report, officer), made_on=TODAY)))
    text = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    assert f"Số liệu năm {LAST_YEAR} theo xã, phường" in text


def test_a_sent_report_keeps_its_map_and_an_older_one_needs_none(report: Report, officer: Person, world: World) -> None:
    bound(world.commune, square(106.6, 21.9))
    bound(world.neighbour, square(106.8, 21.9))
    now = content(report, officer)
    assert from_json(json.loads(json.dumps(to_json(now)))) == now
    older = to_json(replace(now, map_charts=()))
    del older["map_charts"]
    assert from_json(older).map_charts == ()


def test_neighbours_are_simplified_together(report: Report, officer: Person, world: World, shared: Path) -> None:
    """Two real communes that touch still touch on paper, with far fewer points."""
    with gzip.open(shared / "data/admin-2025/full_20_lang_son_communes.geojson.gz") as file:
        features = json.load(file)["features"]
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in features]
    first = next(n for n, s in enumerate(shapes) if s.is_valid)
    second = next(
        n for n, s in enumerate(shapes) if n != first and s.is_valid and s.intersection(shapes[first]).length > 0.05
    )
    for place, n in ((world.commune, first), (world.neighbour, second)):
        bound(
            place, GEOSGeometry(memoryview(shapely.to_wkb(shapely.MultiPolygon(shapely.get_parts(shapes[n]).tolist()))))
        )
    (chart,) = content(report, officer).map_charts
    rings = [shapely.Polygon(list(zip(r[::2], r[1::2], strict=True))) for a in chart.maps[0].areas for r in a.rings]
    assert (
        sum(len(r.exterior.coords) for r in rings)
        < shapely.get_num_coordinates([shapes[first], shapes[second]]).sum() / 3
    )
    width = max(r.bounds[2] for r in rings) - min(r.bounds[0] for r in rings)
    assert shapely.distance(rings[0], rings[-1]) < 2 * width / STEPS_ACROSS


def test_the_report_shades_its_maps_as_the_map_page_does() -> None:
    style = (Path(__file__).parents[2] / "hatang/web/static/web/map.css").read_text()
    page = dict(re.findall(r"--(low[0-9]|high[0-9]|q[0-9]): (#[0-9a-f]{6})", style))
    assert {key: shade for key, shade in SHADES.items() if key} == page
