"""The layers of what other sectors build and of public sites on offer: for everybody, by date and state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Case, CharField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from hatang.network.forms.exports import EVERY_STATE
from hatang.network.models import JointWork, PublicSite
from hatang.network.services.as_of import ServiceState
from hatang.places.models import Place
from hatang.web.services.layer import SIMULATED, Ask, Drawing, Layer
from hatang.web.services.thing_layers import OTHERS, UNKNOWN, WANTED

AHEAD, IN_FORCE, ENDED = ServiceState.AHEAD.value, ServiceState.IN_FORCE.value, ServiceState.ENDED.value
SHAPES = "work_shapes"
SPOT = ExpressionWrapper(PointOnSurface("shape"), output_field=PointField(srid=4326))


@dataclass(frozen=True)
class Announced:
    """What the map asks of rows that everybody may read: its key in addresses, its words, its rows and their dates.

    `shown` are the stages that are drawn unless another is asked for; `shade` writes the class in the legend.
    """

    key: str
    layer: str
    model: type[JointWork | PublicSite]
    title: str
    heading: str
    noun: str
    holder: str
    classes: dict[str, str]
    stages: dict[str, str]
    shown: tuple[str, ...]
    begin: str
    end: str
    shade: Case
    page: str
    list_page: str
    beside: tuple[str, ...] = ()

    def rows(self, ask: Ask) -> QuerySet[Any]:
        """Give the rows that are asked for, with `state` and `shade`; of a day yet unended, that day is the last."""
        rows: Any = self.model._default_manager.visible_to(ask.person)  # type: ignore[attr-defined]
        if ask.province:
            rows = rows.filter(province=ask.province)
        if ask.narrowing.sort:
            rows = rows.filter(kind=ask.narrowing.sort)
        rows = rows.annotate(state=self.stage_on(ask.on), shade=self.shade)
        stage = ask.narrowing.stage
        if stage == EVERY_STATE:
            return rows  # type: ignore[no-any-return]
        return rows.filter(state__in=(stage,) if stage else self.shown)  # type: ignore[no-any-return]

    def stage_on(self, on: date) -> Case:
        """Write where a row stands on a day: ahead, in force, ended (ServiceState)."""
        ended, begun = Q(**{f"{self.end}__lt": on}), Q(**{f"{self.begin}__lte": on})
        ways = [When(ended, then=Value(ENDED)), When(begun, then=Value(IN_FORCE))]
        return Case(*ways, default=Value(AHEAD), output_field=CharField())


def by(field: str, classes: dict[str, str]) -> Case:
    """Write the class that follows from a field, the others if it names none."""
    ways = [When(**{field: value}, then=Value(shade)) for value, shade in classes.items()]
    return Case(*ways, default=Value(OTHERS), output_field=CharField())


WORKS = Announced(
    key="viec-khac",
    layer="works",
    model=JointWork,
    title="Nơi nào sắp đào, xây?",
    heading="Chưa khởi công",
    noun="công trình của ngành khác",
    holder="Chủ đầu tư",
    classes={WANTED: "chưa khởi công", OTHERS: "đang thi công", UNKNOWN: "đã hoàn thành"},
    stages={AHEAD: "chưa khởi công", IN_FORCE: "đang thi công", ENDED: "đã hoàn thành"},
    shown=(AHEAD, IN_FORCE),
    begin="starts_on",
    end="ends_on",
    shade=by("state", {AHEAD: WANTED, ENDED: UNKNOWN}),
    page="network:joint_work",
    list_page="network:works",
    beside=(SHAPES,),
)
SITES = Announced(
    key="dia-diem",
    layer="sites",
    model=PublicSite,
    title="Địa điểm công nào cho đặt thiết bị?",
    heading="Có điện lưới",
    noun="địa điểm công",
    holder="Cơ quan liên hệ",
    classes={WANTED: "có điện lưới", OTHERS: "chưa có điện lưới tại chỗ", UNKNOWN: "chưa rõ điện"},
    stages={AHEAD: "chưa đến ngày chào", IN_FORCE: "đang chào", ENDED: "đã hết hạn chào"},
    shown=(IN_FORCE,),
    begin="from_on",
    end="until_on",
    shade=by("power", {PublicSite.Power.GRID: WANTED, "": UNKNOWN}),
    page="network:site",
    list_page="network:sites",
)
ANNOUNCED = {asked.key: asked for asked in (WORKS, SITES)}


def drawn(asked: Announced, where: str | Combinable) -> Callable[[Ask], Drawing]:
    """Give what draws the rows of a question at a geometry."""
    facts: dict[str, Any] = {
        "code": F("title"),
        "owner": F("investor" if asked is WORKS else "body"),
        "sort": F("kind"),
        "state": F("state"),
        "shade": F("shade"),
        "begins": Cast(F(asked.begin), CharField()),
        "ends": Cast(F(asked.end), CharField()),
        "simulated": F("simulated"),
    }
    if asked is SITES:
        facts["commune"] = Concat(F("commune__title"), Value(" "), F("commune__name"))
    return lambda ask: Drawing(asked.rows(ask), where, facts)


SAYS = {
    "code": "tên",
    "owner": "chủ đầu tư, hoặc cơ quan liên hệ",
    "sort": "loại",
    "state": "ahead, in_force hoặc ended: chưa tới, đang, đã qua",
    "shade": "wanted: điều câu hỏi tìm; others: còn lại; unknown: chưa rõ, hoặc đã xong",
    "begins": "khởi công, hoặc từ ngày",
    "ends": "hoàn thành, hoặc đến hết ngày",
} | SIMULATED
WORK_LAYERS = (
    Layer(WORKS.layer, WORKS.title, "point", SAYS, drawn(WORKS, SPOT), (JointWork,)),
    Layer(SHAPES, "Hình của công trình ngành khác", "line", SAYS, drawn(WORKS, "shape"), (JointWork,)),
    Layer(
        SITES.layer, SITES.title, "point", SAYS | {"commune": "xã, phường"}, drawn(SITES, "point"), (PublicSite, Place)
    ),
)
