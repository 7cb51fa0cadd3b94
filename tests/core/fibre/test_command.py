"""`python -m hatang.core plan-fibre`: files in; stretches, costs and who is joined out, or a clear answer."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from hatang.core.__main__ import main

ROADS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"Tên": "ĐT.226", "Cách đi": "aerial; chôn"},
            "geometry": {"type": "LineString", "coordinates": [[106.0, 21.0], [106.1, 21.0]]},
        },
        {
            "type": "Feature",
            "properties": {"Tên": "ĐH.1"},
            "geometry": {"type": "MultiLineString", "coordinates": [[[106.05, 21.0], [106.05, 21.05]]]},
        },
    ],
}
ENDS = "Mã;Tên;Kinh độ;Vĩ độ;Dân số\nT1;Nà Lầm;106,05;21,05;120\nT2;Khuổi Chín;106,09;21,001;80\nT3;Xa;106,6;21,8;50\n"
CLOSURES = "Mã;Kinh độ;Vĩ độ\nMX1;106,0;21,0\n"
PRICES = "Cách đi;Đơn giá (đồng/km)\naerial;60000000\ntreo trên cột mới;90000000\nchôn;400000000\n"
FILES = {
    "ends.csv": ENDS,
    "closures.csv": CLOSURES,
    "prices.csv": PRICES,
    "roads.geojson": json.dumps(ROADS, ensure_ascii=False),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the four files."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str) -> int:
    """Run the command on the folder's files."""
    files = [str(folder / name) for name in ("roads.geojson", "ends.csv", "closures.csv", "prices.csv", "out")]
    roads, ends, closures, prices, out = files
    return main(["plan-fibre", roads, "--ends", ends, "--closures", closures, "--prices", prices, "-o", out, *more])


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))


def test_it_writes_stretches_costs_ends_and_a_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--simulated", "--windows", "200") == 0
    out = folder / "out"
    written = json.loads((out / "stretches.geojson").read_text(encoding="utf-8"))
    assert written["note"] == "DỮ LIỆU MÔ PHỎNG"
    kinds = {(each["properties"]["road"], each["properties"]["way"]) for each in written["features"]}
    assert kinds == {("ĐT.226", "aerial"), ("ĐH.1", "new_poles"), ("", "new_poles")}
    costs = table(out / "costs.csv")
    assert costs[0] == ["Hạng mục", "Cách đi", "Chiều dài (km)", "Đơn giá (đồng/km)", "Vốn (đồng)"]
    assert [row[:2] for row in costs[1:]] == [
        ["tuyến", "treo trên cột có sẵn"],
        ["tuyến", "treo trên cột mới"],
        ["đoạn nối vào nơi", "treo trên cột mới"],
        ["Cộng", ""],
    ]
    assert sum(int(row[4]) for row in costs[1:-1]) == pytest.approx(int(costs[-1][4]), abs=3)
    joined = {row[0]: row[2:] for row in table(out / "ends.csv")[1:]}
    assert joined["T1"] == ["có", "0", "không", ""]
    assert joined["T3"][3] == "không có đường hay tuyến cột nào trong vòng 2000 m"
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["joined"], summary["not_joined"], summary["tree_gap_percent"]) == (2, 1, 0)
    assert "Nối được 2/3 nơi" in capsys.readouterr().err
    assert run(folder) == 1
    assert "đã có nội dung" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("ends.csv", ("106,05", "xx"), "ends.csv: dòng 2, cột “Kinh độ”: “xx” không phải số."),
        ("ends.csv", ("T2", "T1"), "ends.csv: cột “Mã”: Mã “T1” có 2 lần."),
        ("closures.csv", ("Vĩ độ", "Khác"), "closures.csv: Thiếu cột “Vĩ độ”."),
        ("prices.csv", ("chôn", "bay"), "prices.csv: dòng 4, cột “Cách đi”: Không hiểu cách đi “bay”."),
        ("prices.csv", ("90000000", "-9"), "prices.csv: dòng 3, cột “Đơn giá (đồng/km)”: Chưa có đơn giá hợp lệ."),
        ("prices.csv", ("treo trên cột mới;90000000\nchôn;400000000\n", ""), "Thiếu đơn giá cột mới hoặc chôn"),
        ("roads.geojson", ("aerial; chôn", "duct"), "Đường “ĐT.226” (duct) không có đơn giá."),
        ("roads.geojson", ("aerial;", "bay;"), "roads.geojson: đối tượng số 1: Không hiểu cách đi “bay”."),
        ("roads.geojson", ("[[106.0, 21.0], [106.1, 21.0]]", "[[106.0, 21.0]]"), "roads.geojson: đối tượng số 1:"),
        ("roads.geojson", ("{", "["), "roads.geojson: "),
    ],
)
def test_what_is_wrong_is_named_by_file_row_and_column_and_nothing_is_written(
    folder: Path, name: str, change: tuple[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert change[0] in FILES[name]
    (folder / name).write_text(FILES[name].replace(*change), encoding="utf-8")
    assert run(folder) == 1
    assert said in capsys.readouterr().err
    assert not (folder / "out").exists()
