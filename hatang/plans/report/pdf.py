"""The report as PDF/A-2b, tagged, set by typst; the officer's texts travel as data and are never read as markup."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

from hatang.pages.templatetags.vietnamese import STATES
from hatang.plans.report import wording
from hatang.plans.report.charts import FONTS, SIGN_FONT, draw, sign_fonts
from hatang.plans.report.letter import ReportContent, to_json
from hatang.plans.report.parts import (
    MARK_NOTE,
    OBSTACLES_OPENING,
    STATE_INKS,
    TARGET_HEADINGS,
    TASK_HEADINGS,
    WIDE_COLUMNS,
    headings,
)

LAYOUT = Path(__file__).with_name("report.typ")


def report_pdf(content: ReportContent, *, made_on: date) -> bytes:
    """Set the report as PDF."""
    pictures = {f"chart-{number}.svg": draw(chart, "svg") for number, chart in enumerate(content.charts)}
    data = layout_data(content, made_on) | {
        "charts": [{"file": f"chart-{n}.svg", "alt": c.alt, "title": c.title} for n, c in enumerate(content.charts)]
    }
    files = {"main": _layout(), "content.json": json.dumps(printable(data), ensure_ascii=False).encode(), **pictures}
    compile_files: Any = typst.compile
    pdf: bytes = compile_files(
        files,
        font_paths=[FONTS, sign_fonts()],
        ignore_system_fonts=True,
        pdf_standards="a-2b",
        pdf_tags=True,
        timestamp=0,
    )
    return pdf


def printable(data: Any) -> Any:
    """Put a question mark for each character that no font of the report draws: PDF/A refuses them."""
    if isinstance(data, str):
        return "".join(c if ord(c) in _drawn() or c == "\n" else "?" for c in unicodedata.normalize("NFC", data))
    if isinstance(data, dict):
        return {key: printable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [printable(value) for value in data]
    return data


@cache
def _drawn() -> frozenset[int]:
    """List the characters that each style of the text's family draws."""
    fonts = []
    for path in sorted(Path(FONTS).rglob("*.ttf")):
        with TTFont(path) as font:
            fonts.append(font.getBestCmap())
    signs = {ord(shape) for shape, _ in STATES.values()}
    return frozenset.intersection(*(frozenset(font) for font in fonts)) | signs


@cache
def _layout() -> bytes:
    return LAYOUT.read_bytes()


def layout_data(content: ReportContent, made_on: date) -> dict[str, Any]:
    """Give everything that the layout reads, as plain data."""
    data = to_json(content)
    for table in data["target_tables"]:
        table["heading"] = f"{table['number']} {table['title']}"
        for group in table["groups"]:
            group["rows"] = [row | {"colour": STATE_INKS[row["state_code"]]} for row in group["rows"]]
    data["annex"]["wide"] = len(content.annex.headings) > WIDE_COLUMNS
    return data | {
        "title": f"{wording.KIND}: {content.letterhead.title}",
        "author": content.letterhead.body,
        "date": [made_on.year, made_on.month, made_on.day],
        "sign_font": SIGN_FONT,
        "margin": wording.MARGIN_MM,
        "country": wording.COUNTRY,
        "motto": wording.MOTTO,
        "kind": wording.KIND,
        "simulated": content.simulated_note,
        "headings": headings(len(content.target_tables)),
        "target_headings": TARGET_HEADINGS,
        "task_headings": TASK_HEADINGS,
        "mark_note": MARK_NOTE,
        "obstacles_opening": OBSTACLES_OPENING,
    }
