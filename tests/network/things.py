"""Things of every kind for tests: the operator's own, near Đồng Đăng."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.gis.geos import LineString

from hatang.accounts.models import Organisation
from hatang.network.kinds import Kind
from tests.conftest import World

SORTS = {
    "mast": "A1",
    "house": "NT1",
    "underground": "N1",
    "chamber": "N1",
    "pole_line": "C1",
    "pole": "C1",
    "cable": "aerial",
    "closure": "joint",
}
PATH = ((106.7, 21.95), (106.702, 21.951), (106.705, 21.951))


def make_thing(kind: Kind, world: World, code: str, owner: Organisation | None = None, /, **more: Any) -> Any:
    """Make a thing of a kind, in use since 2020 unless told otherwise."""
    facts: dict[str, Any] = {
        "code": code,
        "owner": owner or world.operator,
        "province": world.province,
        "commune": world.commune,
        "built_on": date(2020, 1, 1),
        kind.sort: SORTS[kind.key],
    }
    if kind.is_line:
        facts["path"] = LineString(*PATH, srid=4326)
    else:
        facts |= {"lon": 106.700123, "lat": 21.950456}
    return kind.objects.create(**(facts | more))
