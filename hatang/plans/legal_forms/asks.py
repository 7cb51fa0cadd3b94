"""What the register lacks for a form, thing by thing: named so that somebody can enter it, never made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hatang.core.vietnamese import number
from hatang.network.models import House
from hatang.plans.legal_forms import cells
from hatang.plans.legal_forms.register import Entry

Says = Callable[[Entry], str]


@dataclass(frozen=True)
class Ask:
    """One thing that a column needs: `says` gives what to enter for a thing, or nothing where all is known."""

    column: str
    says: Says


@dataclass(frozen=True)
class Whole:
    """What no thing of the register can answer: for a column or, without one, all of a form."""

    what: str
    column: str = ""
    only_with_things: bool = False


def lacking(field: str, what: str) -> Says:
    """Ask for a field that is empty."""

    def says(entry: Entry) -> str:
        value = getattr(entry.thing, field)
        return what if value is None or value == "" else ""

    return says


def due_day(entry: Entry) -> str:
    """Ask when the thing comes into use."""
    return "" if cells.due_on(entry) else "Ngày dự kiến đưa vào sử dụng (sổ chỉ có ngày khởi công)"


def ends(entry: Entry) -> str:
    """Ask for the units in which a route begins and ends."""
    if entry.area and entry.end_area:
        return ""
    return "Nơi tuyến bắt đầu, kết thúc: nhập ranh giới các đơn vị hành chính, hoặc sửa đường tuyến cho nằm trong tỉnh"


def area(entry: Entry) -> str:
    """Ask for the unit in which a thing lies."""
    return "" if entry.area else "Đơn vị hành chính: nhập ranh giới cấp huyện trước 1/7/2025, hoặc chọn cấp xã"


def own_poles(entry: Entry) -> str:
    """Ask why poles of telecom's own are needed (Đ62.2.c)."""
    if not cells.is_own_poles(entry) or entry.thing.reason:
        return ""
    return "Cột C1: lý do không đi ngầm và không treo được trên cột điện, cột đèn (Đ62.2.c)"


def route_sharing(entry: Entry) -> str:
    """Ask whether a route can be shared."""
    return "" if cells.sharing(entry) else "Số ống hoặc số chỗ còn trống, hoặc đánh dấu chào dùng chung"


def hazards(entry: Entry) -> str:
    """Ask which disasters a mast resists that is said to resist level 4."""
    mast = entry.thing
    return "Các loại thiên tai mà cột chịu được" if mast.level4 and not mast.hazards else ""


def strong_capacity(entry: Entry) -> str:
    """Ask for how many operators a mast of level 4 has room (Đ63.1.b)."""
    mast = entry.thing
    return "Số doanh nghiệp lắp đặt được trên cột cấp 4" if mast.level4 and mast.capacity is None else ""


def room_for_two(entry: Entry) -> str:
    """Ask for the room of a house; one that needs land in a zone must have it for two operators (Đ64.2.b)."""
    house = entry.thing
    rule = "NT1 trong khu, cụm phải đủ chỗ cho ít nhất 2 doanh nghiệp (Đ64.2.b)"
    if house.kind == House.Kind.NT1 and entry.zone and (house.capacity or 0) < 2:
        held = "chưa ghi" if house.capacity is None else f"ghi {number(house.capacity)}"
        return f"{rule}; sổ {held}, nằm trong {entry.zone}"
    return "Số doanh nghiệp lắp đặt được" if house.capacity is None else ""
