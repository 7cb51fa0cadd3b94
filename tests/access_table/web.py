"""Addresses of `web`."""

from __future__ import annotations

from tests.access_needs import (
    boundary_file,
    commune,
    indicator_here,
    province,
    road_file,
    tile_of_operators_mast,
)
from tests.access_table.rows import (
    SEE_THINGS,
    Row,
    row,
    signed_in,
)
from tests.sensors import things_needs

ROWS: dict[str, Row] = {
    "exchange_token": row(400, method="post"),
    "web:own_wall": signed_in(302),
    "web:wall": signed_in(404, things_needs.province, **SEE_THINGS),
    "web:power_out": signed_in(404, things_needs.open_power_alert, **SEE_THINGS),
    "web:home": row(302, visitor=200, administrator=302),
    "web:about": row(200),
    "web:search": row(200),
    "web:suggest": row(200),
    "web:place": row(200, commune),
    "web:tile": row(
        200,
        tile_of_operators_mast,
        data={"tinh": "20"},
        visitor=404,
        rival=204,
        partner=404,
        administrator=404,
        stranger=404,
    ),
    "web:province": row(200, province),
    "web:indicator": row(200, indicator_here),
    "web:map": row(200, province),
    "web:choropleth": row(200, province),
    "web:map_sheet": row(200, province),
    "web:country_map": row(200),
    "web:country_choropleth": row(200),
    "web:country_sheet": row(200),
    "pages:ground": row(200),
    "web:whereabouts": row(200, data={"lon": "106.7", "lat": "21.95"}),
    "web:boundaries": signed_in(404, department_officer=200, department_head=200, administrator=200, stranger=200),
    "web:boundary_upload": signed_in(
        404, boundary_file, department_officer=200, department_head=200, administrator=200
    ),
    "web:boundary_lists": signed_in(404, boundary_file, department_officer=200, department_head=200, administrator=200),
    "web:boundary_file": signed_in(404, boundary_file, department_officer=200, department_head=200, administrator=200),
    "web:boundary_reread": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_save": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_discard": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_undo": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:roads": signed_in(404, department_officer=200, department_head=200, administrator=200, stranger=200),
    "web:road_upload": signed_in(404, road_file, department_officer=200, department_head=200, administrator=200),
    "web:road_file": signed_in(404, road_file, department_officer=200, department_head=200, administrator=200),
    "web:road_save": signed_in(
        404, road_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:road_discard": signed_in(
        404, road_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
}
