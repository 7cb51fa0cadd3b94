"""Pages of periods, for the department: which are open, how far each is, who is late; later days, closing, counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.models import Person
from hatang.accounts.services import person_of
from hatang.core.vietnamese import day, number
from hatang.indicators.forms.periods import ExtendForm, PeriodForm
from hatang.indicators.models import CHANGE_FORM, CHECK_RETURN, SEE_RETURN, Period, Return, ReturnForm
from hatang.indicators.services.filling import due_words
from hatang.indicators.services.periods import (
    close_period,
    count_for,
    extend_due,
    last_day_of,
    late_returns,
    next_span,
    open_period,
    opened_words,
    plan_period,
    progress,
    reopen_period,
)
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place
from hatang.places.services import province_by_code

PERIODS = "Kỳ thu thập"
LATE = "Chậm nộp"


def seen_province(request: HttpRequest, code: str) -> Place:
    """Give the province if the person sees all its returns; who files one sees only that."""
    province = province_by_code(code)
    if not request.user.has_perm(SEE_RETURN, province):
        raise Http404
    return province


def crumbs_of(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province to a page of its periods."""
    return [(province.full_name, reverse("web:province", args=[province.code])), *more]


class Periods(LoginRequiredMixin, ListPage):
    """The periods of a province: how many returns each has, how many came, how many are late."""

    title = PERIODS
    template = "indicators/periods.html"
    search_fields = ("form__code",)
    accented_fields = ("title",)
    default_sort = "-due_on"
    empty_text = "Chưa có kỳ nào. Kỳ mở theo nhịp của biểu đã ban hành, hoặc khi bạn mở kỳ đột xuất."
    columns = (
        Column("Kỳ", lambda p: p.title, "title", link=Period.get_absolute_url),
        Column("Trạng thái", lambda p: p.get_state_display(), "state"),
        Column("Mở", lambda p: day(p.opens_on), "opens_on"),
        Column("Hạn nộp", lambda p: day(p.due_on), "due_on"),
        Column("Phiếu", lambda p: p.total, "total", number=True, decimals=0),
        Column("Đã gửi", lambda p: p.sent, "sent", number=True, decimals=0),
        Column("Đã duyệt", lambda p: p.approved, "approved", number=True, decimals=0),
        Column("Chậm", lambda p: p.late, "late", number=True, decimals=0),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Period]:
        self.province = seen_province(request, kwargs["code"])
        rows = Period.objects.filter(form__province=self.province).select_related("form")
        state = request.GET.get("tt", "")
        rows = rows.filter(state=state) if state in Period.State.values else rows
        late = Q(returns__in=late_returns(Return.objects.all(), timezone.now()).values("pk"))
        return rows.annotate(
            total=Count("returns"),
            sent=Count("returns", filter=~Q(returns__state__in=Return.EDITABLE)),
            approved=Count("returns", filter=Q(returns__state=Return.State.APPROVED)),
            late=Count("returns", filter=late),
        )

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "states": Period.State.choices,
            "chosen": request.GET.get("tt", ""),
            "coming": coming(self.province),
            "now": collecting_now(self.province),
            "may_plan": request.user.has_perm(CHANGE_FORM, self.province),
            "crumbs": crumbs_of(self.province, (PERIODS, "")),
        }


def collecting_now(province: Place) -> dict[str, int]:
    """Count what is being collected: periods, and of their returns all, sent, late."""
    running = list(Period.objects.filter(form__province=province, state=Period.State.OPEN))
    counted = progress(running).values()
    return {"periods": len(running)} | {name: sum(c[name] for c in counted) for name in ("total", "sent", "late")}


def coming(province: Place) -> list[tuple[ReturnForm, str, str]]:
    """Give, for each form in use, what it asks for next, and when that opens."""
    forms = ReturnForm.objects.filter(province=province, archived=False, versions__state="published").order_by("code")
    taken: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for form_id, year, part in Period.objects.filter(form__province=province).values_list("form", "year", "part"):
        taken[form_id].add((year, part))
    found = [(form, next_span(form, timezone.localdate(), taken[form.pk])) for form in forms]
    told = sorted(((form, span) for form, span in found if span), key=lambda pair: pair[1].opens_on)
    return [(form, span.words, day(span.opens_on)) for form, span in told]


def seen_period(request: HttpRequest, pk: int) -> Period:
    """Give a period if the person sees all returns of its province."""
    period = get_object_or_404(Period.objects.select_related("form__province", "version"), pk=pk)
    if not request.user.has_perm(SEE_RETURN, period.form.province):
        raise Http404
    return period


RETURN_COLUMNS = (
    Column("Người nộp", lambda r: str(r.filer), "filer_key", link=Return.get_absolute_url),
    Column("Trạng thái", lambda r: r.get_state_display(), "state"),
    Column("Hạn", lambda r: due_words(r).removeprefix("hạn hết ngày "), "clock__due_at"),
    Column(
        "Gửi lúc",
        lambda r: timezone.localtime(r.submitted_at).strftime("%H:%M %d/%m/%Y") if r.submitted_at else "",
        "submitted_at",
    ),
)


