"""How the benchmarks measure: the median of runs, beside it the same for a peer; what a run of minutes takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import highspy

WALL_PART = 8.0
"""So many times as long by the clock may a run on one thread take as of the processor, beside busy neighbours."""


def median_ms(fn: Callable[[], object], runs: int = 7) -> float:
    """Run once to warm up, then give the median of so many runs in milliseconds."""
    fn()
    return statistics.median(_once_ms(fn) for _ in range(runs))


def _once_ms(fn: Callable[[], object]) -> float:
    begin = time.perf_counter()
    fn()
    return (time.perf_counter() - begin) * 1000


def line(what: str, ms: float, promise_ms: float, peers: dict[str, float]) -> str:
    """Write one result: the time, the promise and whether it is kept, and how many times a peer's time it takes."""
    kept = "kept" if ms <= promise_ms else "BROKEN"
    beside = "; ".join(f"{name} {peer:,.1f} ms, ratio {ms / peer:.2f}" for name, peer in peers.items())
    return f"{what:<52} {ms:>9,.1f} ms  promise {promise_ms:>6,.0f} ms  {kept:<6}  {beside}"


def stop_after(solver: highspy.Highs, processor_s: float) -> None:
    """Let HiGHS run on one thread, and stop when it has used so much of the processor, whatever its neighbours use."""
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", WALL_PART * processor_s)
    end = time.process_time() + processor_s

    def stop(event: highspy.highs.HighsCallbackEvent) -> None:
        if time.process_time() > end:
            event.interrupt()

    for interrupt in (solver.cbMipInterrupt, solver.cbIpmInterrupt, solver.cbSimplexInterrupt):
        interrupt += stop
