"""Import boundaries from a file: a dry run that says what would change, or the saving itself."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hatang.core.vector_files import Limits, VectorFile, VectorFileError, open_vector
from hatang.core.vietnamese import day, number
from hatang.places.management.provinces import province_of
from hatang.places.services.boundaries import (
    LEVEL_WORDS,
    TITLES,
    Asked,
    BoundaryFileError,
    BoundaryOutcome,
    check_boundaries,
    illustrate,
    save_boundaries,
)

LARGEST_BYTES = 4_000_000_000
LARGEST = Limits(unpacked_bytes=4_000_000_000, vertices=20_000_000)
LINES_TOLD = 10


class Command(BaseCommand):
    help = "Nhập ranh giới từ GeoJSON, GeoPackage, KML hoặc shapefile; không có --save thì chỉ xem trước, không đổi gì."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="tệp .geojson (cả .gz), .gpkg, .kml, .kmz, .shp hoặc .zip")
        parser.add_argument("--on", type=date.fromisoformat, help="đơn vị của ngày, ví dụ 2025-06-30; mặc định tự nhận")
        parser.add_argument("--level", choices=[str(kind) for kind in LEVEL_WORDS], help="cấp; mặc định tự nhận")
        parser.add_argument("--province", metavar="MÃ", help="mã tỉnh hiện nay; mặc định cả nước")
        parser.add_argument("--crs", help="hệ tọa độ, ví dụ EPSG:9210; mặc định như tệp ghi")
        parser.add_argument("--layer", help="lớp trong tệp có nhiều lớp")
        parser.add_argument("--code-field", help="cột mã; mặc định tự nhận")
        parser.add_argument("--name-field", help="cột tên; mặc định tự nhận")
        parser.add_argument("--merge", action="store_true", help="gộp nhiều hình của cùng một đơn vị")
        parser.add_argument("--skip", action="store_true", help="bỏ qua các hình không khớp với đơn vị nào")
        parser.add_argument("--all", action="store_true", help="in mọi dòng của các danh sách")
        parser.add_argument("--save", action="store_true", help="lưu; không có thì chỉ xem trước")

    def handle(self, *args: Any, **options: Any) -> None:
        asked, today = asked_of(options), timezone.localdate()
        try:
            file = opened(options)
            self.stdout.write(f"{file.kind}, {number(file.count)} hình, hệ tọa độ {file.crs}.")
            if not options["save"]:
                self.report(check_boundaries(file, asked=asked, today=today), options)
                self.stdout.write("Chưa lưu gì. Thêm --save để lưu.")
                return
            path: Path = options["file"]
            saved = save_boundaries(file, asked=asked, today=today, source=f"tệp {path.name}", sha256=sha256_of(path))
        except (VectorFileError, BoundaryFileError) as error:
            raise CommandError(with_choices(error)) from error
        self.report(saved.outcome, options)
        if saved.at is None:
            raise CommandError("Chưa lưu gì: có người vừa đổi ranh giới. Chạy lại.")
        illustrate(on=today)
        self.stdout.write("Đã lưu.")

    def report(self, outcome: BoundaryOutcome, options: dict[str, Any]) -> None:
        """Tell what a check found; what keeps the file from being saved ends the command."""
        for line in [*outcome.found.said, *outcome.notes]:
            self.stdout.write(line)
        self.stdout.write(counts_of(outcome))
        for kind, title in TITLES.items():
            lines = outcome.told(kind)
            if lines:
                self.stdout.write(f"\n{title}: {number(len(lines))}")
            for f in lines if options["all"] else lines[:LINES_TOLD]:
                where = f"hình số {f.feature}, " if f.feature else ""
                self.stdout.write(f"  {where}{f.place}: {f.what} {f.todo}")
        if outcome.wrong:
            raise CommandError(
                f"Chưa lưu gì: {number(outcome.wrong)} hình chưa khớp. Sửa tệp, hoặc thêm --skip để bỏ qua chúng."
            )
        if not outcome.drawn:
            raise CommandError("Chưa lưu gì: tệp không có hình nào của địa bàn này.")


def asked_of(options: dict[str, Any]) -> Asked:
    """Read what the user said."""
    return Asked(
        on=options["on"],
        kinds=(options["level"],) if options["level"] else None,
        province=province_of(options["province"]) if options["province"] is not None else None,
        code=options["code_field"],
        name=options["name_field"],
        merge=options["merge"],
        skip=options["skip"],
    )


def opened(options: dict[str, Any]) -> VectorFile:
    """Open the file with the limits of a command, which are wider than those of an upload."""
    path: Path = options["file"]
    if not path.is_file():
        raise CommandError(f"Không có tệp {path}.")
    return open_vector(
        path,
        max_bytes=LARGEST_BYTES,
        limits=LARGEST,
        crs=options["crs"],
        layer=options["layer"],
        polygons_only=True,
        beside=True,
    )


def sha256_of(path: Path) -> str:
    """Give a file's hash without holding it in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def counts_of(outcome: BoundaryOutcome) -> str:
    """Give the figures in one line."""
    parts = {
        "thêm": outcome.count("added"),
        "thay": outcome.count("changed"),
        "giữ nguyên": outcome.count("unchanged"),
        "không có trong tệp": len(outcome.told("missing")),
        "chưa khớp": outcome.wrong,
        "bỏ qua": outcome.skipped,
        "ngoài địa bàn": outcome.outside,
    }
    told = ", ".join(f"{words} {number(n)}" for words, n in parts.items())
    return f"Đơn vị của ngày {day(outcome.found.on)}: {told}."


def with_choices(error: VectorFileError | BoundaryFileError) -> str:
    """Say what is wrong, and which values the option takes where something must be chosen."""
    if not isinstance(error, VectorFileError) or not error.asks:
        return str(error)
    values = "; ".join(f"--{error.asks} {choice.value} ({choice.label})" for choice in error.choices)
    return f"{error} {values}".strip()
