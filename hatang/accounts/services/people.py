"""Making people, giving them roles and taking roles away, never beyond what the administrator holds.

`actor` is the person who acts; None is the machine's owner at the command line, who is bound by nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import Scope
from hatang.accounts.models import Grant, Organisation, Person
from hatang.accounts.roles import Role, roles_with
from hatang.accounts.services.history import sign

ADMINISTER = "accounts.change_person"
ADMINISTERING = roles_with(ADMINISTER)


def may_manage(actor: Person, person: Person) -> bool:
    """Tell whether every role of the person lies within what the actor administers.

    Somebody with a role elsewhere is managed by an administrator of both: a one-time link is as good as a password, so
    whoever can make one for a person can act as them.
    """
    if person.is_superuser:
        return False
    today = timezone.localdate()
    held = _administered(actor)
    grants = [grant for grant in person.grants.all() if not grant.has_ended(today)]
    if grants:
        return all(_within(held, grant) for grant in grants)
    house = person.organisation
    return any(grant.province_id in (None, house.province_id if house else None) for grant in held)


def require_manage(actor: Person | None, person: Person) -> None:
    """Refuse an actor who does not administer all of the person's roles."""
    if actor and not may_manage(actor, person):
        raise PermissionDenied(
            f"Bạn không quản trị tài khoản {person.username}: người này có vai trò ngoài phạm vi của bạn."
        )


def _administered(actor: Person) -> list[Grant]:
    """Give the grants by which the actor administers people today."""
    if not actor.is_active:
        return []
    in_force = actor.grants.in_force(timezone.localdate())
    return list(in_force.filter(role__in=ADMINISTERING).select_related("province"))


def _within(held: Iterable[Grant], wanted: Grant) -> bool:
    """Tell whether one of the held grants covers the wanted one in place."""
    return any(_covers(grant, wanted) for grant in held)


def _covers(held: Grant, wanted: Grant) -> bool:
    scope = Scope(held.role, held.province_id, held.place_id, held.organisation_id)
    return scope.covers(
        province_id=wanted.province_id, place_id=wanted.place_id, organisation_id=wanted.organisation_id
    )


def _lasts_no_longer(wanted: Grant, held: Grant) -> bool:
    if held.valid_to is None:
        return True
    return wanted.valid_to is not None and wanted.valid_to <= held.valid_to


def _check_grant(actor: Person | None, grant: Grant) -> None:
    """Refuse a grant that reaches further, or lasts longer, than what the actor administers."""
    if actor is None:
        return
    if actor.pk == grant.person_id:
        raise ValidationError("Bạn không tự cấp vai trò cho mình; hãy nhờ một quản trị khác.")
    held = _administered(actor)
    if not held:
        raise PermissionDenied("Bạn không có quyền cấp vai trò.")
    covering = [own for own in held if _covers(own, grant)]
    if not covering:
        where = "; ".join(sorted({own.scope_text for own in held}))
        raise ValidationError(f"Bạn chỉ được cấp vai trò trong phạm vi mình quản trị: {where}.")
    if not any(_lasts_no_longer(grant, own) for own in covering):
        until = max(own.valid_to for own in covering if own.valid_to)
        raise ValidationError({"valid_to": f"Vai trò không được kéo dài quá vai trò của bạn ({until:%d/%m/%Y})."})


@transaction.atomic
def make_person(
    *,
    actor: Person | None,
    username: str,
    full_name: str,
    email: str = "",
    organisation: Organisation | None = None,
    grants: Iterable[Grant],
) -> Person:
    """Make an account without a password, with its first roles; its owner sets the password by a one-time link."""
    wanted = list(grants)
    if actor and not wanted:
        raise ValidationError("Tài khoản mới cần ít nhất một vai trò.")
    person = Person(username=username, full_name=full_name, email=email, organisation=organisation)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    sign(person, actor)
    person.save()
    for grant in wanted:
        _store_grant(actor, person, grant)
    return person


