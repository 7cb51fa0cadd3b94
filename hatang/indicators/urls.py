"""Addresses of the indicators pages."""

from django.urls import path

from hatang.indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.Indicators.as_view(), name="list"),
    path("<int:pk>/", views.value, name="value"),
    path("<int:pk>/dong", views.Rows.as_view(), name="rows"),
    path("<int:pk>/chon", views.choose, name="choose"),
    path("<str:code>/ghi", views.record, name="record"),
    path("<str:code>/duyet", views.approve, name="approve"),
    path("<str:code>/tinh-lai", views.recount, name="recount"),
]
