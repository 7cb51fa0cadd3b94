"""What a run found, as its pages tell it: the sentence first, then figures by service, operator, power and commune."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day, number
from hatang.coverage.models import BROADBAND, SERVICES, CoverageRun, RunRaster, RunTally

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

Subject, Power = RunTally.Subject, RunTally.Power
PART_SIGN = "– "
LINES = (
    ("Thôn", Subject.VILLAGES, Power.ALL),
    (f"{PART_SIGN}thôn có điện lưới", Subject.VILLAGES, Power.GRID),
    (f"{PART_SIGN}thôn chưa có điện lưới", Subject.VILLAGES, Power.NONE),
    ("Hộ", Subject.HOUSEHOLDS, Power.ALL),
    (f"{PART_SIGN}hộ ở thôn có điện lưới", Subject.HOUSEHOLDS, Power.GRID),
    (f"{PART_SIGN}hộ ở thôn chưa có điện lưới", Subject.HOUSEHOLDS, Power.NONE),
    ("Người", Subject.PEOPLE, Power.ALL),
    ("Trung tâm xã, phường", Subject.COMMUNES, Power.ALL),
    ("Khu, cụm", Subject.ZONES, Power.ALL),
    ("Trường học", Subject.SCHOOLS, Power.ALL),
    ("Địa điểm khác", Subject.SITES, Power.ALL),
    ("Đường, km", Subject.ROADS_KM, Power.ALL),
)
"""What a run's tables show, in order; grid power told apart for villages and households."""
TOLD_FIRST = ("4G", BROADBAND, "5G", "3G", "2G")
"""Of which service the sentence speaks: the first that was computed."""
SERVICE_WORDS = {BROADBAND: "băng rộng di động (3G trở lên)"}


@dataclass(frozen=True)
class Figure:
    """How much of something is served."""

    served: float
    whole: float
    unknown: int

    @property
    def percent(self) -> float | None:
        """The share, %, cut to a tenth so that 100 means all; None where there is nothing."""
        return math.floor(1000 * self.served / self.whole) / 10 if self.whole else None

    @property
    def unserved(self) -> float:
        """How much is not served."""
        return self.whole - self.served


NOTHING = Figure(0, 0, 0)
Key = tuple[str, str, str, int | None, int]


class Figures:
    """The counts of a run in the whole province, as far as a person may see them; None: who is at the server itself."""

    def __init__(self, run: CoverageRun, person: Someone | None) -> None:
        rows = RunTally.objects.filter(run=run).of_province()
        rows = rows.visible_to(person) if person else rows
        fields = ("subject", "power", "service", "operator_id", "least_operators", "served", "whole", "unknown")
        self.found: dict[Key, Figure] = {}
        self.names: dict[int, str] = {}
        for *key, served, whole, unknown, short, name in rows.order_by("operator__sort_key", "pk").values_list(
            *fields, "operator__short_name", "operator__name"
        ):
            self.found[tuple(key)] = Figure(served, whole, unknown)  # type: ignore[index]
            if key[3] is not None:
                self.names[key[3]] = short or name
        computed = {key[2] for key in self.found}
        self.services = [service for service in SERVICES if service in computed]

    def of(
        self, subject: str, service: str, power: str = "", operator: int | None = None, least: int = 1
    ) -> Figure | None:
        """Give one figure, None where it was not counted or is not for this person."""
        return self.found.get((subject, power, service, operator, least))

    @property
    def most(self) -> int:
        """The greatest number of operators that was counted and is for this person."""
        return max((key[4] for key in self.found), default=1)

    def by_service(self) -> list[tuple[str, list[Figure | None]]]:
        """Give lines of the table of services: by at least one operator."""
        lines = [(label, [self.of(s, service, p) for service in self.services]) for label, s, p in LINES]
        return [(label, cells) for label, cells in lines if any(told(cell) for cell in cells)]

    def by_operator(self, service: str) -> tuple[list[str], list[tuple[str, list[Figure | None]]]]:
        """Give headings and lines of one service: each operator, then at least one, two, ... of them."""
        shown = [(label, s, p) for label, s, p in LINES if told(self.of(s, service, p))]
        who: list[tuple[str, int | None, int]] = [(name, pk, 1) for pk, name in self.names.items()]
        who += [(f"Ít nhất {number(least)} doanh nghiệp", None, least) for least in range(1, self.most + 1)]
        lines = [(label, [self.of(s, service, p, pk, least) for _, s, p in shown]) for label, pk, least in who]
        return [label.removeprefix(PART_SIGN).capitalize() for label, _, _ in shown], [
            line for line in lines if any(line[1])
        ]


def told(figure: Figure | None) -> bool:
    """Tell whether there is anything behind a figure."""
    return figure is not None and bool(figure.whole or figure.unknown)


def finding(run: CoverageRun, figures: Figures) -> str:
    """Say in words what a run found."""
    told_first = next((service for service in TOLD_FIRST if service in figures.services), None)
    if told_first is None:
        return f"Lượt tính ngày {day(run.on)} không đếm được nơi nào."
    sentence = f"Theo lượt tính ngày {day(run.on)}, {villages_words(figures, told_first)}"
    if told_first != "5G" and (five := figures.of(Subject.VILLAGES, "5G")) and five.whole:
        sentence += f" 5G: {share_words(five)} thôn."
    return sentence


