"""What everybody may read of a province's speeds: the first page, communes, operators, months, what lacks tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.core.measurements.suspects import RULES
from hatang.core.vietnamese import number
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.places.services.territory import communes_of, province_by_code, provinces_on
from hatang.quality.models import (
    BRING_MEASUREMENT,
    CHANGE_SETTINGS,
    VIEW_MEASUREMENT,
    WHOLE_YEAR,
    PublishedSpeed,
    SpeedStatistic,
    StatisticState,
)
from hatang.quality.services.commune_map import commune_map
from hatang.quality.services.overview import (
    DOWNLOAD,
    NETWORKS,
    least_tests,
    network_of,
    of_network,
    overview_of,
    trend_of,
    years_of,
)
from hatang.quality.services.rules import PUBLIC, rules_of
from hatang.quality.services.statistics import start_computing
from hatang.quality.views.territory import QUALITY, holds, way

Basis = SpeedStatistic.Basis


def asked_year(request: HttpRequest, years: list[int]) -> int:
    """Give the year that was asked for, else the latest with statistics, else this one."""
    latest = years[0] if years else timezone.localdate().year
    return whole_number(request.GET.get("nam", ""), 4) or latest


@require_GET
def provinces(request: HttpRequest) -> HttpResponse:
    """List the provinces with statistics; where there is one, go there."""
    states = StatisticState.objects.select_related("province").order_by("province__sort_key")
    found = list(states)
    if len(found) == 1:
        return redirect("quality:statistics", found[0].province.code)
    others = provinces_on(timezone.localdate()).exclude(pk__in=[s.province_id for s in found]).order_by("sort_key")
    context = {
        "states": found,
        "others": others.defer("point"),
        "simulated": any(state.simulated for state in found),
        "crumbs": [(QUALITY, "")],
    }
    return render(request, "quality/provinces.html", context)


@require_GET
def statistics(request: HttpRequest, code: str) -> HttpResponse:
    """Show a province's speeds: the finding, each network, months, the map, what was left out and why."""
    province = province_by_code(code)
    network = network_of(request.GET.get("mang", ""))
    overview = overview_of(province, whole_number(request.GET.get("nam", ""), 4))
    left_out = overview.state.left_out if overview.state else {}
    context = {
        "province": province,
        "overview": overview,
        "year": overview.year,
        "years": overview.years,
        "network": network,
        "networks": NETWORKS,
        "trend": trend_of(overview, network),
        "map": commune_map(overview, network),
        "left_out": [(rule, left_out[rule.name]) for rule in RULES if left_out.get(rule.name)],
        "averages": left_out.get("average", 0),
        "simulated": overview.simulated,
        "may_view": holds(request, VIEW_MEASUREMENT, province),
        "may_bring": holds(request, BRING_MEASUREMENT, province),
        "crumbs": way(province),
    }
    return render(request, "quality/statistics.html", context)


@login_required
@require_POST
def recompute(request: HttpRequest, code: str) -> HttpResponse:
    """Start working the statistics out anew; then wait for it."""
    province = province_for(request, code, BRING_MEASUREMENT, whole=True)
    return redirect("work:job", start_computing(actor=request.user, province=province).pk)  # type: ignore[arg-type]


def interval(low: float | None, high: float | None) -> str:
    """Write limits in one cell."""
    return "" if low is None or high is None else f"{number(low, 1)} – {number(high, 1)}"


FIGURES = (
    Column("Lượt đo", lambda s: s.n, "n", number=True, decimals=0),
    Column("Máy", lambda s: s.devices, "devices", number=True, decimals=0),
    Column("p10", lambda s: s.p10, "p10", number=True, decimals=1),
    Column("Trung vị", lambda s: s.p50, "p50", number=True, decimals=1),
    Column("Khoảng 95 %", lambda s: interval(s.p50_low, s.p50_high), number=True),
    Column("p90", lambda s: s.p90, "p90", number=True, decimals=1),
    Column("Trung bình", lambda s: s.mean, "mean", number=True, decimals=1),
)

SHARE_COLUMNS = (
    Column("Trên 50, %", lambda s: None if s.above_50 is None else 100 * s.above_50, "above_50", True, None, 1),
    Column("Trên 200, %", lambda s: None if s.above_200 is None else 100 * s.above_200, "above_200", True, None, 1),
)


