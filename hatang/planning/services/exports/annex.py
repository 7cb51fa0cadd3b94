"""A scenario as an annex in Word, laid out as NĐ 30/2020/NĐ-CP (5/3/2020), Phụ lục I, asks of annexes; A4 lying."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm

from hatang.core.documents.docx_blocks import (
    NOT_IN_XML,
    STYLES,
    Row,
    add_lines,
    add_styles,
    append_rows,
    grid,
    page_number,
    style,
)
from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.pages.lists import SIMULATED_LINE
from hatang.planning.models import Scenario
from hatang.planning.services.curves import curve_told, swings_told
from hatang.planning.services.exports.content import Content, Item
from hatang.planning.services.figures import WorkRow
from hatang.planning.services.figures_map import map_finding, place_noun
from hatang.planning.services.words import asked_words, finding, late_words

SIMULATED_FOOT = f"{SIMULATED_LINE} – được sinh ra để dùng thử, không phải số liệu chính thức"
ANNEX, WITH = (
    "Phụ lục",
    "(Kèm theo văn bản số            /            ngày      tháng      năm            của            )",
)
MARGIN_MM = {"top": 20, "bottom": 20, "left": 25, "right": 20}
PAGE_MM = 252
TEXT, AMOUNT, GROUP, TOTAL = "Chữ trong bảng", "Số trong bảng", "Nhóm trong bảng", "Tổng trong bảng"
MORE_STYLES = dict(
    (
        style("Phụ lục", 14, ALIGN.CENTER, bold=True, keep=True),
        style("Tên phụ lục", 14, ALIGN.CENTER, bold=True, keep=True),
        style("Kèm theo", 14, ALIGN.CENTER, italic=True, after=12),
        style("Tổng trong bảng", 11, ALIGN.RIGHT, bold=True, before=1, after=1),
        style("Chữ liền trong bảng", 11, before=1, after=1, keep=True),
        style("Số liền trong bảng", 11, ALIGN.RIGHT, before=1, after=1, keep=True),
        style("Đơn vị tính", 12, ALIGN.RIGHT, italic=True, before=3, after=3, keep=True),
        style("Dưới bảng", 11, ALIGN.JUSTIFY, italic=True, before=3, after=6),
    )
)
WORKS = (
    *(("STT", 12), ("Công trình", 46), ("Doanh nghiệp", 22), ("Xã, phường", 28), ("Vốn", 30)),
    *(("Chi hằng năm", 28), ("Người thêm", 16), ("Nơi được phục vụ thêm", 70)),
)
SOURCES = ("Nguồn vốn", 28)
"""A further column where money has sources; what it takes comes off the last one's width."""
GAPS = ("STT", "Nơi", "Xã, phường", "Số hộ", "Dân số", "Vì sao còn thiếu")
GAPS_MM = (12, 56, 56, 20, 20, 88)
COMMUNES = (
    "STT",
    "Xã, phường",
    "Công trình",
    "Vốn",
    "Nơi có hôm nay",
    "Nơi thêm",
    "Người thêm",
    "Nơi còn thiếu",
    "Người còn thiếu",
)
COMMUNES_MM = (12, 66, 22, 40, 24, 22, 22, 22, 22)
PRICES = ("STT", "Khoản", "Số lượng", "Đơn giá", "Thành tiền", "Khoảng đơn giá", "Nguồn của đơn giá")
PRICES_MM = (12, 66, 18, 28, 32, 54, 42)
LONGEST_NAMES = 8


def annex(content: Content) -> bytes:
    """Write the document."""
    document = Document()
    add_styles(document, STYLES | MORE_STYLES)
    document.core_properties.title = clean(content.scenario.title)[:255]
    document.core_properties.author, document.core_properties.language = "", "vi-VN"
    lay_page(document, simulated=content.figures.simulated)
    head = f"Công trình, kinh phí và nơi được phục vụ|{clean(content.scenario.title)}"
    add_lines(document, ("Phụ lục", ANNEX), ("Tên phụ lục", head.upper()), ("Kèm theo", WITH))
    for add in (add_summary, add_money, add_works, add_communes, add_gaps, add_prices):
        add(document, content)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def clean(text: str) -> str:
    """Drop what XML cannot hold, and the bar that would begin another paragraph."""
    return NOT_IN_XML.sub("", text).replace("|", "/")


