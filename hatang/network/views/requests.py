"""Sharing requests: the list with what waits for the reader first, one request, a new one, and each step of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, moment, number
from hatang.network.audience import Viewer
from hatang.network.forms import RequestForm, StepForm, TermsForm
from hatang.network.models import SHAREABLE, Party, RequestState, RequestStep, SharingRequest, Thing
from hatang.network.models.requests import ENDED, VIEW
from hatang.network.request_acts import BY_SLUG, NAMES, REPLY, SEND, STATES, Act
from hatang.network.services import (
    Words,
    acts_for,
    acts_from,
    free_of,
    is_department,
    parties_of,
    requesters_for,
    requests_waiting,
    send_request,
    take_step,
    turn_of,
    waits_for,
)
from hatang.network.services.request_clocks import is_reviewed, limit, longest_extension
from hatang.network.views.lists import ProvinceList, in_register
from hatang.pages.lists import Column
from hatang.places.models import Place
from hatang.work.services import due_in_words, file_response, working_calendar

KINDS = {model.KEY: model for model in SHAREABLE}
TITLE = "Đề nghị dùng chung"
NO_LIMIT = (
    "Tỉnh chưa áp dụng quy định thời hạn trả lời đề nghị dùng chung nên đề nghị này không tính ngày; "
    "NĐ 163/2024/NĐ-CP Điều 81 không đặt thời hạn."
)
ON_PRICE = "Không thống nhất về giá: hiệp thương theo pháp luật về giá (NĐ 163/2024/NĐ-CP Điều 81.2)."


def mine_first(person: Any, province: Place) -> Case:
    """Order 0 what waits for the person, 1 what waits for others, 2 what has ended or waits for nobody."""
    nobody = Q(state__in=[state for state, row in STATES.items() if row.turn is None])
    mine = waits_for(person, province)
    return Case(When(nobody, then=Value(2)), When(mine, then=Value(0)), default=Value(1), output_field=IntegerField())


class RequestList(ProvinceList):
    """The requests of a province that the person may see."""

    title = TITLE
    template = "network/requests.html"
    search_fields = ("search_key", "known_code")
    empty_text = "Không có đề nghị nào. Mở trang của một công trình được chào dùng chung để gửi đề nghị."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        viewer = Viewer(request.user)
        self.columns = (  # type: ignore[misc]
            Column("Công trình", lambda r: viewer.name(r.thing), link=lambda r: r.get_absolute_url()),
            Column("Đến lượt", lambda r: turn_name(r)),
            Column("Thời hạn", self.due, "due_at"),
            Column("Trạng thái", lambda r: r.get_state_display(), "state"),
            Column("Bên đề nghị", lambda r: r.requester.short_name or r.requester.name, "requester__sort_key"),
            Column("Chủ sở hữu", lambda r: r.owner.short_name or r.owner.name, "owner__sort_key"),
            Column("Nhu cầu", lambda r: r.get_need_display(), "need"),
            Column("Nhận ngày", lambda r: day(timezone.localdate(r.received_at)), "received_at"),
        )

    def due(self, row: SharingRequest) -> str | None:
        """Say how a request's running clock stands."""
        clock = row.running_clock
        return due_in_words(clock=clock, now=self.now, calendar=self.calendar) if clock else None

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[SharingRequest]:
        self.province = province_for(request, kwargs["code"], VIEW)
        self.department = is_department(request.user, self.province)
        year = timezone.localdate().year
        self.calendar = working_calendar(province_id=self.province.pk, first_year=year - 1, last_year=year + 1)
        rows = SharingRequest.objects.visible_to(request.user).filter(province=self.province).with_things().with_due()
        rows = rows.with_known_code(acts_for(request.user, self.province), all_known=self.department)
        rows = rows.annotate(first=mine_first(request.user, self.province))
        if request.GET.get("viec"):
            rows = rows.filter(first=0)
        return self.in_state(rows, request.GET.get("tt", ""))

    def in_state(self, rows: QuerySet[SharingRequest], asked: str) -> QuerySet[SharingRequest]:
        """Keep the requests in a state, or those that have not ended."""
        if asked == "mo":
            return rows.exclude(state__in=ENDED)
        return rows.filter(state=asked) if asked in RequestState.values else rows

    def sorted(self, rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        """Put first what waits for an operator, then what is due first; for the department what is due first."""
        if asked:
            return super().sorted(rows, asked)
        due = F("due_at").asc(nulls_last=True)
        first: list[Any] = [due, "first"] if self.department else ["first", due]
        return rows.order_by(*first, "-received_at", "pk")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "crumbs": in_register(self.province, (TITLE, "")),
            "states": RequestState.choices,
            "chosen": {name: request.GET.get(name, "") for name in ("tt", "viec")},
            "waiting": requests_waiting(request.user, self.province),
        }