def finding_for_command(run: CoverageRun) -> str:
    """Say in words what a run found, to who runs commands on the server."""
    return finding(run, Figures(run, None))


def villages_words(figures: Figures, service: str) -> str:
    """Say how many villages have a service, and what those lack that have not."""
    villages = figures.of(Subject.VILLAGES, service) or NOTHING
    name = SERVICE_WORDS.get(service, service)
    if not villages.whole:
        return f"không thôn nào có tọa độ trên địa hình để đếm {name}."
    words = f"{share_words(villages)} thôn có {name}"
    if villages.unserved:
        households = figures.of(Subject.HOUSEHOLDS, service) or NOTHING
        dark = figures.of(Subject.VILLAGES, service, Power.NONE) or NOTHING
        words += f"; {number(villages.unserved)} thôn"
        words += f" với {number(households.unserved)} hộ" if households.unserved else ""
        words += " chưa có"
        words += f", trong đó {number(dark.unserved)} thôn chưa có điện lưới" if dark.unserved else ""
    words += "."
    if villages.unknown:
        words += f" Chưa tính {number(villages.unknown)} thôn vì thiếu tọa độ hoặc nằm ngoài địa hình."
    return words


def share_words(figure: Figure) -> str:
    """Write a share with what it is of.

    >>> share_words(Figure(1534, 1660, 0)), share_words(Figure(2, 2, 0))
    ('92,4 % (1.534/1.660)', '100 % (2/2)')
    """
    return f"{number(figure.percent or 0, 1)} % ({number(figure.served)}/{number(figure.whole)})"


@dataclass(frozen=True)
class CommuneLine:
    """What a service lacks in a commune."""

    pk: int
    name: str
    villages: Figure
    households: Figure
    people: Figure
    dark: Figure


def by_commune(run: CoverageRun, service: str) -> list[CommuneLine]:
    """Give the communes, those with most people left out first: by at least one operator, which is no secret."""
    rows = run.tallies.filter(commune__isnull=False, operator__isnull=True, least_operators=1, service=service)
    subjects = (Subject.VILLAGES, Subject.HOUSEHOLDS, Subject.PEOPLE)
    found: dict[tuple[int, str, str], dict[tuple[str, str], Figure]] = defaultdict(dict)
    fields = ("commune_id", "commune__title", "commune__name", "commune__sort_key")
    for pk, title, name, key, subject, power, *figure in rows.filter(subject__in=subjects).values_list(
        *fields, "subject", "power", "served", "whole", "unknown"
    ):
        found[pk, f"{title} {name}", key][subject, power] = Figure(*figure)
    lines = [(key, CommuneLine(pk, name, *figures_of(figures))) for (pk, name, key), figures in found.items()]
    lines.sort(key=lambda line: (-line[1].people.unserved, -line[1].villages.unserved, line[0]))
    return [line for _, line in lines]


def figures_of(figures: dict[tuple[str, str], Figure]) -> tuple[Figure, Figure, Figure, Figure]:
    """Give the four figures of a commune's line."""
    wanted = (
        (Subject.VILLAGES, Power.ALL),
        (Subject.HOUSEHOLDS, Power.ALL),
        (Subject.PEOPLE, Power.ALL),
        (Subject.VILLAGES, Power.NONE),
    )
    villages, households, people, dark = (figures.get(key, NOTHING) for key in wanted)
    return villages, households, people, dark


def table_of(figures: Figures) -> list[list[Any]]:
    """Give every figure that a person may see, for an export."""
    asked = ("Đếm gì", "Điện lưới", "Dịch vụ", "Doanh nghiệp", "Ít nhất bao nhiêu doanh nghiệp")
    lines: list[list[Any]] = [
        [*asked, "Được phục vụ", "Tất cả", "Thiếu dữ liệu", "Tỷ lệ, %", "Cách có số liệu"],
    ]
    for (subject, power, service, operator, least), figure in figures.found.items():
        named = figures.names[operator] if operator is not None else "bất kỳ"
        words = [str(Subject(subject).label), str(Power(power).label) if power else "", service, named, least]
        lines.append([*words, figure.served, figure.whole, figure.unknown, figure.percent, "dự đoán"])
    return lines


def services_of_run(run: CoverageRun) -> Sequence[str]:
    """Give the technologies that a run was asked for and could compute, in order."""
    bare = run.summary.get("without_cells", [])
    return [name for name in SERVICES if name in run.summary.get("services", {}) and name not in bare]


@dataclass(frozen=True)
class ModelUsed:
    """Which model computed how many cells of an operator in a technology; `nearer` says where it no longer holds."""

    operator: Organisation
    technology: str
    model: str
    cells: int
    nearer: str


def models_used(run: CoverageRun, person: Someone) -> list[ModelUsed]:
    """Give the models of the layers that a person may see: that a rival has cells above 6 GHz is the rival's."""
    seen = RunRaster.objects.visible_to(person).filter(run=run, operator__isnull=False)
    layers = set(seen.values_list("operator", "technology"))
    facts = run.summary.get("models", {}).get("by_layer", [])
    rows = [row for row in facts if (int(row["operator"]), row["technology"]) in layers]
    operators = Organisation.objects.in_bulk([int(row["operator"]) for row in rows])
    nearer = run.summary.get("nearer_than_the_model_holds", {})
    return [
        ModelUsed(
            operators[int(row["operator"])], row["technology"], row["model"], row["cells"], nearer.get(row["model"], "")
        )
        for row in rows
    ]
