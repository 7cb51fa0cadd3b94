"""Fields that clean what people write in a page's form and in a file's cells alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from hatang.core.cells import TableError, as_text, parse_date, parse_moment, parse_number
from hatang.core.vietnamese import search_key

FURTHEST_AHEAD = timedelta(days=366)
ONE_OF_LIST = {"invalid_choice": "Chọn một dòng trong danh sách."}
YES = ("có", "x", "đúng", "1", "yes", "true", "bắt buộc")
NO = ("không", "sai", "0", "no", "false", "không bắt buộc")
YES_KEYS = {search_key(word) for word in YES}
NO_KEYS = {search_key(word) for word in NO}


class TextField(forms.CharField):
    """A text; one that Excel took for a number comes back as it was written."""

    default_error_messages: ClassVar = {"max_length": "Dài %(show_value)s ký tự; tối đa %(limit_value)s."}

    def to_python(self, value: Any) -> str:
        return super().to_python(as_text(value)) or ""


class CodeField(TextField):
    """A code."""

    default_error_messages: ClassVar = {"max_length": "Mã dài %(show_value)s ký tự; tối đa %(limit_value)s."}


class NumberField(forms.FloatField):
    """A number as people here write it, or as Excel holds it."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        try:
            return parse_number(value)
        except TableError as error:
            raise ValidationError(str(error), code="invalid") from error


class CountField(NumberField):
    """A whole number, not below 0."""

    def to_python(self, value: Any) -> int | None:
        number = super().to_python(value)
        if number is not None and (number < 0 or number != int(number)):
            raise ValidationError(f"“{as_text(value)[:40]}” không phải số nguyên từ 0 trở lên.", code="invalid")
        return None if number is None else int(number)


class DayField(forms.DateField):
    """A day as dd/mm/yyyy, or as Excel holds it."""

    widget = forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": "31/12/2025"})

    def to_python(self, value: Any) -> date | None:
        try:
            return parse_date(value)
        except TableError as error:
            raise ValidationError(str(error), code="invalid") from error


class MomentField(forms.CharField):
    """An instant in Viet Nam's time as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"placeholder": "15/03/2026 09:30"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M:%S}" if isinstance(value, datetime) else value

    def clean(self, value: Any) -> datetime | None:  # type: ignore[override]
        text = super().clean(value)
        try:
            instant = parse_moment(text)
        except TableError as error:
            raise ValidationError(str(error)) from error
        return timezone.make_aware(instant) if instant and timezone.is_naive(instant) else instant


def not_far_ahead(day: date) -> None:
    """Refuse a beginning more than a year ahead: nearly always a slip of the year."""
    if day > timezone.localdate() + FURTHEST_AHEAD:
        raise ValidationError(f"Ngày {day:%d/%m/%Y} còn hơn một năm nữa mới tới: kiểm tra lại năm.", code="ahead")


class BeginningField(DayField):
    """The day on which something begins, at most a year ahead."""

    default_validators = [not_far_ahead]


class WordField(forms.TypedChoiceField):
    """One of a list, by its value, its label, or the words after the label's dot, without accents or case.

    >>> WordField(choices=[("A1", "A1 · thông tin di động")]).clean("Thông tin di động")
    'A1'
    """

    default_error_messages: ClassVar = {"invalid_choice": "“%(value)s” không có trong danh sách."}

    def to_python(self, value: Any) -> str:
        text = super().to_python(as_text(value) if value is not None else value)
        return self.by_words.get(search_key(text), text)

    @property
    def by_words(self) -> dict[str, str]:
        """The values by the words for them."""
        named: dict[str, str] = {}
        for value, label in list(self.choices):  # type: ignore[arg-type]
            if value:
                words = (str(value), str(label), str(label).partition(" · ")[2])
                named |= {search_key(word): str(value) for word in words if word}
        return named


def in_words(field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """Make a model field's form field; one with choices takes words. Django passes `field_classes` over for those."""
    if field.choices:
        kwargs["choices_form_class"] = WordField
    return field.formfield(**kwargs)


class YesNoField(forms.NullBooleanField):
    """Yes, no, or not known, by a chosen row or by words."""

    widget = forms.NullBooleanSelect

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]
        if value is None or isinstance(value, bool):
            return value
        words = search_key(as_text(value))
        if words in ("", "unknown"):
            return None
        if words not in YES_KEYS | NO_KEYS:
            raise ValidationError(f"“{as_text(value)[:40]}” không phải có hay không.", code="invalid")
        return words in YES_KEYS

    def validate(self, value: Any) -> None:
        """Accept what was not said."""


class FlagField(forms.BooleanField):
    """A box that is ticked or not, or the words for it in a file."""

    def to_python(self, value: Any) -> bool:
        if isinstance(value, bool) or value is None:
            return bool(value)
        said: bool | None = YesNoField().to_python("có" if value == "on" else value)
        return bool(said)


class FactsForm(forms.ModelForm[Any]):
    """A form whose facts can be wrong between each other; pages and files ask the same `faults_between`."""

    ORDERED: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Pairs of days of which the second comes after the first."""

    @staticmethod
    def faults_between(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Say what is wrong between facts that are right by themselves: at which field, and what."""
        yield from ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for first, last in self.ORDERED:
            keep_order(self, first, last)
        for name, fault in self.faults_between(cleaned):
            self.add_error(name, fault)
        return cleaned


def keep_order(form: forms.BaseForm, first: str, last: str, *, same_day: bool = False) -> None:
    """Say at the later field that it does not come after the earlier, which the model's constraint says of the row."""
    begun, ended = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if begun is None or ended is None or ended > begun or (same_day and ended == begun):
        return
    named = str(form.fields[first].label or first).lower()
    after = "không được trước" if same_day else "phải sau"
    form.add_error(last, f"Ngày {ended:%d/%m/%Y} {after} {named}, {begun:%d/%m/%Y}.")


def choose(form: forms.ModelForm[Any], name: str, rows: Any) -> None:
    """Let a field name only these rows."""
    field: Any = form.fields[name]
    field.queryset = rows
