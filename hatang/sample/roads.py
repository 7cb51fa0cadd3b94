"""Made-up roads: a row for each street between neighbours and each street over a duct; no real road is among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib.gis.geos import LineString

from hatang.network.models import UndergroundWork
from hatang.places.models import Road
from hatang.sample.streets import Path, Streets, street_between

SOURCE = "Dữ liệu mô phỏng của chương trình, không phải đường thật"
LICENCE = "Không hạn chế"


def make_roads(streets: Streets, underground: Iterable[UndergroundWork]) -> list[Road]:
    """Make a territory's roads, unsaved, so that poles, ducts and cables run along them."""
    return [*along_streets(streets), *over_ducts(underground)]


def along_streets(streets: Streets) -> Iterator[Road]:
    """Make the roads from village to village."""
    for link, rank in streets.classes.items():
        yield road(streets.names[link], rank, line(street_between(*link)))


def over_ducts(underground: Iterable[UndergroundWork]) -> Iterator[Road]:
    """Make the streets of centres under which ducts lie."""
    for work in underground:
        yield road(work.along, Road.Class.URBAN, work.path)


def road(name: str, rank: str, path: LineString) -> Road:
    """Make one road, marked."""
    return Road(name=name, road_class=rank, path=path, source=SOURCE, licence=LICENCE, simulated=True)


def line(path: Path) -> LineString:
    """Write a path as the database takes it."""
    return LineString(path, srid=4326)
