"""A row: its facts and history, add one, correct one, end one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ForeignKey
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day
from hatang.pages.facts import label_of, written
from hatang.pages.lists import whole_number
from hatang.systems.forms import CloseForm, EntryForm
from hatang.systems.kinds import Kind
from hatang.systems.models import CHANGE, SUBJECTS, VIEW, Entry, EntryState, InformationSystem, SystemFinding
from hatang.systems.services import close_entry, history_of, latest_change, lines_about, save_entry
from hatang.systems.services.documents import documents_of
from hatang.systems.services.entries import changes, records_of
from hatang.systems.views.lists import hidden_from
from hatang.systems.views.ways import in_kind, may_change, may_see_findings

SEEN = "seen"


def visible_entry(request: HttpRequest, kind: Kind, pk: int) -> Any:
    """Give a row if the person may see it; otherwise it answers as if it were not there."""
    links = [f.name for f in kind.model._meta.concrete_fields if isinstance(f, ForeignKey)]
    return get_object_or_404(kind.objects.visible_to(request.user).select_related(*links), pk=pk)


def changeable(request: HttpRequest, kind: Kind, pk: int) -> Any:
    """Give a row if the person may change it."""
    row = visible_entry(request, kind, pk)
    if not request.user.has_perm(CHANGE, row):
        raise Http404
    return row


@login_required
@require_GET
def entry(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """Show a row: what it is, what stands on it, what is missing of it, what changed when."""
    row = visible_entry(request, kind, pk)
    hidden = hidden_from(request.user, row.province, kind)
    weak = may_see_findings(request, row.province)
    whole = request.user.has_perm(VIEW, row.province)
    context = {
        "row": row,
        "kind": kind,
        "finding": state_words(row),
        "facts": facts(row, kind, hidden, links=whole),
        "about": lines_about(row, timezone.localdate()) if whole else [],
        "findings": findings_of(request, row),
        "history": history_of(row, hidden=hidden if weak else (*hidden, "security_document"), named=whole),
        "documented": weak and isinstance(row, InformationSystem),
        "documents": documents_of(row) if weak and isinstance(row, InformationSystem) else [],
        "may_change": may_change(request, row.province),
        "may_end": row.until_on is None,
        "simulated": row.simulated,
        "crumbs": in_kind(kind, row.province, (row.code, "")),
    }
    return render(request, "systems/entry.html", context)


def state_words(row: Entry) -> str:
    """Say in one sentence what a row is now."""
    state = row.state_on(timezone.localdate())
    told = f"{row._meta.verbose_name} {state.label}"
    if state == EntryState.IN_USE and row.since_on:
        told += f" từ ngày {day(row.since_on)}"
        told += f", sẽ ngừng từ {day(row.until_on)}" if row.until_on else ""
    elif state == EntryState.ENDED and row.until_on:
        told += f" từ ngày {day(row.until_on)}"
    return f"{told[0].upper()}{told[1:]}."


def facts(row: Entry, kind: Kind, hidden: tuple[str, ...], *, links: bool) -> list[tuple[str, str, str]]:
    """Give what is known: name, value, and the address of what the value names; what is not known is a dash."""
    lines = []
    for name in kind.fields:
        if name in ("code", "name", *hidden):
            continue
        field: Any = row._meta.get_field(name)
        value = getattr(row, name)
        address = value.get_absolute_url() if links and isinstance(value, Entry) else ""
        lines.append((label_of(field)[0], written(field, value) or "–", address))
    return lines


def findings_of(request: HttpRequest, row: Entry) -> Any:
    """Give what waits to be done about a row, to those who may know it."""
    link = SUBJECTS.get(type(row))
    if link is None:
        return []
    return SystemFinding.objects.visible_to(request.user).open().filter(**{link: row})


@login_required
def add_entry(request: HttpRequest, code: str, kind: Kind) -> HttpResponse:
    """Add a row."""
    province = province_for(request, code, CHANGE, whole=True)
    form = kind.form(request.POST or None, instance=kind.model(), province=province, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        return saved(request, form, "thêm trên trang")
    context = {"form": form, "title": f"Thêm {kind.label}", "crumbs": in_kind(kind, province, ("Thêm", ""))}
    return render(request, "systems/entry_form.html", context, status=422 if form.errors else 200)


def saved(request: HttpRequest, form: EntryForm, reason: str) -> HttpResponse:
    """Keep the form's row and show it."""
    row = form.save(commit=False)
    save_entry(actor=request.user, row=row, reason=reason)  # type: ignore[arg-type]
    messages.success(request, f"Đã lưu {row._meta.verbose_name} {row.code}.")
    return redirect(row)


@login_required
def edit_entry(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """Correct a row; where somebody else has saved it meanwhile, say so before anything is overwritten."""
    row = changeable(request, kind, pk)
    with transaction.atomic():
        newest = latest_change(kind.objects.select_for_update().get(pk=row.pk))
        form = kind.form(request.POST or None, instance=row, province=row.province, today=timezone.localdate())
        seen = whole_number(request.POST.get(SEEN, ""), 15)
        overtaken = request.method == "POST" and seen != newest
        if request.method == "POST" and not overtaken and form.is_valid():
            return saved(request, form, "sửa trên trang")
    context = {
        "form": form,
        "title": f"Sửa {kind.label} {row.code}",
        "seen": newest,
        "overtaken": told_since(row, seen) if overtaken else None,
        "crumbs": in_kind(kind, row.province, (row.code, row.get_absolute_url()), ("Sửa", "")),
    }
    return render(request, "systems/entry_form.html", context, status=422 if form.errors or overtaken else 200)


def told_since(row: Entry, seen: int | None) -> list[Any]:
    """Say what others changed since a person opened the form."""
    before = records_of(row).filter(history_id=seen or 0).first()
    latest = records_of(row).first()
    return changes(latest, before) if before and latest else []


@login_required
def close(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """End a row on a day, with the reason."""
    row = changeable(request, kind, pk)
    form = CloseForm(request.POST or None, since_on=row.since_on, initial={"until_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            close_entry(actor=request.user, row=row, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, f"Đã ghi {row.code} ngừng từ {form.cleaned_data['until_on']:%d/%m/%Y}.")
            return redirect(row)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "form": form,
        "title": f"Ngừng {kind.label} {row.code}",
        "said": "Dòng này vẫn còn trong sổ và lịch sử; từ ngày ấy nó không được đếm nữa.",
        "crumbs": in_kind(kind, row.province, (row.code, row.get_absolute_url()), ("Ngừng", "")),
    }
    return render(request, "systems/entry_form.html", context, status=422 if form.errors else 200)
