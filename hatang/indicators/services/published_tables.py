"""A province's published figures of a year as a table: as it was at any instant, and as the file that is hashed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, Subquery, When
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.transparency.fixed_form import ENTRY_COLUMN, Cell, fixed_table
from hatang.core.vietnamese import OUR_TIME
from hatang.indicators.formulas import FORMULAS
from hatang.indicators.models import Indicator, Publication, Value, ValueQuerySet
from hatang.places.models import Place

FIGURES = ("Giá trị", "Tử số", "Mẫu số", "Cỡ mẫu", "Nguồn", "Minh chứng (SHA-256)")
COLUMNS = (
    ENTRY_COLUMN,
    "Mã tỉnh",
    "Tỉnh",
    "Năm",
    "Mã nơi",
    "Nơi",
    "Cấp",
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Cách tính",
    "Đơn vị",
    *FIGURES,
    "Số nơi cấp dưới chưa có số liệu",
    "Cách có số liệu",
    "Tính đến ngày",
    "Tính lại theo địa giới hiện nay",
    "Bản",
    "Lý do sửa",
    "Người duyệt",
    "Công bố lúc",
    "Không công bố",
    "Dữ liệu mô phỏng",
)
READ = (
    *("place_id", "indicator_id", "formula", "year", "value", "numerator", "denominator", "sample_size", "source"),
    *("evidence__sha256", "missing_children", "how", "on", "restated", "version", "reason", "approved_by_id"),
    *("out_at", "held", "simulated"),
)


def end_of(day: date) -> datetime:
    """Give the last instant of a day by the clocks of Viet Nam."""
    morrow = datetime.combine(day, time.min, timezone.get_current_timezone()) + timedelta(days=1)
    return morrow - timedelta(microseconds=1)


def published_table(province: Place, year: int, at: datetime) -> ValueQuerySet:
    """Give what was published of a province's year at an instant, province first, with `version` and `held`."""
    same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
    until = Value.objects.published().filter(**same, known_from__lte=OuterRef("known_from")).order_by()
    counted = until.values("year").annotate(count=Count("pk")).values("count")
    rows = Value.objects.inside(province).filter(year=year).as_published(at).held_back()
    below = Case(When(place__kind=Place.Kind.PROVINCE, then=0), default=1, output_field=IntegerField())
    rows = rows.annotate(version=Subquery(counted, output_field=IntegerField()), below=below)
    return rows.order_by("indicator__number", "indicator__code", "formula", "below", "place__code", "pk")


def years_published(province: Place) -> list[int]:
    """List the years of which something was published, the latest first."""
    rows = Value.objects.inside(province).published().order_by().values_list("year", flat=True)
    return sorted(set(rows.distinct()), reverse=True)


def publication_of(province: Place, year: int, at: datetime) -> Publication | None:
    """Give the publication whose file was in force at an instant."""
    found = Publication.objects.published().filter(province=province, year=year, published_at__lte=at)
    return found.select_related("entry").order_by("-published_at", "-pk").first()


def formula_words(name: str) -> str:
    """Name a formula for readers."""
    return FORMULAS[name].label if name in FORMULAS else "báo cáo"


def table_rows(province: Place, year: int, at: datetime) -> list[Any]:
    """Read the published table without its places and indicators, of which each would be made thousands of times."""
    return list(published_table(province, year, at).values_list(*READ, named=True))


def table_content(rows: Sequence[Any], province: Place, entry_number: int) -> bytes:
    """Give a published table as the file of an entry; what is held back stands there without its figures."""
    indicators = Indicator.objects.in_bulk({row.indicator_id for row in rows})
    places = Place.objects.only("code", "title", "name", "kind").in_bulk({row.place_id for row in rows})
    people = {person.pk: str(person) for person in Person.objects.filter(pk__in={row.approved_by_id for row in rows})}
    named = {pk: _place_cells(place) for pk, place in places.items()}
    head = [entry_number, province.code, province.full_name]
    lines = (
        [*head, row.year, *named[row.place_id], *_cells(row, indicators[row.indicator_id], people)] for row in rows
    )
    return fixed_table(COLUMNS, lines)


def _place_cells(place: Place) -> list[Cell]:
    return [place.code, place.full_name, place.get_kind_display()]


def _cells(row: Any, indicator: Indicator, people: Mapping[int, str]) -> list[Cell]:
    what: list[Cell] = [indicator.code, indicator.name, formula_words(row.formula), indicator.unit.label]
    figures: list[Cell] = [None] * len(FIGURES) if row.held else _figures(row, indicator)
    return [*what, *figures, *_standing(row, people.get(row.approved_by_id, "hệ thống"))]


def _figures(row: Any, indicator: Indicator) -> list[Cell]:
    value = None if row.value is None else indicator.unit.shown(row.value)
    return [value, row.numerator, row.denominator, row.sample_size, row.source, row.evidence__sha256]


def _standing(row: Any, by: str) -> list[Cell]:
    """Say how the figure came, which version it is, by whom, and whether it is held back."""
    went_out = row.out_at.astimezone(OUR_TIME).isoformat(timespec="seconds")
    how: list[Cell] = [row.missing_children, Value.How(row.how).label, row.on, row.restated]
    return [*how, row.version, row.reason, by, went_out, bool(row.held), row.simulated]


def newest_out(province: Place, year: int, at: datetime) -> datetime | None:
    """Tell when the last figure of a province's year went out."""
    rows = Value.objects.inside(province).filter(year=year).went_out().filter(Q(out_at__lte=at))
    return rows.aggregate(newest=Max(F("out_at")))["newest"]
