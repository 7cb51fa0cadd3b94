"""Antenna pattern files of planning tools: MSI and PLN (Planet), two cuts as text.

A line is a key and its value; `HORIZONTAL n` and `VERTICAL n` are followed by n lines of angle and attenuation in dB
below the highest gain. A gain without unit is in dBd, as Planet counts; 0 dBd are 2.15 dBi. In the vertical cut 0 is
the horizon in front and 90 straight down. Files come from many hands: what was put right is said in `remarks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from hatang.core.documents.encodings import decoded
from hatang.core.documents.faults import DocumentError
from hatang.core.radio.antennas import Combination, Cuts
from hatang.core.radio.ranges import Floats
from hatang.core.vietnamese import number

MOST_BYTES, MOST_LINES = 1_000_000, 20_000
DBD_IN_DBI = 2.15
LEAST_GAIN_DBI, MOST_GAIN_DBI = -10.0, 40.0
MOST_LOSS_DB = 200.0
COARSEST_STEP_DEG, LEAST_STEP_DEG = 10.0, 1e-3
SEEKS_TILT_WITHIN_DEG = 30
CUTS = {"HORIZONTAL": "ngang", "VERTICAL": "đứng"}
KEYS = {
    "NAME", "MAKE", "FREQUENCY", "H_WIDTH", "V_WIDTH", "FRONT_TO_BACK", "GAIN", "TILT", "ELECTRICAL_TILT",
    "MECHANICAL_TILT", "POLARIZATION", "POLARISATION", "COMMENT", "COMMENTS", *CUTS,
}  # fmt: skip
NUMBER = r"[+-]?[0-9]{1,7}(?:[.,][0-9]{1,12})?(?:[eE][+-]?[0-9]{1,2})?"
PAIR = re.compile(rf"\s*({NUMBER})(?:\s*;\s*|\s*,\s+|\s+)({NUMBER})\s*;?\s*")
GAIN = re.compile(rf"\s*({NUMBER})[\s([]*(dBi|dBd)?\b.*", re.IGNORECASE)
FIRST_NUMBER = re.compile(NUMBER)
FREQUENCIES = re.compile(
    rf"\s*({NUMBER})\s*(MHz|GHz)?\s*(?:(?:-|–|to|đến)\s*({NUMBER})\s*(MHz|GHz)?)?.*", re.IGNORECASE
)
ALL_ANGLES = "Mỗi lát cắt cần đủ các góc, thường là 0 đến 359, cách đều."
LINE = "Mỗi dòng ghi góc và mức suy giảm, ví dụ “12 0.35”."
AGAIN = "Xin lại tệp từ nhà sản xuất, hoặc xuất lại ở dạng MSI từ phần mềm quy hoạch."


class AntennaFileError(ValueError):
    """What is wrong in a pattern file, in which line (0: in the file as a whole), and what would be right."""

    def __init__(self, message: str, right: str, *, line: int = 0) -> None:
        where = f"Dòng {line}: " if line else ""
        super().__init__(f"{where}{message} {right}".strip())
        self.message, self.right, self.line = message, right, line


@dataclass(frozen=True)
class AntennaFile:
    """A pattern out of a file, what else the file says of the antenna, and a Vietnamese sentence for each guess."""

    pattern: Cuts
    make: str = ""
    frequencies_mhz: tuple[float, float] | None = None
    polarisation: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    """One line of a cut."""

    line: int
    angle_deg: float
    loss_db: float


@dataclass
class Raw:
    """The lines of a file by what they are: values of keys with their line, points of each cut."""

    values: dict[str, tuple[int, str]] = field(default_factory=dict)
    cuts: dict[str, list[Point]] = field(default_factory=dict)


def read_antenna(
    content: bytes, name: str, *, combination: Combination = Combination.HORIZONTAL_INTERPOLATION
) -> AntennaFile:
    """Read an MSI or PLN file; `name` is the file's, and the antenna's where the file gives none.

    At most 1 MB of text in any encoding of Vietnamese or western Europe. Cuts of another step than 1° are interpolated,
    angles may run from -180 or end at 360. Raises AntennaFileError.

    >>> cut = "\\n".join(f"{a} {min(a, 360 - a) / 10}" for a in range(360))
    >>> text = f"NAME Mẫu\\nFREQUENCY 1800\\nGAIN 15 dBd\\nHORIZONTAL 360\\n{cut}\\nVERTICAL 360\\n{cut}"
    >>> read = read_antenna(text.encode(), "mau.msi")
    >>> read.pattern.name, read.pattern.max_gain_dbi, read.pattern.horizontal_db[90], read.frequencies_mhz
    ('Mẫu', 17.15, 9.0, (1800.0, 1800.0))
    >>> read_antenna(text.replace("\\n17 1.7", "").encode(), "mau.msi")
    Traceback (most recent call last):
    hatang.core.radio.antenna_files.AntennaFileError: Dòng 21: Lát cắt ngang thiếu góc 17° sau góc 16°. Mỗi ...
    """
    raw = split(text_of(content))
    remarks: list[str] = []
    cuts = {cut: whole_cut(raw, cut, remarks) for cut in CUTS}
    tilt_deg = built_in_tilt(raw, cuts, remarks)
    pattern = Cuts(
        name=raw.values.get("NAME", (0, ""))[1][:200] or name.rpartition(".")[0] or name,
        max_gain_dbi=gain_of(raw, remarks),
        horizontal_db=tuple(cuts["HORIZONTAL"].tolist()),
        vertical_db=tuple(cuts["VERTICAL"].tolist()),
        built_in_tilt_deg=tilt_deg,
        combination=combination,
    )
    polarisation = raw.values.get("POLARIZATION") or raw.values.get("POLARISATION") or (0, "")
    make = raw.values.get("MAKE", (0, ""))[1][:200]
    return AntennaFile(pattern, make, frequencies_of(raw), polarisation[1][:50], tuple(remarks))


def text_of(content: bytes) -> str:
    """Give the text of a file that is not too large."""
    if not content.strip():
        raise AntennaFileError("Tệp trống.", "Chọn tệp MSI hoặc PLN của ăng ten.")
    if len(content) > MOST_BYTES:
        raise AntennaFileError(f"Tệp lớn hơn {number(MOST_BYTES / 1e6)} MB.", "Tệp MSI chỉ dài chừng 10 KB. " + AGAIN)
    try:
        return decoded(content)
    except DocumentError as error:
        raise AntennaFileError("Tệp không phải văn bản.", AGAIN) from error


def split(text: str) -> Raw:
    """Sort a file's lines into keys with values and points of cuts."""
    raw, cut = Raw(), ""
    for line, words in numbered(text):
        key, _, value = words.replace("\t", " ").partition(" ")
        key = key.rstrip(":=").upper()
        if key in CUTS:
            cut = key
            begin_cut(raw, cut, line)
        elif cut and key not in KEYS:
            raw.cuts[cut].append(point(words, line, CUTS[cut]))
        elif key in KEYS:
            cut = ""
            raw.values.setdefault(key, (line, value.strip(" :=")))
        elif line == 1:
            raw.values["NAME"] = (1, words)
    return raw


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines that say something, with their number from 1."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise AntennaFileError(f"Tệp dài hơn {number(MOST_LINES)} dòng.", AGAIN)
    for line, words in enumerate(lines, 1):
        if stripped := words.strip(" \t\x1a\f\v"):
            yield line, stripped


