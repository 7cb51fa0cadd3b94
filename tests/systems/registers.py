"""Rows of the registers of systems for tests: a body, a centre, a cloud, a system, a link, and their files."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from openpyxl import Workbook

from hatang.systems.models import Agency, CloudService, DataCentre, DataLink, Entry, Host, InformationSystem
from tests.conftest import World

SINCE = date(2024, 1, 1)
ON = date(2026, 6, 30)


def add(model: Any, world: World, code: str, **facts: Any) -> Any:
    """Make a row of Lạng Sơn, in use."""
    named = {"name": f"Dòng {code}"} if model._meta.get_field("name").editable else {}
    given = named | {"province": world.province, "since_on": SINCE} | facts
    return model.objects.create(code=code, **given)


def agency(world: World, code: str = "CQ-1", **facts: Any) -> Agency:
    """Make a body, a state body in the first commune unless something else is said."""
    row: Agency = add(Agency, world, code, **({"sort": "state", "commune": world.commune} | facts))
    return row


def system(world: World, code: str = "HT-1", **facts: Any) -> InformationSystem:
    """Make a system of which nothing is missing."""
    owner = facts.pop("owner", "none")
    if owner == "none":
        owner = Agency.objects.filter(province=world.province).first() or agency(world)
    whole = {"kind": "system", "owner": owner, "security_level": 3, "security_file": "1/QĐ", "backup": True}
    whole |= {"security_file_on": date(2026, 1, 1), "hosting": "own_room", "host_name": f"{code.lower()}.example.vn"}
    row: InformationSystem = add(InformationSystem, world, code, **(whole | facts))
    return row


def link(world: World, code: str = "TSL-1", **facts: Any) -> DataLink:
    """Make a link of the first operator to a body."""
    to = facts.pop("agency", None) or Agency.objects.filter(province=world.province).first() or agency(world)
    given = {"agency": to, "operator": world.operator, "commune": world.commune, "capacity_mbps": 50}
    row: DataLink = add(DataLink, world, code, **(given | facts))
    return row


def centre(world: World, code: str = "TT-1", **facts: Any) -> DataCentre:
    """Make a data centre."""
    row: DataCentre = add(DataCentre, world, code, **({"commune": world.commune} | facts))
    return row


def cloud(world: World, code: str = "DM-1", **facts: Any) -> CloudService:
    """Make a domestic cloud."""
    row: CloudService = add(CloudService, world, code, **({"provider": "Nhà A", "origin": "domestic"} | facts))
    return row


def host(world: World, code: str = "VM-1", **facts: Any) -> Host:
    """Make a virtual machine in a centre."""
    home = facts.pop("centre", None) or centre(world)
    row: Host = add(Host, world, code, **({"kind": "virtual", "centre": home} | facts))
    return row


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """Make a workbook of sheets of lines."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def held(model: type[Entry], code: str) -> Any:
    """Read a row by its code."""
    return model._default_manager.get(code=code)
