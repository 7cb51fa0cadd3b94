"""Heads and proofs of the log, out of the hashes kept; each reads about log2(entries) rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from hatang.core.transparency.merkle import EMPTY_ROOT, Node, consistency_proof, inclusion_proof
from hatang.core.transparency.proofs import Proof
from hatang.core.vietnamese import number
from hatang.utilities.models import LogEntry, LogNode

MOST_ENTRIES = 2**53


@dataclass(frozen=True)
class Head:
    """The log at a size: its root in hexadecimal, and when it reached the size; an empty log has no instant."""

    size: int
    root: str
    at: datetime | None


def read_nodes(nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Read hashes of whole subtrees of the transparency log."""
    return hashes_kept(nodes, leaves=LogEntry.objects.all(), above=LogNode.objects.all())


def hashes_kept(nodes: Iterable[Node], *, leaves: QuerySet[Any], above: QuerySet[Any]) -> dict[Node, bytes]:
    """Read hashes of whole subtrees of a log: its leaves by their index, those above from its tree's nodes."""
    levels: dict[int, list[int]] = defaultdict(list)
    for level, position in set(nodes):
        levels[level].append(position)
    lowest = leaves.filter(index__in=levels.pop(0, ())).values_list("index", "leaf_hash")
    found = {(0, index): bytes.fromhex(digest) for index, digest in lowest}
    wanted = Q(pk__in=())
    for level, positions in levels.items():
        wanted |= Q(level=level, position__in=positions)
    rows = above.filter(wanted).values_list("level", "position", "node_hash") if levels else ()
    return found | {(level, position): bytes.fromhex(digest) for level, position, digest in rows}


def tree_head(size: int | None = None) -> Head:
    """Give the head of today's log, or of a size. Raises ValidationError for a size that it never had."""
    entries = LogEntry.objects.order_by("-index")
    last = entries.first() if size is None else entries.filter(index=size - 1).first()
    if last is None:
        if size:
            raise ValidationError(f"Sổ chưa có {number(size)} mục; hiện có {number(tree_head().size)}.")
        return Head(0, EMPTY_ROOT.hex(), None)
    return Head(last.number, last.root_hash, last.at)


def proof_of(entry: LogEntry, *, size: int | None = None, site: str = "") -> Proof:
    """Prove that an entry is in the log of today, or of a size; addresses begin with `site`.

    Raises ValidationError when the log never had the size, or when the entry came later.
    """
    head = tree_head(size)
    if head.size <= entry.index:
        raise ValidationError(f"Mục {number(entry.number)} chưa có khi sổ có {number(head.size)} mục.")
    later = entry.replaced_by_or_none
    address = entry.get_absolute_url()
    return Proof(
        index=entry.index,
        size=head.size,
        leaf_hash=bytes.fromhex(entry.leaf_hash),
        root=bytes.fromhex(head.root),
        path=tuple(inclusion_proof(entry.index, head.size, read_nodes)),
        title=entry.title,
        file=entry.file.name,
        address=f"{site}{address}",
        log=f"{site}{address.removesuffix(f'{entry.number}/')}",
        at=head.at.isoformat() if head.at else "",
        replaced_by=later.number if later else None,
    )


def consistency_between(first: int, second: int) -> list[str]:
    """Prove that the log of `second` entries begins with that of `first`: hashes in hexadecimal.

    Raises ValidationError when the log never had these sizes.
    """
    size = tree_head().size
    if not 0 < first <= second <= size:
        raise ValidationError(f"Hai cỡ phải từ 1 đến {number(size)}, cỡ đầu không lớn hơn cỡ sau.")
    return [step.hex() for step in consistency_proof(first, second, read_nodes)]


def entry_numbered(entry_number: int) -> LogEntry:
    """Give the entry with a number (from 1), or answer that there is none."""
    found = LogEntry.objects.select_related("province", "file", "replaces", "replaced_by")
    return get_object_or_404(found, index=min(entry_number, MOST_ENTRIES) - 1)
