"""A run gives the same bytes whoever computes it, in whatever order, stopped or not; and what it gives is right."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from distributed import Client, KilledWorker, LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.antennas import PATTERNS, SECTOR, WHIP, gain_dbi
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell
from hatang.core.radio.coverage import batches, runs
from hatang.core.radio.coverage.batches import Points, Settings
from hatang.core.radio.coverage.layers import Layer, Part, empty_part, merge
from hatang.core.radio.coverage.runs import Coverage, Progress, compute_coverage
from hatang.core.radio.coverage.served import Standard, count_operators, served_points
from hatang.core.radio.coverage.sites import layers_of, sites_of
from hatang.core.radio.coverage.workers import LostWorkersError, Workers, on_dask
from hatang.core.radio.errors import ProfileError, RangeError
from hatang.core.radio.kernels.exact import losses_to_points
from hatang.core.radio.kernels.ground import Conditions, Ground, Transmitter
from hatang.core.radio.link_budget import reference_power_dbm
from hatang.core.radio.services import SERVICES

SETTINGS = Settings(radius_km=3.0)
SPREAD = np.random.default_rng(5).random((2, 90)) * 0.19
POINTS = Points(106.26 + SPREAD[0], 21.56 + SPREAD[1], np.arange(90))


class StoppedError(Exception):
    pass


def stop(progress: Progress) -> None:
    raise StoppedError


def compute(ground: Ground, cells: Sequence[Cell], **options: Any) -> Coverage:
    layers = layers_of(cells)
    asked = {"settings": SETTINGS, "points": POINTS} | options
    return compute_coverage(ground, sites_of(cells, layers, PATTERNS), len(layers), **asked)


def bytes_of(coverage: Coverage) -> list[bytes]:
    assert coverage.raster
    parts = (coverage.raster, coverage.points)
    return [array.tobytes() for part in parts for array in (part.levels_dbm, part.servers)]


@pytest.fixture(scope="module", autouse=True)
def small_batches() -> Iterator[None]:
    """Two sites a batch, so that six sites are several tasks."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batches, "MOST_SITES", 2)
        yield


@pytest.fixture(scope="module")
def alone(hills: Ground, cells: list[Cell]) -> Coverage:
    """Compute with one thread."""
    return compute(hills, cells, workers=lambda: ThreadPoolExecutor(1))


@pytest.mark.parametrize("workers", [runs.two_threads, lambda: ProcessPoolExecutor(2)], ids=["threads", "processes"])
def test_workers_do_not_change_a_byte(workers: Workers, alone: Coverage, hills: Ground, cells: list[Cell]) -> None:
    assert bytes_of(compute(hills, cells, workers=workers)) == bytes_of(alone)


def test_dask_gives_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, alone: Coverage, hills: Ground, cells: list[Cell]
) -> None:
    """As a national run would go: to the scheduler of an engine that is there already, and which is left again."""
    clients: list[Client] = []

    class Noted(Client):
        def __init__(self, address: str) -> None:
            super().__init__(address)
            clients.append(self)

    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=40
    )
    monkeypatch.setattr("distributed.Client", Noted)
    with cluster:
        assert bytes_of(compute(hills, cells, workers=lambda: on_dask(cluster.scheduler_address))) == bytes_of(alone)
        with pytest.raises(StoppedError):
            compute(hills, cells, workers=lambda: on_dask(cluster.scheduler_address), on_progress=stop)
        assert [client.status for client in clients] == ["closed", "closed"]


def test_the_size_of_batches_changes_nothing_that_counts(
    monkeypatch: pytest.MonkeyPatch, alone: Coverage, hills: Ground, cells: list[Cell]
) -> None:
    """Only the last digits: a part of the ground has a corner of its own."""
    monkeypatch.setattr(batches, "MOST_SITES", 50)
    again = compute(hills, cells)
    assert again.raster
    assert alone.raster
    there = np.isfinite(alone.raster.levels_dbm)
    assert (there == np.isfinite(again.raster.levels_dbm)).all()
    differences = np.abs(again.raster.levels_dbm[there] - alone.raster.levels_dbm[there])
    assert np.percentile(differences, 99) < 0.001
    assert differences.max() < 0.1


