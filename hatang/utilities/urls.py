"""Addresses of the transparency log."""

from django.urls import path

from hatang.utilities import views

app_name = "utilities"
urlpatterns = [
    path("", views.LogPage.as_view(), name="log"),
    path("kiem-tra", views.check, name="check"),
    path("dau-so", views.Heads.as_view(), name="heads"),
    path("<int:number>/", views.entry, name="entry"),
    path("<int:number>/tep", views.published_file, name="file"),
    path("<int:number>/bang-chung.json", views.proof, name="proof"),
]
