"""Beacons: their beats heard, their silence turned into an outage that an officer looks at."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.quality.models import Beacon, Outage, OutagePlace, digest
from hatang.quality.models.outages import CHANGE
from hatang.work.services import each_round


def keep_beacon(*, actor: Person, beacon: Beacon) -> str:
    """Keep a new beacon, or give one a new key; give the key, which is shown this once."""
    if not actor.has_perm(CHANGE, beacon.province):
        raise PermissionDenied
    key = beacon.new_key()
    sign(beacon, actor, "khóa mới")
    beacon.save()
    return key


def beacon_with(key: str) -> Beacon | None:
    """Give the beacon at work that has this key."""
    rows = Beacon.objects.filter(is_active=True, key_digest=digest(key))
    return rows.select_related("province", "commune", "operator").first()


@transaction.atomic
def hear(beacon: Beacon, *, at: datetime) -> Outage | None:
    """Keep that a beacon spoke; a silence that was too long is an outage that now ended. Give that outage."""
    locked = Beacon.objects.select_for_update().get(pk=beacon.pk)
    open_one = locked.outages.filter(ended_at__isnull=True).first()
    if open_one is None and locked.is_silent(at):
        open_one = silence_of(beacon, since=locked.heard_at or at)
    if open_one is not None:
        open_one.ended_at = max(at, open_one.began_at)
        open_one.save()
    Beacon.objects.filter(pk=beacon.pk).update(heard_at=at)
    return open_one


def silence_of(beacon: Beacon, *, since: datetime) -> Outage:
    """Open the outage that a beacon's silence may be; it counts only once an officer confirms it."""
    outage = Outage.objects.create(
        province=beacon.province,
        operator=beacon.operator,
        reference=f"máy đo {beacon.pk}, {timezone.localtime(since):%d/%m/%Y %H:%M:%S}",
        service=beacon.service,
        began_at=since,
        standing=Outage.Standing.TO_CONFIRM,
        beacon=beacon,
        remarks=f"{beacon.name} không báo về.",
        simulated=beacon.simulated,
    )
    OutagePlace.objects.create(outage=outage, commune=beacon.commune)
    return outage


@each_round
def look_for_silence() -> int:
    """Open an outage for each beacon that has been silent too long; give how many.

    When none of a province's beacons was heard lately it is this server that nobody reached: nothing is opened.
    """
    now, opened = timezone.now(), 0
    silent = Beacon.objects.all().silent(now)
    for beacon in silent:
        others = Beacon.objects.filter(is_active=True).exclude(pk__in=[one.pk for one in silent])
        if others.filter(heard_at__gt=beacon.heard_at).exists() and not beacon.outages.filter(ended_at=None).exists():
            opened += opened_for(beacon)
    return opened


def opened_for(beacon: Beacon) -> int:
    """Open one outage, unless another worker just did."""
    try:
        with transaction.atomic():
            silence_of(beacon, since=beacon.heard_at or timezone.now())
        return 1
    except IntegrityError:
        return 0
