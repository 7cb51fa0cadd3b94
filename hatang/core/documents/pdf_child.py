"""Take the letters, lines and pictures of a PDF apart, in a process of its own: PDFium is C++ that reads foreign bytes.

Run as a file, never imported by the system: the PDF comes on standard input, JSON goes to standard output. Before
PDFium sees a byte the process has bound its memory and time; it can then open no file and no socket. Nor can it begin
a process, as the system does not bind the processes of root: a child begun by root becomes nobody first, where it may.
Lengths are in points (1/72 inch), y grows downward from the page's top as it is shown.
"""

from __future__ import annotations

import codecs
import ctypes
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2_raw as pdfium

sys.path.insert(0, str(Path(__file__).parents[3]))  # begun apart from everything, it is told where we stand

from hatang.core.bound_child import bind_process

MOST_CHARACTERS = 10_000_000
MOST_PAGES = 2_000
MOST_RUNS_OF_A_PAGE = 10_000
MOST_OBJECTS = 30_000
MOST_RULES = 4_000
MOST_SEGMENTS = 400
DEEPEST_FORM = 5
PASSWORD = 4
LONGEST_NAME = 128
WIDEST_GAP = 1.2
WORD_GAP = 0.2
LEVEL = 0.15
FORCED_BOLD = 1 << 18
WORD = re.compile(r"[^ \t\n\r\u00a0\u2000-\u200a\u202f]+")
HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}
UNKNOWN = "\ufffd"
ODD = re.compile("[\ue000-\uf8ff\ud800-\udfff\ufffd\x00-\x1f\x7f]")
LAST_CODE = 0x10FFFF
UTF_16 = codecs.lookup("utf-16-le")
OBJECT_AT: Any = pdfium.FPDFText_GetTextObject
OBJECT_AT.restype = ctypes.c_void_p


def object_at(text: Any, at: int) -> int:
    """Give the address of the object that a letter belongs to, 0 for letters that PDFium made up."""
    return OBJECT_AT(text, at) or 0


