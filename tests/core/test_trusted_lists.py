"""Trusted lists: who is granted when; and lists that are changed, of somebody else, bombs, or ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pytest

from hatang.core.signatures.anchors import Anchor, Use
from hatang.core.signatures.checking import Signature, Verdict, check_file
from hatang.core.signatures.faults import SignatureError
from hatang.core.signatures.signing import sign_xml
from hatang.core.signatures.trusted_lists import GRANTED, WEBSITES, read_trusted_list
from tests.core.made_lists import (
    CA,
    LONG_AGO,
    TSA,
    WITHDRAWN,
    Entry,
    a_list,
    der,
    list_of,
    operator,
    service,
    signed_list,
    stranger,
)
from tests.core.signing_keys import NOW, keys, signed_pdf
from tests.core.test_signatures import BOMB, OUTER

BEFORE, AFTER = NOW - timedelta(hours=3), NOW + timedelta(minutes=1)
LATER = NOW + timedelta(days=30)
SINCE = (GRANTED, LONG_AGO)


def anchors(*statuses: Entry) -> tuple[Anchor, ...]:
    return read_trusted_list(list_of(*statuses), [der(operator())]).anchors


@cache
def signed_xml() -> bytes:
    return sign_xml(b"<a><b>1</b></a>", key=keys().key, around=keys().around(), now=NOW)


def judged(content: bytes, *statuses: Entry) -> Signature:
    [signature] = check_file(content, anchors(*statuses)).signatures
    assert signature.verdict == Verdict.INTACT
    return signature


@pytest.mark.parametrize("content", [signed_pdf, signed_xml], ids=["pdf", "xml"])
def test_who_was_granted_when_it_was_signed_is_trusted(content: Callable[[], bytes]) -> None:
    signature = judged(content(), (WITHDRAWN, AFTER), SINCE)
    assert (signature.trusted, signature.stamp_trusted) == (True, True), "withdrawn after the stamped time"
    signature = judged(content(), (GRANTED, AFTER), (WITHDRAWN, BEFORE), SINCE)
    assert (signature.trusted, signature.stamp_trusted) == (False, True), "granted again, after it was signed"
    assert "lúc ký, nơi cấp chứng thư không được công nhận" in signature.mistrust


def test_who_was_withdrawn_before_it_was_signed_is_not_trusted() -> None:
    assert not judged(signed_pdf(), (WITHDRAWN, BEFORE), SINCE).trusted
    assert judged(signed_pdf(), (GRANTED, BEFORE), (WITHDRAWN, LONG_AGO)).trusted


def test_without_a_trusted_stamp_only_who_is_granted_now_is_trusted() -> None:
    for statuses, believed in (([(WITHDRAWN, LATER), SINCE], True), ([(WITHDRAWN, BEFORE), SINCE], False)):
        [signature] = check_file(signed_pdf(), [a for a in anchors(*statuses) if a.use == Use.SIGN]).signatures
        assert (signature.trusted, signature.stamp_trusted) == (believed, False)
    assert "không có dấu thời gian tin cậy" in signature.mistrust


def test_a_list_says_whose_it_is_and_who_is_in_it() -> None:
    found = read_trusted_list(list_of((WITHDRAWN, BEFORE), SINCE), [der(operator())])
    assert (found.operator, found.number, found.pinned, found.services, found.unread) == (
        "Cơ quan thử",
        "7",
        True,
        2,
        0,
    )
    issuing, stamping = found.anchors
    assert issuing.der == der(keys().authority)
    assert issuing.spans == ((LONG_AGO.replace(microsecond=0), BEFORE.replace(microsecond=0)),)
    assert (stamping.use, issuing.serves(Use.STAMP), stamping.serves(Use.SIGN)) == (Use.STAMP, False, False)


def test_a_list_has_ended_when_the_next_should_have_come_or_it_was_closed() -> None:
    assert not read_trusted_list(list_of(SINCE)).ended(NOW)
    assert read_trusted_list(list_of(SINCE, ends=BEFORE)).ended(NOW)
    assert read_trusted_list(list_of(SINCE, ends=None)).ended(NOW)


def test_other_services_name_nobody() -> None:
    extension = (
        "<Extension Critical='true'><AdditionalServiceInformation><URI xml:lang='en'>{}</URI>"
        "</AdditionalServiceInformation></Extension>"
    )
    both = extension.format(WEBSITES) + extension.format(WEBSITES.replace("WebSiteAuthentication", "eSeals"))
    authority = keys().authority
    made = signed_list(
        a_list(
            service(CA.replace("CA/QC", "CA/PKC"), authority, [SINCE]),
            service(CA, authority, [SINCE], extension.format(WEBSITES)),
            service(CA, authority, [SINCE], both),
            service(TSA, authority, [(WITHDRAWN, LONG_AGO)]),
        )
    )
    found = read_trusted_list(made)
    assert (found.services, len(found.anchors), found.pinned) == (4, 1, False)


def test_a_certificate_that_is_none_is_counted_and_the_others_are_read() -> None:
    broken = service(CA, keys().authority, [SINCE]).replace("<X509Certificate>MII", "<X509Certificate>AAA")
    found = read_trusted_list(signed_list(a_list(broken, service(CA, keys().authority, [SINCE]))))
    assert (found.unread, len(found.anchors)) == (1, 1)


def wrapped() -> bytes:
    """Put another list around a signed one, and its signature where that list's should be."""
    body = list_of(SINCE).partition(b"?>")[2].strip()
    outer = a_list(service(CA, stranger(), [SINCE])).replace(b' Id="tl"', b"")
    signature = body[body.index(b"<ds:Signature") : body.index(b"</ds:Signature>") + len(b"</ds:Signature>")]
    inner = body.replace(signature, b"")
    return outer.replace(b"</SchemeInformation>", b"</SchemeInformation><x>" + inner + b"</x>").replace(
        b"</TrustServiceStatusList>", signature + b"</TrustServiceStatusList>"
    )


REFUSED = {
    "changed": (lambda: list_of((WITHDRAWN, BEFORE), SINCE).replace(b"/withdrawn<", b"/granted<"), "bị sửa"),
    "signed by somebody else": (lambda: signed_list(a_list(), stranger()), "người khác ký"),
    "not signed": (lambda: a_list(), "đúng một chữ ký"),
    "signed around": (wrapped, r"bị sửa|đúng một chữ ký"),
    "without a date": (
        lambda: signed_list(a_list().replace(b"<ListIssueDateTime>", b"<ListIssueDateTime>x")),
        "thiếu thông tin",
    ),
    "XML bomb": (lambda: BOMB, "DOCTYPE"),
    "XML bomb in UTF-16": (lambda: BOMB.decode().encode("utf-16"), "DOCTYPE"),
    "outer entity": (lambda: OUTER, "DOCTYPE"),
    "deep": (lambda: b"<a>" * 100_000, "đúng cú pháp"),
    "another XML": (lambda: b"<a/>", "ETSI TS 119 612"),
    "30 MB": (lambda: b"<" * 30_000_000, "30 MB"),
    "no certificate in the signature": (
        lambda: re.sub(rb"<ds:X509Certificate>[^<]*", b"<ds:X509Certificate>AAAA", list_of(SINCE)),
        "người khác ký",
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_a_list_that_does_not_hold_is_refused(case: str) -> None:
    make, words = REFUSED[case]
    with pytest.raises(SignatureError, match=words):
        read_trusted_list(make(), [der(operator())])
