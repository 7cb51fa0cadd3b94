"""The arguments of `verify-answer`; apart, so that the command line starts without cryptography."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    command.add_argument("answer", type=Path, metavar="TRẢ-LỜI", help="thân trả lời, đúng từng byte")
    command.add_argument("--signature", type=Path, required=True, metavar="CHỮ-KÝ", help="tệp chứa X-JWS-Signature")
    command.add_argument("--keys", type=Path, required=True, metavar="KHÓA.json", help="bộ khóa công khai (JWKS)")
    command.add_argument("--proof", type=Path, metavar="BẰNG-CHỨNG.json", help="trích sổ lượt gọi")
    command.add_argument("--request-sha256", metavar="MÃ", help="mã băm SHA-256 của yêu cầu đã gửi")
