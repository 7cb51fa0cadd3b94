"""Files of prices: taken in, shown by cell, saved whole or given up."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hatang.accounts.services import province_for
from hatang.planning.forms.costs import PriceFileForm
from hatang.planning.models import CHANGE, PriceUpload
from hatang.planning.services.price_files import (
    PricesRead,
    check_price_file,
    give_up_price_file,
    reread_prices,
    save_price_file,
)
from hatang.planning.views.territory import Step
from hatang.planning.views.ways import in_planning
from hatang.work.services import SETTLED, check_size

LATEST = 10
GONE = "Tệp không còn trong kho lưu: tải lên lại."


def costs_step(code: str) -> Step:
    """Give the way's step to the prices."""
    return "Đơn giá", reverse("planning:costs", args=[code])


@login_required
def price_file_new(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file of prices and see what it would change."""
    province = province_for(request, code, CHANGE, whole=True)
    form, actor = PriceFileForm(request.POST or None, request.FILES or None), request.user
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            more = {"name": file.name, "content": file.read()}
            return redirect(check_price_file(actor=actor, province=province, **more))  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error("file", error)
    earlier = PriceUpload.objects.visible_to(request.user).filter(province=province).select_related("file")
    context = {
        "form": form,
        "province": province,
        "earlier": earlier.order_by("-pk")[:LATEST],
        "crumbs": in_planning(province, costs_step(code), ("Nhập tệp", "")),
    }
    return render(request, "planning/price_file_new.html", context, status=422 if form.errors else 200)


def visible_file(request: HttpRequest, pk: int) -> PriceUpload:
    """Give a file of prices if the person may see it."""
    rows = PriceUpload.objects.visible_to(request.user).select_related("file", "province")
    return get_object_or_404(rows, pk=pk)


def read_again(upload: PriceUpload) -> tuple[PricesRead | None, str]:
    """Read a file that waits, or say why it can no longer be read."""
    try:
        return reread_prices(upload), ""
    except ValidationError as error:
        return None, " ".join(error.messages)
    except OSError:
        return None, GONE


@login_required
def price_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would change, cell by cell, or what is wrong in which."""
    upload = visible_file(request, pk)
    read, fault = read_again(upload) if upload.state in SETTLED else (None, "")
    context = {
        "upload": upload,
        "province": upload.province,
        "read": read,
        "fault": fault,
        "crumbs": in_planning(upload.province, costs_step(upload.province.code), (upload.file.name, "")),
    }
    return render(request, "planning/price_file.html", context)


@login_required
@require_POST
def price_file_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a checked file's prices."""
    upload, actor = visible_file(request, pk), request.user
    try:
        count = save_price_file(actor=actor, upload=upload)  # type: ignore[arg-type]
    except (ValidationError, OSError) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else GONE)
        return redirect(upload)
    messages.success(request, f"Đã lưu {count} đơn giá. Phương án đã tính thì tính lại mới theo giá này.")
    return redirect("planning:costs", upload.province.code)


@login_required
@require_POST
def price_file_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a file that was not saved."""
    upload, actor = visible_file(request, pk), request.user
    try:
        give_up_price_file(actor=actor, upload=upload)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ tệp {upload.file.name}; bảng đơn giá vẫn như cũ.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("planning:costs", upload.province.code)
