"""The kinds of rows of these registers, one line each: pages, lists, uploads, exports and template files read this.

A new kind is a model with its migration, a line in `forms.FORMS`, a line here, a term in the glossary, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hatang.systems.forms import FORMS, EntryForm
from hatang.systems.models import (
    VIEW,
    VIEW_LINK,
    Agency,
    CdnNode,
    CloudService,
    CloudUse,
    DataCentre,
    DataLink,
    Entry,
    Host,
    InformationSystem,
    InternetExchange,
    LoudspeakerStation,
    SectorSystem,
    SystemUse,
)


@dataclass(frozen=True)
class Kind:
    """A kind of rows: its model, the name of several, and which fields a list shows."""

    model: type[Entry]
    plural: str
    shown: tuple[str, ...]
    """The fields of a list, after code and name; the first with choices is the one that a list filters by."""
    question: str
    """What the list answers, in a few words for the overview."""
    permissions: tuple[str, ...] = (VIEW,)
    """Any of them opens the list; which rows, the QuerySet says."""
    officers_alone: tuple[str, ...] = ()
    """Fields that only those with the whole register may know."""

    @property
    def slug(self) -> str:
        """The word for it in addresses."""
        return self.model.SLUG

    @property
    def label(self) -> str:
        """The name of one."""
        return str(self.model._meta.verbose_name)

    @property
    def form(self) -> type[EntryForm]:
        """The form that cleans its facts."""
        return FORMS[self.model]

    @property
    def fields(self) -> list[str]:
        """The fields of its form, in the order in which people read them."""
        return list(self.form.base_fields)

    @property
    def sort(self) -> str:
        """The field that tells sorts apart, empty where there is none."""
        choosing = (name for name in self.shown if self.model._meta.get_field(name).choices)  # type: ignore[union-attr]
        return next(choosing, "")

    @property
    def objects(self) -> Any:
        """The model's manager."""
        return self.model._default_manager


TABLE = (
    Kind(Agency, "Cơ quan, đơn vị", ("sort", "commune"), "Cơ quan nào phải nối mạng, dùng nền tảng?"),
    Kind(
        DataCentre,
        "Trung tâm dữ liệu",
        ("purpose", "owner", "commune", "area_m2", "power_mw", "tier", "pue"),
        "Trung tâm nào, rộng bao nhiêu, cấp mấy?",
    ),
    Kind(
        CloudService,
        "Dịch vụ đám mây",
        ("origin", "provider", "model", "government"),
        "Đám mây nào, trong nước hay nước ngoài?",
    ),
    Kind(
        Host, "Máy chủ", ("kind", "centre", "cloud", "cores", "memory_gb", "storage_gb"), "Máy nào, thật hay ảo, ở đâu?"
    ),
    Kind(CloudUse, "Việc dùng đám mây", ("agency", "cloud", "accounts"), "Ai dùng đám mây nào?"),
    Kind(
        InformationSystem,
        "Hệ thống thông tin, cổng",
        ("kind", "owner", "shared_provincial", "hosting", "host_name", "security_level", "security_file_on", "backup"),
        "Hệ thống nào, của ai, đặt ở đâu, cấp độ mấy?",
    ),
    Kind(SystemUse, "Việc dùng hệ thống", ("agency", "system", "accounts"), "Ai dùng hệ thống, nền tảng nào?"),
    Kind(
        SectorSystem,
        "Hệ thống của ngành khác",
        ("sector", "owner", "points", "condition", "surveyed_on", "roadmap_on"),
        "Họp trực tuyến, y tế, giao thông … hiện trạng ra sao?",
    ),
    Kind(
        LoudspeakerStation,
        "Đài truyền thanh cấp xã",
        ("technology", "commune", "clusters", "clusters_working", "condition", "surveyed_on", "roadmap_on"),
        "Đài nào hỏng, bao giờ thay?",
    ),
    Kind(
        DataLink,
        "Đường truyền TSLCD",
        ("level", "agency", "operator", "commune", "capacity_mbps", "physical_paths", "centre", "serves_level"),
        "Cơ quan nào đã nối, mấy đường vật lý?",
        (VIEW, VIEW_LINK),
        ("centre", "serves_level", "remarks"),
    ),
    Kind(
        InternetExchange,
        "Trạm trung chuyển Internet",
        ("operator", "commune", "capacity_gbps", "members"),
        "Các mạng gặp nhau ở đâu?",
    ),
    Kind(
        CdnNode, "Nút CDN", ("provider", "operator", "commune", "capacity_gbps"), "Nội dung nào được phục vụ tại chỗ?"
    ),
)
KINDS: dict[str, Kind] = {kind.slug: kind for kind in TABLE}
OF_MODEL: dict[type[Entry], Kind] = {kind.model: kind for kind in TABLE}
ORDER: tuple[type[Entry], ...] = tuple(kind.model for kind in TABLE)
"""The models, each after those to which its rows may point; systems that are part of others come after them."""
