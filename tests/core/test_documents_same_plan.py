"""One plan as DOCX, PDF, HTML and TXT gives the same paragraphs, and the command line reads each."""

from __future__ import annotations

import html
import io
import json
import sys
import textwrap
from pathlib import Path

import pytest

from hatang.core.__main__ import main
from hatang.core.documents import read_document
from hatang.core.plan_reader.normalise import normalised
from tests.core.document_makers import abstract, docx, level, num, p, pdf_of, table
from tests.core.plan_texts import PLANS

AIM = "Phát triển hạ tầng số của tỉnh đồng bộ, hiện đại, đi trước một bước, làm nền tảng cho chuyển đổi số toàn diện"
PARAGRAPHS = [
    "KẾ HOẠCH",
    "Phát triển hạ tầng số tỉnh Hòa Lạc giai đoạn 2026 - 2030",
    "I. MỤC TIÊU",
    "1. Mục tiêu chung",
    f"{AIM}.",
    "2. Mục tiêu cụ thể đến năm 2030",
    "a) Tỷ lệ dân số được phủ sóng mạng 5G đạt tối thiểu 99 %;",
    "b) 100 % thôn, bản có cáp quang; tốc độ trung bình của băng rộng cố định đạt trên 200 Mb/s theo số đo của Bộ;",
    "II. NHIỆM VỤ",
    "1. Hạ tầng viễn thông",
    f"- {AIM} tại các xã vùng cao của tỉnh theo Quyết định số 1132/QĐ-TTg ngày 09/10/2024;",
    "- Ngầm hóa mạng cáp ngoại vi tại các phường.",
    "2. Hạ tầng dữ liệu",
    "- Nâng cấp trung tâm dữ liệu của tỉnh.",
]
OUTLINE = abstract(
    0,
    level(0, "upperRoman", "%1."),
    level(1, "decimal", "%2."),
    level(2, "lowerLetter", "%3)"),
    level(3, "bullet", "-"),
)
LEVELS = {"I": 0, "1": 1, "2": 1, "a": 2, "b": 2, "-": 3}


def numbered_docx() -> bytes:
    """Leave the numbers to Word."""
    body = ""
    for text in PARAGRAPHS:
        marker, _, own = text.partition(" ")
        at = LEVELS.get("I" if marker == "II." else marker.rstrip(".)"))
        body += p(text) if at is None else p(own, num=1, level=at)
    return docx(body, numbering=OUTLINE + num(1, 0))


def numbered_html() -> bytes:
    return f"""<html><head><meta charset="utf-8"><title>Kế hoạch</title></head><body>
    <p>{PARAGRAPHS[0]}<br>{PARAGRAPHS[1]}</p><ol type="I"><li>MỤC TIÊU<ol><li>Mục tiêu chung<p>{PARAGRAPHS[4]}</p></li>
    <li>Mục tiêu cụ thể đến năm 2030<p>{PARAGRAPHS[6]}<br>{PARAGRAPHS[7]}</p></li></ol></li><li>NHIỆM VỤ<ol>
    <li>Hạ tầng viễn thông<p>{PARAGRAPHS[10]}<p>{PARAGRAPHS[11]}</li><li>Hạ tầng dữ liệu<p>{PARAGRAPHS[13]}</li></ol>
    </li></ol></body></html>""".encode()


def wrapped_text() -> bytes:
    return "\n".join("\n".join(textwrap.wrap(text, 76)) for text in PARAGRAPHS).encode()


MADE = {
    "ke-hoach.docx": numbered_docx,
    "ke-hoach.html": numbered_html,
    "ke-hoach.pdf": lambda: pdf_of(PARAGRAPHS),
    "ke-hoach.txt": wrapped_text,
}


def paragraphs(content: bytes, name: str) -> list[str]:
    return [block.text for block in normalised(read_document(content, name).lines)]


@pytest.mark.parametrize("name", MADE)
def test_one_plan_in_each_format(name: str) -> None:
    assert paragraphs(MADE[name](), name) == PARAGRAPHS


@pytest.mark.parametrize("plan", PLANS)
def test_given_plans_in_each_format(plan: str, shared: Path) -> None:
    given = paragraphs((shared / "plans" / f"{plan}.txt").read_bytes(), f"{plan}.txt")
    page = "".join(f"<p>{html.escape(text)}</p>" for text in given)
    assert paragraphs(docx("".join(map(p, given))), "a.docx") == given
    assert paragraphs(f"<html><body>{page}</body></html>".encode(), "a.html") == given
    as_pdf = paragraphs(pdf_of(given), "a.pdf")
    assert len(set(given) - set(as_pdf)) <= 0.02 * len(given)


def test_rows_of_an_annex_are_the_same_in_word_and_on_a_page() -> None:
    rows = [("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"), ("1", "Lập quy hoạch", "Sở A", "Quý II/2026")]
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    word = read_document(docx(table(*rows)), "a.docx").lines
    page = read_document(f"<html><table border=1>{cells}</table></html>".encode(), "a.html").lines
    assert [line.cells for line in word] == [line.cells for line in page] == rows


@pytest.mark.parametrize("name", MADE)
def test_the_command_reads_each_format(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    path.write_bytes(MADE[name]())
    assert main(["read-plan", str(path)]) == 0
    read = json.loads(capsys.readouterr().out)
    assert read["document"]["kind"] == "KẾ HOẠCH"
    assert {row["title"] for row in read["outline"]} >= {"MỤC TIÊU", "NHIỆM VỤ"}


def test_several_files_go_to_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(wrapped_text())
    files = [str(tmp_path / name) for name in ("a.txt", "b.txt")]
    assert main(["read-plan", *files, str(tmp_path / "c.txt"), "--to", str(tmp_path / "out")]) == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.json", "b.json"]
    assert "c.txt: Không có tệp này." in capsys.readouterr().err


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(wrapped_text())))
    assert main(["read-plan", "-"]) == 0
    assert '"outline"' in capsys.readouterr().out


def test_faults_are_said_in_vietnamese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cu.doc"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    assert main(["read-plan", str(path)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "Tệp Word kiểu cũ (.doc)." in told.err
    assert main(["read-plan", str(tmp_path)]) == 1
    assert "thư mục" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["a.txt", "b.txt"], ["a.txt", "b/a.docx", "--to", "x"]])
def test_wrong_command_lines_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["read-plan", *wrong])
    assert "tệp" in capsys.readouterr().err
