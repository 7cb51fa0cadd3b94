"""A field of several rows chosen by their keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.pages.lists import whole_number

LONGEST_KEY = 18


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows; a key that no row can have is not in the list, instead of more than the database can compare."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if whole_number(str(key), LONGEST_KEY) is None:
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": str(key)[:40]})
        return super().clean(value)
