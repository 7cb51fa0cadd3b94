"""Promise: cover with a proof, 5,000 candidates x 50,000 demand points, the worst of five seeds.

Most covered for a twentieth of all costs: a certified gap of 0.7 % within 10 s, and in a sixth of the time that HiGHS
takes to the same gap. Least cost for 90 % of the weight: a certified gap of 2 % within 60 s. Beside it in the same run
HiGHS on the same reduced problem (free, useless and equal demand already taken out), its root by interior points, warm
from the greedy choice, on the first seed of each size and no longer than it is given, a sixth of that at smaller sizes,
which have no other seed. And spopt with as many sites as were chosen, for it knows no costs, at the sizes that it can
build. On small instances the relaxed problem itself may be further than that from the optimum; there HiGHS, which
branches, is the one to ask, as the planner does. All run on one thread. Clock and processor time are both told; what is
kept is judged by the processor's, which busy neighbours stretch less.

Run: .venv/bin/python -m benchmarks.covering [sizes, as 200x2000,1000x10000,5000x50000] [seeds, as 1,2,3,4,5]
    [most seconds of processor for HiGHS, as 60; 0 leaves it out]
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import WALL_PART, stop_after
from hatang.core.covering.cover import Cover
from hatang.core.covering.instances import scattered_cover
from hatang.core.covering.kernels.links import Links
from hatang.core.covering.reducing import reduced
from hatang.core.covering.solving import Covering, cheapest_cover, most_covered

BUDGET_SHARE, SHARE_PERCENT = 0.05, 90.0
BUDGET_GAP_PERCENT, BUDGET_SECONDS = 0.7, 10.0
SHARE_GAP_PERCENT, SHARE_SECONDS = 2.0, 60.0
MOST_ROUNDS = 300
"""Of ours; an instance whose relaxed problem leaves a wider gap ends there."""
SMALLER = 6
WARMING_ROUNDS = 3
"""Before anything is measured, so that what is compiled has been loaded."""
SPOPT_SIZES = ((200, 2_000), (500, 5_000))


@dataclass(frozen=True)
class Took:
    """A gap in percent and what it took, by the clock and of the processors."""

    gap_percent: float
    clock_s: float
    processor_s: float

    def __str__(self) -> str:
        return f"gap {self.gap_percent:6.3f} % in {self.clock_s:7.2f} s ({self.processor_s:7.2f} s of processor)"


def timed(work: Callable[[], float]) -> Took:
    """Run what gives a gap, once."""
    begun, used = time.perf_counter(), time.process_time()
    gap = work()
    return Took(gap, time.perf_counter() - begun, time.process_time() - used)


def ours(cover: Cover, *, partial: bool, gap_percent: float, seconds: float, rounds: int = MOST_ROUNDS) -> Covering:
    """Solve with ours, down to a gap."""
    if partial:
        return cheapest_cover(cover, SHARE_PERCENT, seconds=seconds, gap_percent=gap_percent, rounds=rounds)
    budget = BUDGET_SHARE * cover.costs.sum()
    return most_covered(cover, budget, seconds=seconds, gap_percent=gap_percent, rounds=rounds)


def greedy(cover: Cover, *, partial: bool) -> Covering:
    """The first choice, by gain and cost, before any round of work."""
    if partial:
        return cheapest_cover(cover, SHARE_PERCENT, seconds=60, gap_percent=0, rounds=0)
    return most_covered(cover, BUDGET_SHARE * cover.costs.sum(), seconds=60, gap_percent=0, rounds=0)


def model(links: Links, goal: float, *, partial: bool) -> highspy.HighsLp:
    """Write the cover as HiGHS reads it: candidates binary, then points; a row for each point, one for the goal."""
    n, m = len(links.costs), len(links.weights)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n + m, m + 1
    low, high = np.zeros(m + 1), np.full(m + 1, highspy.kHighsInf)
    if partial:
        last, values, low[m] = n + np.arange(m), links.weights, goal
        lp.col_cost_ = np.concatenate([links.costs, np.zeros(m)])
    else:
        last, values, low[m], high[m] = np.arange(n), links.costs, -highspy.kHighsInf, goal
        lp.col_cost_ = np.concatenate([np.zeros(n), links.weights])
        lp.sense_ = highspy.ObjSense.kMaximize
    lp.row_lower_, lp.row_upper_ = low, high
    lp.col_lower_, lp.col_upper_ = np.zeros(n + m), np.ones(n + m)
    rows = np.concatenate([np.repeat(np.arange(m), np.diff(links.back_starts)), np.arange(m), np.full(len(last), m)])
    columns = np.concatenate([links.backs, n + np.arange(m), last])
    entries = np.concatenate([np.ones(len(links.backs)), -np.ones(m), values])
    order = np.lexsort((columns, rows))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(rows[order], np.arange(m + 2)).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = columns[order].astype(np.int32), entries[order]
    lp.integrality_ = [highspy.HighsVarType.kInteger] * n + [highspy.HighsVarType.kContinuous] * m
    return lp


def highs(cover: Cover, *, partial: bool, gap_percent: float, seconds: float) -> float:
    """Solve with HiGHS, warm from the greedy choice, down to a gap; give the gap that it ends with."""
    links = reduced(cover).links
    goal = SHARE_PERCENT / 100 * cover.weights.sum() if partial else BUDGET_SHARE * cover.costs.sum()
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(model(links, goal, partial=partial))
    for option, value in (("mip_lp_solver", "ipm"), ("mip_rel_gap", gap_percent / 100)):
        solver.setOptionValue(option, value)
    stop_after(solver, seconds)
    start = highspy.HighsSolution()
    start.col_value = start_values(cover, links, greedy(cover, partial=partial).chosen)
    solver.setSolution(start)
    solver.solve()
    return float(solver.getInfo().mip_gap) * 100


def start_values(cover: Cover, links: Links, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the values of a choice's variables: its candidates and the points that they cover."""
    opened = np.isin(reduced(cover).candidates, chosen)
    served = np.zeros(len(links.weights))
    served[links.points[np.repeat(opened, np.diff(links.starts))]] = 1.0
    return np.concatenate([opened.astype(np.float64), served])


