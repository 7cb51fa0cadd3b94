"""What addresses of the registers of systems need in the access table."""

from __future__ import annotations

from datetime import date
from typing import Any

from hatang.accounts.models import Person
from hatang.systems.models import SystemFinding, SystemsUpload
from tests.access_needs import stored_file
from tests.conftest import World
from tests.systems.registers import system

People = dict[str, Person]


def register(world: World, people: People) -> dict[str, Any]:
    """Address the registers of the province, which hold something."""
    system(world)
    return {"code": world.province.code}


def register_of_kind(world: World, people: People) -> dict[str, Any]:
    """Address the list of systems."""
    return register(world, people) | {"kind": "he-thong-thong-tin"}


def registered_system(world: World, people: People) -> dict[str, Any]:
    """Address a system."""
    return {"kind": "he-thong-thong-tin", "pk": system(world).pk}


def system_finding(world: World, people: People) -> dict[str, Any]:
    """Address what is missing of a system."""
    row = SystemFinding.objects.create(
        province=world.province, rule="no_level", system=system(world), since_on=date(2026, 1, 1)
    )
    return {"pk": row.pk}


def systems_upload(world: World, people: People) -> dict[str, Any]:
    """Address a file that was found wrong."""
    file = stored_file(world, people, "he-thong.xlsx")
    row = SystemsUpload.objects.create(file=file, province=world.province, state=SystemsUpload.State.WRONG)
    return {"pk": row.pk}


def documented_system(world: World, people: People) -> dict[str, Any]:
    """Address a system of which the document can be changed."""
    return {"pk": system(world).pk}


def system_document(world: World, people: People) -> dict[str, Any]:
    """Address the document of a system."""
    file = stored_file(world, people, "cap-do.pdf")
    return {"pk": system(world, security_document=file).pk, "file": file.pk}
