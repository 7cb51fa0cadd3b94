"""Reports of problems by anyone: taken in once, placed, routed to commune, owner and department, with a term."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import Point
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac

from hatang.accounts.models import Grant, Organisation, Person
from hatang.accounts.roles import roles_with
from hatang.core.vietnamese import number
from hatang.network.models import (
    RESTORE_RULES,
    CableRoute,
    Chamber,
    Closure,
    House,
    Mast,
    Pole,
    PoleLine,
    ProblemReport,
    ReportAnswer,
    Thing,
    UndergroundWork,
    digest,
)
from hatang.network.services.rules import rule
from hatang.places.models import Place
from hatang.places.services.locating import locate
from hatang.work.models import Clock, StoredFile
from hatang.work.services import (
    drop_file,
    holders,
    notify,
    people_of,
    people_with,
    start_clock,
    store_picture,
)

Kind = ProblemReport.Kind
ANSWER = "network.answer_report"
TICKET = "network.report.ticket"
LINK = "network.report.link"
TICKET_SECONDS = 24 * 3600
PHOTOS_SHARE = 0.5
"""How much of a province's room for files anyone's photos may take; the rest stays for those who work with it."""
AWAY = ", cách "
"""What parts the nearest thing from its distance where both are written down."""
LINES_AND_POLES: tuple[type[Thing], ...] = (Pole, PoleLine, CableRoute, Closure)
NEAR_KINDS: dict[str, tuple[type[Thing], ...]] = {
    Kind.CABLE_POLE: LINES_AND_POLES,
    Kind.MAST: (Mast,),
    Kind.TRANSMISSION: (CableRoute, Closure, UndergroundWork, PoleLine, Chamber),
    Kind.DAMAGE: (Mast, House, UndergroundWork, Chamber, *LINES_AND_POLES),
}
"""Among which things the likely owner is looked for; whose signal is missing no distance tells."""


@dataclass(frozen=True)
class Told:
    """What a reporter wrote, cleaned by the form."""

    kind: str
    words: str
    lon: float | None = None
    lat: float | None = None
    commune: Place | None = None
    place_words: str = ""
    operator: Organisation | None = None
    phone: str = ""
    email: str = ""
    photo: tuple[str, bytes] | None = field(default=None, repr=False)
    simulated: bool = False


def new_ticket() -> str:
    """Make the ticket of one empty form: what is sent twice with it, word for word, is one report."""
    return signing.dumps(get_random_string(22), salt=TICKET)


def secret_of(ticket: str, *written: object) -> str:
    """Give the secret that belongs to a form's ticket and what was written; only this installation can make either.

    Who goes back and writes something else gets another report. Raises ValidationError when the ticket is not ours or
    older than a day.
    """
    try:
        nonce = signing.loads(ticket, salt=TICKET, max_age=TICKET_SECONDS)
    except signing.BadSignature as error:
        raise ValidationError("Trang này mở đã quá lâu. Kiểm tra lại rồi bấm gửi lần nữa.", code="ticket") from error
    return salted_hmac(LINK, repr((nonce, written)), algorithm="sha256").hexdigest()[:43]


def report_of(secret: str) -> ProblemReport | None:
    """Find the report that a secret link opens."""
    rows = ProblemReport.objects.select_related("commune", "province", "clock", "photo", "duplicate_of")
    return rows.filter(secret_sha256=digest(secret)).first() if secret else None


def receive_report(*, province: Place, told: Told, secret: str, now: datetime | None = None) -> ProblemReport:
    """Take in a report once: place it, find the likely owner, start its term and tell who must act.

    The same secret again gives the report that is there. Raises ValidationError when the point lies in no commune of
    the province and none was chosen, or for a bad photo.
    """
    if known := report_of(secret):
        return known
    report = placed(province, told)
    report.secret_sha256, report.received_at = digest(secret), now or timezone.now()
    report.owner, report.nearest = likely_owner(report, told.operator)
    photo = keep_photo(province, told.photo)
    try:
        with transaction.atomic():
            report.photo = photo
            report.clock = restore_clock(report)
            report.save()
            log_step(report, side=ReportAnswer.Side.REPORTER, at=report.received_at)
    except IntegrityError:
        if photo:
            drop_file(photo)
        return ProblemReport.objects.get(secret_sha256=digest(secret))
    tell(responsible(report), report, "Báo cáo sự cố mới")
    return report


def placed(province: Place, told: Told) -> ProblemReport:
    """Make the report with its commune: by the boundary around the point where one is sure, else as chosen."""
    commune = told.commune
    if told.lon is not None and told.lat is not None:
        where = locate(np.array([[told.lon, told.lat]]), on=timezone.localdate(), province=province)[0]
        if where.commune and (where.certain or commune is None):
            commune = where.commune
    if commune is None:
        raise ValidationError({"commune": "Không biết điểm này thuộc xã nào của tỉnh: chọn xã, phường."})
    same = ("kind", "words", "lon", "lat", "place_words", "phone", "email", "simulated")
    return ProblemReport(province=province, commune=commune, **{name: getattr(told, name) for name in same})


def keep_photo(province: Place, photo: tuple[str, bytes] | None) -> StoredFile | None:
    """Store the photo bare of what the telephone wrote into it."""
    if photo is None:
        return None
    name, content = photo
    held = ProblemReport.objects.filter(province=province).aggregate(sum=Sum("photo__size_bytes"))["sum"] or 0
    if held > PHOTOS_SHARE * settings.QUOTA_BYTES:
        raise ValidationError({"photo": "Kho ảnh báo sự cố của tỉnh đang đầy: bỏ ảnh rồi gửi lại, báo cáo vẫn tới."})
    try:
        return store_picture(actor=None, name=name, content=content, province=province, organisation=None)
    except ValidationError as error:
        raise ValidationError({"photo": error.messages}) from error


# Routing


def likely_owner(report: ProblemReport, operator: Organisation | None) -> tuple[Organisation | None, str]:
    """Give who is probably in charge, and the thing that says so: the operator named, else the nearest thing's."""
    near = nearest_thing(report)
    words = f"{near[1]._meta.verbose_name} {near[1].code}{AWAY}{number(near[0])} m" if near else ""
    if operator is not None:
        return operator, words
    return (near[1].operator or near[1].owner, words) if near else (None, "")


