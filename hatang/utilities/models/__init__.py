"""Tables: the transparency log, signed documents, certificates of bodies."""

from hatang.utilities.models.certificates import CHANGE_CERTIFICATE, SEE_CERTIFICATE, BodyCertificate
from hatang.utilities.models.documents import PROPOSE, SEE_DOCUMENT, SIGN, SignedDocument
from hatang.utilities.models.log import LogEntry, LogNode, OnlyAdded, OnlyAddedQuerySet, TreeNode

__all__ = [
    "CHANGE_CERTIFICATE",
    "PROPOSE",
    "SEE_CERTIFICATE",
    "SEE_DOCUMENT",
    "SIGN",
    "BodyCertificate",
    "LogEntry",
    "LogNode",
    "OnlyAdded",
    "OnlyAddedQuerySet",
    "SignedDocument",
    "TreeNode",
]
