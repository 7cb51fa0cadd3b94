"""`python -m hatang.core coverage`: files in; rasters, who is served and a summary out, or a clear answer."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hatang.core.__main__ import main
from hatang.core.radio.coverage import command
from hatang.core.radio.coverage.workers import LostWorkersError
from hatang.core.terrain.cogs import read_cog

HEADINGS = (
    "Mã ô;Nhà mạng;Công nghệ;Kinh độ;Vĩ độ;Độ cao ăng ten (m);Công suất phát (dBm);"
    "Băng tần;Băng thông (MHz);Góc phương vị (°)"
)
GOOD = (
    "A1;Mạng A;4G;106,45;21,6;30;46;B3;20;0",
    "A2;Mạng A;4G;106,45;21,6;30;46;B8;10;180",
    "B1;Mạng B;4G;106,47;21,62;40;43;B3;20;90",
)
CUT = [f"{angle} 0" for angle in range(360)]
ANTENNA = "\n".join(("NAME K80", "FREQUENCY 1855", "GAIN 15 dBi", "HORIZONTAL 360", *CUT, "VERTICAL 360", *CUT))
VILLAGES = (
    "Mã;Tên;Kinh độ;Vĩ độ;Dân số\nT1;Nà Lầm;106,455;21,61;120\nT2;Khuổi Chín;106,49;21,57;80\nT3;Xa;106,6;21,8;50\n"
)


@pytest.fixture
def folder(tmp_path: Path, alps: bytes) -> Path:
    """Give a folder with terrain, cells and villages."""
    (tmp_path / "N21E106.hgt").write_bytes(alps)
    (tmp_path / "cells.csv").write_text("\n".join((HEADINGS, *GOOD)), encoding="utf-8")
    (tmp_path / "villages.csv").write_text(VILLAGES, encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str) -> int:
    """Run the command on the folder's files."""
    files = [str(folder / name) for name in ("cells.csv", "N21E106.hgt", "villages.csv", "out")]
    cells, dem, villages, out = files
    return main(["coverage", cells, "--dem", dem, "--villages", villages, "-o", out, "--radius-km", "4", *more])


