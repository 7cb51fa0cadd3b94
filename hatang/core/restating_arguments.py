"""What the command `restate` is told on its line; apart, so that asking for help loads no arrays."""

from __future__ import annotations

import argparse
from pathlib import Path

FORMS = ("sum", "percent", "ratio", "mean", "median")
KINDS = ("people", "households", "area")
BUILT_IN = ("communes", "provinces")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    command.add_argument("series", type=Path, metavar="TỆP", help="số liệu của đơn vị cũ (CSV, XLSX)")
    known = command.add_mutually_exclusive_group()
    known.add_argument("--crosswalk", type=Path, metavar="TỆP", help="bảng đơn vị cũ → mới với tỷ lệ (CSV, XLSX)")
    known.add_argument(
        "--built-in",
        choices=BUILT_IN,
        default="communes",
        help="bảng có sẵn của đợt sắp xếp 1/7/2025: communes (10.040 xã cũ → 3.321) hay provinces (63 → 34)",
    )
    command.add_argument(
        "--as",
        dest="form",
        choices=FORMS,
        help="tổng; phần trăm hay tỷ số (tử, mẫu); trung bình (có trọng số). Bỏ trống: theo các cột của tệp",
    )
    command.add_argument("--scale", type=float, help="nhân tỷ số với (mặc định 100 cho percent, 1 cho ratio)")
    command.add_argument("--kind", choices=KINDS, default="people", help="chia đơn vị bị tách theo (mặc định people)")
    command.add_argument("-o", "--to", type=Path, metavar="TỆP", help="ghi kết quả vào tệp này thay vì đầu ra chuẩn")
