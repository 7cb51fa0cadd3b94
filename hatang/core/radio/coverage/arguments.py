"""What the command `coverage` is told on its line; apart, so that asking for help loads no kernel."""

from __future__ import annotations

import argparse
from pathlib import Path

from hatang.core.radio.bands import Technology
from hatang.core.radio.choice import RULES, USUAL

Area = tuple[float, float, float, float]
MOST_WORKERS = 256


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    command.add_argument("cells", type=Path, metavar="CELLS.csv", help="bảng ô phát (CSV, XLSX)")
    command.add_argument(
        "--dem", type=Path, nargs="+", required=True, help="độ cao (GeoTIFF, HGT), tệp tin cậy nhất trước"
    )
    command.add_argument("--villages", type=Path, help="bảng thôn hoặc điểm cần xét (CSV, XLSX)")
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="thư mục kết quả, chưa có hoặc rỗng"
    )
    command.add_argument("--technology", choices=list(Technology), help="chỉ tính một công nghệ")
    command.add_argument("--area", type=area, metavar="T,N,Đ,B", help="tây, nam, đông, bắc (độ); mặc định: quanh các ô")
    command.add_argument("--radius-km", type=float, default=15.0, help="tầm tính của một ô (mặc định 15)")
    command.add_argument(
        "--kernel", choices=["exact", "sweep"], default="sweep", help="nhân tính raster (mặc định sweep)"
    )
    command.add_argument(
        "--models",
        choices=list(RULES),
        default=USUAL.name,
        help="mô hình nào cho ô nào: usual (trên 6 GHz và ô nhỏ bằng TR 38.901), rural (cột trên 6 GHz ở nơi thoáng), "
        "p1812 (chỉ P.1812)",
    )
    command.add_argument("--gaps-are-sea", action="store_true", help="nơi không có độ cao coi là mặt biển, 0 m")
    command.add_argument("--clutter", type=Path, nargs="*", default=[], help="lớp phủ bề mặt (GeoTIFF phân lớp)")
    command.add_argument("--clutter-classes", type=Path, help="bảng lớp phủ: giá trị, tên, chiều cao, vùng")
    command.add_argument(
        "--sea", type=Path, help="mặt biển: GeoTIFF (1 biển, 0 đất) hoặc vùng (GeoJSON, GeoPackage, KML, shapefile)"
    )
    command.add_argument("--antennas", type=Path, metavar="DIR", help="thư mục tệp ăng ten (MSI, PLN)")
    command.add_argument("--threshold-dbm", type=float, help="ngưỡng phục vụ thay mặc định (cần --technology)")
    command.add_argument("--leave-out-faulty", action="store_true", help="bỏ các ô có lỗi, tính phần còn lại")
    command.add_argument("--no-rasters", action="store_true", help="chỉ tính tại các điểm của --villages")
    command.add_argument("--workers", type=workers, default=2, help="số luồng tính (mặc định 2)")
    command.add_argument(
        "--scheduler", metavar="ĐỊA CHỈ", help="bộ điều phối Dask distributed, ví dụ tcp://may-chu:8786"
    )
    command.add_argument("--simulated", action="store_true", help="ghi “DỮ LIỆU MÔ PHỎNG” vào kết quả")


def workers(text: str) -> int:
    """Read a number of threads from the command line."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"ghi một số nguyên từ 1 đến {MOST_WORKERS}, không phải “{text}”")
    return int(text)


def area(text: str) -> Area:
    """Read an area from the command line."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError("ghi bốn số: tây,nam,đông,bắc") from error
    return west, south, east, north
