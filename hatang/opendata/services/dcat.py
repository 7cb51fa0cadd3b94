"""The catalogue as DCAT-AP 3: nodes made once, written as JSON-LD or Turtle, a page of datasets at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hatang.opendata.services.entries import Entry, licence
from hatang.opendata.services.files import Format

Node = dict[str, Any]
PAGE = 100
PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
FREQUENCIES = {"daily": "DAILY", "monthly": "MONTHLY", "yearly": "ANNUAL", "irregular": "IRREG"}
EU_THEMES = {
    "dia-ban": ("REGI", "Vùng và đô thị"),
    "chi-tieu": ("GOVE", "Chính phủ và khu vực công"),
    "vien-thong": ("TECH", "Khoa học và công nghệ"),
    "chat-luong": ("TECH", "Khoa học và công nghệ"),
    "he-thong": ("GOVE", "Chính phủ và khu vực công"),
}
FILE_TYPES = f"{AUTHORITY}/file-type"
MEDIA_TYPES = "http://www.iana.org/assignments/media-types"
OAPIF = "http://www.opengis.net/def/interface/ogcapi-features"


def text(words: str) -> Node:
    """Write words in Vietnamese."""
    return {"@value": words, "@language": "vi"}


def typed(value: Any, kind: str) -> Node:
    """Write a value of a type of XML Schema."""
    return {"@value": str(value), "@type": f"xsd:{kind}"}


def node(address: str, kind: str, said: Mapping[str, Any] | None = None) -> Node:
    """Write something with an address; without one it has none of its own."""
    return ({"@id": address} if address else {}) | {"@type": kind} | dict(said or {})


def publisher(entry: Entry, origin: str) -> Node:
    """Write who gives the data."""
    address = f"{origin}/tinh/{entry.province.code}/"
    return node(address, "foaf:Agent", {"foaf:name": text(entry.publisher)})


def licence_node() -> Node:
    """Write the licence."""
    given = licence()
    return node(given.address, "dct:LicenseDocument", {"dct:title": text(given.title)})


def theme(entry: Entry) -> Node:
    """Write the theme by the list that DCAT-AP wants."""
    code, label = EU_THEMES[entry.dataset.theme]
    return node(f"{AUTHORITY}/data-theme/{code}", "skos:Concept", {"skos:prefLabel": text(label)})


def period(entry: Entry) -> list[Node]:
    """Write of which days the rows speak."""
    begin, end = entry.version.begin_on, entry.version.end_on
    told = {"dcat:startDate": begin, "dcat:endDate": end}
    days = {name: typed(day, "date") for name, day in told.items() if day}
    return [node("", "dct:PeriodOfTime", days)] if days else []


def where(entry: Entry) -> Node:
    """Write where the rows lie: the province, with the box of what has a place."""
    said: Node = {"skos:prefLabel": text(entry.province.full_name)}
    if entry.version.box:
        west, south, east, north = entry.version.box
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x:.6f} {y:.6f}" for x, y in corners)
        said["dcat:bbox"] = {"@value": f"POLYGON(({ring}))", "@type": "geo:wktLiteral"}
    return node("", "dct:Location", said)


def distribution(entry: Entry, kind: Format, origin: str) -> Node:
    """Write one of the files."""
    address = f"{origin}{entry.file_path(kind)}"
    media = kind.media_type.partition(";")[0]
    link = node(address, "rdfs:Resource")
    said = {
        "dct:title": text(f"{entry.title}, {kind.label}"),
        "dcat:accessURL": link,
        "dcat:downloadURL": link,
        "dct:format": node(f"{FILE_TYPES}/{kind.authority}", "dct:MediaTypeOrExtent"),
        "dcat:mediaType": node(f"{MEDIA_TYPES}/{media}", "dct:MediaType"),
        "dct:license": licence_node(),
        "dct:modified": typed(entry.version.made_at.isoformat(), "dateTime"),
    }
    return node(f"{address}#tep", "dcat:Distribution", said)


def service(origin: str) -> Node:
    """Write the service of features, of which every dataset with a place is a collection."""
    root = f"{origin}/ogc/"
    said = {
        "dct:title": text("OGC API – Features"),
        "dcat:endpointURL": node(root, "rdfs:Resource"),
        "dcat:endpointDescription": node(f"{origin}/ogc/api", "rdfs:Resource"),
        "dct:conformsTo": node(OAPIF, "dct:Standard"),
    }
    return node(f"{root}#dich-vu", "dcat:DataService", said)


def service_distribution(entry: Entry, origin: str) -> list[Node]:
    """Write the collection of a dataset with a place."""
    if not entry.dataset.shape:
        return []
    address = f"{origin}/ogc/collections/{entry.name}"
    said = {
        "dct:title": text(f"{entry.title}, OGC API – Features"),
        "dcat:accessURL": node(address, "rdfs:Resource"),
        "dcat:accessService": service(origin),
        "dct:format": node(f"{FILE_TYPES}/GEOJSON", "dct:MediaTypeOrExtent"),
        "dct:license": licence_node(),
    }
    return [node(f"{address}#tep", "dcat:Distribution", said)]


def dataset_node(entry: Entry, origin: str) -> Node:
    """Write a dataset of a province."""
    page, version = f"{origin}{entry.path}", entry.version
    files = [distribution(entry, kind, origin) for kind in entry.formats]
    frequency = f"{AUTHORITY}/frequency/{FREQUENCIES[entry.dataset.rhythm]}"
    said: Node = {
        "dct:identifier": {"@value": page},
        "dct:title": text(entry.title),
        "dct:description": text(entry.description),
        "dct:publisher": publisher(entry, origin),
        "dct:issued": typed(version.made_at.isoformat(), "dateTime"),
        "dct:modified": typed(version.made_at.isoformat(), "dateTime"),
        "dct:language": node(f"{AUTHORITY}/language/VIE", "dct:LinguisticSystem"),
        "dct:accrualPeriodicity": node(frequency, "dct:Frequency"),
        "dct:accessRights": node(f"{AUTHORITY}/access-right/PUBLIC", "dct:RightsStatement"),
        "dct:provenance": node("", "dct:ProvenanceStatement", {"rdfs:label": text(entry.dataset.source)}),
        "dct:temporal": period(entry),
        "dct:spatial": where(entry),
        "dcat:version": {"@value": str(version.number)},
        "dcat:keyword": [text(word) for word in entry.dataset.keywords],
        "dcat:theme": theme(entry),
        "dcat:landingPage": node(page, "foaf:Document"),
        "dcat:distribution": files + service_distribution(entry, origin),
    }
    return node(f"{page}#bo", "dcat:Dataset", {name: value for name, value in said.items() if value})


def catalogue_node(found: Sequence[Entry], page: int, origin: str) -> Node:
    """Write the catalogue with the datasets of a page."""
    root = f"{origin}/du-lieu-mo/"
    part = found[(page - 1) * PAGE : page * PAGE]
    said: Node = {
        "dct:title": text("Dữ liệu mở về hạ tầng số"),
        "dct:description": text("Mọi bộ dữ liệu mà hệ thống này công khai, của từng tỉnh."),
        "dct:publisher": node(f"{origin}/#co-quan", "foaf:Agent", {"foaf:name": text(publisher_name(found))}),
        "dct:language": node(f"{AUTHORITY}/language/VIE", "dct:LinguisticSystem"),
        "dct:license": licence_node(),
        "foaf:homepage": node(root, "foaf:Document"),
        "dcat:service": service(origin),
        "dcat:dataset": [dataset_node(entry, origin) for entry in part],
    }
    if found:
        said["dct:modified"] = typed(max(e.version.made_at for e in found).isoformat(), "dateTime")
    return node(f"{root}#danh-muc", "dcat:Catalog", said)


def publisher_name(found: Sequence[Entry]) -> str:
    """Name who keeps the catalogue: the one publisher, or what stands for several."""
    names = {entry.publisher for entry in found}
    return names.pop() if len(names) == 1 else "Các tỉnh dùng hệ thống Hatang"


def last_page(total: int) -> int:
    """Give the number of the last page."""
    return max(1, -(-total // PAGE))


def paging_node(total: int, page: int, address: str) -> Node:
    """Write how many datasets there are and where the other pages are, as harvesters of CKAN expect."""
    last = last_page(total)
    said = {
        "hydra:totalItems": typed(total, "integer"),
        "hydra:itemsPerPage": typed(PAGE, "integer"),
        "hydra:firstPage": {"@value": f"{address}?page=1"},
        "hydra:lastPage": {"@value": f"{address}?page={last}"},
    }
    if page > 1:
        said["hydra:previousPage"] = {"@value": f"{address}?page={page - 1}"}
    if page < last:
        said["hydra:nextPage"] = {"@value": f"{address}?page={page + 1}"}
    return node(f"{address}?page={page}", "hydra:PagedCollection", said)


def json_ld(nodes: Sequence[Node]) -> str:
    """Write nodes as JSON-LD."""
    return json.dumps({"@context": PREFIXES, "@graph": list(nodes)}, ensure_ascii=False)


# Turtle


def turtle(nodes: Sequence[Node]) -> str:
    """Write nodes as Turtle; what has an address of its own is written once."""
    written: set[str] = set()
    waiting, blocks = list(nodes), [f"@prefix {name}: <{uri}> ." for name, uri in PREFIXES.items()]
    while waiting:
        subject = waiting.pop()
        block = f"<{subject['@id']}> {' ; '.join(predicates(subject, waiting))} ."
        if block not in written:
            written.add(block)
            blocks.append(block)
    return "\n".join(blocks) + "\n"


def predicates(subject: Node, waiting: list[Node]) -> Iterator[str]:
    """Write what is said of a subject; what has an address of its own waits to be written."""
    yield f"a {subject['@type']}"
    for name, value in subject.items():
        if name.startswith("@"):
            continue
        values = value if isinstance(value, list) else [value]
        yield f"{name} {', '.join(thing(one, waiting) for one in values)}"


def thing(value: Node, waiting: list[Node]) -> str:
    """Write a literal, the address of a node, or a node without one."""
    if "@value" in value:
        literal = json.dumps(value["@value"], ensure_ascii=False)
        kind, language = value.get("@type"), value.get("@language")
        return literal + (f"@{language}" if language else f"^^{kind}" if kind else "")
    if "@id" in value:
        waiting.append(value)
        return f"<{value['@id']}>"
    return f"[ {' ; '.join(predicates(value, waiting))} ]"
