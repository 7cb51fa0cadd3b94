"""Addresses of the transparency log; those of documents and of verifying stand beside it."""

from django.urls import path

from hatang.utilities.views import log as views

app_name = "utilities"
urlpatterns = [
    path("", views.LogPage.as_view(), name="log"),
    path("kiem-tra", views.check, name="check"),
    path("dau-so", views.Heads.as_view(), name="heads"),
    path("<int:number>/", views.entry, name="entry"),
    path("<int:number>/tep", views.published_file, name="file"),
    path("<int:number>/bang-chung.json", views.proof, name="proof"),
]