@dataclass
class Frame:
    """A page as it is shown: its size, and how points of the file lie on it."""

    width: float
    height: float
    turns: int

    def placed(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Give a box as left, top, right, bottom on the page as shown, y downward."""
        if self.turns == 1:
            return bottom, left, top, right
        if self.turns == 2:
            return self.width - right, bottom, self.width - left, top
        if self.turns == 3:
            return self.width - top, self.height - right, self.width - bottom, self.height - left
        return left, self.height - top, right, self.height - bottom


Box = tuple[float, float, float, float]


@dataclass
class Run:
    """Letters of one look side by side."""

    handle: int
    first: int
    box: Box
    text: str
    glued: bool = False

    def follows(self, handle: int, box: Box) -> bool:
        """Whether a word of a look and a place belongs to these."""
        if handle != self.handle:
            return False
        _, top, right, bottom = self.box
        height = bottom - top
        return abs(box[3] - bottom) <= LEVEL * height and -height / 2 <= box[0] - right <= WIDEST_GAP * height

    def add(self, text: str, box: Box, *, spaced: bool) -> None:
        """Take a word."""
        left, top, right, bottom = self.box
        apart = spaced or box[0] - right > WORD_GAP * (bottom - top)
        self.text += f" {text}" if apart else text
        self.box = left, top, max(right, box[2]), bottom


@dataclass
class PageReader:
    """Reads the letters of a page."""

    text: Any
    frame: Frame
    fonts: dict[int, bool] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    unreadable: int = 0
    read: int = 0

    def take_all(self) -> None:
        """Take every word."""
        letters = self.letters()
        ended = 0
        for found in WORD.finditer(letters):
            between, ended = letters[ended : found.start()], found.end()
            self.take_word(found[0], found.start(), between)

    def letters(self) -> str:
        """Give the page's letters, one for each that PDFium counts."""
        count = pdfium.FPDFText_CountChars(self.text)
        if count <= 0:
            return ""
        buffer = ctypes.create_string_buffer(2 * (count + 1))
        pdfium.FPDFText_GetText(self.text, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
        letters = UTF_16.decode(buffer.raw[: 2 * count], "surrogatepass")[0]
        if len(letters) == count and "\0" not in letters:
            return letters
        codes = (pdfium.FPDFText_GetUnicode(self.text, at) for at in range(count))
        return "".join(chr(code) if 0 < code <= LAST_CODE else UNKNOWN for code in codes)

    def take_word(self, word: str, start: int, between: str) -> None:
        """Take the letters of a word; those that PDFium keeps in several objects one by one."""
        word = word.translate(HYPHENS)
        self.read += len(word)
        if odd := ODD.findall(word):
            self.unreadable += len(odd)
            word = ODD.sub(UNKNOWN, word)
        handle = object_at(self.text, start)
        broken, spaced = "\n" in between or "\r" in between, bool(between)
        if len(word) > 1 and handle != object_at(self.text, start + len(word) - 1):
            for n, letter in enumerate(word):
                self.place(letter, object_at(self.text, start + n), (start + n, start + n), (broken, spaced))
                broken = spaced = False
        else:
            self.place(word, handle, (start, start + len(word) - 1), (broken, spaced))

    def place(self, word: str, handle: int, ends: tuple[int, int], apart: tuple[bool, bool]) -> None:
        """Put letters to the last run, or begin one."""
        first, last = self.box(ends[0]), self.box(ends[1])
        box = first if ends[0] == ends[1] else (first[0], first[1], last[2], first[3])
        broken, spaced = apart
        if self.runs and not broken and self.runs[-1].follows(handle, box):
            self.runs[-1].add(word, box, spaced=spaced)
        else:
            if self.runs and spaced and not broken:
                self.runs[-1].text += " "
            self.runs.append(Run(handle, ends[0], box, word, not spaced and not broken))

    def box(self, at: int) -> Box:
        """Give where a letter stands."""
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self.text, at, ctypes.byref(box))
        return self.frame.placed(box.left, box.bottom, box.right, box.top)

    def described(self, run: Run) -> list[Any] | None:
        """Give a run as JSON: text, left, top, right, bottom, size of type, bold, glued to the one before.

        None stands for turned letters.
        """
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self.text, run.first, ctypes.byref(matrix))
        scale = (matrix.c**2 + matrix.d**2) ** 0.5
        upright = matrix.a if self.frame.turns % 2 == 0 else matrix.b
        if abs(upright) < scale / 2:
            return None
        size = pdfium.FPDFText_GetFontSize(self.text, run.first) * scale
        return [run.text, *(round(edge, 2) for edge in run.box), round(size, 2), self.is_bold(run), run.glued]

    def is_bold(self, run: Run) -> bool:
        """Tell whether letters are bold, by the font or by a drawn outline."""
        if not run.handle:
            return False
        thing = ctypes.cast(run.handle, pdfium.FPDF_PAGEOBJECT)
        if pdfium.FPDFTextObj_GetTextRenderMode(thing) == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE:
            return True
        font = ctypes.cast(pdfium.FPDFTextObj_GetFont(thing), ctypes.c_void_p).value or 0
        if font not in self.fonts:
            self.fonts[font] = self.font_is_bold(run.first)
        return self.fonts[font]

    def font_is_bold(self, at: int) -> bool:
        """Tell whether a letter's font is bold, by its name or its flags."""
        name = ctypes.create_string_buffer(LONGEST_NAME)
        flags = ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(self.text, at, name, LONGEST_NAME, ctypes.byref(flags))
        return b"bold" in name.value.lower() or bool(flags.value & FORCED_BOLD)


