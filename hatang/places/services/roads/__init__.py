"""Roads and railways out of files: read, compared with what is stored, saved whole."""

from hatang.places.services.roads.importing import (
    RoadsOutcome,
    RoadsSaved,
    check_roads,
    save_roads,
    sources_of,
    territory_of,
)
from hatang.places.services.roads.near import roads_near
from hatang.places.services.roads.reading import RoadsAsked

__all__ = [
    "RoadsAsked",
    "RoadsOutcome",
    "RoadsSaved",
    "check_roads",
    "roads_near",
    "save_roads",
    "sources_of",
    "territory_of",
]
