"""An invented report of any length: an uploaded template is tried on it, and speed is measured with it."""

from __future__ import annotations

from hatang.plans.report.letter import (
    Annex,
    AnnexRow,
    Bar,
    BarChart,
    Letterhead,
    ReportContent,
    Signature,
    TargetGroup,
    TargetRow,
    TargetTable,
    TaskGroup,
    TaskRow,
    Trend,
    TrendChart,
)
from hatang.plans.report.parts import STATE_LABELS

NAME = "Chỉ tiêu ví dụ về tỷ lệ thôn, bản được phủ sóng băng rộng di động"


def example_content(*, targets: int = 12, tasks: int = 12, communes: int = 20) -> ReportContent:
    """Make up a report; nothing in it is a figure of a real province."""
    return ReportContent(
        year=2025,
        letterhead=Letterhead(
            parent_body="Ủy ban nhân dân tỉnh Ví Dụ",
            body="Sở Khoa học và Công nghệ",
            number="Số: 05/BC-SKHCN",
            place_and_date="Ví Dụ, ngày 05 tháng 02 năm 2026",
            title="Kết quả thực hiện Kế hoạch phát triển hạ tầng số năm 2025",
            addressee="Ủy ban nhân dân tỉnh Ví Dụ",
        ),
        bases=("Căn cứ văn bản thứ nhất;", "Căn cứ văn bản thứ hai."),
        opening="Sở Khoa học và Công nghệ báo cáo kết quả thực hiện như sau:",
        general=("Địa bàn ví dụ gồm một số xã, phường.",),
        finding=f"Báo cáo ví dụ theo dõi {targets} mục tiêu.",
        target_tables=(_table("1.", 2025, targets - targets // 2), _table("2.", 2030, targets // 2)),
        bar_charts=(_bars(),),
        trend_charts=(_trends(),),
        assessment=("Đánh giá ví dụ.",),
        task_finding=f"Có {tasks} nhiệm vụ ví dụ.",
        task_groups=(TaskGroup("Cơ quan ví dụ", tuple(_task(n) for n in range(1, tasks + 1))),),
        causes=("Nguyên nhân ví dụ.",),
        obstacles=("Cơ quan ví dụ: vướng mắc ví dụ.",),
        proposals=("Kiến nghị ví dụ.",),
        closing="Trên đây là báo cáo ví dụ./.",
        signature=Signature("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Ví Dụ"),
        recipients=("- Như trên;", "- Lưu: VT, BCVT."),
        annex=_annex(communes),
        simulated=True,
        missing=(),
    )


def _table(number: str, year: int, size: int) -> TargetTable:
    rows = tuple(_row(n) for n in range(1, size + 1))
    group = TargetGroup("Hạ tầng viễn thông và Internet", rows)
    return TargetTable(number, f"Mục tiêu đến hết năm {year}", f"Có {size} mục tiêu ví dụ.", (group,) if rows else ())


def _row(n: int) -> TargetRow:
    code = list(STATE_LABELS)[n % len(STATE_LABELS)]
    return TargetRow(
        number=str(n),
        name=f"{NAME} {n}",
        unit="%",
        target="≥ 98",
        previous="91,5",
        current="95,25 ▒" if n % 2 == 0 else "95,25",
        state=STATE_LABELS[code],
        state_code=code,
        how="đếm",
        how_code="counted",
        simulated=n % 2 == 0,
    )


def _task(n: int) -> TaskRow:
    state = "quá hạn 40 ngày" if n % 5 == 0 else "đang làm"
    return TaskRow(str(n), f"Nhiệm vụ ví dụ số {n}", "31/12/2025", state, n % 5 == 0, "Đã làm một phần.")


def _bars() -> BarChart:
    states = list(STATE_LABELS)
    bars = tuple(Bar(f"Chỉ tiêu {n}", 15.0 * n, f"{15 * n} / 100", states[n % 4], n % 2 == 0) for n in range(1, 9))
    return BarChart("Mức đạt so với mục tiêu", "Biểu đồ thanh ví dụ: tám chỉ tiêu so với mục tiêu.", bars)


def _trends() -> TrendChart:
    trend = Trend("Chỉ tiêu ví dụ", "%", (2023, 2024, 2025), (70.0, 82.5, 91.0), (2025, 2030), (95.0, 100.0), True)
    return TrendChart("Diễn biến một số chỉ tiêu", "Biểu đồ đường ví dụ: hai chỉ tiêu qua các năm.", (trend, trend))


def _annex(communes: int) -> Annex:
    headings = tuple(f"Chỉ tiêu {n} (%)" for n in range(1, 7))
    rows = tuple(AnnexRow(str(n), f"Xã Ví Dụ {n}", ("95,5",) * len(headings)) for n in range(1, communes + 1))
    return Annex("Số liệu theo xã, phường", "Số liệu ví dụ.", headings, rows)
