"""`python -m hatang.core path-loss`: cases in, losses and their terms out, or every fault and nothing else."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from hatang.core.__main__ import main
from hatang.core.radio import tr38901
from hatang.core.radio.cases import COLUMNS
from hatang.core.radio.methods import METHODS, TERMS
from hatang.core.radio.p525 import free_space_loss_db
from hatang.core.radio.p526 import diffraction_loss
from hatang.core.radio.p1812 import path_loss
from hatang.core.radio.tr38901 import Scenario

HEAD = "case,method,frequency_mhz,distance_km,profile,transmitter_height_m,receiver_height_m,polarisation"
GROUND = "distance_km,height_m\n0,10\n0.5,60\n1,11\n"
COVERED = "distance_km;height_m;clutter_m;zone\n0;10;0;4\n0,5;60;15;3\n1;11;10;3\n"
Run = Callable[..., tuple[int, list[dict[str, str]], str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a way to run the command on rows of cases: its status, the rows of its answer, its complaints."""
    (tmp_path / "trống.csv").write_text(GROUND, encoding="utf-8")
    (tmp_path / "phủ.csv").write_text(COVERED, encoding="utf-8")

    def run(*rows: str, head: str = HEAD) -> tuple[int, list[dict[str, str]], str]:
        path = tmp_path / "cases.csv"
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        status = main(["path-loss", str(path)])
        told = capsys.readouterr()
        return status, list(csv.DictReader(io.StringIO(told.out))), told.err.replace(f"{path}: ", "")

    return run


WAVE = {"frequency_ghz": 0.7, "polarisation": 2, "transmitter_height_m": 45.0, "receiver_height_m": 1.5}


def test_each_method_gives_its_loss_its_terms_and_what_it_assumed(run: Run) -> None:
    status, (free, bent, whole, covered), err = run(
        "A,P525,3500,10,,,,",
        "B,p526,700,,phủ.csv,45,1.5,đứng",
        "C,p1812,700,,trống.csv,45,1.5,v",
        "D,p1812,700,,phủ.csv,45,1.5,2",
    )
    assert (status, err) == (0, "")
    assert [row["case"] + row["method"] for row in (free, bent, whole, covered)] == [
        "Ap525",
        "Bp526",
        "Cp1812",
        "Dp1812",
    ]
    assert float(free["loss_db"]) == pytest.approx(free_space_loss_db(frequency_ghz=3.5, distance_km=10), abs=1e-6)
    assert (free["version"], free["diffraction_db"], free["notes"]) == ("ITU-R P.525-4 (08/2019)", "", "")

    edge = diffraction_loss(**WAVE, distances_km=[0, 0.5, 1], heights_m=[10, 60, 11])
    assert float(bent["diffraction_db"]) == pytest.approx(edge.loss_db, abs=1e-6)
    assert float(bent["loss_db"]) == pytest.approx(edge.loss_db + float(bent["free_space_db"]), abs=1e-5)
    assert bent["notes"] == "earth_radius_km 8500 (4/3 Trái Đất); p526 không dùng lớp phủ của mặt cắt"

    bare = path_loss(**WAVE, distances_km=[0, 0.5, 1], heights_m=[10, 60, 11], latitude_deg=16)
    assert float(whole["loss_db"]) == pytest.approx(bare.loss_db, abs=1e-6)
    assert all(float(whole[name]) == pytest.approx(term(bare), abs=1e-6) for name, term in TERMS.items())
    assert "delta_n 40 (giả định: khí quyển tham chiếu P.453)" in whole["notes"].split("; ")
    assert float(covered["loss_db"]) > float(whole["loss_db"])
    assert "lớp phủ" not in covered["notes"]


