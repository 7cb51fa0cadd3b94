"""The layouts of register files: what a sheet may hold, each column tied to the form's field that cleans it.

All follows from the ModelForms: heading = the field's label, help = its help text, drop-down = its choices. A new kind
of thing has its layout by standing in `kinds.TABLE`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db import models

from hatang.accounts.models import Organisation
from hatang.core.cells import RIGHT_DATE, Cell
from hatang.core.vietnamese import search_key
from hatang.network.forms import CellForm, CodeField, MastForm, StationForm, TenancyForm
from hatang.network.kinds import TABLE
from hatang.network.models import Cell as CellModel
from hatang.network.models import Mast, Station, Tenancy, Thing
from hatang.pages.fields import CountField, DayField, FactsForm, FlagField, NumberField, YesNoField
from hatang.pages.widgets import ShapeField
from hatang.places.models import Place

RIGHT_POINT = "Độ thập phân WGS 84, ví dụ 106,7612 và 21,8534; độ phút giây; hoặc mét VN-2000 khi đã chọn múi chiếu."
RIGHT_PATH = (
    "Viết “kinh độ vĩ độ; kinh độ vĩ độ; …”, ví dụ 106,70 21,80; 106,71 21,81; hoặc WKT LINESTRING; "
    "hoặc ghi tọa độ đầu, cuối."
)
RIGHT_COMMUNE = "Mã 5 chữ số hiện hành hoặc tên, xem trang “Mã xã” của tệp mẫu; để trống thì tìm theo tọa độ."
RIGHT_YES = "Viết có hoặc không."
RIGHT_FLAG = "Viết có với dữ liệu mô phỏng; để trống với số liệu thật."
SHAPE = "path"
ENDS = ("lon_from", "lat_from", "lon_to", "lat_to")
PLACING = ("position", *ENDS)
MARK = "simulated"
GUIDES = (GUIDE, COMMUNES, NAMES, LISTS) = ("Hướng dẫn", "Mã xã", "Tổ chức", "Danh mục")
"""Sheets of the template that hold no data."""
FURTHER: Mapping[str, tuple[str, ...]] = {
    "lon": ("longitude", "lon", "long", "lng", "kinh tuyến", "y (đông)", "tọa độ y", "x"),
    "lat": ("latitude", "lat", "vĩ tuyến", "x (bắc)", "tọa độ x", "y"),
    "commune": ("mã xã", "mã xã, phường", "xã phường", "xã", "phường", "mã xã (phường)"),
    "owner": ("chủ", "đơn vị sở hữu", "tổ chức sở hữu"),
    "operator": ("nhà mạng", "doanh nghiệp viễn thông", "đơn vị quản lý", "đơn vị khai thác"),
    "height_m": ("chiều cao", "độ cao"),
    "area_m2": ("diện tích",),
    "pole_height_m": ("chiều cao cột",),
    "capacity_gbps": ("dung lượng",),
    "azimuth_deg": ("góc phương vị", "azimuth", "phương vị"),
    "frequency_mhz": ("tần số",),
    "bandwidth_mhz": ("độ rộng băng",),
    "power_dbm": ("công suất", "công suất phát"),
    "technology": ("thế hệ", "technology"),
    "band": ("band",),
    "built_on": ("ngày dựng cột", "ngày xây dựng", "đưa vào sử dụng", "ngày hoàn thành"),
    "on_air_on": ("ngày lên sóng",),
    "off_air_on": ("ngày tắt sóng",),
    "address": ("địa chỉ", "vị trí"),
    "path": ("geometry", "wkt", "hình", "hình học", "tọa độ tuyến"),
    "capacity": ("sức chứa",),
    "spare": ("còn trống", "phần còn trống"),
    "price_vnd": ("giá thuê", "giá"),
    "contract": ("hợp đồng",),
    "remarks": ("chú thích",),
    "hazards": ("loại thiên tai",),
}
"""Headings by which a column is known besides its label."""


@dataclass(frozen=True)
class Part:
    """One thing that a row tells of: its model, form, and what a person calls one.

    Where a thing `gathers` several rows, their cells together describe it, and an empty cell says nothing.
    """

    model: type[models.Model]
    form: type[FactsForm]
    noun: str
    gathers: bool = False

    @cached_property
    def key_fields(self) -> tuple[str, ...]:
        """The fields that tell one from another."""
        if self.model is Tenancy:
            return ("tenant", "since_on")
        unique = (c for c in self.model._meta.constraints if isinstance(c, models.UniqueConstraint))
        return tuple(next(unique).fields)

    @property
    def party(self) -> str:
        """The field of the organisation that answers for it; the uploading operator's where nothing is written."""
        names = {"owner", "operator"} & set(self.key_fields)
        return next(iter(names), "")


