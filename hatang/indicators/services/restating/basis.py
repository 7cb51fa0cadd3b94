"""From which former units today's came, and which figures can be restated at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import shapely
from django.utils import timezone

from hatang.core.restating import Crosswalk, Passing, Share, Source, why_not_medians
from hatang.indicators.models import Indicator
from hatang.places.models import Boundary, Place, PlaceQuerySet, PlaceSuccession

RATIO, SUM = "ratio", "sum"
LEAST_COVERED = 0.9
RESTATABLE = (Indicator.Rollup.RATIO_OF_SUMS, Indicator.Rollup.SUM)


@dataclass(frozen=True)
class Basis:
    """A crosswalk with the places that its codes stand for."""

    crosswalk: Crosswalk
    former: dict[str, Place]
    present: dict[str, Place]

    def parts_of(self, place: Place) -> list[Place]:
        """Give the former units of which one of today is made."""
        return [self.former[code] for code in self.crosswalk.parts_of(label(place))]

    def shares_of(self, place: Place, kind: str) -> list[tuple[Place, float, Source]]:
        """Give the same with the share of each that passed here, and where the share came from."""
        walk, weights = self.crosswalk, self.crosswalk.weights(Share(kind))
        rows = [k for k, at in enumerate(walk.target) if walk.after[at] == label(place)]
        return [
            (self.former[walk.before[walk.origin[k]]], float(weights.share[k]), Source(int(weights.source[k])))
            for k in rows
        ]


def label(place: Place) -> str:
    """Name a unit as messages about its shares do; its code tells it from others of the same name."""
    return f"{place.full_name} (mã {place.code})" if place.code else f"{place.full_name} (số {place.pk})"


def basis_of(*, province: Place, level: str = Place.Kind.COMMUNE) -> Basis | None:
    """Read how a province's units of a level came from former ones; None where none did.

    A share that stands in the register is official, for officers do not guess there. Two queries.
    """
    here = today_units(province, level)
    befores = PlaceSuccession.objects.filter(successor__in=here).values("predecessor")
    rows = PlaceSuccession.objects.filter(predecessor__in=befores, successor__kind=level)
    links = list(rows.select_related("predecessor__parent", "predecessor__province", "successor").order_by("pk"))
    if not links:
        return None
    former = {label(link.predecessor): link.predecessor for link in links}
    present = {label(link.successor): link.successor for link in links}
    drawn = drawn_shares(links)
    return Basis(Crosswalk.of(passing(link, drawn) for link in links), former, present)


def today_units(province: Place, level: str) -> PlaceQuerySet:
    """Give today's units of a province: the province itself, or its communes."""
    if level == Place.Kind.PROVINCE:
        return Place.objects.filter(pk=province.pk)
    return Place.objects.communes().in_force(timezone.localdate()).filter(province=province)


def passing(link: PlaceSuccession, drawn: Mapping[tuple[int, int], float]) -> Passing:
    """Read a succession as a row of the crosswalk; a share that was only drawn on the map is an estimate."""
    given = {Share.PEOPLE: link.population_percent, Share.AREA: link.area_percent}
    official = {kind: percent / 100 for kind, percent in given.items() if percent is not None}
    on_map = drawn.get((link.predecessor_id, link.successor_id))
    estimated = {} if on_map is None else {Share.AREA: on_map}
    return Passing(label(link.predecessor), label(link.successor), estimated | official, frozenset(official))


def drawn_shares(links: Iterable[PlaceSuccession]) -> dict[tuple[int, int], float]:
    """Measure, where the real boundaries of a split unit and of all its successors are known, how its area was parted.

    A unit of which any share of area stands in the register is left to it. Boundaries that leave out more than a tenth
    of the former unit do not fit each other and are not used.
    """
    split: dict[int, list[PlaceSuccession]] = defaultdict(list)
    for link in links:
        split[link.predecessor_id].append(link)
    unknown = {k: v for k, v in split.items() if len(v) > 1 and all(link.area_percent is None for link in v)}
    shapes = real_shapes({pk for k, v in unknown.items() for pk in (k, *(link.successor_id for link in v))})
    shares: dict[tuple[int, int], float] = {}
    for before, after in ((k, [link.successor_id for link in v]) for k, v in unknown.items()):
        if before in shapes and all(pk in shapes for pk in after):
            parts = [shapes[before].intersection(shapes[pk]).area for pk in after]
            if sum(parts) >= LEAST_COVERED * shapes[before].area:
                shares |= {(before, pk): part / sum(parts) for pk, part in zip(after, parts, strict=True)}
    return shares


def real_shapes(places: set[int]) -> dict[int, shapely.Geometry]:
    """Read the boundaries in force of these places, without those that only illustrate."""
    if not places:
        return {}
    rows = Boundary.objects.current().real().filter(place__in=places).values_list("place", "geometry")
    return {pk: shapely.from_wkb(bytes(shape.wkb)) for pk, shape in rows}


def form_of(indicator: Indicator) -> tuple[str, str]:
    """Say how an indicator is restated; or, with an empty form, why it cannot be."""
    if indicator.rollup == Indicator.Rollup.SUM:
        return SUM, "Cộng theo tỷ lệ: mỗi đơn vị cũ góp phần của nó vào đơn vị hiện nay."
    if indicator.rollup == Indicator.Rollup.RATIO_OF_SUMS and indicator.unit.ratio_scale is not None:
        return RATIO, "Cộng tử số và mẫu số theo tỷ lệ rồi mới chia; không lấy trung bình của các tỷ lệ."
    if indicator.unit.code == "mbps":
        return "", why_not_medians()
    if indicator.rollup == Indicator.Rollup.RECOMPUTED:
        return "", "Chỉ tiêu này tính lại từ dòng gốc của sổ đăng ký, không từ số liệu của đơn vị cũ."
    return "", "Chỉ tiêu này không gộp được, nên không tính lại được theo địa giới khác."
