"""Keys that never leave their token or security module (PKCS#11): opened for each signature, closed after it.

A library is begun and ended around every use: nothing stays logged in, no session is left behind by a wrong PIN, a
token that was taken out and put in again is seen, and processes that fork share nothing. One at a time: libraries begun
without locks of their own may not be entered twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pkcs11 import Mechanism, TokenFlag
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import Signer

from hatang.core.signatures.certificates import Certificate, read_certificate
from hatang.core.signatures.faults import SignatureError
from hatang.core.signatures.signing import Key, as_asn1

ONE_AT_A_TIME = threading.Lock()
LONGEST_WAIT_S = 30.0
LONGEST_SIGNATURE_BYTES = 512
LOCKED = (
    "đã bị khóa vì gõ sai mã PIN nhiều lần.",
    "Mở khóa bằng công cụ của hãng thiết bị (mã PUK hoặc mã của người quản trị thiết bị).",
)
LAST_TRY = (
    "chỉ còn một lần thử mã PIN, nên hệ thống không thử nữa.",
    "Kiểm tra HATANG_SIGN_PIN, rồi mở thiết bị một lần bằng công cụ của hãng.",
)
WRONG_PIN = (
    "không nhận mã PIN.",
    "Sửa HATANG_SIGN_PIN rồi khởi động lại; sai vài lần nữa thì thiết bị tự khóa.",
)


@dataclass(frozen=True)
class TokenPlace:
    """Where a key is: the PKCS#11 library (path), the token's label, its PIN, the label of key and certificate."""

    library: str
    token: str
    pin: str = field(repr=False)
    label: str


def open_pkcs11(library: str, token: str, pin: str, label: str) -> Key:
    """Look that a token has a key and its certificate, and give the key that signs there.

    Raises SignatureError in words: no such library, token, label, or a PIN that is not taken.
    """
    place = TokenPlace(library, token, pin, label)
    with opened(place) as session:
        certificate = read_certificate(
            only_object(session, place, pkcs11.ObjectClass.CERTIFICATE)[pkcs11.Attribute.VALUE]
        )
        only_object(session, place, pkcs11.ObjectClass.PRIVATE_KEY)
    signer = TokenSigner(place, certificate)
    return Key(signer, certificate, TokenKey(signer))


@contextlib.contextmanager
def opened(place: TokenPlace) -> Iterator[Any]:
    """Open a session with a token, and end all of it afterwards."""
    named = f"Thiết bị giữ khóa “{place.token}”"
    if not ONE_AT_A_TIME.acquire(timeout=LONGEST_WAIT_S):
        raise SignatureError(f"{named} đang bận hoặc không trả lời.", "Thử lại sau; nếu vẫn vậy, rút ra cắm lại.")
    try:
        library = loaded(place.library)
        try:
            yield logged_in(library, place)
        except pkcs11.PKCS11Error as error:
            raise SignatureError(
                f"{named} báo lỗi {type(error).__name__}.", "Kiểm tra thiết bị còn cắm vào máy chủ, rồi thử lại."
            ) from error
        finally:
            with contextlib.suppress(pkcs11.PKCS11Error):
                library.finalize()
    finally:
        ONE_AT_A_TIME.release()


def loaded(path: str) -> Any:
    """Load and begin a PKCS#11 library."""
    try:
        return pkcs11.lib(path)
    except (pkcs11.PKCS11Error, OSError) as error:
        raise SignatureError(
            f"Không nạp được thư viện PKCS#11 {path}.",
            "Đặt HATANG_SIGN_PKCS11 là đường dẫn đầy đủ tới tệp thư viện (.so) của hãng thiết bị, mà máy chủ đọc được.",
        ) from error


