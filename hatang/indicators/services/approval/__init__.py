"""The way of a return up the line: sent, signed, checked, approved and locked; sent back with notes; opened again."""

from hatang.indicators.services.approval.apart import Apart, apart_in, not_added_up
from hatang.indicators.services.approval.bulk import STEPS, BulkStep, may_check, start_bulk, told
from hatang.indicators.services.approval.gates import in_the_way, is_filer, may_be_filled
from hatang.indicators.services.approval.many import remind_filers, send_back_returns
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
    "Apart",
    "BulkStep",
    "Note",
    "Outcome",
    "acts_for",
    "answer_finding",
    "apart_in",
    "approve_return",
    "approve_returns",
    "check_return",
    "check_returns",
    "in_the_way",
    "is_filer",
    "leave_out",
    "may_be_filled",
    "may_check",
    "not_added_up",
    "remind_filers",
    "reopen_return",
    "send_back",
    "send_back_returns",
    "sign_return",
    "start_bulk",
    "submit_return",
    "told",
]
