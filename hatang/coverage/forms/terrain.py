"""Files of heights and of land cover for a new terrain, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from hatang.core.vector_files.crs import RIGHT_CODE
from hatang.core.vietnamese import number
from hatang.coverage.forms.antennas import SeveralFiles
from hatang.coverage.models import Terrain
from hatang.pages.fields import NumberField

MOST_FILES = 50
OF_HEIGHTS = ("crs", "metres_per_unit", "sea_floor")
"""What may be said of files of heights that are not read rightly by themselves."""


@dataclass(frozen=True)
class Uploaded:
    """What came through the form: files of heights (the most trusted first), land cover, its table, the sea, what is
    said.
    """

    heights: Sequence[UploadedFile]
    clutter: UploadedFile | None
    classes: UploadedFile | None
    sea_mask: UploadedFile | None
    said: dict[str, Any]


class RastersField(forms.FileField):
    """Rasters, each at most as large as the installation allows."""

    widget = SeveralFiles
    default_error_messages = {"required": "Chọn ít nhất một tệp.", "empty": "Có tệp rỗng."}

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = [super(RastersField, self).clean(file, initial) for file in data or [None]]
        files = [file for file in files if file]
        if len(files) > MOST_FILES:
            raise ValidationError(f"Có {number(len(files))} tệp; mỗi lần nhận tối đa {MOST_FILES} tệp.")
        large = [file.name for file in files if file.size > settings.TERRAIN_BYTES]
        if large:
            raise ValidationError(
                f"Tệp “{large[0][:80]}” nặng quá {number(settings.TERRAIN_BYTES / 1e6)} MB. "
                "Cắt tệp theo tỉnh, hoặc nhờ quản trị dùng lệnh load_terrain trên máy chủ."
            )
        return sorted(files, key=lambda file: file.name)


class TerrainForm(forms.ModelForm[Terrain]):
    """A new terrain: its name, source and licence, and its files; names of files are kept, their order is by name."""

    heights = RastersField(
        label="Tệp độ cao",
        help_text="GeoTIFF (.tif) hoặc HGT (.hgt, .hgt.gz); chọn được nhiều tệp. Tên tệp HGT phải giữ nguyên.",
    )
    others = RastersField(
        label="Tệp độ cao bổ sung",
        required=False,
        help_text="Chỉ dùng ở nơi các tệp trên không có độ cao: vùng giáp ranh, lỗ trống.",
    )
    clutter = RastersField(
        label="Tệp lớp phủ (rừng, nhà)",
        required=False,
        help_text="GeoTIFF phân lớp. Với độ cao là mặt trên (SRTM, GLO-30) thì tán rừng đã nằm trong độ cao.",
    )
    classes = forms.FileField(
        label="Bảng lớp phủ",
        required=False,
        help_text="CSV hoặc Excel: giá trị, tên, chiều cao (m) hoặc loại P.1812. Để trống: bảng của ESA WorldCover.",
        error_messages={"empty": "Tệp rỗng."},
    )
    sea = forms.BooleanField(
        label="Phần không có độ cao là mặt biển, 0 m", required=False, help_text="Cho tỉnh có biển, tệp dừng ở bờ."
    )
    sea_mask = RastersField(
        label="Mặt nạ biển",
        required=False,
        help_text="GeoTIFF (1 biển, 0 đất) hoặc vùng mặt biển: GeoJSON, GeoPackage, KML, shapefile nén zip. Để trống: "
        "lớp mà bảng lớp phủ ghi là nước biển; không có thì mọi đường truyền coi như trên đất liền.",
    )
    crs = forms.RegexField(
        r"(?i)^EPSG:\d{4,6}$",
        label="Hệ tọa độ",
        required=False,
        max_length=12,
        help_text=f"Của mọi tệp GeoTIFF độ cao; để trống thì như tệp ghi. {RIGHT_CODE}",
        error_messages={"invalid": RIGHT_CODE},
    )
    metres_per_unit = NumberField(
        label="Số mét trong một đơn vị độ cao", required=False, help_text="Ví dụ 0,3048 nếu độ cao ghi bằng feet."
    )
    sea_floor = forms.BooleanField(
        label="Tệp có cả độ sâu đáy biển", required=False, help_text="Chỗ âm được lấy là mặt biển, 0 m."
    )

    class Meta:
        model = Terrain
        fields = ("title", "source", "licence", "simulated")
        help_texts = {
            "source": "Cơ quan, bộ dữ liệu, năm. Hiện ở mọi kết quả tính trên địa hình này.",
            "licence": "Được dùng theo điều kiện nào, ví dụ: phạm vi công cộng; nội bộ theo công văn số …",
        }
        labels = {"simulated": "Dữ liệu mô phỏng (không phải độ cao thật)"}
        error_messages = {
            "title": {"required": "Ghi tên để chọn khi tính."},
            "source": {"required": "Ghi nguồn, ví dụ: SRTM 1″ (NASA)."},
            "licence": {"required": "Ghi giấy phép, ví dụ: phạm vi công cộng."},
        }

    field_order = (
        "title",
        "heights",
        "others",
        "clutter",
        "classes",
        "sea",
        "sea_mask",
        "source",
        "licence",
        "simulated",
    )

    def usual(self) -> list[forms.BoundField]:
        """Give the fields that every terrain asks for."""
        return [field for field in self if field.name not in OF_HEIGHTS]

    def rare(self) -> list[forms.BoundField]:
        """Give the fields for files that are not read rightly by themselves."""
        return [self[name] for name in OF_HEIGHTS]

    def clean_clutter(self) -> Any:
        """Keep one file of land cover."""
        return self.one_of("clutter", "Chọn một tệp lớp phủ.")

    def clean_sea_mask(self) -> Any:
        """Keep one map of the sea."""
        return self.one_of("sea_mask", "Chọn một tệp mặt nạ biển.")

    def one_of(self, name: str, words: str) -> Any:
        """Give a field's file, or refuse several."""
        files = self.cleaned_data[name]
        if len(files) > 1:
            raise ValidationError(words)
        return files[0] if files else None

    def clean_metres_per_unit(self) -> float | None:
        """Keep a number that a unit may have."""
        value: float | None = self.cleaned_data["metres_per_unit"]
        if value is not None and not 0 < value <= 1000:
            raise ValidationError("Ghi số dương, ví dụ 0,3048 cho feet.")
        return value

    def uploaded(self) -> Uploaded:
        """Give the files, the most trusted first, and what was said of them."""
        said = {name: self.cleaned_data[name] for name in ("sea", *OF_HEIGHTS)}
        files = [*self.cleaned_data["heights"], *self.cleaned_data["others"]]
        classes = self.cleaned_data["classes"] or None
        said["crs"] = said["crs"].upper()
        return Uploaded(files, self.cleaned_data["clutter"], classes, self.cleaned_data["sea_mask"], said)
