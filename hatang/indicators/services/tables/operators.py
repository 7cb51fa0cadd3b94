"""What each operator answered in approved returns: for the department, and for each operator its own alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from hatang.accounts.models import Organisation
from hatang.indicators.models import FormItem, Indicator, Return, ReturnCell, ReturnCellQuerySet, ReturnForm
from hatang.indicators.services.rolling import ADDED_UP
from hatang.indicators.services.tables.files import kept_file
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

NUMBERS = (FormItem.Kind.INDICATOR, FormItem.Kind.NUMBER)
ANSWERS = "tra_loi_doanh_nghiep"
COLUMNS = {
    "ma_doanh_nghiep": ("VARCHAR", "mã của doanh nghiệp trong danh bạ tổ chức"),
    "doanh_nghiep": ("VARCHAR", "tên doanh nghiệp"),
    "ma_noi": ("VARCHAR", "mã của nơi"),
    "noi": ("VARCHAR", "tên nơi"),
    "cap": ("VARCHAR", "cấp: province, commune …"),
    "ma_chi_tieu": ("VARCHAR", "mã chỉ tiêu; trống: dòng riêng của biểu"),
    "dong": ("VARCHAR", "câu hỏi của biểu"),
    "bieu": ("VARCHAR", "mã biểu"),
    "nam": ("SMALLINT", "năm của kỳ"),
    "phan": ("VARCHAR", "phần của năm: H1, Q1 …; trống: cả năm"),
    "den_ngay": ("DATE", "ngày cuối kỳ"),
    "tu_so": ("DOUBLE", "tử số"),
    "mau_so": ("DOUBLE", "mẫu số"),
    "gia_tri": ("DOUBLE", "giá trị"),
    "khong_co": ("BOOLEAN", "doanh nghiệp ghi “không có”"),
    "mo_phong": ("BOOLEAN", "dữ liệu mô phỏng"),
}
FIELDS = (
    *("of_return__organisation__key", "of_return__organisation__name", "place__code", "place__title"),
    *("place__name", "place__kind", "item__indicator__code", "item__label", "of_return__period__form__code"),
    *("of_return__period__year", "of_return__period__part", "of_return__period__last_on"),
    *("numerator", "denominator", "value", "none_here", "of_return__simulated"),
)
READ = (
    *("item__indicator_id", "place_id", "of_return__period__year", "of_return__organisation_id", "of_return_id"),
    *("place__former_province_id", "numerator", "denominator", "value", "none_here", "of_return__simulated"),
)
Key = tuple[int, int, int, int]
"""An indicator, a place, a year, an operator."""


@dataclass(frozen=True)
class OperatorFigure:
    """What one operator told of an indicator at a place; `return_id` is where, None where it is added up."""

    indicator: Indicator
    numerator: float | None
    denominator: float | None
    value: float | None
    simulated: bool = False
    return_id: UUID | None = None

    def __str__(self) -> str:
        return self.indicator.unit.write(self.value)


def answers_in(province: Place, person: Someone) -> ReturnCellQuerySet:
    """Give operators' approved answers in a province that a person may see with whose they are."""
    return ReturnCell.objects.of_operators().visible_to(person).filter(of_return__province=province)


def operators_of(answers: ReturnCellQuerySet) -> QuerySet[Organisation]:
    """List whose answers these are."""
    return Organisation.objects.filter(pk__in=answers.order_by().values("of_return__organisation")).order_by("sort_key")


def indicators_of(answers: ReturnCellQuerySet) -> QuerySet[Indicator]:
    """List the indicators of which these answers tell."""
    told = answers.filter(item__kind=FormItem.Kind.INDICATOR, value__isnull=False)
    return Indicator.objects.filter(pk__in=told.order_by().values("item__indicator")).order_by("number")


def operator_figures(
    answers: ReturnCellQuerySet,
    *,
    province: Place,
    places: Sequence[Place],
    years: Iterable[int],
    indicators: Sequence[Indicator],
) -> dict[Key, OperatorFigure]:
    """Give each operator's figures; of several periods of a year the latest counts.

    A province, or one that it came from, holds what the operator told of the whole, otherwise the sum over communes.
    """
    known = {indicator.pk: indicator for indicator in indicators}
    told = answers.filter(item__indicator__in=known, of_return__period__year__in=list(years))
    rows = told.order_by("of_return__period__last_on", "pk").values_list(*READ, named=True)
    latest: dict[Key, Any] = {key_of(row): row for row in rows if row.value is not None or row.none_here}
    found = {key: figure(known[key[0]], [row]) for key, row in latest.items()}
    for parent in (place for place in places if place.kind == Place.Kind.PROVINCE):
        below: dict[Key, list[Any]] = defaultdict(list)
        for (indicator, place, year, operator), row in latest.items():
            inside = parent.pk in (province.pk, row.place__former_province_id) and place != province.pk
            if inside and known[indicator].rollup in ADDED_UP:
                below[indicator, parent.pk, year, operator].append(row)
        found = {key: figure(known[key[0]], rows) for key, rows in below.items()} | found
    return found


def key_of(row: Any) -> Key:
    """Give which figure an answer tells."""
    return row.item__indicator_id, row.place_id, row.of_return__period__year, row.of_return__organisation_id


def figure(indicator: Indicator, rows: Sequence[Any]) -> OperatorFigure:
    """Make one operator's figure of its answers: itself, or the sum, which of ratios is that of both parts."""
    above, below = added(rows, "numerator"), added(rows, "denominator")
    value = added(rows, "value")
    if indicator.unit.ratio_scale is not None and above is not None and below:
        value = indicator.unit.ratio(above, below)
    alone = rows[0].of_return_id if len(rows) == 1 else None
    return OperatorFigure(indicator, above, below, value, any(row.of_return__simulated for row in rows), alone)


def added(rows: Sequence[Any], name: str) -> float | None:
    """Add up one field of answers; “không có” is nothing of it, though not of what it is a part of."""
    told = [0.0 if row.none_here and name != "denominator" else getattr(row, name) for row in rows]
    given = [amount for amount in told if amount is not None]
    return sum(given) if given else None


def answers_file(province: Place) -> Path:
    """Give the file of all operators' approved answers, made now if a return was approved or opened since the last."""
    approved = Return.objects.filter(province=province, state=Return.State.APPROVED, organisation__isnull=False)
    approved = approved.filter(period__form__filer=ReturnForm.Filer.OPERATOR)
    stamp = approved.aggregate(count=Count("pk"), last=Max("approved_at"))
    types = {name: kind for name, (kind, _) in COLUMNS.items()}
    return kept_file(f"operators-{province.pk}", stamp, read=lambda: answer_columns(province), types=types)


def answer_columns(province: Place) -> dict[str, list[Any]]:
    """Read the table of answers by columns."""
    rows = list(answer_rows(province))
    return {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)}


def answer_rows(province: Place) -> Iterator[tuple[Any, ...]]:
    """Read the answers that are figures, whoever asks: who may is asked before."""
    figures = ReturnCell.objects.of_operators().filter(of_return__province=province, item__kind__in=NUMBERS)
    rows = figures.order_by("of_return__period__last_on", "pk").values_list(*FIELDS)
    for key, name, code, title, place, *rest in rows.iterator(chunk_size=5000):
        yield key, name, code, f"{title} {place}".strip(), *rest
