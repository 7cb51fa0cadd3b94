"""How full links are: each link's latest seven days, and files of samples."""

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
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.access import scopes_in
from hatang.accounts.services import province_for
from hatang.core.vietnamese import day
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.systems.forms.probes import LoadFileForm
from hatang.systems.models import CHANGE, VIEW, VIEW_LINK, LinkWeek, LoadFile
from hatang.systems.services.link_loads import check_file, give_up_file, save_file
from hatang.systems.views.ways import crumbs, may_change
from hatang.work.services import SETTLED, check_size

TITLE = "Tải đường truyền TSLCD"


def judged(week: LinkWeek) -> str:
    """Say whether a week is within the circular's limit."""
    if not week.enough:
        return "chưa đủ mẫu"
    return "⚠ quá 90 %" if week.busy else "✓ trong mức"


class LoadList(LoginRequiredMixin, ListPage):
    """The latest seven days of each link that the person may see."""

    title = TITLE
    template = "systems/link_loads.html"
    search_fields = ("link__search_key",)
    default_sort = "link__code"
    empty_text = "Chưa có mẫu tải nào."
    columns = (
        Column("Mã", lambda w: w.link.code, "link__code", link=lambda w: w.link.get_absolute_url()),
        Column("Đường truyền", lambda w: w.link.name, "link__name"),
        Column("Bảy ngày tới", lambda w: day(w.ends_on), "ends_on"),
        Column("Vào, Mb/s", lambda w: w.inbound_mbps, "inbound_mbps", number=True, decimals=2),
        Column("Ra, Mb/s", lambda w: w.outbound_mbps, "outbound_mbps", number=True, decimals=2),
        Column("Dung lượng, Mb/s", lambda w: w.capacity_mbps, "capacity_mbps", number=True, decimals=1),
        Column("Tải, %", lambda w: w.percent, number=True, decimals=1),
        Column("Số mẫu", lambda w: w.samples, "samples", number=True, decimals=0),
        Column("Nhận xét", judged),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[LinkWeek]:
        self.province = seen_province(request, kwargs["code"])
        weeks = LinkWeek.objects.visible_to(request.user).filter(link__province=self.province)
        return weeks.latest_each().select_related("link")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        weeks = list(self.rows(request, **kwargs))
        return {
            "province": self.province,
            "busy": sum(week.busy for week in weeks),
            "few": sum(not week.enough for week in weeks),
            "simulated": any(week.link.simulated for week in weeks),
            "may_change": may_change(request, self.province),
            "crumbs": crumbs(self.province, (TITLE, "")),
        }


def seen_province(request: HttpRequest, code: str) -> Place:
    """Give the province if the person may see links in it: all of them, or an operator its own."""
    province = province_by_code(code)
    held = [*scopes_in(request.user, VIEW_LINK, province.pk), *scopes_in(request.user, VIEW, province.pk)]
    if not held:
        raise Http404
    return province


@login_required
def load_file_new(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file of samples and see what it holds."""
    province = province_for(request, code, CHANGE, whole=True)
    form = LoadFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            said: dict[str, Any] = {"actor": request.user, "province": province, "name": file.name}
            return redirect("systems:load_file", check_file(**said, content=file.read()).pk)
        except ValidationError as error:
            form.add_error("file", error)
    context = {"form": form, "province": province, "crumbs": in_loads(province, ("Nạp mẫu", ""))}
    return render(request, "systems/load_file_new.html", context, status=422 if form.errors else 200)


def in_loads(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way through the list of loads."""
    return crumbs(province, (TITLE, reverse("systems:link_loads", args=[province.code])), *more)


def visible_file(request: HttpRequest, pk: int) -> LoadFile:
    """Give a file of samples if the person may see it."""
    return get_object_or_404(LoadFile.objects.visible_to(request.user), pk=pk)


@login_required
@require_GET
def load_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file holds, or what is wrong in which row."""
    upload = visible_file(request, pk)
    context = {
        "upload": upload,
        "summary": upload.summary,
        "settled": upload.state in SETTLED,
        "crumbs": in_loads(upload.province, (upload.file.name, "")),
    }
    return render(request, "systems/load_file.html", context)


@login_required
@require_POST
def load_file_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a checked file's samples."""
    upload = visible_file(request, pk)
    try:
        save_file(actor=request.user, upload=upload)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("systems:load_file", pk)
    messages.success(request, "Đã lưu mẫu và tính tải bảy ngày.")
    return redirect("systems:link_loads", upload.province.code)


@login_required
@require_POST
def load_file_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a file that was not saved."""
    upload = visible_file(request, pk)
    try:
        give_up_file(upload)
        messages.success(request, f"Đã bỏ tệp {upload.file.name}.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("systems:link_loads", upload.province.code)
