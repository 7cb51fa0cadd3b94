"""What may be typed about services: requests, proposals, reasons, keys, services of others and calls of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation, Person
from hatang.exchange.models import REQUEST, Agreement, DataService, OutsideCall, OutsideService, PartnerKey
from hatang.exchange.services_offered import SERVICES
from hatang.pages.widgets import DateInput
from hatang.places.models import Place

LARGEST_JWKS = 20_000


class CommunesField(forms.ModelMultipleChoiceField):
    """Communes by their codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Place.objects.none(), to_field_name="code", required=False, **kwargs)

    def of(self, province: Place) -> None:
        """Offer the communes of a province."""
        communes = Place.objects.communes().in_force(timezone.localdate()).filter(province=province)
        self.queryset = communes.order_by("sort_key")

    def label_from_instance(self, obj: Any) -> str:
        return obj.full_name


class ScopeForm(forms.Form):
    """Which communes and which fields of a service, and until when."""

    communes = CommunesField(label="Xã, phường", help_text="Không chọn xã nào: cả tỉnh.")
    fields_asked = forms.MultipleChoiceField(
        label="Trường dữ liệu", widget=forms.CheckboxSelectMultiple, help_text="Chỉ chọn trường thật sự cần."
    )
    ends_on = forms.DateField(label="Có hiệu lực đến hết ngày", widget=DateInput)

    def __init__(self, *args: Any, service: DataService, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["communes"].of(service.province)
        offered = SERVICES.get(service.code)
        known = offered.fields if offered else {}
        fields["fields_asked"].choices = [(name, f"{name}: {words}") for name, words in known.items()]

    def clean_ends_on(self) -> date:
        """Refuse a day that has gone by."""
        ends_on: date = self.cleaned_data["ends_on"]
        if ends_on < timezone.localdate():
            raise ValidationError("Ngày này đã qua; chọn ngày từ hôm nay trở đi.")
        return ends_on

    @property
    def scope(self) -> dict[str, Any]:
        """What was chosen, as an agreement keeps it."""
        data = self.cleaned_data
        communes = sorted(place.code for place in data["communes"])
        return {"communes": communes, "fields": sorted(data["fields_asked"]), "ends_on": data["ends_on"]}


class RequestForm(ScopeForm):
    """A request: for whom, for what, by which act of law, of what, until when."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Đơn vị đề nghị")
    purpose = forms.CharField(label="Mục đích", widget=forms.Textarea, max_length=2000)
    legal_number = forms.CharField(label="Căn cứ pháp lý: số ký hiệu", max_length=60, help_text="Ví dụ 47/2020/NĐ-CP.")
    legal_issuer = forms.CharField(label="Cơ quan ban hành", max_length=200)
    legal_date = forms.DateField(label="Ngày ban hành", widget=DateInput)
    field_order = (
        "organisation",
        "purpose",
        "legal_number",
        "legal_issuer",
        "legal_date",
        "communes",
        "fields_asked",
        "ends_on",
    )

    def __init__(self, *args: Any, actor: Person, service: DataService, **kwargs: Any) -> None:
        super().__init__(*args, service=service, **kwargs)
        held = scopes_in(actor, REQUEST, service.province_id)
        field: Any = self.fields["organisation"]
        mine = Organisation.objects.filter(pk__in=[scope.organisation_id for scope in held])
        field.queryset = mine.order_by("sort_key")
        if len(mine) == 1:
            field.initial = mine[0]

    def clean_legal_date(self) -> date:
        """Refuse an act of law of a day to come."""
        signed_on: date = self.cleaned_data["legal_date"]
        if signed_on > timezone.localdate():
            raise ValidationError("Ngày ban hành phải từ hôm nay trở về trước.")
        return signed_on


class ProposalForm(ScopeForm):
    """What the officer proposes: the scope as asked or narrower, rate and quota."""

    rate_per_minute = forms.IntegerField(label="Số lượt gọi mỗi phút", min_value=1, max_value=6_000)
    quota_per_day = forms.IntegerField(label="Số lượt gọi mỗi ngày", min_value=1, max_value=10_000_000)

    @classmethod
    def of(cls, agreement: Agreement, data: Any = None) -> ProposalForm:
        """Begin with what was asked for."""
        initial = {
            "communes": agreement.communes,
            "fields_asked": agreement.fields,
            "ends_on": agreement.ends_on,
            "rate_per_minute": agreement.rate_per_minute,
            "quota_per_day": agreement.quota_per_day,
        }
        return cls(data, service=agreement.service, initial=initial)

    @property
    def scope(self) -> dict[str, Any]:
        """What was chosen, with rate and quota."""
        data = self.cleaned_data
        return super().scope | {name: data[name] for name in ("rate_per_minute", "quota_per_day")}


class ReasonForm(forms.Form):
    """Why something is refused or taken back."""

    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        required=False,
        error_messages={"required": "Xin ghi lý do."},
    )

    def __init__(self, *args: Any, needed: bool = False, **kwargs: Any) -> None:
        """Ask for the reason where the step `needed` one."""
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class KeyForm(forms.ModelForm[PartnerKey]):
    """For whom a new key is."""

    signs_in_at = forms.URLField(
        label="Địa chỉ nhận người đăng nhập",
        required=False,
        assume_scheme="https",
        help_text="Chỉ khi phần mềm của đơn vị cho người dùng đăng nhập bằng tài khoản Hatang (OpenID Connect): "
        "redirect URI của phần mềm.",
    )

    class Meta:
        model = PartnerKey
        fields = ("organisation", "name", "xroad_client")

    def __init__(self, *args: Any, province: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        field: Any = self.fields["organisation"]
        asked = Agreement.objects.filter(province=province).values("organisation")
        field.queryset = Organisation.objects.filter(pk__in=asked).order_by("sort_key")
        field.help_text = "Các đơn vị đã gửi đề nghị dùng dịch vụ."

    def clean(self) -> dict[str, Any]:
        """Refuse a name that a live key of the body has: a form that is sent twice makes no second key."""
        cleaned: dict[str, Any] = super().clean() or {}
        same = PartnerKey.objects.live().filter(province=self.instance.province, name=cleaned.get("name"))
        if cleaned.get("organisation") and same.filter(organisation=cleaned["organisation"]).exists():
            self.add_error(
                "name",
                "Đơn vị đã có khóa mang tên này. Mất bí mật thì đổi bí mật của khóa ấy; khóa khác thì ghi tên khác.",
            )
        return cleaned


def of_model(model: type[OutsideService], name: str) -> forms.URLField:
    """Make the field of an address, which is https where no scheme is typed."""
    field: Any = model._meta.get_field(name)
    words = {"label": str(field.verbose_name).capitalize(), "help_text": field.help_text}
    return forms.URLField(required=not field.blank, max_length=field.max_length, assume_scheme="https", **words)


class KeySetField(forms.JSONField):
    """A set of keys as JSON; none is an empty field, not the word “null”."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class OutsideForm(forms.ModelForm[OutsideService]):
    """A service of another body; its secret is typed, never shown."""

    field_order = ("name", "organisation", "address", "token_address", "client_id", "secret", "scope")

    address = of_model(OutsideService, "address")
    token_address = of_model(OutsideService, "token_address")
    secret = forms.CharField(
        label="Bí mật",
        required=False,
        max_length=500,
        widget=forms.PasswordInput,
        help_text="Được mã hoá khi lưu, không hiện lại. Để trống: giữ bí mật đang có.",
    )

    class Meta:
        model = OutsideService
        fields = ("name", "organisation", "address", "token_address", "client_id", "scope", "knows_keys", "jwks")
        widgets = {"jwks": forms.Textarea}
        field_classes = {"jwks": KeySetField}

    def __init__(self, *args: Any, province: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        field: Any = self.fields["organisation"]
        bodies = Organisation.objects.in_force(timezone.localdate()).exclude(kind=Organisation.Kind.GROUP)
        field.queryset = bodies.at_work_in(province).order_by("sort_key")

    def clean_jwks(self) -> Any:
        """Ask for a set of keys."""
        jwks = self.cleaned_data["jwks"]
        listed = jwks.get("keys") if isinstance(jwks, dict) else None
        if jwks is not None and not (isinstance(listed, list) and all(isinstance(key, dict) for key in listed)):
            raise ValidationError("Dán cả bộ khóa JWKS: một đối tượng JSON có danh sách “keys”.")
        if len(str(jwks)) > LARGEST_JWKS:
            raise ValidationError("Bộ khóa dài quá 20.000 ký tự.")
        return jwks


class OutsideCallForm(forms.ModelForm[OutsideCall]):
    """One call of an outside service."""

    class Meta:
        model = OutsideCall
        fields = ("method", "path", "body")
        widgets = {"body": forms.Textarea}

    def clean_path(self) -> str:
        """Ask for a path beneath the service's own address, in ASCII."""
        path: str = self.cleaned_data["path"]
        plain = path.isascii() and path.isprintable() and " " not in path
        if path and not (path.startswith("/") and not path.startswith("//") and plain and ".." not in path):
            raise ValidationError("Bắt đầu bằng một dấu /, không có khoảng trắng, dấu tiếng Việt, “..”.")
        return path