def turn_name(row: SharingRequest) -> str | None:
    """Name whose turn it is."""
    who = turn_of(row)
    return None if who is None else getattr(who, "short_name", "") or str(who)


def visible_request(request: HttpRequest, pk: Any) -> SharingRequest:
    """Give the request if the person may see it; otherwise it answers as if it were not there."""
    return get_object_or_404(SharingRequest.objects.visible_to(request.user).with_things(), pk=pk)


def way(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way from the province to a request."""
    return in_register(province, (TITLE, reverse("network:requests", args=[province.code])), *more)


@login_required
def sharing_request(request: HttpRequest, pk: Any) -> HttpResponse:
    """Show a request: whose turn it is and until when, its steps, its papers."""
    row = visible_request(request, pk)
    now, viewer, parties = timezone.now(), Viewer(request.user), parties_of(request.user, row)
    name = viewer.name(row.thing)
    context = {
        "row": row,
        "title": f"{TITLE}: {name}",
        "finding": finding(row, now),
        "clock": clock_words(row),
        "unlimited": NO_LIMIT if is_unlimited(row) else "",
        "facts": facts(row, viewer),
        "thing_page": page_of(row.thing, request),
        "acts": acts_from(row, parties, at=now),
        "steps": steps(row, parties),
        "simulated": row.simulated,
        "crumbs": way(row.province, (name, "")),
    }
    return render(request, "network/request.html", context)


def page_of(thing: Thing, request: HttpRequest) -> str:
    """Give the address of the thing's page; empty for who may no longer see it, since no longer offered."""
    seen = type(thing)._default_manager.visible_to(request.user).filter(pk=thing.pk).exists()  # type: ignore[attr-defined]
    return thing.get_absolute_url() if seen else ""


def finding(row: SharingRequest, now: datetime) -> str:
    """Say whose turn it is, to do what, and how the clock stands."""
    state = STATES[RequestState(row.state)]
    who = turn_of(row)
    if who is None:
        return state.waits
    waits = after_acceptance(row, now) if row.state == RequestState.ACCEPTED else state.waits
    clock = row.running_clock
    stands = due_in_words(clock=clock, now=now) if clock else ""
    return f"Đến lượt {who}: {waits}." + (f" {stands[0].upper()}{stands[1:]}." if stands else "")


def after_acceptance(row: SharingRequest, now: datetime) -> str:
    """Say what follows an acceptance in the province."""
    return "gửi Sở xem xét, chấp thuận" if is_reviewed(row, now) else "ký hợp đồng rồi ghi vào sổ"


def clock_words(row: SharingRequest) -> str:
    """Say what the running term is, from when it counts, when it ends and by which rule."""
    clock = row.running_clock
    if clock is None:
        return ""
    ruled = limit(row, clock.rule, clock.started_at)
    longer = f", gia hạn thêm {clock.extension} {clock.Unit(clock.extension_unit).label}" if clock.extension else ""
    term = f"Thời hạn {clock.limit} {clock.get_unit_display()} kể từ {moment(clock.started_at)}{longer}"
    basis = f" Theo {ruled.basis}. {ruled.note}".rstrip() if ruled else ""
    return f"{term}; hạn cuối hết ngày {day(clock.due_on)}.{basis}"


def is_unlimited(row: SharingRequest) -> bool:
    """Tell whether the answer to this request has no term, because its province has no rule for it."""
    return row.state not in ENDED and not row.running_clock and limit(row, REPLY, row.received_at) is None


def facts(row: SharingRequest, viewer: Viewer) -> list[tuple[str, str]]:
    """Give what was asked for, in the order in which people read it."""
    thing = row.thing
    commune = getattr(thing, "commune", None)
    measures = (("cao", row.height_m, "m"), ("nặng", row.load_kg, "kg"), ("rộng", row.area_m2, "m²"))
    told = {
        "Công trình": f"{thing._meta.verbose_name} {thing.code if viewer.sees(thing, 'code') else ''}".strip(),
        "Xã, phường": str(commune or ""),
        "Bên đề nghị": str(row.requester),
        "Chủ sở hữu": str(row.owner),
        "Nhu cầu": row.get_need_display(),
        "Số lượng": number(row.amount) if row.amount else "",
        "Phần tuyến": f"{number(row.shared_km, 3)} km" if row.shared_km else "",
        "Lắp đặt": ", ".join(f"{name} {number(value, 1)} {unit}" for name, value, unit in measures if value),
        "Thông số": row.technical,
        "Dùng từ": f"{day(row.start_on)}, trong {number(row.term_months)} tháng",
        "Mục đích": row.purpose,
        "Khảo sát": "bên đề nghị cho là cần" if row.survey_needed else "",
        "Văn bản": row.letter,
    }
    return [(label, value) for label, value in told.items() if value]


def steps(row: SharingRequest, parties: set[Party]) -> list[dict[str, Any]]:
    """Give the steps with their papers, newest first; people are named to their own side and to the department."""
    rows = row.steps.select_related("by", "clock").prefetch_related("documents__file").order_by("-pk")
    whose = {Party.OWNER: row.owner, Party.REQUESTER: row.requester, Party.DEPARTMENT: "Sở", Party.SYSTEM: "Hệ thống"}
    return [
        {
            "step": step,
            "name": NAMES[step.act],
            "who": whose[Party(step.party)],
            "by": step.by if parties & {Party.DEPARTMENT, Party(step.party)} else None,
            "details": told_details(step),
        }
        for step in rows
    ]


def told_details(step: RequestStep) -> list[tuple[str, str]]:
    """Give what a step brought besides its words."""
    ground = [("Căn cứ", step.get_ground_display())] if step.ground else []
    return [*ground, *step.details.items()]


def brought(form: StepForm | RequestForm) -> list[tuple[str, bytes]]:
    """Read the papers of a form."""
    return [(file.name, file.read()) for file in form.cleaned_data["papers"]]


def shareable_thing(request: HttpRequest, link: str, pk: int) -> Thing:
    """Give a thing that stands and that the person may see; otherwise it answers as if it were not there."""
    if link not in KINDS:
        raise Http404
    rows: Any = KINDS[link]._default_manager.all()
    seen = rows.visible_to(request.user).there(timezone.localdate()).select_related("owner", "province", "commune")
    thing: Thing = get_object_or_404(seen, pk=pk)
    return thing


@login_required
def request_new(request: HttpRequest, link: str, pk: int) -> HttpResponse:
    """Ask to use a thing of another."""
    thing = shareable_thing(request, link, pk)
    requesters = requesters_for(request.user, thing)
    if not requesters:
        raise Http404
    form = RequestForm(*sent(request), thing=thing, requesters=requesters)
    if request.method == "POST" and form.is_valid():
        requester = form.cleaned_data.get("requester") or requesters[0]
        try:
            actor: Any = request.user
            words = Words(papers=brought(form))
            row = send_request(
                actor=actor, request=form.instance, thing=thing, requester=requester, words=words, at=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"Đã gửi đề nghị tới {row.owner} và Sở.")
            return redirect(row)
    return render(request, "network/step.html", new_page(request, thing, form), status=422 if form.errors else 200)


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """Give what was sent with a form, empty as it may be; nothing when it is only shown."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def new_page(request: HttpRequest, thing: Thing, form: RequestForm) -> dict[str, Any]:
    """Give what the page of a new request shows."""
    name, spare = Viewer(request.user).name(thing), free_of(thing)
    free = f" Chủ sở hữu cho biết còn trống {number(spare)}; cần nhiều hơn thì có thể phải nâng cấp." if spare else ""
    return {
        "title": f"{TITLE}: {name}",
        "lead": f"{thing._meta.verbose_name.capitalize()} của {thing.owner}.{free}",  # type: ignore[union-attr]
        "forms": [form],
        "consequence": SEND.consequence,
        "button": SEND.button,
        "simulated": thing.simulated,
        "crumbs": way(thing.province, (f"Gửi: {name}", "")),
    }


@login_required
def request_act(request: HttpRequest, pk: Any, act: str) -> HttpResponse:
    """Show or take the form of one step."""
    row, chosen, now = visible_request(request, pk), BY_SLUG.get(act), timezone.now()
    parties = parties_of(request.user, row)
    if chosen is None or not chosen.who & parties:
        raise Http404
    if chosen not in acts_from(row, parties, at=now):
        messages.error(
            request, f"Chưa làm: đề nghị đang ở bước “{row.get_state_display()}”, không còn “{chosen.button}”."
        )
        return redirect(row)
    forms = forms_of(request, row, chosen, now)
    if request.method == "POST" and valid(forms) and taken(request, row, chosen, forms, now):
        messages.success(request, f"Đã ghi: {chosen.button.lower()}. Các bên được báo.")
        return redirect(row)
    wrong = any(form.errors for form in forms)
    return render(request, "network/step.html", act_page(request, row, chosen, forms), status=422 if wrong else 200)


def forms_of(request: HttpRequest, row: SharingRequest, act: Act, now: datetime) -> list[Any]:
    """Make the forms of a step: the terms of the contract where it asks for them, and the step's own."""
    forms: list[Any] = []
    if "terms" in act.asks:
        asked = {"since_on": row.start_on, "amount": row.amount, "shared_km": row.shared_km}
        thing = row.thing
        length_km = getattr(thing, "length_km", None)
        forms.append(TermsForm(sent(request)[0], initial=asked, free=free_of(thing), length_km=length_km))
    ruled = longest_extension(row, now) if "days" in act.asks else None
    return [*forms, StepForm(*sent(request), act=act, most_days=int(ruled.value) if ruled else 0)]


def valid(forms: list[Any]) -> bool:
    """Check every form, so that each says at once what is wrong with it."""
    return sum(form.is_valid() for form in forms) == len(forms)


def taken(request: HttpRequest, row: SharingRequest, act: Act, forms: list[Any], now: datetime) -> bool:
    """Take the step; what the register refuses is said at the form."""
    step, terms, actor = forms[-1], forms[0] if len(forms) > 1 else None, request.user
    answers = step.cleaned_data
    words = Words(
        text=answers["words"],
        details=step.details() | (contract_details(terms) if terms else {}),
        ground=answers.get("ground", ""),
        days=answers.get("days") or 0,
        papers=brought(step),
        tenancy=terms.instance if terms else None,
    )
    try:
        take_step(actor=actor, request=row, act=act, words=words, at=now)  # type: ignore[arg-type]
    except ValidationError as error:
        forms[0].add_error(None, error.messages)
        return False
    except PermissionDenied as error:
        raise Http404 from error
    return True


def contract_details(terms: TermsForm) -> dict[str, str]:
    """Give the terms of a contract as people read them."""
    agreed = terms.cleaned_data
    until = day(agreed["until_on"]) if agreed["until_on"] else "không thời hạn"
    return {
        "Hợp đồng": agreed["contract"],
        "Thời gian": f"từ {day(agreed['since_on'])} đến {until}",
        "Giá thuê mỗi tháng": f"{number(agreed['price_vnd'])} đồng",
    } | ({"Số lượng": number(agreed["amount"])} if agreed["amount"] else {})


def act_page(request: HttpRequest, row: SharingRequest, act: Act, forms: list[Any]) -> dict[str, Any]:
    """Give what a step's page shows."""
    name = Viewer(request.user).name(row.thing)
    return {
        "title": act.button,
        "lead": f"{row.requester} đề nghị dùng chung {name} của {row.owner}.",
        "forms": forms,
        "consequence": act.consequence,
        "note": ON_PRICE if "topic" in act.asks else "",
        "button": act.button,
        "back": row.get_absolute_url(),
        "simulated": row.simulated,
        "crumbs": way(row.province, (name, row.get_absolute_url()), (act.button, "")),
    }


@login_required
def request_document(request: HttpRequest, pk: Any, document: Any) -> HttpResponseBase:
    """Give a paper of a request to who may see the request."""
    row = get_object_or_404(SharingRequest.objects.visible_to(request.user), pk=pk)
    paper = get_object_or_404(row.documents.select_related("file"), pk=document)
    return file_response(paper.file)
