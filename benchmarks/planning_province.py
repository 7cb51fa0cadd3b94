"""Promises of the province planner, beside plain HiGHS (its defaults) on the plain model of the same problem.

- 1,700 villages x 2,000 candidates, five years, three sources of money: proven within 0.5 % in ≤ 10 s, both ways round.
- A re-solve after one edit (a work forbidden, one fixed, one moved: forbidden with another in its place) ≤ 2 s; an edit
  that cannot be is proven to be so.
- The curve of cost and people, 20 points, ≤ 60 s; beside it how many points are proven within 0.5 %.

Three sizes; of each the worst of the seeds counts: five at the largest, one at the smaller ones. Problems are made by
`core.planning.instances.province_in_valleys`, at the largest size also with radio that reaches about 14 villages in
place of 6 ("dense"): the promise does not say which, so both are told. The peer is given every work in every year as a
whole number, without the columns for works that share a structure, and the gap and seconds of the promise; at the
largest size it solves the first two seeds. All runs on one thread; what is kept is judged by the processor's seconds,
which busy neighbours stretch less, and beside them stand those by the clock. Ours, which only knows the clock, is given
so much more of it.

Run: .venv/bin/python -m benchmarks.planning_province [--seeds 5] [--sizes 425x500,850x1000,1700x2000] [--no-curve]
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy

from benchmarks.timing import WALL_PART, stop_after
from hatang.core.planning import model as planner
from hatang.core.planning.curve import cost_curve
from hatang.core.planning.instances import DENSE, province_in_valleys
from hatang.core.planning.problem import Aim, Problem, Solution, State, Wish
from hatang.core.planning.solving import solve

GAP_PERCENT = 0.5
SOLVE_S, EDIT_S, CURVE_S = 10.0, 2.0, 60.0
PEERS = 2


@dataclass(frozen=True)
class Measured:
    """A run: seconds by the wall and of the processor, and the gap reached."""

    wall_s: float
    processor_s: float
    gap_percent: float


def measured(run: Callable[[], float]) -> Measured:
    """Run once; `run` gives the gap."""
    wall, processor = time.perf_counter(), time.process_time()
    gap_percent = run()
    return Measured(time.perf_counter() - wall, time.process_time() - processor, gap_percent)


def plain(problem: Problem, aim: Aim) -> float:
    """Plain HiGHS: no columns for shared structures, whole years, defaults, as long as the promise; gives its gap."""
    shared = planner._carriers
    planner._carriers = lambda model, works: [model.built[work] for work in works]
    try:
        model = planner.build_model(problem, aim)
    finally:
        planner._carriers = shared
    for column in model.build.values():
        model.program.whole[column] = True
    solver = highspy.Highs()
    for option, value in (("log_to_console", False), ("mip_rel_gap", GAP_PERCENT / 100)):
        solver.setOptionValue(option, value)
    stop_after(solver, SOLVE_S)
    solver.passModel(model.program.as_lp())
    solver.solve()
    info = solver.getInfo()
    return 100 * float(info.mip_gap)


def edited(problem: Problem, answer: Solution) -> list[Problem]:
    """Three edits: a work of the answer forbidden, one that is not in it fixed, one moved to another place."""
    was = {built.work for built in answer.built}
    here = [work for work in problem.works if work.id in was]
    there = [work for work in problem.works if work.id not in was and work.capital_vnd > 0]
    moves = ((one.id, other.id) for one in here for other in there if set(one.serves) & set(other.serves))
    left, taken = next(moves)
    wishes: list[dict[str, Wish]] = [
        {here[len(here) // 2].id: Wish.FORBIDDEN},
        {there[0].id: Wish.FIXED},
        {left: Wish.FORBIDDEN, taken: Wish.FIXED},
    ]
    return [
        replace(problem, works=tuple(replace(work, wish=some.get(work.id, work.wish)) for work in problem.works))
        for some in wishes
    ]


def worst(runs: list[Measured]) -> Measured:
    """The slowest by the processor, with the widest gap."""
    slowest = max(runs, key=lambda run: run.processor_s)
    return replace(slowest, gap_percent=max(run.gap_percent for run in runs))


def line(what: str, runs: list[Measured], promise_s: float, beside: str = "") -> str:
    """Write one result."""
    run = worst(runs)
    kept = "kept" if run.gap_percent <= GAP_PERCENT + 1e-6 and run.processor_s <= promise_s else "BROKEN"
    return (
        f"{what:<38} processor {run.processor_s:>5.1f} s  wall {run.wall_s:>5.1f} s  gap {run.gap_percent:>5.2f} %  "
        f"promise {promise_s:>3.0f} s  {kept:<6}  {beside}"
    )


def solved(problem: Problem, aim: Aim, seconds: float, start: Solution | None = None) -> tuple[Measured, Solution]:
    """Solve and measure; that something cannot be is proven, too."""
    answers: list[Solution] = []

    def run() -> float:
        answers.append(solve(problem, aim, seconds=WALL_PART * seconds, gap_percent=GAP_PERCENT, start=start))
        return 0.0 if answers[-1].state is State.INFEASIBLE else answers[-1].gap_percent

    return measured(run), answers[0]


def report(what: str, problems: list[Problem], with_curve: bool) -> None:
    """Measure problems of one size and kind."""
    for aim in Aim:
        firsts = [solved(problem, aim, SOLVE_S) for problem in problems]
        peers = [measured(lambda one=problem: plain(one, aim)) for problem in problems[:PEERS]]  # type: ignore[misc]  # noqa: B023
        runs, peer = [run for run, _ in firsts], worst(peers)
        ratio = peer.processor_s / worst(runs[:PEERS]).processor_s
        beside = f"plain HiGHS: gap {peer.gap_percent:.2f} % after {peer.processor_s:.1f} s, ratio {ratio:.1f}"
        print(line(f"{what} {aim}", runs, SOLVE_S, beside), flush=True)
        again = [
            solved(edit, aim, EDIT_S, answer)[0]
            for problem, (_, answer) in zip(problems, firsts, strict=True)
            if answer.built
            for edit in edited(problem, answer)
        ]
        print(line(f"{what} {aim}, one edit", again, EDIT_S), flush=True)
    if with_curve:
        report_curve(what, problems[0])


def report_curve(what: str, problem: Problem) -> None:
    """Measure the curve of a problem: kept where all its points are proven."""
    gaps: list[float] = []

    def run() -> float:
        points = cost_curve(problem, seconds=WALL_PART * CURVE_S, gap_percent=GAP_PERCENT)
        gaps.extend(point.gap_percent for point in points)
        return max(gaps, default=math.inf)

    took = measured(run)
    proven = sum(gap <= GAP_PERCENT + 1e-6 for gap in gaps)
    print(line(f"{what} curve", [took], CURVE_S, f"{len(gaps)} points, {proven} within {GAP_PERCENT} %"), flush=True)


def main() -> None:
    """Measure all sizes."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=5)
    asked.add_argument("--sizes", default="425x500,850x1000,1700x2000")
    asked.add_argument("--no-curve", action="store_true")
    options = asked.parse_args()
    print(f"HiGHS {highspy.Highs().version()}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    sizes = [tuple(int(part) for part in size.split("x")) for size in options.sizes.split(",")]
    curves = not options.no_curve
    for villages, candidates in sizes:
        seeds = options.seeds if (villages, candidates) == sizes[-1] else 1
        problems = [province_in_valleys(villages, candidates, seed) for seed in range(1, seeds + 1)]
        report(f"{villages} x {candidates}", problems, curves)
    report(f"{villages} x {candidates} dense", [province_in_valleys(villages, candidates, 1, DENSE)], curves)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
