"""The reference systems of Viet Nam, which PostGIS does not all list by itself."""

from __future__ import annotations

from django.contrib.gis.utils import add_srs_entry
from django.db import connections

VN2000 = (4756, 3405, 3406, *range(9205, 9219))
"""Longitude and latitude, UTM zones 48 and 49, and the fourteen 3-degree zones of VN-2000."""


def add_reference_systems(alias: str = "default") -> list[int]:
    """Enter the systems that a PostGIS database lacks and give them; SQLite asks PROJ and needs nothing."""
    if not getattr(connections[alias].features, "supports_add_srs_entry", False):
        return []
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT srid FROM spatial_ref_sys")
        known = {srid for (srid,) in cursor.fetchall()}
    missing = [srid for srid in VN2000 if srid not in known]
    for srid in missing:
        add_srs_entry(srid, auth_srid=srid, database=alias)
    return missing
