"""Requests to verify coverage: sent to operators, answered by them, decided by the department, one or many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, number
from hatang.coverage.forms.evidence import YES, AnswerForm, DecisionForm, OpeningForm, WithdrawalForm
from hatang.coverage.models import (
    ANSWER_CHALLENGE,
    DECIDE_CHALLENGE,
    OPEN_CHALLENGE,
    SEE_CHALLENGE,
    Challenge,
    ChallengeStep,
    CountedService,
)
from hatang.coverage.services.evidence.challenges import (
    ANSWER,
    MOST_AT_ONCE,
    answer_challenges,
    answers_for,
    decide_challenges,
    may,
    open_challenges,
    term_days,
    waiting_for,
    withdraw_challenge,
)
from hatang.coverage.services.evidence.reading import disagreements, said_in
from hatang.coverage.views.evidence import DISAGREEMENTS
from hatang.coverage.views.picking import CHOSEN, PickList, narrowed
from hatang.coverage.views.territory import in_coverage
from hatang.pages.lists import Column, whole_number
from hatang.places.models import Place
from hatang.work.models import Clock
from hatang.work.services import due_in_words, file_response
from hatang.work.services.clocks import by_calendar

TITLE = "Yêu cầu xác minh phủ sóng"
OPEN = "mo"
OPEN_STATES = (Challenge.State.SENT, Challenge.State.ANSWERED)


class ChallengeList(PickList):
    """The requests of a province: all for the department, an operator's own."""

    title = TITLE
    template = "coverage/challenge_list.html"
    search_fields = ("place__search_key", "place__parent__search_key", "operator__search_key")
    default_sort = "-opened_at"
    empty_text = "Chưa có yêu cầu nào."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        self.due: dict[int, str] = {}
        self.columns = tuple(self.make_columns())  # type: ignore[misc]

    def make_columns(self) -> list[Column]:
        """Give the columns; the time left is written for all rows of a page at once."""
        return [
            Column("Nơi", lambda r: str(r.place), "place__sort_key", link=lambda r: r.get_absolute_url()),
            Column("Xã, phường", lambda r: str(r.place.parent or ""), "place__parent__sort_key"),
            Column("Số dân", lambda r: r.people, "people", number=True, decimals=0),
            Column("Doanh nghiệp", lambda r: r.operator.short_name or r.operator.name, "operator__sort_key"),
            Column("Công nghệ", lambda r: r.technology, "technology"),
            Column("Sở cho rằng", lambda r: r.claim, "claims_served"),
            Column("Gửi ngày", lambda r: day(timezone.localdate(r.opened_at)), "opened_at"),
            Column("Trạng thái", lambda r: r.get_state_display(), "state"),
            Column("Thời hạn", lambda r: self.due.get(r.clock_id, ""), "due_at"),
            Column("Kết luận", lambda r: r.outcome, "served"),
            Column("Căn cứ", lambda r: r.get_basis_display(), "basis"),
        ]

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Challenge]:
        self.province = province_for(request, kwargs["code"], SEE_CHALLENGE)
        self.decides = may(request.user, DECIDE_CHALLENGE, self.province)
        self.answers = bool(answers_for(request.user, self.province))
        self.picking = self.decides or self.answers
        rows = Challenge.objects.visible_to(request.user).filter(province=self.province)
        if request.GET.get("viec"):
            rows = waiting_for(request.user, self.province)
        state = request.GET.get("tt", "")
        if state == OPEN:
            rows = rows.open()
        elif state in Challenge.State.values:
            rows = rows.filter(state=state)
        return narrowed(rows, request).whole().with_due()  # type: ignore[no-any-return]

    def may_pick(self, row: Any) -> bool:
        wanted = Challenge.State.ANSWERED if self.decides else Challenge.State.SENT
        return bool(row.state == wanted)

    def cells(self, rows: Any) -> list[list[dict[str, Any]]]:
        kept = list(rows)
        self.due = time_left({row.running_clock for row in kept}, self.now)
        return super().cells(kept)

    def table(self, rows: QuerySet[Any]) -> list[list[Any]]:
        clocks = Clock.objects.open().filter(pk__in=rows.values("clock"))
        self.due = time_left(set(clocks), self.now)
        return super().table(rows)

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        act = "coverage:challenge_decide" if self.decides else "coverage:challenge_answer"
        return self.filters() | {
            "province": self.province,
            "waiting": waiting_for(request.user, self.province).count() if self.picking else None,
            "states": Challenge.State.choices,
            "chosen": {name: request.GET.get(name, "") for name in ("xa", "dn", "cn", "tt", "viec")},
            "picking": self.picking,
            "act": reverse(act, args=[self.province.code]),
            "act_label": "Quyết định các dòng đã chọn" if self.decides else "Trả lời các dòng đã chọn",
            "crumbs": in_coverage(self.province, (self.title, "")),
        }


