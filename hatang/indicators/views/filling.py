"""The page of a return: filled line by line, saved as it is typed or all at once, for who files it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hatang.accounts.services import person_of
from hatang.core.vietnamese import day, number
from hatang.indicators.models import CHECK_RETURN, SIGN_RETURN, FormItem, Return
from hatang.indicators.services.approval import is_filer, may_be_filled
from hatang.indicators.services.filling import (
    LOCKED,
    Change,
    Line,
    Saved,
    answer_of,
    answered_by_place,
    due_words,
    items_of,
    lines_of,
    may_fill,
    rows_address,
    save_cells,
    sections,
    status_of,
)
from hatang.indicators.services.periods import places_of
from hatang.indicators.services.return_forms import joined
from hatang.indicators.views.approval import return_acts
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place

RETURNS = "Phiếu báo cáo"
MOST_CHANGES = 500
MOST_WAITING = 500
MOST_KEY = 14


# --- which returns there are


class Returns(LoginRequiredMixin, ListPage):
    """The returns that a person may see: for who files, their own; the last due first."""

    title = RETURNS
    template = "indicators/returns.html"
    search_fields = ("place__search_key", "organisation__search_key")
    accented_fields = ("period__title",)
    default_sort = "-period__due_on"
    ties = ("-period__last_on", "filer_key", "pk")
    empty_text = "Chưa có phiếu nào của bạn. Khi một kỳ thu thập mở, phiếu hiện ở đây và bạn được báo."
    columns = (
        Column("Kỳ", lambda r: r.period.title, "period__title", link=Return.get_absolute_url),
        Column("Người nộp", lambda r: str(r.filer), "filer_key"),
        Column("Trạng thái", lambda r: r.get_state_display(), "state"),
        Column("Hạn nộp", lambda r: day(r.clock.due_on if r.clock else r.period.due_on), "clock__due_at"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Return]:
        rows = Return.objects.visible_to(request.user).whole().with_filer_key()
        state = request.GET.get("tt", "")
        return rows.filter(state=state) if state in Return.State.values else rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        states = Return.State.choices
        mine = Return.objects.visible_to(request.user).fillable().select_related("period")
        waiting = sum(is_filer(person_of(request), row) for row in mine[:MOST_WAITING])
        sent = Return.objects.visible_to(request.user).filter(state=Return.State.SUBMITTED).select_related("province")
        to_sign = sum(request.user.has_perm(SIGN_RETURN, row) for row in sent[:MOST_WAITING])
        told = {"states": states, "chosen": request.GET.get("tt", ""), "waiting": waiting, "to_sign": to_sign}
        return told | {"crumbs": [(RETURNS, "")]}


# --- one return


def visible_return(request: HttpRequest, pk: object) -> Return:
    """Give a return that the person may see; another's answers as one that is not."""
    return get_object_or_404(Return.objects.visible_to(request.user).whole(), pk=pk)


@dataclass(frozen=True)
class Part:
    """What of a return one page shows: a place, or one line at every place."""

    items: list[FormItem]
    places: list[Place]
    place: Place | None = None
    item: FormItem | None = None


def part_of(request: HttpRequest, row: Return, items: list[FormItem], done: dict[int, int]) -> tuple[Part, list[Place]]:
    """Choose what the page shows, and list all places of the return; by default the first place not yet finished."""
    places = places_of(row)
    if not row.period.form.by_commune:
        return Part(items, places, places[0]), places
    item = next((i for i in items if i.code == request.GET.get("dong")), None)
    if item is not None:
        return Part([item], places, item=item), places
    asked = whole_number(request.GET.get("noi", ""), MOST_KEY)
    wanted = sum(item.required for item in items)
    unfinished = next((p for p in places if done.get(p.pk, 0) < wanted), places[0] if places else None)
    place = next((p for p in places if p.pk == asked), unfinished)
    return Part(items, [place] if place else [], place), places


@login_required
@require_http_methods(["GET", "POST"])
def return_page(request: HttpRequest, pk: object) -> HttpResponse:
    """Show a return, or take what was typed into it as a whole page, as a browser without scripts sends it."""
    row = visible_return(request, pk)
    fills = may_fill(request.user, row)
    if request.method == "POST" and not is_filer(person_of(request), row):
        raise Http404
    items = items_of(row)
    done = answered_by_place(row)
    part, places = part_of(request, row, items, done)
    lines = lines_of(row, part.items, part.places)
    saved = None
    if request.method == "POST":
        saved = take_page(request, row, lines)
        if saved is None or saved.clean:
            return redirect(request.get_full_path())
        show_refused(lines, saved, request.POST)
    for line in lines:
        line.named = part.item is not None
    context = page_context(row, part, places, lines, done) | {"fills": fills, "saved": saved}
    context["acts"] = return_acts(request, row)
    context["may_extend"] = may_be_filled(row) and request.user.has_perm(CHECK_RETURN, row.province)
    return render(request, "indicators/return.html", context, status=422 if saved else 200)


def take_page(request: HttpRequest, row: Return, lines: list[Line]) -> Saved | None:
    """Save a page that was sent as one form; None, and a message, where the return is locked."""
    changes = [change for line in lines if (change := change_of(line, request.POST))]
    try:
        saved = save_cells(actor=person_of(request), return_=row, changes=changes)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None
    if saved.clean:
        messages.success(request, f"Đã lưu {number(saved.changed)} ô." if saved.changed else "Không có ô nào đổi.")
    return saved


