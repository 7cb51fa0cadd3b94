"""Cells before a run: each impossible value is found, by cell and field, and nothing is left out unasked."""

from dataclasses import replace

import pytest

from hatang.core.radio.antennas import ELEMENT, SECTOR, WHIP
from hatang.core.radio.cells import (
    FIELDS,
    METHODS_MHZ,
    Cell,
    CellsError,
    Chosen,
    check_cells,
    frequency_of,
    pattern_of,
    usable_cells,
)

GOOD = Cell(
    "LS-1", "5G", 106.76, 21.85, 32.0, 46.0, 3650.0, 100.0, "n78", 120.0,
    tilt_electrical_deg=4.0, tilt_mechanical_deg=2.0, antenna="mẫu", structure_height_m=36.0,
)  # fmt: skip


def faults(cell: Cell, method: str = "P.1812") -> list[tuple[str, str, str]]:
    return [(f.field, f.message, f.right) for f in check_cells([cell], method=method)]


def test_a_cell_that_says_all_has_no_fault() -> None:
    assert faults(GOOD) == []
    assert faults(replace(GOOD, azimuth_deg=None, omnidirectional=True)) == []
    assert faults(replace(GOOD, frequency_mhz=None)) == []
    assert frequency_of(replace(GOOD, frequency_mhz=None)) == 3550.0
    assert faults(replace(GOOD, technology="3G", band="2100", frequency_mhz=None, bandwidth_mhz=None)) == []
    assert faults(replace(GOOD, technology="2G", band="", frequency_mhz=947.2, bandwidth_mhz=None)) == []
    assert faults(replace(GOOD, band="3650")) == []
    assert faults(replace(GOOD, tilt_electrical_deg=None, tilt_mechanical_deg=None, structure_height_m=None)) == []


@pytest.mark.parametrize(
    ("change", "field", "message", "right"),
    [
        ({"lon": 21.85}, "lon", "Ghi 21,85°.", "Cần từ 102"),
        ({"lat": float("nan")}, "lat", "Ghi không phải số°.", "Cần từ"),
        ({"height_m": None}, "height_m", "Chưa ghi.", "Cần từ 1 đến 350 m."),
        ({"height_m": 420.0}, "height_m", "Ghi 420 m.", "Cần từ 1 đến 350 m."),
        ({"height_m": 42.0}, "height_m", "Ghi 42 m nhưng cột cao 36 m.", "Không quá 41 m"),
        ({"structure_height_m": -3.0}, "structure_height_m", "Ghi -3 m.", "Cần từ 0 đến 500 m."),
        ({"power_dbm": 40_000.0}, "power_dbm", "Ghi 40.000 dBm.", "Cần từ 0 đến 70 dBm."),
        ({"power_dbm": None}, "power_dbm", "Chưa ghi.", "Cần từ 0 đến 70 dBm."),
        ({"azimuth_deg": None}, "azimuth_deg", "Chưa ghi.", "nói rõ là ô phát mọi hướng"),
        ({"azimuth_deg": 400.0}, "azimuth_deg", "Ghi 400°.", "Cần từ 0 đến 360°."),
        ({"omnidirectional": True}, "azimuth_deg", "Ghi 120° nhưng ô phát mọi hướng.", "Bỏ một trong hai."),
        ({"tilt_electrical_deg": 60.0}, "tilt_electrical_deg", "Ghi 60°.", "Cần từ -20 đến 30°."),
        ({"technology": "6G"}, "technology", "Ghi “6G”.", "Cần một trong: 2G, 3G, 4G, 5G."),
        ({"frequency_mhz": 3.65}, "frequency_mhz", "Ghi 3,65 MHz.", "Cần từ 300"),
        ({"frequency_mhz": 2600.0}, "frequency_mhz", "2.600 MHz không thuộc băng n78.", "từ 3.300 đến 3.800 MHz"),
        ({"frequency_mhz": None, "band": ""}, "frequency_mhz", "Chưa ghi tần số, cũng chưa ghi băng tần.", "băng tần"),
        ({"frequency_mhz": None, "band": "xyz"}, "band", "Không hiểu băng “xyz” của 5G.", "n78 (3500)"),
        ({"technology": "4G"}, "band", "Không hiểu băng “n78” của 4G.", "B3 (1800)"),
        ({"bandwidth_mhz": None}, "bandwidth_mhz", "Chưa ghi.", "từ đó tính mức thu"),
        ({"bandwidth_mhz": 33.0}, "bandwidth_mhz", "Không có băng thông 33 MHz với khoảng cách", "Có: 5; 10;"),
    ],
)
def test_each_impossible_value_is_found(change: dict[str, object], field: str, message: str, right: str) -> None:
    found = faults(replace(GOOD, **change))  # type: ignore[arg-type]
    assert [f[0] for f in found] == [field]
    assert message in found[0][1]
    assert right in found[0][2]
    assert field in FIELDS


def test_frequencies_must_suit_the_method() -> None:
    millimetre = replace(GOOD, band="n258", frequency_mhz=26_000.0)
    assert faults(millimetre, "TR 38.901") == []
    assert faults(millimetre)[0][1:] == (
        "26.000 MHz ngoài khoảng của phương pháp.",
        "P.1812 cần từ 30 đến 6.000 MHz; chọn phương pháp khác cho ô này.",
    )
    assert set(METHODS_MHZ) == {"P.1812", "TR 38.901"}


def test_all_faults_of_all_cells_come_in_order() -> None:
    bad = replace(GOOD, id="LS-2", power_dbm=99.0, azimuth_deg=None)
    twice = replace(GOOD, id="LS-3")
    found = check_cells([bad, twice, twice], method="P.1812")
    assert [(f.cell_id, f.field) for f in found] == [
        ("LS-2", "power_dbm"), ("LS-2", "azimuth_deg"), ("LS-3", "id"), ("LS-3", "id")
    ]  # fmt: skip
    assert str(found[0]) == "Ô LS-2, công suất phát: Ghi 99 dBm. Cần từ 0 đến 70 dBm."


def test_the_run_goes_on_with_the_rest_only_when_told_and_tells_what_it_left() -> None:
    bad = replace(GOOD, id="LS-2", power_dbm=None)
    with pytest.raises(CellsError, match=r"Có 1 ô không tính được. Lỗi đầu tiên: Ô LS-2, công suất phát") as found:
        usable_cells([GOOD, bad], method="P.1812")
    assert [f.cell_id for f in found.value.faults] == ["LS-2"]
    rest = usable_cells([GOOD, bad], method="P.1812", leave_out_faulty=True)
    assert (rest.cells, rest.left_out, [f.field for f in rest.faults]) == ((GOOD,), (bad,), ["power_dbm"])
    assert usable_cells([GOOD], method="P.1812").left_out == ()
    with pytest.raises(CellsError):
        usable_cells([bad], method="P.1812", leave_out_faulty=True)


def test_a_pattern_that_is_not_at_hand_is_assumed_and_said() -> None:
    assert pattern_of(GOOD, {"mẫu": ELEMENT}) == Chosen(ELEMENT, assumed=False)
    assert pattern_of(GOOD) == Chosen(SECTOR, assumed=True)
    assert pattern_of(replace(GOOD, azimuth_deg=None, omnidirectional=True)) == Chosen(WHIP, assumed=True)
