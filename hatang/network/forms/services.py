"""What may be typed or uploaded about services on things: stations, cells, tenancies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from hatang.accounts.models import Organisation
from hatang.network.models import SHAREABLE, Cell, Mast, Station, Tenancy
from hatang.pages.fields import (
    ONE_OF_LIST,
    BeginningField,
    CodeField,
    CountField,
    DayField,
    FactsForm,
    NumberField,
    choose,
    in_words,
)
from hatang.places.models import Place

CELL_NUMBERS = [
    "frequency_mhz",
    "bandwidth_mhz",
    "azimuth_deg",
    "tilt_electrical_deg",
    "tilt_mechanical_deg",
    "height_m",
    "power_dbm",
]


class StationForm(FactsForm):
    """A station's facts. Its mast must stand in the province."""

    ORDERED: ClassVar = (("on_air_on", "off_air_on"),)

    class Meta:
        model = Station
        fields: ClassVar = ["code", "mast", "operator", "technology", "on_air_on", "off_air_on"]
        formfield_callback = in_words
        field_classes: ClassVar = {
            "code": CodeField,
            "on_air_on": BeginningField,
            "off_air_on": DayField,
        }
        error_messages: ClassVar = {
            "technology": {"invalid_choice": "Công nghệ là một trong 2G, 3G, 4G, 5G."},
            **dict.fromkeys(("mast", "operator"), ONE_OF_LIST),
        }

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "mast", Mast.objects.filter(province=province).order_by("code"))
        choose(self, "operator", Organisation.objects.operators().in_force(today).order_by("sort_key"))


class CellForm(FactsForm):
    """A cell's facts. Its station must stand in the province."""

    ORDERED: ClassVar = (("on_air_on", "off_air_on"),)

    class Meta:
        model = Cell
        fields: ClassVar = ["code", "station", "band", *CELL_NUMBERS, "antenna", "on_air_on", "off_air_on"]
        formfield_callback = in_words
        field_classes: ClassVar = {
            "code": CodeField,
            "band": CodeField,
            "on_air_on": BeginningField,
            "off_air_on": DayField,
            **dict.fromkeys(CELL_NUMBERS, NumberField),
        }
        localized_fields: ClassVar = CELL_NUMBERS
        error_messages: ClassVar = {"station": ONE_OF_LIST}

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "station", Station.objects.filter(mast__province=province).order_by("code", "technology"))


class TenancyForm(FactsForm):
    """Who uses whose thing. The thing must lie in the province; nobody is their own tenant."""

    ORDERED: ClassVar = (("since_on", "until_on"),)

    class Meta:
        model = Tenancy
        fields: ClassVar = [
            *Tenancy.LINKS,
            "tenant",
            "mode",
            "since_on",
            "until_on",
            "amount",
            "shared_km",
            "price_vnd",
            "contract",
        ]
        formfield_callback = in_words
        field_classes: ClassVar = {
            "since_on": BeginningField,
            "until_on": DayField,
            "amount": CountField,
            "shared_km": NumberField,
            "price_vnd": CountField,
        }
        localized_fields: ClassVar = ["shared_km", "price_vnd"]
        error_messages: ClassVar = dict.fromkeys((*Tenancy.LINKS, "tenant"), ONE_OF_LIST)

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for model in SHAREABLE:
            choose(self, model.KEY, model._default_manager.filter(province=province).order_by("code"))
        choose(self, "station", Station.objects.filter(mast__province=province).order_by("code", "technology"))
        choose(self, "tenant", Organisation.objects.in_force(today).at_work_in(province).order_by("sort_key"))

    @staticmethod
    def faults_between(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Say what is wrong between facts that are right by themselves: at which field, and what."""
        thing = next((said[link] for link in Tenancy.LINKS if said.get(link)), None)
        owner = thing and (thing.owner_id if hasattr(thing, "owner_id") else thing.operator_id)
        tenant = said.get("tenant")
        if owner and tenant and owner == tenant.pk:
            yield "tenant", f"{tenant} là chủ sở hữu, không thể thuê của chính mình."
