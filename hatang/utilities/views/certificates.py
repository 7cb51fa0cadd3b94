"""Pages of the register of certificates: the list, one of them, registering, giving up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hatang.accounts.services import person_of, province_for
from hatang.core.vietnamese import day
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place
from hatang.utilities.forms import CertificateForm, RevokeForm
from hatang.utilities.forms.documents import bodies_of
from hatang.utilities.models import CHANGE_CERTIFICATE, SEE_CERTIFICATE, BodyCertificate
from hatang.utilities.services import (
    bodies_with_certificate,
    register_certificate,
    retire_certificate,
    trust_warnings,
    trusted_lists,
)
from hatang.utilities.views.documents import in_documents

TITLE = "Chứng thư số của cơ quan"
STANDINGS = (("dung", "đang dùng"), ("sap", "sắp hết hiệu lực"), ("het", "đã hết hiệu lực hoặc ngừng dùng"))


def in_certificates(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over its certificates."""
    address = reverse("documents:certificates", args=[province.code]) if more else ""
    return in_documents(province, (TITLE, address), *more)


def local_day(instant: Any) -> str:
    """Write the day of an instant in Viet Nam."""
    return day(timezone.localdate(instant))


class Certificates(LoginRequiredMixin, ListPage):
    """A province's certificates, those that end first on top."""

    title = TITLE
    template = "utilities/certificates.html"
    columns = (
        Column("Cấp cho", lambda c: c.name, "name", link=BodyCertificate.get_absolute_url),
        Column("Của cơ quan", lambda c: c.owner.name, "owner__sort_key"),
        Column("Dùng cho", lambda c: c.get_use_display(), "use"),
        Column("Người giữ", lambda c: c.holder or None, "holder"),
        Column("Nơi cấp", lambda c: c.issuer, "issuer"),
        Column("Số hiệu", lambda c: c.serial),
        Column("Từ ngày", lambda c: local_day(c.begins_at), "begins_at"),
        Column("Đến ngày", lambda c: local_day(c.ends_at), "ends_at"),
        Column("Trạng thái", lambda c: c.standing(timezone.now())),
    )
    search_fields = ("search_key",)
    default_sort = "ends_at"
    empty_text = "Sổ chưa có chứng thư nào."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[BodyCertificate]:
        self.province = province_for(request, kwargs["code"], SEE_CERTIFICATE, whole=True)
        rows = BodyCertificate.objects.visible_to(request.user).filter(province=self.province)
        return narrowed(rows, request.GET.get("tt", "")).select_related("owner")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        here = BodyCertificate.objects.visible_to(request.user).filter(province=self.province)
        bodies = bodies_of(self.province)
        return {
            "province": self.province,
            "bodies": bodies.count(),
            "with_certificate": bodies_with_certificate(bodies, self.province, now),
            "ending": here.ending(now).count(),
            "standings": STANDINGS,
            "chosen": request.GET.get("tt", ""),
            "may_change": request.user.has_perm(CHANGE_CERTIFICATE, self.province),
            "lists": [row.found for row in trusted_lists() if row.found],
            "trust_warnings": trust_warnings(),
            "crumbs": in_certificates(self.province),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"{self.title} {self.province} {timezone.localdate():%Y-%m-%d}"


def narrowed(rows: Any, standing: str) -> Any:
    """Keep the certificates that stand in one way."""
    now = timezone.now()
    if standing == "dung":
        return rows.in_use(now)
    if standing == "sap":
        return rows.ending(now)
    return rows.exclude(pk__in=rows.in_use(now).values("pk")) if standing == "het" else rows


def visible_certificate(request: HttpRequest, pk: int) -> BodyCertificate:
    """Give a certificate that this person may see, or answer 404."""
    rows = BodyCertificate.objects.visible_to(request.user).select_related("owner", "province", "clock")
    return get_object_or_404(rows, pk=pk)


@require_GET
@login_required
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a certificate."""
    return certificate_page(request, visible_certificate(request, pk), RevokeForm())


def certificate_page(request: HttpRequest, row: BodyCertificate, form: RevokeForm, status: int = 200) -> HttpResponse:
    """Show a certificate and a form to give it up."""
    form.fields["reason"].help_text = "Ví dụ: đã thay bằng chứng thư mới; nơi cấp đã thu hồi."
    context = {
        "certificate": row,
        "standing": row.standing(timezone.now()),
        "documents": row.documents.count(),
        "may_change": request.user.has_perm(CHANGE_CERTIFICATE, row) and row.retired_at is None,
        "form": form,
        "history": row.history.select_related("history_user").order_by("-history_date", "-history_id")[:20],
        "simulated": row.simulated,
        "crumbs": in_certificates(row.province, (str(row), "")),
    }
    return render(request, "utilities/certificate.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Take a certificate's file."""
    province = province_for(request, code, CHANGE_CERTIFICATE, whole=True)
    form = CertificateForm(request.POST or None, request.FILES or None, province=province)
    if request.method == "POST" and form.is_valid():
        row = register_certificate(
            actor=person_of(request), row=form.save(commit=False), found=form.cleaned_data["file"]
        )
        messages.success(request, "Đã ghi vào sổ; hệ thống sẽ nhắc trước khi chứng thư hết hiệu lực.")
        return redirect(row)
    context = {"form": form, "province": province, "crumbs": in_certificates(province, ("Ghi chứng thư", ""))}
    return render(request, "utilities/certificate_new.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a certificate up."""
    row, form = visible_certificate(request, pk), RevokeForm(request.POST)
    if not request.user.has_perm(CHANGE_CERTIFICATE, row):
        raise Http404
    if not form.is_valid():
        return certificate_page(request, row, form, status=422)
    try:
        retire_certificate(actor=person_of(request), certificate=row, reason=form.cleaned_data["reason"])
        messages.success(request, "Đã ghi ngừng dùng.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)
