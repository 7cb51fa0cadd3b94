"""The log of calls: records wait until they get their place in the tree; heads are signed, proofs are short.

Placing many at once keeps a call itself short: it adds two rows and waits for nobody. The signature of an answer names
the leaf already, so a record that never came into the log is shown by what its caller holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.core.exchange.checking import PROOF_FORMAT
from hatang.core.exchange.jws import sign_compact
from hatang.core.transparency.merkle import (
    Node,
    completed_by,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    tree_root,
    whole_nodes,
)
from hatang.core.vietnamese import number
from hatang.exchange.models import CallHead, CallLeaf, CallNode, CallRecord, WaitingRecord
from hatang.exchange.services.signing import publish_key, signing_key
from hatang.exchange.services.statements import Statement
from hatang.utilities.services import hashes_kept, keep_writers_out

BATCH = 1_000
MOST_BATCHES = 50


def new_record(*, body: bytes, **facts: Any) -> CallRecord:
    """Make the record of a call that ends now, not yet stored; `body` is the answer whose hash it bears."""
    now = timezone.now()
    at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return CallRecord(at=at, answer_sha256=sha256(body).hexdigest(), **facts)


def adding(record: CallRecord) -> tuple[Statement, ...]:
    """Write what keeps a record, waiting for its place in the tree; all of it is done in one transaction.

    Written before that begins: on SQLite one transaction at a time may write, and the others wait.
    """
    return Statement.adding(record), Statement.adding(WaitingRecord(record=record))


def add_record(record: CallRecord) -> None:
    """Keep a record, waiting for its place in the tree."""
    additions = adding(record)
    with transaction.atomic(savepoint=False):
        for one in additions:
            one.run()


def grow_log() -> CallHead | None:
    """Give waiting records their places and sign the new head; give the newest head, if there is any."""
    for _ in range(MOST_BATCHES):
        if place_records() < BATCH:
            break
    return CallHead.objects.order_by("-size").first()


@transaction.atomic
def place_records() -> int:
    """Place up to a batch of waiting records, in the order of their instants; give how many."""
    if not WaitingRecord.objects.exists():
        return 0
    keep_writers_out(CallLeaf)
    waiting = WaitingRecord.objects.select_related("record__province").order_by("record__at", "record")[:BATCH]
    records = [row.record for row in waiting]
    if not records:
        return 0
    size = log_size()
    nodes = read_nodes(whole_nodes(0, size))
    leaves = []
    for index, record in enumerate(records, start=size):
        leaf = leaf_hash(record.content)
        nodes[0, index] = leaf
        leaves.append(CallLeaf(index=index, record=record, leaf_hash=leaf.hex()))
        for level, position in completed_by(index):
            left, right = nodes[level - 1, 2 * position], nodes[level - 1, 2 * position + 1]
            nodes[level, position] = node_hash(left, right)
    keep_tree(leaves, nodes, size)
    WaitingRecord.objects.filter(pk__in=[record.pk for record in records]).delete()
    return len(records)


def keep_tree(leaves: list[CallLeaf], nodes: dict[Node, bytes], before: int) -> None:
    """Store new leaves, the nodes that they completed, and the signed head above them."""
    size = before + len(leaves)
    made = {at for index in range(before, size) for at in completed_by(index)}
    CallLeaf.objects.bulk_create(leaves)
    CallNode.objects.bulk_create(
        CallNode(level=level, position=position, node_hash=nodes[level, position].hex())
        for level, position in sorted(made)
    )
    root, at = tree_root(size, lambda wanted: {node: nodes[node] for node in wanted}), timezone.now()
    CallHead.objects.create(size=size, root=root.hex(), at=at, signed=signed_head(size, root, at))


def signed_head(size: int, root: bytes, at: datetime) -> str:
    """Sign what the log is at a size."""
    publish_key()
    facts = {"log": f"{settings.ORIGIN}/dich-vu/so/", "size": size, "root": root.hex(), "at": at.isoformat()}
    return sign_compact(facts, signing_key())


def log_size() -> int:
    """Give how many records have their place."""
    last = CallLeaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def read_nodes(nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Read hashes of whole subtrees of the log of calls."""
    return hashes_kept(nodes, leaves=CallLeaf.objects.all(), above=CallNode.objects.all())


def proof_of(record: CallRecord) -> dict[str, Any]:
    """Prove that a record stands in the log as it is now: what the offline check reads."""
    head = grow_log()
    leaf = CallLeaf.objects.filter(record=record).first()
    if head is None or leaf is None:
        raise ValidationError("Lượt gọi này chưa vào sổ; hãy thử lại sau ít phút.")
    path = inclusion_proof(leaf.index, head.size, read_nodes)
    return {
        "format": PROOF_FORMAT,
        "record": record.fields,
        "index": leaf.index,
        "size": head.size,
        "path": [step.hex() for step in path],
        "head": head.signed,
    }


def consistency_between(first: int, second: int) -> dict[str, Any]:
    """Prove that the log of `second` records begins with that of `first`; both are sizes at which a head was signed."""
    heads = {head.size: head for head in CallHead.objects.filter(size__in=(first, second))}
    if first > second or {first, second} - heads.keys():
        raise ValidationError(f"Sổ không có đầu đã ký ở cỡ {number(first)} và {number(second)}, cỡ đầu không lớn hơn.")
    path = consistency_proof(first, second, read_nodes)
    return {
        "first": heads[first].signed,
        "second": heads[second].signed,
        "path": [step.hex() for step in path],
    }
