"""How often hosts are looked at, and which file of samples is brought."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from hatang.systems.models import ProbePlan


class ProbePlanForm(forms.ModelForm[ProbePlan]):
    """Whether and how often."""

    class Meta:
        model = ProbePlan
        fields: ClassVar = ["is_active", "every_hours"]


class LoadFileForm(forms.Form):
    """A file of samples of links."""

    file = forms.FileField(
        label="Tệp tải đường truyền",
        help_text="CSV, XLSX hoặc JSON, mẫu năm phút: mã đường truyền, thời điểm, vào và ra (Mb/s, hoặc bộ đếm SNMP "
        "ifHCInOctets, ifHCOutOctets).",
    )
