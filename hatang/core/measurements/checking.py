"""Damaged files of the measurement table: found, named, put aside. None is thrown away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from hatang.core.measurements.files import ASIDE, Folder, KeptFile, Listing, SetAside
from hatang.core.vietnamese import number

UNREADABLE: Final = (pa.ArrowException, OSError, IndexError)
"""What Arrow raises where a file is not what it should be."""


class MeasurementFileError(ValueError):
    """What is wrong with a Parquet file of measurements, and what would be right."""


def wrong_with(folder: Folder, file: KeptFile, *, deep: bool) -> str:
    """Say what is wrong with a file, nothing if it is sound; `deep` reads every page and checks its checksum."""
    path = folder.path / file.name
    if not path.exists():
        return "Tệp không còn trong thư mục."
    if (size := path.stat().st_size) != file.size:
        return f"Tệp có {number(size)} byte, lúc ghi là {number(file.size)} byte: sao chép hỏng hoặc đã bị sửa."
    if not deep:
        return ""
    try:
        rows = sum(batch.num_rows for batch in folder.open(file).iter_batches())
    except UNREADABLE as fault:
        return f"Tệp không đọc được, nội dung đã hỏng ({first_line(fault)})."
    return "" if rows == file.rows else f"Tệp có {number(rows)} dòng, lúc ghi là {number(file.rows)} dòng."


def first_line(fault: Exception) -> str:
    """Give the first line of what a library says, as short as fits in a sentence."""
    return (str(fault).splitlines() or [type(fault).__name__])[0][:120].rstrip(".")


def checked(folder: Folder, listing: Listing, *, deep: bool) -> Listing:
    """Put the damaged files aside, and those that stand in no list; to be called alone."""
    for file in listing.files:
        if wrong := wrong_with(folder, file, deep=deep):
            listing = without(folder, listing, file, wrong)
    return with_strangers(folder, listing) if deep else listing


def sound(folder: Folder, listing: Listing) -> bool:
    """Say whether every file is there with the size that it had."""
    return not any(wrong_with(folder, file, deep=False) for file in listing.files)


def without(folder: Folder, listing: Listing, file: KeptFile, wrong: str) -> Listing:
    """Put one file aside and write down why."""
    name = put_aside(folder, file.name)
    told = f"{wrong} {number(file.rows)} dòng không được tính; nạp lại nguồn của chúng là đủ."
    return replace(
        listing,
        files=tuple(one for one in listing.files if one.name != file.name),
        aside=(*listing.aside, SetAside(name, file.month, file.rows, told)),
    )


def put_aside(folder: Folder, name: str) -> str:
    """Move a file out of the way, if it is still there; give its new name in the folder."""
    there = f"{ASIDE}/{name.replace('/', '-')}"
    (folder.path / ASIDE).mkdir(exist_ok=True)
    if (folder.path / name).exists():
        (folder.path / name).rename(folder.path / there)
    return there


def with_strangers(folder: Folder, listing: Listing) -> Listing:
    """Put aside the Parquet files that no list names: from a write that was cut off, or newer than the list."""
    known = {file.name for file in listing.files} | {file.name for file in listing.replaced}
    for path in sorted(folder.path.glob("month=*/*.parquet")):
        name = str(path.relative_to(folder.path))
        if name not in known:
            rows = rows_in(path)
            told = (
                f"Tệp không có trong danh mục (một lần ghi bị ngắt, hoặc danh mục cũ hơn tệp): {number(rows)} dòng "
                "không được tính; nạp lại nguồn, hoặc lấy lại tệp này."
            )
            stranger = SetAside(put_aside(folder, name), path.parent.name.removeprefix("month="), rows, told)
            listing = replace(listing, aside=(*listing.aside, stranger))
    return listing


def rows_in(path: Path) -> int:
    """Count the rows of a Parquet file by its own word, 0 where it cannot be read."""
    try:
        rows: int = pq.read_metadata(path).num_rows
    except UNREADABLE:
        return 0
    return rows


def read_parquet_rows(path: Path) -> pa.Table:
    """Read a Parquet file that somebody brings.

    Raises MeasurementFileError where it is cut off, damaged, or not Parquet at all.
    """
    content = path.open("rb")
    with content:
        begin = content.read(4)
        content.seek(0, 2)
        size = content.tell()
        content.seek(max(size - 4, 0))
        end = content.read(4)
    if begin != b"PAR1":
        raise MeasurementFileError(f"Tệp “{path.name}” không phải Parquet: bốn byte đầu phải là PAR1.")
    if end != b"PAR1":
        raise MeasurementFileError(
            f"Tệp “{path.name}” bị cắt dở ({number(size)} byte): thiếu phần cuối. Tải lại trọn tệp rồi nạp lại."
        )
    try:
        return pq.ParquetFile(path, page_checksum_verification=True).read()
    except UNREADABLE as fault:
        raise MeasurementFileError(
            f"Tệp “{path.name}” đã hỏng bên trong ({first_line(fault)}). Tải lại trọn tệp rồi nạp lại."
        ) from fault
