"""`plan-cover` as somebody at a terminal uses it: files in, files out, clear words where they cannot be."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from hatang.core.__main__ import main

WORKS = """Mã;Loại;Hạ tầng;Nhà mạng;Công nghệ;Vốn (đồng);Chi hằng năm (đồng);Vốn của hạ tầng (đồng);Hạ tầng có sẵn;\
Phục vụ;Kinh độ;Vĩ độ;Tầm phủ (km)
W1;thêm công nghệ;cot-1;A;4G;800000000;60000000;0;có;T1, T2;106,7;21,8;
W2;cột mới;moi-1;B;4G;900000000;60000000;1500000000;không;;106,75;21,85;7
W3;vệ tinh;ve-tinh-3;B;4G;50000000;40000000;0;không;T3;106,8;21,9;
"""
NEEDS = """Mã;Tên;Dân số;Xã;Nhóm ưu tiên;Hiện do;Kinh độ;Vĩ độ
T1;Bản Một;400;X1;;;106,71;21,81
T2;Bản Hai;300;X1;;;106,74;21,84
T3;Bản Ba;100;X2;biên giới;;106,8;21,9
T4;Bản Bốn;500;X2;;A;106,6;21,7
"""
CELLS = """Mã ô;Nhà mạng;Công nghệ;Kinh độ;Vĩ độ;Độ cao ăng ten (m);Công suất phát (dBm);Băng tần;Băng thông (MHz);\
Góc phương vị (°);Vốn (đồng)
W1;A;4G;106,45;21,6;30;46;B3;20;0;1000
W1;A;4G;106,45;21,6;30;46;B8;10;180;1000
W2;B;4G;106,47;21,62;40;43;B3;20;90;1000
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Write the two tables."""
    (tmp_path / "works.csv").write_text(WORKS, encoding="utf-8")
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    return tmp_path


def plan(folder: Path, *more: str, needs: str = "needs.csv") -> int:
    return main(
        ["plan-cover", str(folder / "works.csv"), "--needs", str(folder / needs), "-o", str(folder / "out"), *more]
    )


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "out/summary.json").read_text()))


def test_the_cheapest_works_are_priced_mapped_and_proven(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(files, "--target", "100", "--group", "biên giới=100", "--simulated") == 0
    assert "Xây 2 công trình, vốn 850 triệu đồng" in capsys.readouterr().out
    with (files / "out/costs.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["Mã"], row["Vốn (đồng)"], row["Số nơi phục vụ"]) for row in rows] == [
        ("W1", "800000000", "2"),
        ("W3", "50000000", "1"),
    ]
    works = json.loads((files / "out/works.geojson").read_text())
    assert works["simulated"] == "DỮ LIỆU MÔ PHỎNG"
    assert works["features"][0]["geometry"] == {"type": "Point", "coordinates": [106.7, 21.8]}
    needs = json.loads((files / "out/needs.geojson").read_text())
    assert all(feature["properties"]["served"] for feature in needs["features"])
    assert told(files)["gap_percent"] == 0


def test_two_operators_everywhere_need_the_new_mast_too(files: Path) -> None:
    """T3 and T4 cannot have two; the villages that W1 and W2 both reach can, and both are built for it."""
    assert plan(files, "--target", "50", "--least-operators", "2") == 0
    assert told(files)["works_built"] == 2
    assert told(files)["capital_vnd"] == 800_000_000 + 900_000_000 + 1_500_000_000


def test_a_share_asked_on_the_way_brings_works_forward(files: Path) -> None:
    """Without it all waits for the last year; a year outside the plan's is refused in words."""
    assert plan(files, "--target", "100", "--target-by", "2027=90") == 0
    assert told(files)["requirements"]["served_percent_by"] == {"2027": 90.0}
    works = json.loads((files / "out/works.geojson").read_text())["features"]
    assert {work["properties"]["id"]: work["properties"]["year"] for work in works} == {"W1": 2027, "W3": 2030}
    (files / "out").rename(files / "before")
    assert plan(files, "--target", "100", "--target-by", "2040=90") == 1


def test_what_cannot_be_met_is_explained_and_nothing_is_written(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "needs.csv").write_text(NEEDS + "T5;Bản Xa;700;X2;;;104,0;20,0\n", encoding="utf-8")
    assert plan(files, "--target", "100") == 1
    said = capsys.readouterr().err
    assert "1 nơi" in said or "T5" in said
    assert not (files / "out").exists()


