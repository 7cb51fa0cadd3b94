"""Who calls: the partner whose live token a call bears. A token is ours by signature, name, time and our own table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt
from allauth.idp.oidc.models import Token
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from hatang.exchange.issuer import Issuer
from hatang.exchange.models import PartnerKey
from hatang.exchange.services.refusals import CallRefused

LONGEST_TOKEN = 4_000
LEEWAY_S = 30
"""How far clocks may differ; a token is made and read by the same installation."""
NEEDED = ["exp", "iat", "iss", "client_id", "token_use"]
NOT_OURS = "Mã truy cập sai, đã hết hạn hoặc đã bị thu hồi; hãy lấy mã mới ở địa chỉ token."


@dataclass(frozen=True)
class Caller:
    """A partner's key, and the services that its token names."""

    key: PartnerKey
    scopes: frozenset[str]


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
    token = live_token(value.strip())
    if token is None or token.client_id != claims["client_id"] or token.client is None:
        raise unauthorised()
    key = getattr(token.client, "partner_key", None)
    if key is None or key.revoked_at is not None:
        raise unauthorised()
    return Caller(key, frozenset(token.get_scopes()))


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


def live_token(value: str) -> Token | None:
    """Find a token of a machine, not of a person, that was issued and not revoked."""
    rows = Token.objects.valid().by_value(value).filter(type=Token.Type.ACCESS_TOKEN, user=None)
    return rows.select_related("client__partner_key__organisation", "client__partner_key__province").first()
