"""The table of observations: each once, whatever the order, the processes and the merging."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hatang.core.observations import asking, table
from hatang.core.observations.journal import Journal
from hatang.core.observations.schema import Observation
from hatang.core.observations.table import ObservationTable, waiting

BEGIN = datetime(2026, 10, 31, 16, 50, tzinfo=UTC)  # ten minutes before November in Viet Nam
ROWS = [Observation(n % 3, BEGIN + timedelta(minutes=n), result=float(n)) for n in range(40)]


def all_of(kept: ObservationTable) -> list[tuple[int, float | None]]:
    return sorted((one.stream, one.result) for one in asking.observations(kept, asking.Asked(), limit=1_000))


@given(some.lists(some.lists(some.sampled_from(ROWS), max_size=12), max_size=8), some.booleans())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_what_comes_again_is_kept_once(
    tmp_path_factory: pytest.TempPathFactory, sent: list[list[Observation]], tend: bool
) -> None:
    kept, seen = ObservationTable(tmp_path_factory.mktemp("table")), set[Observation]()
    for batch in sent:
        done = kept.keep(batch)
        assert done.new == len(set(batch) - seen)
        seen |= set(batch)
    if tend:
        kept.tend()
    assert all_of(kept) == sorted((one.stream, one.result) for one in seen)


def test_small_files_are_put_together_and_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "TOGETHER", 4)
    monkeypatch.setattr(table, "FEW", 0)
    kept = ObservationTable(tmp_path)
    for one in ROWS:
        kept.keep([one])
    before, files = all_of(kept), len(kept.folder.listing().files)
    assert kept.tend() > 0 and not waiting(kept.folder.listing())
    assert all_of(kept) == before and len(kept.folder.listing().files) < files
    assert kept.months() == ["2026-10", "2026-11"]
    assert kept.keep(ROWS).new == 0


def test_what_comes_one_by_one_shares_files_and_is_on_the_disk_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MOST_IN_JOURNAL", 20)
    kept, rows = ObservationTable(tmp_path), [replace(ROWS[n % 40], result=float(n)) for n in range(55)]
    for place, one in enumerate(rows, 1):
        assert (kept.keep([one]).new, kept.keep([one]).new) == (1, 0)
        assert Journal(tmp_path).read().rows.num_rows == place % 20
    assert len(kept.folder.listing().files) == 3, "one for each full journal and month"
    other = ObservationTable(tmp_path)
    assert len(asking.observations(other, asking.Asked(), limit=2_000)) == 55
    assert not Journal(tmp_path).exists()


def test_one_observation_reads_the_journal_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of whatever waits, known or new."""
    kept, opened = ObservationTable(tmp_path), list[str]()
    kept.keep(ROWS[:3])
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (opened.append(path.name), read(path))[1])
    for one, new in ((ROWS[1], 0), (ROWS[4], 1)):
        opened.clear()
        assert kept.keep([one]).new == new
        assert opened.count("waiting.jsonl") == 1


def test_a_crash_between_file_and_journal_stores_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written into the table, not yet forgotten: as if the process had been killed there."""
    kept = ObservationTable(tmp_path)
    kept.keep(ROWS[:9])
    with monkeypatch.context() as killed:
        killed.setattr(Journal, "clear", lambda journal, waiting: None)
        kept.settle()
    assert Journal(tmp_path).read().rows.num_rows == 9 and kept.keep(ROWS[:10]).new == 1
    assert all_of(kept) == sorted((one.stream, one.result) for one in ROWS[:10])


@pytest.mark.parametrize("tail", [b'{"id": "0.1', b"\0" * 700, b'\0\n{"load": 0}\n[]\n'])
def test_what_a_crash_left_of_a_line_harms_nothing(tail: bytes, tmp_path: Path) -> None:
    kept = ObservationTable(tmp_path)
    kept.keep(ROWS[:3])
    with Journal(tmp_path).path.open("ab") as file:
        file.write(tail)
    assert kept.keep(ROWS[2:5]).new == 2
    assert all_of(kept) == sorted((one.stream, one.result) for one in ROWS[:5])
    damaged = tmp_path / "waiting-damaged.jsonl"
    assert not damaged.exists() or damaged.read_bytes() == tail


def test_one_is_changed_or_removed_and_no_other(tmp_path: Path) -> None:
    kept = ObservationTable(tmp_path)
    kept.keep(ROWS)
    one = ROWS[7]
    kept.edit(one.stream, one.at, lambda rows: rows.filter(rows["id"].to_numpy(zero_copy_only=False) != one.own_id))
    assert all_of(kept) == sorted((row.stream, row.result) for row in ROWS if row is not one)


@given(some.lists(some.integers(-3, 60), max_size=60), some.integers(0, 4), some.integers(0, 20))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_rows_of_any_streams_are_found_however_they_are_written(
    a_table: ObservationTable, streams: list[int], most_runs: int, most_named: int
) -> None:
    """By runs, one by one, or from a table of them."""
    with pytest.MonkeyPatch.context() as few:
        few.setattr(asking, "MOST_RUNS", most_runs)
        few.setattr(asking, "MOST_NAMED", most_named)
        found = asking.observations(a_table, asking.Asked(streams), limit=1_000)
    assert sorted(one.stream for one in found) == sorted({*streams} & {*range(0, 50, 2), 7, 9})


@pytest.fixture(scope="module")
def a_table(tmp_path_factory: pytest.TempPathFactory) -> ObservationTable:
    """One observation of each of some streams."""
    kept = ObservationTable(tmp_path_factory.mktemp("streams"))
    kept.append(table.rows_of([Observation(n, BEGIN, result=1.0) for n in (*range(0, 50, 2), 7, 9)]))
    return kept
