"""The list of a kind: searched, filtered, exported in the very columns in which a file may come back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.pages.facts import DECIMALS, label_of, written
from hatang.pages.lists import SIMULATED_LINE, Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.systems.kinds import TABLE, Kind
from hatang.systems.models import VIEW, Entry, EntryState
from hatang.systems.services import may_see
from hatang.systems.services.columns import columns_of
from hatang.systems.views.ways import in_register, may_change, province_of_kind

STATES = {"dang-dung": EntryState.IN_USE, "du-kien": EntryState.PLANNED, "da-ngung": EntryState.ENDED}


def hidden_from(person: Any, province: Place, kind: Kind) -> tuple[str, ...]:
    """Name the fields of a kind that this person may not know."""
    return () if person.has_perm(VIEW, province) else kind.officers_alone


def column_for(kind: Kind, name: str) -> Column:
    """Make the list's column of a field."""
    field: Any = kind.model._meta.get_field(name)
    heading, unit = label_of(field)
    heading = f"{heading}, {unit}" if unit else heading
    if isinstance(field, models.ForeignKey):
        sort = f"{name}__{'sort_key' if field.related_model in (Place, Organisation) else 'name'}"
        return Column(heading, lambda row: written(field, getattr(row, name)) or None, sort)
    if not field.choices and isinstance(field, models.IntegerField | models.FloatField):
        decimals = 0 if isinstance(field, models.IntegerField) else DECIMALS.get(name, 1)
        return Column(heading, lambda row: getattr(row, name), name, number=True, decimals=decimals)
    return Column(heading, lambda row: written(field, getattr(row, name)) or None, name)


def file_cell(row: Entry, name: str) -> Any:
    """Give a field's value as a file brings it."""
    field: Any = row._meta.get_field(name)
    value = getattr(row, name)
    if isinstance(value, Entry | Place):
        return value.code
    if isinstance(value, Organisation):
        return value.short_name or value.name
    if field.choices or isinstance(value, bool):
        return written(field, value)
    return value


class EntryList(LoginRequiredMixin, ListPage):
    """The rows of one kind in a province."""

    template = "systems/entries.html"
    search_fields = ("search_key",)
    default_sort = "name"
    empty_text = "Sổ chưa có dòng nào loại này mà bạn được xem."
    kind: Kind
    province: Place

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.kind = kwargs["kind"]
        self.title = self.kind.plural  # type: ignore[misc]
        self.wide = len(self.kind.shown) > 5  # type: ignore[misc]
        self.today = timezone.localdate()

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_of_kind(request, kwargs["code"], self.kind)
        self.hidden = hidden_from(request.user, self.province, self.kind)
        shown = [name for name in self.kind.shown if name not in self.hidden]
        first: tuple[Column, ...] = (
            Column("Mã", lambda row: row.code, "code", link=lambda row: row.get_absolute_url()),
        )
        if "name" in self.kind.fields:
            first += (Column("Tên", lambda row: row.name, "name", link=lambda row: row.get_absolute_url()),)
        self.columns = (*first, *(column_for(self.kind, name) for name in shown))  # type: ignore[misc]
        return self.narrowed(request)

    def narrowed(self, request: HttpRequest) -> QuerySet[Any]:
        """Apply the filters: state, sort, and the row to which others belong."""
        rows = self.kind.objects.visible_to(request.user).filter(province=self.province)
        state = STATES.get(request.GET.get("tt", ""))
        rows = rows.in_state(state, self.today) if state else rows.there(self.today)
        sort = request.GET.get("loai", "")
        if self.kind.sort and sort in dict(self.sorts()):
            rows = rows.filter(**{self.kind.sort: sort})
        links = [f for f in self.kind.model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
        for link in links:
            if link.name not in self.hidden and (pk := whole_number(request.GET.get(link.name, ""), 14)):
                rows = rows.filter(**{link.name: pk})
        return rows.select_related(*(link.name for link in links if link.name != "province"))

    def sorts(self) -> list[tuple[str, str]]:
        """Give the sorts that the list filters by."""
        field: Any = self.kind.model._meta.get_field(self.kind.sort) if self.kind.sort else None
        return [(str(value), str(label)) for value, label in field.flatchoices] if field else []

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "kinds": [kind for kind in TABLE if may_see(request.user, self.province, kind)],
            "province": self.province,
            "states": [(slug, state.label) for slug, state in STATES.items()],
            "sorts": self.sorts(),
            "chosen": {name: request.GET.get(name, "") for name in ("tt", "loai")},
            "may_change": may_change(request, self.province),
            "crumbs": in_register(self.province, (self.title, "")),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the kind first: by it a file that comes back is known."""
        return f"{self.title} {self.province} {self.today:%Y-%m-%d}"

    def table(self, rows: QuerySet[Any]) -> list[list[Any]]:
        """Give every column of the kind as a file brings it, marked where a row is simulated."""
        columns = [column for column in columns_of(self.kind) if column.name not in self.hidden]
        told = list(rows)
        lines = [[file_cell(row, column.name) for column in columns] for row in told]
        mark = [[SIMULATED_LINE]] if any(row.simulated for row in told) else []
        return [*mark, [column.heading for column in columns], *lines]