def test_a_validation_case_through_the_command(shared: Path, run: Run, tmp_path: Path) -> None:
    tests = shared / "data" / "radio-validation" / "p1812_ofcom" / "tests"
    lines = (tests / "validation_profiles" / "rburg_urban_with_clutter.csv").read_text(encoding="utf-8").splitlines()
    points = [
        line.split(",") for line in lines[lines.index("{Begin of Profile}") + 2 : lines.index("{End of Profile}")]
    ]
    table = ["distance_km,height_m,clutter_m,zone", *(f"{d},{h},{r},{z}" for d, h, _, r, z in points)]
    (tmp_path / "rburg.csv").write_text("\n".join(table), encoding="utf-8")
    head = f"{HEAD},time_percent,location_percent,latitude_deg,delta_n,n0,location_deviation_db"
    _, (row,), _ = run(",p1812,1000,,rburg.csv,12,19,ngang,1,50,48.58877214,45,323.947135,0", head=head)
    assert float(row["loss_db"]) == pytest.approx(182.9371575, abs=1e-6)
    assert float(row["field_strength_dbuv_m"]) == pytest.approx(16.42284247, abs=1e-6)
    assert row["notes"] == ""


def test_values_that_a_method_does_not_read_are_noted(run: Run) -> None:
    _, (row,), _ = run("A,p525,3500,10,,30,,ngang")
    assert row["notes"] == "p525 không dùng transmitter_height_m, polarisation"


def test_every_fault_is_listed_by_row_and_column_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hỏng.csv").write_text("distance_km,height_m,zone\n0,10,4\n1,,4\n", encoding="utf-8")
    (tmp_path / "vùng.csv").write_text("distance_km,height_m,zone\n0,10,4\n1,5,2\n", encoding="utf-8")
    (tmp_path / "ngắn.csv").write_text("distance_km,height_m\n0,10\n0.1,5\n0.2,5\n", encoding="utf-8")
    (tmp_path / "đứng.csv").write_text("distance_km,height_m\n0,10\n0,5\n0,5\n", encoding="utf-8")
    (tmp_path / "lùi.csv").write_text("distance_km,height_m\n0,10\n1,5\n0.5,5\n", encoding="utf-8")
    status, rows, err = run(
        "A,p525,3500,10,,,,",
        "B,okumura,3500,10,,,,",
        "C,p526,1.000 MHz,,không.csv,30,1.5,chéo",
        "D,p1812,7000,,trống.csv,45,1.5,v",
        "E,p1812,700,,hỏng.csv,45,1.5,v",
        "F,p1812,700,,vùng.csv,45,1.5,v",
        "G,p1812,700,,ngắn.csv,45,1.5,v",
        "H,p526,700,,lùi.csv,45,1.5,v",
        "I,p1812,,,,45,1.5,v",
        "J,p525,700,10,trống.csv,,,",
        "K,p525,700,,,,,",
        "L,p525,700,,không.csv,,,",
        "M,p526,700,,đứng.csv,45,1.5,v",
        "N,p525,700,,đứng.csv,,,",
    )
    assert (status, rows) == (1, [])
    assert err.splitlines() == [
        f"dòng 3, cột method: Không có phương pháp “okumura”. Có: {', '.join(METHODS)}.",
        "dòng 4, cột frequency_mhz: “1.000 MHz” có đơn vị “MHz” trong ô. Chỉ viết số: 1.000.",
        "dòng 4, cột polarisation: “chéo” không phải phân cực. Viết ngang hoặc đứng.",
        "dòng 4, cột profile: không.csv: Không có tệp này.",
        "dòng 5, cột frequency_mhz: Tần số 7 GHz ngoài khoảng của phương pháp: từ 0,03 đến 6 GHz.",
        "dòng 6, cột profile: hỏng.csv: dòng 3, cột height_m: Ô trống. Mỗi điểm của mặt cắt có đủ các cột.",
        "dòng 7, cột profile: vùng.csv: dòng 3, cột zone: “2” không phải vùng. "
        "Viết 1 (biển), 3 (đất ven biển) hoặc 4 (nội địa).",
        "dòng 8, cột profile: Chiều dài đường truyền 0,2 km ngoài khoảng của phương pháp: từ 0,25 đến 3.000 km.",
        "dòng 9, cột profile: Điểm thứ 3 của mặt cắt: khoảng cách phải lớn hơn điểm trước.",
        "dòng 10, cột frequency_mhz: Thiếu giá trị; phương pháp p1812 cần tần số, MHz.",
        "dòng 10, cột profile: Thiếu giá trị; phương pháp p1812 cần tệp mặt cắt, đường dẫn tính từ tệp trường hợp.",
        "dòng 11, cột distance_km: Có cả khoảng cách và mặt cắt; chỉ giữ một.",
        "dòng 12, cột distance_km: Thiếu giá trị; phương pháp p525 cần khoảng cách, km.",
        "dòng 13, cột profile: không.csv: Không có tệp này.",
        "dòng 14, cột profile: Điểm thứ 2 của mặt cắt: khoảng cách phải lớn hơn điểm trước.",
        "dòng 15, cột profile: Điểm thứ 2 của mặt cắt: khoảng cách phải lớn hơn điểm trước.",
    ]


