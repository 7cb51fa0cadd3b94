"""What the addresses of open data need, for the access table and their tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from hatang.accounts.models import Organisation
from hatang.indicators.models import Indicator, Value
from hatang.network.models import Mast
from hatang.opendata.catalogue import BY_SLUG
from hatang.opendata.models import DatasetVersion, ErrorReport
from hatang.opendata.services.versions import publish_version
from hatang.places.models import Place
from tests.access_needs import People
from tests.conftest import World
from tests.instants import at

SINCE = date(2025, 7, 1)


def published(world: World, slug: str = "thon") -> DatasetVersion:
    """Publish a dataset of the small world's province."""
    version = publish_version(dataset=BY_SLUG[slug], province=world.province)
    assert version is not None
    return version


def an_indicator(code: str = "thu", **more: Any) -> Indicator:
    """Make an indicator in per cent."""
    said = {"number": 1, "name": "Tỷ lệ thôn có 5G", "short_name": "5G", "component": "telecom"} | more
    return Indicator.objects.create(code=code, unit_code="percent", rollup="sum", source="reported", **said)


def a_figure(indicator: Indicator, place: Place, value: float, **more: Any) -> Value:
    """Make a published figure."""
    said = {"year": 2025, "on": date(2025, 12, 31), "how": "reported", "state": "published"} | more
    return Value.objects.create(
        indicator=indicator, place=place, value=value, known_from=at("05/01/2026 08:00"), **said
    )


def a_mast(world: World, code: str, owner: Organisation, **more: Any) -> Mast:
    """Make a mast in use."""
    said = {"commune": world.commune, "lon": 106.691234, "lat": 21.943456, "built_on": SINCE, "height_m": 42.0} | more
    return Mast.objects.create(code=code, owner=owner, province=world.province, **said)


def a_dataset(world: World, people: People) -> dict[str, Any]:
    """Name the villages of the province."""
    published(world)
    return {"dataset": "thon", "code": world.province.code}


def a_file(world: World, people: People) -> dict[str, Any]:
    """Name their file."""
    return a_dataset(world, people) | {"ending": "csv"}


def an_old_file(world: World, people: People) -> dict[str, Any]:
    """Name a version of their file."""
    return a_file(world, people) | {"number": 1}


def described(world: World, people: People) -> dict[str, Any]:
    """Name their description for harvesters."""
    return a_dataset(world, people) | {"form": "ttl"}


def whole_catalogue(world: World, people: People) -> dict[str, Any]:
    """Name the catalogue, with a dataset in it."""
    published(world)
    return {"form": "jsonld"}


def an_action(world: World, people: People) -> dict[str, Any]:
    """Name a question in CKAN's words."""
    published(world)
    return {"name": "package_search"}


def a_collection(world: World, people: People) -> dict[str, Any]:
    """Name the villages as a collection."""
    published(world)
    return {"name": f"thon-{world.province.code}"}


def a_feature(world: World, people: People) -> dict[str, Any]:
    """Name a village as a feature."""
    return a_collection(world, people) | {"feature": str(world.village.pk)}


def an_error_report(world: World, people: People) -> dict[str, Any]:
    """Make what somebody reported."""
    row = ErrorReport.objects.create(dataset="thon", province=world.province, version_number=1, words="sai số hộ")
    return {"pk": row.pk}
