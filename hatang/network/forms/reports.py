"""What anyone may write about a problem, and what those in charge may answer."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import number
from hatang.network.models import ProblemReport
from hatang.network.models.reports import state_choices
from hatang.pages.fields import ONE_OF_LIST, NumberField
from hatang.pages.widgets import PointWidget
from hatang.places.models import Place
from hatang.places.points import FURTHEST_FROM_COMMUNE_KM, LAT_RANGE, LON_RANGE, too_far_km
from hatang.work.in_force import between

PHONE = re.compile(r"\+?[0-9][0-9 .\-]{7,18}")
MOST_PHOTO_BYTES = 15_000_000
PICTURES_TAKEN = "image/jpeg,image/png,image/webp"
"""Telephones that keep pictures in another form turn them into one of these when only these are asked for."""


class ReportForm(forms.Form):
    """A report by anyone. Where: a point, or a commune with words; who: only if they wish."""

    kind = forms.ChoiceField(
        label="Sự cố gì",
        choices=ProblemReport.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn loại sự cố."},
    )
    words = forms.CharField(
        label="Mô tả",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Thấy gì, từ bao giờ, có nguy hiểm cho người đi lại không.",
        error_messages={"required": "Viết vài chữ về sự cố."},
    )
    photo = forms.FileField(
        label="Ảnh",
        required=False,
        widget=forms.FileInput(attrs={"accept": PICTURES_TAKEN, "capture": "environment"}),
        help_text="Chụp từ chỗ an toàn. Vị trí và thông tin máy ghi trong ảnh bị xóa khi lưu.",
    )
    lon = NumberField(label="Kinh độ", required=False, localize=True, validators=between(102, 118, LON_RANGE))
    lat = NumberField(
        label="Vĩ độ",
        required=False,
        localize=True,
        validators=between(6, 24, LAT_RANGE),
        widget=PointWidget(beneath=False),
    )
    commune = forms.ModelChoiceField(
        Place.objects.none(),
        label="Xã, phường",
        required=False,
        empty_label="theo điểm trên bản đồ",
        help_text="Không đặt được điểm thì chọn xã, phường và tả địa điểm.",
        error_messages=ONE_OF_LIST,
    )
    place_words = forms.CharField(
        label="Địa điểm", max_length=300, required=False, help_text="Số nhà, tên đường, gần nơi nào."
    )
    operator = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Nhà mạng bạn dùng",
        required=False,
        empty_label="không rõ",
        help_text="Khi mất sóng hoặc mất Internet.",
        error_messages=ONE_OF_LIST,
    )
    phone = forms.CharField(
        label="Số điện thoại",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text="Để hỏi thêm. Chỉ người xử lý báo cáo này thấy; bạn xóa được bất cứ lúc nào.",
    )
    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        help_text="Như số điện thoại. Hệ thống không tự gửi thư tới đây.",
        error_messages={"invalid": "Địa chỉ thư không đúng, ví dụ ten@example.vn."},
    )
    website = forms.CharField(
        label="Để trống ô này", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Place.objects.filter(province=province).in_force(today).communes()
        chosen: dict[str, Any] = {
            "commune": inside.order_by("sort_key"),
            "operator": Organisation.objects.operators().in_force(today).order_by("sort_key"),
        }
        for name, rows in chosen.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["lat"].widget.near = (province.lon, province.lat)  # type: ignore[attr-defined]
        self.province = province

    def clean_phone(self) -> str:
        """Accept what can be dialled."""
        text = str(self.cleaned_data["phone"]).strip()
        if text and not PHONE.fullmatch(text):
            raise ValidationError("Số điện thoại chỉ gồm chữ số, ví dụ 0912 345 678.")
        return text

    def clean_photo(self) -> Any:
        """Refuse a photo heavier than telephones make them, before it is read."""
        photo = self.cleaned_data["photo"]
        if photo and photo.size > MOST_PHOTO_BYTES:
            told = f"Ảnh nặng {number(photo.size / 1e6, 1)} MB; tối đa {number(MOST_PHOTO_BYTES / 1e6)} MB."
            raise ValidationError(told)
        return photo

    def clean_website(self) -> str:
        """Refuse what only a machine fills in."""
        if self.cleaned_data["website"]:
            raise ValidationError("Ô này phải để trống; xóa nó rồi gửi lại.")
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        lon, lat, commune = cleaned.get("lon"), cleaned.get("lat"), cleaned.get("commune")
        if self.errors.keys() & {"lon", "lat", "commune"}:
            return cleaned
        if (lon is None) != (lat is None):
            self.add_error("lon" if lon is None else "lat", "Ghi cả kinh độ và vĩ độ, hoặc để trống cả hai.")
        elif lon is None and commune is None:
            self.add_error("commune", "Đặt điểm trên bản đồ, hoặc chọn xã, phường.")
        elif lon is None and not cleaned.get("place_words"):
            self.add_error("place_words", "Không có điểm trên bản đồ: tả địa điểm.")
        elif commune and (away := too_far_km(commune, lon, lat)):
            limit = f"quá {FURTHEST_FROM_COMMUNE_KM} km thì một trong hai sai"
            self.add_error("commune", f"Điểm cách {commune} {number(away)} km; {limit}.")
        return cleaned


class AnswerForm(forms.Form):
    """What somebody in charge answers."""

    state = forms.ChoiceField(label="Trạng thái mới", required=False)
    words = forms.CharField(label="Trả lời", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    internal = forms.BooleanField(label="Chỉ nội bộ, người báo không đọc", required=False)
    kind = forms.ChoiceField(
        label="Sửa loại sự cố",
        required=False,
        choices=[("", "giữ nguyên"), *ProblemReport.Kind.choices],
        help_text="Thời hạn tính lại từ lúc nhận, theo loại mới.",
    )
    owner = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Chuyển tới đơn vị",
        required=False,
        empty_label="giữ nguyên",
        help_text="Đơn vị cũ không còn thấy báo cáo này.",
        error_messages=ONE_OF_LIST,
    )
    duplicate_of = forms.CharField(
        label="Trùng với báo cáo", required=False, max_length=11, help_text="Mã biên nhận, ví dụ SC-7K3Q9FHW."
    )

    def __init__(self, *args: Any, others: Any, states: list[str], owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others
        self.fields["state"].choices = [("", "giữ nguyên"), *state_choices(states)]  # type: ignore[attr-defined]
        if owners is None:
            for name in ("kind", "owner", "duplicate_of"):
                del self.fields[name]
            return
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    def clean_duplicate_of(self) -> ProblemReport | None:
        """Find the other report by its code."""
        code = str(self.cleaned_data["duplicate_of"]).strip().upper()
        if not code:
            return None
        other: ProblemReport | None = self.others.filter(code=code).first()
        if other is None:
            raise ValidationError(f"Không có báo cáo {code} trong phạm vi của bạn.")
        return other

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in ("state", "words", "kind", "owner")):
            raise ValidationError("Chọn trạng thái mới, hoặc viết trả lời.")
        return cleaned


class AddedForm(forms.Form):
    """What the reporter adds later."""

    words = forms.CharField(
        label="Viết thêm",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Viết điều cần thêm."},
    )
