"""Check the signatures of a PDF or XML file, in a process of its own: the bytes are a stranger's.

Run as a file, never imported by the system: a line of JSON and the file come on standard input, a line of JSON goes to
standard output. Before the file is looked at the process has bound its memory and time, and can open no file and no
socket; one begun by root becomes nobody first, where it may.
"""

from __future__ import annotations

import asyncio
import base64
import codecs
import contextlib
import hashlib
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.backends import default_backend
from lxml import etree
from pyhanko.pdf_utils import crypt, filters, generic, misc, rw_common
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import CertificateValidator, ValidationContext

sys.path.insert(0, str(Path(__file__).parents[3]))  # begun apart from everything, it is told where we stand

from hatang.core.bound_child import bind_process
from hatang.core.signatures.anchors import Anchor, Use, from_told
from hatang.core.signatures.xml_signature import (
    CANONICAL,
    DS,
    VERIFIER,
    XADES,
    DeclaredError,
    plain_root,
    stamped_bytes,
    verified,
)

MOST_SIGNATURES = 20
MOST_OBJECTS = 60_000
MOST_PAGES = 2_000
MOST_TOLD = 12
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ACTIVE = {
    "/JS": "script",
    "/JavaScript": "script",
    "/Launch": "launch",
    "/EmbeddedFile": "attachment",
    "/RichMedia": "media",
    "/XFA": "xfa",
}
REQUIRED, SOFT = "require", "soft-fail"
AT_HAND = (crypt, default_backend(), filters, rw_common)
"""What pyHanko loads only when it needs it: after binding nothing can be loaded any more."""
CODES = ("ascii", "cp1252", "idna", "latin-1", "punycode", "utf-16", "utf-16-be", "utf-16-le", "utf-8-sig", "utf-32-be")
LOOP = asyncio.new_event_loop()


