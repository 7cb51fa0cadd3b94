"""The files of the measurement table: a list that is replaced whole, Parquet files that never change, one lock."""

from __future__ import annotations

import fcntl
import json
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

LISTED = "files.json"
LOCK = "lock"
ASIDE = "aside"
UNFINISHED = ".unfinished"
ROWS_A_GROUP = 122_880
KEPT_FOR_READERS_S = 3600.0
"""A file that was replaced stays so long: who began to read with the old list finds it."""


@dataclass(frozen=True)
class KeptFile:
    """One Parquet file of the table: its name in the folder, its month, rows and bytes, the loads it holds."""

    name: str
    month: str
    rows: int
    size: int
    loads: tuple[int, ...]


@dataclass(frozen=True)
class Replaced:
    """A file that no reader begins with any more, and when (seconds since 1970) it was replaced."""

    name: str
    at: float


@dataclass(frozen=True)
class SetAside:
    """A damaged file: where it lies now, its month and rows, what is wrong with it in words for a person."""

    name: str
    month: str
    rows: int
    message: str


@dataclass(frozen=True)
class Listing:
    """What the table consists of at one moment: replaced as a whole, so that a reader sees the old or the new."""

    files: tuple[KeptFile, ...] = ()
    withdrawn: tuple[int, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    aside: tuple[SetAside, ...] = ()

    def of_month(self, month: str) -> list[KeptFile]:
        """Give the files of a month."""
        return [file for file in self.files if file.month == month]

    def months(self) -> list[str]:
        """Give the months that have files, the earliest first."""
        return sorted({file.month for file in self.files})

    def swapped(self, gone: Iterable[KeptFile], come: Iterable[KeptFile]) -> Listing:
        """Put new files in the place of old ones."""
        names = [file.name for file in gone]
        now = time.time()
        return replace(
            self,
            files=tuple(file for file in self.files if file.name not in names) + tuple(come),
            replaced=self.replaced + tuple(Replaced(name, now) for name in names),
        )


@dataclass(frozen=True)
class Folder:
    """A folder with the files of one table."""

    path: Path

    def listing(self) -> Listing:
        """Read what the table consists of now."""
        try:
            told = json.loads((self.path / LISTED).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Listing()
        return Listing(
            files=tuple(KeptFile(**{**file, "loads": tuple(file["loads"])}) for file in told["files"]),
            withdrawn=tuple(told["withdrawn"]),
            replaced=tuple(Replaced(**file) for file in told["replaced"]),
            aside=tuple(SetAside(**file) for file in told["aside"]),
        )

    def publish(self, listing: Listing) -> None:
        """Replace the list in one step; when it returns, the list and all it names are on the disk."""
        text = json.dumps(asdict(listing), ensure_ascii=False)
        write_whole(self.path / LISTED, text.encode())

    @contextmanager
    def alone(self) -> Iterator[Listing]:
        """Keep other writers out, whatever their process; give what the table consists of."""
        self.path.mkdir(parents=True, exist_ok=True)
        with locked(self.path / LOCK):
            yield self.listing()

    def write(self, rows: pa.Table, month: str) -> KeptFile:
        """Write a file that no list names yet: whole and on the disk, or not there."""
        name = f"month={month}/{uuid.uuid4().hex}.parquet"
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_name(path.name + UNFINISHED)
        pq.write_table(rows, unfinished, compression="zstd", row_group_size=ROWS_A_GROUP, write_page_checksum=True)
        finish(unfinished, path)
        loads = tuple(sorted(rows["load"].unique().to_pylist()))
        return KeptFile(name, month, rows.num_rows, path.stat().st_size, loads)

    def open(self, file: KeptFile) -> pq.ParquetFile:
        """Open a file; what is read from it is checked against its checksums."""
        return pq.ParquetFile(self.path / file.name, page_checksum_verification=True)

    def tidied(self, listing: Listing) -> Listing:
        """Remove what was replaced long ago and what was never finished; to be called alone."""
        now = time.time()
        stay = tuple(file for file in listing.replaced if 0 <= now - file.at < KEPT_FOR_READERS_S)
        for file in set(listing.replaced) - set(stay):
            for path in (self.path / file.name, beside(self.path / file.name)):
                path.unlink(missing_ok=True)
        for path in self.path.glob(f"**/*{UNFINISHED}"):
            path.unlink()
        return replace(listing, replaced=stay)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep who else asks for the same lock out, whatever their process."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def beside(path: Path) -> Path:
    """Name the file of ids that stands beside a Parquet file."""
    return path.with_suffix(".ids")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole and on the disk, or as it was before."""
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.write_bytes(content)
    finish(unfinished, path)


def finish(unfinished: Path, path: Path) -> None:
    """Give a written file its name when its content is on the disk, and see to it that the name is there too."""
    sync(unfinished)
    unfinished.rename(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
