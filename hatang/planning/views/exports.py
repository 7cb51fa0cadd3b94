"""A solved scenario as a file."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from hatang.core.vietnamese import search_key
from hatang.pages.lists import attachment
from hatang.planning.services.exports.annex import annex
from hatang.planning.services.exports.content import Content, content_of
from hatang.planning.services.exports.geopackage import geopackage
from hatang.planning.services.exports.workbook import workbook
from hatang.planning.views.scenario_map import solved_for

FORMS: dict[str, tuple[Callable[[Content], bytes], str]] = {
    "xlsx": (workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "gpkg": (geopackage, "application/geopackage+sqlite3"),
    "docx": (annex, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@login_required
@require_GET
def scenario_export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Give a scenario as a workbook, a GeoPackage or an annex."""
    if form not in FORMS:
        raise Http404
    scenario = solved_for(request, pk)
    write, kind = FORMS[form]
    name = search_key(f"phuong an {scenario.title}").replace(" ", "-")[:80]
    return attachment(write(content_of(scenario)), f"{name}.{form}", kind)