def checked(asked: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Tell what the file is and of each of its signatures, or in a word why it cannot be told."""
    anchors = [from_told(told) for told in asked["trusted"]]
    if b"%PDF-" in content[:1024]:
        return checked_pdf(content, anchors)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return checked_xml(content, anchors)
    return {"fault": "kind"}


def checked_pdf(content: bytes, anchors: list[Anchor]) -> dict[str, Any]:
    """Tell of a PDF."""
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if reader.encrypted and reader.decrypt("").status.name == "FAILED":
            return {"fault": "password"}
        pages = page_count(reader)
        signatures, broken = list(reader.embedded_regular_signatures), []
    except misc.PdfReadError as error:
        return {"fault": "password" if "crypt" in str(error).lower() else "damaged"}
    except ValueError as error:  # what stands for a signature is none
        signatures, broken = [], [{"field": "", "broken": type(error).__name__}]
    if len(signatures) > MOST_SIGNATURES:
        return {"fault": "many"}
    return {
        "kind": "pdf",
        "pages": pages,
        "active": sorted(active_parts(reader)),
        "signatures": [told_safely(reader, signature, anchors) for signature in signatures] + broken,
    }


def page_count(reader: PdfFileReader) -> int:
    """Read how many pages the file says it has."""
    return int(reader.root["/Pages"]["/Count"])


def told_safely(reader: PdfFileReader, signature: Any, anchors: list[Anchor]) -> dict[str, Any]:
    """Tell of a signature; one that is no signature as the standard has it is told as broken."""
    try:
        return told_of(reader, signature, anchors)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        return {"field": str(signature.field_name), "broken": type(error).__name__}


def told_of(reader: PdfFileReader, signature: Any, anchors: list[Anchor]) -> dict[str, Any]:
    """Tell what a signature says, what it covers, what came after it, and whether it is to be trusted."""
    stamped = stamped_at(signature)
    long_term = has_revocation_facts(reader)
    status, long_term = judged_best(reader, signature, anchors, stamped, stamped, long_term)
    stamp = status.timestamp_validity
    stamp_holds = bool(stamp and stamp.valid and stamp.intact)
    at = stamped if stamp_holds and stamp.trusted else None
    if stamped and at is None:
        status = judged(reader, signature, anchors, (None, stamped), REQUIRED if long_term else SOFT)
    problem = str(status.trust_problem_indic.name) if status.trust_problem_indic else ""
    if not (status.trusted or status.revocation_details):
        problem = (
            untimely(
                anchors,
                at,
                lambda roots: trusted(signature.signer_cert, list(signature.other_embedded_certs), roots, at),
            )
            or problem
        )
    level = status.modification_level
    return certificate_facts(signature.signer_cert) | {
        "field": str(signature.field_name),
        "digest": hashlib.sha256(signature.pkcs7_content).hexdigest(),
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "trust_problem": problem,
        "revoked_at": in_words(status.revocation_details.revocation_date) if status.revocation_details else "",
        "coverage": status.coverage.name if status.coverage else "UNCLEAR",
        "level": level.name if level else "OTHER",
        "allowed": bool(status.docmdp_ok),
        "fields": changed_fields(status.diff_result),
        "changes": changes_after(reader, signature) if level == ModificationLevel.OTHER else [],
        "claimed_at": in_words(status.signer_reported_dt),
        "stamped_at": in_words(stamped) if stamp_holds else "",
        "stamp_trusted": at is not None,
        "stamp_broken": bool(stamp) and not stamp_holds,
        "stamper": stamp.signing_cert.subject.native.get("common_name", "") if stamp else "",
        "long_term": long_term,
        "algorithm": status.md_algorithm,
        "reason": str(signature.sig_object.get("/Reason", ""))[:300],
    }


def stamped_at(signature: Any) -> datetime | None:
    """Read the time that a signature's time stamp states, not judged yet."""
    for stamp in extract_tst_data_iter(signature.signer_info, signed=False):
        moment: datetime = stamp["encap_content_info"]["content"].parsed["gen_time"].native
        return moment
    return None


def judged_best(
    reader: PdfFileReader,
    signature: Any,
    anchors: list[Anchor],
    at: datetime | None,
    stamped: datetime | None,
    long: bool,
) -> tuple[Any, bool]:
    """Judge by the revocation lists that the file brings along, or without where they say nothing of this signature."""
    status = judged(reader, signature, anchors, (at, stamped), REQUIRED if long else SOFT)
    if not long or status.trusted or status.revocation_details:
        return status, long
    softer = judged(reader, signature, anchors, (at, stamped), SOFT)
    return (softer, False) if softer.trusted else (status, long)


def judged(
    reader: PdfFileReader,
    signature: Any,
    anchors: list[Anchor],
    moments: tuple[datetime | None, datetime | None],
    mode: str,
) -> Any:
    """Have pyHanko judge a signature as of a moment, and its time stamp by whom one trusted when it was stamped."""
    at, stamped = moments
    signer = context(reader, roots_at(anchors, at, Use.SIGN), at, mode)
    stamper = context(reader, roots_at(anchors, stamped, Use.STAMP), None, mode)
    return LOOP.run_until_complete(async_validate_pdf_signature(signature, signer, stamper))


def roots_at(anchors: list[Anchor], at: datetime | None, use: Use) -> list[Any]:
    """Give the certificates trusted for a use at an instant, or now."""
    when = at or datetime.now(timezone.utc)  # noqa: UP017
    return [asn1_x509.Certificate.load(a.der) for a in anchors if a.serves(use) and a.holds(when)]


def untimely(anchors: list[Anchor], at: datetime | None, leads_to: Callable[[list[Any]], bool]) -> str:
    """Say in a word when a signer leads to somebody whom a trusted list names, but not as granted at that time."""
    timed = [asn1_x509.Certificate.load(a.der) for a in anchors if a.serves(Use.SIGN) and a.spans is not None]
    if not timed or not leads_to(timed):
        return ""
    return "NOT_GRANTED_THEN" if at else "NOT_GRANTED_NOW"


def context(reader: PdfFileReader, roots: list[Any], at: datetime | None, mode: str) -> ValidationContext:
    """Give whom to trust, as of a moment or of now; nothing is fetched.

    Where a file brings revocation lists they are `require`d: other modes pass over lists that a certificate does not
    name itself.
    """
    said: dict[str, Any] = {"trust_roots": roots, "allow_fetching": False, "revocation_mode": mode}
    said |= {"moment": at, "retroactive_revinfo": True} if at else {}
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(said)
    except (NoDSSFoundError, misc.PdfReadError, ValueError):
        return ValidationContext(**said)


def has_revocation_facts(reader: PdfFileReader) -> bool:
    """Tell whether the file brings revocation lists or answers along (B-LT)."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except (NoDSSFoundError, misc.PdfReadError, ValueError):
        return False
    return bool(store.crls or store.ocsps)


def changed_fields(result: Any) -> list[str]:
    """Name the form fields that were filled in after the signature."""
    return sorted(result.changed_form_fields)[:MOST_TOLD] if isinstance(result, DiffResult) else []


def changes_after(reader: PdfFileReader, signature: Any) -> list[list[Any]]:
    """Tell what differs between the signed revision and the file as it is: [kind, page or numbers]."""
    try:
        old = reader.get_historical_resolver(signature.signed_revision)
        before, now = pages_of(old.root), pages_of(reader.root)
    except (misc.PdfError, KeyError, ValueError, IndexError, TypeError):
        return []
    found: list[list[Any]] = [["count", len(before), len(now)]] if len(before) != len(now) else []
    for number, (one, other) in enumerate(zip(before, now, strict=False), start=1):
        if drawn(one) != drawn(other):
            found.append(["content", number])
        if len(one.get("/Annots", ())) != len(other.get("/Annots", ())):
            found.append(["notes", number])
        if len(found) >= MOST_TOLD:
            break
    return found


def pages_of(root: Any) -> list[Any]:
    """List a revision's pages, as many as are looked at."""
    pages: list[Any] = []
    waiting = [root["/Pages"]]
    for _ in range(4 * MOST_PAGES):
        if not waiting or len(pages) >= MOST_PAGES:
            break
        node = waiting.pop(0)
        kids = node.get("/Kids")
        if kids is None:
            pages.append(node)
        else:
            waiting[:0] = [kid.get_object() if hasattr(kid, "get_object") else kid for kid in kids]
    return pages


def drawn(page: Any) -> str:
    """Give a digest of what a page draws: its contents, and the size it has."""
    digest = hashlib.sha256(repr(page.get("/MediaBox", "")).encode())
    content = page.get("/Contents")
    for part in content if isinstance(content, list) else [content]:
        stream = part.get_object() if hasattr(part, "get_object") else part
        digest.update(stream.data if isinstance(stream, generic.StreamObject) else b"")
    return digest.hexdigest()


def active_parts(reader: PdfFileReader) -> set[str]:
    """Find scripts, programs to launch, attachments, media and XFA forms in what the file's root leads to."""
    found: set[str] = set()
    seen: set[Any] = set()
    waiting: list[Any] = [reader.root]
    for _ in range(MOST_OBJECTS):
        if not waiting:
            break
        for part in parts_of(waiting.pop(), found):
            if isinstance(part, generic.IndirectObject):
                if part.reference in seen:
                    continue
                seen.add(part.reference)
                with contextlib.suppress(misc.PdfError, ValueError, KeyError, IndexError):
                    waiting.append(object_of(part))
            elif isinstance(part, dict | list):
                waiting.append(part)
    return found


def object_of(reference: Any) -> Any:
    """Give what a reference leads to."""
    return reference.get_object()


def parts_of(node: Any, found: set[str]) -> Iterator[Any]:
    """Give what an object holds as it stands in the file, noting the active among its names."""
    if isinstance(node, generic.DictionaryObject):
        named = [*node.keys(), *(v for v in (node.get("/S"), node.get("/Type"), node.get("/Subtype")) if v)]
        found.update(ACTIVE[str(name)] for name in named if str(name) in ACTIVE)
        yield from (node.raw_get(key) for key in node)
    elif isinstance(node, generic.ArrayObject):
        yield from (node.raw_get(at) for at in range(len(node)))


def certificate_facts(certificate: Any) -> dict[str, Any]:
    """Tell of the certificate that signed."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    validity = certificate["tbs_certificate"]["validity"]
    return {
        "signer": subject.get("common_name") or subject.get("organization_name") or "",
        "organisation": subject.get("organization_name") or "",
        "issuer": issuer.get("common_name") or issuer.get("organization_name") or "",
        "serial": f"{certificate.serial_number:X}",
        "fingerprint": hashlib.sha256(certificate.dump()).hexdigest(),
        "begins_at": in_words(validity["not_before"].native),
        "ends_at": in_words(validity["not_after"].native),
    }


def in_words(moment: Any) -> str:
    """Write an instant in UTC; nothing for none."""
    if not isinstance(moment, datetime):
        return ""
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc).isoformat()  # noqa: UP017


def checked_xml(content: bytes, anchors: list[Anchor]) -> dict[str, Any]:
    """Tell of an XML file; one with a document type is not read: there entities and outer files are declared."""
    try:
        root = plain_root(content)
    except DeclaredError:
        return {"fault": "doctype"}
    except (etree.XMLSyntaxError, ValueError):
        return {"fault": "damaged"}
    nodes = list(root.iter(f"{DS}Signature"))
    if len(nodes) > 1:
        return {"fault": "many_xml"}
    told = [told_of_xml(root, node, anchors) for node in nodes]
    return {"kind": "xml", "pages": 0, "active": [], "signatures": told}


def told_of_xml(root: Any, node: Any, anchors: list[Anchor]) -> dict[str, Any]:
    """Tell of the signature in XML: it must be by the first certificate that it brings, and sign the whole document."""
    facts: dict[str, Any] = {"field": node.get("Id") or "Signature"}
    try:
        ders = [base64.b64decode(cert.text or "") for cert in node.iter(f"{DS}X509Certificate")]
        certificate, *others = [asn1_x509.Certificate.load(der) for der in ders]
        facts |= certificate_facts(certificate)
        value = "".join(node.findtext(f"{DS}SignatureValue", "").split())
        claimed = node.findtext(f".//{XADES}SigningTime") or ""
        holds, whole = verified(root, ders[0])
        stamp = stamp_of_xml(node, anchors)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        return facts | {"broken": type(error).__name__}
    at = datetime.fromisoformat(stamp["stamped_at"]) if stamp.get("stamp_trusted") else None
    believed = trusted(certificate, others, roots_at(anchors, at, Use.SIGN), at)
    problem = "" if believed else untimely(anchors, at, lambda roots: trusted(certificate, others, roots, at))
    return (
        facts
        | stamp
        | {
            "digest": hashlib.sha256(value.encode()).hexdigest(),
            "intact": holds,
            "valid": holds,
            "trusted": believed,
            "trust_problem": problem,
            "coverage": "ENTIRE_FILE" if whole else "UNCLEAR",
            "level": "NONE" if holds and whole else "OTHER",
            "allowed": holds and whole,
            "claimed_at": claimed[:40],
            "algorithm": "sha256",
        }
    )


def stamp_of_xml(node: Any, anchors: list[Anchor]) -> dict[str, Any]:
    """Tell of the time stamp over a signature's value (XAdES-T); one that is written in an unknown way is none."""
    held = node.find(f".//{XADES}UnsignedSignatureProperties/{XADES}SignatureTimeStamp")
    if held is None:
        return {}
    written = held.find(f"{DS}CanonicalizationMethod")
    algorithm = INCLUSIVE if written is None else written.get("Algorithm", "")
    if algorithm not in CANONICAL:
        return {}
    try:
        token = cms.ContentInfo.load(base64.b64decode(held.findtext(f"{XADES}EncapsulatedTimeStamp") or ""))["content"]
        moment = token["encap_content_info"]["content"].parsed["gen_time"].native
        stamped = stamped_bytes(node, algorithm)
        status = judged_stamp(token, stamped, roots_at(anchors, moment, Use.STAMP))
    except (ValueError, TypeError, KeyError, misc.PdfError):
        return {"stamp_broken": True}
    holds = status.valid and status.intact
    return {
        "stamped_at": in_words(moment) if holds else "",
        "stamp_trusted": holds and bool(status.trusted),
        "stamp_broken": not holds,
        "stamper": status.signing_cert.subject.native.get("common_name", ""),
    }


def judged_stamp(token: Any, stamped: bytes, roots: list[Any]) -> Any:
    """Have pyHanko judge a time stamp over these bytes."""
    told = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode=SOFT)
    kept = validate_tst_signed_data(token, told, lambda name: hashlib.new(name, stamped).digest())
    return TimestampSignatureStatus(**LOOP.run_until_complete(kept))


def trusted(certificate: Any, others: list[Any], roots: list[Any], at: datetime | None) -> bool:
    """Tell whether a certificate leads to somebody trusted, as of an instant or of now."""
    soft = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode=SOFT, moment=at)
    judge: Any = CertificateValidator(certificate, intermediate_certs=others, validation_context=soft)
    try:
        LOOP.run_until_complete(judge.async_validate_usage({"digital_signature"}))
    except Exception:
        return False
    return True


def main() -> None:
    """Read what is asked and the file from standard input, and write a line of JSON."""
    logging.disable(logging.CRITICAL)
    VERIFIER.schemas()
    for code in CODES:
        codecs.lookup(code)
    asked, _, content = sys.stdin.buffer.read().partition(b"\n")
    bind_process()
    try:
        told = checked(json.loads(asked), content)
    except (MemoryError, RecursionError):
        told = {"fault": "heavy"}
    except Exception:
        told = {"fault": "damaged"}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
