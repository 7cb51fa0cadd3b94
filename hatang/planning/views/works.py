"""The works of a scenario, and the places that it wants served: searched, filtered, sorted, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.http import HttpRequest

from hatang.core.vietnamese import number
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.planning.models import CHANGE, Candidate, CandidateService, ScenarioBudget
from hatang.planning.services.candidates import GROUPS
from hatang.planning.services.exports.content import SHORT_SOURCES
from hatang.planning.views.ways import in_scenario, scenario_for

SOURCES = dict(ScenarioBudget.Source.choices)
WHICH = (
    ("", "sẽ xây"),
    ("khong", "không xây"),
    ("tat-ca", "mọi công trình có thể làm"),
    ("sua-tay", "đã ghim hoặc cấm"),
)
WISH_ACTS = (("free", "Để máy chọn"), ("fixed", "Ghim: phải làm"), ("forbidden", "Cấm: không làm"))
REACHED = (
    ("", "mọi nơi"),
    ("da-co", "hiện đã có"),
    ("se-co", "sẽ có"),
    ("con-thieu", "còn thiếu"),
    ("khong-toi", "còn thiếu, không công trình nào với tới"),
)


def operator_words(candidate: Candidate) -> str:
    """Name a work's operator."""
    return (candidate.operator.short_name or candidate.operator.name) if candidate.operator else "chưa định"


def paid_words(candidate: Candidate, names: Mapping[str, str] = SOURCES) -> str:
    """Say which sources pay how much, đồng."""
    return "; ".join(f"{names.get(s, s)}: {number(amount)}" for s, amount in candidate.paid_vnd.items() if amount)


def capital_vnd(candidate: Candidate) -> int:
    """Give a work's capital with its structure's."""
    return candidate.capital_vnd + candidate.structure_capital_vnd


