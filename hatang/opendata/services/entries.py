"""What the catalogue holds now: each dataset of each province that has one, found by words and by facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import search_key
from hatang.opendata.catalogue import BY_SLUG, DATASETS, THEMES, Dataset
from hatang.opendata.models import DatasetVersion
from hatang.opendata.services.files import Format, formats_of
from hatang.opendata.services.versions import fresh_version
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place

MOST_WORDS = 8
SCIENCE = "Khoa học"
ORDER = {dataset.slug: n for n, dataset in enumerate(DATASETS)}


@dataclass(frozen=True)
class Licence:
    """Under which licence data are given: a setting, for the law names none."""

    address: str
    title: str


def licence() -> Licence:
    """Give the installation's licence."""
    return Licence(settings.OPEN_LICENCE_URL, settings.OPEN_LICENCE_TITLE)


@dataclass(frozen=True)
class Entry:
    """A dataset of a province as it is now, and who gives it."""

    dataset: Dataset
    province: Place
    version: DatasetVersion
    publisher: str

    @property
    def name(self) -> str:
        """Its name in catalogues: the dataset's and the province's code."""
        return f"{self.dataset.slug}-{self.province.code}"

    @property
    def title(self) -> str:
        """Its title, with the mark if any row is simulated."""
        mark = f" ({SIMULATED_LINE})" if self.version.simulated else ""
        return f"{self.dataset.title} – {self.province.full_name}{mark}"

    @property
    def description(self) -> str:
        """Its description, with the mark if any row is simulated."""
        mark = (
            f" {SIMULATED_LINE}: sinh ra để dùng thử, không phải số liệu chính thức." if self.version.simulated else ""
        )
        return f"{self.dataset.description}{mark}"

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/du-lieu-mo/{self.dataset.slug}/{self.province.code}/"

    def file_path(self, kind: Format) -> str:
        """Where its file of a format always is."""
        return f"/du-lieu-mo/{self.dataset.slug}/{self.province.code}.{kind.ending}"

    @property
    def formats(self) -> list[Format]:
        """The formats in which it is given."""
        return formats_of(self.dataset)

    @cached_property
    def search_text(self) -> str:
        """What words are looked for in, without accents."""
        said = [self.title, self.dataset.description, self.publisher, *self.dataset.keywords]
        return search_key(" ".join([*said, THEMES[self.dataset.theme], *(f.title for f in self.dataset.fields)]))

    @cached_property
    def search_words(self) -> frozenset[str]:
        """The words of that text."""
        return frozenset(self.search_text.split())


def publishers() -> dict[int, str]:
    """Name who gives a province's data: its department of science and technology, if it is known."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, province__isnull=False)
    found: dict[int, str] = {}
    for name, key, province in rows.order_by("pk").values_list("name", "province_id", "province__name"):
        if key not in found or (SCIENCE in name and SCIENCE not in found[key]):
            found[key] = name if province in name else f"{name}, {province}"
    return found


def entries(province: Place | None = None) -> list[Entry]:
    """List the catalogue; two queries."""
    rows = (
        DatasetVersion.objects.current().filter(dataset__in=BY_SLUG).select_related("province").defer("province__point")
    )
    rows = rows.filter(province=province) if province else rows
    named = publishers()
    found = [Entry(BY_SLUG[v.dataset], v.province, v, named.get(v.province_id, v.province.full_name)) for v in rows]
    return sorted(found, key=lambda e: (e.province.code, ORDER[e.dataset.slug]))


def entry_named(name: str) -> Entry | None:
    """Give an entry by its name in catalogues."""
    slug, _, code = name.rpartition("-")
    if slug not in BY_SLUG:
        return None
    rows = DatasetVersion.objects.current().filter(dataset=slug, province__code=code, province__kind="province")
    version = rows.select_related("province").defer("province__point").order_by("province__valid_to").first()
    return entry_of(version) if version else None


def fresh_entry(name: str) -> Entry | None:
    """Give an entry by its name, its version looked at again if that is due."""
    entry = entry_named(name)
    version = fresh_version(entry.dataset, entry.province) if entry else None
    return Entry(entry.dataset, entry.province, version, entry.publisher) if entry and version else entry


def entry_of(version: DatasetVersion) -> Entry:
    """Give the entry of a version whose province is read along."""
    publisher = publishers().get(version.province_id, version.province.full_name)
    return Entry(BY_SLUG[version.dataset], version.province, version, publisher)


FACETS = {
    "tinh": ("Tỉnh", lambda e: [(e.province.code, e.province.full_name)]),
    "chu-de": ("Chủ đề", lambda e: [(e.dataset.theme, THEMES[e.dataset.theme])]),
    "dang": ("Dạng tệp", lambda e: [(f.ending, f.label) for f in e.formats]),
}


def matching(found: Iterable[Entry], text: str, chosen: dict[str, str]) -> list[Entry]:
    """Keep the entries in which every word stands and that have what was chosen of each facet; the closest first.

    Whole words count: without accents “thôn” is also the begin of “thống”. Parts count where no whole ones do.
    """
    every, words = list(found), search_key(text[:1000]).split()[:MOST_WORDS]
    whole = [entry for entry in every if entry.search_words.issuperset(words)]
    kept = whole or [entry for entry in every if all(word in entry.search_text for word in words)]
    if words:
        kept = sorted(kept, key=lambda entry: distance(entry, words))
    for name, value in chosen.items():
        kept = [entry for entry in kept if value in dict(FACETS[name][1](entry))]
    return kept


def distance(entry: Entry, words: Sequence[str]) -> tuple[bool, bool, bool]:
    """Say how far an entry is from what is looked for: the words together in its title come first."""
    title, together = search_key(entry.title), " ".join(words)
    return together not in title, not set(words).issubset(title.split()), together not in entry.search_text


def facet_counts(found: Sequence[Entry], name: str) -> list[tuple[str, str, int]]:
    """Count entries by the values of a facet: value, its words, how many; the most first."""
    counts: Counter[tuple[str, str]] = Counter(pair for entry in found for pair in FACETS[name][1](entry))
    return [(value, words, n) for (value, words), n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
