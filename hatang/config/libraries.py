"""GDAL, PROJ and GEOS out of the wheels that pip installed: nothing from the system is needed."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import shapely


def in_wheel(package: str, start: str) -> str:
    """Give the path of a library that a wheel brought; "" where it was built against the system's own."""
    found = sorted(Path(package).parents[1].glob(f"*.libs/{start}*"))
    return str(found[0]) if found else ""


GDAL_LIBRARY_PATH = in_wheel(pyogrio.__file__, "libgdal")
GEOS_LIBRARY_PATH = in_wheel(shapely.__file__, "libgeos_c")