class PeriodPage(LoginRequiredMixin, ListPage):
    """One period: how far it is, and its returns."""

    template = "indicators/period.html"
    title = "Kỳ"
    search_fields = ("place__search_key", "organisation__search_key")
    default_sort = "filer_key"
    empty_text = "Kỳ này chưa có phiếu nào."
    columns = RETURN_COLUMNS
    page_size = 200

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Return]:
        self.period = seen_period(request, kwargs["pk"])
        self.title = self.period.title  # type: ignore[misc]
        rows = Return.objects.filter(period=self.period).whole().with_filer_key()
        state = request.GET.get("tt", "")
        if state == "cham":
            return late_returns(rows, timezone.now())
        return rows.filter(state=state) if state in Return.State.values else rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        province = self.period.form.province
        return {
            "period": self.period,
            "last_day": last_day_of(self.period),
            "progress": progress([self.period]).get(self.period.pk),
            "states": [("cham", "chậm"), *Return.State.choices],
            "chosen": request.GET.get("tt", ""),
            "may_change": request.user.has_perm(CHECK_RETURN, province),
            "simulated": self.period.simulated,
            "crumbs": crumbs_of(
                province, (PERIODS, reverse("indicators:periods", args=[province.code])), (self.period.title, "")
            ),
        }


class LateReturns(LoginRequiredMixin, ListPage):
    """Who is late in a province: not sent or not mended though the time is up, or with `tat-ca` sent after it too."""

    title = LATE
    template = "indicators/late.html"
    search_fields = ("place__search_key", "organisation__search_key")
    accented_fields = ("period__title",)
    default_sort = "clock__due_at"
    empty_text = "Không ai chậm nộp."
    columns = (
        *RETURN_COLUMNS[:1],
        Column("Kỳ", lambda r: r.period.title, "period__title", link=lambda r: r.period.get_absolute_url()),
        *RETURN_COLUMNS[1:],
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Return]:
        self.province = seen_province(request, kwargs["code"])
        rows = late_returns(Return.objects.filter(province=self.province), timezone.now()).whole().with_filer_key()
        if request.GET.get("tat-ca"):
            return rows
        return rows.fillable()

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        crumbs = crumbs_of(
            self.province, (PERIODS, reverse("indicators:periods", args=[self.province.code])), (LATE, "")
        )
        return {"province": self.province, "all": bool(request.GET.get("tat-ca")), "crumbs": crumbs}


# --- acts


@login_required
def new_period(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a return out of turn."""
    province = province_by_code(code)
    if not request.user.has_perm(CHANGE_FORM, province):
        raise Http404
    forms_of = ReturnForm.objects.filter(province=province, archived=False, versions__state="published")
    form = PeriodForm(request.POST or None, forms_of=forms_of)
    if request.method == "POST" and form.is_valid():
        try:
            period = plan_period(actor=person_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            opened = period.state == Period.State.OPEN
            messages.success(
                request, opened_words(period) if opened else f"Đã xếp “{period.title}”, mở {day(period.opens_on)}."
            )
            return redirect(period)
    crumbs = crumbs_of(province, (PERIODS, reverse("indicators:periods", args=[province.code])), ("Kỳ đột xuất", ""))
    context = {"form": form, "province": province, "crumbs": crumbs}
    return render(request, "indicators/period_new.html", context, status=422 if form.errors else 200)


def kept_period(request: HttpRequest, pk: int) -> Period:
    """Give a period that the person may close, open and give a later day."""
    period = seen_period(request, pk)
    if not request.user.has_perm(CHECK_RETURN, period.form.province):
        raise Http404
    return period


@login_required
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a period a later day, or with `phieu` one of its returns."""
    period = kept_period(request, pk)
    only = None
    if asked := request.GET.get("phieu", ""):
        found = [row for row in period.returns.whole() if str(row.pk) == asked]
        if not found:
            raise Http404
        only = found[0]
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = extend_due(actor=person_of(request), period=period, only=only, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Đã gia hạn {number(count)} phiếu; người nộp được báo.")
            return redirect(period)
    crumbs = crumbs_of(period.form.province, (period.title, period.get_absolute_url()), ("Gia hạn", ""))
    context = {"form": form, "period": period, "only": only, "crumbs": crumbs}
    return render(request, "indicators/period_extend.html", context, status=422 if form.errors else 200)


def open_now(period: Period, actor: Person) -> str:
    """Open a period before its day."""
    return opened_words(open_period(period=period, actor=actor))


def close_now(period: Period, actor: Person) -> str:
    """Close a period."""
    close_period(period=period, actor=actor)
    return "Đã đóng kỳ. Phiếu chưa gửi không điền được nữa; mở lại được."


def reopen_now(period: Period, actor: Person) -> str:
    """Open a closed period again."""
    reopen_period(period=period, actor=actor)
    return "Đã mở lại kỳ."


def recount_now(period: Period, actor: Person) -> str:
    """Count anew what registers hold, where nobody has answered yet."""
    waiting = list(period.returns.filter(state__in=Return.EDITABLE).whole())
    return f"Đã đếm lại từ sổ: {number(count_for(waiting, actor=actor))} ô đổi. Ô đã xác nhận giữ nguyên."


ACTS: dict[str, Callable[[Period, Person], str]] = {
    "mo": open_now,
    "dong": close_now,
    "mo-lai": reopen_now,
    "dem-lai": recount_now,
}


@require_POST
@login_required
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Open, close, open again, or count anew."""
    period = kept_period(request, pk)
    if act not in ACTS:
        raise Http404
    try:
        messages.success(request, ACTS[act](period, person_of(request)))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(period)
