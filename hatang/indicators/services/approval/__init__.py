"""The way of a return up the line: sent, signed, checked, approved and locked; sent back with notes; opened again."""

from hatang.indicators.services.approval.bulk import STEPS, may_check, start_bulk, told
from hatang.indicators.services.approval.gates import in_the_way, is_filer, may_be_filled
from hatang.indicators.services.approval.offered import ACTS, Act, acts_for
from hatang.indicators.services.approval.steps import (
    Note,
    Outcome,
    answer_finding,
    approve_return,
    approve_returns,
    check_return,
    check_returns,
    leave_out,
    reopen_return,
    send_back,
    sign_return,
    submit_return,
)

__all__ = [
    "ACTS",
    "STEPS",
    "Act",
    "Note",
    "Outcome",
    "acts_for",
    "answer_finding",
    "approve_return",
    "approve_returns",
    "check_return",
    "check_returns",
    "in_the_way",
    "is_filer",
    "leave_out",
    "may_be_filled",
    "may_check",
    "reopen_return",
    "send_back",
    "sign_return",
    "start_bulk",
    "submit_return",
    "told",
]
