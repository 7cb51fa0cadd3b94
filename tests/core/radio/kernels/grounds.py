"""Three kinds of terrain: real mountains and hills, and a plain; and profiles as the reference takes them."""

from __future__ import annotations

import gzip
import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from hatang.core.radio.kernels.ground import Conditions, Ground, Transmitter
from hatang.core.radio.p1812 import path_loss

SIDE = 1201
STEP_DEG = 1 / 1200


def tile(path: Path) -> np.ndarray:
    """Read a 3-second tile, voids as sea level."""
    values = np.frombuffer(gzip.decompress(path.read_bytes()), ">i2").reshape(SIDE, SIDE).astype(np.float32)
    return np.where(values < -100, np.float32(0), values)


def mountains(shared: Path) -> tuple[Ground, Transmitter]:
    """Give the southern Alps and a mast among them."""
    folder = shared / "data/dem"
    values = np.concatenate([tile(folder / "N43E006.hgt.gz")[:, :-1], tile(folder / "N43E007.hgt.gz")], axis=1)
    return Ground(values, 6.0, 44.0, STEP_DEG, STEP_DEG), Transmitter(6.9, 43.72, 30.0)


def hills(shared: Path) -> tuple[Ground, Transmitter]:
    """Give the hills of Tennessee and a mast."""
    held = np.load(shared / "data/dem/jacksboro_fault_dem.npz")
    west, north, east, south = (float(held[name]) for name in ("xmin", "ymax", "dx", "dy"))
    ground = Ground(held["elevation"].astype(np.float32), west, north, east, south)
    return ground, Transmitter(west + 200 * east, north - 170 * south, 30.0)


def plain() -> tuple[Ground, Transmitter]:
    """Give a delta: slow swells of a metre, and noise of half a metre that reaches over a few pixels, as in SRTM."""
    noise = np.random.default_rng(1).standard_normal((706, 706))
    for _ in range(3):
        rows = noise[:-2] + noise[1:-1] + noise[2:]
        noise = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    swell = np.add.outer(np.sin(np.arange(700) / 37), np.cos(np.arange(700) / 53))
    values = (4 + swell + noise * 0.5 / noise.std()).astype(np.float32)
    return Ground(values, 105.0, 21.0, STEP_DEG, STEP_DEG), Transmitter(105.29, 20.71, 30.0)


def with_trees(ground: Ground) -> Ground:
    """Cover the ground with patches of 0, 8 and 15 m."""
    rows, columns = ground.heights_m.shape
    patches = np.random.default_rng(3).choice([0, 8, 15], (rows // 20 + 1, columns // 20 + 1)).astype(np.float32)
    return replace(ground, clutter_m=np.kron(patches, np.ones((20, 20), np.float32))[:rows, :columns])


def reference_db(ground: Ground, mast: Transmitter, lon_deg: float, lat_deg: float, asked: Conditions) -> list[float]:
    """Compute the losses to a point by the plain reference, over a profile sampled by formulas of its own."""
    length_km = great_circle(mast, lon_deg, lat_deg, 1)[0]
    spans = max(3, math.ceil(length_km / min(ground.pixel_km(mast.lat_deg), 0.1) - 1e-9))
    _, lons, lats = great_circle(mast, lon_deg, lat_deg, spans)
    heights, clutter = sampled(ground, lons, lats)
    zones = None if ground.zones is None else nearest(ground.zones, ground, lons, lats)
    return [
        path_loss(
            frequency_ghz=frequency_ghz,
            polarisation=asked.polarisation,
            distances_km=np.linspace(0, length_km, spans + 1),
            heights_m=heights,
            clutter_heights_m=clutter,
            zones=zones,
            transmitter_height_m=mast.height_m,
            receiver_height_m=asked.receiver_height_m,
            latitude_deg=(lat_deg + mast.lat_deg) / 2,
            time_percent=asked.time_percent,
            delta_n=asked.delta_n,
            n0=asked.n0,
        ).loss_db
        for frequency_ghz in asked.frequencies_ghz
    ]


def great_circle(mast: Transmitter, lon_deg: float, lat_deg: float, spans: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Give length (km) and even places of a great circle, by turning one unit vector into the other."""
    one, other = unit(mast.lon_deg, mast.lat_deg), unit(lon_deg, lat_deg)
    angle = 2 * np.arcsin(np.linalg.norm(one - other) / 2)
    share = np.linspace(0, 1, spans + 1)[:, None]
    x, y, z = ((np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle)).T
    return 6371 * angle, np.degrees(np.arctan2(y, x)), np.degrees(np.arcsin(z))


def unit(lon_deg: float, lat_deg: float) -> np.ndarray:
    lon, lat = np.radians([lon_deg, lat_deg])
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def sampled(ground: Ground, lons: np.ndarray, lats: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Give heights between the four values about each place, and the nearest clutter."""
    y, x = (ground.north_deg - lats) / ground.step_lat_deg, (lons - ground.west_deg) / ground.step_lon_deg
    rows, columns = ground.heights_m.shape
    i, j = np.clip(np.floor(y).astype(int), 0, rows - 2), np.clip(np.floor(x).astype(int), 0, columns - 2)
    y, x, h = y - i, x - j, ground.heights_m.astype(float)
    heights = (h[i, j] * (1 - x) + h[i, j + 1] * x) * (1 - y) + (h[i + 1, j] * (1 - x) + h[i + 1, j + 1] * x) * y
    return heights, None if ground.clutter_m is None else ground.clutter_m[i + (y >= 0.5), j + (x >= 0.5)]


def nearest(values: np.ndarray, ground: Ground, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Give the value of the grid's place nearest to each place."""
    rows = np.floor((ground.north_deg - lats) / ground.step_lat_deg + 0.5).astype(int)
    columns = np.floor((lons - ground.west_deg) / ground.step_lon_deg + 0.5).astype(int)
    return values[rows, columns]


def coast(shared: Path) -> tuple[Ground, Transmitter]:
    """Give the Riviera with its sea (what has no height there) and a mast near the beach: zones by height alone."""
    ground, _ = mountains(shared)
    zones = np.where(ground.heights_m <= 0, 1, np.where(ground.heights_m <= 100, 3, 4)).astype(np.uint8)
    return replace(ground, zones=zones), Transmitter(7.17, 43.66, 30.0)