def nearest_thing(report: ProblemReport) -> tuple[float, Thing] | None:
    """Give the nearest standing thing of the kinds that such a problem concerns, with its distance in metres."""
    setting = rule(report.province, "report.owner_distance", timezone.localdate())
    if report.lon is None or report.lat is None or setting is None:
        return None
    here = Point(report.lon, report.lat, srid=4326)
    found = [
        (thing.away_m, thing)
        for model in NEAR_KINDS.get(report.kind, ())
        for thing in nearest_of(model, here, report.province, setting.value)
    ]
    return min(found, key=lambda pair: pair[0], default=None)


def nearest_of(model: type[Thing], here: Point, province: Place, within_m: float) -> Any:
    """Give the nearest standing thing of a kind, as a list of one or none."""
    things: Any = model._default_manager.filter(province=province)
    return things.in_use(timezone.localdate()).near(here, within_m).select_related("owner", "operator")[:1]


def restore_clock(report: ProblemReport) -> Clock | None:
    """Start the term that the province's rule sets for such a problem; None where no rule holds.

    The rules count from the occurrence, which nobody knows better than by the report: it runs from receipt.
    """
    held = restore_rule(report)
    if held is None:
        return None
    return start_clock(
        rule=f"network.{held.key}",
        limit=int(held.value),
        unit=Clock.Unit(held.unit),
        started_at=report.received_at,
        province=report.province,
    )


def restore_rule(report: ProblemReport) -> Any:
    """Give the rule on restoring that held in the province on the day of receipt, or None."""
    key = RESTORE_RULES.get(Kind(report.kind))
    return rule(report.province, key, timezone.localdate(report.received_at)) if key else None


# Who is told


def commune_people(report: ProblemReport) -> list[Person]:
    """Give the officers of the report's commune."""
    if report.commune_id is None:
        return []
    return holders(Grant.objects.filter(role__in=roles_with(ANSWER), place=report.commune_id), report.province)


def owner_people(report: ProblemReport) -> list[Person]:
    """Give the people who may answer for the owner that the report was sent to."""
    if report.owner is None:
        return []
    people = people_of(organisation=report.owner, province=report.province)
    return [person for person in people if person.has_perm(ANSWER, report)]


def responsible(report: ProblemReport) -> list[Person]:
    """Give everybody who may answer a report: commune, owner and department."""
    return [*commune_people(report), *owner_people(report), *people_with(permission=ANSWER, province=report.province)]


def tell(people: list[Person], report: ProblemReport, news: str, *, but: Person | None = None) -> None:
    """Tell officers and owners the news of a report: what and where, without the reporter's own words."""
    to = [person for person in people if person != but]
    subject = f"{news}: {report.get_kind_display()}, {report.commune}, {report.code}"
    notify(to=to, subject=subject, url=report.get_absolute_url())


def log_step(
    report: ProblemReport,
    *,
    side: str,
    at: datetime,
    by: Person | None = None,
    words: str = "",
    internal: bool = False,
) -> ReportAnswer:
    """Write down a step of a report in the state in which it now is."""
    step = ReportAnswer(report=report, at=at, by=by, side=side, state=report.state, words=words, internal=internal)
    if side == ReportAnswer.Side.OWNER:
        step.organisation_id = report.owner_id
    step.save()
    return step
