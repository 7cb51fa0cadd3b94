"""A judge of JSON by the keywords of JSON Schema (draft 2020-12) that OFDS uses; any other keyword is an error here."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "number": (int, float), "array": (list,), "object": (dict,),
}  # fmt: skip
PROSE = {"$id", "$schema", "$defs", "$comment", "title", "description", "codelist", "openCodelist", "propertyName"}
"""What judges nothing; "propertyName" is a slip of the schema's authors that every validator passes over."""


def complaints(value: Any, schema: dict[str, Any], path: str = "$") -> Iterator[str]:
    """Give what a schema finds wrong in a value, with where."""
    for keyword, rule in schema.items():
        if keyword not in PROSE:
            yield from (f"{path}{deeper}" for deeper in JUDGES[keyword](value, rule, schema))


def is_a(value: Any, name: str) -> bool:
    """Tell whether a value is of a type of JSON Schema."""
    if name == "integer":
        return is_a(value, "number") and float(value).is_integer()
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def of_type(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    if not any(is_a(value, name) for name in ([rule] if isinstance(rule, str) else rule)):
        yield f": not {rule}"


def of_properties(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    for name in rule if isinstance(value, dict) else ():
        if name in value:
            yield from complaints(value[name], rule[name], f".{name}")


def of_items(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    first = len(schema.get("prefixItems", ()))
    for at, each in enumerate(value[first:] if isinstance(value, list) else (), start=first):
        yield from complaints(each, rule, f"[{at}]")


def of_prefix(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    for at, (each, one) in enumerate(zip(value if isinstance(value, list) else (), rule, strict=False)):
        yield from complaints(each, one, f"[{at}]")


def of_required(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    yield from (f": no {name}" for name in rule if isinstance(value, dict) and name not in value)


def of_others(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    assert rule is False
    others = set(value) - set(schema["properties"]) if isinstance(value, dict) else ()
    yield from (f": has {name}" for name in others)


def at_least(kind: type) -> Any:
    def judge(value: Any, rule: Any, schema: Any) -> Iterator[str]:
        if isinstance(value, kind) and len(value) < rule:
            yield ": too short"

    return judge


def of_unique(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    if isinstance(value, list) and len({json.dumps(each, sort_keys=True) for each in value}) < len(value):
        yield ": not unique"


def of_enum(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    if value not in rule:
        yield f": {value!r} not listed"


def of_const(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    if value != rule:
        yield f": not {rule!r}"


def of_pattern(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    if isinstance(value, str) and not re.search(rule, value):
        yield ": other pattern"


def of_format(value: Any, rule: Any, schema: Any) -> Iterator[str]:
    if isinstance(value, str) and not FORMATS[rule](value):
        yield f": no {rule}"


def is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) and date.fromisoformat(text))
    except ValueError:
        return False


def is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def is_address(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*", text))


FORMATS = {"date": is_day, "uuid": is_uuid, "iri": is_address, "uri": is_address}
JUDGES: dict[str, Any] = {
    "type": of_type, "properties": of_properties, "items": of_items, "prefixItems": of_prefix, "required": of_required,
    "additionalProperties": of_others, "minItems": at_least(list), "minLength": at_least(str),
    "minProperties": at_least(dict), "uniqueItems": of_unique, "enum": of_enum, "const": of_const,
    "pattern": of_pattern, "format": of_format,
}  # fmt: skip
