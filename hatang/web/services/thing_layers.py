"""The layers of the network's things: one for each kind, shaded by the answer to its question.

Which field of a thing is whose stands in `network.audience`; what a person may not see, their tile does not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib.gis.db.models import PointField
from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, F, Model, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf

from hatang.accounts.models import Organisation
from hatang.geosqlite.functions import MakePoint
from hatang.network.audience import Viewer, seeing
from hatang.network.kinds import TABLE as KINDS
from hatang.network.kinds import Kind
from hatang.network.models import LifeState, Mast, Station, Tenancy
from hatang.network.narrowing import narrowed, told_as_of, told_of
from hatang.places.models import Place
from hatang.web.services.layer import SIMULATED, Ask, Drawing, Layer

SEE_THINGS, SEE_STATIONS = "network.view_thing", "network.view_station"
ALL = Q(pk__isnull=False)
WANTED, OTHERS, UNKNOWN = "wanted", "others", "unknown"


@dataclass(frozen=True)
class Question:
    """What the map asks of a kind: its key in addresses, its words, which things it looks for, what both are called.

    `where` is the condition over rows of `told_of`; `known` says over which rows it can be answered at all. Kinds
    `beside` are drawn with it from close by.
    """

    key: str
    kind: Kind
    title: str
    heading: str
    found: str
    rest: str
    where: Q
    known: Q = ALL
    beside: tuple[str, ...] = ()

    @property
    def layer(self) -> str:
        """The key of the layer that answers it."""
        return layer_key(self.kind)


def layer_key(kind: Kind) -> str:
    """Name the layer of a kind."""
    return "masts" if kind.model is Mast else kind.key


SPARE = Q(spare__gt=0)
SPARE_KNOWN = Q(spare__isnull=False)
OF = {kind.key: kind for kind in KINDS}
ASKED = (
    Question(
        "cot", OF["mast"], "Cột nào dùng chung?", "Dùng chung",
        "từ hai doanh nghiệp dùng chung", "không quá một doanh nghiệp dùng", Q(users__gt=1), Q(users__isnull=False),
    ),
    Question("nha", OF["house"], "Nhà trạm nào còn chỗ?", "Còn chỗ", "còn chỗ", "đã hết chỗ", SPARE, SPARE_KNOWN),
    Question(
        "cong", OF["underground"], "Cống bể nào còn chỗ?", "Còn ống",
        "còn ống trống", "hết ống trống", SPARE, SPARE_KNOWN, ("chamber",),
    ),
    Question(
        "tuyen-cot", OF["pole_line"], "Tuyến cột nào còn chỗ?", "Còn chỗ",
        "còn chỗ treo cáp", "hết chỗ treo cáp", SPARE, SPARE_KNOWN, ("pole",),
    ),
    Question(
        "cap", OF["cable"], "Cáp quang đi đâu?", "Đi ngầm",
        "chôn, đi trong cống ống", "treo trên cột", ~Q(laying="aerial"), beside=("closure",),
    ),
)  # fmt: skip
QUESTIONS = {asked.key: asked for asked in ASKED}
OF_KIND = {asked.kind.key: asked for asked in ASKED}


def rows_of(kind: Kind, ask: Ask) -> tuple[QuerySet[Any], Viewer]:
    """Give the things that the person may see and asks for, with `named`, `users`, `state`, `shade`.

    Unless a state is asked for, those in use that day.
    """
    viewer = Viewer(ask.person)
    on = viewer.day(ask.on)
    rows = told_now(kind, ask, viewer, on) if ask.known_at is None else told_before(kind, ask, on, ask.known_at)
    if ask.province:
        rows = rows.filter(province=ask.province)
    rows = narrowed(rows, kind, ask.narrowing, ask.person, on, ask.known_at)
    return rows.annotate(shade=shade_of(kind)), viewer


def told_now(kind: Kind, ask: Ask, viewer: Viewer, on: date) -> QuerySet[Any]:
    """Give the things as the register holds them now."""
    rows = kind.objects.visible_to(ask.person)
    return told_of(rows if ask.narrowing.state else rows.in_use(on), kind, viewer, on)


def told_before(kind: Kind, ask: Ask, on: date, known_at: datetime) -> QuerySet[Any]:
    """Give the things as the register held them at an instant."""
    rows = told_as_of(kind, ask.person, on, known_at)
    return rows if ask.narrowing.state else rows.filter(state=LifeState.IN_USE)


def shade_of(kind: Kind) -> Any:
    """Write the class of a thing in the legend."""
    asked = OF_KIND.get(kind.key)
    if asked is None:
        return Value(OTHERS)
    ways = [When(~asked.known, then=Value(UNKNOWN)), When(asked.where, then=Value(WANTED))]
    return Case(*ways, default=Value(OTHERS), output_field=CharField())


def things(kind: Kind, ask: Ask) -> Drawing:
    """Draw things of a kind, with what the person may know of each."""
    rows, _ = rows_of(kind, ask)
    short = NullIf(F("owner__short_name"), Value(""))
    facts: dict[str, Any] = {
        "code": NullIf(F("named"), Value("")),
        "commune": Concat(F("commune__title"), Value(" "), F("commune__name")),
        "owner": Coalesce(short, F("owner__name"), output_field=CharField()),
        "sort": F(kind.sort),
        "state": F("state"),
        "shade": F("shade"),
        "offered": F("offered"),
        "simulated": F("simulated"),
    }
    if asked := OF_KIND.get(kind.key):
        facts["tenants" if asked.key == "cot" else "spare"] = F("users" if asked.key == "cot" else "spare")
    if kind.model is Mast:
        facts["height_m"] = Case(When(seeing("height_m"), then=F("height_m")), default=None)
    if kind.is_line:
        facts["length_km"] = F("length_km")
        return Drawing(rows, kind.geometry, facts, feature_id="id")
    facts["rough"] = ExpressionWrapper(~seeing("point"), BooleanField())
    kept = MakePoint(F("lon"), F("lat"), output_field=PointField(srid=4326)) if ask.known_at else kind.geometry
    return Drawing(rows, kept, facts, feature_id="id", rough=~seeing("point"))


SAYS = {
    "code": "mã; chỉ với người được biết",
    "commune": "xã, phường",
    "owner": "chủ sở hữu",
    "sort": "loại",
    "state": f"trạng thái: {', '.join(LifeState.values)}",
    "shade": "wanted: điều câu hỏi tìm; others: còn lại; unknown: không được biết hoặc sổ chưa ghi",
    "offered": "chủ sở hữu chào dùng chung",
} | SIMULATED


def says(kind: Kind) -> dict[str, str]:
    """Say what a feature of a kind tells."""
    more: dict[str, str] = {}
    if kind.key in OF_KIND:
        own = {"tenants": "số doanh nghiệp dùng"} if kind.model is Mast else {"spare": "phần còn trống"}
        more |= own
    if kind.model is Mast:
        more["height_m"] = "chiều cao, m; chỉ với Sở, chủ cột và doanh nghiệp trên cột"
    where = {"length_km": "dài, km"} if kind.is_line else {"rough": "điểm chỉ đúng đến khoảng 1 km"}
    return SAYS | more | where


def layer_of(kind: Kind) -> Layer:
    """Make the layer of a kind."""
    reads: tuple[type[Model], ...] = (kind.model, Tenancy, Place, Organisation)
    return Layer(
        layer_key(kind),
        OF_KIND[kind.key].title if kind.key in OF_KIND else kind.plural,
        "line" if kind.is_line else "point",
        says(kind),
        partial(things, kind),
        (*reads, Station) if kind.model is Mast else reads,
        permission=SEE_THINGS,
        also=(SEE_STATIONS,),
        keeps_history=True,
    )


THING_LAYERS = tuple(layer_of(kind) for kind in KINDS)
