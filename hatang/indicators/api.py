"""Returns by API, for an operator's own machines: which are asked, what stands in one, answers in, sent off."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from hatang.indicators.models import Return
from hatang.indicators.services.approval import is_filer, submit_return
from hatang.indicators.services.filling import Change, answer_of, items_of, lines_of, save_cells, status_of
from hatang.indicators.services.periods import places_of

MOST_CHANGES = 5_000

router = Router(tags=["Phiếu báo cáo"])


class Asked(Schema):
    """A return that is asked for."""

    id: UUID
    period: str
    filer: str
    state: str
    version: int
    due_on: date


class CellOut(Schema):
    """One cell: what is asked, what stands as it would be typed, the revision to answer over, what is lacking."""

    item: str
    label: str
    kind: str
    unit: str
    place: int
    place_name: str
    typed: str
    revision: int
    lacking: str
    counted: dict[str, Any] | None


class Whole(Asked):
    """A return with all its cells."""

    cells: list[CellOut]


class ChangeIn(Schema):
    """What is typed into one cell, over the revision that was read (0: none); ratios as `120 / 1500`."""

    item: str
    place: int
    typed: str
    revision: int
    note: str | None = None


class Changes(Schema):
    """Some changes, each taken or refused by itself."""

    changes: list[ChangeIn] = Field(max_length=MOST_CHANGES)


class Answer(Schema):
    """The cells as they now stand, those that somebody else changed meanwhile, and those that cannot be read."""

    cells: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    faults: list[dict[str, Any]]


def told(row: Return) -> dict[str, Any]:
    """Say which return it is and how it stands."""
    return {
        "id": row.pk,
        "period": row.period.title,
        "filer": str(row.filer),
        "state": row.state,
        "version": row.period.version.number,
        "due_on": row.clock.due_on if row.clock else row.period.due_on,
    }


def seen(request: HttpRequest, pk: UUID) -> Return:
    """Give a return that the person may see."""
    return get_object_or_404(Return.objects.visible_to(request.user).whole(), pk=pk)


def filed(request: HttpRequest, pk: UUID) -> Return:
    """Give a return for whose filer the person acts."""
    row = seen(request, pk)
    actor: Any = request.user
    if not is_filer(actor, row):
        raise Http404
    return row


@router.get("/", response=list[Asked], summary="Các phiếu đang phải điền")
def list_returns(request: HttpRequest) -> Any:
    """List the returns that wait to be filled, the first due first."""
    rows = Return.objects.visible_to(request.user).whole().fillable()
    return [told(row) for row in rows.order_by("period__due_on", "pk")[:1000]]


@router.get("/{uuid:pk}", response=Whole, summary="Một phiếu với mọi ô")
def get_return(request: HttpRequest, pk: UUID) -> Any:
    """Give a return with every cell."""
    row = seen(request, pk)
    lines = lines_of(row, items_of(row), places_of(row))
    cells = [
        {
            "item": line.item.code,
            "label": line.item.label,
            "kind": line.item.kind,
            "unit": line.item.unit.code if line.item.unit else "",
            "place": line.place.pk,
            "place_name": str(line.place),
            "typed": line.stored,
            "revision": line.revision,
            "lacking": line.lacking,
            "counted": line.counted or None,
        }
        for line in lines
    ]
    return told(row) | {"cells": cells}


@router.put("/{uuid:pk}/o", response={200: Answer, 409: Answer, 422: Answer}, summary="Ghi một số ô")
def put_cells(request: HttpRequest, pk: UUID, asked: Changes) -> Any:
    """Save some cells, each by itself; nobody writes over a revision that they have not read."""
    row = filed(request, pk)
    actor: Any = request.user
    saved = save_cells(actor=actor, return_=row, changes=[Change(**change.dict()) for change in asked.changes])
    return Status(status_of(saved), answer_of(saved))


@router.post("/{uuid:pk}/gui", response=Asked, summary="Gửi phiếu")
def send_return(request: HttpRequest, pk: UUID) -> Any:
    """Send a return on its way; what keeps it is said in words, and stands on its page."""
    row = filed(request, pk)
    actor: Any = request.user
    submit_return(actor=actor, return_=row)
    return told(seen(request, pk))
