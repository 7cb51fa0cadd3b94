"""Solving a scenario: what could be built, which of it is built, written back whole or not at all; stopped, it keeps
the best so far."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.planning.curve import capital_of
from hatang.core.planning.infeasible import Relaxation, areas_out_of_reach, why_infeasible
from hatang.core.planning.problem import Aim, Built, Problem, Solution
from hatang.core.planning.problem import State as Ended
from hatang.core.planning.solving import solve
from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.pages.histories import bulk_update_with_history
from hatang.planning.models import CHANGE, Candidate, Scenario, ScenarioPlace
from hatang.planning.services.candidates import make_candidates
from hatang.planning.services.prices import prices_of
from hatang.planning.services.problems import problem_of
from hatang.planning.services.scenarios import require_change, require_open, unbuild
from hatang.work.models import Job
from hatang.work.services import (
    GIVEN_UP_WORDS,
    Cancelled,
    Progress,
    background,
    cancel_job,
    run_job,
    when_given_up,
)

State = Scenario.State
Tell = Callable[[int, str], None]
SOLVING_FROM = 70
"""Percent of the job from which the candidates are there and the solver runs: from then on a stop keeps the best."""
SMALL = 400
"""With at most so many candidates a scenario is solved again while the page is asked for, not by a job."""
AT_ONCE_SECONDS = 2
OFTEN_SECONDS = 0.5
EXPLAINING_SECONDS = 40.0
AT_FAULT = "Hệ thống gặp lỗi khi tính; chưa có gì được lưu. Báo quản trị số của phương án này."
NO_PLACES = "Không có nơi nào để phục vụ: kiểm tra “tính theo”, “chỉ trong” và tọa độ các thôn của tỉnh."
NO_ANSWER = "Hết thời gian mà chưa tìm được phương án nào: cho tính lâu hơn rồi tính lại."


# Asking


def ask_solve(*, actor: Person, scenario: Scenario, anew: bool = False) -> Scenario:
    """Start to solve a scenario in the background; `anew`: with candidates made from the registers of today."""
    require_change(actor, scenario)
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        require_open(row)
        title = f"Tính phương án: {row.title}"
        row.state = State.WAITING
        row.save(update_fields=["state"])
        job = run_job(solve_job, actor=actor, title=title, may_cancel=True, scenario_id=row.pk, anew=anew)
        Scenario.objects.filter(pk=row.pk).update(job=job)
    scenario.refresh_from_db()
    return scenario


def solve_in_place(*, actor: Person, scenario: Scenario) -> Scenario:
    """Solve a scenario again from its candidates and its last answer: at once where it is small, else by a job."""
    require_change(actor, scenario)
    require_open(scenario)
    if not fits(scenario) or scenario.candidates.count() > SMALL:
        return ask_solve(actor=actor, scenario=scenario)
    seconds = min(AT_ONCE_SECONDS, int(scenario.most_seconds))
    find_and_store(scenario, None, seconds=seconds)
    scenario.refresh_from_db()
    return scenario


def stop_solving(*, actor: Person, scenario: Scenario) -> bool:
    """Ask a scenario's computation to end, and to keep the best found so far; tell whether it could be asked."""
    if not actor.has_perm(CHANGE, scenario):
        raise PermissionDenied
    return cancel_job(scenario.job, not_begun=lambda: end(scenario.pk, State.CANCELLED))


def made_for(scenario: Scenario) -> dict[str, Any]:
    """Say what the candidates of a scenario depend on; while it stays the same they need not be made again."""
    operators = sorted(operator.pk for operator in scenario.operators.all())
    names = ("service", "measure", "area_id", "run_id", "least_operators", "first_year", "last_year")
    groups = sorted(scenario.least_percent_of_group)
    return {name: getattr(scenario, name) for name in names} | {"operators": operators, "groups": groups}


def fits(scenario: Scenario) -> bool:
    """Tell whether a scenario's candidates are those that it asks for now."""
    return bool(scenario.answer.get("made_for") == made_for(scenario))


# Computing


@background(lane=Job.Lane.LONG)
def solve_job(progress: Progress, scenario_id: int, anew: bool) -> str:
    """Solve a scenario in the background."""
    return solve_scenario(progress, scenario_id, anew=anew)


