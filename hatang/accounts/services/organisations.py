"""Organisations from the reference tables, and who answers for a dissolved body's duties."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Organisation, OrganisationSuccession, Person
from hatang.accounts.services.history import sign
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import LegalReference, Place

FIELDS = ("kind", "name", "short_name", "province_id", "valid_from", "valid_to")
Cells = dict[str, str]


@dataclass
class OrganisationsRead:
    """What reading the tables did; `missing` names the provinces that are not loaded, whose bodies were left out."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    successions: int = 0
    missing: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return (
            f"Tổ chức: thêm {self.added}, sửa {self.changed}, giữ nguyên {self.unchanged}; "
            f"quan hệ kế tiếp mới: {self.successions}."
        )


@transaction.atomic
def import_organisations(folder: Path | None = None) -> OrganisationsRead:
    """Read the two tables; what stands is updated by its key, nothing is removed."""
    folder = folder or settings.REFERENCE
    read = OrganisationsRead()
    _import_bodies(_lines(folder / "organisations.csv"), read)
    _import_successions(_lines(folder / "organisation_successions.csv"), read)
    return read


def _lines(path: Path) -> Iterator[tuple[int, Cells]]:
    """Give each line of the table with its number."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from enumerate(csv.DictReader(file), start=2)


def _import_bodies(lines: Iterable[tuple[int, Cells]], read: OrganisationsRead) -> None:
    provinces = _provinces()
    standing = {o.key: o for o in Organisation.objects.exclude(key=None)}
    new, changed = [], []
    for number, cells in lines:
        place = (cells["province_code"], bool(cells["former"]))
        if place[0] and place not in provinces:
            read.missing.add(f"mã {place[0]}{' (cũ)' if place[1] else ''}")
            continue
        wanted = _wanted(number, cells, provinces.get(place))
        body = standing.get(cells["key"])
        if body is None:
            new.append(Organisation(key=cells["key"], **wanted))
        elif any(getattr(body, name) != value for name, value in wanted.items()):
            changed.append(_with(body, wanted))
        else:
            read.unchanged += 1
    read.added, read.changed = len(new), len(changed)
    _store_bodies(new, changed)


def _provinces() -> dict[tuple[str, bool], int]:
    """Give the provinces by code and by whether they are former ones."""
    rows = Place.objects.provinces().values_list("code", "valid_to", "pk")
    return {(code, valid_to is not None): pk for code, valid_to, pk in rows}


def _wanted(number: int, cells: Cells, province_id: int | None) -> dict[str, Any]:
    if cells["kind"] not in Organisation.Kind.values:
        raise ValidationError(f"organisations.csv, dòng {number}, cột kind: không có loại “{cells['kind']}”.")
    return {
        "kind": cells["kind"],
        "name": cells["name"],
        "short_name": cells["short_name"],
        "province_id": province_id,
        "valid_from": _date(number, cells, "valid_from"),
        "valid_to": _date(number, cells, "valid_to"),
    }


def _date(number: int, cells: Cells, column: str) -> date | None:
    try:
        return date.fromisoformat(cells[column]) if cells[column] else None
    except ValueError as error:
        raise ValidationError(f"Dòng {number}, cột {column}: “{cells[column]}” phải viết như 2025-03-01.") from error


def _with(body: Organisation, values: dict[str, Any]) -> Organisation:
    for name, value in values.items():
        setattr(body, name, value)
    return body


def _store_bodies(new: list[Organisation], changed: list[Organisation]) -> None:
    for body in new + changed:
        body.fill_keys()
    bulk_create_with_history(new, Organisation)
    bulk_update_with_history(changed, Organisation, [*FIELDS, "search_key", "sort_key"])


def _import_successions(lines: Iterable[tuple[int, Cells]], read: OrganisationsRead) -> None:
    keys = dict(Organisation.objects.exclude(key=None).values_list("key", "pk"))
    standing = set(OrganisationSuccession.objects.values_list("predecessor_id", "successor_id"))
    legal: dict[tuple[str, str, str], LegalReference] = {}
    new = []
    for number, cells in lines:
        old, heir, on = keys.get(cells["predecessor"]), keys.get(cells["successor"]), _date(number, cells, "on")
        if old is None or heir is None or on is None or (old, heir) in standing:
            continue
        papers = {"duties": cells["duties"], "legal": _legal(cells, legal)}
        new.append(OrganisationSuccession(predecessor_id=old, successor_id=heir, on=on, **papers))
    bulk_create_with_history(new, OrganisationSuccession)
    read.successions = len(new)


def _legal(cells: Cells, known: dict[tuple[str, str, str], LegalReference]) -> LegalReference | None:
    """Find or make the document that a line names; documents are one by number, issuer and date."""
    name = (cells["legal_number"], cells["legal_issuer"], cells["legal_date"])
    if not name[0]:
        return None
    if name not in known:
        signed = date.fromisoformat(name[2]) if name[2] else None
        known[name], _ = LegalReference.objects.get_or_create(number=name[0], issuer=name[1], date=signed)
    return known[name]


def bodies_on(organisations: Iterable[Organisation], on: date) -> dict[int, Organisation]:
    """Give for each organisation the one that answers for its duties on that day, itself or a successor; one query."""
    rows = (
        OrganisationSuccession.objects.filter(on__lte=on, duties="").select_related("successor").order_by("-on", "-pk")
    )
    heirs = {row.predecessor_id: row.successor for row in rows}
    return {body.pk: _heir(body, heirs) for body in organisations}


def _heir(body: Organisation, heirs: dict[int, Organisation]) -> Organisation:
    """Follow the successors to the last one; a circle ends where it closes."""
    seen = {body.pk}
    while body.pk in heirs and heirs[body.pk].pk not in seen:
        body = heirs[body.pk]
        seen.add(body.pk)
    return body


def body_on(organisation: Organisation, on: date) -> Organisation:
    """Give the body that answers for the organisation's duties on that day."""
    return bodies_on([organisation], on)[organisation.pk]


def add_succession(*, actor: Person, succession: OrganisationSuccession) -> OrganisationSuccession:
    """Record that duties passed from one body to another; the actor must be able to change the old one."""
    if not Organisation.objects.editable_by(actor).filter(pk=succession.predecessor_id).exists():
        raise PermissionDenied("Bạn không được sửa tổ chức này.")
    sign(succession, actor)
    succession.full_clean()
    if body_on(succession.successor, succession.on).pk == succession.predecessor_id and not succession.duties:
        raise ValidationError({"successor": "Hai tổ chức không thể kế tiếp lẫn nhau."})
    succession.save()
    return succession
