"""The catalogue for harvesters: DCAT-AP as JSON-LD and Turtle, whole in pages of a hundred or a dataset alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hatang.opendata.services.dcat import (
    Node,
    catalogue_node,
    dataset_node,
    json_ld,
    last_page,
    paging_node,
    turtle,
)
from hatang.opendata.services.entries import entries, entry_of
from hatang.opendata.services.versions import fresh_version
from hatang.opendata.views.answers import not_modified, open_to_all, origin_of, unchanged
from hatang.opendata.views.files import asked
from hatang.pages.lists import whole_number

FORMS: dict[str, tuple[str, Callable[[Sequence[Node]], str]]] = {
    "jsonld": ("application/ld+json", json_ld),
    "ttl": ("text/turtle; charset=utf-8", turtle),
}


def written(nodes: Sequence[Node], form: str, tag: str) -> HttpResponse:
    """Answer with nodes in a form."""
    kind, write = FORMS[form]
    response: HttpResponse = open_to_all(HttpResponse(write(nodes), content_type=kind), tag)
    return response


@require_safe
def catalogue(request: HttpRequest, form: str) -> HttpResponse:
    """Give a page of the catalogue."""
    found, page = entries(), whole_number(request.GET.get("page", "1"), 6) or 1
    if page > last_page(len(found)):
        raise Http404
    newest = max((entry.version.pk for entry in found), default=0)
    tag = f"{form}-{page}-{len(found)}-{newest}"
    if unchanged(request, tag):
        return not_modified(tag)
    origin = origin_of(request)
    nodes = [catalogue_node(found, page, origin), paging_node(len(found), page, f"{origin}{request.path}")]
    return written(nodes, form, tag)


@require_safe
def dataset(request: HttpRequest, dataset: str, code: str, form: str) -> HttpResponse:
    """Give one dataset of a province."""
    wanted, province = asked(dataset, code)
    version = fresh_version(wanted, province)
    if version is None:
        raise Http404
    version.province = province
    return written([dataset_node(entry_of(version), origin_of(request))], form, f"{form}-{version.pk}")
