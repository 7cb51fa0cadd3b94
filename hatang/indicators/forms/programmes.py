"""What may be typed about a programme and its beneficiaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from hatang.indicators.forms.figures import SampleSizeField
from hatang.indicators.models import Beneficiaries, Indicator, Programme
from hatang.places.models import Place

MOST_GROUPS = 12


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A programme: what it gives, to which groups, in which years, and which indicator it should move."""

    groups = forms.CharField(
        label="Các nhóm",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Mỗi dòng một nhóm, ví dụ hộ nghèo; hộ cận nghèo. Để trống nếu không chia. Không ghi tên người.",
    )

    class Meta:
        model = Programme
        fields = ("name", "purpose", "counts_what", "groups", "indicator", "legal", "year_from", "year_to")
        widgets = {"purpose": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["groups"] = "\n".join(self.instance.groups)
        self.fields["indicator"].queryset = Indicator.objects.order_by("number")  # type: ignore[attr-defined]

    def clean_groups(self) -> list[str]:
        """Read the lines."""
        groups = [line.strip() for line in self.cleaned_data["groups"].splitlines() if line.strip()]
        if len(set(groups)) < len(groups):
            raise ValidationError("Một nhóm ghi hai lần.")
        if len(groups) > MOST_GROUPS or any(len(group) > 100 for group in groups):
            raise ValidationError(f"Nhiều nhất {MOST_GROUPS} nhóm, tên mỗi nhóm không quá 100 chữ.")
        return groups


class CountsForm(forms.Form):
    """A table of communes to type one group's counts of one year into."""

    def __init__(self, *args: Any, places: list[Place], standing: Mapping[int, Beneficiaries], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        for place in places:
            row = standing.get(place.pk)
            for name, label in (("eligible", "số thuộc diện"), ("reached", "số đã được hưởng")):
                attrs = {"inputmode": "numeric", "size": 10, "aria-label": f"{place}, {label}"}
                self.fields[f"{place.pk}-{name}"] = SampleSizeField(
                    label=f"{place}, {label}",
                    required=False,
                    initial=getattr(row, name) if row else None,
                    widget=forms.TextInput(attrs=attrs),
                )

    def clean(self) -> dict[str, Any]:
        """Ask for both numbers in their order: who was reached is among those who are due."""
        cleaned: dict[str, Any] = super().clean() or {}
        for place in self.places:
            due, got = (cleaned.get(f"{place.pk}-{name}") for name in ("eligible", "reached"))
            if due is not None and got is None and f"{place.pk}-reached" not in self.errors:
                self.add_error(f"{place.pk}-reached", "Ghi cả số đã được hưởng, có thể là 0.")
            if due is not None and got is not None and got > due:
                self.add_error(f"{place.pk}-reached", "Nhiều hơn số thuộc diện.")
        return cleaned

    def lines(self) -> Iterator[tuple[Place, list[BoundField]]]:
        """Give each commune with its cells."""
        for place in self.places:
            yield place, [self[f"{place.pk}-{name}"] for name in ("eligible", "reached")]

    def typed(self) -> Iterator[tuple[Place, int | None, int | None]]:
        """Give the communes whose cells were changed, with what stands in them now."""
        for place in self.places:
            names = [f"{place.pk}-{name}" for name in ("eligible", "reached")]
            if set(names) & set(self.changed_data):
                due, got = (self.cleaned_data[name] for name in names)
                yield place, None if due is None else int(due), None if got is None else int(got)
