"""What is exported: a table for each kind of the register, its columns those of the form that cleans its facts.

So whatever is exported can be uploaded again, and a new kind or field is exported without a line here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.gis.db.models import LineStringField
from django.db import models

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day
from hatang.network.audience import FIELDS, PARTIES, Audience
from hatang.network.forms import CellForm, StationForm, TenancyForm
from hatang.network.kinds import TABLE, Kind
from hatang.network.models import SHAREABLE, Cell, LifeState, PointThing, Station, Tenancy, Thing
from hatang.network.services.as_of import ServiceState
from hatang.places.models import Place

EXACT, ROUNDED = "exact", "rounded"
COORDINATES = ((EXACT, "như trong sổ"), (ROUNDED, "làm tròn đến 0,01 độ, khoảng 1 km"))
ROUGH_DECIMALS = 2
YES, NO = "có", "không"


@dataclass(frozen=True)
class Link:
    """What a column tells of the row that a link names: the link, the row's model and the field."""

    name: str
    model: type[models.Model]
    field: str


@dataclass(frozen=True)
class Column:
    """One column: its identifier (the field's name) and Vietnamese heading, and what its values are.

    `kind` is text, number, whole, day, yes_no, choice, organisation, place, code or line; `source` is what
    the database is asked for; `field` is the row of `FIELDS` that says who may see it, nothing for what all may see;
    `tells` are links of which the first that is set is told.
    """

    name: str
    label: str
    kind: str
    source: str
    field: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    tells: tuple[Link, ...] = ()
    permission: str = ""
    """What its reader must hold besides, if anything."""

    @property
    def heading(self) -> str:
        """The label as a heading."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def audiences(self) -> frozenset[Audience]:
        """Who may see it."""
        return FIELDS.get(self.field, PARTIES) if self.field else frozenset(Audience)

    @property
    def places(self) -> bool:
        """Whether it says where a thing is, so that a map format has it as geometry."""
        return self.name in ("lon", "lat", "path")

    @cached_property
    def words(self) -> dict[str, str]:
        """The words for each value of a choice."""
        return dict(self.choices)

    @property
    def worded(self) -> bool:
        """Whether people read its values in other words than those that are kept."""
        return self.kind in ("choice", "yes_no", "line")

    def hidden(self, value: Any) -> Any:
        """Give what stands for a value that is not for the person: a point to about a kilometre, otherwise nothing."""
        if self.name in ("lon", "lat"):
            return round(value, ROUGH_DECIMALS)
        return ROUNDED if self.name == "coordinates" else None

    def read(self, value: Any) -> Any:
        """Give the value words or figures as people read and upload them; days and numbers stay what they are."""
        if value is None or value == "":
            return None
        if self.kind == "yes_no":
            return YES if value else NO
        if self.kind == "line":
            return value.wkt
        return self.words.get(value, value) if self.kind == "choice" else value

    def said(self, value: Any) -> str:
        """Give a value as text."""
        told = self.read(value)
        if told is None:
            return ""
        return day(told) if isinstance(told, date) else str(told)


KINDS_OF_FIELD: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.DateField, "day"),
    (models.BooleanField, "yes_no"),
    (models.FloatField, "number"),
    (models.IntegerField, "whole"),
    (LineStringField, "line"),
)


def column_of(model: type[models.Model], name: str) -> Column:
    """Describe a field of a model."""
    field: Any = model._meta.get_field(name)
    facts: dict[str, Any] = {"name": name, "label": str(field.verbose_name), "source": name}
    facts["field"] = "point" if name in ("lon", "lat") else name
    if isinstance(field, models.ForeignKey):
        return linked(field, facts)
    if field.choices:
        return Column(**facts, kind="choice", choices=tuple((str(key), str(words)) for key, words in field.choices))
    return Column(**facts, kind=next((kind for made, kind in KINDS_OF_FIELD if isinstance(field, made)), "text"))


def linked(field: models.ForeignKey[Any, Any], facts: dict[str, Any]) -> Column:
    """Describe a link: to an organisation by its short name, to a commune or another row by its code."""
    target: Any = field.related_model
    if target in (Organisation, Place):
        commune = field.name == "commune"
        kind = "organisation" if target is Organisation else "code" if commune else "place"
        return Column(**facts | {"source": field.attname}, kind=kind)
    return Column(**facts | {"source": f"code_of_{field.name}"}, kind="text", tells=(Link(field.name, target, "code"),))


@dataclass(frozen=True)
class Table:
    """A kind of the register as it is exported: its rows, columns and geometry ("point", "path" or none)."""

    slug: str
    key: str
    title: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    geometry: str = ""
    sort: str = ""
    """The field that tells sorts apart on a map."""
    permission: str = "network.view_thing"

    @cached_property
    def links(self) -> tuple[Column, ...]:
        """The columns that tell of other rows."""
        return tuple(column for column in self.columns if column.tells)

    @cached_property
    def named(self) -> dict[str, int]:
        """Where each column stands in a row."""
        return {column.name: at for at, column in enumerate(self.columns)}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The Vietnamese names of the columns that are no geometry."""
        return {column.name: column.heading for column in self.attributes}

    @property
    def attributes(self) -> tuple[Column, ...]:
        """The columns that are no geometry, for map formats."""
        return tuple(column for column in self.columns if not (self.geometry and column.places))