def begin_cut(raw: Raw, cut: str, line: int) -> None:
    """Open a cut that was not there yet."""
    if cut in raw.cuts:
        raise AntennaFileError(f"Lát cắt {CUTS[cut]} có hai lần.", "Giữ lại một phần " + cut + ".", line=line)
    raw.cuts[cut] = []


def point(words: str, line: int, cut: str) -> Point:
    """Read angle and attenuation."""
    found = PAIR.fullmatch(words)
    if found is None:
        raise AntennaFileError(f"“{words[:40]}” không phải một điểm của lát cắt {cut}.", LINE, line=line)
    angle_deg, loss_db = (decimal(part) for part in found.groups())
    if not -180 <= angle_deg <= 360:
        raise AntennaFileError(
            f"Góc {number(angle_deg, 3)}° không có.", "Góc từ 0 đến 359 (hoặc -180 đến 180).", line=line
        )
    if abs(loss_db) > MOST_LOSS_DB:
        raise AntennaFileError(
            f"Suy giảm {number(loss_db, 2)} dB không thể có.", "Suy giảm từ 0 đến 200 dB.", line=line
        )
    return Point(line, angle_deg, loss_db)


def decimal(text: str) -> float:
    """Read a number with decimal point or comma."""
    return float(text.replace(",", "."))


