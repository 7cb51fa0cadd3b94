"""Verbs of services and agreements: offered, asked for, proposed by one person, agreed by another, taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import day
from hatang.exchange.agreement_acts import ACTS, Act
from hatang.exchange.models import AGREE, CHANGE, REQUEST, VIEW, Agreement, AgreementStep, DataService
from hatang.exchange.services.keys import refresh_scopes
from hatang.exchange.services_offered import SERVICES
from hatang.places.models import LegalReference
from hatang.work.services import notify, people_of, people_with

State = Agreement.State
Offer = DataService.State


@transaction.atomic
def set_offer(*, actor: Person, service: DataService, offered: bool) -> None:
    """Offer a service that runs for real, or take it back; calls of what is taken back are refused at once."""
    if not actor.has_perm(AGREE, service):
        raise PermissionDenied
    if offered and service.code not in SERVICES:
        raise ValidationError("Dịch vụ này mới được mô tả, hệ thống chưa có phần chạy thật nên chưa cung cấp được.")
    service.state = Offer.OFFERED if offered else Offer.WITHDRAWN
    service.save()
    for agreement in service.agreements.filter(state=State.AGREED).select_related("organisation", "province"):
        refresh_scopes(agreement.organisation, agreement.province)


@transaction.atomic
def request_service(
    *,
    actor: Person,
    service: DataService,
    organisation: Organisation,
    purpose: str,
    legal: tuple[str, str, date],
    fields: Iterable[str],
    communes: Iterable[str],
    ends_on: date,
) -> Agreement:
    """Ask for a service on behalf of an organisation. `legal` is number, issuer and date of the legal basis."""
    number, issuer, signed_on = legal
    reference, _ = LegalReference.objects.get_or_create(number=number, issuer=issuer, date=signed_on)
    agreement = Agreement(
        service=service,
        organisation=organisation,
        province=service.province,
        purpose=purpose,
        legal=reference,
        fields=sorted(fields),
        communes=sorted(communes),
        ends_on=ends_on,
        rate_per_minute=service.rate_per_minute,
        quota_per_day=service.quota_per_day,
        requested_by=actor,
    )
    if not actor.has_perm(REQUEST, agreement):
        raise PermissionDenied
    if service.state != Offer.OFFERED:
        raise ValidationError("Dịch vụ này chưa được cung cấp.")
    check_scope(agreement)
    agreement.full_clean(exclude=["search_key"])
    agreement.save()
    keep_step(agreement, "de-nghi", "Đơn vị gửi đề nghị", actor)
    officers = people_with(permission=CHANGE, province=agreement.province)
    tell(officers, agreement, f"Đề nghị dùng dịch vụ dữ liệu: {agreement}")
    return agreement


def check_scope(agreement: Agreement) -> None:
    """Refuse fields that the service has not, and an end that has gone by. Raises ValidationError."""
    known = SERVICES[agreement.service.code].fields
    unknown = sorted(set(agreement.fields) - known.keys())
    if unknown or not agreement.fields:
        raise ValidationError({"fields": f"Chọn trong các trường của dịch vụ: {', '.join(known)}."})
    if agreement.ends_on < timezone.localdate():
        raise ValidationError({"ends_on": f"Ngày kết thúc {day(agreement.ends_on)} đã qua."})


@transaction.atomic
def act_on(
    *, actor: Person, agreement: Agreement, key: str, reason: str = "", changed: dict[str, Any] | None = None
) -> None:
    """Take a step of the table. A proposal may change the scope, the rate, the quota and the end.

    Raises PermissionDenied where the person may not, ValidationError where the agreement stands elsewhere.
    """
    act = ACTS[key]
    row = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if not actor.has_perm(act.permission, row):
        raise PermissionDenied
    check_step(row, act, actor, reason)
    for name, value in (changed or {}).items():
        setattr(row, name, value)
    row.state = act.ends
    if key == "de-xuat":
        row.proposed_by = actor
        check_scope(row)
    if key == "dong-y":
        check_scope(row)
        row.agreed_by, row.agreed_at = actor, timezone.now()
    row.full_clean(exclude=["search_key"])
    row.save()
    keep_step(row, key, act.done, actor, reason)
    refresh_scopes(row.organisation, row.province)
    tell_others(row, act, actor, reason)


def check_step(row: Agreement, act: Act, actor: Person, reason: str) -> None:
    """Refuse a step that does not lead from here, lacks its reason, or would let one person decide alone."""
    if row.state not in act.begins:
        raise ValidationError(f"Thỏa thuận đang ở trạng thái “{row.standing}” nên không {act.words.lower()} được.")
    if act.reason and not reason.strip():
        raise ValidationError({"reason": "Xin ghi lý do."})
    if act.ends == State.AGREED and row.proposed_by_id == actor.pk:
        raise ValidationError("Người đồng ý phải khác người đề xuất.")


def keep_step(agreement: Agreement, key: str, words: str, actor: Person, reason: str = "") -> None:
    """Write a step down."""
    AgreementStep.objects.create(agreement=agreement, act=key, words=words, reason=reason.strip()[:500], by=actor)


def tell_others(row: Agreement, act: Act, actor: Person, reason: str) -> None:
    """Tell the partner and the department what happened, but not who did it."""
    partner = people_of(organisation=row.organisation, province=row.province)
    heads = people_with(permission=AGREE if act.ends == State.PROPOSED else VIEW, province=row.province)
    to = [person for person in (*partner, *heads) if person.pk != actor.pk]
    tell(to, row, f"{act.done}: {row}", reason)


def tell(to: Iterable[Person], agreement: Agreement, subject: str, body: str = "") -> None:
    """Tell some people of an agreement."""
    notify(to=to, subject=subject, body=body, url=agreement.get_absolute_url())


def acts_open_to(person: Any, agreement: Agreement) -> list[tuple[str, Act]]:
    """Give the steps that a person may take now."""
    open_acts = []
    for key, act in ACTS.items():
        alone = act.ends == State.AGREED and agreement.proposed_by_id == person.pk
        if agreement.state in act.begins and person.has_perm(act.permission, agreement) and not alone:
            open_acts.append((key, act))
    return open_acts
