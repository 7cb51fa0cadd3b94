"""Addresses of the indicators pages."""

from django.urls import path

from hatang.indicators.views import approving, recording, values

app_name = "indicators"
urlpatterns = [
    path("", values.Indicators.as_view(), name="list"),
    path("<int:pk>/", values.value, name="value"),
    path("<int:pk>/dong", values.Rows.as_view(), name="rows"),
    path("<int:pk>/chon", values.choose, name="choose"),
    path("<str:code>/ghi", recording.record, name="record"),
    path("<str:code>/duyet", approving.approve, name="approve"),
    path("<str:code>/tinh-lai", recording.recount, name="recount"),
]
