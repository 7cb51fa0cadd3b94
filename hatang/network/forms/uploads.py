"""Files that people bring, and what they say of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from hatang.core.cells import RIGHT_DATE
from hatang.core.vietnamese import search_key
from hatang.core.vn2000_zones import zones
from hatang.network.models import CableRoute, House
from hatang.pages.fields import DayField

FILES = ".xlsx,.csv,.txt,.geojson,.json,.gz,.gpkg,.zip,.kml,.kmz"
DEGREES = ("", "độ (WGS 84), hoặc như tệp ghi")


def zone_choices() -> list[tuple[str, str]]:
    """Give the systems in which coordinates may be written."""
    return [DEGREES, *((zone.value, zone.label) for zone in zones())]


class UploadForm(forms.Form):
    """A register file; what it holds and how its coordinates are written are recognised, or chosen."""

    file = forms.FileField(
        label="Tệp",
        help_text=f"Excel (.xlsx), CSV, GeoJSON, GeoPackage, shapefile nén .zip, KML/KMZ, OFDS. {RIGHT_DATE}",
        widget=forms.FileInput(attrs={"accept": FILES}),
    )
    layout = forms.ChoiceField(
        label="Loại dữ liệu",
        required=False,
        help_text="Để trống thì nhận theo tên trang tính và tiêu đề cột.",
    )
    crs = forms.ChoiceField(label="Tọa độ ghi bằng", required=False, choices=zone_choices)

    def __init__(self, *args: Any, layouts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = [("", "tự nhận"), *layouts]  # type: ignore[attr-defined]

    def options(self) -> dict[str, Any]:
        """Give what was said of the file."""
        return {name: self.cleaned_data[name] for name in ("layout", "crs") if self.cleaned_data.get(name)}


def chosen(label: str, choices: list[tuple[str, Any]]) -> forms.Field:
    """Ask for one of several where a file says nothing."""
    return forms.ChoiceField(label=label, choices=[("", "chưa chọn"), *choices], required=False)


UNSAID: dict[str, Callable[[], forms.Field]] = {
    "owner": lambda: forms.CharField(label="Chủ sở hữu của những gì tệp không ghi chủ", max_length=200, required=False),
    "laying": lambda: chosen("Cách lắp đặt của tuyến cáp mà tệp không ghi", CableRoute.Laying.choices),
    "house_kind": lambda: chosen("Loại của nhà trạm mới", House.Kind.choices),
    "since": lambda: DayField(label="Ngày đưa vào sử dụng của những gì tệp không ghi ngày", required=False),
    "due": lambda: DayField(label="Ngày dự kiến của những gì chưa xây mà tệp không ghi ngày", required=False),
}
"""What a person may say of a package of networks where it says nothing."""


class ReadingForm(forms.Form):
    """How a file is to be read once more: layout, zone, layer, what unknown headings mean, what it leaves open."""

    IGNORE = "-"

    def __init__(self, *args: Any, summary: dict[str, Any], layouts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refused = summary.get("refused") or {}
        self.asks = refused.get("asks", "")
        offered = [(value, label) for value, label in refused.get("choices", [])]
        if self.asks == "layout":
            self.fields["layout"] = forms.ChoiceField(label="Loại dữ liệu của tệp", choices=layouts)
        if self.asks == "layer":
            self.fields["layer"] = forms.ChoiceField(label="Lớp trong tệp", choices=offered)
        zones_offered = [(value, label) for value, label in summary.get("zones", [])] or offered
        if self.asks in ("crs", "zone") or summary.get("zones"):
            known = {value for value, _ in zones_offered}
            more = [choice for choice in zone_choices() if choice[0] and choice[0] not in known]
            self.fields["crs"] = forms.ChoiceField(label="Tọa độ ghi bằng", choices=[*zones_offered, *more])
        self.unsaid = self.ask_unsaid(summary)
        self.meant: dict[str, tuple[str, str]] = {}
        for sheet in summary.get("headings", []):
            self.add_headings(sheet)

    def ask_unsaid(self, summary: dict[str, Any]) -> list[str]:
        """Ask what a package of networks leaves open; give the names of the fields."""
        names = list(summary.get("unsaid", {}))
        self.fields |= {name: UNSAID[name]() for name in names}
        return names

    def add_headings(self, sheet: dict[str, Any]) -> None:
        """Ask for each unknown heading of a sheet which column it means."""
        for heading in sheet["unknown"]:
            name = f"cot-{len(self.meant)}"
            self.meant[name] = (sheet["layout"], search_key(heading))
            free = [("", "chưa chọn"), (self.IGNORE, "bỏ qua cột này"), *sheet["free"]]
            label = f"“{heading}” (trang {sheet['sheet']})"
            self.fields[name] = forms.ChoiceField(label=label, choices=free, required=False)

    def options(self) -> dict[str, Any]:
        """Give what was said, the meaning of headings by layout."""
        said: dict[str, dict[str, str]] = {}
        for name, (layout, heading) in self.meant.items():
            if value := self.cleaned_data.get(name):
                said.setdefault(layout, {})[heading] = "" if value == self.IGNORE else value
        plain = {n: self.cleaned_data[n] for n in ("layout", "layer", "crs") if self.cleaned_data.get(n)}
        unsaid = {n: plain_text(self.cleaned_data[n]) for n in self.unsaid if self.cleaned_data.get(n)}
        return plain | ({"headings": said} if said else {}) | ({"unsaid": unsaid} if self.unsaid else {})


def plain_text(value: str | date) -> str:
    """Write an answer so that it can be kept with an upload."""
    return value.isoformat() if isinstance(value, date) else value


class PhotoForm(forms.Form):
    """A picture of a thing."""

    photo = forms.FileField(label="Ảnh (JPEG, PNG, WebP)", help_text="Vị trí và thông tin máy ảnh bị xóa khi lưu.")
