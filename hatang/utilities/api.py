"""The transparency log for machines: open to everybody, reading only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from hatang.utilities.models import LogEntry
from hatang.utilities.services import consistency_between, entry_numbered, proof_of, tree_head

ENTRIES_A_PAGE = 500
LARGEST = 2**53

router = Router(tags=["Sổ minh bạch"], auth=None)


class Size(Schema):
    """How many entries the log is to have; left out, as many as today."""

    co: int | None = Field(None, ge=1, le=LARGEST)


class Sizes(Schema):
    """From which size to which."""

    tu: int = Field(ge=1, le=LARGEST)
    den: int = Field(ge=1, le=LARGEST)


class HeadOut(Schema):
    """The log at a size."""

    size: int
    root: str
    at: datetime | None


class EntryOut(Schema):
    """One entry; `number` counts from 1, `replaces` and `replaced_by` are numbers."""

    number: int
    leaf_hash: str
    root_hash: str
    title: str
    province: str
    kind: str
    at: datetime
    size_bytes: int
    simulated: bool
    replaces: int | None
    replaced_by: int | None
    reason: str


class Entries(Schema):
    """A page of entries."""

    count: int
    pages: int
    entries: list[EntryOut]


class ConsistencyOut(Schema):
    """That the log of one size begins with that of another."""

    first: int
    second: int
    first_root: str
    second_root: str
    path: list[str]


@router.get("/dau", response=HeadOut, summary="Đầu sổ: cỡ, gốc, lúc")
def log_head(request: HttpRequest, asked: Query[Size]) -> Any:
    """Give the head of today or of a size."""
    return tree_head(asked.co)


@router.get("/muc", response=Entries, summary="Các mục, từ mục 1")
def log_entries(request: HttpRequest, trang: int = 1) -> Any:
    """Give a page of entries."""
    rows = LogEntry.objects.visible_to(request.user).select_related("province", "replaces", "replaced_by")
    pages = Paginator(rows.order_by("index"), ENTRIES_A_PAGE)
    lines = [as_line(entry) for entry in pages.get_page(trang)]
    return {"count": pages.count, "pages": pages.num_pages, "entries": lines}


def as_line(entry: LogEntry) -> dict[str, Any]:
    """Give an entry's facts."""
    later = entry.replaced_by_or_none
    plain = ("number", "leaf_hash", "root_hash", "title", "kind", "at", "size_bytes", "simulated", "reason")
    return {name: getattr(entry, name) for name in plain} | {
        "province": entry.province.code if entry.province else "",
        "replaces": entry.replaces.number if entry.replaces else None,
        "replaced_by": later.number if later else None,
    }


@router.get("/muc/{number}/bang-chung", summary="Bằng chứng có mặt của một mục")
def inclusion(request: HttpRequest, number: int, asked: Query[Size]) -> Any:
    """Give the proof that a downloaded file's check reads."""
    return proof_of(entry_numbered(number), size=asked.co, site=site_of(request)).as_fields()


@router.get("/nhat-quan", response=ConsistencyOut, summary="Bằng chứng nhất quán giữa hai cỡ")
def consistency(request: HttpRequest, asked: Query[Sizes]) -> Any:
    """Prove that nothing was taken out or changed between two sizes."""
    path = consistency_between(asked.tu, asked.den)
    roots = {"first_root": tree_head(asked.tu).root, "second_root": tree_head(asked.den).root}
    return {"first": asked.tu, "second": asked.den, "path": path} | roots


def site_of(request: HttpRequest) -> str:
    """Give the site's address without a slash at its end."""
    return request.build_absolute_uri("/").rstrip("/")
