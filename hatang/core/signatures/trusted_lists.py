"""Trusted lists (ETSI TS 119 612): who issues certificates and time stamps under a state's supervision, since when.

Read are services that issue qualified certificates (CA/QC) and qualified time stamps (TSA/QTST), each with the spans in
which its status was `granted` by its current entry and its history (5.5, 5.6). Whether a single certificate is
qualified (5.5.9.2, Qualifications) is not judged: a list is used for whom to trust. A small reader of our own: that of
pyHanko needs a further package and does not tell when a list ends.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from hatang.core.signatures.anchors import Anchor, Span, Use
from hatang.core.signatures.certificates import read_certificate
from hatang.core.signatures.faults import SignatureError
from hatang.core.signatures.xml_signature import DS, DeclaredError, plain_root, verified

MOST_BYTES = 20_000_000
MOST_SERVICES = 20_000
TSL = "{http://uri.etsi.org/02231/v2#}"
URI = "http://uri.etsi.org/TrstSvc/"
USES = {f"{URI}Svctype/CA/QC": Use.SIGN, f"{URI}Svctype/TSA/QTST": Use.STAMP}
GRANTED = f"{URI}TrustedList/Svcstatus/granted"
FOR_WHAT = f"{URI}TrustedList/SvcInfoExt/For"
WEBSITES = f"{FOR_WHAT}WebSiteAuthentication"
RIGHT = "Tải lại danh sách từ nơi công bố; tệp phải đúng từng byte như đã công bố."


@dataclass(frozen=True)
class TrustedList:
    """A list that holds: whose, its number, from when until when it may be used (UTC), and whom it lists.

    `ends_at` is when the next one comes, none for a list that was closed; `pinned`: signed by somebody who was named.
    """

    operator: str
    number: str
    issued_at: datetime
    ends_at: datetime | None
    pinned: bool
    services: int
    unread: int
    anchors: tuple[Anchor, ...]

    def ended(self, at: datetime) -> bool:
        """Tell whether a newer list should have come, or the scheme was closed."""
        return self.ends_at is None or self.ends_at < at


def read_trusted_list(content: bytes, signers: Sequence[bytes] = ()) -> TrustedList:
    """Read a list whose signature holds for all of it; where `signers` (DER) are named, by one of them.

    Raises SignatureError in words for what is too large, declares entities, is no such list, or is not signed so.
    """
    if len(content) > MOST_BYTES:
        raise SignatureError(f"Danh sách tin cậy nặng {len(content) / 1e6:.0f} MB.", "Tối đa 20 MB.")
    try:
        root = plain_root(content)
    except DeclaredError as error:
        raise SignatureError("Danh sách tin cậy có khai báo DOCTYPE hoặc ENTITY; không được đọc.", RIGHT) from error
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SignatureError("Danh sách tin cậy không phải XML đúng cú pháp.", RIGHT) from error
    if root.tag != f"{TSL}TrustServiceStatusList":
        raise SignatureError("Tệp XML không phải danh sách tin cậy theo ETSI TS 119 612.", RIGHT)
    check_signed(root, signers)
    try:
        return facts_of(root, pinned=bool(signers))
    except (ValueError, TypeError, AttributeError) as error:
        raise SignatureError("Danh sách tin cậy thiếu thông tin bắt buộc hoặc sai dạng.", RIGHT) from error


def check_signed(root: Any, signers: Sequence[bytes]) -> None:
    """Refuse a list that is unsigned, changed, signed in part, or signed by somebody else than was named."""
    nodes = root.findall(f"{DS}Signature")
    if len(nodes) != 1 or len(list(root.iter(f"{DS}Signature"))) != 1:
        raise SignatureError("Danh sách tin cậy phải có đúng một chữ ký.", RIGHT)
    try:
        leaves = [base64.b64decode(node.text or "") for node in nodes[0].iter(f"{DS}X509Certificate")]
        known = [leaf for leaf in leaves if leaf in signers] if signers else leaves[:1]
        if leaves and not known:
            raise SignatureError(
                "Danh sách tin cậy do người khác ký, không phải đơn vị vận hành đã ghim.",
                "Kiểm tra nguồn của danh sách; đơn vị ấy đổi khóa thì thêm chứng thư mới vào HATANG_TRUST_SIGNERS.",
            )
        holds = any(all(verified(root, leaf)) for leaf in known)
    except ValueError as error:
        if isinstance(error, SignatureError):
            raise
        holds = False
    if not holds:
        raise SignatureError("Danh sách tin cậy bị sửa: chữ ký của danh sách không đúng.", RIGHT)


def facts_of(root: Any, *, pinned: bool) -> TrustedList:
    """Give what a list says."""
    scheme = root.find(f"{TSL}SchemeInformation")
    anchors, unread, services = [], 0, 0
    for service in root.iter(f"{TSL}TSPService"):
        services += 1
        if services > MOST_SERVICES:
            raise SignatureError(f"Danh sách tin cậy có hơn {MOST_SERVICES} dịch vụ.", RIGHT)
        found, missed = anchors_of(service)
        anchors += found
        unread += missed
    ends = scheme.findtext(f"{TSL}NextUpdate/{TSL}dateTime")
    return TrustedList(
        operator=scheme.findtext(f"{TSL}SchemeOperatorName/{TSL}Name") or "",
        number=scheme.findtext(f"{TSL}TSLSequenceNumber") or "",
        issued_at=instant(scheme.findtext(f"{TSL}ListIssueDateTime")),
        ends_at=instant(ends) if ends else None,
        pinned=pinned,
        services=services,
        unread=unread,
        anchors=tuple(anchors),
    )


def anchors_of(service: Any) -> tuple[list[Anchor], int]:
    """Give a service's certificates with the spans in which it was granted, and how many could not be read."""
    now = service.find(f"{TSL}ServiceInformation")
    use = USES.get(said(now, "ServiceTypeIdentifier"))
    spans = granted_spans(service)
    if use is None or not spans or only_for_websites(now):
        return [], 0
    found, missed = [], 0
    for node in now.iterfind(f"{TSL}ServiceDigitalIdentity/{TSL}DigitalId/{TSL}X509Certificate"):
        try:
            found.append(Anchor(read_certificate(base64.b64decode(node.text or "")).der, use, spans))
        except ValueError:
            missed += 1
    return found, missed