@when_given_up(solve_job)
def given_up(scenario_id: int, anew: bool) -> None:
    """Tell that a scenario cannot be solved."""
    end(scenario_id, State.FAILED, GIVEN_UP_WORDS)


def solve_scenario(progress: Tell, scenario_id: int, *, anew: bool) -> str:
    """Make candidates where that is needed, solve, and write back; give the address of the scenario's page.

    One that has ended stays as it is. Raises ValidationError where it cannot be solved, and Cancelled where somebody
    ended it before there was anything to keep: the scenario says so then, too.
    """
    scenario = Scenario.objects.select_related("province", "run", "area", "asked_by").get(pk=scenario_id)
    if scenario.state == State.CANCELLED:
        raise Cancelled
    if not scenario.under_way:
        return scenario.get_absolute_url()
    Scenario.objects.filter(pk=scenario_id).update(state=State.RUNNING)
    try:
        if anew or not fits(scenario):
            make(scenario, progress)
        progress(SOLVING_FROM, "Đang dựng bài toán")
        find_and_store(scenario, Watch(progress, scenario), seconds=float(scenario.most_seconds))
    except Cancelled:
        end(scenario_id, State.CANCELLED)
        raise
    except (ValidationError, ValueError) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        end(scenario_id, State.FAILED, said)
        raise ValidationError(said) from error
    except Exception:
        end(scenario_id, State.FAILED, AT_FAULT)
        raise
    return scenario.get_absolute_url()


def end(scenario_id: int, state: str, error: str = "") -> None:
    """Write down that a scenario ended without an answer, with its history."""
    scenario = Scenario.objects.get(pk=scenario_id)
    if scenario.under_way:
        scenario.state, scenario.answer = state, without_answer(scenario) | ({"error": error} if error else {})
        with transaction.atomic():
            unbuild(scenario, None)
            scenario.save(update_fields=["state", "answer"])


def without_answer(scenario: Scenario) -> dict[str, Any]:
    """Give what stays of an answer when it no longer holds: what the candidates were made of."""
    return {key: value for key, value in scenario.answer.items() if key in ("made", "made_for")}


