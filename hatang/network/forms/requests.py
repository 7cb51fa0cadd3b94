"""What may be written in a sharing request, in its steps, and in the terms of a tenancy."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import number
from hatang.network.models import Ground, SharingRequest, Tenancy
from hatang.network.request_acts import Act
from hatang.pages.fields import ONE_OF_LIST, BeginningField, CountField, DayField, NumberField, choose
from hatang.work.services import KINDS, check_size

THOUSANDS = re.compile(r"\s*\d{1,3}(\.\d{3})+\s*")
MOST_FILES = 5
WORDS_LONGEST = 4000
ONLY_FOR = {
    "mast": {"height_m", "load_kg"},
    "house": {"area_m2", "load_kg"},
    "underground": {"shared_km"},
    "pole_line": {"shared_km", "load_kg"},
    "cable": {"shared_km"},
}
AMOUNTS = {
    "mast": "số chỗ lắp cần",
    "house": "số chỗ lắp cần",
    "underground": "số ống cần",
    "pole_line": "số chỗ treo cần",
    "cable": "số sợi cần",
}
NEEDS = {
    "mast": ("antenna", "equipment", "other"),
    "house": ("equipment", "antenna", "other"),
    "underground": ("duct", "other"),
    "pole_line": ("hang", "other"),
    "cable": ("fibre", "other"),
}
ON_STATION = "Trên trạm: dùng chung mạng truy nhập vô tuyến hoặc chuyển vùng trong nước."
TOPICS = (("price", "giá"), ("terms", "điều khoản khác"), ("both", "giá và điều khoản khác"))
LEVELS = (("committee", "UBND tỉnh"), ("ministry", "Bộ Khoa học và Công nghệ (Cục Viễn thông)"))


class MoneyField(CountField):
    """An amount of đồng: typed on a page, a dot in it can only part thousands.

    >>> MoneyField().clean("3.000.000")
    3000000
    """

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and THOUSANDS.fullmatch(value.strip()):
            value = value.replace(".", "")
        return super().to_python(value)


class FilesInput(forms.FileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some papers, at most five, none above the installation's limit."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = [super(FilesField, self).clean(file, initial) for file in data or ()]
        if len(files) > MOST_FILES:
            raise ValidationError(f"Có {len(files)} tệp; mỗi bước nhận tối đa {MOST_FILES} tệp.")
        for file in files:
            check_size(file.size)
            check_kind(file.name)
        return files


def check_kind(name: str) -> None:
    """Refuse a paper of a kind that is not stored, before any of its neighbours is."""
    if PurePath(name).suffix.lower() not in KINDS:
        raise ValidationError(f"Không nhận tệp “{name[:80]}”. Các loại nhận: {', '.join(sorted(KINDS))}.")


def papers() -> FilesField:
    """Make the field for a step's papers."""
    kinds = "PDF, DOCX, XLSX hoặc ảnh"
    return FilesField(label="Văn bản kèm theo", required=False, help_text=f"{kinds}; tối đa {MOST_FILES} tệp.")