def if_enough(column: Column) -> Column:
    """Give a column that is empty where a commune has too few tests: a median of three tests is nobody's speed."""
    return replace(column, read=lambda row: column.read(row) if row.enough else None)


class StatisticsList(ListPage):
    """Statistics of a province as a list; which, subclasses say."""

    template = "quality/statistics_list.html"
    wide = True
    empty_text = "Chưa có lượt đo nào."
    of_year = True
    of_one_network = True

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_by_code(kwargs["code"])
        self.years = years_of(self.province)
        self.year = asked_year(request, self.years)
        self.network = network_of(request.GET.get("mang", ""))
        measure = request.GET.get("do", "")
        self.measure = measure if measure in SpeedStatistic.Measure.values else DOWNLOAD.value
        public = bool(rules_of(self.province, timezone.localdate())[PUBLIC].value)
        rows = SpeedStatistic.objects.visible_to(request.user, by_operator=public).of_tests()
        rows = rows.filter(province=self.province, measure=self.measure).select_related("place", "operator")
        if self.of_year:
            rows = rows.of_year(self.year)
        return self.narrowed(rows)

    def narrowed(self, rows: QuerySet[SpeedStatistic]) -> QuerySet[SpeedStatistic]:
        """Keep what the list is about."""
        raise NotImplementedError

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "year": self.year,
            "years": self.years if self.of_year else [],
            "network": self.network,
            "networks": NETWORKS if self.of_one_network else (),
            "measure": self.measure,
            "measures": SpeedStatistic.Measure.choices,
            "crumbs": way(self.province, (self.title, "")),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        network = self.network.name if self.of_one_network else ""
        return f"{self.title} {self.province.name} {network} {self.year if self.of_year else ''}".strip()


class CommuneList(StatisticsList):
    """Each commune's speeds in a year; those with too few tests say so."""

    title = "Tốc độ theo xã, phường"
    search_fields = ("place__search_key",)
    default_sort = "place__sort_key"
    columns = (
        Column("Xã, phường", lambda s: s.place.full_name, "place__sort_key", link=lambda s: s.place.get_absolute_url()),
        Column("Mức dữ liệu", lambda s: "đủ" if s.enough else "chưa đủ dữ liệu"),
        *FIGURES[:2],
        *(if_enough(column) for column in (*FIGURES[2:], *SHARE_COLUMNS)),
    )

    def narrowed(self, rows: QuerySet[SpeedStatistic]) -> QuerySet[SpeedStatistic]:
        least = least_tests(rules_of(self.province, timezone.localdate()))
        same = {"place": OuterRef("place"), "year": OuterRef("year"), "month": WHOLE_YEAR, "operator": None}
        every = SpeedStatistic.objects.of_tests().filter(**same, access="", technology="", measure=DOWNLOAD)
        rows = of_network(rows, self.network).filter(operator=None, place__kind=Place.Kind.COMMUNE)
        rows = rows.annotate(tests=Coalesce(Subquery(every.values("n")[:1]), 0))
        return rows.annotate(
            enough=Case(When(tests__gte=least, then=Value(1)), default=Value(0), output_field=IntegerField())
        )


class OperatorList(StatisticsList):
    """Each operator's speeds in a year, for each kind of network."""

    title = "Tốc độ theo nhà mạng"
    of_one_network = False
    search_fields = ("operator__search_key",)
    default_sort = "operator__sort_key"
    columns = (
        Column("Nhà mạng", lambda s: s.operator.name, "operator__sort_key"),
        Column("Loại mạng", lambda s: s.kind, "technology"),
        *FIGURES,
        Column(
            "Qua IPv6, %",
            lambda s: 100 * s.over_ipv6 / s.of_known_family if s.of_known_family else None,
            number=True,
            decimals=1,
        ),
        Column("Lượt biết IPv4/IPv6", lambda s: s.of_known_family, "of_known_family", number=True, decimals=0),
    )

    def narrowed(self, rows: QuerySet[SpeedStatistic]) -> QuerySet[SpeedStatistic]:
        return rows.filter(place=self.province).exclude(operator=None)


