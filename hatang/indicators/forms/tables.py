"""What may be asked of the published table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.accounts.models import Organisation
from hatang.indicators.models import Indicator
from hatang.places.models import Place

AXES = {"noi": "nơi", "nam": "năm", "chi-tieu": "chỉ tiêu", "doanh-nghiep": "doanh nghiệp"}
OPERATOR = "doanh-nghiep"
MEASURES = {"value": "giá trị", "numerator": "tử số", "denominator": "mẫu số"}
LEVELS = ((Place.Kind.COMMUNE.value, "xã, phường"), (Place.Kind.PROVINCE.value, "tỉnh và tỉnh cũ"))
MOST_INDICATORS = 12


class PivotForm(forms.Form):
    """Which figures, along which axes."""

    indicators = forms.ModelMultipleChoiceField(
        Indicator.objects.order_by("number"),
        to_field_name="code",
        label="Chỉ tiêu",
        widget=forms.CheckboxSelectMultiple({"class": "checks"}),
        error_messages={"required": "Chọn ít nhất một chỉ tiêu."},
    )
    years = forms.TypedMultipleChoiceField(
        coerce=int, label="Năm", widget=forms.CheckboxSelectMultiple({"class": "checks checks--short"})
    )
    level = forms.ChoiceField(choices=LEVELS, label="Nơi")
    like = forms.ModelChoiceField(
        Place.objects.none(), required=False, label="So với các xã giống", empty_label="mọi xã, phường"
    )
    operator = forms.ModelChoiceField(
        Organisation.objects.none(),
        required=False,
        label="Theo phiếu của doanh nghiệp",
        empty_label="không: số liệu chung",
        help_text="Số trong phiếu đã duyệt của từng doanh nghiệp. Chỉ Sở và chính doanh nghiệp ấy được xem.",
    )
    rows = forms.ChoiceField(choices=list(AXES.items()), label="Hàng", initial="noi")
    columns = forms.ChoiceField(choices=list(AXES.items()), label="Cột", initial="nam")
    measure = forms.ChoiceField(choices=list(MEASURES.items()), label="Con số", initial="value")

    def __init__(self, *args: Any, years: list[int], communes: Any, operators: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["years"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["like"].queryset = communes  # type: ignore[attr-defined]
        if operators is None:
            del self.fields["operator"]
            for axis in ("rows", "columns"):
                self.fields[axis].choices = [(k, v) for k, v in AXES.items() if k != OPERATOR]  # type: ignore[attr-defined]
        else:
            self.fields["operator"].queryset = operators  # type: ignore[attr-defined]

    def wide(self) -> list[forms.BoundField]:
        """Give the fields that take a line of their own."""
        return [self["indicators"], self["years"]]

    def narrow(self) -> list[forms.BoundField]:
        """Give the fields that stand side by side."""
        return [field for field in self if field.name not in ("indicators", "years")]

    def clean(self) -> dict[str, Any]:
        """Ask for two different axes, and one of what lies on neither."""
        cleaned: dict[str, Any] = super().clean() or {}
        axes = {cleaned.get("rows"), cleaned.get("columns")}
        if len(axes) == 1:
            self.add_error("columns", "Hàng và cột phải khác nhau.")
        indicators, years = cleaned.get("indicators"), cleaned.get("years")
        if indicators is not None and len(indicators) > MOST_INDICATORS:
            self.add_error("indicators", f"Nhiều nhất {MOST_INDICATORS} chỉ tiêu một lần.")
        if indicators is not None and "chi-tieu" not in axes and len(indicators) > 1:
            self.add_error("indicators", "Khi chỉ tiêu không ở hàng hay cột thì chọn một chỉ tiêu.")
        if years and "nam" not in axes and len(years) > 1:
            self.add_error("years", "Khi năm không ở hàng hay cột thì chọn một năm.")
        if "noi" not in axes and not cleaned.get("like") and cleaned.get("level") == Place.Kind.COMMUNE:
            self.add_error("like", "Khi nơi không ở hàng hay cột thì chọn một xã, hoặc xem cấp tỉnh.")
        return cleaned


class SqlForm(forms.Form):
    """A question in SQL."""

    sql = forms.CharField(
        label="Câu hỏi",
        max_length=20_000,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "class": "code"}),
        error_messages={"required": "Viết một câu SELECT."},
    )


class SaveForm(forms.Form):
    """The name under which a view is kept."""

    name = forms.CharField(label="Tên khung nhìn", max_length=120)
    shared = forms.BooleanField(label="Chia sẻ với người phân tích của tỉnh", required=False)

    def clean_name(self) -> str:
        """Ask for more than spaces."""
        name: str = self.cleaned_data["name"].strip()
        if not name:
            raise ValidationError("Đặt tên cho khung nhìn.")
        return name
