"""Addresses of what every page shares."""

from django.urls import path

from hatang.pages import views

app_name = "pages"
urlpatterns = [
    path("ban-do/nen.json", views.ground_file, name="ground"),
]
