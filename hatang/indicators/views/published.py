"""The page of published figures, as the public was told on any day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from hatang.core.vietnamese import day, moment, number
from hatang.indicators.models import Indicator, Publication, Value
from hatang.indicators.services import end_of, publication_of, published_table, secrecy_words, years_published
from hatang.indicators.views.asking import formula_label
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place
from hatang.places.services import province_by_code

HELD = "không công bố"
RELATED = ("indicator", "place", "approved_by", "evidence", "publication__entry")


def figure(row: Any) -> str:
    """Write a figure; one that is held back says so."""
    return HELD if row.held else str(row)


def part(row: Any, name: str) -> str:
    """Write a numerator or denominator of a figure that is not held back."""
    return "–" if row.held else number(getattr(row, name), 2)


def evidence(row: Any) -> str:
    """Name the paper behind a figure by its hash, by which it is known when somebody shows it."""
    return f"SHA-256 {row.evidence.sha256[:16]}…" if row.evidence and not row.held else ""


def source(row: Any) -> str:
    """Say where a figure comes from."""
    return "" if row.held else row.source


def entry_of(row: Any) -> Any:
    """Give the entry of the log with which a figure went out."""
    return row.publication.entry if row.publication else None


def entry_number(row: Any) -> str:
    """Number the entry."""
    entry = entry_of(row)
    return f"mục {number(entry.number)}" if entry else ""


def asked_day(text: str) -> date:
    """Read the day asked for; today unless it is a real day gone by."""
    today = timezone.localdate()
    try:
        return min(parse_date(text) or today, today)
    except ValueError:
        return today


class PublishedTable(ListPage):
    """What was published of a province's year, as it was at the end of a day; the same for everybody."""

    title = "Số liệu đã công bố"
    template = "indicators/published_table.html"
    columns = (
        Column("Chỉ tiêu", lambda v: v.indicator.short_name, "indicator__number"),
        Column("Nơi", lambda v: v.place.full_name, "place__sort_key"),
        Column(
            "Giá trị",
            figure,
            "value",
            number=True,
            link=lambda v: "" if v.held else reverse("indicators:value", args=[v.pk]),
        ),
        Column("Tử số", lambda v: part(v, "numerator"), number=True),
        Column("Mẫu số", lambda v: part(v, "denominator"), number=True),
        Column("Cách có", lambda v: v.get_how_display(), "how"),
        Column("Cách tính", lambda v: formula_label(v.formula), "formula"),
        Column("Nguồn", source),
        Column("Minh chứng", evidence),
        Column("Tính đến", lambda v: day(v.on), "on"),
        Column("Bản", lambda v: v.version, number=True),
        Column("Lý do sửa", lambda v: v.reason),
        Column("Người duyệt", lambda v: v.approved_by or "hệ thống"),
        Column("Công bố lúc", lambda v: moment(v.out_at), "out_at"),
        Column("Sổ minh bạch", entry_number, link=lambda v: entry_of(v).get_absolute_url() if entry_of(v) else ""),
        Column("Mô phỏng", lambda v: "mô phỏng" if v.simulated else ""),
    )
    search_fields = ("place__search_key",)
    default_sort = ""
    wide = True
    empty_text = "Đến hết ngày này chưa công bố số liệu nào của năm này."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.province: Place = province_by_code(kwargs["code"])
        self.year: int = kwargs["year"]
        self.on = asked_day(request.GET.get("ngay", ""))
        self.until: datetime = end_of(self.on)
        self.years = years_published(self.province)
        if self.year not in self.years:
            raise Http404
        return super().get(request, **kwargs)

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Value]:
        """What was published is public; what is held back stands there without its figure, for everybody."""
        rows = published_table(self.province, self.year, self.until).select_related(*RELATED)
        asked = request.GET.get("chi-tieu", "")
        return rows.filter(indicator__code=asked) if asked else rows

    def sorted(self, rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        """Keep the order of the published file unless another is asked for."""
        known = {column.sort for column in self.columns if column.sort}
        return rows.order_by(asked, "pk") if asked.removeprefix("-") in known else rows

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province, the year and the day."""
        return f"so lieu {self.province} {self.year} ngay {self.on:%Y-%m-%d}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Give the publication in force that day and the days on which the table changed."""
        publications = Publication.objects.published().filter(province=self.province, year=self.year)
        went_out = publications.order_by().values_list("published_at", flat=True)
        used = Value.objects.inside(self.province).published().filter(year=self.year).values("indicator")
        return {
            "province": self.province,
            "year": self.year,
            "years": self.years,
            "on": self.on,
            "today": timezone.localdate(),
            "publication": publication_of(self.province, self.year, self.until),
            "days": sorted({timezone.localdate(at) for at in went_out if at}, reverse=True)[:12],
            "indicators": Indicator.objects.filter(pk__in=used).only("code", "short_name", "number"),
            "indicator": request.GET.get("chi-tieu", ""),
            "secrecy": secrecy_words(),
            "narrowed": any(request.GET.get(name) for name in ("q", "chi-tieu")),
            "crumbs": [
                (self.province.full_name, reverse("web:province", args=[self.province.code])),
                ("Công bố số liệu", reverse("indicators:publications", args=[self.province.code])),
                (f"Năm {self.year}", ""),
            ],
        }