@transaction.atomic
def save_person(*, actor: Person, person: Person) -> None:
    """Save changed details; the account then answers to its one address only, so that an old mailbox opens nothing."""
    sign(person, actor)
    person.save()
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).delete()


def _store_grant(actor: Person | None, person: Person, grant: Grant) -> Grant:
    grant.person, grant.granted_by = person, actor
    grant.full_clean()
    _check_grant(actor, grant)
    sign(grant, actor)
    grant.save()
    return grant


@transaction.atomic
def grant_role(*, actor: Person | None, person: Person, grant: Grant) -> Grant:
    """Give the person one more role, within what the actor administers."""
    if actor and actor.pk != person.pk:
        require_manage(actor, person)
    return _store_grant(actor, person, grant)


@transaction.atomic
def revoke_grant(*, actor: Person | None, grant: Grant) -> None:
    """End a role at once: it stays on record until yesterday, and goes wholly when it began later."""
    require_manage(actor, grant.person)
    if actor and actor.pk == grant.person_id:
        raise ValidationError("Bạn không tự thu hồi vai trò của mình; hãy nhờ một quản trị khác.")
    yesterday = timezone.localdate() - timedelta(days=1)
    if grant.valid_to and grant.valid_to <= yesterday:
        raise ValidationError("Vai trò này đã hết hạn; lịch sử được giữ nguyên.")
    sign(grant, actor)
    if grant.valid_from and grant.valid_from > yesterday:
        grant.delete()
    else:
        grant.valid_to = yesterday
        grant.save()


def close_account(*, actor: Person | None, person: Person) -> None:
    """Close the account: its sessions and links end now; its history stays."""
    require_manage(actor, person)
    if actor and actor.pk == person.pk:
        raise ValidationError("Bạn không tự đóng tài khoản của mình.")
    _set_active(actor, person, active=False)


def reopen_account(*, actor: Person | None, person: Person) -> None:
    """Open a closed account again with the roles that are still in force."""
    _set_active(actor, person, active=True)


def _set_active(actor: Person | None, person: Person, *, active: bool) -> None:
    require_manage(actor, person)
    person.is_active = active
    sign(person, actor, "mở lại tài khoản" if active else "đóng tài khoản")
    person.save(update_fields=["is_active"])


def one_time_link(*, actor: Person | None, person: Person) -> str:
    """Give the path where the person sets a password: good once, for three days at most, for handing over in person."""
    require_manage(actor, person)
    if not person.is_active:
        raise ValidationError("Tài khoản đang đóng; hãy mở lại trước khi tạo liên kết.")
    key = default_token_generator.make_token(person)
    _note(actor, person, "tạo liên kết đặt mật khẩu một lần")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})


@transaction.atomic
def remove_second_factor(*, actor: Person | None, person: Person) -> None:
    """Remove the codes and keys of somebody who lost them, so that they can sign in and set up new ones."""
    require_manage(actor, person)
    Authenticator.objects.filter(user=person).delete()
    _note(actor, person, "gỡ xác thực hai bước")


def _note(actor: Person | None, person: Person, reason: str) -> None:
    """Write an act that changes no field into the person's history."""
    sign(person, actor, reason)
    person.save(update_fields=["username"])


@transaction.atomic
def make_first_administrator(*, username: str = "quantri") -> str:
    """Make (or find) the administrator of the whole installation and give their one-time link."""
    person = Person.objects.filter(username=username).first()
    if person is None:
        person = make_person(actor=None, username=username, full_name="Quản trị hệ thống", grants=[])
    if not person.grants.in_force(timezone.localdate()).filter(role=Role.ADMINISTRATOR, province=None).exists():
        grant_role(actor=None, person=person, grant=Grant(role=Role.ADMINISTRATOR))
    if not person.is_active:
        reopen_account(actor=None, person=person)
    return one_time_link(actor=None, person=person)
