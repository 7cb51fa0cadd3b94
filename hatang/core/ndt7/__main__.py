"""The server's command line: `python -m hatang.core.ndt7 --folder FOLDER`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hatang.core.ndt7.gate import Rules
from hatang.core.ndt7.server import encryption, ndt7_server, sockets_for

MEGABYTE: Final = 1_000_000
DEFAULT: Final = Rules(folder=Path())
HOSTS: Final = "127.0.0.1,::1"


def parser() -> argparse.ArgumentParser:
    """Describe the options."""
    whole = argparse.ArgumentParser(
        prog="python -m hatang.core.ndt7", description="Máy chủ đo tốc độ theo giao thức ndt7."
    )
    whole.add_argument("--folder", type=Path, required=True, metavar="THƯ-MỤC", help="nơi để kết quả các phép đo")
    whole.add_argument("--port", type=int, default=8001, help="cổng (mặc định 8001)")
    whole.add_argument("--hosts", default=HOSTS, help=f"địa chỉ lắng nghe, cách nhau bằng dấu phẩy (mặc định {HOSTS})")
    whole.add_argument("--origins", default="", help="các trang được dùng, cách nhau bằng dấu phẩy; * là mọi trang")
    whole.add_argument("--most", type=int, default=DEFAULT.most, help="số phép đo nhiều nhất cùng lúc")
    whole.add_argument(
        "--most-per-address", type=int, default=DEFAULT.most_per_address, help="số phép đo cùng lúc từ một địa chỉ"
    )
    whole.add_argument("--cap-mb", type=int, default=250, help="dung lượng mỗi chiều, MB; 0: không giới hạn")
    whole.add_argument("--proxies", type=int, default=0, help="số máy chủ của ta đứng trước")
    whole.add_argument("--seconds", type=float, default=DEFAULT.seconds, help="thời gian mỗi chiều, giây")
    whole.add_argument("--certificate", type=Path, metavar="TỆP", help="chứng thư (PEM, cả chuỗi): dùng wss://")
    whole.add_argument("--key", type=Path, metavar="TỆP", help="khóa của chứng thư")
    return whole


def rules_of(given: argparse.Namespace) -> Rules:
    """Read the options into rules."""
    return Rules(
        folder=given.folder,
        origins=tuple(word.strip() for word in given.origins.split(",") if word.strip()),
        most=given.most,
        most_per_address=given.most_per_address,
        most_bytes=given.cap_mb * MEGABYTE or None,
        proxies=given.proxies,
        seconds=given.seconds,
    )


async def run(given: argparse.Namespace) -> None:
    """Serve until asked to stop; read the certificate anew on SIGHUP."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    encrypted = encryption(given.certificate, given.key) if given.certificate else None
    listening = sockets_for([word.strip() for word in given.hosts.split(",")], given.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if encrypted:
        loop.add_signal_handler(signal.SIGHUP, encrypted.load_cert_chain, given.certificate, given.key)
    async with ndt7_server(rules_of(given), listening, encrypted):
        print(f"Máy chủ đo tốc độ (ndt7) lắng nghe ở cổng {listening[0].getsockname()[1]}.", flush=True)
        await stopping.wait()


def main(words: Sequence[str] | None = None) -> int:
    """Run the server; 1 with a message where it cannot start."""
    whole = parser()
    given = whole.parse_args(words)
    if (given.certificate is None) != (given.key is None):
        whole.error("--certificate và --key phải đi cùng nhau")
    try:
        asyncio.run(run(given))
    except OSError as error:
        print(f"Máy chủ đo tốc độ không chạy được ở cổng {given.port}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
