"""A province's self-assessment: what the figures would bring, what it gives itself, what the ministry gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number
from hatang.indicators.models import Assessment, Criterion, IndexGroup, IndexSet, Mark, Value
from hatang.indicators.scoring import points_by_rule
from hatang.indicators.services.choosing import chosen_formulas
from hatang.indicators.services.index_sets.editing import CHANGE
from hatang.places.models import Place


@dataclass(frozen=True)
class Line:
    """One criterion of an assessment: its figure and what it would bring, the marks, and last year's own."""

    criterion: Criterion
    figure: Value | None
    by_rule: float | None
    mark: Mark | None
    last_year: Mark | None

    @property
    def apart(self) -> float | None:
        """By how much the ministry's points differ from the province's own."""
        mark = self.mark
        if mark is None or mark.own_points is None or mark.ministry_points is None:
            return None
        return mark.ministry_points - mark.own_points

    @property
    def lacks_evidence(self) -> bool:
        """Whether points were claimed with neither a file nor an explanation."""
        mark = self.mark
        return bool(mark and mark.own_points and not mark.evidence_id and not mark.explanation)


@dataclass(frozen=True)
class GroupLine:
    """A group with its criteria and their sums."""

    group: IndexGroup
    lines: list[Line]

    @property
    def own(self) -> float:
        """The province's own points."""
        return sum(line.mark.own_points or 0 for line in self.lines if line.mark)

    @property
    def ministry(self) -> float | None:
        """The ministry's points; None where it gave none."""
        given = [m.ministry_points for line in self.lines if (m := line.mark) and m.ministry_points is not None]
        return sum(given) if given else None

    @property
    def last_year(self) -> float | None:
        """Last year's own points; None where there was no assessment."""
        given = [m.own_points for line in self.lines if (m := line.last_year) and m.own_points is not None]
        return sum(given) if given else None


@dataclass(frozen=True)
class Standing:
    """An assessment read whole."""

    assessment: Assessment
    groups: list[GroupLine]

    @property
    def lines(self) -> list[Line]:
        """All criteria."""
        return [line for group in self.groups for line in group.lines]

    @property
    def own(self) -> float:
        """The province's own points in all."""
        return sum(group.own for group in self.groups)

    @property
    def ministry(self) -> float | None:
        """The ministry's points in all; None where it gave none."""
        return _sum(group.ministry for group in self.groups)

    @property
    def last_year(self) -> float | None:
        """Last year's own points in all."""
        return _sum(group.last_year for group in self.groups)

    @property
    def unmarked(self) -> int:
        """How many criteria the province has not marked."""
        return sum(line.mark is None or line.mark.own_points is None for line in self.lines)

    @property
    def finding(self) -> str:
        """Say in a sentence how the assessment stands."""
        said = [f"Tự chấm {number(self.own, 2)} điểm"]
        if self.assessment.index_set.points:
            said[0] += f" trên {number(self.assessment.index_set.points)}"
        if self.unmarked:
            said.append(f"còn {number(self.unmarked)} trong {number(len(self.lines))} tiêu chí chưa chấm")
        if self.ministry is not None:
            said.append(f"bộ chấm {number(self.ministry, 2)}")
        if self.last_year is not None:
            said.append(f"năm trước tự chấm {number(self.last_year, 2)}")
        return "; ".join(said) + "."


def _sum(parts: Iterable[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


@transaction.atomic
def start_assessment(*, actor: Person, index_set: IndexSet, province: Place, year: int) -> Assessment:
    """Give the province's assessment by a set for a year, made now if there is none."""
    _require(actor, province)
    if index_set.province_id not in (None, province.pk):
        raise PermissionDenied
    found = Assessment.objects.filter(index_set=index_set, province=province, year=year).first()
    if found:
        return found
    assessment = Assessment(index_set=index_set, province=province, year=year)
    sign(assessment, actor)
    assessment.save()
    return assessment


def standing_of(assessment: Assessment, person: Person) -> Standing:
    """Read an assessment whole: figures that the person may see, marks, and last year's by codes of criteria."""
    own = Mark.objects.filter(assessment=assessment.pk)
    marks = {m.criterion_id: m for m in own.select_related("evidence", "marked_by")}
    before = _last_years_marks(assessment)
    groups = list(assessment.index_set.groups.prefetch_related("criteria__indicator"))
    figures = _figures(assessment, person)
    return Standing(
        assessment,
        [
            GroupLine(group, [_line(criterion, figures, marks, before) for criterion in group.criteria.all()])
            for group in groups
        ],
    )


def _line(criterion: Criterion, figures: dict[int, Value], marks: dict[int, Mark], before: dict[str, Mark]) -> Line:
    figure = figures.get(criterion.indicator_id or 0)
    by_rule = points_by_rule(criterion.rule, criterion.points, figure.value if figure else None)
    return Line(criterion, figure, by_rule, marks.get(criterion.pk), before.get(criterion.code))


def _figures(assessment: Assessment, person: Person) -> dict[int, Value]:
    """Give the province's figure of the year for each indicator that a criterion reads, in the reading it chose."""
    chosen = chosen_formulas(assessment.province)
    rows = Value.objects.latest_for(person).select_related("indicator")
    rows = rows.filter(place=assessment.province, year=assessment.year, value__isnull=False)
    return {row.indicator_id: row for row in rows if row.formula == chosen.get(row.indicator_id)}


def _last_years_marks(assessment: Assessment) -> dict[str, Mark]:
    base = assessment.index_set.code.removesuffix(f"-{assessment.province.code}")
    rows = Mark.objects.filter(
        assessment__province=assessment.province,
        assessment__year=assessment.year - 1,
        assessment__index_set__code__startswith=base,
    )
    return {m.criterion.code: m for m in rows.select_related("criterion").order_by("pk")}


@transaction.atomic
def keep_mark(*, actor: Person, mark: Mark) -> None:
    """Keep the points of one criterion. Raises ValidationError above its most, or in a finished assessment."""
    assessment, most = mark.assessment, mark.criterion.points
    _require(actor, assessment.province)
    own_before = Mark.objects.filter(pk=mark.pk).values_list("own_points", flat=True).first() if mark.pk else None
    if assessment.finished and mark.own_points != own_before:
        raise ValidationError(
            {"own_points": "Bản tự đánh giá đã chấm xong; mở lại rồi sửa. Điểm bộ chấm vẫn ghi được."}
        )
    for name in ("own_points", "ministry_points"):
        points = getattr(mark, name)
        if points is not None and most is not None and points > most:
            raise ValidationError({name: f"Tiêu chí này nhiều nhất {number(most, 2)} điểm."})
    mark.marked_by = actor
    sign(mark, actor)
    mark.save()


@transaction.atomic
def marked(*, actor: Person, assessment: Assessment, finished: bool) -> None:
    """Say that the self-assessment is finished, or open it again."""
    _require(actor, assessment.province)
    assessment.finished = finished
    sign(assessment, actor, "chấm xong" if finished else "mở lại")
    assessment.save()


def _require(actor: Person, province: Place) -> None:
    if not actor.has_perm(CHANGE, province):
        raise PermissionDenied
