"""What the service of features says of itself: landing page, conformance, collections, its description in OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hatang.opendata.catalogue import Dataset, Field
from hatang.opendata.services.entries import Entry, licence
from hatang.opendata.services.features import CRS84, DEFAULT_LIMIT, MOST_LIMIT, SYSTEMS

Said = dict[str, Any]
JSON, GEOJSON, OPENAPI = "application/json", "application/geo+json", "application/vnd.oai.openapi+json;version=3.0"
SCHEMA, HTML = "application/schema+json", "text/html"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
TYPES = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "day": {"type": "string", "format": "date"},
    "yes_no": {"type": "boolean"},
}
TITLE = "Dữ liệu mở về hạ tầng số"


def link(address: str, rel: str, kind: str, title: str = "") -> Said:
    """Write a link."""
    return {"href": address, "rel": rel, "type": kind} | ({"title": title} if title else {})


def landing(root: str) -> Said:
    """Say where everything is."""
    return {
        "title": TITLE,
        "description": "Các bộ dữ liệu mở có vị trí, mỗi tỉnh mỗi bộ một tập (collection).",
        "links": [
            link(f"{root}/ogc/", "self", JSON),
            link(f"{root}/ogc/api", "service-desc", OPENAPI, "Mô tả OpenAPI"),
            link(f"{root}/du-lieu-mo/", "service-doc", HTML, "Trang dữ liệu mở"),
            link(f"{root}/ogc/?f=html", "alternate", HTML, "Trang cho người đọc"),
            link(f"{root}/ogc/conformance", "conformance", JSON),
            link(f"{root}/ogc/collections", "data", JSON),
        ],
    }


def collection(entry: Entry, root: str) -> Said:
    """Describe a collection."""
    here, version = f"{root}/ogc/collections/{entry.name}", entry.version
    extent: Said = {"temporal": {"interval": [[day(version.begin_on), day(version.end_on)]]}}
    if version.box:
        extent["spatial"] = {"bbox": [list(version.box)], "crs": CRS84}
    given = licence()
    return {
        "id": entry.name,
        "title": entry.title,
        "description": entry.description,
        "itemType": "feature",
        "extent": extent,
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "links": [
            link(here, "self", JSON),
            link(f"{here}/items", "items", GEOJSON),
            link(f"{here}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA),
            link(f"{here}/schema", "describedBy", SCHEMA),  # as GDAL spells it
            link(given.address, "license", "text/html", given.title),
            link(f"{root}{entry.path}", "describedby", "text/html"),
            *(enclosure(entry, ending, root) for ending in ("gpkg", "parquet")),
        ],
    }


def enclosure(entry: Entry, ending: str, root: str) -> Said:
    """Link to the whole collection as one file."""
    kind = next(kind for kind in entry.formats if kind.ending == ending)
    return link(f"{root}{entry.file_path(kind)}", "enclosure", kind.media_type, kind.label)


def day(value: Any) -> str | None:
    """Write the begin of a day as an instant."""
    return None if value is None else f"{value.isoformat()}T00:00:00Z"


def described(entry: Entry, root: str, document: str) -> Said:
    """Begin a JSON schema about a collection: the properties of its features."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{root}/ogc/collections/{entry.name}/{document}",
        "type": "object",
        "title": entry.title,
        "properties": {f.name: TYPES[f.kind] | {"title": f.heading} for f in entry.dataset.fields},
    }


def queryables(entry: Entry, root: str) -> Said:
    """Say by which properties a collection can be asked."""
    return described(entry, root, "queryables") | {"additionalProperties": False}


def schema(entry: Entry, root: str) -> Said:
    """Describe a feature as GeoJSON writes it: of what is empty on a whole page programs learn the type here."""
    said = described(entry, root, "schema")
    properties = {"type": "object", "properties": said["properties"]}
    feature = {"type": {"type": "string", "enum": ["Feature"]}, "geometry": {"type": "object"}}
    return said | {"properties": feature | {"properties": properties}}


