"""Prepare a terrain from files on this machine: for files that are too large to upload."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from hatang.core.terrain import Source
from hatang.coverage.models import Terrain
from hatang.coverage.services.terrain.preparing import Brought, prepare
from hatang.places.management.provinces import province_of


class Command(BaseCommand):
    help = "Chuẩn bị địa hình của một tỉnh từ tệp độ cao (và lớp phủ) trên máy này."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("province", metavar="TỈNH", help="mã tỉnh hiện nay, ví dụ 20")
        parser.add_argument(
            "files", metavar="TỆP", nargs="+", type=Path, help="tệp .tif, .hgt, .hgt.gz, tin cậy nhất trước"
        )
        parser.add_argument("--source", required=True, help="nguồn, ví dụ “SRTM 1″ (NASA)”")
        parser.add_argument("--licence", required=True, help="giấy phép của nguồn")
        parser.add_argument("--title", default="", help="tên của địa hình; mặc định theo nguồn")
        parser.add_argument("--clutter", type=Path, help="GeoTIFF lớp phủ")
        parser.add_argument(
            "--clutter-classes", type=Path, help="bảng lớp phủ CSV, XLSX; mặc định bảng của ESA WorldCover"
        )
        parser.add_argument("--sea", action="store_true", help="phần không có độ cao là mặt biển, 0 m")
        parser.add_argument(
            "--sea-mask",
            type=Path,
            help="mặt biển: GeoTIFF (1 biển, 0 đất) hoặc vùng (GeoJSON, GeoPackage, KML, shapefile); "
            "mặc định lớp mà bảng lớp phủ ghi là nước biển",
        )
        parser.add_argument("--sea-floor", action="store_true", help="tệp có cả độ sâu đáy biển")
        parser.add_argument("--crs", default="", help="hệ tọa độ của các tệp GeoTIFF độ cao, ví dụ EPSG:9210")
        parser.add_argument("--metres-per-unit", type=float, help="số mét trong một đơn vị độ cao, ví dụ 0.3048")
        parser.add_argument("--simulated", action="store_true", help="độ cao mô phỏng, không phải đất thật")

    def handle(self, *args: Any, **options: Any) -> None:
        terrain = Terrain(
            province=province_of(options["province"]),
            title=options["title"] or options["source"],
            source=options["source"],
            licence=options["licence"],
            simulated=options["simulated"],
        )
        try:
            terrain.clean_fields(exclude=["version", "province"])
            prepare(actor=None, terrain=terrain, brought=brought_by(options), tell=self.tell)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for sentence in terrain.report["sentences"]:
            self.stdout.write(sentence)
        self.stdout.write(f"Đã lưu địa hình {terrain.pk}, phiên bản {terrain.version}.")

    def tell(self, percent: int, message: str) -> None:
        """Print how far it is."""
        self.stdout.write(f"{percent} % {message}")


def brought_by(options: dict[str, Any]) -> Brought:
    """Read which files were named, and what is said of them. Raises CommandError for one that is not there."""
    for path in (*options["files"], options["clutter"], options["clutter_classes"], options["sea_mask"]):
        if path and not path.is_file():
            raise CommandError(f"Không có tệp {path}.")
    said = {name: options[name] for name in ("crs", "metres_per_unit", "sea_floor")}
    return Brought(
        heights=tuple(Source(path, **said) for path in options["files"]),
        clutter=options["clutter"],
        classes=options["clutter_classes"],
        sea=options["sea"],
        sea_mask=options["sea_mask"],
    )