@pytest.mark.parametrize("method", METHODS)
def test_a_value_out_of_range_is_told_by_its_column(run: Run, method: str) -> None:
    """Each number that a method reads is set far out of range in turn, the rest being right."""
    right = {"method": method, "frequency_mhz": "700", "profile": "trống.csv", "polarisation": "ngang"}
    right |= {"transmitter_height_m": "30", "receiver_height_m": "1.5"}
    if method not in ("p526", "p1812"):
        right = {"method": method, "frequency_mhz": "700", "distance_km": "0.1" if "inh" in method else "1"}
        right |= {} if method in ("p525", "p2108") else {"receiver_height_m": "1.5"}
        right |= {"clutter": "đô thị"} if method == "p2108-terminal" else {}
        right |= {"transmitter_height_m": "10"} if method.startswith("tr38901") else {}
    assert run(",".join(right.values()), head=",".join(right))[0] == 0
    for column in set(METHODS[method].columns.values()) - {"polarisation", "profile"}:
        if column == "earth_radius_km" and "distance_km" in right:
            continue  # only read with a profile
        cells = right | {column: "99999999999"}
        status, _, err = run(",".join(cells.values()), head=",".join(cells))
        assert status == 1
        assert err.startswith(f"dòng 2, cột {column}: "), (column, err)


STREET = (
    "method,frequency_mhz,distance_km,transmitter_height_m,receiver_height_m,line_of_sight,location_percent,profile"
)


def test_tr38901_tells_what_is_known_of_the_line_of_sight(run: Run, tmp_path: Path) -> None:
    (tmp_path / "đồi.csv").write_text("distance_km,height_m\n0,10\n0.1,60\n0.2,10\n", encoding="utf-8")
    (tmp_path / "bằng.csv").write_text("distance_km,height_m\n0,10\n0.1,10\n0.2,10\n", encoding="utf-8")
    (tmp_path / "nhà.csv").write_text("distance_km,height_m,clutter_m\n0,1,0\n0.1,1,2\n0.2,1,0\n", encoding="utf-8")
    at = {"frequency_ghz": 26, "distance_m": 200, "base_height_m": 10}
    seen, hidden = (tr38901.path_loss_db(Scenario.UMI, line_of_sight=s, **at).item() for s in (True, False))
    either = tr38901.loss_at_random_place(Scenario.UMI, **at)
    status, rows, err = run(
        "tr38901-umi,26000,0.2,10,1.5,có,,",
        "tr38901-umi,26000,0.2,10,1.5,không,95,",
        "tr38901-umi,26000,0.2,10,1.5,,90,",
        "tr38901-umi,26000,,10,1.5,,,đồi.csv",
        "tr38901-umi,26000,,10,1.5,,,bằng.csv",
        "tr38901-umi,26000,,10,1.5,,,nhà.csv",
        head=STREET,
    )
    assert (status, err) == (0, "")
    losses = [float(row["loss_db"]) for row in rows]
    expected = [seen, hidden + 1.6449 * 7.82, either.not_exceeded_db(90).item(), hidden]
    assert losses == pytest.approx([*expected, either.not_exceeded_db(50).item(), seen], abs=1e-3)
    assert {row["version"] for row in rows} == {"3GPP TR 38.901 V18.0.0 UMi-Street Canyon"}
    shown = [row["sight_probability"] for row in rows]
    assert shown[:2] + shown[3:4] + shown[5:] == ["1", "0", "0", "1"] and shown[2] == shown[4]
    notes = [row["notes"] for row in rows]
    assert "chưa biết, lấy theo xác suất" in notes[2] and "line_of_sight không (theo mặt cắt)" in notes[3]
    assert "mặt cắt không che nhưng không có lớp phủ" in notes[4] and "line_of_sight có (theo mặt cắt)" in notes[5]
    _, (farther,), _ = run("tr38901-uma,26000,5,25,1.5,không,,", head=STREET)
    assert float(farther["loss_db"]) == pytest.approx(13.54 + 39.08 * math.log10(5000) + 20 * math.log10(26), abs=1e-3)
    status, _, err = run("tr38901-uma,26000,6,25,1.5,không,,", "tr38901-umi,26000,1,25,1.5,mờ,,", head=STREET)
    assert status == 1 and err.splitlines() == [
        "dòng 2, cột distance_km: Khoảng cách 6.000 m ngoài khoảng của phương pháp: từ 10 đến 5.000 m.",
        "dòng 3, cột line_of_sight: “mờ” không phải có hay không nhìn thẳng. Viết có hoặc không.",
    ]


