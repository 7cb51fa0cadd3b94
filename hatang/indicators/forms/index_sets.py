"""What may be typed about a criterion and about its marks."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from hatang.core.vietnamese import number
from hatang.indicators.forms.figures import NumberField
from hatang.indicators.models import Criterion, Indicator, Mark
from hatang.indicators.scoring import PROPORTION, RULES, STEPS

STEP_SIGN = ";"


class PointsField(NumberField):
    """Points as people here write them, never below none."""

    def to_python(self, value: Any) -> float | None:
        """Read the points."""
        points = super().to_python(value)
        if points is not None and points < 0:
            raise ValidationError("Điểm không thể âm.")
        return points


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, points and rule of a criterion of the province's own set."""

    points = PointsField(label="Điểm tối đa", required=False)
    kind = forms.ChoiceField(label="Cách chấm", required=False, choices=[("", "chưa có"), *RULES.items()])
    least = NumberField(label="Mức được 0 điểm", required=False, help_text="Khi chấm theo tỷ lệ.")
    most = NumberField(label="Mức được đủ điểm", required=False, help_text="Khi chấm theo tỷ lệ.")
    steps = forms.CharField(
        label="Các bậc",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Khi chấm theo bậc: mỗi dòng “mức; điểm”, ví dụ 80; 10.",
    )

    class Meta:
        model = Criterion
        fields = ("name", "points", "indicator", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = self.instance.rule
        self.fields["kind"].initial = rule.get("kind", "")
        self.fields["least"].initial, self.fields["most"].initial = rule.get("least"), rule.get("most")
        steps = rule.get("steps", [])
        self.fields["steps"].initial = "\n".join(f"{number(a, 6)}; {number(b, 6)}" for a, b in steps)
        self.fields["indicator"].queryset = Indicator.objects.order_by("number")  # type: ignore[attr-defined]
        self.fields["name"].required = True

    def clean_steps(self) -> list[list[float]]:
        """Read the lines of levels and points."""
        return [self._step(line) for line in self.cleaned_data["steps"].splitlines() if line.strip()]

    @staticmethod
    def _step(line: str) -> list[float]:
        parts = re.split(STEP_SIGN, line)
        if len(parts) != 2:
            raise ValidationError(f"“{line.strip()}”: viết mức và điểm cách nhau bằng dấu chấm phẩy, ví dụ 80; 10.")
        read = [NumberField(required=True).clean(part) for part in parts]
        return [float(one) for one in read if one is not None]

    def clean(self) -> dict[str, Any]:
        """Put the rule together."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind")
        rule: dict[str, Any] = {"kind": kind} if kind else {}
        if kind == PROPORTION:
            for name in ("least", "most"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, "Chấm theo tỷ lệ cần mức này.")
            rule |= {"least": cleaned.get("least"), "most": cleaned.get("most")}
        if kind == STEPS:
            rule["steps"] = cleaned.get("steps", [])
        self.instance.rule = rule
        return cleaned


class MarkForm(forms.ModelForm):  # type: ignore[type-arg]
    """The province's own points with their evidence, and the ministry's."""

    own_points = PointsField(label="Điểm tự chấm", required=False)
    ministry_points = PointsField(label="Điểm bộ chấm", required=False, help_text="Khi bộ đã gửi kết quả.")
    file = forms.FileField(label="Tệp minh chứng", required=False, help_text="Thay tệp đã có, nếu có.")

    class Meta:
        model = Mark
        fields = ("own_points", "explanation", "ministry_points")
        widgets = {"explanation": forms.Textarea({"rows": 3})}

    @property
    def upload(self) -> UploadedFile | None:
        """The file that came, if one did."""
        found: UploadedFile | None = self.cleaned_data.get("file")
        return found