@dataclass
class Drawn:
    """What is drawn on a page besides letters."""

    frame: Frame
    rules: list[tuple[float, ...]] = field(default_factory=list)
    picture: float = 0.0
    paths: int = 0

    def take(self, thing: Any, depth: int = 0) -> None:
        """Take an object of the page."""
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self.picture = max(self.picture, self.share(thing))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self.paths += 1
            self.take_path(thing)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST_FORM:
            before, kept = self.picture, list(self.rules)
            for n in range(min(pdfium.FPDFFormObj_CountObjects(thing), MOST_OBJECTS // 10)):
                self.take(pdfium.FPDFFormObj_GetObject(thing, n), depth + 1)
            self.rules = kept
            if self.picture > before:
                self.picture = max(before, self.share(thing))

    def box(self, thing: Any) -> tuple[float, float, float, float]:
        """Give where an object lies."""
        edges = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(thing, *map(ctypes.byref, edges))
        return self.frame.placed(*(edge.value for edge in edges))

    def share(self, thing: Any) -> float:
        """Give the share of the page that an object covers."""
        left, top, right, bottom = self.box(thing)
        across = max(0.0, min(right, self.frame.width) - max(left, 0.0))
        down = max(0.0, min(bottom, self.frame.height) - max(top, 0.0))
        return across * down / max(self.frame.width * self.frame.height, 1.0)

    def take_path(self, thing: Any) -> None:
        """Take the upright and level lines of a path; a thin filled box is a line as well."""
        if len(self.rules) >= MOST_RULES:
            return
        left, top, right, bottom = self.box(thing)
        if min(right - left, bottom - top) <= 3 and max(right - left, bottom - top) >= 3:
            self.rules.append((round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)))
            return
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(thing, ctypes.byref(fill), ctypes.byref(stroke))
        if stroke.value and pdfium.FPDFPath_CountSegments(thing) <= MOST_SEGMENTS:
            self.take_edges(thing)

    def take_edges(self, thing: Any) -> None:
        """Take the straight edges of a stroked path."""
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix))
        first = last = None
        for n in range(pdfium.FPDFPath_CountSegments(thing)):
            segment = pdfium.FPDFPath_GetPathSegment(thing, n)
            x, y = ctypes.c_float(), ctypes.c_float()
            pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            point = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                first = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
                self.take_edge(last, point)
            if pdfium.FPDFPathSegment_GetClose(segment) and first is not None:
                self.take_edge(point, first)
            last = point

    def take_edge(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        """Take an edge if it is level or upright."""
        (x0, x1), (y0, y1) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        if min(x1 - x0, y1 - y0) <= 1 and max(x1 - x0, y1 - y0) >= 3:
            self.rules.append(tuple(round(v, 1) for v in self.frame.placed(x0, y0, x1, y1)))


def read_page(document: Any, number: int) -> dict[str, Any]:
    """Read a page."""
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return {"width": 0, "height": 0, "runs": [], "rules": [], "picture": 0, "paths": 0, "bad": 0, "read": 0}
    frame = Frame(pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page), pdfium.FPDFPage_GetRotation(page))
    text = pdfium.FPDFText_LoadPage(page)
    reader, drawn = PageReader(text, frame), Drawn(frame)
    reader.take_all()
    runs = [told for run in reader.runs if (told := reader.described(run))]
    for n in range(min(pdfium.FPDFPage_CountObjects(page), MOST_OBJECTS)):
        drawn.take(pdfium.FPDFPage_GetObject(page, n))
    pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)
    return {
        "width": frame.width, "height": frame.height, "runs": runs, "rules": drawn.rules[:MOST_RULES],
        "picture": round(drawn.picture, 3), "paths": drawn.paths, "bad": reader.unreadable, "read": reader.read,
    }  # fmt: skip


def read_pages(content: bytes) -> Iterator[dict[str, Any]]:
    """Tell of each page, then how many there were; or in a word why not."""
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        yield {"fault": "password" if pdfium.FPDF_GetLastError() == PASSWORD else "damaged"}
        return
    count = pdfium.FPDF_GetPageCount(document)
    if count > MOST_PAGES:
        yield {"fault": "pages"}
        return
    read = 0
    for number in range(count):
        page = read_page(document, number)
        read += page["read"]
        if read > MOST_CHARACTERS or len(page["runs"]) > MOST_RUNS_OF_A_PAGE:
            yield {"fault": "long"}
            return
        yield page
    yield {"end": count}


def main() -> None:
    """Read a PDF from standard input and write a line of JSON for each page."""
    content = sys.stdin.buffer.read()
    pdfium.FPDF_InitLibraryWithConfig(ctypes.byref(pdfium.FPDF_LIBRARY_CONFIG(2, None, None, 0)))
    bind_process()
    for told in read_pages(content):
        sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
