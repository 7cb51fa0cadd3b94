"""What may be typed about old series: which file of which indicator, and which unit a name means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet

from hatang.core.restating import Share
from hatang.indicators.models import Indicator
from hatang.pages.table_files import TableFileField
from hatang.places.models import Place

LONGEST_SOURCE = 300
WEIGHTS = (Share.PEOPLE, Share.AREA)
SKIP = "0"
OWN_CODE = "khac"
OTHERWISE = ((OWN_CODE, "đơn vị khác, theo mã ở ô bên"), (SKIP, "bỏ qua các dòng này"))


@dataclass(frozen=True)
class Question:
    """A unit that the file names and that is not surely one of the register's: which of these is it?"""

    key: str
    name: str
    why: str
    rows: int
    candidates: list[Place]
    answer: str = ""


class WeightForm(forms.Form):
    """By what split units are parted."""

    theo = forms.ChoiceField(
        label="Đơn vị bị chia tính theo", choices=[(kind.value, kind.label) for kind in WEIGHTS], required=False
    )

    def kind(self) -> str:
        """Give the chosen share, people where nothing was chosen."""
        return (self.is_valid() and self.cleaned_data["theo"]) or Share.PEOPLE.value


class OldSeriesForm(forms.Form):
    """A file of figures of former communes."""

    indicator = forms.ModelChoiceField(
        Indicator.objects.none(), to_field_name="code", label="Chỉ tiêu", empty_label="Chọn chỉ tiêu…"
    )
    source = forms.CharField(
        label="Nguồn số liệu", max_length=LONGEST_SOURCE, help_text="Văn bản, báo cáo hoặc niên giám nào."
    )
    file = TableFileField(
        help_text="Excel (.xlsx) hoặc CSV. Các cột: Mã hoặc Tên (kèm Huyện, Tỉnh), Năm, Tử số và Mẫu số "
        "(chỉ tiêu số đếm: Giá trị). Mỗi dòng một xã cũ, một năm.",
    )

    def __init__(self, *args: Any, indicators: QuerySet[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["indicator"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = indicators


class AnswersForm(forms.Form):
    """Which unit each doubtful name means: one that was found, another by its code, or none."""

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self._ask(question)

    def _ask(self, question: Question) -> None:
        """Add the two fields of a question."""
        listed = [(p.code, f"{p.full_name}, {p.parent or ''} ({p.code})") for p in question.candidates]
        choices = [("", "chưa chọn"), *listed, *OTHERWISE]
        other = bool(question.answer) and question.answer not in dict(choices)
        self.fields[f"q-{question.key}"] = forms.ChoiceField(
            label=f"{question.name} là đơn vị nào",
            choices=choices,
            required=False,
            initial=OWN_CODE if other else question.answer,
            widget=forms.Select(attrs={"aria-label": f"{question.name} là đơn vị nào"}),
        )
        self.fields[f"ma-{question.key}"] = forms.CharField(
            label=f"Mã của {question.name}",
            required=False,
            max_length=40,
            initial=question.answer if other else "",
            widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8, "aria-label": f"Mã của {question.name}"}),
        )

    def lines(self) -> list[dict[str, Any]]:
        """Give each question with its fields."""
        return [{"asked": q, "choice": self[f"q-{q.key}"], "code": self[f"ma-{q.key}"]} for q in self.questions]


class ReasonForm(forms.Form):
    """Why a file corrects figures that stand."""

    reason = forms.CharField(
        label="Lý do sửa",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Vì sao số trong tệp đúng hơn số đang có; lý do ở lại với các con số của tệp.",
        error_messages={"required": "Tệp sửa số đang có: ghi lý do sửa."},
    )


def answers_in(data: Any) -> dict[str, str]:
    """Read the answers that were sent, by the questions' keys; which of them mean anything the reading finds out."""
    answers = {}
    for name in data:
        if name.startswith("q-"):
            key, said = name[2:], data.get(name, "")
            answers[key] = data.get(f"ma-{key}", "").strip() if said == OWN_CODE else said
    return answers
