"""The command `plan-cover`: what could be built, who needs it and the money in; what to build and its proof out."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hatang.core.named_files import named
from hatang.core.planning import files
from hatang.core.planning.curve import CurvePoint, cost_curve
from hatang.core.planning.infeasible import why_infeasible
from hatang.core.planning.problem import Aim, Horizon, Problem, Requirements, Solution, State
from hatang.core.planning.serving import as_written, predicted, too_near
from hatang.core.planning.solving import solve
from hatang.core.radio.cells import CellsError
from hatang.core.results_folder import check_output, write_whole
from hatang.core.vietnamese import number

MARK = "DỮ LIỆU MÔ PHỎNG"


class ImpossibleError(ValueError):
    """What is asked cannot be met; the text says why and what would help."""


@dataclass(frozen=True)
class Read:
    """What the files gave."""

    proposed: list[files.Proposed]
    asked: list[files.Asked]
    problem: Problem


def run(given: argparse.Namespace) -> int:
    """Plan; 0 where results were written, 1 with a message where they could not be. Nothing is half-written."""
    try:
        check_output(given.output)
        read = read_problem(given)
        solution, curve = answer(given, read.problem)
        write_whole(given.output, lambda folder: write_results(folder, given, read, solution, curve))
    except CellsError as error:
        print("\n".join([str(error), *map(str, error.faults)]), file=sys.stderr)
        return 1
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(finding(read.problem, solution))
    return 0


def read_problem(given: argparse.Namespace) -> Read:
    """Read every file, and find what each work serves, before anything is solved."""
    if given.most and given.budget is None and given.total_vnd is None:
        raise ValueError("--most cần kinh phí: --budget TỆP hoặc --total-vnd ĐỒNG.")
    proposed = named(given.works, lambda: files.read_works(given.works))
    asked = named(given.needs, lambda: files.read_needs(given.needs))
    works = as_written(proposed, asked)
    if given.dem:
        works = predicted(works, given.works, asked, given.dem, given.radius_km, tell_radio)
    if not any(work.serves for work in works):
        raise ValueError(
            f"{given.works.name}: không công trình nào phục vụ nơi nào. Ghi cột “Phục vụ” (mã nơi) "
            "hoặc “Tầm phủ (km)”, hoặc thêm --dem để tính vùng phủ."
        )
    needs = tuple(one.need for one in asked)
    first, last = given.years
    horizon = Horizon(first, last, given.interest, given.lifetime)
    rules = requirements(given, proposed)
    return Read(
        proposed,
        asked,
        Problem(needs, files.structures_of(proposed), tuple(works), horizon, rules, given.reuse_first),
    )


def requirements(given: argparse.Namespace, proposed: Sequence[files.Proposed]) -> Requirements:
    """Give what the command line and the table of money ask for."""
    return Requirements(
        served_percent=given.target,
        served_percent_by=dict(given.target_by),
        least_operators=given.least_operators,
        least_percent_in_area=given.least_in_area,
        least_percent_of_group=dict(given.group),
        shared_percent=given.shared,
        budget_vnd=named(given.budget, lambda: files.read_budget(given.budget)) if given.budget else None,
        total_vnd=given.total_vnd,
        apart=too_near(proposed, given.apart_m) if given.apart_m else frozenset(),
    )


def answer(given: argparse.Namespace, problem: Problem) -> tuple[Solution, list[CurvePoint]]:
    """Solve, and draw the curve where it is asked for. Raises ImpossibleError with what would help."""
    aim = Aim.MOST_SERVED if given.most else Aim.LEAST_COST
    solution = solve(problem, aim, seconds=given.seconds, gap_percent=given.gap, told=tell_solver)
    tell_end()
    if solution.state is State.INFEASIBLE:
        raise ImpossibleError("\n".join(["Không đạt được điều đã yêu cầu.", *why_infeasible(problem).messages]))
    if solution.state is State.STOPPED and not solution.built and solution.objective == 0:
        raise ImpossibleError("Hết thời gian mà chưa có phương án nào; tăng --seconds.")
    curve = []
    if given.curve:
        curve = cost_curve(problem, points=given.curve, seconds=given.seconds, gap_percent=given.gap)
    return solution, curve


def write_results(
    folder: Path, given: argparse.Namespace, read: Read, solution: Solution, curve: Sequence[CurvePoint]
) -> None:
    """Write the map, the cost table, the proof and the curve."""
    files.write_map(folder / "works.geojson", read.problem, solution, read.proposed, given.simulated)
    files.write_needs(folder / "needs.geojson", read.asked, solution, given.simulated)
    files.write_costs(folder / "costs.csv", read.problem, solution)
    if curve:
        write_curve(folder / "curve.csv", curve)
    told = summary(given, read.problem, solution)
    (folder / "summary.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_curve(path: Path, curve: Sequence[CurvePoint]) -> None:
    """Write the curve of cost and people as a table."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(asdict(curve[0])), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(point) for point in curve)


