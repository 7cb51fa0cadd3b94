"""How a sharing request moves: one table of states, one of acts. Pages, forms, services and tests read these alone.

Sources: Bắc Ninh Quyết định 72/2025/QĐ-UBND (BN) Điều 7.4, 15.4, 16, 19.3, 19.4, 28.2; Nghị định 163/2024/NĐ-CP (NĐ)
Điều 81; Luật Viễn thông 24/2023/QH15 Điều 47. Limits are rules of a province (`SharingRule`); where none holds, no
clock runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hatang.network.models import Party, RequestState

State = RequestState
OWNER, REQUESTER, DEPARTMENT, SYSTEM = Party.OWNER, Party.REQUESTER, Party.DEPARTMENT, Party.SYSTEM

REPLY = "share.reply_days"
SURVEY = "share.reply_days_survey"
EXTENSION = "share.reply_force_majeure"
AUTHORITY = "share.authority_days"
GOES_ON = "goes on"
"""In place of a rule: the clock of the state before goes on."""


@dataclass(frozen=True)
class StateRow:
    """What a state means: whose turn it is, to do what, and which rule's clock runs meanwhile."""

    turn: Party | None
    waits: str
    clock: str = ""


STATES: dict[RequestState, StateRow] = {
    State.SENT: StateRow(OWNER, "kiểm tra đề nghị có đủ để trả lời không"),
    State.INCOMPLETE: StateRow(REQUESTER, "bổ sung rồi gửi lại"),
    State.VALID: StateRow(OWNER, "trả lời", REPLY),
    State.SURVEY: StateRow(OWNER, "khảo sát rồi trả lời", SURVEY),
    State.EXTENDED: StateRow(OWNER, "trả lời trong thời gian gia hạn", GOES_ON),
    State.OVERDUE: StateRow(OWNER, "trả lời", GOES_ON),
    State.UPGRADE_OFFERED: StateRow(REQUESTER, "trả lời phương án nâng cấp"),
    State.ACCEPTED: StateRow(OWNER, "làm bước tiếp theo sau khi đồng ý"),
    State.REFUSED: StateRow(None, "Đề nghị bị từ chối; bên đề nghị có thể thương lượng tiếp, nhờ Sở, hoặc rút."),
    State.AUTHORITY_REVIEW: StateRow(DEPARTMENT, "xem xét, chấp thuận", AUTHORITY),
    State.AGREED: StateRow(OWNER, "ký hợp đồng rồi ghi vào sổ"),
    State.NEGOTIATION: StateRow(OWNER, "trả lời sau thương lượng"),
    State.CONSULTATION: StateRow(DEPARTMENT, "chủ trì hiệp thương"),
    State.ESCALATED: StateRow(DEPARTMENT, "ghi kết quả giải quyết của cấp trên"),
    State.CONTRACTED: StateRow(None, "Hai bên đã ký hợp đồng; việc dùng chung đã vào sổ."),
    State.WITHDRAWN: StateRow(None, "Bên đề nghị đã rút."),
}


@dataclass(frozen=True)
class Act:
    """One way to move a request: who may, from where to where, what is asked, what it brings about."""

    slug: str
    button: str
    """What the button says that it does."""
    consequence: str
    """What is asked before it is done: letters that were sent are not taken back."""
    who: frozenset[Party]
    sources: frozenset[RequestState]
    target: RequestState
    asks: tuple[str, ...] = ()
    """Fields of the form besides the words and the papers."""
    words_needed: bool = True
    words_label: str = "Nội dung"
    reviewed: bool | None = None
    """True: only where the province's rules ask for the department's review; False: only where they do not."""
    while_running: bool = False
    """Whether it is for requests whose clock runs, and is not over, alone."""


def act(slug: str, button: str, who: set[Party], sources: set[RequestState], target: RequestState, **more: Any) -> Act:
    """Write one row of the table."""
    return Act(slug=slug, button=button, who=frozenset(who), sources=frozenset(sources), target=target, **more)


ANSWERABLE = {State.VALID, State.SURVEY, State.EXTENDED, State.OVERDUE}
IN_TIME = {State.VALID, State.SURVEY, State.EXTENDED}
DISPUTABLE = {State.REFUSED, State.OVERDUE, State.UPGRADE_OFFERED}
WITHDRAWABLE = set(State) - {State.CONTRACTED, State.WITHDRAWN}

