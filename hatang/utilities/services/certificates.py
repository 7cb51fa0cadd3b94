"""Verbs on certificates of bodies: register, give up, remind before they end."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.core.signatures.certificates import Certificate
from hatang.places.models import Place
from hatang.utilities.models import CHANGE_CERTIFICATE, BodyCertificate
from hatang.work.models import Clock
from hatang.work.services import people_of, people_with, start_clock, stop_clock
from hatang.work.services.reminders import About, reminds

if TYPE_CHECKING:
    from collections.abc import Iterable

ENDS = "utilities.certificate_ends"
DAYS_BEFORE = 60
LONGEST_DAYS = 3660


@transaction.atomic
def register_certificate(
    *, actor: Person | None, row: BodyCertificate, found: Certificate, simulated: bool = False
) -> BodyCertificate:
    """Register a body's certificate as its file says it is, and set the clock that reminds before it ends."""
    if actor is not None and not actor.has_perm(CHANGE_CERTIFICATE, row.province):
        raise PermissionDenied
    fill_from(row, found)
    row.simulated = simulated
    row.clock = clock_of(row, actor)
    sign(row, actor)
    row.full_clean(exclude=["clock", "search_key"])
    row.save()
    return row


def fill_from(row: BodyCertificate, found: Certificate) -> None:
    """Put into a row what its file says."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    row.name, row.subject, row.issuer = found.name[:200], found.subject[:1000], found.issuer[:200]
    row.serial, row.fingerprint, row.key = found.serial[:64], found.fingerprint, found.key[:40]
    row.begins_at, row.ends_at, row.trial = found.begins_at, found.ends_at, found.trial
    row.pem = x509.load_der_x509_certificate(found.der).public_bytes(Encoding.PEM).decode()


def clock_of(row: BodyCertificate, actor: Person | None) -> Clock | None:
    """Start the clock until a certificate's last day; none for one that has ended, or ends in more than ten years."""
    now = timezone.now()
    days = (timezone.localdate(row.ends_at) - timezone.localdate(now)).days
    if not 1 <= days <= LONGEST_DAYS:
        return None
    return start_clock(rule=ENDS, limit=days, unit=Clock.Unit.DAYS, started_at=now, province=row.province, actor=actor)


@reminds(ENDS, before=DAYS_BEFORE, escalate_after=1)
def certificate_ends(clock: Clock) -> About | None:
    """Say which certificate ends: its body and the department are told."""
    row = BodyCertificate.objects.select_related("owner", "province").filter(clock=clock, retired_at=None).first()
    if row is None:
        return None
    near = {person.pk: person for person in people_of(organisation=row.owner, province=row.province)}
    near |= {person.pk: person for person in people_with(permission=CHANGE_CERTIFICATE, province=row.province)}
    return About(list(near.values()), f"chứng thư của {row.owner}: {row.name}", row.get_absolute_url())


@transaction.atomic
def retire_certificate(*, actor: Person, certificate: BodyCertificate, reason: str) -> BodyCertificate:
    """Give a certificate up: replaced, revoked by its authority, or no longer needed."""
    row = BodyCertificate.objects.select_for_update(of=("self",)).select_related("clock").get(pk=certificate.pk)
    if not actor.has_perm(CHANGE_CERTIFICATE, row):
        raise PermissionDenied
    if row.retired_at:
        raise ValidationError("Chứng thư này đã ngừng dùng.")
    row.retired_at, row.retired_reason = timezone.now(), reason.strip()
    sign(row, actor)
    row.save()
    if row.clock and row.clock.stopped_at is None:
        stop_clock(clock=row.clock, outcome="ngừng dùng", at=row.retired_at, actor=actor)
    return row


def certificate_that_signed(*, province: Place, owner: Organisation, found: Certificate) -> BodyCertificate:
    """Give the register's row of the key that signed, entered now when nobody registered it."""
    row = BodyCertificate.objects.filter(province=province, fingerprint=found.fingerprint).first()
    return row or register_certificate(
        actor=None, row=BodyCertificate(province=province, owner=owner), found=found, simulated=found.trial
    )


def bodies_with_certificate(bodies: Iterable[Organisation], province: Place, now: datetime) -> int:
    """Count the bodies that have a certificate in use for signing."""
    kinds = (BodyCertificate.Use.BODY, BodyCertificate.Use.PERSON)
    rows = BodyCertificate.objects.in_use(now).filter(province=province, use__in=kinds, owner__in=bodies)
    return rows.values("owner").distinct().count()
