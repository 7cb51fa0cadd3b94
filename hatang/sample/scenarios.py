"""What the sample asks of the planner once its coverage run counts: scenarios, a fibre plan, tasks, a package.

The worker solves each by a job of its own, after the run, so that the run is seen first and no page waits.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.core.vietnamese import number
from hatang.coverage.models import CoverageRun
from hatang.planning.fund_rules import least_villages
from hatang.planning.models import FibrePlan, FundPackage, Scenario, ScenarioBudget
from hatang.planning.services.curves import ask_curve
from hatang.planning.services.fibre.plans import ask_plan
from hatang.planning.services.packages.making import keep_package, nearest_provinces
from hatang.planning.services.packages.offers import offers_of
from hatang.planning.services.scenarios import Budgets, adopt_scenario, create_scenario
from hatang.planning.services.solving import given_up, solve_scenario
from hatang.plans.models import Plan
from hatang.plans.services.works import make_tasks
from hatang.sample.cast import holder
from hatang.work.models import Job
from hatang.work.services import Progress, background, run_job, when_given_up

Aim, Measure, Source = Scenario.Aim, Scenario.Measure, ScenarioBudget.Source
BILLION = 1_000_000_000
SHARE_PERCENT = 99.5
SOLVING_SECONDS, FIBRE_SECONDS = 10, 5
TIGHT = {Source.STATE: 1 * BILLION, Source.FUND: 4 * BILLION, Source.OPERATOR: 3 * BILLION}
TWENTY_IN_ALL = {Source.STATE: 2 * BILLION, Source.FUND: 3 * BILLION, Source.OPERATOR: 5 * BILLION}
"""Made-up capital of each of the two years, by source: so little that the year and the source of money matter."""
MADE_UP = "DỮ LIỆU MÔ PHỎNG: gói lập trên dữ liệu mẫu, để dùng thử."


@transaction.atomic
def ask_scenarios(run: CoverageRun) -> None:
    """Ask, once, for what is to be planned on a run: least cost for a target, most people for the money, fibre."""
    if Scenario.objects.filter(run=run).exists():
        return
    officer = holder(run.province, Role.DEPARTMENT_OFFICER)
    ask_sample(officer, cheapest(run), yearly(run, TIGHT))
    ask_plan(actor=officer, plan=fibre_plan(run))
    ask_sample(officer, most_people(run), yearly(run, TWENTY_IN_ALL))


def ask_sample(officer: Person, scenario: Scenario, budgets: Budgets) -> None:
    """Let the worker solve a scenario, and do with it what is to be seen of it."""
    scenario.state = Scenario.State.WAITING
    create_scenario(actor=officer, scenario=scenario, operators=(), budgets=budgets)
    title = f"Tính phương án: {scenario.title}"
    job = run_job(sample_scenario_job, actor=officer, title=title, may_cancel=True, scenario_id=scenario.pk)
    Scenario.objects.filter(pk=scenario.pk).update(job=job)


def cheapest(run: CoverageRun) -> Scenario:
    """Ask for the least cost at which nearly all people have mobile broadband in two years."""
    return Scenario(
        title=f"{number(SHARE_PERCENT, 1)} % dân số có băng rộng di động năm {run.on.year + 2}",
        service="3G+",
        measure=Measure.PEOPLE,
        aim=Aim.LEAST_COST,
        share_percent=SHARE_PERCENT,
        **shared(run),
    )


def most_people(run: CoverageRun) -> Scenario:
    """Ask to how many people 5G can be brought with twenty tỷ đồng."""
    title = "5G cho nhiều người nhất với 20 tỷ đồng"
    return Scenario(title=title, service="5G", measure=Measure.PEOPLE, aim=Aim.MOST_SERVED, **shared(run))


def shared(run: CoverageRun) -> dict[str, object]:
    """Give what both scenarios have."""
    return {
        "province": run.province,
        "run": run,
        "first_year": run.on.year + 1,
        "last_year": run.on.year + 2,
        "most_seconds": SOLVING_SECONDS,
    }


def yearly(run: CoverageRun, budget: Mapping[ScenarioBudget.Source, int]) -> Budgets:
    """Give the same money in each of the two years."""
    years = (run.on.year + 1, run.on.year + 2)
    return {(year, source): amount for year in years for source, amount in budget.items()}


def fibre_plan(run: CoverageRun) -> FibrePlan:
    """Ask how the villages without fibre are joined most cheaply."""
    return FibrePlan(
        province=run.province,
        title=f"Cáp quang tới các thôn chưa có, đến năm {run.on.year + 2}",
        ends=[FibrePlan.Ends.VILLAGES],
        last_year=run.on.year + 2,
        most_seconds=FIBRE_SECONDS,
        simulated=True,
    )


@background(lane=Job.Lane.LONG)
def sample_scenario_job(progress: Progress, scenario_id: int) -> str:
    """Solve a scenario; the cheapest is then decided on as the department would, the other gets its curve."""
    address = solve_scenario(progress, scenario_id, anew=False)
    scenario = Scenario.objects.select_related("province").get(pk=scenario_id)
    if scenario.aim == Aim.LEAST_COST:
        carry_out(scenario)
    elif scenario.solved:
        ask_curve(actor=holder(scenario.province, Role.DEPARTMENT_OFFICER), scenario=scenario)
    return address


@when_given_up(sample_scenario_job)
def sample_given_up(scenario_id: int) -> None:
    """Tell that the scenario cannot be solved."""
    given_up(scenario_id=scenario_id, anew=False)


@transaction.atomic
def carry_out(scenario: Scenario) -> None:
    """Adopt a solved scenario, once: its works become tasks, its villages a package of the fund."""
    if not scenario.solved or scenario.adopted_at:
        return
    officer = holder(scenario.province, Role.DEPARTMENT_OFFICER)
    adopt_scenario(actor=holder(scenario.province, Role.DEPARTMENT_HEAD), scenario=scenario)
    scenario.refresh_from_db()
    plans = Plan.objects.filter(province=scenario.province, year_from__lte=scenario.first_year)
    plan = plans.filter(year_to__gte=scenario.last_year).order_by("pk").first()
    if plan is not None:
        make_tasks(actor=officer, plan=plan, scenario=scenario)
    offer_package(officer, scenario)


def offer_package(officer: Person, scenario: Scenario) -> None:
    """Offer to the fund the villages that its money newly serves; too few of them together with the next province."""
    villages = [offer.village for offer in offers_of(scenario) if offer.fund_pays]
    if not villages:
        return
    package = FundPackage(
        province=scenario.province,
        scenario=scenario,
        service=scenario.service,
        title=f"Băng rộng di động cho {number(len(villages))} thôn của {scenario.province.name_inside} (mẫu)",
        first_year=scenario.first_year,
        last_year=scenario.last_year,
        joined_with=nearest_provinces(scenario.province)[0] if len(villages) < least_villages() else None,
        note=MADE_UP,
    )
    keep_package(actor=officer, package=package, villages=villages)
