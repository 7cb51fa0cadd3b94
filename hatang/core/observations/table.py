"""The table of observations: Parquet files by month, written in batches by any number of processes.

What comes one by one waits in a journal, on the disk but in no file yet; whoever reads, or has the table to himself,
puts it into one first. Small files are put together in tiers: each row is written again a few times, however long the
table grows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hatang.core.measurements.files import KeptFile, Listing, beside
from hatang.core.measurements.known import held
from hatang.core.measurements.monthly import MOST_ROWS, Appended, MonthlyTable, first_of_each_id, kept_column
from hatang.core.observations.journal import Journal
from hatang.core.observations.schema import KEPT, ROWS, Observation

AHEAD_OF_UTC: Final = timedelta(hours=7)
FIRST_TIER: Final = 8_192
"""Files of fewer rows are of the lowest tier; each further tier is of TOGETHER times as many."""
TOGETHER: Final = 16
MOST_WAITING: Final = 4 * TOGETHER
"""So many files of a tier may wait for whoever tends the table; then an append does it itself."""


FEW: Final = 64
"""So few rows at once wait in the journal."""
MOST_IN_JOURNAL: Final = 250


class ObservationTable(MonthlyTable):
    """The observations in a folder."""

    ORDER = (("stream", "ascending"), ("at", "ascending"), ("id", "ascending"))

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made by the first append."""
        super().__init__(folder)
        self.journal = Journal(folder)

    def form(self, rows: pa.Table) -> pa.Table:
        """Bring rows into the form of a file, with the month in Viet Nam."""
        columns = {field.name: kept_column(rows, field) for field in ROWS}
        day = pc.add(columns["at"], pa.scalar(AHEAD_OF_UTC)).cast(pa.timestamp("us"))
        columns["month"] = pc.strftime(day, format="%Y-%m")
        return pa.table(columns, schema=KEPT)

    def keep(self, observations: Sequence[Observation], *, load: int = 0) -> Appended:
        """Append observations; those known already are not added again. When it returns, they are on the disk."""
        rows = rows_of(observations, load)
        done = self.append(rows) if rows.num_rows > FEW else self._put_down(rows)
        if most_waiting(self.folder.listing()) >= MOST_WAITING:
            with suppress(OSError):  # the rows are stored; who tends beside us may have been quicker
                self.tend()
        return done

    def _put_down(self, rows: pa.Table) -> Appended:
        """Let a few rows wait in the journal; a full one is put into the table."""
        with super()._alone() as listing:
            once, waiting = first_of_each_id(self.form(rows)), self.journal.read()
            listing, known = self._known(listing, once)
            ids = pa.chunked_array([*known["id"].chunks, *waiting.rows["id"].chunks], pa.string())
            new = once.filter(pc.invert(pc.is_in(once["id"], value_set=ids)))
            if new.num_rows:
                self.journal.add(new, waiting)
            if waiting.rows.num_rows + new.num_rows >= MOST_IN_JOURNAL:
                self._settled(listing)
        return Appended(new.num_rows, rows.num_rows - new.num_rows)

    @contextmanager
    def _alone(self) -> Iterator[Listing]:
        """Keep other writers out; what waits in the journal is in the table then."""
        with super()._alone() as listing:
            yield self._settled(listing)

    def _settled(self, listing: Listing) -> Listing:
        """Put the journal's rows into the table: those that are not there since a crash before they were forgotten."""
        if not self.journal.exists():
            return listing
        waiting = self.journal.read()
        rows = waiting.rows
        listing, known = self._known(listing, rows)
        new = rows.filter(pc.invert(pc.is_in(rows["id"], value_set=known["id"])))
        if new.num_rows:
            listing = self._with_new(listing, new)
            self.folder.publish(listing)
        self.journal.clear(waiting)
        return listing

    def settle(self) -> None:
        """Put what waits in the journal into the table."""
        if self.journal.exists():
            with self._alone():
                pass

    def _known(self, listing: Listing, rows: pa.Table) -> tuple[Listing, pa.Table]:
        """Find those of the rows that are there already, in the files that reach into their time."""
        if not rows.num_rows:
            return listing, rows
        ends = pc.min_max(rows["at"]).as_py()
        near = tuple(file for file in listing.files if reaches(self.folder.path / file.name, ends["min"], ends["max"]))
        if not near:
            return listing, rows.slice(0, 0)
        return listing, held(self.folder, replace(listing, files=near), rows["id"])

    def _with_new(self, listing: Listing, new: pa.Table) -> Listing:
        """Write new rows by month; they are put together with others later."""
        for month in sorted(new["month"].unique().to_pylist()):
            listing = listing.swapped([], self._write([new.filter(pc.equal(new["month"], month))], month))
        return listing

    def tend(self) -> int:
        """Put small files together, tier by tier; give how many were. Appends go on meanwhile."""
        self.settle()
        done = 0
        while files := next(iter(waiting(self.folder.listing())), None):
            merged = self._write([self._read(file) for file in files], files[0].month)
            with self._alone() as listing:
                if not set(files) <= set(listing.files):
                    self._forget(merged)  # somebody else was quicker
                    return done
                self.folder.publish(listing.swapped(files, merged))
            done += len(files)
        if done:
            with self._alone() as listing:
                self.folder.publish(self.folder.tidied(listing))
        return done

    def _forget(self, files: Sequence[KeptFile]) -> None:
        """Remove files that no list ever named."""
        for file in files:
            for path in (self.folder.path / file.name, beside(self.folder.path / file.name)):
                path.unlink(missing_ok=True)

    def edit(self, stream: int, at: datetime, change: Callable[[pa.Table], pa.Table]) -> None:
        """Write the files anew that hold this moment of this stream, as `change` makes their rows."""
        month = f"{at.astimezone(UTC) + AHEAD_OF_UTC:%Y-%m}"
        with self._alone() as listing:
            for file in listing.of_month(month):
                if reaches(self.folder.path / file.name, at, at):
                    rows = self._read(file)
                    changed = change(rows)
                    if changed is not rows:
                        parts = self._write([changed], month) if changed.num_rows else []
                        listing = listing.swapped([file], parts)
            self.folder.publish(listing)

    def files_between(self, begin: datetime | None, end: datetime | None) -> list[str]:
        """Name the files of the months that reach into a stretch of time."""
        self.settle()
        first = f"{begin.astimezone(UTC) + AHEAD_OF_UTC:%Y-%m}" if begin else ""
        last = f"{end.astimezone(UTC) + AHEAD_OF_UTC:%Y-%m}" if end else "9999-99"
        return [
            str(self.folder.path / file.name) for file in self.folder.listing().files if first <= file.month <= last
        ]