class MonthList(StatisticsList):
    """A kind of network's months."""

    title = "Tốc độ theo tháng"
    default_sort = "-year"
    of_year = False
    columns = (
        Column("Tháng", lambda s: s.period, "-year"),
        Column("Loại mạng", lambda s: s.kind, "technology"),
        *FIGURES,
    )

    def narrowed(self, rows: QuerySet[SpeedStatistic]) -> QuerySet[SpeedStatistic]:
        months = rows.filter(place=self.province, operator=None).exclude(month=WHOLE_YEAR)
        return of_network(months, self.network)

    def sorted(self, rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        """Order by month, the latest first, unless another column is asked for."""
        known = {c.sort for c in self.columns if c.sort} - {"-year"}
        if asked.removeprefix("-") in known:
            return rows.order_by(asked, "pk")
        return rows.order_by(*(("year", "month") if asked == "year" else ("-year", "-month")), "pk")


class CampaignList(ListPage):
    """The communes that need more tests, those that need most first."""

    title = "Xã, phường cần chiến dịch đo"
    template = "quality/campaign.html"
    search_fields = ("search_key",)
    default_sort = "-missing"
    empty_text = "Mọi xã, phường đều đủ lượt đo."
    columns = (
        Column("Xã, phường", lambda p: p.full_name, "sort_key", link=lambda p: p.get_absolute_url()),
        Column("Lượt đo đã có", lambda p: p.tests, "tests", number=True, decimals=0),
        Column("Còn thiếu", lambda p: p.missing, "missing", number=True, decimals=0),
        Column("Dân số", lambda p: p.population, "population", number=True, decimals=0),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_by_code(kwargs["code"])
        self.years = years_of(self.province)
        self.year = asked_year(request, self.years)
        self.least = least_tests(rules_of(self.province, timezone.localdate()))
        tests = SpeedStatistic.objects.of_tests().of_year(self.year).filter(place=OuterRef("pk"), operator=None)
        every = tests.filter(access="", technology="", measure=DOWNLOAD).values("n")[:1]
        communes = communes_of(self.province, timezone.localdate()).defer("point")
        counted = communes.annotate(tests=Coalesce(Subquery(every), 0)).filter(tests__lt=self.least)
        return counted.annotate(missing=Value(self.least) - F("tests"))

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        state = StatisticState.objects.filter(province=self.province).first()
        return {
            "province": self.province,
            "year": self.year,
            "least": self.least,
            "years": self.years,
            "simulated": bool(state and state.simulated),
            "crumbs": way(self.province, (self.title, "")),
        }


class PublishedList(ListPage):
    """What i-Speed published of the province and of the whole country."""

    title = "Tốc độ do i-Speed công bố"
    template = "quality/published.html"
    search_fields = ("search_key",)
    default_sort = "-month"
    wide = True
    empty_text = "Chưa nạp bảng i-Speed nào."
    columns = (
        Column("Tháng", lambda p: f"{p.month:%m/%Y}", "month"),
        Column("Địa bàn", lambda p: p.area or "Cả nước", "area"),
        Column("Nhà mạng", lambda p: p.operator_word or "tất cả", "operator_word"),
        Column("Loại mạng", lambda p: p.technology or p.get_access_display(), "access"),
        Column("Tải xuống, Mbit/s", lambda p: p.download_mbps, "download_mbps", number=True, decimals=2),
        Column("Tải lên, Mbit/s", lambda p: p.upload_mbps, "upload_mbps", number=True, decimals=2),
        Column("Độ trễ, ms", lambda p: p.latency_ms, "latency_ms", number=True, decimals=1),
        Column("Nguồn", lambda p: p.source),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_by_code(kwargs["code"])
        rows = PublishedSpeed.objects.visible_to(request.user)
        return rows.filter(area_province=self.province) | rows.filter(area="")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"province": self.province, "crumbs": way(self.province, (self.title, ""))}


@require_GET
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Show the rules by which speeds are read, and those that set tests aside, with how many each did."""
    province = province_by_code(code)
    state = StatisticState.objects.filter(province=province).first()
    left_out = state.left_out if state else {}
    found = rules_of(province, timezone.localdate()).values()
    context = {
        "province": province,
        "rules": [rule for rule in found if not rule.of_suspects],
        "limits": [rule for rule in found if rule.of_suspects],
        "suspects": [(rule, left_out.get(rule.name, 0)) for rule in RULES],
        "state": state,
        "simulated": bool(state and state.simulated),
        "may_change": holds(request, CHANGE_SETTINGS, province),
        "may_view": holds(request, VIEW_MEASUREMENT, province),
        "crumbs": way(province, ("Quy tắc", "")),
        "suspects_url": reverse("quality:suspects", args=[province.code]),
    }
    return render(request, "quality/rules.html", context)
