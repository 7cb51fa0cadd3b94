"""The key with which answers and heads of the log are signed: private in a file, its public half in the database."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.conf import settings

from hatang.core.exchange.jws import load_key, make_key_pem, public_jwk
from hatang.core.kept_secrets import kept_secret
from hatang.exchange.models import SigningKey


def signing_key() -> EllipticCurvePrivateKey:
    """Give the key of this installation, made at its first use and read anew when its file changes."""
    path = Path(settings.EXCHANGE_KEY)
    kept_secret(path, make_key_pem)
    return key_in(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def key_in(path: Path, changed_ns: int) -> EllipticCurvePrivateKey:
    """Read the key; `changed_ns` tells one content of the file from another."""
    return load_key(path.read_bytes())


def own_jwk() -> dict[str, str]:
    """Give the public half of today's key."""
    return public_jwk(signing_key().public_key())


def publish_key() -> None:
    """Keep the public half of today's key, so that what it signed can be checked when it is long gone."""
    jwk = own_jwk()
    SigningKey.objects.get_or_create(kid=jwk["kid"], defaults={"jwk": jwk})


def public_keys() -> dict[str, Any]:
    """Give every key that ever signed, as a JWKS (RFC 7517 section 5), the newest first."""
    publish_key()
    return {"keys": list(SigningKey.objects.order_by("-since", "-pk").values_list("jwk", flat=True))}


def rotate_key() -> str:
    """Put a new key in place of the old one and give its name; the old one's public half stays published."""
    publish_key()
    path = Path(settings.EXCHANGE_KEY)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    kept_secret(new, make_key_pem)
    new.replace(path)
    publish_key()
    return own_jwk()["kid"]
