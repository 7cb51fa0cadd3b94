"""What this backend can do, in Django's words."""

from __future__ import annotations

import django.db.backends.sqlite3.base  # noqa: F401  (first: its parts import it in a circle)
from django.contrib.gis.db.backends.base.features import BaseSpatialFeatures
from django.db.backends.sqlite3.features import DatabaseFeatures as SQLiteFeatures


class DatabaseFeatures(BaseSpatialFeatures, SQLiteFeatures):
    """As PostGIS where SQLite lets us; areas in square degrees are refused rather than called square metres."""

    has_spatialrefsys_table = False
    supports_add_srs_entry = False
    supports_3d_storage = True
    supports_area_geodetic = False
    supports_empty_geometries = True
    empty_intersection_returns_none = False
