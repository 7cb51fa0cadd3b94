"""What of the register is to be exported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.cells import RIGHT_DATE
from hatang.network.models import LifeState
from hatang.pages.fields import ONE_OF_LIST, DayField
from hatang.places.models import Place

INSTANT_FORMS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M")
EVERY_STATE = "moi"
STATES = ((EVERY_STATE, "tất cả, kể cả đã tháo dỡ"), *LifeState.choices)
CARRIED = {
    "loai": "loại {}",
    "mang": "công nghệ {}",
    "cn": "công nghệ {}",
    "phat": "đang phát sóng",
    "trong": "còn trống",
    "chung": "đang dùng chung",
    "q": "tìm “{}”",
}
"""Filters of the lists that a link brings along; the page shows them and keeps them."""
NOT_ALL = "Có dòng không có trong danh sách."


class InstantField(forms.Field):
    """An instant as dd/mm/yyyy hh:mm in Viet Nam's time, or a day, which means its end."""

    widget = forms.TextInput(attrs={"placeholder": "31/12/2025 17:00"})

    def to_python(self, value: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        for written in INSTANT_FORMS:
            try:
                return timezone.make_aware(datetime.strptime(text, written)).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
        if found := DayField(required=False).clean(text):
            return timezone.make_aware(datetime.combine(found, time.max))
        return None


class ExportForm(forms.Form):
    """Which kinds, in which format, filtered as the lists are, as of which day and as known when."""

    def __init__(
        self,
        *args: Any,
        province: Place,
        today: date,
        tables: Iterable[tuple[str, str]],
        formats: Iterable[tuple[str, str]],
        sees_former: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.sees_former = today, sees_former
        communes = Place.objects.communes().filter(province=province).in_force(today).order_by("sort_key")
        organisations = Organisation.objects.operators().order_by("sort_key")
        wrong = {"invalid_choice": NOT_ALL, "required": "Chọn ít nhất một loại."}
        self.fields |= {
            "gom": forms.MultipleChoiceField(
                label="Loại", choices=list(tables), widget=forms.CheckboxSelectMultiple, error_messages=wrong
            ),
            "dang": forms.ChoiceField(
                label="Định dạng", choices=list(formats), widget=forms.RadioSelect, error_messages=ONE_OF_LIST
            ),
            "xa": chosen_of(communes, "Xã, phường", "mọi xã, phường"),
            "dn": chosen_of(organisations, "Doanh nghiệp, chủ sở hữu", "mọi tổ chức"),
            "tt": forms.ChoiceField(
                label="Trạng thái", choices=[("", "chưa tháo dỡ"), *STATES], required=False, error_messages=ONE_OF_LIST
            ),
            "chao": forms.BooleanField(label="Chỉ công trình đang chào dùng chung", required=False),
            "ngay": DayField(label="Tình trạng ngày", required=False, help_text=f"Để trống là hôm nay. {RIGHT_DATE}"),
        }
        self.fields |= {name: forms.CharField(required=False, widget=forms.HiddenInput) for name in CARRIED}
        if sees_former:
            self.fields["biet-luc"] = InstantField(
                label="Theo sổ như lúc",
                required=False,
                help_text="Để trống là sổ hiện nay. Ví dụ 31/12/2025 17:00; chỉ ghi ngày là hết ngày đó.",
            )

    @property
    def carried(self) -> list[str]:
        """What a list's link brought along."""
        return [words.format(self.data[name]) for name, words in CARRIED.items() if self.data.get(name)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.sees_former and self.data.get("biet-luc"):
            raise ValidationError("Chỉ cán bộ xem được cả tỉnh mới xuất được sổ như ở một thời điểm trước.")
        known_at = cleaned.get("biet-luc")
        if known_at and timezone.localdate(known_at) > self.today:
            self.add_error("biet-luc", "Chưa tới lúc này: sổ khi đó chứa gì thì chưa ai biết.")
        return cleaned


def chosen_of(rows: Any, label: str, nothing: str) -> forms.ModelChoiceField[Any]:
    """Make a choice of one row or none."""
    return forms.ModelChoiceField(rows, label=label, required=False, empty_label=nothing, error_messages=ONE_OF_LIST)
