"""Whose addresses are these? The department keeps the table by which a test's operator is told."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.services import province_for
from hatang.core.cells import TableError
from hatang.core.vietnamese import number
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place
from hatang.quality.forms import BlockFileForm, BlockTextForm
from hatang.quality.models import CHANGE_SETTINGS, AddressBlock
from hatang.quality.services.addresses import BLOCK, OPERATOR, BlockTable, compare_blocks, read_blocks, save_blocks
from hatang.quality.views.territory import way

TITLE = "Dải địa chỉ của doanh nghiệp"
SHOWN = 20


class BlockList(LoginRequiredMixin, ListPage):
    """The blocks of a province; its CSV is the file that can be changed and brought back."""

    title = TITLE
    template = "quality/blocks.html"
    columns = (
        Column(BLOCK, lambda b: b.cidr, "first"),
        Column(OPERATOR, lambda b: b.operator.short_name or b.operator.name, "operator__sort_key"),
    )
    search_fields = ("cidr", "operator__search_key")
    default_sort = "first"
    empty_text = "Chưa có dải nào: người đo tự chọn nhà mạng."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[AddressBlock]:
        self.province = province_for(request, kwargs["code"], CHANGE_SETTINGS, whole=True)
        rows = AddressBlock.objects.visible_to(request.user).filter(province=self.province)
        return rows.select_related("operator")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"province": self.province, "form": BlockFileForm(), "crumbs": way(self.province, (TITLE, ""))}

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        return f"{self.title} {self.province} {timezone.localdate():%Y-%m-%d}"


@login_required
@require_POST
def check_blocks(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a file would change, or what is wrong with it; nothing is saved."""
    province = province_for(request, code, CHANGE_SETTINGS, whole=True)
    form = BlockFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return checked(request, province, {"form": form}, status=422)
    file = form.cleaned_data["file"]
    read = read_blocks(file.read(), file.name)
    if read.faults:
        faults = [(fault_place(fault), fault.message, fault.right) for fault in read.faults]
        return checked(request, province, {"form": form, "faults": faults, "file": file.name}, status=422)
    changes = compare_blocks(province, read)
    text = BlockTextForm(initial={"text": as_text(read)})
    return checked(request, province, {"changes": changes, "text": text, "shown": SHOWN, "file": file.name})


def fault_place(fault: TableError) -> str:
    """Say where a fault is."""
    return ", ".join(
        part for part in (f"dòng {fault.row}" if fault.row else "", fault.column and f"cột {fault.column}") if part
    )


def as_text(read: BlockTable) -> str:
    """Write blocks as a file again."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";")
    lines.writerow([BLOCK, OPERATOR])
    lines.writerows((cidr, operator.key or operator.name) for cidr, operator in read.blocks.items())
    return text.getvalue()


def checked(request: HttpRequest, province: Place, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show what came of a check."""
    back = reverse("quality:blocks", args=[province.code])
    context |= {"province": province, "crumbs": way(province, (TITLE, back), ("Kiểm tra tệp", ""))}
    return render(request, "quality/blocks_check.html", context, status=status)


@login_required
@require_POST
def save_block_file(request: HttpRequest, code: str) -> HttpResponse:
    """Save a file that was looked at; it is read again, and what is wrong with it now changes nothing."""
    province = province_for(request, code, CHANGE_SETTINGS, whole=True)
    form = BlockTextForm(request.POST)
    read = read_blocks(form.cleaned_data["text"].encode(), "bang.csv") if form.is_valid() else BlockTable()
    if read.faults or not read.blocks:
        faults = [(fault_place(fault), fault.message, fault.right) for fault in read.faults]
        return checked(request, province, {"form": BlockFileForm(), "faults": faults}, status=422)
    changes = save_blocks(actor=request.user, province=province, read=read)  # type: ignore[arg-type]
    counts = (len(changes.added), len(changes.changed), changes.unchanged, len(changes.missing))
    said = "Đã lưu: thêm {}, đổi {}, giữ {}, bỏ {} dải.".format(*(number(n) for n in counts))
    messages.success(request, said)
    return redirect("quality:blocks", code)
