"""What may be said about a file of boundaries, or of roads."""

from __future__ import annotations

from typing import Any

from django import forms

from hatang.core.vector_files.crs import RIGHT_CODE
from hatang.places.models import Place, PlaceQuerySet
from hatang.places.services.boundaries import LEVEL_WORDS

FIND_OUT = "tự nhận ra"
NONE_OF_THEM = "không có cột này"
LEVELS = [("", FIND_OUT), *((str(kind), words) for kind, words in LEVEL_WORDS.items())]
COMMON_SYSTEMS = [
    ("", "như tệp ghi"),
    ("EPSG:4326", "WGS 84, kinh độ và vĩ độ (EPSG:4326)"),
    ("EPSG:4756", "VN-2000, kinh độ và vĩ độ (EPSG:4756)"),
    ("EPSG:9210", "VN-2000, kinh tuyến trục 105°45′, múi 3° (EPSG:9210)"),
]
ONE_OF_LIST = {"invalid_choice": "Chọn một giá trị trong danh sách."}
MOST_ASKED = 200


class DayField(forms.DateField):
    """A day, as people here write it or as a browser sends it."""

    widget = forms.DateInput(attrs={"placeholder": "ngày/tháng/năm"}, format="%d/%m/%Y")
    input_formats = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y")
    default_error_messages = {"invalid": "Nhập ngày dạng 30/06/2025."}


