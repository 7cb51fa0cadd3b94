"""Addresses of things; those of SensorThings are the standard's own."""

from django.urls import URLPattern, path

from hatang.sensors.views import alerts, registering, sta, taking, things

app_name = "sensors"
urlpatterns: list[URLPattern] = [
    path("sta/v1.1", sta.root, name="sta_root"),
    path("sta/v1.1/", sta.root, name="sta_root_slash"),
    path("sta/v1.1/<path:path>", sta.entities, name="sta"),
    path("cam-bien/gui", taking.take_in, name="take"),
    path("cam-bien/gui/<str:code>", taking.take_in, name="take_stream"),
    path("cam-bien/tinh/<code>", things.ThingList.as_view(), name="things"),
    path("cam-bien/tinh/<code>/canh-bao", alerts.AlertList.as_view(), name="alerts"),
    path("cam-bien/tinh/<code>/moi", registering.thing_new, name="thing_new"),
    path("cam-bien/<int:pk>/", things.thing, name="thing"),
    path("cam-bien/<int:pk>/sua", registering.thing_edit, name="thing_edit"),
    path("cam-bien/<int:pk>/luong", registering.stream_new, name="stream_new"),
    path("cam-bien/<int:pk>/thiet-bi", registering.device_new, name="device_new"),
    path("cam-bien/thiet-bi/<int:pk>/doi", registering.device_rotate, name="device_rotate"),
    path("cam-bien/thiet-bi/<int:pk>/<slug:act>", registering.device_switch, name="device_switch"),
    path("cam-bien/<int:pk>/nguong", things.threshold, name="threshold_new"),
    path("cam-bien/<int:pk>/nguong/<int:rule>/", things.threshold, name="threshold_edit"),
    path("cam-bien/canh-bao/<int:pk>/", alerts.alert, name="alert"),
    path("cam-bien/canh-bao/<int:pk>/nhan", alerts.alert_take, name="alert_take"),
    path("cam-bien/canh-bao/<int:pk>/dong", alerts.alert_close, name="alert_close"),
]
