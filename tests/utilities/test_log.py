"""The log only grows: nobody changes it by code or by SQL, two writers never take one number, all of it is provable."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.sql import DeleteQuery, UpdateQuery

from hatang.core.transparency.merkle import Tree, verify_consistency, verify_inclusion
from hatang.core.transparency.proofs import Verdict, check_file, read_proof
from hatang.utilities.models import LogEntry, LogNode
from hatang.utilities.services import consistency_between, proof_of, tree_head
from tests.conftest import World
from tests.utilities.made import content_of, published


def execute(sql: str) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(sql)


def test_every_entry_is_proven_in_every_later_head(world: World) -> None:
    entries = [published(world, percent) for percent in range(11)]
    tree = Tree(bytes.fromhex(entry.leaf_hash) for entry in entries)
    assert [entry.root_hash for entry in entries] == [tree.root(size).hex() for size in range(1, 12)]
    for entry in entries:
        for size in range(entry.number, 12):
            proof = proof_of(entry, size=size)
            assert check_file(content_of(entry), read_proof(proof.as_json()), tree.root(size)).verdict == Verdict.INTACT
            assert verify_inclusion(proof.leaf_hash, entry.index, size, proof.path, tree.root(size))
    for first in range(1, 12):
        steps = [bytes.fromhex(step) for step in consistency_between(first, 11)]
        assert verify_consistency(first, 11, steps, tree.root(first), tree.root())


def test_a_size_that_the_log_never_had_is_refused(world: World) -> None:
    assert tree_head().size == 0
    first, second = published(world), published(world, 99)
    with pytest.raises(ValidationError, match="Sổ chưa có 3 mục; hiện có 2"):
        tree_head(3)
    with pytest.raises(ValidationError, match="Mục 2 chưa có khi sổ có 1 mục"):
        proof_of(second, size=1)
    for sizes in ((0, 1), (2, 1), (1, 3)):
        with pytest.raises(ValidationError, match="từ 1 đến 2"):
            consistency_between(*sizes)
    assert proof_of(first, size=1).path == ()


CHANGES: list[Callable[[LogEntry], object]] = [
    lambda entry: entry.delete(),
    lambda entry: entry.save(),
    lambda entry: LogEntry.objects.all().delete(),
    lambda entry: LogEntry.objects.update(title="khác"),
    lambda entry: LogEntry.objects.bulk_update([entry], ["title"]),
    lambda entry: LogNode.objects.update(node_hash="0" * 64),
    lambda entry: LogNode.objects.all().delete(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_no_code_changes_an_entry(world: World, change: Callable[[LogEntry], object]) -> None:
    published(world)
    with pytest.raises(ValidationError, match="chỉ thêm"):
        change(published(world, 99))


GOING_AROUND = [
    "UPDATE utilities_logentry SET title = 'khac'",
    "DELETE FROM utilities_logentry",
    "UPDATE utilities_lognode SET node_hash = 'khac'",
    "DELETE FROM utilities_lognode",
]


@pytest.mark.parametrize("sql", GOING_AROUND)
def test_no_sql_changes_an_entry(world: World, sql: str) -> None:
    """Whoever goes around our code, with the rights of the program itself, meets the database's triggers."""
    published(world), published(world, 99)
    with pytest.raises(IntegrityError, match="Sổ minh bạch chỉ thêm"):
        execute(sql)
    assert LogEntry.objects.count() == 2


def test_djangos_own_queries_meet_the_triggers_too(world: World) -> None:
    entry = published(world)
    for change in (
        lambda: DeleteQuery(LogEntry).delete_batch([entry.pk], "default"),
        lambda: UpdateQuery(LogEntry).update_batch([entry.pk], {"title": "khác"}, "default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_no_number_is_skipped_or_taken_twice(world: World) -> None:
    entry = published(world)
    facts = {field.attname: getattr(entry, field.attname) for field in LogEntry._meta.concrete_fields}
    for index in (0, 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            LogEntry(**facts | {"id": None, "index": index}).save()


def test_a_newer_table_replaces_the_older_with_a_reason(world: World) -> None:
    first = published(world)
    with pytest.raises(ValidationError, match="nêu lý do"):
        published(world, 97, replaces=first, reason=" ")
    second = published(world, 97, replaces=first, reason="Xã Đồng Đăng đếm sót một thôn")
    with pytest.raises(ValidationError, match="Mục 1 đã được mục 2 thay; hãy thay mục 2"):
        published(world, 96, replaces=first, reason="Sai tiếp")
    assert list(LogEntry.objects.in_force()) == [second]
    assert proof_of(LogEntry.objects.get(index=0)).replaced_by == 2


def test_the_check_of_the_whole_names_what_was_changed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    entries = [published(world, percent) for percent in range(3)]
    call_command("check_log")
    assert f"Sổ đúng: 3 mục, gốc {tree_head().root}." in capsys.readouterr().out
    path = entries[1].file.file.path
    with open(path, "ab") as file:  # noqa: PTH123
        file.write(b"9")
    with pytest.raises(CommandError, match="1 chỗ sai"):
        call_command("check_log")
    assert "mục 2: nội dung tệp so-lieu-20-2026.csv đã khác lúc công bố" in capsys.readouterr().err


def test_a_shortened_log_is_told_by_heads_kept_elsewhere(world: World, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    head = published(world).root_hash
    kept = tmp_path / "goc.csv"
    kept.write_text(f"cỡ,gốc\n1,{head}\n2,{'a' * 64}\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("check_log", heads=kept)
    assert "đầu sổ cỡ 2: gốc đã giữ" in capsys.readouterr().err
    kept.write_text("1,abc\n", encoding="utf-8")
    with pytest.raises(CommandError, match="Gốc cỡ 1 phải là 64 chữ số"):
        call_command("check_log", heads=kept)


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_take_two_numbers(world: World) -> None:
    """On SQLite one transaction writes at a time, by the setting; on PostgreSQL the second waits for the first."""
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    begun = threading.Barrier(4)
    faults: list[BaseException] = []

    def write(percent: float) -> None:
        try:
            begun.wait()
            published(world, percent)
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(percent,)) for percent in range(4)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (faults, tree_head().size) == ([], 4)
        call_command("check_log")
    finally:
        forget_log()


def forget_log() -> None:
    """Empty the log on PostgreSQL, so that the test's database can be emptied after a test of several connections."""
    for table in ("utilities_lognode", "utilities_logentry"):
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        execute(f"DELETE FROM {table}")
        execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