def test_a_stopped_run_goes_on_after_its_last_batch(
    tmp_path: Path, alone: Coverage, hills: Ground, cells: list[Cell]
) -> None:
    with pytest.raises(StoppedError):
        compute(hills, cells, folder=tmp_path, on_progress=stop)
    seen: list[Progress] = []
    again = compute(hills, cells, folder=tmp_path, on_progress=seen.append)
    assert [(p.done, p.whole) for p in seen] == [(2, 3), (3, 3)]
    assert bytes_of(again) == bytes_of(alone)


def test_a_run_stopped_before_its_first_batch_leaves_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hills: Ground, cells: list[Cell]
) -> None:
    """Its files may be half made, or another run's."""
    expected = bytes_of(compute(hills, cells[:6]))
    compute(hills, cells, folder=tmp_path)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(runs.Kept, "part", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        compute(hills, cells[:6], folder=tmp_path)
    assert bytes_of(compute(hills, cells[:6], folder=tmp_path)) == expected


def test_a_place_out_of_reach_more_is_another_run(tmp_path: Path, hills: Ground, cells: list[Cell]) -> None:
    more = Points(np.append(POINTS.lons_deg, 109.0), np.append(POINTS.lats_deg, 12.0), np.arange(91))
    compute(hills, cells[:6], folder=tmp_path)
    assert compute(hills, cells[:6], folder=tmp_path, points=more).points.levels_dbm.shape == (1, 1, 91)


def test_another_run_in_the_folder_begins_anew(tmp_path: Path, hills: Ground, cells: list[Cell]) -> None:
    compute(hills, cells, folder=tmp_path)
    seen: list[Progress] = []
    compute(hills, cells[:-1], folder=tmp_path, on_progress=seen.append)
    assert seen[0].done == 1


def test_a_worker_that_dies_costs_its_batch(alone: Coverage, hills: Ground, cells: list[Cell]) -> None:
    class Dying(ThreadPoolExecutor):
        def submit(self, *work: Any, **more: Any) -> Future[Any]:
            lost.append(work[1].number)
            if len(lost) == 2:
                raise BrokenExecutor("a worker died")
            return super().submit(*work, **more)

    lost: list[int] = []
    assert bytes_of(compute(hills, cells, workers=lambda: Dying(1))) == bytes_of(alone)
    assert len(lost) <= 3 + 2


def test_workers_that_keep_dying_end_the_run(hills: Ground, cells: list[Cell]) -> None:
    class Dead(ThreadPoolExecutor):
        def submit(self, *work: Any, **more: Any) -> Future[Any]:
            raise BrokenExecutor("a worker died")

    with pytest.raises(LostWorkersError, match="Tiến trình tính đã chết 6 lần"):
        compute(hills, cells, workers=lambda: Dead(1))


def test_a_cancelled_run_begins_nothing_more_and_leaves_nobody_computing(
    monkeypatch: pytest.MonkeyPatch, hills: Ground, cells: list[Cell]
) -> None:
    begun, ended, may_end, pools = set[int](), set[int](), threading.Event(), list[Executor]()

    def held(batch: batches.Batch) -> batches.Done:
        begun.add(batch.number)
        if batch.number:
            assert may_end.wait(60)
        done = batches.compute_batch(batch)
        ended.add(batch.number)
        return done

    class Closing(ThreadPoolExecutor):
        def shutdown(self, *how: Any, **more: Any) -> None:
            pools.append(self)
            may_end.set()
            super().shutdown(*how, **more)

    monkeypatch.setattr(batches, "MOST_SITES", 1)
    monkeypatch.setattr(runs, "compute_batch", held)
    with pytest.raises(StoppedError):
        compute(hills, cells, workers=lambda: Closing(2), on_progress=stop)
    assert len(pools) == 1
    assert begun == ended
    assert begun <= {0, 1, 2}, "six batches were there to begin"


def test_many_layers_make_smaller_batches(monkeypatch: pytest.MonkeyPatch, hills: Ground, cells: list[Cell]) -> None:
    monkeypatch.setattr(batches, "MOST_SITES", 50)
    sites = sites_of(cells, layers_of(cells), PATTERNS)

    def largest(layers: int, with_raster: bool) -> int:
        cut = batches.batches_of(hills, sites, layers, runs.NOWHERE, SETTINGS, with_raster)
        return max(batch.ground.heights_m.size for batch in cut)

    whole = largest(2, True)
    monkeypatch.setattr(batches, "MOST_LEVELS", 9 * whole)
    assert largest(18, False) == largest(9, True) == whole > largest(18, True)


@pytest.mark.parametrize("lost", [KilledWorker("batch", None, 3), CancelledError()], ids=["killed", "cancelled"])
def test_a_batch_that_dask_gives_up_is_told_and_not_sent_again(
    monkeypatch: pytest.MonkeyPatch, hills: Ground, cells: list[Cell], lost: Exception
) -> None:
    class Giving(ThreadPoolExecutor):
        def submit(self, *work: Any, **more: Any) -> Future[Any]:
            sent.append(work[1].number)
            future: Future[Any] = Future()
            future.set_exception(lost)
            return future

    class Connected:
        def __init__(self, address: str) -> None:
            self.address = address

        def __enter__(self) -> Connected:
            return self

        def __exit__(self, *_: object) -> None:
            sent.append(-1)

        def get_executor(self, pure: bool) -> Executor:
            return Giving(1)

    sent: list[int] = []
    monkeypatch.setattr("distributed.Client", Connected)
    with pytest.raises(LostWorkersError, match="Các máy tính của tcp://a:1 chết"):
        compute(hills, cells, workers=lambda: on_dask("tcp://a:1"))
    assert sent == [0, 1, 2, -1]


def test_a_site_off_the_ground_is_refused_before_anything_is_computed(hills: Ground, cells: list[Cell]) -> None:
    away = Cell(**(vars(cells[-1]) | {"id": "away", "lon": 107.5}))
    seen: list[Progress] = []
    with pytest.raises(RangeError, match="Kinh độ trạm 107,5 độ ngoài"):
        compute(hills, [*cells, away], on_progress=seen.append)
    assert not seen


def test_a_site_and_a_place_on_the_rim_are_on_the_ground() -> None:
    """The rim in degrees is rounded: here its last column is at 106.39999999999999."""
    flat = Ground(np.zeros((241, 361), dtype=np.float32), 106.1, 21.7, 1 / 1200, 1 / 1200)
    one = [Cell("1", "4G", 106.4, 21.62, 30.0, 46.0, band="B3", bandwidth_mhz=20.0, omnidirectional=True)]
    place = Points(np.array([106.4]), np.array([21.61]), np.array([0]))
    found = compute(flat, one, points=place)
    assert found.raster
    assert found.points.levels_dbm.item() == pytest.approx(found.raster.levels_dbm[0, 108, 360], abs=0.5)


def test_a_refusal_comes_back_whole_from_another_process() -> None:
    for error in (RangeError("tần số", 120.0, 0.5, 100.0, "GHz"), ProfileError("độ cao thiếu.", 3)):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), vars(again)) == (str(error), vars(error))


