"""Verbs on the transparency log: append, prove, recognise a file, check the whole."""

from hatang.utilities.services.auditing import Fault, check_log
from hatang.utilities.services.growing import append_entry
from hatang.utilities.services.proving import Head, consistency_between, entry_numbered, proof_of, read_nodes, tree_head
from hatang.utilities.services.recognising import Recognised, recognise

__all__ = [
    "Fault",
    "Head",
    "Recognised",
    "append_entry",
    "check_log",
    "consistency_between",
    "entry_numbered",
    "proof_of",
    "read_nodes",
    "recognise",
    "tree_head",
]