@dataclass(frozen=True)
class Column:
    """A column: its heading, the field that it fills, and what would be right.

    `name` is a field of the part's form; or a word that helps another column: `cable__owner` tells whose cable is
    meant, `position` holds both coordinates, `lon_from` … the ends of a line, `simulated` the mark.
    """

    key: str
    part: int
    name: str
    heading: str
    right: str
    also: tuple[str, ...] = ()
    example: Cell = None
    always: bool = False
    help: str = ""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The headings by which the column is known, without accents."""
        return tuple(dict.fromkeys(search_key(text) for text in (self.heading, *self.also)))

    @property
    def helps(self) -> bool:
        """Whether the column fills no field of its own."""
        return "__" in self.name or self.name in (*PLACING, MARK)


@dataclass(frozen=True, eq=False)
class Layout:
    """What a sheet may hold: the parts of a row and its columns; `splits` is a column that may name several.

    Each is there once and tells itself apart: hashed by its columns it would cost the check of every row.
    """

    slug: str
    title: str
    parts: tuple[Part, ...]
    columns: tuple[Column, ...]
    splits: str = ""

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """The columns by their key."""
        return {column.key: column for column in self.columns}

    @cached_property
    def by_name(self) -> dict[tuple[int, str], Column]:
        """The columns by their part and field."""
        return {(column.part, column.name): column for column in self.columns}

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        """The columns by every heading, without accents; a label goes before another column's further heading."""
        named = {key: column for column in reversed(self.columns) for key in column.keys[1:]}
        return named | {column.keys[0]: column for column in self.columns}

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Every heading that is known."""
        return tuple(text for column in self.columns for text in (column.heading, *column.also))

    def named(self, part: int, name: str) -> Column | None:
        """Give the column of a part's field."""
        return self.by_name.get((part, name))

    def form_field(self, column: Column) -> forms.Field | None:
        """Give the field that cleans the column's cells; None where they are read in another way."""
        if column.helps:
            return None
        field: forms.Field = self.parts[column.part].form.base_fields[column.name]
        return field

    def model_field(self, column: Column) -> models.Field[Any, Any]:
        """Give the field in which the value is kept."""
        return self.parts[column.part].model._meta.get_field(column.name)  # type: ignore[return-value]

    def target(self, column: Column) -> type[models.Model] | None:
        """Give the model of the row that a cell names, None where the cell is a value itself."""
        if column.helps:
            return None
        field = self.model_field(column)
        return field.related_model if isinstance(field, models.ForeignKey) else None  # type: ignore[return-value]

    def needed(self, column: Column, *, operator_known: bool) -> bool:
        """Tell whether a sheet without the column cannot be understood."""
        part = self.parts[column.part]
        asked = column.name == part.party and not operator_known and not (part.gathers and len(self.parts) > 1)
        return column.always or asked


# What is right in a cell


def labels_of(field: forms.Field) -> list[str]:
    """Give what may be chosen in a field of words."""
    choices = field.choices if isinstance(field, forms.TypedChoiceField) else ()
    return [str(label) for value, label in choices if value]  # type: ignore[union-attr]


def right_of(field: forms.Field, model_field: models.Field[Any, Any]) -> str:
    """Say what a cell of a field may hold."""
    if isinstance(model_field, models.ForeignKey):
        return right_reference(model_field)
    if choices := labels_of(field):
        return f"Một trong: {'; '.join(choices)}."
    rights: tuple[tuple[type[forms.Field], str], ...] = (
        (ShapeField, RIGHT_PATH),
        (DayField, RIGHT_DATE),
        (YesNoField, RIGHT_YES),
        (FlagField, RIGHT_YES),
        (CountField, "Số nguyên từ 0 trở lên."),
        (NumberField, "Viết số, ví dụ 12,5; chưa biết thì để trống."),
    )
    if model_field.name in ("lon", "lat"):
        return RIGHT_POINT
    named = next((right for kind, right in rights if isinstance(field, kind)), "")
    return named or f"Tối đa {model_field.max_length} ký tự."


