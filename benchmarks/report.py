"""How long the yearly report takes as PDF: typst beside LibreOffice converting the DOCX, in the same run.

Promise: 24 pages in at most 5 seconds. Run `python benchmarks/report.py`; LibreOffice is named as missing where it is.
Every round has texts of its own, so that nothing is answered from a cache of an earlier round.
"""

from __future__ import annotations

import dataclasses
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("HATANG_DATA", tempfile.mkdtemp(prefix="hatang-benchmark-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatang.config.settings")

import django

django.setup()

from pypdf import PdfReader  # noqa: E402

from hatang.plans.report.charts import draw  # noqa: E402
from hatang.plans.report.docx import report_docx  # noqa: E402
from hatang.plans.report.docx_template import default_template  # noqa: E402
from hatang.plans.report.example import example_content  # noqa: E402
from hatang.plans.report.letter import ReportContent  # noqa: E402
from hatang.plans.report.pdf import report_pdf  # noqa: E402

ROUNDS = 5
PROMISE_S, PROMISE_PAGES = 5.0, 24
SIZES = {5: (8, 12, 10), 24: (30, 90, 500), 60: (60, 240, 1300)}


def content(pages: int, turn: int) -> ReportContent:
    """Make up a report of about so many pages, different in each round."""
    targets, tasks, communes = SIZES[pages]
    made = example_content(targets=targets, tasks=tasks, communes=communes)
    rows = tuple(dataclasses.replace(row, name=f"{row.name} ({turn})") for row in made.annex.rows)
    return dataclasses.replace(
        made, assessment=(f"Đánh giá lần {turn}.",), annex=dataclasses.replace(made.annex, rows=rows)
    )


def seconds(work: Callable[[int], object]) -> float:
    """Time a piece of work: the median of its rounds, the charts drawn anew each time."""
    times = []
    for turn in range(ROUNDS):
        draw.cache_clear()
        start = time.perf_counter()
        work(turn)
        times.append(time.perf_counter() - start)
    return median(times)


def by_libreoffice(program: str, document: bytes) -> bytes:
    """Convert a DOCX as an office would."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.docx"
        source.write_bytes(document)
        profile = f"-env:UserInstallation=file://{tempfile.gettempdir()}/hatang-benchmark-office"
        command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return source.with_suffix(".pdf").read_bytes()


def measure(pages: int, program: str | None) -> tuple[int, float, float, float | None]:
    """Give the true number of pages and the seconds of typst, of the DOCX alone, and of DOCX with LibreOffice."""
    made_on, template = date(2026, 2, 5), default_template()
    true_pages = len(PdfReader(io.BytesIO(report_pdf(content(pages, -1), made_on=made_on))).pages)
    typst_s = seconds(lambda turn: report_pdf(content(pages, turn), made_on=made_on))
    docx_s = seconds(lambda turn: report_docx(content(pages, turn), template=template))
    if program is None:
        return true_pages, typst_s, docx_s, None
    office_s = seconds(lambda turn: by_libreoffice(program, report_docx(content(pages, turn), template=template)))
    return true_pages, typst_s, docx_s, office_s


def main() -> int:
    """Print the table and fail when the promise is broken."""
    program = shutil.which("soffice")
    print("trang   typst PDF   DOCX   DOCX + LibreOffice   nhanh hơn")
    kept = True
    for pages in SIZES:
        true_pages, typst_s, docx_s, office_s = measure(pages, program)
        office = (
            f"{office_s:8.2f} s           {office_s / typst_s:5.1f} lần"
            if office_s
            else "không có soffice trên máy này"
        )
        print(f"{true_pages:5}   {typst_s:7.2f} s  {docx_s:5.2f} s   {office}")
        if pages == PROMISE_PAGES:
            kept = true_pages >= PROMISE_PAGES and typst_s <= PROMISE_S and docx_s <= PROMISE_S
    print(f"Lời hứa: {PROMISE_PAGES} trang trong {PROMISE_S:.0f} s: {'giữ được' if kept else 'KHÔNG giữ được'}.")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