def helping(model: type[models.Model], name: str) -> tuple[Column, ...]:
    """Describe what tells apart two rows of one code that a field may name: whose it is, and a station's technology."""
    field: Any = model._meta.get_field(name)
    target = field.related_model if isinstance(field, models.ForeignKey) else None
    if target is Station:
        return station_columns(model)
    if model is Tenancy or target is None or not issubclass(target, Thing):
        return ()
    whose = Link(name, target, "owner")
    label = f"chủ sở hữu {target._meta.verbose_name}"
    return (Column(f"{name}_owner", label, "organisation", f"owner_of_{name}", name, tells=(whose,)),)


def station_columns(model: type[models.Model]) -> tuple[Column, ...]:
    """Describe what tells the station of a cell or of a tenancy from others of its code."""
    technology = Link("station", Station, "technology")
    told = Column("station_technology", "công nghệ của trạm", "text", "technology_of_station", tells=(technology,))
    if model is Cell:
        operator = (Link("station", Station, "operator"),)
        return (told, Column("station_operator", "doanh nghiệp", "organisation", "operator_of_station", tells=operator))
    owners = tuple(Link(made.KEY, made, "owner") for made in SHAREABLE)
    runs = (*owners, Link("station", Station, "operator"))
    return (told, Column("thing_owner", "chủ sở hữu công trình", "organisation", "owner_of_thing", tells=runs))


def with_helping(model: type[models.Model], names: list[str]) -> tuple[Column, ...]:
    """Describe a form's fields, each followed by what helps it."""
    return tuple(column for name in names for column in (column_of(model, name), *helping(model, name)))


def last_columns(states: type[models.TextChoices]) -> tuple[Column, ...]:
    """Describe what every row ends with: its state on the day, its mark, its number in the register."""
    told = tuple((str(key), str(words)) for key, words in states.choices)
    return (
        Column("state", "trạng thái", "choice", "state", choices=told),
        Column("simulated", "dữ liệu mô phỏng", "yes_no", "simulated"),
        Column("id", "số trong sổ", "whole", "id"),
    )


def thing_table(kind: Kind) -> Table:
    """Describe the export of a kind of things."""
    fields: list[str] = kind.form.Meta.fields  # type: ignore[attr-defined]
    more = [Column("commune_name", "tên xã, phường", "place", "commune_id", "commune")]
    if issubclass(kind.model, PointThing):
        more.append(Column("coordinates", "tọa độ ghi", "choice", "lon", "point", COORDINATES))
    else:
        more.append(column_of(kind.model, "length_km"))
    columns = (*with_helping(kind.model, fields), *more, *last_columns(LifeState))
    return Table(kind.slug, kind.key, kind.plural, kind.model, columns, kind.geometry, kind.sort)


def service_table(slug: str, key: str, title: str, model: type[models.Model], fields: list[str]) -> Table:
    """Describe the export of services: who sees such a row sees all of it, but a price who may see prices."""
    known = {"price_vnd": "network.view_request"}
    columns = tuple(
        replace(column, field="", permission=known.get(column.name, "")) for column in with_helping(model, fields)
    )
    return Table(slug, key, title, model, (*columns, *last_columns(ServiceState)), permission="network.view_station")


SERVICES = (
    service_table("tram", "station", "Trạm thu phát sóng", Station, StationForm.Meta.fields),
    service_table("o", "cell", "Ô phát sóng (cell)", Cell, CellForm.Meta.fields),
    service_table("dung-chung", "tenancy", "Dùng chung", Tenancy, TenancyForm.Meta.fields),
)
TABLES: dict[str, Table] = {table.slug: table for table in (*map(thing_table, TABLE), *SERVICES)}
ALL = "tat-ca"
"""The address of all tables together."""