def logged_in(library: Any, place: TokenPlace) -> Any:
    """Find the token and log in; where only one try is left before it locks itself, it is not tried."""
    token = found_token(library, place.token)
    named = f"Thiết bị giữ khóa “{place.token}”"
    for flag, words in ((TokenFlag.USER_PIN_LOCKED, LOCKED), (TokenFlag.USER_PIN_FINAL_TRY, LAST_TRY)):
        if flag in token.flags:
            raise SignatureError(f"{named} {words[0]}", words[1])
    try:
        return token.open(user_pin=place.pin)
    except pkcs11.PinLocked as error:
        raise SignatureError(f"{named} {LOCKED[0]}", LOCKED[1]) from error
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.ArgumentsBad) as error:
        raise SignatureError(f"{named} {WRONG_PIN[0]}", WRONG_PIN[1]) from error


def found_token(library: Any, label: str) -> Any:
    """Find the token of a label, or say which there are."""
    tokens = [slot.get_token() for slot in library.get_slots(token_present=True)]
    tokens = [token for token in tokens if TokenFlag.TOKEN_INITIALIZED in token.flags]
    for token in tokens:
        if token.label == label:
            return token
    seen = ", ".join(f"“{token.label}”" for token in tokens)
    raise SignatureError(
        f"Không thấy thiết bị giữ khóa mang nhãn “{label}”.",
        f"Đang thấy: {seen}. Sửa HATANG_SIGN_TOKEN." if seen else "Không có thiết bị nào: cắm thiết bị vào máy chủ.",
    )


def only_object(session: Any, place: TokenPlace, kind: Any) -> Any:
    """Give the one key or certificate of a label."""
    named = {pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.LABEL: place.label}
    found = list(session.get_objects(named))
    if len(found) == 1:
        return found[0]
    what = "khóa ký" if kind == pkcs11.ObjectClass.PRIVATE_KEY else "chứng thư"
    raise SignatureError(
        f"Thiết bị “{place.token}” có {len(found)} {what} mang nhãn “{place.label}”.",
        "Khóa và chứng thư phải mang cùng một nhãn, mỗi thứ một; sửa HATANG_SIGN_LABEL hoặc nhãn trong thiết bị.",
    )


class TokenSigner(Signer):
    """pyHanko's signer that opens the token for one signature and looks whether it holds for the certificate."""

    def __init__(self, place: TokenPlace, certificate: Certificate) -> None:
        self.place, self.certificate = place, certificate
        super().__init__(signing_cert=as_asn1(certificate.der))

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign in the token; `dry_run` only asks how long a signature may be."""
        if dry_run:
            return bytes(LONGEST_SIGNATURE_BYTES)
        with opened(self.place) as session:
            made: bytes = await PKCS11Signer(
                session,
                signing_cert=self.signing_cert,
                key_label=self.place.label,
                use_raw_mechanism=not hashes_itself(session, self.certificate),
            ).async_sign_raw(data, digest_algorithm)
        check_fits(made, data, digest_algorithm, self.certificate)
        return made


@dataclass(frozen=True)
class TokenKey:
    """A token's key with the one method by which signxml signs."""

    signer: TokenSigner

    @property
    def key_size(self) -> int:
        """The key's size in bits."""
        public: Any = x509.load_der_x509_certificate(self.signer.certificate.der).public_key()
        return int(public.key_size)

    def sign(self, data: bytes, **_how: Any) -> bytes:
        """Sign with SHA-256, RSA as PKCS #1 v1.5."""
        return asyncio.run(self.signer.async_sign_raw(data, "sha256"))


def hashes_itself(session: Any, certificate: Certificate) -> bool:
    """Tell whether the token hashes what it signs, or wants a digest."""
    wanted = Mechanism.ECDSA_SHA256 if certificate.elliptic else Mechanism.SHA256_RSA_PKCS
    return wanted in session.token.slot.get_mechanisms()


def check_fits(made: bytes, data: bytes, digest_algorithm: str, certificate: Certificate) -> None:
    """Refuse a signature that does not hold for the certificate: then key and certificate are not a pair."""
    public = x509.load_der_x509_certificate(certificate.der).public_key()
    how = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[digest_algorithm.lower()]
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(made, data, padding.PKCS1v15(), how)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(made, data, ec.ECDSA(how))
    except InvalidSignature as error:
        raise SignatureError(
            "Khóa và chứng thư mang cùng nhãn trong thiết bị không phải một cặp.", "Nạp lại chứng thư đúng của khóa."
        ) from error
