"""Faults of a command's files that say which file, and where in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read")


def named(path: Path, read: Callable[[], Read]) -> Read:
    """Read a file, and in what is wrong name it, the row and column or the feature. Raises ValueError, or OSError.

    >>> named(Path("gia.csv"), lambda: float("ba"))
    Traceback (most recent call last):
    ValueError: gia.csv: could not convert string to float: 'ba'
    """
    try:
        return read()
    except FileNotFoundError as error:
        raise ValueError(f"{path}: Không có tệp này.") from error
    except ValueError as error:
        spots = (("dòng", "row"), ("cột", "column"), ("đối tượng số", "feature"))
        said = [(word, getattr(error, field, None)) for word, field in spots]
        where = ", ".join(f"{word} {value if word != 'cột' else f'“{value}”'}" for word, value in said if value)
        raise ValueError(f"{path.name}: {f'{where}: ' if where else ''}{error}") from error


def named_content(path: Path, read: Callable[[bytes, str], Read]) -> Read:
    """Read a file by its bytes and name; as `named`."""
    return named(path, lambda: read(path.read_bytes(), path.name))
