"""Runs: a whole area's layers by any executor of `concurrent.futures`, which may lose workers and be stopped."""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hatang.core.radio.coverage.batches import Batch, Done, Points, Settings, batches_of, compute_batch
from hatang.core.radio.coverage.layers import NOBODY, Part, merge
from hatang.core.radio.coverage.sites import Site
from hatang.core.radio.coverage.workers import LostWorkersError, Workers, two_threads
from hatang.core.radio.kernels import SOURCES, digest_of
from hatang.core.radio.kernels.ground import Ground

IN_FLIGHT = 8
"""Batches sent and not yet merged: bounds the memory, keeps workers busy."""
MOST_LOSSES = 5
"""So many times in a run a broken pool is replaced."""
NOWHERE = Points(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class Progress:
    """How far a run is: batches done and in all, seconds since its start, and how many more it will take."""

    done: int
    whole: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """Guess the time left from the time taken; nothing to guess from at first.

        >>> Progress(2, 8, 10.0).seconds_left
        30.0
        """
        return self.seconds / self.done * (self.whole - self.done) if self.done else None


@dataclass(frozen=True)
class Coverage:
    """A run's layers over the whole grid (None where only points were asked for) and at the points (layers, 1, n)."""

    raster: Part | None
    points: Part


def compute_coverage(
    ground: Ground,
    sites: Sequence[Site],
    layers: int,
    *,
    settings: Settings,
    points: Points = NOWHERE,
    with_raster: bool = True,
    workers: Workers = two_threads,
    folder: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Coverage:
    """Compute layers over the ground and at points. The result does not depend on workers nor on their order.

    `folder` keeps what is done: the same run started again there goes on after its last batch, and rasters lie in files
    instead of memory. A worker that dies costs its batch, which is sent again. Whatever `on_progress` raises ends the
    run: no further batch is begun, those being computed come to their end, the workers are closed, and what it raised
    comes through. Raises RangeError as the kernels do, and LostWorkersError where workers keep dying.
    """
    batches = list(batches_of(ground, sites, layers, points, settings, with_raster))
    over_ground, over_points = (layers, *ground.heights_m.shape), (layers, 1, len(points.numbers))
    kept = Kept(folder, fingerprint(batches, over_ground, over_points) if folder else "")
    raster = kept.part("raster", over_ground) if with_raster else None
    at_points = kept.part("points", over_points)
    started, left = time.monotonic(), [batch for batch in batches if batch.number not in kept.done]
    with closing(computed(left, workers)) as finished:
        for done in finished:
            if raster is not None and done.raster is not None:
                merge(raster, done.raster)
            merge_points(at_points, done)
            kept.add(done.number)
            if on_progress:
                on_progress(Progress(len(kept.done), len(batches), time.monotonic() - started))
    return Coverage(raster, at_points)


def computed(batches: Sequence[Batch], workers: Workers) -> Generator[Done]:
    """Have batches computed, and those of a broken pool again by a new one."""
    left, losses = {batch.number: batch for batch in batches}, 0
    while left:
        try:
            with workers() as pool, closing(sent(list(left.values()), pool)) as finished:
                for done in finished:
                    del left[done.number]
                    yield done
        except LostWorkersError:
            raise
        except BrokenExecutor as error:
            losses += 1
            if losses > MOST_LOSSES:
                died = f"Tiến trình tính đã chết {losses} lần, thường do máy thiếu bộ nhớ."
                raise LostWorkersError(f"{died} Giảm số luồng, hoặc thu nhỏ khu vực.") from error


def sent(batches: Sequence[Batch], pool: Executor) -> Generator[Done]:
    """Send batches to a pool, a few at a time, and give each as soon as it is done; stopped, begin no more of them."""
    waiting: set[Future[Done]] = set()
    try:
        for batch in batches:
            if len(waiting) == IN_FLIGHT:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in ready)
            waiting.add(pool.submit(compute_batch, batch))
        while waiting:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in ready)
    finally:
        for future in waiting:
            future.cancel()


def merge_points(whole: Part, done: Done) -> None:
    """Lay a batch's points into all points."""
    some = Part(whole.levels_dbm[:, :, done.numbers], whole.servers[:, :, done.numbers], 0, 0)
    merge(some, done.points)
    whole.levels_dbm[:, :, done.numbers] = some.levels_dbm
    whole.servers[:, :, done.numbers] = some.servers


class Kept:
    """What a run has done so far: in memory, or in a folder from which the same run goes on.

    A batch is noted after its levels are written; one that is merged twice changes nothing. The run itself is noted
    with its first batch: its files are whole by then, and what was left there before is not taken for it.
    """

    def __init__(self, folder: Path | None, run: str) -> None:
        self.folder, self.done = folder, set[int]()
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        self.note = folder / "done.txt"
        lines = self.note.read_text().split() if self.note.exists() else []
        self.fresh = lines[:1] != [run]
        self.unwritten = [run] if self.fresh else []
        if self.fresh:
            self.note.unlink(missing_ok=True)
        else:
            self.done = {int(line) for line in lines[1:]}
        self.files: list[np.memmap] = []

    def part(self, name: str, shape: tuple[int, int, int]) -> Part:
        """Make layers, or open those that were kept."""
        return Part(
            self.array(f"{name}-levels", shape, -np.inf, "f4"), self.array(f"{name}-servers", shape, NOBODY, "i4"), 0, 0
        )

    def array(self, name: str, shape: tuple[int, int, int], empty: float, kind: str) -> np.ndarray:
        """Make or open one array."""
        if self.folder is None or 0 in shape:
            return np.full(shape, empty, dtype=kind)
        path = self.folder / f"{name}.npy"
        if not self.fresh:
            kept = np.lib.format.open_memmap(path, mode="r+")
        else:
            kept = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
            kept[:] = empty
        self.files.append(kept)
        return kept

    def add(self, number: int) -> None:
        """Note a batch as done, its levels first."""
        self.done.add(number)
        if self.folder is None:
            return
        for file in self.files:
            file.flush()
        with self.note.open("a") as note:
            note.writelines(f"{line}\n" for line in (*self.unwritten, number))
        self.unwritten = []


def fingerprint(batches: Sequence[Batch], *shapes: tuple[int, ...]) -> str:
    """Name a run by all that its batches hold, the shapes of what it fills, and the kernels that compute it."""
    digest = hashlib.sha256(repr((digest_of(SOURCES), shapes)).encode())
    for batch in batches:
        digest.update(pickle.dumps(batch, protocol=5))
    return digest.hexdigest()
