"""The objects of the Open Fibre Data Standard, 0.3 and 0.4 together: a member of either is read and checked in both.

https://standard.ofds.info/en/0__4__0/reference/schema (CC BY-SA): attributes bear the standard's names, with units.
Absent members are None, absent lists are empty; `extra` holds what the standard does not define.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Annotated, Any, TypeGuard

import shapely

from hatang.core.ofds.codelists import (
    COUNTRIES,
    CURRENCIES,
    CURRENCIES_SINCE_0_4,
    DEPLOYMENTS,
    FIBRE_TYPES,
    MEDIA,
    STATUSES,
)
from hatang.core.ofds.kinds import (
    TEXT,
    WEB,
    Code,
    Day,
    Flag,
    Member,
    Number,
    Part,
    Reading,
    Several,
    const,
    is_number,
    shown,
)

Extra = Mapping[str, Any]

STATUS, COUNTRY, TEXTS = Code(STATUSES), Code(COUNTRIES), Several(TEXT)
WHOLE, NUMBER, FLAG, DAY = Number(whole=True), Number(), Flag(), Day()
CRS_NAME, CRS_URI = "urn:ogc:def:crs:OGC::CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DESCRIBED_BY = "describedby"
RIGHT_PLACE = "Ghi [kinh độ, vĩ độ] bằng số, ví dụ [106.76, 21.85]."


@dataclass(frozen=True)
class Location:
    """A node's place: longitude, latitude and perhaps height, WGS 84."""

    coordinates: tuple[float, ...]

    @property
    def point(self) -> shapely.Point:
        """Give the place without its height."""
        return shapely.Point(self.coordinates[:2])


@dataclass(frozen=True)
class Route:
    """A span's way: two positions or more."""

    coordinates: tuple[tuple[float, ...], ...]

    @property
    def line(self) -> shapely.LineString:
        """Give the way without heights."""
        return shapely.LineString([position[:2] for position in self.coordinates])


@dataclass(frozen=True)
class Geometry:
    """The kind of a GeoJSON point or line, which holds nothing but its type and coordinates."""

    type: str

    def read(self, value: object, path: str, reading: Reading) -> Location | Route | None:
        """Give the place or the way."""
        if not reading.is_a(value, dict, path) or not isinstance(value, dict):
            return None
        for name in sorted(value.keys() - {"type", "coordinates"}):
            reading.fault(f"{path}.{name}", "Chuẩn không cho ghi thêm mục này ở đây.", "Bỏ mục này.")
        if value.get("type") != self.type:
            reading.fault(f"{path}.type", f"Cần “{self.type}”, đang ghi {shown(value.get('type'))}.", "Sửa loại hình.")
        made = Location if self.type == "Point" else Route
        return made(self.coordinates(value.get("coordinates"), f"{path}.coordinates", reading))

    def coordinates(self, value: object, path: str, reading: Reading) -> tuple[Any, ...]:
        """Give the position, or the positions of a line."""
        if self.type == "Point":
            return position(value, path, reading)
        if plain_positions(value):
            return tuple(map(tuple, value))
        if not isinstance(value, list) or len(value) < 2:
            reading.fault(path, "Tuyến cần ít nhất hai vị trí.", RIGHT_PLACE)
            return ()
        return tuple(position(each, f"{path}[{at}]", reading) for at, each in enumerate(value))

    def write(self, value: Location | Route) -> dict[str, Any]:
        """Give the GeoJSON geometry."""
        listed = [list(each) if isinstance(each, tuple) else each for each in value.coordinates]
        return {"type": self.type, "coordinates": listed}


def plain_positions(value: object) -> TypeGuard[list[list[float]]]:
    """Tell at once whether a list of two or more holds nothing but positions of finite numbers."""
    if not isinstance(value, list) or len(value) < 2 or set(map(type, value)) != {list} or min(map(len, value)) < 2:
        return False
    numbers = list(chain.from_iterable(value))
    try:
        return set(map(type, numbers)) <= {int, float} and all(map(math.isfinite, numbers))
    except OverflowError:
        return False


def position(value: object, path: str, reading: Reading) -> tuple[Any, ...]:
    """Give a position of two numbers or more."""
    if not isinstance(value, list) or len(value) < 2 or not all(map(is_number, value)):
        reading.fault(path, f"Tọa độ {str(value)[:40]} không phải cặp số.", RIGHT_PLACE)
        return ()
    return tuple(value)


