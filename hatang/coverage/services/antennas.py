"""Antenna patterns: brought as files, all or none, and given to the engine by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePath

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.radio.antenna_files import AntennaFile, AntennaFileError, read_antenna
from hatang.core.radio.antennas import PATTERNS, Pattern
from hatang.core.vietnamese import number
from hatang.coverage.models import AntennaPattern
from hatang.network.models import Cell
from hatang.places.models import Place
from hatang.work.services import store_file

__all__ = ["Named", "import_patterns", "named_antennas", "patterns_of", "withdraw_pattern"]

CHANGE = "coverage.compute_run"
PATTERNS_KEPT = 512
PATTERN_KINDS = dict.fromkeys((".msi", ".pln", ".pla", ".txt"), "text/plain; charset=utf-8")


@dataclass(frozen=True)
class Named:
    """A kind of antenna: how many cells on air name it ("": none is named), and its file where there is one."""

    name: str
    cells: int
    pattern: AntennaPattern | None

    @property
    def span(self) -> str:
        """Write the frequencies that its file is for, MHz."""
        if self.pattern is None or self.pattern.low_mhz is None or self.pattern.high_mhz is None:
            return ""
        return "–".join(dict.fromkeys((number(self.pattern.low_mhz), number(self.pattern.high_mhz))))


@transaction.atomic
def import_patterns(*, actor: Person, province: Place, files: Sequence[tuple[str, bytes]]) -> list[AntennaPattern]:
    """Store pattern files under their names, or none of them with all that is wrong; the same name is replaced."""
    if not actor.has_perm(CHANGE, province):
        raise PermissionDenied
    read = [(name, content, *understood(name, content)) for name, content in files]
    wrong = [fault for *_, fault in read if fault] + twice([name for name, _ in files])
    if wrong:
        raise ValidationError(wrong)
    return [kept(actor, province, name, content, found) for name, content, found, _ in read if found]


def understood(name: str, content: bytes) -> tuple[AntennaFile | None, str]:
    """Read a file, or say what is wrong in it."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in PATTERN_KINDS:
        return None, f"{name[:80]}: không nhận tệp loại “{suffix[:10]}”. Cần {', '.join(PATTERN_KINDS)}."
    try:
        return read_antenna(content, name), ""
    except AntennaFileError as error:
        return None, f"{name[:80]}: {error}"


def twice(names: Sequence[str]) -> list[str]:
    """Say which files would be the same antenna."""
    seen: dict[str, str] = {}
    said = []
    for name in names:
        first = seen.setdefault(called(name), name)
        if first is not name:
            said.append(f"{first} và {name} cùng là ăng ten “{called(name)}”. Chỉ chọn một tệp.")
    return said


def called(name: str) -> str:
    """Give the antenna that a file names."""
    return PurePath(name).stem.strip()[:80]


def kept(actor: Person, province: Place, name: str, content: bytes, found: AntennaFile) -> AntennaPattern:
    """Store one file and what it says."""
    file = store_file(
        actor=actor, name=name, content=content, province=province, organisation=None, kinds=PATTERN_KINDS
    )
    row = AntennaPattern.objects.filter(province=province, name=called(name)).first()
    row = row or AntennaPattern(province=province, name=called(name))
    row.file, row.added_by, row.make = file, actor, found.make[:200]
    row.gain_dbi, row.tilt_deg = found.pattern.max_gain_dbi, found.pattern.built_in_tilt_deg
    row.low_mhz, row.high_mhz = found.frequencies_mhz or (None, None)
    row.remarks = list(found.remarks)
    sign(row, actor)
    row.save()
    return row


@transaction.atomic
def withdraw_pattern(*, actor: Person, pattern: AntennaPattern) -> None:
    """Take a pattern away; runs that used it stay as they are."""
    if not actor.has_perm(CHANGE, pattern):
        raise PermissionDenied
    sign(pattern, actor)
    pattern.delete()


def patterns_of(province: Place) -> Mapping[str, Pattern]:
    """Give the patterns that a province's runs know: its files', beside the ones without a file."""
    rows = AntennaPattern.objects.filter(province=province).select_related("file")
    return dict(PATTERNS) | {row.name: pattern_in(row) for row in rows}


def pattern_in(row: AntennaPattern) -> Pattern:
    """Give the pattern of a stored file; it was understood when it came."""
    return pattern_at(Path(row.file.file.path), row.file.name)


@lru_cache(maxsize=PATTERNS_KEPT)
def pattern_at(path: Path, name: str) -> Pattern:
    """Read a stored file, which never changes, once: every what-if and every page of a place asks for all of them."""
    return read_antenna(path.read_bytes(), name).pattern


def named_antennas(province: Place, on: date) -> list[Named]:
    """List the antennas that cells on air name and those that there are files of: most cells without a file first."""
    cells = Cell.objects.on_air(on).filter(station__mast__province=province)
    counts = dict(cells.order_by().values_list("antenna").annotate(n=Count("pk")))
    files = {row.name: row for row in AntennaPattern.objects.filter(province=province).select_related("file")}
    listed = [Named(name, counts.get(name, 0), files.get(name)) for name in {*counts, *files}]
    return sorted(listed, key=lambda one: (one.pattern is not None, -one.cells, one.name))


def any_simulated(province: Place, on: date) -> bool:
    """Tell whether any cell on air that day is made up, or its station is."""
    cells = Cell.objects.on_air(on).filter(station__mast__province=province)
    return cells.filter(Q(simulated=True) | Q(station__simulated=True)).exists()
