"""Which entry of the log a file is, and what was changed in it."""

from __future__ import annotations

from dataclasses import dataclass

from hatang.core.transparency.fixed_form import entry_named_in, saved_again
from hatang.core.transparency.merkle import leaf_hash
from hatang.core.transparency.proofs import Verdict
from hatang.utilities.models import LogEntry

MOST_LINES_SHOWN = 10


@dataclass(frozen=True)
class Recognised:
    """What a file is: the entry that it is, or says it is; for a changed one the lines it has for others."""

    verdict: Verdict
    entry: LogEntry | None = None
    instead: tuple[tuple[int, str], ...] = ()
    missing: tuple[tuple[int, str], ...] = ()


def recognise(content: bytes) -> Recognised:
    """Find the entry that a file is; a changed copy is known by the number it bears."""
    entries = LogEntry.objects.select_related("province", "file", "replaced_by")
    for verdict, same in ((Verdict.INTACT, content), (Verdict.SAVED_AGAIN, saved_again(content))):
        entry = entries.filter(leaf_hash=leaf_hash(same).hex()).first()
        if entry is not None:
            return Recognised(verdict, entry)
    named = entry_named_in(content)
    entry = entries.filter(index=named - 1).first() if named else None
    if entry is None:
        return Recognised(Verdict.OTHER)
    return Recognised(Verdict.CHANGED, entry, *_differences(content, entry))


def _differences(content: bytes, entry: LogEntry) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Give the first lines that only the file has, and those that only the published one has, with their numbers."""
    try:
        with entry.file.file.open("rb") as published:
            ours, theirs = published.read(), content
    except FileNotFoundError:
        return (), ()
    lines, originals = (saved_again(text).decode("utf-8-sig", "replace").splitlines() for text in (theirs, ours))
    return _only_in(lines, originals), _only_in(originals, lines)


def _only_in(lines: list[str], others: list[str]) -> tuple[tuple[int, str], ...]:
    known = set(others)
    return tuple((place, line[:300]) for place, line in enumerate(lines, start=1) if line not in known)[
        :MOST_LINES_SHOWN
    ]
