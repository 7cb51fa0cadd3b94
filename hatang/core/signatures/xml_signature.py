"""XML signatures: reading XML that declares nothing, and telling whether a signature in it holds for all of it.

Used on strangers' files in the bound child, and on trusted lists; W3C XML Signature by signxml, ETSI EN 319 132-1.
"""

from __future__ import annotations

import warnings
from typing import Any

from cryptography import x509
from lxml import etree
from signxml import InvalidCertificate, InvalidDigest, InvalidInput, InvalidSignature, SignatureConfiguration
from signxml.xades import XAdESVerifier

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
XML_CODES = ("utf-8", "utf-16-le", "utf-16-be")
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
CANONICAL: dict[str, bool] = {
    EXCLUSIVE: True,
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": False,
    "http://www.w3.org/2006/12/xml-c14n11": False,
}
"""How what a time stamp stamps may be written, and whether exclusively."""
VERIFIER: Any = XAdESVerifier


class DeclaredError(ValueError):
    """The XML declares a document type or entities: there outer files and bombs are."""


def plain_root(content: bytes) -> Any:
    """Read XML that declares nothing. Raises DeclaredError for one that does, XMLSyntaxError for what is no XML."""
    if any(word.encode(code) in content for word in ("<!DOCTYPE", "<!ENTITY") for code in XML_CODES):
        raise DeclaredError
    root = parsed_xml(content)
    if root.getroottree().docinfo.doctype:
        raise DeclaredError
    return root


def parsed_xml(content: bytes) -> Any:
    """Read XML without entities, outer files or the network."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def verified(root: Any, leaf: bytes) -> tuple[bool, bool]:
    """Tell whether the signature holds, and whether what it signs is the whole document but itself.

    Only what the verifier says was signed is compared: a signed part moved elsewhere signs nothing (wrapping). Whether
    the certificate `leaf` (DER) was in its time is another question, asked of whoever is trusted.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        certificate = x509.load_der_x509_certificate(leaf)
        config = SignatureConfiguration(expect_references=True, verification_time=certificate.not_valid_before_utc)
        try:
            results = VERIFIER().verify(etree.tostring(root), x509_cert=certificate, expect_config=config)
        except (InvalidSignature, InvalidInput, InvalidDigest, InvalidCertificate):
            return False, False
    wanted = etree.tostring(unsigned_copy(root), method="c14n", with_comments=False)
    parts = [result.signed_xml for result in results if result.signed_xml is not None]
    signed = [etree.tostring(part, method="c14n", with_comments=False) for part in parts]
    return True, wanted in signed


def unsigned_copy(root: Any) -> Any:
    """Give the document without its signatures."""
    rest = parsed_xml(etree.tostring(root))
    for node in list(rest.iter(f"{DS}Signature")):
        remove_node(node)
    return rest


def remove_node(node: Any) -> None:
    """Take an element out and leave the text after it."""
    parent, before, tail = node.getparent(), node.getprevious(), node.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(node)


def stamped_bytes(signature: Any, algorithm: str) -> bytes:
    """Give what a signature's time stamp stamps: its value's element, canonical (EN 319 132-1, 5.3)."""
    value = signature.find(f"{DS}SignatureValue")
    written: bytes = etree.tostring(value, method="c14n", exclusive=CANONICAL[algorithm], with_comments=False)
    return written
