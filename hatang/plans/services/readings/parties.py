"""Bodies as a document prints them, matched to organisations: those of its territory in force on its day.

A printed name may join several bodies, shorten words ("UBND"), or add the province; wordings stand in the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from hatang.accounts.models import Organisation
from hatang.accounts.services import bodies_on
from hatang.core.vietnamese import search_key
from hatang.places.models import Place
from hatang.plans.forms.parties import bodies_to_choose

SAME_WORDS = (
    ("uy ban nhan dan", "ubnd"),
    ("hoi dong nhan dan", "hdnd"),
    ("cac xa phuong", "xa phuong"),
    ("cac xa", "xa"),
    ("cap xa", "xa phuong"),
    ("xa phuong thi tran", "xa phuong"),
    ("cac huyen", "huyen"),
    ("cap huyen", "huyen thanh pho"),
    ("huyen thi xa thanh pho", "huyen thanh pho"),
    ("khoa hoc cong nghe", "khoa hoc va cong nghe"),
    ("cac doanh nghiep", "doanh nghiep"),
    ("cac co quan", "co quan"),
    ("cac so", "so"),
)
AT_THE_END = ("tren dia ban tinh", "tren dia ban thanh pho", "tren dia ban", "cua tinh", "tinh", "thanh pho")
HEAD_WORDS = (
    "Sở|Ban|UBND|HĐND|Ủy ban|Uỷ ban|Công an|Công ty|Tổng công ty|Tập đoàn|Ngân hàng|Kho bạc|Bộ|Cục|Chi cục|Vụ|Viện|"
    "Văn phòng|Đài(?= [A-ZĐ])|Báo(?= [A-ZĐ])|Trung tâm|Trường|Hiệp hội|Hội|Đoàn|Liên đoàn|Liên minh|Mặt trận|"
    "Bưu điện|Viễn thông|Thanh tra|Điện lực|Các|các|Đề nghị|VNPT|Viettel|MobiFone|FPT"
)
JOINT = re.compile(rf"(?:\s*[,;]\s*(?:và\s+)?|\s+và\s+|\s+-\s+)(?=(?:{HEAD_WORDS})\b)")
FIRST_WORDS = 3
"""How many words a group must share with a printed one to be taken for it."""


@dataclass(frozen=True)
class Bodies:
    """The organisations that a document of a territory may name, those in force on its day before the others."""

    listed: Sequence[Organisation]
    territory_key: str
    heirs: dict[int, Organisation] = field(default_factory=dict)

    def named(self, printed: str | None) -> list[dict[str, Any]]:
        """Give the parties that a printed name joins, each matched or not."""
        return [self.party(part) for part in self.parts(printed or "")]

    def party(self, name: str) -> dict[str, Any]:
        """Describe one printed name; `alike` says that it was matched only by leaving out words of it."""
        found = self.find(name)
        whole = found is None or self.exact(name) or self.key(found.name).startswith(self.key(name))
        return party(name, found, self.heirs) | ({} if whole else {"alike": True})

    def parts(self, printed: str) -> list[str]:
        """Cut a joint name where another body begins; a name that is known whole stays whole."""
        name = " ".join(printed.split()).strip(" .;,:")
        if not name:
            return []
        return [name] if self.exact(name) else [part.strip(" .;,:") for part in JOINT.split(name) if part.strip()]

    def matched(self, known: dict[str, Any]) -> dict[str, Any]:
        """Match a party again; one that is still unknown keeps whether it is to be made."""
        found = ({"alike": False} if "alike" in known else {}) | self.party(known["name"])
        return found | {"new": known["new"] and found["id"] is None}

    def find(self, name: str) -> Organisation | None:
        """Find the organisation that bears the name, or the group that begins alike."""
        return self.exact(name) or self.alike(name)

    def exact(self, name: str) -> Organisation | None:
        """Find the organisation of just this name."""
        return self.by_key.get(self.key(name))

    def alike(self, name: str) -> Organisation | None:
        """Find a group whose first words are the name's."""
        return self.by_first_words.get(tuple(self.key(name).split()[:FIRST_WORDS]))

    @cached_property
    def by_key(self) -> dict[str, Organisation]:
        """The organisations by what is the same in all ways of writing their names; who stands first is meant."""
        pairs = [(self.key(name), o) for o in self.listed for name in (o.name, o.short_name) if name]
        return dict(reversed(pairs))

    @cached_property
    def by_first_words(self) -> dict[tuple[str, ...], Organisation]:
        """The groups by how their names begin."""
        groups = [o for o in self.listed if o.kind == Organisation.Kind.GROUP]
        return {tuple(self.key(o.name).split()[:FIRST_WORDS]): o for o in reversed(groups)}

    def key(self, name: str) -> str:
        """Give the name without what differs between ways of writing it."""
        key = search_key(name)
        for word, same in SAME_WORDS:
            key = re.sub(rf"\b{word}\b", same, key)
        key = key.removesuffix(f" {self.territory_key}") if self.territory_key else key
        for end in AT_THE_END:
            key = key.removesuffix(f" {end}")
        return key


def party(name: str, organisation: Organisation | None, heirs: dict[int, Organisation]) -> dict[str, Any]:
    """Describe a named body: the organisation (None: not known), who answers today, whether it is to be made."""
    heir = heirs.get(organisation.pk) if organisation else None
    changed = heir is not None and organisation is not None and heir.name != organisation.name
    return {
        "name": name,
        "id": organisation.pk if organisation else None,
        "known_as": organisation.name if organisation else "",
        "today": heir.name if heir and changed else "",
        "new": False,
    }


def bodies_of(territory: Place, *, on: date | None, today: date) -> Bodies:
    """Read the organisations of a territory and those of the whole country; three queries."""
    rows = list(bodies_to_choose(territory))
    return Bodies(in_force_first(rows, on), search_key(territory.name), bodies_on(rows, today))


def in_force_first(rows: Iterable[Organisation], on: date | None) -> list[Organisation]:
    """Put first what existed on the day; without a day, what is there longest."""
    listed = list(rows)
    if on is None:
        return listed
    return sorted(listed, key=lambda o: not ((o.valid_from or on) <= on <= (o.valid_to or on)))


def unknown(parties: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Keep the parties that no organisation answers to and that are not to be made either."""
    return [party for party in parties if not party["id"] and not party["new"]]


def parties_in(facts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Walk over every party that a statement's facts name."""
    yield from facts.get("organisations") or []
    yield from facts.get("support") or []
    yield from facts.get("lead") or []