def test_p2108_adds_the_clutter_to_free_space(run: Run) -> None:
    status, (whole, median, at), err = run(
        "p2108,26600,15.8,,,45",
        "p2108,2000,0.65,,,",
        "p2108-terminal,1500,10,2,Đất trống,",
        head="method,frequency_mhz,distance_km,receiver_height_m,clutter,location_percent",
    )
    assert (status, err) == (0, "")
    assert float(whole["clutter_loss_db"]) == pytest.approx(32.5, abs=0.05)
    assert float(median["clutter_loss_db"]) == pytest.approx(27.093, abs=5e-4)
    assert float(at["clutter_loss_db"]) == pytest.approx(16.0, abs=0.05)
    for row, (ghz, km) in zip((whole, median, at), ((26.6, 15.8), (2.0, 0.65), (1.5, 10.0)), strict=True):
        free = free_space_loss_db(frequency_ghz=ghz, distance_km=km)
        assert float(row["loss_db"]) == pytest.approx(free + float(row["clutter_loss_db"]), abs=1e-5)
    assert (whole["version"], at["version"]) == ("ITU-R P.2108-1 §3.2", "ITU-R P.2108-1 §3.1")
    assert at["notes"] == "clutter_height_m 10 (Bảng 3); street_width_m 27"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("method,frequncy_mhz", "Không có cột “frequncy_mhz”."),
        ("method,frequency_mhz,method", "Cột “method” có hai lần."),
        ("case,frequency_mhz", "Thiếu cột “method”."),
    ],
)
def test_headings_that_are_not_known(run: Run, head: str, words: str) -> None:
    status, _, err = run("p525,700", head=head)
    assert status == 1
    assert err.startswith(f"dòng 1: {words}")


def test_a_table_without_cases(run: Run) -> None:
    assert run()[2] == "Bảng không có trường hợp nào dưới dòng tiêu đề.\n"


def test_the_answer_goes_to_a_file_whole_or_not_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases, to = tmp_path / "cases.csv", tmp_path / "losses.csv"
    cases.write_text("method,frequency_mhz,distance_km\np525,3500,10\n", encoding="utf-8")
    assert main(["path-loss", str(cases), "-o", str(to)]) == 0
    whole = to.read_text(encoding="utf-8")
    assert whole.startswith("case,row,method,version,loss_db,length_km,free_space_db,notes\n")
    cases.write_text("method,frequency_mhz,distance_km\np525,3500,10\np525,3500,-1\n", encoding="utf-8")
    assert main(["path-loss", str(cases), "-o", str(to)]) == 1
    assert to.read_text(encoding="utf-8") == whole
    assert main(["path-loss", str(cases), "-o", str(tmp_path / "none" / "a.csv")]) == 1
    assert main(["path-loss", str(tmp_path / "none.csv")]) == 1
    assert "none.csv: Không có tệp này." in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"cases.csv", "losses.csv"}


def test_the_handbook_tells_every_column_method_and_term() -> None:
    page = (Path(__file__).parents[3] / "docs" / "may-tinh-vo-tuyen.md").read_text(encoding="utf-8")
    assert [f"`{name}`" for name in (*COLUMNS, *METHODS, *TERMS) if f"`{name}`" not in page] == []
    assert all(method.version in page for method in METHODS.values())
