"""The kinds of physical things, one row each: pages, lists, uploads, exports, tiles and forms of the law read this.

A new kind is a model with its form and migration, a row here, a term in the glossary, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from hatang.network.forms import FORMS, ThingForm
from hatang.network.models import (
    CableRoute,
    Chamber,
    Closure,
    House,
    LineThing,
    Mast,
    Pole,
    PoleLine,
    Thing,
    UndergroundWork,
)


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its key (link and address), model, name of several, and the field that tells sorts apart."""

    model: type[Thing]
    slug: str
    plural: str
    sort: str
    specific: tuple[str, ...]
    """The fields that this kind alone has, in the order in which people read them."""

    @property
    def key(self) -> str:
        """The name of the link to such a thing."""
        return self.model.KEY

    @property
    def label(self) -> str:
        """The name of one."""
        return str(self.model._meta.verbose_name)

    @property
    def form(self) -> type[ThingForm]:
        """The form that cleans its facts."""
        return FORMS[self.model]

    @property
    def is_line(self) -> bool:
        """Whether it runs along a line."""
        return issubclass(self.model, LineThing)

    @property
    def geometry(self) -> str:
        """The name of the field that places it."""
        return self.model.GEOMETRY

    @property
    def passive(self) -> bool:
        """Whether the law counts it as passive infrastructure."""
        return self.model.PASSIVE

    @property
    def has_spare(self) -> bool:
        """Whether it has a capacity of which a part can be free."""
        return any(field.name == "spare" for field in self.model._meta.fields)

    @property
    def objects(self) -> Any:
        """The model's manager."""
        return self.model._default_manager


TABLE = (
    Kind(Mast, "cot", "Cột ăng ten", "structure", ("zone", "height_m", "mount", "camouflaged", "level4", "hazards")),
    Kind(House, "nha-tram", "Nhà trạm", "kind", ("function", "area_m2")),
    Kind(UndergroundWork, "cong-trinh-ngam", "Công trình ngầm", "kind", ("part",)),
    Kind(Chamber, "be-cap", "Bể cáp", "kind", ("underground",)),
    Kind(PoleLine, "tuyen-cot", "Tuyến cột treo cáp", "kind", ("pole_count", "pole_height_m", "reason")),
    Kind(Pole, "cot-treo-cap", "Cột treo cáp", "kind", ("pole_line", "height_m")),
    Kind(CableRoute, "tuyen-cap", "Tuyến cáp", "laying", ("level", "capacity_gbps")),
    Kind(Closure, "diem-noi-cap", "Điểm nối cáp", "kind", ("cable",)),
)
KINDS: dict[str, Kind] = {kind.slug: kind for kind in TABLE}
OF_MODEL: dict[type[Thing], Kind] = {kind.model: kind for kind in TABLE}


def kind_of(slug: str) -> Kind:
    """Give the kind that an address names, or answer 404."""
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]
