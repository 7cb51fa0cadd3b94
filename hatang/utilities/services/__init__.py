"""Verbs on the transparency log, on documents to sign and to verify, and on certificates of bodies."""

from hatang.utilities.services.auditing import Fault, check_log
from hatang.utilities.services.certificates import bodies_with_certificate, register_certificate, retire_certificate
from hatang.utilities.services.covers import cover_pdf
from hatang.utilities.services.documents import (
    issuing_body,
    propose_document,
    revoke_document,
    sign_document,
    withdraw_document,
)
from hatang.utilities.services.growing import append_entry, keep_writers_out
from hatang.utilities.services.keys import make_trial_key, signing_for
from hatang.utilities.services.proving import (
    Head,
    consistency_between,
    entry_numbered,
    hashes_kept,
    proof_of,
    read_nodes,
    tree_head,
)
from hatang.utilities.services.recognising import Recognised, recognise
from hatang.utilities.services.trusting import ListStanding, trust_warnings, trusted_lists
from hatang.utilities.services.verifying import Answer, Verified, checked_file, verify_file

__all__ = [
    "Answer",
    "Fault",
    "Head",
    "ListStanding",
    "Recognised",
    "Verified",
    "append_entry",
    "bodies_with_certificate",
    "check_log",
    "checked_file",
    "consistency_between",
    "cover_pdf",
    "entry_numbered",
    "hashes_kept",
    "issuing_body",
    "keep_writers_out",
    "make_trial_key",
    "proof_of",
    "propose_document",
    "read_nodes",
    "recognise",
    "register_certificate",
    "retire_certificate",
    "revoke_document",
    "sign_document",
    "signing_for",
    "tree_head",
    "trust_warnings",
    "trusted_lists",
    "verify_file",
    "withdraw_document",
]
