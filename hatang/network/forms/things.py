"""What may be typed or uploaded about physical things: the same fields clean a page's form and a file's rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import number
from hatang.network.models import (
    CableRoute,
    Chamber,
    Closure,
    House,
    Mast,
    Pole,
    PoleLine,
    Thing,
    UndergroundWork,
)
from hatang.network.models.things import LIFE, OWN_CODES
from hatang.pages.fields import (
    ONE_OF_LIST,
    BeginningField,
    CodeField,
    CountField,
    DayField,
    FactsForm,
    FlagField,
    NumberField,
    YesNoField,
    choose,
    in_words,
)
from hatang.pages.widgets import GeometryWidget, PointWidget, ShapeField
from hatang.places.models import Place
from hatang.places.points import too_far_km

DAYS = dict.fromkeys(("planned_on", "out_of_use_on", "dismantled_on"), DayField)
BEGINNINGS = dict.fromkeys(("construction_on", "built_on"), BeginningField)
NUMBERS = dict.fromkeys(("lon", "lat", "height_m", "area_m2", "pole_height_m", "capacity_gbps"), NumberField)
COUNTS = dict.fromkeys(("capacity", "spare", "pole_count"), CountField)
ANSWERS = {"camouflaged": YesNoField, "level4": YesNoField, "offered": FlagField}
CLASSES = {"code": CodeField, "path": ShapeField, **DAYS, **BEGINNINGS, **NUMBERS, **COUNTS, **ANSWERS}
WHOSE = ["code", "code_system", "owner", "operator"]
SHARING = ["capacity", "spare", "offered"]
LAST = [*LIFE, "remarks"]
AT_POINT = ["commune", "lon", "lat", "address"]
ALONG_LINE = ["commune", "path", "along", "address"]
ROUTES = {"underground", "pole_line", "cable"}
FIRST_DAYS = LIFE[:3]
NUMBER_NAMES = [*NUMBERS, *COUNTS]


def position_fault(commune: Place, lon: float | None, lat: float | None) -> str:
    """Say that a point cannot lie in its commune, or nothing."""
    away = too_far_km(commune, lon, lat)
    return "" if away is None else f"Điểm cách {commune.full_name} {number(away)} km: sai tọa độ hoặc sai mã xã."


def spare_fault(capacity: int | None, spare: int | None) -> str:
    """Say that more is free than there is, or nothing."""
    over = capacity is not None and spare is not None and spare > capacity
    return f"Còn trống {spare}, nhiều hơn tất cả là {capacity}." if over else ""


class ThingForm(FactsForm):
    """What every thing's form does: its commune and owner are chosen among those in force, spare within capacity."""

    ORDERED: ClassVar = (
        ("construction_on", "built_on"),
        ("built_on", "out_of_use_on"),
        ("built_on", "dismantled_on"),
    )

    class Meta:
        field_classes: ClassVar = CLASSES
        formfield_callback = in_words
        widgets: ClassVar = {"lat": PointWidget(partner="lon"), "path": GeometryWidget()}
        localized_fields: ClassVar = NUMBER_NAMES
        error_messages: ClassVar = {
            "structure": {"invalid_choice": "Loại cột là một trong A1, A2, A3, A4, A5, A6."},
            **dict.fromkeys(("owner", "operator", "commune", "zone"), ONE_OF_LIST),
        }

    def __init__(
        self, *args: Any, province: Place, today: date, owner: Organisation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        for name in {"lat", "path"} & self.fields.keys():
            self.fields[name].widget.near = (province.lon, province.lat)  # type: ignore[attr-defined]
        inside = Place.objects.filter(province=province).in_force(today).order_by("sort_key")
        organisations = Organisation.objects.in_force(today).at_work_in(province)
        kept = Organisation.objects.filter(pk__in=[self.instance.owner_id, self.instance.operator_id])
        organisations = (organisations | kept).order_by("sort_key")
        offered: dict[str, Any] = {
            "commune": inside.communes(),
            "zone": inside.of_kind(Place.Kind.ZONE),
            "owner": organisations,
            "operator": organisations,
            "underground": UndergroundWork.objects.filter(province=province).order_by("code"),
            "pole_line": PoleLine.objects.filter(province=province).order_by("code"),
            "cable": CableRoute.objects.filter(province=province).order_by("code"),
        }
        for name in offered.keys() & self.fields.keys():
            choose(self, name, offered[name])
        if owner:
            self.keep_to(owner)

    def keep_to(self, owner: Organisation) -> None:
        """Let somebody write for one owner alone: its things, and routes of its own to be part of.

        What is part of another's route stays so, without being asked or told.
        """
        self.initial["owner"] = owner.pk
        self.fields["owner"].disabled = True
        for name in ROUTES & self.fields.keys():
            own = self.fields[name].queryset.filter(owner=owner)  # type: ignore[attr-defined]
            held = getattr(self.instance, f"{name}_id")
            if held and not own.filter(pk=held).exists():
                del self.fields[name]
            else:
                choose(self, name, own)

    def draw_near(self, box: tuple[float, float, float, float], reference: dict[str, Any]) -> None:
        """Open the map on a box (west, south, east, north, in degrees), with GeoJSON to see and to snap to."""
        for name in {"lat", "path"} & self.fields.keys():
            widget: Any = self.fields[name].widget
            widget.near = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            widget.reference = reference

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors.keys() & set(FIRST_DAYS) and not any(cleaned.get(name) for name in FIRST_DAYS):
            self.add_error(FIRST_DAYS[0], "Cần ít nhất một ngày: dự kiến, khởi công hoặc đưa vào sử dụng.")
        return cleaned

    def clean_code_system(self) -> str:
        """Read nothing as the owner's own codes."""
        return str(self.cleaned_data["code_system"] or OWN_CODES)

    @staticmethod
    def faults_between(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Say what is wrong between facts that are right by themselves: at which field, and what."""
        commune = said.get("commune")
        if commune and (fault := position_fault(commune, said.get("lon"), said.get("lat"))):
            yield "lon", fault
        if fault := spare_fault(said.get("capacity"), said.get("spare")):
            yield "spare", fault


class MastForm(ThingForm):
    """A mast's facts. Its commune must lie in the province, its point near the commune."""

    class Meta(ThingForm.Meta):
        model = Mast
        own: ClassVar = ["zone", "structure", "height_m", "mount", "camouflaged", "level4", "hazards"]
        fields: ClassVar = [*WHOSE, *AT_POINT, *own, *SHARING, *LAST]


class HouseForm(ThingForm):
    """A house's facts."""

    class Meta(ThingForm.Meta):
        model = House
        fields: ClassVar = [*WHOSE, *AT_POINT, "kind", "function", "area_m2", *SHARING, *LAST]


class UndergroundForm(ThingForm):
    """The facts of underground works."""

    class Meta(ThingForm.Meta):
        model = UndergroundWork
        fields: ClassVar = [*WHOSE, *ALONG_LINE, "kind", "part", *SHARING, *LAST]


class ChamberForm(ThingForm):
    """A chamber's facts."""

    class Meta(ThingForm.Meta):
        model = Chamber
        fields: ClassVar = [*WHOSE, *AT_POINT, "kind", "underground", "offered", *LAST]


class PoleLineForm(ThingForm):
    """The facts of a line of poles."""

    class Meta(ThingForm.Meta):
        model = PoleLine
        fields: ClassVar = [*WHOSE, *ALONG_LINE, "kind", "pole_count", "pole_height_m", "reason", *SHARING, *LAST]


class PoleForm(ThingForm):
    """A pole's facts."""

    class Meta(ThingForm.Meta):
        model = Pole
        fields: ClassVar = [*WHOSE, *AT_POINT, "kind", "pole_line", "height_m", "offered", *LAST]


class CableForm(ThingForm):
    """A cable's facts."""

    class Meta(ThingForm.Meta):
        model = CableRoute
        fields: ClassVar = [
            *WHOSE,
            *ALONG_LINE,
            "laying",
            "level",
            "capacity",
            "spare",
            "capacity_gbps",
            "offered",
            *LAST,
        ]


class ClosureForm(ThingForm):
    """A closure's facts."""

    class Meta(ThingForm.Meta):
        model = Closure
        fields: ClassVar = [*WHOSE, *AT_POINT, "kind", "cable", "capacity", "spare", "offered", *LAST]


FORMS: dict[type[Thing], type[ThingForm]] = {
    Mast: MastForm,
    House: HouseForm,
    UndergroundWork: UndergroundForm,
    Chamber: ChamberForm,
    PoleLine: PoleLineForm,
    Pole: PoleForm,
    CableRoute: CableForm,
    Closure: ClosureForm,
}
