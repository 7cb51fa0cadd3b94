"""Power and backhaul: the cheapest of what can be brought, by the prices as they hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hatang.core.radio.kernels.ground import Ground
from hatang.core.terrain.grid import Grid, lattice_around
from hatang.coverage.services.engine import Land
from hatang.planning.models import Candidate, Scenario
from hatang.planning.services.candidates.drafts import Spot
from hatang.planning.services.candidates.supply import Away, chosen, is_clear
from hatang.planning.services.prices import Price, default_prices

Power, Backhaul = Candidate.Power, Candidate.Backhaul
SCENARIO = Scenario(first_year=2026, last_year=2030, interest_percent=7, lifetime_years=7)
FAR = Spot("new-1", Candidate.Kind.NEW_MAST, 106.7, 21.9, 42.0, 1)


def prices(**amounts: int) -> dict[str, Price]:
    """Give the default prices, some of them otherwise."""
    return {
        code: replace(price, amount_vnd=amounts.get(code, price.amount_vnd)) for code, price in default_prices().items()
    }


def away(power_km: float, fibre_km: float, hop_km: float | None) -> Away:
    """Say how far power, fibre on new poles and a clear hop's end are."""
    return Away(power_km, (("fibre_new_poles_km", fibre_km),) if np.isfinite(fibre_km) else (), hop_km)


@pytest.mark.parametrize(
    ("far", "power", "backhaul"),
    [
        (away(0.1, 0.5, 3.0), Power.GRID, Backhaul.FIBRE),
        (away(0.4, 8.0, 3.0), Power.LINE, Backhaul.MICROWAVE),
        (away(6.0, 40.0, None), Power.SOLAR, Backhaul.SATELLITE),
        (away(np.inf, np.inf, None), Power.SOLAR, Backhaul.SATELLITE),
    ],
)
def test_the_cheapest_is_chosen(far: Away, power: Candidate.Power, backhaul: Candidate.Backhaul) -> None:
    found = chosen(FAR, far, SCENARIO, prices())
    assert (found.power, found.backhaul) == (power, backhaul)
    assert all(line["structure"] for line in found.lines), "whoever uses the structure shares them"


def test_other_prices_choose_otherwise() -> None:
    far = away(6.0, 8.0, 3.0)
    assert chosen(FAR, far, SCENARIO, prices()).power == Power.SOLAR
    found = chosen(FAR, far, SCENARIO, prices(power_line_km=10_000_000, fibre_new_poles_km=5_000_000))
    assert (found.power, found.backhaul, found.backhaul_km) == (Power.LINE, Backhaul.FIBRE, 8.0)
    counts = {line["item"]: line["count"] for line in found.lines}
    assert counts == {"power_line_km": 7.2, "fibre_new_poles_km": 8.0, "fibre_yearly_km": 8.0}


def test_what_is_there_is_not_brought() -> None:
    lived_in = replace(FAR, power="grid", connected=True)
    found = chosen(lived_in, away(5.0, 5.0, None), SCENARIO, prices())
    assert (found.power, found.backhaul, found.lines) == (Power.GRID, Backhaul.PRESENT, ())


def valley(ridge_m: float) -> Land:
    """Make flat ground with a ridge across it."""
    lattice = lattice_around((106.6, 21.8, 106.8, 22.0), 1 / 1200, 1 / 1200)
    heights = np.zeros(lattice.shape, dtype=np.float32)
    heights[:, 118:122] = ridge_m
    grid = Grid.over(lattice, heights)
    return Land(Ground(grid.values, *grid.place), grid, None)


def test_a_ridge_in_the_fresnel_zone_ends_a_hop() -> None:
    """Some 10 km at 7 GHz: the radius is 10.5 m in the middle, 0.6 of it 6.3 m; the Earth bends by 1.6 m."""
    ends = ((106.65, 21.9), (106.75, 21.9))
    assert is_clear(valley(0.0), *ends, 42.0, 42.0)
    assert is_clear(valley(33.0), *ends, 42.0, 42.0)
    assert not is_clear(valley(36.0), *ends, 42.0, 42.0), "seen, but not clear"
    assert not is_clear(valley(33.0), (106.5, 21.9), ends[1], 42.0, 42.0), "beyond the ground that is known"
