"""Who owes what by when: the list with who is late first, and one obligation with its acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Person
from hatang.core.vietnamese import day, number
from hatang.core.working_days import WorkingCalendar
from hatang.pages.lists import Column, ListPage
from hatang.places.services import province_by_code
from hatang.plans.forms.obligations import AnswerForm, ExcuseForm, ReopenForm
from hatang.plans.models import ANSWER_OBLIGATION, SEE_OBLIGATION, Obligation
from hatang.plans.services.obligations import EXCUSE, answer_obligation, excuse_obligation, reopen_obligation
from hatang.work.services import due_in_words, file_response, store_file, working_calendar

TITLE = "Nghĩa vụ đến hạn"
State = Obligation.State


def standing(row: Obligation, now: datetime, calendar: WorkingCalendar | None = None) -> str:
    """Say how an obligation stands: what is left of its time, or how it ended."""
    if row.state == State.OPEN:
        return due_in_words(clock=row.clock, now=now, calendar=calendar)
    late = ", muộn" if row.state == State.DONE and row.clock.late else ""
    return f"{row.get_state_display()}{late}"


class Obligations(LoginRequiredMixin, ListPage):
    """What is owed in a province, as far as the person may see it; who is late comes first."""

    title = TITLE
    template = "plans/obligations.html"
    search_fields = ("body__search_key", "commune__search_key")
    empty_text = "Chưa có nghĩa vụ nào mở: mỗi nghĩa vụ mở 45 ngày trước hạn."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.province = province_by_code(kwargs["code"])
        if not scopes_in(request.user, SEE_OBLIGATION, self.province.pk):
            raise Http404
        self.now = timezone.now()
        year = timezone.localdate().year
        calendar = working_calendar(province_id=self.province.pk, first_year=year - 1, last_year=year + 1)
        self.columns = (  # type: ignore[misc]
            Column("Ai", lambda o: str(o.filer), link=Obligation.get_absolute_url),
            Column("Nghĩa vụ", lambda o: o.title, "title"),
            Column("Năm", lambda o: o.year, "year"),
            Column("Hạn", lambda o: day(o.clock.due_on), "clock__due_at"),
            Column("Tình hình", lambda o: standing(o, self.now, calendar)),
            Column("Nơi nhận", lambda o: o.recipient, "recipient"),
            Column("Căn cứ", lambda o: o.basis, "basis"),
        )
        return super().get(request, **kwargs)

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Obligation]:
        """Give what the person may see; `chi=muon` keeps who is late."""
        rows = Obligation.objects.visible_to(request.user).whole().filter(province=self.province)
        return rows.open().filter(clock__due_at__lte=self.now) if request.GET.get("chi") == "muon" else rows

    def sorted(self, rows: QuerySet[Obligation], asked: str) -> QuerySet[Obligation]:
        """By default open ones first, the earliest day on top."""
        known = {c.sort for c in self.columns if c.sort}
        ended = Case(When(state=State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
        return rows.order_by(asked, "pk") if asked.removeprefix("-") in known else rows.order_by(ended, "clock__due_at")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Say in a sentence who is late."""
        mine = Obligation.objects.visible_to(request.user).open().filter(province=self.province)
        late = Count("pk", filter=Q(clock__due_at__lte=self.now))
        found = mine.aggregate(all=Count("pk"), late=late)
        finding = f"{number(found['late'])} nghĩa vụ đã quá hạn; {number(found['all'] - found['late'])} còn trong hạn."
        way = [(self.province.full_name, reverse("web:province", args=[self.province.code])), (TITLE, "")]
        return {
            "province": self.province,
            "finding": finding if found["all"] else "",
            "late_only": request.GET.get("chi") == "muon",
            "crumbs": way,
        }


def obligation_for(request: HttpRequest, pk: uuid.UUID) -> Obligation:
    """Give an obligation that the person may see; otherwise it answers as if it were not there."""
    return get_object_or_404(Obligation.objects.visible_to(request.user).whole(), pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def obligation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one obligation; answer, excuse or reopen it."""
    found = obligation_for(request, pk)
    offered = acts_of(request, found)
    act = request.POST.get("viec", "")
    form = offered[act](request.POST, request.FILES) if act in offered else None
    if request.method == "POST" and form is None:
        raise Http404
    if form and form.is_valid() and done(request, found, act, form):
        return redirect(found)
    context = {
        "obligation": found,
        "standing": standing(found, timezone.now()),
        "forms": [(name, WORDS[name], form if name == act else make()) for name, make in offered.items()],
        "changes": found.history.select_related("history_user").order_by("-history_date")[:20],
        "crumbs": [
            (found.province.full_name, reverse("web:province", args=[found.province.code])),
            (TITLE, reverse("plans:obligations", args=[found.province.code])),
            (str(found.filer), ""),
        ],
    }
    return render(request, "plans/obligation.html", context, status=422 if form and form.errors else 200)


WORDS = {"nop": ("Đã nộp", "Ghi là đã nộp"), "mien": ("Miễn", "Miễn cho lần này"), "mo-lai": ("Hạn mới", "Đặt hạn mới")}


def acts_of(request: HttpRequest, found: Obligation) -> dict[str, Callable[..., forms.Form]]:
    """Give the acts that this person may do now, each with its form."""
    offered: dict[str, Callable[..., forms.Form]] = {}
    is_open, department = found.state == State.OPEN, request.user.has_perm(EXCUSE, found.province)
    if is_open and request.user.has_perm(ANSWER_OBLIGATION, found):
        offered["nop"] = AnswerForm
    if is_open and department:
        offered["mien"] = ExcuseForm
    if department:
        offered["mo-lai"] = ReopenForm
    return offered


def done(request: HttpRequest, found: Obligation, act: str, form: forms.Form) -> bool:
    """Do the act, or put the objections on the form."""
    try:
        act_on(request.user, found, act, form.cleaned_data)  # type: ignore[arg-type]
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, "Đã ghi.")
    return True


def act_on(actor: Person, found: Obligation, act: str, said: dict[str, Any]) -> None:
    """Answer, excuse or reopen, as was said."""
    if act == "mien":
        excuse_obligation(actor=actor, obligation=found, reason=said["reason"])
    elif act == "mo-lai":
        reopen_obligation(actor=actor, obligation=found, reason=said["reason"], due_on=said["due_on"])
    else:
        upload, owner = said["file"], found.body if found.body and found.body.kind == "operator" else None
        stored = upload and store_file(
            actor=actor, name=upload.name, content=upload.read(), province=found.province, organisation=owner
        )
        answer_obligation(actor=actor, obligation=found, words=said["words"], file=stored or None)


@login_required
@require_GET
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Give the paper that was sent."""
    found = obligation_for(request, pk)
    if found.file is None:
        raise Http404
    return file_response(found.file)
