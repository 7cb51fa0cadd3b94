"""What the system told the reader: the list, and one notice, which is read by opening it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hatang.core.vietnamese import moment, number
from hatang.pages.lists import Column, ListPage
from hatang.work.models import Notice
from hatang.work.services import mark_read

TITLE = "Thông báo"


def read_words(notice: Notice) -> str:
    """Say whether and when a notice was read."""
    return f"đã đọc {moment(notice.read_at)}" if notice.read_at else "● chưa đọc"


class Notices(LoginRequiredMixin, ListPage):
    """List the reader's notices, newest first."""

    title = TITLE
    template = "work/notices.html"
    search_fields = ("search_key",)
    default_sort = "-made_at"
    empty_text = "Không có thông báo nào."
    columns = (
        Column("Nội dung", lambda n: n.subject, link=lambda n: n.get_absolute_url()),
        Column("Lúc", lambda n: moment(n.made_at), sort="made_at"),
        Column("Trạng thái", read_words, sort="read_at"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Notice]:
        rows = Notice.objects.visible_to(request.user)
        return rows.unread() if request.GET.get("chua-doc") else rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        only = bool(request.GET.get("chua-doc"))
        return {"only_unread": only, "crumbs": [("Tôi", reverse("accounts:me")), (TITLE, "")]}


@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one notice and mark it as read."""
    actor: Any = request.user
    row = get_object_or_404(Notice.objects.visible_to(actor), pk=pk)
    mark_read(actor=actor, notice=row)
    crumbs = [(TITLE, reverse("work:notices")), (row.subject, "")]
    return render(request, "work/notice.html", {"notice": row, "crumbs": crumbs})


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of the reader's notices as read."""
    actor: Any = request.user
    count = mark_read(actor=actor)
    messages.success(request, f"Đã đánh dấu {number(count)} thông báo là đã đọc.")
    return redirect("work:notices")
