"""Certificates (X.509, RFC 5280): what officers need to know of one, read from PEM or DER."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hatang.core.signatures.faults import SignatureError

MOST_BYTES = 100_000
PEM_BEGINS = b"-----BEGIN CERTIFICATE-----"
PRIVATE = b"PRIVATE KEY-----"
ELLIPTIC = "ECDSA"
RIGHT = "Chọn tệp .cer, .crt hoặc .pem chứa một chứng thư (không phải khóa)."
TRIAL_MARK = "THỬ NGHIỆM"
"""What stands in the names of certificates that we make for trials."""


@dataclass(frozen=True)
class Certificate:
    """What a certificate says: whose, of whom, from when to when (UTC), and its bytes (DER)."""

    subject: str
    name: str
    serial: str
    issuer: str
    begins_at: datetime
    ends_at: datetime
    fingerprint: str
    key: str
    signs: bool
    trial: bool
    der: bytes

    @property
    def elliptic(self) -> bool:
        """Whether its key is one of an elliptic curve."""
        return self.key.startswith(ELLIPTIC)


def read_certificate(content: bytes) -> Certificate:
    """Read one certificate from PEM or DER. Raises SignatureError in words for anything else.

    >>> read_certificate(b"abc")
    Traceback (most recent call last):
    hatang.core.signatures.faults.SignatureError: Tệp không phải chứng thư. Chọn tệp .cer, .crt hoặc .pem chứa một \
chứng thư (không phải khóa).
    """
    if len(content) > MOST_BYTES:
        raise SignatureError("Tệp quá lớn so với một chứng thư.", RIGHT)
    if PRIVATE in content:
        raise SignatureError("Tệp chứa khóa bí mật: không gửi khóa cho ai, kể cả hệ thống này.", RIGHT)
    if content.count(PEM_BEGINS) > 1:
        raise SignatureError("Tệp chứa nhiều chứng thư.", "Tách ra, mỗi tệp một chứng thư.")
    try:
        load = x509.load_pem_x509_certificate if PEM_BEGINS in content else x509.load_der_x509_certificate
        with warnings.catch_warnings():  # authorities write longer names than the standard allows
            warnings.simplefilter("ignore")
            return facts_of(load(content))
    except SignatureError:
        raise
    except Exception as error:  # the parser raises many kinds for foreign bytes
        raise SignatureError("Tệp không phải chứng thư.", RIGHT) from error


def facts_of(certificate: x509.Certificate) -> Certificate:
    """Give what a parsed certificate says."""
    return Certificate(
        subject=certificate.subject.rfc4514_string(),
        name=name_of(certificate.subject),
        serial=f"{certificate.serial_number:X}",
        issuer=name_of(certificate.issuer),
        begins_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        key=key_words(certificate),
        signs=may_sign(certificate),
        trial=TRIAL_MARK in name_of(certificate.issuer),
        der=certificate.public_bytes(serialization.Encoding.DER),
    )


def name_of(name: x509.Name) -> str:
    """Give the common name of a subject or issuer, else its organisation, else all of it."""
    for oid in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        found = name.get_attributes_for_oid(oid)
        if found:
            return str(found[0].value)
    return name.rfc4514_string()


def key_words(certificate: x509.Certificate) -> str:
    """Say which kind of key it has, and of how many bits."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size} bit"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"{ELLIPTIC} {key.curve.name}"
    return type(key).__name__.strip("_").removesuffix("PublicKey")


def may_sign(certificate: x509.Certificate) -> bool:
    """Tell whether its key may sign documents: it says so, or says nothing of use (RFC 5280, 4.2.1.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool(usage.digital_signature or usage.content_commitment)
