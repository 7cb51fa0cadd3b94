"""`restate` as somebody at a terminal uses it: a series and a crosswalk in, the series of today out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hatang.core.__main__ import main

CROSSWALK = """Mã cũ;Mã mới;Dân số (%);Chính thức
00A;00X;;
00B;00X;40;có
00B;00Y;60;có
00C;00Y;;
00C;00Z;;
"""
SERIES = """Mã;Năm;Chỉ tiêu;Tử số;Mẫu số
00A;2019;hộ có cáp quang;800;1000
00B;2019;hộ có cáp quang;100;400
00C;2019;hộ có cáp quang;50;100
00A;2020;hộ có cáp quang;900;1000
00B;2020;hộ có cáp quang;;
00C;2020;hộ có cáp quang;60;100
00Q;2020;hộ có cáp quang;1;1
"""


def restate(folder: Path, *more: str, series: str = SERIES, crosswalk: str | None = CROSSWALK) -> int:
    (folder / "series.csv").write_text(series, encoding="utf-8")
    (folder / "walk.csv").write_text(crosswalk or "", encoding="utf-8")
    given = ["--crosswalk", str(folder / "walk.csv")] if crosswalk else []
    return main(["restate", str(folder / "series.csv"), *given, "-o", str(folder / "out.csv"), *more])


def rows_of(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return {(row["Mã"], row["Năm"]): row for row in csv.DictReader(file)}


def test_a_series_comes_out_on_todays_units_and_names_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert restate(tmp_path) == 0
    rows = rows_of(tmp_path)
    first = rows["00X", "2019"]
    assert (first["Tử số"], first["Mẫu số"], first["Phần ước tính (%)"]) == ("840", "1160", "0")
    assert first["Cách tính"] == "đơn vị cũ bị chia, tỷ lệ chia chính thức"
    second = rows["00Y", "2019"]
    assert (second["Mẫu số"], second["Cận dưới"]) == ("290", f"{100 * 60 / (240 + 50):.10g}")
    assert rows["00X", "2020"]["Thiếu số liệu của"] == "00B"
    assert rows["00X", "2020"]["Giá trị"] == ""
    said = capsys.readouterr().err
    assert "Không có trong bảng chuyển đổi: 00Q." in said
    assert "Tổng trước" in said


def test_the_built_in_crosswalk_takes_codes_that_lost_their_zeros(tmp_path: Path) -> None:
    """Hà Giang (02) and Tuyên Quang (08) are one province now; Cao Bằng (04) stays."""
    series = "Mã;Năm;Giá trị\n2;2019;5\n8;2019;7\n4;2019;3\n"
    assert restate(tmp_path, "--as", "sum", "--built-in", "provinces", series=series, crosswalk=None) == 0
    rows = rows_of(tmp_path)
    assert {code: row["Giá trị"] for (code, _), row in rows.items()} == {"08": "12", "04": "3"}


@pytest.mark.parametrize(
    ("series", "more", "said"),
    [
        ("Mã;Năm;Giá trị\n00A;2019;5\n", (), "Không rõ đây là tổng hay tỷ lệ"),
        ("Mã;Năm;Giá trị\n00A;2019;5\n", ("--as", "median"), "Trung vị không tính lại được"),
        ("Mã;Năm;Giá trị\n00A;2019;5\n", ("--as", "percent"), "Thiếu cột “Tử số”"),
        ("Mã;Năm;Giá trị\n00A;19;5\n", ("--as", "sum"), "series.csv: dòng 2, cột “Năm”: “19” không phải năm"),
        ("Mã;Năm;Giá trị\n00A;2019;N/A\n", ("--as", "sum"), "dòng 2, cột “Giá trị”"),
        ("Mã;Năm;Giá trị\n00A;2019;5\n00A;2019;6\n", ("--as", "sum"), "đã có ở dòng 2"),
        ("Mã;Giá trị\n00A;5\n", (), "Thiếu cột “Năm”"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], series: str, more: tuple[str, ...], said: str
) -> None:
    assert restate(tmp_path, *more, series=series) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()
