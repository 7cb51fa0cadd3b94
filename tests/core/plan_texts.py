"""Texts for tests of the reader's single stages: from lines of ours, and the given plans."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from hatang.core.plan_reader.header import read_header
from hatang.core.plan_reader.structure import Header, Line, Text
from hatang.core.plan_reader.text import read_text

PLANS = (
    "bac-giang-2023-2025",
    "dak-lak-2025-2030",
    "ha-giang-2023-2025",
    "lang-son-2025-2030",
    "tuyen-quang-2025-2030",
)
GIVEN = ("lang_son", "dak_lak", "tuyen_quang")


def text_of(*lines: str) -> Text:
    """Read lines that are paragraphs, under a plan's title."""
    return read_text([Line(line, whole=True) for line in ("KẾ HOẠCH", "Phát triển hạ tầng số tỉnh Hòa Lạc", *lines)])


@cache
def given_plan(shared: Path, name: str) -> tuple[Text, Header, dict[str, Any]]:
    """Read a given plan; with what careful people found in it."""
    gold = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    lines = (shared / "plans" / gold["source"]).read_text(encoding="utf-8").splitlines()
    text = read_text(map(Line, lines))
    return text, read_header(text), gold