def test_it_writes_rasters_a_table_and_a_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--simulated") == 0
    out = folder / "out"
    assert {path.name for path in out.iterdir()} == {
        *(f"{kind}-mang-{operator}-4g.tif" for kind in ("level", "server") for operator in "ab"),
        "operators-4g.tif",
        "served.csv",
        "summary.json",
    }
    table = (out / "served.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(table.splitlines(), delimiter=";"))
    assert [(row["Mã"], row["Nhà mạng"]) for row in rows] == [
        (t, f"Mạng {n}") for t in ("T1", "T2", "T3") for n in "AB"
    ]
    assert rows[4]["Được phục vụ"] == "không", "nobody's cell reaches the village 20 km away"
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["source_kind"] == "predicted"
    assert summary["simulated"] is True
    assert summary["rasters"]["kernel"] == "sweep"
    assert summary["points"]["kernel"] == "exact"
    assert summary["served"]["asked"] == {"places": 3, "people": 250}
    by_one = summary["served"]["by_operators"][0]
    served = {row["Mã"] for row in rows if row["Được phục vụ"] == "có"}
    assert by_one == {
        "technology": "4G",
        "operators_at_least": 1,
        "places": len(served),
        "people": sum({"T1": 120, "T2": 80, "T3": 50}[code] for code in served),
    }
    level = read_cog(out / "level-mang-a-4g.tif")
    at_village = float(level.nearest(106.455, 21.61))
    assert at_village == pytest.approx(float(rows[0]["Mức thu (dBm)"].replace(",", ".")), abs=6)
    operators = read_cog(out / "operators-4g.tif").values
    assert set(np.unique(operators)) == {0, 1, 2}
    assert "còn khoảng" in capsys.readouterr().err


def test_operators_of_nearly_the_same_name_have_files_of_their_own(folder: Path) -> None:
    cells = (GOOD[0], GOOD[2].replace("Mạng B", "Mang-A"))
    (folder / "cells.csv").write_text("\n".join((HEADINGS, *cells)), encoding="utf-8")
    assert run(folder) == 0
    first, second = (read_cog(folder / f"out/level-mang-a-4g{more}.tif").values for more in ("", "-2"))
    assert not np.array_equal(first, second, equal_nan=True)


def test_faulty_cells_are_listed_and_left_out_only_when_one_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "X1;Mạng A;4G;106,45;21,6;30;460;B3;20;"
    (folder / "cells.csv").write_text("\n".join((HEADINGS, *GOOD, bad)), encoding="utf-8")
    assert run(folder) == 1
    said = capsys.readouterr().err
    assert "Ô X1, công suất phát: Ghi 460 dBm." in said
    assert "Ô X1, góc phương vị: Chưa ghi." in said
    assert not (folder / "out").exists()
    assert run(folder, "--leave-out-faulty", "--no-rasters") == 0
    summary = json.loads((folder / "out/summary.json").read_text(encoding="utf-8"))
    assert summary["cells"] == ["A1", "A2", "B1"]
    assert [line.split(",")[0] for line in summary["left_out"]] == ["Ô X1", "Ô X1"]


@pytest.mark.parametrize(
    ("cells", "more", "said"),
    [
        ("Mã ô;Công nghệ;Kinh độ\n1;4G;106", (), "cells.csv: Thiếu cột “Vĩ độ”, “Độ cao ăng ten (m)”"),
        (f"{HEADINGS}\nA1;A;4G;một;21,6;30;46;B3;20;0", (), "cells.csv: dòng 2, cột “Kinh độ”: “một” không phải số."),
        (f"{HEADINGS}\nA1;A;4G;;21,6;30;46;B3;20;0", (), "cells.csv: dòng 2, cột “Kinh độ”: Chưa ghi tọa độ."),
        (f"{HEADINGS}\nA1;A;4G;108,5;21,6;30;46;B3;20;0", (), "Địa hình không phủ hết khu vực"),
        (f"{HEADINGS}\n{GOOD[0]}", ("--technology", "5G"), "không có ô nào để tính"),
        (f"{HEADINGS}\n{GOOD[0]}", ("--area", "106.4,21.55,106.5,21.65"), "Nằm ngoài --area: 1 ô, điểm (điểm T3)."),
        (f"{HEADINGS}\n{GOOD[0]}", ("--threshold-dbm", "-100"), "--threshold-dbm cần --technology"),
    ],
)
def test_what_cannot_be_computed_is_said_and_nothing_written(
    folder: Path, capsys: pytest.CaptureFixture[str], cells: str, more: tuple[str, ...], said: str
) -> None:
    (folder / "cells.csv").write_text(cells, encoding="utf-8")
    assert run(folder, *more) == 1
    assert said in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "out").mkdir()
    (folder / "out/note.txt").write_text("of mine")
    assert run(folder) == 1
    assert "đã có nội dung" in capsys.readouterr().err
    assert (folder / "out/note.txt").read_text() == "of mine"


def test_a_scheduler_that_does_not_answer_is_told(
    monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(address: str) -> None:
        raise OSError(f"Timed out trying to connect to {address} after 30 s")

    monkeypatch.setattr("distributed.Client", nobody)
    assert run(folder, "--scheduler", "tcp://may-chu:8786") == 1
    assert "Không nối được tới bộ điều phối Dask tcp://may-chu:8786." in capsys.readouterr().err


def test_workers_that_keep_dying_are_told(
    monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def die(*_: object, **__: object) -> None:
        raise LostWorkersError("Tiến trình tính đã chết 6 lần.")

    monkeypatch.setattr(command, "compute_coverage", die)
    assert run(folder) == 1
    assert "Tiến trình tính đã chết 6 lần." in capsys.readouterr().err
    assert not (folder / "out").exists()


@pytest.mark.parametrize("count", ["0", "-1", "hai", "1000"])
def test_a_number_of_workers_that_cannot_be(folder: Path, capsys: pytest.CaptureFixture[str], count: str) -> None:
    with pytest.raises(SystemExit):
        run(folder, f"--workers={count}")
    assert f"ghi một số nguyên từ 1 đến 256, không phải “{count}”" in capsys.readouterr().err


def test_two_antenna_files_of_one_name_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "antennas").mkdir()
    for name in ("K80.msi", "K80.pln"):
        (folder / "antennas" / name).write_text(ANTENNA)
    assert run(folder, "--antennas", str(folder / "antennas")) == 1
    assert "K80.msi và K80.pln cùng đặt tên ăng ten “K80”." in capsys.readouterr().err
