"""What communes say of services: each answer a row, the newest counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.coverage.models import VERIFY, CountedService, Verification
from hatang.coverage.services.evidence.recounting import recount
from hatang.network.models import Technology
from hatang.places.models import Place
from hatang.work.services import store_picture, within_limit

MOST_AN_HOUR = 600
HOUR = 3600
LONGEST_AGO = timedelta(days=366)
Service = tuple[int, str]
"""An operator and a technology."""


@dataclass(frozen=True)
class Trial:
    """How a service was tried: on which day, by which means, with which remark and picture."""

    on: date
    means: str = Verification.Means.TRIED
    note: str = ""
    photo: tuple[str, bytes] | None = None


@transaction.atomic
def verify_service(
    *, actor: Person, place: Place, operator: Organisation, technology: str, answer: str, trial: Trial
) -> Verification:
    """Write down whether a service is at a place, and count it anew.

    Raises PermissionDenied outside the person's commune, ValidationError for a day to come or long ago.
    """
    if not actor.has_perm(VERIFY, place):
        raise PermissionDenied
    if not within_limit(action="verification", who=str(actor.pk), most=MOST_AN_HOUR, seconds=HOUR):
        raise ValidationError(f"Trong một giờ bạn đã ghi {MOST_AN_HOUR} lần xác minh. Đợi sang giờ sau rồi làm tiếp.")
    check_day(trial.on)
    row = Verification(
        place=place,
        operator=operator,
        technology=technology,
        answer=answer,
        on=trial.on,
        means=trial.means,
        note=trial.note,
        by=actor,
        simulated=place.simulated,
    )
    row.clean_fields(exclude=["photo", "by"])
    if trial.photo:
        name, content = trial.photo
        row.photo = store_picture(actor=actor, name=name, content=content, province=place.province, organisation=None)
    row.save(force_insert=True)
    assert place.province is not None
    recount(province=place.province, places=[place.pk])
    return row


def check_day(on: date) -> None:
    """Refuse a day to come, and one so long ago that the answer would not count."""
    today = timezone.localdate()
    if on > today:
        raise ValidationError({"on": f"Ngày {on:%d/%m/%Y} chưa tới."})
    if on < today - LONGEST_AGO:
        raise ValidationError({"on": f"Ngày {on:%d/%m/%Y} đã quá một năm: thử lại rồi ghi ngày mới."})


def services_to_verify(commune: Place) -> list[tuple[Organisation, str]]:
    """Give the services that may be asked about in a commune: of whom and by which there is evidence anywhere in it."""
    inside = CountedService.objects.on(timezone.localdate()).filter(place__parent=commune)
    found = inside.values_list("operator_id", "technology").distinct()
    operators = Organisation.objects.in_bulk({operator for operator, _ in found})
    newest = list(reversed(Technology.values))
    services = {(operators[operator], technology) for operator, technology in found}
    return sorted(services, key=lambda s: (s[0].sort_key, newest.index(s[1])))