def spopt_gap(cover: Cover, sites: int) -> float:
    """Build and solve with spopt, from the dense matrix that it wants; 0, for it ends with the optimum."""
    from pulp import PULP_CBC_CMD
    from spopt.locate import MCLP

    away = np.ones((len(cover.weights), len(cover.costs)))
    away[cover.points, np.repeat(np.arange(len(cover.costs)), np.diff(cover.starts))] = 0.0
    MCLP.from_cost_matrix(away, cover.weights, 0.5, p_facilities=sites).solve(PULP_CBC_CMD(msg=False, timeLimit=600))
    return 0.0


def compare(candidates: int, demand: int, seed: int, highs_seconds: float, *, partial: bool) -> Took:
    """Measure one instance and print it; give what ours took."""
    cover = scattered_cover(candidates, demand, seed)
    gap, seconds = (SHARE_GAP_PERCENT, SHARE_SECONDS) if partial else (BUDGET_GAP_PERCENT, BUDGET_SECONDS)
    took = timed(lambda: ours(cover, partial=partial, gap_percent=gap, seconds=WALL_PART * seconds).gap_percent)
    name = f"{candidates:,} x {demand:,}, seed {seed}, {'least cost' if partial else 'most covered'}"
    print(f"{name:<44} {took}", flush=True)
    if highs_seconds:
        other = timed(lambda: highs(cover, partial=partial, gap_percent=gap, seconds=highs_seconds))
        at_least = "at least " if other.gap_percent > gap else ""
        times = (
            f"{at_least}{other.processor_s / took.processor_s:.1f} ({other.clock_s / took.clock_s:.1f} by the clock)"
        )
        print(f"{'    HiGHS, ipm, warm':<44} {other}; ours {times} times as fast", flush=True)
    if (candidates, demand) in SPOPT_SIZES and not partial:
        compare_spopt(cover)
    return took


def compare_spopt(cover: Cover) -> None:
    """Measure spopt where it is installed."""
    if importlib.util.find_spec("spopt") is None:
        print("    spopt: not installed here, not measured (pip install spopt pulp)")
        return
    sites = len(greedy(cover, partial=False).chosen)
    print(f"{'    spopt, ' + str(sites) + ' sites whatever they cost':<44} {timed(lambda: spopt_gap(cover, sites))}")


def verdict(worst: Took, gap_percent: float, seconds: float) -> str:
    """Say whether the promise is kept, by the processor: it is the largest size's, smaller ones stand beside it."""
    kept = worst.gap_percent <= gap_percent and worst.processor_s <= seconds
    return f"{gap_percent} % in {seconds:.0f} s {'kept' if kept else 'not met'}"


def main() -> None:
    """Measure every size, goal and seed; the worst seed counts."""
    given = sys.argv[1:] + ["200x2000,500x5000,1000x10000,5000x50000", "1,2,3,4,5", "60"][len(sys.argv) - 1 :]
    print(f"HiGHS {highspy.Highs().version()}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    sizes = [tuple(int(part) for part in size.split("x")) for size in given[0].split(",")]
    for partial in (False, True):
        limit, promise = (SHARE_GAP_PERCENT, SHARE_SECONDS) if partial else (BUDGET_GAP_PERCENT, BUDGET_SECONDS)
        ours(scattered_cover(*sizes[0], seed=0), partial=partial, gap_percent=0.0, seconds=600, rounds=WARMING_ROUNDS)
        for candidates, demand in sizes:
            seeds = [int(seed) for seed in given[1].split(",")]
            largest = (candidates, demand) == sizes[-1]
            seeds = seeds if largest else seeds[:1]
            most_s = float(given[2]) / (1 if largest else SMALLER)
            beside = [most_s if seed == seeds[0] else 0.0 for seed in seeds]
            each = [
                compare(candidates, demand, seed, limit_s, partial=partial)
                for seed, limit_s in zip(seeds, beside, strict=True)
            ]
            worst = max(each, key=lambda took: (took.gap_percent > limit, took.processor_s))
            print(
                f"{f'{candidates:,} x {demand:,}, the worst':<44} {worst}; {verdict(worst, limit, promise)}", flush=True
            )
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