def parameter(name: str, schema: Said, words: str, *, where: str = "query") -> Said:
    """Describe a parameter."""
    said = {"name": name, "in": where, "required": where == "path", "schema": schema, "description": words}
    return said | ({"style": "form", "explode": False} if where == "query" else {})


PARAMETERS = {
    "f": parameter("f", {"type": "string", "enum": ["json"]}, "Dạng trả lời"),
    "limit": parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST_LIMIT, "default": DEFAULT_LIMIT},
        "Nhiều nhất bao nhiêu đối tượng",
    ),
    "offset": parameter("offset", {"type": "integer", "minimum": 0, "default": 0}, "Bỏ qua bao nhiêu đối tượng"),
    "bbox": parameter(
        "bbox",
        {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]}
        | {"items": {"type": "number"}},
        "Khung chữ nhật, theo thứ tự trục của bbox-crs",
    ),
    "bbox-crs": parameter("bbox-crs", {"type": "string", "format": "uri", "default": CRS84}, "Hệ tọa độ của bbox"),
    "datetime": parameter("datetime", {"type": "string"}, "Ngày, hoặc khoảng ngày a/b, ../b, a/.."),
    "crs": parameter("crs", {"type": "string", "format": "uri", "default": CRS84}, "Hệ tọa độ của câu trả lời"),
}


def answered(words: str, kind: str = JSON) -> Said:
    """Describe the answers of an address."""
    refused = {"$ref": "#/components/responses/refused"}
    content = {kind: {"schema": {"type": "object"}}}
    return {"200": {"description": words, "content": content}, "400": refused, "404": refused}


def operation(name: str, words: str, kind: str = JSON, parameters: Sequence[Said] = ()) -> Said:
    """Describe a question by GET."""
    told = {"operationId": name, "summary": words, "parameters": list(parameters), "responses": answered(words, kind)}
    return {"get": told}


def own_parameter(field: Field) -> Said:
    """Describe a property as a parameter."""
    return parameter(field.name, TYPES[field.kind], field.heading)


def paths_of(entry: Entry) -> Said:
    """Describe the addresses of a collection."""
    here, dataset = f"/collections/{entry.name}", entry.dataset
    refs = [{"$ref": f"#/components/parameters/{name}"} for name in PARAMETERS]
    feature = parameter("featureId", {"type": "string"}, "Số của đối tượng", where="path")
    crs = {"$ref": "#/components/parameters/crs"}
    asked = [*refs, *own_parameters(dataset)]
    return {
        here: operation(f"describe-{entry.name}", entry.title),
        f"{here}/queryables": operation(f"queryables-{entry.name}", "Các thuộc tính", SCHEMA),
        f"{here}/items": operation(f"items-{entry.name}", entry.title, GEOJSON, asked),
        f"{here}/items/{{featureId}}": operation(f"item-{entry.name}", "Một đối tượng", GEOJSON, [feature, crs]),
    }


def own_parameters(dataset: Dataset) -> list[Said]:
    """Describe the properties of a dataset as parameters."""
    return [own_parameter(field) for field in dataset.fields]


def openapi(found: Sequence[Entry], root: str) -> Said:
    """Describe the service in OpenAPI 3.0."""
    paths: Said = {
        "/": operation("landing", "Trang đầu"),
        "/conformance": operation("conformance", "Những phần của chuẩn được theo"),
        "/collections": operation("collections", "Các tập"),
    }
    for entry in found:
        paths |= paths_of(entry)
    refused = {"description": "Câu hỏi không trả lời được", "content": {JSON: {"schema": {"type": "object"}}}}
    given = licence()
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "version": "1.0", "license": {"name": given.title, "url": given.address}},
        "servers": [{"url": f"{root}/ogc"}],
        "paths": paths,
        "components": {"parameters": PARAMETERS, "responses": {"refused": refused}},
    }
