"""An answer in words and counts: what is lost and gained, by service and operator, place by place, and on the map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import number
from hatang.coverage.models import BROADBAND, SERVICES
from hatang.coverage.services.runs.cells_seen import ELSEWHERE
from hatang.coverage.services.what_if.asking import NOBODY_AT_ALL, Picture, WhatIf
from hatang.coverage.services.what_if.effect import Sight
from hatang.network import models as network
from hatang.network.models import Technology
from hatang.pages.features import collection, feature, point
from hatang.places.models import Place

Mask = NDArray[np.bool_]
ANY, VOICE = "any", "voice"
DECIMALS = 5
SITE_WORDS = {
    Place.Type.COMMUNE_CENTRE: "trung tâm xã, phường",
    Place.Type.SCHOOL: "trường học",
    Place.Type.CLINIC: "cơ sở y tế",
}
OUTCOMES = {
    "dark": "không còn sóng",
    "lost": "mất dịch vụ",
    "gained": "được thêm",
    "kept": "đổi trạm, vẫn được phục vụ",
}
"""What becomes of a place, the worst first."""


@dataclass(frozen=True)
class Tally:
    """How much some places hold; `unknown` counts villages whose people nobody wrote down."""

    villages: int
    households: int
    people: int
    unknown: int
    without_grid: int
    zones: int
    sites: tuple[tuple[str, int], ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return not (self.villages or self.zones or self.sites)

    @property
    def words(self) -> str:
        """Say how many villages and people."""
        people = f"{number(self.people)} người" + (", chưa kể thôn chưa rõ dân số" if self.unknown else "")
        return f"{number(self.villages)} thôn ({people})"

    @property
    def site_words(self) -> str:
        """Say which sites and zones there are."""
        zones = [f"{number(self.zones)} khu, cụm"] if self.zones else []
        return ", ".join([f"{number(count)} {name}" for name, count in self.sites] + zones)


def tally_of(places: Iterable[Place]) -> Tally:
    """Count places and what they hold."""
    found = list(places)
    villages = [place for place in found if place.kind == Place.Kind.VILLAGE]
    counts: dict[str, int] = {}
    for place in found:
        if place.kind == Place.Kind.SITE:
            word = SITE_WORDS.get(Place.Type(place.type), "địa điểm khác")
            counts[word] = counts.get(word, 0) + 1
    return Tally(
        villages=len(villages),
        households=sum(place.households or 0 for place in villages),
        people=sum(place.population or 0 for place in villages),
        unknown=sum(place.population is None for place in villages),
        without_grid=sum(place.has_grid_power is False for place in villages),
        zones=sum(place.kind == Place.Kind.ZONE for place in found),
        sites=tuple(counts.items()),
    )


@dataclass(frozen=True)
class Line:
    """What a service of one operator, or of all together, loses and gains."""

    service: str
    whose: str
    lost: Tally
    gained: Tally


@dataclass(frozen=True)
class Row:
    """One operator's service at a place, before and after; `outcome` is of this service, `dark` of the place."""

    place: Place
    operator: str
    technology: str
    outcome: str
    dark: bool
    level_before_dbm: float | None
    level_after_dbm: float | None
    server_before: str
    server_after: str
    others: str

    @property
    def outcome_words(self) -> str:
        """Say what becomes of the service."""
        return OUTCOMES["dark"] if self.dark else OUTCOMES[self.outcome]