def bearing_and_elevation(cell: Cell, ground_m: float, lon: float, lat: float, top_m: float) -> tuple[float, float]:
    """By vectors in space, not by the kernel's formulas: a second way."""
    radius = 6371 * 157 / (157 - 45) * 1000

    def at(lon_deg: float, lat_deg: float, height_m: float, of: float) -> np.ndarray:
        a, b = np.radians(lon_deg), np.radians(lat_deg)
        return (of + height_m) * np.array([np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)])

    here, there = at(cell.lon, cell.lat, 0, 6371e3), at(lon, lat, 0, 6371e3)
    a, b = np.radians(cell.lon), np.radians(cell.lat)
    east, north = (
        np.array([-np.sin(a), np.cos(a), 0]),
        np.array([-np.sin(b) * np.cos(a), -np.sin(b) * np.sin(a), np.cos(b)]),
    )
    way = there - here
    bearing = np.degrees(np.arctan2(way @ east, way @ north))
    angle = 2 * np.arcsin(np.linalg.norm(way) / 2 / 6371e3) * 6371e3 / radius
    top, mast = radius + top_m, radius + ground_m + (cell.height_m or 0)
    elevation = np.degrees(np.arctan2(top * np.cos(angle) - mast, top * np.sin(angle)))
    return float(bearing), float(elevation)


