"""Each act of an officer on a document: stored at once, answered with what changed, or by the page itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.pages.lists import whole_number
from hatang.plans.models import PlanReading, Statement
from hatang.plans.services import readings
from hatang.plans.services.readings import GONE, TOO_LATE, ChangedMeanwhileError
from hatang.plans.views.reading.desk import (
    Desk,
    act_words,
    catalogue,
    desk_of,
    under_review,
    visible_reading,
    wants_json,
)
from hatang.plans.views.reading.finding import place_of_words
from hatang.plans.views.reading.pages import opened, review_context
from hatang.plans.views.reading.rows import HEAD, TABS, row_of, row_url
from hatang.plans.views.reading.typed import head_form, row_form


class RefusedError(ValidationError):
    """A form that cannot be stored as it is."""

    def __init__(self, form: forms.Form) -> None:
        super().__init__("Chưa ghi được: sửa chỗ được đánh dấu.")
        self.form = form


class Sent:
    """One act as it was sent: who, about which document, with which words."""

    def __init__(self, request: HttpRequest, pk: int) -> None:
        self.actor: Person = request.user  # type: ignore[assignment]
        self.data: QueryDict = request.POST
        self.reading = visible_reading(request, pk)

    @property
    def on(self) -> dict[str, Any]:
        """Who acts on which document."""
        return {"actor": self.actor, "reading": self.reading}

    def whole(self, name: str) -> int:
        """Read a whole number."""
        number = whole_number(self.data.get(name, ""), 9)
        if number is None:
            raise ValidationError("Thiếu chỗ trong văn bản: đánh dấu lại rồi thử lần nữa.")
        return number

    def statement(self, row: int) -> Statement:
        """Find the row."""
        found = self.reading.statements.filter(pk=row).first()
        if found is None:
            raise ValidationError(GONE)
        return found


Outcome = tuple[str, int | None]
"""What was done, in words, and the row to show next (None: the one that was asked about)."""


def confirm(sent: Sent, row: int) -> Outcome:
    readings.confirm(**sent.on, statements=[row])
    return "Đã nhận.", row


def reject(sent: Sent, row: int) -> Outcome:
    readings.reject(**sent.on, statements=[row])
    return "Đã bỏ khỏi kế hoạch.", row


def restore(sent: Sent, row: int) -> Outcome:
    readings.restore(**sent.on, statements=[row])
    return "Để chờ xem lại.", row


def correct(sent: Sent, row: int) -> Outcome:
    form = row_form(sent.reading, sent.statement(row), catalogue(), sent.data)
    if form is None:
        raise ValidationError("Dòng này không có gì để sửa.")
    if not form.is_valid():
        raise RefusedError(form)
    try:
        readings.correct(**sent.on, statement=row, facts=form.facts, seen=sent.data.get("da-xem", ""))
    except ChangedMeanwhileError as error:
        form.add_error(None, f"{error.message} {now_words(sent.statement(row))}")
        raise RefusedError(form) from error
    return "Đã ghi và nhận.", row


def now_words(statement: Statement) -> str:
    """Say what a row is now to somebody whose words do not go with it yet."""
    line = row_of(statement, [], catalogue())
    now = " · ".join([line.plain, *line.notes])
    return still_typed(now)


def still_typed(now: str) -> str:
    """Say what stands there now, and that what was typed is not lost."""
    return f"Nay là: “{now}”. Những gì vừa gõ vẫn ở đây: đối chiếu, sửa nếu cần rồi ghi lại."


def split(sent: Sent, row: int) -> Outcome:
    """Cut before the character that the caret stood at, or before the words that were typed."""
    statement = sent.statement(row)
    first, _ = readings.split(**sent.on, statement=row, at=statement.start + cut_in(sent, statement))
    return "Đã tách thành hai dòng.", first.pk


def cut_in(sent: Sent, statement: Statement) -> int:
    """Say at which character of its words a row is cut."""
    if sent.data.get("at"):
        return sent.whole("at")
    if statement.block is None:
        raise ValidationError("Dòng này không có chỗ trong văn bản nên không tách được.")
    text = sent.reading.document["blocks"][statement.block]["text"][statement.start : statement.end]
    return place_of_words([{"text": text}], sent.data.get("tu", ""))[1]


def merge(sent: Sent, row: int) -> Outcome:
    kept = readings.merge(**sent.on, statements=[row, sent.whole("voi")])
    return "Đã gộp hai dòng.", kept.pk


def retype(sent: Sent, row: int) -> Outcome:
    kept = readings.retype(**sent.on, statement=row, kind=sent.data.get("kind", ""))
    return f"Đã chuyển sang {TABS[Statement.Kind(kept.kind)].lower()}.", row


def make_bodies(sent: Sent, row: int) -> Outcome:
    readings.make_missing_bodies(**sent.on, statements=[row])
    return "Cơ quan chưa có sẽ được tạo khi công bố.", row


def make_all_bodies(sent: Sent) -> Outcome:
    readings.make_missing_bodies(**sent.on)
    return "Mọi cơ quan chưa có sẽ được tạo khi công bố.", None


def add(sent: Sent) -> Outcome:
    """Add the words that were marked, or pasted."""
    if sent.data.get("block"):
        place = sent.whole("block"), sent.whole("start"), sent.whole("end")
    else:
        place = place_of_words(sent.reading.document.get("blocks", []), sent.data.get("chu", ""))
    block, start, end = place
    made = readings.add(**sent.on, kind=sent.data.get("kind", ""), block=block, start=start, end=end)
    return "Đã thêm một dòng; xem lại nội dung của nó.", made.pk


def confirm_safe(sent: Sent) -> Outcome:
    """Confirm what can be trusted unlooked, of a kind or of all; if only some rows are shown, only those."""
    kind, words = sent.data.get("kind", ""), sent.data.get("q", "")
    desk = Desk(sent.reading, words="" if "dong" in sent.data else words)
    taken = [pk for one in ([kind] if kind in TABS else TABS) for pk in desk.taken_at_once(one)]
    if "dong" in sent.data:
        shown = set(sent.data.get("dong", "").split(","))
        taken = [pk for pk in taken if str(pk) in shown]
    if not taken:
        raise ValidationError("Không dòng nào đang hiện mà máy chắc và còn chờ xem.")
    readings.confirm(**sent.on, statements=taken)
    return f"Đã nhận {number(len(taken))} dòng máy chắc.", None


def correct_head(sent: Sent) -> Outcome:
    form = head_form(sent.reading, sent.data)
    if not form.is_valid():
        raise RefusedError(form)
    try:
        readings.correct_head(**sent.on, facts=form.facts, seen=sent.data.get("da-xem", ""))
    except ChangedMeanwhileError as error:
        form.add_error(None, f"{error.message} {still_typed(head_words(sent.reading.facts))}")
        raise RefusedError(form) from error
    return "Đã ghi thông tin chung.", None


def head_words(facts: Mapping[str, Any]) -> str:
    """Say the plan's own facts in short."""
    names = ("title", "number", "date", "issuer", "year_from", "year_to")
    return " · ".join(str(facts[name]) for name in names if facts.get(name))


