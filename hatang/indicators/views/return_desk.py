"""The department's desk: a period's returns with what the checks found, worked on many at a time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hatang.accounts.services import person_of
from hatang.core.vietnamese import moment
from hatang.indicators.forms.approval import ReasonForm
from hatang.indicators.models import APPROVE_RETURN, CHECK_RETURN, SEE_RETURN, Period, Return
from hatang.indicators.services.approval import STEPS, apart_in, start_bulk
from hatang.indicators.services.filling import due_words
from hatang.indicators.services.order import unsettled
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.work.models import Job

DESK = "Duyệt phiếu"
WORDS = "điều cần sửa, gửi cho mọi phiếu đã chọn"
State = Return.State
STANDING = Q(findings__standing=True)
OPEN = STANDING & Q(findings__hard=False, findings__reason="")
PICKED = {"can-xem": "còn điều chặn hoặc chưa giải thích", "sach": "không còn điều nào chờ"}
MOST_KEY = 14


class Desk(LoginRequiredMixin, ListPage):
    """One period's returns: where each is, what its checks found; those chosen are checked or approved together."""

    title = DESK
    template = "indicators/return_desk.html"
    search_fields = ("place__search_key", "organisation__search_key")
    default_sort = "filer_key"
    empty_text = "Kỳ này chưa có phiếu nào."
    page_size = 200
    columns = (
        Column("Người nộp", lambda r: str(r.filer), "filer_key", link=Return.get_absolute_url),
        Column("Trạng thái", lambda r: r.get_state_display(), "state"),
        Column("Phải sửa", lambda r: r.blocking, "blocking", number=True, decimals=0),
        Column("Chờ giải thích", lambda r: r.open_findings, "open_findings", number=True, decimals=0),
        Column("Đã giải thích", lambda r: r.explained, "explained", number=True, decimals=0),
        Column("Gửi lúc", lambda r: moment(r.submitted_at) if r.submitted_at else "", "submitted_at"),
        Column("Hạn", lambda r: due_words(r), "clock__due_at"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Return]:
        self.province = province_by_code(kwargs["code"])
        if not request.user.has_perm(SEE_RETURN, self.province):
            raise Http404
        self.periods = periods_of(self.province)
        self.period = chosen_period(self.periods, request.GET.get("ky", ""))
        rows = with_findings(Return.objects.filter(period=self.period).whole().with_filer_key())
        state, found = request.GET.get("tt", ""), request.GET.get("dieu", "")
        rows = rows.filter(state=state) if state in State.values else rows
        waits = Q(blocking__gt=0) | Q(open_findings__gt=0)
        return rows.filter(waits) if found == "can-xem" else rows.exclude(waits) if found == "sach" else rows

    def cells(self, rows: Any) -> list[list[dict[str, Any]]]:
        """Give each row's cells, the first of them with the row itself, for its box to tick."""
        told = super().cells(rows)
        for row, cells in zip(rows, told, strict=True):
            cells[0] |= {"row": row}
        return told

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        province = self.province
        states = Counter(Return.objects.filter(period=self.period).values_list("state", flat=True))
        return {
            "province": province,
            "period": self.period,
            "periods": self.periods,
            "states": State.choices,
            "picks": PICKED.items(),
            "chosen": {name: request.GET.get(name, "") for name in ("tt", "dieu")},
            "all": request.GET.get("chon") == "tat-ca",
            "counts": counts_of(states),
            "waiting": unsettled(Return.objects.filter(period=self.period)).count() if self.period else 0,
            "may_check": request.user.has_perm(CHECK_RETURN, province),
            "may_approve": request.user.has_perm(APPROVE_RETURN, province),
            "apart": apart_in(self.period) if self.period else [],
            "form": self.period.form if self.period else None,
            "outcome": outcome_of(request),
            "simulated": self.period is not None and self.period.simulated,
            "crumbs": [(province.full_name, reverse("web:province", args=[province.code])), (DESK, "")],
        }


def periods_of(province: Place) -> list[Period]:
    """Give the periods of a province that were opened, those still collecting first, then the last due."""
    rows = Period.objects.filter(form__province=province).exclude(state=Period.State.PLANNED)
    return list(rows.select_related("form__province", "version").order_by("-state", "-due_on", "pk")[:200])


def chosen_period(periods: list[Period], asked: str) -> Period | None:
    """Choose the period that was asked for, otherwise the first."""
    key = whole_number(asked, MOST_KEY)
    return next((p for p in periods if p.pk == key), periods[0] if periods else None)


def with_findings(rows: QuerySet[Return]) -> QuerySet[Return]:
    """Count by return what stands: what blocks, what waits for a reason, what was explained."""
    return rows.annotate(
        blocking=Count("findings", filter=STANDING & Q(findings__hard=True)),
        open_findings=Count("findings", filter=OPEN),
        explained=Count("findings", filter=STANDING & Q(findings__hard=False) & ~Q(findings__reason="")),
    )


def counts_of(states: Counter[str]) -> dict[str, int]:
    """Sum up where a period's returns are."""
    return {
        "total": states.total(),
        "sent": states.total() - sum(states[s] for s in Return.EDITABLE),
        "signing": states[State.SUBMITTED],
        "checking": states[State.SIGNED],
        "approving": states[State.CHECKED],
        "approved": states[State.APPROVED],
    }


def outcome_of(request: HttpRequest) -> str:
    """Give the words in which the person's own job ended, if the address names one."""
    key = whole_number(request.GET.get("viec", ""), MOST_KEY)
    job = Job.objects.visible_to(request.user).filter(pk=key, state=Job.State.DONE).first() if key else None
    return job.message if job else ""


@require_POST
@login_required
def desk_act(request: HttpRequest, code: str) -> HttpResponse:
    """Take one step for all returns that were ticked, or check the whole period anew; its progress is shown."""
    province = province_by_code(code)
    if not request.user.has_perm(CHECK_RETURN, province):
        raise Http404
    period = chosen_period(periods_of(province), request.POST.get("ky", ""))
    act = request.POST.get("viec", "")
    allowed = act == "kiem-lai" or (act in STEPS and may_step(request, act, province))
    if period is None or not allowed:
        raise Http404
    back = f"{reverse('indicators:return_desk', args=[code])}?ky={period.pk}"
    rows = [] if act == "kiem-lai" else ticked(request, period)
    if act != "kiem-lai" and not rows:
        messages.error(request, "Chưa chọn phiếu nào: đánh dấu ở đầu dòng, hoặc bấm “Chọn tất cả”.")
        return redirect(back)
    if act != "kiem-lai" and STEPS[act].asks_words:
        return words_page(request, period, act, rows, back)
    return redirect("work:job", start_bulk(actor=person_of(request), period=period, act=act, returns=rows).pk)


def words_page(request: HttpRequest, period: Period, act: str, rows: list[Return], back: str) -> HttpResponse:
    """Ask once for the words that go with a step for many returns, then start it."""
    typed = "words" in request.POST
    form = ReasonForm(request.POST if typed else None, label=WORDS)
    if form.is_valid():
        words = form.cleaned_data["words"]
        job = start_bulk(actor=person_of(request), period=period, act=act, returns=rows, words=words)
        return redirect("work:job", job.pk)
    province = period.form.province
    way = [(province.full_name, reverse("web:province", args=[province.code])), (DESK, back), ("Trả lại", "")]
    context = {"form": form, "period": period, "province": province, "act": act, "rows": rows, "back": back}
    return render(request, "indicators/return_bulk.html", context | {"crumbs": way}, status=422 if typed else 200)


def may_step(request: HttpRequest, act: str, province: Place) -> bool:
    """Tell whether the person takes this step in the province."""
    return request.user.has_perm(STEPS[act].permission, province)


def ticked(request: HttpRequest, period: Period) -> list[Return]:
    """Read which of a period's returns were ticked; what is no key of one is none."""
    wanted = set(request.POST.getlist("phieu"))
    rows = Return.objects.filter(period=period).whole().in_order_of_filers()
    return [row for row in rows if str(row.pk) in wanted]
