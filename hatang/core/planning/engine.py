"""HiGHS put to a program: with a start, limits of time and gap, news on the way, and the best so far when stopped."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import highspy
import numpy as np
from numpy.typing import NDArray

from hatang.core.planning.program import Program

Told = Callable[[float, float | None, float | None], None]
Cancelled = Callable[[], bool]
Status = highspy.HighsModelStatus
OPTIONS = (
    ("output_flag", False),
    ("log_to_console", False),
    ("threads", 1),
    # nearer than any hair that the model gives away, or a bound counts works as built that lack so little
    ("mip_feasibility_tolerance", 1e-9),
)


@dataclass(frozen=True)
class Limits:
    """How long and how near; whom to tell (seconds, best, bound in the program's unit) and whom to ask whether to stop.

    `seconds` counts from `begun`, so that several programs share one allowance.
    """

    seconds: float
    gap_percent: float
    told: Told | None = None
    cancelled: Cancelled | None = None
    begun: float = field(default_factory=perf_counter)

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return perf_counter() - self.begun

    @property
    def left(self) -> float:
        """Seconds that remain, at least a moment."""
        return max(0.01, self.seconds - self.spent)


@dataclass(frozen=True)
class Ended:
    """How a program ended: the best point, or None where there is none; the bound; whether proven, or impossible."""

    values: NDArray[np.float64] | None
    objective: float
    bound: float
    proven: bool
    infeasible: bool


@dataclass(frozen=True)
class Relaxed:
    """A program without whole numbers at its best: values and reduced costs by column, prices by row."""

    values: NDArray[np.float64]
    reduced: NDArray[np.float64]
    prices: NDArray[np.float64]
    objective: float
    infeasible: bool = False


class Floor(Protocol):
    """A row to be added: a sum of terms at least so much."""

    @property
    def terms(self) -> Sequence[tuple[int, float]]:
        """Columns and factors."""

    @property
    def low(self) -> float:
        """What the sum is at least."""


def name_of_solver(method: str) -> str:
    """Program, version and method as an answer names them."""
    return f"HiGHS {_Silent().version()}, {method}"


def run(
    program: Program,
    limits: Limits,
    *,
    start: Mapping[int, float] | None = None,
    search: bool = True,
    enough: float | None = None,
    good: float | None = None,
) -> Ended:
    """Solve a program. `start` gives values of some columns; HiGHS finds the others, or leaves the start aside.

    Without `search` the start is taken to be good, and all time goes to the bound; it stops at a bound that is
    `enough`, or at an objective that is `good`.
    """
    if not program.low:
        return _empty(program)
    solver = _silent_solver()
    solver.setOptionValue("time_limit", limits.left)
    solver.setOptionValue("mip_rel_gap", limits.gap_percent / 100)
    solver.setOptionValue("mip_abs_gap", 0.0)
    if good is not None:
        solver.setOptionValue("objective_target", good)
    if not search:
        solver.setOptionValue("mip_heuristic_effort", 0.0)
    solver.passModel(program.as_lp())
    if start:
        columns = np.array(list(start), dtype=np.int32)
        solver.setSolution(len(start), columns, np.array(list(start.values())))
    _listen(solver, limits)
    _may_stop(solver, limits, enough, most=program.most)
    _run(solver)
    return _ended(solver, mixed=any(program.whole))


class _Silent(highspy.Highs):
    """HiGHS that says nothing: its banner comes with its callbacks, which its constructor enables."""

    def __init__(self) -> None:
        """Make a solver."""
        highspy.Highs.__init__(self)

    def enableCallbacks(self) -> None:  # noqa: N802
        """Enable callbacks, after output was turned off."""
        self.silent()
        highspy.Highs.enableCallbacks(self)


def _silent_solver() -> highspy.Highs:
    solver = _Silent()
    for option, value in OPTIONS:
        solver.setOptionValue(option, value)
    return solver


def _run(solver: highspy.Highs) -> None:
    """Let HiGHS work; what it refuses is no answer, not even an empty one."""
    if solver.solve() == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused the program: another solver of this process runs on more threads than one")


class Relaxation:
    """A program without whole numbers, solved again and again from where it stood."""

    def __init__(self, program: Program) -> None:
        """Take the program as it is now; later changes of it are not seen."""
        lp = program.as_lp()
        lp.integrality_ = []
        self.solver = _silent_solver()
        self.solver.passModel(lp)

    def keep_below(self, row: int, amount: float) -> None:
        """Let a row's sum be at most so much."""
        self.solver.changeRowBounds(row, -highspy.kHighsInf, amount)

    def keep_above(self, rows: Sequence[Floor]) -> None:
        """Add rows: sums of terms that are at least so much."""
        starts = np.cumsum([0, *(len(row.terms) for row in rows)])[:-1].astype(np.int32)
        columns = np.array([column for row in rows for column, _ in row.terms], dtype=np.int32)
        factors = np.array([factor for row in rows for _, factor in row.terms])
        lows, highs = np.array([row.low for row in rows]), np.full(len(rows), highspy.kHighsInf)
        self.solver.addRows(len(rows), lows, highs, len(columns), starts, columns, factors)

    def solve(self, limits: Limits) -> Relaxed | None:
        """Solve it; None where time ran out."""
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + limits.left)
        _run(self.solver)
        if self.solver.getModelStatus() == Status.kInfeasible:
            self._ask_without_presolve(limits)
        status = self.solver.getModelStatus()
        if status not in (Status.kOptimal, Status.kInfeasible):
            return None
        point, objective = self.solver.getSolution(), self.solver.getInfo().objective_function_value
        values, reduced, prices = (np.array(part) for part in (point.col_value, point.col_dual, point.row_dual))
        return Relaxed(values, reduced, prices, objective, status == Status.kInfeasible)

    def _ask_without_presolve(self, limits: Limits) -> None:
        """Presolve calls impossible what is possible where bounds are nearer to each other than its tolerance."""
        self.solver.setOptionValue("presolve", "off")
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + limits.left)
        _run(self.solver)
        self.solver.setOptionValue("presolve", "choose")


