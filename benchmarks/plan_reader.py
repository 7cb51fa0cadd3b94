"""Promise: a plan of 300 pages is read whole within 10 s, PDF or DOCX, and each of the five given plans within 1 s.

The given plans' paragraphs, one after another, make documents of 30, 100 and 300 pages: PDF by typst, DOCX by
python-docx. Timed are the whole reading (file in, targets, tasks, bodies, legal bases, oddities out) and, beside it in
the same run, drawing the bare text out of the same file: ours with paragraphs, tables and notes (for PDF in a process
of its own) against pypdf and python-docx, which give no more than letters. Medians of runs.

And no text, however odd, makes the reader slower than its length: texts made to harm are read at three sizes, and the
seconds of the processor may grow with the size to the power of 1.5 at most.

Run: .venv/bin/python -m benchmarks.plan_reader [--sizes 30,100,300] [--hostile]; the plans come from HATANG_SHARED.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import docx
import pypdf
import typst

from benchmarks.timing import median_ms
from hatang.core.documents import read_document
from hatang.core.plan_reader.gold_form import as_gold
from hatang.core.plan_reader.normalise import normalised
from hatang.core.plan_reader.reading import read_plan
from hatang.core.plan_reader.structure import Line

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("HATANG_SHARED", ROOT.parent / "shared"))
FONTS = ROOT / "node_modules/@expo-google-fonts/tinos"
SIZES = (30, 100, 300)
LETTERS_OF_A_PAGE = 2_000
RUNS = 3
WHOLE_PROMISE_MS = {300: 10_000.0}
PLAN_PROMISE_MS = 1_000.0
HOSTILE_SIZES = (500, 1_000, 2_000)
MOST_EXPONENT = 1.5
SYLLABLES = [first + vowel + last for first in "bcdghklm" for vowel in "aeiou" for last in ("", "n", "m", "ng", "t")]
PARTS = (
    ("I. HIỆN TRẠNG", 0.2), ("II. MỤC TIÊU ĐẾN NĂM 2030", 1.0), ("III. NHIỆM VỤ, GIẢI PHÁP", 0.5),
    ("IV. TỔ CHỨC THỰC HIỆN", 0.5),
)  # fmt: skip
HOSTILE_LINES = (
    "- Đến năm {year} tỷ lệ {name} đạt 95%.",
    "- 100% xã {name}.",
    "- Số {name} tăng gấp đôi so với năm 2024.",
    "- Giai đoạn 2026-2030, giai đoạn 2026-2030, giai đoạn 2026-2030.",
    "- Thực hiện Quyết định số 12/{n}/QĐ-UBND ngày 31/02/2020 và Quyết định số 12/{n}/QĐ-UBND ngày 1/1/2020.",
    "{n}. Sở {title}",
    "{n}. Sở {title} chủ trì, phối hợp với Sở {title} xây dựng {name}; báo cáo UBND tỉnh trước ngày 31/4 hằng năm.",
    "- Làm {name}, chi tiết tại Phụ lục {n} kèm theo.",
    "| {n} | Xây dựng {name} | Sở {title} | Sở Y tế | 2027 |",
    "PHỤ LỤC {n}",
)
HOSTILE_WORDS = (
    "và ", "mỗi xã có 1 ", "đến năm 2030 ", "100% ", "95% xã, ", "giai đoạn 2026-2030, ", "trên ", "Sở ", "báo cáo ",
    "yêu cầu ", "1 ", "1) ", "-", "(", "“a ", "*a", "a | ", "số 1/2/", "trong đó 5% ", "1.000.", "¹ a ",
)  # fmt: skip
LAYOUT = """#set page(paper: "a4", margin: (left: 30mm, right: 15mm, top: 20mm, bottom: 20mm), numbering: "1")
#set text(font: "Tinos", size: 14pt, lang: "vi")
#set par(justify: true, first-line-indent: (amount: 1.27cm, all: true))
#for text in json("texts.json") { par(text) }"""


def as_pdf(texts: list[str]) -> bytes:
    """Set paragraphs as the genre is set."""
    files = {"main": LAYOUT.encode(), "texts.json": json.dumps(texts).encode()}
    compile_files: Any = typst.compile
    return bytes(compile_files(files, font_paths=[FONTS], ignore_system_fonts=True))


def as_docx(texts: list[str]) -> bytes:
    """Write paragraphs as python-docx does."""
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def whole(content: bytes, name: str) -> int:
    """Read a plan from file to JSON."""
    return len(json.dumps(as_gold(read_plan(read_document(content, name).lines))))


