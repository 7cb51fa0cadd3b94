"""The address form of X-Road's Message Protocol for REST."""

from django.urls import path

from hatang.exchange import api

app_name = "xroad"
urlpatterns = [path("<path:provider>", api.xroad_call, name="call")]
