"""What addresses of measuring and demand need, for the access table."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hatang.quality.models import KeptTest
from tests.access_needs import People, province
from tests.conftest import World


def shared_test(world: World, people: People) -> dict[str, Any]:
    """Address a test that somebody kept."""
    facts = {"province": world.province, "commune": world.commune, "at": timezone.now(), "pair": "0" * 32}
    return {"code": KeptTest.objects.create(**facts, download_mbps=50, upload_mbps=10).code}


def purpose_here(world: World, people: People) -> dict[str, Any]:
    """Address a purpose in the province."""
    return province(world, people) | {"key": "class"}
