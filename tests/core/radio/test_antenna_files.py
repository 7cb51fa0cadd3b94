"""Pattern files as makers write them, and as they should not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.antenna_files import AntennaFileError, read_antenna
from hatang.core.radio.antennas import Combination, gain_dbi

HEAD = "NAME 80010504\nMAKE KATHREIN\nFREQUENCY 1855\nH_WIDTH 65\nGAIN 17.5 dBi\nTILT ELECTRICAL 6\n"


def attenuation(angle: float, width: float = 65.0, floor: float = 30.0) -> float:
    off = (angle + 180) % 360 - 180
    return round(min(12 * (off / width) ** 2, floor), 3)


def rows(angles: object = range(360), tilt: float = 0.0, width: float = 65.0) -> list[str]:
    return [f"{a} {attenuation(a - tilt, width)}" for a in angles]  # type: ignore[attr-defined]


def msi(head: str = HEAD, horizontal: list[str] | None = None, vertical: list[str] | None = None) -> str:
    horizontal, vertical = horizontal or rows(), vertical or rows(tilt=6, width=7)
    cuts = [f"HORIZONTAL {len(horizontal)}", *horizontal, f"VERTICAL {len(vertical)}", *vertical]
    return head + "\n".join(cuts) + "\n"


def test_a_maker_s_file_is_read_whole() -> None:
    read = read_antenna(msi().encode(), "80010504_1855_x_co_m45_06t.msi")
    assert (read.pattern.name, read.make, read.frequencies_mhz) == ("80010504", "KATHREIN", (1855.0, 1855.0))
    assert (read.pattern.max_gain_dbi, read.pattern.built_in_tilt_deg, read.remarks) == (17.5, 6.0, ())
    assert read.pattern.horizontal_db[30] == attenuation(30)
    assert gain_dbi(read.pattern, 0, -6) == 17.5
    summed = read_antenna(msi().encode(), "a.msi", combination=Combination.SUM)
    assert summed.pattern.combination is Combination.SUM


@pytest.mark.parametrize(
    ("gain", "dbi", "remark"),
    [
        ("17.5 dBi", 17.5, ""), ("15,35 dBd", 17.5, ""), ("15.35", 17.5, "hiểu là dBd"), ("17.5dBi", 17.5, ""),
        ("17.5 (dBi)", 17.5, ""), ("0 dBd", 2.15, ""),
    ],
)  # fmt: skip
def test_gain_is_read_in_either_unit(gain: str, dbi: float, remark: str) -> None:
    read = read_antenna(msi(HEAD.replace("17.5 dBi", gain)).encode(), "a.msi")
    assert read.pattern.max_gain_dbi == pytest.approx(dbi)
    assert remark in " ".join(read.remarks)


@pytest.mark.parametrize(
    ("text", "mhz"),
    [("1710-1880 MHz", (1710, 1880)), ("3.5 GHz", (3500, 3500)), ("3,3 - 3,8 GHz", (3300, 3800)), ("?", None)],
)
def test_frequency_is_one_or_a_range(text: str, mhz: tuple[float, float] | None) -> None:
    read = read_antenna(msi(HEAD.replace("1855", text)).encode(), "a.msi")
    assert read.frequencies_mhz == (pytest.approx(mhz) if mhz else None)


def test_other_ways_of_writing_the_same_cut_give_the_same() -> None:
    plain = read_antenna(msi().encode(), "a.msi").pattern.horizontal_db
    turned = [*range(180, 360), *range(180)]
    ways = {
        "tabs, windows": msi().replace(" ", "\t").replace("\n", "\r\n"),
        "decimal commas": msi().replace(".", ","),
        "with 360": msi(horizontal=[*rows(), "360 0.0"]),
        "from -180": msi(horizontal=[f"{a} {attenuation(a)}" for a in range(-180, 180)]),
        "in another order": msi(horizontal=rows(turned)),
        "half degrees": msi(horizontal=rows(np.arange(0, 360, 0.5))),
        "below the highest": msi(horizontal=[f"{a} {-attenuation(a)}" for a in range(360)]),
        "small letters": msi().replace("HORIZONTAL", "Horizontal:").replace("GAIN", "gain"),
    }
    for way, text in ways.items():
        assert read_antenna(text.encode(), "a.msi").pattern.horizontal_db == pytest.approx(plain, abs=1e-9), way


def test_every_fifth_degree_is_interpolated_and_said() -> None:
    read = read_antenna(msi(horizontal=rows(range(0, 360, 5))).encode(), "a.msi")
    assert read.pattern.horizontal_db[10] == attenuation(10)
    assert read.pattern.horizontal_db[12] == pytest.approx(attenuation(12), abs=0.05)
    assert read.remarks == ("Lát cắt ngang có bước 5°: đã nội suy về 1°.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_the_day(encoding: str) -> None:
    text = msi().replace("TILT", "COMMENT Betriebsdämpfung 3° für Süd\nTILT")
    assert read_antenna(text.encode(encoding), "a.msi").pattern.name == "80010504"


def test_name_may_stand_alone_or_be_the_file_s() -> None:
    assert read_antenna(msi(HEAD.replace("NAME ", "")).encode(), "a.msi").pattern.name == "80010504"
    assert read_antenna(msi(HEAD.replace("NAME 80010504\n", "")).encode(), "mau.pln").pattern.name == "mau"


def test_tilt_is_the_file_s_or_where_the_cut_is_strongest() -> None:
    silent = read_antenna(msi(HEAD.replace(" 6\n", "\n")).encode(), "a.msi")
    assert silent.pattern.built_in_tilt_deg == 6
    assert "mạnh nhất ở 6° dưới đường chân trời" in silent.remarks[0]
    upside = read_antenna(msi(vertical=rows(tilt=-6, width=7)).encode(), "a.msi")
    assert upside.pattern.vertical_db[6] == 0
    assert "đã đổi chiều" in upside.remarks[0]
    other = read_antenna(msi(vertical=rows(tilt=2, width=7)).encode(), "a.msi")
    assert other.pattern.built_in_tilt_deg == 2
    assert "tính theo lát cắt" in other.remarks[0]
    mast = read_antenna(msi(HEAD.replace("ELECTRICAL 6", "MECHANICAL 3")).encode(), "a.msi")
    assert mast.pattern.built_in_tilt_deg == 6
    assert "góc cơ là của từng ô" in mast.remarks[0]


FAULTS = [
    (msi(horizontal=[r for r in rows() if not r.startswith("17 ")]), 24, "ngang thiếu góc 17° sau góc 16°"),
    (msi(horizontal=[*rows(), "5 9.9"]), 368, "Góc 5° của lát cắt ngang đã có ở dòng 13"),
    (msi(horizontal=["0 0", "1 x", *rows(range(2, 360))]), 9, "“1 x” không phải một điểm của lát cắt ngang"),
    (msi(horizontal=["0 0", "1 -2", "2 3", *rows(range(3, 360))]), 9, "cả số âm"),
    (msi(horizontal=["0 0", "1 900", *rows(range(2, 360))]), 9, "900 dB không thể có"),
    (msi(horizontal=[*rows(), "400 1"]), 368, "Góc 400° không có"),
    (msi(horizontal=rows(range(0, 360, 30))), 0, "chỉ có 12 góc"),
    (msi(HEAD.replace("GAIN 17.5 dBi\n", "")), 0, "Không có dòng GAIN"),
    (msi(HEAD.replace("17.5 dBi", "cao")), 5, "Không đọc được độ lợi “cao”"),
    (msi(HEAD.replace("17.5 dBi", "175 dBi")), 5, "Độ lợi 175 dBi không thể có"),
    (msi(HEAD.replace("ELECTRICAL 6", "ELECTRICAL 66")), 6, "Góc ngẩng điện 66° không thể có"),
    (msi().replace("VERTICAL", "HORIZONTAL"), 368, "Lát cắt ngang có hai lần"),
    (msi().partition("VERTICAL")[0], 0, "Không có lát cắt đứng"),
    ("", 0, "Tệp trống"),
    ("tên;cao\nA;1\n", 0, "Không có lát cắt ngang"),
    ("x\n" * 30_000, 0, "dài hơn 20.000 dòng"),
    ("0 " * 600_000, 0, "lớn hơn 1 MB"),
]


@pytest.mark.parametrize(("text", "line", "message"), FAULTS, ids=[m[:40] for _, _, m in FAULTS])
def test_faults_say_line_cause_and_remedy(text: str, line: int, message: str) -> None:
    with pytest.raises(AntennaFileError) as found:
        read_antenna(text.encode(), "a.msi")
    assert message in found.value.message
    assert found.value.line == line
    assert found.value.right
    assert str(found.value).startswith(f"Dòng {line}: ") == bool(line)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400) | st.text(alphabet="GAINHORZTLVEC 0123456789.,-\n\t°;", max_size=400).map(str.encode))
def test_whatever_is_uploaded_is_read_or_refused(content: bytes) -> None:
    for whole in (content, HEAD.encode() + content, msi().encode() + content):
        try:
            read_antenna(whole, "a.msi")
        except AntennaFileError as error:
            assert error.right


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 400), min_size=360, max_size=360))
def test_any_cut_comes_back_as_it_was_written(tenths: list[int]) -> None:
    values = [0.0, *(t / 10 for t in tenths[1:])]
    written = [f"{a} {v}" for a, v in enumerate(values)]
    assert read_antenna(msi(horizontal=written).encode(), "a.msi").pattern.horizontal_db == tuple(values)
