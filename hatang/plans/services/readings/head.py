"""A plan's own facts, proposed from what its document says of itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.text import slugify

from hatang.core.plan_reader.structure import Header, Part, PlanRead, Text
from hatang.core.vietnamese import search_key, within_words
from hatang.places.models import Place
from hatang.plans.forms.reading import AMENDS, REPLACES, SAME
from hatang.plans.models import Plan
from hatang.plans.services.readings.parties import bodies_of
from hatang.plans.services.readings.provinces import named_province

KIND_WORDS = (
    (Plan.Kind.AMENDMENT, r"sửa đổi|bổ sung|điều chỉnh"),
    (Plan.Kind.PLAN, r"kế hoạch"),
    (Plan.Kind.STRATEGY, r"chiến lược|nghị quyết|đề án|chương trình|quy hoạch"),
)
MOST_TITLE, MOST_FUNDING = 300, 4_000


def head_facts(read: PlanRead, *, province: Place, today: date, against: Plan | None) -> dict[str, Any]:
    """Propose the facts of the plan that a document makes."""
    header = read.header
    territory = territory_of(read, province=province, today=today)
    years = years_of(read)
    return {
        "kind": header.kind or "",
        "number": header.number or "",
        "date": header.date,
        "issuer": header.issuer or issuer_of(header, territory),
        "title": title_of(header, territory),
        "signer": header.signer or "",
        "year_from": years[0],
        "year_to": years[1],
        "code": free_code(territory, years),
        "plan_kind": kind_of(header),
        "territory": territory.pk,
        "funding": funding_of(read.text),
        "relation": relation_of(header, title_of(header, territory), against),
    }


def issuer_of(header: Header, territory: Place) -> str:
    """Guess who issued a document that does not say it: the committee of the province in its title."""
    return f"UBND {territory.title.lower()} {named_province(header.title) or territory.name}"


def relation_of(header: Header, title: str, against: Plan | None) -> str:
    """Guess how a document stands to the plan it was brought against; without one, nothing is said yet."""
    if against is None:
        return ""
    if header.number and search_key(header.number) == search_key(against.number):
        return SAME
    undated = header.date is None and not header.number
    if undated and search_key(title) == search_key(against.title):
        return SAME
    return AMENDS if kind_of(header) == Plan.Kind.AMENDMENT else REPLACES


def kind_of(header: Header) -> str:
    """Guess the plan's kind by its title, else by the document's kind."""
    words = f"{header.title or ''} {header.kind or ''}".lower()
    return next((kind for kind, pattern in KIND_WORDS if re.search(pattern, words)), Plan.Kind.PLAN)


def title_of(header: Header, territory: Place) -> str:
    """Write the title as a sentence begins, led by the document's kind."""
    kind, title = (header.kind or "").strip(), " ".join((header.title or "").split())
    if title.isupper():
        title = with_names(title.lower(), territory)
    if kind and not search_key(title).startswith(search_key(kind)):
        title = f"{kind.capitalize()} {within_words(title)}" if title else kind.capitalize()
    return (title[:1].upper() + title[1:])[:MOST_TITLE]


def with_names(title: str, territory: Place) -> str:
    """Give the territory's name its capitals again."""
    return re.sub(re.escape(territory.name.lower()), territory.name, title)


def years_of(read: PlanRead) -> tuple[int | None, int | None]:
    """Give the plan's period: as its head says, else by its date and its targets' years."""
    header, due = read.header, [t.due_year for t in read.targets if t.due_year]
    signed = int(header.date[:4]) if header.date else None
    first = header.year_from or signed or min(due, default=None)
    last = header.year_to or max(due, default=None)
    return first, last


def free_code(territory: Place, years: tuple[int | None, int | None]) -> str:
    """Give a code that no plan bears: place and period, then a number."""
    name = slugify(search_key(territory.name))
    stem = "-".join([name[:24], *(str(year) for year in years if year)])
    taken = set(Plan.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in codes_from(stem, len(taken)) if code not in taken)


def codes_from(stem: str, taken: int) -> list[str]:
    """List codes that begin alike, one more than are taken."""
    return [stem, *(f"{stem}-{number}" for number in range(2, taken + 3))]


def territory_of(read: PlanRead, *, province: Place, today: date) -> Place:
    """Say for which province the document was made: today's, or a former one that bears the name it writes.

    A dated document has the province of its day. An undated one is no older than what it cites, and belongs to the
    province whose bodies it names.
    """
    signed = date.fromisoformat(read.header.date) if read.header.date else None
    possible = [p for p in territories(province) if possible_on(p, signed, cited(read))] or [province]
    named = [p for p in possible if bears_name(p, read)] or possible
    return max(named, key=lambda p: (bodies_known(p, read, today) if len(named) > 1 else 0, p.pk == province.pk))


def territories(province: Place) -> list[Place]:
    """Give today's province and those that became it."""
    return [province, *Place.objects.now_in(province).exclude(pk=province.pk).order_by("sort_key", "pk")]


def possible_on(territory: Place, signed: date | None, cited_on: date | None) -> bool:
    """Tell whether a document of that day, or one that cites something of the other, can be of the territory."""
    begun, ended = territory.valid_from or date.min, territory.valid_to or date.max
    return begun <= signed <= ended if signed else (cited_on or date.min) <= ended


def cited(read: PlanRead) -> date | None:
    """Give the day of the latest document cited."""
    return max((date.fromisoformat(b.date) for b in read.legal_bases if b.date), default=None)


def bears_name(territory: Place, read: PlanRead) -> bool:
    """Tell whether the head names the territory."""
    words = search_key(f"{read.header.title or ''} {read.header.issuer or ''}")
    return f" {search_key(territory.name)} " in f" {words} "


def bodies_known(territory: Place, read: PlanRead, today: date) -> int:
    """Count the named bodies that the territory has."""
    bodies = bodies_of(territory, on=None, today=today)
    return sum(bodies.exact(part) is not None for body in read.bodies for part in bodies.parts(body.name))


def funding_of(text: Text) -> str:
    """Join the paragraphs of the funding part."""
    words: Sequence[str] = [text.own(item).strip() for item in text.of_part(Part.FUNDING) if not item.heading]
    return " ".join(" ".join(words).split())[:MOST_FUNDING]
