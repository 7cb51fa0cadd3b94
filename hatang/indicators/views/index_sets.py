"""Pages of index sets: which there are, what is known of one, and a province's self-assessment by it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hatang.accounts.services import person_of, province_for
from hatang.indicators.forms.index_sets import CriterionForm, MarkForm
from hatang.indicators.models import Assessment, Criterion, IndexSet, Mark
from hatang.indicators.scoring import rule_in_words
from hatang.indicators.services.index_sets import (
    GroupLine,
    Line,
    copy_set,
    keep_criterion,
    keep_mark,
    marked,
    sets_for,
    standing_of,
    start_assessment,
)
from hatang.indicators.services.index_sets.editing import CHANGE
from hatang.indicators.views.asking import kept, way_over
from hatang.pages.lists import EXPORTS, SIMULATED_LINE
from hatang.places.models import Place
from hatang.work.services import file_response, store_file

SEE = "indicators.view_draft"
TITLE = "Bộ chỉ số chấm điểm"
HEADINGS = ["Nhóm", "Mã", "Tiêu chí", "Điểm tối đa", "Số liệu", "Điểm theo số liệu", "Tự chấm", "Bộ chấm"]
HEADINGS += ["Chênh", "Năm trước tự chấm", "Giải trình", "Minh chứng"]


def set_for(province: Place, pk: int) -> IndexSet:
    """Give a set that the province may use."""
    return get_object_or_404(sets_for(province), pk=pk)


def way(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over its sets."""
    return way_over(province, TITLE, "indicators:index_sets", *more)


@login_required
@require_GET
def index_sets(request: HttpRequest, code: str) -> HttpResponse:
    """List the sets with what is still unwritten, and the assessments by year."""
    province = province_for(request, code, SEE, whole=True)
    context = {
        "province": province,
        "title": TITLE,
        "sets": list(sets_for(province)),
        "assessments": assessments_of(province),
        "may": request.user.has_perm(CHANGE, province),
        "this_year": timezone.localdate().year,
        "crumbs": way(province),
    }
    return render(request, "indicators/index_sets.html", context)


def assessments_of(province: Place) -> QuerySet[Assessment]:
    """List the province's assessments, the newest first."""
    return Assessment.objects.filter(province=province).select_related("index_set").order_by("-year", "index_set")


