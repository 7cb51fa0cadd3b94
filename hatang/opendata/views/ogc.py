"""OGC API - Features, parts 1 and 2: what GIS programs open as a layer."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from hatang.opendata.models import DatasetVersion
from hatang.opendata.services.asking import Refused
from hatang.opendata.services.content import Sheet, read_sheet
from hatang.opendata.services.entries import Entry, entries, fresh_entry
from hatang.opendata.services.features import CRS84, Asked, asked_of, check_format, features_of, matched, system
from hatang.opendata.services.ogc_documents import (
    CONFORMANCE,
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    collection,
    landing,
    link,
    openapi,
    queryables,
)
from hatang.opendata.services.ogc_documents import schema as schema_of
from hatang.opendata.views.answers import not_modified, open_to_all, origin_of, unchanged

View = Callable[..., HttpResponseBase]
DESCRIBING = ("f",)
ITEM_PARAMETERS = ("f", "crs")


def told(content: Any, kind: str = JSON, status: int = 200) -> HttpResponse:
    """Answer in JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    response: HttpResponse = open_to_all(HttpResponse(text, content_type=kind, status=status))
    return response


def clearly(view: View) -> View:
    """Say what is wrong with a question, or that nothing is there, as the standard has it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Refused as refused:
            response = told({"code": "InvalidParameterValue", "description": refused.words}, status=400)
        except Http404:
            response = told({"code": "NotFound", "description": "Không có tập hay đối tượng này."}, status=404)
        patch_vary_headers(response, ["Accept"])
        return response

    return require_safe(answered)


def for_people(view: View) -> View:
    """Lead who reads HTML to the portal's page of the same data: its table, chart and map. Programs get JSON."""

    @wraps(view)
    def led(request: HttpRequest, *args: Any, name: str = "", **kwargs: Any) -> HttpResponseBase:
        if not by_people(request):
            return view(request, *args, **({"name": name} if name else {}), **kwargs)
        entry = asked_entry(name) if name else None
        page = entry.path if entry else reverse("opendata:portal")
        return HttpResponse(status=303, headers={"Location": page})

    return led


def by_people(request: HttpRequest) -> bool:
    """Tell whether HTML is asked for, by name or by what a browser says that it takes."""
    asked = request.GET.get("f")
    return asked == "html" if asked is not None else request.get_preferred_type([JSON, GEOJSON, HTML]) == HTML


def describing(request: HttpRequest, known: tuple[str, ...] = DESCRIBING) -> str:
    """Refuse parameters that are not ours, and give our address. Raises Refused."""
    unknown = next((name for name in request.GET if name not in known), None)
    if unknown is not None:
        raise Refused(unknown[:60], f"Không có tham số “{unknown[:60]}” ở đây.")
    check_format(request.GET.get("f", "json"))
    return origin_of(request)


def with_places() -> list[Entry]:
    """Give the datasets that have places."""
    return [entry for entry in entries() if entry.dataset.shape]


def asked_entry(name: str) -> Entry:
    """Give the collection of a name, its version fresh."""
    entry = fresh_entry(name)
    if entry is None or not entry.dataset.shape:
        raise Http404
    return entry


@clearly
@for_people
def root(request: HttpRequest) -> HttpResponseBase:
    """Say where everything is."""
    return told(landing(describing(request)))


@clearly
def conformance(request: HttpRequest) -> HttpResponseBase:
    """Say which parts of the standard are followed."""
    describing(request)
    return told({"conformsTo": CONFORMANCE})


@clearly
def api(request: HttpRequest) -> HttpResponseBase:
    """Describe the service in OpenAPI."""
    return told(openapi(with_places(), describing(request)), OPENAPI)


@clearly
@for_people
def collections(request: HttpRequest) -> HttpResponseBase:
    """List the collections."""
    here = describing(request)
    found = [collection(entry, here) for entry in with_places()]
    return told({"links": [link(f"{here}/ogc/collections", "self", JSON)], "collections": found})


@clearly
@for_people
def one(request: HttpRequest, name: str) -> HttpResponseBase:
    """Describe a collection."""
    here = describing(request)
    return told(collection(asked_entry(name), here))


@clearly
def asked_by(request: HttpRequest, name: str) -> HttpResponseBase:
    """Say by which properties a collection can be asked."""
    here = describing(request)
    return told(queryables(asked_entry(name), here), SCHEMA)


@clearly
def schema(request: HttpRequest, name: str) -> HttpResponseBase:
    """Say which properties the features of a collection have."""
    here = describing(request)
    return told(schema_of(asked_entry(name), here), SCHEMA)


def tag_of(version: DatasetVersion, request: HttpRequest) -> str:
    """Name the answer to a question to a version."""
    return f"{version.sha256[:24]}-{sha256(request.get_full_path().encode()).hexdigest()[:16]}"


@clearly
@for_people
def items(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give features."""
    entry = asked_entry(name)
    asked = asked_of(request.GET.dict(), entry.dataset)
    tag = tag_of(entry.version, request)
    if unchanged(request, tag):
        return not_modified(tag)
    sheet = read_sheet(entry.version)
    response = told(page_of(request, entry, sheet, asked), GEOJSON)
    response["Content-Crs"] = f"<{asked.crs}>"
    answer: HttpResponse = open_to_all(response, tag)
    return answer


def page_of(request: HttpRequest, entry: Entry, sheet: Sheet, asked: Asked) -> str:
    """Write a page of features, with the way to the others."""
    found = matched(sheet, entry.dataset, asked)
    part = found[asked.offset : asked.offset + asked.limit].tolist()
    said = {
        "numberMatched": len(found),
        "numberReturned": len(part),
        "timeStamp": timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "links": links_of(request, entry, asked, len(found)),
    }
    features = ",".join(features_of(sheet, part, asked.crs))
    return f'{{"type":"FeatureCollection",{json.dumps(said, ensure_ascii=False)[1:-1]},"features":[{features}]}}'


def links_of(request: HttpRequest, entry: Entry, asked: Asked, count: int) -> list[dict[str, Any]]:
    """Write the links to this page, the next, the one before and the collection."""
    here = f"{origin_of(request)}/ogc/collections/{entry.name}"
    kept = {name: value for name, value in request.GET.items() if name not in ("offset", "limit")}

    def page(offset: int) -> str:
        return f"{here}/items?{urlencode(kept | {'limit': asked.limit, 'offset': offset})}"

    links = [link(page(asked.offset), "self", GEOJSON), link(here, "collection", JSON)]
    if asked.offset + asked.limit < count:
        links.append(link(page(asked.offset + asked.limit), "next", GEOJSON))
    if asked.offset:
        links.append(link(page(max(0, asked.offset - asked.limit)), "prev", GEOJSON))
    return links


@clearly
@for_people
def item(request: HttpRequest, name: str, feature: str) -> HttpResponseBase:
    """Give one feature."""
    here = describing(request, ITEM_PARAMETERS)
    crs = system(request.GET.get("crs", CRS84), "crs")
    entry = asked_entry(name)
    sheet = read_sheet(entry.version)
    if feature not in sheet.by_id:
        raise Http404
    links = [
        link(f"{here}/ogc/collections/{entry.name}/items/{feature}", "self", GEOJSON),
        link(f"{here}/ogc/collections/{entry.name}", "collection", JSON),
    ]
    written = features_of(sheet, [sheet.by_id[feature]], crs)[0]
    response = told(f'{written[:-1]},"links":{json.dumps(links, ensure_ascii=False)}}}', GEOJSON)
    response["Content-Crs"] = f"<{crs}>"
    return response
