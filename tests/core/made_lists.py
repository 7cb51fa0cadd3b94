"""Trusted lists made for tests, in the form that states publish (ETSI TS 119 612 version 5), and signed as they are."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from hatang.core.signatures.trial_keys import Pair
from hatang.core.signatures.trusted_lists import GRANTED, URI
from hatang.core.signatures.xml_signature import DS
from tests.core.signing_authority import Authority
from tests.core.signing_keys import NOW, keys

WITHDRAWN = GRANTED.replace("granted", "withdrawn")
CA, TSA = f"{URI}Svctype/CA/QC", f"{URI}Svctype/TSA/QTST"
Entry = tuple[str, datetime]
LONG_AGO = NOW - timedelta(days=900)


@cache
def operator() -> Pair:
    """Have the key of who runs the scheme."""
    return Authority(0).issue("Đơn vị vận hành", elliptic=True)


@cache
def stranger() -> Pair:
    """Have the key of somebody else."""
    return Authority(0).issue("Người khác", elliptic=True)


def der(pair: Pair) -> bytes:
    return pair.certificate.public_bytes(Encoding.DER)


def entry(kind: str, status: Entry, certificate: str, name: str) -> str:
    """Write what a service is or was since an instant."""
    state, since = status
    return (
        f"<{name}><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier><ServiceName><Name xml:lang='vi'>Dịch vụ</Name>"
        f"</ServiceName><ServiceDigitalIdentity><DigitalId>{certificate}</DigitalId></ServiceDigitalIdentity>"
        f"<ServiceStatus>{state}</ServiceStatus><StatusStartingTime>{since:%Y-%m-%dT%H:%M:%SZ}</StatusStartingTime>"
    )


def service(kind: str, pair: Pair, statuses: Sequence[Entry], more: str = "") -> str:
    """Write a service, its statuses from the newest on."""
    held = f"<X509Certificate>{base64.b64encode(der(pair)).decode()}</X509Certificate>"
    now, *before = statuses
    extensions = f"<ServiceInformationExtensions>{more}</ServiceInformationExtensions>" if more else ""
    old = "".join(
        entry(kind, status, "<X509SKI>AQID</X509SKI>", "ServiceHistoryInstance") + "</ServiceHistoryInstance>"
        for status in before
    )
    history = f"<ServiceHistory>{old}</ServiceHistory>" if old else ""
    current = entry(kind, now, held, "ServiceInformation")
    return f"<TSPService>{current}{extensions}</ServiceInformation>{history}</TSPService>"


def a_list(*services: str, ends: datetime | None = NOW + timedelta(days=90)) -> bytes:
    """Write a list of these services, not signed yet."""
    update = f"<dateTime>{ends:%Y-%m-%dT%H:%M:%SZ}</dateTime>" if ends else ""
    return (
        '<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="tl" '
        'TSLTag="http://uri.etsi.org/19612/TSLTag">'
        "<SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>7</TSLSequenceNumber>"
        "<SchemeOperatorName><Name xml:lang='vi'>Cơ quan thử</Name></SchemeOperatorName>"
        f"<ListIssueDateTime>{LONG_AGO:%Y-%m-%dT%H:%M:%SZ}</ListIssueDateTime><NextUpdate>{update}</NextUpdate>"
        "</SchemeInformation><TrustServiceProviderList><TrustServiceProvider><TSPServices>"
        f"{''.join(services)}</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>"
    ).encode()


def signed_list(content: bytes, signer: Pair | None = None) -> bytes:
    """Sign a list as XAdES-B, enveloped, as its publisher does."""
    from signxml import SignatureMethod, methods
    from signxml.xades import XAdESSigner

    pair = signer or operator()
    how = XAdESSigner(
        method=methods.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm="http://www.w3.org/2006/12/xml-c14n11",
    )
    made = how.sign(etree.fromstring(content), key=pair.key, cert=[pair.as_pem().decode()], always_add_key_value=False)
    assert made.find(f"{DS}Signature") is not None
    return etree.tostring(made, xml_declaration=True, encoding="UTF-8")


def list_of(*statuses: Entry, ends: datetime | None = NOW + timedelta(days=90)) -> bytes:
    """Publish a list with our authority in these statuses, and our stamping key granted."""
    issuing = service(CA, keys().authority, statuses)
    return signed_list(a_list(issuing, service(TSA, keys().stamper, [(GRANTED, LONG_AGO)]), ends=ends))
