"""Filters of SensorThings on observations, as SQL of DuckDB with its values; streams are asked of the database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from hatang.core.observations.odata import (
    LEAST_MOMENT,
    LOGIC,
    MOST_MOMENT,
    Call,
    Literal,
    Name,
    Node,
    Not,
    Pair,
    is_condition,
    names_in,
)
from hatang.core.observations.schema import microseconds, read_id
from hatang.sensors.services.sta.entities import KINDS, StaError
from hatang.sensors.services.sta.orm_filters import filtered

SIGNS: Final = {"eq": "is not distinct from", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
COMPUTED: Final = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"}
TEXTS: Final = {"tolower": "lower", "toupper": "upper", "trim": "trim"}
MOMENTS: Final = {"phenomenonTime": "at", "resultTime": "result_at", "validTime": "valid_from"}
ENDS: Final = {"phenomenonTime": 'coalesce("until", "at")', "validTime": 'coalesce("valid_until", "valid_from")'}
STREAM: Final = "Datastream"
MOST_IN_SQL: Final = 20_000


class TableTranslator:
    """Translates one filter; `values` gathers its constants in the order of their question marks."""

    def __init__(self, streams: Any) -> None:
        """`streams` are the streams that may be seen."""
        self.streams = streams
        self.values: list[Any] = []

    def condition(self, node: Node) -> str:
        """Give a condition that is true or false, never nothing."""
        if of_streams(node):
            return self.by_stream(node)
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
        met = filtered(self.streams, KINDS["Datastreams"], stripped(node)).values_list("pk", flat=True)
        found = list(met[: MOST_IN_SQL + 1])
        if len(found) > MOST_IN_SQL:
            raise StaError(400, f"$filter: quá nhiều luồng (hơn {MOST_IN_SQL}); lọc hẹp hơn.")
        return f"(stream in ({', '.join(map(str, found)) or 'null'}) is true)"

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
        raise StaError(400, "$filter: hàm hình học không dùng với Observations.")

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
        if node.parts in (("FeatureOfInterest", "id"), ("FeatureOfInterest", "@iot.id")):
            return '"feature"', "number"
        if name in ("parameters", "resultQuality", "result") and len(node.parts) > 1:
            column = {"parameters": "parameters", "resultQuality": "quality", "result": "text"}[name]
            self.values.append("$." + ".".join('"' + part.replace('"', "") + '"' for part in node.parts[1:]))
            return f'json_extract_string("{column}", ?)', "text"
        raise StaError(400, f"$filter: Observation không có {'/'.join(node.parts)[:60]!r}.")

    def function(self, node: Call) -> tuple[str, str]:
        """Translate a function that gives a value."""
        name, arguments = node.name, node.arguments
        if name in ("year", "month", "day", "hour", "minute", "second"):
            return f"{name}(make_timestamp({self.of_kind(arguments[0], 'time')}))", "number"
        if name in ("now", "mindatetime", "maxdatetime"):
            moment = {"now": timezone.now(), "mindatetime": LEAST_MOMENT, "maxdatetime": MOST_MOMENT}[name]
            return str(microseconds(moment)), "time"
        if name in ("round", "floor", "ceiling"):
            return f"{name}({self.of_kind(arguments[0], 'number')})", "number"
        if name.startswith("geo"):
            raise StaError(400, "$filter: hàm hình học không dùng với Observations.")
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


def of_streams(node: Node) -> bool:
    """Tell whether all that a condition names is of the stream."""
    names = list(names_in(node))
    return bool(names) and all(name.parts[0] == STREAM and len(name.parts) > 1 for name in names)


def stripped(node: Node) -> Node:
    """Write a condition as it is said of a stream itself."""
    if isinstance(node, Name):
        return Name(node.parts[1:])
    if isinstance(node, Not):
        return Not(stripped(node.of))
    if isinstance(node, Pair):
        return Pair(node.operator, stripped(node.left), stripped(node.right))
    if isinstance(node, Call):
        return Call(node.name, tuple(stripped(argument) for argument in node.arguments))
    return node
