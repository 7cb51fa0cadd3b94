"""Outages told by operators, one at a time, by file or by machine, and an officer's word on a beacon's silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.quality.models import Outage, OutageAct, OutagePlace, Service
from hatang.quality.models.outages import CHANGE

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=10)
FACTS = ("service", "cause", "began_at", "ended_at", "remarks")


@dataclass(frozen=True)
class Told:
    """An outage as somebody tells it: the communes with how many people, if that is known."""

    reference: str
    operator: Organisation
    service: str
    cause: str
    began_at: datetime
    ended_at: datetime | None
    touched: Mapping[Place, int | None]
    remarks: str = ""
    where: str = ""
    """Where it was told, as a file's row; for messages."""


@dataclass
class Kept:
    """What keeping outages did, or would do."""

    added: list[Told] = field(default_factory=list)
    changed: list[Told] = field(default_factory=list)
    unchanged: int = 0

    def __str__(self) -> str:
        return f"thêm {number(len(self.added))}, sửa {number(len(self.changed))}, giữ nguyên {number(self.unchanged)}"


def operators_for(person: AbstractBaseUser | AnonymousUser, province: Place) -> list[Organisation]:
    """List the operators for whom the person may tell outages in a province."""
    rows = Organisation.objects.operators().order_by("name")
    return [row for row in rows if may_tell(person, province, row)]


def may_tell(person: AbstractBaseUser | AnonymousUser, province: Place, operator: Organisation) -> bool:
    """Tell whether the person may write outages of an operator in a province."""
    return bool(person.has_perm(CHANGE, Outage(province=province, operator=operator)))  # type: ignore[union-attr]


def objections(told: Told, province: Place, now: datetime) -> Iterator[str]:
    """Say everything that is wrong with an outage as it is told."""
    where = f"{told.where}: " if told.where else ""
    if not told.reference:
        yield f"{where}thiếu mã sự cố."
    if told.service not in Service.values:
        yield f"{where}dịch vụ là một trong: {'; '.join(map(str, Service.labels))}."
    if told.cause not in Outage.Cause.values:
        yield f"{where}nguyên nhân là một trong: {'; '.join(map(str, Outage.Cause.labels))}."
    if not told.touched:
        yield f"{where}phải ghi ít nhất một xã, phường."
    for commune in told.touched:
        if commune.kind != Place.Kind.COMMUNE or commune.province_id != province.pk:
            yield f"{where}{commune} không phải xã, phường của {province}."
    yield from _times_wrong(told, where, now)


def _times_wrong(told: Told, where: str, now: datetime) -> Iterator[str]:
    for name, at in (("bắt đầu", told.began_at), ("khôi phục", told.ended_at)):
        if at is None:
            continue
        if at > now + CLOCK_SKEW:
            yield f"{where}lúc {name} {written(at)} chưa tới; kiểm tra lại ngày, giờ của máy."
        if at < EARLIEST:
            yield f"{where}lúc {name} {written(at)} quá xa; sự cố từ {EARLIEST:%d/%m/%Y} trở đi."
    if told.ended_at is not None and told.ended_at <= told.began_at:
        yield f"{where}khôi phục {written(told.ended_at)} không sau bắt đầu {written(told.began_at)}."


def written(at: datetime) -> str:
    """Write an instant as people here do."""
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"


def compare(province: Place, told: Sequence[Told]) -> Kept:
    """Say which outages are new, which differ from what is kept, and how many are the same."""
    kept, standing = Kept(), standing_of(province, told)
    for one in told:
        row = standing.get((one.operator.pk, one.reference))
        if row is None:
            kept.added.append(one)
        elif facts_of(row) == facts_told(one):
            kept.unchanged += 1
        else:
            kept.changed.append(one)
    return kept


def standing_of(province: Place, told: Iterable[Told]) -> dict[tuple[int, str], Outage]:
    """Give the kept outages that have the same marks."""
    references = {one.reference for one in told}
    rows = Outage.objects.filter(province=province, reference__in=references).prefetch_related("touched")
    return {(row.operator_id, row.reference): row for row in rows}


