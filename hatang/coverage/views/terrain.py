"""Pages of terrain: which there is, what it is made of and how it looks, bring files for a new one, let one go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.core.terrain.grid import written
from hatang.core.vietnamese import search_key
from hatang.coverage.forms.terrain import TerrainForm
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.engine import area_of
from hatang.coverage.services.terrain.pictures import COVER_TINTS, HEIGHT_TINTS, cover_png, heights_png, legend
from hatang.coverage.services.terrain.uploads import COMPUTE, ask_terrain, discard_terrain
from hatang.coverage.views.territory import in_coverage
from hatang.pages.lists import Column, ListPage
from hatang.work.models import Job, StoredFile
from hatang.work.services import file_response

TITLE = "Địa hình"
SEE = "coverage.view_run"
HEIGHTS, COVER, SEA = "do-cao", "lop-phu", "bien"
VERSION_SIGNS = 12
RUNS_SHOWN = 20


def area_words(terrain: Terrain) -> str:
    """Say which box a terrain covers."""
    if terrain.west_deg is None:
        return ""
    west, south, east, north = (round(side, 2) for side in area_of(terrain))
    return written((west, south, east, north))


def address_of(terrain: Terrain) -> str:
    """Give the address of a terrain's page."""
    return reverse("coverage:terrain", args=[terrain.pk])


class TerrainList(LoginRequiredMixin, ListPage):
    """The terrains of a province, for those who see all of its runs."""

    title = TITLE
    template = "coverage/terrain_list.html"
    default_sort = "-added_at"
    empty_text = "Chưa có địa hình nào. Lượt tính vùng phủ cần có địa hình."
    columns = (
        Column("Tên", lambda t: t.title, "title", link=address_of),
        Column("Trạng thái", lambda t: t.get_state_display(), "state"),
        Column("Nguồn", lambda t: t.source, "source"),
        Column("Giấy phép", lambda t: t.licence, "licence"),
        Column("Khu vực", area_words),
        Column("Bước lưới, m", lambda t: t.step_m, "step_m", number=True, decimals=0),
        Column("Lớp phủ", lambda t: "có" if t.clutter_id else "không"),
        Column("Mặt nạ biển", lambda t: "có" if t.zones_id else "không"),
        Column("Lượt tính", lambda t: t.used, "used", number=True),
        Column("Phiên bản", lambda t: t.version[:VERSION_SIGNS]),
        Column("Thêm lúc", lambda t: timezone.localtime(t.added_at).strftime("%d/%m/%Y %H:%M"), "added_at"),
        Column("Mô phỏng", lambda t: "có" if t.simulated else "", "simulated"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Terrain]:
        self.province = province_for(request, kwargs["code"], SEE, whole=True)
        rows = Terrain.objects.visible_to(request.user).filter(province=self.province)
        return rows.annotate(used=Count("runs"))

    def searched(self, rows: QuerySet[Terrain], text: str) -> QuerySet[Terrain]:
        """Keep those in whose words every word of the search stands; a province has few terrains."""
        words = search_key(text[:1000]).split()
        if not words:
            return rows
        said = [(t.pk, search_key(f"{t.title} {t.source} {t.licence} {t.version}")) for t in rows]
        return rows.filter(pk__in=[pk for pk, key in said if all(word in key for word in words)])

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        ready = Terrain.objects.visible_to(request.user).filter(province=self.province).ready()
        return {
            "province": self.province,
            "ready": ready.count(),
            "may_add": request.user.has_perm(COMPUTE, self.province),
            "crumbs": in_coverage(self.province, (TITLE, "")),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        return f"{TITLE} {self.province} {timezone.localdate():%Y-%m-%d}"


@login_required
def new_terrain(request: HttpRequest, code: str) -> HttpResponse:
    """Bring files for a new terrain; then watch it being prepared."""
    province = province_for(request, code, COMPUTE, whole=True)
    terrain = Terrain(province=province)
    form = TerrainForm(request.POST or None, request.FILES or None, instance=terrain)
    if request.method == "POST" and form.is_valid():
        try:
            ask_terrain(actor=request.user, terrain=form.instance, uploaded=form.uploaded())  # type: ignore[arg-type]
            return redirect("coverage:terrain", form.instance.pk)
        except ValidationError as error:
            form.add_error("heights", error)
    crumbs = in_coverage(province, (TITLE, reverse("coverage:terrains", args=[code])), ("Thêm địa hình", ""))
    context = {"form": form, "province": province, "crumbs": crumbs}
    return render(request, "coverage/terrain_new.html", context, status=422 if form.errors else 200)


def visible_terrain(request: HttpRequest, pk: int) -> Terrain:
    """Give the terrain if the person may see it; otherwise it answers as if it were not there."""
    rows = Terrain.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("province", "heights", "clutter", "zones", "job", "added_by"), pk=pk)


@login_required
@require_GET
def terrain(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a terrain: how it looks, whence it is, what was done with its files, what was computed on it."""
    row = visible_terrain(request, pk)
    runs = CoverageRun.objects.visible_to(request.user).filter(terrain=row)
    unfinished = row.state == Terrain.State.PREPARING
    seen = Job.objects.visible_to(request.user)
    job = seen.filter(pk=row.job_id).first() if unfinished and row.job_id else None
    context = {
        "terrain": row,
        "area": area_words(row),
        "simulated": row.simulated,
        "runs": runs[:RUNS_SHOWN],
        "used": runs.count(),
        "job": job,
        "running": job is not None and job.under_way,
        "back_url": address_of(row),
        "may_add": request.user.has_perm(COMPUTE, row),
        "may_discard": not unfinished and request.user.has_perm(COMPUTE, row),
        "heights_legend": legend(HEIGHT_TINTS),
        "cover_legend": legend(COVER_TINTS),
        "crumbs": in_coverage(
            row.province, (TITLE, reverse("coverage:terrains", args=[row.province.code])), (row.title, "")
        ),
    }
    return render(request, "coverage/terrain.html", context)


def layer_of(row: Terrain, layer: str) -> StoredFile:
    """Give the file of a terrain's heights, land cover or zones, if there is one."""
    file = {HEIGHTS: row.heights, COVER: row.clutter, SEA: row.zones}.get(layer)
    if file is None:
        raise Http404
    return file


@login_required
@require_GET
def terrain_picture(request: HttpRequest, pk: int, layer: str) -> HttpResponse:
    """Draw heights or land cover in small; a terrain never changes."""
    row = visible_terrain(request, pk)
    if layer == SEA:
        raise Http404
    layer_of(row, layer)
    content = heights_png(row) if layer == HEIGHTS else cover_png(row)
    return HttpResponse(content, content_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


@login_required
@require_GET
def terrain_file(request: HttpRequest, pk: int, layer: str) -> HttpResponseBase:
    """Give the GeoTIFF of heights, land cover or zones."""
    return file_response(layer_of(visible_terrain(request, pk), layer))


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a terrain go on which nothing was computed."""
    row = visible_terrain(request, pk)
    province_for(request, row.province.code, COMPUTE, whole=True)
    try:
        discard_terrain(actor=request.user, terrain=row)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ địa hình {row.title}.")
        return redirect("coverage:terrains", row.province.code)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("coverage:terrain", pk)
