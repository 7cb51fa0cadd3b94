"""What is typed about an outage, about its end, about a beacon, and which file of outages is brought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.cells import grouped_count
from hatang.pages.fields import ONE_OF_LIST, MomentField
from hatang.places.models import Place
from hatang.quality.models import Beacon, Outage, Service

MOST_COMMUNES = 8
MOST_PEOPLE = 99_999_999


class PeopleField(forms.CharField):
    """How many people; thousands may be parted."""

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        try:
            return grouped_count(super().clean(value), MOST_PEOPLE)
        except ValueError as error:
            raise ValidationError(f"{error} không phải số người; ghi như 1.234, chưa biết thì để trống.") from error


class OutageForm(forms.Form):
    """An outage, with up to eight communes; more come by file."""

    operator = forms.ModelChoiceField(Organisation.objects.none(), label="Doanh nghiệp", error_messages=ONE_OF_LIST)
    reference = forms.CharField(label="Mã sự cố", max_length=60, help_text="Mã mà doanh nghiệp dùng cho sự cố này.")
    service = forms.ChoiceField(choices=Service.choices, label="Dịch vụ", error_messages=ONE_OF_LIST)
    cause = forms.ChoiceField(choices=Outage.Cause.choices, label="Nguyên nhân", error_messages=ONE_OF_LIST)
    began_at = MomentField(label="Bắt đầu")
    ended_at = MomentField(label="Khôi phục", required=False, help_text="Để trống khi chưa khôi phục.")
    remarks = forms.CharField(label="Ghi chú", max_length=300, required=False)

    def __init__(self, *args: Any, operators: list[Organisation], communes: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [row.pk for row in operators]
        self.fields["operator"].queryset = Organisation.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        if len(operators) == 1:
            self.fields["operator"].initial = operators[0].pk
        self.communes = {str(row.pk): row for row in communes}
        choices = [("", "chưa chọn"), *((str(row.pk), str(row)) for row in communes)]
        for k in range(1, MOST_COMMUNES + 1):
            self.fields[f"commune_{k}"] = forms.ChoiceField(
                choices=choices, required=k == 1, label=f"Xã, phường thứ {k}", error_messages=ONE_OF_LIST
            )
            self.fields[f"people_{k}"] = PeopleField(
                required=False, label=f"Số người bị ảnh hưởng ở xã thứ {k}", widget=forms.TextInput({"size": 10})
            )

    def facts(self) -> Iterator[Any]:
        """Give the fields that are not of a commune."""
        return (field for field in self if not field.name.startswith(("commune_", "people_")))

    def places(self) -> Iterator[tuple[Any, Any]]:
        """Give each commune's two fields."""
        return ((self[f"commune_{k}"], self[f"people_{k}"]) for k in range(1, MOST_COMMUNES + 1))

    def clean(self) -> dict[str, Any]:
        """Gather the communes; one stands once."""
        cleaned: dict[str, Any] = super().clean() or {}
        touched: dict[Place, int | None] = {}
        for k in range(1, MOST_COMMUNES + 1):
            commune = self.communes.get(cleaned.pop(f"commune_{k}", "") or "")
            people = cleaned.pop(f"people_{k}", None)
            if commune is None and people is not None:
                self.add_error(f"commune_{k}", "Có số người mà chưa chọn xã, phường.")
            elif commune in touched:
                self.add_error(f"commune_{k}", f"{commune} ghi hai lần.")
            elif commune is not None:
                touched[commune] = people
        return cleaned | {"touched": touched}


class ClosingForm(forms.Form):
    """When service came back."""

    ended_at = MomentField(label="Khôi phục lúc")


class DecisionForm(forms.Form):
    """What an officer says of a beacon's silence."""

    standing = forms.ChoiceField(
        choices=[(s.value, s.label) for s in (Outage.Standing.CONFIRMED, Outage.Standing.DISMISSED)],
        label="Kết luận",
        error_messages=ONE_OF_LIST,
    )
    reason = forms.CharField(label="Lý do", max_length=300, help_text="Đã hỏi ai, thấy gì.")


class OutageFileForm(forms.Form):
    """A table of outages."""

    file = forms.FileField(label="Tệp sự cố", help_text="XLSX hoặc CSV theo tệp mẫu; mỗi dòng một xã của một sự cố.")


class BeaconForm(forms.ModelForm[Beacon]):
    """Where a beacon stands and on whose line."""

    class Meta:
        model = Beacon
        fields: ClassVar = ["name", "commune", "operator", "service", "every_minutes", "missed_beats"]

    def __init__(self, *args: Any, province: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        communes = Place.objects.communes().in_force(timezone.localdate()).filter(province=province)
        self.fields["commune"].queryset = communes.order_by("sort_key")  # type: ignore[attr-defined]
        self.fields["operator"].queryset = Organisation.objects.operators().order_by("name")  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Ask for a name of its own."""
        name = str(self.cleaned_data["name"])
        if Beacon.objects.filter(province=self.instance.province, name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Đã có máy đo tên này.")
        return name