def lay_page(document: Any, *, simulated: bool) -> None:
    """Lay the paper, number its pages from the second on and, where a row is made up, say so on each."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    for side, width in MARGIN_MM.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.header_distance, section.footer_distance = Mm(9), Mm(8)
    section.different_first_page_header_footer = True
    page_number(section.header.paragraphs[0])
    for footer in (section.first_page_footer, section.footer):
        footer.paragraphs[0].text = SIMULATED_FOOT if simulated else ""


def heading(document: Any, text: str) -> None:
    """Add a numbered heading."""
    document.add_heading(text, 1)


def add_table(document: Any, headings: Sequence[str], widths_mm: Sequence[float], rows: Iterable[Row]) -> None:
    """Add a table with lines, its heading repeated on each page, in đồng."""
    append_rows(document, grid(document, tuple(headings), tuple(widths_mm)), rows)


def row_of(cells: Sequence[Any], looks: Sequence[str]) -> Row:
    """Write cells, each in its look; numbers as people here write them."""
    texts = [number(cell) if isinstance(cell, int | float) else clean(str(cell or "")) for cell in cells]
    return [(text, look, 1) for text, look in zip(texts, looks, strict=True)]


def add_summary(document: Any, content: Content) -> None:
    """Say what is asked, what is built for how much, what is left, what moves the answer."""
    scenario, figures = content.scenario, content.figures
    heading(document, "I. Tóm tắt")
    lines = [f"Cần: {asked_words(scenario)}.", finding(scenario, figures), map_finding(figures)]
    lines.append(
        f"Chi phí quy về hiện tại {vnd_words(figures.present_vnd)}: vốn trả dần thành niên kim "
        f"{number(scenario.lifetime_years)} năm và chi hằng năm, tính đến hết năm {scenario.last_year}, "
        f"lãi suất {number(scenario.interest_percent, 2)} %/năm."
    )
    lines.append(late_words(figures))
    if figures.sites:
        lines.append(
            f"Trong {number(len(figures.sites))} vị trí mới, {number(figures.shared_sites)} vị trí "
            f"({number(figures.shared_percent, 1)} %) đặt trên hạ tầng có sẵn."
        )
    lines += [*curve_told(scenario).sentences, *swings_told(scenario).sentences]
    add_lines(document, *(("Nội dung", clean(line)) for line in lines if line))


def add_money(document: Any, content: Content) -> None:
    """Write money and people by year, and capital by source."""
    figures = content.figures
    heading(document, "II. Kinh phí theo năm và nguồn")
    years = figures.by_year
    add_lines(document, ("Đơn vị tính", "Đơn vị tính: đồng"))
    first = 62
    widths = (first, *[(PAGE_MM - first) / (len(years) + 1)] * (len(years) + 1))
    add_table(document, ("", *(line.label for line in years), "Tất cả"), widths, money_rows(content))
    if not any(amount is not None for line in figures.by_source for amount in line.given_by_year_vnd):
        add_lines(document, ("Dưới bảng", "Phương án không đặt giới hạn kinh phí theo năm và nguồn."))


def money_rows(content: Content) -> Iterator[Row]:
    """Write the lines of the table of money."""
    figures, years = content.figures, content.figures.by_year
    looks = ["Chữ liền trong bảng", *["Số liền trong bảng"] * (len(years) + 1)]
    strong = [GROUP, *[TOTAL] * (len(years) + 1)]
    yield row_of(["Vốn", *(line.capital_vnd for line in years), figures.capital_vnd], strong)
    for line in figures.by_source:
        yield row_of([f"– từ {line.label}", *line.by_year_vnd, line.total_vnd], looks)
    yield row_of(["Chi hằng năm từ đó", *(line.running_vnd for line in years), ""], looks)
    yield row_of(["Số công trình", *(line.works for line in years), len(figures.works)], looks)
    noun = place_noun(content.scenario).capitalize()
    yield row_of([f"{noun} được phục vụ thêm", *(line.new.places for line in years), figures.new.places], looks)
    yield row_of(["Người được phục vụ thêm", *(line.new.people for line in years), figures.new.people], looks)
    shares = [number(line.served_percent, 1) for line in years]
    yield row_of(["Được phục vụ cuối năm, %", *shares, ""], looks)
    if figures.asked_by_year:
        asked = ["" if line.asked_percent is None else number(line.asked_percent, 1) for line in years]
        yield row_of(["Phải đạt cuối năm, %", *asked, ""], looks)


def add_works(document: Any, content: Content) -> None:
    """Write the works, year by year."""
    heading(document, "III. Danh mục công trình")
    if not content.figures.works:
        add_lines(document, ("Nội dung", "Không cần công trình nào."))
        return
    columns = list(WORKS)
    if content.figures.budgets:
        last, width = columns[-1]
        columns[-1:] = [SOURCES, (last, width - SOURCES[1])]
    add_lines(document, ("Đơn vị tính", "Đơn vị tính của tiền: đồng"))
    headings, widths = zip(*columns, strict=True)
    add_table(document, headings, widths, work_rows(content))
    add_lines(document, ("Dưới bảng", "Vốn và chi của một kết cấu dùng chung ghi ở công trình đầu tiên đặt trên nó."))


def work_rows(content: Content) -> Iterator[Row]:
    """Write each year's works under a line with the year's sums."""
    sourced = bool(content.figures.budgets)
    at = 0
    for year, group in groupby(content.figures.works, key=lambda work: work.year):
        works = list(group)
        capital, yearly = sum(work.capital_vnd for work in works), sum(work.yearly_vnd for work in works)
        sums = [(number(capital), TOTAL, 1), (number(yearly), TOTAL, 1), ("", TEXT, 3 if sourced else 2)]
        yield [(f"Năm {year}: {number(len(works))} công trình", GROUP, 4), *sums]
        for work in works:
            at += 1
            yield work_row(at, work, content, sourced=sourced)


def work_row(at: int, work: WorkRow, content: Content, *, sourced: bool) -> Row:
    """Write one work: what, whose, where, its money, and where it brings the service."""
    served = content.served_by(work)
    names = ", ".join(place.name for place in served[:LONGEST_NAMES])
    names += f" và {number(len(served) - LONGEST_NAMES)} nơi khác" if len(served) > LONGEST_NAMES else ""
    people = sum(place.people or 0 for place in served)
    kind = f"{work.kind_label[:1].upper()}{work.kind_label[1:]}, {work.technology} (số {work.number})"
    cells = [at, kind, work.operator, work.commune, work.capital_vnd, work.yearly_vnd, people, names]
    looks = [AMOUNT, TEXT, TEXT, TEXT, AMOUNT, AMOUNT, AMOUNT, TEXT]
    if sourced:
        cells.insert(-1, content.source_names(work))
        looks.insert(-1, TEXT)
    return row_of(cells, looks)


def add_communes(document: Any, content: Content) -> None:
    """Write what each commune gets and what it still lacks."""
    heading(document, "IV. Theo xã, phường")
    looks = (AMOUNT, TEXT, *[AMOUNT] * 7)
    lines = [line for line in content.figures.by_commune if line.works or line.new.places or line.left.places]
    if not lines:
        add_lines(document, ("Nội dung", "Không xã, phường nào thay đổi hoặc còn thiếu."))
        return
    rows = (
        row_of(
            [
                *(at, line.label or "chưa rõ xã", line.works, line.capital_vnd, line.today.places),
                *(line.new.places, line.new.people, line.left.places, line.left.people),
            ],
            looks,
        )
        for at, line in enumerate(lines, start=1)
    )
    add_lines(document, ("Đơn vị tính", "Đơn vị tính của vốn: đồng"))
    add_table(document, COMMUNES, COMMUNES_MM, rows)


def add_gaps(document: Any, content: Content) -> None:
    """Write the places that are left."""
    noun = place_noun(content.scenario)
    heading(document, f"V. Danh mục {noun} còn thiếu")
    figures = content.figures
    if not figures.gaps:
        add_lines(document, ("Nội dung", f"Không còn {noun} nào thiếu."))
        return
    looks = (AMOUNT, TEXT, TEXT, AMOUNT, AMOUNT, TEXT)
    why = {True: "có công trình với tới, phương án không chọn", False: "không công trình nào với tới"}
    rows = (
        row_of(
            [at, place.name, place.commune, place.households, place.people, why[place.pk in figures.reachable]], looks
        )
        for at, place in enumerate(figures.gaps, start=1)
    )
    add_table(document, GAPS, GAPS_MM, rows)


def add_prices(document: Any, content: Content) -> None:
    """Write what the money is made of, and which prices nobody has confirmed."""
    heading(document, "VI. Đơn giá đã dùng")
    assumed = sum(item.price is None or item.price.assumed for item in content.items)
    words = (
        f"{number(assumed)}/{number(len(content.items))} khoản là giả định của hệ thống, không phải giá chính thức; "
    )
    words += "phải thay bằng đơn giá của tỉnh hoặc báo giá trước khi trình duyệt."
    add_lines(document, ("Nội dung", words if assumed else "Mọi đơn giá đều do tỉnh ghi, có nguồn và ngày."))
    if content.items:
        add_lines(document, ("Đơn vị tính", "Đơn vị tính của tiền: đồng"))
        rows = (price_row(at, item) for at, item in enumerate(content.items, start=1))
        add_table(document, PRICES, PRICES_MM, rows)
    add_lines(document, ("Dưới bảng", proof(content.scenario)))


def price_row(at: int, item: Item) -> Row:
    """Write a price as the works use it."""
    looks = (AMOUNT, TEXT, AMOUNT, AMOUNT, AMOUNT, AMOUNT, TEXT)
    price = item.price
    between = f"{number(price.low_vnd)} – {number(price.high_vnd)}" if price else ""
    label = f"{item.label}, mỗi năm" if item.yearly else item.label
    source = f"{price.source}, {price.on:%d/%m/%Y}" if price and price.on else price.source if price else ""
    return row_of([at, label, number(item.count, 2), item.unit_vnd, item.amount_vnd, between, source], looks)


def proof(scenario: Scenario) -> str:
    """Say how the answer was found and how near the best it is known to be."""
    answer = scenario.answer
    solver = f"Giải bằng {answer['solver']}. " if answer.get("solver") else ""
    gap = f"Sai số đã chứng minh {number(answer.get('gap_percent'), 2)} %. " if "gap_percent" in answer else ""
    return f"{solver}{gap}Vùng phủ hôm nay theo lượt tính “{scenario.run.title}”."
