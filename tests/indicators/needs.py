"""What addresses of the measuring cycle need in the access table: each makes the rows and gives the arguments."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Finding, FormItem, Return
from hatang.indicators.services.filling import attach_evidence
from tests.conftest import World
from tests.indicators.cycle import an_item, make_form, make_period, make_return

People = dict[str, Person]
ITEMS = [an_item("so-ho"), an_item("co-tram", FormItem.Kind.EXTRACT, extract="tram-4g", unit_code="count")]


def communes_return(world: World, people: People) -> dict[str, Any]:
    """Address the return of the commune in an open period."""
    period = make_period(make_form(world.province, ITEMS))
    return {"pk": make_return(period, world.commune).pk}


def operators_return(world: World, people: People) -> dict[str, Any]:
    """Address the return of the first operator, which its rival must not learn of."""
    period = make_period(make_form(world.province, ITEMS, code="dn", filer="operator"))
    make_return(period, world.province, world.rival)
    return {"pk": make_return(period, world.province, world.operator).pk}


def open_period(world: World, people: People) -> dict[str, Any]:
    """Address an open period with two operators' returns."""
    row = Return.objects.get(pk=operators_return(world, people)["pk"])
    return {"pk": row.period_id}


def act_on_period(world: World, people: People) -> dict[str, Any]:
    """Address the closing of an open period."""
    return open_period(world, people) | {"act": "dong"}


def period_to_check(world: World, people: People) -> dict[str, Any]:
    """Address the province's desk, with an open period."""
    operators_return(world, people)
    return {"code": world.province.code}


def checking_of_return(world: World, people: People) -> dict[str, Any]:
    """Address the checking of an operator's return, which not even its rival is to know of."""
    return operators_return(world, people) | {"act": "tra-lai"}


def finding_of_return(world: World, people: People) -> dict[str, Any]:
    """Address what a check found in an operator's return that it still fills."""
    row = Return.objects.get(pk=operators_return(world, people)["pk"])
    found = Finding.objects.create(of_return=row, rule="jump", key="jump", message="nhảy", found_at=timezone.now())
    return {"pk": row.pk, "finding": found.pk}


def evidence_of_cell(world: World, people: People) -> dict[str, Any]:
    """Address the file that an operator brought to a cell of its return."""
    row = Return.objects.whole().get(pk=operators_return(world, people)["pk"])
    item, paper = row.period.version.items.get(code="so-ho"), SimpleUploadedFile("quyet-dinh.txt", b"1.250 ho")
    cell = attach_evidence(actor=people["operator"], return_=row, item=item, place=row.place, upload=paper)
    return {"pk": row.pk, "file": cell.evidence_id}


def cell_with_evidence(world: World, people: People) -> dict[str, Any]:
    """Address a cell of an operator's return, with its file."""
    row = Return.objects.get(pk=evidence_of_cell(world, people)["pk"])
    return {"pk": row.pk, "code": "so-ho", "place": row.place_id}
