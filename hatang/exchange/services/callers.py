"""Who calls: the partner whose live token a call bears. A token is ours by signature, name, time and our own table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import jwt
from allauth.idp.oidc.models import Token
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from hatang.exchange.issuer import Issuer
from hatang.exchange.models import PartnerKey
from hatang.exchange.services.refusals import CallRefused
from hatang.exchange.services.statements import Statement

LONGEST_TOKEN = 4_000
LEEWAY_S = 30
"""How far clocks may differ; a token is made and read by the same installation."""
NEEDED = ["exp", "iat", "iss", "client_id", "token_use"]
NOT_OURS = "Mã truy cập sai, đã hết hạn hoặc đã bị thu hồi; hãy lấy mã mới ở địa chỉ token."
FACTS = ("pk", "client_id", "province_id", "province__code", "organisation_id", "organisation__kind")
"""What a call needs of a key, in the order of `Caller` after its scopes."""


@dataclass(frozen=True)
class Caller:
    """The services that a partner's token names, its live key and whose that is."""

    scopes: frozenset[str]
    key_id: int
    client_id: str
    province_id: int
    province_code: str
    organisation_id: int
    organisation_kind: str

    @classmethod
    def by(cls, key: PartnerKey) -> Self:
        """Give who calls by a key without a token: all that the key may ask for is open."""
        scopes, *facts = PartnerKey.objects.values_list("client__scopes", *FACTS).get(pk=key.pk)
        return cls(frozenset(scopes.split()), *facts)


@lru_cache(maxsize=8)
def public_key(pem: str) -> Any:
    """Give the public half of a token key."""
    return load_pem_private_key(pem.encode(), None).public_key()


def unauthorised(words: str = NOT_OURS) -> CallRefused:
    """Make the refusal of a call whose caller is not known."""
    return CallRefused(401, "invalid_token", words)


def caller_with(authorization: str) -> Caller:
    """Give the partner who calls with this `Authorization` header. Raises CallRefused (401)."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise unauthorised("Thiếu mã truy cập: gửi Authorization: Bearer …")
    claims = claims_of(value.strip())
    found = of_live_token(Issuer().hash_token(value.strip())).first()
    if found is None:
        raise unauthorised()
    scopes, *facts = found
    caller = Caller(frozenset(scopes.split()), *facts)
    if caller.client_id != claims["client_id"]:
        raise unauthorised()
    return caller


def claims_of(value: str) -> dict[str, Any]:
    """Read a token that we signed: RS256 and no other algorithm, our name, our time. Raises CallRefused (401)."""
    if len(value) > LONGEST_TOKEN:
        raise unauthorised()
    for key in Issuer().list_private_keys(is_active=True):
        try:
            options: Any = {"require": NEEDED, "verify_aud": False}
            claims = jwt.decode(
                value,
                public_key(key.pem),
                algorithms=["RS256"],
                issuer=str(settings.ORIGIN).rstrip("/"),
                leeway=LEEWAY_S,
                options=options,
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            continue
        if claims["token_use"] == "access":  # noqa: S105
            return claims
    raise unauthorised()


@lru_cache(maxsize=1_000)
def of_live_token(hashed: str) -> Statement:
    """Ask for the live key and the scopes of a machine's token, not a person's, that was issued and not revoked."""
    lives = Q(expires_at=None) | Q(expires_at__gt=Now())
    of_machine = Q(type=Token.Type.ACCESS_TOKEN, user=None, hash=hashed)
    live_key = Q(client__partner_key__isnull=False, client__partner_key__revoked_at=None)
    rows = Token.objects.filter(lives, of_machine, live_key)
    return Statement.of(rows.values_list("scopes", *(f"client__partner_key__{name}" for name in FACTS)))