def summary(given: argparse.Namespace, problem: Problem, solution: Solution) -> dict[str, object]:
    """Say what was asked, what came out, and how well it is proven."""
    whole = sum(need.weight for need in problem.needs)
    mark = {"simulated": MARK} if given.simulated else {}
    return mark | {
        "aim": solution.aim,
        "state": solution.state,
        "works_proposed": len(problem.works),
        "works_built": len(solution.built),
        "needs": len(problem.needs),
        "needs_served": len(solution.served),
        "weight": whole,
        "served_weight": solution.served_weight,
        "served_percent": round(100 * solution.served_weight / whole, 3) if whole else 0.0,
        "capital_vnd": capital_vnd(problem, solution),
        "present_cost_vnd": round(solution.cost_vnd),
        "objective": solution.objective,
        "bound": solution.bound,
        "gap_percent": round(solution.gap_percent, 4),
        "seconds": round(solution.seconds, 2),
        "solver": solution.solver,
        "horizon": asdict(problem.horizon),
        "requirements": {name: asked for name, asked in told_requirements(problem).items() if asked not in (None, {})},
    }


def told_requirements(problem: Problem) -> dict[str, object]:
    """Give the requirements as JSON takes them."""
    rules = problem.requirements
    return {
        "served_percent": rules.served_percent,
        "served_percent_by": {str(year): percent for year, percent in rules.served_percent_by.items()},
        "least_operators": rules.least_operators,
        "least_percent_in_area": rules.least_percent_in_area,
        "least_percent_of_group": dict(rules.least_percent_of_group),
        "shared_percent": rules.shared_percent,
        "total_vnd": rules.total_vnd,
        "budget_vnd": {f"{year} {source}": vnd for (year, source), vnd in (rules.budget_vnd or {}).items()},
        "pairs_apart": len(rules.apart) or None,
        "reuse_first": problem.reuse_first or None,
    }


def finding(problem: Problem, solution: Solution) -> str:
    """Say in one line what to build and what it buys."""
    whole = sum(need.weight for need in problem.needs) or 1.0
    share = number(round(100 * solution.served_weight / whole, 1))
    capital, present = (number(round(vnd / 1e6)) for vnd in (capital_vnd(problem, solution), solution.cost_vnd))
    proof = "đã chứng minh" if solution.state is State.PROVEN else "dừng sớm"
    built = number(len(solution.built))
    return (
        f"Xây {built} công trình, vốn {capital} triệu đồng (chi phí trong kỳ quy về năm {problem.horizon.first_year}: "
        f"{present} triệu); {share} % được phục vụ; {proof}, sai số {number(round(solution.gap_percent, 2))} %."
    )


def capital_vnd(problem: Problem, solution: Solution) -> int:
    """Add up the capital of what is built, each structure once."""
    works = {work.id: work for work in problem.works}
    built = [works[one.work] for one in solution.built]
    opened = {work.structure for work in built}
    carried = sum(structure.capital_vnd for structure in problem.structures if structure.id in opened)
    return round(carried + sum(work.capital_vnd for work in built))


def tell_radio(done: int, whole: int) -> None:
    """Say on the terminal how far the radio engine is."""
    if sys.stderr.isatty():
        print(f"\rVùng phủ: {done}/{whole} công trình   ", end="", file=sys.stderr, flush=True)


def tell_solver(seconds: float, best: float | None, bound: float | None) -> None:
    """Say on the terminal how far the solver is."""
    if sys.stderr.isatty() and best and bound is not None:
        gap = 100 * abs(best - bound) / abs(best)
        print(f"\rĐã tính {seconds:.0f} giây, sai số {gap:.2f} %   ", end="", file=sys.stderr, flush=True)


def tell_end() -> None:
    """End the line of progress."""
    if sys.stderr.isatty():
        print(file=sys.stderr)
