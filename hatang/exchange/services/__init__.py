"""Verbs of data services: offered, agreed, called, signed, logged; calls of others."""

from hatang.exchange.services.agreements import act_on, acts_open_to, request_service, set_offer
from hatang.exchange.services.answering import Answer, Asking, answer_call
from hatang.exchange.services.callers import Caller, caller_with
from hatang.exchange.services.catalogue import load_services, openapi_of
from hatang.exchange.services.keys import make_key, refresh_scopes, revoke_key, rotate_secret
from hatang.exchange.services.log import consistency_between, grow_log, proof_of
from hatang.exchange.services.outgoing import ask_outside, decide_unknown, save_outside, send_call, send_due
from hatang.exchange.services.refusals import CallRefused
from hatang.exchange.services.signing import public_keys, rotate_key

__all__ = [
    "Answer",
    "Asking",
    "CallRefused",
    "Caller",
    "act_on",
    "acts_open_to",
    "answer_call",
    "ask_outside",
    "caller_with",
    "consistency_between",
    "decide_unknown",
    "grow_log",
    "load_services",
    "make_key",
    "openapi_of",
    "proof_of",
    "public_keys",
    "refresh_scopes",
    "request_service",
    "revoke_key",
    "rotate_key",
    "rotate_secret",
    "save_outside",
    "send_call",
    "send_due",
    "set_offer",
]
