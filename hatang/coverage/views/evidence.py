"""Where levels of evidence disagree; the written rule; what communes verify."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.access import scopes_in
from hatang.accounts.services import province_for
from hatang.core.radio.services import SERVICES
from hatang.core.vietnamese import number
from hatang.coverage.forms.evidence import TrialForm
from hatang.coverage.models import (
    OPEN_CHALLENGE,
    SEE_CHALLENGE,
    SEE_EVIDENCE,
    VERIFY,
    CountedService,
    CountingState,
    Verification,
)
from hatang.coverage.services.evidence.challenges import ANSWER, DECISION, may, silence_concedes, term_days
from hatang.coverage.services.evidence.counting import Terms, rule_in_words
from hatang.coverage.services.evidence.reading import KINDS, affected, at_villages, disagreements, kinds_of
from hatang.coverage.services.evidence.recounting import start_recount
from hatang.coverage.services.evidence.verifications import Trial, services_to_verify, verify_service
from hatang.coverage.services.measurements.uploads import may_measure
from hatang.coverage.views.picking import PickList, narrowed
from hatang.coverage.views.territory import in_coverage, way
from hatang.pages.lists import Column
from hatang.places.models import Place
from hatang.work.services import file_response

DISAGREEMENTS = "Nơi các mức bằng chứng khác nhau"
SAID = {True: "có", False: "không", None: "–"}


def said(name: str) -> Any:
    """Give how a level's cell is read."""
    return lambda row: SAID[getattr(row, name)]


