"""Filters of SensorThings as conditions of the database.

Logic has two values as in `core.observations.odata`: a contrary is asked as “not so”, of nothing too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models import functions as sql
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual
from django.utils import timezone

from hatang.core.observations.odata import (
    LEAST_MOMENT,
    LOGIC,
    MOST_MOMENT,
    Call,
    Geometry,
    Literal,
    Name,
    Node,
    Not,
    Pair,
    is_condition,
)
from hatang.sensors.services.sta.entities import KINDS, Kind, StaError

COMPARISONS: Final[dict[str, Any]] = {
    "eq": Exact,
    "gt": GreaterThan,
    "ge": GreaterThanOrEqual,
    "lt": LessThan,
    "le": LessThanOrEqual,
}
PARTS: Final[dict[str, Any]] = {
    "year": sql.ExtractYear,
    "month": sql.ExtractMonth,
    "day": sql.ExtractDay,
    "hour": sql.ExtractHour,
    "minute": sql.ExtractMinute,
    "second": sql.ExtractSecond,
}
SHAPES: Final = {
    "geo.intersects": "intersects",
    **{f"st_{name}": name for name in ("equals", "disjoint", "touches", "within", "overlaps", "crosses", "intersects")},
    "st_contains": "contains",
}
MIRRORED: Final = {"within": "contains", "contains": "within"}
MOST_POINTS: Final = 2_000


class Translator:
    """Translates filters of one kind of entity."""

    def __init__(self, kind: Kind, prefix: str = "") -> None:
        """`prefix` is the way from the rows that are filtered to the kind's own."""
        self.kind, self.prefix = kind, prefix

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
        if isinstance(node, Pair):
            if is_condition(node.left) and not isinstance(node.left, Literal):
                raise StaError(400, "$filter: so sánh hai điều kiện với nhau thì không được; dùng and, or, not.")
            return self.compare(node)
        if isinstance(node, Call) and node.name in SHAPES:
            return self.shape(node)
        if isinstance(node, Call) and node.name in ("before", "after"):
            return self.compare(Pair("lt" if node.name == "before" else "gt", *node.arguments))
        if isinstance(node, Call):
            return self.text_condition(node)
        raise StaError(400, "$filter phải là một điều kiện.")

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
        kind, way = self.kind, self.prefix
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
        if name in PARTS:
            return PARTS[name](self.of_kind(arguments[0], "time"), tzinfo=timezone.get_fixed_timezone(0)), "number"
        if name in ("now", "mindatetime", "maxdatetime"):
            moment = {"now": timezone.now(), "mindatetime": LEAST_MOMENT, "maxdatetime": MOST_MOMENT}[name]
            return Value(moment, DateTimeField()), "time"
        if name in ("round", "floor", "ceiling"):
            function: Callable[[Any], Any] = {"round": sql.Round, "floor": sql.Floor, "ceiling": sql.Ceil}[name]
            return function(as_float(self.of_kind(arguments[0], "number"))), "number"
        return self.text_function(node)

    def text_function(self, node: Call) -> tuple[Any, str]:
        """Translate a function of texts."""
        name = node.name
        if is_condition(node) or name.startswith("geo"):
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

    def place_and_shape(self, node: Call) -> tuple[str, GEOSGeometry, bool]:
        """Give the column of a place, the geometry beside it, and whether they stand the other way round."""
        left, right = node.arguments
        turned = isinstance(left, Literal)
        name, other = (right, left) if turned else (left, right)
        if not isinstance(name, Name) or not isinstance(other, Literal) or not isinstance(other.value, Geometry):
            raise StaError(400, f"$filter: {node.name} cần một vị trí và geography'WKT'.")
        column, kind = self.column(name.parts)
        if kind != "geo":
            raise StaError(400, f"$filter: {'/'.join(name.parts)} không phải vị trí.")
        return column.name, read_shape(other.value.wkt), turned


def read_shape(wkt: str) -> GEOSGeometry:
    """Read WKT in degrees; not too long, and of no other reference system."""
    try:
        shape = GEOSGeometry(wkt, srid=4326)
    except (ValueError, GEOSException) as fault:
        raise StaError(400, f"$filter: geography'{wkt[:40]}' không phải WKT.") from fault
    if shape.num_coords > MOST_POINTS or shape.empty or not shape.valid:
        raise StaError(400, f"$filter: hình phải hợp lệ, không rỗng, nhiều nhất {MOST_POINTS} đỉnh.")
    return shape


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


def filtered(rows: Any, kind: Kind, node: Node | None) -> Any:
    """Keep the rows that meet a filter, each once."""
    if node is None:
        return rows
    met = kind.model._default_manager.filter(Translator(kind).condition(node)).filter(pk=OuterRef("pk"))
    return rows.filter(Exists(met))