def _empty(program: Program) -> Ended:
    """Nothing to choose: true or not as it stands."""
    kept = all(low <= 0 <= high for low, high in zip(program.row_low, program.row_high, strict=True))
    return Ended(np.zeros(0) if kept else None, program.offset, program.offset, kept, not kept)


def _listen(solver: highspy.Highs, limits: Limits) -> None:
    if limits.told is not None:
        told = limits.told

        def tell(event: highspy.highs.HighsCallbackEvent) -> None:
            out = event.data_out
            told(limits.spent, _finite(out.mip_primal_bound), _finite(out.mip_dual_bound))

        solver.cbMipLogging += tell
        solver.cbMipImprovingSolution += tell


def _may_stop(solver: highspy.Highs, limits: Limits, enough: float | None, *, most: bool) -> None:
    cancelled = limits.cancelled
    if cancelled is None and enough is None:
        return

    def stop(event: highspy.highs.HighsCallbackEvent) -> None:
        bound = event.data_out.mip_dual_bound
        near = enough is not None and (bound <= enough if most else bound >= enough)
        if near or (cancelled is not None and cancelled()):
            event.interrupt()

    solver.cbMipInterrupt += stop


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) and abs(number) < highspy.kHighsInf else None


def _ended(solver: highspy.Highs, *, mixed: bool) -> Ended:
    status, info = solver.getModelStatus(), solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solver.getSolution().col_value) if found else None
    proven = status == Status.kOptimal
    bound = info.mip_dual_bound if mixed else info.objective_function_value
    return Ended(
        values,
        info.objective_function_value if found else math.nan,
        bound,
        proven,
        status in (Status.kInfeasible, Status.kUnboundedOrInfeasible),
    )
