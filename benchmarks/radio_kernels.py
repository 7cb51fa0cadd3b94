"""Promises of the radio kernels, per pixel and core, beside SPLAT! (Debian: apt install splat) and pycraf (PyPI).

- Exact kernel: ≤ 2.0 µs a point at 200 profile points, and at most 1/2.5 of SPLAT!'s time per pixel.
- Sweep: at most 1/25 of SPLAT!'s time per pixel; each further band ≤ 40 % of the first; against the exact kernel a
  median difference ≤ 0.1 dB, served / not served equal on ≥ 99.5 % of pixels (at 120, 130 and 140 dB), p99 shown.

One mast among real mountains (3-second tiles N43E006 and N43E007), three radii, one thread, CPU time of the process
that computes: neighbours on the machine count less so. SPLAT! computes another model (ITWOM) and reads its terrain
anew at each start, so a run of 1 km over the same tile is taken off; pycraf (P.452) samples heights and computes
losses in two calls, both counted. Each figure is the least of its runs, those of all programs in turn: what else the
machine does only ever adds to a run, and adds to all of them. The load beside each line says how much that may be.

Run: .venv/bin/python -m benchmarks.radio_kernels FOLDER [--pycraf PYTHON] [--radii 5,10,20] FOLDER holds
N43E006.hgt.gz and N43E007.hgt.gz. PYTHON is one that has pycraf (python -m venv, pip install pycraf). A peer that is
missing is named and left out; what was promised beside it then counts as not shown, and the answer is 2.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hatang.core.radio.kernels.exact import losses_to_points, raster_losses
from hatang.core.radio.kernels.ground import Conditions, Ground, Transmitter
from hatang.core.radio.kernels.sweep import sweep_losses

TILES = ("N43E006", "N43E007")
SIDE = 1201
MAST = Transmitter(6.6, 43.65, 30.0)
ASKED = Conditions([0.8])
BANDS = Conditions([0.8, 1.8, 3.5])
RUNS = 18
LIMITS_DB = (120.0, 130.0, 140.0)
PYCRAF = Path(__file__).with_name("radio_pycraf.py")


def unpack(folder: Path, scratch: Path) -> Ground:
    """Write the tiles out for the peers, and give them as ground (voids as sea level)."""
    parts = []
    for name in TILES:
        raw = gzip.decompress((folder / f"{name}.hgt.gz").read_bytes())
        (scratch / f"{name}.hgt").write_bytes(raw)
        parts.append(np.frombuffer(raw, ">i2").reshape(SIDE, SIDE).astype(np.float32))
    values = np.concatenate([parts[0][:, :-1], parts[1]], axis=1)
    return Ground(np.where(values < -100, np.float32(0), values), 6.0, 44.0, 1 / (SIDE - 1), 1 / (SIDE - 1))


def cpu_s(run: Callable[[], object]) -> float:
    """Give the CPU seconds of one run in this process."""
    begin = time.process_time()
    run()
    return time.process_time() - begin


def child_s(command: list[str], folder: Path, **more: str) -> tuple[float, str]:
    """Give the CPU seconds and the words of one run of another program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, env=os.environ | more, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def prepare_splat(scratch: Path) -> bool:
    """Make SPLAT!'s terrain, mast and ground constants; say whether it is here."""
    if not shutil.which("splat") or not shutil.which("srtm2sdf"):
        print("SPLAT! is missing (apt install splat): nothing is compared with it.")
        return False
    for name in TILES:
        child_s(["srtm2sdf", f"{name}.hgt"], scratch)
    (scratch / "mast.qth").write_text(f"mast\n{MAST.lat_deg}\n{360 - MAST.lon_deg}\n{MAST.height_m} meters\n")
    (scratch / "mast.lrp").write_text("15.0\n0.005\n301.0\n800.0\n5\n1\n0.5\n0.5\n100.0\n")
    return True


def splat_s(scratch: Path, radius_km: float) -> float:
    """Give the CPU seconds of SPLAT!'s path-loss map."""
    words = f"splat -t mast.qth -L 1.5 -metric -R {radius_km} -d . -N -db 250 -o map.ppm".split()
    return child_s(words, scratch)[0]


def load() -> str:
    """Say how many programs wanted the processors in the last minute."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def pycraf_us(python: str, scratch: Path, radii: list[float]) -> list[float] | None:
    """Give pycraf's microseconds per pixel in a box of each half side, the least of three runs."""
    if not python or not shutil.which(python):
        print("pycraf is missing (give --pycraf PYTHON): nothing is compared with it.")
        return None
    command = [python, "-W", "ignore", str(PYCRAF), str(scratch), str(MAST.lon_deg), str(MAST.lat_deg)]
    runs = []
    for _ in range(3):
        _, words = child_s(command + [str(r) for r in radii], scratch, OMP_NUM_THREADS="1")
        found = [json.loads(line) for line in words.splitlines() if line.startswith("{")]
        runs.append([1e6 * (box["heights_s"] + box["losses_s"]) / box["pixels"] for box in found])
    return [min(box) for box in zip(*runs, strict=True)]


