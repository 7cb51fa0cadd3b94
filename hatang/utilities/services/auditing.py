"""Computing the whole log again from the stored files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hatang.core.transparency.merkle import Tree, leaf_hash
from hatang.core.vietnamese import number
from hatang.utilities.models import LogEntry, LogNode


@dataclass(frozen=True)
class Fault:
    """Something in the log that is not as it was written: where, and what."""

    where: str
    what: str


def check_log(heads: Mapping[int, str] | None = None) -> Iterator[Fault]:
    """Tell everything that is wrong: files, order, leaves, nodes, roots; and the heads (size, root) kept elsewhere."""
    tree, roots = Tree(), {}
    for place, entry in enumerate(LogEntry.objects.select_related("file").order_by("index").iterator(chunk_size=500)):
        where = f"mục {number(entry.number)}"
        if entry.index != place:
            yield Fault(where, f"sổ phải liền số, ở đây phải là mục {number(place + 1)}")
            return
        yield from _faults_of_file(entry, where)
        tree.append(bytes.fromhex(entry.leaf_hash))
        roots[entry.number] = tree.root().hex()
        if entry.root_hash != roots[entry.number]:
            yield Fault(where, f"gốc đã ghi {entry.root_hash} khác gốc tính lại {roots[entry.number]}")
    yield from _faults_of_nodes(tree)
    for size, root in (heads or {}).items():
        if roots.get(size) != root:
            yield Fault(f"đầu sổ cỡ {number(size)}", f"gốc đã giữ {root} khác sổ: {roots.get(size, 'sổ ngắn hơn')}")


def _faults_of_file(entry: LogEntry, where: str) -> Iterator[Fault]:
    try:
        with entry.file.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        yield Fault(where, f"tệp {entry.file.name} không còn trong kho")
        return
    if leaf_hash(content).hex() != entry.leaf_hash or len(content) != entry.size_bytes:
        yield Fault(where, f"nội dung tệp {entry.file.name} đã khác lúc công bố")


def _faults_of_nodes(tree: Tree) -> Iterator[Fault]:
    """Compare the nodes kept with those computed."""
    kept = {(level, at): digest for level, at, digest in LogNode.objects.values_list("level", "position", "node_hash")}
    made = {
        (level, at): digest.hex()
        for level, hashes in enumerate(tree.levels[1:], start=1)
        for at, digest in enumerate(hashes)
    }
    for node in sorted(kept.keys() | made.keys()):
        if kept.get(node) != made.get(node):
            yield Fault(f"nút {node[1]} tầng {node[0]}", "khác nút tính lại")
