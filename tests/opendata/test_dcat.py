"""The catalogue passes the shapes of DCAT-AP 3, says the same in both forms, and is read a page at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from hatang.opendata.catalogue import DATASETS
from hatang.opendata.models import DatasetVersion
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place
from tests.conftest import World
from tests.opendata.needs import a_figure, an_indicator, published

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
"""rdflib's own reader of JSON-LD still makes one."""
SHAPES = "data/conformance/dcat/shacl/dcat-ap_3_shacl_shapes.ttl"


def graph_at(address: str, form: str) -> Graph:
    response = Client().get(f"{address}.{form}")
    assert response.status_code == 200
    return Graph().parse(data=response.text, format={"ttl": "turtle", "jsonld": "json-ld"}[form])


@pytest.fixture
def filled(world: World) -> World:
    Place.objects.filter(pk=world.village.pk).update(simulated=True, name='Nà "Lầm"\\n')
    a_figure(an_indicator(), world.commune, 81.5)
    for slug in ("thon", "xa-phuong", "so-lieu-chi-tieu"):
        published(world, slug)
    return world


@pytest.mark.parametrize("address", ["/du-lieu-mo/danh-muc", "/du-lieu-mo/thon/20"])
def test_it_passes_the_shapes_of_dcat_ap(filled: World, shared: Path, address: str) -> None:
    shapes = Graph().parse(shared / SHAPES)
    conforms, _, words = validate(graph_at(address, "ttl"), shacl_graph=shapes)
    assert conforms, words


def test_the_shapes_would_refuse_a_dataset_without_title(filled: World, shared: Path) -> None:
    graph = graph_at("/du-lieu-mo/thon/20", "ttl")
    graph.remove((None, DCTERMS.title, None))
    conforms, _, _ = validate(graph, shacl_graph=Graph().parse(shared / SHAPES))
    assert not conforms


@pytest.mark.parametrize("address", ["/du-lieu-mo/danh-muc", "/du-lieu-mo/thon/20"])
def test_both_forms_say_the_same(filled: World, address: str) -> None:
    turtle, json_ld = graph_at(address, "ttl"), graph_at(address, "jsonld")
    same = {str(node).replace(".ttl?", ".jsonld?") for node in turtle.all_nodes() if isinstance(node, URIRef)}
    assert same == {str(node) for node in json_ld.all_nodes() if isinstance(node, URIRef)}
    for graph in (turtle, json_ld):
        for triple in [t for t in graph if "hydra" in str(t[1]) or "hydra" in str(t[2])]:
            graph.remove(triple)
    assert isomorphic(turtle, json_ld)


def test_a_dataset_tells_its_files_licence_and_mark(filled: World) -> None:
    graph = graph_at("/du-lieu-mo/thon/20", "ttl")
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    assert SIMULATED_LINE in str(graph.value(dataset, DCTERMS.title))
    files = {str(graph.value(d, DCAT.downloadURL)) for d in graph.objects(dataset, DCAT.distribution)}
    assert "http://testserver/du-lieu-mo/thon/20.parquet" in files
    licences = {graph.value(d, DCTERMS.license) for d in graph.objects(dataset, DCAT.distribution)}
    assert licences == {URIRef("https://creativecommons.org/licenses/by/4.0/")}
    modified = graph.value(dataset, DCTERMS.modified)
    assert isinstance(modified, Literal)
    assert modified.datatype == XSD.dateTime


def test_the_publisher_is_the_department(filled: World) -> None:
    response = Client().get("/du-lieu-mo/thon/20.jsonld")
    assert "Sở Khoa học và Công nghệ Lạng Sơn" in response.text


def test_a_large_catalogue_is_read_page_by_page_each_dataset_once(
    world: World, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    now = timezone.now()
    provinces = [Place(kind="province", title="Tỉnh", name=f"Thử {n}", code=f"T{n}") for n in range(20)]
    for province in provinces:
        province.fill_keys()
    Place.objects.bulk_create(provinces)
    said = {"number": 1, "sha256": "0" * 64, "rows": 1, "made_at": now, "checked_at": now}
    DatasetVersion.objects.bulk_create(
        DatasetVersion(dataset=d.slug, province=p, **said) for d in DATASETS for p in provinces
    )
    address, seen = "/du-lieu-mo/danh-muc.jsonld", []
    while address:
        with django_assert_max_num_queries(3):
            said_here = json.loads(Client().get(address).text)
        catalogue, paging = said_here["@graph"]
        seen += [dataset["@id"] for dataset in catalogue["dcat:dataset"]]
        address = paging.get("hydra:nextPage", {}).get("@value", "")
    assert len(seen) == len(set(seen)) == len(DATASETS) * 20
    assert Client().get("/du-lieu-mo/danh-muc.jsonld?page=99").status_code == 404


def test_who_harvested_the_page_already_is_told_so(filled: World) -> None:
    first = Client().get("/du-lieu-mo/danh-muc.ttl")
    again = Client().get("/du-lieu-mo/danh-muc.ttl", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    Place.objects.filter(pk=filled.village.pk).update(households=7)
    published(filled)
    assert Client().get("/du-lieu-mo/danh-muc.ttl", headers={"if-none-match": first["ETag"]}).status_code == 200
