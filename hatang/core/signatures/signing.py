"""Signing: PDF as PAdES B-LT (ETSI EN 319 142-1), XML as XAdES-T (ETSI EN 319 132-1), by a key in a file or a token."""

from __future__ import annotations

import asyncio
import contextlib
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hatang.core.signatures.certificates import Certificate, read_certificate
from hatang.core.signatures.faults import SignatureError
from hatang.core.signatures.stamp import stamp_box
from hatang.core.signatures.xml_signature import DS, EXCLUSIVE, XADES, stamped_bytes

MOST_CLOCK_GAP = timedelta(minutes=5)
"""How far our clock may be from the time stamp's before nothing is signed."""
RESERVED_BYTES = 24_000
WRONG_KEY = "Không mở được khóa ký."


@dataclass(frozen=True)
class Key:
    """A key that signs: pyHanko's signer, its certificate, and what stands beside it in its file."""

    signer: Any
    certificate: Certificate
    private: Any = None
    """The key itself where it comes from a file; of a token what stands for it, for the key never leaves."""


@dataclass(frozen=True)
class Surroundings:
    """What a signature is made with besides the key: the clock that stamps, whom to trust, revocation lists at hand.

    `fetches`: whether revocation lists and answers are asked of the authorities that the certificates name.
    """

    stamper: Any
    trusted: Sequence[bytes]
    revocations: Sequence[bytes] = field(default_factory=tuple)
    fetches: bool = True


def open_pkcs12(content: bytes, passphrase: str) -> Key:
    """Open a key in a PKCS#12 file (.p12, .pfx). Raises SignatureError for another file or passphrase."""
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
    from pyhanko.sign.signers import SimpleSigner

    try:
        found = pkcs12.load_pkcs12(content, passphrase.encode())
        signer = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=passphrase.encode())
    except ValueError as error:
        raise SignatureError(WRONG_KEY, "Kiểm tra tệp PKCS#12 và mật khẩu của nó.") from error
    if found.key is None or found.cert is None:
        raise SignatureError("Tệp PKCS#12 không có đủ khóa và chứng thư.", "Xuất lại cả hai vào một tệp .p12.")
    return Key(signer, read_certificate(found.cert.certificate.public_bytes(Encoding.DER)), found.key)


def stamper_at(url: str, seconds: int = 20) -> Any:
    """Give the time-stamping server at an address (RFC 3161 over HTTP)."""
    from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper

    make: Any = HTTPTimeStamper
    return make(url, timeout=seconds)


def stamper_of(key: Key, chain: Sequence[bytes]) -> Any:
    """Give a clock of our own that stamps with a key from a file: for trials."""
    from pyhanko.keys.internal import translate_pyca_cryptography_key_to_asn1
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

    return DummyTimeStamper(
        as_asn1(key.certificate.der),
        translate_pyca_cryptography_key_to_asn1(key.private),
        certs_to_embed=[as_asn1(der) for der in chain],  # type: ignore[arg-type]
    )


def as_asn1(content: bytes) -> Any:
    """Read a certificate (PEM or DER) into pyHanko's form."""
    from asn1crypto import x509

    return x509.Certificate.load(read_certificate(content).der)


