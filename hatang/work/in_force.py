"""What dated rows of every register share: when one is in force, that it ends after it began, ranges of its numbers."""

from __future__ import annotations

from datetime import date

from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q


def in_force(on: date, *, begin: str, end: str) -> Q:
    """Build the filter for rows that had begun and not ended on that day."""
    return Q(**{f"{begin}__lte": on}) & not_ended(on, end)


def not_ended(on: date, end: str) -> Q:
    """Build the filter for rows whose end, where known, lies after that day."""
    return Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": on})


def ends_after(begin: str, end: str, name: str) -> models.CheckConstraint:
    """Build the constraint that an end, where known, comes after its beginning."""
    return models.CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{begin}__isnull": True}) | Q(**{f"{end}__gt": F(begin)}),
        name=name,
        violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
    )


def between(least: float, most: float, message: str) -> list[BaseValidator]:
    """Build the validators of a range, with one message that names both ends."""
    return [MinValueValidator(least, message), MaxValueValidator(most, message)]
