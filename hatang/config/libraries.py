"""GDAL, PROJ and GEOS out of the wheels that pip installed: nothing from the system is needed."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pyogrio
import shapely


def in_wheel(package: ModuleType, start: str) -> str:
    """Give the path of a library that a package's wheel brought; "" where it was built against the system's own."""
    found = sorted(Path(str(package.__file__)).parents[1].glob(f"{package.__name__}.libs/{start}*"))
    return str(found[0]) if found else ""


GDAL_LIBRARY_PATH = in_wheel(pyogrio, "libgdal")
GEOS_LIBRARY_PATH = in_wheel(shapely, "libgeos_c")
