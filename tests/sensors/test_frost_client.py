"""The client of FROST, as partners use it, against a live server."""

from __future__ import annotations

import gc
from typing import Any

import frost_sta_client as frost
import pytest
from frost_sta_client.service.auth_handler import AuthHandler

from hatang.accounts.models import Person
from hatang.sensors.models import Thing
from tests.sensors.conftest import token_of


@pytest.mark.filterwarnings("ignore:furl.pathstr")
@pytest.mark.django_db(transaction=True)
def test_frosts_client_makes_reads_and_removes(live_server: Any, people: dict[str, Person], settings: Any) -> None:
    settings.ORIGIN = live_server.url
    token = token_of(people["operator"])["Authorization"].split()[1]
    service = frost.SensorThingsService(f"{live_server.url}/sta/v1.1", AuthHandler("dn_a", token))
    thing = frost.Thing(name="Trạm", description="ở cầu", properties={"hatang": {"kind": "river"}, "sông": "Kỳ Cùng"})
    place = frost.Location(
        name="Cầu",
        description="",
        encoding_type="application/geo+json",
        location={"type": "Point", "coordinates": [106.7, 21.9]},
    )
    thing.locations = [place]
    service.create(thing)
    unit = frost.UnitOfMeasurement(name="mét", symbol="m", definition="https://qudt.org/vocab/unit/M")
    stream = frost.Datastream(
        name="Mực nước",
        description="",
        unit_of_measurement=unit,
        thing=frost.Thing(id=thing.id),
        observation_type="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        sensor=frost.Sensor(name="Radar", description="", encoding_type="text/plain", metadata="radar"),
        observed_property=frost.ObservedProperty(name="Mực nước", definition="urn:muc-nuoc", description=""),
    )
    service.create(stream)
    stored = service.datastreams().find(stream.id)
    for hour in range(30):
        one = frost.Observation(
            phenomenon_time=f"2026-11-01T{hour % 24:02}:{hour // 24:02}:00Z", result=float(hour), datastream=stored
        )
        service.create(one)
    listed = service.observations().query().filter(f"Datastream/id eq {stream.id} and result ge 10").top(7).list()
    assert sorted(one.result for one in listed) == [float(n) for n in range(10, 30)]  # it follows next links
    [again] = list(
        service.things().query().filter("properties/sông eq 'Kỳ Cùng'").expand("Locations,Datastreams").list()
    )
    assert (again.name, again.locations.entities[0].name, again.datastreams.entities[0].name) == (
        "Trạm",
        "Cầu",
        "Mực nước",
    )
    for asked, found in (
        ("geo.distance(Locations/location,geography'POINT(106.7 21.9)') lt 10", [thing.id]),
        ("st_relate(Locations/location,geography'POINT(106.7 21.9)','FF*F****T')", []),
    ):
        assert [one.id for one in service.things().query().filter(asked).list()] == found, asked
    late = service.observations().query().filter("date(phenomenonTime) eq 2026-11-01 and time(phenomenonTime) ge 23:00")
    assert [one.result for one in late.list()] == [23.0]
    again.name = "Trạm khác"
    service.update(again)
    assert Thing.objects.get(pk=thing.id).name == "Trạm khác" and Thing.objects.get(pk=thing.id).kind == "river"
    one = listed.entities[0] if hasattr(listed, "entities") else next(iter(listed))
    service.delete(one)
    assert len(list(service.observations().query().filter(f"Datastream/id eq {stream.id}").list())) == 29
    service.delete(again)
    assert not Thing.objects.filter(pk=thing.id).exists()
    stranger = frost.SensorThingsService(f"{live_server.url}/sta/v1.1", AuthHandler("x", "htg_khong-co"))
    with pytest.raises(Exception, match="401"):
        stranger.things().query().list()
    gc.collect()  # what the refused call raised holds its socket, so the server's thread and its session
