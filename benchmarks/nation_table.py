"""Promise: ten years of a nation (3,321 communes x 100 indicators x 12 months a year) queried within 300 ms.

A made-up table in the form of the published one, in a Parquet file sorted by indicator and month. Four questions are
put to it as analysts put them, through `ask_tables`: a process of its own, one thread, half a gigabyte. The time of the
question itself is printed beside the whole, which starts Python and DuckDB. Beside it in the same run SQLite with an
index on indicator, month and commune, at the sizes that it loads within a minute; answers must agree.

Run: .venv/bin/python -m benchmarks.nation_table
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import duckdb

from benchmarks.timing import line, median_ms
from hatang.core.table_queries import answered, ask_tables

COMMUNES, INDICATORS = 3321, 100
SIZES = (1, 3, 10)
LARGEST_OF_SQLITE = 12_000_000
PROMISE_MS = 300.0
QUESTIONS = {
    "an indicator by month, the nation's mean": """
        SELECT thang, avg(gia_tri) FROM so_lieu WHERE chi_tieu = 42 GROUP BY thang ORDER BY thang""",
    "an indicator's 20 worst communes in a month": """
        SELECT xa, gia_tri FROM so_lieu WHERE chi_tieu = 42 AND thang = 7 ORDER BY gia_tri, xa LIMIT 20""",
    "a commune's indicators over a year": """
        SELECT chi_tieu, avg(gia_tri) FROM so_lieu WHERE xa = 1234 AND thang < 12 GROUP BY 1 ORDER BY 1""",
    "provinces by year for an indicator": """
        SELECT xa / 100, thang / 12, sum(gia_tri) FROM so_lieu WHERE chi_tieu = 7 GROUP BY 1, 2 ORDER BY 1, 2""",
}
"""In words that both databases read; whole-number division is told apart below."""


def made(path: Path, years: int) -> int:
    """Write the table of so many years; give its rows."""
    rows = f"""
        SELECT i.range::SMALLINT AS chi_tieu, m.range::SMALLINT AS thang, c.range::SMALLINT AS xa,
               (hash(i.range, m.range, c.range) % 10000) / 100.0 AS gia_tri
        FROM range({INDICATORS}) i, range({12 * years}) m, range({COMMUNES}) c
        ORDER BY 1, 2, 3"""
    duckdb.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return COMMUNES * INDICATORS * 12 * years


def beside(folder: Path, path: Path) -> sqlite3.Connection:
    """Load the same table into SQLite with its index."""
    database = sqlite3.connect(folder / "peer.sqlite3")
    database.execute("CREATE TABLE so_lieu (chi_tieu INTEGER, thang INTEGER, xa INTEGER, gia_tri REAL)")
    rows = duckdb.execute(f"SELECT * FROM read_parquet('{path}')")
    while batch := rows.fetchmany(200_000):
        database.executemany("INSERT INTO so_lieu VALUES (?, ?, ?, ?)", batch)
    database.execute("CREATE INDEX by_indicator ON so_lieu (chi_tieu, thang, xa, gia_tri)")
    database.commit()
    return database


def whole(sql: str) -> str:
    """Divide whole numbers as whole numbers in DuckDB, as SQLite does."""
    return sql.replace(" / ", " // ")


def same(ours: list[list[float]], theirs: list[tuple[float, ...]]) -> bool:
    """Tell whether two answers agree but for the last bits of sums."""
    pairs = [(a, b) for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True)]
    return all(abs(a - b) <= 1e-6 * max(1.0, abs(a)) for a, b in pairs)


def main() -> None:
    """Measure at three sizes."""
    for years in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = folder / "nation.parquet"
            rows = made(path, years)
            print(f"{years} years, {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
            peer = beside(folder, path) if rows <= LARGEST_OF_SQLITE else None
            for title, sql in QUESTIONS.items():
                measure(title, sql, path, peer)


def measure(title: str, sql: str, path: Path, peer: sqlite3.Connection | None) -> None:
    """Print one question's time, alone and with the start of its process."""
    asked = whole(sql)
    ours = median_ms(lambda: answered(asked, {"so_lieu": str(path)}, 10_000))
    started = median_ms(lambda: ask_tables(asked, {"so_lieu": path}))
    peers = {}
    if peer is not None:
        assert same(ask_tables(asked, {"so_lieu": path}).rows, peer.execute(sql).fetchall())
        peers["SQLite"] = median_ms(lambda: peer.execute(sql).fetchall())
    print(f"{line(title, ours, PROMISE_MS, peers)}; with its process {started:,.0f} ms")


if __name__ == "__main__":
    main()
