"""A province's own copy of an index set, in which it writes what the shipped one leaves open."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.indicators.models import Criterion, IndexGroup, IndexSet
from hatang.indicators.scoring import check_rule
from hatang.places.models import Place

CHANGE = "indicators.change_programme"


def sets_for(province: Place) -> QuerySet[IndexSet]:
    """List the sets that a province may use: those of the whole country and its own, the newest first."""
    rows = IndexSet.objects.filter(Q(province=None) | Q(province=province)).select_related("legal")
    criteria, unwritten = Count("groups__criteria"), Q(groups__criteria__rule={}) | Q(groups__criteria__points=None)
    return rows.annotate(criteria=criteria, unwritten=Count("groups__criteria", filter=unwritten)).order_by("-pk")


@transaction.atomic
def copy_set(*, actor: Person, index_set: IndexSet, province: Place) -> IndexSet:
    """Copy a set for a province as its next version, with everything that is known; the copy can be written in."""
    if not actor.has_perm(CHANGE, province):
        raise PermissionDenied
    if index_set.province_id not in (None, province.pk):
        raise PermissionDenied
    code = index_set.code if index_set.province_id else f"{index_set.code}-{province.code}"[:40]
    last = IndexSet.objects.filter(code=code).order_by("-version").first()
    copy = IndexSet(code=code, version=last.version + 1 if last else 1, province=province, name=index_set.name)
    copy.legal, copy.points, copy.note = index_set.legal, index_set.points, index_set.note
    sign(copy, actor)
    copy.save()
    for group in index_set.groups.prefetch_related("criteria"):
        _copy_group(group, copy, actor)
    return copy


def _copy_group(group: IndexGroup, copy: IndexSet, actor: Person) -> None:
    criteria = list(group.criteria.all())
    group.pk, group.index_set = None, copy
    group._state.adding = True
    sign(group, actor)
    group.save()
    for criterion in criteria:
        criterion.pk, criterion.group = None, group
        criterion._state.adding = True
        sign(criterion, actor)
        criterion.save()


@transaction.atomic
def keep_criterion(*, actor: Person, criterion: Criterion) -> None:
    """Keep what an officer wrote about a criterion of the province's own set.

    Raises PermissionDenied for the country's sets, ValidationError where the rule cannot be scored by, the points of
    the group are passed, or marks were already given by an assessment that is finished.
    """
    province = criterion.group.index_set.province
    if province is None or not actor.has_perm(CHANGE, province):
        raise PermissionDenied
    if criterion.marks.filter(assessment__finished=True).exists():
        raise ValidationError("Đã có bản tự đánh giá chấm xong theo bộ này: lập bản mới của bộ rồi sửa.")
    check_rule(criterion.rule, criterion.points)
    _keep_within_group(criterion)
    sign(criterion, actor)
    criterion.save()


def _keep_within_group(criterion: Criterion) -> None:
    most = criterion.group.points
    others = [c.points or 0 for c in criterion.group.criteria.exclude(pk=criterion.pk)]
    if most is not None and criterion.points is not None and sum(others) + criterion.points > most + 1e-9:
        raise ValidationError({"points": f"Cộng các tiêu chí sẽ vượt {most:g} điểm của nhóm."})
