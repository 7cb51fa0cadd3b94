"""Signatures: made, looked at by pdfsig, tampered with in every way of the table, and told in words."""

from __future__ import annotations

import base64
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import segno
from pyhanko_certvalidator import ValidationContext

from hatang.core.signatures.certificates import read_certificate
from hatang.core.signatures.checking import Verdict, check_file
from hatang.core.signatures.faults import SignatureError
from hatang.core.signatures.signing import (
    open_pkcs12,
    sign_xml,
    signature_digest,
    stamper_at,
    xml_signature_digest,
)
from hatang.core.signatures.stamp import HEIGHT_MM, QUIET_MODULES, Stamp, stamp_box, stamp_pdf
from hatang.core.signatures.trial_keys import STAMPER
from tests.core.signing_authority import Authority
from tests.core.signing_keys import FONTS, NOW, keys, plain_pdf, signed_pdf, updated

SILENT = stamper_at("http://127.0.0.1:9/", seconds=2)
XML = '<bang xmlns="urn:vi-du"><xa>Đồng Đăng</xa><so>98.5</so></bang>'.encode()


def told(content: bytes) -> Any:
    return check_file(content, keys().trusted)


def only(content: bytes) -> Any:
    [signature] = told(content).signatures
    return signature


def test_a_signed_pdf_is_intact_trusted_stamped_and_good_for_long() -> None:
    signature = only(signed_pdf())
    assert (signature.verdict, signature.trusted, signature.stamp_trusted) == (Verdict.INTACT, True, True)
    assert (signature.long_term, signature.trial, signature.signer) == (True, True, "THỬ NGHIỆM: Sở Thử")
    assert signature.certificate_words == "có hiệu lực lúc ký"
    assert signature.digest == signature_digest(signed_pdf())
    assert signed_pdf().startswith(plain_pdf())


def test_pdfsig_says_the_same(tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("không có pdfsig (poppler-utils)")
    path = tmp_path / "a.pdf"
    path.write_bytes(signed_pdf())
    good = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, timeout=60).stdout
    assert "Signature is Valid." in good
    assert "Total document signed" in good
    assert "ETSI.CAdES.detached" in good
    at = signed_pdf().index(b"stream") + 40
    path.write_bytes(signed_pdf()[:at] + bytes([signed_pdf()[at] ^ 1]) + signed_pdf()[at + 1 :])
    bad = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, timeout=60).stdout
    assert "Signature is Valid." not in bad
    assert only(path.read_bytes()).verdict == Verdict.CHANGED


def test_two_people_may_sign_one_after_the_other() -> None:
    twice = keys().signed(signed_pdf())
    first, second = told(twice).signatures
    assert {first.verdict, second.verdict} == {Verdict.ADDED, Verdict.INTACT}
    assert first.trusted
    assert second.trusted


def test_the_stamp_is_drawn_on_the_page_and_its_code_is_the_address() -> None:
    address = "https://hatang.vd.vn/xac-minh/ABCD-EFGH-JKMN"
    stamp = stamp_pdf(
        Stamp("Sở Khoa học và Công nghệ Lạng Sơn", "27/11/2026 17:05:10 (+07:00)", "ABCD-EFGH-JKMN", address, True),
        font="Tinos",
        font_folders=[FONTS],
    )
    words = pypdfium2.PdfDocument(stamp)[0].get_textpage().get_text_range()
    for part in ("Ký số: Sở Khoa học và Công nghệ Lạng Sơn", address, "THỬ NGHIỆM"):
        assert part in words.replace("\r\n", "\n")
    content = keys().signed(plain_pdf(), stamp=stamp)
    assert only(content).verdict == Verdict.INTACT
    drawn, bare = (first_page(content), first_page(signed_pdf()))
    assert drawn.shape == bare.shape
    assert (drawn[-250:] != bare[-250:]).any()
    code = segno.make_qr(address, error="m")
    assert printed_modules(drawn, len(code.matrix)) == [[bool(dark) for dark in row] for row in code.matrix]
    assert HEIGHT_MM / (len(code.matrix) + 2 * QUIET_MODULES) > 0.4, "a phone reads modules from a third of a mm on"


def printed_modules(page: Any, count: int) -> list[list[bool]]:
    """Read the QR code's modules off the picture of a page in the middle of each."""
    points = page.shape[0] / 841.89
    left, bottom, _, top = stamp_box(595.28, 841.89)
    step = (top - bottom) * points / (count + 2 * QUIET_MODULES)
    x0, y0 = left * points + step * (QUIET_MODULES + 0.5), (841.89 - top) * points + step * (QUIET_MODULES + 0.5)
    return [
        [page[round(y0 + row * step), round(x0 + at * step)].mean() < 128 for at in range(count)]
        for row in range(count)
    ]


