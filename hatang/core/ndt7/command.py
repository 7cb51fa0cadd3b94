"""The command `measure-speed`: measure this machine's connection against an ndt7 server."""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import ssl
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from websockets.exceptions import InvalidStatus, WebSocketException

from hatang.core.ndt7 import DIRECTIONS, TEST_SECONDS
from hatang.core.ndt7.client import Measured, Progress, measure

TITLES: Final = {"download": "Tải xuống", "upload": "Tải lên"}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    command.add_argument("server", metavar="MÁY-CHỦ", help="ví dụ ws://localhost:8001 hoặc wss://do.tinh.gov.vn:8001")
    command.add_argument("--json", action="store_true", help="in kết quả là JSON")
    command.add_argument("--only", choices=DIRECTIONS, help="chỉ đo một chiều")
    family = command.add_mutually_exclusive_group()
    family.add_argument("-4", dest="family", action="store_const", const=socket.AF_INET, help="chỉ dùng IPv4")
    family.add_argument("-6", dest="family", action="store_const", const=socket.AF_INET6, help="chỉ dùng IPv6")
    command.add_argument("--ca", type=Path, metavar="TỆP", help="chứng thư gốc để tin máy chủ, khi dùng wss://")
    command.set_defaults(family=socket.AF_UNSPEC)


def run(given: argparse.Namespace) -> int:
    """Measure and print; 1 with a message where that cannot be."""
    try:
        encrypted = ssl.create_default_context(cafile=given.ca) if given.server.startswith("wss://") else None
        done = asyncio.run(measure_all(given, encrypted))
    except (OSError, WebSocketException) as error:
        print(f"{given.server}: {reason(error)}", file=sys.stderr)
        return 1
    if given.json:
        print(json.dumps({one.direction: asdict(one) for one in done}, ensure_ascii=False, indent=1))
    else:
        print("\n".join(words(one) for one in done))
    return 0


async def measure_all(given: argparse.Namespace, encrypted: ssl.SSLContext | None) -> Sequence[Measured]:
    """Measure one direction after the other."""
    show = show_progress if sys.stderr.isatty() else lambda progress: None
    directions = [given.only] if given.only else DIRECTIONS
    return [
        await measure(given.server, one, family=given.family, encrypted=encrypted, seconds=TEST_SECONDS, show=show)
        for one in directions
    ]


def show_progress(progress: Progress) -> None:
    """Show the mean so far, where a person looks on."""
    print(f"\r{TITLES[progress.direction]}: {figure(progress.own_mbps())} Mbit/s ", end="", file=sys.stderr, flush=True)


def words(one: Measured) -> str:
    """Say one direction's figures.

    >>> print(words(Measured("download", 125_000_000, 10.0, 100.0, 4.93, 1.0, 0.00123, 6, "")))
    Tải xuống: 100,0 Mbit/s (125,0 MB trong 10,0 giây, IPv6); độ trễ thấp nhất 4,9 ms; gửi lại 0,12 %
    """
    said = f"{TITLES[one.direction]}: {figure(one.mbps)} Mbit/s ({figure(one.bytes / 1e6)} MB trong "
    said += f"{figure(one.seconds)} giây, IPv{one.ip_family})"
    if one.min_rtt_ms is not None:
        said += f"; độ trễ thấp nhất {figure(one.min_rtt_ms)} ms"
    if one.retransmitted_ratio is not None:
        said += f"; gửi lại {figure(one.retransmitted_ratio * 100, 2)} %"
    return said


def figure(value: float, decimals: int = 1) -> str:
    """Write a figure as Vietnamese do.

    >>> figure(1234.56)
    '1.234,6'
    """
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def reason(error: Exception) -> str:
    """Say why there is no measurement."""
    if isinstance(error, InvalidStatus):
        said = (error.response.body or b"").decode(errors="replace").strip()
        return f"máy chủ từ chối ({error.response.status_code}). {said}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"không tin được chứng thư của máy chủ ({error.verify_message}); chỉ chứng thư gốc bằng --ca."
    if isinstance(error, WebSocketException):
        return f"máy chủ dừng phép đo ({error})."
    return "không nối được tới máy chủ; xem lại địa chỉ, cổng và tường lửa."