def granted_spans(service: Any) -> tuple[Span, ...]:
    """Give from when to when a service of its kind was granted: each entry holds until the one after it begins."""
    spans: list[Span] = []
    end: datetime | None = None
    for begin, granted in sorted(entries_of(service), key=lambda entry: entry[0], reverse=True):
        if granted and begin != end:
            spans.append((begin, end))
        end = begin
    return tuple(spans)


def entries_of(service: Any) -> Iterator[tuple[datetime, bool]]:
    """Give each entry of a service: since when, and whether it was granted then."""
    now = service.find(f"{TSL}ServiceInformation")
    kind = said(now, "ServiceTypeIdentifier")
    for entry in (now, *service.iterfind(f"{TSL}ServiceHistory/{TSL}ServiceHistoryInstance")):
        same = said(entry, "ServiceTypeIdentifier") == kind
        yield instant(said(entry, "StatusStartingTime")), same and said(entry, "ServiceStatus") == GRANTED


def only_for_websites(entry: Any) -> bool:
    """Tell whether a service issues certificates of websites alone."""
    told = entry.iterfind(f".//{TSL}AdditionalServiceInformation/{TSL}URI")
    uses = {(node.text or "").strip() for node in told if (node.text or "").strip().startswith(FOR_WHAT)}
    return uses == {WEBSITES}


def said(entry: Any, name: str) -> str:
    """Give an entry's text of a name."""
    return (entry.findtext(f"{TSL}{name}") or "").strip()


def instant(text: str | None) -> datetime:
    """Read an instant; without a zone it is UTC.

    >>> instant("2016-07-01T00:00:00Z").isoformat()
    '2016-07-01T00:00:00+00:00'
    """
    moment = datetime.fromisoformat((text or "").strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