class WorkList(LoginRequiredMixin, ListPage):
    """The works of a scenario: those that are built, or all that could be."""

    title = "Công trình"
    template = "planning/works.html"
    search_fields = ("commune__search_key", "operator__search_key", "structure")
    default_sort = "year"
    empty_text = "Phương án này chưa có công trình nào."
    columns: ClassVar[tuple[Column, ...]] = (
        Column("Công trình", str, "number", link=Candidate.get_absolute_url),
        Column("Năm", lambda row: row.year, "year", number=True),
        Column("Xã, phường", lambda row: str(row.commune), "commune__sort_key"),
        Column("Doanh nghiệp", operator_words, "operator__sort_key"),
        Column("Công nghệ", lambda row: row.technology, "technology"),
        Column("Phục vụ, nơi", lambda row: row.reach, "reach", number=True, decimals=0),
        Column("Vốn, đồng", capital_vnd, "capital", number=True, decimals=0),
        Column(
            "Chi hằng năm, đồng",
            lambda row: row.yearly_vnd + row.structure_yearly_vnd,
            "yearly",
            number=True,
            decimals=0,
        ),
        Column("Nguồn vốn, đồng", lambda row: paid_words(row, SHORT_SOURCES)),
        Column("Điện", lambda row: row.get_power_display(), "power"),
        Column("Truyền dẫn", lambda row: row.get_backhaul_display(), "backhaul"),
        Column("Ý của người lập", lambda row: row.get_wish_display(), "wish"),
        Column("Kết cấu", lambda row: row.structure, "structure"),
        Column("Kinh độ", lambda row: row.lon, number=True, decimals=6),
        Column("Vĩ độ", lambda row: row.lat, number=True, decimals=6),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.scenario = scenario_for(request, kwargs["pk"])
        rows = self.scenario.candidates.select_related("commune", "operator").annotate(
            reach=Count("services"),
            capital=F("capital_vnd") + F("structure_capital_vnd"),
            yearly=F("yearly_vnd") + F("structure_yearly_vnd"),
        )
        return self.narrowed(rows, request)

    def narrowed(self, rows: QuerySet[Candidate], request: HttpRequest) -> QuerySet[Candidate]:
        """Apply the filters: built or not, kind, operator, year."""
        which, kind = request.GET.get("muc", ""), request.GET.get("loai", "")
        if which == "sua-tay":
            rows = rows.exclude(wish=Candidate.Wish.FREE)
        elif which != "tat-ca":
            rows = rows.filter(year__isnull=which == "khong")
        if kind in Candidate.Kind.values:
            rows = rows.filter(kind=kind)
        if operator := whole_number(request.GET.get("dn", ""), 14):
            rows = rows.filter(operator=operator)
        if year := whole_number(request.GET.get("nam", ""), 4):
            rows = rows.filter(year=year)
        return rows

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the scenario."""
        return f"Công trình {self.scenario.title}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        changes = request.user.has_perm(CHANGE, self.scenario)
        operators = self.scenario.candidates.exclude(operator=None).order_by("operator__sort_key")
        return {
            "scenario": self.scenario,
            "edits": changes and not self.scenario.under_way and not self.scenario.adopted_at,
            "which": WHICH,
            "kinds": Candidate.Kind.choices,
            "wishes": WISH_ACTS,
            "operators": operators.values_list("operator", "operator__short_name", "operator__name").distinct(),
            "years": range(self.scenario.first_year, self.scenario.last_year + 1),
            "crumbs": in_scenario(self.scenario, (self.title, "")),
        }

    def cells(self, rows: Any) -> list[Any]:
        """Give each row's cells with its key, for the boxes to tick."""
        kept = list(rows)
        return [{"pk": row.pk, "cells": cells} for row, cells in zip(kept, super().cells(kept), strict=True)]


class AskedPlaceList(LoginRequiredMixin, ListPage):
    """The places that a scenario wants served: by whom today, from which year on, or by nothing."""

    title = "Nơi cần phục vụ"
    template = "planning/places.html"
    search_fields = ("place__search_key", "place__parent__search_key")
    default_sort = "place__sort_key"
    empty_text = "Phương án này chưa có nơi nào: tính trước đã."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.scenario = scenario_for(request, kwargs["pk"])
        self.columns = (  # type: ignore[misc]
            Column("Nơi", lambda row: str(row.place), "place__sort_key", link=lambda row: row.place.get_absolute_url()),
            Column("Xã, phường", lambda row: str(row.place.parent or ""), "place__parent__sort_key"),
            Column("Dân số", lambda row: row.place.population, "place__population", number=True, decimals=0),
            Column("Số hộ", lambda row: row.place.households, "place__households", number=True, decimals=0),
            Column("Tính là", lambda row: row.weight, "weight", number=True, decimals=1),
            Column("Nhóm ưu tiên", lambda row: ", ".join(GROUPS.get(name, name) for name in row.groups)),
            Column("Doanh nghiệp hiện nay", lambda row: len(set(row.served_by)), number=True, decimals=0),
            Column("Được phục vụ", self.when_words, "served_in"),
            Column("Công trình với tới", self.reached_words, "reached"),
        )
        return self.narrowed(request).select_related("place__parent")

    def enough_today(self, row: Any) -> bool:
        """Tell whether enough operators serve a place today."""
        return len(set(row.served_by)) >= self.scenario.least_operators

    def reached_words(self, row: Any) -> str:
        """Say whether any work reaches a place; works are sought only for places that lack the service."""
        return "có" if row.reached else "không cần" if self.enough_today(row) else "không"

    def when_words(self, row: Any) -> str:
        """Say since or from when a place is served."""
        if self.enough_today(row):
            return "hiện đã có"
        return f"từ năm {row.served_in}" if row.served_in else "còn thiếu"

    def narrowed(self, request: HttpRequest) -> QuerySet[Any]:
        """Apply the filters: served or not, and the commune."""
        reaching = CandidateService.objects.filter(candidate__scenario=self.scenario, place=OuterRef("place"))
        rows = self.scenario.places.annotate(reached=Exists(reaching))
        asked = request.GET.get("muc", "")
        today = self.served_today() if asked in ("da-co", "con-thieu", "khong-toi") else []
        if asked == "da-co":
            rows = rows.filter(pk__in=today)
        elif asked == "se-co":
            rows = rows.filter(served_in__isnull=False)
        elif asked in ("con-thieu", "khong-toi"):
            rows = rows.filter(served_in__isnull=True).exclude(pk__in=today)
            rows = rows.filter(reached=False) if asked == "khong-toi" else rows
        if commune := whole_number(request.GET.get("xa", ""), 14):
            rows = rows.filter(place__parent=commune)
        return rows

    def served_today(self) -> list[int]:
        """Give the rows of places that enough operators serve today."""
        rows = self.scenario.places.values_list("pk", "served_by")
        return [pk for pk, served_by in rows if len(set(served_by)) >= self.scenario.least_operators]

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the scenario."""
        return f"Nơi cần phục vụ {self.scenario.title}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        inside = self.scenario.places.values("place__parent")
        communes = Place.objects.filter(kind=Place.Kind.COMMUNE, pk__in=inside).order_by("sort_key")
        return {
            "scenario": self.scenario,
            "reached": REACHED,
            "communes": [(row.pk, str(row)) for row in communes.defer("point")],
            "crumbs": in_scenario(self.scenario, (self.title, "")),
        } | ({"simulated": True} if self.scenario.simulated else {})
