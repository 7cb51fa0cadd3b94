"""What may be typed about people, roles and organisations; choices end where the typist's scope ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from hatang.accounts.access import scopes
from hatang.accounts.models import AccessToken, Grant, Organisation, OrganisationSuccession, Person
from hatang.accounts.roles import MAY_SPAN_INSTALLATION, Role
from hatang.pages.widgets import DateInput
from hatang.places.models import Place


class OrganisationChoice(forms.ModelChoiceField[Organisation]):
    """Organisations told apart by their province."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} – {obj.province}" if obj.province else str(obj)


def provinces_of(actor: Person, permission: str) -> QuerySet[Place]:
    """Give today's provinces in which the person holds the permission."""
    today = Place.objects.provinces().filter(valid_to=None).order_by("sort_key")
    bounds = [scope.province_id for scope in scopes(actor, permission) if scope.province_id]
    return today if spans_installation(actor, permission) else today.filter(pk__in=bounds)


def spans_installation(actor: Person, permission: str) -> bool:
    """Tell whether the person holds the permission without bound."""
    return any(scope.province_id is None for scope in scopes(actor, permission))


class PersonForm(forms.ModelForm[Person]):
    """Who somebody is; the password is set by its owner."""

    organisation = OrganisationChoice(Organisation.objects.none(), label="Tổ chức", required=False)

    class Meta:
        model = Person
        fields = ("username", "full_name", "email", "organisation")
        help_texts = {"username": "Chữ, số và các dấu @ . + - _; ví dụ canbo.langson."}

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True
        field: Any = self.fields["organisation"]
        here = Organisation.objects.in_force(timezone.localdate()).exclude(kind=Organisation.Kind.GROUP)
        if not spans_installation(actor, "accounts.change_person"):
            near = here.filter(province__in=provinces_of(actor, "accounts.change_person"))
            here = near | here.filter(province=None)
        field.queryset = here.select_related("province").order_by("sort_key")


class GrantForm(forms.ModelForm[Grant]):
    """A role in one province, or in all of them; the province is chosen before, so that its communes can be offered."""

    prefix = "grant"

    class Meta:
        model = Grant
        fields = ("role", "province", "place", "organisation", "valid_from", "valid_to")
        widgets = {"province": forms.HiddenInput, "valid_from": DateInput, "valid_to": DateInput}
        help_texts = {
            "place": "Chỉ với vai trò cấp xã.",
            "organisation": "Chỉ với vai trò doanh nghiệp viễn thông, đơn vị dùng dữ liệu.",
            "valid_from": "Để trống: có ngay.",
            "valid_to": "Để trống: không thời hạn.",
        }

    def __init__(self, data: QueryDict | None = None, *, actor: Person, province: Place | None) -> None:
        super().__init__(data, initial={"province": province})
        fields: dict[str, Any] = self.fields
        fields["province"].queryset = provinces_of(actor, "accounts.change_person")
        if province is None:
            fields["role"].choices = [
                ("", "chưa chọn"),
                *((r.value, r.label) for r in Role if r in MAY_SPAN_INSTALLATION),
            ]
            del fields["place"], fields["organisation"]
            return
        communes = Place.objects.communes().in_force(timezone.localdate())
        fields["place"].queryset = communes.filter(province=province).order_by("sort_key")
        bodies = Organisation.objects.in_force(timezone.localdate()).exclude(kind=Organisation.Kind.GROUP)
        fields["organisation"].queryset = bodies.at_work_in(province).order_by("sort_key")


class TokenForm(forms.ModelForm[AccessToken]):
    """What a new access token is for, and how long it lives."""

    days = forms.TypedChoiceField(
        label="Thời hạn",
        coerce=int,
        choices=[(days, f"{days} ngày") for days in AccessToken.LIFETIMES_DAYS],
        initial=90,
    )

    class Meta:
        model = AccessToken
        fields = ("name",)


class OrganisationForm(forms.ModelForm[Organisation]):
    """An organisation in the typist's scope; one of the whole country is made by who is bound to no province."""

    class Meta:
        model = Organisation
        fields = ("kind", "name", "short_name", "province", "valid_from", "valid_to")
        widgets = {"valid_from": DateInput, "valid_to": DateInput}
        help_texts = {"valid_from": "Để trống nếu không biết.", "valid_to": "Để trống nếu đang hoạt động."}

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        change = "accounts.change_organisation"
        field: Any = self.fields["province"]
        field.queryset = provinces_of(actor, change)
        if self.instance.province_id:
            field.queryset |= Place.objects.filter(pk=self.instance.province_id)
        field.required = not spans_installation(actor, change)
        if field.required:
            field.help_text = ""


class SuccessionForm(forms.ModelForm[OrganisationSuccession]):
    """To whom a body's duties pass, and from when."""

    successor = OrganisationChoice(Organisation.objects.none(), label="Tổ chức kế tiếp")

    class Meta:
        model = OrganisationSuccession
        fields = ("successor", "on", "duties")
        widgets = {"on": DateInput}

    def __init__(self, *args: Any, actor: Person, predecessor: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.predecessor = predecessor
        field: Any = self.fields["successor"]
        near = Organisation.objects.editable_by(actor).exclude(pk=predecessor.pk)
        field.queryset = near.select_related("province").order_by("sort_key")
