"""The ten forms, one row of a table each: title, columns with how each cell is read, rows, what to ask for, notes.

Source: NĐ 163/2024/NĐ-CP (Chính phủ, 24/12/2024), Mẫu số 35-44. Headings keep the forms' words; notes are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hatang.plans.legal_forms import asks, cells, rows
from hatang.plans.legal_forms.asks import Ask, Whole
from hatang.plans.legal_forms.cells import Cell, Style
from hatang.plans.legal_forms.register import Entry, Register
from hatang.plans.legal_forms.rows import Group

ROUTES, MASTS = "công trình hạ tầng kỹ thuật ngầm, cột treo cáp", "cột ăng ten"
HOUSES, CENTRES = "nhà, trạm viễn thông", "trung tâm dữ liệu"
EVERYTHING = "công trình hạ tầng kỹ thuật viễn thông thụ động của các doanh nghiệp"
DISTRICT = "Đơn vị hành chính cấp huyện"
ROUTE_LIST, ALONG, KIND = "Danh mục các tuyến", "Hướng, tuyến (khu vực, tuyến đường, phố)", "Loại công trình"
SHARING, DUE = "Khả năng sử dụng chung", "Thời điểm bắt buộc đưa vào sử dụng"
HEIGHT, PLACE, INSTALLING = "Độ cao tối đa (m)", "Khu vực dự kiến", "Khả năng lắp đặt sử dụng chung"
REMARKS, LEVEL, AREA = "Ghi chú", "Mức độ", "Diện tích (m2)"
POWER = "Tổng năng lượng điện dự kiến tiêu thụ"


@dataclass(frozen=True)
class Column:
    """One column: heading, width on A4 landscape (257 mm in all), how its cell is read, how written, what spans it."""

    heading: str
    width_mm: int
    read: Callable[[Any], Cell]
    style: Style = Style.TEXT
    above: str = ""


def spans(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """Give the first and last column, from 1, of each cell in the upper row of two."""
    found: list[tuple[int, int]] = []
    for place, column in enumerate(columns, 1):
        if column.above and found and columns[place - 2].above == column.above:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


@dataclass(frozen=True)
class Form:
    """One form of the decree."""

    number: int
    subject: str
    columns: tuple[Column, ...]
    groups: Callable[[Register], Sequence[Group]]
    """The rows of the table, under the groups by which the form numbers them."""
    things: Callable[[Register], Sequence[Entry]]
    """The things that the form is about, of which `asks` are asked."""
    asks: tuple[Ask, ...] = ()
    whole: tuple[Whole, ...] = ()
    sums: Callable[[Register], tuple[str, ...]] = rows.no_sums
    notes: tuple[str, ...] = ()

    @property
    def of_plan(self) -> bool:
        """Whether it belongs to the plan of a period; the others belong to a year."""
        return self.number < 39


def stt(row: Any) -> Cell:
    """Leave the number to the filling, which counts."""
    return None


def nothing(row: Any) -> Cell:
    """Leave open what the register does not hold."""
    return None


def no_things(register: Register) -> Sequence[Entry]:
    """Give no things: there is no register of such works."""
    return ()


NUMBER = Column("STT", 14, stt)
NOTE_CODES_ROUTE = (
    "N1: công trình ngầm riêng cho viễn thông; N2: ngầm dùng chung với ngành khác; C1: cột riêng cho cáp viễn thông; "
    "C2: cột điện, cột đèn và cột khác dùng chung."
)
NOTE_CODES_MAST = (
    "A1: di động (không gồm cột hướng biển); A2: di động hướng biển; A3: truyền hình; A4: phát thanh; A5: taxi; "
    "A6: khác."
)
NOTE_CODES_HOUSE = "NT1: có nhu cầu sử dụng đất; NT2: không có nhu cầu sử dụng đất."
NOTE_ROOM = "NT1 trong khu đô thị, khu công nghiệp, cụm công nghiệp và khu chức năng: chỗ cho ít nhất 2 doanh nghiệp."
NOTE_LENGTH = "Chiều dài tính trên ellipsoid WGS 84, làm tròn đến mét ở từng tuyến rồi mới cộng."
NO_CENTRES = "Hệ thống chưa có sổ trung tâm dữ liệu: lập danh sách (tên, khu vực, diện tích, công suất điện) ngoài sổ"
NO_DUTY = "“Bắt buộc” hoặc “Không bắt buộc” cho từng tuyến: đó là quyết định của quy hoạch, sổ không có"
NO_OTHERS = "Sổ chỉ có nhà trạm BTS; công trình hạ tầng kỹ thuật liên quan khác (Đ78.3.d), nếu có, phải ghi thêm"


def routes(size: Column, sharing: Column) -> tuple[Column, ...]:
    """Give the columns of underground works and pole lines."""
    return (
        NUMBER,
        Column(ROUTE_LIST, 58, cells.route),
        Column(ALONG, 55, cells.along),
        Column(KIND, 20, lambda e: e.thing.kind),
        size,
        sharing,
        Column(DUE, 28, cells.due_on, Style.MONTH),
        Column(REMARKS, 33, cells.remarks),
    )


def houses() -> tuple[Column, ...]:
    """Give the columns of houses and stations, the same in three forms."""
    return (
        NUMBER,
        Column("Chức năng công trình", 44, cells.function_name),
        Column("Loại", 14, lambda r: r.first.thing.kind),
        Column("Số lượng", 16, lambda r: len(r.houses), Style.COUNT),
        Column("Đơn vị quản lý, khai thác", 42, lambda r: r.first.unit),
        Column(PLACE, 44, cells.house_place),
        Column(AREA, 20, cells.area_m2, Style.TENTH),
        Column(INSTALLING, 28, lambda r: cells.operators(r.first)),
        Column(REMARKS, 35, cells.house_remarks),
    )


def centres(power: str) -> tuple[Column, ...]:
    """Give the columns of data centres."""
    return (
        NUMBER,
        Column("Trung tâm dữ liệu", 70, nothing),
        Column(PLACE, 60, nothing),
        Column(AREA, 28, nothing, Style.TENTH),
        Column(power, 45, nothing, Style.TENTH),
        Column(REMARKS, 40, nothing),
    )


ROUTE_ASKS = (
    Ask(ROUTE_LIST, asks.ends),
    Ask(ALONG, asks.lacking("along", "Khu vực, tuyến đường, phố mà tuyến đi qua")),
)
HOUSE_ASKS = (
    Ask(PLACE, asks.area),
    Ask(AREA, asks.lacking("area_m2", "Diện tích, m²")),
    Ask(INSTALLING, asks.room_for_two),
)
POLES_ASK = Ask(REMARKS, lambda entry: asks.own_poles(entry) if hasattr(entry.thing, "reason") else "")
HEIGHT_ASK = Ask(HEIGHT, asks.lacking("height_m", "Chiều cao cột, m"))
RESISTS = "Cột có chịu được thiên tai cấp 4 hay không"
HOUSE_NOTES = (NOTE_CODES_HOUSE, NOTE_ROOM)
STRONG_ROOM = "Dòng dưới bảng (Đ63.1.b)"

MASTS_SUMMED = (
    "Cột cao đúng 45 m, mẫu in ở cả hai dải đầu, được đếm ở dải ≤45. Dòng không có dải: cột chưa rõ chiều cao."
)
MASTS_NAMED = "Dưới mỗi đơn vị hành chính, cột 2 ghi mã và vị trí của từng cột ăng ten. Tọa độ: WGS 84, độ thập phân."
MASTS_RESIST = "Mức độ: cột kiên cố chịu được rủi ro thiên tai cấp 4, và các loại thiên tai."

FORMS: tuple[Form, ...] = (
    Form(
        number=35,
        subject=ROUTES,
        columns=routes(Column("Quy mô", 23, cells.length_km, Style.SIZE_KM), Column(SHARING, 26, nothing)),
        groups=rows.routes,
        things=lambda r: r.routes,
        asks=(*ROUTE_ASKS, Ask(DUE, asks.due_day), POLES_ASK),
        whole=(Whole(NO_DUTY, SHARING, only_with_things=True),),
        sums=rows.route_sums,
        notes=(NOTE_CODES_ROUTE, NOTE_LENGTH),
    ),
    Form(
        number=36,
        subject=MASTS,
        columns=(
            NUMBER,
            Column(DISTRICT, 70, nothing),
            Column(KIND, 30, lambda r: r.structure),
            Column("Số lượng", 28, lambda r: len(r.masts), Style.COUNT),
            Column(HEIGHT, 40, lambda r: r.band or None),
            Column(REMARKS, 75, cells.level4_words),
        ),
        groups=rows.masts_by_band,
        things=lambda r: r.masts,
        asks=(
            Ask(DISTRICT, asks.area),
            HEIGHT_ASK,
            Ask(REMARKS, asks.lacking("level4", RESISTS)),
            Ask(STRONG_ROOM, asks.strong_capacity),
        ),
        sums=rows.mast_sums,
        notes=(NOTE_CODES_MAST, MASTS_SUMMED),
    ),
    Form(
        number=37,
        subject=HOUSES,
        columns=houses(),
        groups=rows.houses_together,
        things=lambda r: r.houses,
        asks=HOUSE_ASKS,
        sums=rows.house_sums(lambda r: r.houses),
        notes=HOUSE_NOTES,
    ),
    Form(
        number=38,
        subject=CENTRES,
        columns=centres(POWER),
        groups=rows.nothing,
        things=no_things,
        whole=(Whole(NO_CENTRES),),
    ),
    Form(
        number=39,
        subject=EVERYTHING,
        columns=(
            NUMBER,
            Column("Công trình", 84, lambda s: s.label),
            Column("Chiều dài / số lượng", 28, lambda s: s.amount, Style.KM),
            Column("Đơn vị tính", 26, lambda s: s.unit),
            Column("Thời điểm đưa vào sử dụng", 30, lambda s: s.due, Style.DAY),
            Column("Đơn vị sở hữu công trình", 47, lambda s: s.owner),
            Column(REMARKS, 28, lambda s: s.remark),
        ),
        groups=rows.sections,
        things=lambda r: r.entries,
        asks=(Ask("Thời điểm đưa vào sử dụng", asks.due_day),),
        whole=(Whole(NO_OTHERS, "Mục 5"), Whole(NO_CENTRES, "Mục 6")),
        notes=(
            "Mục 1–6 bằng tổng của các Mẫu 40–44. Mục 7 nêu lại phần dùng chung, không cộng thêm.",
            "Dùng chung: chủ sở hữu đã chào dùng chung, hoặc đã có doanh nghiệp khác dùng.",
        ),
    ),
    Form(
        number=40,
        subject=ROUTES,
        columns=routes(Column("Chiều dài (km)", 23, cells.length_km, Style.KM), Column(SHARING, 26, cells.sharing)),
        groups=rows.routes,
        things=lambda r: r.routes,
        asks=(*ROUTE_ASKS, Ask(SHARING, asks.route_sharing), Ask(DUE, asks.due_day), POLES_ASK),
        sums=rows.route_sums,
        notes=(NOTE_CODES_ROUTE, NOTE_LENGTH),
    ),
    Form(
        number=41,
        subject=MASTS,
        columns=(
            NUMBER,
            Column(DISTRICT, 72, cells.mast_name),
            Column(KIND, 20, lambda e: e.thing.structure),
            Column(HEIGHT, 22, lambda e: e.thing.height_m, Style.TENTH),
            Column("Kinh độ", 26, lambda e: e.thing.lon, Style.DEGREES, "Tọa độ dự kiến"),
            Column("Vĩ độ", 26, lambda e: e.thing.lat, Style.DEGREES, "Tọa độ dự kiến"),
            Column(SHARING, 32, cells.operators),
            Column(LEVEL, 45, cells.resistance),
        ),
        groups=rows.masts_by_area,
        things=lambda r: r.masts,
        asks=(
            Ask(DISTRICT, asks.area),
            HEIGHT_ASK,
            Ask(SHARING, asks.lacking("capacity", "Số doanh nghiệp lắp đặt được")),
            Ask(LEVEL, asks.lacking("level4", RESISTS)),
            Ask(LEVEL, asks.hazards),
        ),
        sums=rows.mast_sums,
        notes=(NOTE_CODES_MAST, MASTS_NAMED, MASTS_RESIST),
    ),
    Form(
        number=42,
        subject=HOUSES,
        columns=houses(),
        groups=rows.houses_singly,
        things=rows.stations,
        asks=HOUSE_ASKS,
        sums=rows.house_sums(rows.stations),
        notes=(*HOUSE_NOTES, "Nhà trạm BTS được ghi ở Mẫu 43, như mục 5 của Mẫu 39."),
    ),
    Form(
        number=43,
        subject="công trình hạ tầng kỹ thuật liên quan khác",
        columns=houses(),
        groups=rows.other_singly,
        things=rows.other_works,
        asks=HOUSE_ASKS,
        whole=(Whole(NO_OTHERS),),
        sums=rows.house_sums(rows.other_works),
        notes=HOUSE_NOTES,
    ),
    Form(
        number=44,
        subject=CENTRES,
        columns=centres(f"{POWER} (MW)"),
        groups=rows.nothing,
        things=no_things,
        whole=(Whole(NO_CENTRES),),
    ),
)
BY_NUMBER = {form.number: form for form in FORMS}
