"""Works of other sectors: the list with its map, one work with what of one's own meets it, files of works."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.core.vietnamese import day
from hatang.network.audience import Viewer
from hatang.network.forms import InterestForm, JointWorkForm, WorkFileForm
from hatang.network.models import JointInterest, JointWork, WorkUpload
from hatang.network.services.work_files import WorksRead, check_file, give_up_file, read_works, save_file
from hatang.network.services.works import (
    CHANGE,
    JointMatch,
    answer_work,
    common_words,
    last_day_to_tell,
    matches_for,
    organisation_for,
    save_work,
)
from hatang.network.views.lists import crumbs
from hatang.pages.features import collection, feature
from hatang.pages.ground import ground_url
from hatang.pages.lists import Column, ListPage
from hatang.pages.widgets import position_words
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.work.services import SETTLED, check_size

TITLE = "Công trình của ngành khác"
ON_MAP = 500
SHOWN = 100


def features(rows: Iterable[JointWork]) -> dict[str, Any]:
    """Give works as GeoJSON for the page's map."""
    return collection(feature(json.loads(work.shape.json), name=work.title) for work in rows)


def may_change(request: HttpRequest, province: Place) -> bool:
    """Tell whether the person keeps works, projects and sites in a province."""
    return request.user.has_perm(CHANGE, province)


def keeper(request: HttpRequest, code: str) -> Place:
    """Give the province if the person keeps its works; otherwise it answers as if it were not there."""
    province = province_by_code(code)
    if not may_change(request, province):
        raise Http404
    return province