def first_page(content: bytes) -> Any:
    """Draw the first page as a viewer does, signatures' looks and all."""
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    return document[0].render(scale=4).to_numpy()


def add_script(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    action = {
        generic.pdf_name("/S"): generic.pdf_name("/JavaScript"),
        generic.pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
    }
    writer.root["/OpenAction"] = generic.DictionaryObject(action)
    writer.update_root()


def paint_over(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 600 900 re f"))
    writer.update_container(page)


def drop_page(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject(list(pages["/Kids"])[:1])
    pages["/Count"] = generic.NumberObject(1)
    writer.update_container(pages)


def flip(content: bytes) -> bytes:
    at = content.index(b"stream") + 40
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


CHANGED = {
    "a byte": (lambda: flip(signed_pdf()), "khác nội dung"),
    "another page painted over (shadow)": (lambda: updated(signed_pdf(), paint_over), "Trang 1: nội dung khác"),
    "a page taken out": (lambda: updated(signed_pdf(), drop_page), "Số trang từ 2 thành 1"),
    "a script put in": (lambda: updated(signed_pdf(), add_script), "ngoài những gì chữ ký cho phép"),
}


@pytest.mark.parametrize("case", sorted(CHANGED))
def test_what_was_changed_after_signing_is_told(case: str) -> None:
    make, words = CHANGED[case]
    found = told(make())
    assert [s.verdict for s in found.signatures] == [Verdict.CHANGED]
    assert not found.signatures[0].sound
    assert words in " ".join(found.signatures[0].changes)
    assert ("mã lệnh JavaScript" in found.active) == ("script" in case)


BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1) if n > 1 else b"&a;") * 10) for n in range(1, 10))
    + b"]><a>&a9;</a>"
)
OUTER = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
REFUSED = {
    "XML bomb": (lambda: BOMB, "DOCTYPE"),
    "XML bomb in UTF-16": (lambda: BOMB.decode().encode("utf-16"), "DOCTYPE"),
    "outer entity": (lambda: OUTER, "DOCTYPE"),
    "cut XML": (lambda: XML[:-9], "cắt ngắn"),
    "deep XML": (lambda: b"<a>" * 100_000, "không đọc được"),
    "cut PDF": (lambda: signed_pdf()[:3000], "cắt ngắn"),
    "60 MB": (lambda: b"%PDF-1.7\n" + b"0" * 60_000_000, "60 MB"),
    "no PDF": (lambda: b"MZ" + b"\0" * 500, "không phải PDF"),
    "empty": (lambda: b"", "không phải PDF"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_cannot_be_looked_at_is_refused_in_words(case: str) -> None:
    make, words = REFUSED[case]
    with pytest.raises(SignatureError, match=words):
        told(make())


def wrapped(signed: bytes) -> bytes:
    """Move the signed part aside and put another in its place (signature wrapping)."""
    body = signed.partition(b"?>")[2].strip()
    return b'<bang xmlns="urn:vi-du"><so>12</so><cu xmlns="">' + body + b"</cu></bang>"


def test_signed_xml_is_stamped_with_the_time_and_another_stamp_is_told() -> None:
    signed = sign_xml(XML, key=keys().key, around=keys().around(), now=NOW)
    signature = only(signed)
    assert (signature.verdict, signature.stamp_trusted, signature.stamper) == (Verdict.INTACT, True, STAMPER)
    assert signature.stamped_at is not None
    assert abs(signature.stamped_at - NOW) < timedelta(seconds=2)
    assert signature.certificate_words.startswith("có hiệu lực lúc ký;")
    again = sign_xml(XML, key=keys().key, around=keys().around(at=NOW - timedelta(minutes=2)), now=NOW)
    for stamp, words in ((stamp_in(again), "của một chữ ký khác"), (b"MAA=", "bị sửa")):
        told_of = only(signed.replace(stamp_in(signed), stamp))
        assert (told_of.verdict, told_of.stamped_at, told_of.sound) == (Verdict.CHANGED, None, False)
        assert (told_of.mistrust, told_of.stamp_broken) == ("dấu thời gian kèm chữ ký không đúng", True)
        assert words in told_of.changes[0]
    bare = only(signed.replace(b"xml-exc-c14n#", b"khong-biet"))
    assert (bare.stamped_at, bare.verdict) == (None, Verdict.INTACT), "written in a way nobody knows: no stamp"


def test_openssl_says_the_same_of_the_time_stamp_in_xml(tmp_path: Path) -> None:
    """What is stamped is written here by hand as exclusive canonical XML has it."""
    if shutil.which("openssl") is None:
        pytest.skip("không có openssl")
    signed = sign_xml(XML, key=keys().key, around=keys().around(), now=NOW)
    value = signed.partition(b"<ds:SignatureValue>")[2].partition(b"<")[0]
    written = b'<ds:SignatureValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">%s</ds:SignatureValue>' % value
    (tmp_path / "token").write_bytes(base64.b64decode(stamp_in(signed)))
    (tmp_path / "root.pem").write_bytes(keys().authority.as_pem())
    for content, words in ((written, "Verification: OK"), (written + b" ", "Verification: FAILED")):
        (tmp_path / "stamped").write_bytes(content)
        said = ["ts", "-verify", "-data", "stamped", "-in", "token", "-token_in", "-CAfile", "root.pem"]
        told_by = subprocess.run(["openssl", *said], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert words in told_by.stdout + told_by.stderr


def test_xml_stays_intact_when_the_certificate_has_ended() -> None:
    then = NOW - timedelta(minutes=30)
    pair = Authority(0).issue("Sở Cũ", elliptic=True, at=NOW - timedelta(days=20, minutes=10), days=20)
    key = open_pkcs12(pair.as_pkcs12(b"a"), "a")
    signature = only(sign_xml(XML, key=key, around=keys().around(at=then), now=then))
    assert signature.verdict == Verdict.INTACT
    assert signature.certificate_words.startswith("có hiệu lực lúc ký")


def stamp_in(signed: bytes) -> bytes:
    """Give the time stamp as it stands in a file."""
    return signed.partition(b"EncapsulatedTimeStamp>")[2].partition(b"<")[0]


def test_nothing_is_signed_in_xml_with_a_clock_off_by_a_day_or_silent() -> None:
    with pytest.raises(SignatureError, match="lệch dấu thời gian"):
        sign_xml(XML, key=keys().key, around=keys().around(at=NOW + timedelta(days=1)), now=NOW)
    with pytest.raises(SignatureError, match="không trả lời"):
        sign_xml(XML, key=keys().key, around=replace(keys().around(), stamper=SILENT), now=NOW)


def test_signed_xml_is_intact_and_a_changed_or_wrapped_one_is_not() -> None:
    signed = sign_xml(XML, key=keys().key, around=keys().around(), now=NOW)
    signature = only(signed)
    assert (signature.verdict, signature.trusted) == (Verdict.INTACT, True)
    assert signature.digest == xml_signature_digest(signed)
    assert only(signed.replace(b"98.5", b"99.5")).verdict == Verdict.CHANGED
    assert only(wrapped(signed)).verdict == Verdict.CHANGED
    assert only(signed.replace(b"<so>", b"<moi/><so>")).verdict == Verdict.CHANGED
    assert told(XML).signatures == ()


@pytest.mark.parametrize("content", [BOMB, OUTER, b"<a", b"khong phai"])
def test_only_plain_xml_is_signed(content: bytes) -> None:
    with pytest.raises(SignatureError):
        sign_xml(content, key=keys().key, around=keys().around(), now=NOW)


def test_a_stranger_is_not_trusted_though_the_file_is_intact() -> None:
    [signature] = check_file(signed_pdf(), []).signatures
    assert (signature.verdict, signature.trusted) == (Verdict.INTACT, False)
    assert "danh sách tin cậy" in signature.mistrust


def test_a_revoked_certificate_signs_nothing() -> None:
    serial = keys().signer.certificate.serial_number
    with pytest.raises(SignatureError, match="đường tin cậy"):
        keys().signed(plain_pdf(), around=keys().around(revoked=((serial, NOW - timedelta(hours=2)),)))
    with pytest.raises(SignatureError, match="đường tin cậy"):
        sign_xml(XML, key=keys().key, around=keys().around(revoked=((serial, NOW - timedelta(hours=2)),)), now=NOW)


def test_a_file_that_says_its_own_certificate_was_revoked_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program may sign with a revoked key and honestly bring the list that says so."""
    from hatang.core.signatures import signing

    def lax(around: Any, now: Any) -> Any:
        roots = [signing.as_asn1(root) for root in around.trusted]
        listed = [signing.crl_der(pem) for pem in around.revocations]
        return ValidationContext(trust_roots=roots, crls=listed, revocation_mode="soft-fail", moment=now)

    monkeypatch.setattr(signing, "trust_context", lax)
    serial = keys().signer.certificate.serial_number
    signature = only(keys().signed(plain_pdf(), around=keys().around(revoked=((serial, NOW - timedelta(hours=2)),))))
    assert (signature.verdict, signature.trusted) == (Verdict.INTACT, False)
    assert signature.mistrust == "chứng thư đã bị thu hồi"
    assert "thu hồi trước lúc ký" in signature.certificate_words


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=-1)])
def test_nothing_is_signed_with_a_clock_off_by_a_day(off: timedelta) -> None:
    with pytest.raises(SignatureError, match=r"lệch dấu thời gian|đường tin cậy"):
        keys().signed(plain_pdf(), around=keys().around(at=NOW + off))


@pytest.mark.parametrize("days", [-2, 301])
def test_a_certificate_out_of_its_time_signs_nothing(days: int) -> None:
    with pytest.raises(SignatureError, match="chỉ có hiệu lực từ"):
        keys().signed(plain_pdf(), now=NOW + timedelta(days=days))


def test_a_clock_that_does_not_answer_signs_nothing() -> None:
    with pytest.raises(SignatureError, match="không trả lời"):
        keys().signed(plain_pdf(), around=replace(keys().around(), stamper=SILENT))


def test_a_wrong_passphrase_and_a_broken_key_file_are_told() -> None:
    content = keys().signer.as_pkcs12(b"a")
    for given, words in ((content, "sai"), (b"abc", "a")):
        with pytest.raises(SignatureError, match="khóa ký"):
            open_pkcs12(given, words)


def test_certificates_are_read_from_both_forms_and_keys_are_refused() -> None:
    pair = keys().signer
    pem = pair.as_pem()
    assert read_certificate(pem) == read_certificate(read_certificate(pem).der)
    assert read_certificate(pem).name == "THỬ NGHIỆM: Sở Thử"
    assert read_certificate(pem).key == "RSA 3072 bit"
    for content, words in (
        (b"-----BEGIN PRIVATE KEY-----", "khóa bí mật"),
        (pem + pem, "nhiều chứng thư"),
        (b"\x30\x82" + b"0" * 50, "không phải chứng thư"),
        (b"0" * 200_000, "quá lớn"),
    ):
        with pytest.raises(SignatureError, match=words):
            read_certificate(content)


GOOD = {
    "minimal-signed-twice-both-created.pdf": [Verdict.ADDED, Verdict.INTACT],
    "minimal-signed-twice-second-created.pdf": [Verdict.ADDED, Verdict.INTACT],
    "minimal-two-fields-signed-twice.pdf": [Verdict.ADDED, Verdict.INTACT],
    "pades-with-old-style-signing-cert-attr.pdf": [Verdict.INTACT],
    "pades-with-old-style-signing-cert-attr-issser.pdf": [Verdict.INTACT],
    "pades-lta-dss-indirect-arrs-test.pdf": [Verdict.ADDED],
    "minimal.pdf": [],
    "minimal-two-fields-tagged.pdf": [],
    "coverage-anomalies/one-byterange.pdf": [Verdict.CHANGED],
    "coverage-anomalies/signature-gap-too-big.pdf": [Verdict.CHANGED],
    "coverage-anomalies/tail-uncovered.pdf": [Verdict.CHANGED],
    "coverage-anomalies/weird-byterange.pdf": [Verdict.CHANGED],
    "coverage-anomalies/base.pdf": [Verdict.BROKEN],
}


@pytest.mark.parametrize("name", sorted(GOOD))
def test_files_of_pyhanko_are_judged_as_they_were_made(name: str, shared: Path) -> None:
    found = told((shared / "data/conformance/pades_pyhanko" / name).read_bytes())
    assert sorted(s.verdict for s in found.signatures) == sorted(GOOD[name])
    assert not any(s.trusted for s in found.signatures)


@pytest.mark.parametrize("name", ["aes256", "pubkey-aes256", "pubkey-rc4"])
def test_encrypted_files_are_refused(name: str, shared: Path) -> None:
    content = (shared / f"data/conformance/pades_pyhanko/minimal-two-fields-{name}.pdf").read_bytes()
    with pytest.raises(SignatureError, match="mật khẩu"):
        told(content)
