"""What is missing or wrong: the list that someone works through, one of them, and the terms of judging."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, number
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.systems.forms import FindingForm, TermsForm
from hatang.systems.models import SEE_FINDING, WORK_FINDING, FindingRule, SystemFinding
from hatang.systems.services import RULES, compute_findings, history_of, save_terms, terms_of, work_on, workers_in
from hatang.systems.views.ways import MISSING, Way, in_register

State = SystemFinding.State
NOBODY = "chua"
MINE = "toi"


def in_findings(province: Place, *more: tuple[str, str]) -> Way:
    """Give the way through the list of findings."""
    return in_register(province, (MISSING, reverse("systems:findings", args=[province.code])), *more)


class FindingList(LoginRequiredMixin, ListPage):
    """What waits to be done in a province, the oldest first."""

    title = "Việc cần làm với hệ thống"
    template = "systems/findings.html"
    search_fields = ("search_key",)
    default_sort = "since_on"
    empty_text = "Không còn việc nào theo các quy tắc."
    columns = (
        Column("Việc", lambda f: f.get_rule_display(), "rule", link=SystemFinding.get_absolute_url),
        Column("Của", lambda f: f.subject.name, link=lambda f: f.subject.get_absolute_url()),
        Column("Mã", lambda f: f.subject.code),
        Column("Từ ngày", lambda f: day(f.since_on), "since_on"),
        Column("Giao cho", lambda f: str(f.assigned_to) if f.assigned_to else None, "assigned_to__full_name"),
        Column("Làm xong trước", lambda f: day(f.due_on) if f.due_on else None, "due_on"),
        Column("Trạng thái", lambda f: f.get_state_display(), "state"),
        Column("Ghi chú", lambda f: f.note or None),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[SystemFinding]:
        self.province = province_for(request, kwargs["code"], SEE_FINDING, whole=True)
        rows = SystemFinding.objects.visible_to(request.user).filter(province=self.province)
        state, rule = request.GET.get("tt", State.OPEN), request.GET.get("loai", "")
        rows = rows.filter(state=state) if state in State.values else rows
        rows = rows.filter(rule=rule) if rule in RULES else rows
        return rows.filter(given_to(request)).select_related(*SystemFinding.LINKS, "assigned_to")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        open_rows = SystemFinding.objects.visible_to(request.user).filter(province=self.province).open()
        counts = dict(open_rows.order_by().values_list("rule").annotate(n=Count("pk")))
        rules = [(key, FindingRule(key).label, counts.get(key, 0)) for key in RULES]
        terms = terms_of(self.province)
        return {
            "province": self.province,
            "finding": words(counts),
            "rules": rules,
            "states": State.choices,
            "chosen": {"tt": request.GET.get("tt", State.OPEN), "loai": request.GET.get("loai", "")}
            | {"giao": request.GET.get("giao", "")},
            "people": workers_in(self.province),
            "computed_on": terms.computed_on,
            "may_work": request.user.has_perm(WORK_FINDING, self.province),
            "crumbs": in_register(self.province, (MISSING, "")),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"{self.title} {self.province} {timezone.localdate():%Y-%m-%d}"


def given_to(request: HttpRequest) -> Q:
    """Build the filter of whom findings were given to."""
    asked = request.GET.get("giao", "")
    if asked == NOBODY:
        return Q(assigned_to__isnull=True)
    pk = request.user.pk if asked == MINE else whole_number(asked, 14)
    return Q(assigned_to=pk) if pk else Q()


def words(counts: dict[str, int]) -> str:
    """Say how much waits, the largest first."""
    if not counts:
        return "Không có việc nào đang chờ theo các quy tắc."
    largest = sorted(counts.items(), key=lambda pair: -pair[1])[:3]
    told = "; ".join(f"{FindingRule(key).label} ({number(count)})" for key, count in largest)
    return f"{number(sum(counts.values()))} việc đang chờ; nhiều nhất: {told}."


@login_required
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a finding and take what somebody says of it."""
    rows = SystemFinding.objects.visible_to(request.user).select_related(
        *SystemFinding.LINKS, "assigned_to", "province"
    )
    row = get_object_or_404(rows, pk=pk)
    rule = RULES.get(row.rule)
    may_work = request.user.has_perm(WORK_FINDING, row) and row.state != State.GONE
    was_assigned, title = row.assigned_to_id, str(row)
    form = FindingForm(request.POST or None, instance=row, people=workers_in(row.province)) if may_work else None
    if request.method == "POST" and form and form.is_valid():
        work_on(actor=request.user, finding=row, was_assigned=was_assigned)  # type: ignore[arg-type]
        messages.success(request, "Đã lưu.")
        return redirect(row)
    context = {
        "row": row,
        "rule": rule,
        "title": title,
        "form": form,
        "history": history_of(row),
        "simulated": row.simulated,
        "crumbs": in_findings(row.province, (row.subject.code, "")),
    }
    return render(request, "systems/finding.html", context, status=422 if form and form.errors else 200)


@login_required
@require_POST
def compute(request: HttpRequest, code: str) -> HttpResponse:
    """Compare the rules with the registers now."""
    province = province_for(request, code, WORK_FINDING, whole=True)
    told = compute_findings(province=province, on=timezone.localdate())
    messages.success(
        request,
        f"Đã tính: {number(told['new'])} việc mới, {number(told['reopened'])} mở lại, {number(told['gone'])} đã hết.",
    )
    return redirect("systems:findings", code)


@login_required
def terms(request: HttpRequest, code: str) -> HttpResponse:
    """Set the terms by which the province judges."""
    province = province_for(request, code, WORK_FINDING, whole=True)
    form = TermsForm(request.POST or None, instance=terms_of(province))
    if request.method == "POST" and form.is_valid():
        save_terms(actor=request.user, terms=form.save(commit=False))  # type: ignore[arg-type]
        messages.success(request, "Đã lưu thời hạn; lần tính sau theo thời hạn này.")
        return redirect("systems:findings", code)
    context = {"form": form, "title": "Thời hạn rà soát", "crumbs": in_findings(province, ("Thời hạn", ""))}
    return render(request, "systems/entry_form.html", context, status=422 if form.errors else 200)
