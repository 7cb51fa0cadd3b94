"""The simulated things: marked, owned, hourly for a month; what fails stands as an alert, as watching would say."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from hatang.network.models import Mast, Station
from hatang.sample.things import HOURS, KINDS, make_things
from hatang.sensors.models import Alert, Datastream, Thing, Threshold
from hatang.sensors.services.observations import series
from hatang.sensors.services.watching import Watched, watch
from tests.conftest import World

BUILT = date(2020, 1, 1)
Capture = Callable[..., AbstractContextManager[object]]


def test_a_month_of_marked_things(world: World, django_capture_on_commit_callbacks: Capture) -> None:
    folder = Path(settings.DATA) / "observations"
    shutil.rmtree(folder, ignore_errors=True)
    for n in range(8):
        at = {"province": world.province, "commune": world.commune, "lon": 106.7 + n / 100, "lat": 21.9}
        mast = Mast.objects.create(code=f"C{n}", owner=world.operator, simulated=True, built_on=BUILT, **at)
        Station.objects.create(code=f"T{n}", mast=mast, operator=world.operator, technology="4G", on_air_on=BUILT)
    communes = [world.commune, world.neighbour]
    now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        made = make_things(world.province, communes, timezone.localdate(now))
    try:
        assert len(made) == Thing.objects.filter(simulated=True).count() == 8 + 2 * (len(KINDS) - 1)
        near = Thing.objects.filter(locations__shape__dwithin_m=(GEOSGeometry("POINT (106.7 21.9)", 4326), 10))
        assert [thing.site_code for thing in near.filter(site_code__gt="")] == ["C0"]
        assert {thing.owner for thing in made if thing.site_code} == {world.operator}
        flooded = Datastream.objects.filter(code="muc-nuoc").order_by("pk").first()
        assert flooded and flooded.last_at
        told = series(flooded, flooded.last_at - timedelta(days=40), flooded.last_at)
        assert sum(bucket.count for bucket in told) == HOURS
        assert told[-1].mean == flooded.last_result
        opened = {alert.threshold_id for alert in Alert.objects.filter(closed_at=None, simulated=True)}
        assert opened
        assert watch(Threshold.objects.all(), now=now) == Watched(looked=Threshold.objects.count())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
