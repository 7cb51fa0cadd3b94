"""The visible stamp of a signed document: who, when, its code, and a QR code that leads to the page that verifies."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

LAYOUT = Path(__file__).with_name("stamp.typ")
WIDTH_MM, HEIGHT_MM = 150.0, 17.0
FROM_LEFT_MM, FROM_BOTTOM_MM = 30.0, 1.5
"""Where the stamp stands: in the lower margin of A4, right of the binding (NĐ 30/2020: 20 mm below, 30 mm left)."""
POINTS_A_MM = 72 / 25.4
TRIAL_WORDS = "CHỮ KÝ THỬ NGHIỆM, KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
QUIET_MODULES = 2
"""White modules about the code: ISO/IEC 18004 asks for 4; the other two are the paper's own margin."""


@dataclass(frozen=True)
class Stamp:
    """What a stamp says; `when` in words, `address` the page to which the QR code leads, `trial` of a trial key."""

    issuer: str
    when: str
    code: str
    address: str
    trial: bool


def stamp_pdf(stamp: Stamp, *, font: str, font_folders: Sequence[Path]) -> bytes:
    """Set a stamp as a PDF of one page, WIDTH_MM by HEIGHT_MM; its texts are data and never read as markup."""
    import typst

    said = asdict(stamp) | {"width_mm": WIDTH_MM, "height_mm": HEIGHT_MM, "font": font}
    said["trial"] = TRIAL_WORDS if stamp.trial else ""
    files = {
        "main": layout(),
        "stamp.json": json.dumps(said, ensure_ascii=False).encode(),
        "qr.svg": qr_svg(stamp.address),
    }
    compile_files: Any = typst.compile
    pdf: bytes = compile_files(
        files, font_paths=[str(folder) for folder in font_folders], ignore_system_fonts=True, timestamp=0
    )
    return pdf


def qr_svg(address: str) -> bytes:
    """Draw an address as a QR code that survives a loss of 15 % of it (level M).

    >>> qr_svg("https://vd.vn/xac-minh/ABCD-EFGH-JKMN").startswith(b"<svg")
    True
    """
    import segno

    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(
        drawn, kind="svg", border=QUIET_MODULES, xmldecl=False, svgns=True, omitsize=True, light="#ffffff"
    )
    return drawn.getvalue()


def stamp_box(page_width: float, page_height: float) -> tuple[int, int, int, int]:
    """Give the stamp's place on a page in points: in the lower margin, made smaller on a page narrower than A4.

    >>> stamp_box(595.3, 841.9)
    (85, 4, 510, 52)
    >>> stamp_box(300, 400)[2] <= 300
    True
    """
    width, height = WIDTH_MM * POINTS_A_MM, HEIGHT_MM * POINTS_A_MM
    left = FROM_LEFT_MM * POINTS_A_MM
    scale = min(1.0, page_width / (width + left), page_height / (4 * height))
    x0, y0 = left * scale, FROM_BOTTOM_MM * POINTS_A_MM * scale
    return round(x0), round(y0), round(x0 + width * scale), round(y0 + height * scale)


@cache
def layout() -> bytes:
    return LAYOUT.read_bytes()