def make(scenario: Scenario, progress: Tell) -> None:
    """Make a scenario's candidates from the registers and the radio engine, and note what they were made for."""

    def told(percent: int, message: str) -> None:
        progress(percent * SOLVING_FROM // 100, message)

    made = make_candidates(scenario, prices_of(scenario.province), told=told)
    known = {"count": made.count, "by_kind": dict(made.by_kind), "notes": list(made.notes)}
    scenario.answer = {"made": known, "made_for": made_for(scenario)}
    scenario.save(update_fields=["answer"])


class Watch:
    """Tells how far the solver is, and hears whether somebody wants it to stop; both at most twice a second."""

    def __init__(self, progress: Tell, scenario: Scenario) -> None:
        self.scenario = scenario
        self.job = getattr(progress, "job_id", None)
        self.told_at = self.asked_at = 0.0
        self.stopped = False

    def told(self, seconds: float, best: float | None, bound: float | None) -> None:
        """Write the best so far and how far it can be from the best of all."""
        if self.job is None or time.monotonic() - self.told_at < OFTEN_SECONDS:
            return
        self.told_at = time.monotonic()
        done = SOLVING_FROM + int((99 - SOLVING_FROM) * min(1.0, seconds / max(1, self.scenario.most_seconds)))
        words = told_words(self.scenario.aim, seconds, best, bound)
        Job.objects.filter(pk=self.job).update(done_percent=done, message=words)

    def say(self, words: str) -> None:
        """Write what is being done."""
        if self.job is not None:
            Job.objects.filter(pk=self.job).update(message=words)

    def cancelled(self) -> bool:
        """Tell whether somebody asked to stop."""
        if self.job is not None and time.monotonic() - self.asked_at >= OFTEN_SECONDS:
            self.asked_at = time.monotonic()
            self.stopped = Job.objects.filter(pk=self.job, cancel_asked=True).exists()
        return self.stopped


def told_words(aim: str, seconds: float, best: float | None, bound: float | None) -> str:
    """Say how far the solver is."""
    if best is None:
        return f"Đang tìm phương án đầu tiên, {number(seconds)} giây"
    gap = f", sai số {number(gap_of(best, bound), 1)} %" if bound is not None else ""
    found = f"{vnd_words(best)} quy về hiện tại" if aim == Scenario.Aim.LEAST_COST else number(best)
    return f"Tốt nhất đến giờ: {found}{gap}, {number(seconds)} giây"


def gap_of(best: float, bound: float) -> float:
    """Give how far the best found and the bound are apart, % of the best."""
    return 100 * abs(best - bound) / abs(best) if best else 0.0


# Finding, writing back


def find_and_store(scenario: Scenario, watch: Watch | None, *, seconds: float) -> None:
    """Solve a scenario from its candidates and write back which are built, when, by whose money, and for whom."""
    problem = problem_of(scenario)
    if not problem.needs:
        raise ValidationError(NO_PLACES)
    solution = solve(
        problem,
        Aim(scenario.aim),
        seconds=seconds,
        gap_percent=gap_sought(scenario, problem) if watch else scenario.gap_percent,
        start=last_solution(scenario, problem),
        told=watch.told if watch else None,
        cancelled=watch.cancelled if watch else None,
    )
    if solution.state == Ended.STOPPED and solution.gap_percent <= scenario.gap_percent:
        solution = replace(solution, state=Ended.PROVEN)
    if solution.state == Ended.INFEASIBLE:
        if watch:
            watch.say("Không đạt được; đang tìm vì sao và nới chừng nào thì được")
        store(scenario, problem, solution, {"why": reasons_of(problem, EXPLAINING_SECONDS if watch else seconds)})
    elif not isfinite(solution.objective):
        raise Cancelled if watch and watch.stopped else ValidationError(NO_ANSWER)
    else:
        store(scenario, problem, solution, {})


def gap_sought(scenario: Scenario, problem: Problem) -> float:
    """Give the gap at which the solver may stop, %.

    Of most people for the money the solver counts it of all who are served, today's too; sought is that share of what
    can be gained, or it would leave money unspent where most are served today.
    """
    whole = sum(need.weight for need in problem.needs)
    if scenario.aim == Scenario.Aim.LEAST_COST or not whole:
        return scenario.gap_percent
    least = problem.requirements.least_operators
    lacking = sum(need.weight for need in problem.needs if len(need.served_by) < least)
    return scenario.gap_percent * lacking / whole


def last_solution(scenario: Scenario, problem: Problem) -> Solution | None:
    """Give a scenario's last answer as a start for the next; nothing where there is none."""
    rows = scenario.candidates.chosen().values_list("pk", "year", "paid_vnd")  # type: ignore[attr-defined]
    built = tuple(Built(str(pk), int(year or 0), paid) for pk, year, paid in rows)
    if not built or scenario.answer.get("objective") is None:
        return None
    answer = scenario.answer
    return Solution(
        aim=Aim(scenario.aim),
        state=Ended.STOPPED,
        built=built,
        served=(),
        served_weight=answer["served_weight"],
        cost_vnd=answer["cost_vnd"],
        objective=answer["objective"],
        bound=answer["bound"],
        gap_percent=answer["gap_percent"],
        seconds=answer["seconds"],
        solver=answer["solver"],
        proof=answer.get("proof", ""),
    )


def reasons_of(problem: Problem, seconds: float) -> dict[str, Any]:
    """Say why a problem has no answer: places that nothing reaches, and ways to ask less, each of them enough."""
    found = why_infeasible(problem, seconds=seconds)
    ways = [way for way in dict.fromkeys((found.requirements, *found.alone)) if way]
    out, whole = set(found.unreachable), sum(need.weight for need in problem.needs)
    reached = sum(need.weight for need in problem.needs if need.id not in out)
    return {
        "unreachable": [int(need) for need in found.unreachable],
        "reach_percent": 100 * reached / whole if whole else 100.0,
        "ways": [[as_kept(one) for one in way] for way in ways],
    }


def as_kept(one: Relaxation) -> dict[str, Any]:
    """Give a relaxation as it is kept with an answer."""
    facts: dict[str, Any] = {"name": one.name, "key": list(one.key)}
    return facts | {"asked": one.asked, "reachable": one.reachable, "unit": one.unit}


def store(scenario: Scenario, problem: Problem, solution: Solution, more: dict[str, Any]) -> None:
    """Write an answer back in one transaction: years and money of works, who is served when, cost and proof."""
    answer = answer_of(scenario, problem, solution) | more
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        if row.adopted_at:
            raise ValidationError("Phương án đã được chọn trong lúc tính nên kết quả mới không được lưu.")
        change = store_works(row, solution)
        store_served(row, problem, solution)
        row.answer = without_answer(scenario) | answer | {"change": change}
        row.state, row.solved_at, row.curve, row.tornado = State(solution.state.value), timezone.now(), [], []
        row.simulated = simulated(row)
        sign(row, None, "tính xong")
        row.save()


def answer_of(scenario: Scenario, problem: Problem, solution: Solution) -> dict[str, Any]:
    """Give what is kept of a solution besides its works."""
    whole = sum(need.weight for need in problem.needs)
    before = scenario.answer if scenario.answer.get("objective") is not None else {}
    return {
        "aim": solution.aim.value,
        "objective": kept(solution.objective),
        "bound": kept(solution.bound),
        "gap_percent": kept(solution.gap_percent),
        "cost_vnd": solution.cost_vnd,
        "capital_vnd": capital_of(problem, solution),
        "served_weight": solution.served_weight,
        "whole_weight": whole,
        "served_percent": 100 * solution.served_weight / whole if whole else 0.0,
        "seconds": solution.seconds,
        "solver": solution.solver,
        "proof": solution.proof,
        "communes": areas_out_of_reach(problem),
        "before": {key: before[key] for key in ("cost_vnd", "served_percent") if key in before},
    }


def kept(number_found: float) -> float | None:
    """Give a number as it can be kept; an answer that is none has no finite ones."""
    return number_found if isfinite(number_found) else None


def store_works(scenario: Scenario, solution: Solution) -> dict[str, int]:
    """Write which candidates are built, when and by whose money; give how many came in, went, and moved in time."""
    built = {int(one.work): one for one in solution.built}
    change, rows = {"added": 0, "dropped": 0, "moved": 0}, []
    concerned = Q(year__isnull=False) | Q(pk__in=built)
    for row in scenario.candidates.filter(concerned).order_by("pk"):
        one = built.get(row.pk)
        year = one.year if one else None
        paid = {source: round(amount) for source, amount in one.paid_vnd.items()} if one else {}
        if (row.year, row.paid_vnd) == (year, paid):
            continue
        if row.year != year:
            change["added" if row.year is None else "dropped" if year is None else "moved"] += 1
        row.year, row.paid_vnd = year, paid
        rows.append(row)
    bulk_update_with_history(rows, Candidate, ["year", "paid_vnd"], batch_size=500)
    return change


def store_served(scenario: Scenario, problem: Problem, solution: Solution) -> None:
    """Write from which year on each place is served that is not served today."""
    years = served_years(problem, solution)
    rows = []
    for row in scenario.places.order_by("pk").only("scenario", "place", "served_in"):
        year = years.get(str(row.place_id))
        if row.served_in != year:
            row.served_in = year
            rows.append(row)
    ScenarioPlace.objects.bulk_update(rows, ["served_in"], batch_size=500)


def served_years(problem: Problem, solution: Solution) -> dict[str, int]:
    """Give the year from which works make as many operators serve a need as are asked for; none for those served today.

    Needs that stay below are left out.
    """
    works = {work.id: work for work in problem.works}
    arriving: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in sorted(solution.built, key=lambda built: built.year):
        for name in works[one.work].serves:
            arriving[name].append((one.year, works[one.work].operator))
    least, years = problem.requirements.least_operators, {}
    for need in problem.needs:
        operators = set(need.served_by)
        for year, operator in arriving[need.id] if len(operators) < least else ():
            operators.add(operator)
            if len(operators) >= least:
                years[need.id] = year
                break
    return years


def simulated(scenario: Scenario) -> bool:
    """Tell whether anything that the answer read is simulated."""
    return (
        scenario.run.simulated
        or scenario.candidates.filter(simulated=True).exists()
        or scenario.places.filter(place__simulated=True).exists()
    )
