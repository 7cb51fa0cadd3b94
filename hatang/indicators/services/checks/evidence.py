"""Claims of coverage against what the radio engine predicts and what was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

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


@rule("Hơn mức dự đoán cho phép", look=LOOK, settings=SETTINGS)
def beyond_prediction(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find claims of more than the villages for which the prediction does not deny the service."""
    yield from beyond(facts, ask, "predicted", "dự đoán")


@rule("Hơn mức kết quả đo cho phép", look=LOOK, settings=SETTINGS)
def beyond_measurement(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find claims of more than the villages in which measurements do not deny the service."""
    yield from beyond(facts, ask, "measured", "kết quả đo")


def beyond(facts: Facts, ask: Ask, level: str, words: str) -> Iterator[Found]:
    """Find claims of more than all villages but those that the evidence denies."""
    possible = {pk: possible_by_commune(facts, ask, level, pk) for pk in (None, *facts.organisations)}
    weight = dict(WEIGHTS)[str(ask.settings["weight"])]
    for row in facts.answers(ask.items):
        most = possible_for(facts, row, possible[facts.filers[row.return_id][1] if facts.of_operators else None])
        if row.amount is None or most is None:
            continue
        if row.amount > most * (1 + ask.number("tolerance_percent") / 100):
            label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}: {number(row.amount)}"
            told = (
                f"{label}; {weight} mà {words} không bác bỏ {ask.settings['technology']} nhiều nhất là {number(most)}"
            )
            yield Found(row.return_id, told, row.code, row.place_id, tail=str(ask.settings["technology"]))


def possible_for(facts: Facts, row: Told, possible: dict[int, float]) -> float | None:
    """Give the most that can be claimed of a place; nothing where no evidence speaks of it."""
    if row.place_id != facts.province.pk:
        return possible.get(row.place_id)
    return sum(possible.values()) if possible else None


def possible_by_commune(facts: Facts, ask: Ask, level: str, operator_id: int | None) -> dict[int, float]:
    """Weigh by commune the villages that the evidence does not deny; nothing where it denies none at all."""
    denied = denied_villages(facts, str(ask.settings["technology"]), level, operator_id)
    if not denied:
        return {}
    on = min(facts.period.last_on, facts.today)
    villages = Place.objects.villages().in_force(on).filter(province=facts.province)
    by_population = ask.settings["weight"] == "population"
    left: dict[int, float] = defaultdict(float)
    for pk, commune, people in villages.values_list("pk", "parent", "population"):
        left[commune or 0] += 0 if pk in denied else (people or 0) if by_population else 1
    return left


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
