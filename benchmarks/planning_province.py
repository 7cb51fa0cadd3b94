"""Promises of the province planner, beside plain HiGHS (its defaults) on the plain model of the same problem.

- 1,700 villages x 2,000 candidates, five years, three sources of money: proven within 0.5 % in ≤ 10 s, both ways round.
- A re-solve after one edit (a work forbidden, a work fixed) ≤ 2 s.
- The curve of cost and people, 20 points, ≤ 60 s.

Three sizes; of each the worst of the seeds counts. Problems are made by `core.planning.instances.province_in_valleys`.
The peer is given every work in every year as a whole number, without the columns for works that share a structure, and
as long as the promise. Beside the wall's time stands that of the processor: what else the machine does adds to the
first only, so where the load is high the second tells whether the promise would be kept.

Run: .venv/bin/python -m benchmarks.planning_province [--seeds 5] [--sizes 425x500,850x1000,1700x2000] [--no-curve]
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy

from hatang.core.planning import model as planner
from hatang.core.planning.curve import cost_curve
from hatang.core.planning.instances import province_in_valleys
from hatang.core.planning.problem import Aim, Problem, Solution, Wish
from hatang.core.planning.solving import solve

GAP_PERCENT = 0.5
SOLVE_S, EDIT_S, CURVE_S = 10.0, 2.0, 60.0
LONGEST_S = 120.0


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
    for option, value in (("log_to_console", False), ("threads", 1), ("mip_rel_gap", GAP_PERCENT / 100)):
        solver.setOptionValue(option, value)
    solver.setOptionValue("time_limit", SOLVE_S)
    solver.passModel(model.program.as_lp())
    solver.solve()
    info = solver.getInfo()
    return 100 * float(info.mip_gap)


def edited(problem: Problem, answer: Solution) -> list[Problem]:
    """Two edits: a work of the answer forbidden, a work that is not in it fixed."""
    was = [built.work for built in answer.built]
    other = next(work.id for work in problem.works if work.id not in was and work.capital_vnd > 0)
    edits = ((was[len(was) // 2], Wish.FORBIDDEN), (other, Wish.FIXED))
    return [
        replace(problem, works=tuple(replace(w, wish=wish) if w.id == name else w for w in problem.works))
        for name, wish in edits
    ]


def worst(runs: list[Measured]) -> Measured:
    """The slowest by the processor, with the widest gap."""
    slowest = max(runs, key=lambda run: run.processor_s)
    return replace(slowest, gap_percent=max(run.gap_percent for run in runs))


def line(what: str, runs: list[Measured], promise_s: float, beside: str = "") -> str:
    """Write one result."""
    run = worst(runs)
    close = run.gap_percent <= GAP_PERCENT
    kept = "kept" if close and run.wall_s <= promise_s else "BROKEN"
    if kept == "BROKEN" and close and run.processor_s <= promise_s:
        kept = "kept by the processor's time"
    return (
        f"{what:<34} wall {run.wall_s:>6.1f} s  processor {run.processor_s:>6.1f} s  gap {run.gap_percent:>6.2f} %  "
        f"promise {promise_s:>3.0f} s  {kept}  {beside}"
    )


def report(villages: int, candidates: int, seeds: int, with_curve: bool) -> None:
    """Measure one size."""
    size = f"{villages} x {candidates}"
    problems = [province_in_valleys(villages, candidates, seed) for seed in range(1, seeds + 1)]
    for aim in Aim:
        runs, peers, again = [], [], []
        for problem in problems:
            answers: list[Solution] = []

            def ours(one: Problem = problem, start: Solution | None = None, out: list[Solution] = answers) -> float:
                out.append(solve(one, aim, seconds=LONGEST_S, gap_percent=GAP_PERCENT, start=start))  # noqa: B023
                return out[-1].gap_percent

            runs.append(measured(ours))
            peers.append(measured(lambda one=problem: plain(one, aim)))  # type: ignore[misc]  # noqa: B023
            first = answers[0]
            again += [measured(lambda one=one, s=first: ours(one, s)) for one in edited(problem, first)]  # type: ignore[misc]
        peer = worst(peers)
        beside = f"plain HiGHS: gap {peer.gap_percent:.2f} % after {peer.processor_s:.1f} s of the processor"
        print(line(f"{size} {aim}", runs, SOLVE_S, beside), flush=True)
        print(line(f"{size} {aim}, one edit", again, EDIT_S), flush=True)
    if with_curve:
        print(line(f"{size} curve of 20 points", [measured(lambda: curve(problems[0]))], CURVE_S), flush=True)


def curve(problem: Problem) -> float:
    """The widest gap of a curve's points."""
    return max(point.gap_percent for point in cost_curve(problem, seconds=4 * CURVE_S, gap_percent=GAP_PERCENT))


def main() -> None:
    """Measure all sizes."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=5)
    asked.add_argument("--sizes", default="425x500,850x1000,1700x2000")
    asked.add_argument("--no-curve", action="store_true")
    options = asked.parse_args()
    print(f"HiGHS {highspy.Highs().version()}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for size in options.sizes.split(","):
        villages, candidates = (int(part) for part in size.split("x"))
        report(villages, candidates, options.seeds, not options.no_curve)


if __name__ == "__main__":
    main()