def time_left(clocks: set[Clock | None], now: Any) -> dict[int, str]:
    """Say how terms stand, by their keys; the calendar is read once for all."""
    kept = [clock for clock in clocks if clock is not None]
    told: dict[int, str] = {}
    for calendar, group in by_calendar(kept):
        told |= {clock.pk: due_in_words(clock=clock, now=now, calendar=calendar) for clock in group}
    return told


# Acts on several at once


def act_page(request: HttpRequest, province: Place, form: Form, rows: list[Any], words: dict[str, str]) -> HttpResponse:
    """Show the chosen rows and the form of an act on them."""
    context = {
        "form": form,
        "rows": with_evidence(rows),
        "people": sum({row.place_id: row.place.population or 0 for row in rows}.values()),
        "simulated": any(row.simulated for row in rows),
        "crumbs": in_coverage(province, (words["above"], words["back"]), (words["title"], "")),
        **words,
    }
    return render(request, "coverage/challenge_act.html", context, status=422 if form.errors else 200)


def with_evidence(rows: list[Any]) -> list[tuple[Any, list[tuple[str, str, bool | None]], str]]:
    """Give each chosen row with what the levels say, or said when it was doubted, and what the operator answered."""
    asked = [row.pk for row in rows if isinstance(row, Challenge)]
    denied = ChallengeStep.objects.filter(challenge__in=asked, act=ChallengeStep.Act.DENIED).order_by("pk")
    answers = dict(denied.values_list("challenge", "words"))
    return [
        (row, said_in(row.grounds) if isinstance(row, Challenge) else row.said, answers.get(row.pk, "")) for row in rows
    ]


def done(form: Form, act: Callable[[], Any]) -> bool:
    """Do an act; what is refused is said at the form."""
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    except PermissionDenied as error:
        raise Http404 from error
    return True


def nothing_chosen(request: HttpRequest, back: str) -> HttpResponse:
    """Go back to a list of which nothing that may be acted on was chosen."""
    messages.error(request, "Chọn ít nhất một dòng chưa xong, bằng ô trước dòng đó.")
    return redirect(back)


def chosen_keys(request: HttpRequest) -> list[str]:
    """Give the keys that were chosen, from the address or the form."""
    return (request.GET.getlist(CHOSEN) or request.POST.getlist(CHOSEN))[:MOST_AT_ONCE]


@login_required
def challenge_open(request: HttpRequest, code: str) -> HttpResponse:
    """Ask operators to verify the chosen services."""
    province = province_for(request, code, OPEN_CHALLENGE, whole=True)
    back = reverse("coverage:disagreements", args=[code])
    keys = [key for text in chosen_keys(request) if (key := whole_number(text, 14))]
    found = disagreements(request.user, province).filter(pk__in=keys)
    rows: list[CountedService] = [row for row in found if not row.asked]  # type: ignore[attr-defined]
    if not rows:
        return nothing_chosen(request, back)
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = {"actor": request.user, "province": province, "rows": rows, "at": timezone.now()}
        if done(form, lambda: open_challenges(words=form.cleaned_data["words"], **sent)):  # type: ignore[arg-type]
            messages.success(request, f"Đã gửi {number(len(rows))} yêu cầu. Doanh nghiệp được báo.")
            return redirect("coverage:challenges", code)
    words = {
        "title": "Gửi yêu cầu xác minh phủ sóng",
        "above": DISAGREEMENTS,
        "back": back,
        "button": "Gửi yêu cầu",
        "consequence": f"Doanh nghiệp có {term_days(ANSWER)} ngày làm việc để trả lời; mỗi doanh nghiệp chỉ thấy các "
        "dòng của mình.",
    }
    return act_page(request, province, form, rows, words)


def chosen_challenges(request: HttpRequest, province: Place, state: str) -> list[Challenge]:
    """Give the chosen challenges that the person sees and that are in a state."""
    keys = [key for text in chosen_keys(request) if (key := uuid_of(text))]
    rows = Challenge.objects.visible_to(request.user).filter(province=province, state=state, pk__in=keys)
    return list(rows.whole())


