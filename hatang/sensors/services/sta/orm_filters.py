"""Filters of SensorThings as conditions of the database.

Logic has two values as in `core.observations.odata`: a contrary is asked as “not so”, of nothing too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    TextField,
    TimeField,
    Value,
    When,
)
from django.db.models import functions as sql
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual
from django.utils import timezone

from hatang.core.observations.odata import (
    LOGIC,
    Call,
    Geometry,
    Literal,
    Name,
    Node,
    Not,
    Pair,
    is_condition,
    names_in,
    shortened,
)
from hatang.geosqlite.functions import GeodesicDistance, GeodesicLength
from hatang.sensors.services.sta.entities import KINDS, Kind, Link, StaError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

COMPARISONS: Final[dict[str, Any]] = {
    "eq": Exact,
    "gt": GreaterThan,
    "ge": GreaterThanOrEqual,
    "lt": LessThan,
    "le": LessThanOrEqual,
}


class ExtractMicrosecond(sql.Extract):
    """The microseconds of a moment; PostgreSQL counts those of the whole seconds in."""

    lookup_name = "microsecond"


PARTS: Final[dict[str, Any]] = {
    "year": sql.ExtractYear,
    "month": sql.ExtractMonth,
    "day": sql.ExtractDay,
    "hour": sql.ExtractHour,
    "minute": sql.ExtractMinute,
    "second": sql.ExtractSecond,
    "fractionalseconds": ExtractMicrosecond,
}
DAYS: Final[dict[str, tuple[Any, str]]] = {"date": (sql.TruncDate, "date"), "time": (sql.TruncTime, "clock")}
SHAPES: Final = {
    "geo.intersects": "intersects",
    **{f"st_{name}": name for name in ("equals", "disjoint", "touches", "within", "overlaps", "crosses", "intersects")},
    "st_contains": "contains",
}
MIRRORED: Final = {"within": "contains", "contains": "within"}
MOST_POINTS: Final = 2_000
MATRIX: Final = re.compile(r"[TF012*]{9}")
"""A pattern of the DE-9IM: how inner parts, borders and outer parts of two shapes meet."""


@dataclass(frozen=True)
class Behind:
    """A link to entities that not everybody sees: the names up to it, from which rows it leads, and itself."""

    parts: tuple[str, ...]
    rows: str
    link: Link


class Translator:
    """Translates filters of one kind of entity."""

    def __init__(self, kind: Kind, person: Someone | None = None) -> None:
        """`person` is who asks; without one no filter looks behind links to what not everybody sees."""
        self.kind, self.person = kind, person

    def condition(self, node: Node) -> Any:
        """Give a condition that is true or false, never nothing."""
        if isinstance(node, Not):
            return contrary(self.condition(node.of))
        if isinstance(node, Pair) and node.operator in ("and", "or"):
            left, right = Q(self.condition(node.left)), Q(self.condition(node.right))
            return left & right if node.operator == "and" else left | right
        if isinstance(node, Pair) and node.operator == "ne":
            return contrary(self.leaf(Pair("eq", node.left, node.right)))
        if isinstance(node, Literal):
            return Q(pk__isnull=not node.value)
        return self.leaf(node)

    def leaf(self, node: Node) -> Any:
        """Give a comparison or a function that is true or false; over many entities it is true where it is of one."""
        if self.person is not None and (seen := self.of_seen(node, self.person)) is not None:
            return seen
        if isinstance(node, Pair):
            if is_condition(node.left) and not isinstance(node.left, Literal):
                raise StaError(400, "$filter: so sánh hai điều kiện với nhau thì không được; dùng and, or, not.")
            return self.compare(node)
        if isinstance(node, Call) and node.name in SHAPES:
            return self.shape(node)
        if isinstance(node, Call) and node.name == "st_relate":
            return self.relation(node)
        if isinstance(node, Call) and node.name in ("before", "after"):
            return self.compare(Pair("lt" if node.name == "before" else "gt", *node.arguments))
        if isinstance(node, Call):
            return self.text_condition(node)
        raise StaError(400, "$filter phải là một điều kiện.")

    def of_seen(self, node: Node, person: Someone) -> Any:
        """Ask of the entities behind a link that the person sees; nothing where no name leads behind such a link."""
        ways = {self.behind(name.parts) for name in names_in(node)}
        if len(ways) > 1:
            raise StaError(400, "$filter: mỗi phép so sánh chỉ nêu thuộc tính ở sau cùng một liên kết.")
        way = ways.pop() if ways else None
        if way is None:
            return None
        kind = KINDS[way.link.to]
        met = Translator(kind, person).condition(shortened(node, len(way.parts)))
        seen = kind.model._default_manager.visible_to(person).filter(met)  # type: ignore[attr-defined]
        return Exists(seen.filter(**{way.link.back: OuterRef(way.rows)}))

    def behind(self, parts: tuple[str, ...]) -> Behind | None:
        """Find the first link on the way to a property that leads to what not everybody sees."""
        kind, way = self.kind, ""
        for place, name in enumerate(parts[:-1], 1):
            link = kind.links.get(name)
            if link is None or link.to not in KINDS:
                return None
            if not link.filtered:
                return Behind(parts[:place], f"{way}pk", link)
            way, kind = f"{way}{link.path}__", KINDS[link.to]
        return None

    def compare(self, node: Pair) -> Any:
        """Compare two values of one kind."""
        left, right = node.left, node.right
        if isinstance(left, Literal) and not isinstance(right, Literal):
            turned = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}.get(node.operator, node.operator)
            return self.compare(Pair(turned, right, left))
        one, kind = self.value(left)
        if isinstance(right, Literal) and right.value is None:
            if isinstance(one, Keyed):
                raise StaError(400, "$filter: trong properties không so sánh với null.")
            return IsNull(one, True) if node.operator == "eq" else Q(pk__isnull=True)
        if kind == "json":
            return self.compare_json(one, node.operator, right)
        other, other_kind = self.value(right)
        if kind != other_kind:
            raise StaError(400, f"$filter: {node.operator} so sánh {kind} với {other_kind}.")
        same = COMPARISONS[node.operator](one, other)
        if node.operator == "eq" and not isinstance(left, Literal) and not isinstance(right, Literal):
            return Q(same) | Q(Q(IsNull(one, True)) & Q(IsNull(other, True)))  # nothing is equal to nothing
        return same

    def compare_json(self, one: Any, operator: str, right: Node) -> Any:
        """Compare what is in `properties` with a constant."""
        if operator != "eq" or not isinstance(right, Literal) or not isinstance(right.value, str | int | float):
            raise StaError(400, "$filter: trong properties chỉ so sánh eq, ne với chữ, số, true, false.")
        if not isinstance(one, Keyed) or any("__" in key for key in one.keys):
            raise StaError(400, "$filter: ghi rõ trường trong properties, ví dụ properties/loai.")
        return Q(**{"__".join((one.path, *one.keys, "exact")): right.value})

    def text_condition(self, node: Call) -> Any:
        """Translate what is asked of texts; capital letters count."""
        first, second = (self.of_kind(argument, "text") for argument in node.arguments)
        if node.name == "substringof":
            first, second = second, first
        if node.name in ("contains", "substringof"):
            return GreaterThan(sql.StrIndex(first, second), Value(0))
        length = sql.Length(second)
        if node.name == "startswith":
            return Exact(sql.Substr(first, 1, length), second)
        begin = sql.Greatest(sql.Length(first) - length + Value(1), Value(1))
        return Q(GreaterThanOrEqual(sql.Length(first), length)) & Q(Exact(sql.Substr(first, begin), second))

    def of_kind(self, node: Node, wanted: str) -> Any:
        """Give a value that must be of a kind."""
        one, kind = self.value(node)
        if kind != wanted:
            raise StaError(400, f"$filter: cần {wanted}, gặp {kind}.")
        return one

    def value(self, node: Node) -> tuple[Any, str]:
        """Give a value and its kind: text, number, time, bool, json, geo."""
        if isinstance(node, Literal):
            return constant(node.value)
        if isinstance(node, Name):
            return self.column(node.parts)
        if isinstance(node, Pair) and node.operator not in LOGIC:
            return self.arithmetic(node), "number"
        if isinstance(node, Call):
            return self.function(node)
        raise StaError(400, "$filter: chỗ này cần một giá trị, không phải một điều kiện.")

    def column(self, parts: tuple[str, ...]) -> tuple[Any, str]:
        """Give a column by its way from here, along the links that a filter may take."""
        kind, way = self.kind, ""
        while parts[0] in kind.links and len(parts) > 1:
            link = kind.links[parts[0]]
            if not link.filtered:
                raise StaError(400, f"$filter: không lọc {kind.plural} theo {parts[0]}.")
            way, kind, parts = f"{way}{link.path}__", KINDS[link.to], parts[1:]
        if parts in (("id",), ("@iot.id",)):
            return F(f"{way}pk"), "number"
        found = kind.fields.get("/".join(parts)) or kind.fields.get(parts[0])
        if not found or (len(parts) > 1 and "/".join(parts) not in kind.fields and found[1] != "json"):
            raise StaError(400, f"$filter: {kind.single} không có {'/'.join(parts)[:60]!r}.")
        path, sort = found
        if sort == "json" and len(parts) > 1:
            return Keyed(f"{way}{path}", parts[1:]), "json"
        return F(f"{way}{path}"), sort

    def arithmetic(self, node: Pair) -> Any:
        """Compute with numbers; what is divided by nothing is nothing."""
        left, right = (as_float(self.of_kind(side, "number")) for side in (node.left, node.right))
        if node.operator in ("div", "mod"):
            right = sql.NullIf(right, Value(0.0))
        if node.operator == "mod":
            return sql.Mod(left, right)
        operator = {"add": Combinable.ADD, "sub": Combinable.SUB, "mul": Combinable.MUL, "div": Combinable.DIV}
        return left._combine(right, operator[node.operator], False)

    def function(self, node: Call) -> tuple[Any, str]:
        """Translate a function that gives a value."""
        name, arguments = node.name, node.arguments
        if name in PARTS or name in DAYS or name == "totaloffsetminutes":
            return self.time_function(name, arguments[0])
        if name in ("round", "floor", "ceiling"):
            function: Callable[[Any], Any] = {"round": sql.Round, "floor": sql.Floor, "ceiling": sql.Ceil}[name]
            return function(as_float(self.of_kind(arguments[0], "number"))), "number"
        if name.startswith("geo."):
            return self.measure(node), "number"
        return self.text_function(node)

    def time_function(self, name: str, of: Node) -> tuple[Any, str]:
        """Translate a function of moments, which are all held in UTC."""
        moment, utc = self.of_kind(of, "time"), timezone.get_fixed_timezone(0)
        if name in DAYS:
            function, kind = DAYS[name]
            return function(moment, tzinfo=utc), kind
        if name == "fractionalseconds":
            return as_float(ExtractMicrosecond(moment, tzinfo=utc) % 1_000_000) / Value(1e6), "number"
        if name == "totaloffsetminutes":
            refuse_literal(name, of)
            return Case(When(IsNull(moment, False), then=Value(0.0)), output_field=FloatField()), "number"
        return PARTS[name](moment, tzinfo=utc), "number"

    def measure(self, node: Call) -> Any:
        """Measure in metres on the WGS 84 ellipsoid: from a place to a geometry, or along lines."""
        if node.name == "geo.distance":
            column, shape, _ = self.place_and_shape(node)
            return GeodesicDistance(F(column), shape)
        return GeodesicLength(self.of_kind(node.arguments[0], "geo"))

    def text_function(self, node: Call) -> tuple[Any, str]:
        """Translate a function of texts."""
        name = node.name
        if is_condition(node):
            raise StaError(400, f"$filter: {name} không dùng được ở đây.")
        texts = [
            self.of_kind(argument, "text") for argument in node.arguments[: 2 if name in ("concat", "indexof") else 1]
        ]
        if name == "length":
            return sql.Length(texts[0]), "number"
        if name == "indexof":
            return sql.StrIndex(*texts) - Value(1), "number"
        if name == "concat":
            return both(*texts), "text"
        if name == "substring":
            begin, *length = (self.of_kind(argument, "number") for argument in node.arguments[1:])
            if not all(
                isinstance(argument, Literal) and isinstance(argument.value, int) and argument.value >= 0
                for argument in node.arguments[1:]
            ):
                raise StaError(400, "$filter: substring cần vị trí và độ dài là số nguyên không âm.")
            return sql.Substr(texts[0], begin + Value(1), *length), "text"
        return {"tolower": sql.Lower, "toupper": sql.Upper, "trim": sql.Trim}[name](texts[0]), "text"

    def shape(self, node: Call) -> Any:
        """Ask how a place lies to a geometry."""
        name, shape, turned = self.place_and_shape(node)
        lookup = SHAPES[node.name]
        return Q(**{f"{name}__{MIRRORED.get(lookup, lookup) if turned else lookup}": shape})

    def relation(self, node: Call) -> Any:
        """Ask whether a place lies to a geometry as a pattern of the DE-9IM says."""
        *sides, told = node.arguments
        column, shape, turned = self.place_and_shape(Call(node.name, tuple(sides)))
        pattern = told.value if isinstance(told, Literal) else None
        if not isinstance(pattern, str) or not MATRIX.fullmatch(pattern):
            raise StaError(400, "$filter: st_relate cần mẫu chín ký tự T, F, 0, 1, 2, *, ví dụ 'T*F**F***'.")
        if turned:
            pattern = "".join(pattern[n % 3 * 3 + n // 3] for n in range(9))
        return Q(**{f"{column}__relate": (shape, pattern)})

    def place_and_shape(self, node: Call) -> tuple[str, GEOSGeometry, bool]:
        """Give the column of a place, the geometry beside it, and whether they stand the other way round."""
        left, right = node.arguments
        turned = isinstance(left, Literal)
        name, other = (right, left) if turned else (left, right)
        if not isinstance(name, Name) or not isinstance(other, Literal) or not isinstance(other.value, Geometry):
            raise StaError(400, f"$filter: {node.name} cần một vị trí và geography'WKT'.")
        column, kind = self.column(name.parts)
        if kind != "geo":
            raise StaError(400, f"$filter: {'/'.join(name.parts)[:60]} không phải vị trí.")
        return column.name, read_shape(other.value.wkt), turned


def read_shape(wkt: str) -> GEOSGeometry:
    """Read WKT in degrees; not too long, and of no other reference system."""
    try:
        shape = GEOSGeometry(wkt, srid=4326)
        west, south, east, north = (0.0, 0.0, 0.0, 0.0) if shape.empty else shape.extent
    except (ValueError, GEOSException) as fault:
        raise StaError(400, f"$filter: geography'{wkt[:40]}' không phải WKT.") from fault
    if shape.num_coords > MOST_POINTS or shape.empty or not shape.valid:
        raise StaError(400, f"$filter: hình phải hợp lệ, không rỗng, nhiều nhất {MOST_POINTS} đỉnh.")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise StaError(400, "$filter: kinh độ từ -180 đến 180, vĩ độ từ -90 đến 90 (kinh độ ghi trước).")
    return shape


def refuse_literal(name: str, node: Node) -> None:
    """Refuse to tell the offset of a moment that stands in the filter: it is read into UTC at once."""
    if isinstance(node, Literal):
        raise StaError(400, f"$filter: {name} chỉ dùng với thời điểm đã lưu.")


def constant(value: Any) -> tuple[Any, str]:
    """Give a constant and its kind."""
    if isinstance(value, bool):
        return Value(value, BooleanField()), "bool"
    if isinstance(value, int | float):
        return Value(float(value), FloatField()), "number"
    if isinstance(value, str):
        return Value(value.replace("\0", ""), TextField()), "text"
    if isinstance(value, datetime):
        return Value(value, DateTimeField()), "time"
    if isinstance(value, date):
        return Value(value, DateField()), "date"
    if isinstance(value, time):
        return Value(value, TimeField()), "clock"
    raise StaError(400, "$filter: không so sánh được với hằng này.")


@dataclass(frozen=True)
class Keyed:
    """What stands in a JSON column under keys."""

    path: str
    keys: tuple[str, ...]


def as_float(one: Any) -> Any:
    """Let a number be counted with."""
    return sql.Cast(one, FloatField())


def both(left: Any, right: Any) -> Any:
    """Join two texts; nothing where one is nothing."""
    return Case(
        When(Q(IsNull(left, True)) | Q(IsNull(right, True)), then=Value(None)),
        default=sql.Concat(left, right, output_field=TextField()),
        output_field=TextField(),
    )


def contrary(condition: Any) -> Any:
    """Give what is true where a condition is false or not known."""
    whole = Q(condition) if not isinstance(condition, Q) else condition
    return Exact(Case(When(whole, then=Value(0)), default=Value(1), output_field=IntegerField()), Value(1))


def filtered(rows: Any, kind: Kind, node: Node | None, person: Someone | None = None) -> Any:
    """Keep the rows that meet a filter, each once; it looks behind links at what the person sees."""
    if node is None:
        return rows
    met = kind.model._default_manager.filter(Translator(kind, person).condition(node)).filter(pk=OuterRef("pk"))
    return rows.filter(Exists(met))