def letters_of_pdf(content: bytes) -> int:
    """Draw the letters out of a PDF with pypdf."""
    return sum(len(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def letters_of_docx(content: bytes) -> int:
    """Draw the letters out of a DOCX with python-docx."""
    return sum(len(paragraph.text) for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


MAKERS: dict[str, tuple[Callable[[list[str]], bytes], str, Callable[[bytes], int]]] = {
    "pdf": (as_pdf, "pypdf", letters_of_pdf),
    "docx": (as_docx, "python-docx", letters_of_docx),
}


def of_pages(given: list[list[str]], pages: int) -> list[str]:
    """Take plans' paragraphs until they fill so many pages."""
    texts: list[str] = []
    every = cycle(text for plan in given for text in plan)
    while (missing := pages - (page_count(texts) if texts else 0)) > 0:
        letters, wanted = 0, missing * LETTERS_OF_A_PAGE
        for text in every:
            texts.append(text)
            letters += len(text)
            if letters >= wanted:
                break
    return texts


def page_count(texts: list[str]) -> int:
    """Count the pages that paragraphs fill."""
    return len(pypdf.PdfReader(io.BytesIO(as_pdf(texts))).pages)


def line(what: str, ms: float, promise_ms: float | None, beside: str = "") -> bool:
    """Print one result; whether its promise is kept."""
    kept = promise_ms is None or ms <= promise_ms
    verdict = "" if promise_ms is None else f"promise {promise_ms:>6,.0f} ms  {'kept' if kept else 'BROKEN'}"
    print(f"{what:<40} {ms:>9,.1f} ms  {verdict:<26} {beside}", flush=True)
    return kept


def measure_plans(plans: dict[str, bytes], given: dict[str, list[str]]) -> bool:
    """Time each given plan, as it is and as PDF and DOCX."""
    kept = True
    for name, content in plans.items():
        forms = {"txt": content, "pdf": as_pdf(given[name]), "docx": as_docx(given[name])}
        for suffix, made in forms.items():
            ms = median_ms(lambda made=made, suffix=suffix: whole(made, f"a.{suffix}"), RUNS)
            kept &= line(f"{name}.{suffix}, whole", ms, PLAN_PROMISE_MS)
    return kept


def measure_size(given: list[list[str]], pages: int) -> bool:
    """Time a document of so many pages in each format, and the peer beside it."""
    texts, kept = of_pages(given, pages), True
    for suffix, (make, peer, letters) in MAKERS.items():
        content, name = make(texts), f"a.{suffix}"
        whole_ms = median_ms(lambda content=content, name=name: whole(content, name), RUNS)
        kept &= line(
            f"{pages} pages {suffix}, whole", whole_ms, WHOLE_PROMISE_MS.get(pages), f"{whole_ms / pages:.1f} ms a page"
        )
        ours = median_ms(lambda content=content, name=name: read_document(content, name), RUNS)
        theirs = median_ms(lambda content=content, letters=letters: letters(content), RUNS)
        line(f"{pages} pages {suffix}, text only", ours, None, f"{peer} {theirs:,.1f} ms, ratio {ours / theirs:.2f}")
    return kept


def name_of(number: int) -> str:
    """Make up a name of three syllables."""
    places = number, number // len(SYLLABLES), number // len(SYLLABLES) ** 2
    return " ".join(SYLLABLES[place % len(SYLLABLES)] for place in places)


def hostile_lines(pattern: str, length: int) -> list[Line]:
    """Repeat lines of a pattern, numbered and each with its own name, in all parts of a plan."""
    rows = [
        pattern.format(n=n, year=2026 + n % 5, name=name_of(n), title=name_of(n).title()) for n in range(1, length + 1)
    ]
    return [Line(text) for heading, share in PARTS for text in (heading, *rows[: int(share * len(rows))])]


def hostile_item(pattern: str, length: int) -> list[Line]:
    """Repeat words in one item of each part."""
    return [Line(text) for heading, _ in PARTS for text in (heading, "- " + pattern * (length * 20 // len(pattern)))]


def growth(pattern: str, make: Callable[[str, int], list[Line]]) -> bool:
    """Print the seconds that reading a text takes at three sizes; whether they grow as promised."""
    seconds = []
    for length in HOSTILE_SIZES:
        lines = make(pattern, length)
        began = time.process_time()
        read_plan(lines)
        seconds.append(time.process_time() - began)
    exponent = math.log(seconds[-1] / seconds[0]) / math.log(HOSTILE_SIZES[-1] / HOSTILE_SIZES[0])
    kept = exponent <= MOST_EXPONENT
    told = "  ".join(f"{one:6.2f}" for one in seconds)
    print(f"{pattern[:58]:<60} {told} s  exponent {exponent:4.2f}  {'kept' if kept else 'BROKEN'}", flush=True)
    return kept


def measure_hostile() -> bool:
    """Read every text that is made to harm."""
    kept = [growth(pattern, hostile_lines) for pattern in HOSTILE_LINES]
    return all([*kept, *(growth(words, hostile_item) for words in HOSTILE_WORDS)])


def main() -> int:
    """Run, print, and return 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--hostile", action="store_true", help="only the texts made to harm")
    words = parser.parse_args()
    if words.hostile:
        return 0 if measure_hostile() else 1
    plans = {path.stem: path.read_bytes() for path in sorted((SHARED / "plans").glob("*.txt"))}
    if not plans:
        print(f"No plans in {SHARED / 'plans'}: set HATANG_SHARED. Nothing was measured.")
        return 2
    given = {
        name: [block.text for block in normalised(read_document(content, f"{name}.txt").lines)]
        for name, content in plans.items()
    }
    kept = [measure_plans(plans, given)]
    kept += [measure_size(list(given.values()), int(size)) for size in words.sizes.split(",")]
    kept.append(measure_hostile())
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
