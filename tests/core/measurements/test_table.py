"""The measurement table: kept once; what is withdrawn comes back; a killed process leaves nothing half."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from h3ronpy import change_resolution
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hatang.core.measurements import files, known
from hatang.core.measurements import monthly as table_module
from hatang.core.measurements.checking import MeasurementFileError, read_parquet_rows
from hatang.core.measurements.row_form import kept_form
from hatang.core.measurements.statistics import speed_statistics
from hatang.core.measurements.table import Appended, LoadConflictError, MeasurementTable
from tests.core.measurements.rows import rows_of


@pytest.fixture
def table(tmp_path: Path) -> MeasurementTable:
    return MeasurementTable(tmp_path / "measurements")


def rows_in(table: MeasurementTable) -> list[dict[str, Any]]:
    """Give the valid rows, by id."""
    connection = table.connection()
    rows: list[dict[str, Any]] = connection.to_pyarrow(table.expression(connection).order_by("id")).to_pylist()
    return rows


def ids(table: MeasurementTable) -> list[str]:
    """Give the ids of the valid rows."""
    return [row["id"] for row in rows_in(table)]


def parquet_files(table: MeasurementTable) -> list[Path]:
    """Give the files that the list names."""
    return [table.folder.path / file.name for file in table.folder.listing().files]


def test_an_empty_table_has_no_rows_and_no_folder(table: MeasurementTable) -> None:
    assert ids(table) == []
    assert table.months() == []
    assert not table.folder.path.exists()
    connection = table.connection()
    statistics = speed_statistics(table.expression(connection), by=["commune"], value="download_mbps")
    assert connection.to_pyarrow(statistics).num_rows == 0


def test_a_row_comes_back_as_it_was_with_its_cell_and_day(table: MeasurementTable) -> None:
    """Cell 87283472bffffff of this place is the example in H3's own documentation."""
    place = {"lon": -122.0553238, "lat": 37.3615593}
    given = rows_of(
        {"id": "a", "device": "x", "loss_ratio": 0.25, "level_dbm": -97.5, **place}, {"id": "b", "lon": None}
    )
    table.append(given)
    first, second = rows_in(table)
    for name, value in given.to_pylist()[0].items():
        if name != "cell":
            assert first[name] == value, name
    assert (first["month"], first["day"]) == ("2026-11", date(2026, 11, 3))
    parent = change_resolution(pa.array([first["cell"]], pa.uint64()), 7)
    assert f"{pa.array(parent)[0].as_py():x}" == "87283472bffffff"
    assert second["cell"] is None


def test_the_same_rows_again_are_known(table: MeasurementTable) -> None:
    rows = rows_of({"id": "a"}, {"id": "b"}, {"id": "a"})
    assert table.append(rows) == Appended(2, 1)
    assert table.append(rows) == Appended(0, 3)
    assert table.append(rows_of({"id": "b"}, {"id": "c"}, {"id": ""})) == Appended(2, 1)
    assert table.append(rows_of({"id": ""})) == Appended(0, 1)
    assert table.append(rows_of()) == Appended(0, 0)
    assert ids(table) == ["", "a", "b", "c"]


def test_ids_whose_hashes_meet_are_still_told_apart(table: MeasurementTable, monkeypatch: pytest.MonkeyPatch) -> None:
    real = known.hashes_of
    monkeypatch.setattr(known, "hashes_of", lambda ids: real(ids) % 3)
    made = rows_of(*({"id": f"{n}"} for n in range(30)))
    assert table.append(made.slice(0, 20)) == Appended(20, 0)
    assert table.append(made) == Appended(10, 20)
    assert len(ids(table)) == 30


@settings(deadline=None, max_examples=40)
@given(some.lists(some.text(max_size=30), unique=True, max_size=40), some.integers(0, 40))
def test_hashes_know_a_text_wherever_it_stands(texts: list[str], cut: int) -> None:
    whole = known.hashes_of(pa.chunked_array([texts], pa.string())).tolist()
    assert len(set(whole)) == len(texts)
    parts = pa.chunked_array([["before", *texts[:cut]], texts[cut:]], pa.string()).slice(1)
    assert known.hashes_of(parts).tolist() == whole


def test_lost_hashes_are_made_again(table: MeasurementTable) -> None:
    table.append(rows_of({"id": "a"}))
    (path,) = parquet_files(table)
    files.beside(path).unlink()
    assert table.append(rows_of({"id": "a"})) == Appended(0, 1)
    assert files.beside(path).stat().st_size == 12