class WorkList(ListPage):
    """The works of a province, for everybody."""

    title = TITLE
    template = "network/works.html"
    search_fields = ("search_key",)
    default_sort = "starts_on"
    empty_text = "Chưa có công trình nào đang làm hoặc sắp làm."
    columns = (
        Column("Công trình", lambda w: w.title, "title", link=JointWork.get_absolute_url),
        Column("Loại", lambda w: w.get_kind_display(), "kind"),
        Column("Chủ đầu tư", lambda w: w.investor, "investor"),
        Column("Tuyến, khu vực", lambda w: w.along),
        Column("Khởi công", lambda w: day(w.starts_on), "starts_on"),
        Column("Hoàn thành", lambda w: day(w.ends_on), "ends_on"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[JointWork]:
        self.province = province_by_code(kwargs["code"])
        rows = JointWork.objects.visible_to(request.user).filter(province=self.province)
        if not request.GET.get("ca-cu"):
            rows = rows.to_come(timezone.localdate())
        kind = request.GET.get("loai", "")
        return rows.filter(kind=kind) if kind in JointWork.Kind.values else rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        shown = list(self.searched(self.rows(request, **kwargs), request.GET.get("q", ""))[:ON_MAP])
        to_come = [work for work in shown if work.ends_on >= today]
        return {
            "province": self.province,
            "kinds": JointWork.Kind.choices,
            "chosen": request.GET.get("loai", ""),
            "past": bool(request.GET.get("ca-cu")),
            "shapes": features(shown),
            "ground": ground_url(),
            "near": position_words((self.province.lon, self.province.lat)),
            "matches": named(request, matches_for(request.user, self.province, to_come, today)),
            "may_change": may_change(request, self.province),
            "crumbs": crumbs(self.province, (TITLE, "")),
        }


def named(request: HttpRequest, found: list[JointMatch]) -> dict[str, Any]:
    """Give meetings for a table, longest first, with their sum."""
    viewer = Viewer(request.user)
    lines = sorted(found, key=lambda match: -match.common_m)
    rows = [(match, str(match.thing._meta.verbose_name), viewer.name(match.thing)) for match in lines[:SHOWN]]
    return {"rows": rows, "count": len(found), "common": common_words(found)}


def visible_work(request: HttpRequest, pk: int) -> JointWork:
    """Give a work."""
    return get_object_or_404(JointWork.objects.visible_to(request.user).select_related("province"), pk=pk)


def joint_work(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a work: its facts and map, one's own plans that meet it, and who answered."""
    row = visible_work(request, pk)
    mine = organisation_for(request.user, row.province)
    interests = JointInterest.objects.visible_to(request.user).filter(work=row).select_related("organisation")
    own = next((one for one in interests if mine and one.organisation_id == mine.pk), None)
    told = last_day_to_tell(row)
    context = {
        "work": row,
        "told": told,
        "shapes": features([row]),
        "ground": ground_url(),
        "matches": named(request, matches_for(request.user, row.province, [row], timezone.localdate())),
        "interests": interests,
        "form": InterestForm(initial={"state": own.state, "note": own.note} if own else None) if mine else None,
        "may_change": may_change(request, row.province),
        "simulated": row.simulated,
        "crumbs": crumbs(row.province, (TITLE, reverse("network:works", args=[row.province.code])), (row.title, "")),
    }
    return render(request, "network/work.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep an operator's answer to a work."""
    row = visible_work(request, pk)
    if organisation_for(request.user, row.province) is None:
        raise Http404
    form, actor = InterestForm(request.POST), request.user
    if form.is_valid():
        answer_work(actor=actor, work=row, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, "Đã ghi trả lời của doanh nghiệp.")
    else:
        messages.error(request, "Chọn một trả lời: muốn làm cùng, hoặc không.")
    return redirect("network:joint_work", pk)


@login_required
def new_work(request: HttpRequest, code: str) -> HttpResponse:
    """Write down a work."""
    return edited(request, keeper(request, code), JointWork(), "Thêm công trình")


@login_required
def edit_work(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a work."""
    row = visible_work(request, pk)
    if not may_change(request, row.province):
        raise Http404
    return edited(request, row.province, row, f"Sửa {row.title}")


def edited(request: HttpRequest, province: Place, row: JointWork, title: str) -> HttpResponse:
    """Show or take the form of a work; its place is drawn as a line or as an area."""
    area = row.shape.geom_type.endswith("Polygon") if row.pk else False
    drawn = request.GET.get("hinh") or ("vung" if area else "tuyen")
    form = JointWorkForm(request.POST or None, instance=row, province=province, drawn=drawn)
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        save_work(actor=request.user, work=row)  # type: ignore[arg-type]
        messages.success(request, f"Đã lưu {row.title}.")
        return redirect(row)
    way = crumbs(province, (TITLE, reverse("network:works", args=[province.code])), (title, ""))
    context = {"form": form, "title": title, "drawn": drawn, "crumbs": way, "is_new": not row.pk}
    return render(request, "network/work_form.html", context, status=422 if form.errors else 200)


# Files


@login_required
def work_file_new(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file of works and see what it would bring."""
    province = keeper(request, code)
    form, actor = WorkFileForm(request.POST or None, request.FILES or None), request.user
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            more = {"name": file.name, "content": file.read(), "crs": form.cleaned_data["crs"].strip()}
            upload = check_file(actor=actor, province=province, **more)  # type: ignore[arg-type]
            return redirect("network:work_file", upload.pk)
        except ValidationError as error:
            form.add_error("file", error)
    way = crumbs(province, (TITLE, reverse("network:works", args=[province.code])), ("Nhập tệp", ""))
    context = {"form": form, "province": province, "crumbs": way}
    return render(request, "network/work_file_new.html", context, status=422 if form.errors else 200)


def visible_file(request: HttpRequest, pk: int) -> WorkUpload:
    """Give a file of works if the person may see it."""
    rows = WorkUpload.objects.visible_to(request.user).select_related("file", "province")
    return get_object_or_404(rows, pk=pk)


def reread(upload: WorkUpload) -> tuple[WorksRead | None, str]:
    """Read a file that waits, or say why it can no longer be read."""
    try:
        path = Path(upload.file.file.path)
        return read_works(path, name=upload.file.name, province=upload.province, crs=upload.summary.get("crs", "")), ""
    except ValidationError as error:
        return None, " ".join(error.messages)
    except OSError:
        return None, "Tệp không còn trong kho lưu."


@login_required
def work_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would bring: new works with their map, or what is wrong in which feature."""
    upload = visible_file(request, pk)
    read, fault = reread(upload) if upload.state in SETTLED else (None, "")
    works = reverse("network:works", args=[upload.province.code])
    context = {
        "upload": upload,
        "read": read,
        "fault": fault,
        "shapes": features(read.new[:ON_MAP]) if read else None,
        "ground": ground_url(),
        "rows": read.new[:SHOWN] if read else [],
        "errors": read.errors[:SHOWN] if read else [],
        "crumbs": crumbs(upload.province, (TITLE, works), (upload.file.name, "")),
    }
    return render(request, "network/work_file.html", context)


@login_required
@require_POST
def save_work_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a checked file's works."""
    upload, actor = visible_file(request, pk), request.user
    try:
        count = save_file(actor=actor, upload=upload)  # type: ignore[arg-type]
    except (ValidationError, OSError) as error:
        told = " ".join(error.messages) if isinstance(error, ValidationError) else "Tệp không còn trong kho lưu."
        messages.error(request, told)
        return redirect("network:work_file", pk)
    messages.success(request, f"Đã lưu {count} công trình.")
    return redirect("network:works", upload.province.code)


@login_required
@require_POST
def discard_work_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a file that was not saved."""
    upload, actor = visible_file(request, pk), request.user
    try:
        give_up_file(actor=actor, upload=upload)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("network:works", upload.province.code)
