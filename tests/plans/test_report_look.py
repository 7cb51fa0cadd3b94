"""The report's look: states as on the pages, nothing parted from what it belongs to, honest and quick charts."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from django.conf import settings as project
from docx.oxml.ns import qn
from pypdf import PdfReader

from hatang.pages.templatetags.vietnamese import STATES
from hatang.plans.report import charts
from hatang.plans.report.charts import draw
from hatang.plans.report.docx import report_docx
from hatang.plans.report.docx_template import default_template
from hatang.plans.report.example import example_content
from hatang.plans.report.letter import Bar, BarChart, ReportContent, Trend, TrendChart
from hatang.plans.report.parts import STATE_INKS
from hatang.plans.report.pdf import report_pdf

CSS_NAMES = {"on_track": "on-track", "at_risk": "at-risk", "not_measured": "unknown", "not_due": "unknown"}
PARAGRAPH = "Một kiến nghị ví dụ dài vừa đủ để lấp gần hết một dòng của trang giấy."


def pages_of(content: ReportContent) -> list[str]:
    pdf = PdfReader(io.BytesIO(report_pdf(content, made_on=date(2026, 2, 5))))
    return [" ".join(page.extract_text().split()) for page in pdf.pages]


@pytest.fixture(scope="module")
def word() -> Any:
    return docx.Document(io.BytesIO(report_docx(example_content(targets=24), template=default_template())))


def bars(*percents: float) -> BarChart:
    made = tuple(Bar(f"Chỉ tiêu {n}", percent, "1 trên 2", "met", False) for n, percent in enumerate(percents))
    return BarChart("Thanh", "Thanh.", made)


def trends(unit: str, *values: float) -> TrendChart:
    years = tuple(range(2020, 2020 + len(values)))
    return TrendChart("Đường", "Đường.", (Trend("Chỉ tiêu", unit, years, values, (2030,), (values[-1],), False),))


def written(chart: BarChart | TrendChart) -> list[str]:
    """Give the texts on a chart; the SVG keeps each beside its outlines."""
    return re.findall(r"<!-- (.+?) -->", draw(chart, "svg").decode())


def test_colours_are_those_of_the_pages() -> None:
    css = (Path(project.ROOT) / "hatang/pages/static/pages/hatang.css").read_text()
    assert set(STATE_INKS) == set(STATES)
    for code, ink in STATE_INKS.items():
        assert f"--{CSS_NAMES.get(code, code)}: {ink};" in css


def test_pdf_and_charts_show_states_as_the_pages_do() -> None:
    content = example_content(targets=24)
    text = " ".join(pages_of(content)).replace("\xa0", " ")
    chart = " ".join(written(content.charts[0])).replace("\xa0", " ")
    for shape, name in STATES.values():
        assert f"{shape} {name}" in text
    for code in ("met", "missed", "on_track", "at_risk"):
        assert " ".join(STATES[code]) in chart
        assert f"fill: {STATE_INKS[code]}" in draw(content.charts[0], "svg").decode()


def test_docx_shows_states_in_the_colours_of_the_pages(word: Any) -> None:
    found = {
        run.text.replace("\xa0", " "): f"#{run.font.color.rgb}".lower()
        for table in word.tables[1:3]
        for row in table.rows
        for paragraph in row.cells[6].paragraphs
        for run in paragraph.runs
        if run.font.color.rgb is not None
    }
    assert found == {" ".join(STATES[code]): ink for code, ink in STATE_INKS.items()}


@pytest.mark.parametrize("lines", range(0, 40, 3))
def test_pdf_signature_never_stands_alone(lines: int) -> None:
    content = dataclasses.replace(example_content(communes=0), proposals=(PARAGRAPH,) * lines)
    signed = [text for text in pages_of(content) if content.signature.name in text]
    assert len(signed) == 1
    assert content.closing in signed[0]
    assert "Nơi nhận" in signed[0]


def test_docx_headings_and_leading_sentences_stay_with_their_table(word: Any) -> None:
    """What stands between a part's heading and its table's first row of figures keeps with what follows."""
    texts = {t for table in example_content(targets=24).target_tables for t in (table.finding, table.title)}
    leading = [p for p in word.paragraphs if p.text in texts or any(p.text.endswith(t) for t in texts)]
    assert len(leading) == 4
    assert all(p.paragraph_format.keep_with_next or p.style.paragraph_format.keep_with_next for p in leading)
    for table in word.tables[1:4]:
        for cell in (*table.rows[0].cells, *table.rows[1].cells):
            assert all(p.style.paragraph_format.keep_with_next for p in cell.paragraphs)


def test_docx_closing_stays_with_the_signature(word: Any) -> None:
    closing = next(p for p in word.paragraphs if p.text == example_content().closing)
    assert closing.style.paragraph_format.keep_with_next


def test_docx_rows_do_not_break_and_heads_repeat(word: Any) -> None:
    for table in word.tables[1:4]:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


@pytest.mark.parametrize(
    ("unit", "values", "end"),
    [
        ("%", (80, 96, 100), 105),
        ("%", (4, 8), 10),
        ("%", (90, 110), 110),
        ("Mbps", (80, 100), 125),
        ("%", (0, 0), 1.25),
    ],
)
def test_a_scale_of_percents_ends_at_a_hundred(unit: str, values: tuple[float, ...], end: float) -> None:
    """Other units, and low percents, get room above; a figure beyond a hundred is still shown."""
    axes = charts._draw_trends(trends(unit, *values)).axes[0]
    assert axes.get_ylim() == (0, end)


def test_a_cut_bar_is_told() -> None:
    assert any("chỉ vẽ đến 120%" in text for text in written(bars(90, 300)))
    assert not any("chỉ vẽ đến" in text for text in written(bars(90, 120)))


def test_a_chart_is_drawn_once_for_all_processes(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.CACHES = settings.CACHES | {"default": settings.CACHES["default"] | {"LOCATION": tmp_path}}
    drawn: list[BarChart | TrendChart] = []
    really = charts._drawn

    def counted(chart: BarChart | TrendChart, kind: str) -> bytes:
        drawn.append(chart)
        return really(chart, kind)

    monkeypatch.setattr(charts, "_drawn", counted)
    assert draw(bars(11.5), "svg") == draw(bars(11.5), "svg")
    assert drawn == [bars(11.5)]
    assert draw(bars(12.5), "svg") != draw(bars(11.5), "svg")
    assert drawn == [bars(11.5), bars(12.5)]
