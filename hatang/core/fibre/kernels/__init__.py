"""Compiled kernels of the fibre planner: shortest paths, Steiner trees, their improvement, bounds, bridges, rings.

All work on one form of a graph (`csr`): nodes 0 to n-1, each stretch twice, once from either end. Code once compiled
is kept for the next start, in a folder named after these sources (see `hatang.core.radio.kernels` for why); every
kernel is loaded here, so that the folder is set for these alone.
"""

from pathlib import Path

from numba.core import config

from hatang.core.radio.kernels import HELD, digest_of

BEFORE = config.__dict__["CACHE_DIR"]
config.__dict__["CACHE_DIR"] = str(HELD / f"fibre-{digest_of(Path(__file__).parent)}")
try:
    from hatang.core.fibre.kernels import ascent, bridges, csr, heaps, rings, tree, windows
finally:
    config.__dict__["CACHE_DIR"] = BEFORE

__all__ = ["ascent", "bridges", "csr", "heaps", "rings", "tree", "windows"]
