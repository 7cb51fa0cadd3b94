"""The sheet that is signed in place of a table: it names the table's file by its hash, so that anybody can compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

LAYOUT = Path(__file__).with_name("cover.typ")
FONT = "Tinos"
FONTS = Path(settings.ROOT) / "node_modules/@expo-google-fonts/tinos"
SIMULATED = "DỮ LIỆU MÔ PHỎNG"


def cover_pdf(
    *,
    title: str,
    issuer: str,
    facts: Sequence[tuple[str, str, bool]],
    how: Sequence[str],
    simulated: bool,
    heading: str = "PHIẾU CÔNG BỐ SỐ LIỆU",
    asked: str = "Kiểm tra thế nào",
) -> bytes:
    """Set a cover sheet as PDF/A-2b; `facts` are label, text, and whether it is a hash; `how` says what is `asked`."""
    import typst

    said: dict[str, Any] = {
        "heading": heading,
        "asked": asked,
        "title": title,
        "issuer": issuer,
        "facts": facts,
        "how": how,
        "font": FONT,
    }
    said["simulated"] = SIMULATED if simulated else ""
    files = {"main": _layout(), "cover.json": json.dumps(said, ensure_ascii=False).encode()}
    compile_files: Any = typst.compile
    pdf: bytes = compile_files(
        files,
        font_paths=[str(FONTS), str(_plain_fonts())],
        ignore_system_fonts=True,
        pdf_standards="a-2b",
        timestamp=0,
    )
    return pdf


@cache
def _layout() -> bytes:
    return LAYOUT.read_bytes()


def _plain_fonts() -> Path:
    """Find the folder of the font of even widths, in which hashes are read; it comes with matplotlib."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib")
    return Path(found.origin).parent / "mpl-data/fonts/ttf"
