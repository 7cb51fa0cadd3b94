"""Results of finished tests, kept as small files without any address until somebody takes them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
KEPT_SECONDS: Final = 3600
MOST_KEPT: Final = 5000


@dataclass(frozen=True)
class Result:
    """What the server itself saw of one finished test; a figure that it could not see is None.

    `mbps` is the mean over the time in which load flowed: acknowledged bytes when downloading, arrived ones when
    uploading. Only who sends knows `retransmitted_ratio` (0 to 1), so an upload has none.
    """

    uuid: str
    direction: str
    began_at: datetime
    ended_at: datetime
    bytes: int
    mbps: float
    min_rtt_ms: float | None
    rtt_var_ms: float | None
    retransmitted_ratio: float | None
    ip_family: int


def keep_result(folder: Path, result: Result) -> None:
    """Write the result's file, whole or not at all, and remove old ones."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    remove_old(folder)
    row = asdict(result) | {"began_at": result.began_at.isoformat(), "ended_at": result.ended_at.isoformat()}
    part = folder / f".{result.uuid}.part"
    part.write_text(json.dumps(row), encoding="utf-8")
    part.replace(folder / f"{result.uuid}.json")


def take_result(folder: Path, uuid: str) -> Result | None:
    """Give the result and remove it, so that it counts once; None where there is none."""
    if not IDENTIFIER.fullmatch(uuid):
        return None
    mine = folder / f".{uuid4()}.taken"
    try:
        (folder / f"{uuid}.json").rename(mine)
        return read_result(mine.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    finally:
        mine.unlink(missing_ok=True)


def read_result(text: str) -> Result | None:
    """Read a result's file; None where it is none."""
    try:
        row: dict[str, Any] = json.loads(text)
        times = {name: datetime.fromisoformat(row[name]) for name in ("began_at", "ended_at")}
        return Result(**row | times)
    except (ValueError, TypeError, KeyError):
        return None


def remove_old(folder: Path) -> None:
    """Remove what nobody took within the hour, and the oldest where there are too many."""
    with os.scandir(folder) as entries:
        files = sorted((age_seconds(entry), entry.path) for entry in entries if entry.is_file())
    for order, (age, path) in enumerate(files):
        if age > KEPT_SECONDS or order >= MOST_KEPT:
            with contextlib.suppress(FileNotFoundError):
                Path(path).unlink()


def age_seconds(entry: os.DirEntry[str]) -> float:
    """Give a file's age; without end where it has just gone."""
    try:
        return time.time() - entry.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
