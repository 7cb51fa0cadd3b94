"""What the addresses of probes and loads need, for the access table and their tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from hatang.systems.models import Agency, DataLink, InformationSystem, LinkWeek, LoadFile, SystemProbe
from tests.access_needs import People, stored_file
from tests.conftest import World

SINCE = date(2025, 1, 1)


def a_system(world: World, name: str = "dichvucong.thu.vn", **more: Any) -> InformationSystem:
    """Make a system of the province with a host name."""
    said = {"code": name[:40], "name": name, "kind": "portal", "host_name": name, "since_on": SINCE}
    return InformationSystem.objects.create(province=world.province, **said | more)


def a_link(world: World, code: str = "TSL-1", **more: Any) -> DataLink:
    """Make a link of the operator to the commune's committee."""
    body, _ = Agency.objects.get_or_create(
        province=world.province,
        code="UB-1",
        defaults={"name": "UBND xã", "sort": "commune", "commune": world.commune, "since_on": SINCE},
    )
    said = {"agency": body, "operator": world.operator, "commune": world.commune, "capacity_mbps": 100.0}
    return DataLink.objects.create(province=world.province, code=code, since_on=SINCE, **said | more)


def a_look(system: InformationSystem, **more: Any) -> SystemProbe:
    """Make a look at which the host answered over IPv4."""
    said = {"has_ipv4": True, "has_ipv6": False, "answers_ipv4": True, "answers_ipv6": False}
    return SystemProbe.objects.create(system=system, host_name=system.host_name, at=timezone.now(), **said | more)


def looked_at(world: World, people: People) -> dict[str, Any]:
    """Address a system that was looked at."""
    return {"pk": a_look(a_system(world)).system_id}


def loaded_link(world: World, people: People) -> dict[str, Any]:
    """Have a link with a judged week; address its province."""
    facts = {"inbound_mbps": 95.0, "outbound_mbps": 1.0, "capacity_mbps": 100.0, "samples": 2016}
    LinkWeek.objects.create(link=a_link(world), ends_on=date(2026, 3, 7), **facts)
    return {"code": world.province.code}


def departments_samples(world: World, people: People) -> dict[str, Any]:
    """Address a file of samples, found wrong."""
    file = stored_file(world, people, "tai.csv")
    return {"pk": LoadFile.objects.create(file=file, province=world.province, state="wrong").pk}
