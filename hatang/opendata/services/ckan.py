"""The catalogue in the words of CKAN's action API: packages, resources, searches, rows of a resource."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hatang.core.vietnamese import search_key
from hatang.opendata.catalogue import THEMES
from hatang.opendata.models import DatasetVersion
from hatang.opendata.services.asking import LONGEST_TEXT, Question, Refused, answer, count_of
from hatang.opendata.services.content import Sheet, read_sheet
from hatang.opendata.services.entries import Entry, entries, entry_named, fresh_entry, licence, matching
from hatang.opendata.services.files import Format
from hatang.places.models import Place

Said = Mapping[str, Any]
MOST_PACKAGES = 1_000
MOST_ROWS = 32_000
DEFAULT_ROWS = 100
TYPES = {"text": "text", "whole": "numeric", "number": "numeric", "day": "date", "yes_no": "bool"}
EVERYTHING = ("", "*:*", "*")
FACETS = ("organization", "groups", "tags", "res_format", "license_id")


class NotFound(Exception):  # noqa: N818 - named as CKAN names it
    """There is no package or resource of this name."""


def organisation(province: Place, publisher: str) -> dict[str, Any]:
    """Write a province as the organisation of its packages."""
    return {
        "id": f"tinh-{province.code}",
        "name": f"tinh-{province.code}",
        "title": publisher,
        "type": "organization",
        "is_organization": True,
        "state": "active",
    }


def group(entry: Entry) -> dict[str, Any]:
    """Write the theme as a group."""
    theme = entry.dataset.theme
    return {"id": theme, "name": theme, "title": THEMES[theme], "display_name": THEMES[theme]}


def tag(word: str) -> dict[str, Any]:
    """Write a keyword as a tag."""
    return {"id": search_key(word).replace(" ", "-"), "name": word, "display_name": word, "state": "active"}


def resource(entry: Entry, kind: Format, position: int, origin: str) -> dict[str, Any]:
    """Write one of the files of a package; every one of them can be asked for its rows."""
    made = entry.version.made_at.isoformat()
    return {
        "id": f"{entry.name}-{kind.ending.replace('.', '-')}",
        "package_id": entry.name,
        "name": f"{entry.title} ({kind.label})",
        "description": entry.dataset.description,
        "format": kind.label,
        "mimetype": kind.media_type.partition(";")[0],
        "url": f"{origin}{entry.file_path(kind)}",
        "hash": entry.version.sha256 if kind.ending == "json" else "",
        "created": made,
        "last_modified": made,
        "position": position,
        "state": "active",
        "datastore_active": True,
    }


def package(entry: Entry, origin: str) -> dict[str, Any]:
    """Write a dataset of a province."""
    made, given = entry.version.made_at.isoformat(), licence()
    extras = {
        "source": entry.dataset.source,
        "frequency": entry.dataset.rhythm,
        "simulated": str(entry.version.simulated).lower(),
        "sha256": entry.version.sha256,
    }
    return {
        "id": entry.name,
        "name": entry.name,
        "title": entry.title,
        "notes": entry.description,
        "url": f"{origin}{entry.path}",
        "version": str(entry.version.number),
        "license_id": given.address,
        "license_title": given.title,
        "license_url": given.address,
        "isopen": True,
        "private": False,
        "state": "active",
        "type": "dataset",
        "metadata_created": made,
        "metadata_modified": made,
        "owner_org": f"tinh-{entry.province.code}",
        "author": entry.publisher,
        "organization": organisation(entry.province, entry.publisher),
        "groups": [group(entry)],
        "tags": [tag(word) for word in entry.dataset.keywords],
        "num_tags": len(entry.dataset.keywords),
        "resources": [resource(entry, kind, n, origin) for n, kind in enumerate(entry.formats)],
        "num_resources": len(entry.formats),
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
    }


def package_list(said: Said, origin: str) -> list[str]:
    """List the names of packages."""
    start, limit = count_of("offset", said.get("offset"), 0, 10**9), said.get("limit")
    most = count_of("limit", limit, MOST_PACKAGES, MOST_PACKAGES)
    return [entry.name for entry in entries()][start : start + most]


def asked_entry(said: Said, what: str = "id") -> Entry:
    """Give the package that is asked for by its name."""
    name = said.get(what) or said.get("name_or_id")
    if not name:
        raise Refused(what, f"Thiếu {what}.")
    entry = entry_named(str(name)[:LONGEST_TEXT])
    if entry is None:
        raise NotFound
    return entry


def package_show(said: Said, origin: str) -> dict[str, Any]:
    """Show a package."""
    return package(asked_entry(said), origin)


def asked_resource(said: Said, what: str) -> tuple[Entry, int]:
    """Give the package of the resource that is asked for, and where in it the resource stands."""
    name = str(said.get(what) or "")[:LONGEST_TEXT]
    if not name:
        raise Refused(what, f"Thiếu {what}.")
    for count in (1, 2):
        package_name, endings = name.rsplit("-", count)[0], name.rsplit("-", count)[1:]
        entry = entry_named(package_name)
        kinds = [kind.ending for kind in entry.formats] if entry else []
        if entry and ".".join(endings) in kinds:
            return entry, kinds.index(".".join(endings))
    raise NotFound


def resource_show(said: Said, origin: str) -> dict[str, Any]:
    """Show a resource."""
    entry, position = asked_resource(said, "id")
    return resource(entry, entry.formats[position], position, origin)


# package_search


def facets_of(entry: Entry) -> dict[str, list[tuple[str, str]]]:
    """Give what a package counts for in each facet: value and words."""
    given = licence()
    return {
        "organization": [(f"tinh-{entry.province.code}", entry.publisher)],
        "groups": [(entry.dataset.theme, THEMES[entry.dataset.theme])],
        "tags": [(word, word) for word in entry.dataset.keywords],
        "res_format": [(kind.label, kind.label) for kind in entry.formats],
        "license_id": [(given.address, given.title)],
    }


def filters_of(text: str) -> list[tuple[str, str]]:
    """Read CKAN's filter query as far as it names facets: `organization:tinh-20 tags:"vùng phủ"`. Raises Refused."""
    rest, found = text[: LONGEST_TEXT * 2].strip(), []
    while rest:
        name, colon, rest = rest.partition(":")
        name = name.strip().lstrip("+(").strip()
        if not colon or name not in FACETS:
            raise Refused("fq", f"fq chỉ nhận {', '.join(FACETS)}, viết tên:giá-trị; không hiểu “{name[:60]}”.")
        value, rest = value_and_rest(rest.strip())
        found.append((name, value))
        rest = rest.strip().removeprefix("AND ").removeprefix(")").strip()
    return found


