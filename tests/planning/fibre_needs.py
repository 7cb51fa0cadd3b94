"""What addresses of fibre plans and weak points need, for the access table."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import LineString

from hatang.planning.models import FibrePlan, FibreStretch
from hatang.work.models import Job
from tests.access_needs import People
from tests.conftest import World

FACTS: dict[str, Any] = {
    "on": "2026-11-27",
    "joined": 1,
    "left": 0,
    "length_km": 1.0,
    "capital_vnd": 45_000_000,
    "rings_vnd": 0,
    "yearly_vnd": 5_000_000,
    "yearly_source": "giả định của hệ thống",
    "gap_percent": 0.0,
    "second_ways": 0,
    "straight_km": 0.0,
    "ways": [{"way": "aerial", "km": 1.0, "vnd": 45_000_000, "ring_km": 0.0, "price_vnd": 45_000_000, "source": "A"}],
    "communes": [],
    "communes_note": "",
    "unplaced": [],
    "assumed": [],
}


def fibre_plan(world: World, people: People) -> dict[str, Any]:
    """Address a finished fibre plan."""
    facts = {"province": world.province, "title": "Cáp tới thôn", "ends": ["villages"], "last_year": 2030}
    plan = FibrePlan.objects.create(state=FibrePlan.State.DONE, answer=FACTS, **facts)
    path = LineString((106.7, 21.95), (106.71, 21.96), srid=4326)
    FibreStretch.objects.create(plan=plan, path=path, way="aerial", length_km=1.0, capital_vnd=45_000_000)
    plan.joined.create(place=world.village, name="Thôn Nà Lầm", lon=106.7, lat=21.95)
    return {"pk": plan.pk}


def running_fibre_plan(world: World, people: People) -> dict[str, Any]:
    """Address a fibre plan that is being computed."""
    job = Job.objects.create(title="Tính", asked_by=people["department_officer"], may_cancel=True, state="running")
    address = fibre_plan(world, people)
    FibrePlan.objects.filter(pk=address["pk"]).update(state=FibrePlan.State.RUNNING, job=job, answer={})
    return address


def fibre_file(world: World, people: People) -> dict[str, Any]:
    """Address a finished fibre plan as a GeoPackage."""
    return fibre_plan(world, people) | {"form": "gpkg"}
