"""What a new run is to compute."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from hatang.accounts.models import Organisation
from hatang.core.radio.errors import RangeError
from hatang.core.radio.services import SERVICES, with_threshold
from hatang.core.vietnamese import day, number
from hatang.coverage.models import CoverageRun, Terrain
from hatang.network.models import Technology
from hatang.pages.choices import RowsField
from hatang.pages.fields import ONE_OF_LIST, DayField, NumberField
from hatang.places.models import Place

EARLIEST = date(2000, 1, 1)
NOT_LISTED = {"invalid_choice": "Chọn trong danh sách.", "invalid_pk_value": "Chọn trong danh sách."}
NO_TERRAIN = "Chưa có địa hình nào dùng được: chuẩn bị địa hình trước."


def threshold_name(technology: str) -> str:
    """Name the field of a technology's threshold."""
    return f"nguong-{technology}"


class TerrainField(forms.ModelChoiceField):
    """A terrain; a made-up one says so."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a terrain with its step and, where it is simulated, the mark."""
        marks = [f"lưới {number(obj.step_m)} m"] if obj.step_m else []
        marks += ["quá thô, chỉ để thử"] if obj.coarse else []
        marks += ["dữ liệu mô phỏng"] if obj.simulated else []
        return f"{obj.title} ({'; '.join(marks)})" if marks else str(obj.title)


class RunForm(forms.ModelForm[CoverageRun]):
    """A new run: sensible as it stands; thresholds may be one's own, with where they come from."""

    on = DayField(label="Ô phát như ngày", help_text="Tính với các ô phát sóng vào ngày này.")
    served_percent = NumberField(
        label="Xác suất được phục vụ, %",
        help_text="Nơi nào có xác suất đạt ngưỡng từ mức này thì tính là được phục vụ. Từ 50 đến 99.",
    )
    radius_km = NumberField(
        label="Tầm tính quanh trạm, km",
        help_text="Xa hơn thì coi như không tới. Tầm lớn thì tính lâu hơn. Từ 1 đến 60.",
    )
    technologies = forms.MultipleChoiceField(
        label="Công nghệ",
        choices=Technology.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn là tất cả.",
        error_messages=NOT_LISTED,
    )
    operators = RowsField(
        Organisation.objects.none(),
        label="Doanh nghiệp",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn là tất cả.",
        error_messages=NOT_LISTED,
    )

    class Meta:
        model = CoverageRun
        fields = (
            *("title", "on", "terrain", "technologies", "operators", "served_percent", "radius_km"),
            *("thresholds_note", "leave_out_faulty", "blank_azimuth_is_omni"),
        )
        help_texts: ClassVar = {"thresholds_note": "Cần khi ghi mức riêng: văn bản, hoặc vì sao."}

    def __init__(self, data: QueryDict | None, *, province: Place, today: date) -> None:
        super().__init__(data, instance=CoverageRun(province=province))
        self.today = today
        terrains = Terrain.objects.ready().filter(province=province)
        self.fields["terrain"] = TerrainField(
            terrains,
            label="Địa hình",
            empty_label=None,
            initial=next((terrain for terrain in terrains if not terrain.coarse), terrains.first()),
            error_messages=ONE_OF_LIST | {"required": NO_TERRAIN},
        )
        operators = Organisation.objects.operators().filter(stations__mast__province=province)
        self.fields["operators"].queryset = operators.distinct().order_by("sort_key")  # type: ignore[attr-defined]
        self.initial.update({"title": f"Lượt tính ngày {day(today)}", "on": today})
        for technology in SERVICES:
            label = f"Ngưỡng {technology}, dBm"
            field = NumberField(label=label, required=False)
            field.widget.attrs["aria-label"] = label
            self.fields[threshold_name(technology)] = field

    @property
    def thresholds(self) -> Iterable[tuple[Technology, Any, forms.BoundField]]:
        """Give each technology with its default, whence that comes, and the field for one's own."""
        for technology, service in SERVICES.items():
            yield Technology(technology), service, self[threshold_name(technology)]

    @property
    def plain(self) -> list[forms.BoundField]:
        """Give the fields before the thresholds."""
        names = ("title", "on", "terrain", "technologies", "operators", "served_percent", "radius_km")
        return [self[name] for name in names]

    @property
    def faults(self) -> list[forms.BoundField]:
        """Give what is to be done with faulty cells."""
        return [self["leave_out_faulty"], self["blank_azimuth_is_omni"]]

    def clean_on(self) -> date:
        """Refuse a day that the register cannot tell of."""
        on: date = self.cleaned_data["on"]
        if not EARLIEST <= on <= self.today:
            raise forms.ValidationError(f"Ghi ngày từ {day(EARLIEST)} đến hôm nay, {day(self.today)}.")
        return on

    def clean(self) -> dict[str, Any]:
        """Gather one's own thresholds; each must be a level that phones report, and have its reason."""
        cleaned = super().clean() or self.cleaned_data
        own: dict[str, float] = {}
        for technology, service in SERVICES.items():
            asked = cleaned.get(threshold_name(technology))
            if asked is None or asked == service.threshold_dbm:
                continue
            try:
                own[str(technology)] = with_threshold(technology, asked, "").threshold_dbm
            except RangeError:
                low, high = (number(value) for value in service.reported_dbm)
                words = f"{service.quantity} từ {low} đến {high} dBm ({service.reported_source})."
                self.add_error(threshold_name(technology), words)
        if own and not cleaned.get("thresholds_note"):
            self.add_error("thresholds_note", "Ngưỡng riêng cần căn cứ: văn bản, hoặc vì sao.")
        self.instance.thresholds_dbm = own
        return cleaned
