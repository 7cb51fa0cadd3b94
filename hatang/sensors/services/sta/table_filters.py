"""Filters of SensorThings on observations, as SQL of DuckDB with its values; streams are asked of the database."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from hatang.core.observations.odata import (
    LOGIC,
    Call,
    Literal,
    Name,
    Node,
    Not,
    Pair,
    is_condition,
    names_in,
    shortened,
)
from hatang.core.observations.schema import microseconds, read_id
from hatang.sensors.services.sta.entities import KINDS, StaError
from hatang.sensors.services.sta.orm_filters import filtered, refuse_literal

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

SIGNS: Final = {"eq": "is not distinct from", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
COMPUTED: Final = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"}
TEXTS: Final = {"tolower": "lower", "toupper": "upper", "trim": "trim"}
MOMENTS: Final = {"phenomenonTime": "at", "resultTime": "result_at", "validTime": "valid_from"}
ENDS: Final = {"phenomenonTime": 'coalesce("until", "at")', "validTime": 'coalesce("valid_until", "valid_from")'}
OF_MOMENTS: Final = {
    **{
        name: (f"{name}(make_timestamp({{}}))", "number")
        for name in ("year", "month", "day", "hour", "minute", "second")
    },
    "fractionalseconds": ("((({} % 1000000) + 1000000) % 1000000 / 1e6)", "number"),
    "totaloffsetminutes": ("(case when {} is not null then 0.0 end)", "number"),
    "date": ("cast(make_timestamp({}) as date)", "date"),
    "time": ("cast(make_timestamp({}) as time)", "clock"),
}
"""The functions of moments, which are microseconds here: how they are written, and what they give."""
OF_PLACES: Final = (
    "$filter: Observations lọc theo hình qua FeatureOfInterest/feature hoặc Datastream/Thing/Locations/location."
)
STREAM, FEATURE = "Datastream", "FeatureOfInterest"
MOST_IN_SQL: Final = 20_000


class TableTranslator:
    """Translates one filter; `values` gathers its constants in the order of their question marks."""

    def __init__(self, streams: Any, features: Any, person: Someone | None = None) -> None:
        """`streams` and `features` are those that may be seen by the person who asks."""
        self.streams, self.features, self.person = streams, features, person
        self.values: list[Any] = []

    def condition(self, node: Node) -> str:
        """Give a condition that is true or false, never nothing."""
        if link_of(node) == STREAM:
            return self.by_stream(node)
        if link_of(node) == FEATURE:
            return self.by_feature(node)
        if isinstance(node, Not):
            return f"(not {self.condition(node.of)})"
        if isinstance(node, Pair) and node.operator in ("and", "or"):
            return f"({self.condition(node.left)} {node.operator} {self.condition(node.right)})"
        if isinstance(node, Pair) and node.operator == "ne":
            return f"(not {self.condition(Pair('eq', node.left, node.right))})"
        if isinstance(node, Literal):
            return "true" if node.value else "false"
        return f"coalesce({self.leaf(node)}, false)"

    def by_stream(self, node: Node) -> str:
        """Ask the database which streams meet a condition that is only of streams."""
        met = filtered(self.streams, KINDS["Datastreams"], shortened(node, 1), self.person)
        return f"({among('stream', met)} is true)"

    def by_feature(self, node: Node) -> str:
        """Ask the database which features meet a condition: an observation's own, otherwise its stream's."""
        met = filtered(self.features, KINDS["FeaturesOfInterest"], shortened(node, 1), self.person)
        own = among("stream", self.streams.filter(feature__in=met.values("pk")))
        return f'(({among("feature", met)} or ("feature" is null and {own})) is true)'

    def leaf(self, node: Node) -> str:
        """Give a comparison or a function that is true or false."""
        if isinstance(node, Pair):
            return self.compare(node)
        if isinstance(node, Call) and node.name in ("before", "after"):
            return self.compare(Pair("lt" if node.name == "before" else "gt", *node.arguments))
        if isinstance(node, Call) and node.name in ("contains", "substringof", "startswith", "endswith"):
            first, second = node.arguments if node.name != "substringof" else node.arguments[::-1]
            name = {"startswith": "starts_with", "endswith": "ends_with"}.get(node.name, "contains")
            return f"{name}({self.of_kind(first, 'text')}, {self.of_kind(second, 'text')})"
        raise StaError(400, OF_PLACES)

    def compare(self, node: Pair) -> str:
        """Compare two values of one kind."""
        left, right, operator = node.left, node.right, node.operator
        if isinstance(left, Literal) and not isinstance(right, Literal):
            turned = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}.get(operator, operator)
            return self.compare(Pair(turned, right, left))
        if isinstance(left, Name) and left.parts in (("id",), ("@iot.id",)):
            return self.compare_id(operator, right)
        if isinstance(right, Literal) and right.value is None:
            return self.compare_nothing(left, operator)
        if left == Name(("result",)):
            return self.compare_result(operator, right)
        if isinstance(left, Name) and left.parts[0] in ENDS and operator in ("lt", "le"):
            return f"epoch_us({ENDS[left.parts[0]]}) {SIGNS[operator]} {self.of_kind(right, 'time')}"
        one, kind = self.value(left)
        return f"{one} {SIGNS[operator]} {self.of_kind(right, kind)}"

    def compare_nothing(self, left: Node, operator: str) -> str:
        """Compare with null."""
        if operator != "eq":
            return "false"
        if left == Name(("result",)):
            return '("result" is null and "text" is null)'
        return f"({self.value(left)[0]} is null)"

    def compare_id(self, operator: str, right: Node) -> str:
        """Ask for one observation."""
        if operator != "eq" or not isinstance(right, Literal) or not isinstance(right.value, str):
            raise StaError(
                400, "$filter: id của Observation chỉ so sánh eq, ne với chữ, ví dụ id eq '7.1767.a1b2c3d4'."
            )
        self.values.append(right.value)
        return '"id" = ?' if read_id(right.value) else "(? is null)"

    def compare_result(self, operator: str, right: Node) -> str:
        """Compare a result with a number, or with anything else that a result can be."""
        if isinstance(right, Literal) and isinstance(right.value, str | bool):
            if operator != "eq" and isinstance(right.value, bool):
                raise StaError(400, "$filter: true, false chỉ so sánh eq, ne.")
            if isinstance(right.value, str):
                self.values.append(right.value)
                return f"{TEXT_RESULT} {SIGNS[operator]} ?"
            self.values.append(json.dumps(right.value))
            return '"text" = ?'
        return f'"result" {SIGNS[operator]} {self.of_kind(right, "number")}'

    def of_kind(self, node: Node, wanted: str) -> str:
        """Give a value that must be of a kind."""
        if wanted == "text" and node == Name(("result",)):
            return TEXT_RESULT
        one, kind = self.value(node)
        if kind != wanted:
            raise StaError(400, f"$filter: cần {wanted}, gặp {kind}.")
        return one

    def value(self, node: Node) -> tuple[str, str]:
        """Give a value and its kind: text, number, time (microseconds)."""
        if isinstance(node, Literal):
            return self.constant(node.value)
        if isinstance(node, Name):
            return self.column(node)
        if isinstance(node, Pair) and node.operator not in LOGIC:
            left, right = (f"cast({self.of_kind(side, 'number')} as double)" for side in (node.left, node.right))
            right = f"nullif({right}, 0)" if node.operator in ("div", "mod") else right
            return f"({left} {COMPUTED[node.operator]} {right})", "number"
        if isinstance(node, Call) and not is_condition(node):
            return self.function(node)
        raise StaError(400, "$filter: chỗ này cần một giá trị, không phải một điều kiện.")

    def constant(self, value: Any) -> tuple[str, str]:
        """Give a constant and its kind."""
        if isinstance(value, datetime):
            return str(microseconds(value)), "time"
        if isinstance(value, str):
            self.values.append(value)
            return "?", "text"
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.values.append(float(value))
            return "cast(? as double)", "number"
        if isinstance(value, date):
            return f"date '{value.isoformat()}'", "date"
        if isinstance(value, time):
            return f"time '{value.isoformat()}'", "clock"
        raise StaError(400, "$filter: không so sánh được với hằng này.")

    def column(self, node: Name) -> tuple[str, str]:
        """Give a column by its name."""
        name = node.parts[0]
        if name in MOMENTS and len(node.parts) == 1:
            return f'epoch_us("{MOMENTS[name]}")', "time"
        if node.parts == ("result",):
            return '"result"', "number"
        if node.parts == ("resultQuality",):
            return """json_extract_string("quality", '$')""", "text"
        if name in ("parameters", "resultQuality", "result") and len(node.parts) > 1:
            column = {"parameters": "parameters", "resultQuality": "quality", "result": "text"}[name]
            self.values.append("$." + ".".join('"' + part.replace('"', "") + '"' for part in node.parts[1:]))
            return f'json_extract_string("{column}", ?)', "text"
        raise StaError(400, f"$filter: Observation không có {'/'.join(node.parts)[:60]!r}.")

    def function(self, node: Call) -> tuple[str, str]:
        """Translate a function that gives a value."""
        name, arguments = node.name, node.arguments
        if name in OF_MOMENTS:
            if name == "totaloffsetminutes":
                refuse_literal(name, arguments[0])
            template, kind = OF_MOMENTS[name]
            return template.format(self.of_kind(arguments[0], "time")), kind
        if name in ("round", "floor", "ceiling"):
            return f"{name}({self.of_kind(arguments[0], 'number')})", "number"
        if name.startswith("geo"):
            raise StaError(400, OF_PLACES)
        text = self.of_kind(arguments[0], "text")
        if name == "length":
            return f"length({text})", "number"
        if name == "indexof":
            return f"(strpos({text}, {self.of_kind(arguments[1], 'text')}) - 1)", "number"
        if name == "concat":
            return f"({text} || {self.of_kind(arguments[1], 'text')})", "text"
        if name == "substring":
            if not all(
                isinstance(one, Literal) and isinstance(one.value, int) and one.value >= 0 for one in arguments[1:]
            ):
                raise StaError(400, "$filter: substring cần vị trí và độ dài là số nguyên không âm.")
            begin, *length = (int(one.value) for one in arguments[1:] if isinstance(one, Literal))
            return f"substr({text}, {begin + 1}{', ' + str(length[0]) if length else ''})", "text"
        return f"{TEXTS[name]}({text})", "text"


TEXT_RESULT: Final = """(case when "text" like '"%' then json_extract_string("text", '$') end)"""


def among(column: str, met: Any) -> str:
    """Write that a column holds one of the keys that a question to the database gives."""
    found = list(met.values_list("pk", flat=True)[: MOST_IN_SQL + 1])
    if len(found) > MOST_IN_SQL:
        raise StaError(400, f"$filter: quá nhiều luồng hoặc đối tượng (hơn {MOST_IN_SQL}); lọc hẹp hơn.")
    return f'"{column}" in ({", ".join(map(str, found)) or "null"})'


def link_of(node: Node) -> str:
    """Give the link of which alone a condition speaks: of the stream, or of the feature; nothing otherwise."""
    names = list(names_in(node))
    links = {name.parts[0] if len(name.parts) > 1 else "" for name in names}
    return links.pop() if len(links) == 1 and links <= {STREAM, FEATURE} else ""
