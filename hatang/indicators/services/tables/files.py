"""Tables kept as Parquet files beside the data, each made anew when what it is made of has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from hatang.core.table_queries import write_parquet


def kept_file(
    name: str, stamp: object, *, read: Callable[[], Mapping[str, Sequence[Any]]], types: Mapping[str, str]
) -> Path:
    """Give a table's file, made now by `read` if the stamp is not that of the last; older ones go."""
    key = hashlib.sha256(f"{stamp}".encode()).hexdigest()[:16]
    folder = Path(settings.DATA) / "tables"
    path = folder / f"{name}-{key}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_parquet(path, read(), types)
        for old in folder.glob(f"{name}-*.parquet"):
            if old != path:
                old.unlink(missing_ok=True)
    return path