def right_reference(model_field: models.ForeignKey[Any, Any]) -> str:
    """Say how to name the row that a cell means."""
    target: Any = model_field.related_model
    if target is Organisation:
        return "Tên hoặc tên ngắn của tổ chức."
    if target is Place:
        return RIGHT_COMMUNE if model_field.name == "commune" else "Tên hoặc mã của khu, cụm."
    return f"Mã của {target._meta.verbose_name}, có trong sổ hoặc trong cùng tệp."


EXAMPLES: Mapping[type[forms.Field], Cell] = {
    CountField: 3,
    NumberField: 45,
    DayField: "01/03/2020",
    YesNoField: "có",
    FlagField: "không",
    CodeField: "LS-0001",
}


def example_of(field: forms.Field, name: str) -> Cell:
    """Give a cell as it may be written."""
    if name in ("lon", "lat"):
        return 106.7612 if name == "lon" else 21.8534
    if choices := labels_of(field):
        return choices[0]
    if isinstance(field, ShapeField):
        return "106,70 21,80; 106,71 21,81"
    return next((cell for kind, cell in EXAMPLES.items() if isinstance(field, kind)), None)


# From forms to columns


def column_of(part: Part, name: str, position: int = 0) -> Column:
    """Make the column of one field of a form."""
    field = part.form.base_fields[name]
    model_field: Any = part.model._meta.get_field(name)
    also = FURTHER.get(name, ())
    if name == "code":
        also = (*also, f"mã {part.model._meta.verbose_name}", f"mã {part.noun}", "số hiệu", "ký hiệu")
    if isinstance(model_field, models.ForeignKey) and issubclass(model_field.related_model, Thing | Station):
        also = (*also, f"mã {model_field.related_model._meta.verbose_name}")
    if name in ("mast", "station"):
        also = (*also, {"mast": "mã cột", "station": "mã trạm"}[name])
    also = (*also, name)
    always = name in part.key_fields and name != part.party
    help_text = str(field.help_text)
    right = right_of(field, model_field)
    return Column(name, position, name, str(field.label), right, also, example_of(field, name), always, help_text)


def helping(part: Part) -> Iterable[Column]:
    """Give the columns that help others: whose thing is meant, both coordinates, the ends of a line, the mark."""
    for name in part.form.base_fields:
        field: Any = part.model._meta.get_field(name)
        if part.model is not Tenancy and field.is_relation and issubclass(field.related_model, Thing):
            yield whose(f"{name}__owner", f"Chủ sở hữu {field.related_model._meta.verbose_name}")
    if part.model is CellModel:
        yield whose("station__operator", "Doanh nghiệp")
    if part.model is Tenancy:
        yield whose("thing__owner", "Chủ sở hữu công trình")
    if part.model in (CellModel, Tenancy):
        right = "Một trong: 2G; 3G; 4G; 5G."
        yield Column(
            "station__technology",
            0,
            "station__technology",
            "Công nghệ của trạm",
            right,
            ("công nghệ", "station_technology"),
            "4G",
        )
    names = set(part.form.base_fields)
    if "lon" in names:
        yield Column("position", 0, "position", "Tọa độ", "Vĩ độ và kinh độ trong một ô.", ("tọa độ gps",))
    if SHAPE in names:
        words = ("Kinh độ đầu", "Vĩ độ đầu", "Kinh độ cuối", "Vĩ độ cuối")
        for key, heading in zip(ENDS, words, strict=True):
            yield Column(key, 0, key, heading, RIGHT_POINT)
    yield Column(MARK, 0, MARK, "Dữ liệu mô phỏng", RIGHT_FLAG, (MARK,))