def test_money_by_year_and_source_bounds_what_is_built(files: Path) -> None:
    (files / "money.csv").write_text("Năm;Nguồn vốn;Vốn (đồng)\n2026;nhà nước;60000000\n2028;quỹ;800000000\n")
    assert plan(files, "--most", "--budget", str(files / "money.csv"), "--curve", "4") == 0
    works = json.loads((files / "out/works.geojson").read_text())["features"]
    built = {work["properties"]["id"]: work["properties"] for work in works}
    assert built["W1"]["paid_vnd"] == {"quỹ": 800_000_000}
    assert built["W1"]["year"] == 2028
    assert set(built) == {"W1", "W3"}
    assert (files / "out/curve.csv").exists()


def test_people_of_a_raster_are_needs_wherever_they_live(files: Path) -> None:
    people = np.zeros((20, 20), dtype=np.float32)
    people[4, 5], people[15, 15] = 250, 40
    profile = {"driver": "GTiff", "width": 20, "height": 20, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(files / "people.tif", "w", transform=from_origin(106.7, 21.9, 0.01, 0.01), **profile) as raster:
        raster.write(people, 1)
    bare = WORKS.replace("T1, T2", "").replace("T3", "")
    (files / "works.csv").write_text(bare, encoding="utf-8")
    assert plan(files, "--target", "80", needs="people.tif") == 0
    assert told(files)["weight"] == 290
    assert told(files)["served_weight"] == 250


def test_over_terrain_the_radio_engine_says_who_is_served(tmp_path: Path, shared: Path) -> None:
    """The same places as the command `coverage` calls served by each work's cells, on the same relief."""
    dem = tmp_path / "N21E106.hgt"
    dem.write_bytes(gzip.decompress((shared / "data/dem/N43E006.hgt.gz").read_bytes()))
    (tmp_path / "works.csv").write_text(CELLS, encoding="utf-8")
    spots = [(106.40 + 0.01 * k, 21.56 + 0.01 * (k % 7)) for k in range(14)]
    lines = [f"T{k};{lon:.3f};{lat:.3f};10".replace(".", ",") for k, (lon, lat) in enumerate(spots)]
    (tmp_path / "needs.csv").write_text("\n".join(["Mã;Kinh độ;Vĩ độ;Dân số", *lines]), encoding="utf-8")
    ground = ["--dem", str(dem), "--radius-km", "6"]
    (tmp_path / "cells.csv").write_text(CELLS.replace("W1;", "W0;", 1), encoding="utf-8")
    cells, needs = str(tmp_path / "cells.csv"), str(tmp_path / "needs.csv")
    assert main(["coverage", cells, *ground, "--villages", needs, "--no-rasters", "-o", str(tmp_path / "by")]) == 0
    with (tmp_path / "by/served.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["Được phục vụ"] == "có"]
    assert plan(tmp_path, "--most", "--total-vnd", "1e12", *ground) == 0
    works = json.loads((tmp_path / "out/works.geojson").read_text())["features"]
    serves = {work["properties"]["operator"]: set(work["properties"]["serves"]) for work in works}
    assert serves == {name: {r["Mã"] for r in rows if r["Nhà mạng"] == name} for name in ("A", "B")}
    assert 0 < len(serves["A"]) < 14


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("W4;;;A;4G;nhiều;;;;T1;;;", "dòng 5, cột “Vốn (đồng)”"),
        ("W4;;;A;4G;1;;;;T9;;;", "Dòng 5: “T9” không có trong danh sách"),
        ("W4;;cot-1;A;4G;1;;5;có;T1;;;", "ghi khác nhau về hạ tầng “cot-1”"),
        ("W1;;;A;4G;1;;;;T1;;;", "W1"),
        ("W4;;;A;4G;1;;;;;;;3", "chưa ghi kinh độ"),
    ],
)
def test_a_wrong_row_is_named(files: Path, capsys: pytest.CaptureFixture[str], row: str, words: str) -> None:
    (files / "works.csv").write_text(WORKS + row + "\n", encoding="utf-8")
    assert plan(files, "--target", "50") == 1
    assert words in capsys.readouterr().err
    assert not (files / "out").exists()


def test_the_most_for_no_money_is_refused(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(files, "--most") == 1
    assert "--budget" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_named_once(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "people.tif").write_bytes(b"II*\x00")
    assert plan(files, "--target", "50", needs="people.tif") == 1
    assert capsys.readouterr().err == "people.tif: Không đọc được GeoTIFF này.\n"
    assert plan(files, "--target", "50", needs="gone.csv") == 1
    assert capsys.readouterr().err.endswith("gone.csv: Không có tệp này.\n")
