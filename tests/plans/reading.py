"""A document of the genre as the reader would give it, in words of our own."""

from __future__ import annotations

from datetime import date
from typing import Any

from hatang.accounts.models import Person
from hatang.core.plan_reader.structure import (
    Baseline,
    Block,
    Body,
    Condition,
    Header,
    Item,
    LegalBasis,
    Oddity,
    Part,
    PlanRead,
    ReportDuty,
    Span,
    Target,
    Task,
    Text,
)
from hatang.indicators.models import Indicator
from hatang.places.models import Place
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services import readings
from hatang.work.services import store_file

LINES: list[tuple[str, str, int, str, Part]] = [
    ("KẾ HOẠCH Phát triển hạ tầng số của tỉnh Lạng Sơn giai đoạn 2026 - 2030", "", 0, "", Part.HEAD),
    ("Căn cứ Quyết định số 9001/QĐ-TTg ngày 02/3/2026 của Thủ tướng Chính phủ.", "", 0, "", Part.BASES),
    ("I. HIỆN TRẠNG", "I", 1, "HIỆN TRẠNG", Part.PRESENT),
    ("- Tỷ lệ thôn có cáp quang năm 2025: 81,5%.", "I.-1", 0, "", Part.PRESENT),
    ("II. MỤC TIÊU ĐẾN NĂM 2030", "II", 1, "MỤC TIÊU ĐẾN NĂM 2030", Part.TARGETS),
    ("- Ít nhất 95% thôn có cáp quang, 100% xã có 5G.", "II.-1", 0, "", Part.TARGETS),
    ("- Hình thành nền tảng cảm biến dùng chung của tỉnh.", "II.-2", 0, "", Part.TARGETS),
    ("III. NHIỆM VỤ", "III", 1, "NHIỆM VỤ", Part.TASKS),
    (
        "- Kéo cáp quang tới mọi thôn còn thiếu. Sở Xây dựng cùng làm, xong trước tháng 12/2027.",
        "III.-1",
        0,
        "",
        Part.TASKS,
    ),
    ("- Lập danh mục vị trí dựng trạm dùng chung.", "III.-2", 0, "", Part.TASKS),
    ("IV. TỔ CHỨC THỰC HIỆN", "IV", 1, "TỔ CHỨC THỰC HIỆN", Part.ORGANISATION),
    ("1. Sở Khoa học và Công nghệ", "IV.1", 2, "Sở Khoa học và Công nghệ", Part.ORGANISATION),
    ("- Theo dõi, đôn đốc việc thực hiện.", "IV.1.-1", 0, "", Part.ORGANISATION),
    ("- Hằng năm báo cáo UBND tỉnh kết quả trước 20/12.", "IV.1.-2", 0, "", Part.ORGANISATION),
    ("2. Ban Quản lý Khu công nghệ số", "IV.2", 2, "Ban Quản lý Khu công nghệ số", Part.ORGANISATION),
]


def span(block: int, words: str) -> Span:
    """Find words in a block."""
    start = LINES[block][0].index(words)
    return Span(block, start, start + len(words))


def text() -> Text:
    """Give the document's text with its outline."""
    items = [
        Item(n, "", 0, section, level, title, (), part) for n, (_, section, level, title, part) in enumerate(LINES)
    ]
    return Text(tuple(Block(line[0]) for line in LINES), tuple(items))


def target(block: int, words: str, **more: Any) -> Target:
    """Give a target read from these words."""
    traits = {"due_year": 2030, "comparator": "ge", "value": 95.0, "unit": "percent", "subject": words}
    return Target(span(block, words), words, LINES[block][1], **(traits | more))