class Reading:
    """An answer read: masks over its places, made as they are asked for."""

    def __init__(self, answer: WhatIf, sight: Sight, *, volte: bool = False) -> None:
        self.answer, self.sight, self.volte = answer, sight, volte

    @cached_property
    def operators(self) -> dict[int, str]:
        """Name the operators of the layers."""
        keys = {operator for operator, _ in self.answer.layers} | {int(cell.operator) for cell in self.answer.added}
        rows = Organisation.objects.filter(pk__in=keys).order_by("sort_key")
        return {row.pk: row.short_name or row.name for row in rows}

    @property
    def services(self) -> dict[str, tuple[str, ...]]:
        """Give the services asked about and the technologies that give each."""
        everything = tuple(map(str, Technology))
        voice = ("2G", "3G", "4G") if self.volte else ("2G", "3G")
        return {ANY: everything, VOICE: voice, BROADBAND: SERVICES[BROADBAND], **{t: SERVICES[t] for t in everything}}

    def label(self, service: str) -> str:
        """Name a service."""
        words = {ANY: "sóng di động (bất kỳ)", BROADBAND: "băng rộng di động (3G trở lên)"}
        words[VOICE] = "thoại (2G, 3G, 4G có VoLTE)" if self.volte else "thoại qua 2G, 3G"
        return words.get(service, service)

    def given(self, picture: Picture, service: str, operator: int | None = None) -> Mask:
        """Tell which places have a service, of one operator or of any, (places,)."""
        technologies = self.services[service]
        rows = [k for k, (who, how) in enumerate(self.answer.layers) if how in technologies and operator in (None, who)]
        return np.asarray(picture.served[rows].any(axis=0))

    def lost(self, service: str, operator: int | None = None) -> Mask:
        """Tell which places lose a service."""
        return self.given(self.answer.before, service, operator) & ~self.given(self.answer.after, service, operator)

    def gained(self, service: str, operator: int | None = None) -> Mask:
        """Tell which places gain a service."""
        return self.given(self.answer.after, service, operator) & ~self.given(self.answer.before, service, operator)

    @cached_property
    def layers_lost(self) -> Mask:
        """Tell which layers are lost where, (layers, places)."""
        return np.asarray(self.answer.before.served & ~self.answer.after.served)

    @cached_property
    def layers_gained(self) -> Mask:
        """Tell which layers are gained where, (layers, places)."""
        return np.asarray(self.answer.after.served & ~self.answer.before.served)

    @cached_property
    def moved(self) -> Mask:
        """Tell which layers go on by another cell where, (layers, places)."""
        before, after = self.answer.before, self.answer.after
        return np.asarray(before.served & after.served & (before.servers != after.servers))

    @cached_property
    def dark(self) -> Mask:
        """Tell which places have nothing left, (places,)."""
        return self.lost(ANY)

    def outcomes(self) -> list[str]:
        """Give what becomes of each place: the worst; nothing where nothing changes."""
        flags = {
            "dark": self.dark,
            "lost": anywhere(self.layers_lost),
            "gained": anywhere(self.layers_gained),
            "kept": anywhere(self.moved),
        }
        return [
            next((name for name, mask in flags.items() if mask[place]), "") for place in range(len(self.answer.places))
        ]

    def tally(self, mask: Mask) -> Tally:
        """Count the places of a mask."""
        return tally_of(self.answer.places[k] for k in np.flatnonzero(mask))

    def lines(self) -> list[Line]:
        """Give what each service loses and gains, of all operators together first; lines with nothing are left out."""
        whose: dict[int | None, str] = {}
        if self.sight.operators is None:
            whose[None] = "mọi doanh nghiệp"
        whose.update(self.operators.items())
        return [
            line
            for operator, name in whose.items()
            for service in self.services
            if not (line := self.line(service, operator, name)).lost.is_empty or not line.gained.is_empty
        ]

    def line(self, service: str, operator: int | None, name: str) -> Line:
        """Count what one service of one operator, or of all, loses and gains."""
        lost, gained = (self.tally(mask(service, operator)) for mask in (self.lost, self.gained))
        return Line(self.label(service), name, lost, gained)

    # --- the sentence

    def sentence(self) -> str:
        """Say the finding: villages that have nothing left, no broadband left, one operator less, more than before."""
        own = self.sight.operators is not None
        broadband = self.lost(BROADBAND) & ~self.dark
        less = anywhere(self.layers_lost) & ~self.dark & ~broadband
        said = [
            (self.dark, "không còn sóng của doanh nghiệp mình" if own else "không còn doanh nghiệp nào phủ sóng"),
            (broadband, "mất băng rộng di động" + (" của doanh nghiệp mình" if own else " của mọi doanh nghiệp")),
            (less, "mất một dịch vụ nhưng còn dịch vụ khác" + (" của mình" if own else " hoặc doanh nghiệp khác")),
            (anywhere(self.layers_gained), "được thêm dịch vụ"),
        ]
        counted = [(self.tally(mask), words) for mask, words in said]
        parts = [f"{tally.words} {words}" for tally, words in counted if tally.villages]
        if parts:
            return "; ".join(parts) + "."
        moved = self.tally(anywhere(self.moved)).villages
        go_on = f" {number(moved)} thôn chuyển sang ô khác mà vẫn được phục vụ." if moved else ""
        return f"Không thôn nào mất hay được thêm dịch vụ.{go_on}"

    # --- place by place

    def rows(self, most: int | None = None) -> list[Row]:
        """Give each service lost or gained at each place: places that have nothing left first, then by people."""
        changed = self.layers_lost | self.layers_gained
        order = sorted(map(tuple, np.argwhere(changed).tolist()), key=self.rank)[:most]
        servers = self.servers({int(p.servers[at]) for at in order for p in (self.answer.before, self.answer.after)})
        return [self.row(at, servers) for at in order]

    def rank(self, at: tuple[int, ...]) -> tuple[Any, ...]:
        """Order rows."""
        layer, place = at
        row = self.answer.places[place]
        return not self.dark[place], not self.layers_lost[layer, place], -(row.population or 0), row.pk, layer

    def row(self, at: tuple[int, ...], servers: dict[int, str]) -> Row:
        """Write one row."""
        operator, technology = self.answer.layers[at[0]]
        before, after = self.answer.before, self.answer.after
        return Row(
            place=self.answer.places[at[1]],
            operator=self.operators.get(operator, ""),
            technology=technology,
            outcome="lost" if self.layers_lost[at] else "gained",
            dark=bool(self.dark[at[1]]),
            level_before_dbm=known(before.levels_dbm[at]),
            level_after_dbm=known(after.levels_dbm[at]),
            server_before=servers.get(int(before.servers[at]), ""),
            server_after=servers.get(int(after.servers[at]), ""),
            others=self.left(at[1]),
        )

    def left(self, place: int) -> str:
        """Say which services are left at a place, by operator, as far as the person may know."""
        left: dict[int, list[str]] = {}
        for layer in np.flatnonzero(self.answer.after.served[:, place]).tolist():
            operator, technology = self.answer.layers[layer]
            left.setdefault(operator, []).append(technology)
        return "; ".join(f"{self.operators.get(key, '')} {', '.join(names)}" for key, names in left.items())

    def servers(self, keys: set[int]) -> dict[int, str]:
        """Name servers: cell and mast."""
        added = {key: "trạm thêm" for key in keys if key < NOBODY_AT_ALL}
        return named_cells(self.sight.person, [key for key in keys if key > NOBODY_AT_ALL]) | added

    # --- on the map

    def features(self) -> dict[str, Any]:
        """Give the places where something changes, and the sites that change, as GeoJSON."""
        return collection([*self.place_features(), *self.site_features()])

    def place_features(self) -> Iterator[dict[str, Any]]:
        """Give the places where something changes, the worst last, so that they lie on top."""
        order = list(OUTCOMES)
        outcomes = [(name, place) for name, place in zip(self.outcomes(), self.answer.places, strict=True) if name]
        for name, place in sorted(outcomes, key=lambda both: -order.index(both[0])):
            yield feature(spot(place.lon, place.lat), name=place.full_name, sort=name, people=place.population)

    def site_features(self) -> Iterator[dict[str, Any]]:
        """Give the masts that change and the sites that are added."""
        effect = self.answer.effect
        off = {row.station.mast_id for row in effect.off.values()}
        for key, mast in effect.masts().items():
            yield feature(spot(mast.lon, mast.lat), name=mast.code, sort="off" if key in off else "altered")
        for lon, lat in dict.fromkeys((cell.lon, cell.lat) for cell in effect.added):
            yield feature(spot(lon, lat), name="trạm thêm", sort="added")


def anywhere(layers: Mask) -> Mask:
    """Tell of which places any layer is meant, (places,)."""
    return np.asarray(layers.any(axis=0))


def spot(lon: float | None, lat: float | None) -> dict[str, Any]:
    """Write a point, to a metre."""
    return point(round(lon or 0.0, DECIMALS), round(lat or 0.0, DECIMALS))


def known(level_dbm: float) -> float | None:
    """Give a level that is there."""
    return None if np.isnan(level_dbm) else float(level_dbm)


def named_cells(person: Any, keys: Sequence[int]) -> dict[int, str]:
    """Name cells by their code and mast, those that a person may not see by neither."""
    rows = network.Cell.objects.visible_to(person).filter(pk__in=keys)
    named = {pk: f"{code} (cột {mast})" for pk, code, mast in rows.values_list("pk", "code", "station__mast__code")}
    return dict.fromkeys(keys, ELSEWHERE) | named
