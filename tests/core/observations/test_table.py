"""The table of observations: each once, whatever the order, the processes and the merging."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hatang.core.observations import asking, table
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
    kept = ObservationTable(tmp_path)
    for one in ROWS:
        kept.keep([one])
    before, files = all_of(kept), len(kept.folder.listing().files)
    assert kept.tend() > 0 and not waiting(kept.folder.listing())
    assert all_of(kept) == before and len(kept.folder.listing().files) < files
    assert kept.months() == ["2026-10", "2026-11"]
    assert kept.keep(ROWS).new == 0


def test_one_is_changed_or_removed_and_no_other(tmp_path: Path) -> None:
    kept = ObservationTable(tmp_path)
    kept.keep(ROWS)
    one = ROWS[7]
    kept.edit(one.stream, one.at, lambda rows: rows.filter(rows["id"].to_numpy(zero_copy_only=False) != one.own_id))
    assert all_of(kept) == sorted((row.stream, row.result) for row in ROWS if row is not one)