def change_of(line: Line, posted: Mapping[str, str]) -> Change | None:
    """Read what was typed into one line; None where nothing was changed since the page was made."""
    if f"{line.name}.goc" not in posted:
        return None
    typed = typed_in(line, posted)
    note = posted.get(f"{line.name}.ghi-chu")
    kept = note is None or note.strip() == line.note
    if typed == posted[f"{line.name}.goc"] and kept:
        return None
    revision = whole_number(posted.get(f"{line.name}.lan", ""), 9) or 0
    return Change(line.item.code, line.place.pk, typed, revision, None if kept else note)


def typed_in(line: Line, posted: Mapping[str, str]) -> str:
    """Put the fields of one line into the one text that is read."""
    typed = posted.get(line.name, "").strip()
    if line.shape == "ratio":
        return joined(typed, posted.get(f"{line.name}.mau", ""))
    reason = posted.get(f"{line.name}.ly-do", "").strip()
    return f"{typed}: {reason}" if line.shape == "counted" and typed == "không đồng ý" and reason else typed


def show_refused(lines: Iterable[Line], saved: Saved, posted: Mapping[str, str]) -> None:
    """Put what was refused back into its fields, with what stands in the way."""
    faults = {(f.change.item, f.change.place): f.message for f in saved.faults}
    conflicts = {(c.change.item, c.change.place): c for c in saved.conflicts}
    cells = {(c.item_id, c.place_id): c for c in saved.cells}
    for line in lines:
        key = (line.item.code, line.place.pk)
        line.cell = cells.get((line.item.pk, line.place.pk), line.cell)
        if key in faults or key in conflicts:
            line.typed = typed_in(line, posted)
            line.fault = faults.get(key, "")
        if key in conflicts:
            line.conflict = line.cell = conflicts[key].cell
        elif line.cell is not None and key not in faults:
            line.typed = line.stored


def page_context(
    row: Return, part: Part, places: list[Place], lines: list[Line], done: dict[int, int]
) -> dict[str, Any]:
    """Give what the page of a return shows."""
    items = items_of(row) if part.item else part.items
    wanted = sum(item.required for item in items)
    return {
        "row": row,
        "part": part,
        "places": [(place, done.get(place.pk, 0)) for place in places] if len(places) > 1 else [],
        "items": items,
        "beside": neighbours(part.place, places),
        "sections": sections(lines),
        "wanted": wanted,
        "answered": done.get(part.place.pk, 0) if part.place else 0,
        "wanted_whole": wanted * len(places),
        "answered_whole": sum(done.values()),
        "due": due_words(row),
        "simulated": row.simulated or any(line.counted.get("simulated") for line in lines),
        "crumbs": [(RETURNS, reverse("indicators:returns")), (row.period.title, "")],
    }


def neighbours(place: Place | None, places: list[Place]) -> tuple[Place | None, Place | None]:
    """Give the place before and the one after."""
    if place not in places:
        return None, None
    here = places.index(place)  # type: ignore[arg-type]
    return (places[here - 1] if here else None), (places[here + 1] if here + 1 < len(places) else None)


# --- the rows behind what the registers count


@login_required
@require_GET
def rows_of(request: HttpRequest, pk: object) -> HttpResponse:
    """Go to the rows that a line counts at a place, as far as the person may see them."""
    row = visible_return(request, pk)
    item = next((i for i in items_of(row) if i.code == request.GET.get("dong") and i.is_counted), None)
    places = places_of(row)
    asked = whole_number(request.GET.get("noi", ""), MOST_KEY) or places[0].pk
    place = next((p for p in places if p.pk == asked), None)
    if item is None or place is None:
        raise Http404
    return redirect(rows_address(person_of(request), row, item, place))


# --- saved as it is typed


@require_POST
@login_required
def cells(request: HttpRequest, pk: object) -> JsonResponse:
    """Save some cells: 200 when all were taken, 409 where somebody was quicker, 422 where one cannot be read.

    423 says that the return is locked. What could be saved is saved, whatever became of the others.
    """
    row = visible_return(request, pk)
    if not is_filer(person_of(request), row):
        raise Http404
    if not may_fill(request.user, row):
        return JsonResponse({"detail": LOCKED}, status=423)
    try:
        changes = read_changes(request.body)
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=422)
    saved = save_cells(actor=person_of(request), return_=row, changes=changes)
    return JsonResponse(answer_of(saved), status=status_of(saved))


def read_changes(body: bytes) -> list[Change]:
    """Read the changes that the page sends; ValidationError when they are none."""
    try:
        rows = json.loads(body)["changes"]
        told = [Change(str(r["item"]), int(r["place"]), str(r["typed"]), int(r["revision"]), note_in(r)) for r in rows]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValidationError("Không đọc được: cần {changes: [{item, place, typed, revision}]}.") from error
    if len(told) > MOST_CHANGES:
        raise ValidationError(f"Nhiều nhất {MOST_CHANGES} ô một lần.")
    return told


def note_in(row: Mapping[str, Any]) -> str | None:
    """Read the note beside a change, if one came."""
    return None if row.get("note") is None else str(row["note"])
