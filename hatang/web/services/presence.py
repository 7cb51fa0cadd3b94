"""What a place is, was, has and lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from hatang.core.vietnamese import day, number, sort_key
from hatang.network.models import MOBILE_BROADBAND, DeclaredCoverage, FibreReach
from hatang.places.models import Place, PlaceSuccession
from hatang.places.services.search import hits

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

SERVED = (Place.Kind.VILLAGE, Place.Kind.ZONE, Place.Kind.SITE)
NAMED = 8


def in_order(names: Sequence[str]) -> str:
    """Write names by the alphabet."""
    return ", ".join(sorted(names, key=sort_key))


@dataclass
class Services:
    """What operators declare at a place; names only of those operators that the person may know."""

    place: Place
    technologies: dict[str, list[str]] = field(default_factory=dict)
    fibre: list[str] = field(default_factory=list)
    has_fibre: bool = False
    households_able: int = 0
    simulated: bool = False

    @property
    def mobile_broadband(self) -> bool:
        """Whether 3G, 4G or 5G is declared."""
        return any(t in self.technologies for t in MOBILE_BROADBAND)

    @property
    def mobile(self) -> list[tuple[str, str]]:
        """Technologies, newest first, with the operators that may be named."""
        return [(t, in_order(self.technologies[t])) for t in sorted(self.technologies, reverse=True)]

    @property
    def fibre_names(self) -> str:
        """The fibre operators that may be named."""
        return in_order(self.fibre)


@dataclass(frozen=True)
class Presence:
    """What stands at a place and beneath it: its villages, zones and sites with their services, and the sentence."""

    own: Services | None
    villages: list[Services]
    spots: list[Services]
    units: list[Place]
    sentences: list[str]
    simulated: bool


def presence_at(place: Place, *, person: Someone, today: date, serving: Collection[str] | None = None) -> Presence:
    """Read what the place and its children have; three queries.

    `serving`: the technologies that serve the place itself by the evidence that counts; without it, those declared.
    """
    children = list(place.children.in_force(today).order_by("sort_key"))
    served = [p for p in (place, *children) if p.kind in SERVED]
    services = services_at(served, person, today) if served else {}
    villages = [services[c.pk] for c in children if c.kind == Place.Kind.VILLAGE]
    spots = [services[c.pk] for c in children if c.kind in (Place.Kind.ZONE, Place.Kind.SITE)]
    own = services.get(place.pk)
    return Presence(
        own=own,
        villages=villages,
        spots=spots,
        units=[c for c in children if c.kind not in SERVED],
        sentences=[own_sentence(own, serving)] if own else sentences_about(place, villages, spots),
        simulated=place.simulated or any(s.simulated or s.place.simulated for s in services.values()),
    )


def services_at(places: Sequence[Place], person: Someone, today: date) -> dict[int, Services]:
    """Read the services at places; that there is one is public, whose it is only for those who may see the row."""
    found = {p.pk: Services(p) for p in places}
    coverage = DeclaredCoverage.objects.covering("2G", *MOBILE_BROADBAND, on=today).filter(place__in=found)
    for row in named(coverage, DeclaredCoverage.objects.visible_to(person)):
        services = found[row.place_id]
        names = services.technologies.setdefault(row.technology, [])
        names += [operator_name(row)] if row.named and operator_name(row) not in names else []
        services.simulated |= row.simulated
    for row in named(
        FibreReach.objects.reaching(today).filter(village__in=found), FibreReach.objects.visible_to(person)
    ):
        services = found[row.village_id]
        services.has_fibre = True
        services.households_able = max(services.households_able, row.households_able)
        services.fibre += [operator_name(row)] if row.named else []
        services.simulated |= row.simulated
    return found


def named(rows: QuerySet[Any], visible: QuerySet[Any]) -> QuerySet[Any]:
    """Mark the rows whose operator the person may know."""
    return rows.annotate(named=Exists(visible.filter(pk=OuterRef("pk")))).select_related("operator")


def operator_name(row: Any) -> str:
    """Give the operator's name in short."""
    return str(row.operator.short_name or row.operator.name)


def sentences_about(place: Place, villages: Sequence[Services], spots: Sequence[Services]) -> list[str]:
    """Say in plain words what a place of villages has and lacks."""
    if not villages:
        return []
    words = [has_sentence(place, villages), *lack_sentences(villages)]
    dark = [s for s in spots if not s.mobile_broadband]
    if dark:
        words.append(f"Chưa khai báo băng rộng di động tại {names_of(dark)}.")
    return words


