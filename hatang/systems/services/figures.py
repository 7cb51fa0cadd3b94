"""How much the registers hold: for officers in full; for everybody what may be public, without names or levels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, Q, QuerySet, Sum, Value

from hatang.accounts.access import scopes_in
from hatang.places.models import Place
from hatang.systems.kinds import KINDS, OF_MODEL, TABLE, Kind
from hatang.systems.models import (
    DOMESTIC,
    Agency,
    CloudService,
    CloudUse,
    DataCentre,
    DataLink,
    Entry,
    Host,
    InformationSystem,
    LoudspeakerStation,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser


MARKED = Count("pk", filter=Q(simulated=True))


@dataclass(frozen=True)
class Line:
    """One kind's line: how many are in use, to come, ended."""

    kind: Kind
    in_use: int
    planned: int
    ended: int
    simulated: bool


def may_see(person: Someone, province: Place, kind: Kind) -> bool:
    """Tell whether the person may open the list of a kind in a province."""
    return any(scopes_in(person, permission, province.pk) for permission in kind.permissions)


def lines_for(person: Someone, province: Place, on: date) -> list[Line]:
    """Count each kind that a person may see, over the rows that the person sees, in one query."""
    kinds = [kind for kind in TABLE if may_see(person, province, kind)]
    if not kinds:
        return []
    first, *others = (counts_of(kind, kind.objects.visible_to(person).filter(province=province), on) for kind in kinds)
    found = {row["slug"]: row for row in first.union(*others, all=True)}
    return [line_of(kind, found.get(kind.slug, {})) for kind in kinds]


def counts_of(kind: Kind, rows: QuerySet[Any], on: date) -> QuerySet[Any, dict[str, Any]]:
    """Count rows of a kind as one line that stands beside the lines of others."""
    ended, begun = Q(until_on__lte=on), Q(since_on__lte=on)
    return (
        rows.order_by()
        .annotate(slug=Value(kind.slug, output_field=CharField()))
        .values("slug")
        .annotate(
            whole=Count("pk"),
            ended=Count("pk", filter=ended),
            in_use=Count("pk", filter=begun & (Q(until_on__isnull=True) | Q(until_on__gt=on))),
            marked=Count("pk", filter=Q(simulated=True)),
        )
    )


def line_of(kind: Kind, found: dict[str, Any]) -> Line:
    """Make a kind's line."""
    whole, ended, in_use = (found.get(name, 0) for name in ("whole", "ended", "in_use"))
    return Line(kind, in_use, whole - ended - in_use, ended, found.get("marked", 0) > 0)


def lines_about(row: Entry, on: date) -> list[tuple[Kind, str, int]]:
    """Count what stands on a row, kind by kind: the kind, the name of its link to the row, how many."""
    asked = []
    for relation in row._meta.related_objects:
        kind = OF_MODEL.get(relation.related_model)  # type: ignore[arg-type]
        if kind:
            rows = kind.objects.filter(**{relation.field.name: row}).in_force(on)
            named = Value(relation.field.name, output_field=CharField())
            slug = Value(kind.slug, output_field=CharField())
            asked.append(rows.order_by().annotate(slug=slug, link=named).values("slug", "link").annotate(n=Count("pk")))
    if not asked:
        return []
    found = asked[0].union(*asked[1:], all=True)
    return [(KINDS[line["slug"]], line["link"], line["n"]) for line in found if line["n"]]


@dataclass(frozen=True)
class PublicFigures:
    """What everybody may know of a province's systems: sums alone, no name, address, level or weakness."""

    systems: int
    pages: int
    shared: int
    shared_on_cloud: int
    with_new_technology: int
    centres: int
    centre_area_m2: float
    machines: int
    agencies: int
    agencies_linked: int
    agencies_on_domestic_cloud: int
    loudspeakers: int
    simulated: bool

    @property
    def shared_on_cloud_percent(self) -> float | None:
        """The share of the systems of the whole province that run on a cloud."""
        return 100 * self.shared_on_cloud / self.shared if self.shared else None

    @property
    def linked_percent(self) -> float | None:
        """The share of the bodies of the Party and the State on TSLCD."""
        return 100 * self.agencies_linked / self.agencies if self.agencies else None


def public_figures(province: Place, on: date) -> PublicFigures:
    """Count what may be public; one simulated row among all that were read marks the whole."""
    systems = systems_sums(province, on)
    bodies = Agency.objects.party_and_state(on).filter(province=province)
    links = DataLink.objects.in_force(on).filter(province=province)
    clouds = CloudUse.objects.in_force(on).filter(cloud__origin__in=DOMESTIC, province=province)
    linked, on_domestic = (Q(pk__in=rows.values("agency")) for rows in (links, clouds))
    counted = bodies.aggregate(
        n=Count("pk"), linked=Count("pk", filter=linked), on_domestic=Count("pk", filter=on_domestic), marked=MARKED
    )
    centres, machines, loudspeakers = (
        model.objects.in_force(on).filter(province=province).aggregate(n=Count("pk"), marked=MARKED, **more)
        for model, more in ((DataCentre, {"area": Sum("area_m2")}), (Host, {}), (LoudspeakerStation, {}))
    )
    read = (systems, counted, centres, machines, loudspeakers)
    return PublicFigures(
        systems=systems["whole"],
        pages=systems["pages"],
        shared=systems["shared"],
        shared_on_cloud=systems["on_cloud"],
        with_new_technology=systems["new"],
        centres=centres["n"],
        centre_area_m2=centres["area"] or 0,
        machines=machines["n"],
        agencies=counted["n"],
        agencies_linked=counted["linked"],
        agencies_on_domestic_cloud=counted["on_domestic"],
        loudspeakers=loudspeakers["n"],
        simulated=any(sums["marked"] for sums in read)
        or any(rows.filter(simulated=True).exists() for rows in (links, clouds)),
    )


def systems_sums(province: Place, on: date) -> dict[str, Any]:
    """Count the systems in use, pages of portals apart."""
    whole = Q(part_of__isnull=True)
    shared = whole & Q(shared_provincial=True)
    new = Q(uses_ai=True) | Q(uses_blockchain=True) | Q(uses_iot=True)
    rows = InformationSystem.objects.in_force(on).filter(province=province)
    return rows.aggregate(
        whole=Count("pk", filter=whole),
        pages=Count("pk", filter=~whole),
        shared=Count("pk", filter=shared),
        on_cloud=Count("pk", filter=shared & Q(hosting=InformationSystem.Hosting.CLOUD)),
        new=Count("pk", filter=whole & new),
        marked=MARKED,
    )


def cloud_origins(province: Place, on: date) -> dict[str, int]:
    """Count the bodies on clouds by whose clouds they are."""
    uses = CloudUse.objects.in_force(on).filter(province=province)
    counted = uses.values("cloud__origin").annotate(n=Count("agency", distinct=True)).order_by("cloud__origin")
    labels = dict(CloudService.Origin.choices)
    return {str(labels[row["cloud__origin"]]): row["n"] for row in counted}