def uuid_of(text: str) -> UUID | None:
    """Read a key; nothing if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


@login_required
def challenge_answer(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the chosen challenges for an operator."""
    province = province_for(request, code, ANSWER_CHALLENGE)
    back = reverse("coverage:challenges", args=[code])
    rows = chosen_challenges(request, province, Challenge.State.SENT)
    if not rows:
        return nothing_chosen(request, back)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said, paper = form.cleaned_data, form.cleaned_data["paper"]
        answer: dict[str, Any] = {
            "actor": request.user,
            "keys": [row.pk for row in rows],
            "accepts": said["said"] == YES,
            "words": said["words"],
            "at": timezone.now(),
            "paper": (paper.name, paper.read()) if paper else None,
        }
        if done(form, lambda: answer_challenges(**answer)):
            messages.success(request, f"Đã trả lời {number(len(rows))} yêu cầu. Sở được báo.")
            return redirect("coverage:challenges", code)
    words = {
        "title": "Trả lời yêu cầu xác minh phủ sóng",
        "above": TITLE,
        "back": back,
        "button": "Gửi trả lời",
        "consequence": "Chấp nhận thì kết luận được tính ngay. Không chấp nhận thì Sở xem xét và quyết định.",
    }
    return act_page(request, province, form, rows, words)


@login_required
def challenge_decide(request: HttpRequest, code: str) -> HttpResponse:
    """Decide the chosen challenges."""
    province = province_for(request, code, DECIDE_CHALLENGE, whole=True)
    back = reverse("coverage:challenges", args=[code])
    rows = chosen_challenges(request, province, Challenge.State.ANSWERED)
    if not rows:
        return nothing_chosen(request, back)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {
            "actor": request.user,
            "keys": [row.pk for row in rows],
            "served": form.cleaned_data["said"] == YES,
            "words": form.cleaned_data["words"],
            "at": timezone.now(),
        }
        if done(form, lambda: decide_challenges(**said)):
            messages.success(request, f"Đã quyết định {number(len(rows))} yêu cầu. Doanh nghiệp được báo.")
            return redirect("coverage:challenges", code)
    words = {
        "title": "Quyết định về yêu cầu xác minh phủ sóng",
        "above": TITLE,
        "back": back,
        "button": "Quyết định",
        "answered": "1",
        "consequence": "Kết luận được tính từ hôm nay, trước mọi mức bằng chứng khác, tới khi có quyết định mới hoặc "
        "xã xác minh sau ngày này.",
    }
    return act_page(request, province, form, rows, words)


# One challenge


def visible_challenge(request: HttpRequest, pk: UUID) -> Challenge:
    """Give the challenge if the person may see it; otherwise it answers as if it were not there."""
    return get_object_or_404(Challenge.objects.visible_to(request.user).whole(), pk=pk)


@login_required
@require_GET
def challenge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a challenge: what is doubted, whose turn it is until when, and the steps."""
    row = visible_challenge(request, pk)
    clock, now = row.running_clock if row.state in OPEN_STATES else None, timezone.now()
    decides, answers = may(request.user, DECIDE_CHALLENGE, row.province), answers_for(request.user, row.province)
    department = may(request.user, SEE_CHALLENGE, row.province)
    context = {
        "row": row,
        "said": said_in(row.grounds),
        "due": due_in_words(clock=clock, now=now) if clock else "",
        "steps": row.steps.select_related("by", "file", "clock").order_by("-pk"),
        "names": department,
        "may_answer": row.state == Challenge.State.SENT and row.operator_id in answers,
        "may_decide": row.state == Challenge.State.ANSWERED and decides,
        "may_withdraw": row.state in OPEN_STATES and may(request.user, OPEN_CHALLENGE, row.province),
        "simulated": row.simulated,
        "crumbs": in_coverage(
            row.province, (TITLE, reverse("coverage:challenges", args=[row.province.code])), (str(row.place), "")
        ),
    }
    return render(request, "coverage/challenge.html", context)


@login_required
@require_GET
def challenge_file(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    """Give the paper of a challenge's first, second, ... step to who may see the challenge.

    Keys of steps would tell an operator how many steps rivals' challenges took meanwhile.
    """
    steps = list(visible_challenge(request, pk).steps.select_related("file"))
    file = steps[number - 1].file if 0 < number <= len(steps) else None
    if file is None:
        raise Http404
    return file_response(file)


@login_required
@require_POST
def challenge_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw a challenge."""
    row = visible_challenge(request, pk)
    if not may(request.user, OPEN_CHALLENGE, row.province):
        raise Http404
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Lý do dài nhất 1.000 ký tự, không có ký tự điều khiển.")
        return redirect(row)
    try:
        words = form.cleaned_data["words"]
        withdraw_challenge(actor=request.user, challenge=row, words=words, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Đã rút yêu cầu. Doanh nghiệp được báo.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)
