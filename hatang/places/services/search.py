"""Find a place by name or code, also by a name that it bears no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Concat, Replace

from hatang.core.vietnamese import day, number, search_key
from hatang.places.models import Place, PlaceCode, PlaceQuerySet
from hatang.places.services.succession import Passing, ended, follow
from hatang.places.services.territory import of_territory

LONGEST_TEXT = 100
SHORTEST_JOINED = 4
TITLES = (
    "Tỉnh", "Thành phố", "Huyện", "Quận", "Thị xã", "Xã", "Phường", "Thị trấn", "Đặc khu", "Thôn", "Bản", "Làng", "Xóm",
    "Buôn", "Khu", "Khu phố", "Khối", "Tổ dân phố", "Khu công nghiệp", "Cụm công nghiệp", "Khu du lịch",
)  # fmt: skip
ABBREVIATIONS = {
    "tp": "thanh pho", "tphcm": "thanh pho ho chi minh", "hcm": "ho chi minh", "tx": "thi xa", "tt": "thi tran",
    "tdp": "to dan pho", "kcn": "khu cong nghiep", "ccn": "cum cong nghiep",
}  # fmt: skip
JOINED_TITLES = ["", *(search_key(title).replace(" ", "") for title in TITLES)]
WHOLE, BEGUN, JOINED = range(3)
KIND_ORDER = [Place.Kind.PROVINCE, Place.Kind.DISTRICT, Place.Kind.COMMUNE, Place.Kind.VILLAGE]


@dataclass(frozen=True)
class PlaceHit:
    """A place that was found; one that no longer exists carries its successors and a sentence that says so."""

    place: Place
    in_force: bool
    successors: tuple[Passing, ...] = ()
    reason: str = ""


def search_places(
    text: str, *, on: date, province: Place | None = None, limit: int = 20, unfinished: bool = False
) -> list[PlaceHit]:
    """Find places that had begun by that day and whose name holds every word, or whose code is the text.

    Names that hold the words whole hide those in which they only begin a word, unless the text is `unfinished`. Exact
    names come first, then what exists before what existed, then provinces before communes before villages. When
    nothing holds every word, the words may also stand in the names of the place's commune, district and province.
    """
    key = spelled_out(search_key(text[:LONGEST_TEXT]))
    if not key:
        return []
    places = known_by(on)
    if province:
        places = of_territory(places, province)
    ranked = ranking(places, key, on)
    found = list(ranked.filter(named(key))[:limit]) or list(ranked.filter(placed(key))[:limit])
    return hits(found if unfinished else closest(found), on)


def closest(places: list[Place]) -> list[Place]:
    """Keep the places that hold the words as well as the first one does."""
    return [place for place in places if place.closeness == places[0].closeness]  # type: ignore[attr-defined]


def spelled_out(key: str) -> str:
    """Write out what people abbreviate."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in key.split())


def known_by(on: date) -> PlaceQuerySet:
    """Give places that had begun by that day, with what their addresses need."""
    begun = Place.objects.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
    return begun.select_related("province", "parent").annotate(
        joined=Replace(F("search_key"), Value(" "), Value("")), padded=Concat(Value(" "), F("search_key"), Value(" "))
    )


def ranking(places: PlaceQuerySet, key: str, on: date) -> PlaceQuerySet:
    """Order by how well a place answers."""
    exact = Q(joined__in=[title + key.replace(" ", "") for title in JOINED_TITLES]) | coded(key)
    kinds = [When(kind=kind, then=position) for position, kind in enumerate(KIND_ORDER)]
    closeness = Case(When(exact | whole(key), then=WHOLE), When(begun(key), then=BEGUN), default=JOINED)
    return places.annotate(closeness=closeness).order_by(
        "closeness",
        Case(When(exact, then=0), default=1, output_field=IntegerField()),
        Case(When(valid_to__lt=on, then=1), default=0, output_field=IntegerField()),
        Case(*kinds, default=len(kinds), output_field=IntegerField()),
        "sort_key",
        "pk",
    )


def coded(key: str) -> Q:
    """Match a code; only text with a digit can be one."""
    if " " in key or not any(c.isdigit() for c in key):
        return Q(pk__in=[])
    return Q(code__iexact=key) | Q(pk__in=PlaceCode.objects.filter(code__iexact=key).values("place"))


def named(key: str) -> Q:
    """Match every word at the beginning of a word of the name, or the whole text in the name without blanks."""
    joined = key.replace(" ", "")
    return begun(key) | coded(key) | (Q(joined__contains=joined) if len(joined) >= SHORTEST_JOINED else Q(pk__in=[]))


def begun(key: str) -> Q:
    """Match every word at the beginning of a word of the name."""
    words = Q()
    for word in key.split():
        words &= starts_word("search_key", word)
    return words


def whole(key: str) -> Q:
    """Match every word as a whole word of the name."""
    words = Q()
    for word in key.split():
        words &= Q(padded__contains=f" {word} ")
    return words


def placed(key: str) -> Q:
    """Match every word in the name or in those above, and at least one in the name itself."""
    everywhere, here = Q(), Q(pk__in=[])
    for word in key.split():
        own = starts_word("search_key", word)
        everywhere &= own | starts_word("parent__search_key", word) | starts_word("province__search_key", word)
        here |= own
    return everywhere & here


def starts_word(field: str, word: str) -> Q:
    """Match a word's beginning."""
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def hits(places: list[Place], on: date) -> list[PlaceHit]:
    """Give the hits with what became of those that are gone."""
    gone = [place for place in places if ended(place, on)]
    followed = follow(gone, on)
    return [hit(place, followed.get(place.pk)) for place in places]


def hit(place: Place, passings: list[Passing] | None) -> PlaceHit:
    """Give one hit."""
    if passings is None:
        return PlaceHit(place, in_force=True)
    return PlaceHit(place, in_force=False, successors=tuple(passings), reason=why_gone(place, passings))


def why_gone(place: Place, passings: list[Passing]) -> str:
    """Say in one sentence what became of a place that is gone."""
    name = place.name if place.kind == Place.Kind.PROVINCE else place.full_name
    if not passings:
        return f"{name} có đến hết {day(place.valid_to)}; chưa có dữ liệu về nơi kế tiếp"
    targets = [address(passing.place) for passing in passings]
    since = next((day(passing.since) for passing in passings if passing.since), "")
    if place.kind == Place.Kind.DISTRICT and not any(p.place.kind == Place.Kind.COMMUNE for p in passings):
        return f"{name} có đến hết {day(place.valid_to)}, nay không còn cấp huyện; địa bàn thuộc {', '.join(targets)}"
    if len(passings) == 1 and passings[0].whole:
        old = " cũ" if place.full_name == passings[0].place.full_name else ""
        return f"{name}{old} nay thuộc {targets[0]} từ {since}"
    return f"{name} được chia từ {since}: {parts(passings, targets)}"


def parts(passings: list[Passing], targets: list[str]) -> str:
    """Say which part went where, and that shares are unknown where they are."""
    told = [
        f"một phần thuộc {target}"
        if p.population_percent is None
        else f"{number(p.population_percent, 1)} % dân số thuộc {target}"
        for p, target in zip(passings, targets, strict=True)
    ]
    unknown = any(p.population_percent is None for p in passings)
    return ", ".join(told) + (", tỷ lệ chưa biết" if unknown else "")


def address(place: Place) -> str:
    """Write a place within a sentence, a commune with its province."""
    own = f"{place.title.lower()} {place.name}".strip()
    if place.kind == Place.Kind.PROVINCE or place.province is None:
        return own
    return f"{own}, {place.province.title.lower()} {place.province.name}"
