"""Who uses whose thing in the sample: operators on others' masts, cables on others' poles and in others' ducts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from hatang.accounts.models import Organisation
from hatang.network.models import Station, Tenancy
from hatang.sample.chance import chance, day_between
from hatang.sample.masts import LAST_WORKS
from hatang.sample.routes import Routes

MAST_RENT_VND = 4_500_000
ROUTE_RENT_VND = 60_000
ROUTE_SHARE = 0.4


def make_tenancies(stations: Sequence[Station], routes: Routes, operators: Sequence[Organisation]) -> list[Tenancy]:
    """Make the tenancies, unsaved."""
    return [*on_masts(stations), *along_routes(routes, operators)]


def on_masts(stations: Sequence[Station]) -> Iterator[Tenancy]:
    """Make one tenancy for each operator on another's mast, from its first station there on."""
    first: dict[tuple[str, str], Station] = {}
    for one in stations:
        if one.operator is not one.mast.owner:
            known = first.setdefault((one.mast.code, one.operator.name), one)
            if one.on_air_on < known.on_air_on:
                first[one.mast.code, one.operator.name] = one
    for (code, _), one in first.items():
        price = MAST_RENT_VND + 100_000 * chance(f"rent:{code}").randint(0, 20)
        yield tenancy(one.operator, one.on_air_on, price, mast=one.mast, amount=1)


def along_routes(routes: Routes, operators: Sequence[Organisation]) -> Iterator[Tenancy]:
    """Let other operators hang cables on a part of the pole lines in use and draw them through a part of the ducts."""
    for link, things in (("pole_line", routes.pole_lines), ("underground", routes.underground)):
        for thing in things:
            draw = chance(f"tenant:{thing.code}")
            if thing.built_on is None or draw.random() > ROUTE_SHARE:
                continue
            others = [operator for operator in operators if operator is not thing.owner]
            since = day_between(draw, thing.built_on + timedelta(30), max(LAST_WORKS, thing.built_on))
            yield tenancy(draw.choice(others), since, ROUTE_RENT_VND * draw.randint(5, 40), **{link: thing}, amount=1)


def tenancy(tenant: Organisation, since: date, price_vnd: int, **thing: Any) -> Tenancy:
    """Make one tenancy, marked."""
    return Tenancy(tenant=tenant, since_on=since, price_vnd=price_vnd, contract="Hợp đồng mẫu", simulated=True, **thing)
