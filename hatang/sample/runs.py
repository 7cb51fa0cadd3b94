"""One coverage run that the sample asks for: the worker computes it after the start, and its progress is seen."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec

from django.utils.module_loading import import_string

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.core.vietnamese import day
from hatang.coverage.models import CoverageRun, Terrain
from hatang.places.models import Place

RUNS = "hatang.coverage.services.runs"


def make_coverage_run(province: Place, today: date) -> CoverageRun | None:
    """Ask for a run of all technologies on a province's newest terrain, as an officer of its department would.

    None where the installation has no services that compute runs.
    """
    if find_spec(RUNS) is None:
        return None
    ask_run = import_string(f"{RUNS}.ask_run")
    officer = Person.objects.filter(grants__role=Role.DEPARTMENT_OFFICER, grants__province=province).earliest("pk")
    run = CoverageRun(
        province=province,
        title=f"Vùng phủ mô phỏng {province.name}, {day(today)}",
        on=today,
        terrain=Terrain.objects.ready().filter(province=province).latest("pk"),
        simulated=True,
    )
    asked: CoverageRun = ask_run(actor=officer, run=run, operators=())
    return asked
