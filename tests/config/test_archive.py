"""A backup brings back every row and file, and a damaged one changes nothing; PostgreSQL's is in `test_postgresql`."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hatang.config.archive import hold

ROOT = Path(__file__).parents[2]
ADD = """from hatang.places.models import LegalReference, Place
LegalReference.objects.create(number='1/KH', issuer='UBND')
Place.objects.create(kind='province', title='Tỉnh', name='Lạng Sơn')"""
LIST = "SELECT number FROM places_legalreference"
CHANGE = "UPDATE places_legalreference SET number = '2/KH'"


class Installation:
    """An installation of its own: data directory and database."""

    def __init__(self, data: Path, database_url: str = "") -> None:
        self.data = data
        self.database_url = database_url
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HATANG_")}
        self.environment = kept | {
            "HATANG_DATA": str(data),
            "HATANG_DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "hatang.config.settings",
        }

    def manage(self, *words: str, ok: bool = True) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done.stdout + done.stderr

    def connect(self) -> Any:
        """Connect to the database itself: Django takes seconds to start."""
        url, file = self.database_url, self.data / "hatang.sqlite3"
        return closing(psycopg.connect(url) if url else sqlite3.connect(file))

    def change(self) -> None:
        """Give the reference another number."""
        with self.connect() as connection:
            connection.execute(CHANGE)
            connection.commit()

    def numbers(self) -> set[str]:
        """List the references by number."""
        with self.connect() as connection:
            return {number for (number,) in connection.execute(LIST).fetchall()}


def round_trip(place: Installation, folder: Path) -> None:
    """Back up, change, damage, restore: what was there is there again."""
    place.manage("shell", "--no-imports", "-c", ADD)
    (place.data / "files").mkdir()
    (place.data / "files/a.txt").write_text("phụ lục")
    for table in ("measurements", "observations"):
        (place.data / table / "2026-11").mkdir(parents=True)
        (place.data / table / "2026-11/1.parquet").write_bytes(b"rows")
    good = folder / "good.tar.gz"
    assert "3 tệp" in place.manage("backup", str(good))

    place.change()
    (place.data / "files/a.txt").write_text("đã sửa")
    for table in ("measurements", "observations"):
        (place.data / table / "2026-11/2.parquet").write_bytes(b"later rows")
    assert "--replace" in place.manage("restore", str(good), ok=False)
    assert place.numbers() == {"2/KH"}

    bad = folder / "bad.tar.gz"
    damage(good, bad, folder)
    assert "hỏng" in place.manage("restore", str(bad), "--replace", ok=False)
    assert place.numbers() == {"2/KH"}

    place.manage("restore", str(good), "--replace")
    assert place.numbers() == {"1/KH"}
    assert (place.data / "files/a.txt").read_text() == "phụ lục"
    assert (place.data / "files.before-restore/a.txt").read_text() == "đã sửa"
    for table in ("measurements", "observations"):
        assert (place.data / table / "2026-11/1.parquet").read_bytes() == b"rows"
        assert not (place.data / table / "2026-11/2.parquet").exists()


def damage(source: Path, target: Path, folder: Path) -> None:
    """Pack the archive again with one file changed."""
    inside = folder / "inside"
    with tarfile.open(source) as archive:
        archive.extractall(inside, filter="data")
    (inside / "files/a.txt").write_text("giả mạo")
    with tarfile.open(target, "w:gz") as archive:
        for path in sorted(inside.rglob("*")):
            archive.add(path, str(path.relative_to(inside)), recursive=False)


@pytest.fixture
def installation(tmp_path: Path, migrated: Path) -> Installation:
    """Give an empty installation on SQLite."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(migrated, data / "hatang.sqlite3")
    return Installation(data)


def test_backup_of_sqlite(tmp_path: Path, installation: Installation) -> None:
    round_trip(installation, tmp_path)
    with tarfile.open(tmp_path / "good.tar.gz") as archive:
        assert not any("secret" in name for name in archive.getnames())


def test_a_journal_is_copied_before_the_files_are_listed(tmp_path: Path) -> None:
    """What is appended while the backup is written does not change it; what is written once is not copied."""
    source = tmp_path / "observations"
    for name in ("list.json", "month=2026-11/a.parquet", "waiting.jsonl"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("{}\n")
    held = list(hold(source, "observations", tmp_path / "held"))
    assert held[0][0] == "observations/waiting.jsonl"
    with (source / "waiting.jsonl").open("a") as journal:
        journal.write("{}\n")
    assert [path.read_text() for _, path in held] == ["{}\n"] * 3
    assert all(path.samefile(source.parent / name) for name, path in held[1:])


def test_a_file_that_is_no_backup(tmp_path: Path, installation: Installation) -> None:
    wrong = tmp_path / "anh.tar.gz"
    wrong.write_bytes(b"not an archive")
    assert "không phải bản sao lưu" in installation.manage("restore", str(wrong), ok=False)


def test_an_archive_that_reaches_outside_its_folder(tmp_path: Path, installation: Installation) -> None:
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as archive:
        archive.add(ROOT / "LICENSE", "../outside.txt")
    assert "không phải bản sao lưu" in installation.manage("restore", str(evil), ok=False)
    assert not (installation.data / "outside.txt").exists()
