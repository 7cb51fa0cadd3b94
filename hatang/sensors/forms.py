"""What is typed about things, their streams and devices, about a threshold, and when an alert is closed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import number
from hatang.pages.fields import ONE_OF_LIST, CountField, NumberField, choose
from hatang.pages.widgets import PointWidget
from hatang.places.models import Place
from hatang.places.points import too_far_km
from hatang.sensors.models import CODE, Datastream, Device, Thing, Threshold, ThresholdKind

PICK = {"invalid_choice": "Chọn một dòng trong danh sách.", "invalid_pk_value": "Chọn người trong danh sách."}


class ThresholdForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule on a stream of one thing."""

    limit = NumberField(label="Mức", required=False, help_text="Theo đơn vị của luồng; ví dụ: 2,5.")
    clear_limit = NumberField(
        label="Hết khi về tới mức",
        required=False,
        help_text="Đặt thấp hơn mức “cao hơn” (hay cao hơn mức “thấp hơn”) để cảnh báo khỏi bật tắt liên tục. "
        "Để trống: hết ngay khi qua lại mức đặt ra.",
    )
    absent_minutes = CountField(label="Vắng, phút", required=False, help_text="Chỉ với “không có số đo trong”.")
    hold_minutes = CountField(label="Phải kéo dài, phút", required=False, help_text="Để trống: báo ngay.")
    escalate_minutes = CountField(
        label="Báo lên sau, phút", required=False, help_text="Khi chưa ai nhận xử lý. Để trống: không báo lên."
    )

    class Meta:
        model = Threshold
        fields: ClassVar = (
            "stream", "name", "kind", "limit", "clear_limit", "absent_minutes", "hold_minutes", "level", "basis",
            "people", "escalate_minutes", "escalate_to", "is_active",
        )  # fmt: skip
        widgets: ClassVar = {"people": forms.CheckboxSelectMultiple, "escalate_to": forms.CheckboxSelectMultiple}
        error_messages: ClassVar = dict.fromkeys(("stream", "kind", "level", "people", "escalate_to"), PICK)

    def __init__(self, *args: Any, streams: QuerySet[Datastream], people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = streams  # type: ignore[attr-defined]
        for name in ("people", "escalate_to"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
            self.fields[name].required = False
        self.fields["people"].help_text = "Không chọn ai: báo cho những người giữ vật này."

    def clean_hold_minutes(self) -> int:
        """Take nothing as at once."""
        return self.cleaned_data.get("hold_minutes") or 0

    def clean(self) -> dict[str, Any]:
        """Ask for the level or the minutes, as the rule needs, and for a clearing level on the right side."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind, limit, clear = (cleaned.get(name) for name in ("kind", "limit", "clear_limit"))
        if kind == ThresholdKind.ABSENT:
            cleaned |= {"limit": None, "clear_limit": None}
            if not cleaned.get("absent_minutes") and "absent_minutes" not in self.errors:
                self.add_error("absent_minutes", "Ghi số phút không có số đo thì báo, từ 1 trở lên.")
            return cleaned
        cleaned["absent_minutes"] = None
        if limit is None and "limit" not in self.errors:
            self.add_error("limit", "Ghi mức mà vượt qua thì báo.")
        if limit is None or clear is None:
            return cleaned
        if clear > limit if kind == ThresholdKind.ABOVE else clear < limit:
            side = "thấp hơn" if kind == ThresholdKind.ABOVE else "cao hơn"
            self.add_error("clear_limit", f"Mức hết phải bằng hoặc {side} mức đặt ra.")
        return cleaned


class ClosingForm(forms.Form):
    """Why an alert is closed by hand."""

    note = forms.CharField(
        label="Đã xử lý thế nào",
        min_length=5,
        max_length=500,
        widget=forms.Textarea,
        error_messages={"min_length": "Ghi ít nhất năm chữ: đã làm gì, vì sao đóng."},
    )


class ThingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A thing: whose, what it watches, where it stands, who may see it."""

    lon = NumberField(label="Kinh độ", required=False, localize=True, help_text="Độ, WGS 84; ví dụ 106,76.")
    lat = NumberField(
        label="Vĩ độ",
        required=False,
        localize=True,
        help_text="Hoặc chạm vào bản đồ.",
        widget=PointWidget(partner="lon"),
    )

    class Meta:
        model = Thing
        fields: ClassVar = (
            "code", "name", "kind", "state", "owner", "commune", "lon", "lat", "site_code", "public", "description",
        )  # fmt: skip
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar = {
            "site_code": "Mã cột, trạm mà vật đặt tại đó: nhờ mã này biết thôn nào phụ thuộc khi mất điện.",
            "public": "Chọn thì ai cũng xem được vật và số đo; không chọn thì chỉ chủ sở hữu, xã và Sở.",
        }
        error_messages: ClassVar = {
            "code": {"required": "Ghi mã của vật, ví dụ TV-01."},
            "name": {"required": "Ghi tên để mọi người nhận ra vật, ví dụ: mực nước sông Kỳ Cùng tại cầu Đông Kinh."},
            **dict.fromkeys(("kind", "state", "owner", "commune"), ONE_OF_LIST),
        }

    def __init__(
        self, *args: Any, communes: QuerySet[Place], owners: QuerySet[Organisation], whole: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "commune", communes)
        choose(self, "owner", owners)
        self.fields["owner"].required = not whole
        if not whole:
            self.fields["owner"].help_text = ""
            self.initial["owner"] = self.initial.get("owner") or owners.first()
        self.fields["lat"].widget.near = (self.instance.province.lon, self.instance.province.lat)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["code"].disabled = True

    def clean(self) -> dict[str, Any]:
        """Ask for both numbers of a point or none, and for a point that lies in its commune."""
        cleaned: dict[str, Any] = super().clean() or {}
        lon, lat, commune = (cleaned.get(name) for name in ("lon", "lat", "commune"))
        if (lon is None) != (lat is None) and not {"lon", "lat"} & self.errors.keys():
            self.add_error("lat" if lat is None else "lon", "Ghi cả kinh độ và vĩ độ, hoặc để trống cả hai.")
        away = too_far_km(commune, lon, lat) if commune else None
        if commune and away is not None:
            self.add_error("lat", f"Điểm cách {commune.full_name} {number(away)} km: sai tọa độ hoặc sai xã.")
        return cleaned


class StreamForm(forms.Form):
    """A stream of a thing: what is observed, in which unit, by what."""

    code = forms.CharField(
        label="Mã luồng",
        max_length=40,
        validators=[CODE],
        help_text="Không đổi; là tên trong chủ đề MQTT và địa chỉ gửi, ví dụ muc-nuoc.",
        error_messages={"required": "Ghi mã luồng, ví dụ muc-nuoc."},
    )
    name = forms.CharField(
        label="Tên", max_length=255, error_messages={"required": "Ghi tên luồng, ví dụ: Mực nước thượng lưu."}
    )
    observed = forms.CharField(
        label="Đại lượng đo", max_length=255, error_messages={"required": "Ghi đại lượng, ví dụ: mực nước, điện áp."}
    )
    unit = forms.CharField(
        label="Đơn vị", max_length=40, required=False, help_text="Ký hiệu, ví dụ m, V, µg/m³; để trống nếu không có."
    )
    sensor = forms.CharField(label="Máy đo", max_length=255, required=False, help_text="Kiểu máy hoặc cách đo.")

    def __init__(self, *args: Any, thing: Thing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing

    def clean_code(self) -> str:
        """Refuse a code that another stream of the thing has."""
        code: str = self.cleaned_data["code"]
        if Datastream.objects.filter(thing=self.thing, code=code).exists():
            raise forms.ValidationError("Vật này đã có luồng mang mã ấy; chọn mã khác.")
        return code


class DeviceForm(forms.Form):
    """What a device is called."""

    name = forms.CharField(
        label="Tên thiết bị",
        max_length=100,
        help_text="Để phân biệt khi thay máy, ví dụ: bộ ghi RTU số 2.",
        error_messages={"required": "Ghi tên để phân biệt các thiết bị của vật này."},
    )

    def __init__(self, *args: Any, thing: Thing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing

    def clean_name(self) -> str:
        """Refuse a name in use, so that a form that is sent twice makes no second device."""
        name: str = self.cleaned_data["name"]
        if Device.objects.at_work().filter(thing=self.thing, name=name).exists():
            raise forms.ValidationError("Thiết bị tên này đã có; mất bí mật thì bấm “Đổi bí mật” ở trang của vật.")
        return name
