"""The peer of `benchmarks.sta`: django-ogc-sensorthings on SQLite; run by a Python that has it and uvicorn.

As a program: `sta_peer.py STREAMS OBSERVATIONS` fills the database that `PEER_DATABASE` names, with the rows
that `benchmarks.sta` makes too, and the indexes that whoever keeps it would add. To uvicorn: `application`.
"""

from __future__ import annotations

import os
import sys
import types
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django
from django.conf import settings

ADAPTER = "sensorthings.versions.v1_1.backends.django.adapter.DjangoBackendAdapter"
PATH = "sta"
INDEXES = (
    "create index peer_result on {0} (result)",
    "create index peer_latest on {0} (datastream_id, result_time)",
)


def begin() -> None:
    """Set the peer up as its handbook says."""
    settings.configure(
        SECRET_KEY="peer",
        ALLOWED_HOSTS=["127.0.0.1"],
        USE_TZ=True,
        INSTALLED_APPS=["sensorthings.versions.v1_1", "sensorthings.versions.v1_1.backends.django"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DATABASE"]}},
        ROOT_URLCONF="peer_urls",
        MIDDLEWARE=[],
        SENSORTHINGS_V1_1_SERVICE_URL=f"http://127.0.0.1/{PATH}",
        SENSORTHINGS_V1_1_BACKEND_ADAPTER=ADAPTER,
        SENSORTHINGS_V1_1_ID_TYPE=UUID,
        SENSORTHINGS_V1_1_ID_DELIMITER="'",
    )
    django.setup()
    from django.urls import include, path

    urls: Any = types.ModuleType("peer_urls")
    urls.urlpatterns = [path(f"{PATH}/", include("sensorthings.versions.v1_1.urls"))]
    sys.modules["peer_urls"] = urls


def fill(streams: int, observations: int) -> None:
    """Store things with a stream each, and observations a minute apart."""
    from django.core.management import call_command
    from django.db import connection
    from sensorthings.versions.v1_1.backends.django import models as m

    call_command("migrate", verbosity=0)
    said = {"description": "-"}
    sensor = m.Sensor.objects.create(name="s", encoding_type="text/html", metadata="-", **said)
    what = m.ObservedProperty.objects.create(name="o", definition="urn:o", **said)
    where = m.FeatureOfInterest.objects.create(name="f", feature={"type": "Point", "coordinates": [106, 21]}, **said)
    things = m.Thing.objects.bulk_create(m.Thing(name=f"T{n}", **said) for n in range(streams))
    unit = {"name": "m", "symbol": "m", "definition": "urn:m"}
    made = {"sensor": sensor, "observed_property": what, "unit_of_measurement": unit}
    made["observation_type"] = m.Datastream.OM_MEASUREMENT
    there = m.Datastream.objects.bulk_create(
        m.Datastream(name=f"D{n}", thing=thing, **made, **said) for n, thing in enumerate(things)
    )
    first = datetime(2026, 10, 1, tzinfo=UTC)
    for n, stream in enumerate(there):
        m.Observation.objects.bulk_create(
            (
                m.Observation(
                    datastream=stream,
                    feature_of_interest=where,
                    phenomenon_time_begin=first + timedelta(minutes=minute),
                    result_time=first + timedelta(minutes=minute),
                    result=float((7 * minute + n) % 1009),
                )
                for minute in range(observations // streams)
            ),
            batch_size=5_000,
        )
    with connection.cursor() as cursor:
        for index in INDEXES:
            cursor.execute(index.format(m.Observation._meta.db_table))
        cursor.execute("analyze")


begin()
if __name__ == "__main__":
    fill(int(sys.argv[1]), int(sys.argv[2]))
else:
    from django.core.asgi import get_asgi_application

    application = get_asgi_application()
