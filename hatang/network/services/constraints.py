"""Ask a model's check constraints of facts in memory: the database would be asked once for each row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol

from django.db.models import CheckConstraint, F, Model, Q

Truth = bool | None


class Facts(Protocol):
    """What is said of a row, by field."""

    def get(self, name: str, default: Any = None) -> Any:
        """Give one fact."""


@lru_cache(maxsize=64)
def constraints_of(model: type[Model]) -> tuple[tuple[tuple[str, ...], Q, str], ...]:
    """Give for each check constraint the fields that it reads, its condition and its message."""
    found = []
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q):
            names = tuple(dict.fromkeys(names_in(constraint.condition)))
            found.append((names, constraint.condition, str(constraint.get_violation_error_message())))
    return tuple(found)


def names_in(condition: Q) -> Iterator[str]:
    """Name the fields that a condition reads, the compared one first."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from names_in(child)
        else:
            lookup, value = child  # type: ignore[misc]
            if isinstance(value, F):
                yield name_of(value)
            yield lookup.partition("__")[0]


def name_of(field: F) -> str:
    """Give the name of the field that an expression means."""
    return str(field.name)  # type: ignore[attr-defined]


def broken(model: type[Model], facts: Facts, unknown: set[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give fields and message of each constraint that the facts break; one that reads an unknown field is left out."""
    for place, (names, _, message) in enumerate(constraints_of(model)):
        if unknown and unknown.intersection(names):
            continue
        values = tuple(plain(facts.get(name)) for name in names)
        if holds_for(model, place, values) is False:
            yield names, message


def plain(value: Any) -> Any:
    """Give what a constraint reads of a value: of a named row, that there is one."""
    return True if isinstance(value, Model) or hasattr(value, "lines") else value


@lru_cache(maxsize=100_000)
def holds_for(model: type[Model], place: int, values: tuple[Any, ...]) -> Truth:
    """Ask one constraint of its fields' values; the same days come again and again."""
    names, condition, _ = constraints_of(model)[place]
    return holds(condition, dict(zip(names, values, strict=True)))


def holds(condition: Q, values: dict[str, Any]) -> Truth:
    """Evaluate a condition as SQL does, with None for what is not known.

    >>> holds(Q(a__gt=F("b")), {"a": 1, "b": 2}), holds(Q(a__gt=F("b")), {"a": None, "b": 2})
    (False, None)
    >>> holds(Q(a__isnull=False) ^ Q(b="x"), {"a": 1, "b": "x"})
    False
    """
    answers = []
    for child in condition.children:
        if isinstance(child, Q):
            answers.append(holds(child, values))
        else:
            lookup, asked = child  # type: ignore[misc]
            answers.append(compared(lookup, asked, values))
    answer = joined(answers, condition.connector)
    return answer if not condition.negated or answer is None else not answer


def joined(answers: list[Truth], connector: str) -> Truth:
    """Join answers by AND, OR or XOR."""
    if connector == Q.XOR:
        return None if None in answers else sum(bool(a) for a in answers) % 2 == 1
    settles = connector == Q.OR
    if settles in answers:
        return settles
    return None if None in answers else not settles


def compared(lookup: str, asked: Any, values: dict[str, Any]) -> Truth:
    """Compare one field with a value or another field."""
    name, _, how = lookup.partition("__")
    value = values[name]
    if how == "isnull":
        return (value is None) == asked
    other = values[name_of(asked)] if isinstance(asked, F) else asked
    if value is None or other is None:
        return None
    ways = {"": value == other, "exact": value == other}
    if how in ways:
        return ways[how]
    return bool({"gt": value > other, "gte": value >= other, "lt": value < other, "lte": value <= other}[how])