def facts_of(row: Outage) -> tuple[object, ...]:
    """Give what a kept outage says."""
    people = {place.commune_id: place.people for place in row.touched.all()}
    return (*(getattr(row, name) for name in FACTS), people)


def facts_told(told: Told) -> tuple[object, ...]:
    """Give what is told, in the same form."""
    return (*(getattr(told, name) for name in FACTS), {place.pk: people for place, people in told.touched.items()})


@transaction.atomic
def keep_outages(*, actor: Person, province: Place, told: Sequence[Told], reason: str = "") -> Kept:
    """Keep outages, all of them or none; the same mark of the same operator is the same outage.

    Raises ValidationError with everything that is wrong, PermissionDenied for outages of others.
    """
    for operator in {one.operator for one in told}:
        if not may_tell(actor, province, operator):
            raise PermissionDenied
    now = timezone.now()
    faults = [fault for one in told for fault in objections(one, province, now)]
    marks = [(one.operator.pk, one.reference) for one in told]
    faults += [f"Mã sự cố “{mark[1]}” có hai lần." for mark in sorted(set(marks)) if marks.count(mark) > 1]
    if faults:
        raise ValidationError(faults)
    kept, standing = compare(province, told), standing_of(province, told)
    for one in [*kept.added, *kept.changed]:
        row = standing.get((one.operator.pk, one.reference)) or Outage(
            province=province, operator=one.operator, reference=one.reference
        )
        keep_one(actor=actor, row=row, told=one, reason=reason)
    return kept


def keep_one(*, actor: Person, row: Outage, told: Told, reason: str) -> None:
    """Write one outage with its communes."""
    for name in FACTS:
        setattr(row, name, getattr(told, name))
    row.full_clean(exclude=["province", "operator"])
    sign(row, actor, reason[:100])
    row.save()
    there = {place.commune_id: place for place in row.touched.all()} if row.pk else {}
    for commune, people in told.touched.items():
        place = there.pop(commune.pk, None) or OutagePlace(outage=row, commune=commune)
        if place.pk is None or place.people != people:
            place.people = people
            sign(place, actor, reason[:100])
            place.save()
    for place in there.values():
        sign(place, actor, reason[:100])
        place.delete()


@transaction.atomic
def close_outage(*, actor: Person, outage: Outage, ended_at: datetime) -> None:
    """Write when service came back. Raises ValidationError for an instant that cannot be."""
    if not actor.has_perm(CHANGE, outage):
        raise PermissionDenied
    if outage.ended_at is not None:
        raise ValidationError("Sự cố này đã ghi lúc khôi phục; sửa ở trang sửa.")
    if ended_at > timezone.now() + CLOCK_SKEW:
        raise ValidationError(f"Lúc {written(ended_at)} chưa tới.")
    if ended_at <= outage.began_at:
        raise ValidationError(f"Khôi phục phải sau lúc bắt đầu {written(outage.began_at)}.")
    outage.ended_at = ended_at
    sign(outage, actor, "khôi phục")
    outage.save()


@transaction.atomic
def decide_outage(*, actor: Person, outage: Outage, standing: str, reason: str) -> None:
    """Keep an officer's word on what a beacon saw."""
    if not actor.has_perm(CHANGE, outage.province):
        raise PermissionDenied
    if outage.beacon_id is None and outage.standing == Outage.Standing.REPORTED:
        raise ValidationError("Doanh nghiệp đã báo sự cố này; chỉ kết luận về điều máy đo thấy.")
    if standing not in (Outage.Standing.CONFIRMED, Outage.Standing.DISMISSED):
        raise ValidationError("Chọn một kết luận.")
    outage.standing = standing
    sign(outage, actor, reason[:100])
    outage.save()
    OutageAct.objects.create(outage=outage, standing=standing, reason=reason, decided_by=actor)
