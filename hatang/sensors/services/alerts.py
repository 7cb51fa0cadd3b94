"""What people do with alerts: take one on, close one with a note."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.sensors.models import CHANGE, Alert, AlertState


@transaction.atomic
def take_on(*, actor: Person, alert: Alert) -> Alert:
    """Say that somebody sees to an alert: nobody higher up need be told any more."""
    row = open_alert(actor, alert)
    if row.state == AlertState.OPEN:
        row.state, row.seen_by, row.seen_at = AlertState.SEEN, actor, timezone.now()
        sign(row, actor)
        row.save()
    return row


@transaction.atomic
def close_alert(*, actor: Person, alert: Alert, note: str) -> Alert:
    """Close an alert with a note; it is not raised again until the value was back in between."""
    row = open_alert(actor, alert)
    row.state, row.closed_by, row.note = AlertState.CLOSED, actor, note
    row.closed_at = max(timezone.now(), row.raised_at)
    sign(row, actor, note[:100])
    row.save()
    return row


def open_alert(actor: Person, alert: Alert) -> Alert:
    """Give the alert, locked, if the person may act on it and it is still open."""
    if not actor.has_perm(CHANGE, alert):
        raise PermissionDenied
    row = Alert.objects.select_for_update(of=("self",)).select_related("stream__thing").get(pk=alert.pk)
    if row.closed_at is not None:
        raise ValidationError("Cảnh báo này đã hết; không còn gì để làm.")
    return row
