"""Who serves a place in a run, and by which way: the results that a person may see, and the link behind one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatang.core.radio.antennas import Pattern
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell, CellsError
from hatang.core.radio.coverage.batches import Settings
from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.errors import RangeError
from hatang.core.radio.services import Service
from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Area
from hatang.core.terrain.profiles import bearing_deg, distance_km
from hatang.coverage.models import CoverageRun, PredictedService
from hatang.coverage.services import engine
from hatang.coverage.services.antennas import patterns_of
from hatang.coverage.services.village.profiles import Candidate, Link, link_between, strongest_at
from hatang.network import models as network
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

MOST_CANDIDATES = 5
BEYOND_KM = 0.5
"""The ground is read a little further than cells reach, so that no path runs along its rim."""


@dataclass(frozen=True)
class Line:
    """What a run found at a place for one operator and technology, and where the serving cell stands.

    `direction_deg` is where the place lies as seen from the cell, `cell` the cell where the person may see it; all None
    without a cell.
    """

    found: PredictedService
    service: Service
    cell: network.Cell | None
    distance_km: float | None
    direction_deg: float | None

    @property
    def percent(self) -> float:
        """The probability of service, %."""
        return 100 * self.found.probability


def lines_at(run: CoverageRun, place: Place, person: Someone, standard: Standard) -> list[Line]:
    """Give the results at a place that a person may see, the newest technology first."""
    found = PredictedService.objects.visible_to(person).filter(run=run, place=place)
    found = found.select_related("operator", "cell__station__mast").order_by("-technology", "operator__sort_key")
    rows = list(found)
    told = network.Cell.objects.visible_to(person).filter(pk__in=[row.cell_id for row in rows if row.cell_id])
    seen = set(told.order_by().values_list("pk", flat=True))
    return [line_of(row, place, standard, tells=row.cell_id in seen) for row in rows]


def line_of(row: PredictedService, place: Place, standard: Standard, *, tells: bool) -> Line:
    """Add what the run asked, and where the cell stands."""
    service = standard.services[Technology(row.technology)]
    if row.cell is None or place.lon is None or place.lat is None:
        return Line(row, service, None, None, None)
    mast = row.cell.station.mast
    here, there = (mast.lon, mast.lat), (place.lon, place.lat)
    towards = bearing_deg(here, there) if here != there else None
    return Line(row, service, row.cell if tells else None, distance_km(here, there), towards)


@dataclass(frozen=True)
class Ways:
    """The strongest cells of one operator and technology at a place, computed now, and the link to one of them.

    `why_not` says why there is none.
    """

    candidates: tuple[Candidate, ...] = ()
    link: Link | None = None
    rows: tuple[network.Cell, ...] = ()
    kernel_dbm: float | None = None
    why_not: str = ""

    def row(self, cell: Cell) -> network.Cell:
        """Give the register's row of a cell."""
        return next(row for row in self.rows if str(row.pk) == cell.id)


def ways_to(run: CoverageRun, place: Place, line: Line, person: Someone, *, chosen: str, standard: Standard) -> Ways:
    """Compute the strongest cells at a place and the link to the chosen one, or to the strongest.

    Only cells that the person may see are told: others of the same operator, beyond the border, are left out.
    """
    if place.lon is None or place.lat is None:
        return Ways(why_not="Nơi này chưa có tọa độ.")
    settings, spot = engine.settings_of(run), (place.lon, place.lat)
    try:
        area = engine.area_about([spot[0]], [spot[1]], run.radius_km + BEYOND_KM)
        area = engine.meeting(engine.area_of(run.terrain), area)
        cells = cells_of(run, line, area, person)
        land = engine.land_of(run.terrain, area)
        patterns = patterns_of(run.province)
        best = strongest_at(
            land, cells, spot, settings=settings, standard=standard, most=MOST_CANDIDATES, patterns=patterns
        )
        return chosen_way(run, land, best, spot, chosen, settings=settings, standard=standard, patterns=patterns)
    except CellsError as error:
        return Ways(why_not=f"Sổ hiện nay không tính được: {error}")
    except (TerrainError, RangeError) as error:
        return Ways(why_not=str(error))
    except FileNotFoundError:
        return Ways(why_not="Tệp địa hình của lượt tính không còn trong kho lưu.")


def cells_of(run: CoverageRun, line: Line, area: Area, person: Someone) -> list[Cell]:
    """Give the cells of a result's operator and technology in an area that a person may see."""
    found = line.found
    cells = engine.cells_for(run, area, operator=found.operator_id, technology=found.technology).cells
    rows = network.Cell.objects.visible_to(person).filter(pk__in=[int(cell.id) for cell in cells])
    seen = {str(pk) for pk in rows.order_by().values_list("pk", flat=True)}
    return [cell for cell in cells if cell.id in seen]


def chosen_way(
    run: CoverageRun,
    land: engine.Land,
    best: list[Candidate],
    spot: tuple[float, float],
    chosen: str,
    *,
    settings: Settings,
    standard: Standard,
    patterns: Mapping[str, Pattern],
) -> Ways:
    """Work out the link to one of the candidates, the strongest unless another is asked for."""
    if not best:
        return Ways(why_not="Không có ô nào mà bạn được xem tới đây trong tầm tính.")
    one = next((candidate for candidate in best if candidate.cell.id == chosen), best[0])
    layer = f"{one.cell.operator}:{one.cell.technology}"
    offset = float(run.offsets_db.get(layer, 0.0))
    (bare,) = engine.calibrated((one.cell,), {layer: -offset})
    link = link_between(land, bare, spot, settings=settings, standard=standard, patterns=patterns, offset_db=offset)
    rows = network.Cell.objects.filter(pk__in=[int(candidate.cell.id) for candidate in best])
    return Ways(tuple(best), link, tuple(rows.select_related("station__mast")), one.level_dbm)
