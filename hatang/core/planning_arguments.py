"""What the command `plan-cover` is told on its line; apart, so that asking for help loads no solver."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    command.add_argument("works", type=Path, metavar="WORKS", help="công trình có thể làm (CSV, XLSX, GeoJSON)")
    command.add_argument(
        "--needs", type=Path, required=True, help="nơi cần phục vụ (CSV, XLSX, GeoJSON) hoặc dân số theo ô (GeoTIFF)"
    )
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="thư mục kết quả, chưa có hoặc rỗng"
    )
    goal = command.add_mutually_exclusive_group(required=True)
    goal.add_argument("--target", type=float, metavar="%", help="chi phí thấp nhất để đạt tỷ lệ này")
    goal.add_argument("--most", action="store_true", help="được nhiều nhất với kinh phí có (--budget, --total-vnd)")
    command.add_argument(
        "--target-by", type=milestone, action="append", default=[], metavar="NĂM=%", help="mốc cuối một năm trước đó"
    )
    command.add_argument("--dem", type=Path, nargs="+", default=[], help="độ cao: tính vùng phủ của từng công trình")
    command.add_argument("--radius-km", type=float, default=15.0, help="tầm tính vùng phủ với --dem (mặc định 15)")
    command.add_argument("--budget", type=Path, help="vốn theo năm và nguồn (CSV, XLSX)")
    command.add_argument("--total-vnd", type=float, metavar="ĐỒNG", help="chi phí quy về hiện tại không quá")
    command.add_argument("--years", type=years, default=(2026, 2030), metavar="2026-2030", help="các năm xây dựng")
    command.add_argument("--interest", type=float, default=7.0, metavar="%", help="lãi suất chiết khấu (mặc định 7)")
    command.add_argument("--lifetime", type=int, default=7, metavar="NĂM", help="thời gian khấu hao (mặc định 7)")
    command.add_argument("--least-operators", type=int, default=1, help="số nhà mạng ít nhất ở mỗi nơi")
    command.add_argument("--least-in-area", type=float, metavar="%", help="không khu vực nào dưới tỷ lệ này")
    command.add_argument("--group", type=group, action="append", default=[], metavar="NHÓM=%", help="nơi ưu tiên")
    command.add_argument("--shared", type=float, metavar="%", help="vị trí mới trên hạ tầng có sẵn, ít nhất")
    command.add_argument("--apart-m", type=float, metavar="M", help="hai hạ tầng mới phải cách nhau ít nhất")
    command.add_argument("--reuse-first", action="store_true", help="ít hạ tầng mới nhất trước, rẻ nhất sau")
    command.add_argument("--curve", type=int, metavar="ĐIỂM", help="thêm đường chi phí và số người được phục vụ")
    command.add_argument("--gap", type=float, default=0.5, metavar="%", help="sai số cần chứng minh (mặc định 0,5)")
    command.add_argument("--seconds", type=float, default=60.0, help="tính lâu nhất (mặc định 60)")
    command.add_argument("--simulated", action="store_true", help="ghi “DỮ LIỆU MÔ PHỎNG” vào kết quả")


def years(text: str) -> tuple[int, int]:
    """Read the years of building.

    >>> years("2026-2030"), years("2027")
    ((2026, 2030), (2027, 2027))
    """
    parts = text.split("-")
    if not 1 <= len(parts) <= 2 or not all(part.isdecimal() and len(part) == 4 for part in parts):
        raise argparse.ArgumentTypeError(f"ghi năm đầu và năm cuối như 2026-2030, không phải “{text}”")
    return int(parts[0]), int(parts[-1])


def milestone(text: str) -> tuple[int, float]:
    """Read a year and the share asked at its end.

    >>> milestone("2028=95")
    (2028, 95.0)
    """
    year, _, percent = text.partition("=")
    try:
        if year.isdecimal() and len(year) == 4:
            return int(year), float(percent)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"ghi năm và tỷ lệ như 2028=95, không phải “{text}”")


def group(text: str) -> tuple[str, float]:
    """Read a priority group and its share.

    >>> group("trường học=100")
    ('trường học', 100.0)
    """
    name, _, percent = text.rpartition("=")
    try:
        if name.strip():
            return name.strip(), float(percent)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"ghi nhóm và tỷ lệ như school=100, không phải “{text}”")
