"""What may be typed about a task's money."""

from __future__ import annotations

from typing import Any

from django import forms

from hatang.indicators.forms import WholeNumberField
from hatang.places.models import Place
from hatang.plans.models import Funding, Plan

AMOUNTS = ("estimate_vnd", "appraised_vnd", "decided_vnd", "spent_vnd")


class VndField(WholeNumberField):
    """Đồng, whole and not negative; blank where nobody knows yet."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False)


class FundingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A line of money of one of a plan's tasks."""

    estimate_vnd = VndField("Dự toán, đồng")
    appraised_vnd = VndField("Thẩm định, đồng")
    decided_vnd = VndField("Được duyệt, đồng")
    spent_vnd = VndField("Đã chi, đồng")

    class Meta:
        model = Funding
        fields = ("task", "year", "source", "commune", "target", *AMOUNTS, "decision", "note")

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "task": plan.tasks.order_by("order"),
            "target": plan.targets.select_related("indicator").order_by("order"),
            "commune": Place.objects.communes().filter(province=plan.province, valid_to=None).order_by("sort_key"),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