def undo(sent: Sent) -> Outcome:
    return f"Đã hoàn tác: {act_words(readings.undo(**sent.on))}.", None


def redo(sent: Sent) -> Outcome:
    return f"Đã làm lại: {act_words(readings.redo(**sent.on))}.", None


ROW_ACTS: dict[str, Callable[[Sent, int], Outcome]] = {
    "nhan": confirm,
    "bo": reject,
    "lay-lai": restore,
    "sua": correct,
    "tach": split,
    "gop": merge,
    "loai": retype,
    "tao-co-quan": make_bodies,
}
ACTS: dict[str, Callable[[Sent], Outcome]] = {
    "them": add,
    "nhan-chac": confirm_safe,
    "tao-co-quan": make_all_bodies,
    "thong-tin": correct_head,
    "hoan-tac": undo,
    "lam-lai": redo,
}


@login_required
@vary_on_headers("Accept")
@require_GET
def row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Give a row's form by itself, or the review with it opened."""
    reading = under_review(request, pk)
    statement = get_object_or_404(reading.statements, pk=row)
    if not wants_json(request):
        return redirect(row_url(pk, statement.kind, row))
    return JsonResponse({"html": opened(request, desk_of(request, reading), statement)})


@login_required
@vary_on_headers("Accept")
@require_POST
def row_act(request: HttpRequest, pk: int, row: int, act: str) -> HttpResponse:
    """Do something with a row."""
    if act not in ROW_ACTS:
        raise Http404
    return done(request, Sent(request, pk), lambda sent: ROW_ACTS[act](sent, row), row)


