"""Import roads from a file: a dry run that says what would change, or the saving itself."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hatang.core.vector_files import Limits, VectorFile, VectorFileError, open_vector
from hatang.core.vietnamese import number
from hatang.places.management.commands.import_boundaries import with_choices
from hatang.places.management.provinces import province_of
from hatang.places.services.roads import RoadsAsked, RoadsOutcome, check_roads, save_roads
from hatang.places.services.territory import around

LARGEST_BYTES = 4_000_000_000
LARGEST = Limits(unpacked_bytes=4_000_000_000, vertices=20_000_000, features=1_000_000, cells=50_000_000)
LINES_TOLD = 10
LONGEST = 200


class Command(BaseCommand):
    help = "Nhập đường từ GeoJSON, GeoPackage, KML hoặc shapefile; không có --save thì chỉ xem trước, không đổi gì."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="tệp .geojson (cả .gz), .gpkg, .kml, .kmz, .shp hoặc .zip")
        parser.add_argument(
            "--source", required=True, type=one_line, help="nguồn; các lần nhập của một nguồn được so với nhau"
        )
        parser.add_argument("--licence", required=True, type=one_line, help="giấy phép của nguồn, ví dụ “CC BY-SA 4.0”")
        parser.add_argument("--province", metavar="MÃ", help="mã tỉnh hiện nay; mặc định cả nước")
        parser.add_argument("--crs", help="hệ tọa độ, ví dụ EPSG:9210; mặc định như tệp ghi")
        parser.add_argument("--layer", help="lớp trong tệp có nhiều lớp")
        parser.add_argument("--name-field", default="", help="cột tên; mặc định tự nhận")
        parser.add_argument("--number-field", default="", help="cột số hiệu; mặc định tự nhận")
        parser.add_argument("--class-field", default="", help="cột cấp đường; mặc định tự nhận")
        parser.add_argument("--simulated", action="store_true", help="đường mô phỏng, không phải đường thật")
        parser.add_argument("--skip", action="store_true", help="bỏ qua các hình hỏng")
        parser.add_argument("--whole", action="store_true", help="bỏ các đường của nguồn không còn trong tệp")
        parser.add_argument("--all", action="store_true", help="in mọi lỗi")
        parser.add_argument("--save", action="store_true", help="lưu; không có thì chỉ xem trước")

    def handle(self, *args: Any, **options: Any) -> None:
        asked, path = asked_of(options), options["file"]
        try:
            file = opened(path, asked, options)
            self.stdout.write(f"{file.kind}, {number(file.count)} đối tượng, hệ tọa độ {file.crs}.")
            if options["save"]:
                outcome = save_roads(file, asked=asked, actor=None, reason=f"tệp đường {path.name}").outcome
            else:
                outcome = check_roads(file, asked=asked)
        except VectorFileError as error:
            raise CommandError(with_choices(error)) from error
        self.report(outcome, everything=options["all"])
        self.stdout.write("Đã lưu." if options["save"] else "Chưa lưu gì. Thêm --save để lưu.")

    def report(self, outcome: RoadsOutcome, *, everything: bool) -> None:
        """Tell what a check found; what keeps the file from being saved ends the command."""
        for line in outcome.read.said:
            self.stdout.write(line)
        for label, lines, km in outcome.by_class():
            self.stdout.write(f"  {label}: {number(lines)} đoạn, {number(km, 1)} km")
        self.stdout.write(counts_of(outcome))
        errors = outcome.read.errors
        for e in errors if everything else errors[:LINES_TOLD]:
            self.stdout.write(f"  đối tượng số {e.feature}: {e.wrong} {e.right}")
        if outcome.wrong:
            raise CommandError(
                f"Chưa lưu gì: {number(len(errors))} đối tượng có lỗi. Sửa tệp, hoặc thêm --skip để bỏ qua chúng."
            )
        if not outcome.usable:
            raise CommandError("Chưa lưu gì: tệp không có đường nào trong địa bàn này.")


def one_line(text: str) -> str:
    """Read a source or licence as it is kept."""
    line = " ".join(text.split())
    if not 0 < len(line) <= LONGEST:
        raise ArgumentTypeError(f"cần từ 1 đến {LONGEST} ký tự")
    return line


def asked_of(options: dict[str, Any]) -> RoadsAsked:
    """Read what the user said."""
    return RoadsAsked(
        source=options["source"],
        licence=options["licence"],
        province=province_of(options["province"]) if options["province"] is not None else None,
        simulated=options["simulated"],
        name=options["name_field"],
        number=options["number_field"],
        road_class=options["class_field"],
        skip=options["skip"],
        whole=options["whole"],
    )


def opened(path: Path, asked: RoadsAsked, options: dict[str, Any]) -> VectorFile:
    """Open the file with the limits of a command, which are wider than those of an upload."""
    if not path.is_file():
        raise CommandError(f"Không có tệp {path}.")
    return open_vector(
        path,
        max_bytes=LARGEST_BYTES,
        limits=LARGEST,
        crs=options["crs"],
        layer=options["layer"],
        expected=around(asked.province),
        beside=True,
    )


def counts_of(outcome: RoadsOutcome) -> str:
    """Give the figures in one line."""
    parts = {
        "thêm": len(outcome.added),
        "sửa": len(outcome.changed),
        "giữ nguyên": outcome.unchanged,
        "không còn trong tệp": len(outcome.missing),
        "có lỗi": len(outcome.read.errors),
        "ngoài địa bàn": outcome.read.outside,
    }
    return f"Đoạn đường: {', '.join(f'{words} {number(n)}' for words, n in parts.items())}."
