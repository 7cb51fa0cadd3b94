"""Is this target going to be met, where not, and why?"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.core.vietnamese import number
from hatang.indicators.models import Indicator
from hatang.indicators.services import missing_returns
from hatang.pages.lists import csv_response
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.planning.models import CHANGE as CHANGE_SCENARIO
from hatang.plans.services import TargetProgress, finding, governing_only, progress_of
from hatang.web.services import Trend, chart_data, trend_of, trend_table
from hatang.web.services.foresight import outlook_of, with_outlook

MOST_SENTENCES = 2
NAMED = 3


@require_GET
def indicator(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Show an indicator in a province by year, against its targets, and by commune."""
    province = province_by_code(code)
    asked = get_object_or_404(Indicator.objects.select_related("legal"), code=indicator)
    today = timezone.localdate()
    everything = [p for p in progress_of(province, today=today, person=request.user) if p.indicator.pk == asked.pk]
    progress = governing_only(everything)
    communes = Place.objects.communes().in_force(today).filter(province=province)
    trend = trend_of(
        indicator=asked,
        province=province,
        progress=sorted(progress, key=lambda p: (p.target.plan.territory.sort_key, p.target.year)),
        communes=list(communes.select_related("former_province").order_by("sort_key")),
        person=request.user,
        year=asked_year(request),
    )
    if request.GET.get("xuat") == "csv":
        return csv_response(f"{asked.code}-{province.name}-{trend.year or today.year}", trend_table(trend))
    shown, has_figures = trend.shown, any(line.values for line in trend.territories)
    drawn = has_figures and asked.unit_code != "yes_no"
    outlook = outlook_of(trend, progress, province=province, person=request.user, today=today) if drawn else None
    context = {
        "province": province,
        "indicator": asked,
        "progress": sorted(everything, key=lambda p: not p.governs),
        "trend": trend,
        "finding": finding_of(trend, progress, today),
        "governing": governing_words(everything),
        "where": where_behind(trend, province),
        "has_figures": has_figures,
        "chart": with_outlook(chart_data(trend), outlook) if outlook else None,
        "outlook": outlook,
        "begins_scenarios": request.user.has_perm(CHANGE_SCENARIO, province),
        "parts": len({c.place.former_province_id for c in trend.communes}) > 1,
        "lacking": lacking_words(trend),
        "restated": any(v.restated for v in shown),
        "simulated": any(v.simulated for v in shown),
        "crumbs": [
            (province.full_name, reverse("web:province", args=[province.code])),
            (asked.short_name, ""),
        ],
    }
    return render(request, "web/indicator.html", context)


def lacking_words(trend: Trend) -> str:
    """Say of which years the figures that returns told lack operators who did not file."""
    told = [value for value in trend.shown if value.period_id]
    missing = missing_returns(told) if told else {}
    years = sorted({value.year for value in told if missing[value.pk]})
    named = ", ".join(map(str, years))
    return f"Số liệu năm {named} chưa đủ doanh nghiệp, chưa phải số cuối cùng." if years else ""


def asked_year(request: HttpRequest) -> int | None:
    """Read the year in the address; anything else means the newest."""
    text = request.GET.get("nam", "")
    return int(text) if text.isdecimal() and len(text) == 4 else None


def finding_of(trend: Trend, progress: list[TargetProgress], today: date) -> str:
    """Say how the indicator stands against its targets, or what is known without one."""
    if len(progress) > MOST_SENTENCES:
        return finding(progress, today=today)
    if progress:
        several = len({p.target.plan.territory_id for p in progress}) > 1
        return " ".join(sentence(p, several) for p in sorted(progress, key=lambda p: p.target.year))
    newest = next((line.values[-1] for line in trend.territories if line.values), None)
    if newest is None:
        return "Chưa có số liệu, và không kế hoạch nào của tỉnh đặt mục tiêu cho chỉ tiêu này."
    return f"{newest} (năm {newest.year}). Không kế hoạch nào của tỉnh đặt mục tiêu cho chỉ tiêu này."


def sentence(progress: TargetProgress, several: bool) -> str:
    """Say one target's state, with its territory where there are several."""
    place = f"{progress.target.plan.territory.full_name}, " if several else ""
    return f"{place}{'đ' if place else 'Đ'}ến hết năm {progress.target.year}: {progress.text}"


def governing_words(everything: list[TargetProgress]) -> str:
    """Say which documents' targets govern where several speak of the figure; where none does, what replaced them."""
    contested = [p for p in everything if p.governing and p.governing.contested]
    told = [p for p in contested if p.governs] or contested
    words = {f"Mục tiêu năm {p.target.year} ({p.target.written}) {p.governing.text}." for p in told if p.governing}
    return " ".join(sorted(words)[:MOST_SENTENCES])


def where_behind(trend: Trend, province: Place) -> str:
    """Say how many communes do not reach what is asked of their territory, as of which year, and the furthest behind.

    The communes' year may be later than the target's, so it is named beside it.
    """
    judged = [c for c in trend.communes if c.reached is not None]
    if not judged:
        return ""
    goals = "; ".join(goal_words(p, province) for p in trend.goals)
    if not trend.below:
        return f"Tính đến năm {trend.year}, cả {number(len(judged))} xã, phường có số liệu đều đạt mức {goals}."
    worst = ", ".join(f"{c.place.full_name} ({c.value})" for c in trend.below[:NAMED])
    count = f"Tính đến năm {trend.year}, {number(len(trend.below))} trong {number(len(judged))} xã, phường có số liệu"
    return f"{count} chưa đạt mức {goals}. Kém nhất: {worst}."


def goal_words(progress: TargetProgress, province: Place) -> str:
    """Say a level with its year, and its territory where it is a former one."""
    territory = progress.target.plan.territory
    where = "" if territory.pk == province.pk else f" ở {territory.title.lower()} {territory.name} cũ"
    return f"{progress.target.written}{where} (mục tiêu năm {progress.target.year})"
