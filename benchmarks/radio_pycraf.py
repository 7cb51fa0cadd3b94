"""What benchmarks.radio_kernels runs under pycraf's own Python: P.452 from a mast to every pixel of some boxes.

Called with a folder of .hgt tiles, lon, lat, and the boxes' half sides in km; prints a line of JSON for each box:
pixels and CPU seconds, heights and losses apart, after one run to warm up.
"""

import json
import math
import sys
import time

from astropy import units as u
from pycraf import pathprof

PIXEL = 3 * u.arcsec


def measure(lon: float, lat: float, half_km: float) -> dict[str, float]:
    """Time the heights along all paths, then the losses."""
    side = 2 * half_km / 111.2
    begin = time.process_time()
    heights = pathprof.height_map_data(
        lon * u.deg, lat * u.deg, side / math.cos(math.radians(lat)) * u.deg, side * u.deg, map_resolution=PIXEL
    )
    middle = time.process_time()
    losses = pathprof.atten_map_fast(0.8 * u.GHz, 290 * u.K, 1013 * u.hPa, 30 * u.m, 1.5 * u.m, 50 * u.percent, heights)
    end = time.process_time()
    return {"pixels": losses["L_b"].size, "heights_s": middle - begin, "losses_s": end - middle}


def main() -> None:
    """Measure each box."""
    folder, lon, lat, *halves = sys.argv[1:]
    with pathprof.SrtmConf.set(srtm_dir=folder, download="never", server="viewpano"):
        measure(float(lon), float(lat), 1.0)
        for half_km in halves:
            print(json.dumps(measure(float(lon), float(lat), float(half_km))), flush=True)


if __name__ == "__main__":
    main()