@login_required
@require_POST
def copy(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Copy a set for the province, so that its officers can write in it."""
    province = province_for(request, code, SEE, whole=True)
    if not request.user.has_perm(CHANGE, province):
        raise Http404
    made = copy_set(actor=person_of(request), index_set=set_for(province, pk), province=province)
    messages.success(request, f"Đã lập bản {made.version} của tỉnh; điền tên, điểm, cách chấm theo văn bản.")
    return redirect("indicators:index_set", code, made.pk)


@login_required
@require_http_methods(["GET", "POST"])
def index_set(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show a set; `tieu-chi` names the criterion that is being written, in the province's own set."""
    province = province_for(request, code, SEE, whole=True)
    found = set_for(province, pk)
    may = request.user.has_perm(CHANGE, province)
    may_write = may and found.province_id == province.pk
    criterion = asked_criterion(request, found) if may_write else None
    form = CriterionForm(request.POST or None, instance=criterion) if criterion else None
    if (
        form
        and form.is_valid()
        and kept(form, lambda: keep_criterion(actor=person_of(request), criterion=form.instance))
    ):
        messages.success(request, "Đã lưu tiêu chí.")
        return redirect("indicators:index_set", code, pk)
    groups = found.groups.prefetch_related("criteria__indicator")
    context = {
        "province": province,
        "set": found,
        "groups": [(group, [(c, rule_in_words(c.rule)) for c in group.criteria.all()]) for group in groups],
        "may": may,
        "may_write": may_write,
        "criterion": criterion,
        "form": form,
        "this_year": timezone.localdate().year,
        "crumbs": way(province, (found.name, "")),
    }
    return render(request, "indicators/index_set.html", context, status=422 if form and form.errors else 200)


def asked_criterion(request: HttpRequest, index_set: IndexSet) -> Criterion | None:
    """Give the criterion that the address names."""
    asked = request.GET.get("tieu-chi", "")
    rows = Criterion.objects.filter(group__index_set=index_set).select_related("group__index_set__province")
    return rows.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


@login_required
@require_http_methods(["GET", "POST"])
def assessment(request: HttpRequest, code: str, pk: int, year: int) -> HttpResponse:
    """Show the self-assessment of a year; `tieu-chi` names the criterion that is being marked."""
    province = province_for(request, code, SEE, whole=True)
    found = assessment_or_404(request, province, set_for(province, pk), year)
    may = request.user.has_perm(CHANGE, province)
    criterion = asked_criterion(request, found.index_set) if may else None
    form = mark_form(request, found, criterion) if criterion else None
    if form and form.is_valid() and kept(form, lambda: save_mark(request, form, found)):
        messages.success(request, "Đã lưu điểm.")
        return redirect("indicators:assessment", code, pk, year)
    standing = standing_of(found, person_of(request))
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        marks = [[SIMULATED_LINE]] if found.simulated else []
        lines = [cells_of(group, line) for group in standing.groups for line in group.lines]
        return EXPORTS[export](f"Tự đánh giá {year} {province}", [*marks, HEADINGS, *lines])
    context = {
        "province": province,
        "assessment": found,
        "standing": standing,
        "may": may,
        "criterion": criterion,
        "form": form,
        "crumbs": way(
            province,
            (found.index_set.name, reverse("indicators:index_set", args=[code, pk])),
            (f"Tự đánh giá {year}", ""),
        ),
    }
    return render(request, "indicators/assessment.html", context, status=422 if form and form.errors else 200)


def assessment_or_404(request: HttpRequest, province: Place, index_set: IndexSet, year: int) -> Assessment:
    """Give the assessment of a year that is neither absurd nor to come; one that does not exist yet is not stored."""
    if not 2015 <= year <= timezone.localdate().year:
        raise Http404
    rows = Assessment.objects.select_related("index_set", "province")
    found = rows.filter(index_set=index_set, province=province, year=year).first()
    return found or Assessment(index_set=index_set, province=province, year=year)


def mark_form(request: HttpRequest, assessment: Assessment, criterion: Criterion) -> MarkForm:
    """Give the form of a criterion's marks, filled with what stands."""
    before = Mark.objects.filter(assessment=assessment, criterion=criterion).first() if assessment.pk else None
    mark = before or Mark(criterion=criterion)
    return MarkForm(request.POST or None, request.FILES or None, instance=mark)


def save_mark(request: HttpRequest, form: MarkForm, found: Assessment) -> None:
    """Keep a mark and the file that came with it; the year's assessment is made with its first mark."""
    actor, mark, upload, province = person_of(request), form.instance, form.upload, found.province
    mark.assessment = start_assessment(actor=actor, index_set=found.index_set, province=province, year=found.year)
    if upload:
        mark.evidence = store_file(
            actor=actor, name=upload.name or "", content=upload.read(), province=province, organisation=None
        )
    keep_mark(actor=actor, mark=mark)


def cells_of(group: GroupLine, line: Line) -> list[Any]:
    """Write a criterion for an export."""
    criterion, mark, figure = line.criterion, line.mark, line.figure
    before = line.last_year.own_points if line.last_year else None
    said = [mark.own_points, mark.ministry_points] if mark else [None, None]
    papers = [mark.explanation, str(mark.evidence or "")] if mark else ["", ""]
    head = [group.group.name, criterion.code, str(criterion), criterion.points]
    return [*head, figure.value if figure else None, line.by_rule, *said, line.apart, before, *papers]


@login_required
@require_POST
def finish(request: HttpRequest, code: str, pk: int, year: int) -> HttpResponse:
    """Say that the self-assessment is finished, or open it again."""
    province = province_for(request, code, SEE, whole=True)
    found = assessment_or_404(request, province, set_for(province, pk), year)
    if not found.pk or not request.user.has_perm(CHANGE, province):
        raise Http404
    marked(actor=person_of(request), assessment=found, finished="mo-lai" not in request.POST)
    messages.success(request, "Đã mở lại bản tự đánh giá." if "mo-lai" in request.POST else "Đã chấm xong.")
    return redirect("indicators:assessment", code, pk, year)


@login_required
@require_GET
def evidence(request: HttpRequest, code: str, mark: int) -> HttpResponseBase:
    """Give the file behind a mark."""
    province = province_for(request, code, SEE, whole=True)
    rows = Mark.objects.filter(assessment__province=province, evidence__isnull=False).select_related("evidence")
    file = get_object_or_404(rows, pk=mark).evidence
    if file is None:
        raise Http404
    return file_response(file)