def test_a_month_begins_when_it_does_in_viet_nam(table: MeasurementTable) -> None:
    last = datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC)
    table.append(rows_of({"at": last}, {"at": last + timedelta(seconds=1)}))
    assert table.months() == ["2026-10", "2026-11"]
    assert {path.parent.name for path in parquet_files(table)} == {"month=2026-10", "month=2026-11"}
    table.keep_from(date(2026, 11, 15))
    assert ids(table) == ["t1"]
    assert table.months() == ["2026-11"]


def test_what_a_row_must_have_is_asked_for_and_not_a_number_is_none(table: MeasurementTable) -> None:
    with pytest.raises(ValueError, match="access"):
        table.append(rows_of({}).drop_columns(["access"]))
    with pytest.raises(ValueError, match="province"):
        table.append(pa.Table.from_pylist([{**rows_of({}).to_pylist()[0], "province": None}]))
    table.append(rows_of({"download_mbps": float("nan"), "lon": 0.0, "lat": 91.0}).drop_columns(["technology"]))
    (row,) = rows_in(table)
    assert (row["download_mbps"], row["cell"], row["technology"]) == (None, None, None)


def test_a_withdrawn_load_is_left_out_and_comes_back(table: MeasurementTable) -> None:
    table.append(rows_of({"id": "a", "load": 1}, {"id": "b", "load": 2}))
    table.withdraw(1)
    table.compact()
    assert ids(table) == ["b"]
    table.restore(1)
    assert ids(table) == ["a", "b"]


def test_a_corrected_load_takes_the_place_of_a_withdrawn_one(table: MeasurementTable) -> None:
    table.append(rows_of({"id": "a", "load": 1}, {"id": "b", "load": 1}))
    table.withdraw(1)
    assert table.append(rows_of({"id": "a", "load": 2, "download_mbps": 5.0})) == Appended(1, 0)
    assert [(row["id"], row["load"]) for row in rows_in(table)] == [("a", 2)]
    with pytest.raises(LoadConflictError, match=r"lượt nạp 1: 1 dòng .* lượt 2") as told:
        table.restore(1)
    assert told.value.others == (2,)
    table.withdraw(2)
    table.restore(1)
    assert [(row["id"], row["load"]) for row in rows_in(table)] == [("a", 1), ("b", 1)]


