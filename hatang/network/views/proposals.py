"""Planned masts and routes: enter, upload, list, and the page that says whether they may be built."""

from __future__ import annotations

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

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day
from hatang.network.forms import MastProposalForm, ProposalFileForm, RouteProposalForm
from hatang.network.models import Proposal
from hatang.network.services import may_upload_for, networks_for, propose, propose_list
from hatang.network.services.proposals import COLUMNS, MOST_ROWS
from hatang.network.views.lists import ProvinceList, in_register
from hatang.pages.features import collection, feature, simple
from hatang.pages.ground import ground_url
from hatang.pages.lists import Column, xlsx_response
from hatang.places.models import Place
from hatang.work.services import check_size

SEES, CHANGES = "network.view_station", "network.change_register"
LIST = "Đề xuất xây dựng"
FORMS = {"cot": MastProposalForm, "tuyen": RouteProposalForm}
SHAPES = {
    Proposal.Verdict.MUST_SHARE: "missed",
    Proposal.Verdict.CONSIDER: "at_risk",
    Proposal.Verdict.MAY_BUILD: "met",
}
SIGNS = {"missed": "✕", "at_risk": "!", "met": "✓"}


def trail(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way to a page of proposals."""
    return in_register(province, (LIST, reverse("network:proposals", args=[province.code]) if more else ""), *more)


class ProposalList(ProvinceList):
    """Proposals with their verdicts, newest first."""

    title = LIST
    template = "network/proposals.html"
    search_fields = ("code", "commune__search_key", "network__search_key")
    default_sort = "-checked_at"
    empty_text = "Chưa có đề xuất nào."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)

        def verdict(row: Proposal) -> str:
            full = row.full_for(request.user)
            return row.get_full_verdict_display() if full else row.get_verdict_display()

        self.columns = (  # type: ignore[misc]
            Column("Mã đề xuất", lambda p: p.code, "code", link=Proposal.get_absolute_url),
            Column("Loại", lambda p: p.get_kind_display(), "kind"),
            Column("Mạng", lambda p: p.network.short_name or p.network.name, "network__sort_key"),
            Column("Xã, phường", lambda p: p.commune and str(p.commune), "commune__sort_key"),
            Column("Kết luận", verdict),
            Column("Kiểm tra ngày", lambda p: day(p.checked_on), "checked_at"),
        )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_for(request, kwargs["code"], SEES)
        rows = Proposal.objects.visible_to(request.user).filter(province=self.province)
        return rows.select_related("network", "commune", "province").defer("findings", "full_findings", "path")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        may, _ = may_upload_for(request.user, self.province)
        return {"province": self.province, "crumbs": trail(self.province), "may_propose": may}


@login_required
def proposal_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter one planned mast or route, or a list of them."""
    province = province_for(request, code, CHANGES)
    _, author = may_upload_for(request.user, province)
    sort = request.GET.get("loai", "cot")
    if sort not in FORMS:
        raise Http404
    today = timezone.localdate()
    chosen = {"province": province, "today": today, "networks": networks_for(author, today)}
    form = FORMS[sort](request.POST or None, **chosen)
    if request.method == "POST" and form.is_valid():
        made = propose(actor=request.user, province=province, drafts=[form.save(commit=False)])  # type: ignore[arg-type]
        return redirect(made[0])
    return new_page(request, province, form, ProposalFileForm(), sort)


def new_page(request: HttpRequest, province: Place, form: Any, file_form: Any, sort: str) -> HttpResponse:
    """Show the page on which proposals are entered."""
    context = {"province": province, "form": form, "file_form": file_form, "sort": sort}
    context["crumbs"] = trail(province, ("Kiểm tra đề xuất", ""))
    wrong = bool(form.errors or file_form.errors)
    return render(request, "network/proposal_new.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def proposal_upload(request: HttpRequest, code: str) -> HttpResponse:
    """Check a list of planned masts and routes."""
    province = province_for(request, code, CHANGES)
    _, author = may_upload_for(request.user, province)
    file_form = ProposalFileForm(request.POST, request.FILES)
    if file_form.is_valid():
        file = file_form.cleaned_data["file"]
        try:
            check_size(file.size)
            made = propose_list(actor=request.user, province=province, name=file.name, content=file.read())  # type: ignore[arg-type]
        except ValidationError as error:
            file_form.add_error("file", error)
        else:
            messages.success(request, f"Đã kiểm tra {len(made)} đề xuất.")
            return redirect("network:proposals", code=code)
    today = timezone.localdate()
    form = MastProposalForm(province=province, today=today, networks=networks_for(author, today))
    return new_page(request, province, form, file_form, "cot")


@login_required
def proposal_template(request: HttpRequest, code: str) -> HttpResponse:
    """Give the file to fill in."""
    province_for(request, code, CHANGES)
    kinds = ", ".join(Proposal.Kind.labels)
    guide = [f"Loại công trình: {kinds}; để trống là cột. Tối đa {MOST_ROWS} dòng. Doanh nghiệp tự gửi bỏ trống cột 2."]
    return xlsx_response("de xuat", [guide, list(COLUMNS.values())])


@login_required
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the check of a proposal said."""
    rows = Proposal.objects.visible_to(request.user).select_related("network", "author", "commune", "province")
    row = get_object_or_404(rows, pk=pk)
    full = row.full_for(request.user)
    found = row.full_findings if full else row.findings
    verdict = Proposal.Verdict(row.full_verdict if full else row.verdict)
    return render(
        request,
        "network/proposal.html",
        {
            "proposal": row,
            "full": full,
            "found": found,
            "verdict": verdict,
            "shape": SHAPES[verdict],
            "sign": SIGNS[SHAPES[verdict]],
            "told_author": row.author and full and row.verdict != row.full_verdict,
            "map": drawing(row, found),
            "ground": ground_url(),
            "simulated": found.get("simulated", False),
            "crumbs": trail(row.province, (row.code, "")),
        },
    )


def drawing(row: Proposal, found: dict[str, Any]) -> dict[str, Any]:
    """Give what the page's map draws, as GeoJSON: the proposal, and what was found around it."""
    own = simple(row.path) if row.path else {"type": "Point", "coordinates": [row.lon, row.lat]}
    features, named = [feature(own, name=row.code, sort="proposed")], {row.code}
    for sort in ("candidates", "spacing", "planned"):
        for entry in found.get(sort, ()):
            kind = "Point" if "lon" in entry else "LineString"
            at = entry["coordinates"] if "coordinates" in entry else [entry["lon"], entry["lat"]]
            name = "" if entry["name"] in named else entry["name"]
            named.add(entry["name"])
            features.append(feature({"type": kind, "coordinates": at}, name=name, sort=sort))
    return collection(features)
