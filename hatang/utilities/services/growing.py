"""Adding to the log: one writer at a time, the file, the leaf, the nodes it completes and the new head together."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.transparency.merkle import Node, completed_by, leaf_hash, node_hash, tree_root
from hatang.places.models import Place
from hatang.utilities.models import LogEntry, LogNode
from hatang.utilities.services.proving import read_nodes, tree_head
from hatang.work.services import store_file

KINDS = {".csv": "text/csv; charset=utf-8"}


@transaction.atomic
def append_entry(
    *,
    actor: Person | None,
    province: Place,
    title: str,
    file_name: str,
    write: Callable[[int], bytes],
    replaces: LogEntry | None = None,
    reason: str = "",
    simulated: bool = False,
) -> LogEntry:
    """Append a published table; `write` gives its bytes for the number (from 1) that its entry gets.

    Until the transaction ends nobody else appends, so that two writers never take one number. Raises ValidationError
    when the entry to replace is replaced already, no reason is given for replacing it, or the file cannot be stored.
    """
    hold_log(province)
    if replaces is not None:
        _check_replacing(replaces, reason)
    index = tree_head().size
    content = write(index + 1)
    leaf = leaf_hash(content)
    file = store_file(actor=actor, name=file_name, content=content, province=province, organisation=None, kinds=KINDS)
    try:
        nodes = completed_nodes(index, leaf)
        entry = LogEntry(
            index=index,
            leaf_hash=leaf.hex(),
            root_hash=_root_with(index, leaf, nodes).hex(),
            title=title,
            province=province,
            file=file,
            size_bytes=len(content),
            simulated=simulated,
            replaces=replaces,
            reason=reason,
            at=timezone.now(),
        )
        entry.save()
        LogNode.objects.bulk_create(
            LogNode(level=level, position=position, node_hash=digest.hex())
            for (level, position), digest in nodes.items()
        )
    except Exception:
        file.file.delete(save=False)
        raise
    return entry


def hold_log(province: Place) -> None:
    """Keep other writers out until the transaction ends; the province first, as everybody who writes figures does."""
    Place.objects.select_for_update().filter(pk=province.pk).first()
    keep_writers_out(LogEntry)


def keep_writers_out(model: type[models.Model]) -> None:
    """Keep others from writing to a table until the transaction ends; SQLite lets one transaction write at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE")


def _check_replacing(replaces: LogEntry, reason: str) -> None:
    later = LogEntry.objects.filter(replaces=replaces).first()
    if later is not None:
        raise ValidationError(f"Mục {replaces.number} đã được mục {later.number} thay; hãy thay mục {later.number}.")
    if not reason.strip():
        raise ValidationError("Bản thay bản đã công bố phải nêu lý do.")


def completed_nodes(index: int, leaf: bytes) -> dict[Node, bytes]:
    """Give the nodes that a new leaf completes, reading the left neighbour of each at once."""
    nodes = completed_by(index)
    left = read_nodes((level - 1, 2 * position) for level, position in nodes)
    made: dict[Node, bytes] = {}
    right = leaf
    for level, position in nodes:
        right = made[level, position] = node_hash(left[level - 1, 2 * position], right)
    return made


def _root_with(index: int, leaf: bytes, made: dict[Node, bytes]) -> bytes:
    """Give the root with a leaf and nodes that are not stored yet."""
    new = made | {(0, index): leaf}

    def read(nodes: Iterable[Node]) -> dict[Node, bytes]:
        wanted = set(nodes)
        return read_nodes(wanted - new.keys()) | {node: new[node] for node in wanted & new.keys()}

    return tree_root(index + 1, read)