ACTS = some.lists(
    some.one_of(
        some.tuples(some.just("append"), some.integers(1, 3), some.lists(some.integers(0, 12), min_size=1, max_size=8)),
        some.tuples(some.just("withdraw"), some.integers(1, 3)),
        some.tuples(some.just("restore"), some.integers(1, 3)),
        some.tuples(some.just("compact")),
        some.tuples(some.just("keep_from"), some.integers(1, 3)),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_any_series_of_acts_leaves_what_a_plain_list_would(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[Any, ...]]
) -> None:
    """The oracle keeps (id, load, month) in a list and looks through it."""
    table = MeasurementTable(tmp_path_factory.mktemp("acts"))
    kept: list[tuple[str, int, int]] = []
    withdrawn: set[int] = set()
    for act, *words in acts:
        if act == "append":
            load, numbers = words
            valid = {row for row, its_load, _ in kept if its_load not in withdrawn}
            new = [f"{n}" for n in dict.fromkeys(numbers) if f"{n}" not in valid]
            rows = [{"id": f"{n}", "load": load, "at": datetime(2026, n % 3 + 1, 9, tzinfo=UTC)} for n in numbers]
            assert table.append(rows_of(*rows)) == Appended(len(new), len(numbers) - len(new))
            kept += [(row, load, int(row) % 3 + 1) for row in new]
        elif act == "restore" and words[0] in withdrawn:
            valid = {row for row, its_load, _ in kept if its_load not in withdrawn}
            if valid & {row for row, its_load, _ in kept if its_load == words[0]}:
                with pytest.raises(LoadConflictError):
                    table.restore(words[0])
            else:
                table.restore(words[0])
                withdrawn.discard(words[0])
        elif act == "withdraw":
            table.withdraw(words[0])
            withdrawn.add(words[0])
        elif act == "compact":
            table.compact()
        elif act == "keep_from":
            table.keep_from(date(2026, words[0], 20))
            kept = [row for row in kept if row[2] >= words[0]]
    expected = Counter((row, load) for row, load, _ in kept if load not in withdrawn)
    assert Counter((row["id"], row["load"]) for row in rows_in(table)) == expected


def test_compaction_keeps_every_row_in_fewer_files_and_a_reader_in_the_middle_sees_the_old_ones(
    table: MeasurementTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        table.append(rows_of({"id": f"a{n}", "load": n}, {"id": f"b{n}", "at": datetime(2026, 9, 1, tzinfo=UTC)}))
    before = rows_in(table)
    connection = table.connection()
    begun = table.expression(connection)
    table.compact()
    assert len(parquet_files(table)) == 2
    assert rows_in(table) == before
    assert connection.to_pyarrow(begun.order_by("id")).to_pylist() == before
    monkeypatch.setattr(files, "KEPT_FOR_READERS_S", 0.0)
    table.compact()
    assert set(table.folder.path.glob("month=*/*.parquet")) == set(parquet_files(table))
    assert len(list(table.folder.path.glob("month=*/*"))) == 4
    assert rows_in(table) == before


def test_many_small_appends_do_not_leave_as_many_files(
    table: MeasurementTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_module, "MOST_SMALL", 3)
    for n in range(10):
        table.append(rows_of({"id": f"{n}"}))
        assert len(parquet_files(table)) <= 3
    assert len(ids(table)) == 10


def test_a_file_holds_no_more_rows_than_fit_in_memory(table: MeasurementTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "MOST_ROWS", 10)
    monkeypatch.setattr(files, "ROWS_A_GROUP", 4)
    monkeypatch.setattr(known, "ROWS_A_GROUP", 4)
    many = rows_of(*({"id": f"{n:03}", "lon": 105 + n / 100} for n in range(45)))
    table.append(many)
    assert sorted(file.rows for file in table.folder.listing().files) == [9] * 5
    table.append(rows_of(*({"id": f"x{n}"} for n in range(3))))
    table.append(rows_of(*({"id": f"y{n}"} for n in range(3))))
    table.compact()
    assert sorted(file.rows for file in table.folder.listing().files) == [6] + [9] * 5
    assert table.append(many.slice(7, 20)) == Appended(0, 20)
    assert len(ids(table)) == 51


class KilledError(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("act", ["append", "compact"])
def test_a_write_that_dies_at_any_step_changes_nothing_and_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Every step that reaches the disk is the last one once."""
    real, steps = files.sync, 0

    def dies(path: Path) -> None:
        nonlocal steps
        steps -= 1
        if steps < 0:
            raise KilledError
        real(path)

    table = MeasurementTable(tmp_path)
    old = rows_of({"id": "a"}, {"id": "b", "at": datetime(2026, 9, 1, tzinfo=UTC)})
    new = rows_of({"id": "c"}, {"id": "d", "at": datetime(2026, 9, 1, tzinfo=UTC)})
    table.append(old)
    expected = {"append": (["a", "b"], ["a", "b", "c", "d"])}.get(act, (["a", "b"],) * 2)
    deaths = 0
    while True:
        monkeypatch.setattr(files, "sync", dies)
        steps = deaths
        try:
            table.append(new) if act == "append" else table.compact()
            break
        except KilledError:
            monkeypatch.setattr(files, "sync", real)
            assert ids(MeasurementTable(tmp_path)) in expected
        deaths += 1
    monkeypatch.setattr(files, "sync", real)
    assert deaths > 1
    assert ids(table) == expected[1]
    aside = table.check()
    assert all("không có trong danh mục" in file.message for file in aside)
    assert not list(tmp_path.glob("**/*.unfinished"))
    assert ids(table) == expected[1]


WRITER = """
import sys
from pathlib import Path
from hatang.core.measurements.table import MeasurementTable
from tests.core.measurements.rows import rows_of
table = MeasurementTable(Path(sys.argv[1]))
for n in range(int(sys.argv[2])):
    print(table.append(rows_of(*({"id": f"{n}-{k}", "load": n} for k in range(50)))).new, flush=True)
"""


def test_processes_that_append_at_once_keep_each_row_once_and_one_may_be_killed(tmp_path: Path) -> None:
    ways = {
        "env": {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        "stdout": subprocess.PIPE,
        "text": True,
    }
    one, other, killed = (
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), count], **ways) for count in ("8", "8", "9999")
    )
    with killed, one, other:
        assert killed.stdout
        killed.stdout.readline()
        time.sleep(0.1)
        killed.kill()
        new = [sum(map(int, done.communicate(timeout=120)[0].split())) for done in (one, other)]
    loads = Counter(row["load"] for row in rows_in(MeasurementTable(tmp_path)))
    assert set(loads) >= set(range(8))
    assert set(loads.values()) == {50}
    assert sum(new) <= 8 * 50


def test_a_file_that_was_cut_off_is_named_and_put_aside_and_its_rows_can_come_again(table: MeasurementTable) -> None:
    table.append(rows_of({"id": "a"}))
    table.append(rows_of({"id": "b"}))
    path = parquet_files(table)[0]
    path.write_bytes(path.read_bytes()[:700])
    assert ids(table) == ["b"]
    (file,) = table.damaged()
    assert file.message.startswith("Tệp có 700 byte, lúc ghi là ")
    assert file.rows == 1
    assert (table.folder.path / file.name).stat().st_size == 700
    with pytest.raises(MeasurementFileError, match="bị cắt dở"):
        table.take_back(file.name)
    assert table.append(rows_of({"id": "a"}, {"id": "b"})) == Appended(1, 1)
    assert ids(table) == ["a", "b"]


@pytest.mark.parametrize("when", ["check", "append", "compact"])
def test_a_changed_byte_is_found(table: MeasurementTable, when: str) -> None:
    table.append(rows_of(*({"id": f"{n}"} for n in range(50))))
    table.append(rows_of({"id": "x"}))
    path = parquet_files(table)[0]
    content = bytearray(path.read_bytes())
    where = pq.ParquetFile(path).metadata.row_group(0).column(0).data_page_offset + 60
    content[where] ^= 0xFF
    path.write_bytes(bytes(content))
    if when == "append":
        assert table.append(rows_of({"id": "7"})) == Appended(1, 0)
    else:
        getattr(table, when)()
    (file,) = table.damaged()
    assert "nội dung đã hỏng" in file.message
    assert ids(table) == (["7", "x"] if when == "append" else ["x"])
    assert (table.folder.path / file.name).exists()


def test_a_file_that_is_gone_is_named(table: MeasurementTable) -> None:
    table.append(rows_of({"id": "a"}))
    parquet_files(table)[0].unlink()
    assert ids(table) == []
    assert "không còn" in table.damaged()[0].message


def test_files_newer_than_the_list_are_put_aside_and_taken_back(table: MeasurementTable) -> None:
    """An older copy of the list was put back: what it does not name is not lost."""
    table.append(rows_of({"id": "a"}))
    older = (table.folder.path / files.LISTED).read_bytes()
    table.append(rows_of({"id": "b"}, {"id": "c"}))
    (table.folder.path / files.LISTED).write_bytes(older)
    assert ids(table) == ["a"]
    (file,) = table.check()
    assert "2 dòng" in file.message
    assert table.take_back(file.name) == Appended(2, 0)
    assert table.damaged() == []
    assert ids(table) == ["a", "b", "c"]
    with pytest.raises(MeasurementFileError, match="Không có tệp"):
        table.take_back(file.name)


def test_a_column_that_came_later_is_null_in_older_files(
    table: MeasurementTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.append(rows_of({"id": "old"}))
    path = parquet_files(table)[0]
    later = pq.read_table(path, partitioning=None).append_column("isp_asn", pa.array([7], pa.int32()))
    listing = table.folder.listing()
    newer = table.folder.write(later.set_column(0, "id", pa.array(["new"])), "2026-11")
    table.folder.publish(listing.swapped([], [newer]))
    assert [(row["id"], row["isp_asn"]) for row in rows_in(table)] == [("new", 7), ("old", None)]
    table.compact()
    assert [(row["id"], row["isp_asn"]) for row in rows_in(table)] == [("new", 7), ("old", None)]


def test_a_column_that_no_file_has_yet_is_null(table: MeasurementTable) -> None:
    bare = kept_form(rows_of({"id": "a"})).drop_columns(["level_dbm", "simulated"])
    with table.folder.alone() as listing:
        table.folder.publish(listing.swapped([], [table.folder.write(bare, "2026-11")]))
    (row,) = rows_in(table)
    assert (row["level_dbm"], row["simulated"]) == (None, None)


def test_only_the_months_that_are_asked_for_are_read(table: MeasurementTable) -> None:
    table.append(rows_of({"id": "a"}, {"id": "b", "at": datetime(2026, 9, 1, tzinfo=UTC)}))
    connection = table.connection(memory_gb=1, threads=1)
    rows = table.expression(connection, months=["2026-09"])
    assert connection.to_pyarrow(rows)["id"].to_pylist() == ["b"]
    assert connection.to_pyarrow(table.expression(connection, months=[])).num_rows == 0


def test_parquet_that_somebody_brings_is_read_or_its_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tiles.parquet"
    pq.write_table(rows_of({"id": "a"}), path)
    assert read_parquet_rows(path).num_rows == 1
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(MeasurementFileError, match=r"“tiles.parquet” bị cắt dở"):
        read_parquet_rows(path)
    path.write_bytes(b"id,mbps\n")
    with pytest.raises(MeasurementFileError, match="không phải Parquet"):
        read_parquet_rows(path)
    path.write_bytes(whole[:4] + b"\xff" * (len(whole) - 12) + whole[-8:])
    with pytest.raises(MeasurementFileError, match="hỏng bên trong"):
        read_parquet_rows(path)
