"""Files at addresses that stay: of the newest version, and of earlier ones."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from hatang.opendata.catalogue import BY_SLUG, Dataset
from hatang.opendata.models import DatasetVersion
from hatang.opendata.services.content import Withdrawn
from hatang.opendata.services.files import Format, file_of, format_named
from hatang.opendata.services.versions import fresh_version
from hatang.opendata.views.answers import file_response, not_modified, unchanged
from hatang.places.models import Place
from hatang.places.services import province_by_code

GONE = "Bản này đã được rút: có dòng nay không còn công khai. Bản mới nhất vẫn tải được ở địa chỉ không có số bản."


def asked(slug: str, code: str) -> tuple[Dataset, Place]:
    """Give the dataset and province of an address."""
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug], province_by_code(code)


def asked_format(dataset: Dataset, ending: str) -> Format:
    """Give the format of an address."""
    kind = format_named(dataset, ending)
    if kind is None:
        raise Http404
    return kind


def tag_of(version: DatasetVersion, kind: Format) -> str:
    """Name a version's file."""
    return f"{version.sha256[:32]}-{version.number}-{kind.ending}"


@require_safe
def file(request: HttpRequest, dataset: str, code: str, ending: str) -> HttpResponseBase:
    """Give the newest version."""
    wanted, province = asked(dataset, code)
    kind, version = asked_format(wanted, ending), fresh_version(wanted, province)
    if version is None:
        raise Http404
    return given(request, wanted, version, kind)


@require_safe
def old_file(request: HttpRequest, dataset: str, code: str, number: int, ending: str) -> HttpResponseBase:
    """Give one version."""
    wanted, province = asked(dataset, code)
    rows = DatasetVersion.objects.visible_to(request.user).filter(dataset=dataset, province=province)
    version = get_object_or_404(rows.select_related("province"), number=number)
    return given(request, wanted, version, asked_format(wanted, ending))


def given(request: HttpRequest, dataset: Dataset, version: DatasetVersion, kind: Format) -> HttpResponseBase:
    """Answer with a version's file, or say that who asks has it, or that it was withdrawn."""
    tag = tag_of(version, kind)
    if version.withdrawn_at is None and (unchanged(request, tag) or unchanged(request, f"{tag}-gzip")):
        return not_modified(tag)
    try:
        return file_response(request, file_of(dataset, version, kind), kind, tag)
    except Withdrawn:
        return HttpResponse(GONE, status=410, content_type="text/plain; charset=utf-8")
