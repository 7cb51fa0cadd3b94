"""One coverage run that the sample asks for: the worker computes it after the start, and its progress is seen.

Once computed it counts as the province's prediction, as the head of the department would decide, and the figures of
its year are counted again with it; the planner's scenarios are asked for on it.
"""

from __future__ import annotations

from datetime import date

from hatang.accounts.roles import Role
from hatang.core.vietnamese import day
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.evidence.recounting import recount
from hatang.coverage.services.runs.acts import compute_run, given_up, record_run, set_adoption
from hatang.indicators.services import compute_values
from hatang.places.models import Place
from hatang.sample.cast import holder
from hatang.sample.scenarios import ask_scenarios
from hatang.work.models import Job
from hatang.work.services import Progress, background, run_job, when_given_up


def make_coverage_run(province: Place, today: date) -> CoverageRun:
    """Ask for a run of all technologies on a province's newest terrain, as an officer of its department would."""
    officer = holder(province, Role.DEPARTMENT_OFFICER)
    run = CoverageRun(
        province=province,
        title=f"Vùng phủ mô phỏng {province.name}, {day(today)}",
        on=today,
        terrain=Terrain.objects.ready().filter(province=province).latest("pk"),
        simulated=True,
    )
    record_run(run, (), officer)
    title = f"Tính vùng phủ: {run.title}"
    run.job = run_job(first_run_job, actor=officer, title=title, may_cancel=True, run_id=run.pk)
    CoverageRun.objects.filter(pk=run.pk).update(job=run.job)
    return run


@background(lane=Job.Lane.LONG)
def first_run_job(progress: Progress, run_id: int) -> str:
    """Compute the run, let it count, count the figures of its year again, and ask what should be built."""
    address = compute_run(progress, run_id)
    run = CoverageRun.objects.select_related("province").get(pk=run_id)
    set_adoption(run, holder(run.province, Role.DEPARTMENT_HEAD), adopt=True)
    recount(province=run.province)
    compute_values(actor=None, province=run.province, year=run.on.year, today=run.on, publish=True)
    ask_scenarios(run)
    return address


when_given_up(first_run_job)(given_up)