@dataclass(frozen=True, kw_only=True)
class Object:
    """What every object has."""

    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reference(Object):
    """An organisation or a phase by its id."""

    id: Annotated[str, Member("id", TEXT)]
    name: Annotated[str | None, Member("name", TEXT)] = None


@dataclass(frozen=True, kw_only=True)
class Address(Object):
    """A postal address."""

    street_address: Annotated[str | None, Member("streetAddress", TEXT)] = None
    locality: Annotated[str | None, Member("locality", TEXT)] = None
    region: Annotated[str | None, Member("region", TEXT)] = None
    postal_code: Annotated[str | None, Member("postalCode", TEXT)] = None
    country: Annotated[str | None, Member("country", COUNTRY)] = None


REFERENCE = Part(Reference, closed=("0.4",))
REFERENCES = Several(REFERENCE)
ADDRESS = Part(Address)


@dataclass(frozen=True, kw_only=True)
class SupportingInfrastructure(Object):
    """What carries a node or a span: duct, pole, mast; since 0.4."""

    type: Annotated[str | None, Member("type", TEXT)] = None
    description: Annotated[str | None, Member("description", TEXT)] = None
    owner: Annotated[Reference | None, Member("owner", REFERENCE)] = None
    spare_capacity: Annotated[bool | None, Member("spareCapacity", FLAG)] = None


SUPPORT = Part(SupportingInfrastructure)


@dataclass(frozen=True, kw_only=True)
class Node(Object):
    """A point of a network. `physical_infrastructure_provider` is of 0.3, the owners are of 0.4."""

    id: Annotated[str, Member("id", TEXT)]
    name: Annotated[str | None, Member("name", TEXT)] = None
    phase: Annotated[Reference | None, Member("phase", REFERENCE)] = None
    status: Annotated[str | None, Member("status", STATUS)] = None
    location: Annotated[Location | None, Member("location", Geometry("Point"))] = None
    address: Annotated[Address | None, Member("address", ADDRESS)] = None
    types: Annotated[tuple[str, ...], Member("type", TEXTS)] = ()
    supporting_infrastructure: Annotated[
        SupportingInfrastructure | None, Member("supportingInfrastructure", SUPPORT)
    ] = None
    access_point: Annotated[bool | None, Member("accessPoint", FLAG)] = None
    international_connections: Annotated[tuple[Address, ...], Member("internationalConnections", Several(ADDRESS))] = ()
    power: Annotated[bool | None, Member("power", FLAG)] = None
    technologies: Annotated[tuple[str, ...], Member("technologies", TEXTS)] = ()
    physical_infrastructure_provider: Annotated[
        Reference | None, Member("physicalInfrastructureProvider", REFERENCE)
    ] = None
    transmission_medium_owner: Annotated[Reference | None, Member("transmissionMediumOwner", REFERENCE)] = None
    network_providers: Annotated[tuple[Reference, ...], Member("networkProviders", REFERENCES)] = ()


@dataclass(frozen=True, kw_only=True)
class Details(Object):
    """A description of what a code or a number leaves open."""

    description: Annotated[str | None, Member("description", TEXT)] = None


@dataclass(frozen=True, kw_only=True)
class FibreTypeDetails(Object):
    """More on the kind of fibre."""

    fibre_subtype: Annotated[str | None, Member("fibreSubtype", TEXT)] = None
    description: Annotated[str | None, Member("description", TEXT)] = None


