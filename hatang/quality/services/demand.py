"""What people want to do on a network: whether a place's measurements meet it, and how many asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.quality.models import (
    CHANGE_SETTINGS,
    VIEW_MEASUREMENT,
    WHOLE_YEAR,
    Demand,
    DemandMark,
    Purpose,
    PurposeSetting,
    SpeedStatistic,
    purposes,
)
from hatang.quality.services.devices import device_of, household_of
from hatang.quality.services.rules import rules_of
from hatang.work.services import within_limit

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

FEWEST_SHOWN = 3
"""Fewer than this many are not told to operators: a single household would be known."""
MOST_AN_HOUR, HOUR = 100, 3600
AT_LEAST = ("download_mbps", "upload_mbps")
DOWNLOAD = SpeedStatistic.Measure.DOWNLOAD.value
MEASURED_AS = {"download_mbps": DOWNLOAD, "upload_mbps": "upload_mbps", "delay_ms": "min_rtt_ms"}
"""The figures of which places have statistics; the others are told of single tests only."""
WORDS = {
    "download_mbps": ("tải xuống", "Mbit/s"),
    "upload_mbps": ("tải lên", "Mbit/s"),
    "delay_ms": ("độ trễ", "ms"),
    "jitter_ms": ("biến động trễ", "ms"),
    "loss_percent": ("phải gửi lại", "%"),
}


# What a purpose needs


def purposes_in(province: Place | None) -> dict[str, Purpose]:
    """Give the purposes with what they need here: the province's settings in place of the defaults."""
    settings = PurposeSetting.objects.filter(province=province) if province else PurposeSetting.objects.none()
    here = {row.purpose: row for row in settings}
    return {
        key: Purpose(key, one.name, here[key].needs, here[key].why) if key in here else one
        for key, one in purposes().items()
    }


def set_purpose(*, actor: Person, row: PurposeSetting) -> None:
    """Set what a purpose needs in a province."""
    if not actor.has_perm(CHANGE_SETTINGS, row):
        raise PermissionDenied
    row.save()


@dataclass(frozen=True)
class Need:
    """One figure of a purpose beside what was measured; `met` is None where nothing was measured."""

    name: str
    label: str
    unit: str
    needed: float
    measured: float | None
    met: bool | None
    at_least: bool

    @property
    def known(self) -> bool:
        """Whether places have statistics of it."""
        return self.name in MEASURED_AS


def needs_of(purpose: Purpose, figures: Mapping[str, float | None]) -> list[Need]:
    """Put each figure that the purpose needs beside the measured one, judged as the page rounds it."""
    found = []
    for name, needed in purpose.needs.items():
        measured = figures.get(name)
        high = name in AT_LEAST
        shown = None if measured is None else round(measured, 1)
        met = None if shown is None else shown >= needed if high else shown <= needed
        found.append(Need(name, *WORDS[name], needed, shown, met, high))
    return found


def verdict(needs: list[Need]) -> bool | None:
    """Say whether all is met; None when what was measured leaves it open."""
    answers = {need.met for need in needs}
    return False if False in answers else None if None in answers or not answers else True


# What was measured at a place


@dataclass(frozen=True)
class Measured:
    """The medians of a year's tests at a place, of one operator or of all."""

    n: int
    figures: dict[str, float | None]
    operator: str = ""
    simulated: bool = False


def measured_at(commune: Place, year: int) -> list[Measured]:
    """Give what tests found in a commune in a year: of all operators, and of each where the province tells that."""
    rows = SpeedStatistic.objects.of_tests().of_year(year).filter(place=commune, access="", technology="")
    found: dict[str, dict[str, SpeedStatistic]] = {}
    for row in rows.select_related("operator"):
        name = (row.operator.short_name or row.operator.name) if row.operator else ""
        found.setdefault(name, {})[row.measure] = row
    return [measured_of(lines, name) for name, lines in found.items()]


