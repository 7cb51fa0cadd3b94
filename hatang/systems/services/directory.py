"""Who is meant by what a cell says: rows of the registers, communes and organisations, by code or by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import search_key
from hatang.places.models import Place
from hatang.systems.models import Entry

Row = models.Model
SEPARATOR = " · "


class Directory:
    """The rows that the cells of a file may name, read once for each model; rows that the file adds join them."""

    def __init__(self, province: Place, today: date) -> None:
        self.province, self.today = province, today
        self.by_word: dict[type[Row], dict[str, list[Row]]] = {}
        self.by_code: dict[type[Row], dict[str, Entry]] = {}

    def held(self, model: type[Entry]) -> dict[str, Entry]:
        """Give the rows of a kind that the register holds, by code."""
        if model not in self.by_code:
            rows: Any = model._default_manager.filter(province=self.province)
            self.by_code[model] = {row.code: row for row in rows.order_by("pk")}
        return self.by_code[model]

    def add(self, row: Entry) -> None:
        """Let a row that the file adds or changes be named by others."""
        words = self.words(type(row))
        for word in words_of(row):
            others = [other for other in words.get(word, []) if other.pk is None or other.pk != row.pk]
            words[word] = [*others, row]

    def find(self, model: type[Row], text: str) -> Row:
        """Give the row that a cell names. Raises ValidationError where none or several are meant."""
        words = self.words(model)
        code = text.partition(SEPARATOR)[0]
        found = words.get(search_key(text)) or words.get(search_key(code)) or []
        if len(found) == 1:
            return found[0]
        label = model._meta.verbose_name
        if found:
            raise ValidationError(f"Có {len(found)} {label} mang tên “{text[:60]}”: ghi mã.", code="several")
        raise ValidationError(f"Không có {label} “{text[:60]}” trong sổ hay trong tệp.", code="unknown")

    def words(self, model: type[Row]) -> dict[str, list[Row]]:
        """Give the rows of a model by the words for them."""
        if model not in self.by_word:
            words: dict[str, list[Row]] = {}
            for row in self.rows(model):
                for word in words_of(row):
                    words.setdefault(word, []).append(row)
            self.by_word[model] = words
        return self.by_word[model]

    def rows(self, model: type[Row]) -> Iterable[Row]:
        """Read what may be named of a model."""
        if model is Place:
            return Place.objects.communes().filter(province=self.province).in_force(self.today)
        if model is Organisation:
            return Organisation.objects.in_force(self.today).at_work_in(self.province)
        if issubclass(model, Entry):
            return self.held(model).values()
        raise ValueError(model)


def words_of(row: Row) -> set[str]:
    """Give the words by which a row is known, without accents or case."""
    told: tuple[str, ...]
    if isinstance(row, Place):
        told = (row.code, row.name, row.full_name)
    elif isinstance(row, Organisation):
        told = (row.name, row.short_name)
    else:
        told = (row.code, row.name)  # type: ignore[attr-defined]
    return {search_key(word) for word in told if word}
