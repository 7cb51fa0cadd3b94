"""Addresses of `sensors`."""

from __future__ import annotations

from tests.access_table.rows import (
    ACT_ON_POWER,
    ADD_THINGS,
    KEEP_POWER,
    ONLY_SEE_POWER,
    SEE_POWER,
    Row,
    row,
    signed_in,
)
from tests.sensors import things_needs
from tests.sensors.needs import a_code, operators_gauge, power_sender, power_sender_stopped

ROWS: dict[str, Row] = {
    "sensors:things": row(200, things_needs.province),
    "sensors:alerts": row(200, things_needs.province),
    "sensors:thing": row(404, things_needs.power_thing, **SEE_POWER),
    "sensors:threshold_new": signed_in(404, things_needs.power_thing, **KEEP_POWER, **ONLY_SEE_POWER),
    "sensors:threshold_edit": signed_in(404, things_needs.power_rule, **KEEP_POWER, **ONLY_SEE_POWER),
    "sensors:thing_new": signed_in(404, things_needs.province, **ADD_THINGS),
    "sensors:thing_edit": signed_in(404, things_needs.power_thing, **KEEP_POWER, **ONLY_SEE_POWER),
    "sensors:stream_new": signed_in(404, things_needs.power_thing, **KEEP_POWER, **ONLY_SEE_POWER),
    "sensors:device_new": signed_in(404, things_needs.power_thing, **KEEP_POWER, **ONLY_SEE_POWER),
    "sensors:device_rotate": signed_in(404, power_sender, method="post", **KEEP_POWER),
    "sensors:device_switch": signed_in(404, power_sender_stopped, method="post", **dict.fromkeys(KEEP_POWER, 302)),
    "sensors:alert": row(404, things_needs.power_alert, **SEE_POWER),
    "sensors:alert_take": signed_in(404, things_needs.power_alert, method="post", **ACT_ON_POWER),
    "sensors:alert_close": signed_in(
        404, things_needs.power_alert, method="post", data={"note": "đã chạy máy phát"}, **ACT_ON_POWER
    ),
    "sensors:sta_root": row(200),
    "sensors:sta_root_slash": row(200),
    "sensors:sta": row(200, operators_gauge, visitor=404, rival=404, partner=404, administrator=404, stranger=404),
    "sensors:take": row(401, method="post"),
    "sensors:take_stream": row(401, a_code, method="post"),
}
