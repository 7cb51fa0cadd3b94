"""Coverage: prepared terrain, runs of the radio engine, what they found, and evidence of every kind beside it."""

from hatang.coverage.models.antennas import AntennaPattern
from hatang.coverage.models.calibration import AcceptedOffset, Calibration, CalibrationRow
from hatang.coverage.models.challenges import (
    ANSWER_CHALLENGE,
    DECIDE_CHALLENGE,
    OPEN_CHALLENGE,
    SEE_CHALLENGE,
    Challenge,
    ChallengeStep,
)
from hatang.coverage.models.evidence import (
    MARKS,
    MEASURE,
    SEE_EVIDENCE,
    VERIFY,
    CountedService,
    CountingState,
    Level,
    Measurement,
    MeasurementFile,
    Verification,
    people_first,
)
from hatang.coverage.models.readiness import ReadinessAnswer
from hatang.coverage.models.runs import (
    BROADBAND,
    SERVICE_CHOICES,
    SERVICES,
    CoverageRun,
    PredictedService,
    RunRaster,
    RunTally,
)
from hatang.coverage.models.terrain import Terrain

__all__ = [
    "ANSWER_CHALLENGE",
    "BROADBAND",
    "DECIDE_CHALLENGE",
    "MARKS",
    "MEASURE",
    "OPEN_CHALLENGE",
    "SEE_CHALLENGE",
    "SEE_EVIDENCE",
    "SERVICES",
    "SERVICE_CHOICES",
    "VERIFY",
    "AcceptedOffset",
    "AntennaPattern",
    "Calibration",
    "CalibrationRow",
    "Challenge",
    "ChallengeStep",
    "CountedService",
    "CountingState",
    "CoverageRun",
    "Level",
    "Measurement",
    "MeasurementFile",
    "PredictedService",
    "ReadinessAnswer",
    "RunRaster",
    "RunTally",
    "Terrain",
    "Verification",
    "people_first",
]
