"""Verbs of partners' keys: made by the department, the secret shown once, rotated, revoked; scopes from agreements."""

from __future__ import annotations

import secrets

from allauth.idp.oidc.models import Client, Token
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.exchange.models import CHANGE, Agreement, PartnerKey
from hatang.places.models import Place

SECRET_BYTES = 32
OF_PEOPLE = ("openid", "profile", "email")


def new_secret() -> str:
    """Make a secret of 256 bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


@transaction.atomic
def make_key(*, actor: Person, key: PartnerKey, signs_in_at: str = "") -> str:
    """Make a partner's client and give its secret, which nobody can read again.

    `signs_in_at` is the address of the partner's program to which people who signed in here go back; empty where the
    partner's machines call only.
    """
    if not actor.has_perm(CHANGE, key):
        raise PermissionDenied
    secret = new_secret()
    client = Client(name=key.name[:100], type=Client.Type.CONFIDENTIAL, owner=None, skip_consent=False)
    client.set_secret(secret)
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS, *sign_in_grants(signs_in_at)])
    client.set_response_types(["code"] if signs_in_at else [])
    client.set_redirect_uris([signs_in_at] if signs_in_at else [])
    client.set_scopes([])
    client.save()
    key.client, key.made_by = client, actor
    key.save()
    refresh_scopes(key.organisation, key.province)
    return secret


def sign_in_grants(signs_in_at: str) -> list[str]:
    """Give the grants that a program needs in which people sign in."""
    return [Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN] if signs_in_at else []


@transaction.atomic
def rotate_secret(*, actor: Person, key: PartnerKey) -> str:
    """Give a key a new secret; the old one and every token got with it open nothing any more."""
    row = held(actor, key)
    secret = new_secret()
    row.client.set_secret(secret)
    row.client.save()
    Token.objects.filter(client=row.client).delete()
    row.rotated_at = timezone.now()
    row.save()
    return secret


@transaction.atomic
def revoke_key(*, actor: Person, key: PartnerKey) -> None:
    """Revoke a key for good: no new token, and those that were given open nothing."""
    row = held(actor, key)
    row.client.set_secret(new_secret())
    row.client.set_grant_types([])
    row.client.set_scopes([])
    row.client.set_default_scopes([])
    row.client.set_redirect_uris([])
    row.client.save()
    Token.objects.filter(client=row.client).delete()
    row.revoked_at = timezone.now()
    row.save()


def held(actor: Person, key: PartnerKey) -> PartnerKey:
    """Take a live key that the person may change, so that nobody else changes it meanwhile."""
    row = PartnerKey.objects.select_for_update(of=("self",)).select_related("client").get(pk=key.pk)
    if not actor.has_perm(CHANGE, row):
        raise PermissionDenied
    if row.revoked_at is not None:
        raise ValidationError("Khóa này đã bị thu hồi.")
    return row


def refresh_scopes(organisation: Organisation, province: Place) -> None:
    """Let an organisation's keys ask for the services agreed, and for no others."""
    rows = Agreement.objects.in_force(timezone.localdate()).filter(organisation=organisation, province=province)
    agreed = sorted(rows.values_list("service__code", flat=True))
    keys = PartnerKey.objects.live().filter(organisation=organisation, province=province)
    for client in Client.objects.filter(partner_key__in=keys):
        people = OF_PEOPLE if client.get_redirect_uris() else ()
        client.set_scopes([*agreed, *people])
        client.set_default_scopes(agreed)
        client.save(update_fields=["scopes", "default_scopes"])
