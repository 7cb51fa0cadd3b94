"""The annex of a package as a workbook: what is asked, its villages, where infrastructure can stand, the estimate."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from hatang.core.vietnamese import number
from hatang.core.xlsx_writing import BookWriter, Cell
from hatang.pages.lists import SIMULATED_LINE
from hatang.planning.fund_rules import fund_rules
from hatang.planning.services.packages.checks import Content, Gap

Line = Sequence[Cell]
VILLAGE_HEADINGS = ("STT", "Thôn", "Mã", "Xã, phường", "Số hộ", "Dân số", "Kinh độ", "Vĩ độ", "Có điện lưới")
SPOT_HEADINGS = ("STT", "Điểm", "Loại", "Xã, phường", "Kinh độ", "Vĩ độ", "Phương án đặt ở đây", "Số thôn của gói")
COST_HEADINGS = ("Khoản", "Số lượng", "Thành tiền, đồng", "Chi")


def annex(content: Content, gaps: Sequence[Gap]) -> bytes:
    """Write the workbook."""
    file = io.BytesIO()
    mark: list[Line] = [[SIMULATED_LINE]] if content.package.simulated else []
    with BookWriter(file) as book:
        book.write_sheet("Gói", [*mark, *about(content, gaps)], widths=(34, 90), bold_rows=len(mark) + 1)
        for title, headings, rows, widths in (
            ("Danh sách thôn", VILLAGE_HEADINGS, village_lines(content), (6, 28, 12, 26, 10, 10, 12, 12, 14)),
            ("Điểm đặt hạ tầng", SPOT_HEADINGS, spot_lines(content), (6, 34, 26, 26, 12, 12, 20, 16)),
            ("Ước tính", COST_HEADINGS, cost_lines(content), (60, 12, 20, 14)),
        ):
            lines = [*mark, headings, *rows]
            book.write_sheet(title, lines, widths=widths, bold_rows=len(mark) + 1, frozen=(0, len(mark) + 1))
    return file.getvalue()


def about(content: Content, gaps: Sequence[Gap]) -> Iterator[Line]:
    """Say what is asked, by which rule, and what is still missing."""
    package = content.package
    yield ["Gói", package.title]
    yield ["Tỉnh", str(package.province)]
    yield ["Gộp với", str(package.joined_with or "không gộp")]
    yield ["Dịch vụ", package.get_service_display()]
    yield ["Từ năm, đến năm", f"{package.first_year}–{package.last_year}"]
    yield ["Số thôn", len(content.villages)]
    yield ["Số hộ đã biết", sum(village.households or 0 for village in content.villages)]
    yield ["Dân số đã biết", sum(village.population or 0 for village in content.villages)]
    yield ["Vốn ước tính, đồng", package.capital_vnd]
    yield ["Chi hằng năm ước tính, đồng", package.yearly_vnd]
    yield ["Doanh nghiệp", "Không định trước: mọi doanh nghiệp đủ điều kiện đều tham gia được."]
    yield ["Tọa độ", "WGS 84, độ thập phân."]
    yield ["Ghi chú", package.note]
    for rule in fund_rules().values():
        yield [rule.label, f"{number(rule.value)} {rule.unit}. {rule.legal}. {rule.note}"]
    for gap in gaps:
        yield ["Còn thiếu" if gap.must else "Lưu ý", gap.words]


def village_lines(content: Content) -> Iterator[Line]:
    """Write each village."""
    power = {True: "có", False: "chưa", None: ""}
    for at, v in enumerate(content.villages, start=1):
        yield [
            at,
            str(v),
            v.code,
            str(v.parent or ""),
            v.households,
            v.population,
            v.lon,
            v.lat,
            power[v.has_grid_power],
        ]


def spot_lines(content: Content) -> Iterator[Line]:
    """Write each point where infrastructure can stand."""
    for at, spot in enumerate(content.spots, start=1):
        planned = "có" if spot.planned else ""
        place = [round(spot.lon, 6), round(spot.lat, 6)]
        yield [at, spot.name, spot.kind, str(spot.commune), *place, planned, len(spot.villages)]


def cost_lines(content: Content) -> Iterator[Line]:
    """Write what the estimate is made of, and its sums."""
    estimate = content.estimate
    for line in estimate.lines:
        yield [line.label, round(line.count, 2), line.amount_vnd, "hằng năm" if line.yearly else "một lần"]
    yield ["Cộng vốn", None, estimate.capital_vnd, "một lần"]
    yield ["Cộng chi hằng năm", None, estimate.yearly_vnd, "hằng năm"]
