"""Is the network here enough for what I want, and who else wants it? Counted by place, never by person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hatang.accounts.access import scopes_in
from hatang.accounts.services import province_for
from hatang.core.vietnamese import number
from hatang.pages.features import collection, feature, point
from hatang.pages.ground import ground_url
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.quality.forms import DemandForm, PurposeSettingForm
from hatang.quality.models import (
    CHANGE_SETTINGS,
    NEEDS,
    VIEW_MEASUREMENT,
    Demand,
    PurposeSetting,
    purposes,
)
from hatang.quality.services.demand import (
    FEWEST_SHOWN,
    WORDS,
    answer_at,
    count_words,
    purposes_in,
    register_demand,
    sees_few,
    set_purpose,
)
from hatang.quality.services.devices import address_of
from hatang.quality.views.territory import way
from hatang.quality.views.unkept import MEASURE, address_unkept

TITLE = "Nhu cầu dùng mạng"
SETTINGS = "Mức cần của từng việc"
LONGEST_KEY = 14


# Anyone


@never_cache
@address_unkept
def demand(request: HttpRequest) -> HttpResponse:
    """Ask for a purpose and a commune, and say what is known there."""
    asked = request.GET if "purpose" in request.GET or "commune" in request.GET else None
    form = DemandForm(asked)
    answer = None
    if asked and form.is_valid():
        commune = form.cleaned_data["commune"]
        answer = answer_at(commune, purposes_in(commune.province)[form.cleaned_data["purpose"]])
    return demand_page(request, form, answer=answer, status=422 if asked and form.errors else 200)


def demand_page(request: HttpRequest, form: DemandForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """Show the question, and the answer where there is one."""
    chosen = form["commune"].value()
    key = whole_number(str(chosen or ""), LONGEST_KEY)
    commune = Place.objects.communes().select_related("province").filter(pk=key).first() if key else None
    shown = purposes_in(commune.province if commune else None).values()
    context = {
        "title": TITLE,
        "form": form,
        "commune": commune,
        "chosen": form["purpose"].value(),
        "purposes": shown,
        "needs": [{"key": p.key, "name": p.name, "needs": p.needs} for p in shown],
        "table": [(p, [p.needs.get(name) for name in NEEDS]) for p in shown],
        "headings": [f"{label}, {unit}" for label, unit in WORDS.values()],
        "simulated": bool(more.get("answer")) and more["answer"].simulated,
        "crumbs": [(MEASURE, reverse("quality:measure")), (TITLE, "")],
    }
    return render(request, "quality/demand.html", context | more, status=status)


@require_POST
@address_unkept
def register(request: HttpRequest) -> HttpResponse:
    """Count a wish, and lead back to what is known there."""
    form = DemandForm(request.POST)
    if not form.is_valid():
        return demand_page(request, form, status=422)
    commune, purpose = form.cleaned_data["commune"], form.cleaned_data["purpose"]
    facts = {"commune": commune, "purpose": purpose, "token": form.cleaned_data["token"]}
    try:
        new = register_demand(**facts, address=address_of(request))
    except ValidationError as error:
        form.add_error(None, error)
        return demand_page(request, form, status=429)
    said = "Đã đăng ký. Nhu cầu được đếm theo xã; không ai biết là bạn."
    messages.success(request, said if new else "Hôm nay máy này đã đăng ký việc ấy rồi; vẫn được tính một lần.")
    return redirect(f"{reverse('quality:demand')}?purpose={purpose}&commune={commune.pk}")


# Those who see totals


class DemandList(LoginRequiredMixin, ListPage):
    """Totals by commune, purpose and month; counts below three are not told to operators, nor is their order."""

    title = TITLE
    template = "quality/demand_list.html"
    search_fields = ("commune__search_key",)
    default_sort = "-month"
    empty_text = "Chưa có ai đăng ký."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.province = province_by_code(kwargs["code"])
        self.few = sees_few(request.user, self.province)
        self.columns = (  # type: ignore[misc]
            Column("Xã, phường", lambda d: str(d.commune), "commune__sort_key"),
            Column("Lượt đăng ký", self.count_of, "count" if self.few else "", number=True),
            Column("Việc", lambda d: purpose_name(d.purpose), "purpose"),
            Column("Tháng", lambda d: f"{d.month:%m/%Y}", "month"),
        )

    def count_of(self, row: Demand) -> int | str:
        """Give a count as this reader may see it; officers' exports hold numbers."""
        return row.count if self.few else count_words(row.count, few=False)

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Demand]:
        if not scopes_in(request.user, VIEW_MEASUREMENT, self.province.pk):
            raise Http404
        rows = Demand.objects.visible_to(request.user).filter(province=self.province, count__gt=0)
        if (purpose := request.GET.get("viec", "")) in purposes():
            rows = rows.filter(purpose=purpose)
        if month := read_month(request.GET.get("thang", "")):
            rows = rows.filter(month=month)
        return rows.select_related("commune")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        rows = self.searched(self.rows(request), request.GET.get("q", ""))
        told = rows if self.few else rows.filter(count__gte=FEWEST_SHOWN)
        months = Demand.objects.visible_to(request.user).filter(province=self.province).values_list("month", flat=True)
        sums = list(
            told.values("commune__name", "commune__title", "commune__lon", "commune__lat").annotate(n=Sum("count"))
        )
        return {
            "province": self.province,
            "few": self.few,
            "fewest": FEWEST_SHOWN,
            "total": sum(line["n"] for line in sums),
            "most": max(sums, key=lambda line: line["n"], default=None),
            "shapes": collection(map_feature(line) for line in sums if line["commune__lon"] is not None),
            "ground": ground_url(),
            "purposes": purposes().values(),
            "months": [f"{m:%Y-%m}" for m in sorted(set(months), reverse=True)],
            "may_set": request.user.has_perm(CHANGE_SETTINGS, PurposeSetting(province=self.province)),
            "crumbs": way(self.province, (TITLE, "")),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        return f"{self.title} {self.province} {timezone.localdate():%Y-%m-%d}"


def purpose_name(key: str) -> str:
    """Name a purpose; one that is no longer listed keeps its key."""
    known = purposes().get(key)
    return known.name if known else key


def read_month(text: str) -> date | None:
    """Read a month as an address gives it."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def map_feature(line: dict[str, Any]) -> dict[str, Any]:
    """Put a commune's total onto the map."""
    spot = point(line["commune__lon"], line["commune__lat"])
    name = f"{line['commune__title']} {line['commune__name']}".strip()
    return feature(spot, name=f"{name}: {number(line['n'])}", n=line["n"])


# What a purpose needs


@login_required
def purpose_settings(request: HttpRequest, code: str) -> HttpResponse:
    """List what each purpose needs in the province, and where that comes from."""
    province = province_for(request, code, CHANGE_SETTINGS, whole=True)
    own = set(PurposeSetting.objects.filter(province=province).values_list("purpose", flat=True))
    rows = [(p, [p.needs.get(name) for name in NEEDS], p.key in own) for p in purposes_in(province).values()]
    back = reverse("quality:demand_list", args=[code])
    context = {
        "title": SETTINGS,
        "province": province,
        "rows": rows,
        "headings": [f"{label}, {unit}" for label, unit in WORDS.values()],
        "crumbs": way(province, (TITLE, back), (SETTINGS, "")),
    }
    return render(request, "quality/purposes.html", context)


@login_required
def purpose_setting(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Set what a purpose needs in the province."""
    province = province_for(request, code, CHANGE_SETTINGS, whole=True)
    if key not in purposes():
        raise Http404
    default = purposes()[key]
    row = PurposeSetting.objects.filter(province=province, purpose=key).first()
    row = row or PurposeSetting(province=province, purpose=key, **default.needs)
    form = PurposeSettingForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        set_purpose(actor=request.user, row=form.instance)  # type: ignore[arg-type]
        messages.success(request, f"Đã đặt mức cần của “{default.name}”.")
        return redirect("quality:purpose_settings", code)
    back = reverse("quality:purpose_settings", args=[code])
    context = {
        "title": default.name,
        "default": default,
        "form": form,
        "crumbs": way(province, (SETTINGS, back), (default.name, "")),
    }
    return render(request, "quality/purpose.html", context, status=422 if form.errors else 200)
