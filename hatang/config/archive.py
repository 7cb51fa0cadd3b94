"""Backup and restore: the database and the stored files in one checked archive."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

MANIFEST = "manifest.json"
DATABASE = "database"


def write_backup(target: Path) -> dict[str, object]:
    """Write the archive and give its manifest; the secret key stays out, so a stolen backup signs nobody in."""
    with (
        tempfile.TemporaryDirectory(dir=target.parent) as folder,
        tempfile.TemporaryDirectory(dir=settings.DATA) as held,
    ):
        database = Path(folder) / DATABASE
        dump_database(database)
        files = hold_files(Path(held))
        manifest: dict[str, object] = {
            "made_at": datetime.now(UTC).isoformat(),
            "engine": connection.vendor,
            "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
            "sha256": {DATABASE: digest(database)} | {name: digest(path) for name, path in files.items()},
        }
        partial = target.with_suffix(target.suffix + ".partial")
        with tarfile.open(partial, "w:gz") as archive:
            note = Path(folder) / MANIFEST
            note.write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
            archive.add(note, MANIFEST)
            archive.add(database, DATABASE)
            for name, path in files.items():
                archive.add(path, name)
        partial.replace(target)
    return manifest


def restore_backup(source: Path, *, replace: bool) -> dict[str, object]:
    """Check the whole archive, then put its database and files in place; what stood there is kept beside.

    Raises CommandError when the archive is damaged or of another engine, or when data exist and `replace` is off.
    """
    if has_data() and not replace:
        raise CommandError("Cơ sở dữ liệu đang có dữ liệu. Thêm --replace để thay; bản cũ được giữ bên cạnh.")
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        manifest = unpack(source, Path(folder))
        if manifest["engine"] != connection.vendor:
            raise CommandError(f"Bản sao lưu là của {manifest['engine']}, hệ thống này dùng {connection.vendor}.")
        load_database(Path(folder) / DATABASE)
        for name, stands in FOLDERS.items():
            replace_files(Path(folder) / name, stands())
    return manifest


def unpack(source: Path, folder: Path) -> dict[str, object]:
    """Unpack and compare every file with the manifest's digest."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, object] = json.loads((folder / MANIFEST).read_text())
        expected: dict[str, str] = manifest["sha256"]  # type: ignore[assignment]
        wrong = [name for name, value in expected.items() if digest(folder / name) != value]
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError) as error:
        raise CommandError(f"Tệp {source.name} không phải bản sao lưu nguyên vẹn: {error}") from error
    if wrong:
        raise CommandError(f"Bản sao lưu bị hỏng: nội dung đã khác ở {', '.join(wrong[:5])}.")
    return manifest


def has_data() -> bool:
    """Whether the present database holds anything of ours."""
    if "places_place" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM places_place) OR EXISTS (SELECT 1 FROM accounts_person)")
        return bool(cursor.fetchone()[0])


def dump_database(target: Path) -> None:
    """Copy the database as of one instant."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        return
    run_postgresql("pg_dump", "--format=custom", f"--file={target}")


def load_database(source: Path) -> None:
    """Put a copy in the database's place."""
    if connection.vendor != "sqlite":
        name = connection.settings_dict["NAME"]
        connection.close()
        run_postgresql(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={name}",
            str(source),
        )
        return
    check_sqlite(source)
    current = Path(connection.settings_dict["NAME"])
    connection.close()
    if current.exists():
        with sqlite3.connect(current) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.close()
        current.replace(current.with_suffix(".before-restore"))
    shutil.copyfile(source, current)


def check_sqlite(source: Path) -> None:
    """Refuse a damaged SQLite file."""
    with sqlite3.connect(source) as database:
        verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    if verdict != "ok":
        raise CommandError(f"Cơ sở dữ liệu trong bản sao lưu bị hỏng: {verdict}")


def replace_files(source: Path, target: Path) -> None:
    """Put the files of a folder in place, keeping the former ones beside."""
    kept = target.with_name(f"{target.name}.before-restore")
    if target.exists():
        shutil.rmtree(kept, ignore_errors=True)
        target.replace(kept)
    if source.exists():
        shutil.copytree(source, target)


def run_postgresql(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own tools; the password goes by the environment, not where other users see it."""
    if shutil.which(program) is None:
        raise CommandError(f"Cần chương trình {program} của PostgreSQL (gói postgresql-client).")
    to = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = os.environ | {variable: str(to[key]) for variable, key in names.items() if to[key]}
    result = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise CommandError(f"{program} không xong: {result.stderr.strip()[-500:]}")


def media() -> Path:
    """The folder of stored files."""
    return Path(settings.MEDIA_ROOT)


FOLDERS: Final[dict[str, Callable[[], Path]]] = {
    "files": media,
    "measurements": lambda: Path(settings.DATA) / "measurements",
    "observations": lambda: Path(settings.DATA) / "observations",
}
"""What stands beside the database and cannot be made anew: uploads, and the tables of measurements and observations."""
JOURNALS: Final = "*.jsonl"
"""Files that are appended to in place; every other one is written once."""
TRIES: Final = 20


def hold_files(folder: Path) -> dict[str, Path]:
    """Hold the files as they stand now by second names, so that what is merged or dropped meanwhile stays whole.

    Gives each file by its name in the archive, in a fixed order.
    """
    for _ in range(TRIES):
        with contextlib.suppress(FileNotFoundError):  # merged into another while we looked: look again
            return dict(sorted((held for name, stands in FOLDERS.items() for held in hold(stands(), name, folder))))
        for name in FOLDERS:
            shutil.rmtree(folder / name, ignore_errors=True)
    raise CommandError("Các tệp số liệu thay đổi liên tục nên chưa sao lưu được; hãy thử lại.")


def hold(source: Path, name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the files of one folder a second name each; journals first, which are copied.

    A journal's rows go into a table's files at any moment: taken before the list of those, none is missed, and what is
    in both is known by its id.
    """
    journals = list(source.rglob(JOURNALS)) if source.exists() else []
    others = (path for path in source.rglob("*") if path.is_file() and path not in journals) if source.exists() else ()
    for keep, paths in ((shutil.copyfile, journals), (os.link, others)):
        for path in paths:
            held = folder / name / path.relative_to(source)
            held.parent.mkdir(parents=True, exist_ok=True)
            keep(path, held)
            yield f"{name}/{path.relative_to(source)}", held


def digest(path: Path) -> str:
    """Give a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