class RequestForm(forms.ModelForm[SharingRequest]):
    """A request for a thing: only what bears on its kind is asked."""

    class Meta:
        model = SharingRequest
        fields: ClassVar = [
            "need",
            "amount",
            "shared_km",
            "height_m",
            "load_kg",
            "area_m2",
            "technical",
            "start_on",
            "term_months",
            "survey_needed",
            "purpose",
            "letter",
        ]
        field_classes: ClassVar = {
            "start_on": BeginningField,
            "amount": CountField,
            "term_months": CountField,
            **dict.fromkeys(("shared_km", "height_m", "load_kg", "area_m2"), NumberField),
        }
        localized_fields: ClassVar = ["shared_km", "height_m", "load_kg", "area_m2"]
        widgets: ClassVar = {"technical": forms.Textarea({"rows": 4}), "purpose": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, thing: Any, requesters: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set().union(*ONLY_FOR.values()) - ONLY_FOR[thing.KEY]:
            del self.fields[name]
        self.fields["amount"].label = AMOUNTS[thing.KEY]
        needs = NEEDS[thing.KEY]
        self.fields["need"].choices = [c for c in SharingRequest.Need.choices if c[0] in needs]  # type: ignore[attr-defined]
        if len(requesters) > 1:
            self.fields["requester"] = forms.TypedChoiceField(
                label="Bên đề nghị",
                choices=[(row.pk, str(row)) for row in requesters],
                coerce=lambda pk: next(row for row in requesters if str(row.pk) == str(pk)),
            )
        self.fields["papers"] = papers()

    def clean_amount(self) -> int | None:
        """Refuse a need of nothing; one above what is free may lead to an upgrade."""
        amount: int | None = self.cleaned_data["amount"]
        if amount == 0:
            raise ValidationError("Số cần dùng phải từ 1; để trống nếu chưa biết.")
        return amount

    def clean_start_on(self) -> Any:
        """Refuse a use that would have begun before it was asked for."""
        day = self.cleaned_data["start_on"]
        if day < timezone.localdate():
            raise ValidationError(f"Ngày {day:%d/%m/%Y} đã qua: ghi từ hôm nay trở đi.")
        return day


class StepForm(forms.Form):
    """What one step asks: its words, its papers, and what the table of acts names besides."""

    def __init__(self, *args: Any, act: Act, most_days: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in act.asks:
            if name in ASKED:
                self.fields[name] = ASKED[name](most_days)
        self.fields["words"] = forms.CharField(
            label=act.words_label,
            required=act.words_needed,
            max_length=WORDS_LONGEST,
            widget=forms.Textarea({"rows": 5}),
        )
        self.fields["papers"] = papers()

    def details(self) -> dict[str, str]:
        """Give what was answered besides the words, by its label, as people read it."""
        answers: dict[str, str] = {}
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name not in ("words", "papers", "ground") and value not in (None, ""):
                named = dict(getattr(field, "choices", ()))
                written = number(value) if isinstance(value, int) else str(value)
                answers[str(field.label)] = str(named.get(value, written))
        return answers


def days_field(most: int) -> forms.Field:
    """Ask by how many days a term is extended."""
    return CountField(
        label="Gia hạn thêm, ngày",
        min_value=1,
        max_value=most,
        error_messages={
            "min_value": "Gia hạn ít nhất 1 ngày.",
            "max_value": f"Tỉnh cho gia hạn nhiều nhất {most} ngày.",
        },
        help_text=f"Nhiều nhất {most} ngày, theo quy định của tỉnh.",
    )


def choice_field(label: str, choices: Any) -> forms.Field:
    """Ask for one of a few."""
    return forms.ChoiceField(label=label, choices=[("", "chọn một dòng"), *choices])


ASKED: dict[str, Any] = {
    "days": days_field,
    "ground": lambda most: choice_field("Căn cứ", Ground.choices),
    "scope": lambda most: forms.CharField(label="Phạm vi nâng cấp", max_length=500),
    "duration": lambda most: forms.CharField(label="Thời gian thực hiện", max_length=200),
    "cost_vnd": lambda most: MoneyField(label="Chi phí, đồng"),
    "topic": lambda most: choice_field("Chưa thống nhất về", TOPICS),
    "level": lambda most: choice_field("Chuyển tới", LEVELS),
}


class TermsForm(forms.ModelForm[Tenancy]):
    """The terms of a tenancy: since, until, how much, at what price, by which contract.

    `free` is how much may be taken at most, None where the register does not know.
    """

    class Meta:
        model = Tenancy
        fields: ClassVar = ["since_on", "until_on", "amount", "shared_km", "price_vnd", "contract"]
        field_classes: ClassVar = {
            "since_on": BeginningField,
            "until_on": DayField,
            "amount": CountField,
            "shared_km": NumberField,
            "price_vnd": MoneyField,
        }
        localized_fields: ClassVar = ["shared_km", "price_vnd"]
        help_texts: ClassVar = {"until_on": "Ngày đầu tiên không còn dùng; để trống nếu không thời hạn."}

    def __init__(
        self, *args: Any, free: int | None, length_km: float | None, contract: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.free, self.length_km = free, length_km
        self.fields["price_vnd"].required = self.fields["contract"].required = contract
        if length_km is None:
            del self.fields["shared_km"]
        if free is not None:
            self.fields["amount"].required = True
            self.fields["amount"].help_text = f"Còn trống {number(free)}."

    def clean_amount(self) -> int | None:
        """Refuse nothing, and more than is free."""
        amount: int | None = self.cleaned_data["amount"]
        if amount == 0:
            raise ValidationError("Ghi từ 1 trở lên.")
        if amount is not None and self.free is not None and amount > self.free:
            said = f"Chỉ còn trống {number(self.free)}, ít hơn {number(amount)}."
            raise ValidationError(f"{said} Nếu đã nâng cấp, sửa phần còn trống của công trình trước.")
        return amount

    def clean_shared_km(self) -> float | None:
        """Refuse a stretch longer than the line."""
        shared_km: float | None = self.cleaned_data["shared_km"]
        if shared_km is not None and self.length_km is not None and not 0 < shared_km <= self.length_km:
            raise ValidationError(
                f"Tuyến dài {number(self.length_km, 2)} km: ghi từ trên 0 đến {number(self.length_km, 2)}."
            )
        return shared_km

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since_on"), cleaned.get("until_on")
        if since and until and until <= since:
            self.add_error("until_on", "Ngày kết thúc phải sau ngày bắt đầu.")
        return cleaned


class NewTenancyForm(TermsForm):
    """A tenancy that was agreed outside: the terms, and who uses the thing; on a station also how."""

    class Meta(TermsForm.Meta):
        fields: ClassVar = ["tenant", "mode", *TermsForm.Meta.fields]
        error_messages: ClassVar = {"mode": {"invalid_choice": ON_STATION}, "tenant": ONE_OF_LIST}

    def __init__(self, *args: Any, tenants: Any, station: bool, **kwargs: Any) -> None:
        super().__init__(*args, contract=False, **kwargs)
        choose(self, "tenant", tenants)
        modes: Any = self.fields["mode"]
        modes.choices = [c for c in Tenancy.Mode.choices if (c[0] == Tenancy.Mode.PASSIVE) is not station]
        modes.initial = modes.choices[0][0]
        if station:
            del self.fields["amount"]
        else:
            del self.fields["mode"]


class EndTenancyForm(forms.Form):
    """The day from which a tenancy no longer holds."""

    until_on = DayField(label="Chấm dứt từ ngày", help_text="Ngày đầu tiên không còn dùng.")

    def __init__(self, *args: Any, tenancy: Tenancy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenancy = tenancy

    def clean_until_on(self) -> Any:
        """Refuse an end that does not come after the beginning."""
        day = self.cleaned_data["until_on"]
        if day <= self.tenancy.since_on:
            raise ValidationError(f"Phải sau ngày bắt đầu {self.tenancy.since_on:%d/%m/%Y}.")
        return day
