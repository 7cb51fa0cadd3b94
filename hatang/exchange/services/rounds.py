"""What the worker's hourly round does here: send what waits, forget what was kept long enough, place records."""

from __future__ import annotations

from allauth.idp.oidc.models import Token
from django.utils import timezone

from hatang.exchange.services.answering import forget_kept_answers
from hatang.exchange.services.log import grow_log
from hatang.exchange.services.outgoing import send_due
from hatang.work.services import each_round


@each_round
def send_outgoing() -> None:
    """Send outgoing calls whose turn has come."""
    send_due(timezone.now())


@each_round
def keep_log() -> None:
    """Place waiting records; throw away tokens that have ended and answers that were kept for repeated calls."""
    grow_log()
    forget_kept_answers()
    Token.objects.expired().delete()
