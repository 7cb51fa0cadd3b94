"""Promise: the speeds of our ndt7 server and client agree with iperf3 within 5 % on shaped links.

For 10, 100 and 1,000 Mbit/s with round trips of 5, 50 and 300 ms: one stream of iperf3 and one ndt7 test after the
other, both ways, both by the same congestion control, ten seconds each, without the cap of 250 MB; the ratio of the
means, each as its receiver sees it. Then the cap at 1,000 Mbit/s against iperf3 with the same bytes; the upload is only
noted, for iperf3's receiver then counts two or three round trips more, until it is told over its other connection. At
the end, without any shaping, what the server and client reach between two processes of this machine.

Run as root: .venv/bin/python -m benchmarks.ndt7 [--rates 10,100,1000] [--round-trips 5,50,300] [--runs 3]
Needs iperf3, iproute2 and network namespaces; all traffic stays in namespaces of its own. Beside busy neighbours all
runs at a higher priority.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.ndt7_links import Link, inside, shaped_link

ROOT = Path(__file__).parents[1]
PORT = 19_777
AGREES = 0.05
CAP_BYTES = 250_000_000
DIRECTIONS = ("download", "upload")
LIMIT_S = 60


@contextmanager
def server(link: Link, seconds: float, cap_mb: int) -> Iterator[Path]:
    """Run our server in its namespace; give the folder of its results."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "hatang.core.ndt7", "--folder", folder, "--port", str(PORT)]
        words += ["--hosts", f"{link.address},{link.address6}", "--cap-mb", str(cap_mb), "--seconds", str(seconds)]
        running = subprocess.Popen(inside(link.server, words), cwd=ROOT, stdout=subprocess.PIPE)
        try:
            assert running.stdout
            running.stdout.readline()
            yield Path(folder)
        finally:
            running.terminate()
            running.communicate()


def ndt7_mbps(link: Link, direction: str, seconds: float, cap_mb: int = 0) -> dict[str, float]:
    """Measure one direction by ndt7; give what the client says and what the server keeps."""
    with server(link, seconds, cap_mb) as folder:
        words = [sys.executable, "-m", "hatang.core", "measure-speed", f"ws://{link.address}:{PORT}"]
        words += ["--json", "--only", direction]
        said = subprocess.run(
            inside(link.client, words), cwd=ROOT, capture_output=True, text=True, check=True, timeout=LIMIT_S
        )
        kept = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    assert len(kept) == 1, "the server keeps the one result"
    return {
        "client": json.loads(said.stdout)[direction]["mbps"],
        "server": kept[0]["mbps"],
        "min_rtt_ms": kept[0]["min_rtt_ms"],
    }


def iperf3_mbps(link: Link, direction: str, amount: list[str]) -> float:
    """Measure one direction by one stream of iperf3, as its receiver sees it."""
    serving = subprocess.Popen(inside(link.server, ["iperf3", "-s", "-1"]), stdout=subprocess.DEVNULL)
    try:
        words = ["iperf3", "-c", link.address, "-J", "-C", "bbr", *amount]
        words += ["-R"] if direction == "download" else []
        for _ in range(20):
            time.sleep(0.2)
            done = subprocess.run(
                inside(link.client, words), capture_output=True, text=True, check=False, timeout=LIMIT_S
            )
            said: dict[str, Any] = json.loads(done.stdout)
            if "error" not in said:
                return float(said["end"]["sum_received"]["bits_per_second"]) / 1e6
        raise OSError(said["error"])
    finally:
        with suppress(ProcessLookupError):
            serving.kill()
        serving.wait()


def compare(link: Link, what: str, direction: str, given: argparse.Namespace, cap_mb: int) -> bool:
    """Measure by both in turn, print a line with the medians, and tell whether they agree."""
    amount = ["-n", str(cap_mb * 1_000_000)] if cap_mb else ["-t", str(given.seconds)]
    pairs = [
        (iperf3_mbps(link, direction, amount), ndt7_mbps(link, direction, given.seconds, cap_mb))
        for _ in range(given.runs)
    ]
    theirs = statistics.median(their for their, _ in pairs)
    ours = {side: statistics.median(our[side] for _, our in pairs) for side in ("server", "client")}
    ratio = ours["server"] / theirs
    agrees = abs(ratio - 1) <= AGREES
    print(
        f"{what:<34} {direction:<9} iperf3 {theirs:>8.2f}  ndt7 {ours['server']:>8.2f} (client {ours['client']:>8.2f}) "
        f"Mbit/s  ratio {ratio:.3f}  {'agrees' if agrees else 'DIFFERS'}",
        flush=True,
    )
    return agrees


def unshaped(direction: str, seconds: float) -> None:
    """Print what both reach on this machine's loopback, and for each second of processor time of who serves."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "hatang.core.ndt7", "--folder", folder, "--port", str(PORT), "--cap-mb", "0"]
        asks = [sys.executable, "-m", "hatang.core", "measure-speed", f"ws://127.0.0.1:{PORT}", "--json"]
        said, used = served([*words, "--seconds", str(seconds)], [*asks, "--only", direction])
    moved, mbps = said[direction]["bytes"], said[direction]["mbps"]
    reverse = ["-R"] if direction == "download" else []
    theirs, spent = served(["iperf3", "-s"], ["iperf3", "-c", "127.0.0.1", "-J", "-t", str(seconds), *reverse])
    received = theirs["end"]["sum_received"]
    print(
        f"loopback {direction:<9} iperf3 {received['bits_per_second'] / 1e9:.2f} Gbit/s, "
        f"{received['bytes'] * 8e-9 / spent:.2f} Gbit for a processor second; "
        f"ndt7 {mbps / 1e3:.2f} Gbit/s, {moved * 8e-9 / used:.2f} Gbit"
    )


def served(serving: list[str], asking: list[str]) -> tuple[dict[str, Any], float]:
    """Run a server and a client; give what the client says, and the processor seconds that the server used for it."""
    server = subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        time.sleep(4)
        before = processor_seconds(server.pid)
        said = subprocess.run(asking, cwd=ROOT, capture_output=True, check=True, timeout=LIMIT_S)
        return json.loads(said.stdout), processor_seconds(server.pid) - before
    finally:
        server.terminate()
        server.wait()


def processor_seconds(process: int) -> float:
    """Give the processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Compare on every link; 1 where one differs."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rates", default="10,100,1000")
    options.add_argument("--round-trips", default="5,50,300")
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--runs", type=int, default=1, help="the median of so many; 3 on a busy machine")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    with suppress(PermissionError):
        os.nice(-10)
    agree = []
    for rate in given.rates.split(","):
        for round_trip in given.round_trips.split(","):
            with shaped_link(float(rate), float(round_trip)) as link:
                what = f"{rate} Mbit/s, {round_trip} ms"
                agree += [compare(link, what, way, given, 0) for way in DIRECTIONS]
                if float(rate) >= 1000:
                    agree.append(compare(link, f"{what}, 250 MB", "download", given, 250))
                    compare(link, f"{what}, 250 MB, noted", "upload", given, 250)
                means = link.means
    for way in DIRECTIONS:
        unshaped(way, given.seconds)
    print(f"{sum(agree)} of {len(agree)} agree within {AGREES:.0%}; links shaped by {means}")
    return 0 if all(agree) else 1


if __name__ == "__main__":
    raise SystemExit(main())
