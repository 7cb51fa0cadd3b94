"""One coverage run that the sample asks for: the worker computes it after the start, and its progress is seen."""

from __future__ import annotations

from datetime import date

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.core.vietnamese import day
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.runs.acts import ask_run
from hatang.places.models import Place


def make_coverage_run(province: Place, today: date) -> CoverageRun:
    """Ask for a run of all technologies on a province's newest terrain, as an officer of its department would."""
    officer = Person.objects.filter(grants__role=Role.DEPARTMENT_OFFICER, grants__province=province).earliest("pk")
    run = CoverageRun(
        province=province,
        title=f"Vùng phủ mô phỏng {province.name}, {day(today)}",
        on=today,
        terrain=Terrain.objects.ready().filter(province=province).latest("pk"),
        simulated=True,
    )
    return ask_run(actor=officer, run=run, operators=())
