"""Promises of the measurement table, each beside its peers in the same run, for 1, 5 and 20 million generated rows.

Exact p10, p50, p90 by H3 cell and operator, from the table's Parquet files: ≥ 3 x polars and chDB (not kept beside
polars 2.1 and chDB 26.9: they read the same files, where the cell stands already, and do the same work). The commune
of each point among 200 polygons of 58,000 edges, everything in memory: ≥ 8 x SedonaDB and ≥ 40 x DuckDB's spatial
extension, and no point elsewhere than they say. 100 million rows (`--most`) in ≤ 8 GB of memory. Every answer is
compared before
a time counts. Each engine has two threads. The clock decides; beside busy neighbours the processor's time says more.

Run: HATANG_PEERS=/path/python .venv/bin/python -m benchmarks.measure [--sizes 1000000,5000000] [--runs 3] [--most]
HATANG_PEERS is an interpreter with polars, chdb, sedonadb, duckdb and duckdb-extension-spatial of the same version; a
peer that is missing is named. 20 million rows take 1 GB of the disk for a while, 100 million 6 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from hatang.core.measurements.locating import PolygonFinder
from hatang.core.measurements.statistics import speed_quantiles, speed_statistics
from hatang.core.measurements.table import MeasurementTable

SIZES = (1_000_000, 5_000_000, 20_000_000)
MOST, MOST_GB = 100_000_000, 8
AT_ONCE = 1_000_000
PROMISED = {"polars": 3, "chdb": 3, "sedonadb": 8, "duckdb-spatial": 40}
BOX = 106.1, 21.4, 107.1, 22.2
OPERATORS = "viettel", "vnpt", "mobifone", "fpt", "cmc"
THREADS = 2
Sums = dict[str, Any]


def made_rows(number: int, count: int) -> pa.Table:
    """Make the rows of one load: speeds like real ones, places about 400 towns, a month of their own."""
    random = np.random.default_rng(number)
    towns = np.random.default_rng(0).uniform(BOX[:2], BOX[2:], (400, 2))
    place = np.round(towns[random.integers(0, 400, count)] + random.normal(0, 0.02, (count, 2)), 3)
    month = np.datetime64("2020-01") + number % 72
    at = month.astype("datetime64[us]") + random.integers(0, 27 * 86_400, count).astype("timedelta64[s]")
    numbers = pa.array(np.arange(number * AT_ONCE, number * AT_ONCE + count))

    def every(value: Any, kind: pa.DataType) -> pa.Array:
        return pa.repeat(pa.scalar(value, kind), count)

    return pa.table(
        {
            "id": numbers.cast(pa.string()),
            "load": every(number, pa.int64()),
            "source": every("mlab", pa.string()),
            "province": every("20", pa.string()),
            "at": pa.array(at, pa.timestamp("us")).cast(pa.timestamp("us", "UTC")),
            "operator": pa.DictionaryArray.from_arrays(random.integers(0, 5, count), OPERATORS).cast(pa.string()),
            "access": every("mobile", pa.string()),
            "device": pa.array(random.integers(0, count // 2, count)).cast(pa.string()),
            "download_mbps": pa.array(random.lognormal(4, 0.9, count).astype(np.float32)),
            "ip_family": every(4, pa.int8()),
            "lon": place[:, 0],
            "lat": place[:, 1],
            "tests": every(1, pa.int32()),
            "is_average": every(False, pa.bool_()),
            "simulated": every(True, pa.bool_()),
        }
    )


def filled(folder: Path, size: int) -> MeasurementTable:
    """Append so many rows to a new table, and say how quickly."""
    table, begin = MeasurementTable(folder / "table"), time.perf_counter()
    for number, first in enumerate(range(0, size, AT_ONCE)):
        table.append(made_rows(number, min(AT_ONCE, size - first)))
    seconds = time.perf_counter() - begin
    disk = sum(file.size for file in table.folder.listing().files)
    print(f"{size:>11,} rows  appended at {size / seconds:,.0f} /s, {disk / size:.0f} bytes each", flush=True)
    return table


class Took(NamedTuple):
    """The median of runs: seconds by the clock and of the processor; the answer."""

    clock_s: float
    processor_s: float
    answer: Any


def took(fn: Callable[[], Any], runs: int) -> Took:
    """Run once to warm up, then so many times."""
    answer, clock, processor = fn(), [], []
    for _ in range(runs):
        begin, used = time.perf_counter(), time.process_time()
        answer = fn()
        processor.append(time.process_time() - used)
        clock.append(time.perf_counter() - begin)
    return Took(statistics.median(clock), statistics.median(processor), answer)


def peer_seconds(peer: str, folder: Path, runs: int) -> Took | None:
    """Ask a peer in a process of its own; None where it cannot be had."""
    python = os.environ.get("HATANG_PEERS", "")
    if not python:
        return None
    command = [python, "-W", "ignore", str(Path(__file__).with_name("measure_peers.py")), peer, str(folder), f"{runs}"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=3600)
    if ran.returncode:
        print(f"            {peer}: {(ran.stderr.strip().splitlines() or ['died'])[-1][:150]}")
        return None
    both = [json.loads(line) for line in ran.stdout.strip().splitlines()[-2:]]
    processor, clock = (statistics.median(seconds[1:] or seconds) for seconds in both)
    return Took(clock, processor, pq.read_table(folder / f"{peer}.parquet"))


def beside(what: str, size: int, ours: Took, peer: str, theirs: Took | None, same: bool) -> bool:
    """Print one comparison; say whether the promise is kept."""
    begin = f"{size:>11,} rows  {what:<22} ours {ours.clock_s:>7.2f} s ({ours.processor_s:.2f} of the processor)  "
    if theirs is None:
        print(f"{begin}{peer}: not measured, HATANG_PEERS has it not")
        return False
    ratio = theirs.clock_s / ours.clock_s
    kept = same and ratio >= PROMISED[peer]
    print(
        f"{begin}{peer} {theirs.clock_s:.2f} s ({theirs.processor_s:.2f})  "
        f"ratio {ratio:.1f} ({theirs.processor_s / ours.processor_s:.1f})  promise ≥ {PROMISED[peer]}  "
        f"{'kept' if kept else 'BROKEN' if same else 'THE ANSWERS DIFFER'}",
        flush=True,
    )
    return kept


def by_group(answer: pa.Table) -> Sums:
    """Put quantiles by their group."""
    rows = answer.select(["cell", "operator", "n", "p10", "p50", "p90"]).to_pylist()
    return {
        (int(row["cell"]), row["operator"]): [float(row[name]) for name in ("n", "p10", "p50", "p90")] for row in rows
    }


def same_quantiles(ours: pa.Table, theirs: pa.Table) -> bool:
    """Compare every group."""
    one, other = by_group(ours), by_group(theirs)
    return one.keys() == other.keys() and all(np.allclose(one[key], other[key], rtol=1e-9) for key in one)


def quantiles(table: MeasurementTable, folder: Path, size: int, runs: int) -> bool:
    """Compare quantiles by cell and operator."""
    connection = table.connection(memory_gb=6, threads=THREADS)
    rows = table.expression(connection)
    asked = speed_quantiles(rows, by=["cell", "operator"], value="download_mbps")
    ours = took(lambda: connection.to_pyarrow(asked), runs)
    kept = []
    for peer in ("polars", "chdb"):
        theirs = peer_seconds(peer, folder, runs + 1)
        same = theirs is not None and same_quantiles(ours.answer, theirs.answer)
        kept.append(beside(f"quantiles, {ours.answer.num_rows:,} groups", size, ours, peer, theirs, same))
    whole = speed_statistics(rows, by=["cell", "operator"], value="download_mbps")
    full = took(lambda: connection.to_pyarrow(whole), 1)
    print(
        f"{size:>11,} rows  with intervals, shares, one test a device a day: {full.clock_s:.2f} s "
        f"({full.processor_s:.2f} of the processor)",
        flush=True,
    )
    return all(kept)


def zones() -> list[shapely.Polygon]:
    """Cover the area with 200 polygons of rugged borders."""
    seeds = shapely.MultiPoint(np.random.default_rng(1).uniform(BOX[:2], BOX[2:], (200, 2)))
    parts = shapely.voronoi_polygons(seeds).geoms
    return [shapely.segmentize(part.intersection(shapely.box(*BOX)), 0.0012) for part in parts]


def places(folder: Path, size: int, runs: int) -> bool:
    """Compare the polygon of each point: how many points each polygon has, and the sum of their numbers."""
    random = np.random.default_rng(size)
    lon, lat = random.uniform(BOX[0], BOX[2], size), random.uniform(BOX[1], BOX[3], size)
    polygons = zones()
    pq.write_table(pa.table({"number": np.arange(size), "lon": lon, "lat": lat}), folder / "points.parquet")
    wkb = pa.array(shapely.to_wkb(np.array(polygons)), pa.binary())
    pq.write_table(pa.table({"place": np.arange(len(polygons)), "wkb": wkb}), folder / "zones.parquet")
    begin = time.perf_counter()
    finder = PolygonFinder(polygons)
    print(f"            {finder.raster.codes.size:,} cells laid in {time.perf_counter() - begin:.2f} s")
    ours = took(lambda: finder.find(lon, lat), runs)
    sums = {
        place: (int(count), int(numbers))
        for place, count, numbers in zip(
            range(len(polygons)), np.bincount(ours.answer), np.bincount(ours.answer, np.arange(size)), strict=True
        )
    }
    kept = []
    for peer in ("sedonadb", "duckdb-spatial"):
        theirs = peer_seconds(peer, folder, 1 if size > 5_000_000 else 2)
        told = [] if theirs is None else theirs.answer.to_pylist()
        same = sums == {row["place"]: (row["n"], int(row["numbers"])) for row in told}
        kept.append(beside("communes of points", size, ours, peer, theirs, same))
    return all(kept)


def most(folder: Path) -> bool:
    """Work out 100 million rows in a process of its own, and print how much memory it took."""
    filled(folder, MOST)
    ran = subprocess.run([sys.executable, "-m", "benchmarks.measure", "--read", str(folder / "table")], timeout=7200)
    return ran.returncode == 0


def read(folder: Path) -> int:
    """Ask for quantiles and for whole statistics of a table; 1 where the memory was not enough."""
    table = MeasurementTable(folder)
    connection = table.connection(memory_gb=5, threads=THREADS)
    rows = table.expression(connection)
    for what, ask in {"quantiles": speed_quantiles, "statistics": speed_statistics}.items():
        begin = time.perf_counter()
        groups = connection.to_pyarrow(ask(rows, by=["cell", "operator"], value="download_mbps")).num_rows
        peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        kept = "kept" if peak_gb <= MOST_GB else "BROKEN"
        print(
            f"{MOST:>11,} rows  {what}, {groups:,} groups: {time.perf_counter() - begin:.1f} s, "
            f"at most {peak_gb:.2f} GB  promise ≤ {MOST_GB} GB  {kept}",
            flush=True,
        )
    return 0 if peak_gb <= MOST_GB else 1


def main() -> int:
    """Run, print, and return 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", action="store_true", help="100 million rows as well")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.read:
        return read(words.read)
    kept = []
    for size in map(int, filter(None, words.sizes.split(","))):
        with tempfile.TemporaryDirectory(prefix="hatang-measure-") as folder:
            kept.append(quantiles(filled(Path(folder), size), Path(folder), size, words.runs))
            shutil.rmtree(Path(folder) / "table")
            kept.append(places(Path(folder), size, words.runs))
    if words.most:
        with tempfile.TemporaryDirectory(prefix="hatang-measure-") as folder:
            kept.append(most(Path(folder)))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