class DisagreementList(PickList):
    """Services of a province on which the levels of evidence disagree, most people first."""

    title = DISAGREEMENTS
    template = "coverage/evidence_disagreements.html"
    search_fields = ("place__search_key", "place__parent__search_key", "operator__search_key")
    default_sort = "-people"
    empty_text = "Không có dịch vụ nào mà các mức bằng chứng khác nhau."
    columns: ClassVar = (
        Column("Nơi", lambda r: str(r.place), "place__sort_key", link=lambda r: r.place.get_absolute_url()),
        Column("Xã, phường", lambda r: str(r.place.parent or ""), "place__parent__sort_key"),
        Column("Số dân", lambda r: r.place.population, "people", number=True, decimals=0),
        Column("Doanh nghiệp", lambda r: r.operator.short_name or r.operator.name, "operator__sort_key"),
        Column("Công nghệ", lambda r: r.technology, "technology"),
        Column("Khai báo ○", said("declared"), "declared"),
        Column("Dự đoán ◇", said("predicted"), "predicted"),
        Column("Đo ◆", said("measured"), "measured"),
        Column("Xã ●", said("verified"), "verified"),
        Column("Được tính", lambda r: f"{'có' if r.served else 'không'} ({r.get_level_display()})", "level"),
        Column("Khác nhau", lambda r: "; ".join(kinds_of(r))),
        Column("Yêu cầu", lambda r: "đang xác minh" if r.asked else "", "asked"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[CountedService]:
        self.province = province_for(request, kwargs["code"], SEE_CHALLENGE)
        self.picking = may(request.user, OPEN_CHALLENGE, self.province)
        rows = narrowed(disagreements(request.user, self.province), request)
        kind = KINDS.get(request.GET.get("khac", ""))
        return rows.filter(kind[1]) if kind else rows

    def may_pick(self, row: Any) -> bool:
        return not row.asked

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        found = self.searched(self.rows(request, **kwargs), request.GET.get("q", ""))
        state = CountingState.objects.filter(province=self.province).first()
        return self.filters() | {
            "province": self.province,
            "affected": affected(found.order_by()),
            "kinds": [(word, label) for word, (label, _) in KINDS.items()],
            "chosen": {name: request.GET.get(name, "") for name in ("xa", "dn", "cn", "khac")},
            "picking": self.picking,
            "measures": may_measure(request.user, self.province),
            "counted_at": state.counted_at if state else None,
            "act": reverse("coverage:challenge_open", args=[self.province.code]),
            "act_label": "Gửi yêu cầu xác minh cho các dòng đã chọn",
            "crumbs": in_coverage(self.province, (self.title, "")),
        }


@login_required
@require_POST
def count_again(request: HttpRequest, code: str) -> HttpResponse:
    """Count a province's services anew in the background."""
    province = province_for(request, code, OPEN_CHALLENGE, whole=True)
    return redirect("work:job", start_recount(actor=request.user, province=province).pk)  # type: ignore[arg-type]


@require_GET
def rule(request: HttpRequest) -> HttpResponse:
    """Print the written rule."""
    context = {
        "rule": rule_in_words(Terms.of_installation()),
        "answer_days": term_days(ANSWER),
        "decide_days": term_days(DECISION),
        "upheld": silence_concedes(),
        "services": SERVICES.values(),
        "crumbs": [(RULE, "")],
    }
    return render(request, "coverage/evidence_rule.html", context)


RULE = "Quy tắc tính dịch vụ di động"


# What communes verify


def commune_for(request: HttpRequest, pk: int, permission: str) -> Place:
    """Give a commune in which the person holds the permission; otherwise it answers as if it were not there."""
    commune = get_object_or_404(Place.objects.communes().select_related("province"), pk=pk)
    if not holds(request, permission, commune):
        raise Http404
    return commune


def holds(request: HttpRequest, permission: str, place: Place) -> bool:
    """Tell whether the person holds the permission over a place: by its commune, or the province; not as operator."""
    owners = place.owners()
    held = scopes_in(request.user, permission, owners["province_id"])
    return any(s.organisation_id is None and s.place_id in (None, owners.get("place_id")) for s in held)


@login_required
@require_GET
def verify_commune(request: HttpRequest, pk: int) -> HttpResponse:
    """List the villages of a commune with what each level says."""
    commune = commune_for(request, pk, SEE_EVIDENCE)
    villages = list(commune.children.villages().in_force(timezone.localdate()).order_by("sort_key"))
    rows = at_villages(request.user, villages)
    lines = [(village, rows.get(village.pk, [])) for village in villages]
    context = {
        "commune": commune,
        "lines": lines,
        "finding": finding_of(lines),
        "may": holds(request, VERIFY, commune),
        "simulated": any(row.simulated for _, found in lines for row in found),
        "crumbs": way_to(commune, (VERIFYING, "")),
    }
    return render(request, "coverage/evidence_commune.html", context)


VERIFYING = "Xác minh phủ sóng"


def way_to(place: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way from the province over a place to a page about it."""
    assert place.province is not None
    return way(place.province, (str(place), place.get_absolute_url()), *more)


def finding_of(lines: list[tuple[Place, list[CountedService]]]) -> str:
    """Say how many villages have something verified."""
    done = sum(any(row.verified is not None for row in rows) for _, rows in lines)
    return f"{number(done)} trong {number(len(lines))} thôn đã có dịch vụ được xác minh."


@login_required
def verify_village(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask about each service of a village by three large buttons; each press is kept at once."""
    villages = Place.objects.villages().select_related("parent", "province")
    village = get_object_or_404(villages, pk=pk)
    if village.parent is None or village.province is None or not holds(request, VERIFY, village):
        raise Http404
    form = TrialForm(request.POST or None, request.FILES or None) if request.method == "POST" else TrialForm()
    if request.method == "POST" and form.is_valid() and kept(request, village, form):
        here = reverse("coverage:verify_village", args=[village.pk])
        return redirect(f"{here}#{anchor_of(*request.POST['noi'].split('.')[:2])}")
    status = 422 if form.errors else 200
    return render(request, "coverage/evidence_village.html", village_page(request, village, form), status=status)


def anchor_of(operator: object, technology: str) -> str:
    """Name the part of a village's page that is about a service: who pressed a button stays there."""
    return f"dv-{operator}-{technology}"


def kept(request: HttpRequest, village: Place, form: TrialForm) -> bool:
    """Write down what the pressed button says; what is refused is said at the form."""
    offered = {(str(o.pk), t): (o, t) for o, t in services_to_verify(village.parent)}  # type: ignore[arg-type]
    operator_pk, _, rest = request.POST.get("noi", "").partition(".")
    technology, _, answer = rest.partition(".")
    service = offered.get((operator_pk, technology))
    if service is None or answer not in Verification.Answer.values:
        form.add_error(None, "Bấm Có, Không hoặc Chập chờn ở một dịch vụ.")
        return False
    asked, photo = form.cleaned_data, form.cleaned_data["photo"]
    picture = (photo.name, photo.read()) if photo else None
    trial = Trial(asked["on"], asked["means"], asked["note"], picture)
    try:
        row = verify_service(
            actor=request.user,  # type: ignore[arg-type]
            place=village,
            operator=service[0],
            technology=technology,
            answer=answer,
            trial=trial,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    name = service[0].short_name or service[0].name
    messages.success(request, f"Đã ghi: {name} {technology} tại {village.name_inside}: {row.get_answer_display()}.")
    return True


def village_page(request: HttpRequest, village: Place, form: TrialForm) -> dict[str, Any]:
    """Give what a village's page shows: each service with its levels and the newest answer."""
    assert village.parent is not None
    rows = at_villages(request.user, [village]).get(village.pk, [])
    found = {(row.operator_id, row.technology): row for row in rows}
    answers = Verification.objects.visible_to(request.user).filter(place=village).select_related("operator", "by")
    newest: dict[tuple[int, str], Verification] = {}
    history = list(answers[:HISTORY_SHOWN])
    for answer in history:
        newest.setdefault((answer.operator_id, answer.technology), answer)
    services = [
        {
            "operator": o,
            "technology": t,
            "anchor": anchor_of(o.pk, t),
            "row": found.get((o.pk, t)),
            "newest": newest.get((o.pk, t)),
        }
        for o, t in services_to_verify(village.parent)
    ]
    return {
        "village": village,
        "form": form,
        "services": services,
        "history": history,
        "answers": Verification.Answer.choices,
        "simulated": village.simulated or any(row.simulated for row in rows),
        "crumbs": way_to(
            village.parent,
            (VERIFYING, reverse("coverage:verify_commune", args=[village.parent.pk])),
            (str(village), ""),
        ),
    }


HISTORY_SHOWN = 100


@login_required
@require_GET
def verification_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the picture of a trial to who may see the trial."""
    rows = Verification.objects.visible_to(request.user).select_related("photo")
    row = get_object_or_404(rows, pk=pk, photo__isnull=False)
    assert row.photo is not None
    return file_response(row.photo, inline=True)
