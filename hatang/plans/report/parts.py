"""Headings, column titles and fixed sentences that page, PDF and DOCX share."""

from __future__ import annotations

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
    "met": "#00527f",
    "on_track": "#1f6f9e",
    "at_risk": "#8a5a00",
    "missed": "#a33d00",
    "not_measured": "#555555",
    "not_due": "#555555",
}
STATE_WORDS = {
    "met": "đạt",
    "on_track": "đúng tiến độ",
    "at_risk": "có nguy cơ",
    "missed": "không đạt",
    "not_measured": "chưa đo được",
    "not_due": "chưa đến hạn",
}
STATE_SHAPES = {"met": "■", "on_track": "▲", "at_risk": "!", "missed": "×", "not_measured": "?", "not_due": "○"}
HOW_WORDS = {"counted": "đếm", "measured": "đo", "predicted": "dự báo", "reported": "báo cáo", "": "–"}
WIDE_COLUMNS = 4


def headings(target_tables: int) -> dict[str, str]:
    """Give the headings; the assessment is numbered after the tables of part II."""
    return HEADINGS | {"assessment": f"{target_tables + 1}. {HEADINGS['assessment']}"}
