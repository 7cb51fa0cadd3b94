"""A table of rows that are only ever added, in Parquet files by month: what measurements and observations share.

A row is kept once, by its id. What a load brought can be withdrawn and restored; whole months can be dropped.
Readers need no lock: they take the list of files as it stands and read files that never change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hatang.core.measurements.checking import (
    UNREADABLE,
    MeasurementFileError,
    checked,
    read_parquet_rows,
    sound,
    without,
    wrong_with,
)
from hatang.core.measurements.files import Folder, KeptFile, Listing, SetAside
from hatang.core.measurements.known import held, write_hashes
from hatang.core.vietnamese import number

MOST_ROWS = 4_000_000
"""A file holds no more: it is sorted and written in memory."""
SMALL_ROWS = 50_000
MOST_SMALL = 16
"""So many smaller files of a month may stand beside each other before an append puts them together."""


@dataclass(frozen=True)
class Appended:
    """How many rows an append kept, and how many it knew already."""

    new: int
    known: int


class LoadConflictError(ValueError):
    """A withdrawn load cannot come back while other loads hold the same rows."""

    def __init__(self, load: int, rows: int, others: Sequence[int]) -> None:
        self.load, self.rows, self.others = load, rows, tuple(others)
        names = ", ".join(str(other) for other in others)
        super().__init__(
            f"Không khôi phục được lượt nạp {load}: {number(rows)} dòng của nó đã được nạp lại ở lượt {names}. "
            f"Rút lượt {names} trước."
        )


class MonthlyTable:
    """A table in a folder; any number of processes may read and write it at once. Each row has an id and a load."""

    ORDER: Sequence[tuple[str, str]] = (("id", "ascending"),)
    """How the rows of a file are sorted."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made by the first append."""
        self.folder = Folder(folder)

    def append(self, rows: pa.Table) -> Appended:
        """Keep the rows whose id is not known yet; all of them, or none if the process dies meanwhile.

        Rows of a withdrawn load are not known: they may come again in another load. Raises ValueError for rows that
        lack a column which a row must have.
        """
        once = first_of_each_id(self.form(rows))
        with self._alone() as listing:
            listing, known = self._known(listing, once)
            new = once.filter(pc.invert(pc.is_in(once["id"], value_set=known["id"])))
            if new.num_rows:
                self.folder.publish(self._with_new(listing, new))
        return Appended(new.num_rows, rows.num_rows - new.num_rows)

    def form(self, rows: pa.Table) -> pa.Table:
        """Bring rows into the form of a file: its columns, and the month of each (YYYY-MM)."""
        return rows

    def _known(self, listing: Listing, rows: pa.Table) -> tuple[Listing, pa.Table]:
        """Find those of the rows that are there already."""
        return self._held(listing, rows["id"])

    def _held(self, listing: Listing, ids: pa.ChunkedArray) -> tuple[Listing, pa.Table]:
        """Find the valid rows with these ids; what proves damaged on the way is put aside, and its rows are unknown."""
        try:
            return listing, held(self.folder, listing, ids)
        except UNREADABLE:
            listing = checked(self.folder, listing, deep=True)
            self.folder.publish(listing)
            return listing, held(self.folder, listing, ids)

    @contextmanager
    def _alone(self) -> Iterator[Listing]:
        """Keep other writers out; what has been damaged is put aside first."""
        with self.folder.alone() as listing:
            if not sound(self.folder, listing):
                listing = checked(self.folder, listing, deep=False)
                self.folder.publish(listing)
            yield listing

    def _mend(self) -> None:
        """Put aside what is damaged."""
        with self._alone():
            pass

    def _with_new(self, listing: Listing, new: pa.Table) -> Listing:
        """Write new rows by month; a month of many small files has them put together at once."""
        for month in sorted(new["month"].unique().to_pylist()):
            rows = new.filter(pc.equal(new["month"], month))
            small = [file for file in listing.of_month(month) if file.rows < SMALL_ROWS]
            listing, small = self._readable(listing, small if len(small) >= MOST_SMALL else [])
            listing = listing.swapped(small, self._write([rows, *map(self._read, small)], month))
        return listing

    def _write(self, parts: Sequence[pa.Table], month: str) -> list[KeptFile]:
        """Write rows of a month, sorted, into as many files as they need."""
        rows = pa.concat_tables(parts, promote_options="default").sort_by(list(self.ORDER))
        count = -(-rows.num_rows // MOST_ROWS)
        edges = [rows.num_rows * n // count for n in range(count + 1)]
        return [self._write_one(rows.slice(begin, end - begin), month) for begin, end in pairwise(edges)]

    def _write_one(self, rows: pa.Table, month: str) -> KeptFile:
        """Write one file and, beside it, the hashes of its ids."""
        file = self.folder.write(rows, month)
        write_hashes(self.folder.path / file.name, rows["id"])
        return file

    def _read(self, file: KeptFile) -> pa.Table:
        """Read a whole file."""
        return self.folder.open(file).read()

    def _readable(self, listing: Listing, files: Sequence[KeptFile]) -> tuple[Listing, list[KeptFile]]:
        """Put the files aside that prove damaged when read; give the others."""
        faults = {file: wrong_with(self.folder, file, deep=True) for file in files}
        for file, wrong in faults.items():
            listing = without(self.folder, listing, file, wrong) if wrong else listing
        return listing, [file for file, wrong in faults.items() if not wrong]

    def withdraw(self, load: int) -> None:
        """Leave out what a load brought; the rows stay in the files."""
        with self._alone() as listing:
            self.folder.publish(replace(listing, withdrawn=tuple(sorted({*listing.withdrawn, load}))))

    def restore(self, load: int) -> None:
        """Take back a withdrawal; raises LoadConflictError where its rows have come again in other loads."""
        with self._alone() as listing:
            listing, again = self._held(listing, self._ids_of(listing, load))
            if load in listing.withdrawn and again.num_rows:
                raise LoadConflictError(load, again.num_rows, sorted(again["load"].unique().to_pylist()))
            left = tuple(one for one in listing.withdrawn if one != load)
            self.folder.publish(replace(listing, withdrawn=left))

    def _ids_of(self, listing: Listing, load: int) -> pa.ChunkedArray:
        """Read the ids that a load brought."""
        files = [file for file in listing.files if load in file.loads]
        read = [self.folder.open(file).read(["id", "load"]) for file in files]
        chunks = [chunk for rows in read for chunk in rows.filter(pc.equal(rows["load"], load))["id"].chunks]
        return pa.chunked_array(chunks, pa.string())

    def compact(self) -> None:
        """Put the smaller files of each month together; the rows stay the same. Remove what was replaced long ago."""
        with self._alone() as listing:
            listing = checked(self.folder, listing, deep=True)
            for month in listing.months():
                for files in batches(listing.of_month(month)):
                    listing = listing.swapped(files, self._write([self._read(file) for file in files], month))
                    self.folder.publish(listing)
            self.folder.publish(self.folder.tidied(listing))

    def keep_from(self, month: date) -> None:
        """Drop the months before that of a day."""
        first = f"{month:%Y-%m}"
        with self._alone() as listing:
            old = [file for file in listing.files if file.month < first]
            self.folder.publish(self.folder.tidied(listing.swapped(old, [])))

    def check(self) -> list[SetAside]:
        """Read every file through and put the damaged ones aside; give all that lie aside."""
        with self._alone() as listing:
            listing = checked(self.folder, listing, deep=True)
            self.folder.publish(self.folder.tidied(listing))
        return list(listing.aside)

    def damaged(self) -> list[SetAside]:
        """Give the files that lie aside, each with what is wrong."""
        return list(self.folder.listing().aside)

    def take_back(self, name: str) -> Appended:
        """Append the rows of a file that lies aside, if it can be read, and forget it; the file itself stays there."""
        with self._alone() as listing:
            if name not in {file.name for file in listing.aside}:
                raise MeasurementFileError(f"Không có tệp “{name}” trong số các tệp để riêng.")
        done = self.append(read_parquet_rows(self.folder.path / name))
        with self._alone() as listing:
            self.folder.publish(replace(listing, aside=tuple(file for file in listing.aside if file.name != name)))
        return done

    def months(self) -> list[str]:
        """Give the months that have rows, as YYYY-MM, the earliest first."""
        return self.folder.listing().months()


def batches(files: Sequence[KeptFile]) -> list[list[KeptFile]]:
    """Say which files are put together: the smallest first, together no more than MOST_ROWS; full ones stay alone."""
    made: list[list[KeptFile]] = [[]]
    for file in sorted(files, key=lambda file: file.rows):
        if sum(one.rows for one in made[-1]) + file.rows > MOST_ROWS:
            made.append([])
        made[-1].append(file)
    return [batch for batch in made if len(batch) > 1]


def first_of_each_id(rows: pa.Table) -> pa.Table:
    """Leave out the rows whose id came before among the same rows."""
    places = rows.select(["id"]).append_column("place", pa.array(np.arange(rows.num_rows)))
    first = places.group_by("id").aggregate([("place", "min")])["place_min"]
    return rows if len(first) == rows.num_rows else rows.take(first)


def kept_column(rows: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    """Give one column in its type."""
    if field.name not in rows.column_names:
        column = pa.chunked_array([pa.nulls(rows.num_rows, field.type)])
    else:
        column = rows[field.name].cast(field.type)
    if pa.types.is_floating(field.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, field.type), column)
    if column.null_count and not field.nullable:
        raise ValueError(f"the column {field.name} has {column.null_count} rows without a value")
    return column