def verdict(kept: bool) -> str:
    """Say whether a promise is kept."""
    return "kept" if kept else "BROKEN"


def points_at_200(ground: Ground) -> bool:
    """Time the exact kernel at 200 profile points."""
    turn = np.random.default_rng(0).uniform(0, 2 * math.pi, 100_000)
    lats = MAST.lat_deg + 15 / 111.2 * np.sin(turn)
    lons = MAST.lon_deg + 15 / 111.2 * np.cos(turn) / math.cos(math.radians(MAST.lat_deg))
    fine = Conditions([0.8], step_km=0.0755)
    losses_to_points(ground, MAST, lons[:9], lats[:9], fine)
    runs = [cpu_s(lambda: losses_to_points(ground, MAST, lons, lats, fine)) for _ in range(RUNS)]
    us = min(runs) / len(turn) * 1e6
    print(f"exact, 200 profile points     {us:>7.3f} µs a point  promise ≤ 2.0 µs  {verdict(us <= 2)}; {load()}")
    return us <= 2


def accuracy(ground: Ground, radius_km: float) -> bool:
    """Hold the sweep against the exact kernel."""
    exact, swept = (kernel(ground, MAST, radius_km, ASKED) for kernel in (raster_losses, sweep_losses))
    here = exact.why == 0
    one, other = exact.losses_db[0][here], swept.losses_db[0][here]
    off = np.abs(one - other)
    same = min(float(((one < limit) == (other < limit)).mean()) for limit in LIMITS_DB)
    kept = float(np.median(off)) <= 0.1 and same >= 0.995
    print(
        f"sweep to exact, {radius_km:g} km: median {np.median(off):.3f} dB, p99 {np.percentile(off, 99):.2f} dB, "
        f"greatest {off.max():.1f} dB; served or not equal on {same:.2%}  {verdict(kept)}"
    )
    return kept


def beside(us: float, peer_us: float, promise: float) -> str:
    """Write a peer's time and how many times ours goes into it."""
    return f"{peer_us:.2f} µs, {peer_us / us:.1f}x (promise ≥ {promise:g}x {verdict(peer_us / us >= promise)})"


def compare(ground: Ground, radius_km: float, scratch: Path, splat: bool, pycraf: float | None) -> bool:
    """Time both kernels and SPLAT! turn by turn over one disc, and print them."""
    takes: dict[str, list[float]] = {"exact": [], "sweep": [], "bands": [], "splat": []}
    starts: list[float] = []
    pixels = int((sweep_losses(ground, MAST, radius_km, BANDS).why == 0).sum())
    raster_losses(ground, MAST, 1.0, ASKED)
    for _ in range(max(RUNS, round(RUNS * 10 / radius_km))):
        takes["exact"].append(cpu_s(lambda: raster_losses(ground, MAST, radius_km, ASKED)))
        takes["sweep"].append(cpu_s(lambda: sweep_losses(ground, MAST, radius_km, ASKED)))
        takes["bands"].append(cpu_s(lambda: sweep_losses(ground, MAST, radius_km, BANDS)))
        if splat:
            takes["splat"].append(splat_s(scratch, radius_km))
            starts.append(splat_s(scratch, 1.0))
    least = {name: min(runs) for name, runs in takes.items() if runs}
    if splat:
        least["splat"] -= min(starts)
    us = {name: 1e6 * seconds / pixels for name, seconds in least.items()}
    further = (us["bands"] - us["sweep"]) / 2 / us["sweep"]
    print(
        f"{radius_km:g} km, {pixels:,} pixels: exact {us['exact']:.3f} µs a pixel, sweep {us['sweep']:.3f} µs; {load()}"
    )
    print(f"  each further band {further:.0%} of the first  promise ≤ 40 %  {verdict(further <= 0.4)}")
    kept = further <= 0.4
    if splat:
        exact, swept = beside(us["exact"], us["splat"], 2.5), beside(us["sweep"], us["splat"], 25)
        print(f"  SPLAT! beside exact {exact}; beside sweep {swept}")
        kept = kept and us["splat"] >= 2.5 * us["exact"] and us["splat"] >= 25 * us["sweep"]
    if pycraf:
        print(f"  pycraf {pycraf:.1f} µs: {pycraf / us['exact']:.0f}x exact, {pycraf / us['sweep']:.0f}x sweep")
    return kept


def main() -> int:
    """Run, print, and return 1 where a promise is broken, 2 where a peer was missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pycraf", default="")
    parser.add_argument("--radii", default="5,10,20")
    words = parser.parse_args()
    radii = [float(radius) for radius in words.radii.split(",")]
    with tempfile.TemporaryDirectory() as held:
        scratch = Path(held)
        ground = unpack(words.folder, scratch)
        splat = prepare_splat(scratch)
        pycraf = pycraf_us(words.pycraf, scratch, radii)
        kept = [points_at_200(ground), accuracy(ground, radii[-1])]
        for k, radius_km in enumerate(radii):
            kept.append(compare(ground, radius_km, scratch, splat, pycraf[k] if pycraf else None))
    return 1 if not all(kept) else 0 if splat and pycraf else 2


if __name__ == "__main__":
    sys.exit(main())
