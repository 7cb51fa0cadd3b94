"""What is written about evidence: a file of measurements, a commune's trial, an answer, a decision."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.coverage.models import Verification
from hatang.pages.fields import DayField
from hatang.work.services import KINDS, check_size

WORDS_LONGEST = 4000
MEASUREMENT_KINDS = (".xlsx", ".csv", ".txt")
YES, NO = "co", "khong"


def sized(file: Any, kinds: Any) -> Any:
    """Refuse a file that is too large or of a kind that is not taken."""
    if file is not None:
        check_size(file.size)
        if PurePath(file.name).suffix.lower() not in kinds:
            raise ValidationError(f"Không nhận tệp “{file.name[:80]}”. Các loại nhận: {', '.join(sorted(kinds))}.")
    return file


class MeasurementsForm(forms.Form):
    """A file of measurements."""

    file = forms.FileField(label="Tệp kết quả đo", help_text="Excel (.xlsx) hoặc CSV, tối đa 50.000 dòng.")

    def clean_file(self) -> Any:
        """Take tables alone."""
        return sized(self.cleaned_data["file"], MEASUREMENT_KINDS)


class TrialForm(forms.Form):
    """How a commune tried a service; which one and with what result the pressed button says."""

    on = DayField(label="Thử ngày")
    means = forms.ChoiceField(label="Cách thử", choices=Verification.Means.choices)
    note = forms.CharField(label="Ghi chú", max_length=500, required=False)
    photo = forms.FileField(
        label="Ảnh",
        required=False,
        help_text="Ảnh màn hình đo, ảnh tại chỗ.",
        widget=forms.FileInput({"accept": "image/*"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": timezone.localdate(), "means": Verification.Means.TRIED})
        super().__init__(*args, **kwargs)

    def clean_photo(self) -> Any:
        """Refuse what is too large."""
        photo = self.cleaned_data["photo"]
        if photo is not None:
            check_size(photo.size)
        return photo


class OpeningForm(forms.Form):
    """What an operator is told with the services that it is to verify."""

    words = forms.CharField(
        label="Lời gửi doanh nghiệp",
        max_length=WORDS_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Các mức bằng chứng khác nhau được gửi kèm.",
    )


class WithdrawalForm(forms.Form):
    """Why a request is withdrawn, if somebody says so."""

    words = forms.CharField(max_length=1000, required=False)


class AnswerForm(forms.Form):
    """An operator's answer."""

    said = forms.ChoiceField(
        label="Trả lời",
        choices=[(YES, "Chấp nhận: đúng như Sở nêu"), (NO, "Không chấp nhận")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn chấp nhận hoặc không chấp nhận."},
    )
    words = forms.CharField(
        label="Lý do, bằng chứng",
        max_length=WORDS_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="Phải ghi khi không chấp nhận: kết quả đo, thông số trạm, lịch sự cố …",
    )
    paper = forms.FileField(label="Tệp bằng chứng", required=False, help_text="PDF, DOCX, XLSX, CSV hoặc ảnh.")

    def clean_paper(self) -> Any:
        """Take kinds that are stored."""
        return sized(self.cleaned_data["paper"], KINDS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("said") == NO and not (cleaned.get("words") or "").strip():
            self.add_error("words", "Ghi vì sao không chấp nhận.")
        return cleaned


class DecisionForm(forms.Form):
    """The department's decision."""

    said = forms.ChoiceField(
        label="Kết luận",
        choices=[(YES, "Có phủ"), (NO, "Không phủ")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn có phủ hoặc không phủ."},
    )
    words = forms.CharField(
        label="Lý do của quyết định",
        max_length=WORDS_LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Ghi lý do: doanh nghiệp được đọc."},
    )
