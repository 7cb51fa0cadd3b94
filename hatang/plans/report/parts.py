"""Headings, column titles and fixed sentences that page, PDF and DOCX share."""

from __future__ import annotations

from hatang.pages.templatetags.vietnamese import STATES

HEADINGS = {
    "general": "I. ĐẶC ĐIỂM CHUNG",
    "results": "II. KẾT QUẢ THỰC HIỆN CÁC MỤC TIÊU",
    "assessment": "Đánh giá chung",
    "tasks": "III. TÌNH HÌNH THỰC HIỆN NHIỆM VỤ",
    "causes": "IV. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN",
    "proposals": "V. KIẾN NGHỊ, ĐỀ XUẤT",
    "annex": "PHỤ LỤC",
}
TARGET_HEADINGS = ("TT", "Chỉ tiêu", "Đơn vị", "Mục tiêu", "Năm trước", "Năm báo cáo", "Trạng thái", "Cách có số liệu")
TASK_HEADINGS = ("TT", "Nhiệm vụ", "Hạn", "Trạng thái", "Tiến độ")
MARK_NOTE = "Dấu ▒ cạnh một con số: số liệu mô phỏng, hoặc được tính từ ít nhất một dòng mô phỏng."
OBSTACLES_OPENING = "Vướng mắc do các cơ quan chủ trì nêu:"
STATE_INKS = {
    "met": "#00695c",
    "on_track": "#0b5c8e",
    "at_risk": "#8f4a00",
    "missed": "#a81e1e",
    "not_measured": "#545d68",
    "not_due": "#545d68",
}
STATE_WORDS = {code: word for code, (_, word) in STATES.items()}
STATE_LABELS = {code: f"{shape}\u00a0{word}" for code, (shape, word) in STATES.items()}
HOW_WORDS = {"counted": "đếm", "measured": "đo", "predicted": "dự đoán", "reported": "báo cáo", "": "–"}
WIDE_COLUMNS = 4


def headings(target_tables: int) -> dict[str, str]:
    """Give the headings; the assessment is numbered after the tables of part II."""
    return HEADINGS | {"assessment": f"{target_tables + 1}. {HEADINGS['assessment']}"}