def own_sentence(own: Services, serving: Collection[str] | None) -> str:
    """Say what a village, zone or site has: by the evidence that counts, where there is any, else as declared."""
    mobile = sorted(own.technologies if serving is None else serving, reverse=True)
    has = [f"sóng {', '.join(mobile)}"] if mobile else []
    has += [f"cáp quang ({number(own.households_able)} hộ có thể lắp)"] if own.has_fibre else []
    broadband = any(technology in mobile for technology in MOBILE_BROADBAND)
    lacks = ["băng rộng di động"] if not broadband else [] if "5G" in mobile else ["5G"]
    lacks += ["cáp quang"] if own.place.kind == Place.Kind.VILLAGE and not own.has_fibre else []
    nothing = "chưa có dịch vụ nào" + (" được khai báo" if serving is None else "")
    text = f"{own.place.full_name} " + (f"có {' và '.join(has)}" if has else nothing)
    return f"{text}; chưa có {', '.join(lacks)}." if has and lacks else f"{text}."


def has_sentence(place: Place, villages: Sequence[Services]) -> str:
    """Count a commune's villages by what they have."""
    counts = [
        (sum(v.mobile_broadband for v in villages), "có sóng băng rộng di động"),
        (sum("5G" in v.technologies for v in villages), "có 5G"),
        (sum(v.has_fibre for v in villages), "có cáp quang"),
    ]
    told = ", ".join(f"{number(count)} {words}" for count, words in counts)
    return f"{place.full_name} có {number(len(villages))} thôn, tổ dân phố: {told}."


def lack_sentences(villages: Sequence[Services]) -> list[str]:
    """Name the villages that lack something."""
    kinds = [
        ("Chưa có băng rộng di động", [v for v in villages if not v.mobile_broadband]),
        ("Chưa có 5G", [v for v in villages if v.mobile_broadband and "5G" not in v.technologies]),
        ("Chưa có cáp quang", [v for v in villages if not v.has_fibre]),
        ("Chưa có điện lưới", [v for v in villages if v.place.has_grid_power is False]),
    ]
    return [f"{words}: {names_of(lacking)}." for words, lacking in kinds if lacking]


def names_of(services: Sequence[Services]) -> str:
    """Name places, the first few of many."""
    names = ", ".join(s.place.full_name for s in services[:NAMED])
    return f"{names} và {number(len(services) - NAMED)} nơi khác" if len(services) > NAMED else names


@dataclass(frozen=True)
class Whereabouts:
    """What a place was made of and what it became: each place with its name and its share in words."""

    reason: str
    before: list[tuple[Place, str, str]]
    after: list[tuple[Place, str, str]]


def whereabouts(place: Place, *, today: date) -> Whereabouts:
    """Follow a place to those before and after it; what share passed on is unknown until somebody recorded it."""
    former = place.precessions.select_related("predecessor__province", "predecessor__parent")
    later = place.successions.select_related("successor__province", "successor__parent")
    before, after = former.order_by("predecessor__sort_key"), later.order_by("successor__sort_key")
    gone = place.valid_to is not None and place.valid_to < today
    return Whereabouts(
        reason=hits([place], today)[0].reason if gone else "",
        before=told_apart([(row.predecessor, share_of(row)) for row in before]),
        after=told_apart([(row.successor, share_of(row)) for row in after]),
    )


def told_apart(places: Sequence[tuple[Place, str]]) -> list[tuple[Place, str, str]]:
    """Give each place its name, those of the same name with what they lay in."""
    counts = Counter(place.full_name for place, _ in places)
    names = [f"{p} ({p.parent})" if counts[p.full_name] > 1 and p.parent else str(p) for p, _ in places]
    return [(place, name, share) for (place, share), name in zip(places, names, strict=True)]


def share_of(row: PlaceSuccession) -> str:
    """Say what part passed on, and when."""
    if row.whole:
        return f"toàn bộ, từ {day(row.on)}"
    if row.population_percent is None:
        return f"một phần, tỷ lệ chưa biết, từ {day(row.on)}"
    return f"{number(row.population_percent, 1)} % dân số, từ {day(row.on)}"
