"""Notices: told to people on their page, and by mail where an address and a mail server are known."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from itertools import takewhile
from smtplib import SMTPDataError, SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from hatang.accounts.models import Grant, GrantQuerySet, Organisation, Person
from hatang.accounts.roles import roles_with
from hatang.places.models import Place
from hatang.work.models import Job, Notice

log = logging.getLogger("hatang.work")

MAIL_KEPT = timedelta(days=3)
"""How long a mail that could not go out is tried again; what is older would no longer be news."""
OF_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError, SMTPNotSupportedError, ValueError)
"""Failures that tell of an address or a content, not of the server."""


class Mail(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    SENT_BEFORE = "sent before"
    REFUSED = "refused"
    NO_SERVER = "no server"


@transaction.atomic
def notify(*, to: Iterable[Person], subject: str, body: str = "", url: str = "") -> list[Notice]:
    """Tell some people something, each once, and send it to them by mail in the background.

    `url` is the page to look at, as a path of this installation; ValueError when it leads elsewhere.
    """
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError(f"not a path of this installation: {url}")
    people = {person.pk: person for person in to if person.is_active}
    line = " ".join(subject.split())[:200]
    notices = [Notice(to=person, subject=line, body=body, url=url) for person in people.values()]
    for notice in notices:
        notice.fill_keys()
    made = Notice.objects.bulk_create(notices)
    for notice in made:
        queue_mail(notice)
    return made


def people_of(*, organisation: Organisation, province: Place) -> list[Person]:
    """Give the people who act for an organisation in a province: by a role for it, or by belonging to it."""
    theirs = Q(organisation=organisation) | Q(person__organisation=organisation)
    return holders(Grant.objects.filter(theirs), province)


def people_with(*, permission: str, province: Place) -> list[Person]:
    """Give the people who hold a permission in the whole of a province, by a role in that province alone."""
    here = Grant.objects.filter(province=province, place=None, organisation=None)
    return holders(here.filter(role__in=roles_with(permission)), province)


def holders(grants: GrantQuerySet, province: Place) -> list[Person]:
    """Give the people whose accounts are open and whose roles hold today in a province."""
    here = grants.in_force(timezone.localdate()).filter(Q(province=province) | Q(province=None))
    return list(Person.objects.filter(is_active=True, pk__in=here.values("person")).order_by("pk"))


def queue_mail(notice: Notice) -> None:
    """Put a notice's mail into the queue, if there is a way to send it."""
    if mail_goes_out() and notice.to.email:
        mail_notice.enqueue(notice.pk)


def mail_goes_out() -> bool:
    """Tell whether this installation has a mail server."""
    return "dummy" not in settings.EMAIL_BACKEND


@task(queue_name=Job.Lane.ASIDE)
def mail_notice(notice_id: int) -> str:
    """Send one notice by mail, unless that was done; what failed is left for the next round. Give what became of it.

    A mail is marked as sent before it goes: two workers never send one twice. One that is killed in between has sent
    it or not; its notice waits on the page in either case.
    """
    unsent = Notice.objects.filter(pk=notice_id, mailed_at=None)
    if not unsent.update(mailed_at=timezone.now()):
        return Mail.SENT_BEFORE
    notice = Notice.objects.select_related("to").get(pk=notice_id)
    try:
        EmailMessage(notice.subject, mail_text(notice), to=[notice.to.email]).send()
    except (SMTPException, OSError, ValueError) as error:
        log.exception("mail could not be sent", extra={"notice": notice_id})
        Notice.objects.filter(pk=notice_id).update(mailed_at=None)
        return Mail.REFUSED if isinstance(error, OF_ONE_MAIL) else Mail.NO_SERVER
    return Mail.SENT


def mail_text(notice: Notice) -> str:
    """Write a mail's text: what, and where to look."""
    address = f"{settings.ORIGIN}{notice.url or notice.get_absolute_url()}"
    return "\n\n".join(part for part in (notice.body, f"Xem: {address}", "Thư tự động của Hatang.") if part)


def mail_waiting() -> int:
    """Try again the mails of the last days that did not go out, until the server fails again; give how many went.

    An address that the server refuses holds up nobody else.
    """
    if not mail_goes_out():
        return 0
    waiting = Notice.objects.filter(mailed_at=None, read_at=None, made_at__gt=timezone.now() - MAIL_KEPT)
    waiting = waiting.exclude(to__email="").filter(to__is_active=True)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    answered = takewhile(lambda became: became != Mail.NO_SERVER, map(mail_notice.call, keys))
    return sum(became == Mail.SENT for became in answered)


def mark_read(*, actor: Person, notice: Notice | None = None) -> int:
    """Mark one of a person's notices as read, or all of them; give how many were not."""
    unread = Notice.objects.visible_to(actor).unread()
    return (unread.filter(pk=notice.pk) if notice else unread).update(read_at=timezone.now())
