"""What may be typed about a task."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.pages.amounts import AmountField
from hatang.pages.widgets import DateInput
from hatang.plans.forms.parties import body_label
from hatang.plans.models import Task


class BodyField(forms.ModelChoiceField[Organisation]):
    """A choice of bodies in which one that is gone says so."""

    def label_from_instance(self, obj: Organisation) -> str:
        return body_label(obj)


class ProgressForm(forms.ModelForm[Task]):
    """What the body that leads a task reports about it."""

    class Meta:
        model = Task
        fields: tuple[str, ...] = (
            "state",
            "progress_text",
            "obstacle_text",
            "estimate_vnd",
            "spent_vnd",
            "funding_source",
        )
        field_classes: dict[str, type[forms.Field]] = {"estimate_vnd": AmountField, "spent_vnd": AmountField}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "progress_text": forms.Textarea(attrs={"rows": 4}),
            "obstacle_text": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self) -> dict[str, Any]:
        """A task that is stopped needs its reason."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("state") == Task.State.STOPPED and not cleaned.get("obstacle_text"):
            self.add_error("obstacle_text", "Nhiệm vụ dừng thì ghi lý do ở đây.")
        return cleaned


class TaskForm(ProgressForm):
    """What an officer of the plan may set besides: who leads, by when."""

    class Meta(ProgressForm.Meta):
        fields = ("lead", "due_on", *ProgressForm.Meta.fields)
        field_classes = {**ProgressForm.Meta.field_classes, "lead": BodyField}
        widgets = {**ProgressForm.Meta.widgets, "due_on": DateInput}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(BodyField, self.fields["lead"]).queryset = _possible_leads(self.instance)


def _possible_leads(task: Task) -> QuerySet[Organisation]:
    """Give the bodies of today's province, operators, and who leads already."""
    today = Organisation.objects.in_force(timezone.localdate())
    here = Q(pk__in=today.filter(Q(province_id=task.plan.province_id) | Q(kind=Organisation.Kind.OPERATOR)))
    return Organisation.objects.filter(here | Q(pk=task.lead_id)).order_by("sort_key")