@login_required
@vary_on_headers("Accept")
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do something with the document as a whole."""
    if act not in ACTS:
        raise Http404
    return done(request, Sent(request, pk), ACTS[act], None)


def done(request: HttpRequest, sent: Sent, what: Callable[[Sent], Outcome], row: int | None) -> HttpResponse:
    """Act, then answer with what changed or go back to the page."""
    if sent.reading.state != PlanReading.State.READY:
        return too_late(request, sent.reading)
    before = {s.pk: s for s in sent.reading.statements.all()}
    facts = dict(sent.reading.facts)
    try:
        said, chosen = what(sent)
    except ValidationError as error:
        return refused(request, sent.reading, error, row)
    desk = desk_of(request, visible_reading(request, sent.reading.pk))
    chosen = chosen if chosen is not None else next((pk for pk in sorted(changed(before, desk)) if desk.find(pk)), None)
    if wants_json(request):
        return JsonResponse(news(request, desk, before, facts) | {"said": said, "chosen": chosen})
    messages.success(request, said)
    if "cong-bo" in request.POST:
        return redirect("plans:reading_publish", desk.reading.pk)
    return redirect(address(desk, chosen, request))


def too_late(request: HttpRequest, reading: PlanReading) -> HttpResponse:
    """Say that a document is not under review: still being read, published or given up."""
    if wants_json(request):
        return JsonResponse({"said": f"{TOO_LATE} Tải lại trang.", "wrong": True}, status=422)
    messages.error(request, TOO_LATE)
    return redirect("plans:reading", reading.pk)


def address(desk: Desk, chosen: int | None, request: HttpRequest) -> str:
    """Give where the review goes on."""
    statement = desk.find(chosen) if chosen else None
    return (
        row_url(desk.reading.pk, statement.kind, statement.pk)
        if statement
        else desk.url(request.POST.get("kind") or desk.kind)
    )


def changed(before: dict[int, Statement], desk: Desk) -> set[int]:
    """Name the rows that are new, gone or different."""
    after = {s.pk: s for s in desk.statements}
    return {pk for pk in before.keys() | after.keys() if picture(before.get(pk)) != picture(after.get(pk))}


def picture(statement: Statement | None) -> tuple[Any, ...]:
    """Give everything about a row that a page shows."""
    names = ("kind", "state", "block", "start", "end", "quote", "facts", "sure", "order")
    return tuple(getattr(statement, name) for name in names) if statement else ()


def news(request: HttpRequest, desk: Desk, before: dict[int, Statement], facts: dict[str, Any]) -> dict[str, Any]:
    """Give the rows, paragraphs and counts that an act changed, and the plan's own facts if it changed those.

    Rows go out only of the kinds that the page has loaded (`co`).
    """
    touched, loaded = changed(before, desk), request.POST.get("co", ",".join(TABS)).split(",")
    now = [s for s in desk.statements if s.pk in touched]
    rows = [s for s in now if s.kind in loaded]
    old = [before[pk] for pk in touched if pk in before]
    return {
        "rows": {s.pk: row_html(request, desk, s) for s in rows},
        "gone": sorted(touched - {s.pk for s in rows}),
        "lost": sorted(touched - {s.pk for s in now}),
        "order": {kind: [s.pk for s in desk.ordered(kind)] for kind in moved(before, desk) if kind in loaded},
        "blocks": {block: desk.paragraph(block) for block in blocks_of([*now, *old])},
        "parts": parts(request, desk, head=facts != desk.reading.facts),
    }


def moved(before: dict[int, Statement], desk: Desk) -> set[str]:
    """Name the kinds whose rows do not stand in the same order as before; a corrected row stays where it stood."""
    places = [{(s.kind, s.pk, s.order, s.sure) for s in rows} for rows in (before.values(), desk.statements)]
    return {kind for kind, *_ in places[0] ^ places[1]}


def blocks_of(statements: Iterable[Statement]) -> list[int]:
    """Name the paragraphs in which statements are marked."""
    return sorted({block for s in statements for block, _ in readings.marks_of(s)})


def row_html(request: HttpRequest, desk: Desk, statement: Statement) -> str:
    """Show a row."""
    context = {"row": row_of(statement, desk.blocks, desk.indicators), "reading": desk.reading}
    return render_to_string("plans/reading_row.html", context, request)


def parts(request: HttpRequest, desk: Desk, *, head: bool) -> Mapping[str, str]:
    """Show again what counts; the form of the plan's own facts only if they changed, for somebody may be typing."""
    context: dict[str, Any] = {"desk": desk, "reading": desk.reading}
    shown = {"review-bar": "reading_bar", "found-tabs": "reading_tabs"}
    if head:
        context["head_form"] = head_form(desk.reading)
        shown["thong-tin"] = "reading_head"
    whole = {name: render_to_string(f"plans/{file}.html", context, request) for name, file in shown.items()}
    sums = {
        f"gon-{tab.kind}": render_to_string("plans/reading_sum.html", {"tab": tab} | context, request)
        for tab in desk.tabs
        if tab.kind != HEAD
    }
    return whole | sums


def refused(request: HttpRequest, reading: PlanReading, error: ValidationError, row: int | None) -> HttpResponse:
    """Say why an act cannot be done; a form comes back with what was typed and the error at its field."""
    desk = desk_of(request, visible_reading(request, reading.pk))
    statement = desk.find(row) if row else None
    words, form = " ".join(error.messages), getattr(error, "form", None)
    if not wants_json(request):
        return refused_page(request, desk, statement, words, form)
    told: dict[str, Any] = {"said": words, "wrong": True}
    if form and statement:
        told["open"] = {statement.pk: opened(request, desk, statement, form)}
    elif form:
        context = {"desk": desk, "reading": desk.reading, "head_form": form}
        told["parts"] = {"thong-tin": render_to_string("plans/reading_head.html", context, request)}
    return JsonResponse(told, status=422)


def refused_page(
    request: HttpRequest, desk: Desk, statement: Statement | None, words: str, form: forms.Form | None
) -> HttpResponse:
    """Show the review with the form that was refused, or go back to it with the reason."""
    if form is None:
        messages.error(request, words)
        return redirect(address(desk, statement.pk if statement else None, request))
    desk.kind = statement.kind if statement else HEAD
    context = review_context(request, desk)
    if statement:
        context |= {"chosen": statement, "opened": opened(request, desk, statement, form)}
    else:
        context["head_form"] = form
    return render(request, "plans/reading_review.html", context, status=422)
