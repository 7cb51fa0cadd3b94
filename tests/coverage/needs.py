"""What addresses of coverage need, for the access table: each makes the rows and gives the address's arguments."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone

from hatang.core.terrain import Grid, lattice_around
from hatang.coverage.models import (
    AntennaPattern,
    Calibration,
    Challenge,
    ChallengeStep,
    CoverageRun,
    MeasurementFile,
    Terrain,
    Verification,
)
from hatang.coverage.services.terrain.storing import store_terrain
from hatang.network.models import (
    DuplicateCase,
    Mast,
)
from hatang.work.models import Job, StoredFile
from tests.access_needs import People, operators_mast, province, stored_file
from tests.conftest import World
from tests.coverage.drawn import draw_least


def measurement_template(world: World, people: People) -> dict[str, Any]:
    """Address the template of a file of measurements."""
    return province(world, people) | {"form": "xlsx"}


def measurement_file(world: World, people: People) -> dict[str, Any]:
    """Address a file of measurements, found wrong."""
    file, state = stored_file(world, people, "do.csv"), MeasurementFile.State.WRONG
    return {"pk": MeasurementFile.objects.create(file=file, province=world.province, state=state).pk}


def photo_of_trial(world: World, people: People) -> dict[str, Any]:
    """Address the picture of a trial of the operator's service in the commune."""
    facts = {"technology": "4G", "answer": "yes", "on": date(2026, 1, 1)}
    photo = stored_file(world, people, "thu.png")
    return {"pk": Verification.objects.create(place=world.village, operator=world.operator, photo=photo, **facts).pk}


def operators_challenge(world: World, people: People) -> dict[str, Any]:
    """Address a request to the operator to verify a service."""
    parties = {"province": world.province, "place": world.village, "operator": world.operator}
    row = Challenge.objects.create(technology="4G", claims_served=False, opened_at=timezone.now(), **parties)
    return {"pk": row.pk}


def paper_of_challenge(world: World, people: People) -> dict[str, Any]:
    """Address a paper with which the operator answered."""
    address = operators_challenge(world, people)
    ChallengeStep.objects.create(
        challenge_id=address["pk"], act="denied", at=timezone.now(), file=stored_file(world, people, "do.pdf")
    )
    return address | {"number": 1}


def antenna_pattern(world: World, people: People) -> dict[str, Any]:
    """Address a pattern file of the province."""
    file = StoredFile.objects.create(name="A1.msi", sha256="0", size_bytes=0, province=world.province)
    row = AntennaPattern.objects.create(province=world.province, name="A1", file=file, gain_dbi=17, tilt_deg=0)
    return {"pk": row.pk}


def a_terrain(world: World, people: People) -> dict[str, Any]:
    """Address a terrain of the province."""
    lattice = lattice_around((106.6, 21.8, 106.8, 22.0), 0.05, 0.05)
    terrain = Terrain(province=world.province, title="Đồi", source="NASA", licence="Phạm vi công cộng")
    heights = Grid.over(lattice, np.arange(25.0).reshape(lattice.shape))
    return {"pk": store_terrain(actor=None, terrain=terrain, heights=heights, report={"sentences": []}).pk}


def heights_of_terrain(world: World, people: People) -> dict[str, Any]:
    """Address the heights of a terrain of the province."""
    return a_terrain(world, people) | {"layer": "do-cao"}


def doubted_pair(world: World, people: People) -> dict[str, Any]:
    """Address two masts that may be one."""
    mast = Mast.objects.get(**operators_mast(world, people))
    facts = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    other = Mast.objects.create(code="B1", owner=world.rival, built_on=date(2020, 1, 1), **facts)
    names = {"other_owner": world.rival, "other_code": "B1", "distance_m": 3}
    return {"pk": DuplicateCase.objects.create(province=world.province, kept=mast, other=other, **names).pk}


def a_run(world: World, people: People, *, on: date = date(2026, 1, 1), **more: Any) -> CoverageRun:
    """Make a run that found nothing, taken as the province's prediction."""
    facts = {"state": Terrain.State.READY, "west_deg": 106.0, "south_deg": 21.0, "east_deg": 107.0, "north_deg": 22.0}
    terrain = Terrain.objects.create(province=world.province, title="Đồi", source="Bịa", licence="Không", **facts)
    services = {"4G": {"quantity": "RSRP", "threshold_dbm": -111.8}}
    known = {"services": services, "terrain": {"version": "", "report": {}}, "conditions": {}, "antennas": []}
    state = {"state": CoverageRun.State.DONE, "adopted_at": timezone.now(), "summary": known} | more
    return CoverageRun.objects.create(province=world.province, title="Lượt", on=on, terrain=terrain, **state)


def adopted_run(world: World, people: People) -> dict[str, Any]:
    """Address a run that was taken as the province's prediction."""
    return {"pk": a_run(world, people).pk}


def compared_run(world: World, people: People) -> dict[str, Any]:
    """Address a run's comparison with measurements."""
    run = a_run(world, people)
    days = {"since_on": date(2025, 1, 1), "until_on": date(2026, 1, 1)}
    return {"pk": run.pk, "calibration": Calibration.objects.create(run=run, points=0, **days).pk}


def running_run(world: World, people: People) -> dict[str, Any]:
    """Address a run that is being computed."""
    job = Job.objects.create(title="Tính", asked_by=people["department_officer"], may_cancel=True)
    return {"pk": a_run(world, people, state=CoverageRun.State.RUNNING, adopted_at=None, job=job).pk}


def two_runs(world: World, people: People) -> dict[str, Any]:
    """Address two runs that were taken."""
    return {"pk": a_run(world, people).pk, "other": a_run(world, people, on=date(2025, 1, 1)).pk}


def drawn_run(world: World, people: People) -> dict[str, Any]:
    """Address an adopted run with results of the operator's."""
    return {"pk": draw_least(world).run_id}


def drawn_place(world: World, people: People) -> dict[str, Any]:
    """Address a village in such a run."""
    return drawn_run(world, people) | {"place": world.village.pk}


def drawn_tile(world: World, people: People) -> dict[str, Any]:
    """Address a tile of the operator's level in such a run."""
    raster = {"layer": "muc-thu", "operator": world.operator.pk, "technology": "4G"}
    return {"pk": draw_least(world).run_id, "z": 13, "x": 6524, "y": 3584} | raster


def drawn_best_tile(world: World, people: People) -> dict[str, Any]:
    """Address a tile of all operators' best level in such a run."""
    return {"pk": draw_least(world).run_id, "technology": "4G", "z": 13, "x": 6524, "y": 3584}


def failing_mast(world: World, people: People) -> dict[str, Any]:
    """Ask of a mast, where a run counts."""
    adopted_run(world, people)
    return {"code": world.province.code, "kind": "cot", "pk": 1}
