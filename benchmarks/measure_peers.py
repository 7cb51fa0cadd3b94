"""What the peers of `benchmarks.measure` do; run by an interpreter that has them, imports nothing of the project.

Arguments: the peer, a folder, the runs. The answer goes to <folder>/<peer>.parquet; the seconds of each run, without
starting and loading, to standard output as JSON: those of the processor, in the next line those of the clock.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

THREADS, MEMORY = 2, "12GB"
VALUE = "download_mbps"


def polars_quantiles(folder: Path) -> Callable[[], pa.Table]:
    """Group in polars, from the same Parquet files."""
    import polars as pl

    value = pl.col(VALUE).cast(pl.Float64)
    sums = [value.quantile(share, "linear").alias(name) for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))]
    files = pl.scan_parquet(f"{folder}/table/month=*/*.parquet", hive_partitioning=False)
    rows = files.filter(pl.col(VALUE).is_not_null())
    return lambda: rows.group_by("cell", "operator").agg(value.count().alias("n"), *sums).collect().to_arrow()


def chdb_quantiles(folder: Path) -> Callable[[], pa.Table]:
    """Group in ClickHouse, from the same Parquet files; `quantilesExactInclusive` interpolates as type 7 does."""
    import chdb

    asked = f"""
        SELECT cell, operator, n, q[1] AS p10, q[2] AS p50, q[3] AS p90 FROM (
            SELECT cell, operator, count() AS n,
                quantilesExactInclusive(0.1, 0.5, 0.9)(toFloat64(assumeNotNull({VALUE}))) AS q
            FROM file('{folder}/table/month=*/*.parquet', Parquet) WHERE {VALUE} IS NOT NULL GROUP BY cell, operator
        ) SETTINGS max_threads = {THREADS}, use_hive_partitioning = 0"""
    return lambda: chdb.query(asked, "ArrowTable")


COUNTED = "SELECT z.place AS place, count(*) AS n, sum(p.number) AS numbers FROM points p JOIN zones z ON {} GROUP BY 1"


def sedona_places(folder: Path) -> Callable[[], pa.Table]:
    """Join points and polygons in SedonaDB; both stand in memory as geometries before."""
    import sedonadb

    engine = sedonadb.connect()
    engine.sql(f"SET datafusion.execution.target_partitions = {THREADS}").execute()
    made = (
        "SELECT number, ST_Point(lon, lat) AS g FROM '{0}/points.parquet'",
        "SELECT place, ST_GeomFromWKB(wkb) AS g FROM '{0}/zones.parquet'",
    )
    for name, asked in zip(("points", "zones"), made, strict=True):
        engine.sql(asked.format(folder)).to_memtable().to_view(name)
    return lambda: pa.table(engine.sql(COUNTED.format("ST_Contains(z.g, p.g)")).to_arrow_table())


def duckdb_places(folder: Path) -> Callable[[], pa.Table]:
    """Join points and polygons in DuckDB's spatial extension; both stand in memory as geometries before."""
    import duckdb
    import duckdb_extension_spatial

    (extension,) = Path(duckdb_extension_spatial.__file__).parent.glob("**/*.duckdb_extension")
    engine = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY, "allow_unsigned_extensions": "true"})
    engine.execute(f"LOAD '{extension}'")
    engine.execute(f"CREATE TABLE points AS SELECT number, ST_Point(lon, lat) AS g FROM '{folder}/points.parquet'")
    engine.execute(f"CREATE TABLE zones AS SELECT place, ST_GeomFromWKB(wkb) AS g FROM '{folder}/zones.parquet'")
    return lambda: engine.sql(COUNTED.format("ST_Contains(z.g, p.g)")).to_arrow_table()


PEERS: dict[str, Callable[[Path], Callable[[], Any]]] = {
    "polars": polars_quantiles,
    "chdb": chdb_quantiles,
    "sedonadb": sedona_places,
    "duckdb-spatial": duckdb_places,
}


def main() -> None:
    """Run the peer, write its answer, print its seconds."""
    peer, folder, runs = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    ask, seconds, processor = PEERS[peer](folder), [], []
    for _ in range(runs):
        begin, used = time.perf_counter(), time.process_time()
        answer = ask()
        processor.append(time.process_time() - used)
        seconds.append(time.perf_counter() - begin)
    pq.write_table(answer, folder / f"{peer}.parquet")
    print(json.dumps(processor))
    print(json.dumps(seconds))


main()