def whole_cut(raw: Raw, cut: str, remarks: list[str]) -> Floats:
    """Give the 360 attenuations of one cut."""
    points = raw.cuts.get(cut)
    if not points:
        raise AntennaFileError(f"Không có lát cắt {CUTS[cut]}.", f"Tệp cần phần “{cut} 360” và 360 dòng sau đó.")
    seen = by_angle(with_one_sign(points, CUTS[cut], remarks), CUTS[cut])
    angles, step_deg = sorted(seen), regular_step(seen, CUTS[cut])
    if abs(step_deg - 1) > LEAST_STEP_DEG or not angles[0].is_integer():
        remarks.append(f"Lát cắt {CUTS[cut]} có bước {number(step_deg, 3)}°: đã nội suy về 1°.")
    values = np.interp(np.arange(360.0), angles, [seen[a].loss_db for a in angles], period=360.0)
    if values.min() > 1:
        remarks.append(
            f"Lát cắt {CUTS[cut]} yếu hơn độ lợi cao nhất ít nhất {number(float(values.min()), 1)} dB ở mọi góc."
        )
    return np.asarray(values)


def with_one_sign(points: list[Point], cut: str, remarks: list[str]) -> list[Point]:
    """Give the points with attenuations positive; files that write gains below the highest are all negative."""
    below = [p for p in points if p.loss_db < 0]
    if not below:
        return points
    if any(p.loss_db > 0 for p in points):
        raise AntennaFileError(
            f"Lát cắt {cut} có cả số âm ({number(below[0].loss_db, 2)} dB) và số dương.",
            "Mức suy giảm viết toàn số dương: 0 ở hướng mạnh nhất.",
            line=below[0].line,
        )
    remarks.append(f"Lát cắt {cut} viết số âm: đã hiểu là mức suy giảm.")
    return [Point(p.line, p.angle_deg, -p.loss_db) for p in points]


def by_angle(points: list[Point], cut: str) -> dict[float, Point]:
    """Give the points by angle in 0..360; the same angle twice must say the same."""
    seen: dict[float, Point] = {}
    for p in points:
        angle_deg = round(p.angle_deg % 360.0, 6) % 360.0
        before = seen.setdefault(angle_deg, p)
        if before.loss_db != p.loss_db:
            raise AntennaFileError(
                f"Góc {number(angle_deg, 3)}° của lát cắt {cut} đã có ở dòng {before.line} với mức khác.",
                "Mỗi góc ghi một lần.",
                line=p.line,
            )
    return seen


def regular_step(points: dict[float, Point], cut: str) -> float:
    """Give the step of the angles around the circle; names the first one that is missing or too much."""
    angles = np.array(sorted(points))
    gaps = np.diff(np.append(angles, angles[0] + 360.0))
    step_deg = float(np.median(gaps))
    if step_deg > COARSEST_STEP_DEG:
        raise AntennaFileError(f"Lát cắt {cut} chỉ có {len(angles)} góc.", ALL_ANGLES)
    wrong = np.flatnonzero(np.abs(gaps - step_deg) > LEAST_STEP_DEG)
    if wrong.size:
        before = float(angles[wrong[0]])
        missing = number((before + step_deg) % 360.0, 3)
        raise AntennaFileError(
            f"Lát cắt {cut} thiếu góc {missing}° sau góc {number(before, 3)}°.", ALL_ANGLES, line=points[before].line
        )
    return step_deg


