"""Everything that the review of one document shows, gathered with few questions to the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from hatang.core.vietnamese import number
from hatang.indicators.models import Indicator
from hatang.plans.models import PlanReading, ReadingAct, Statement
from hatang.plans.services.readings import Mark, Paragraph, paragraphs_of
from hatang.plans.views.reading.paper import Sheet, paragraph_html, sheets
from hatang.plans.views.reading.rows import (
    HEAD,
    TABS,
    Blocks,
    Row,
    fits,
    ordered,
    row_of,
    row_url,
    safe,
    waits,
)

State = Statement.State
HEAD_LABEL = "Thông tin chung"
IN_ORDER = "van-ban"
ANSWER = "application/json"
ACT_WORDS = 48
ONE_ROW = re.compile(r" (1|một) dòng$")


@dataclass(frozen=True)
class Tab:
    """One kind of rows: how many there are, somebody decided about, should be looked at, can be taken at once."""

    kind: str
    label: str
    total: int
    seen: int
    doubtful: int
    safe: int
    current: bool
    url: str

    @property
    def waiting(self) -> int:
        """How many nobody has decided about."""
        return self.total - self.seen


@dataclass(frozen=True)
class Group:
    """A tab with its rows; those of a tab that is not shown come when it is."""

    tab: Tab
    rows: list[Row]


class Desk:
    """A document under review, its rows, and what the officer asked to see."""

    def __init__(self, reading: PlanReading, *, kind: str = "", order: str = "", words: str = "") -> None:
        self.reading = reading
        self.order = IN_ORDER if order == IN_ORDER else ""
        self.words = words
        self.statements = list(reading.statements.all())
        self.kind = kind if kind in TABS or kind == HEAD else self._first_kind()

    def _first_kind(self) -> str:
        """Begin with the first kind of which something waits."""
        waiting = {s.kind for s in self.statements if s.state == State.PROPOSED}
        return next((kind for kind in TABS if kind in waiting), HEAD)

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """The catalogue by code."""
        return catalogue()

    @cached_property
    def blocks(self) -> Blocks:
        """The document's paragraphs."""
        blocks: Blocks = self.reading.document.get("blocks", [])
        return blocks

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The document's paragraphs with what is marked in them."""
        return paragraphs_of(self.reading, self.statements)

    def sheets(self) -> Iterator[Sheet]:
        """Lay the document out."""
        return sheets(self.paragraphs, self.address)

    def paragraph(self, block: int) -> str:
        """Lay one paragraph out."""
        return paragraph_html(self.paragraphs[block], self.address)

    def address(self, mark: Mark) -> str:
        """Give where a mark leads: to its row."""
        return row_url(self.reading.pk, mark.kind, mark.statement)

    def ordered(self, kind: str) -> list[Statement]:
        """Give the rows of a kind in the order that was asked for."""
        return ordered((s for s in self.statements if s.kind == kind), in_order=bool(self.order))

    def rows(self, kind: str) -> list[Row]:
        """Describe the rows of a kind."""
        return [row_of(s, self.blocks, self.indicators) for s in self.ordered(kind)]

    @cached_property
    def groups(self) -> list[Group]:
        """Give every tab, the chosen one with its rows."""
        return [Group(tab, self.rows(tab.kind) if tab.current else []) for tab in self.tabs if tab.kind != HEAD]

    @cached_property
    def unasked(self) -> set[int]:
        """Name the rows that lack the words that were asked for; they stay in the page, hidden."""
        return {r.statement.pk for g in self.groups for r in g.rows if not fits(r, self.words)} if self.words else set()

    def taken_at_once(self, kind: str) -> list[int]:
        """Name the rows of a kind that wait, can be trusted unlooked, and have the words that were asked for."""
        trusted = [s for s in self.statements if s.kind == kind and waits(s) and safe(s)]
        return [s.pk for s in trusted if not self.words or fits(row_of(s, self.blocks, self.indicators), self.words)]

    @cached_property
    def tabs(self) -> list[Tab]:
        """Count the rows of each kind."""
        return [self._tab(kind, label) for kind, label in ({HEAD: HEAD_LABEL} | TABS).items()]

    def _tab(self, kind: str, label: str) -> Tab:
        own = [s for s in self.statements if s.kind == kind]
        seen = sum(s.state != State.PROPOSED for s in own)
        taken = len(self.taken_at_once(kind))
        return Tab(kind, label, len(own), seen, doubtful(own), taken, kind == self.kind, self.url(kind))

    def url(self, kind: str) -> str:
        """Give the address of the review with a tab chosen."""
        asked = {"loai": kind, "xep": self.order, "q": self.words}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('plans:reading', args=[self.reading.pk])}?{query}"

    @property
    def asked_about(self) -> list[Statement]:
        """What an officer has to decide about: everything but the oddities, which are only told."""
        return [s for s in self.statements if s.kind != Statement.Kind.ODDITY]

    @property
    def total(self) -> int:
        """How many rows ask for a decision."""
        return len(self.asked_about)

    @property
    def seen(self) -> int:
        """How many somebody has decided about."""
        return sum(s.state != State.PROPOSED for s in self.asked_about)

    @property
    def far(self) -> str:
        """Say how far the review is."""
        left = [s for s in self.asked_about if s.state == State.PROPOSED]
        close = doubtful(left)
        if not self.total:
            return "Máy không đọc được dòng nào: đánh dấu chữ trong văn bản để thêm."
        if not left:
            return f"Đã xem hết {number(self.total)} dòng."
        more = f", trong đó {number(close)} dòng nên xem kỹ" if close else ""
        return f"Đã xem {number(self.seen)}/{number(self.total)}; còn {number(len(left))} dòng chưa xem{more}."

    @cached_property
    def undo(self) -> str:
        """Say what would be taken back."""
        return act_words(self.reading.acts.filter(undone=False).order_by("-pk").first())

    @cached_property
    def redo(self) -> str:
        """Say what would be done again."""
        return act_words(self.reading.acts.filter(undone=True).order_by("pk").first())

    def find(self, pk: int) -> Statement | None:
        """Find a statement."""
        return next((s for s in self.statements if s.pk == pk), None)

    def next_of(self, statement: Statement) -> Statement | None:
        """Give the next statement of its kind in the document, if it stands in the same or the next paragraph."""
        same = [s for s in self.statements if s.kind == statement.kind and s.block is not None]
        later = [s for s in same if (s.order, s.pk) > (statement.order, statement.pk)]
        near = later[:1] if statement.block is not None else []
        return next((s for s in near if (s.block or 0) - (statement.block or 0) <= 1), None)