def measured_of(lines: dict[str, SpeedStatistic], operator: str) -> Measured:
    """Read the medians of one operator, or of all."""
    figures = {name: lines[measure].p50 for name, measure in MEASURED_AS.items() if measure in lines}
    n = lines[DOWNLOAD].n if DOWNLOAD in lines else 0
    return Measured(n, figures, operator, any(line.simulated for line in lines.values()))


def latest_year(commune: Place) -> int | None:
    """Give the last year of which the commune has statistics."""
    rows = SpeedStatistic.objects.of_tests().of_all_operators().filter(place=commune, month=WHOLE_YEAR)
    return rows.aggregate(last=Max("year"))["last"]


@dataclass(frozen=True)
class Answer:
    """Whether a purpose is met at a place: by all tests of a year there, and by each operator with enough of them."""

    purpose: Purpose
    commune: Place
    year: int | None
    n: int
    fewest: int
    needs: list[Need]
    met: bool | None
    operators: list[tuple[str, int, bool | None]]
    tells_operators: bool
    simulated: bool


def answer_at(commune: Place, purpose: Purpose) -> Answer:
    """Say what is known of a purpose in a commune; figures of too few tests are not told."""
    today, province = timezone.localdate(), commune.province
    rules = rules_of(province, today) if province else {}
    fewest = int(rules["tests_a_commune"].value or 0) if rules else 0
    tells = bool(rules and rules["public_by_operator"].value)
    year = latest_year(commune)
    found = measured_at(commune, year) if year else []
    whole = next((one for one in found if not one.operator), Measured(0, {}))
    needs = [need for need in needs_of(purpose, whole.figures if whole.n >= fewest else {}) if need.known]
    told = [one for one in found if tells and one.operator and one.n >= fewest]
    operators = [(one.operator, one.n, verdict_of(purpose, one)) for one in sorted(told, key=lambda one: -one.n)]
    simulated = any(one.simulated for one in [whole, *told])
    return Answer(purpose, commune, year, whole.n, fewest, needs, verdict(needs), operators, tells, simulated)


def verdict_of(purpose: Purpose, measured: Measured) -> bool | None:
    """Say whether an operator's medians meet what statistics know of a purpose."""
    return verdict([need for need in needs_of(purpose, measured.figures) if need.known])


# Registering


def register_demand(*, commune: Place, purpose: str, token: str, address: str) -> bool:
    """Count a wish once a device, day and purpose; tell whether it was counted now."""
    today = timezone.localdate()
    if not within_limit(action="demand", who=household_of(address), most=MOST_AN_HOUR, seconds=HOUR):
        raise ValidationError("Trong một giờ qua có quá nhiều lượt đăng ký từ mạng này. Đợi ít phút rồi bấm lại.")
    device = device_of(token=token, address=address, on=today)
    try:
        with transaction.atomic():
            DemandMark.objects.create(on=today, purpose=purpose, device=device)
            count_one(commune, purpose, today.replace(day=1))
    except IntegrityError:
        return False
    return True


def count_one(commune: Place, purpose: str, month: date) -> None:
    """Add one to a count."""
    assert commune.province is not None, "the form offers communes of a province only"
    facts = {"commune": commune, "purpose": purpose, "month": month}
    Demand.objects.get_or_create(**facts, defaults={"province": commune.province})
    Demand.objects.filter(**facts).update(count=F("count") + 1)


# Who sees which count


def sees_few(person: AbstractBaseUser | AnonymousUser, province: Place) -> bool:
    """Tell whether a person is told counts below FEWEST_SHOWN: officers are, operators are not."""
    return any(scope.organisation_id is None for scope in scopes_in(person, VIEW_MEASUREMENT, province.pk))


def count_words(count: int, *, few: bool) -> str:
    """Write a count as this reader may see it.

    >>> count_words(2, few=False), count_words(2, few=True), count_words(1200, few=False)
    ('dưới 3', '2', '1.200')
    """
    return f"dưới {FEWEST_SHOWN}" if count < FEWEST_SHOWN and not few else number(count)