class TerritoryFileForm(forms.Form):
    """A map file, and what part of the country it is about."""

    file = forms.FileField(
        label="Tệp GeoJSON, GeoPackage, KML/KMZ hoặc shapefile nén (.zip)",
        help_text="Tệp .geojson cũng có thể nén .gz. Shapefile: nén cả .shp, .dbf, .prj và .cpg vào một tệp .zip.",
        error_messages={"required": "Chọn một tệp.", "empty": "Tệp rỗng."},
    )
    territory = forms.ChoiceField(label="Địa bàn", error_messages=ONE_OF_LIST | {"required": "Chọn một địa bàn."})

    def __init__(self, *args: Any, provinces: PlaceQuerySet, everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provinces = {str(p.pk): p for p in provinces}
        field: Any = self.fields["territory"]
        field.choices = [(pk, p.full_name) for pk, p in self.provinces.items()]
        field.choices += [("0", "Cả nước")] if everywhere else []

    def province(self) -> Place | None:
        """Give the province; None for the whole country."""
        return self.provinces.get(self.cleaned_data["territory"])


class BoundaryFileForm(TerritoryFileForm):
    """A file of boundaries, and of which units it is; what is left open is found out."""

    level = forms.ChoiceField(label="Cấp", required=False, choices=LEVELS, error_messages=ONE_OF_LIST)
    on = DayField(
        label="Ranh giới của ngày",
        required=False,
        help_text="Để trống thì hệ thống so với đơn vị trước và sau 1/7/2025 và nói tệp khớp với bên nào.",
    )

    def options(self) -> dict[str, Any]:
        """Give what was said about the file, as it is kept."""
        on = self.cleaned_data["on"]
        return {"on": on.isoformat() if on else None, "level": self.cleaned_data["level"] or None}


class RoadFileForm(TerritoryFileForm):
    """A file of roads, whose it is and under which licence; columns that are left open are found out."""

    source = forms.CharField(
        label="Nguồn",
        max_length=200,
        help_text="Cơ quan, bộ dữ liệu. Lần sau ghi y như vậy thì tệp mới được so với các đường của nguồn này.",
        error_messages={"required": "Ghi nguồn, ví dụ: Sở Xây dựng, bản đồ đường tỉnh 2026."},
    )
    licence = forms.CharField(
        label="Giấy phép của nguồn",
        max_length=200,
        help_text="Được dùng theo điều kiện nào; hiện cùng nguồn ở nơi dùng đến.",
        error_messages={"required": "Ghi giấy phép, ví dụ: CC BY-SA 4.0, hoặc: dùng nội bộ theo công văn số …"},
    )
    simulated = forms.BooleanField(label="Dữ liệu mô phỏng (không phải đường thật)", required=False)
    whole = forms.BooleanField(
        label="Tệp là tất cả những gì nguồn này có trong địa bàn: bỏ các đường của nguồn không còn trong tệp",
        required=False,
    )
    skip = forms.BooleanField(label="Bỏ qua các hình hỏng, không phải đường", required=False)
    name = forms.CharField(label="Cột tên", max_length=200, required=False, help_text="Để trống thì tự nhận ra.")
    number = forms.CharField(label="Cột số hiệu", max_length=200, required=False)
    road_class = forms.CharField(label="Cột cấp đường", max_length=200, required=False)
    crs = forms.RegexField(
        r"(?i)^EPSG:\d{4,6}$",
        label="Hệ tọa độ",
        required=False,
        max_length=12,
        help_text=f"Để trống thì như tệp ghi. {RIGHT_CODE}",
        error_messages={"invalid": RIGHT_CODE},
    )
    layer = forms.CharField(
        label="Lớp trong tệp", max_length=200, required=False, help_text="Chỉ cần khi tệp có nhiều lớp."
    )

    RARE = ("name", "number", "road_class", "crs", "layer")

    def usual(self) -> list[forms.BoundField]:
        """Give the fields that every file asks for."""
        return [field for field in self if field.name not in self.RARE]

    def rare(self) -> list[forms.BoundField]:
        """Give the fields for files that are not read rightly by themselves."""
        return [self[name] for name in self.RARE]

    def options(self) -> dict[str, Any]:
        """Give what was said about the file, as it is kept."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("file", "territory")}
        return said | {"source": " ".join(said["source"].split()), "crs": said["crs"].upper()}


class ReadingForm(forms.Form):
    """How a file is to be read: day, level, system, layer, columns, and what to do with what is doubtful."""

    level = forms.ChoiceField(label="Cấp", required=False, choices=LEVELS, error_messages=ONE_OF_LIST)
    on = DayField(label="Ranh giới của ngày", required=False, help_text="Để trống thì tự nhận ra.")
    crs = forms.ChoiceField(label="Hệ tọa độ", required=False, error_messages=ONE_OF_LIST)
    other_crs = forms.RegexField(
        r"(?i)^EPSG:\d{4,6}$",
        label="Hệ tọa độ khác",
        required=False,
        max_length=12,
        help_text=RIGHT_CODE,
        error_messages={"invalid": RIGHT_CODE},
    )
    layer = forms.ChoiceField(label="Lớp trong tệp", required=False, error_messages=ONE_OF_LIST)
    code = forms.ChoiceField(label="Cột mã", required=False, error_messages=ONE_OF_LIST)
    name = forms.ChoiceField(label="Cột tên", required=False, error_messages=ONE_OF_LIST)
    merge = forms.BooleanField(label="Nhiều hình cùng một đơn vị là các phần của đơn vị ấy: gộp lại", required=False)
    skip = forms.BooleanField(label="Bỏ qua các hình không khớp với đơn vị nào", required=False)

    def __init__(self, *args: Any, summary: dict[str, Any], options: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"initial": initial_of(options)}))
        self.summary = summary
        refused = summary.get("refused", {})
        offered = [tuple(choice) for choice in refused.get("choices", [])]
        self.offer("crs", offered if refused.get("asks") == "crs" else [], COMMON_SYSTEMS)
        self.offer("layer", offered if refused.get("asks") == "layer" else [], [("", "lớp duy nhất có vùng")])
        columns = [(f"={c}", c) for c in summary.get("fields", [])]
        for name in ("code", "name"):
            self.offer(name, columns, [("", FIND_OUT), ("=", NONE_OF_THEM)])
        self.asked = self.choice_fields()

    def offer(self, name: str, more: list[Any], first: list[Any]) -> None:
        """Set a field's choices: the usual ones, those found in this file, and the present one."""
        field: Any = self.fields[name]
        now = self.initial.get(name) or ""
        choices = [*first, *(c for c in more if c not in first)]
        field.choices = choices if now in {value for value, _ in choices} else [*choices, (now, now.removeprefix("="))]

    def choice_fields(self) -> list[dict[str, Any]]:
        """Add a question for each feature that may be one of several units."""
        lines = [f for f in self.summary.get("findings", []) if f["kind"] == "wrong" and f.get("feature")]
        for line in lines[:MOST_ASKED]:
            units = [(str(pk), words) for pk, words in line.get("candidates", [])]
            self.fields[f"choice_{line['feature']}"] = forms.ChoiceField(
                label=f"Đơn vị của hình số {line['feature']}",
                required=False,
                choices=[("", "chưa chọn"), *units, ("0", "bỏ qua hình này")],
                error_messages=ONE_OF_LIST,
            )
        return [line | {"field": self[f"choice_{line['feature']}"]} for line in lines[:MOST_ASKED]]

    def clean_crs(self) -> str:
        """Keep the system; another one may be typed."""
        return str(self.cleaned_data["crs"])

    def options(self, before: dict[str, Any]) -> dict[str, Any]:
        """Give what was said, as it is kept; earlier choices stay unless they are made anew."""
        said = self.cleaned_data
        columns = {c: said[c].removeprefix("=") if said[c] else None for c in ("code", "name")}
        chosen = {k.removeprefix("choice_"): int(v) for k, v in said.items() if k.startswith("choice_") and v}
        return columns | {
            "on": said["on"].isoformat() if said["on"] else None,
            "level": said["level"] or None,
            "crs": (said["other_crs"] or said["crs"]).upper() or None,
            "layer": said["layer"] or None,
            "merge": said["merge"],
            "skip": said["skip"],
            "choices": before.get("choices", {}) | chosen,
        }


def initial_of(options: dict[str, Any]) -> dict[str, Any]:
    """Give the form's fields for what was said before."""
    columns = {c: f"={options[c]}" for c in ("code", "name") if options.get(c) is not None}
    plain = {name: options.get(name) for name in ("level", "on", "crs", "layer", "merge", "skip")}
    return plain | columns