def sign_pdf(
    content: bytes,
    *,
    key: Key,
    around: Surroundings,
    now: datetime,
    reason: str,
    stamp: bytes = b"",
    last_page: bool = False,
) -> bytes:
    """Sign a PDF as PAdES B-LT, with a stamp (a PDF of one page) on its first or last page.

    The file stays as it is; the signature is added to its end. Raises SignatureError when the key is not valid now,
    the file cannot be signed, or the time stamp does not come or differs from our clock by more than five minutes.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference

    check_key(key, now)
    with tempfile.TemporaryDirectory() as folder:
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
            page, box = place_of_stamp(writer, last_page) if stamp else (0, None)
            style = stamp_style(stamp, Path(folder)) if stamp else None
            meta = signers.PdfSignatureMetadata(
                field_name=free_name(writer),
                reason=reason,
                md_algorithm="sha256",
                subfilter=fields.SigSeedSubFilter.PADES,
                embed_validation_info=True,
                validation_context=trust_context(around, now),
                dss_settings=DSSContentSettings(
                    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
                ),
            )
            spec = fields.SigFieldSpec(meta.field_name or "", on_page=page, box=box)
            maker = signers.PdfSigner(
                meta, key.signer, timestamper=around.stamper, stamp_style=style, new_field_spec=spec
            )
            signed: bytes = maker.sign_pdf(writer, bytes_reserved=RESERVED_BYTES * 2).getvalue()
        except Exception as error:  # pyHanko and the network raise many kinds
            raise unsigned(error) from error
    check_clock(signed, now)
    return signed


def check_key(key: Key, now: datetime) -> None:
    """Refuse a key whose certificate is not valid now, or may not sign."""
    if not key.certificate.signs:
        raise SignatureError("Chứng thư của khóa này không được dùng để ký văn bản.", "Dùng chứng thư ký số.")
    if not key.certificate.begins_at <= now <= key.certificate.ends_at:
        raise SignatureError(
            f"Chứng thư ký chỉ có hiệu lực từ {key.certificate.begins_at:%d/%m/%Y} đến "
            f"{key.certificate.ends_at:%d/%m/%Y}.",
            "Thay khóa ký, hoặc chỉnh lại đồng hồ máy chủ.",
        )


def check_path(key: Key, around: Surroundings, now: datetime) -> None:
    """Refuse a key whose certificate leads to nobody trusted, or was revoked."""
    from pyhanko_certvalidator import CertificateValidator

    async def judge() -> None:
        async with contextlib.aclosing(trust_context(around, now)) as told:
            judged: Any = CertificateValidator(as_asn1(key.certificate.der), validation_context=told)
            await judged.async_validate_usage(set())

    try:
        asyncio.run(judge())
    except Exception as error:  # the path, the lists and the network fail in many ways
        raise unsigned(error) from error


def unsigned(error: Exception) -> SignatureError:
    """Say in words why a file could not be signed."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.timestamps import TimestampRequestError
    from pyhanko_certvalidator.errors import PathError, ValidationError

    if isinstance(error, SignatureError):
        return error
    if isinstance(error, TimestampRequestError | OSError):
        return SignatureError("Máy chủ dấu thời gian không trả lời.", "Chưa ký gì; thử lại sau.")
    if isinstance(error, PathError | ValidationError | SigningError):
        return SignatureError(
            "Không dựng được đường tin cậy của chứng thư ký hoặc của dấu thời gian, hay chứng thư đã bị thu hồi.",
            "Đặt chứng thư gốc và chứng thư trung gian vào thư mục HATANG_TRUST; kiểm tra mạng tới nơi cấp chứng thư.",
        )
    if isinstance(error, PdfError):
        return SignatureError("Tệp PDF này không ký được: hỏng hoặc có mật khẩu.", "Xuất lại PDF rồi thử lại.")
    return SignatureError("Không ký được văn bản.", f"Báo quản trị máy chủ: {type(error).__name__}.")


def trust_context(around: Surroundings, now: datetime | None) -> Any:
    """Give pyHanko's view of whom to trust."""
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[as_asn1(root) for root in around.trusted],
        allow_fetching=around.fetches,
        crls=[crl_der(pem) for pem in around.revocations],
        revocation_mode="require",
        moment=None if around.fetches else now,
    )


def crl_der(content: bytes) -> bytes:
    """Give a revocation list as DER."""
    from asn1crypto import pem

    return bytes(pem.unarmor(content)[2]) if pem.detect(content) else content


def place_of_stamp(writer: Any, last_page: bool) -> tuple[int, tuple[int, int, int, int]]:
    """Give the page and the box of the stamp; a turned page is stamped along its unturned foot."""
    count = int(writer.root["/Pages"]["/Count"])
    at = count - 1 if last_page else 0
    left, bottom, right, top = page_box(writer, at)
    x0, y0, x1, y1 = stamp_box(right - left, top - bottom)
    return at, (round(left + x0), round(bottom + y0), round(left + x1), round(bottom + y1))


def page_box(writer: Any, at: int) -> tuple[float, float, float, float]:
    """Give a page's box in points, its own or that of the pages above it."""
    node = writer.find_page_for_modification(at)[0].get_object()
    while "/MediaBox" not in node and "/Parent" in node:
        node = node["/Parent"]
    box = [float(v) for v in node.get("/MediaBox", (0, 0, 595, 842))]
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def stamp_style(stamp: bytes, folder: Path) -> Any:
    """Give pyHanko the stamp's page to draw."""
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    path = folder / "stamp.pdf"
    path.write_bytes(stamp)
    whole = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MIN,
        y_align=AxisAlignment.ALIGN_MIN,
        margins=Margins(0, 0, 0, 0),
        inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
    )
    return StaticStampStyle.from_pdf_file(str(path), border_width=0, background_opacity=1.0, background_layout=whole)


def free_name(writer: Any) -> str:
    """Give a name of a signature field that the file does not have yet."""
    try:
        fields = list(writer.root["/AcroForm"]["/Fields"])
    except KeyError:
        fields = []
    taken = {str(field.get_object().get("/T", "")) for field in fields}
    return next(name for n in range(1, 10_000) if (name := f"Hatang{n}") not in taken)


