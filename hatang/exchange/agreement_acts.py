"""Who may do what with an agreement in which state, and where that leads: one table, read by services and pages."""

from __future__ import annotations

from dataclasses import dataclass

from hatang.exchange.models import AGREE, CHANGE, REQUEST, Agreement

State = Agreement.State


@dataclass(frozen=True)
class Act:
    """One step: its word, from which states to which, who may, whether a reason must be given, what it asks first."""

    words: str
    done: str
    begins: tuple[State, ...]
    ends: State
    permission: str
    reason: bool = False
    question: str = ""


ACTS: dict[str, Act] = {
    "de-xuat": Act(
        "Đề xuất đồng ý",
        "Cán bộ Sở đề xuất đồng ý",
        (State.SENT,),
        State.PROPOSED,
        CHANGE,
        question="Những điều ghi dưới đây được trình lãnh đạo Sở; thu hẹp được so với đề nghị.",
    ),
    "dong-y": Act(
        "Đồng ý",
        "Lãnh đạo Sở đồng ý",
        (State.PROPOSED,),
        State.AGREED,
        AGREE,
        question="Đơn vị gọi được dịch vụ ngay sau khi đồng ý, đến hết ngày đã ghi.",
    ),
    "tu-choi": Act(
        "Từ chối",
        "Sở từ chối",
        (State.SENT, State.PROPOSED),
        State.REFUSED,
        AGREE,
        reason=True,
        question="Đơn vị được báo kèm lý do và có thể gửi đề nghị khác.",
    ),
    "thu-hoi": Act(
        "Thu hồi",
        "Sở thu hồi",
        (State.AGREED,),
        State.WITHDRAWN,
        AGREE,
        reason=True,
        question="Lời gọi của đơn vị bị từ chối ngay; không hoàn tác được.",
    ),
    "rut": Act(
        "Rút",
        "Đơn vị rút",
        (State.SENT, State.PROPOSED, State.AGREED),
        State.WITHDRAWN,
        REQUEST,
        question="Lời gọi của đơn vị bị từ chối ngay; muốn gọi lại phải gửi đề nghị mới.",
    ),
}
