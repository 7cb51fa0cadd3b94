"""What officers write of other sectors' works, building projects and public sites; a file's rows are read the same."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms

from hatang.network.forms.things import position_fault
from hatang.network.models import BuildingCheck, BuildingProject, JointInterest, JointWork, PublicSite
from hatang.pages.fields import ONE_OF_LIST, CountField, DayField, NumberField, WordField, keep_order
from hatang.pages.widgets import GeometryWidget, PointWidget, ShapeField
from hatang.places.models import Place

SHAPES = {"tuyen": "MULTILINESTRING", "vung": "MULTIPOLYGON", "": "GEOMETRY"}
FURTHEST_FROM_PROVINCE_DEG = 3.0


class JointWorkForm(forms.ModelForm[JointWork]):
    """A work's facts, with its line or area drawn, typed, or read from a file."""

    kind = WordField(
        choices=[("", "chưa chọn"), *JointWork.Kind.choices],
        label="Loại",
        error_messages={"invalid_choice": f"Loại là một trong: {'; '.join(map(str, JointWork.Kind.labels))}."},
    )

    class Meta:
        model = JointWork
        fields: ClassVar = [
            "title",
            "kind",
            "investor",
            "along",
            "starts_on",
            "ends_on",
            "shape",
            "contact",
            "remarks",
        ]
        field_classes: ClassVar = {"starts_on": DayField, "ends_on": DayField, "shape": ShapeField}

    def __init__(self, *args: Any, province: Place, drawn: str = "", from_file: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        self.from_file = from_file
        near = (province.lon, province.lat) if province.lon is not None and province.lat is not None else None
        self.fields["shape"] = ShapeField(
            geom_type=SHAPES.get(drawn, "GEOMETRY"), label="Vị trí", widget=GeometryWidget(near=near)
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        keep_order(self, "starts_on", "ends_on", same_day=True)
        shape, province = cleaned.get("shape"), self.instance.province
        if shape and province.lon is not None and province.lat is not None:
            west, south, east, north = shape.extent
            away = max(abs(west - province.lon), abs(east - province.lon), abs(south - province.lat))
            if max(away, abs(north - province.lat)) > FURTHEST_FROM_PROVINCE_DEG:
                self.add_error("shape", f"Hình nằm xa {province}: sai tọa độ, hoặc là công trình của tỉnh khác.")
        if not self.from_file and self.is_known(cleaned.get("title"), cleaned.get("starts_on")):
            self.add_error("title", "Công trình này, khởi công ngày ấy, đã có.")
        return cleaned

    def is_known(self, title: str | None, begun: date | None) -> bool:
        """Tell whether another work of the province has this name and beginning; a file asks that for all at once."""
        if not title or begun is None:
            return False
        same = JointWork.objects.filter(province=self.instance.province, title=title, starts_on=begun)
        return same.exclude(pk=self.instance.pk).exists()


class WorkFileForm(forms.Form):
    """A map file of works."""

    file = forms.FileField(
        label="Tệp bản đồ",
        help_text="GeoJSON, SHP (nén .zip), GeoPackage, KML hoặc KMZ; tối đa 2.000 công trình, mỗi đối tượng một.",
    )
    crs = forms.CharField(
        label="Hệ tọa độ",
        required=False,
        max_length=20,
        help_text="Chỉ khi tệp không tự nói, ví dụ EPSG:9210 (VN-2000 múi 3°).",
    )


class InterestForm(forms.Form):
    """What an operator answers to a work."""

    state = forms.ChoiceField(
        label="Trả lời",
        choices=[c for c in JointInterest.State.choices if c[0] != JointInterest.State.TOLD],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một trả lời."},
    )
    note = forms.CharField(
        label="Nội dung", max_length=500, required=False, help_text="Cần bao nhiêu ống, từ đâu tới đâu, ai liên hệ."
    )


def inside(form: forms.ModelForm[Any], province: Place, today: date) -> None:
    """Let a form choose among the communes of a province."""
    field: Any = form.fields["commune"]
    field.queryset = Place.objects.filter(province=province).in_force(today).communes().order_by("sort_key")


class BuildingForm(forms.ModelForm[BuildingProject]):
    """A building or road project."""

    class Meta:
        model = BuildingProject
        fields: ClassVar = ["title", "kind", "investor", "commune", "address", "operator_room", "remarks"]
        field_classes: ClassVar = {"operator_room": CountField}
        error_messages: ClassVar = {"commune": ONE_OF_LIST}

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        inside(self, province, today)

    def clean_title(self) -> str:
        """Refuse a second project of the same name."""
        title = str(self.cleaned_data["title"])
        same = BuildingProject.objects.filter(province=self.instance.province, title=title)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Dự án này đã có.")
        return title


class CheckForm(forms.ModelForm[BuildingCheck]):
    """One check of a project."""

    class Meta:
        model = BuildingCheck
        fields: ClassVar = ["stage", "on", "result", "by", "remarks"]
        field_classes: ClassVar = {"on": DayField}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        """Refuse a check that lies ahead."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(f"Ngày {on:%d/%m/%Y} chưa tới.")
        return on

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("result") in ("conditions", "failed") and not cleaned.get("remarks"):
            self.add_error("remarks", "Ghi phải bổ sung gì, hoặc vì sao không đạt.")
        return cleaned


class SiteForm(forms.ModelForm[PublicSite]):
    """A public site on offer. Its point must lie near its commune."""

    class Meta:
        model = PublicSite
        numbers: ClassVar = ["lon", "lat", "area_m2"]
        fields: ClassVar = [
            "title",
            "kind",
            "commune",
            "address",
            "lon",
            "lat",
            "area_m2",
            "power",
            "terms",
            "price",
            "body",
            "contact",
            "from_on",
            "until_on",
        ]
        field_classes: ClassVar = {**dict.fromkeys(numbers, NumberField), "from_on": DayField, "until_on": DayField}
        localized_fields: ClassVar = numbers
        widgets: ClassVar = {"lat": PointWidget(partner="lon")}
        error_messages: ClassVar = {"commune": ONE_OF_LIST}

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        inside(self, province, today)
        self.fields["lat"].widget.near = (province.lon, province.lat)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        commune = cleaned.get("commune")
        if commune and (fault := position_fault(commune, cleaned.get("lon"), cleaned.get("lat"))):
            self.add_error("lon", fault)
        keep_order(self, "from_on", "until_on", same_day=True)
        return cleaned
