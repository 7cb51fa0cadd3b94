"""What a boundary file would do, in figures, lists and one small drawing."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import shapely

from hatang.places.models import Place
from hatang.places.services.boundaries.matching import Match
from hatang.places.services.boundaries.recognising import Recognised

FINDINGS_KEPT = 3_000
"""How many lines of each list a check keeps; the counts are whole."""

WRONG, FOREIGN, MENDED, OVERLAP, GAP, AREA, POINT, NOTE, MISSING = (
    "wrong",
    "foreign",
    "mended",
    "overlap",
    "gap",
    "area",
    "point",
    "note",
    "missing",
)
TITLES = {
    WRONG: "Chưa khớp, cần sửa hoặc chọn",
    FOREIGN: "Lấn sang tỉnh khác",
    MENDED: "Hình đã sửa khi đọc",
    OVERLAP: "Hai đơn vị chồng lên nhau",
    GAP: "Khoảng trống giữa các đơn vị",
    AREA: "Diện tích khác số công bố",
    POINT: "Điểm nằm ngoài ranh giới của nơi chứa nó",
    NOTE: "Đã khớp nhưng nên xem lại",
    MISSING: "Đơn vị không có hình trong tệp (giữ như đang có)",
}


@dataclass(frozen=True)
class Finding:
    """One line of a list: what was found, where, and what to do."""

    kind: str
    place: str
    what: str
    todo: str
    feature: int | None = None
    place_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    candidates: tuple[tuple[int, str], ...] = ()
    simulated: bool = False

    def kept(self) -> dict[str, Any]:
        """Give what a summary keeps of it."""
        return {name: value for name, value in vars(self).items() if value is not None and value not in ("", (), False)}


@dataclass(frozen=True)
class Drawn:
    """A unit with its new boundary: a sound polygon in WGS 84, and whether it is new, changed or as it was."""

    place: Place
    geometry: Any
    repaired: str
    area_km2: float
    state: str
    number: int

    def digest(self) -> bytes:
        """Give a hash of what would be stored."""
        return hashlib.sha256(f"{self.place.pk} {self.state} ".encode() + shapely.to_wkb(self.geometry)).digest()


@dataclass
class BoundaryOutcome:
    """Everything a check found out: what would be stored, and what people should know first."""

    found: Recognised
    matches: list[Match]
    drawn: list[Drawn] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)
    outside: int = 0
    skipped: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, state: str) -> int:
        """Count the units that are added, changed or unchanged."""
        return sum(d.state == state for d in self.drawn)

    def told(self, kind: str) -> list[Finding]:
        """Give one list."""
        return [f for f in self.findings if f.kind == kind]

    @property
    def wrong(self) -> int:
        """Count what keeps the file from being saved."""
        return len(self.told(WRONG))

    def summary(self) -> dict[str, Any]:
        """Give what a page shows and what a saving compares with; plain JSON."""
        return {
            "on": self.found.on.isoformat(),
            "levels": [str(units.kind) for units in self.found.levels],
            "columns": {"code": self.found.columns.code, "name": self.found.columns.name},
            "said": self.found.said,
            "notes": self.notes,
            "features": len(self.matches),
            "how": dict(Counter(m.how for m in self.matches if m.place)),
            **{state: self.count(state) for state in ("added", "changed", "unchanged")},
            "outside": self.outside,
            "skipped": self.skipped,
            "counts": {kind: len(self.told(kind)) for kind in TITLES},
            "wrong": self.wrong,
            "findings": [f.kept() for kind in TITLES for f in self.told(kind)[:FINDINGS_KEPT]],
            "fingerprint": self.fingerprint(),
        }

    def fingerprint(self) -> str:
        """Give a hash of all that a saving would do, to see whether something moved meanwhile."""
        return hashlib.sha256(b"".join(d.digest() for d in self.drawn)).hexdigest()
