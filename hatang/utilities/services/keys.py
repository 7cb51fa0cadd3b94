"""The installation's signing key and clock; and keys for trials."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from hatang.core.signatures.faults import SignatureError
from hatang.places.models import Place
from hatang.utilities.services.trusting import AUTHORITY, trial_folder, trusted_now

TRIAL_DAYS, AUTHORITY_DAYS = 730, 1095
AUTHORITY_KEY, REVOCATIONS = "thu-goc.p12", "thu-thu-hoi.crl"
STAMPER, PASSPHRASE = "thu-dau-thoi-gian.p12", "thu-mat-khau"
NO_KEY = (
    "Chưa có khóa ký cho tỉnh này. Quản trị máy chủ đặt HATANG_SIGN_KEY (hoặc HATANG_SIGN_PKCS11), hay chạy lệnh "
    "make_trial_key để có khóa thử nghiệm."
)
NO_CLOCK = "Chưa có máy chủ dấu thời gian: quản trị máy chủ đặt HATANG_TSA_URL. Không có dấu thời gian thì không ký."


@dataclass(frozen=True)
class Signing:
    """All that a signature is made with."""

    key: Any
    around: Any

    @property
    def trial(self) -> bool:
        """Whether the key is one for trials."""
        return bool(self.key.certificate.trial)


def signing_for(province: Place) -> Signing:
    """Open the key that signs for a province. Raises ValidationError in words when there is none, or no clock."""
    from hatang.core.signatures.signing import Surroundings, stamper_at

    try:
        if settings.SIGN_PKCS11:
            key = _in_token(province)
        elif settings.SIGN_KEY:
            path = Path(settings.SIGN_KEY.replace("{tinh}", province.code))
            key = _opened(path, settings.SIGN_PASSPHRASE)
        else:
            return trial_signing(province)
        trusted = trusted_now()
    except SignatureError as error:
        raise ValidationError(str(error)) from error
    if not settings.TSA_URL:
        raise ValidationError(NO_CLOCK)
    return Signing(key, Surroundings(stamper_at(settings.TSA_URL), trusted))


def _in_token(province: Place) -> Any:
    from hatang.core.signatures.tokens import open_pkcs11

    token, label = (said.replace("{tinh}", province.code) for said in (settings.SIGN_TOKEN, settings.SIGN_LABEL))
    return open_pkcs11(settings.SIGN_PKCS11, token, settings.SIGN_PIN, label)


def _opened(path: Path, passphrase: str) -> Any:
    from hatang.core.signatures.signing import open_pkcs12

    try:
        content = path.read_bytes()
    except OSError as error:
        raise SignatureError(f"Không đọc được tệp khóa ký {path.name}.", "Quản trị máy chủ kiểm tra tệp.") from error
    return open_pkcs12(content, passphrase)


def trial_signing(province: Place) -> Signing:
    """Open a province's trial key with the clock and the revocation list made beside it."""
    from hatang.core.signatures.signing import Surroundings, stamper_at, stamper_of

    folder = trial_folder()
    path = folder / f"thu-{province.code}.p12"
    if not path.exists():
        raise ValidationError(NO_KEY)
    words = (folder / PASSPHRASE).read_text().strip()
    root = (folder / AUTHORITY).read_bytes()
    clock = stamper_at(settings.TSA_URL) if settings.TSA_URL else stamper_of(_opened(folder / STAMPER, words), [root])
    around = Surroundings(clock, trusted_now(), ((folder / REVOCATIONS).read_bytes(),), bool(settings.TSA_URL))
    return Signing(_opened(path, words), around)


def make_trial_key(*, province: Place, body: str, now: datetime) -> Path:
    """Make a province's trial key, and with the first of them the authority, clock and revocation list."""
    from hatang.core.signatures.trial_keys import make_signer

    folder = trial_folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    authority, words = _trial_authority(folder, now)
    pair = make_signer(authority, body, now, days=TRIAL_DAYS)
    path = folder / f"thu-{province.code}.p12"
    _keep(path, pair.as_pkcs12(words.encode(), [authority.certificate]))
    return path


def _trial_authority(folder: Path, now: datetime) -> tuple[Any, str]:
    """Open the trial authority, or make it."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    from hatang.core.signatures.trial_keys import Pair, make_authority, make_revocations, make_stamper

    kept = folder / AUTHORITY_KEY
    if kept.exists():
        words = (folder / PASSPHRASE).read_text().strip()
        key, certificate, _ = pkcs12.load_key_and_certificates(kept.read_bytes(), words.encode())
        return Pair(key, certificate), words  # type: ignore[arg-type]
    words = secrets.token_urlsafe(24)
    authority = make_authority(now, days=AUTHORITY_DAYS)
    _keep(folder / PASSPHRASE, words.encode())
    _keep(folder / AUTHORITY, authority.as_pem())
    _keep(folder / REVOCATIONS, make_revocations(authority, now, days=AUTHORITY_DAYS))
    _keep(folder / STAMPER, make_stamper(authority, now, days=AUTHORITY_DAYS).as_pkcs12(words.encode()))
    _keep(kept, authority.as_pkcs12(words.encode()))
    return authority, words


def _keep(path: Path, content: bytes) -> None:
    """Write a file that only the system's own user reads."""
    path.touch(mode=0o600)
    path.write_bytes(content)