def doubtful(statements: Iterable[Statement]) -> int:
    """Count the rows that wait and should be looked at closely."""
    return sum(waits(s) and not safe(s) for s in statements)


def act_words(act: ReadingAct | None) -> str:
    """Say what an act did, with the first words of the row if it was one."""
    if act is None:
        return ""
    rows = (act.before.get("statements") or {}) | (act.after.get("statements") or {})
    quote = quote_of(act, *rows) if len(rows) == 1 else ""
    if not quote:
        return act.what
    shown = quote if len(quote) <= ACT_WORDS else f"{quote[:ACT_WORDS].rpartition(' ')[0]}…"
    return f"{ONE_ROW.sub('', act.what)} “{shown}”"


def quote_of(act: ReadingAct, row: str) -> str:
    """Give the words of the row that an act changed: as it stands, or as it stood before it went."""
    kept = act.before.get("statements", {}).get(row) or act.after.get("statements", {}).get(row) or {}
    now = Statement.objects.filter(pk=int(row)).first()
    quote: str = kept.get("quote") or (now.quote if now else "")
    return quote or (kept.get("facts") or (now.facts if now else {})).get("message", "")


def catalogue() -> dict[str, Indicator]:
    """Give the indicators by code."""
    return {i.code: i for i in Indicator.objects.only("code", "number", "name", "short_name", "unit_code")}


def visible_reading(request: HttpRequest, pk: int) -> PlanReading:
    """Give the document if the person may see it; otherwise it answers as if it were not there."""
    rows = PlanReading.objects.visible_to(request.user).defer("document")
    return get_object_or_404(rows.select_related("file", "province", "against", "plan"), pk=pk)


def under_review(request: HttpRequest, pk: int) -> PlanReading:
    """Give a document that is being looked through."""
    reading = visible_reading(request, pk)
    if reading.state != PlanReading.State.READY:
        raise Http404
    return reading


def way(reading: PlanReading, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way from the province to a page of the document."""
    province = reading.province
    return [
        (province.full_name, reverse("web:province", args=[province.code])),
        ("Đọc văn bản", reverse("plans:reading_new", args=[province.code])),
        *more,
    ]


def desk_of(request: HttpRequest, reading: PlanReading) -> Desk:
    """Lay a document on the desk as the address asks for it."""
    asked = request.POST if request.method == "POST" else request.GET
    names = {"kind": "loai", "order": "xep", "words": "q"}
    return Desk(reading, **{name: asked.get(key, "") for name, key in names.items()})


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the page's script asks."""
    return request.headers.get("Accept", "") == ANSWER
