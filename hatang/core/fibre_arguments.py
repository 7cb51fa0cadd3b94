"""What the command `plan-fibre` is told on its line; outside the package, so that asking for help loads no kernel."""

from __future__ import annotations

import argparse
import math
from pathlib import Path


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    command.add_argument("roads", type=Path, metavar="ROADS", help="đường, tuyến cột, cống bể (GeoJSON, GeoPackage, …)")
    command.add_argument("--ends", type=Path, required=True, help="bảng nơi cần nối: thôn, cột, trụ sở (CSV, XLSX)")
    command.add_argument("--closures", type=Path, required=True, help="bảng măng xông, điểm nối được (CSV, XLSX)")
    command.add_argument("--prices", type=Path, required=True, help="bảng đơn giá theo cách đi, đồng/km (CSV, XLSX)")
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="thư mục kết quả, chưa có hoặc rỗng"
    )
    command.add_argument("--rings", action="store_true", help="khép vòng: nơi nào cũng có đường thứ hai")
    command.add_argument("--seconds", type=above_zero, default=10.0, help="tìm lâu nhất, giây (mặc định 10)")
    command.add_argument("--seed", type=int, default=0, help="số gieo: cùng số, cùng --windows thì cùng kết quả")
    command.add_argument("--windows", type=int, help="số lần cải tiến nhiều nhất; kết quả khi ấy không theo đồng hồ")
    command.add_argument(
        "--tolerance-m", type=above_zero, default=5.0, help="đầu đường cách đường khác chừng này là nối (mặc định 5)"
    )
    command.add_argument(
        "--longest-drop-m", type=above_zero, default=2000.0, help="đoạn nối dài nhất từ đường vào (mặc định 2000)"
    )
    command.add_argument("--simulated", action="store_true", help="ghi “DỮ LIỆU MÔ PHỎNG” vào kết quả")


def above_zero(text: str) -> float:
    """Read a number above 0 from the command line."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"ghi một số lớn hơn 0, không phải “{text}”")
    return value