def whose(key: str, heading: str) -> Column:
    """Make a column that tells whose thing another column names."""
    right = "Tên hoặc tên ngắn của tổ chức; cần khi hai tổ chức dùng cùng mã."
    also = ("chủ cột", "chủ sở hữu cột") if key == "mast__owner" else ()
    return Column(key, 0, key, heading, right, (*also, key, key.replace("__", "_")))


def plain_layout(slug: str, title: str, part: Part) -> Layout:
    """Make the layout of one model: a column for each field of its form, and those that help."""
    fields = [column_of(part, name) for name in part.form.base_fields]
    return Layout(slug, title, (part,), (*fields, *helping(part)))


def noun_of(model: type[models.Model]) -> str:
    """Give what a person calls one of them."""
    name = str(model._meta.verbose_name)
    return name[0].upper() + name[1:]


def combined(key: str, part: int, name: str, heading: str, right: str, **more: Any) -> Column:
    """Make a column of the combined sheet."""
    made = column_of(COMBINED_PARTS[part], name, part)
    also = tuple(dict.fromkeys((*more.pop("also", ()), *FURTHER.get(name, ()), made.heading)))
    also = tuple(word for word in also if name != "code" and search_key(word) != search_key(heading))
    return Column(key, part, name, heading, right, also, **more)


COMBINED_PARTS = (Part(Mast, MastForm, "Cột", gathers=True), Part(Station, StationForm, "Trạm"))
COMBINED = Layout(
    "tram-va-cot",
    "Trạm và cột",
    COMBINED_PARTS,
    (
        combined("mast_code", 0, "code", "Mã cột", "Mã của cột, tối đa 40 ký tự.", example="LS-0001", always=True),
        combined(
            "station_code", 1, "code", "Mã trạm", "Mã của trạm, tối đa 40 ký tự.", example="LS-0001-4G", always=True
        ),
        combined("operator", 1, "operator", "Doanh nghiệp", "Tên hoặc tên ngắn của doanh nghiệp viễn thông."),
        combined("commune", 0, "commune", "Mã xã", RIGHT_COMMUNE),
        combined("lon", 0, "lon", "Kinh độ", RIGHT_POINT, example=106.7612),
        combined("lat", 0, "lat", "Vĩ độ", RIGHT_POINT, example=21.8534),
        combined("structure", 0, "structure", "Loại cột", "Một trong A1, A2, A3, A4, A5, A6.", example="A1"),
        combined("height_m", 0, "height_m", "Chiều cao, m", "Số mét, ví dụ 45; chưa biết thì để trống.", example=45),
        combined(
            "technology",
            1,
            "technology",
            "Công nghệ",
            "Một hoặc nhiều: 2G, 3G, 4G, 5G.",
            example="4G, 5G",
            always=True,
        ),
        combined("on_air_on", 1, "on_air_on", "Ngày phát sóng", RIGHT_DATE, example="15/06/2023", always=True),
        combined("off_air_on", 1, "off_air_on", "Ngày ngừng phát", RIGHT_DATE),
        combined("built_on", 0, "built_on", "Ngày dựng cột", RIGHT_DATE, example="01/03/2020"),
        combined(
            "owner",
            0,
            "owner",
            "Chủ cột",
            "Tên tổ chức sở hữu cột; để trống nếu là doanh nghiệp của trạm.",
            also=("chủ sở hữu cột",),
        ),
        Column("position", 0, "position", "Tọa độ", "Vĩ độ và kinh độ trong một ô."),
    ),
    splits="technology",
)
SERVICES = (
    plain_layout("tram", "Trạm", Part(Station, StationForm, "Trạm")),
    plain_layout("o", "Ô", Part(CellModel, CellForm, "Ô")),
    plain_layout("dung-chung", "Dùng chung", Part(Tenancy, TenancyForm, "Dùng chung")),
)
LAYOUTS: tuple[Layout, ...] = (
    *(plain_layout(kind.slug, kind.plural, Part(kind.model, kind.form, noun_of(kind.model))) for kind in TABLE),
    *SERVICES,
    COMBINED,
)
BY_SLUG = {layout.slug: layout for layout in LAYOUTS}
CHOICES = [(layout.slug, layout.title) for layout in LAYOUTS]