@dataclass(frozen=True, kw_only=True)
class Span(Object):
    """A way between two nodes; `start` and `end` are ids of nodes."""

    id: Annotated[str, Member("id", TEXT)]
    name: Annotated[str | None, Member("name", TEXT)] = None
    phase: Annotated[Reference | None, Member("phase", REFERENCE)] = None
    status: Annotated[str | None, Member("status", STATUS)] = None
    ready_for_service_date: Annotated[date | None, Member("readyForServiceDate", DAY)] = None
    start: Annotated[str | None, Member("start", TEXT)] = None
    end: Annotated[str | None, Member("end", TEXT)] = None
    directed: Annotated[bool | None, Member("directed", FLAG)] = None
    route: Annotated[Route | None, Member("route", Geometry("LineString"))] = None
    physical_infrastructure_provider: Annotated[
        Reference | None, Member("physicalInfrastructureProvider", REFERENCE)
    ] = None
    transmission_medium_owner: Annotated[Reference | None, Member("transmissionMediumOwner", REFERENCE)] = None
    network_providers: Annotated[tuple[Reference, ...], Member("networkProviders", REFERENCES)] = ()
    supplier: Annotated[Reference | None, Member("supplier", REFERENCE)] = None
    transmission_medium: Annotated[tuple[str, ...], Member("transmissionMedium", Several(Code(MEDIA)))] = ()
    deployment: Annotated[tuple[str, ...], Member("deployment", Several(Code(DEPLOYMENTS)))] = ()
    deployment_details: Annotated[Details | None, Member("deploymentDetails", Part(Details))] = None
    supporting_infrastructure: Annotated[
        SupportingInfrastructure | None, Member("supportingInfrastructure", SUPPORT)
    ] = None
    codeployment: Annotated[str | None, Member("codeployment", TEXT)] = None
    cable_type: Annotated[str | None, Member("cableType", TEXT)] = None
    dark_fibre: Annotated[bool | None, Member("darkFibre", FLAG)] = None
    fibre_type: Annotated[str | None, Member("fibreType", Code(FIBRE_TYPES))] = None
    fibre_type_details: Annotated[FibreTypeDetails | None, Member("fibreTypeDetails", Part(FibreTypeDetails))] = None
    fibre_count: Annotated[int | None, Member("fibreCount", WHOLE)] = None
    fibre_length_km: Annotated[float | None, Member("fibreLength", NUMBER)] = None
    technologies: Annotated[tuple[str, ...], Member("technologies", TEXTS)] = ()
    capacity_gbps: Annotated[float | None, Member("capacity", NUMBER)] = None
    capacity_details: Annotated[Details | None, Member("capacityDetails", Part(Details))] = None
    wayleaves: Annotated[tuple[str, ...], Member("wayleaves", TEXTS)] = ()
    countries: Annotated[tuple[str, ...], Member("countries", Several(COUNTRY))] = ()


@dataclass(frozen=True, kw_only=True)
class Phase(Object):
    """A stage of building."""

    id: Annotated[str, Member("id", TEXT)]
    name: Annotated[str | None, Member("name", TEXT)] = None
    description: Annotated[str | None, Member("description", TEXT)] = None
    funders: Annotated[tuple[Reference, ...], Member("funders", REFERENCES)] = ()


@dataclass(frozen=True, kw_only=True)
class Identifier(Object):
    """An organisation's number in a register."""

    id: Annotated[str | None, Member("id", TEXT)] = None
    scheme: Annotated[str | None, Member("scheme", TEXT)] = None
    legal_name: Annotated[str | None, Member("legalName", TEXT)] = None
    uri: Annotated[str | None, Member("uri", WEB)] = None


@dataclass(frozen=True, kw_only=True)
class Organisation(Object):
    """An owner, operator, supplier or funder."""

    id: Annotated[str, Member("id", TEXT)]
    name: Annotated[str | None, Member("name", TEXT)] = None
    identifier: Annotated[Identifier | None, Member("identifier", Part(Identifier))] = None
    country: Annotated[str | None, Member("country", COUNTRY)] = None
    roles: Annotated[tuple[str, ...], Member("roles", TEXTS)] = ()
    role_details: Annotated[str | None, Member("roleDetails", TEXT)] = None
    website: Annotated[str | None, Member("website", WEB)] = None
    logo: Annotated[str | None, Member("logo", WEB)] = None


@dataclass(frozen=True, kw_only=True)
class Value(Object):
    """An amount of money."""

    amount: Annotated[float | None, Member("amount", NUMBER)] = None
    currency: Annotated[str | None, Member("currency", Code(CURRENCIES, CURRENCIES_SINCE_0_4))] = None


@dataclass(frozen=True, kw_only=True)
class Term(Object):
    """How long a wayleave holds."""

    indefinite: Annotated[bool | None, Member("indefinite", FLAG)] = None
    years: Annotated[int | None, Member("years", WHOLE)] = None


@dataclass(frozen=True, kw_only=True)
class Cost(Object):
    """What a wayleave costs."""

    recurring: Annotated[bool | None, Member("recurring", FLAG)] = None
    per_metre: Annotated[Value | None, Member("perMetre", Part(Value))] = None