def value_and_rest(text: str) -> tuple[str, str]:
    """Read one value, in quotes or up to a blank, and give what comes behind it."""
    if text.startswith('"'):
        value, _, rest = text[1:].partition('"')
        return value, rest
    value, _, rest = text.partition(" ")
    return value.rstrip(")"), rest


def package_search(said: Said, origin: str) -> dict[str, Any]:
    """Find packages by words and facets, and count the facets that are asked for."""
    words = str(said.get("q") or "")
    found = matching(entries(), "" if words.strip() in EVERYTHING else words, {})
    for name, value in filters_of(str(said.get("fq") or "")):
        found = [e for e in found if value in [v for v, _ in facets_of(e)[name]]]
    start = count_of("start", said.get("start"), 0, 10**9)
    rows = count_of("rows", said.get("rows"), 10, MOST_PACKAGES)
    part = sorted_packages(found, str(said.get("sort") or ""))[start : start + rows]
    asked = facets_asked(said.get("facet.field"))
    counted = {name: counts(found, name) for name in asked}
    return {
        "count": len(found),
        "sort": str(said.get("sort") or "name asc")[:LONGEST_TEXT],
        "results": [package(entry, origin) for entry in part],
        "facets": {name: {value: n for value, _, n in told} for name, told in counted.items()},
        "search_facets": {
            name: {"title": name, "items": [{"name": v, "display_name": w, "count": n} for v, w, n in told]}
            for name, told in counted.items()
        },
    }


def sorted_packages(found: Sequence[Entry], sort: str) -> list[Entry]:
    """Order packages by name, title or date."""
    name, _, way = sort.partition(",")[0].strip().partition(" ")
    keys = {
        "name": lambda e: e.name,
        "title": lambda e: search_key(e.title),
        "metadata_modified": lambda e: e.version.made_at,
    }
    if name in ("", "score", "relevance"):
        return list(found)
    if name not in keys:
        raise Refused("sort", f"Sắp theo {', '.join(keys)}; không hiểu “{name[:60]}”.")
    return sorted(found, key=keys[name], reverse=way.strip().lower() == "desc")


def facets_asked(asked: Any) -> list[str]:
    """Read which facets are to be counted: a list, or one written as JSON. Raises Refused."""
    named = parsed("facet.field", asked) if isinstance(asked, str) and asked else asked or []
    if not isinstance(named, list) or any(name not in FACETS for name in named):
        raise Refused("facet.field", f"facet.field là danh sách trong {', '.join(FACETS)}.")
    return list(dict.fromkeys(named))


