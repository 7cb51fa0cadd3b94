"""What the addresses of outages need, for the access table and the tests of outages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.quality.models import Beacon, Outage, OutageFile, OutagePlace
from tests.access_needs import People, stored_file
from tests.conftest import World


def outage_of(world: World, operator: Organisation, reference: str = "SC-1", **more: Any) -> Outage:
    """Make an outage of an operator in the commune, of an hour, two hours ago."""
    begun = timezone.now() - timedelta(hours=2)
    facts = {"service": "mobile", "cause": "power", "began_at": begun, "ended_at": begun + timedelta(hours=1)}
    row = Outage.objects.create(province=world.province, operator=operator, reference=reference, **facts | more)
    OutagePlace.objects.create(outage=row, commune=world.commune)
    return row


def operators_outage(world: World, people: People) -> dict[str, Any]:
    """Address the operator's outage."""
    return {"pk": outage_of(world, world.operator).pk}


def outage_under_way(world: World, people: People) -> dict[str, Any]:
    """Address an outage that did not end yet."""
    return {"pk": outage_of(world, world.operator, ended_at=None).pk}


def a_beacon(world: World, **more: Any) -> tuple[Beacon, str]:
    """Make a beacon at the commune's committee; give it with its key."""
    facts = {"commune": world.commune, "operator": world.operator, "service": "fixed", "name": "UBND xã"}
    beacon = Beacon(province=world.province, **facts | more)
    key = beacon.new_key()
    beacon.save()
    return beacon, key


def seen_silence(world: World, people: People) -> dict[str, Any]:
    """Address what a beacon saw."""
    beacon, _ = a_beacon(world)
    return {"pk": outage_of(world, world.operator, standing="to_confirm", beacon=beacon).pk}


def beacons_key(world: World, people: People) -> dict[str, Any]:
    """Address a beacon that gets a new key."""
    return {"pk": a_beacon(world)[0].pk, "act": "khoa"}


def operators_file(world: World, people: People) -> dict[str, Any]:
    """Address a file of outages that the operator brought, found wrong."""
    file = stored_file(world, people, "su-co.csv")
    return {"pk": OutageFile.objects.create(file=file, province=world.province, state="wrong").pk}