SEND = act(
    "gui",
    "Gửi đề nghị",
    {REQUESTER},
    set(),
    State.SENT,
    consequence="Đề nghị tới chủ sở hữu và Sở; đã gửi thì không sửa được, chỉ rút, hoặc bổ sung khi bị trả lại.",
)
OVERDUE = act(
    "qua-han",
    "Quá hạn trả lời",
    {SYSTEM},
    IN_TIME,
    State.OVERDUE,
    consequence="Hết thời hạn mà chủ sở hữu chưa trả lời; luật không nêu hệ quả, Sở được báo.",
)
ACTS: tuple[Act, ...] = (
    act(
        "hop-le",
        "Xác nhận đề nghị hợp lệ",
        {OWNER, DEPARTMENT},
        {State.SENT},
        State.VALID,
        words_needed=False,
        consequence="Thời hạn trả lời, nơi tỉnh có quy định, tính từ khi chủ sở hữu nhận được đề nghị hợp lệ này.",
    ),
    act(
        "tra-lai",
        "Trả lại để bổ sung",
        {OWNER},
        {State.SENT},
        State.INCOMPLETE,
        words_label="Cần bổ sung gì",
        consequence="Bên đề nghị nhận lại để bổ sung; chưa tính thời hạn trả lời.",
    ),
    act(
        "bo-sung",
        "Gửi lại bản đã bổ sung",
        {REQUESTER},
        {State.INCOMPLETE},
        State.SENT,
        words_label="Đã bổ sung gì",
        consequence="Chủ sở hữu và Sở nhận bản bổ sung; ngày nhận tính lại từ bây giờ.",
    ),
    act(
        "khao-sat",
        "Báo cần khảo sát kỹ thuật",
        {OWNER},
        {State.VALID},
        State.SURVEY,
        words_label="Khảo sát gì, khi nào",
        consequence="Thời hạn trả lời, nơi tỉnh có quy định, đổi sang thời hạn khi phải khảo sát, "
        "vẫn tính từ ngày nhận đề nghị hợp lệ.",
    ),
    act(
        "gia-han",
        "Gia hạn vì bất khả kháng",
        {OWNER},
        {State.VALID, State.SURVEY},
        State.EXTENDED,
        asks=("days",),
        words_label="Sự kiện bất khả kháng",
        while_running=True,
        consequence="Thời hạn trả lời kéo dài thêm số ngày này; chỉ gia hạn được một lần.",
    ),
    act(
        "dong-y",
        "Đồng ý cho dùng chung",
        {OWNER},
        ANSWERABLE | {State.NEGOTIATION},
        State.ACCEPTED,
        words_needed=False,
        words_label="Điều kiện, giá dự kiến",
        consequence="Câu trả lời được gửi tới bên đề nghị và Sở, thời hạn trả lời dừng.",
    ),
    act(
        "nang-cap",
        "Đồng ý với điều kiện nâng cấp",
        {OWNER},
        ANSWERABLE | {State.NEGOTIATION},
        State.UPGRADE_OFFERED,
        asks=("scope", "duration", "cost_vnd"),
        words_needed=False,
        consequence="Phương án nâng cấp được gửi tới bên đề nghị và Sở, thời hạn trả lời dừng.",
    ),
    act(
        "tu-choi",
        "Từ chối",
        {OWNER},
        ANSWERABLE | {State.NEGOTIATION},
        State.REFUSED,
        asks=("ground",),
        words_label="Lý do cụ thể",
        consequence="Lý do được gửi tới bên đề nghị và Sở, thời hạn trả lời dừng.",
    ),
    act(
        "nhan-nang-cap",
        "Nhận phương án nâng cấp",
        {REQUESTER},
        {State.UPGRADE_OFFERED},
        State.ACCEPTED,
        words_needed=False,
        consequence="Chủ sở hữu và Sở được báo; đề nghị đi tiếp như đã được đồng ý.",
    ),
    act(
        "trinh-so",
        "Gửi Sở xem xét, chấp thuận",
        {OWNER, REQUESTER},
        {State.ACCEPTED},
        State.AUTHORITY_REVIEW,
        reviewed=True,
        words_label="Phương án dùng chung",
        consequence="Sở nhận phương án và bắt đầu thời hạn xem xét.",
    ),
    act(
        "chap-thuan",
        "Chấp thuận",
        {DEPARTMENT},
        {State.AUTHORITY_REVIEW},
        State.AGREED,
        words_needed=False,
        consequence="Hai bên được báo và có thể ký hợp đồng.",
    ),
    act(
        "huong-dan",
        "Chưa chấp thuận, hướng dẫn sửa",
        {DEPARTMENT},
        {State.AUTHORITY_REVIEW},
        State.ACCEPTED,
        words_label="Chỗ chưa phù hợp, cần sửa hoặc nâng cấp gì",
        consequence="Hai bên được hướng dẫn sửa rồi gửi lại; thời hạn xem xét dừng.",
    ),
    act(
        "ky",
        "Ghi hợp đồng đã ký",
        {OWNER, DEPARTMENT},
        {State.AGREED},
        State.CONTRACTED,
        asks=("terms",),
        words_needed=False,
        consequence="Việc dùng chung vào sổ với giá và thời hạn này, phần còn trống giảm đi, đề nghị khép lại.",
    ),
    act(
        "ky-ngay",
        "Ghi hợp đồng đã ký",
        {OWNER, DEPARTMENT},
        {State.ACCEPTED},
        State.CONTRACTED,
        asks=("terms",),
        words_needed=False,
        reviewed=False,
        consequence="Việc dùng chung vào sổ với giá và thời hạn này, phần còn trống giảm đi, đề nghị khép lại.",
    ),
    act(
        "thuong-luong",
        "Đề nghị thương lượng lại",
        {REQUESTER},
        DISPUTABLE | {State.ACCEPTED, State.AGREED},
        State.NEGOTIATION,
        words_label="Điểm chưa thống nhất",
        consequence="Chủ sở hữu được mời trả lời lại; thời hạn đang chạy dừng.",
    ),
    act(
        "hiep-thuong",
        "Đề nghị Sở hiệp thương",
        {REQUESTER},
        DISPUTABLE | {State.NEGOTIATION},
        State.CONSULTATION,
        asks=("topic",),
        words_label="Điểm chưa thống nhất",
        consequence="Sở được đề nghị chủ trì hiệp thương; luật không đặt thời hạn cho bước này.",
    ),
    act(
        "nho-so",
        "Đề nghị Sở hiệp thương",
        {OWNER},
        {State.NEGOTIATION},
        State.CONSULTATION,
        asks=("topic",),
        words_label="Điểm chưa thống nhất",
        consequence="Sở được đề nghị chủ trì hiệp thương; luật không đặt thời hạn cho bước này.",
    ),
    act(
        "thong-nhat",
        "Ghi kết quả: các bên thống nhất",
        {DEPARTMENT},
        {State.CONSULTATION, State.ESCALATED},
        State.ACCEPTED,
        words_label="Nội dung thống nhất",
        consequence="Hai bên được báo kết quả; đề nghị đi tiếp như đã được đồng ý.",
    ),
    act(
        "khong-dung-chung",
        "Ghi kết quả: không dùng chung",
        {DEPARTMENT},
        {State.CONSULTATION, State.ESCALATED},
        State.REFUSED,
        asks=("ground",),
        words_label="Kết luận",
        consequence="Hai bên được báo kết quả; đề nghị dừng ở đây trừ khi các bên thương lượng lại.",
    ),
    act(
        "chuyen-cap-tren",
        "Chuyển cấp trên giải quyết",
        {DEPARTMENT},
        {State.CONSULTATION},
        State.ESCALATED,
        asks=("level",),
        words_label="Vì sao vượt thẩm quyền của Sở",
        consequence="Hai bên được báo rằng việc đã chuyển lên cấp trên.",
    ),
    act(
        "rut",
        "Rút đề nghị",
        {REQUESTER},
        WITHDRAWABLE,
        State.WITHDRAWN,
        words_needed=False,
        words_label="Lý do",
        consequence="Đề nghị khép lại vĩnh viễn, giấy tờ vẫn giữ; muốn dùng chung phải gửi đề nghị mới.",
    ),
)
BY_SLUG: dict[str, Act] = {row.slug: row for row in ACTS}
NAMES: dict[str, str] = {row.slug: row.button for row in (SEND, OVERDUE, *ACTS)}