def plan_read(**more: Any) -> PlanRead:
    """Give what the reader makes of the document."""
    title = "PHÁT TRIỂN HẠ TẦNG SỐ CỦA TỈNH LẠNG SƠN GIAI ĐOẠN 2026 - 2030"
    header = Header("KẾ HOẠCH", "12/KH-UBND", "2026-04-15", "UBND tỉnh Lạng Sơn", title, None, 2026, 2030)
    fibre, five_g = "Ít nhất 95% thôn có cáp quang", "100% xã có 5G"
    found: dict[str, Any] = {
        "header": header,
        "legal_bases": (LegalBasis("9001/QĐ-TTg", "2026-03-02", "Thủ tướng Chính phủ", span(1, "9001/QĐ-TTg")),),
        "targets": (
            target(5, fibre, subject="Tỷ lệ thôn có cáp quang", scope="thôn"),
            target(5, five_g, value=100.0, subject="Tỷ lệ xã có 5G", condition=Condition(100, "Mbps", "gt")),
            target(6, "Hình thành nền tảng cảm biến dùng chung", comparator="none", value=None, unit="none", sure=0.8),
        ),
        "mentions": (target(8, "mọi thôn còn thiếu", value=100.0),),
        "baselines": (
            Baseline(span(3, "81,5%"), "81,5%", "I.-1", "eq", 81.5, "percent", "Tỷ lệ thôn có cáp quang", 2025),
        ),
        "tasks": (
            Task(
                span(8, LINES[8][0][2:]),
                LINES[8][0][2:-1],
                "III.-1",
                "Sở Khoa học và Công nghệ",
                ("Sở Xây dựng",),
                "trước tháng 12/2027",
                "2027-11-30",
            ),
            Task(span(9, LINES[9][0][2:]), LINES[9][0][2:-1], "III.-2"),
        ),
        "bodies": (
            Body(
                span(11, "Sở Khoa học và Công nghệ"),
                "Sở Khoa học và Công nghệ",
                "IV.1",
                (span(12, LINES[12][0][2:]), span(13, LINES[13][0][2:])),
            ),
            Body(span(14, "Ban Quản lý Khu công nghệ số"), "Ban Quản lý Khu công nghệ số", "IV.2"),
        ),
        "report_duties": (
            ReportDuty(
                span(13, LINES[13][0][2:]),
                LINES[13][0][2:-1],
                "IV.1.-2",
                "Sở Khoa học và Công nghệ",
                "UBND tỉnh",
                "trước 20/12 hằng năm",
                None,
                "yearly",
                12,
                20,
            ),
        ),
        "oddities": (Oddity("no_signature", "Văn bản không có chữ ký."),),
    }
    return PlanRead(text(), **(found | more))


def kept_reading(
    actor: Person, province: Place, read: PlanRead | None = None, against: Plan | None = None
) -> PlanReading:
    """Give a reading that waits to be looked through."""
    file = store_file(
        actor=actor, name="ke-hoach.txt", content=b"van ban", province=province, organisation=actor.organisation
    )
    reading = PlanReading.objects.create(file=file, province=province, against=against)
    readings.keep_read(reading, read or plan_read(), pages=1, kind="txt")
    return reading


SIGNED = date(2026, 4, 15)


def confirm_all(*, actor: Person, reading: PlanReading, kind: str = "") -> None:
    """Confirm every statement that waits, of one kind or all, as an officer who looked at each."""
    waiting = reading.statements.filter(state=Statement.State.PROPOSED).exclude(kind=Statement.Kind.ODDITY)
    rows = waiting.filter(kind=kind) if kind else waiting
    readings.confirm(actor=actor, reading=reading, statements=[row.pk for row in rows])


def choose(reading: PlanReading, officer: Person, fibre: Indicator) -> None:
    """Say which indicator each target speaks of."""
    for row in reading.statements.filter(kind=Statement.Kind.TARGET):
        same = row.facts["subject"] == fibre.name
        facts = {"indicator": fibre.code, "new_indicator": None} if same else {}
        if not row.facts["mention"]:
            readings.correct(actor=officer, reading=reading, statement=row.pk, facts=facts)
