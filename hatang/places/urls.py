"""Addresses of the places pages."""

from django.urls import path

from hatang.places import views

app_name = "places"
urlpatterns = [
    path("<int:pk>/sua", views.edit, name="edit"),
    path("<int:pk>/ranh-gioi", views.boundary, name="boundary"),
    path("<int:pk>/ke-tiep", views.succession, name="succession"),
    path("<str:code>/", views.communes, name="communes"),
]
