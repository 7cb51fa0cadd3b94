"""Signatures over the bytes of an answer, sent beside it: JSON Web Signature (RFC 7515), detached.

The bytes are signed as they are, unencoded (RFC 7797). The algorithm is ES256 (ECDSA on P-256 with SHA-256, RFC 7518
section 3.4) and no other; keys are named by the SHA-256
thumbprint of RFC 7638.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

ALGORITHM = "ES256"
LONGEST_SIGNATURE = 4_000
"""Characters of a signature that is looked at; ours have about 600."""
COORDINATE_BYTES = 32


class SignatureError(ValueError):
    """A signature that does not hold: what is wrong, and what would be right."""


def make_key_pem() -> bytes:
    """Make a private key on P-256; PKCS#8 PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """Read a private key on P-256. Raises ValueError for any other."""
    key = load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("Khóa ký phải là khóa P-256.")
    return key


def public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Give the public key as a JWK (RFC 7517) with its thumbprint as `kid`."""
    numbers = key.public_numbers()
    jwk = {"crv": "P-256", "kty": "EC", "x": coordinate(numbers.x), "y": coordinate(numbers.y)}
    return jwk | {"kid": thumbprint(jwk), "alg": ALGORITHM, "use": "sig"}


def coordinate(number: int) -> str:
    """Write a coordinate in base64url; RFC 7518 section 6.2.1.2."""
    return unpadded(number.to_bytes(COORDINATE_BYTES, "big"))


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Give a key's SHA-256 thumbprint over its required members in order; RFC 7638 section 3.

    The key of RFC 7517 A.1:

    >>> thumbprint({"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    ... "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "use": "enc", "kid": "1"})
    'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s'
    """
    required = {name: jwk[name] for name in sorted(jwk) if name in {"crv", "e", "kty", "n", "x", "y"}}
    return unpadded(hashlib.sha256(json.dumps(required, separators=(",", ":")).encode()).digest())


def unpadded(content: bytes) -> str:
    """Write bytes in base64url without padding; RFC 7515 section 2."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def sign_detached(body: bytes, key: ec.EllipticCurvePrivateKey, header: Mapping[str, Any]) -> str:
    """Sign bytes and give the signature without them: `header..signature`, with b64 false and critical; RFC 7797.

    `header` is protected too, beside the key's name and the algorithm.
    """
    named = {"kid": public_jwk(key.public_key())["kid"]} | dict(header) | {"b64": False, "crit": ["b64"]}
    return jwt.api_jws.encode(body, key, algorithm=ALGORITHM, headers=named, is_payload_detached=True)


def open_detached(signature: str, body: bytes, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Check a detached signature with a set of public keys (JWKS) and give its protected header.

    Raises SignatureError for a key that is not in the set, another algorithm, or bytes that were not signed.
    """
    if len(signature) > LONGEST_SIGNATURE:
        raise SignatureError(f"Chữ ký dài quá {LONGEST_SIGNATURE} ký tự.")
    key = key_named(signature, keys)
    try:
        opened = jwt.api_jws.decode_complete(signature, key, algorithms=[ALGORITHM], detached_payload=body)
    except jwt.InvalidTokenError as error:
        raise SignatureError("Chữ ký không khớp với nội dung: nội dung hoặc chữ ký đã bị sửa.") from error
    header: dict[str, Any] = opened["header"]
    if header.get("b64") is not False or header.get("crit") != ["b64"]:
        raise SignatureError("Chữ ký phải là dạng tách rời, b64 = false (RFC 7797).")
    return header


def sign_compact(payload: Mapping[str, Any], key: ec.EllipticCurvePrivateKey) -> str:
    """Sign a few facts as one compact JWS; RFC 7515 section 7.1."""
    named = {"kid": public_jwk(key.public_key())["kid"]}
    content = json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()
    return jwt.api_jws.encode(content, key, algorithm=ALGORITHM, headers=named)


def open_compact(signed: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Check a compact JWS with a set of public keys and give its facts. Raises SignatureError."""
    if len(signed) > LONGEST_SIGNATURE:
        raise SignatureError(f"Chữ ký dài quá {LONGEST_SIGNATURE} ký tự.")
    try:
        content = jwt.api_jws.decode(signed, key_named(signed, keys), algorithms=[ALGORITHM])
        facts = json.loads(content)
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise SignatureError("Chữ ký không khớp với nội dung đã ký.") from error
    if not isinstance(facts, dict):
        raise SignatureError("Nội dung đã ký phải là một đối tượng JSON.")
    return facts


def key_named(signature: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    """Find the key that a signature names in a set. Raises SignatureError where it names none of them."""
    try:
        named = jwt.get_unverified_header(signature).get("kid")
        listed = [jwk for jwk in keys["keys"] if jwk.get("kid") == named and named]
        return jwt.PyJWK(listed[0], algorithm=ALGORITHM)
    except (jwt.PyJWTError, LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise SignatureError("Chữ ký ghi tên một khóa không có trong bộ khóa công khai.") from error
