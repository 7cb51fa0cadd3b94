"""Pages of the transparency log: its entries, one entry, its heads, and checking a file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from hatang.core.transparency.proofs import Verdict
from hatang.core.vietnamese import moment, number
from hatang.pages.lists import Column, ListPage, attachment, whole_number
from hatang.utilities.forms import CheckForm
from hatang.utilities.models import LogEntry
from hatang.utilities.services import entry_numbered, proof_of, recognise, tree_head
from hatang.work.services import file_response

LONGEST_SIZE = 15


def standing(entry: LogEntry) -> str:
    """Say whether an entry is in force."""
    later = entry.replaced_by_or_none
    return f"đã được mục {number(later.number)} thay" if later else "đang có hiệu lực"


class LogPage(ListPage):
    """All entries, the latest first."""

    title = "Sổ minh bạch"
    template = "utilities/log.html"
    columns = (
        Column("Mục số", lambda e: e.number, "index", number=True, link=LogEntry.get_absolute_url),
        Column("Bộ số liệu", lambda e: e.title, "title", link=LogEntry.get_absolute_url),
        Column("Tỉnh", lambda e: e.province, "province__sort_key"),
        Column("Công bố lúc", lambda e: moment(e.at), "at"),
        Column("Hiệu lực", standing),
        Column("Mô phỏng", lambda e: "mô phỏng" if e.simulated else ""),
    )
    search_fields = ("search_key",)
    default_sort = "-index"
    empty_text = "Chưa có bộ số liệu nào được công bố."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[LogEntry]:
        """The log is public."""
        entries = LogEntry.objects.visible_to(request.user).select_related("province", "replaced_by")
        return entries.in_force() if request.GET.get("hieu-luc") else entries

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Give the head of today."""
        in_force = bool(request.GET.get("hieu-luc"))
        return {"head": tree_head(), "in_force": in_force, "crumbs": [("Sổ minh bạch", "")]}


class Heads(ListPage):
    """The log's head after each entry, so that a root kept or printed long ago is found again."""

    title = "Đầu sổ minh bạch"
    template = "utilities/heads.html"
    columns = (
        Column("Cỡ (số mục)", lambda e: e.number, "index", number=True),
        Column("Gốc", lambda e: e.root_hash),
        Column("Lúc", lambda e: moment(e.at), "at"),
        Column("Mục vừa thêm", lambda e: e.title, link=LogEntry.get_absolute_url),
    )
    search_fields = ("root_hash",)
    default_sort = "-index"
    empty_text = "Sổ chưa có mục nào."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[LogEntry]:
        """The log is public."""
        return LogEntry.objects.visible_to(request.user)

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"crumbs": crumbs("Đầu sổ")}


def crumbs(last: str) -> list[tuple[str, str]]:
    """Lead from the log to a page."""
    return [("Sổ minh bạch", reverse("utilities:log")), (last, "")]


@require_GET
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one entry, with the file and its proof to download."""
    row = entry_numbered(number)
    context = {
        "entry": row,
        "later": row.replaced_by_or_none,
        "head": tree_head(),
        "path": [step.hex() for step in proof_of(row).path],
        "simulated": row.simulated,
        "crumbs": crumbs(f"Mục {number}"),
    }
    return render(request, "utilities/entry.html", context)


@require_GET
def published_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """Give the published file, byte for byte."""
    return file_response(entry_numbered(number).file)


@require_GET
def proof(request: HttpRequest, number: int) -> HttpResponse:
    """Give the proof of an entry as a file, for the log of today or of the size asked for."""
    row = entry_numbered(number)
    asked = request.GET.get("co", "")
    size = whole_number(asked, LONGEST_SIZE)
    try:
        if asked and not size:
            raise ValidationError("Cỡ của sổ (co) phải là số nguyên từ 1.")
        made = proof_of(row, size=size, site=request.build_absolute_uri("/").rstrip("/"))
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=422, content_type="text/plain; charset=utf-8")
    return attachment(made.as_json().encode(), f"bang-chung-{number}-{made.size}.json", "application/json")


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Say which entry a file is, whether it is as published, and whether a later one replaces it."""
    form = CheckForm(request.POST or None, request.FILES or None)
    found = recognise(form.cleaned_data["file"].read()) if request.method == "POST" and form.is_valid() else None
    context = {
        "form": form,
        "found": found,
        "name": form.cleaned_data["file"].name if found else "",
        "later": found.entry.replaced_by_or_none if found and found.entry else None,
        "intact": found is not None and found.verdict in (Verdict.INTACT, Verdict.SAVED_AGAIN),
        "simulated": bool(found and found.entry and found.entry.simulated),
        "crumbs": crumbs("Kiểm tra tệp"),
    }
    return render(request, "utilities/check.html", context, status=422 if form.errors else 200)
