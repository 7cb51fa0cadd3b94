"""Files that people and attackers upload: what is read, and what is refused with which words."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from hatang.core.cells import TableError, parse_date, parse_number
from hatang.core.tables import read_table

KNOWN = ["mã cột", "mã trạm", "công nghệ", "ngày phát sóng"]


def workbook(*rows: list[object], title: str = "Trạm") -> bytes:
    """Make an XLSX with these rows in its first sheet."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    """Give the package with some parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [n for n in old.namelist() if n not in changes]:
            new.writestr(name, old.read(name))
        for name, text in changes.items():
            new.writestr(name, text)
    return target.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)


SHEET = "xl/worksheets/sheet1.xml"
HEADINGS = ["Mã cột", "Mã trạm", "Công nghệ", "Ngày phát sóng"]
PLAIN = workbook(HEADINGS, ["C1", "T1", "4G", datetime(2024, 5, 6)])


def refusal(content: bytes, name: str = "tram.xlsx", **limits: int) -> str:
    with pytest.raises(TableError) as caught:
        read_table(content, name, known=KNOWN, **limits)
    return str(caught.value)


def test_headings_are_found_below_titles_and_in_the_right_sheet() -> None:
    book = Workbook()
    book.active.append(["Hướng dẫn"])
    sheet = book.create_sheet("Số liệu")
    sheet.append(["DANH SÁCH TRẠM"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["CÔNG NGHỆ", "ma tram", "mã cột"])
    sheet.append(["4G", "T1", 12])
    sheet.append([])
    sheet.append(["5G", "T2", "C2"])
    table = read_table(saved(book), "Trạm.XLSX", known=KNOWN)
    assert (table.sheet, table.header_row, table.titles) == ("Số liệu", 3, ("DANH SÁCH TRẠM",))
    assert [(row.number, row.cells) for row in table.rows] == [(4, ("4G", "T1", 12)), (6, ("5G", "T2", "C2"))]


def test_merged_cells_give_their_value_to_each_row() -> None:
    book = Workbook()
    for row in (HEADINGS, ["C1", "T1", "4G", None], [None, "T2", "4G", None], ["C3", "T3", "4G", None]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    assert [row.cells[0] for row in read_table(saved(book), "a.xlsx", known=KNOWN).rows] == ["C1", "C1", "C3"]


def test_formulas_give_the_value_stored_with_them() -> None:
    content = workbook(HEADINGS, ["C1", "T1", "4G", "=1+1"])
    sheet = (
        part(content, SHEET)
        .replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
        .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    )
    assert read_table(repacked(content, {SHEET: sheet}), "a.xlsx", known=KNOWN).rows[0].cells[3] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "cp1258"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_csv_in_every_encoding_and_sign(encoding: str, sign: str) -> None:
    text = "Danh sách\r\n" + sign.join(HEADINGS) + "\r\n" + sign.join(["C1", '"Nà Lầm, thôn; 1"', "4G", "06/05/2024"])
    content = windows_1258(text) if encoding == "cp1258" else encoded(text, encoding)
    table = read_table(content, "tram.csv", known=KNOWN)
    assert table.headings == tuple(HEADINGS)
    assert table.rows[0].cells == ("C1", "Nà Lầm, thôn; 1", "4G", "06/05/2024")


def encoded(text: str, encoding: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le") if encoding.endswith("bom") else text.encode(encoding)


def windows_1258(text: str) -> bytes:
    """Write tones as signs of their own, as Windows-1258 does."""
    import unicodedata

    def letter(c: str) -> bytes:
        try:
            return c.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", c)
            tone = next(p for p in parts if p in "\u0300\u0309\u0303\u0301\u0323")
            base = unicodedata.normalize("NFC", parts.replace(tone, ""))
            return (base + tone).encode("cp1258")

    return b"".join(letter(c) for c in text)


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    """A hundred parts of 100 MB of zeros would unpack to 10 GB; the list of contents tells."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/media/zeros", "w", force_zip64=True) as stream:
            for _ in range(400):
                stream.write(bytes(1_000_000))
    assert len(bomb.getvalue()) < 1_000_000
    assert "bung ra lớn hơn 300 MB" in refusal(bomb.getvalue())


def test_a_list_of_very_many_parts_is_refused_before_it_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(PLAIN)
    content[-10:-6] = struct.pack("<I", 1_000_001)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("listed"))
    assert "bung ra" in refusal(bytes(content))


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    """The sizes stated in the package are changed to 1 kB; the inflating stops all the same."""
    honest = repacked(PLAIN, {"xl/media/zeros": bytes(30_000_000)})
    size = (30_000_000).to_bytes(4, "little")
    lying = honest.replace(size, (1_000).to_bytes(4, "little"))
    assert lying != honest
    assert "bị hỏng" in refusal(lying)


def test_a_bomb_is_refused_by_its_ratio() -> None:
    assert "không an toàn" in refusal(repacked(PLAIN, {"xl/media/zeros": bytes(100_000_000)}))


def test_overlong_packages_are_stopped_while_inflating() -> None:
    assert "bung ra lớn hơn" in refusal(PLAIN, max_unpacked_bytes=3_000)


BILLION_LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("prolog", [BILLION_LAUGHS, EXTERNAL], ids=["laughs", "external"])
@pytest.mark.parametrize("where", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused_in_every_part(prolog: bytes, where: str, encoding: str) -> None:
    text = (prolog + part(PLAIN, where)).decode().replace("encoding='UTF-8'", "")
    assert "DTD" in refusal(repacked(PLAIN, {where: text.encode(encoding)}))


def test_the_size_that_a_sheet_states_is_not_believed() -> None:
    sheet = part(PLAIN, SHEET).replace(b'ref="A1:D2"', b'ref="A1:XFD1048576"').replace(b'r="2"', b'r="999999999"')
    content = repacked(PLAIN, {SHEET: sheet})
    assert content != PLAIN
    assert read_table(content, "a.xlsx", known=KNOWN).rows == ()


def long_sheet(count: int) -> bytes:
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>C{0}</t></is></c></row>'
    rows = "".join(row.format(n) for n in range(2, count + 2)).encode()
    return repacked(
        PLAIN, {SHEET: part(PLAIN, SHEET).partition(b"</row>")[0] + b"</row>" + rows + b"</sheetData></worksheet>"}
    )


def test_a_sheet_of_200_000_rows_is_refused_with_its_count() -> None:
    message = refusal(long_sheet(200_000))
    assert "200.000 dòng" in message
    assert "tối đa 100.000" in message


def test_empty_formatted_rows_do_not_count() -> None:
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 200))
    content = repacked(PLAIN, {SHEET: part(PLAIN, SHEET).replace(b"</sheetData>", empty + b"</sheetData>")})
    assert len(read_table(content, "a.xlsx", known=KNOWN, max_rows=100).rows) == 1


def test_csv_with_too_many_rows_is_refused_with_its_count() -> None:
    lines = ";".join(HEADINGS) + "\n" + "C;T;4G;1\n" * 1_001
    assert "1.001 dòng; tối đa 1.000" in refusal(lines.encode(), "a.csv", max_rows=1_000)


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "Tệp trống"),
        (OLE + bytes(100), "a.xls", "kiểu cũ"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "mật khẩu"),
        (b"PK\x03\x04 khong phai zip", "a.xlsx", "bị hỏng"),
        (b"%PDF-1.7", "a.pdf", "loại .pdf"),
        (b"%PDF-1.7", "a.xlsx", "không phải Excel"),
        (PLAIN, "a.csv", "Đổi tên thành .xlsx"),
        (PLAIN, "khong-duoi", "loại ."),
        (PLAIN[:-200], "a.xlsx", "bị hỏng"),
        (PLAIN[:60] + b"\xff" * 6 + PLAIN[66:], "a.xlsx", "bị hỏng"),
        (repacked(PLAIN, {"xl/vbaProject.bin": b"x"}), "a.xlsx", "macro"),
        (repacked(PLAIN, {"xl/workbook.xml": b"<a"}), "a.xlsx", "bị hỏng"),
        (repacked(PLAIN, {SHEET: b"<worksheet><sheetData><row"}), "a.xlsx", "bị hỏng"),
        (b"a;b\x00\xff;c", "a.csv", "không phải văn bản"),
        (workbook(["Một", "Hai"]), "a.xlsx", "Không tìm thấy dòng tiêu đề"),
        (workbook(), "a.xlsx", "Không tìm thấy dòng tiêu đề"),
        (b"\xef\xbb\xbf", "a.csv", "Không tìm thấy dòng tiêu đề"),
        (workbook(HEADINGS, [1, 2, 3, 4, 5]), "a.xlsx", "Dòng 2 có giá trị ở cột E"),
        (b'ma cot;ma tram\n"' + b"x" * 200_000, "a.csv", "bị hỏng"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, name: str, words: str) -> None:
    assert words in refusal(content, name)


@given(st.binary(max_size=300), st.sampled_from(["a.xlsx", "a.csv", "a.xls", "", ".", "a.txt"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    for prefix in (b"", b"PK\x03\x04", PLAIN[:500]):
        try:
            read_table(prefix + content, name)
        except TableError as error:
            assert str(error)


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    sheet = bytearray(part(PLAIN, SHEET))
    for _ in range(data.draw(st.integers(1, 6))):
        sheet[data.draw(st.integers(0, len(sheet) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_table(repacked(PLAIN, {SHEET: bytes(sheet)}), "a.xlsx", known=KNOWN)
    except TableError as error:
        assert str(error)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.sampled_from(",."))
def test_written_numbers_come_back(value: object, sign: str) -> None:
    text = f"{value:f}"
    assert parse_number(text.replace(".", sign)) == pytest.approx(float(text))


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_written_dates_come_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for written in (
        day,
        serial,
        float(serial),
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day.year}",
        day.isoformat(),
    ):
        assert parse_date(written) == day


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_clear_error(text: str) -> None:
    for parse in (parse_number, parse_date):
        try:
            parse(text)
        except TableError as error:
            assert error.right


@pytest.mark.parametrize(
    "text", ["32/01/2025", "01/13/2025", "2025", "05/2024", "hôm qua", 12.5, -1, True, "01/01/0024"]
)
def test_wrong_dates_say_how_to_write_one(text: object) -> None:
    with pytest.raises(TableError, match="31/12/2025"):
        parse_date(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["1,234.5", "45 m", "#N/A", "một", True, float("nan"), float("inf"), "1e5", "--"])
def test_wrong_numbers_say_what_would_be_right(text: object) -> None:
    with pytest.raises(TableError) as caught:
        parse_number(text)  # type: ignore[arg-type]
    assert caught.value.right