def rows_of(observations: Iterable[Observation], load: int = 0) -> pa.Table:
    """Give observations as rows."""
    columns: dict[str, list[Any]] = {name: [] for name in ROWS.names}
    names = [name for name in ROWS.names if name not in ("id", "load")]
    for one in observations:
        columns["id"].append(one.own_id)
        columns["load"].append(load)
        for name in names:
            columns[name].append(getattr(one, name))
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in ROWS}, schema=ROWS)


@lru_cache(maxsize=20_000)
def ends_of(path: Path) -> tuple[datetime, datetime] | None:
    """Read from a file's footer the first and the last moment in it; nothing where it does not say."""
    footer = pq.read_metadata(path)
    place = footer.schema.names.index("at")
    told = [footer.row_group(n).column(place).statistics for n in range(footer.num_row_groups)]
    if not told or any(one is None or not one.has_min_max for one in told):
        return None
    return min(one.min for one in told), max(one.max for one in told)


def reaches(path: Path, begin: datetime, end: datetime) -> bool:
    """Tell whether a file may hold rows of a stretch of time."""
    ends = ends_of(path)
    return ends is None or (ends[0] <= end and ends[1] >= begin)


def tier(rows: int) -> int:
    """Give the tier of a file.

    >>> [tier(n) for n in (1, 8191, 8192, 131_072, 4_000_000)]
    [0, 0, 1, 2, 3]
    """
    return 0 if rows < FIRST_TIER else 1 + int(log(rows / FIRST_TIER, TOGETHER) + 1e-9)


def tiers(listing: Listing) -> dict[tuple[str, int], list[KeptFile]]:
    """Sort the files by month and tier."""
    found: dict[tuple[str, int], list[KeptFile]] = {}
    for file in listing.files:
        found.setdefault((file.month, tier(file.rows)), []).append(file)
    return found


def waiting(listing: Listing) -> list[list[KeptFile]]:
    """Say which files are to be put together: of one month and tier, and no more rows than a file may hold."""
    ready = []
    for files in tiers(listing).values():
        chosen: list[KeptFile] = []
        for file in files:
            if sum(one.rows for one in chosen) + file.rows <= MOST_ROWS:
                chosen.append(file)
        if len(files) >= TOGETHER and len(chosen) > 1:
            ready.append(chosen)
    return ready


def most_waiting(listing: Listing) -> int:
    """Say how many files of one month and tier wait at most."""
    return max(map(len, tiers(listing).values()), default=0)


def as_json(value: Any) -> str | None:
    """Write a value as JSON, nothing as nothing."""
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