def gain_of(raw: Raw, remarks: list[str]) -> float:
    """Give the highest gain in dBi."""
    if "GAIN" not in raw.values:
        raise AntennaFileError("Không có dòng GAIN.", "Thêm dòng độ lợi, ví dụ “GAIN 17.5 dBi”.")
    line, text = raw.values["GAIN"]
    found = GAIN.fullmatch(text)
    if found is None:
        raise AntennaFileError(f"Không đọc được độ lợi “{text[:40]}”.", "Viết ví dụ “GAIN 17.5 dBi”.", line=line)
    unit = (found[2] or "").lower()
    gain_dbi = round(decimal(found[1]) + (0.0 if unit == "dbi" else DBD_IN_DBI), 6)
    if not LEAST_GAIN_DBI <= gain_dbi <= MOST_GAIN_DBI:
        raise AntennaFileError(
            f"Độ lợi {number(gain_dbi, 2)} dBi không thể có.", "Độ lợi từ -10 đến 40 dBi.", line=line
        )
    if not unit:
        remarks.append(f"Độ lợi không ghi đơn vị: hiểu là dBd như Planet, bằng {number(gain_dbi, 2)} dBi.")
    return gain_dbi


def frequencies_of(raw: Raw) -> tuple[float, float] | None:
    """Give the lowest and highest frequency in MHz that the file names, None where it names none."""
    found = FREQUENCIES.fullmatch(raw.values.get("FREQUENCY", (0, ""))[1])
    if found is None:
        return None
    low, low_unit, high, high_unit = found.groups()
    unit = (high_unit or low_unit or "MHz").lower()
    of_low, of_high = (1000.0 if u.lower() == "ghz" else 1.0 for u in (low_unit or unit, unit))
    first = decimal(low) * of_low
    return first, decimal(high) * of_high if high else first


def built_in_tilt(raw: Raw, cuts: dict[str, Floats], remarks: list[str]) -> float:
    """Give the electrical tilt that the vertical cut holds: as the file says, else where the cut is strongest.

    A cut that is strongest as far above the horizon as the file's tilt lies below was counted the other way: turned.
    """
    strongest_deg = strongest(cuts["VERTICAL"])
    stated_deg = stated_tilt(raw, remarks)
    if stated_deg is None:
        if strongest_deg:
            side = "dưới" if strongest_deg > 0 else "trên"
            remarks.append(
                f"Tệp không ghi góc ngẩng điện; lát cắt đứng mạnh nhất ở {number(abs(strongest_deg), 1)}° {side} đường "
                "chân trời: lấy làm góc có sẵn."
            )
        return strongest_deg
    if stated_deg > 1 and abs(strongest_deg + stated_deg) < 1 < abs(strongest_deg - stated_deg):
        cuts["VERTICAL"] = np.roll(cuts["VERTICAL"][::-1], 1)
        remarks.append("Lát cắt đứng đếm góc lên trên: đã đổi chiều, để góc dương là xuống dưới.")
    elif abs(strongest_deg - stated_deg) > 2:
        remarks.append(
            f"Tệp ghi góc ngẩng điện {number(stated_deg, 1)}° nhưng lát cắt đứng mạnh nhất ở "
            f"{number(strongest_deg, 1)}°: tính theo lát cắt."
        )
        return strongest_deg
    return stated_deg


def strongest(vertical_db: Floats) -> float:
    """Give the middle of the strongest angles in front, in degrees below the horizon."""
    angles = np.arange(-SEEKS_TILT_WITHIN_DEG, SEEKS_TILT_WITHIN_DEG + 1)
    losses = vertical_db[angles % 360]
    best = angles[losses <= losses.min() + 1e-9]
    return float(best.mean()) if len(best) < len(angles) else 0.0


def stated_tilt(raw: Raw, remarks: list[str]) -> float | None:
    """Give the electrical tilt that the file states, None where it states none; a mechanical one is only remarked."""
    for key in ("ELECTRICAL_TILT", "TILT"):
        line, text = raw.values.get(key, (0, ""))
        found = FIRST_NUMBER.search(text)
        if not found:
            continue
        if "MECH" in text.upper():
            remarks.append("Tệp ghi góc ngẩng cơ: bỏ qua, góc cơ là của từng ô.")
            continue
        tilt_deg = decimal(found[0])
        if abs(tilt_deg) > SEEKS_TILT_WITHIN_DEG:
            raise AntennaFileError(
                f"Góc ngẩng điện {number(tilt_deg, 1)}° không thể có.", "Góc từ -30 đến 30 độ.", line=line
            )
        return tilt_deg
    return None