@dataclass(frozen=True, kw_only=True)
class Wayleave(Object):
    """A right of way; since 0.4."""

    id: Annotated[str, Member("id", TEXT)]
    grantor: Annotated[Reference | None, Member("grantor", REFERENCE)] = None
    year_signed: Annotated[int | None, Member("yearSigned", WHOLE)] = None
    term: Annotated[Term | None, Member("term", Part(Term))] = None
    cost: Annotated[Cost | None, Member("cost", Part(Cost, may_be_empty=True))] = None


@dataclass(frozen=True, kw_only=True)
class Document(Object):
    """A document of a contract."""

    title: Annotated[str | None, Member("title", TEXT)] = None
    description: Annotated[str | None, Member("description", TEXT)] = None
    url: Annotated[str | None, Member("url", WEB)] = None
    format: Annotated[str | None, Member("format", TEXT)] = None


@dataclass(frozen=True, kw_only=True)
class Contract(Object):
    """A contract on building or running."""

    id: Annotated[str, Member("id", TEXT)]
    title: Annotated[str | None, Member("title", TEXT)] = None
    description: Annotated[str | None, Member("description", TEXT)] = None
    type: Annotated[str | None, Member("type", TEXT)] = None
    value: Annotated[Value | None, Member("value", Part(Value))] = None
    date_signed: Annotated[date | None, Member("dateSigned", DAY)] = None
    documents: Annotated[tuple[Document, ...], Member("documents", Several(Part(Document)))] = ()
    related_phases: Annotated[tuple[Reference, ...], Member("relatedPhases", REFERENCES)] = ()


@dataclass(frozen=True, kw_only=True)
class Publisher(Object):
    """Who publishes a network."""

    name: Annotated[str | None, Member("name", TEXT)] = None
    identifier: Annotated[Identifier | None, Member("identifier", Part(Identifier))] = None


@dataclass(frozen=True, kw_only=True)
class ReferenceSystem(Object):
    """The only system of coordinates that the standard allows."""

    name: Annotated[str, Member("name", const(CRS_NAME))]
    uri: Annotated[str, Member("uri", const(CRS_URI))]


@dataclass(frozen=True, kw_only=True)
class Link(Object):
    """A link; the first of a network is `describedby` and names its version's schema."""

    href: Annotated[str, Member("href", WEB)]
    rel: Annotated[str, Member("rel", TEXT)]


@dataclass(frozen=True, kw_only=True)
class Network(Object):
    """A network. Its id should be a UUID, which real ones are not always; links to the schema are made on writing."""

    id: Annotated[str, Member("id", TEXT)]
    identifier: Annotated[str | None, Member("identifier", TEXT)] = None
    name: Annotated[str | None, Member("name", TEXT)] = None
    nodes: Annotated[tuple[Node, ...], Member("nodes", Several(Part(Node)))] = ()
    spans: Annotated[tuple[Span, ...], Member("spans", Several(Part(Span)))] = ()
    phases: Annotated[tuple[Phase, ...], Member("phases", Several(Part(Phase)))] = ()
    organisations: Annotated[tuple[Organisation, ...], Member("organisations", Several(Part(Organisation)))] = ()
    wayleaves: Annotated[tuple[Wayleave, ...], Member("wayleaves", Several(Part(Wayleave)))] = ()
    contracts: Annotated[tuple[Contract, ...], Member("contracts", Several(Part(Contract)))] = ()
    website: Annotated[str | None, Member("website", WEB)] = None
    publisher: Annotated[Publisher | None, Member("publisher", Part(Publisher))] = None
    publication_date: Annotated[date | None, Member("publicationDate", DAY)] = None
    collection_date: Annotated[date | None, Member("collectionDate", DAY)] = None
    crs: Annotated[ReferenceSystem | None, Member("crs", Part(ReferenceSystem))] = None
    accuracy_m: Annotated[float | None, Member("accuracy", NUMBER)] = None
    accuracy_details: Annotated[str | None, Member("accuracyDetails", TEXT)] = None
    language: Annotated[str | None, Member("language", TEXT)] = None
    links: Annotated[tuple[Link, ...], Member("links", Several(Part(Link)))] = ()
