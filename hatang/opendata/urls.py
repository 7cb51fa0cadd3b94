"""Addresses of open data: pages and files, the catalogue, CKAN's action API, OGC API - Features."""

from django.urls import URLPattern, path, re_path

from hatang.opendata.views import ckan, dcat, files, ogc, portal, reports

app_name = "opendata"
DATASET = r"^du-lieu-mo/(?P<dataset>[-a-z0-9]+)/(?P<code>[0-9A-Za-z]+)"
CATALOGUE_FORM = r"(?P<form>jsonld|ttl)$"
urlpatterns: list[URLPattern] = [
    path("du-lieu-mo/", portal.portal, name="portal"),
    re_path(rf"^du-lieu-mo/danh-muc\.{CATALOGUE_FORM}", dcat.catalogue, name="catalogue"),
    path("du-lieu-mo/bao-loi/<int:pk>", reports.report, name="report"),
    path("du-lieu-mo/bao-loi/tinh/<str:code>/", reports.ReportList.as_view(), name="reports"),
    re_path(rf"{DATASET}/$", portal.dataset, name="dataset"),
    re_path(rf"{DATASET}/bao-loi$", reports.report_error, name="report_error"),
    re_path(rf"{DATASET}\.{CATALOGUE_FORM}", dcat.dataset, name="dataset_dcat"),
    re_path(rf"{DATASET}/ban/(?P<number>[0-9]{{1,9}})\.(?P<ending>[.a-z]+)$", files.old_file, name="old_file"),
    re_path(rf"{DATASET}\.(?P<ending>[.a-z]+)$", files.file, name="file"),
    path("api/3/action/<str:name>", ckan.action, name="ckan"),
    path("api/action/<str:name>", ckan.action, name="ckan_unversioned"),
    path("ogc/", ogc.root, name="ogc"),
    path("ogc/conformance", ogc.conformance, name="ogc_conformance"),
    path("ogc/api", ogc.api, name="ogc_api"),
    path("ogc/collections", ogc.collections, name="ogc_collections"),
    path("ogc/collections/<str:name>", ogc.one, name="ogc_collection"),
    path("ogc/collections/<str:name>/queryables", ogc.asked_by, name="ogc_queryables"),
    path("ogc/collections/<str:name>/schema", ogc.schema, name="ogc_schema"),
    path("ogc/collections/<str:name>/items", ogc.items, name="ogc_items"),
    path("ogc/collections/<str:name>/items/<str:feature>", ogc.item, name="ogc_item"),
]
