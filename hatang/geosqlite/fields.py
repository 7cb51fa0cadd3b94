"""A point that the database computes from two number columns, with a spatial index, on SQLite and PostGIS alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.gis.db.models import PointField
from django.db.models import F, GeneratedField

from hatang.geosqlite.functions import MakePoint

COMPUTED = ("expression", "output_field", "db_persist", "null")


class GeneratedPointField(GeneratedField):
    """A point kept by the database from the columns `lon` and `lat`; only they are written.

    The attributes are those by which the schema editors know a geometry column and index it. It is null where a
    number is, and says so, that `exclude` may guard against NULL.
    """

    spatial_index = True
    geom_type = "POINT"
    geography = False
    geodetic = True
    dim = 2

    def __init__(self, *, lon: str, lat: str, srid: int = 4326, **more: Any) -> None:
        self.lon, self.lat, self.srid = lon, lat, srid
        super().__init__(
            expression=MakePoint(F(lon), F(lat), srid=srid),
            output_field=PointField(srid=srid, null=True),
            db_persist=True,
            null=True,
            **{name: value for name, value in more.items() if name not in COMPUTED},
        )

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Name the two columns; what follows from them stays out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        kept = {key: value for key, value in kwargs.items() if key not in COMPUTED}
        return name, path, args, kept | {"lon": self.lon, "lat": self.lat, "srid": self.srid}


__all__ = ["GeneratedPointField", "MakePoint"]
