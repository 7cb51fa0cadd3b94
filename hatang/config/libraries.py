"""GDAL, PROJ and GEOS out of the wheels that pip installed: nothing from the system is needed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def in_wheel(package: str, start: str) -> str:
    """Give the path of a library that a package's wheel brought; "" where it was built against the system's own.

    The package is found, not imported: pyogrio brings pandas with it, a second of every start.
    """
    spec = find_spec(package)
    assert spec is not None and spec.origin
    found = sorted(Path(spec.origin).parents[1].glob(f"{package}.libs/{start}*"))
    return str(found[0]) if found else ""


GDAL_LIBRARY_PATH = in_wheel("pyogrio", "libgdal")
GEOS_LIBRARY_PATH = in_wheel("shapely", "libgeos_c")
