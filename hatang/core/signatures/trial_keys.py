"""Keys for trials: an authority of our own, a body's signing key and a time-stamping key, each marked in its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hatang.core.signatures.certificates import TRIAL_MARK

KEY_BITS = 3072
LONGEST_NAME_BYTES = 64
USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
AUTHORITY = f"{TRIAL_MARK}: không có giá trị pháp lý"
STAMPER = f"{TRIAL_MARK}: dấu thời gian"


@dataclass(frozen=True)
class Pair:
    """A private key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    def as_pkcs12(self, passphrase: bytes, chain: Sequence[x509.Certificate] = ()) -> bytes:
        """Give both as a PKCS#12 file (RFC 7292) under a passphrase."""
        encryption = BestAvailableEncryption(passphrase)
        return pkcs12.serialize_key_and_certificates(None, self.key, self.certificate, list(chain), encryption)

    def as_pem(self) -> bytes:
        """Give the certificate alone."""
        return self.certificate.public_bytes(Encoding.PEM)


def make_authority(at: datetime, *, days: int, name: str = AUTHORITY) -> Pair:
    """Make a self-signed authority that holds from the day before `at` (UTC) for so many days."""
    key = new_key()
    usage = usage_of(key_cert_sign=True, crl_sign=True)
    names = named(name)
    builder = begun(names, names, key, at, days).add_extension(x509.BasicConstraints(True, 0), critical=True)
    return Pair(key, builder.add_extension(usage, critical=True).sign(key, hashes.SHA256()))


def make_signer(authority: Pair, name: str, at: datetime, *, days: int) -> Pair:
    """Make a body's signing key."""
    usage = usage_of(digital_signature=True, content_commitment=True)
    return issued(authority, f"{TRIAL_MARK}: {name}", at, days, usage, None)


def make_stamper(authority: Pair, at: datetime, *, days: int) -> Pair:
    """Make a key that stamps times (RFC 3161, 2.3: for nothing else, and critical)."""
    extended = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return issued(authority, STAMPER, at, days, usage_of(digital_signature=True), extended)


def make_revocations(
    authority: Pair, at: datetime, *, days: int, revoked: Sequence[tuple[int, datetime]] = ()
) -> bytes:
    """Make the authority's revocation list (PEM, RFC 5280 part 5): serial numbers, and since when."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(at).next_update(at + timedelta(days=days))
    builder = builder.add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = builder.add_extension(key_id, critical=False)
    for serial, since in revoked:
        row = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
        builder = builder.add_revoked_certificate(row)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def issued(
    authority: Pair, name: str, at: datetime, days: int, usage: x509.KeyUsage, extended: x509.ExtendedKeyUsage | None
) -> Pair:
    """Have the authority issue a certificate for a new key."""
    key = new_key()
    builder = begun(named(name), authority.certificate.subject, key, at, days)
    builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = builder.add_extension(key_id, critical=False)
    if extended is not None:
        builder = builder.add_extension(extended, critical=True)
    return Pair(key, builder.sign(authority.key, hashes.SHA256()))


def begun(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    """Begin a certificate with what all of them say."""
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(at - timedelta(days=1)).not_valid_after(at + timedelta(days=days))
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def named(name: str) -> x509.Name:
    """Give a name of Viet Nam, cut to what a certificate's name may hold (RFC 5280, appendix A)."""
    short = name.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore").strip()
    words = {NameOID.COUNTRY_NAME: "VN", NameOID.ORGANIZATION_NAME: short, NameOID.COMMON_NAME: short}
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in words.items()])


def usage_of(**granted: bool) -> x509.KeyUsage:
    """Give a key usage with what is granted and nothing else."""
    return x509.KeyUsage(**{name: granted.get(name, False) for name in USAGES})
