"""A scenario as a workbook: summary, works, places, money by year and source, prices that were assumed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from hatang.core.vietnamese import day
from hatang.core.xlsx_writing import BookWriter, Cell
from hatang.pages.lists import SIMULATED_LINE
from hatang.planning.services.curves import CurveTold, curve_told
from hatang.planning.services.exports.content import Content, asked_pairs, found_pairs
from hatang.planning.services.figures import Line as FigureLine

Line = Sequence[Cell]
WORKS = (
    *("Số", "Loại", "Doanh nghiệp", "Công nghệ", "Năm", "Xã, phường", "Kinh độ", "Vĩ độ", "Cao, m", "Nguồn điện"),
    *("Truyền dẫn", "Truyền dẫn, km", "Kết cấu", "Vốn, đồng", "Chi hằng năm, đồng", "Nguồn vốn"),
    *("Nơi thêm", "Hộ thêm", "Người thêm", "Đưa dịch vụ tới", "Ý của người lập", "Mô phỏng"),
)
PLACES = (
    *("Nơi", "Xã, phường", "Hộ", "Người", "Kinh độ", "Vĩ độ", "Tính là", "Số doanh nghiệp hôm nay"),
    *("Trạng thái", "Được phục vụ từ năm"),
)
PRICES = (
    *("Mã", "Khoản", "Chi", "Số lượng", "Đơn giá đã dùng, đồng", "Thành tiền, đồng", "Đơn giá thấp nhất, đồng"),
    *("Đơn giá cao nhất, đồng", "Nguồn của đơn giá", "Ngày của giá"),
)
LINES = ("Công trình", "Vốn, đồng", "Chi hằng năm, đồng", "Nơi thêm", "Hộ thêm", "Người thêm")
PLACES_WIDTHS = (28, 26, 8, 9, 11, 11, 10, 14, 26, 12)
WORKS_WIDTHS = (6, 32, 18, 10, 8, 24, 11, 11, 8, 22, 22, 12, 12, 18, 18, 34, 9, 9, 10, 50, 18, 10)
CURVE = ("Vốn, đồng", "Chi phí quy về hiện tại, đồng", "Được phục vụ, %", "Được phục vụ", "Sai số, %", "Trên bao lồi")


def workbook(content: Content) -> bytes:
    """Write the workbook."""
    file = io.BytesIO()
    mark: list[Line] = [[SIMULATED_LINE]] if content.figures.simulated else []
    with BookWriter(file) as book:
        book.write_sheet("Tóm tắt", [*mark, *summary(content)], widths=(40, 60), bold_rows=len(mark))
        for title, headings, rows, widths in (
            ("Công trình", WORKS, works(content), WORKS_WIDTHS),
            ("Nơi được phục vụ", PLACES, places(content), PLACES_WIDTHS),
            ("Theo năm và nguồn", money_headings(content), money(content), (34, *[18] * 12)),
            ("Theo loại, đơn vị, xã", ("Theo", "Tên", *LINES), groups(content), (18, 36, *[16] * 6)),
            ("Giả định giá", PRICES, prices(content), (20, 48, 14, 10, 18, 18, 18, 18, 40, 12)),
        ):
            lines = [*mark, headings, *rows]
            book.write_sheet(title, lines, widths=widths, bold_rows=len(mark) + 1, frozen=(0, len(mark) + 1))
        if (curve := curve_told(content.scenario)).rows:
            lines = [*mark, CURVE, *curve_lines(curve)]
            book.write_sheet("Đường chi phí", lines, widths=(20, 26, 16, 16, 12, 14), bold_rows=len(mark) + 1)
    return file.getvalue()


def summary(content: Content) -> Iterator[Line]:
    """Write what is asked and what was found."""
    yield from ([name, value] for name, value in asked_pairs(content))
    yield []
    yield from ([name, value] for name, value in found_pairs(content))
    yield []
    yield ["Đơn giá", "Khoản nào ghi “giả định của hệ thống” là mặc định của phần mềm, không phải giá chính thức."]
    yield ["Tọa độ", "WGS 84, độ thập phân."]


def works(content: Content) -> Iterator[Line]:
    """Write each work."""
    for work in content.figures.works:
        more, served = content.facts[work.pk], content.served_by(work)
        yield [
            *(work.number, work.kind_label, work.operator, work.technology, work.year, work.commune),
            *(round(work.lon, 6), round(work.lat, 6), more.height_m, more.get_power_display()),
            *(more.get_backhaul_display(), round(more.backhaul_km, 2), work.structure),
            *(work.capital_vnd, work.yearly_vnd, content.sources_words(work)),
            *(len(served), sum(place.households or 0 for place in served), sum(place.people or 0 for place in served)),
            *(", ".join(place.name for place in served), more.get_wish_display(), "mô phỏng" if work.simulated else ""),
        ]


def places(content: Content) -> Iterator[Line]:
    """Write each place that the scenario wants served."""
    for place in content.figures.places:
        year = place.served_in if content.figures.is_new(place) else None
        yield [
            *(place.name, place.commune, place.households, place.people, place.lon, place.lat, place.weight),
            *(place.operators_today, content.state_words(place), year),
        ]


def money_headings(content: Content) -> list[str]:
    """Head the table of money: every year, then all."""
    return ["Khoản", *(str(year) for year in content.figures.years), "Tất cả"]


def money(content: Content) -> Iterator[Line]:
    """Write money and people by year, then capital by source, beside what each source gives."""
    years, figures = content.figures.by_year, content.figures
    yield ["Công trình", *(line.works for line in years), len(figures.works)]
    yield ["Vốn, đồng", *(line.capital_vnd for line in years), figures.capital_vnd]
    yield ["Chi hằng năm từ đó, đồng", *(line.running_vnd for line in years), None]
    yield ["Nơi thêm", *(line.new.places for line in years), figures.new.places]
    yield ["Người thêm", *(line.new.people for line in years), figures.new.people]
    shares = [None if line.served_percent is None else round(line.served_percent, 2) for line in years]
    yield ["Được phục vụ cuối năm, %", *shares, None]
    if figures.asked_by_year:
        yield ["Phải đạt cuối năm, %", *(line.asked_percent for line in years), None]
    for line in figures.by_source:
        yield [f"Vốn từ {line.label}, đồng", *line.by_year_vnd, line.total_vnd]
        yield [f"Nguồn có: {line.label}, đồng", *line.given_by_year_vnd, line.given_vnd]


def groups(content: Content) -> Iterator[Line]:
    """Write the lines by kind, operator and commune."""
    figures = content.figures
    told: list[tuple[str, Sequence[FigureLine]]] = [
        ("loại công trình", figures.by_kind),
        ("doanh nghiệp", figures.by_operator),
        ("xã, phường", figures.by_commune),
    ]
    for words, lines in told:
        for line in lines:
            new = line.new
            yield [
                words,
                line.label,
                line.works,
                line.capital_vnd,
                line.yearly_vnd,
                new.places,
                new.households,
                new.people,
            ]


def prices(content: Content) -> Iterator[Line]:
    """Write what the works are made of, each with its price, range and source."""
    for item in content.items:
        price = item.price
        known = (price.low_vnd, price.high_vnd, price.source, day(price.on) if price.on else "") if price else ()
        paid = "hằng năm" if item.yearly else "một lần"
        yield [item.code, item.label, paid, round(item.count, 3), item.unit_vnd, item.amount_vnd, *known]


def curve_lines(curve: CurveTold) -> Iterator[Line]:
    """Write the points of the curve."""
    for row in curve.rows:
        hull = "có" if row.on_hull else ""
        capital = None if row.capital_vnd is None else round(row.capital_vnd)
        share, weight = round(row.served_percent, 3), round(row.served_weight, 1)
        yield [capital, round(row.cost_vnd), share, weight, row.gap_percent, hull]