def test_levels_agree_with_a_second_method(alone: Coverage, hills: Ground, cells: list[Cell]) -> None:
    """Each cell by itself, its loss by the kernel, its direction by vectors, its gain by the pattern's own formula."""
    best = np.full((2, len(POINTS.numbers)), -np.inf)
    heights = batches.heights_at(hills, POINTS.lons_deg, POINTS.lats_deg) + 1.5
    for cell in cells:
        assert cell.height_m
        place = Transmitter(cell.lon, cell.lat, cell.height_m)
        reach = batches.reached(place, POINTS)
        ghz = 1.8425 if cell.band == "B3" else 0.9425
        losses = losses_to_points(hills, place, POINTS.lons_deg, POINTS.lats_deg, Conditions((ghz,))).losses_db[0]
        foot = float(batches.heights_at(hills, np.array([cell.lon]), np.array([cell.lat]))[0])
        for k in np.flatnonzero((reach <= 3.0) & (reach >= 0.25)):
            lon, lat = POINTS.lons_deg[k], POINTS.lats_deg[k]
            bearing, elevation = bearing_and_elevation(cell, foot, lon, lat, float(heights[k]))
            gain = gain_dbi(
                WHIP if cell.omnidirectional else SECTOR,
                bearing - (cell.azimuth_deg or 0.0),
                elevation,
                tilt_electrical_deg=cell.tilt_electrical_deg,
                tilt_mechanical_deg=cell.tilt_mechanical_deg or 0.0,
            ).item()
            sent = reference_power_dbm(Technology.G4, 46, bandwidth_mhz=cell.bandwidth_mhz, frequency_mhz=ghz * 1000)
            layer = "AB".index(cell.operator)
            best[layer, k] = max(best[layer, k], sent + gain - float(losses[k]))
    found = alone.points.levels_dbm[:, 0]
    reached = np.isfinite(best)
    assert (reached == np.isfinite(found)).all()
    assert reached.sum() >= 30
    differences = np.abs(best[reached] - found[reached])
    assert differences.max() < 1.4, "a sampled table errs by up to 1.3 dB at a beam's floor"
    assert np.median(differences) < 0.02


def test_the_nearest_pixels_take_free_space_and_the_farthest_nothing(hills: Ground) -> None:
    one = [Cell("1", "4G", 106.35, 21.65, 30.0, 46.0, band="B3", bandwidth_mhz=20.0, omnidirectional=True)]
    raster = compute(hills, one).raster
    assert raster
    level, row, column = raster.levels_dbm[0], round(0.1 * 1200), round(0.1 * 1200)
    foot_db = 92.45 + 20 * np.log10(1.8425 * 0.0285)
    straight_down = float(gain_dbi(WHIP, 0, -90))
    assert level[row, column] == pytest.approx(46 - 10 * np.log10(1200) + straight_down - foot_db, abs=0.2)
    away = np.isneginf(level)
    assert away[row, column + 45]
    assert not away[row, column + 34]
    assert (raster.servers[0] == np.where(away, -1, 0)).all()


levels = st.sampled_from([-np.inf, -120.0, -100.0, -90.0])


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.tuples(levels, st.integers(0, 3)), max_size=8), st.randoms())
def test_layers_merge_in_any_order_and_twice(tried: list[tuple[float, int]], dice: Any) -> None:
    def merged(order: list[tuple[float, int]]) -> tuple[float, int]:
        whole = empty_part(1, 1, 1)
        for level, server in order:
            part = Part(
                np.full((1, 1, 1), level, "f4"), np.full((1, 1, 1), server if level > -np.inf else -1, "i4"), 0, 0
            )
            merge(whole, part)
        return float(whole.levels_dbm[0, 0, 0]), int(whole.servers[0, 0, 0])

    shuffled = tried + tried[: len(tried) // 2]
    dice.shuffle(shuffled)
    assert merged(tried) == merged(shuffled)


def test_places_are_served_with_a_probability_by_each_and_by_several_operators() -> None:
    layers = (Layer("A", Technology.G4), Layer("B", Technology.G4))
    points = Part(
        np.array([[[-90.0, -111.8, -130.0]], [[-95.0, -np.inf, -80.0]]], "f4"),
        np.array([[[0, 0, 0]], [[1, -1, 1]]], "i4"),
        0,
        0,
    )
    standard = Standard(SERVICES)
    served = served_points(points, layers, [1.8, 0.9], np.zeros(3, dtype=np.float32), standard)
    assert served.probabilities.round(3).tolist() == [[1.0, 0.5, 0.0], [1.0, 0.0, 1.0]]
    assert served.served.tolist() == [[True, False, False], [True, False, True]]
    assert served.operators(Technology.G4).tolist() == [2, 0, 1]
    same = count_operators(points, layers, dict.fromkeys(layers, 1.8), Technology.G4, standard)
    assert same.tolist() == [[2, 0, 1]]
