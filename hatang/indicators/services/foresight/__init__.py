"""Where figures are going: projections from their history and from works known to come."""

from hatang.indicators.services.foresight.projecting import (
    Projection,
    project_communes,
    project_values,
    projection_of,
)
from hatang.indicators.services.foresight.works import Gain, Works, works_for, year_of

__all__ = [
    "Gain",
    "Projection",
    "Works",
    "project_communes",
    "project_values",
    "projection_of",
    "works_for",
    "year_of",
]