def check_clock(signed: bytes, now: datetime) -> None:
    """Refuse a signature whose time stamp is far from our clock: one of the two is wrong."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

    signature = PdfFileReader(io.BytesIO(signed), strict=False).embedded_regular_signatures[-1]
    for stamp in extract_tst_data_iter(signature.signer_info, signed=False):
        check_gap(stamp["encap_content_info"]["content"].parsed["gen_time"].native, now)


def check_gap(stamped: datetime, now: datetime) -> None:
    """Refuse a time stamp that is far from our clock."""
    if abs(stamped - now) > MOST_CLOCK_GAP:
        raise SignatureError(
            f"Đồng hồ máy chủ ({now:%d/%m/%Y %H:%M} UTC) lệch dấu thời gian ({stamped:%d/%m/%Y %H:%M} UTC).",
            "Chỉnh đồng hồ máy chủ rồi ký lại; chưa ký gì.",
        )


def signature_digest(signed: bytes) -> str:
    """Give the SHA-256 of the last signature's own bytes: it stays the same whatever is added to the file later."""
    import hashlib

    from pyhanko.pdf_utils.reader import PdfFileReader

    last = PdfFileReader(io.BytesIO(signed), strict=False).embedded_regular_signatures[-1]
    return hashlib.sha256(last.pkcs7_content).hexdigest()


def sign_xml(content: bytes, *, key: Key, around: Surroundings, now: datetime) -> bytes:
    """Sign a whole XML document as XAdES-T, the signature enveloped in its root, its value stamped with the time.

    Raises SignatureError for what is no plain XML (no document type, no earlier signature), a key that is not valid now
    or revoked, or where the time stamp does not come or differs from our clock by more than five minutes.
    """
    from lxml import etree
    from signxml import SignatureMethod, methods
    from signxml.xades import XAdESSigner

    check_key(key, now)
    root = plain_xml(content)
    check_path(key, around, now)
    signer = XAdESSigner(
        method=methods.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256 if key.certificate.elliptic else SignatureMethod.RSA_SHA256,
        c14n_algorithm="http://www.w3.org/2006/12/xml-c14n11",
    )
    signed = signer.sign(root, key=key.private, cert=[pem_of(key.certificate).decode()], always_add_key_value=False)
    stamp_xml(signed.find(f"{DS}Signature"), around, now)
    made: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
    return made


def stamp_xml(signature: Any, around: Surroundings, now: datetime) -> None:
    """Have a signature's value stamped, and keep the stamp beside it (EN 319 132-1, 5.3)."""
    import base64
    import hashlib

    from lxml import etree

    digest = hashlib.sha256(stamped_bytes(signature, EXCLUSIVE)).digest()
    try:
        token = asyncio.run(around.stamper.async_timestamp(digest, "sha256"))
    except Exception as error:  # the network and the server's answers fail in many ways
        raise unsigned(error) from error
    check_gap(token["content"]["encap_content_info"]["content"].parsed["gen_time"].native, now)
    held = signature.find(f".//{XADES}QualifyingProperties")
    for name in ("UnsignedProperties", "UnsignedSignatureProperties", "SignatureTimeStamp"):
        held = etree.SubElement(held, f"{XADES}{name}")
    etree.SubElement(held, f"{DS}CanonicalizationMethod", Algorithm=EXCLUSIVE)
    etree.SubElement(held, f"{XADES}EncapsulatedTimeStamp").text = base64.b64encode(token.dump()).decode()


def plain_xml(content: bytes) -> Any:
    """Read XML that declares nothing and is not signed yet."""
    from lxml import etree

    if b"<!" in content.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
        raise SignatureError("Tệp XML có khai báo DOCTYPE hoặc ENTITY.", "Bỏ các khai báo ấy rồi tải lên lại.")
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=False)
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SignatureError("Tệp không phải XML đúng cú pháp.", "Xuất lại tệp XML rồi thử lại.") from error
    if root.find(".//{http://www.w3.org/2000/09/xmldsig#}Signature") is not None:
        raise SignatureError("Tệp XML này đã có chữ ký.", "Ký bản chưa ký.")
    return root


def pem_of(certificate: Certificate) -> bytes:
    """Give a certificate as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.load_der_x509_certificate(certificate.der).public_bytes(Encoding.PEM)


def xml_signature_digest(signed: bytes) -> str:
    """Give the SHA-256 of an XML signature's value."""
    import hashlib

    from lxml import etree

    root = etree.fromstring(signed, etree.XMLParser(resolve_entities=False, no_network=True))
    value = root.findtext(".//{http://www.w3.org/2000/09/xmldsig#}SignatureValue", "")
    return hashlib.sha256("".join(value.split()).encode()).hexdigest()
