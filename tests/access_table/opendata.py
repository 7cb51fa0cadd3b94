"""Addresses of `opendata`."""

from __future__ import annotations

from tests.access_needs import (
    province,
)
from tests.access_table.rows import (
    DEPARTMENT,
    Row,
    row,
    signed_in,
)
from tests.opendata import needs as opendata_needs

ROWS: dict[str, Row] = {
    "opendata:portal": row(200),
    "opendata:catalogue": row(200, opendata_needs.whole_catalogue),
    "opendata:dataset": row(200, opendata_needs.a_dataset),
    "opendata:dataset_dcat": row(200, opendata_needs.described),
    "opendata:file": row(200, opendata_needs.a_file),
    "opendata:old_file": row(200, opendata_needs.an_old_file),
    "opendata:report_error": row(200, opendata_needs.a_dataset),
    "opendata:reports": signed_in(404, province, **DEPARTMENT),
    "opendata:report": signed_in(404, opendata_needs.an_error_report, **DEPARTMENT),
    "opendata:ckan": row(200, opendata_needs.an_action),
    "opendata:ckan_unversioned": row(200, opendata_needs.an_action),
    "opendata:ogc": row(200),
    "opendata:ogc_conformance": row(200),
    "opendata:ogc_api": row(200),
    "opendata:ogc_collections": row(200),
    "opendata:ogc_collection": row(200, opendata_needs.a_collection),
    "opendata:ogc_queryables": row(200, opendata_needs.a_collection),
    "opendata:ogc_schema": row(200, opendata_needs.a_collection),
    "opendata:ogc_items": row(200, opendata_needs.a_collection),
    "opendata:ogc_item": row(200, opendata_needs.a_feature),
}
