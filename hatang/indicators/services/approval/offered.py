"""Which steps a person can take with a return now: what its page offers, and what an address accepts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hatang.accounts.models import Person
from hatang.indicators.models import APPROVE_RETURN, CHECK_RETURN, SIGN_RETURN, Return
from hatang.indicators.services.approval.gates import is_filer, may, may_be_filled
from hatang.indicators.services.approval.steps import sender_back

State = Return.State


@dataclass(frozen=True)
class Act:
    """A step as it is offered: its word in the address, its button, what follows, and which words it asks for."""

    slug: str
    button: str
    consequence: str
    offered: Callable[[Person, Return], bool]
    words: str = ""
    danger: bool = False


def may_send(person: Person, row: Return) -> bool:
    return may_be_filled(row) and is_filer(person, row)


def may_look(person: Person, row: Return) -> bool:
    return may_send(person, row) or (row.state in UNDER_WAY and may(person, CHECK_RETURN, row))


def may_approve(person: Person, row: Return) -> bool:
    return row.state == State.CHECKED and row.submitted_by_id != person.pk and may(person, APPROVE_RETURN, row)


def may_send_back(person: Person, row: Return) -> bool:
    return row.state in UNDER_WAY and may(person, sender_back(row), row)


UNDER_WAY = (State.SUBMITTED, State.SIGNED, State.CHECKED)
ACTS: dict[str, Act] = {
    act.slug: act
    for act in (
        Act("gui", "Gửi phiếu", "Gửi rồi thì không sửa được, trừ khi bị trả lại.", may_send),
        Act("kiem", "Kiểm tra thử", "Chạy các luật kiểm tra; không gửi đi đâu.", may_look),
        Act(
            "ky",
            "Ký, gửi Sở",
            "Phiếu sang Sở kiểm tra.",
            lambda person, row: row.state == State.SUBMITTED and may(person, SIGN_RETURN, row),
        ),
        Act(
            "kiem-tra",
            "Đã kiểm tra, trình duyệt",
            "Các luật chạy lại; phiếu sang lãnh đạo Sở.",
            lambda person, row: row.state == State.SIGNED and may(person, CHECK_RETURN, row),
        ),
        Act("duyet", "Duyệt và khoá", "Số liệu của phiếu thành số liệu đã duyệt.", may_approve),
        Act("tra-lai", "Trả lại", "Người nộp đọc các ghi chú và sửa.", may_send_back, "điều cần sửa", danger=True),
        Act(
            "mo-lai",
            "Mở lại phiếu",
            "Số liệu chưa công bố trở về dự thảo; lý do ở lại trong các bước của phiếu.",
            lambda person, row: row.state == State.APPROVED and may(person, APPROVE_RETURN, row),
            "lý do mở lại",
            danger=True,
        ),
        Act(
            "bo-qua",
            "Tổng hợp mà không chờ phiếu này",
            "Số liệu cấp tỉnh được duyệt dù thiếu nơi này; lý do ở lại. Phiếu gửi sau thì lại phải chờ.",
            lambda person, row: row.editable and may(person, APPROVE_RETURN, row),
            "lý do không chờ",
            danger=True,
        ),
    )
}


def acts_for(person: Person, row: Return) -> list[Act]:
    """List the steps that a person can take with a return now."""
    return [act for act in ACTS.values() if act.offered(person, row)]
