"""Coverage: prepared terrain, runs of the radio engine and what they found."""

from hatang.coverage.models.antennas import AntennaPattern
from hatang.coverage.models.runs import (
    BROADBAND,
    SERVICES,
    CoverageRun,
    PredictedService,
    RunRaster,
    RunTally,
)
from hatang.coverage.models.terrain import Terrain

__all__ = [
    "BROADBAND",
    "SERVICES",
    "AntennaPattern",
    "CoverageRun",
    "PredictedService",
    "RunRaster",
    "RunTally",
    "Terrain",
]