def counts(found: Sequence[Entry], name: str) -> list[tuple[str, str, int]]:
    """Count packages by the values of a facet, the most first."""
    told: dict[tuple[str, str], int] = {}
    for entry in found:
        for pair in facets_of(entry)[name]:
            told[pair] = told.get(pair, 0) + 1
    return [(value, words, n) for (value, words), n in sorted(told.items(), key=lambda item: (-item[1], item[0]))]


# datastore_search


def parsed(name: str, text: str) -> Any:
    """Read JSON within an argument. Raises Refused."""
    if len(text) > 100 * LONGEST_TEXT:
        raise Refused(name, f"{name} dài quá.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(name, f"{name} không phải JSON.") from error


def filters_asked(asked: Any) -> dict[str, list[Any]]:
    """Read `filters`: an object from field to a value or a list of values. Raises Refused."""
    told = parsed("filters", asked) if isinstance(asked, str) and asked else asked or {}
    if not isinstance(told, dict):
        raise Refused("filters", 'filters là một đối tượng JSON, ví dụ {"ma_xa": "06181"}.')
    return {str(name): value if isinstance(value, list) else [value] for name, value in told.items()}


def words_asked(asked: Any) -> str:
    """Read `q`: words. Raises Refused for the form that asks single fields."""
    if asked is None:
        return ""
    if isinstance(asked, dict | list):
        raise Refused("q", "q là chữ cần tìm; tìm trong một trường thì dùng filters.")
    return str(asked)


def fields_asked(sheet: Sheet, asked: Any) -> list[str]:
    """Read which fields are wanted: a list, or names with commas between. Raises Refused."""
    names = asked.split(",") if isinstance(asked, str) else asked or list(sheet.named)
    if not isinstance(names, list):
        raise Refused("fields", "fields là danh sách tên trường.")
    told = [str(name).strip() for name in names]
    unknown = next((name for name in told if name not in sheet.named), None)
    if unknown is not None:
        raise Refused("fields", f"Không có trường “{unknown[:60]}”. Các trường: {', '.join(sheet.named)}.")
    return list(dict.fromkeys(told))


def datastore_search(said: Said, origin: str) -> dict[str, Any]:
    """Find rows of a resource."""
    found_entry, position = asked_resource(said, "resource_id")
    entry = fresh_entry(found_entry.name) or found_entry
    sheet = read_sheet(entry.version)
    question = Question(
        filters_asked(said.get("filters")), words_asked(said.get("q")), sort=str(said.get("sort") or "")
    )
    found, names = answer(sheet, question), fields_asked(sheet, said.get("fields"))
    limit = count_of("limit", said.get("limit"), DEFAULT_ROWS, MOST_ROWS)
    offset = count_of("offset", said.get("offset"), 0, 10**9)
    places = [(name, sheet.place[name]) for name in names]
    part = found[offset : offset + limit].tolist()
    return {
        "resource_id": resource_id(entry, position),
        "include_total": True,
        "total": len(found),
        "total_was_estimated": False,
        "limit": limit,
        "offset": offset,
        "records_format": "objects",
        "fields": [{"id": name, "type": TYPES[sheet.named[name].kind]} for name in names],
        "records": [{name: sheet.rows[k][n] for name, n in places} for k in part],
    }


def resource_id(entry: Entry, position: int) -> str:
    """Name a resource."""
    return f"{entry.name}-{entry.formats[position].ending.replace('.', '-')}"


def organization_list(said: Said, origin: str) -> list[str]:
    """List the organisations: the provinces that give data."""
    codes = DatasetVersion.objects.current().order_by().values_list("province__code", flat=True).distinct()
    return sorted(f"tinh-{code}" for code in codes)


def organization_show(said: Said, origin: str) -> dict[str, Any]:
    """Show an organisation, as harvesters ask before they take its packages along."""
    asked = str(said.get("id", ""))
    found = [entry for entry in entries() if f"tinh-{entry.province.code}" == asked]
    if not found:
        raise NotFound
    return organisation(found[0].province, found[0].publisher) | {"package_count": len(found)}


def group_show(said: Said, origin: str) -> dict[str, Any]:
    """Show a group."""
    found = [entry for entry in entries() if entry.dataset.theme == str(said.get("id", ""))]
    if not found:
        raise NotFound
    return group(found[0]) | {"package_count": len(found)}


def group_list(said: Said, origin: str) -> list[str]:
    """List the groups: the themes."""
    return list(THEMES)


def status_show(said: Said, origin: str) -> dict[str, Any]:
    """Say what answers here."""
    return {"site_title": "Dữ liệu mở Hatang", "site_url": origin, "ckan_version": "2.11", "extensions": ["datastore"]}


ACTIONS = {
    action.__name__: action
    for action in (
        package_list,
        package_show,
        package_search,
        resource_show,
        datastore_search,
        organization_list,
        organization_show,
        group_list,
        group_show,
        status_show,
    )
}
