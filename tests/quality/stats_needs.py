"""What addresses of loads and statistics of speed need, for the access table."""

from __future__ import annotations

from typing import Any

from hatang.quality.models import MeasurementLoad
from tests.access_needs import People, province, stored_file
from tests.conftest import World


def measurement_load(world: World, people: People) -> dict[str, Any]:
    """Address a file of speed tests of the province, found wrong."""
    file, state = stored_file(world, people, "m-lab.csv"), MeasurementLoad.State.WRONG
    kind = MeasurementLoad.Kind.MLAB
    return {"pk": MeasurementLoad.objects.create(file=file, province=world.province, kind=kind, state=state).pk}


def speed_rule(world: World, people: People) -> dict[str, Any]:
    """Address a rule of the province."""
    return province(world, people) | {"name": "tests_a_commune"}
