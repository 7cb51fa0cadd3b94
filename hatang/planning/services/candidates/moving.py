"""A mast that a person puts somewhere else: what it serves there, how it is supplied, what it costs."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number
from hatang.places.services.locating import locate_one
from hatang.planning.models import CHANGE, Candidate, CandidateService
from hatang.planning.services.candidates.assumed import three_sectors
from hatang.planning.services.candidates.costs import Prices
from hatang.planning.services.candidates.drafts import Draft, Kind, Spot
from hatang.planning.services.candidates.ground import MOVED, NEW, ground_spot
from hatang.planning.services.candidates.making import BATCH, Built, Making, built_of
from hatang.planning.services.candidates.spacing import keeps_distance
from hatang.planning.services.prices import prices_of

STANDS = "Công trình này dùng kết cấu có sẵn nên không dời được; chỉ dời được cột mới đặt trên đất trống."
TOO_NEAR = "Ở đó cột không đủ khoảng cách tới cột có sẵn theo quy định của tỉnh; chọn điểm khác."
UNDER_WAY = "Phương án đang tính; đợi xong hoặc huỷ rồi dời công trình."
FIELDS = (
    "structure", "commune", "lon", "lat", "height_m", "power", "backhaul", "backhaul_km", "capital_vnd", "yearly_vnd",
    "structure_capital_vnd", "structure_yearly_vnd", "cost_lines", "exact",
)  # fmt: skip


def may_move(candidate: Candidate) -> bool:
    """Tell whether a candidate can be put somewhere else: a new mast on ground that this system chose."""
    return candidate.kind == Kind.NEW_MAST and candidate.structure.startswith((NEW, MOVED))


@transaction.atomic
def move_candidate(
    *, actor: Person, candidate: Candidate, lon: float, lat: float, prices: Prices | None = None
) -> Candidate:
    """Put a new mast, with all works on it, somewhere else; compute what they serve and cost there.

    Raises PermissionDenied, and ValidationError where it cannot be moved, or cannot stand there.
    """
    scenario = candidate.scenario
    if not actor.has_perm(CHANGE, scenario):
        raise PermissionDenied
    if scenario.under_way:
        raise ValidationError(UNDER_WAY)
    if not may_move(candidate):
        raise ValidationError(STANDS)
    making = Making(scenario, prices or prices_of(scenario.province))
    spot = spot_at(making, round(lon, 5), round(lat, 5))
    rows = list(scenario.candidates.filter(structure=candidate.structure).order_by("number"))
    drafts = [Draft(spot, row.operator_id, row.technology, three_sectors(spot.height_m)) for row in rows]
    check_distance(making, spot, drafts)
    reaches = making.reach(drafts, lambda done, whole: None)
    for row, found in zip(rows, built_of(making, drafts, reaches), strict=True):
        put(actor, row, found, making)
    candidate.refresh_from_db()
    return candidate


def spot_at(making: Making, lon: float, lat: float) -> Spot:
    """Give the place where a mast is put. Raises ValidationError off the run's terrain or the province."""
    registers = making.registers
    if not registers.holds(lon, lat):
        west, south, east, north = registers.inner
        lons, lats = (f"{number(low, 3)} đến {number(high, 3)}" for low, high in ((west, east), (south, north)))
        raise ValidationError(f"Điểm nằm ngoài địa hình của lượt tính: cần kinh độ {lons}, vĩ độ {lats}.")
    where = locate_one(lon, lat, on=registers.on)
    if where.province and where.province.pk != making.scenario.province_id:
        raise ValidationError(f"Điểm nằm trong {where.province}, ngoài {making.scenario.province}.")
    commune = where.commune.pk if where.commune else nearest_commune(making, lon, lat)
    return ground_spot(lon, lat, commune, simulated=making.scenario.run.terrain.simulated, name=MOVED)


def nearest_commune(making: Making, lon: float, lat: float) -> int:
    """Give the commune of the nearest place, where no boundary tells."""
    plane, needs = making.registers.plane, making.needs
    here = plane.laid([lon], [lat])[0]
    away = ((making.registers.km_of(needs.places) - here) ** 2).sum(axis=1)
    parent = needs.places[int(away.argmin())].parent_id if len(away) else None
    if parent is None:
        raise ValidationError("Không rõ điểm ấy thuộc xã, phường nào; chọn điểm gần một thôn.")
    return parent


def check_distance(making: Making, spot: Spot, drafts: Sequence[Draft]) -> None:
    """Refuse a place where the province's spacing rules forbid a mast of one of its operators."""
    commune = making.registers.communes.get(spot.commune)
    for draft in drafts:
        assert draft.operator is not None
        if not keeps_distance(making.registers.sight, commune, spot.lon, spot.lat, draft.operator):
            raise ValidationError(TOO_NEAR)


def put(actor: Person, row: Candidate, found: Built, making: Making) -> None:
    """Store a moved candidate and what it serves now."""
    for name in FIELDS:
        setattr(row, name, getattr(found.row, name))
    sign(row, actor, "dời")
    row.save(update_fields=list(FIELDS))
    row.services.all().delete()
    places = making.needs.places
    CandidateService.objects.bulk_create(
        (
            CandidateService(candidate=row, place=places[place], probability=chance)
            for place, chance in sorted(found.reach.items())
        ),
        batch_size=BATCH,
    )
