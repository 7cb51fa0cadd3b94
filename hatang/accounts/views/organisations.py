"""Organisations: the list, one with its successors, and its edits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts import services
from hatang.accounts.forms import OrganisationForm, SuccessionForm
from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day
from hatang.pages.lists import Column, ListPage

Actor = Any


class Organisations(LoginRequiredMixin, ListPage):
    """List the organisations; names of organisations are public within the house."""

    title = "Tổ chức"
    template = "accounts/organisations.html"
    search_fields = ("search_key", "province__search_key")
    default_sort = "sort_key"
    empty_text = "Chưa có tổ chức nào. Quản trị nạp danh mục bằng lệnh load_organisations."
    columns = (
        Column("Tên", lambda o: o.name, sort="sort_key", link=lambda o: o.get_absolute_url()),
        Column("Loại", lambda o: o.get_kind_display(), sort="kind"),
        Column("Tỉnh", lambda o: o.province or "toàn quốc", sort="province__sort_key"),
        Column("Từ ngày", lambda o: day(o.valid_from), sort="valid_from"),
        Column("Đến hết ngày", lambda o: day(o.valid_to), sort="valid_to"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Organisation]:
        rows = Organisation.objects.visible_to(request.user).select_related("province")
        return rows if request.GET.get("ca-cu") else rows.in_force(timezone.localdate())

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"crumbs": [("Tôi", reverse("accounts:me")), (self.title, "")]}


@login_required
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one organisation."""
    shown = get_object_or_404(Organisation.objects.visible_to(request.user).select_related("province"), pk=pk)
    return organisation_page(request, shown)


def organisation_page(
    request: HttpRequest, shown: Organisation, form: SuccessionForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the organisation with who came before and after it, and a form with its errors if there is one."""
    actor: Actor = request.user
    edits = Organisation.objects.editable_by(actor).filter(pk=shown.pk).exists()
    heir = services.body_on(shown, timezone.localdate())
    context = {
        "organisation": shown,
        "heir": heir if heir != shown else None,
        "successions": shown.successions.select_related("successor__province", "legal").order_by("on", "pk"),
        "precessions": shown.precessions.select_related("predecessor__province", "legal").order_by("on", "pk"),
        "edits": edits,
        "form": form or (SuccessionForm(actor=actor, predecessor=shown) if edits else None),
        "changes": services.changes_of_organisation(shown) if actor.has_perm("accounts.view_history") else [],
        "simulated": shown.simulated,
        "crumbs": [("Tổ chức", reverse("accounts:organisations")), (shown.name, "")],
    }
    return render(request, "accounts/organisation.html", context, status=status)


@login_required
@permission_required("accounts.change_organisation", raise_exception=True)
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Make an organisation."""
    return _edit(request, None, "Thêm tổ chức")


@login_required
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an organisation."""
    shown = editable(request, pk)
    return _edit(request, shown, f"Sửa {shown}")


def editable(request: HttpRequest, pk: int) -> Organisation:
    """Give the organisation if the reader may change it."""
    shown = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if not Organisation.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied("Bạn không được sửa tổ chức này.")
    return shown


def _edit(request: HttpRequest, shown: Organisation | None, title: str) -> HttpResponse:
    actor: Actor = request.user
    form = OrganisationForm(request.POST or None, instance=shown, actor=actor)
    if form.is_valid():
        saved = form.save()
        messages.success(request, "Đã lưu.")
        return redirect(saved)
    crumbs = [("Tổ chức", reverse("accounts:organisations")), (title, "")]
    context = {"form": form, "title": title, "crumbs": crumbs}
    return render(request, "accounts/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def succession_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a successor."""
    actor: Actor = request.user
    shown = editable(request, pk)
    form = SuccessionForm(request.POST, actor=actor, predecessor=shown)
    if form.is_valid():
        try:
            services.add_succession(actor=actor, succession=form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Đã ghi tổ chức kế tiếp.")
            return redirect(shown)
    return organisation_page(request, shown, form=form, status=422)
