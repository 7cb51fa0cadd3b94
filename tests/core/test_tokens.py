"""Keys in a token: SoftHSM's real library, opened for each signature; what goes wrong is told in words."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pkcs11
import pytest

from hatang.core.signatures import tokens
from hatang.core.signatures.checking import Verdict, check_file
from hatang.core.signatures.faults import SignatureError
from hatang.core.signatures.signing import sign_xml
from hatang.core.signatures.tokens import open_pkcs11
from tests.core.signing_authority import authority
from tests.core.signing_keys import NOW, keys, plain_pdf
from tests.core.soft_token import LABEL, PIN, TOKEN, begin_token, put_certificate, put_key, put_on_token


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have a token with the key of the tests."""
    made = begin_token(tmp_path, monkeypatch)
    put_on_token(made, tmp_path, keys().signer)
    return made


def only(content: bytes) -> Any:
    [signature] = check_file(content, keys().trusted).signatures
    return signature


def test_a_token_signs_pdf_and_xml_and_pdfsig_agrees(library: str, tmp_path: Path) -> None:
    key = open_pkcs11(library, TOKEN, PIN, LABEL)
    assert key.certificate.name == "THỬ NGHIỆM: Sở Thử"
    assert PIN not in repr(key)
    signed = keys().signed(plain_pdf(), key=key)
    signature = only(signed)
    assert (signature.verdict, signature.trusted, signature.stamp_trusted) == (Verdict.INTACT, True, True)
    assert only(sign_xml(b"<a><b>1</b></a>", key=key, around=keys().around(), now=NOW)).trusted
    if shutil.which("pdfsig") is None:
        pytest.skip("không có pdfsig (poppler-utils)")
    (tmp_path / "a.pdf").write_bytes(signed)
    said = subprocess.run(["pdfsig", str(tmp_path / "a.pdf")], capture_output=True, text=True, timeout=60).stdout
    assert "Signature is Valid." in said


def test_a_token_with_an_elliptic_key_is_given_digests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SoftHSM 2.6 does not hash for ECDSA itself, as many tokens do not."""
    made = begin_token(tmp_path, monkeypatch)
    with authority() as issuer:
        put_on_token(made, tmp_path, issuer.issue("Sở Elip", elliptic=True))
    key = open_pkcs11(made, TOKEN, PIN, LABEL)
    assert key.certificate.key == "ECDSA secp256r1"
    for signed in (keys().signed(plain_pdf(), key=key), sign_xml(b"<a/>", key=key, around=keys().around(), now=NOW)):
        signature = only(signed)
        assert (signature.verdict, signature.trusted) == (Verdict.INTACT, True)


WRONG = {
    "wrong PIN": ({"pin": "11111111"}, "không nhận mã PIN"),
    "no PIN": ({"pin": ""}, "không nhận mã PIN"),
    "no such token": ({"token": "Sở Khác"}, f"nhãn “Sở Khác”. Đang thấy: “{TOKEN}”"),
    "no such label": ({"label": "khac"}, "có 0 chứng thư mang nhãn “khac”"),
    "no such library": ({"library": "/khong/co.so"}, "Không nạp được thư viện PKCS#11 /khong/co.so"),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_what_is_wrong_is_told(library: str, case: str) -> None:
    more, words = WRONG[case]
    said = {"library": library, "token": TOKEN, "pin": PIN, "label": LABEL}
    with pytest.raises(SignatureError) as told:
        open_pkcs11(**said | more)
    assert words in str(told.value)
    assert told.value.right
    assert open_pkcs11(**said).certificate.trial, "what failed leaves nothing behind"


def test_no_library_is_a_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.so"
    path.write_bytes(b"abc")
    with pytest.raises(SignatureError, match="Không nạp được thư viện"):
        open_pkcs11(str(path), TOKEN, PIN, LABEL)


@pytest.mark.parametrize(
    ("flag", "words"),
    [(pkcs11.TokenFlag.USER_PIN_LOCKED, "đã bị khóa"), (pkcs11.TokenFlag.USER_PIN_FINAL_TRY, "chỉ còn một lần thử")],
)
def test_a_token_near_its_lock_is_not_tried(flag: Any, words: str) -> None:
    """SoftHSM never locks; a token that says so of itself is asked for nothing."""
    from hatang.core.signatures.tokens import TokenPlace, logged_in

    class Token:
        label, flags = TOKEN, pkcs11.TokenFlag.TOKEN_INITIALIZED | flag

    class Slot:
        def get_token(self) -> Token:
            return Token()

    class Library:
        def get_slots(self, *, token_present: bool) -> list[Slot]:
            return [Slot()]

    with pytest.raises(SignatureError, match=words):
        logged_in(Library(), TokenPlace("a.so", TOKEN, PIN, LABEL))


def test_no_token_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = begin_token(tmp_path, monkeypatch)
    shutil.rmtree(tmp_path / "tokens")
    (tmp_path / "tokens").mkdir()
    with pytest.raises(SignatureError, match="cắm thiết bị vào máy chủ"):
        open_pkcs11(made, TOKEN, PIN, LABEL)


def test_a_certificate_of_another_key_signs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = begin_token(tmp_path, monkeypatch)
    put_key(tmp_path, keys().signer, LABEL)
    put_certificate(made, keys().stamper, LABEL)
    with pytest.raises(SignatureError, match="không phải một cặp"):
        sign_xml(b"<a/>", key=open_pkcs11(made, TOKEN, PIN, LABEL), around=keys().around(), now=NOW)


def test_a_token_that_was_taken_out_between_opening_and_signing_is_told(library: str, tmp_path: Path) -> None:
    key = open_pkcs11(library, TOKEN, PIN, LABEL)
    shutil.rmtree(tmp_path / "tokens")
    (tmp_path / "tokens").mkdir()
    with pytest.raises(SignatureError, match="Không thấy thiết bị"):
        keys().signed(plain_pdf(), key=key)


def test_several_people_sign_at_once(library: str) -> None:
    made: list[bytes] = []

    def sign() -> None:
        made.append(sign_xml(b"<a/>", key=open_pkcs11(library, TOKEN, PIN, LABEL), around=keys().around(), now=NOW))

    threads = [threading.Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(threads)


def test_a_token_that_hangs_keeps_nobody_waiting_for_ever(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "LONGEST_WAIT_S", 0.05)
    with tokens.ONE_AT_A_TIME, pytest.raises(SignatureError, match="đang bận hoặc không trả lời"):
        open_pkcs11(library, TOKEN, PIN, LABEL)
