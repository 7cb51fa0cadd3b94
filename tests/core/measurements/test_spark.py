"""The expressions of the measurement table give the same on a Spark cluster as on DuckDB."""

from __future__ import annotations

import json
import math
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hatang.core.measurements.table import MeasurementTable
from tests.core.measurements.questions import QUESTIONS
from tests.core.measurements.rows import rows_of

PEER = Path(__file__).with_name("spark_peer.py")
ROOT = PEER.parents[3]
MACHINE = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-BytecodeVerificationRemote",
)


@pytest.fixture
def spark() -> str:
    """Give the interpreter that has pyspark."""
    python = os.environ.get("HATANG_SPARK", "")
    if not python:
        pytest.skip("không có Spark: đặt HATANG_SPARK là trình Python đã cài pyspark và ibis-framework")
    return python


def many_rows(count: int) -> pa.Table:
    """Make rows of some months, with every gap that a row may have."""
    random = np.random.default_rng(11)
    begin = datetime(2026, 8, 30, tzinfo=UTC)
    choose = {
        "commune": [None, "06184", "06187", "06190"],
        "operator": [None, "viettel", "vnpt", "mobifone"],
        "access": ["fixed", "mobile", ""],
        "technology": [None, "4G", "ftth"],
        "suspect": [None] * 9 + ["robot"],
        "device": [None, *map(str, range(40))],
        "is_average": [False] * 9 + [True],
        "load": [0, 1, 2, 3],
    }
    rows = []
    for _ in range(count):
        row: dict[str, Any] = {name: some[int(random.integers(len(some)))] for name, some in choose.items()}
        row["at"] = begin + timedelta(minutes=int(random.integers(100_000)))
        row["download_mbps"], row["upload_mbps"] = (
            None if random.random() < 0.1 else float(random.lognormal(4, 1)),
            9.5,
        )
        row["min_rtt_ms"] = round(float(random.gamma(2, 9)))
        row["lon"], row["lat"] = 106.5 + float(random.random()) / 20, 21.8
        rows.append(row)
    return rows_of(*rows)


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order the rows of an answer by what is not a fraction."""
    return sorted(rows, key=lambda row: [str(value) for value in row.values() if not isinstance(value, float)])


def differs(one: Any, other: Any) -> bool:
    """Say whether two values are not the same, fractions within the last digits."""
    if isinstance(one, float) and isinstance(other, float):
        return not math.isclose(one, other, rel_tol=1e-12)
    return bool(one != other)


def answers_of_spark(spark: str, table: MeasurementTable, folder: Path) -> dict[str, Any]:
    """Run the peer; its virtual machines compile little and check no bytecode, for they live only seconds."""
    env = {
        "PYTHONPATH": str(ROOT),
        "PYSPARK_PYTHON": spark,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "JAVA_TOOL_OPTIONS": " ".join(MACHINE),
    }
    told = folder / "answers.json"
    command = [spark, str(PEER), str(table.folder.path), str(told)]
    ran = subprocess.run(command, env=os.environ | env, cwd=folder, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return dict(json.loads(told.read_text()))


def test_a_cluster_of_two_workers_gives_what_duckdb_gives(tmp_path: Path, spark: str) -> None:
    table = MeasurementTable(tmp_path / "table")
    rows = many_rows(1600)
    for begin in (0, 800):
        table.append(rows.slice(begin, 800))
    table.withdraw(3)
    theirs = answers_of_spark(spark, table, tmp_path)
    assert theirs.pop("workers") == 2
    connection = table.connection()
    for name, ask in QUESTIONS.items():
        ours = in_order(connection.to_pyarrow(ask(table.expression(connection))).to_pylist())
        assert len(ours) == len(theirs[name]) > 0
        pairs = zip(ours, in_order(theirs[name]), strict=True)
        assert not [
            (name, key, one[key], other[key]) for one, other in pairs for key in one if differs(one[key], other[key])
        ]
