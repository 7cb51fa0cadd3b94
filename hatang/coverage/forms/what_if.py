"""Forms of a what-if: a site that is added, a cell that is altered, operators and technologies that are off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hatang.core.radio.cells import Cell
from hatang.coverage.suppositions import (
    BAND_CHARACTERS,
    MOST_AZIMUTHS,
    CellAltered,
    SiteAdded,
    TechnologyOff,
)
from hatang.pages.fields import ONE_OF_LIST, NumberField
from hatang.pages.widgets import PointWidget

AZIMUTHS_HELP = f"Độ từ hướng bắc, ngăn bằng dấu chấm phẩy, tối đa {MOST_AZIMUTHS}; để trống là một ô phát mọi hướng."


class AddSiteForm(forms.Form):
    """A site of one operator and technology that does not exist."""

    operator = forms.TypedChoiceField(label="doanh nghiệp", coerce=int, error_messages=ONE_OF_LIST)
    technology = forms.ChoiceField(label="công nghệ", error_messages=ONE_OF_LIST)
    band = forms.CharField(label="băng tần", max_length=BAND_CHARACTERS, help_text="Ký hiệu 3GPP: B3, B8, n78 …")
    bandwidth_mhz = NumberField(label="băng thông, MHz", required=False, help_text="Cần cho 4G, 5G.")
    lon = NumberField(label="kinh độ", localize=True)
    lat = NumberField(label="vĩ độ", localize=True, widget=PointWidget(partner="lon"))
    height_m = NumberField(label="độ cao ăng ten, m", initial=30, localize=True)
    power_dbm = NumberField(label="công suất phát, dBm", initial=46, localize=True)
    azimuths = forms.CharField(
        label="các hướng", required=False, initial="0; 120; 240", max_length=60, help_text=AZIMUTHS_HELP
    )

    def __init__(
        self,
        *args: Any,
        near: tuple[float | None, float | None],
        operators: dict[int, str],
        technologies: Sequence[str],
        faults: Callable[[SiteAdded], list[str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.faults = faults
        self.fields["lat"].widget.near = near  # type: ignore[attr-defined]
        self.fields["operator"].choices = list(operators.items())  # type: ignore[attr-defined]
        self.fields["technology"].choices = [(t, t) for t in technologies]  # type: ignore[attr-defined]

    def clean_band(self) -> str:
        """Refuse what no band is called."""
        band = str(self.cleaned_data["band"]).strip()
        if not (band.isascii() and band.isalnum()):
            raise ValidationError("Ghi ký hiệu băng, chỉ chữ và số: B3, B8, n78.")
        return band

    def clean_azimuths(self) -> tuple[float, ...]:
        """Read directions."""
        texts = [text.strip() for text in str(self.cleaned_data["azimuths"]).split(";") if text.strip()]
        if len(texts) > MOST_AZIMUTHS:
            raise ValidationError(f"Có {len(texts)} hướng; tối đa {MOST_AZIMUTHS}.")
        if wrong := [text for text in texts if not (text.isascii() and text.isdigit() and int(text) <= 360)]:
            raise ValidationError(f"“{wrong[0][:20]}” không phải hướng; ghi số nguyên từ 0 đến 360, ví dụ 0; 120; 240.")
        return tuple(float(text) for text in texts)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for fault in self.faults(self.change()):
                self.add_error(None, fault)
        return cleaned

    def change(self) -> SiteAdded:
        """Give the site."""
        said = self.cleaned_data
        return SiteAdded(
            said["lon"], said["lat"], said["operator"], said["technology"], said["band"], said["bandwidth_mhz"],
            said["height_m"], said["power_dbm"], said["azimuths"],
        )  # fmt: skip


class AlterCellForm(forms.Form):
    """What becomes of a cell; what stays as it is changes nothing."""

    azimuth_deg = NumberField(label="hướng, độ", required=False, localize=True, help_text="Từ hướng bắc.")
    tilt_electrical_deg = NumberField(
        label="góc ngẩng điện, độ", required=False, localize=True, help_text="Dương là chúc xuống."
    )
    tilt_mechanical_deg = NumberField(
        label="góc ngẩng cơ, độ", required=False, localize=True, help_text="Dương là chúc xuống."
    )
    height_m = NumberField(label="độ cao ăng ten, m", required=False, localize=True)
    power_dbm = NumberField(label="công suất phát, dBm", required=False, localize=True)

    NOTHING: ClassVar = "Chưa đổi gì: sửa ít nhất một số."

    def __init__(
        self, data: Any, *, key: int, name: str, cell: Cell, faults: Callable[[CellAltered], list[str]]
    ) -> None:
        self.key, self.name, self.cell, self.faults = key, name, cell, faults
        super().__init__(data, initial={field: getattr(cell, field) for field in self.base_fields})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        change = self.change()
        if not change.alterations():
            raise ValidationError(self.NOTHING)
        for fault in self.faults(change):
            self.add_error(None, fault)
        return cleaned

    def change(self) -> CellAltered:
        """Give what becomes otherwise."""
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if value is not None and value != getattr(self.cell, name)
        }
        return CellAltered(self.key, **given)


class SwitchOffForm(forms.Form):
    """Operators and technologies that are off, ticked."""

    operators = forms.TypedMultipleChoiceField(
        label="Tắt hẳn doanh nghiệp", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    technologies = forms.MultipleChoiceField(label="Tắt công nghệ", required=False, widget=forms.CheckboxSelectMultiple)
    of_operator = forms.TypedChoiceField(
        label="Tắt công nghệ của", coerce=int, empty_value=None, required=False, error_messages=ONE_OF_LIST
    )

    def __init__(self, *args: Any, operators: dict[int, str], technologies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["operators"].choices = list(operators.items())  # type: ignore[attr-defined]
        self.fields["technologies"].choices = [(t, t) for t in technologies]  # type: ignore[attr-defined]
        everybody = [("", "mọi doanh nghiệp")] if len(operators) > 1 else []
        self.fields["of_operator"].choices = [*everybody, *operators.items()]  # type: ignore[attr-defined]

    def ended(self) -> list[TechnologyOff]:
        """Give the technologies that are off."""
        return [TechnologyOff(t, self.cleaned_data["of_operator"]) for t in self.cleaned_data["technologies"]]
