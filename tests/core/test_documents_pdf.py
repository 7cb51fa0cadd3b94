"""PDF: lines in reading order, paragraphs, tables, notes; pages without text named; the child process bound."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from hatang.core.documents import DocumentError, pdf, read_document
from hatang.core.plan_reader.structure import Line
from tests.core.document_makers import (
    PICTURE_PAGE,
    SMALL_PICTURE,
    pdf_of,
    raw_pdf,
    text_page,
    words,
)
from tests.core.document_makers import pdf as set_pdf

LONG = (
    "Phát triển hạ tầng số đồng bộ với hạ tầng giao thông, điện, chiếu sáng và hạ tầng kỹ thuật khác, bảo đảm mỗi xã, "
    "phường đều có kết nối cáp quang và sóng di động băng rộng trước năm 2030 theo Kế hoạch số 06/KH-UBND của tỉnh."
)


def lines(content: bytes) -> list[Line]:
    return list(read_document(content, "ke-hoach.pdf").lines)


def texts(content: bytes) -> list[str]:
    return [line.text for line in lines(content)]


def test_paragraphs_are_joined_over_lines_and_pages() -> None:
    given = ["KẾ HOẠCH PHÁT TRIỂN", "I. MỤC TIÊU", *(f"{n}. {LONG}" for n in range(1, 25)), "- Ngắn.", f"- {LONG}"]
    document = read_document(pdf_of(given), "a.pdf")
    assert [line.text for line in document.lines if line.whole] == [line.text for line in document.lines] == given
    assert document.pages == 3
    assert document.lines[0].page == 1


def test_lines_in_doubt_are_not_whole() -> None:
    title = (
        "#align(center)["
        + words("KẾ HOẠCH")
        + "\n\n"
        + words("Phát triển hạ tầng số")
        + "\n\n"
        + words("năm 2030")
        + "]"
    )
    read = lines(set_pdf(title + "\n\n" + "\n\n".join([words(LONG)] * 3)))
    assert [(line.text, line.whole) for line in read[:3]] == [
        ("KẾ HOẠCH", False), ("Phát triển hạ tầng số", False), ("năm 2030", False),
    ]  # fmt: skip
    assert [line.text for line in read[3:]] == [LONG] * 3


def test_page_numbers_running_heads_and_contents_are_left_out() -> None:
    contents = words("MỤC LỤC") + "\n\n" + words("I. MỤC TIÊU ........................ 2") + "\n\n" + words("THÂN BÀI")
    body = contents + "\n\n" + "\n\n".join([words(LONG)] * 30)
    more = f", header: [{words('Công báo số 12')} #h(1fr) {words('tỉnh Hòa Lạc')}]"
    read = texts(set_pdf(body, more=more, numbering='"- 1 -"'))
    assert read == ["THÂN BÀI", *[LONG] * 30]


def test_a_number_that_is_no_page_number_stays() -> None:
    assert "2030" in texts(raw_pdf(text_page("Den nam", "2030"), text_page("2030", "Het")))


def test_head_and_signature_are_read_by_columns() -> None:
    head = """#grid(columns: (1fr, 1fr), align: center,
      [ỦY BAN NHÂN DÂN \\ TỈNH HÒA LẠC \\ Số: 12\\/KH-UBND],
      [CỘNG HÒA XÃ HỘI CHỦ NGHĨA \\ Độc lập - Tự do \\ Hòa Lạc, ngày 02 tháng 3])"""
    foot = """#grid(columns: (1fr, 1fr), [#set text(11pt); *Nơi nhận:* \\ - Như trên; \\ - Bộ A; \\ - Các sở; \\
      \\- Công an tỉnh; \\ - Báo tỉnh; \\ - Lưu: VT.],
      align(center)[*TM. ỦY BAN NHÂN DÂN* \\ *CHỦ TỊCH* \\ #v(1cm) Nguyễn Văn A])"""
    read = texts(set_pdf(head + "\n\n" + "\n\n".join([words(LONG)] * 2) + "\n\n" + foot))
    assert read == [
        "ỦY BAN NHÂN DÂN", "TỈNH HÒA LẠC", "Số: 12/KH-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "Độc lập - Tự do",
        "Hòa Lạc, ngày 02 tháng 3", LONG, LONG, "Nơi nhận:", "- Như trên;", "- Bộ A;", "- Các sở;",
        "- Công an tỉnh;", "- Báo tỉnh;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH", "Nguyễn Văn A",
    ]  # fmt: skip


def test_notes_at_the_foot_are_set_apart() -> None:
    note = ("Theo báo cáo của Sở A. " * 9).strip()
    body = words(LONG + " Đạt 90 %") + "#footnote[" + words(note) + "]" + words(" vào năm 2025.")
    read = lines(set_pdf("\n\n".join([words(LONG), body, words(LONG)])))
    assert [line.text for line in read if not line.footnote] == [LONG, f"{LONG} Đạt 90 %¹ vào năm 2025.", LONG]
    assert [(line.marker, line.text) for line in read if line.footnote] == [("¹", note)]


def test_ruled_tables_have_cells() -> None:
    rows = """#table(columns: (1cm, 5cm, 4cm),
      [TT], [Nhiệm vụ], [Cơ quan chủ trì],
      table.cell(colspan: 2)[I. Hạ tầng viễn thông], [Sở A],
      table.cell(rowspan: 2)[1], [Lập quy hoạch hạ tầng viễn thông thụ động của tỉnh], [Sở B],
      [Ngầm hóa cáp], [Sở C])"""
    read = lines(set_pdf("\n\n".join([words(LONG), rows, words(LONG)])))
    assert [line.cells for line in read if line.cells] == [
        ("TT", "Nhiệm vụ", "Cơ quan chủ trì"),
        ("I. Hạ tầng viễn thông", "", "Sở A"),
        ("1", "Lập quy hoạch hạ tầng viễn thông thụ động của tỉnh", "Sở B"),
        ("1", "Ngầm hóa cáp", "Sở C"),
    ]
    assert [line.text for line in read if not line.cells] == [LONG, LONG]


def test_heads_of_tables_that_are_drawn_again_on_a_page_are_left_out() -> None:
    rows = "".join(f"[{n}], [Nhiệm vụ số {n}], [Sở A]," for n in range(1, 91))
    read = lines(set_pdf(f"#table(columns: 3, table.header([TT], [Nhiệm vụ], [Chủ trì]), {rows})"))
    assert [line.cells[0] for line in read] == ["TT", *map(str, range(1, 91))]
    assert read[-1].page > 1


def test_items_that_hang_are_joined() -> None:
    items = "\n".join(f"+ {words(LONG)}" for _ in range(3))
    read = texts(set_pdf("#set par(first-line-indent: 0pt)\n" + items + "\n\n" + words(LONG)))
    assert read == [f"{n}. {LONG}" for n in (1, 2, 3)] + [LONG]


def test_words_of_many_pieces_are_not_torn() -> None:
    pieces = b"BT /F 12 Tf 72 760 Td (K) Tj (e h) Tj (oach ) Tj (so) Tj 80 0 Td (12) Tj ET"
    assert texts(raw_pdf(pieces)) == ["Ke hoach so 12"]


def test_a_frame_is_no_table() -> None:
    assert [line.cells for line in lines(set_pdf("#rect[" + words("Một khung") + "]"))] == [()]


def test_bold_lines_are_strong() -> None:
    read = lines(set_pdf("*I. MỤC TIÊU*\n\n" + words("1. Chung") + "\n\n*a)* " + words("Riêng")))
    assert [(line.text, line.strong) for line in read] == [
        ("I. MỤC TIÊU", True),
        ("1. Chung", False),
        ("a) Riêng", False),
    ]


@pytest.mark.parametrize(
    ("pages", "named", "said"),
    [
        ([PICTURE_PAGE, PICTURE_PAGE], (1, 2), "Cả tệp PDF (trang 1–2) chỉ có ảnh"),
        ([text_page("Noi dung ke hoach"), PICTURE_PAGE, SMALL_PICTURE], (2, 3), "Trang 2–3 của tệp PDF"),
        ([text_page("Noi dung ke hoach"), SMALL_PICTURE + b" BT /F 12 Tf 300 30 Td (2) Tj ET"], (2,), "Trang 2"),
        ([text_page("Ky boi: UBND tinh"), PICTURE_PAGE + b" " + text_page("Ngay ky: 01.02.2025")], (2,), "Trang 2"),
    ],
)
def test_pages_without_text_are_named(pages: list[bytes], named: tuple[int, ...], said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_document(raw_pdf(*pages), "a.pdf")
    assert caught.value.pages == named
    assert caught.value.page == named[0]
    assert said in caught.value.message
    assert "nhận dạng chữ (OCR)" in caught.value.right


def test_a_seal_beside_text_and_an_empty_page_are_no_scans() -> None:
    assert texts(raw_pdf(text_page("Noi dung", "Chu tich") + b" " + SMALL_PICTURE, b"")) == ["Noi dung", "Chu tich"]


def test_letters_of_old_fonts_are_made_unicode() -> None:
    old = ["KÕ ho¹ch ph¸t triÓn h¹ tÇng sè", "cña tØnh ®Õn n¨m 2030", "b¶o ®¶m an toµn th«ng tin"]
    assert " ".join(texts(raw_pdf(text_page(*[line.encode("latin-1").decode("cp1252") for line in old])))) == (
        "Kế hoạch phát triển hạ tầng số của tỉnh đến năm 2030 bảo đảm an toàn thông tin"
    )


def test_locked_and_damaged_files_are_told_apart() -> None:
    content = pdf_of([LONG])
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt("mat-khau", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    with pytest.raises(DocumentError, match="có mật khẩu"):
        read_document(stream.getvalue(), "a.pdf")
    for broken in (b"%PDF-1.7\nhet", content[: len(content) // 3], b"%PDF-" + bytes(range(256)) * 40):
        with pytest.raises(DocumentError, match="PDF"):
            read_document(broken, "a.pdf")


def test_a_file_that_only_limits_what_may_be_done_is_read() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of([LONG, LONG]))))
    writer.encrypt("", owner_password="chu", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    assert texts(stream.getvalue()) == [LONG, LONG]


def test_pages_that_go_in_a_circle_end() -> None:
    content = raw_pdf(text_page("Mot"), text_page("Hai")).replace(b"/Kids [10 0 R 12 0 R]", b"/Kids [10 0 R  2 0 R]")
    try:
        assert len(read_document(content, "a.pdf").lines) <= 4
    except DocumentError as error:
        assert "PDF" in error.message


def test_a_form_that_draws_itself_ends() -> None:
    content = raw_pdf(text_page("Mot", "Hai") + b" /I Do").replace(
        b"/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\n",
        b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /I 4 0 R >> >> /Length 5 >>\nstream\n/I Do\n",
    )
    assert texts(content) == ["Mot", "Hai"]


def test_a_page_of_countless_pieces_is_refused() -> None:
    pieces = b"BT /F 1 Tf " + b"".join(b"1 0 0 1 %d %d Tm (x) Tj " % (n % 500, n // 500 * 3) for n in range(12_000))
    with pytest.raises(DocumentError, match="dòng"):
        read_document(raw_pdf(pieces + b"ET"), "a.pdf")


def test_a_line_of_many_pieces_is_read() -> None:
    pieces = b"BT /F 1 Tf " + b"".join(b"1 0 0 1 %d 400 Tm (x) Tj " % (n * 5) for n in range(8_000)) + b"ET"
    assert read_document(raw_pdf(pieces).replace(b"[0 0 595 842]", b"[0 0 14400 842]"), "a.pdf").lines


def test_the_child_process_is_ended_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_SECONDS", 0.01)
    with pytest.raises(DocumentError, match="quá nặng"):
        read_document(pdf_of([LONG] * 400), "a.pdf")


def test_an_answer_too_long_or_no_json_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for program in ("print('[' * 10_000)", "print('{}')", "raise SystemExit(1)", "print('[]')",
                    "print('x' * 200_000)"):  # fmt: skip
        child = tmp_path / "child.py"
        child.write_text(program)
        monkeypatch.setattr(pdf, "CHILD", child)
        monkeypatch.setattr(pdf, "MOST_ANSWER_BYTES", 100_000)
        with pytest.raises(DocumentError, match="quá nặng"):
            read_document(raw_pdf(text_page("a")), "a.pdf")


CONFINED = """
import importlib.util, os, socket, sys
spec = importlib.util.spec_from_file_location("pdf_child", sys.argv[1])
sys.modules["pdf_child"] = child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
child.bind_process()
os.close(0)
for act in (lambda: open("/etc/hostname"), socket.socket, os.fork, lambda: bytearray(2_000_000_000)):
    try:
        if act() == 0:
            os._exit(0)
        print("open")
    except (OSError, MemoryError):
        print("bound")
"""


def test_the_child_can_open_nothing_more_and_begin_no_process() -> None:
    command = [sys.executable, "-c", CONFINED, str(pdf.CHILD)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["bound"] * 4


def test_several_threads_read_at_once() -> None:
    contents = [pdf_of([f"{n}. {LONG}", LONG]) for n in range(6)]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(texts, contents)) == [[f"{n}. {LONG}", LONG] for n in range(6)]


def test_given_plans_lose_no_word(shared: Path) -> None:
    for path in sorted((shared / "plans").glob("*.txt")):
        given = [line for line in path.read_text().splitlines() if line.strip()]
        read = " ".join(f"{line.marker}{line.text}" for line in lines(pdf_of(given)))
        wanted = " ".join(given)
        assert sorted(re.findall(r"[^\W\d_]+", read.replace("|", ""))) == sorted(re.findall(r"[^\W\d_]+", wanted)), (
            path.name
        )
