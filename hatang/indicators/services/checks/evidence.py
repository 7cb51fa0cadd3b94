"""Claims of coverage against what the radio engine predicts and what was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Case, Count, IntegerField, Max, Q, When

from hatang.core.vietnamese import number
from hatang.coverage.models import CountedService
from hatang.indicators.services.checks.facts import Facts, Told
from hatang.indicators.services.checks.registry import Ask, Found, Setting, rule
from hatang.network.models import Technology
from hatang.places.models import Place

WEIGHTS = (("villages", "số thôn"), ("population", "số dân của thôn"))
SETTINGS = (
    Setting("technology", "công nghệ", Technology.G5.value, choices=lambda: list(Technology.choices)),
    Setting("weight", "đếm bằng", "villages", choices=lambda: list(WEIGHTS)),
    Setting("tolerance_percent", "cho phép lệch, %", 5, most=100, note="Pháp luật không quy định; tỉnh tự đặt."),
)
LOOK = "Xem các thôn mà bằng chứng nói chưa có sóng; sửa số hoặc nói bằng chứng nào sai."


NAMED = 3
"""So many villages are named in a finding; the page of evidence has them all."""


class Possible(NamedTuple):
    """What can be claimed of a place: of how much, the most of it, and the villages that the evidence denies."""

    total: float
    most: float
    denied: tuple[str, ...]


@rule(
    "Hơn mức dự đoán cho phép",
    finds="khai nhiều thôn (hoặc dân) có sóng hơn số thôn mà dự đoán vùng phủ không bác bỏ",
    look=LOOK,
    settings=SETTINGS,
)
def beyond_prediction(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find claims of more than the villages for which the prediction does not deny the service."""
    yield from beyond(facts, ask, "predicted", "dự đoán")


@rule(
    "Hơn mức kết quả đo cho phép",
    finds="khai nhiều thôn (hoặc dân) có sóng hơn số thôn mà kết quả đo không bác bỏ",
    look=LOOK,
    settings=SETTINGS,
)
def beyond_measurement(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find claims of more than the villages in which measurements do not deny the service."""
    yield from beyond(facts, ask, "measured", "kết quả đo")


def beyond(facts: Facts, ask: Ask, level: str, source: str) -> Iterator[Found]:
    """Find claims of more than all villages but those that the evidence denies."""
    by_operator = {pk: possible_by_commune(facts, ask, level, pk) for pk in (None, *facts.organisations)}
    for row in facts.answers(ask.items):
        possible = possible_for(facts, row, by_operator[facts.filers[row.return_id][1] if facts.of_operators else None])
        if row.amount is None or possible is None:
            continue
        if row.amount > possible.most * (1 + ask.number("tolerance_percent") / 100):
            label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}: {number(row.amount)}"
            told = f"{label}. {words(ask, possible, source)}"
            yield Found(row.return_id, told, row.code, row.place_id, tail=str(ask.settings["technology"]))


def words(ask: Ask, possible: Possible, source: str) -> str:
    """Say of how much, which villages the evidence denies, and what is the most that is left."""
    unit = "thôn" if ask.settings["weight"] == "villages" else "dân"
    if not possible.denied:
        return f"Ở đây chỉ có {number(possible.total)} {unit}"
    names = "; ".join(possible.denied[:NAMED]) + ("; …" if len(possible.denied) > NAMED else "")
    technology = ask.settings["technology"]
    told = f"theo {source}, {number(len(possible.denied))} thôn chưa có sóng {technology} ({names})"
    return f"Trong {number(possible.total)} {unit}, {told}, nên nhiều nhất là {number(possible.most)}"


def possible_for(facts: Facts, row: Told, possible: dict[int, Possible]) -> Possible | None:
    """Give what can be claimed of a place; nothing where no evidence speaks of it."""
    if row.place_id != facts.province.pk:
        return possible.get(row.place_id)
    return together(possible.values()) if possible else None


def together(parts: Iterable[Possible]) -> Possible:
    """Add up what can be claimed of several places."""
    rows = list(parts)
    denied = tuple(name for row in rows for name in row.denied)
    return Possible(sum(row.total for row in rows), sum(row.most for row in rows), denied)


def possible_by_commune(facts: Facts, ask: Ask, level: str, operator_id: int | None) -> dict[int, Possible]:
    """Weigh by commune the villages and those that the evidence does not deny; nothing where it denies none at all."""
    denied = denied_villages(facts, str(ask.settings["technology"]), level, operator_id)
    if not denied:
        return {}
    on = min(facts.period.last_on, facts.today)
    villages = Place.objects.villages().in_force(on).filter(province=facts.province).order_by("sort_key")
    by_population = ask.settings["weight"] == "population"
    parts: dict[int, list[Possible]] = defaultdict(list)
    for village in villages.only("parent_id", "population", "title", "name"):
        weight = (village.population or 0) if by_population else 1
        told = Possible(weight, 0, (str(village),)) if village.pk in denied else Possible(weight, weight, ())
        parts[village.parent_id or 0].append(told)
    return {commune: together(rows) for commune, rows in parts.items()}


def denied_villages(facts: Facts, technology: str, level: str, operator_id: int | None) -> set[int]:
    """List the villages where the evidence knows of the service and none of it says that it is there."""
    on = min(facts.period.last_on, facts.today)
    rows = CountedService.objects.on(on).filter(technology=technology, place__province=facts.province)
    rows = rows.filter(place__kind=Place.Kind.VILLAGE)
    if operator_id is not None:
        rows = rows.filter(operator=operator_id)
    there = Max(Case(When(**{level: True}, then=1), default=0, output_field=IntegerField()))
    told = rows.order_by().values("place").annotate(there=there, known=Count("pk", filter=~Q(**{level: None})))
    return set(told.filter(there=0, known__gt=0).values_list("place", flat=True))
